/* coach_test.c - supervisors whom agents see: Coach and BargeIn, switching, intruding, taking over. */
#include "core/core_fixture.h"
#include "core/rules/access.h"
#include "core/model/message.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/model/session.h"
#include "core/rules/visibility.h"

static struct session *ana_chats_supervised_by_sam(struct centre *c, enum command_kind how)
{
	start(c, c->sam);
	ready(c, c->ana);
	must(c, (struct command) {.kind = how,
			.caller = c->sam,
			.agent = c->ana,
			.monitor.mode = MONITOR_ALL});
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	struct session *session = session_of(c->ana);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	return session;
}

static struct body_message last_entry(const struct session *session)
{
	return message_body(session->messages[session->message_count - 1]);
}

static bool is_listed(struct centre *c, const struct user *user, enum capability capability)
{
	struct session *session = session_of(user);
	return access_capabilities(c->core, session_viewer(session, user)) & 1u << capability;
}

static void holds_nothing_open(struct centre *c, enum command_kind how)
{
	struct session *session = ana_chats_supervised_by_sam(c, how);
	assert_int_equal(session_agents(session), 1);
	assert_null(c->sam->watches);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK); /* the last agent's */
	assert_int_equal(session->b.state, SESSION_LEFT);
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
	assert_int_equal(act(c, CMD_SEND_MESSAGE, c->sam), ERR_WRONG_STATE);
	assert_int_equal(act(c, CMD_COMPLETE, c->sam), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_COMPLETE, c->ana), OK);
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
	assert_int_equal(session->b.state, SESSION_ENDED);
}

static void test_a_supervisor_whom_agents_see_holds_nothing_open(void **state)
{
	holds_nothing_open(*state, CMD_COACH);
	teardown(state);
	setup(state);
	holds_nothing_open(*state, CMD_BARGE_IN);
}

static void test_what_a_coach_writes_is_for_agents_and_never_leaves(void **state)
{
	static const enum command_kind kinds[] = {CMD_SEND_MESSAGE, CMD_SEND_URL, CMD_START_TYPING,
		CMD_STOP_TYPING, CMD_SEND_NOTICE, CMD_SEND_TO_AGENTS, CMD_SEND_NOTICE_TO_AGENTS};
	struct centre *c = *state;
	struct session *session = ana_chats_supervised_by_sam(c, CMD_COACH);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		must(c, (struct command) {.kind = kinds[i],
				.caller = c->sam,
				.session = session,
				.send.text = STR("https://for.us/")});
		assert_int_equal(last_entry(session).visibility, VISIBLE_AGENTS);
		assert_int_equal(last_entry(session).audience, CLASS_AGENT | CLASS_SUPERVISOR);
		assert_int_equal(last_entry(session).outbound, 0);
	}
	assert_null(c->core->outbound);
	assert_int_equal(act(c, CMD_INVITE, c->sam), ERR_FORBIDDEN);
	assert_true(is_listed(c, c->ana, CAN_SEND_TO_AGENTS)); /* who is seen hears */
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_false(is_listed(c, c->sam, CAN_SEND_MESSAGE)); /* nobody is Chatting any more */
}

static void test_a_barge_in_talks_to_the_customer_and_invites(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_supervised_by_sam(c, CMD_BARGE_IN);
	start(c, c->ben);
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->sam,
			.session = session,
			.send.text = STR("I take over")});
	assert_int_equal(last_entry(session).visibility, VISIBLE_ALL);
	assert_non_null(c->core->outbound);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->sam,
			.session = session,
			.target.user = c->ben});
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED);
}

/* sam in one mode and then in another: what each class reads of it. */
static void switches(struct centre *c, enum command_kind from, enum command_kind to,
	enum message_type agents_read)
{
	struct session *session = ana_chats_supervised_by_sam(c, from);
	struct viewer *before = session_viewer(session, c->sam),
		      *ana = session_viewer(session, c->ana);
	struct str id = before->b.id;
	uint64_t index = visibility_last_index(before), agents = visibility_last_index(ana);
	assert_int_equal(act(c, to, c->sam), OK);
	struct viewer *sam = session_viewer(session, c->sam);
	const struct message *entry = session->messages[session->message_count - 1];
	assert_int_equal(before->b.state, PARTY_COMPLETED);
	assert_int_equal(sam->b.state, PARTY_CHATTING);
	assert_false(str_eq(sam->b.id, id));
	assert_int_equal(sam->b.visibility, visibility_in_mode(c->core, sam->b.supervision));
	assert_int_equal(visibility_last_index(sam), index + 1);
	assert_int_equal(visibility_type(sam, entry), MESSAGE_REJOINED);
	if (agents_read == MESSAGE_NOTICE) { /* nothing */
		assert_int_equal(visibility_last_index(ana), agents);
		return;
	}
	assert_int_equal(visibility_last_index(ana), agents + 1);
	assert_int_equal(visibility_type(ana, entry), agents_read);
	assert_int_equal(visibility_index(sam, entry) == visibility_index(ana, entry) &&
				 agents_read == MESSAGE_REJOINED,
		visibility_reads_alike(sam, ana, entry));
	assert_int_equal(act(c, to, c->sam), ERR_WRONG_STATE); /* it is that mode's already */
}

