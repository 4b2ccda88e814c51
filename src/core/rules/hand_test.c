/* hand_test.c - an agent raises a hand on a session: who knows of it, and when it ends. */
#include "core/core_fixture.h"
#include "core/model/session.h"
#include "core/model/watching.h"

static struct session *ana_chats(struct centre *c)
{
	start(c, c->sue);
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	return session_of(c->ana);
}

static enum err raises(
	struct centre *c, struct user *user, struct session *session, const char *comment)
{
	struct command raise = {.kind = CMD_RAISE_HAND, .caller = user, .session = session};
	raise.hand.reason = STR("price");
	raise.hand.comment = str_of(comment);
	return run(c, raise);
}

static enum err withdraws(struct centre *c, struct user *user, struct session *session)
{
	return run(c,
		(struct command) {.kind = CMD_WITHDRAW_HAND, .caller = user, .session = session});
}

static bool is_told(const struct centre *c, const struct event *event, const struct user *user)
{
	for (size_t i = 0; i < event->recipient_count; i++)
		if (event->recipients[i].user == user)
			return true;
	return false;
}

static void assert_told(const struct centre *c, enum event_kind kind, bool is_ana_told)
{
	const struct event *event = &c->outcome.events[c->outcome.count - 1];
	assert_int_equal(event->kind, kind);
	assert_int_equal(is_told(c, event, c->ana), is_ana_told);
	assert_true(is_told(c, event, c->sam));
	assert_true(is_told(c, event, c->sue));
	assert_false(is_told(c, event, c->ben));
}

static void test_the_agent_and_all_who_supervise_it_know_of_a_raised_hand(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats(c);
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	assert_int_equal(c->outcome.count, 1);
	assert_told(c, EV_HAND_RAISED, true);
	assert_ptr_equal(c->outcome.events[0].recipients[0].user, c->ana);
	const struct hand *hand = c->core->hands;
	assert_true(str_is(hand->b.reason, "price") && str_is(hand->b.comment, "May I?"));
	assert_int_equal(hand->b.at, c->now);
	assert_int_equal(withdraws(c, c->ana, session), OK);
	assert_told(c, EV_HAND_WITHDRAWN, true);
	assert_null(c->core->hands);
}

static void test_asking_for_what_is_so_already_is_done_and_nobody_is_told(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats(c);
	assert_int_equal(withdraws(c, c->ana, session), OK);
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(withdraws(c, c->ana, session), OK);
	assert_int_equal(withdraws(c, c->ana, session), OK);
	assert_int_equal(c->outcome.count, 0);
}

static void test_other_words_are_the_same_hand_and_one_raised_anew_is_not(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats(c);
	char id[HAND_ID_LEN];
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	memcpy(id, c->core->hands->b.id.at, sizeof id);
	assert_int_equal(raises(c, c->ana, session, "Please"), OK);
	assert_memory_equal(c->core->hands->b.id.at, id, sizeof id);
	assert_int_equal(withdraws(c, c->ana, session), OK);
	assert_int_equal(raises(c, c->ana, session, "Please"), OK);
	assert_memory_not_equal(c->core->hands->b.id.at, id, sizeof id);
	assert_ptr_equal(session_rare(session)->hands, c->core->hands);
	assert_null(session_rare(session)->hands->next);
}

