/* core_test.c - the centre's rules as sentences, on the core alone: no socket, no disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rules/access.h"
#include "core/rules/contact.h"
#include "core/model/reading.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/model/session.h"
#include "core/rules/turn.h"
#include "core/rules/visibility.h"

#include <utlist.h>

/* --- a small centre ----------------------------------------------------------------------------- */

struct centre {
	struct core *core;
	struct outcome outcome;
	struct buf journal; /* every event, as the store would keep it */
	size_t journal_events;
	msec now;
	struct user *ana, *ben, *sam, *sue;
};

struct journal_head {
	uint64_t lsn;
	msec at;
	unsigned kind;
	size_t len;
};

static void keep(struct centre *c)
{
	for (size_t i = 0; i < c->outcome.count; i++) {
		const struct event *event = &c->outcome.events[i];
		struct buf body = {0};
		body_pack(event_body(event->kind), &body, event->body);
		struct journal_head head = {event->lsn, event->at, event->kind, body.len};
		buf_put(&c->journal, str_from(&head, sizeof head));
		buf_put(&c->journal, buf_str(&body));
		buf_free(&body);
		c->journal_events++;
	}
}

/* The core that replaying the journal gives. */
static struct core *replay(const struct centre *c)
{
	struct core *replayed = core_new();
	struct str rest = buf_str(&c->journal);
	union {
#define BODY(name, version) struct body_##name name;
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"
	} body;
	while (rest.len) {
		struct journal_head head;
		memcpy(&head, rest.at, sizeof head);
		rest = str_skip(rest, sizeof head);
		assert_true(body_unpack(event_body(head.kind), str_from(rest.at, head.len), &body));
		struct event event = {
			.kind = head.kind, .lsn = head.lsn, .at = head.at, .body = &body};
		core_evolve(replayed, &event);
		rest = str_skip(rest, head.len);
	}
	return replayed;
}

static void assert_replay_is_equal(struct centre *c)
{
	struct core *replayed = replay(c);
	struct buf expected = {0}, got = {0};
	core_dump(c->core, &expected);
	core_dump(replayed, &got);
	buf_put_byte(&expected, '\0');
	buf_put_byte(&got, '\0');
	assert_string_equal(got.at, expected.at);
	buf_free(&expected);
	buf_free(&got);
	core_free(&replayed);
}

static enum err run(struct centre *c, struct command command)
{
	outcome_reset(&c->outcome);
	enum err e = core_apply(c->core, &command, ++c->now, &c->outcome);
	if (e != OK)
		assert_int_equal(c->outcome.count, 0);
	core_check(c->core);
	keep(c);
	return e;
}

static void must(struct centre *c, struct command command)
{
	assert_int_equal(run(c, command), OK);
}

static void wait_ms(struct centre *c, msec ms)
{
	outcome_reset(&c->outcome);
	c->now += ms;
	while (core_tick(c->core, c->now, 0, &c->outcome)) {
	}
	core_check(c->core);
	keep(c);
}

static struct user *add_user(struct centre *c, const char *name, uint64_t roles)
{
	struct body_user body = {
		.name = str_of(name), .roles = roles, .provisioned = 1, .enabled = 1};
	must(c, (struct command) {.kind = CMD_ADD_USER, .new_user = &body});
	return core_user_by_name(c->core, str_of(name));
}

static const struct body_centre small_centre = {
	.name = {"demo", 4},
	.id_key = {"0123456789abcdef0123456789abcdef", 32},
	.capacity = 4,
	.on_logout = LOGOUT_REQUEUE,
	.state_after_login = AGENT_NOT_READY,
	.lost_after = 120000,
	.answer_timeout = 60000,
	.reject_wait = 30000,
	.not_ready_after_no_answer = 1,
	.idle_close = 24 * 3600 * 1000,
	.redelivery_window = 600000,
	.receipt_window = 48 * 3600 * 1000,
	.receive_window = 10,
	.multimedia = 1,
	.stop_reply = {"stopped", 7},
	.start_reply = {"started", 7},
	.help_reply = {"help", 4},
};

static int setup(void **state)
{
	struct centre *c = mem_new(sizeof *c);
	c->core = core_new();
	c->now = 1700000000000;
	must(c, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &small_centre});
	c->ana = add_user(c, "ana", ROLE_AGENT);
	c->ben = add_user(c, "ben", ROLE_AGENT);
	c->sam = add_user(c, "sam", ROLE_SUPERVISOR | ROLE_AGENT);
	c->sue = add_user(c, "sue", ROLE_SUPERVISOR);
	struct body_link link = {
		.name = STR("m1"), .host = STR("127.0.0.1"), .port = 2775, .window = 10};
	must(c, (struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
	struct body_queue queue = {
		.name = STR("support"), .number = STR("5000"), .link = STR("m1")};
	must(c, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue});
	struct body_queue sales = {.name = STR("sales"), .number = STR("6000"), .link = STR("m1")};
	must(c, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &sales});
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	struct centre *c = *state;
	assert_replay_is_equal(c);
	outcome_free(&c->outcome);
	buf_free(&c->journal);
	core_free(&c->core);
	free(c);
	return 0;
}

static void start(struct centre *c, struct user *user)
{
	must(c, (struct command) {.kind = CMD_START_AGENT, .caller = user});
}

static void ready(struct centre *c, struct user *user)
{
	start(c, user);
	must(c, (struct command) {.kind = CMD_READY, .caller = user});
}

static void writes_keyword(
	struct centre *c, const char *phone, const char *text, enum keyword keyword)
{
	must(c, (struct command) {.kind = CMD_RECEIVE_SMS,
			.link = core_link(c->core, STR("m1")),
			.receive = {.phone = str_of(phone),
				.number = STR("5000"),
				.text = str_of(text),
				.keyword = keyword,
				.fingerprint = str_of("0123456789abcdef")}});
}

static void writes(struct centre *c, const char *phone, const char *text)
{
	writes_keyword(c, phone, text, KEYWORD_NONE);
}

/* The user's newest live session. */
static struct session *session_of(const struct user *user)
{
	struct viewer *viewer, *last = NULL;
	EACH_SESSION_OF(user, viewer)
		if (!last || viewer->b.invited >= last->b.invited)
			last = viewer;
	return last ? last->session : NULL;
}

static enum err act(struct centre *c, enum command_kind kind, struct user *user)
{
	return run(c, (struct command) {.kind = kind, .caller = user, .session = session_of(user)});
}

static enum err monitor(struct centre *c, struct user *supervisor, struct user *agent,
	enum monitor_mode mode, const char *nickname)
{
	return run(c, (struct command) {.kind = CMD_MONITOR,
			      .caller = supervisor,
			      .agent = agent,
			      .monitor = {.mode = mode, .nickname = str_of(nickname)}});
}

static enum party_state state_in(const struct session *session, const struct user *user)
{
	const struct viewer *viewer;
	enum party_state state = party_state_count;
	EACH_VIEWER(session, viewer)
		if (viewer->user == user)
			state = viewer->b.state;
	return state;
}

/* --- routing ------------------------------------------------------------------------------------ */

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
	DL_COUNT2(c->ana->parties, party, ana, user_next);
	DL_COUNT2(c->ben->parties, party, ben, user_next);
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
			.invite.user = c->ana,
			.session = invited_to});
	writes(c, "+3", "c"); /* ana is at her capacity of 4 */
	must(c, (struct command) {.kind = CMD_REJECT, .caller = c->ana, .session = invited_to});
	size_t open = 0;
	struct party *party;
	DL_COUNT2(c->ana->parties, party, open, user_next);
	assert_int_equal(open, 4);
}

static void test_who_only_supervises_takes_no_sessions_from_the_queue(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	struct command go = {.kind = CMD_READY, .caller = c->sue};
	assert_int_equal(run(c, go), ERR_ROLE);
}

/* --- supervision -------------------------------------------------------------------------------- */

static struct session *ana_chats_watched_by_sam(struct centre *c, enum monitor_mode mode)
{
	start(c, c->sam);
	ready(c, c->ana);
	assert_int_equal(monitor(c, c->sam, c->ana, mode, ""), OK);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	return session_of(c->ana);
}

static void test_the_session_is_delivered_when_the_watched_agent_accepts(void **state)
{
	struct centre *c = *state;
	start(c, c->sam);
	ready(c, c->ana);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	writes(c, "+1", "Hello");
	assert_null(session_of(c->sam)); /* offered is not accepted */
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(state_in(session_of(c->ana), c->sam), PARTY_INVITED);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(state_in(session_of(c->ana), c->sam), PARTY_CHATTING);
}

