/* last_agent_test.c - the last agent is asked first. */
#include "core/core_fixture.h"

/* ana served customer +1 last; whoever else writes is ben's, who is Ready for longer. */
static void ana_is_remembered(struct centre *c)
{
	start(c, c->ben);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ben});
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	must(c, (struct command) {.kind = CMD_COMPLETE,
			.caller = c->ana,
			.session = session_of(c->ana),
			.complete.saves_agent = true});
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ana});
	must(c, (struct command) {.kind = CMD_READY, .caller = c->ben});
	must(c, (struct command) {.kind = CMD_READY, .caller = c->ana});
}

static void test_the_next_session_is_offered_to_who_served_the_customer_last(void **state)
{
	struct centre *c = *state;
	ana_is_remembered(c);
	writes(c, "+1", "Hello again");
	assert_non_null(session_of(c->ana));
	assert_null(session_of(c->ben));
}

static void test_who_served_last_and_cannot_is_not_waited_for(void **state)
{
	struct centre *c = *state;
	ana_is_remembered(c);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ana});
	writes(c, "+1", "Hello again");
	assert_non_null(session_of(c->ben));
	assert_null(session_of(c->ana));
}

static void test_who_served_last_and_refuses_is_as_anybody(void **state)
{
	struct centre *c = *state;
	ana_is_remembered(c);
	writes(c, "+1", "Hello again");
	assert_int_equal(act(c, CMD_REJECT, c->ana), OK);
	assert_non_null(session_of(c->ben));
}

/* routing.last-agent-for, to the millisecond; 0: never. */
static void test_who_served_last_is_remembered_for_a_while(void **state)
{
	struct centre *c = *state;
	for (msec left = -1; left <= 1; left++) {
		struct body_setting window = {
			.name = STR("routing.last-agent-for"), .value = 100000};
		must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &window});
		ana_is_remembered(c);
		msec until = contact_body(core_contact(c->core, STR("+1"))).last_agent_at + 100000;
		wait_ms(c, until - left - c->now - 1); /* the text takes one more */
		writes(c, "+1", "Hello again");
		bool is_anas = session_of(c->ana) != NULL;
		assert_int_equal(is_anas, left > 0);
		struct user *whose = is_anas ? c->ana : c->ben;
		assert_int_equal(act(c, CMD_ACCEPT, whose), OK);
		assert_int_equal(act(c, CMD_COMPLETE, whose), OK);
	}
}

static void test_saving_is_nothing_to_a_supervisor(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	must(c, (struct command) {.kind = CMD_ACCEPT,
			.caller = c->sam,
			.session = session,
			.accept.saves_agent = true});
	assert_int_equal(contact_body(session->contact).last_agent.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_the_next_session_is_offered_to_who_served_the_customer_last),
		T(test_who_served_last_and_cannot_is_not_waited_for),
		T(test_who_served_last_and_refuses_is_as_anybody),
		T(test_who_served_last_is_remembered_for_a_while),
		T(test_saving_is_nothing_to_a_supervisor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
