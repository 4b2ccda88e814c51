/* transfer_test.c - a session that goes to another agent, or into a queue. */
#include "core/core_fixture.h"
#include "core/rules/access.h"
#include "core/model/reader.h"
#include "core/model/session.h"

static enum err transfer(
	struct centre *c, struct user *asker, struct user *target, const char *queue)
{
	return run(c, (struct command) {.kind = CMD_TRANSFER,
			      .caller = asker,
			      .session = session_of(asker),
			      .target = {target, str_of(queue)}});
}

static void test_a_transfer_completes_who_asks_and_invites_whom_it_is_to(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(transfer(c, c->ana, NULL, ""), ERR_MISSING_PARAMETER);
	assert_int_equal(transfer(c, c->ana, c->ben, "sales"), ERR_RANGE);
	assert_int_equal(transfer(c, c->ana, c->ana, ""), ERR_OWN_USER);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), ERR_WRONG_STATE); /* not started */
	assert_int_equal(transfer(c, c->ana, NULL, "nowhere"), ERR_NOT_FOUND);
	start(c, c->ben);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED);
	assert_int_equal(
		state_in(session, c->sam), PARTY_CHATTING); /* it goes on for who watches */
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	writes(c, "+1", "Still there?");
	assert_ptr_equal(c->core->sessions, session);
	assert_null(session->next);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(session_agents(session), 1);
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
}

static void test_a_transfer_that_is_refused_goes_back_to_its_queue(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ana});
	ready(c, c->ben);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), OK);
	assert_int_equal(act(c, CMD_REJECT, c->ben), OK);
	assert_int_equal(session->b.state, SESSION_QUEUED);
	assert_true(str_is(session->b.queue, "support"));
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED); /* not the same at once */
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
	must(c, (struct command) {.kind = CMD_READY, .caller = c->ana});
	assert_int_equal(state_in(session, c->ana), PARTY_INVITED);
}

static void test_a_transfer_that_is_not_answered_goes_back_and_changes_no_state(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ana});
	ready(c, c->ben);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), OK);
	wait_ms(c, small_centre.answer_timeout - 1);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	wait_ms(c, 1);
	assert_int_equal(session->b.state, SESSION_QUEUED);
	assert_int_equal(state_in(session, c->ben), PARTY_REVOKED);
	assert_int_equal(c->ben->agent.state, AGENT_READY); /* nobody asked the queue for ben */
	wait_ms(c, small_centre.reject_wait);
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED);
}

static void test_a_transfer_to_who_signs_out_goes_back(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	start(c, c->ben);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), OK);
	must(c, (struct command) {.kind = CMD_STOP_AGENT, .caller = c->ben});
	assert_int_equal(
		state_in(session, c->ana), PARTY_INVITED); /* Ready, and the queue's best */
}

static void test_where_another_agent_stays_nothing_goes_back(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	start(c, c->ben);
	start(c, c->sue);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), ERR_ALREADY);
	assert_int_equal(transfer(c, c->ana, c->sue, ""), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(act(c, CMD_REJECT, c->sue), OK);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(state_in(session, c->ben), PARTY_CHATTING);
	assert_null(session_rare(session)->refusals);
}

static void test_a_wrap_up_is_transferred_while_the_customer_has_not_begun_anew(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	start(c, c->ben);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), OK);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->ben), OK);
	writes(c, "+1", "Hello again");
	assert_true(session->next != NULL || c->core->sessions != session);
	assert_false(
		access_capabilities(c->core, session_viewer(session, c->ben)) & 1u << CAN_TRANSFER);
	assert_int_equal(run(c, (struct command) {.kind = CMD_TRANSFER,
					.caller = c->ben,
					.session = session,
					.target.queue = STR("sales")}),
		ERR_WRONG_STATE);
}

static void test_a_barge_in_transfers_the_agents_session_and_stays(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	start(c, c->ben);
	assert_int_equal(transfer(c, c->sam, c->ben, ""), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_SWITCH_TO_BARGE_IN, c->sam), OK);
	assert_int_equal(transfer(c, c->sam, c->ben, ""), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(session_viewer(session, c->sam)->b.state, PARTY_CHATTING);
	assert_int_equal(transfer(c, c->sam, c->ana, ""), ERR_WRONG_STATE); /* nobody has it now */
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(transfer(c, c->sam, NULL, "sales"), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED);
	assert_null(session_viewer(session, c->sam));
	assert_true(str_is(session->b.queue, "sales"));
}

static void test_a_stop_ends_what_was_handed_over_and_not_taken(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	start(c, c->ben);
	assert_int_equal(transfer(c, c->ana, c->ben, ""), OK);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_int_equal(state_in(session, c->ben), PARTY_REVOKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_transfer_completes_who_asks_and_invites_whom_it_is_to),
		T(test_a_transfer_that_is_refused_goes_back_to_its_queue),
		T(test_a_transfer_that_is_not_answered_goes_back_and_changes_no_state),
		T(test_a_transfer_to_who_signs_out_goes_back),
		T(test_where_another_agent_stays_nothing_goes_back),
		T(test_a_wrap_up_is_transferred_while_the_customer_has_not_begun_anew),
		T(test_a_barge_in_transfers_the_agents_session_and_stays),
		T(test_a_stop_ends_what_was_handed_over_and_not_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