static void test_a_running_session_is_not_joined_only_the_next(void **state)
{
	struct centre *c = *state;
	start(c, c->sam);
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	assert_null(session_of(c->sam));
	writes(c, "+2", "Hi");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_ptr_equal(session_of(c->sam), session_of(c->ana));
}

static void test_next_chat_is_used_up_by_one_delivery_and_all_chats_goes_on(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	ana_chats_watched_by_sam(c, MONITOR_NEXT);
	assert_null(c->sam->orders);
	assert_int_equal(act(c, CMD_REJECT, c->sam), OK); /* does not bring it back */
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, ""), OK);
	writes(c, "+2", "Hi");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_null(session_of(c->sam));
	assert_non_null(session_of(c->sue));
	assert_non_null(c->sue->orders);
}

static void assert_all_caused(const struct centre *c, unsigned kind, struct str asker)
{
	assert_true(c->outcome.count > 1);
	for (size_t i = 0; i < c->outcome.count; i++) {
		const struct cause *cause = c->outcome.events[i].cause;
		assert_int_equal(cause->command, c->outcome.events[0].lsn);
		assert_int_equal(cause->kind, kind);
		assert_true(str_eq(cause->asker, asker));
	}
}

static void test_each_event_knows_its_command_and_who_asked(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	assert_all_caused(c, CAUSE_RECEIVE_SMS, STR("link"));
	must(c, (struct command) {.kind = CMD_ACCEPT,
			.caller = c->ana,
			.session = session_of(c->ana),
			.reference = 17});
	assert_all_caused(c, CAUSE_ACCEPT, c->ana->b.id);
	assert_int_equal(c->outcome.events[1].cause->reference, 17);
	ready(c, c->ben);
	writes(c, "+2", "Hello");
	assert_int_equal(c->outcome.events[0].cause->reference, 0);
	outcome_reset(&c->outcome);
	c->now += 60000;
	assert_true(core_tick(c->core, c->now, 0, &c->outcome)); /* nobody accepted */
	assert_all_caused(c, CAUSE_DEADLINE, STR("server"));
	keep(c);
}

/* Two in one outcome, as where one is not told before the next one comes. */
static void test_commands_of_one_outcome_stay_apart(void **state)
{
	struct centre *c = *state;
	const struct command came = {.kind = CMD_START_AGENT, .caller = c->ana};
	const struct command left = {.kind = CMD_STOP_AGENT, .caller = c->ana};
	outcome_reset(&c->outcome);
	assert_int_equal(core_apply(c->core, &came, ++c->now, &c->outcome), OK);
	size_t first = c->outcome.count;
	assert_int_equal(core_apply(c->core, &left, ++c->now, &c->outcome), OK);
	assert_true(c->outcome.count > first);
	assert_int_equal(c->outcome.events[0].cause->kind, CAUSE_START_AGENT);
	assert_int_equal(c->outcome.events[first].cause->kind, CAUSE_STOP_AGENT);
	assert_int_equal(c->outcome.events[first].cause->command, c->outcome.events[first].lsn);
	keep(c);
}

static void test_causes_have_names(void **state)
{
	assert_string_equal(cause_name(CAUSE_SEND_MESSAGE), "SEND_MESSAGE");
	assert_string_equal(cause_name(CAUSE_WAKE), "WAKE");
	assert_string_equal(cause_name(CAUSE_UNKNOWN), "UNKNOWN");
	assert_null(cause_name(CAUSE_WAKE + 1));
	assert_null(cause_name(CAUSE_DEADLINE - 1));
}

/* As the order of a supervisor whom agents will see. */
static void makes_the_order_visible(struct centre *c, const struct registration *order)
{
	struct body_registration body = order->b;
	struct turn turn = {.core = c->core, .now = ++c->now, .outcome = &c->outcome};
	outcome_reset(&c->outcome);
	body.visibility = VISIBLE_AGENTS;
	body.supervision = SUPERVISION_COACH;
	turn_emit(&turn, EV_REGISTRATION_STARTED, &body);
	keep(c);
}

static void test_a_supervisor_whom_agents_see_takes_no_capacity_and_holds_no_session_open(
	void **state)
{
	struct centre *c = *state;
	struct body_centre one = c->core->centre;
	struct turn turn = {.core = c->core, .now = ++c->now, .outcome = &c->outcome};
	one.capacity = 1;
	outcome_reset(&c->outcome);
	turn_emit(&turn, EV_CENTRE_CHANGED, &one);
	keep(c);
	start(c, c->sam);
	ready(c, c->ana);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_NEXT, ""), OK);
	makes_the_order_visible(c, c->sam->orders);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	struct session *session = session_of(c->ana);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	struct viewer *ana = session_viewer(session, c->ana);
	assert_true(visibility_shows_party(ana, session_viewer(session, c->sam)));
	assert_int_equal(session_agents(session), 1);
	must(c, (struct command) {.kind = CMD_READY, .caller = c->sam});
	writes(c, "+2", "Hi"); /* sam is at one session of one, but not as an agent */
	assert_ptr_not_equal(session_of(c->sam), session);
	assert_int_equal(session_party(session_of(c->sam), c->sam)->b.state, PARTY_INVITED);
	must(c, (struct command) {.kind = CMD_LEAVE, .caller = c->ana, .session = session});
	assert_int_equal(session->b.state, SESSION_LEFT); /* ana was alone in it */
}

static uint64_t answer_waits_for(const struct centre *c)
{
	return outcome_lsn(c->outcome.events, c->outcome.count) - c->outcome.events[0].lsn;
}

static void test_what_follows_for_who_watches_makes_no_answer_to_an_agent_wait(void **state)
{
	struct centre *c = *state;
	uint64_t unwatched[2];
	ready(c, c->ana);
	for (int watched = 0; watched < 2; watched++) {
		static const enum command_kind acts[2] = {CMD_ACCEPT, CMD_COMPLETE};
		writes(c, "+1", "Hello");
		for (int i = 0; i < 2; i++) {
			assert_int_equal(act(c, acts[i], c->ana), OK);
			assert_int_equal(
				c->outcome.events[c->outcome.count - 1].is_followup, watched);
			if (!watched)
				unwatched[i] = answer_waits_for(c);
			assert_int_equal(answer_waits_for(c), unwatched[i]);
			if (watched && i == 0)
				assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
		}
		start(c, c->sam);
		assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	}
}

static void test_nobody_but_supervisors_can_tell_that_one_is_there(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, "Susan"), OK);
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK);
	struct viewer *ana = session_viewer(session, c->ana);
	struct viewer *sam = session_viewer(session, c->sam);
	struct viewer *sue = session_viewer(session, c->sue);
	assert_false(visibility_shows_party(ana, sam));
	assert_false(visibility_shows_party(&session_contact(session)->viewer, sam));
	assert_true(visibility_shows_party(sam, sue));
	assert_true(visibility_shows_party(sue, sam));
	assert_true(str_is(sue->b.nickname, "Susan"));
	assert_true(str_is(sam->b.nickname, "sam"));
	writes(c, "+1", "still here");
	uint64_t agent_index = 0, supervisor_index = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		if (visibility_shows_message(ana, session->messages[i]))
			assert_int_equal(
				visibility_index(ana, session->messages[i]), ++agent_index);
		assert_int_equal(visibility_index(sam, session->messages[i]), ++supervisor_index);
	}
	assert_int_equal(agent_index, 4);
	assert_int_equal(supervisor_index, 6); /* the two supervisors' joining */
}

static void test_a_monitor_may_only_leave(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(
		act(c, CMD_LEAVE, c->sam), ERR_WRONG_STATE); /* while Invited it is Reject */
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	struct command send = {.kind = CMD_SEND_MESSAGE,
		.caller = c->sam,
		.session = session,
		.send.text = STR("psst")};
	assert_int_equal(core_may(c->core, &send), ERR_FORBIDDEN);
	assert_int_equal(run(c, send), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_COMPLETE, c->sam), ERR_FORBIDDEN);
	assert_int_equal(act(c, CMD_LEAVE, c->sam), OK);
	assert_int_equal(state_in(session, c->sam), PARTY_COMPLETED);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
}

/* --- supervisors whom agents see ---------------------------------------------------------------- */

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

