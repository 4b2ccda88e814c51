/* routing_test.c - who is offered a session, and who after that. */
#include "core/core_fixture.h"

#include <stdio.h>
#include <utlist.h>

static void test_a_text_opens_a_session_and_is_offered_to_the_ready_agent(void **state)
{
	struct centre *c = *state;
	start(c, c->ana);
	writes(c, "+1", "Hello");
	assert_null(session_of(c->ana)); /* NotReady gets no offers */
	must(c, (struct command) {.kind = CMD_READY, .caller = c->ana});
	struct session *session = session_of(c->ana);
	assert_non_null(session);
	assert_int_equal(session->b.state, SESSION_QUEUED);
	assert_int_equal(state_in(session, c->ana), PARTY_INVITED);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(session->message_count, 3); /* customer joined, text, agent joined */
	writes(c, "+1", "Still there?");
	assert_int_equal(session->message_count, 4);
	assert_ptr_equal(c->core->sessions, session); /* the same session */
	assert_null(session->next);
}

static void test_the_agent_idle_longest_is_offered_first_and_capacity_is_kept(void **state)
{
	struct centre *c = *state;
	ready(c, c->ben);
	ready(c, c->ana);
	writes(c, "+1", "a");
	assert_non_null(session_of(c->ben));
	assert_null(session_of(c->ana));
	writes(c, "+2", "b");
	assert_non_null(session_of(c->ana)); /* fewest open sessions first */
	for (int i = 0; i < 7; i++) {
		char phone[16];
		snprintf(phone, sizeof phone, "+3%d", i);
		writes(c, phone, "c");
	}
	size_t ana = 0, ben = 0;
	struct party *party;
	LL_COUNT2(c->ana->parties, party, ana, user_next);
	LL_COUNT2(c->ben->parties, party, ben, user_next);
	assert_int_equal(ana, 4);
	assert_int_equal(ben, 4); /* the ninth session waits */
}

static void test_an_unanswered_offer_is_revoked_and_goes_to_the_next_agent(void **state)
{
	struct centre *c = *state;
	ready(c, c->ben);
	ready(c, c->ana);
	writes(c, "+1", "a");
	struct session *session = session_of(c->ben);
	wait_ms(c, small_centre.answer_timeout - 1);
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED);
	wait_ms(c, 1);
	assert_int_equal(state_in(session, c->ben), PARTY_REVOKED);
	assert_int_equal(c->ben->agent.state, AGENT_NOT_READY);
	assert_true(str_is(c->ben->agent.reason, "NoAnswer"));
	assert_ptr_equal(session_of(c->ana), session);
}

static void test_who_rejected_is_asked_again_only_when_nobody_else_is_there(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+1", "a");
	struct session *session = session_of(c->ana);
	assert_int_equal(act(c, CMD_REJECT, c->ana), OK);
	assert_null(session_of(c->ana));
	wait_ms(c, small_centre.reject_wait - 1);
	assert_null(session_of(c->ana));
	wait_ms(c, 1);
	assert_ptr_equal(session_of(c->ana), session);
	assert_int_equal(act(c, CMD_REJECT, c->ana), OK);
	ready(c, c->ben);
	assert_ptr_equal(session_of(c->ben), session);
}

static void test_whoever_gives_up_an_invitation_is_free_for_the_queue_at_once(void **state)
{
	struct centre *c = *state;
	ready(c, c->ben);
	writes(c, "+1", "a");
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ben});
	ready(c, c->ana);
	for (int i = 0; i < 3; i++) {
		char phone[16];
		snprintf(phone, sizeof phone, "+2%d", i);
		writes(c, phone, "b");
	}
	struct session *invited_to = session_of(c->ben);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ben,
			.target.user = c->ana,
			.session = invited_to});
	writes(c, "+3", "c"); /* ana is at her capacity of 4 */
	must(c, (struct command) {.kind = CMD_REJECT, .caller = c->ana, .session = invited_to});
	size_t open = 0;
	struct party *party;
	LL_COUNT2(c->ana->parties, party, open, user_next);
	assert_int_equal(open, 4);
}

static void test_who_only_supervises_takes_no_sessions_from_the_queue(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	struct command go = {.kind = CMD_READY, .caller = c->sue};
	assert_int_equal(run(c, go), ERR_ROLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_text_opens_a_session_and_is_offered_to_the_ready_agent),
		T(test_the_agent_idle_longest_is_offered_first_and_capacity_is_kept),
		T(test_an_unanswered_offer_is_revoked_and_goes_to_the_next_agent),
		T(test_who_rejected_is_asked_again_only_when_nobody_else_is_there),
		T(test_whoever_gives_up_an_invitation_is_free_for_the_queue_at_once),
		T(test_who_only_supervises_takes_no_sessions_from_the_queue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
