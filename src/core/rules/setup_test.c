/* setup_test.c - what is declared of a centre changes, ends and begins again; and what keeps it from that. */
#include "core/core_fixture.h"
#include "core/rules/setup.h"

#include <utlist.h>

static enum err change_link(struct centre *c, struct body_link body)
{
	return run(c, (struct command) {.kind = CMD_CHANGE_LINK, .new_link = &body});
}

static enum err change_queue(
	struct centre *c, const char *name, const char *number, const char *link)
{
	const struct body_queue body = {
		.name = str_of(name), .number = str_of(number), .link = str_of(link)};
	return run(c, (struct command) {.kind = CMD_CHANGE_QUEUE, .new_queue = &body});
}

static enum err remove_thing(struct centre *c, enum command_kind kind, const char *name)
{
	return run(c, (struct command) {.kind = kind, .name = str_of(name)});
}

static enum err add_queue(struct centre *c, const char *name, const char *number)
{
	const struct body_queue body = {
		.name = str_of(name), .number = str_of(number), .link = STR("m1")};
	return run(c, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &body});
}

static void test_a_link_gets_another_password(void **state)
{
	struct centre *c = *state;
	struct body_link body = core_link(c->core, STR("m1"))->b;
	body.password = STR("right");
	assert_int_equal(change_link(c, body), OK);
	assert_true(str_is(core_link(c->core, STR("m1"))->b.password, "right"));
	body.name = STR("nowhere");
	assert_int_equal(change_link(c, body), ERR_NOT_FOUND);
}

static void test_a_link_does_not_become_a_providers(void **state)
{
	struct centre *c = *state;
	struct body_link body = core_link(c->core, STR("m1"))->b;
	body.provider = STR("example");
	assert_int_equal(change_link(c, body), ERR_WRONG_STATE);
}

static void test_a_number_with_an_open_session_stays(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+49151", "hello");
	assert_int_equal(core_open_sessions(c->core, core_queue(c->core, STR("support"))), 1);
	assert_int_equal(core_open_sessions(c->core, core_queue(c->core, STR("sales"))), 0);
	assert_int_equal(change_queue(c, "support", "5001", "m1"), ERR_WRONG_STATE);
	assert_int_equal(remove_thing(c, CMD_REMOVE_QUEUE, "support"), ERR_WRONG_STATE);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(act(c, CMD_COMPLETE, c->ana), OK);
	assert_int_equal(change_queue(c, "support", "5001", "m1"), OK);
	assert_null(core_queue_by_number(c->core, STR("5000")));
	assert_int_equal(remove_thing(c, CMD_REMOVE_QUEUE, "support"), OK);
	assert_null(core_queue(c->core, STR("support")));
	assert_null(core_queue_by_number(c->core, STR("5001")));
}

static void test_what_was_transferred_keeps_the_number_that_it_began_with(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+49151", "hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	must(c, (struct command) {.kind = CMD_TRANSFER,
			.caller = c->ana,
			.session = session_of(c->ana),
			.target = {.queue = STR("sales")}});
	assert_int_equal(remove_thing(c, CMD_REMOVE_QUEUE, "support"), ERR_WRONG_STATE);
	assert_int_equal(remove_thing(c, CMD_REMOVE_QUEUE, "sales"), ERR_WRONG_STATE);
}

static void test_a_removed_queue_comes_back_under_its_name(void **state)
{
	struct centre *c = *state;
	const struct body_assignment body = {
		.user = STR("ana"), .kind = ASSIGNED_QUEUE, .thing = STR("sales"), .held = 1};
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &body});
	assert_int_equal(remove_thing(c, CMD_REMOVE_QUEUE, "sales"), OK);
	assert_null(c->ana->assignments);
	assert_int_equal(remove_thing(c, CMD_REMOVE_QUEUE, "sales"), ERR_NOT_FOUND);
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &body}), ERR_NOT_FOUND);
	assert_int_equal(add_queue(c, "other", "6000"), OK); /* its number is free */
	assert_int_equal(add_queue(c, "sales", "6000"), ERR_ALREADY);
	assert_int_equal(add_queue(c, "sales", "+006000"), ERR_ALREADY); /* in another spelling */
	assert_int_equal(add_queue(c, "sales", "6001"), OK);
	assert_non_null(core_queue_by_number(c->core, STR("6001")));
}