static const struct body_message *last_entry(const struct session *session)
{
	return &session->messages[session->message_count - 1]->b;
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
		assert_int_equal(last_entry(session)->visibility, VISIBLE_AGENTS);
		assert_int_equal(last_entry(session)->audience, CLASS_AGENT | CLASS_SUPERVISOR);
		assert_int_equal(last_entry(session)->outbound, 0);
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
	assert_int_equal(last_entry(session)->visibility, VISIBLE_ALL);
	assert_non_null(c->core->outbound);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->sam,
			.session = session,
			.invite.user = c->ben});
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
			.invite.user = c->sam});
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(coach->b.state, PARTY_COMPLETED);
	assert_int_equal(session_agents(session), 2);
	assert_int_equal(act(c, CMD_SWITCH_TO_MONITOR, c->sam), ERR_FORBIDDEN);
}

static void test_complete_and_the_queue_revoke_supervisors(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	must(c, (struct command) {.kind = CMD_COMPLETE,
			.caller = c->ana,
			.session = session,
			.complete.queue = STR("sales")});
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(session->b.state, SESSION_QUEUED);
	ready(c, c->ben);
	assert_ptr_equal(session_of(c->ben), session); /* the same id, with its transcript */
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(act(c, CMD_COMPLETE, c->ben), OK);
	assert_int_equal(session->b.state, SESSION_ENDED);
}

static void test_supervisors_stay_while_another_agent_remains(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	start(c, c->ben);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ana,
			.invite.user = c->ben,
			.session = session});
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_COMPLETED);
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
	assert_int_equal(act(c, CMD_LEAVE, c->ben), OK);
	assert_int_equal(state_in(session, c->ben), PARTY_LEFT_CHAT); /* alone, whoever watches */
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
	assert_int_equal(act(c, CMD_COMPLETE, c->ben), OK);
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
}

static void test_a_silent_supervisor_who_is_invited_becomes_an_agent_there(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	struct command invite = {
		.kind = CMD_INVITE, .caller = c->ana, .invite.user = c->sam, .session = session};
	must(c, invite);
	assert_int_equal(run(c, invite), ERR_ALREADY); /* as for anybody who was invited */
	struct viewer *before = session_reader(session, c->sam);
	uint64_t read = visibility_index(before, session->messages[session->message_count - 1]);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	struct viewer *sam = session_viewer(session, c->sam);
	assert_int_equal(sam->b.kind, PARTY_AGENT);
	assert_true(visibility_shows_party(session_viewer(session, c->ana), sam));
	uint64_t index = 0; /* contiguous through the change, what was seen stays */
	for (size_t i = 0; i < session->message_count; i++)
		if (visibility_shows_message(sam, session->messages[i]))
			assert_int_equal(visibility_index(sam, session->messages[i]), ++index);
	assert_true(index > read);
}

static void test_who_is_in_the_session_as_agent_is_delivered_nothing(void **state)
{
	struct centre *c = *state;
	ready(c, c->sam);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	struct session *session = session_of(c->sam);
	start(c, c->ana);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_NEXT, ""), OK);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->sam,
			.invite.user = c->ana,
			.session = session});
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(session_party(session, c->sam)->b.kind, PARTY_AGENT);
	assert_non_null(c->sam->orders); /* nothing was used up */
}

static void test_orders_need_a_started_supervisor_and_another_user(void **state)
{
	struct centre *c = *state;
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), ERR_NOT_STARTED);
	start(c, c->sam);
	assert_int_equal(monitor(c, c->sam, c->sam, MONITOR_ALL, ""), ERR_OWN_USER);
	struct command cancel = {.kind = CMD_CANCEL_MONITORING, .caller = c->sam, .agent = c->ana};
	assert_int_equal(run(c, cancel), ERR_NOT_MONITORING);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	assert_int_equal(run(c, cancel), OK);
	assert_int_equal(run(c, cancel), ERR_NOT_MONITORING);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	must(c, (struct command) {.kind = CMD_STOP_AGENT, .caller = c->sam});
	assert_null(c->sam->orders);
}

static void test_what_was_written_after_a_silent_stay_ended_is_not_read_as_a_supervisor(
	void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, ""), OK);
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->sam), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK); /* sam is gone by now */
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ana,
			.invite.user = c->sam,
			.session = session});
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	struct viewer *sam = session_viewer(session, c->sam);
	uint64_t index = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		const struct message *message = session->messages[i];
		if (str_eq(message->b.user, c->sue->b.id))
			assert_false(visibility_shows_message(sam, message));
		if (visibility_shows_message(sam, message))
			assert_int_equal(visibility_index(sam, message), ++index);
	}
	assert_int_equal(index, 5); /* customer, text, ana, sam's silent joining, sam's joining */
}

static void test_an_accept_as_agent_ends_a_watch_that_was_only_offered(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ana,
			.invite.user = c->sam,
			.session = session});
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->sam), OK);
	assert_null(session_of(c->sam));
}

/* --- logging out -------------------------------------------------------------------------------- */

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

/* --- texts -------------------------------------------------------------------------------------- */

static void test_stop_closes_the_customers_side_with_one_confirmation(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	assert_int_equal(c->core->outbound_open, 1);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(c->core->outbound_open, 1);
	must(c, (struct command) {.kind = CMD_COMPLETE,
			.caller = c->ana,
			.session = session,
			.complete.queue = STR("support")});
	wait_ms(c, small_centre.reject_wait);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	struct command send = {.kind = CMD_SEND_MESSAGE,
		.caller = c->ana,
		.session = session,
		.send.text = STR("but")};
	assert_int_equal(run(c, send), ERR_OPTED_OUT);
	writes_keyword(c, "+1", "START", KEYWORD_START);
	assert_int_equal(run(c, send), OK);
}

static struct outbound *ana_sends(struct centre *c)
{
	struct session *session = session_of(c->ana);
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session,
			.send.text = STR("How may I help you?")});
	return session->messages[session->message_count - 1]->outbound;
}

static unsigned count_recorded(const struct centre *c, enum event_kind kind)
{
	unsigned count = 0;
	for (size_t i = 0; i < c->outcome.count; i++)
		count += c->outcome.events[i].kind == kind;
	return count;
}

static void test_a_stop_may_be_to_one_number_of_ours(void **state)
{
	struct centre *c = *state;
	const struct body_setting scope = {.name = STR("optout.scope"), .value = OPTOUT_OF_NUMBER};
	must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &scope});
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct contact *contact = session->contact;
	struct str here = session->b.number, other = STR("4711");
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_true(contact_refuses(contact, here));
	assert_false(contact_refuses(contact, other));
	assert_int_equal(contact->b.opted_out, 0);
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(count_recorded(c, EV_CONTACT_OPTED_OUT), 0);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 0);
	writes_keyword(c, "+1", "START", KEYWORD_START);
	assert_false(contact_refuses(contact, here));
	assert_int_equal(contact->b.refused.len, 0);
	core_check(c->core);
}

static void test_help_is_answered_once_in_ten_minutes(void **state)
{
	struct centre *c = *state;
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 1);
	wait_ms(c, HELP_AGAIN_MS - 2);
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 0);
	writes_keyword(c, "+2", "HELP", KEYWORD_HELP); /* each phone by itself */
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 1);
	wait_ms(c, 10);
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 1);
}

static void test_a_confirmation_leaves_within_minutes_or_never(void **state)
{
	struct centre *c = *state;
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	struct outbound *late = core_outbound(c->core, c->core->outbound_drawn);
	wait_ms(c, CONFIRM_WITHIN_MS - 10);
	assert_true(late->b.open);
	wait_ms(c, 20);
	assert_false(late->b.open);
	writes_keyword(c, "+1", "START", KEYWORD_START);
	struct outbound *sent = core_outbound(c->core, c->core->outbound_drawn);
	must(c, (struct command) {.kind = CMD_SMS_ANSWERED,
			.answer = {{sent, 1, 1}, DELIVERY_SENT, STR("x")}});
	wait_ms(c, CONFIRM_WITHIN_MS + 10);
	assert_true(sent->b.open); /* it left: its receipt is awaited */
	core_check(c->core);
}

static void test_a_sentence_that_may_mean_stop_is_a_text_until_a_person_decides(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct contact *contact = session->contact;
	struct command decide = {.kind = CMD_DECIDE_OPT_OUT, .decide.contact = contact};
	writes_keyword(c, "+1", "please stop", KEYWORD_PERHAPS_STOP);
	assert_int_equal(session->messages[session->message_count - 1]->b.type, MESSAGE_TEXT);
	assert_true(contact->b.doubted > 0);
	assert_int_equal(ana_sends(c)->b.withheld, 0);
	must(c, decide); /* it was not meant so */
	assert_int_equal(contact->b.doubted, 0);
	assert_int_equal(contact->b.opted_out, 0);
	assert_int_equal(run(c, decide), ERR_ALREADY);
	writes_keyword(c, "+1", "please stop", KEYWORD_PERHAPS_STOP);
	decide.decide.is_opt_out = true;
	must(c, decide);
	assert_int_equal(contact->b.opted_out, 1);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 0); /* nobody asks to be told so late */
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	core_check(c->core);
}