static void test_who_gains_sight_reads_of_joining_and_who_loses_it_of_leaving(void **state)
{
	static const struct {
		enum command_kind from, to;
		enum message_type agents_read;
	} rows[] = {
		{CMD_MONITOR, CMD_SWITCH_TO_COACH, MESSAGE_JOINED},
		{CMD_MONITOR, CMD_SWITCH_TO_BARGE_IN, MESSAGE_JOINED},
		{CMD_COACH, CMD_SWITCH_TO_MONITOR, MESSAGE_LEFT},
		{CMD_COACH, CMD_SWITCH_TO_BARGE_IN, MESSAGE_REJOINED},
		{CMD_BARGE_IN, CMD_SWITCH_TO_MONITOR, MESSAGE_LEFT},
		{CMD_BARGE_IN, CMD_SWITCH_TO_COACH, MESSAGE_REJOINED},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		teardown(state);
		setup(state);
		switches(*state, rows[i].from, rows[i].to, rows[i].agents_read);
	}
}

static void test_only_supervisors_switch(void **state)
{
	struct centre *c = *state;
	ana_chats_supervised_by_sam(c, CMD_MONITOR);
	assert_int_equal(act(c, CMD_SWITCH_TO_COACH, c->ana), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_SWITCH_TO_MONITOR, c->sam), ERR_WRONG_STATE);
	assert_false(is_listed(c, c->sam, CAN_SWITCH_TO_MONITOR));
	assert_true(is_listed(c, c->sam, CAN_SWITCH_TO_COACH));
	assert_true(is_listed(c, c->sam, CAN_SWITCH_TO_BARGE_IN));
}

/* To agents it is as if a Coach had come, and gone. */
static void test_an_agent_counts_a_supervisor_only_while_it_is_seen(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_supervised_by_sam(c, CMD_MONITOR);
	msec idle = session->idle.at;
	assert_false(is_listed(c, c->ana, CAN_SEND_TO_AGENTS));
	wait_ms(c, 5);
	assert_int_equal(act(c, CMD_SWITCH_TO_COACH, c->sam), OK);
	assert_true(is_listed(c, c->ana, CAN_SEND_TO_AGENTS));
	assert_int_equal(act(c, CMD_SEND_MESSAGE, c->sam), OK);
	assert_int_equal(act(c, CMD_SWITCH_TO_MONITOR, c->sam), OK);
	assert_false(is_listed(c, c->ana, CAN_SEND_TO_AGENTS));
	assert_int_equal(session->idle.at, idle); /* nothing of it is a conversation's */
	assert_replay_is_equal(c);
}

static enum err intrudes(struct centre *c, struct session *session, enum supervision mode)
{
	return run(c, (struct command) {.kind = CMD_INTRUDE,
			      .caller = c->sam,
			      .session = session,
			      .intrude = {.agent = c->ana, .mode = mode}});
}

static void test_a_supervisor_intrudes_with_a_mode_or_with_the_one_of_an_order(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	struct session *session = session_of(c->ana);
	assert_int_equal(intrudes(c, session, SUPERVISION_COACH), ERR_NOT_FOUND); /* only offered */
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(intrudes(c, session, supervision_count), ERR_MISSING_PARAMETER);
	assert_int_equal(intrudes(c, session, SUPERVISION_COACH), ERR_NOT_STARTED);
	start(c, c->sam);
	assert_int_equal(intrudes(c, session, SUPERVISION_COACH), OK);
	struct viewer *sam = session_viewer(session, c->sam);
	assert_int_equal(sam->b.state, PARTY_INVITED);
	assert_int_equal(sam->b.origin, ORIGIN_INTRUDED);
	assert_int_equal(sam->b.deadline, 0);
	assert_int_equal(intrudes(c, session, SUPERVISION_COACH), ERR_ALREADY);
	assert_int_equal(act(c, CMD_REJECT, c->sam), OK);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_NEXT, "Boss"), OK);
	assert_int_equal(intrudes(c, session, supervision_count), OK);
	sam = session_viewer(session, c->sam);
	assert_int_equal(sam->b.supervision, SUPERVISION_MONITOR);
	assert_true(str_is(sam->b.nickname, "Boss"));
	assert_non_null(c->sam->orders); /* an Accept uses it up, and nothing else */
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_COMPLETE, c->ana), OK);
	assert_int_equal(intrudes(c, session, SUPERVISION_COACH), ERR_NOT_FOUND);
}

