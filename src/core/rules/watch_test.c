/* watch_test.c - silent supervision: orders, deliveries, and that nobody else can tell. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/model/session.h"
#include "core/rules/turn.h"
#include "core/rules/visibility.h"

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
			.target.user = c->ben,
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
		.kind = CMD_INVITE, .caller = c->ana, .target.user = c->sam, .session = session};
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
			.target.user = c->ana,
			.session = session});
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(session_party(session, c->sam)->b.kind, PARTY_AGENT);
	assert_non_null(c->sam->orders); /* nothing was used up */
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
			.target.user = c->sam,
			.session = session});
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	struct viewer *sam = session_viewer(session, c->sam);
	uint64_t index = 0;
	for (size_t i = 0; i < session->message_count; i++) {
		const struct message *message = session->messages[i];
		if (str_eq(message_body(message).user, c->sue->b.id))
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
			.target.user = c->sam,
			.session = session});
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->sam), OK);
	assert_null(session_of(c->sam));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_what_was_written_after_a_silent_stay_ended_is_not_read_as_a_supervisor),
		T(test_an_accept_as_agent_ends_a_watch_that_was_only_offered),
		T(test_the_session_is_delivered_when_the_watched_agent_accepts),
		T(test_a_supervisor_whom_agents_see_takes_no_capacity_and_holds_no_session_open),
		T(test_what_follows_for_who_watches_makes_no_answer_to_an_agent_wait),
		T(test_nobody_but_supervisors_can_tell_that_one_is_there),
		T(test_a_monitor_may_only_leave),
		T(test_complete_and_the_queue_revoke_supervisors),
		T(test_supervisors_stay_while_another_agent_remains),
		T(test_a_silent_supervisor_who_is_invited_becomes_an_agent_there),
		T(test_who_is_in_the_session_as_agent_is_delivered_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
