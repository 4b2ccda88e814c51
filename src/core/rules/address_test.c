/* address_test.c - whence users signed in: the last sixteen, thirty days, and once a day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/rules/address.h"
#include "core/command.h"

#define START 1700000000000

struct centre {
	struct core *core;
	struct outcome outcome;
	struct user *ana, *ben;
	msec now;
};

static void run(struct centre *c, const struct command *command)
{
	outcome_reset(&c->outcome);
	assert_int_equal(core_apply(c->core, command, c->now, &c->outcome), OK);
	core_check(c->core);
}

static struct user *add_user(struct centre *c, const char *name)
{
	struct body_user body = {.name = str_of(name), .roles = ROLE_AGENT, .enabled = 1};
	run(c, &(struct command) {.kind = CMD_ADD_USER, .new_user = &body});
	return core_user_by_name(c->core, body.name);
}

static void open_centre(struct centre *c)
{
	static const struct body_centre body = {
		.name = {"demo", 4}, .id_key = {"0123456789abcdef0123456789abcdef", 32}};
	*c = (struct centre) {.core = core_new(), .now = START};
	run(c, &(struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &body});
	c->ana = add_user(c, "ana");
	c->ben = add_user(c, "ben");
}

static void close_centre(struct centre *c)
{
	core_free(&c->core);
	outcome_free(&c->outcome);
}

/* Gives how many events it made. */
static size_t sign_in(struct centre *c, struct user *user, const char *address)
{
	run(c, &(struct command) {.kind = CMD_NOTE_ADDRESS,
		       .address = {.user = user, .text = str_of(address)}});
	return c->outcome.count;
}

static bool knows(const struct centre *c, const struct user *user, const char *address)
{
	return core_knows_address(c->core, user, str_of(address), c->now);
}

static void an_address_is_known_to_the_user_who_signed_in_from_it(void **state)
{
	struct centre c;
	open_centre(&c);
	assert_false(knows(&c, c.ana, "home"));
	assert_int_equal(sign_in(&c, c.ana, "home"), 1);
	assert_true(knows(&c, c.ana, "home"));
	assert_false(knows(&c, c.ana, "hom"));
	assert_false(knows(&c, c.ana, ""));
	assert_false(knows(&c, c.ben, "home"));
	assert_int_equal(c.outcome.events[0].kind, EV_USER_ADDRESS_NOTED);
	assert_int_equal(c.ana->seen_lsn, 0); /* nobody is told: no answer waits for it */
	close_centre(&c);
}

static void the_core_keeps_no_address_and_not_who_shares_one(void **state)
{
	struct centre c;
	struct buf dump = {0};
	open_centre(&c);
	sign_in(&c, c.ana, "198.51.100.77");
	sign_in(&c, c.ben, "198.51.100.77");
	core_dump(c.core, &dump);
	assert_null(memmem(dump.at, dump.len, "198.51", 6));
	assert_int_equal(c.ana->addresses[0].digest.len, DIGEST_BYTES);
	assert_false(str_eq(c.ana->addresses[0].digest, c.ben->addresses[0].digest));
	buf_free(&dump);
	close_centre(&c);
}

static void it_is_noted_once_a_day(void **state)
{
	struct centre c;
	open_centre(&c);
	assert_int_equal(sign_in(&c, c.ana, "home"), 1);
	assert_int_equal(sign_in(&c, c.ana, "home"), 0);
	c.now = START + ADDRESS_NOTE_MS - 1;
	assert_int_equal(sign_in(&c, c.ana, "home"), 0);
	assert_false(core_address_is_due(c.core, c.ana, STR("home"), c.now));
	assert_true(core_address_is_due(c.core, c.ana, STR("work"), c.now));
	c.now++;
	assert_true(core_address_is_due(c.core, c.ana, STR("home"), c.now));
	assert_int_equal(sign_in(&c, c.ana, "home"), 1);
	assert_int_equal(sign_in(&c, c.ana, "home"), 0);
	assert_int_equal(c.ana->address_count, 1); /* in the place that it had */
	close_centre(&c);
}

static void it_is_forgotten_after_thirty_days(void **state)
{
	struct centre c;
	open_centre(&c);
	sign_in(&c, c.ana, "home");
	c.now = START + ADDRESS_KEPT_MS - 1;
	assert_true(knows(&c, c.ana, "home"));
	c.now++;
	assert_true(knows(&c, c.ana, "home"));
	c.now++;
	assert_false(knows(&c, c.ana, "home"));
	assert_int_equal(sign_in(&c, c.ana, "home"), 1);
	assert_true(knows(&c, c.ana, "home"));
	close_centre(&c);
}

static void a_clock_that_goes_back_forgets_nothing(void **state)
{
	struct centre c;
	open_centre(&c);
	sign_in(&c, c.ana, "home");
	assert_true(core_knows_address(c.core, c.ana, STR("home"), START - 1000));
	assert_false(core_address_is_due(c.core, c.ana, STR("home"), START - 1000));
	close_centre(&c);
}

static void come_from_many(struct centre *c, unsigned count)
{
	char address[16];
	for (unsigned i = 0; i < count; i++) {
		snprintf(address, sizeof address, "a%u", i);
		c->now++;
		assert_int_equal(sign_in(c, c->ana, address), 1);
	}
}

static void the_last_sixteen_are_remembered(void **state)
{
	for (unsigned n = USER_ADDRESSES_MAX - 1; n <= USER_ADDRESSES_MAX + 1; n++) {
		struct centre c;
		open_centre(&c);
		come_from_many(&c, n);
		assert_int_equal(knows(&c, c.ana, "a0"), n <= USER_ADDRESSES_MAX);
		assert_true(knows(&c, c.ana, "a1"));
		char last[16];
		snprintf(last, sizeof last, "a%u", n - 1);
		assert_true(knows(&c, c.ana, last));
		close_centre(&c);
	}
}

/* What is used stays, however often one signs in from elsewhere. */
static void the_one_unused_for_longest_goes(void **state)
{
	struct centre c;
	open_centre(&c);
	come_from_many(&c, USER_ADDRESSES_MAX);
	c.now += ADDRESS_NOTE_MS;
	assert_int_equal(sign_in(&c, c.ana, "a0"), 1);
	assert_int_equal(sign_in(&c, c.ana, "new"), 1);
	assert_true(knows(&c, c.ana, "a0"));
	assert_false(knows(&c, c.ana, "a1"));
	assert_true(knows(&c, c.ana, "a2"));
	assert_true(knows(&c, c.ana, "new"));
	close_centre(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_known_to_the_user_who_signed_in_from_it),
		cmocka_unit_test(the_core_keeps_no_address_and_not_who_shares_one),
		cmocka_unit_test(it_is_noted_once_a_day),
		cmocka_unit_test(it_is_forgotten_after_thirty_days),
		cmocka_unit_test(a_clock_that_goes_back_forgets_nothing),
		cmocka_unit_test(the_last_sixteen_are_remembered),
		cmocka_unit_test(the_one_unused_for_longest_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