static void set(struct centre *c, enum setting_kind kind)
{
	struct body_setting body = {.name = str_of(setting_rows[kind].name), .value = 1};
	must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &body});
}

static void test_a_private_supervisor_is_hidden_from_peers(void **state)
{
	struct centre *c = *state;
	set(c, SETTING_PRIVATE);
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, ""), OK);
	struct session *session = ana_chats_supervised_by_sam(c, CMD_MONITOR);
	struct viewer *sam = session_viewer(session, c->sam);
	uint64_t read = visibility_last_index(sam);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK);
	struct viewer *sue = session_viewer(session, c->sue);
	assert_int_equal(visibility_last_index(sam), read); /* of sue's joining sam reads nothing */
	assert_int_equal(visibility_last_index(sue), read);
	assert_false(visibility_shows_party(sam, sue));
	assert_true(visibility_shows_party(sue, sue));
	assert_int_equal(act(c, CMD_SWITCH_TO_COACH, c->sue), OK);
	const struct message *entry = session->messages[session->message_count - 1];
	assert_int_equal(visibility_type(sam, entry), MESSAGE_JOINED);
	assert_int_equal(visibility_type(session_viewer(session, c->sue), entry), MESSAGE_REJOINED);
	assert_int_equal(act(c, CMD_SWITCH_TO_MONITOR, c->sue), OK);
	entry = session->messages[session->message_count - 1];
	assert_int_equal(visibility_type(sam, entry), MESSAGE_LEFT);
	assert_int_equal(visibility_type(session_viewer(session, c->sue), entry), MESSAGE_REJOINED);
	assert_replay_is_equal(c);
}

static void joins_at_once(struct centre *c, enum command_kind how)
{
	set(c, SETTING_AUTO_ACCEPT);
	start(c, c->sam);
	ready(c, c->ana);
	must(c, (struct command) {.kind = how,
			.caller = c->sam,
			.agent = c->ana,
			.monitor.mode = MONITOR_NEXT});
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(state_in(session_of(c->ana), c->sam), PARTY_CHATTING);
	assert_null(c->sam->orders);
	/* What agents are told of a Coach, and of nobody silent, waits for the disk as their own things do. */
	uint64_t lsn = outcome_lsn(c->outcome.events, c->outcome.count);
	assert_int_equal(lsn == c->core->lsn, false); /* NextChat's end follows */
	const struct event *joined = NULL;
	for (size_t i = 0; i < c->outcome.count; i++)
		if (c->outcome.events[i].kind == EV_PARTY_JOINED)
			joined = &c->outcome.events[i];
	assert_ptr_equal(joined->object, session_viewer(session_of(c->ana), c->sam));
	for (const struct event *e = c->outcome.events; e < joined; e++)
		for (size_t i = 0; i < e->recipient_count; i++)
			assert_ptr_not_equal(e->recipients[i].user, c->sam);
	assert_int_equal(joined->is_followup, how == CMD_MONITOR);
}

static void test_with_auto_accept_a_supervisor_is_there_without_asking(void **state)
{
	joins_at_once(*state, CMD_MONITOR);
	teardown(state);
	setup(state);
	joins_at_once(*state, CMD_COACH);
}

static void test_a_coach_whom_an_agent_invites_is_an_agent_there(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_supervised_by_sam(c, CMD_COACH);
	const struct viewer *coach = session_viewer(session, c->sam);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ana,
			.session = session,
			.target.user = c->sam});
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(coach->b.state, PARTY_COMPLETED);
	assert_int_equal(session_agents(session), 2);
	assert_int_equal(act(c, CMD_SWITCH_TO_MONITOR, c->sam), ERR_FORBIDDEN);
}