/* The answer to one part is lost, with the bind or with the process. */
static void loses(struct centre *c, enum command_kind how, struct outbound *out, unsigned part,
	unsigned parts)
{
	const struct part_place place = {out, part, parts};
	struct command command = {.kind = how, .link = out->link};
	if (how == CMD_SEND_WITHIN) {
		command.send_within.parts = 10;
		command.send_within.lost = (struct part_places) {&place, 1};
	} else {
		command.find_sent.lost = (struct part_places) {&place, 1};
	}
	must(c, command);
}

/* Of what the last command recorded; NULL: there is no such event. */
static const void *recorded(const struct centre *c, enum event_kind kind)
{
	for (size_t i = 0; i < c->outcome.count; i++)
		if (c->outcome.events[i].kind == kind)
			return c->outcome.events[i].body;
	return NULL;
}

static void test_a_text_is_recorded_once_and_leaves_also_when_its_session_is_forgotten(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	const struct body_outbound *queued = recorded(c, EV_SMS_QUEUED);
	assert_int_equal(queued->text.len, 0);
	assert_int_equal(queued->seq, session->message_count);
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	core_forget(c->core, c->core->lsn);
	assert_null(c->core->ended);
	assert_true(str_is(core_outbound_text(out), "How may I help you?"));
	core_check(c->core);
}

static void test_an_answer_without_a_session_carries_its_text(void **state)
{
	struct centre *c = *state;
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	const struct body_outbound *queued = recorded(c, EV_SMS_QUEUED);
	assert_int_equal(queued->session.len, 0);
	assert_true(str_eq(queued->text, small_centre.stop_reply));
	assert_true(str_eq(core_outbound_text(core_outbound(c->core, queued->serial)),
		small_centre.stop_reply));
}

/* As the first program wrote them: the text beside its entry's, and 256 in the reference of what is withheld. */
static void test_older_texts_are_read(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	struct body_outbound old = out->b;
	struct turn turn = {.core = c->core, .now = ++c->now, .outcome = &c->outcome};
	outcome_reset(&c->outcome);
	old.text = STR("What it says itself");
	old.reference = 256 + 7;
	turn_emit(&turn, EV_SMS_WITHHELD, &old);
	keep(c);
	assert_int_equal(out->b.withheld, 1);
	assert_int_equal(out->b.reference, 7);
	assert_int_equal(out->b.text.len, 0);
	assert_true(str_is(core_outbound_text(out), "What it says itself"));
	core_check(c->core);
}

static void test_a_text_whose_entry_is_unknown_does_not_fit(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct body_outbound other = ana_sends(c)->b;
	const struct event event = {.kind = EV_SMS_QUEUED, .body = &other};
	other.serial++;
	assert_true(core_fits(c->core, &event));
	other.seq++;
	assert_false(core_fits(c->core, &event));
	other.text = STR("Hello");
	assert_true(core_fits(c->core, &event));
}

static void test_while_the_process_lives_a_text_is_repeated_once(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	assert_true(out->is_unsent);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	assert_false(out->is_unsent);
	assert_int_equal(out->message->delivery, DELIVERY_UNCERTAIN);
	uint64_t lsn = c->core->lsn;
	loses(c, CMD_SEND_WITHIN, out, 1, 1); /* it is given up: nothing more is lost */
	loses(c, CMD_FIND_SENT, out, 1, 1);
	assert_int_equal(out->parts->b.attempts, 2);
	assert_int_equal(out->parts->lost.lives, 0);
	assert_int_equal(c->core->lsn, lsn + 1); /* SENDING_CHANGED */
}

/* Each life that ends while an answer is awaited adds a repeat, up to the setting. */
static void ends_with_repeats(struct centre *c, unsigned most, unsigned live_losses)
{
	struct outbound *out = ana_sends(c);
	unsigned lives = 0;
	for (unsigned i = 0; i < live_losses; i++)
		loses(c, CMD_SEND_WITHIN, out, 1, 1);
	for (; out->is_unsent && lives < 20; lives++)
		loses(c, CMD_FIND_SENT, out, 1, 1);
	assert_int_equal(live_losses + lives, most + 1); /* sent once, and `most` times again */
	assert_int_equal(out->parts->lost.lives, lives);
	assert_int_equal(out->message->delivery, DELIVERY_UNCERTAIN);
}

static void test_each_life_that_ends_adds_a_repeat_up_to_the_setting(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	ends_with_repeats(c, 3, 0);
	ends_with_repeats(c, 3, 1);
	for (unsigned most = 0; most < 3; most++) {
		struct body_setting body = {.name = STR("sms.repeat-max"), .value = most};
		must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &body});
		ends_with_repeats(c, most, 0);
	}
}

static void test_the_last_life_gets_no_repeat_of_its_own_beyond_the_setting(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	for (unsigned i = 0; i < 3; i++)
		loses(c, CMD_FIND_SENT, out, 1, 1);
	assert_true(out->is_unsent);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	assert_false(out->is_unsent);
}

static void test_a_text_that_was_given_up_is_sent_once_the_smsc_says_so(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	struct command answer = {.kind = CMD_SMS_ANSWERED,
		.answer = {.place = {out, 1, 1}, .delivery = DELIVERY_FAILED}};
	assert_int_equal(run(c, answer), ERR_ALREADY); /* perhaps the first copy was taken */
	answer.answer.delivery = DELIVERY_SENT;
	answer.answer.smsc_id = STR("late");
	must(c, answer);
	assert_int_equal(out->message->delivery, DELIVERY_SENT);
	assert_false(out->is_unsent);
	assert_int_equal(run(c, answer), ERR_ALREADY);
}

static void test_how_far_a_link_is_written_to_is_remembered(void **state)
{
	struct centre *c = *state;
	struct link *link = core_link(c->core, STR("m1"));
	struct command within = {.kind = CMD_SEND_WITHIN, .link = link, .send_within.parts = 12};
	assert_int_equal(link->sending.parts, 0);
	must(c, within);
	assert_int_equal(link->sending.parts, 12);
	uint64_t lsn = c->core->lsn;
	must(c, within);
	assert_int_equal(c->core->lsn, lsn);
	within.send_within.through = 7 << 8 | 1;
	must(c, within);
	assert_int_equal(link->sending.parts, 12);
	assert_int_equal(link->sending.through, 7 << 8 | 1);
	must(c, (struct command) {.kind = CMD_FIND_SENT, .link = link});
	assert_int_equal(link->sending.parts, 0);
	assert_int_equal(link->sending.through, 0);
}

static void test_what_is_on_its_way_out_of_turn_is_not_after_a_life(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	const struct part_place places[] = {{out, 1, 2}, {out, 2, 2}};
	struct command change = {.kind = CMD_CHANGE_TURN,
		.link = out->link,
		.change_turn = {.places = {places, 2}, .turn = TURN_WAITS}};
	assert_null(core_aside(out, 1));
	must(c, change);
	change.change_turn.places.count = 1;
	change.change_turn.turn = TURN_LEAVES;
	must(c, change);
	assert_int_equal(core_aside(out, 1)->b.turn, TURN_LEAVES);
	assert_int_equal(core_aside(out, 2)->b.turn, TURN_WAITS);
	uint64_t lsn = c->core->lsn;
	must(c, change);
	assert_int_equal(c->core->lsn, lsn);
	must(c, (struct command) {
			.kind = CMD_SEND_WITHIN, .link = out->link, .send_within.parts = 10});
	assert_int_equal(core_aside(out, 1)->b.turn, TURN_LEAVES);
	must(c, (struct command) {.kind = CMD_FIND_SENT, .link = out->link});
	assert_int_equal(core_aside(out, 1)->b.turn, TURN_WAITS);
}

/* As it is read from a journal that says nothing of it. */
static void test_a_link_of_an_older_journal_may_have_a_window_of_texts_on_the_wire(void **state)
{
	const struct body_link body = {.name = STR("old"), .window = 7};
	struct event event = {.kind = EV_LINK_ADDED, .body = &body};
	struct core *core = core_new();
	core_evolve(core, &event);
	assert_int_equal(core_link(core, STR("old"))->sending.parts, 7);
	core_free(&core);
}

