/* contact_test.c - a million contacts: what each takes, that each is found, and that none is told twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/model/contact.h"

#define MANY 10000 /* the table has doubled often by then */

static struct core *core;

static int set_up(void **state)
{
	(void)state;
	core = core_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	core_free(&core);
	return 0;
}

static struct contact *knows(struct body_contact body)
{
	struct event event = {.kind = EV_CONTACT_ADDED, .lsn = core->lsn + 1, .body = &body};
	core_evolve(core, &event);
	return event.object;
}

static struct contact *knows_phone(const char *phone)
{
	return knows((struct body_contact) {.phone = str_of(phone)});
}

static struct contact *nth(unsigned n)
{
	char phone[16];
	snprintf(phone, sizeof phone, "+1555%07u", n);
	return knows_phone(phone);
}

static size_t count_of(const struct contact *wanted)
{
	size_t count = 0;
	const struct contact *contact;
	EACH_CONTACT(core, contact)
	count += contact == wanted;
	return count;
}

static void test_one_of_whom_only_the_phone_is_known_takes_no_more_than_64_bytes(void **state)
{
	(void)state;
	assert_true(sizeof(struct contact) + sizeof(size_t) <= 64); /* with malloc's own */
	assert_null(knows_phone("+15550000001")->rare);
}

static void test_each_of_many_is_found_and_told_once(void **state)
{
	(void)state;
	static struct contact *all[MANY];
	const struct contact *contact;
	size_t count = 0;
	for (unsigned i = 0; i < MANY; i++)
		all[i] = nth(i);
	for (unsigned i = 0; i < MANY; i++)
		assert_ptr_equal(nth(i), all[i]);
	EACH_CONTACT(core, contact)
	count++;
	assert_int_equal(count, MANY);
	assert_true(core->contacts.ring_count <= core->contacts.bucket_count);
	assert_int_equal(count_of(all[0]), 1);
	assert_int_equal(count_of(all[MANY - 1]), 1);
	assert_null(core_contact(core, STR("+25550000000")));
}

static void test_phones_of_any_length_come_back_as_they_were(void **state)
{
	(void)state;
	static const char *const phones[] = {"", "1", "+4206001123012", "+42060011230123",
		"+420600112301234", "+4206001123012345",
		"A name that is much longer than a number"};
	for (size_t i = 0; i < sizeof phones / sizeof phones[0]; i++) {
		struct contact *contact = knows_phone(phones[i]);
		bool is_inside = *phones[i] && strlen(phones[i]) <= CONTACT_PHONE_INSIDE;
		assert_true(str_is(contact_phone(contact), phones[i]));
		assert_true(str_is(contact_body(contact).phone, phones[i]));
		assert_int_equal(contact->rare == NULL, is_inside);
		assert_ptr_equal(core_contact(core, str_of(phones[i])), contact);
	}
}

static void test_what_is_known_besides_is_kept_until_it_is_so_no_more(void **state)
{
	(void)state;
	const struct body_contact bodies[] = {{.opted_out = 1}, {.reference = 7}, {.helped = 8},
		{.doubted = 9}, {.refused = STR("5000\n")}, {.last_agent = STR("ana")},
		{.last_agent_at = 10}};
	struct contact *contact = knows_phone("+15550000001");
	const char *phone = contact_phone(contact).at;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		struct body_contact body = bodies[i];
		body.phone = STR("+15550000001");
		assert_ptr_equal(knows(body), contact);
		struct body_contact is = contact_body(contact);
		assert_int_equal(is.opted_out, body.opted_out);
		assert_int_equal(is.reference, body.reference);
		assert_int_equal(is.helped, body.helped);
		assert_int_equal(is.doubted, body.doubted);
		assert_true(str_eq(is.refused, body.refused));
		assert_true(str_eq(is.last_agent, body.last_agent));
		assert_int_equal(is.last_agent_at, body.last_agent_at);
		assert_non_null(contact->rare);
		assert_ptr_equal(contact_phone(contact).at, phone); /* others have borrowed it */
	}
	knows_phone("+15550000001");
	assert_null(contact->rare);
	assert_int_equal(contact_body(contact).last_agent_at, 0);
}

static void test_one_that_became_another_names_it(void **state)
{
	(void)state;
	struct contact *into = knows_phone("+420600112301"), *from = knows_phone("600112301");
	assert_null(contact_into(from));
	knows((struct body_contact) {
		.phone = STR("600112301"), .merged_into = STR("+420600112301")});
	assert_ptr_equal(contact_into(from), into);
	assert_ptr_equal(core_contact(core, STR("600112301")), into);
	assert_ptr_equal(from->alike, into); /* they end alike */
	assert_ptr_equal(into->alike, from);
	assert_int_equal(core->contacts.ring_count, 1);
}

/* Also of the one by which the others of its ring are found, and of the last one of a ring. */
static void test_one_that_is_called_otherwise_is_found_by_that_alone(void **state)
{
	(void)state;
	const char *const phones[] = {"600112301", "+420600112301", "0600112301"};
	struct contact *all[3];
	for (size_t i = 0; i < 3; i++)
		all[i] = knows_phone(phones[i]);
	assert_int_equal(core->contacts.ring_count, 1);
	for (size_t i = 0; i < 3; i++) {
		char alias[48];
		snprintf(alias, sizeof alias, "erased-0123456789abcdef0123456789abcdef.%zu", i);
		contact_rename(core, all[i], str_of(alias));
		assert_null(core_contact(core, str_of(phones[i])));
		assert_ptr_equal(core_contact(core, str_of(alias)), all[i]);
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(count_of(all[k]), 1);
	}
	assert_int_equal(core->contacts.ring_count, 3);
	contact_rename(core, all[0], STR("600112301"));
	assert_ptr_equal(core_contact(core, STR("600112301")), all[0]);
	assert_null(all[0]->rare);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_one_of_whom_only_the_phone_is_known_takes_no_more_than_64_bytes),
		TEST(test_each_of_many_is_found_and_told_once),
		TEST(test_phones_of_any_length_come_back_as_they_were),
		TEST(test_what_is_known_besides_is_kept_until_it_is_so_no_more),
		TEST(test_one_that_became_another_names_it),
		TEST(test_one_that_is_called_otherwise_is_found_by_that_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