/* Of ana's session, by a supervisor who is in it; the entry of it is what each reads it as. */
static void takes_over(struct centre *c, enum command_kind how, enum message_type ana_read)
{
	struct session *session = ana_chats_supervised_by_sam(c, how);
	struct viewer *ana = session_viewer(session, c->ana);
	uint64_t index = visibility_last_index(session_viewer(session, c->sam));
	uint64_t agents = visibility_last_index(ana);
	assert_true(is_listed(c, c->sam, CAN_TAKE_OVER));
	assert_int_equal(act(c, CMD_TAKE_OVER, c->sam), OK);
	const struct message *entry = session->messages[session->message_count - 2];
	struct viewer *sam = session_viewer(session, c->sam);
	assert_int_equal(sam->b.kind, PARTY_AGENT);
	assert_int_equal(sam->b.visibility, VISIBLE_ALL);
	assert_int_equal(ana->b.state, PARTY_COMPLETED);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(session_agents(session), 1);
	assert_int_equal(visibility_type(sam, entry), MESSAGE_REJOINED);
	assert_int_equal(visibility_type(ana, entry), ana_read);
	assert_int_equal(visibility_index(sam, entry), index + 1);
	assert_int_equal(visibility_index(ana, entry), agents + 1);
	assert_int_equal(last_entry(session).type, MESSAGE_LEFT);
	assert_true(str_eq(last_entry(session).user, c->ana->b.id));
	assert_int_equal(visibility_last_index(sam), index + 2);
	assert_int_equal(act(c, CMD_TAKE_OVER, c->sam), ERR_FORBIDDEN);
	assert_true(is_listed(c, c->sam, CAN_SEND_MESSAGE));
	assert_int_equal(act(c, CMD_COMPLETE, c->sam), OK);
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_replay_is_equal(c);
}

static void test_a_supervisor_takes_over_and_is_the_agent_there(void **state)
{
	takes_over(*state, CMD_MONITOR, MESSAGE_JOINED);
	teardown(state);
	setup(state);
	takes_over(*state, CMD_COACH, MESSAGE_REJOINED);
	teardown(state);
	setup(state);
	takes_over(*state, CMD_BARGE_IN, MESSAGE_REJOINED);
}

static void test_of_two_who_take_over_one_gets_it(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, ""), OK);
	struct session *session = ana_chats_supervised_by_sam(c, CMD_MONITOR);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK);
	assert_int_equal(act(c, CMD_TAKE_OVER, c->sue), OK);
	assert_int_equal(act(c, CMD_TAKE_OVER, c->sam), ERR_WRONG_STATE);
	assert_false(is_listed(c, c->sam, CAN_TAKE_OVER));
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING); /* and goes on watching */
	assert_int_equal(act(c, CMD_COMPLETE, c->sue), OK);
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
}

static void test_only_who_supervises_takes_over(void **state)
{
	struct centre *c = *state;
	ana_chats_supervised_by_sam(c, CMD_COACH);
	assert_int_equal(act(c, CMD_TAKE_OVER, c->ana), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK); /* wrap-up */
	assert_int_equal(act(c, CMD_TAKE_OVER, c->sam), ERR_WRONG_STATE);
}

static void test_an_order_on_who_takes_over_delivers_it(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->sam, MONITOR_NEXT, ""), OK);
	struct session *session = ana_chats_supervised_by_sam(c, CMD_MONITOR);
	assert_int_equal(state_in(session, c->sue), party_state_count);
	assert_int_equal(act(c, CMD_TAKE_OVER, c->sam), OK);
	assert_int_equal(state_in(session, c->sue), PARTY_INVITED);
	assert_null(c->sue->orders);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_supervisor_whom_agents_see_holds_nothing_open),
		T(test_what_a_coach_writes_is_for_agents_and_never_leaves),
		T(test_a_barge_in_talks_to_the_customer_and_invites),
		T(test_who_gains_sight_reads_of_joining_and_who_loses_it_of_leaving),
		T(test_only_supervisors_switch),
		T(test_an_agent_counts_a_supervisor_only_while_it_is_seen),
		T(test_a_supervisor_intrudes_with_a_mode_or_with_the_one_of_an_order),
		T(test_a_private_supervisor_is_hidden_from_peers),
		T(test_with_auto_accept_a_supervisor_is_there_without_asking),
		T(test_a_coach_whom_an_agent_invites_is_an_agent_there),
		T(test_a_supervisor_takes_over_and_is_the_agent_there),
		T(test_of_two_who_take_over_one_gets_it),
		T(test_only_who_supervises_takes_over),
		T(test_an_order_on_who_takes_over_delivers_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
