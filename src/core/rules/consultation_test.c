/* consultation_test.c - consultation. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/rules/access.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/rules/visibility.h"

static struct session *ana_consults_ben(struct centre *c)
{
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	start(c, c->ben);
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	return session;
}

static enum err says(struct centre *c, struct user *user, const char *text)
{
	return run(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			      .caller = user,
			      .session = session_of(user),
			      .send.text = str_of(text)});
}

static void test_a_consultant_is_seen_by_agents_and_whispers(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_consults_ben(c);
	const struct viewer *ben = session_viewer(session, c->ben);
	assert_int_equal(ben->b.visibility, VISIBLE_AGENTS);
	assert_true(visibility_shows_party(session_viewer(session, c->ana), ben));
	assert_true(visibility_shows_party(session_viewer(session, c->sam), ben));
	assert_false(visibility_shows_party(&session_contact(session)->viewer, ben));
	assert_int_equal(ben->b.drawn_for, CLASS_AGENT | CLASS_SUPERVISOR);
	const struct body_message joined_entry = message_body(
					  session->messages[session->message_count - 1]),
				  *joined = &joined_entry;
	assert_int_equal(joined->visibility, VISIBLE_AGENTS);
	assert_true(visibility_shows_message(ben, session->messages[0]));
	assert_int_equal(says(c, c->ben, "Offer the voucher"), OK);
	assert_int_equal(c->core->outbound_unsent, 0);
	const struct body_message said_entry = message_body(
					  session->messages[session->message_count - 1]),
				  *said = &said_entry;
	assert_int_equal(said->visibility, VISIBLE_AGENTS);
	assert_int_equal(said->outbound, 0);
	assert_int_equal(act(c, CMD_COMPLETE, c->ben), ERR_FORBIDDEN);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ben, c->sue), ERR_FORBIDDEN);
	assert_int_equal(asks_of(c, CMD_TRANSFER, c->ben, c->sue), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_LEAVE, c->ben), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
}

static void test_an_opt_out_forbids_a_consultant_nothing(void **state)
{
	struct centre *c = *state;
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	ana_consults_ben(c);
	assert_int_equal(says(c, c->ana, "Good day"), ERR_OPTED_OUT);
	assert_int_equal(says(c, c->ben, "Write nothing"), OK);
}

static void test_a_consultation_becomes_a_transfer_or_a_conference(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_consults_ben(c);
	struct str before = session_viewer(session, c->ben)->b.id;
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ana, c->ben), ERR_ALREADY);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), OK);
	const struct viewer *ben = session_viewer(session, c->ben);
	assert_int_equal(ben->b.state, PARTY_CHATTING);
	assert_int_equal(ben->b.visibility, VISIBLE_ALL);
	assert_false(str_eq(ben->b.id, before));
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), ERR_ALREADY);
	assert_int_equal(says(c, c->ben, "I am Ben"), OK);
	assert_int_equal(c->core->outbound_unsent, 1);
	start(c, c->sue);
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ben, c->sue), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK);
	assert_int_equal(asks_of(c, CMD_TRANSFER, c->ben, c->sue), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED);
	assert_int_equal(session_viewer(session, c->sue)->b.visibility, VISIBLE_ALL);
	assert_int_equal(session_hosts(session), 2);
}

static void test_the_consultant_goes_on_where_the_last_agent_goes(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_consults_ben(c);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(session_viewer(session, c->ben)->b.visibility, VISIBLE_ALL);
	const struct message *last = session->messages[session->message_count - 1];
	assert_int_equal(message_body(last).type, MESSAGE_REJOINED);
	assert_int_equal(visibility_type(&session_contact(session)->viewer, last), MESSAGE_JOINED);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ana});
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ben, c->ana), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	must(c, (struct command) {.kind = CMD_STOP_AGENT, .caller = c->ben});
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(session_viewer(session, c->ana)->b.visibility, VISIBLE_ALL);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
}

static void test_consultants_go_with_a_transfer_to_another_and_with_a_stop(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_consults_ben(c);
	start(c, c->sue);
	assert_int_equal(asks_of(c, CMD_TRANSFER, c->ana, c->sue), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK);
	assert_int_equal(asks_of(c, CMD_CONSULT, c->sue, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(state_in(session, c->sue), PARTY_LEFT_CHAT);
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED);
}

static void test_a_consult_is_cancelled_by_who_asked_until_it_is_accepted(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	start(c, c->ben);
	start(c, c->sue);
	assert_int_equal(act(c, CMD_CANCEL_CONSULT, c->ana), ERR_WRONG_STATE);
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ana, c->ben), OK);
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ana, c->sue), OK);
	assert_int_equal(act(c, CMD_CANCEL_CONSULT, c->ana), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_REVOKED);
	assert_int_equal(state_in(session, c->sue), PARTY_REVOKED);
	assert_int_equal(act(c, CMD_CANCEL_CONSULT, c->ana), ERR_WRONG_STATE);
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_false(access_capabilities(c->core, session_viewer(session, c->ana)) &
		     1u << CAN_CANCEL_CONSULT);
	assert_int_equal(act(c, CMD_CANCEL_CONSULT, c->ana), OK); /* and told that it failed */
	assert_int_equal(c->outcome.count, 1);
	assert_int_equal(c->outcome.events[0].kind, EV_PARTY_REQUEST_FAILED);
	assert_int_equal(c->outcome.events[0].recipient_count, 1);
	assert_ptr_equal(c->outcome.events[0].recipients[0].user, c->ana);
	assert_int_equal(state_in(session, c->ben), PARTY_CHATTING);
	assert_int_equal(act(c, CMD_LEAVE, c->ben), OK);
	assert_int_equal(act(c, CMD_CANCEL_CONSULT, c->ana), ERR_WRONG_STATE);
}

static void test_what_was_asked_is_withdrawn_when_who_asked_goes(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_consults_ben(c);
	start(c, c->sue);
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ana, c->sue), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_int_equal(state_in(session, c->sue), PARTY_REVOKED);
	assert_int_equal(state_in(session, c->ben), PARTY_CHATTING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_consultant_is_seen_by_agents_and_whispers),
		T(test_an_opt_out_forbids_a_consultant_nothing),
		T(test_a_consultation_becomes_a_transfer_or_a_conference),
		T(test_the_consultant_goes_on_where_the_last_agent_goes),
		T(test_consultants_go_with_a_transfer_to_another_and_with_a_stop),
		T(test_a_consult_is_cancelled_by_who_asked_until_it_is_accepted),
		T(test_what_was_asked_is_withdrawn_when_who_asked_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