static void test_hands_are_listed_in_the_order_in_which_they_were_raised(void **state)
{
	struct centre *c = *state;
	struct session *first = ana_chats(c), *second;
	writes(c, "+2", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	second = session_of(c->ana);
	assert_int_equal(raises(c, c->ana, second, "b"), OK);
	assert_int_equal(raises(c, c->ana, first, "a"), OK);
	assert_ptr_equal(c->core->hands->session, second);
	assert_int_equal(withdraws(c, c->ana, second), OK);
	assert_int_equal(raises(c, c->ana, second, "c"), OK);
	assert_ptr_equal(c->core->hands->session, first);
	assert_ptr_equal(c->core->hands->raised_next->session, second);
}

static void test_a_hand_stays_in_wrap_up_and_ends_with_the_session(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats(c);
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	assert_non_null(c->core->hands);
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	assert_told(c, EV_HAND_LOWERED, false);
	assert_null(c->core->hands);
}

static void test_a_hand_ends_with_its_agents_part_and_a_colleagues_goes_on(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats(c);
	start(c, c->ben);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	assert_int_equal(raises(c, c->ben, session, "And I?"), OK);
	must(c, (struct command) {.kind = CMD_LEAVE, .caller = c->ana, .session = session});
	assert_told(c, EV_HAND_LOWERED, false);
	assert_ptr_equal(c->core->hands->agent, c->ben);
	assert_null(c->core->hands->raised_next);
}

static void test_only_who_is_there_as_agent_raises_one(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(raises(c, c->sam, session, "x"), ERR_FORBIDDEN); /* invited to watch */
	assert_int_equal(raises(c, c->ben, session, "x"), ERR_NOT_FOUND);
	writes(c, "+2", "Hello");
	assert_int_equal(raises(c, c->ana, session_of(c->ana), "x"), ERR_WRONG_STATE);
	assert_int_equal(withdraws(c, c->ana, session_of(c->ana)), ERR_WRONG_STATE);
}

static void test_where_groups_have_supervisors_only_theirs_know(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats(c);
	struct body_assignment sams = {.user = c->sam->b.id,
		.kind = ASSIGNED_SUPERVISOR,
		.thing = STR("north"),
		.held = 1};
	struct body_assignment anas = {
		.user = c->ana->b.id, .kind = ASSIGNED_MEMBER, .thing = STR("north"), .held = 1};
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &sams});
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &anas});
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	assert_true(is_told(c, &c->outcome.events[0], c->sam));
	assert_false(is_told(c, &c->outcome.events[0], c->sue));
}

/* sam is an agent as well: the own hand is no other's to him. */
static void test_who_raises_a_hand_does_not_supervise_it(void **state)
{
	struct centre *c = *state;
	ready(c, c->sam);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(raises(c, c->sam, session_of(c->sam), "May I?"), OK);
	assert_int_equal(c->outcome.events[0].recipient_count, 2); /* sam, as who is there; sue */
	assert_ptr_equal(c->outcome.events[0].recipients[0].user, c->sam);
	assert_non_null(c->outcome.events[0].recipients[0].viewer);
}

/* --- who supervises ------------------------------------------------------------------------------ */

static enum err does(
	struct centre *c, struct user *user, enum command_kind kind, enum supervision mode)
{
	struct hand *hand = c->core->hands;
	return run(c, (struct command) {.kind = kind,
			      .caller = user,
			      .session = hand->session,
			      .intrude = {hand->agent, mode, hand}});
}

static struct session *ana_raises(struct centre *c)
{
	struct session *session = ana_chats(c);
	start(c, c->sam);
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	return session;
}

static void assert_unknown_to_agents(const struct centre *c)
{
	for (size_t i = 0; i < c->outcome.count; i++) {
		assert_false(is_told(c, &c->outcome.events[i], c->ana));
		assert_false(is_told(c, &c->outcome.events[i], c->ben));
	}
}

static void test_who_takes_a_hand_is_delivered_the_session(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_raises(c);
	assert_int_equal(does(c, c->sam, CMD_TAKE_HAND, SUPERVISION_MONITOR), OK);
	assert_unknown_to_agents(c);
	assert_int_equal(state_in(session, c->sam), PARTY_INVITED);
	assert_true(is_told(c, &c->outcome.events[0], c->sue));
	assert_int_equal(c->core->hands->b.state, HAND_TAKEN);
	assert_int_equal(does(c, c->sam, CMD_TAKE_HAND, SUPERVISION_MONITOR), ERR_ALREADY);
}

static void test_of_two_who_take_a_hand_the_first_gets_it(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_raises(c);
	assert_int_equal(does(c, c->sam, CMD_TAKE_HAND, SUPERVISION_COACH), OK);
	assert_int_equal(does(c, c->sue, CMD_TAKE_HAND, SUPERVISION_MONITOR), ERR_WRONG_STATE);
	must(c, (struct command) {.kind = CMD_REJECT, .caller = c->sam, .session = session});
	assert_int_equal(does(c, c->sue, CMD_TAKE_HAND, SUPERVISION_MONITOR), OK);
	assert_true(str_eq(c->core->hands->b.supervisor, c->sue->b.id));
}

static void test_taking_needs_a_mode_and_to_be_signed_in(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats(c);
	assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
	assert_int_equal(does(c, c->sue, CMD_TAKE_HAND, supervision_count), ERR_MISSING_PARAMETER);
	assert_int_equal(does(c, c->sam, CMD_TAKE_HAND, SUPERVISION_MONITOR), ERR_NOT_STARTED);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, ""), OK);
	assert_int_equal(does(c, c->sue, CMD_TAKE_HAND, supervision_count), OK);
}