static void test_a_setting_has_its_default_until_it_is_changed(void **state)
{
	struct centre *c = *state;
	struct body_setting body = {.name = STR("sms.repeat-max"), .value = 7};
	struct command change = {.kind = CMD_CHANGE_SETTING, .setting = &body};
	assert_int_equal(c->core->settings[SETTING_REPEAT_MAX], 3);
	must(c, change);
	assert_int_equal(c->core->settings[SETTING_REPEAT_MAX], 7);
	body.name = STR("of-another-program");
	must(c, change); /* kept, and nothing follows from it */
	body.link = STR("nowhere");
	assert_int_equal(run(c, change), ERR_NOT_FOUND);
}

static void test_a_text_is_delivered_part_by_part(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session,
			.send.text = STR("How may I help you?")});
	struct message *message = session->messages[session->message_count - 1];
	struct outbound *out = message->outbound;
	assert_int_equal(message->delivery, DELIVERY_QUEUED);
	struct command first = {.kind = CMD_SMS_ANSWERED,
		.answer = {.place = {out, 1, 2}, .delivery = DELIVERY_SENT, .smsc_id = STR("id1")}};
	must(c, first);
	assert_int_equal(run(c, first), ERR_ALREADY);
	loses(c, CMD_SEND_WITHIN, out, 2, 2);
	assert_int_equal(message->delivery, DELIVERY_UNCERTAIN);
	assert_true(out->is_unsent); /* it may be repeated once */
	must(c, (struct command) {.kind = CMD_SMS_ANSWERED,
			.answer = {.place = {out, 2, 2},
				.delivery = DELIVERY_SENT,
				.smsc_id = STR("id2")}});
	assert_int_equal(message->delivery, DELIVERY_SENT);
	assert_false(out->is_unsent);
	struct command receipt = {.kind = CMD_SMS_RECEIPT,
		.link = out->link,
		.receipt = {.smsc_id = STR("id2"), .delivery = DELIVERY_DELIVERED}};
	must(c, receipt);
	receipt.receipt.smsc_id = STR("id1");
	must(c, receipt);
	assert_int_equal(message->delivery, DELIVERY_DELIVERED);
	assert_false(out->b.open);
	assert_int_equal(run(c, receipt), ERR_NOT_FOUND);
}

static uint64_t reference_of_a_text_of(struct centre *c, size_t len, char last)
{
	char text[200];
	struct session *session = session_of(c->ana);
	memset(text, 'x', sizeof text);
	text[len - 1] = last;
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session,
			.send.text = str_from(text, len)});
	return session->messages[session->message_count - 1]->outbound->b.reference;
}

static void test_only_what_may_need_several_sms_draws_a_reference(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(reference_of_a_text_of(c, 159, 'x'), 0);
	assert_int_equal(reference_of_a_text_of(c, 160, 'x'), 0);
	assert_int_equal(reference_of_a_text_of(c, 160, '^'), 1); /* two septets */
	assert_int_equal(reference_of_a_text_of(c, 161, 'x'), 2);
}

static void test_a_copy_takes_the_place_of_its_text_as_the_newest(void **state)
{
	struct centre *c = *state;
	struct link *link = core_link(c->core, STR("m1"));
	writes(c, "+1", "Hello");
	writes(c, "+1", "Hello again");
	const struct body_inbound *one = &link->inbound[0].b, *two = &link->inbound[1].b;
	msec first = one->at;
	struct command match = {.kind = CMD_MATCH_REDELIVERY,
		.link = link,
		.match = {.fingerprint = STR("0123456789abcdef"), .at = first}};
	must(c, match); /* both look alike to the link: the older one's */
	assert_int_equal(one->count, 3);
	assert_int_equal(one->at, first);
	assert_int_equal(one->matched, 0);
	assert_int_equal(two->count, 2);
	must(c, match);
	assert_int_equal(two->count, 4);
}

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
			.invite.user = c->ben});
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

/* --- what agents write -------------------------------------------------------------------------- */

static bool has(const struct centre *c, const struct session *session, const struct user *user,
	enum capability capability)
{
	return access_capabilities(c->core, session_viewer(session, user)) & 1u << capability;
}

static void joins_ana(struct centre *c, struct session *session, struct user *user)
{
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ana,
			.session = session,
			.invite.user = user});
	assert_int_equal(act(c, CMD_ACCEPT, user), OK);
}

static void test_agents_write_to_agents_only_while_another_agent_hears_it(void **state)
{
	static const enum command_kind kinds[] = {CMD_SEND_TO_AGENTS, CMD_START_TYPING_TO_AGENTS,
		CMD_STOP_TYPING_TO_AGENTS, CMD_SEND_NOTICE_TO_AGENTS};
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	start(c, c->ben);
	for (size_t i = 0; i < 4; i++) { /* who only watches hears all, and is nobody to agents */
		assert_int_equal(act(c, kinds[i], c->ana), ERR_WRONG_STATE);
		assert_false(has(c, session, c->ana, access_of_command(kinds[i])));
	}
	joins_ana(c, session, c->ben);
	for (size_t i = 0; i < 4; i++) {
		assert_true(has(c, session, c->ana, access_of_command(kinds[i])));
		assert_int_equal(act(c, kinds[i], c->ana), OK);
		const struct body_message *b = &session->messages[session->message_count - 1]->b;
		assert_int_equal(b->audience, CLASS_AGENT | CLASS_SUPERVISOR);
		assert_int_equal(b->outbound, 0);
		assert_int_equal(act(c, kinds[i], c->sam), ERR_FORBIDDEN);
	}
	assert_null(c->core->outbound); /* nothing of it leaves */
	assert_int_equal(act(c, CMD_LEAVE, c->ben), OK);
	assert_false(has(c, session, c->ana, CAN_SEND_TO_AGENTS));
}

static void test_of_what_agents_write_texts_and_urls_leave_and_nothing_else(void **state)
{
	static const struct {
		enum command_kind kind;
		enum message_type type;
		bool leaves;
	} rows[] = {
		{CMD_SEND_MESSAGE, MESSAGE_TEXT, true},
		{CMD_SEND_URL, MESSAGE_PUSH_URL, true},
		{CMD_START_TYPING, MESSAGE_TYPING_STARTED, false},
		{CMD_STOP_TYPING, MESSAGE_TYPING_STOPPED, false},
		{CMD_SEND_NOTICE, MESSAGE_CUSTOM_NOTICE, false},
	};
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		must(c, (struct command) {.kind = rows[i].kind,
				.caller = c->ana,
				.session = session,
				.send.text = STR("https://example.org/")});
		const struct body_message *b = &session->messages[session->message_count - 1]->b;
		assert_int_equal(b->type, rows[i].type);
		assert_int_equal(b->visibility, VISIBLE_ALL);
		assert_int_equal(b->outbound != 0, rows[i].leaves);
	}
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(act(c, CMD_SEND_URL, c->ana), ERR_WRONG_STATE); /* LeftChat */
}

/* --- user data ---------------------------------------------------------------------------------- */

static enum err attaches(struct centre *c, struct session *session, struct datum_pair pair)
{
	return run(c, (struct command) {.kind = CMD_ATTACH_USER_DATA,
			      .caller = c->ana,
			      .session = session,
			      .data = {&pair, 1}});
}

static enum err deletes(struct centre *c, struct session *session, const char *name)
{
	struct datum_pair pair = {.name = str_of(name)};
	return run(c, (struct command) {.kind = CMD_DELETE_USER_DATA,
			      .caller = c->ana,
			      .session = session,
			      .data = {&pair, 1}});
}

static void test_user_data_keep_their_order_and_a_deleted_one_comes_last_again(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("a"), STR("1"), true}), OK);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("b"), STR("x"), false}), OK);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("a"), STR("2"), true}), OK);
	assert_true(str_is(session->data->b.name, "a") && str_is(session->data->b.value, "2"));
	assert_int_equal(deletes(c, session, "a"), OK);
	assert_int_equal(deletes(c, session, "a"), OK); /* is not there: nothing happens */
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("a"), STR("3"), true}), OK);
	assert_true(str_is(session->data->b.name, "b") && str_is(session->data->next->b.name, "a"));
	must(c, (struct command) {.kind = CMD_SET_DISPOSITION,
			.caller = c->ana,
			.session = session,
			.disposition.value = STR("sold")});
	assert_true(str_is(session->data->prev->b.name, DISPOSITION_NAME));
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK); /* LeftChat: still allowed */
	assert_int_equal(deletes(c, session, "a"), OK);
	assert_int_equal(
		attaches(c, session, (struct datum_pair) {STR("PhoneNumber"), STR("1"), false}),
		ERR_READ_ONLY);
	assert_int_equal(deletes(c, session, "ServiceNumber"), ERR_READ_ONLY);
}

