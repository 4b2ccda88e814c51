/* colleague_test.c - whom one invites, and puts out. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/model/session.h"

static void test_a_colleague_is_put_out_and_silent_supervisors_are_not_there(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->ana, c->sam), ERR_WRONG_STATE);
	ready(c, c->ben);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), OK);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->ana, c->ben), ERR_WRONG_STATE);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->ana, c->ana), ERR_OWN_USER);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->ana, c->sam), ERR_NOT_FOUND);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->ana, c->sue), ERR_NOT_FOUND);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->sam, c->ben), ERR_FORBIDDEN);
	size_t entries = session->message_count;
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->ana, c->ben), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_COMPLETED);
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(session->message_count, entries + 2);
	const struct body_message notice_entry = message_body(session->messages[entries]),
				  *notice = &notice_entry;
	assert_int_equal(notice->type, MESSAGE_NOTICE);
	assert_int_equal(notice->visibility, VISIBLE_AGENTS);
	assert_true(str_starts(notice->text, STR("REMOVE_PARTICIPANT_FROM_CONFERENCE")));
	assert_true(str_eq(str_skip(notice->text, 34), c->ben->b.id));
	assert_int_equal(message_body(session->messages[entries + 1]).type, MESSAGE_LEFT);
	assert_int_equal(message_body(session->messages[entries + 1]).visibility, VISIBLE_ALL);
}

static void test_whoever_supervises_in_sight_is_not_put_out_and_puts_out_where_an_agent_stays(
	void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_SWITCH_TO_COACH, c->sam), OK);
	start(c, c->ben);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->ana, c->sam), ERR_FORBIDDEN);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->sam, c->ana), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_SWITCH_TO_BARGE_IN, c->sam), OK);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->sam, c->ana), OK);
	assert_int_equal(session_agents(session), 1);
	assert_int_equal(asks_of(c, CMD_REMOVE_PARTICIPANT, c->sam, c->ben), ERR_WRONG_STATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_colleague_is_put_out_and_silent_supervisors_are_not_there),
		T(test_whoever_supervises_in_sight_is_not_put_out_and_puts_out_where_an_agent_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
