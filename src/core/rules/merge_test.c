/* merge_test.c - two contacts that are one phone. */
#include "core/core_fixture.h"
#include "core/rules/contact.h"

static enum err merges(struct centre *c, const char *from, const char *into)
{
	return run(c, (struct command) {.kind = CMD_MERGE_CONTACT,
			      .merge = {.from = core_contact(c->core, str_of(from)),
				      .into = core_contact(c->core, str_of(into))}});
}

static void test_a_contact_that_was_merged_is_the_other_one(void **state)
{
	struct centre *c = *state;
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello again");
	struct contact *into = core_contact(c->core, STR("+420600112301"));
	struct session *first = core_contact(c->core, STR("600112301"))->open;
	struct session *second = into->open;
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	assert_ptr_equal(core_contact(c->core, STR("600112301")), into);
	assert_ptr_equal(first->contact, into);
	assert_ptr_equal(into->open, first); /* by serial */
	assert_ptr_equal(first->contact_next, second);
	size_t before = first->message_count;
	writes(c, "600112301", "And once more");
	writes(c, "+420600112301", "And more");
	assert_int_equal(first->message_count, before + 2);
	assert_int_equal(c->core->sessions_drawn, 2);
	/* What it was told the texts were from stays. */
	assert_true(str_is(first->b.phone, "600112301"));
}

static void test_texts_on_their_way_and_references_move(void **state)
{
	struct centre *c = *state;
	static const char long_text[] =
		"This text is longer than the seventy characters that surely fit into one SMS, is "
		"it? "
		"And this makes it longer than the 160 characters of the default alphabet of GSM.";
	ready(c, c->ana);
	writes(c, "600112301", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session_of(c->ana),
			.send.text = STR(long_text)});
	struct outbound *out = c->core->outbound;
	writes(c, "+420600112301", "Hello");
	struct contact *into = core_contact(c->core, STR("+420600112301"));
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	assert_ptr_equal(out->contact, into);
	assert_ptr_equal(into->unsent, out);
	assert_int_equal(contact_body(into).reference, out->b.reference);
	writes_keyword(c, "+420600112301", "STOP", KEYWORD_STOP);
	assert_int_equal(out->b.withheld, 1);
}

/* STOP in the one spelling, before they are merged; START in the other one, after. */
static void refuses_and_allows(struct centre *c, const char *stop, const char *start)
{
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello");
	writes_keyword(c, stop, "STOP", KEYWORD_STOP);
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	const struct contact *into = core_contact(c->core, STR("+420600112301"));
	assert_true(contact_refuses(into, STR("5000")));
	assert_int_equal(contact_body(into).opted_out, 1);
	writes_keyword(c, start, "START", KEYWORD_START);
	assert_false(contact_refuses(into, STR("5000")));
}

static void test_a_refusal_of_the_merged_one_counts(void **state)
{
	refuses_and_allows(*state, "600112301", "+420600112301");
}

static void test_a_refusal_of_the_one_that_stays_counts(void **state)
{
	refuses_and_allows(*state, "+420600112301", "600112301");
}

static void test_who_was_merged_before_goes_along(void **state)
{
	struct centre *c = *state;
	writes(c, "0600112301", "Hello");
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello");
	assert_int_equal(merges(c, "0600112301", "600112301"), OK);
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	struct contact *into = core_contact(c->core, STR("+420600112301"));
	assert_ptr_equal(core_contact(c->core, STR("0600112301")), into);
	assert_int_equal(merges(c, "600112301", "+420600112301"), ERR_ALREADY);
}

static void test_only_what_may_be_one_phone_is_merged(void **state)
{
	struct centre *c = *state;
	writes(c, "+420600112301", "Hello");
	writes(c, "+421600112301", "Hello");
	writes(c, "600112301", "Hello");
	writes(c, "\"00420600112301\"", "Hello"); /* a name that looks like a number */
	assert_int_equal(merges(c, "+421600112301", "+420600112301"), ERR_RANGE);
	assert_int_equal(merges(c, "+420600112301", "+420600112301"), ERR_ALREADY);
	assert_int_equal(merges(c, "+420600112301", "\"00420600112301\""), ERR_UNANSWERABLE);
	assert_int_equal(merges(c, "\"00420600112301\"", "+420600112301"), OK);
}

/* No core can be made of these. */
static void test_merged_contacts_that_lead_nowhere_do_not_fit(void **state)
{
	struct centre *c = *state;
	struct body_contact body = {.phone = STR("600112301")};
	const struct event event = {.kind = EV_CONTACT_MERGED, .body = &body};
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello");
	writes(c, "0600112301", "Hello");
	body.merged_into = STR("+420600112301");
	assert_true(core_fits(c->core, &event));
	body.merged_into = STR("+420600112309"); /* nobody's */
	assert_false(core_fits(c->core, &event));
	body.merged_into = body.phone;
	assert_false(core_fits(c->core, &event));
	assert_int_equal(merges(c, "0600112301", "600112301"), OK);
	body.merged_into = STR("0600112301"); /* which is in it */
	assert_false(core_fits(c->core, &event));
	body.merged_into = STR("+420600112301"); /* would leave the other one behind */
	assert_false(core_fits(c->core, &event));
	body = (struct body_contact) {
		.phone = STR("0600112301")}; /* is not one of its own any more */
	assert_false(core_fits(c->core, &event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_contact_that_was_merged_is_the_other_one),
		T(test_texts_on_their_way_and_references_move),
		T(test_a_refusal_of_the_merged_one_counts),
		T(test_a_refusal_of_the_one_that_stays_counts),
		T(test_who_was_merged_before_goes_along),
		T(test_only_what_may_be_one_phone_is_merged),
		T(test_merged_contacts_that_lead_nowhere_do_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