static void test_user_data_are_bounded_in_number_and_bytes(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	char name[8];
	for (unsigned i = 0; i < USER_DATA_KEYS_MAX; i++) {
		snprintf(name, sizeof name, "k%03u", i);
		assert_int_equal(
			attaches(c, session, (struct datum_pair) {str_of(name), STR("1"), true}),
			OK);
	}
	struct datum_pair more = {STR("more"), STR("1"), true};
	assert_int_equal(attaches(c, session, more), ERR_RANGE);
	assert_int_equal(deletes(c, session, "k000"), OK);
	size_t left = USER_DATA_BYTES_MAX - (USER_DATA_KEYS_MAX - 1) * 5 - more.name.len;
	char *words = mem_new(left + 1);
	memset(words, 'x', left + 1);
	more.value = str_from(words, left + 1);
	assert_int_equal(attaches(c, session, more), ERR_RANGE);
	more.value.len = left - 1;
	assert_int_equal(attaches(c, session, more), OK);
	more.value.len = left; /* in place of the one before */
	assert_int_equal(attaches(c, session, more), OK);
	more.value.len = left + 1;
	assert_int_equal(attaches(c, session, more), ERR_RANGE);
	free(words);
}

static void test_an_idle_session_is_completed_and_forgotten(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	wait_ms(c, small_centre.idle_close - 1);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	wait_ms(c, 10);
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_null(c->ana->parties);
	core_forget(c->core, c->core->lsn - 1);
	assert_non_null(c->core->ended);
	core_forget(c->core, c->core->lsn);
	assert_null(c->core->ended);
}

static void test_a_session_that_is_being_read_is_kept(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	const struct viewer *ana = session_reader(session, c->ana);
	struct reading one, two;
	reading_start(&one, ana);
	reading_start(&two, ana);
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	core_forget(c->core, c->core->lsn);
	assert_ptr_equal(c->core->ended, session);
	reading_end(&one);
	reading_end(&one); /* once more is fine */
	/* One behind it in the line is forgotten all the same. */
	writes(c, "+2", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(act(c, CMD_COMPLETE, c->ana), OK);
	assert_ptr_not_equal(session->next, NULL);
	core_forget(c->core, c->core->lsn);
	assert_ptr_equal(c->core->ended, session);
	assert_null(session->next);
	/* Who is in it no longer reads on. */
	assert_ptr_equal(reading_viewer(&two, c->core), ana);
	assert_int_equal(visibility_index(ana, visibility_entry(ana, 1)), 1);
	reading_end(&two);
	core_forget(c->core, c->core->lsn);
	assert_null(c->core->ended);
	assert_null(reading_viewer(&two, c->core));
}

static void test_a_reading_finds_its_session_in_a_core_made_anew(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct core *before = replay(c), *empty = core_new();
	struct reading reading;
	reading_start(&reading, session_reader(core_session(before, session->b.id),
					core_user_by_name(before, STR("ana"))));
	core_free(&before); /* goes, and the reading knows it */
	assert_null(reading.kept);
	assert_ptr_equal(reading_viewer(&reading, c->core), session_reader(session, c->ana));
	assert_ptr_equal(session->readings, &reading);
	assert_null(reading_viewer(&reading, empty)); /* while the one before is there still */
	assert_null(session->readings);
	reading_end(&reading);
	core_free(&empty);
}

/* --- erased words ---------------------------------------------------------------------------------- */

/* The row of an event of the last command, as the journal has it. */
static enum err erases(struct centre *c, enum event_kind kind)
{
	struct body_erasure erasure = {.kind = kind};
	struct buf packed = {0};
	for (size_t i = 0; i < c->outcome.count; i++) {
		if (c->outcome.events[i].kind != kind)
			continue;
		packed.len = 0;
		erasure.row = c->outcome.events[i].lsn;
		body_pack(event_body(kind), &packed, c->outcome.events[i].body);
	}
	erasure.image = buf_str(&packed);
	enum err e = run(c, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &erasure});
	buf_free(&packed);
	return e;
}

static void test_erased_words_are_forgotten_and_the_entry_stays(void **state)
{
	struct centre *c = *state;
	writes(c, "+1", "My number is 4711");
	struct session *session = core_contact(c->core, STR("+1"))->open;
	const struct body_message *last = &session->messages[session->message_count - 1]->b;
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), OK);
	assert_int_equal(last->text.len, 0);
	assert_int_equal(last->erased, 1);
	assert_int_equal(last->seq, session->message_count);
	const struct body_erasure *erased = recorded(c, EV_BODY_ERASED);
	assert_null(memmem(erased->image.at, erased->image.len, "4711", 4));
}

/* What is shown without its words must not come back with them after a crash. */
static void test_whoever_reads_an_erased_entry_waits_until_it_is_on_disk(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	writes(c, "+1", "My number is 4711");
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), OK);
	assert_int_equal(c->ana->seen_lsn, c->core->lsn);
	assert_true(c->ben->seen_lsn < c->core->lsn);
}

static void test_what_has_still_to_leave_is_not_erased(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), ERR_WRONG_STATE);
	ana_sends(c);
	assert_int_equal(erases(c, EV_SMS_QUEUED), ERR_WRONG_STATE);
	assert_true(str_is(core_outbound_text(out), "How may I help you?"));
}

static void test_only_rows_with_words_are_erased(void **state)
{
	struct centre *c = *state;
	writes(c, "+1", "Hello");
	assert_int_equal(erases(c, EV_SESSION_OPENED), ERR_RANGE);
	const struct body_erasure unknown = {.row = 1, .kind = EVENT_NUMBER_END},
				  cut = {.row = 1, .kind = EV_MESSAGE_ADDED, .image = STR("\1")};
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &unknown}), ERR_RANGE);
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &cut}), ERR_RANGE);
}

/* --- one phone, two contacts --------------------------------------------------------------------- */

static enum err merges(struct centre *c, const char *from, const char *into)
{
	return run(c, (struct command) {.kind = CMD_MERGE_CONTACT,
			      .merge = {.from = core_contact(c->core, str_of(from)),
				      .into = core_contact(c->core, str_of(into))}});
}

static void test_a_contact_that_was_merged_is_the_other_one(void **state)
{
	struct centre *c = *state;
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello again");
	struct contact *into = core_contact(c->core, STR("+420600112301"));
	struct session *first = core_contact(c->core, STR("600112301"))->open;
	struct session *second = into->open;
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	assert_ptr_equal(core_contact(c->core, STR("600112301")), into);
	assert_ptr_equal(first->contact, into);
	assert_ptr_equal(into->open, first); /* by serial */
	assert_ptr_equal(first->contact_next, second);
	size_t before = first->message_count;
	writes(c, "600112301", "And once more");
	writes(c, "+420600112301", "And more");
	assert_int_equal(first->message_count, before + 2);
	assert_int_equal(c->core->sessions_drawn, 2);
	/* What it was told the texts were from stays. */
	assert_true(str_is(first->b.phone, "600112301"));
}

static void test_texts_on_their_way_and_references_move(void **state)
{
	struct centre *c = *state;
	static const char long_text[] =
		"This text is longer than the seventy characters that surely fit into one SMS, is "
		"it? "
		"And this makes it longer than the 160 characters of the default alphabet of GSM.";
	ready(c, c->ana);
	writes(c, "600112301", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session_of(c->ana),
			.send.text = STR(long_text)});
	struct outbound *out = c->core->outbound;
	writes(c, "+420600112301", "Hello");
	struct contact *into = core_contact(c->core, STR("+420600112301"));
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	assert_ptr_equal(out->contact, into);
	assert_ptr_equal(into->unsent, out);
	assert_int_equal(into->b.reference, out->b.reference);
	writes_keyword(c, "+420600112301", "STOP", KEYWORD_STOP);
	assert_int_equal(out->b.withheld, 1);
}

/* STOP in the one spelling, before they are merged; START in the other one, after. */
static void refuses_and_allows(struct centre *c, const char *stop, const char *start)
{
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello");
	writes_keyword(c, stop, "STOP", KEYWORD_STOP);
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	const struct contact *into = core_contact(c->core, STR("+420600112301"));
	assert_true(contact_refuses(into, STR("5000")));
	assert_int_equal(into->b.opted_out, 1);
	writes_keyword(c, start, "START", KEYWORD_START);
	assert_false(contact_refuses(into, STR("5000")));
}

