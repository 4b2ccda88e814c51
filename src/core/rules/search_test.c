/* search_test.c - Invite and Consult through a queue: its agents are asked one after the other. */
#include "core/core_fixture.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/rules/access.h"

static enum err asks_queue(
	struct centre *c, enum command_kind kind, struct user *asker, const char *queue)
{
	return run(c, (struct command) {.kind = kind,
			      .caller = asker,
			      .session = session_of(asker),
			      .target.queue = str_of(queue)});
}

/* ana talks to a customer; ben and sam, who is an agent as well, are Ready in that order. */
static struct session *ana_has_company(struct centre *c)
{
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	wait_ms(c, 1);
	ready(c, c->ben);
	wait_ms(c, 1);
	ready(c, c->sam);
	return session_of(c->ana);
}

static void test_the_next_agent_of_the_queue_is_asked_until_somebody_comes(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_has_company(c);
	assert_int_equal(asks_queue(c, CMD_INVITE, c->ana, "support"), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED); /* idle longest */
	assert_int_equal(state_in(session, c->sam), party_state_count);
	assert_int_equal(act(c, CMD_REJECT, c->ben), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED);
	assert_int_equal(state_in(session, c->sam), PARTY_INVITED);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(session_agents(session), 2);
	assert_int_equal(session_viewer(session, c->sam)->b.visibility, VISIBLE_ALL);
	assert_replay_is_equal(c);
}

static void test_it_ends_with_the_last_of_them_and_changes_nobodys_state(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_has_company(c);
	assert_int_equal(asks_queue(c, CMD_CONSULT, c->ana, "support"), OK);
	wait_ms(c, c->core->centre.answer_timeout);
	assert_int_equal(state_in(session, c->ben), PARTY_REVOKED);
	assert_int_equal(state_in(session, c->sam), PARTY_INVITED);
	wait_ms(c, c->core->centre.answer_timeout);
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
	assert_int_equal(state_in(session, c->ben), PARTY_REVOKED); /* each is asked once */
	assert_int_equal(c->ben->agent.state, AGENT_READY);
	assert_int_equal(c->sam->agent.state, AGENT_READY);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(asks_queue(c, CMD_CONSULT, c->ana, "support"), OK); /* another time anew */
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED);
	assert_replay_is_equal(c);
}

static void test_a_consultation_through_a_queue_is_cancelled_with_its_search(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_has_company(c);
	assert_int_equal(asks_queue(c, CMD_CONSULT, c->ana, "support"), OK);
	assert_int_equal(session_viewer(session, c->ben)->b.visibility, VISIBLE_AGENTS);
	assert_int_equal(act(c, CMD_CANCEL_CONSULT, c->ana), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_REVOKED);
	assert_int_equal(state_in(session, c->sam), party_state_count);
	assert_int_equal(asks_queue(c, CMD_CONSULT, c->ana, "support"), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(act(c, CMD_CANCEL_CONSULT, c->ana), OK);
	assert_non_null(recorded(c, EV_PARTY_REQUEST_FAILED));
}

static void test_who_signs_out_or_leaves_ends_no_search_but_the_own(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_has_company(c);
	assert_int_equal(asks_queue(c, CMD_INVITE, c->ana, "support"), OK);
	must(c, (struct command) {.kind = CMD_STOP_AGENT, .caller = c->ben});
	assert_int_equal(state_in(session, c->sam), PARTY_INVITED);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK); /* alone: nobody comes any more */
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
}

static void test_only_who_could_be_offered_something_is_asked(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_has_company(c);
	assert_int_equal(asks_queue(c, CMD_INVITE, c->ana, "nowhere"), ERR_NOT_FOUND);
	assert_int_equal(asks_queue(c, CMD_INVITE, c->ana, ""), ERR_MISSING_PARAMETER);
	assert_int_equal(run(c, (struct command) {.kind = CMD_CONSULT,
					.caller = c->ana,
					.session = session,
					.target = {c->ben, STR("support")}}),
		ERR_RANGE);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ben});
	struct body_assignment support = {
		.user = STR("ben"), .kind = ASSIGNED_QUEUE, .thing = STR("support"), .held = 1};
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &support});
	assert_int_equal(
		asks_queue(c, CMD_INVITE, c->ana, "support"), ERR_WRONG_STATE); /* nobody is free */
	assert_int_equal(asks_queue(c, CMD_INVITE, c->ana, "sales"), OK);
	assert_int_equal(state_in(session, c->sam), PARTY_INVITED);
	assert_int_equal(
		asks_queue(c, CMD_CONSULT, c->ana, "sales"), ERR_WRONG_STATE); /* asked already */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_the_next_agent_of_the_queue_is_asked_until_somebody_comes),
		T(test_it_ends_with_the_last_of_them_and_changes_nobodys_state),
		T(test_a_consultation_through_a_queue_is_cancelled_with_its_search),
		T(test_who_signs_out_or_leaves_ends_no_search_but_the_own),
		T(test_only_who_could_be_offered_something_is_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