static void test_looking_and_dismissing_are_known_to_those_who_supervise_alone(void **state)
{
	struct centre *c = *state;
	ana_raises(c);
	assert_int_equal(does(c, c->sam, CMD_LOOK_AT_HAND, 0), OK);
	assert_int_equal(c->outcome.count, 1);
	assert_unknown_to_agents(c);
	assert_int_equal(c->core->hands->b.state, HAND_SEEN);
	assert_int_equal(does(c, c->sue, CMD_LOOK_AT_HAND, 0), OK); /* is so already */
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(does(c, c->sue, CMD_DISMISS_HAND, 0), OK);
	assert_unknown_to_agents(c);
	assert_int_equal(c->core->hands->b.state, HAND_DISMISSED);
	assert_int_equal(does(c, c->sam, CMD_DISMISS_HAND, 0), OK);
	assert_int_equal(does(c, c->sam, CMD_LOOK_AT_HAND, 0), OK);
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(does(c, c->sam, CMD_TAKE_HAND, SUPERVISION_MONITOR), OK);
}

static void test_whatever_became_of_a_hand_its_agent_withdraws_it(void **state)
{
	static const enum command_kind kinds[] = {
		CMD_TAKE_HAND, CMD_LOOK_AT_HAND, CMD_DISMISS_HAND};
	struct centre *c = *state;
	struct session *session = ana_raises(c);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		assert_int_equal(does(c, c->sam, kinds[i], SUPERVISION_MONITOR), OK);
		assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
		assert_int_equal(c->outcome.count, 0);
		assert_int_equal(withdraws(c, c->ana, session), OK);
		assert_int_equal(c->outcome.count, 1);
		assert_int_equal(raises(c, c->ana, session, "May I?"), OK);
		assert_int_equal(c->core->hands->b.state, HAND_OPEN);
		assert_int_equal(c->core->hands->b.supervisor.len, 0);
	}
}

static void test_a_hand_that_says_something_else_is_to_be_looked_at_again(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_raises(c);
	assert_int_equal(does(c, c->sam, CMD_DISMISS_HAND, 0), OK);
	assert_int_equal(raises(c, c->ana, session, "Please"), OK);
	assert_int_equal(c->core->hands->b.state, HAND_OPEN);
	assert_int_equal(does(c, c->sam, CMD_TAKE_HAND, SUPERVISION_MONITOR), OK);
	assert_int_equal(raises(c, c->ana, session, "Please, now"), OK);
	assert_int_equal(c->core->hands->b.state, HAND_TAKEN);
}

static void test_a_hand_that_is_down_or_anothers_is_not_there(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_raises(c);
	struct hand *hand = c->core->hands;
	struct command look = {.kind = CMD_LOOK_AT_HAND,
		.caller = c->ben,
		.session = session,
		.intrude = {.agent = c->ana, .hand = hand}};
	assert_int_equal(run(c, look), ERR_NOT_FOUND);
	look.caller = c->sam;
	assert_int_equal(run(c, look), OK);
	assert_int_equal(withdraws(c, c->ana, session), OK);
	assert_int_equal(run(c, look), ERR_NOT_FOUND);
	look.kind = CMD_TAKE_HAND;
	assert_int_equal(run(c, look), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_the_agent_and_all_who_supervise_it_know_of_a_raised_hand),
		T(test_asking_for_what_is_so_already_is_done_and_nobody_is_told),
		T(test_other_words_are_the_same_hand_and_one_raised_anew_is_not),
		T(test_hands_are_listed_in_the_order_in_which_they_were_raised),
		T(test_a_hand_stays_in_wrap_up_and_ends_with_the_session),
		T(test_a_hand_ends_with_its_agents_part_and_a_colleagues_goes_on),
		T(test_only_who_is_there_as_agent_raises_one),
		T(test_where_groups_have_supervisors_only_theirs_know),
		T(test_who_raises_a_hand_does_not_supervise_it),
		T(test_who_takes_a_hand_is_delivered_the_session),
		T(test_of_two_who_take_a_hand_the_first_gets_it),
		T(test_taking_needs_a_mode_and_to_be_signed_in),
		T(test_looking_and_dismissing_are_known_to_those_who_supervise_alone),
		T(test_whatever_became_of_a_hand_its_agent_withdraws_it),
		T(test_a_hand_that_says_something_else_is_to_be_looked_at_again),
		T(test_a_hand_that_is_down_or_anothers_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