static void test_a_refusal_of_the_merged_one_counts(void **state)
{
	refuses_and_allows(*state, "600112301", "+420600112301");
}

static void test_a_refusal_of_the_one_that_stays_counts(void **state)
{
	refuses_and_allows(*state, "+420600112301", "600112301");
}

static void test_who_was_merged_before_goes_along(void **state)
{
	struct centre *c = *state;
	writes(c, "0600112301", "Hello");
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello");
	assert_int_equal(merges(c, "0600112301", "600112301"), OK);
	assert_int_equal(merges(c, "600112301", "+420600112301"), OK);
	struct contact *into = core_contact(c->core, STR("+420600112301"));
	assert_ptr_equal(core_contact(c->core, STR("0600112301")), into);
	assert_int_equal(merges(c, "600112301", "+420600112301"), ERR_ALREADY);
}

static void test_only_what_may_be_one_phone_is_merged(void **state)
{
	struct centre *c = *state;
	writes(c, "+420600112301", "Hello");
	writes(c, "+421600112301", "Hello");
	writes(c, "600112301", "Hello");
	writes(c, "\"00420600112301\"", "Hello"); /* a name that looks like a number */
	assert_int_equal(merges(c, "+421600112301", "+420600112301"), ERR_RANGE);
	assert_int_equal(merges(c, "+420600112301", "+420600112301"), ERR_ALREADY);
	assert_int_equal(merges(c, "+420600112301", "\"00420600112301\""), ERR_UNANSWERABLE);
	assert_int_equal(merges(c, "\"00420600112301\"", "+420600112301"), OK);
}

/* No core can be made of these. */
static void test_merged_contacts_that_lead_nowhere_do_not_fit(void **state)
{
	struct centre *c = *state;
	struct body_contact body = {.phone = STR("600112301")};
	const struct event event = {.kind = EV_CONTACT_MERGED, .body = &body};
	writes(c, "600112301", "Hello");
	writes(c, "+420600112301", "Hello");
	writes(c, "0600112301", "Hello");
	body.merged_into = STR("+420600112301");
	assert_true(core_fits(c->core, &event));
	body.merged_into = STR("+420600112309"); /* nobody's */
	assert_false(core_fits(c->core, &event));
	body.merged_into = body.phone;
	assert_false(core_fits(c->core, &event));
	assert_int_equal(merges(c, "0600112301", "600112301"), OK);
	body.merged_into = STR("0600112301"); /* which is in it */
	assert_false(core_fits(c->core, &event));
	body.merged_into = STR("+420600112301"); /* would leave the other one behind */
	assert_false(core_fits(c->core, &event));
	body = (struct body_contact) {
		.phone = STR("0600112301")}; /* is not one of its own any more */
	assert_false(core_fits(c->core, &event));
}

/* --- as many entries as a session may have ------------------------------------------------------- */

/* Without looking at all invariants after each of thousands of texts. */
static void writes_until(struct centre *c, const struct session *session, uint64_t index)
{
	struct command text = {.kind = CMD_RECEIVE_SMS,
		.link = core_link(c->core, STR("m1")),
		.receive = {.phone = STR("+1"), .number = STR("5000"), .text = STR("and")}};
	while (session->b.state != SESSION_ENDED &&
		session->messages[session->message_count - 1]->b.agent_index < index) {
		outcome_reset(&c->outcome);
		assert_int_equal(core_apply(c->core, &text, ++c->now, &c->outcome), OK);
		keep(c);
	}
}

static bool may_send(const struct centre *c, const struct viewer *viewer)
{
	return access_capabilities(c->core, viewer) & 1u << CAN_SEND_MESSAGE;
}

/* Joins and leavings of supervisors are entries as well: here three of them. */
static void test_a_session_is_full_of_what_agents_see_whoever_watches(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, "Susan"), OK);
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	const struct viewer *ana = session_viewer(session, c->ana);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->sue), OK);
	writes_until(c, session, SESSION_MESSAGES_MAX - 1);
	assert_int_equal(session->message_count, SESSION_MESSAGES_MAX - 1 + 3);
	assert_false(session_is_full(session));
	assert_true(may_send(c, ana));
	writes(c, "+1", "the last one that fits");
	assert_int_equal(session->message_count, SESSION_MESSAGES_MAX + 3);
	assert_int_equal(visibility_index(ana, session->messages[session->message_count - 1]),
		SESSION_MESSAGES_MAX);
	assert_true(session_is_full(session));
	assert_false(may_send(c, ana));
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP); /* answered, but nothing is written */
	assert_int_equal(c->core->outbound_unsent, 1);
	assert_int_equal(session->message_count, SESSION_MESSAGES_MAX + 3);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	writes(c, "+1", "one too many");
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_int_equal(c->core->sessions->message_count, 2); /* joined, text */
}

/* --- anything in any order ---------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Of command.def all but these: what sets a centre up, what needs a text, a part or a row that there is, and what would
 * soon leave one customer of six; store_core_test has them. */
static const enum command_kind elsewhere[] = {CMD_CREATE_CENTRE, CMD_ADD_USER, CMD_CHANGE_PASSWORD,
	CMD_CHANGE_OWN_PASSWORD, CMD_CHANGE_ROLES, CMD_ASSIGN, CMD_ADD_TOKEN, CMD_REVOKE_TOKEN,
	CMD_NOTE_ADDRESS, CMD_ADD_LINK, CMD_ADD_QUEUE, CMD_CHANGE_SETTING, CMD_MERGE_CONTACT,
	CMD_DECIDE_OPT_OUT, CMD_HOLD_SEGMENT, CMD_MATCH_REDELIVERY, CMD_SETTLE_INBOUND,
	CMD_SMS_ANSWERED, CMD_SEND_WITHIN, CMD_CHANGE_TURN, CMD_FIND_SENT, CMD_SMS_RECEIPT,
	CMD_ERASE_BODY};

static bool is_drawn(enum command_kind kind)
{
	for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		if (elsewhere[i] == kind)
			return false;
	return true;
}

/* Half of those that are done in a session are such as may be. */
static enum command_kind draw_kind(
	const struct centre *c, const struct viewer *viewer, uint64_t *seed)
{
	unsigned listed = viewer ? access_capabilities(c->core, viewer) : 0;
	enum command_kind kind;
	if (listed && next_random(seed) % 2) {
		enum capability pick;
		do
			pick = next_random(seed) % CAPABILITY_COUNT;
		while (!(listed & 1u << pick));
		return access_command(pick);
	}
	do
		kind = next_random(seed) % COMMAND_KINDS;
	while (!is_drawn(kind));
	return kind;
}

static const struct viewer *draw_viewer(struct user *user, uint64_t *seed)
{
	struct viewer *viewer;
	size_t count = 0, pick;
	EACH_SESSION_OF(user, viewer)
		count++;
	if (count == 0)
		return NULL;
	pick = next_random(seed) % count;
	EACH_SESSION_OF(user, viewer)
		if (pick-- == 0)
			break;
	return viewer;
}

/* A command of random parts is done, or refused for what it asks. */
static bool is_ordinary(enum err e)
{
	static const enum err ordinary[] = {OK, ERR_WRONG_STATE, ERR_ALREADY, ERR_NOT_MONITORING,
		ERR_NOT_STARTED, ERR_FORBIDDEN, ERR_OWN_USER, ERR_OPTED_OUT, ERR_UNANSWERABLE,
		ERR_ROLE, ERR_NOT_FOUND, ERR_CHANNEL, ERR_MISSING_PARAMETER};
	for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++)
		if (ordinary[i] == e)
			return true;
	return false;
}

static bool writes_words(enum command_kind kind)
{
	return kind == CMD_SEND_MESSAGE || kind == CMD_SEND_URL || kind == CMD_SEND_TO_AGENTS ||
	       kind == CMD_SEND_NOTICE || kind == CMD_SEND_NOTICE_TO_AGENTS;
}

