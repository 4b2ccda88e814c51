/* agent_test.c - logging out, being lost, and whose state who sets. */
#include "core/core_fixture.h"

static enum err control(
	struct centre *c, enum command_kind kind, struct user *supervisor, struct user *agent)
{
	return run(c, (struct command) {.kind = kind, .caller = supervisor, .agent = agent});
}

static void test_a_supervisor_sets_an_agents_state(void **state)
{
	struct centre *c = *state;
	assert_int_equal(control(c, CMD_READY_AGENT, c->sam, c->ana), ERR_WRONG_STATE);
	assert_int_equal(control(c, CMD_NOT_READY_AGENT, c->sam, c->ana), ERR_WRONG_STATE);
	assert_int_equal(control(c, CMD_STOP_OTHER_AGENT, c->sam, c->ana), OK);
	assert_int_equal(c->outcome.count, 0);
	start(c, c->ana);
	writes(c, "+1", "Hello");
	assert_int_equal(control(c, CMD_READY_AGENT, c->sam, c->ana), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK); /* the queue has offered it */
	struct session *session = session_of(c->ana);
	assert_int_equal(control(c, CMD_READY_AGENT, c->sam, c->ana), OK);
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(control(c, CMD_NOT_READY_AGENT, c->sam, c->ana), OK);
	assert_int_equal(c->ana->agent.state, AGENT_NOT_READY);
	assert_int_equal(c->ana->agent.reason.len, 0);
	assert_int_equal(c->outcome.events[0].recipient_count, 1);
	assert_ptr_equal(c->outcome.events[0].recipients[0].user, c->ana);
	assert_int_equal(control(c, CMD_STOP_OTHER_AGENT, c->sam, c->ana), OK);
	assert_int_equal(c->ana->agent.state, AGENT_LOGGED_OUT);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(session->b.state, SESSION_QUEUED);
	assert_replay_is_equal(c);
}

static void test_who_is_not_ready_for_a_reason_keeps_it(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	wait_ms(c, 60000); /* no answer */
	assert_true(str_is(c->ana->agent.reason, "NoAnswer"));
	assert_int_equal(control(c, CMD_NOT_READY_AGENT, c->sam, c->ana), OK);
	assert_int_equal(c->outcome.count, 0);
}

static void test_whose_state_nobody_else_sets(void **state)
{
	struct centre *c = *state;
	start(c, c->sam);
	start(c, c->sue);
	assert_int_equal(control(c, CMD_READY_AGENT, c->sam, c->sam), ERR_OWN_USER);
	assert_int_equal(control(c, CMD_STOP_OTHER_AGENT, c->sam, c->sam), ERR_OWN_USER);
	assert_int_equal(control(c, CMD_READY_AGENT, c->sam, c->sue), ERR_FORBIDDEN);
	assert_int_equal(control(c, CMD_STOP_OTHER_AGENT, c->sam, c->sue), OK);
	assert_int_equal(c->sue->agent.state, AGENT_LOGGED_OUT);
}

static void test_logging_out_requeues_and_supervisors_are_revoked(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	must(c, (struct command) {.kind = CMD_STOP_AGENT, .caller = c->ana});
	assert_int_equal(session->b.state, SESSION_QUEUED);
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
	assert_null(c->ana->parties);
}

static void test_an_agent_without_any_client_becomes_not_ready(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	must(c, (struct command) {.kind = CMD_CLIENT_CAME, .caller = c->ana});
	must(c, (struct command) {.kind = CMD_CLIENTS_LOST, .caller = c->ana});
	wait_ms(c, small_centre.lost_after - 1);
	assert_int_equal(c->ana->agent.state, AGENT_READY);
	wait_ms(c, 1);
	assert_int_equal(c->ana->agent.state, AGENT_NOT_READY);
	assert_true(str_is(c->ana->agent.reason, "ConnectionLost"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_supervisor_sets_an_agents_state),
		T(test_who_is_not_ready_for_a_reason_keeps_it),
		T(test_whose_state_nobody_else_sets),
		T(test_logging_out_requeues_and_supervisors_are_revoked),
		T(test_an_agent_without_any_client_becomes_not_ready),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
