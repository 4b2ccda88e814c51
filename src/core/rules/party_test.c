/* party_test.c - leaving and completing, alone or not. */
#include "core/core_fixture.h"

static void test_leaving_alone_ends_it_for_the_customer_and_the_next_text_opens_another(
	void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	writes(c, "+1", "one more thing");
	assert_int_equal(session->message_count, 4); /* joined, text, ana joined, ana left */
	assert_non_null(session->next);
	assert_int_equal(run(c, (struct command) {.kind = CMD_COMPLETE,
					.caller = c->ana,
					.session = session,
					.complete.queue = STR("support")}),
		ERR_WRONG_STATE); /* the customer has a newer open one */
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
}

static void test_leave_and_complete_is_both_where_nobody_stays(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_LEAVE_AND_COMPLETE, c->ana), OK);
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
	for (size_t i = 0; i < c->outcome.count; i++)
		assert_int_not_equal(c->outcome.events[i].kind, EV_PARTY_LEFT);
}

static void test_leave_and_complete_is_leave_where_another_agent_stays(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	start(c, c->ben);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ana,
			.session = session,
			.target.user = c->ben});
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	struct command command = {.kind = CMD_LEAVE_AND_COMPLETE,
		.caller = c->ana,
		.session = session,
		.complete.queue = STR("support")};
	assert_int_equal(run(c, command), ERR_WRONG_STATE); /* what ben is in goes into no queue */
	command.complete.queue = STR_NONE;
	must(c, command);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	command.caller = c->ben;
	command.complete.queue = STR("nowhere");
	assert_int_equal(run(c, command), ERR_NOT_FOUND);
	command.complete.queue = STR("support");
	must(c, command);
	assert_int_equal(session->b.state, SESSION_QUEUED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_leaving_alone_ends_it_for_the_customer_and_the_next_text_opens_another),
		T(test_leave_and_complete_is_both_where_nobody_stays),
		T(test_leave_and_complete_is_leave_where_another_agent_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