static void test_a_link_goes_when_no_number_and_no_text_needs_it(void **state)
{
	struct centre *c = *state;
	struct body_link second = {
		.name = STR("m2"), .host = STR("127.0.0.1"), .port = 2776, .window = 10};
	ready(c, c->ana);
	writes(c, "+49151", "hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	ana_sends(c);
	assert_int_equal(remove_thing(c, CMD_REMOVE_LINK, "m1"), ERR_WRONG_STATE);
	must(c, (struct command) {.kind = CMD_ADD_LINK, .new_link = &second});
	assert_int_equal(change_queue(c, "support", "5000", "nowhere"), ERR_NOT_FOUND);
	assert_int_equal(
		change_queue(c, "support", "5000", "m2"), OK); /* an open session goes on by it */
	assert_int_equal(change_queue(c, "sales", "6000", "m2"), OK);
	assert_int_equal(
		remove_thing(c, CMD_REMOVE_LINK, "m1"), ERR_WRONG_STATE); /* the text waits */
	must(c, (struct command) {.kind = CMD_SMS_ANSWERED,
			.answer = {.place = {core_outbound(c->core, 1), 1, 1},
				.delivery = DELIVERY_SENT,
				.smsc_id = STR("x")}});
	assert_int_equal(remove_thing(c, CMD_REMOVE_LINK, "m1"), OK);
	assert_false(core_has_link(c->core, STR("m1")));
	assert_int_equal(add_queue(c, "third", "7000"), ERR_NOT_FOUND);
	second.name = STR("m1");
	second.provider = STR("example");
	assert_int_equal(run(c, (struct command) {.kind = CMD_ADD_LINK, .new_link = &second}),
		ERR_WRONG_STATE);
	second.provider = STR_NONE;
	must(c, (struct command) {.kind = CMD_ADD_LINK, .new_link = &second});
	assert_true(core_has_link(c->core, STR("m1")));
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ADD_LINK, .new_link = &second}), ERR_ALREADY);
}

static void test_a_larger_capacity_offers_what_waits(void **state)
{
	struct centre *c = *state;
	struct body_centre body = c->core->centre;
	body.capacity = 1;
	must(c, (struct command) {.kind = CMD_CHANGE_CENTRE, .new_centre = &body});
	ready(c, c->ana);
	writes(c, "+49151", "hello");
	writes(c, "+49152", "hello");
	assert_int_equal(c->core->sessions->next->parties->next, NULL);
	body.capacity = 2;
	must(c, (struct command) {.kind = CMD_CHANGE_CENTRE, .new_centre = &body});
	assert_int_equal(state_in(c->core->sessions->next, c->ana), PARTY_INVITED);
}

static void test_a_centre_keeps_its_name_and_what_its_links_remember(void **state)
{
	struct centre *c = *state;
	struct body_centre body = c->core->centre;
	const struct command change = {.kind = CMD_CHANGE_CENTRE, .new_centre = &body};
	body.name = STR("another");
	assert_int_equal(run(c, change), ERR_WRONG_STATE);
	body.name = STR("demo");
	body.receive_window++;
	assert_int_equal(run(c, change), ERR_WRONG_STATE);
	body.receive_window--;
	body.id_key = STR_NONE; /* not the configuration's */
	assert_int_equal(run(c, change), OK);
	assert_int_equal(c->core->centre.id_key.len, IDS_KEY_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_link_gets_another_password),
		T(test_a_link_does_not_become_a_providers),
		T(test_a_number_with_an_open_session_stays),
		T(test_what_was_transferred_keeps_the_number_that_it_began_with),
		T(test_a_removed_queue_comes_back_under_its_name),
		T(test_a_link_goes_when_no_number_and_no_text_needs_it),
		T(test_a_larger_capacity_offers_what_waits),
		T(test_a_centre_keeps_its_name_and_what_its_links_remember),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