static void draw_arguments(struct centre *c, struct command *command, uint64_t *seed)
{
	static const char *const phones[] = {"+1", "+2", "+3", "+4", "+5", "+6"};
	struct user *users[] = {c->ana, c->ben, c->sam, c->sue};
	struct user *target = users[next_random(seed) % 4];
	static const struct datum_pair pairs[] = {{{"a", 1}, {"1", 1}, true},
		{{"b", 1}, {"x", 1}, false}, {{"c", 1}, {"", 0}, false}};
	if (command->kind == CMD_SET_DISPOSITION) {
		command->disposition.value = STR("sold");
	} else if (command->kind == CMD_ATTACH_USER_DATA || command->kind == CMD_UPDATE_USER_DATA ||
		   command->kind == CMD_DELETE_USER_DATA) {
		size_t first = next_random(seed) % 3;
		command->data = (struct command_data) {pairs + first, 3 - first};
	} else if (writes_words(command->kind)) {
		command->send.text = STR("hi");
	} else if (command->kind == CMD_COMPLETE || command->kind == CMD_LEAVE_AND_COMPLETE) {
		command->complete.queue = next_random(seed) % 3 ? STR_NONE : STR("sales");
	} else if (command->kind == CMD_INVITE) {
		command->invite.user = target;
	} else if (command->kind == CMD_INTRUDE) {
		const struct viewer *theirs = draw_viewer(target, seed);
		command->session = theirs ? theirs->session : NULL;
		command->intrude.agent = target;
		command->intrude.mode = next_random(seed) % (1 + supervision_count);
	} else if (command->kind == CMD_CANCEL_MONITORING) {
		command->agent = target;
	} else if (command->kind == CMD_MONITOR || command->kind == CMD_COACH ||
		   command->kind == CMD_BARGE_IN) {
		command->agent = target;
		command->monitor.mode = next_random(seed) % 2;
	} else if (command->kind == CMD_RECEIVE_SMS) {
		command->link = core_link(c->core, STR("m1"));
		command->receive.phone = str_of(phones[next_random(seed) % 6]);
		command->receive.number = next_random(seed) % 2 ? STR("5000") : STR("6000");
		command->receive.text = STR("hi");
		command->receive.keyword =
			next_random(seed) % 16 ? KEYWORD_NONE : next_random(seed) % keyword_count;
	}
}

static void random_command(struct centre *c, uint64_t *seed, unsigned done[COMMAND_KINDS])
{
	struct user *users[] = {c->ana, c->ben, c->sam, c->sue};
	struct user *user = users[next_random(seed) % 4];
	const struct viewer *viewer = draw_viewer(user, seed);
	struct command command = {.kind = draw_kind(c, viewer, seed), .caller = user};
	if (access_of_command(command.kind) != CAPABILITY_COUNT) {
		if (!viewer)
			return;
		command.session = viewer->session;
	}
	if (command.kind == CMD_STOP_AGENT && next_random(seed) % 8)
		command.kind = CMD_READY;
	draw_arguments(c, &command, seed);
	if (command.kind == CMD_INTRUDE && !command.session)
		return;
	enum err e = run(c, command);
	assert_true(is_ordinary(e));
	done[command.kind] += e == OK;
}

static void test_whatever_happens_the_invariants_hold_and_the_journal_tells_it_all(void **state)
{
	struct centre *c = *state;
	uint64_t seed = 88172645463325252ull;
	unsigned done[COMMAND_KINDS] = {0};
	for (int i = 0; i < 20000; i++) {
		random_command(c, &seed, done);
		if (next_random(&seed) % 10 == 0)
			wait_ms(c, (msec)(next_random(&seed) % 40000));
		if (next_random(&seed) % 500 == 0) {
			assert_replay_is_equal(c);
			core_forget(c->core, c->core->lsn);
		}
	}
	for (enum command_kind kind = 0; kind < COMMAND_KINDS; kind++)
		if (is_drawn(kind) && done[kind] == 0)
			fail_msg("%s never succeeded: the test proves too little",
				command_name(kind));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_text_opens_a_session_and_is_offered_to_the_ready_agent),
		T(test_the_agent_idle_longest_is_offered_first_and_capacity_is_kept),
		T(test_an_unanswered_offer_is_revoked_and_goes_to_the_next_agent),
		T(test_who_rejected_is_asked_again_only_when_nobody_else_is_there),
		T(test_whoever_gives_up_an_invitation_is_free_for_the_queue_at_once),
		T(test_who_only_supervises_takes_no_sessions_from_the_queue),
		T(test_what_was_written_after_a_silent_stay_ended_is_not_read_as_a_supervisor),
		T(test_an_accept_as_agent_ends_a_watch_that_was_only_offered),
		T(test_the_session_is_delivered_when_the_watched_agent_accepts),
		T(test_a_running_session_is_not_joined_only_the_next),
		T(test_next_chat_is_used_up_by_one_delivery_and_all_chats_goes_on),
		T(test_each_event_knows_its_command_and_who_asked),
		T(test_commands_of_one_outcome_stay_apart),
		T(test_causes_have_names),
		T(test_a_supervisor_whom_agents_see_takes_no_capacity_and_holds_no_session_open),
		T(test_what_follows_for_who_watches_makes_no_answer_to_an_agent_wait),
		T(test_nobody_but_supervisors_can_tell_that_one_is_there),
		T(test_a_monitor_may_only_leave),
		T(test_complete_and_the_queue_revoke_supervisors),
		T(test_supervisors_stay_while_another_agent_remains),
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
		T(test_a_silent_supervisor_who_is_invited_becomes_an_agent_there),
		T(test_who_is_in_the_session_as_agent_is_delivered_nothing),
		T(test_orders_need_a_started_supervisor_and_another_user),
		T(test_logging_out_requeues_and_supervisors_are_revoked),
		T(test_an_agent_without_any_client_becomes_not_ready),
		T(test_stop_closes_the_customers_side_with_one_confirmation),
		T(test_a_stop_may_be_to_one_number_of_ours),
		T(test_help_is_answered_once_in_ten_minutes),
		T(test_a_confirmation_leaves_within_minutes_or_never),
		T(test_a_sentence_that_may_mean_stop_is_a_text_until_a_person_decides),
		T(test_erased_words_are_forgotten_and_the_entry_stays),
		T(test_whoever_reads_an_erased_entry_waits_until_it_is_on_disk),
		T(test_what_has_still_to_leave_is_not_erased),
		T(test_only_rows_with_words_are_erased),
		T(test_a_contact_that_was_merged_is_the_other_one),
		T(test_texts_on_their_way_and_references_move),
		T(test_a_refusal_of_the_merged_one_counts),
		T(test_a_refusal_of_the_one_that_stays_counts),
		T(test_who_was_merged_before_goes_along),
		T(test_only_what_may_be_one_phone_is_merged),
		T(test_merged_contacts_that_lead_nowhere_do_not_fit),
		T(test_a_text_is_recorded_once_and_leaves_also_when_its_session_is_forgotten),
		T(test_an_answer_without_a_session_carries_its_text),
		T(test_older_texts_are_read),
		T(test_a_text_whose_entry_is_unknown_does_not_fit),
		T(test_while_the_process_lives_a_text_is_repeated_once),
		T(test_each_life_that_ends_adds_a_repeat_up_to_the_setting),
		T(test_the_last_life_gets_no_repeat_of_its_own_beyond_the_setting),
		T(test_a_text_that_was_given_up_is_sent_once_the_smsc_says_so),
		T(test_how_far_a_link_is_written_to_is_remembered),
		T(test_what_is_on_its_way_out_of_turn_is_not_after_a_life),
		T(test_a_link_of_an_older_journal_may_have_a_window_of_texts_on_the_wire),
		T(test_a_setting_has_its_default_until_it_is_changed),
		T(test_a_text_is_delivered_part_by_part),
		T(test_only_what_may_need_several_sms_draws_a_reference),
		T(test_a_copy_takes_the_place_of_its_text_as_the_newest),
		T(test_leaving_alone_ends_it_for_the_customer_and_the_next_text_opens_another),
		T(test_leave_and_complete_is_both_where_nobody_stays),
		T(test_leave_and_complete_is_leave_where_another_agent_stays),
		T(test_agents_write_to_agents_only_while_another_agent_hears_it),
		T(test_of_what_agents_write_texts_and_urls_leave_and_nothing_else),
		T(test_user_data_keep_their_order_and_a_deleted_one_comes_last_again),
		T(test_user_data_are_bounded_in_number_and_bytes),
		T(test_an_idle_session_is_completed_and_forgotten),
		T(test_a_session_that_is_being_read_is_kept),
		T(test_a_reading_finds_its_session_in_a_core_made_anew),
		T(test_a_session_is_full_of_what_agents_see_whoever_watches),
		T(test_whatever_happens_the_invariants_hold_and_the_journal_tells_it_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
