/* ledger_test.c - the oracle of the power cuts: what it must blame, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "asked.h"
#include "claim.h"
#include "ledger_scene.h"

/* --- each deed of deeds.def, with each event that it leaves ---------------------------------------- */

static const struct body_agent ready = {.user = {"A", 1}, .state = AGENT_READY};
static const struct body_agent not_ready = {.user = {"A", 1}, .state = AGENT_NOT_READY};
static const struct body_agent away = {
	.user = {"A", 1}, .state = AGENT_NOT_READY, .reason = {"NoAnswer", 8}};
static const struct body_agent ben_ready = {.user = {"B", 1}, .state = AGENT_READY};
static const struct body_party there = {
	.session = {"X", 1}, .user = {"A", 1}, .state = PARTY_CHATTING};
static const struct body_party left_alone = {
	.session = {"X", 1}, .user = {"A", 1}, .state = PARTY_LEFT_CHAT};
static const struct body_party gone = {
	.session = {"X", 1}, .user = {"A", 1}, .state = PARTY_COMPLETED};
static const struct body_party guest = {
	.session = {"X", 1}, .user = {"B", 1}, .state = PARTY_INVITED, .origin = ORIGIN_INVITED};
static const struct body_session over = {
	.id = {"X", 1}, .phone = {"+1", 2}, .state = SESSION_ENDED};
static const struct body_message said = {
	.session = {"X", 1}, .type = MESSAGE_TEXT, .user = {"B", 1}, .text = {"Hello", 5}};

/* What ana asks, of ben where it names somebody. */
static struct fact of_ana(const struct scene *s, enum command_kind command)
{
	return (struct fact) {.who = &s->ana,
		.command = command,
		.session = STR("X"),
		.user = STR("ben"),
		.text = STR("hi")};
}

static unsigned first_state(enum event_kind event)
{
	unsigned state = 0;
	while (event_states(event) && !(event_states(event) & 1u << state))
		state++;
	return state;
}

static struct body_datum datum_of(const struct deed *deed, bool is_held)
{
	return (struct body_datum) {.session = STR("X"),
		.name = str_of(deed_datum(deed)),
		.value = STR("hi"),
		.held = is_held};
}

/* ana's own; or one whose id she names, and what she did about it. */
static struct body_hand hand_of(bool is_raised, enum hand_state state)
{
	return (struct body_hand) {.session = STR("X"),
		.agent = STR("A"),
		.id = STR("ben"),
		.comment = STR("hi"),
		.supervisor = STR("A"),
		.state = state,
		.raised = is_raised};
}

/* As it leaves its object when ana's deed was done. */
static const void *body_of(const struct deed *deed, const struct trace *trace)
{
	static union {
		struct body_agent agent;
		struct body_party party;
		struct body_session session;
		struct body_registration order;
		struct body_message entry;
		struct body_datum datum;
		struct body_hand hand;
	} body;
	unsigned state = first_state(trace->event);
	bool is_of_ben = trace->whose == THE_TARGETS || trace->whose == A_COLLEAGUES ||
			 trace->whose == THE_CONSULTED || trace->whose == OWN_CONSULTED ||
			 trace->whose == THE_TRANSFERRED;
	bool is_switch = trace->event == EV_PARTY_SWITCHED && deed->command != CMD_TAKE_OVER &&
			 trace->whose != A_COLLEAGUES;
	enum body_kind kind = event_body(trace->event);
	memset(&body, 0, sizeof body);
	if (kind == BODY_agent)
		body.agent = (struct body_agent) {
			.user = trace->whose == TARGETS_STATE ? STR("B") : STR("A"),
			.state = state};
	else if (kind == BODY_party)
		body.party = (struct body_party) {.session = STR("X"),
			.user = is_of_ben ? STR("B") : STR("A"),
			.kind = is_switch ? PARTY_SUPERVISOR : PARTY_AGENT,
			.state = state,
			.asked_by = STR("A"),
			.origin = trace->whose == THE_TRANSFERRED ? ORIGIN_TRANSFERRED
				  : trace->whose == THE_CONSULTED ? ORIGIN_CONSULTED
				  : is_of_ben                     ? ORIGIN_INVITED
				  : trace->whose == INTRUDING     ? ORIGIN_INTRUDED
								  : ORIGIN_ROUTED,
			.supervision = claim_supervision(deed->command),
			.in_focus = trace->event == EV_PARTY_CAME_INTO_FOCUS};
	else if (kind == BODY_session)
		body.session = (struct body_session) {.id = STR("X"),
			.phone = STR("+1"),
			.state = state,
			.queue = trace->whose == THE_QUEUE ? STR(ASKED_QUEUE) : STR_NONE};
	else if (kind == BODY_registration)
		body.order = (struct body_registration) {.supervisor = STR("A"),
			.agent = STR("B"),
			.active = state,
			.mode = MONITOR_ALL,
			.supervision = claim_supervision(deed->command),
			.on = deed_is_standing(deed) ? ORDER_ON_QUEUE : ORDER_ON_AGENT,
			.thing = deed_is_standing(deed) ? STR("service") : STR_NONE};
	else if (kind == BODY_message)
		body.entry = (struct body_message) {.session = STR("X"),
			.type = deed->type,
			.visibility = deed->visibility,
			.author = PARTY_AGENT,
			.user = STR("A"),
			.text = STR("hi")};
	else if (kind == BODY_datum)
		body.datum = datum_of(deed, trace->event != EV_DATUM_DELETED);
	else if (kind == BODY_hand)
		body.hand = hand_of(trace->event != EV_HAND_WITHDRAWN,
			trace->event == EV_HAND_SEEN        ? HAND_SEEN
			: trace->event == EV_HAND_DISMISSED ? HAND_DISMISSED
							    : HAND_OPEN);
	else
		fail_msg("say how a %s looks that a deed leaves", body_type(kind)->name);
	return &body;
}

/* So that it is not so already, or for another reason. */
static void happens_before(struct scene *s, const struct deed *deed, enum event_kind event)
{
	if (event == EV_AGENT_STOPPED)
		scene_happens(s, EV_AGENT_STARTED,
			deed_trace(deed)->whose == TARGETS_STATE ? &ben_ready : &ready);
	if (event == EV_SESSION_CLOSED) /* nobody says that it was idle */
		scene_happens(s, EV_MESSAGE_ADDED, &said);
	if (event == EV_HAND_WITHDRAWN) {
		static struct body_hand before;
		before = hand_of(true, HAND_OPEN);
		scene_happens(s, EV_HAND_RAISED, &before);
	}
	if (event == EV_DATUM_DELETED) {
		static struct body_datum before;
		before = datum_of(deed, true);
		scene_happens(s, EV_DATUM_ATTACHED, &before);
	}
}

static enum cause_kind cause_of(const struct deed *deed)
{
	static const enum cause_kind causes[COMMAND_KINDS] = {
#define COMMAND(number, name, asker, with, may, can, make) [CMD_##name] = CAUSE_##name,
#include "core/command.def"
	};
	return causes[deed->command];
}

/* ana asks, what it leaves happens where `is_there`, and she is answered so. */
static bool is_blamed_for(
	const struct deed *deed, const struct trace *trace, bool is_there, uint64_t code)
{
	void *state = scene_set();
	struct scene *s = state;
	struct fact fact = of_ana(s, deed->command);
	fact.to_queue = trace->whose == THE_QUEUE || trace->whose == AGENTS_TO_QUEUE;
	if (deed_is_standing(deed))
		fact.user = STR("queues/service");
	happens_before(s, deed, trace->event);
	scene_pass(s, ANSWER_MS);
	scene_asks(s, &fact);
	scene_pass(s, ANSWER_MS);
	s->cause = cause_of(deed);
	if (is_there)
		scene_happens(s, trace->event, body_of(deed, trace));
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &fact, code);
	bool is_wrong = scene_is_blamed(s, ledger_ask_deeds);
	scene_end(&state);
	return is_wrong;
}

static void ask_each(uint64_t code, bool is_blamed_if_there)
{
	for (size_t i = 0; i < DEED_OPERATIONS; i++) {
		const struct deed *deed = deed_at(i);
		EACH_TRACE(deed, trace)
		for (int is_there = 0; is_there < 2; is_there++)
			if (trace->kind != LEFT_PERHAPS &&
				is_blamed_for(deed, trace, is_there, code) !=
					(is_there == is_blamed_if_there))
				fail_msg("%s with %llu, %s is %sthere", deed->name,
					(unsigned long long)code, event_name(trace->event),
					is_there ? "" : "not ");
	}
}

static void what_was_answered_must_be_there(void **state)
{
	ask_each(0, false);
}

static void what_was_refused_must_not_be_there(void **state)
{
	ask_each(4, true);
}

/* Of a deed that somebody else did, and of which nobody heard. */
static void what_came_with_anothers_deed_is_no_blame(void **state)
{
	struct scene *s = *state;
	struct fact leave = of_ana(s, CMD_LEAVE), stop = of_ana(s, CMD_STOP_AGENT);
	stop.session = STR_NONE;
	scene_asks(s, &stop);
	scene_pass(s, 1);
	scene_asks(s, &leave);
	scene_happens(s, EV_PARTY_FINISHED, &gone);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &leave, 2);
	assert_false(scene_is_blamed(s, ledger_ask_deeds));
}

/* sam's order for the next session ends when ana is in one, by Accept or by her own beginning; his CANCEL then finds none. */
static bool is_cancel_blamed_beside(enum command_kind anas)
{
	void *state = scene_set();
	struct scene *s = state;
	const struct body_registration used_up = {
		.supervisor = STR("S"), .agent = STR("A"), .mode = MONITOR_NEXT};
	struct fact begin = of_ana(s, anas), cancel = begin;
	cancel.who = &s->sam;
	cancel.command = CMD_CANCEL_MONITORING;
	cancel.user = STR("ana");
	cancel.session = cancel.text = STR_NONE;
	scene_asks(s, &begin);
	scene_pass(s, 1);
	scene_asks(s, &cancel);
	scene_happens(s, EV_REGISTRATION_ENDED, &used_up);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &cancel, 2);
	bool is_wrong = scene_is_blamed(s, ledger_ask_deeds);
	scene_end(&state);
	return is_wrong;
}

static void an_order_is_used_up_by_whatever_makes_its_agent_be_in_a_session(void **state)
{
	assert_false(is_cancel_blamed_beside(CMD_ACCEPT));
	assert_false(is_cancel_blamed_beside(CMD_CREATE));
	assert_true(is_cancel_blamed_beside(CMD_SEND_MESSAGE));
}

/* --- what may have been somebody else ---------------------------------------------------------------- */

static void a_refused_deed_that_another_request_did_is_no_blame(void **state)
{
	struct scene *s = *state;
	struct fact first = of_ana(s, CMD_ACCEPT), second = first;
	scene_asks(s, &first); /* and never hears of it */
	scene_pass(s, ANSWER_MS);
	scene_asks(s, &second);
	scene_happens(s, EV_PARTY_JOINED, &there);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &second, 2);
	assert_false(scene_is_blamed(s, ledger_ask_deeds));
}

static void two_that_were_refused_do_not_excuse_each_other(void **state)
{
	struct scene *s = *state;
	struct fact first = of_ana(s, CMD_ACCEPT), second = first;
	scene_asks(s, &first);
	scene_pass(s, ANSWER_MS);
	scene_asks(s, &second);
	scene_happens(s, EV_PARTY_JOINED, &there);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &first, 4);
	scene_answered(s, &second, 4);
	assert_true(scene_is_blamed(s, ledger_ask_deeds));
}

static void what_came_by_itself_is_no_blame(void **state)
{
	struct scene *s = *state;
	struct fact not_now = of_ana(s, CMD_NOT_READY), complete = of_ana(s, CMD_COMPLETE),
		    leave = of_ana(s, CMD_LEAVE);
	scene_asks(s, &not_now);
	scene_pass(s, 1);
	scene_asks(s, &complete);
	scene_pass(s, 1);
	scene_asks(s, &leave);
	scene_happens(s, EV_AGENT_MADE_NOT_READY, &away);
	scene_happens(s, EV_PARTY_FINISHED, &gone);
	scene_happens(s, EV_SESSION_CLOSED, &over); /* idle: nobody has written anything */
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &not_now, 4);
	scene_answered(s, &complete, 4);
	scene_answered(s, &leave, 4);
	assert_false(scene_is_blamed(s, ledger_ask_deeds));
}

static void one_trace_is_not_enough_for_two(void **state)
{
	struct scene *s = *state;
	struct fact first = of_ana(s, CMD_INVITE), second = first;
	scene_asks(s, &first);
	scene_pass(s, 1);
	scene_asks(s, &second);
	scene_happens(s, EV_PARTY_WAS_INVITED, &guest);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &first, 0);
	assert_false(scene_is_blamed(s, ledger_ask_deeds));
	scene_answered(s, &second, 0);
	assert_true(scene_is_blamed(s, ledger_ask_deeds));
}

/* A STOP closed the session at the very time at which ana was refused that. */
static bool is_blamed_after(struct scene *s, const char *word)
{
	struct fact complete = of_ana(s, CMD_COMPLETE), leave = of_ana(s, CMD_LEAVE);
	scene_happens(s, EV_MESSAGE_ADDED, &said); /* so that the session is not idle */
	scene_asks(s, &complete);
	scene_asks(s, &leave);
	ledger_text(s->ledger, true, STR("+1"), str_of(word));
	s->cause = CAUSE_RECEIVE_SMS;
	scene_happens(s, EV_PARTY_LEFT, &left_alone);
	scene_pass(s, ANSWER_MS);
	scene_happens(s, EV_SESSION_CLOSED, &over);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &leave, 2);
	scene_answered(s, &complete, 2);
	return scene_is_blamed(s, ledger_ask_deeds);
}

static void a_stop_ends_what_nobody_asked_to_end(void **state)
{
	assert_false(is_blamed_after(*state, "STOP"));
}

static void another_text_does_not(void **state)
{
	assert_true(is_blamed_after(*state, "Why?"));
}

/* --- Ready and NotReady ------------------------------------------------------------------------------ */

static void ready_promises_that_it_is_so_between_question_and_answer(void **state)
{
	struct scene *s = *state;
	struct fact deed = of_ana(s, CMD_READY);
	scene_happens(s, EV_AGENT_MADE_READY, &ready);
	scene_pass(s, ANSWER_MS);
	scene_asks(s, &deed); /* is so already: no event */
	scene_pass(s, 1);
	scene_happens(s, EV_AGENT_MADE_NOT_READY, &away); /* right after it */
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &deed, 0);
	assert_false(scene_is_blamed(s, ledger_ask_deeds));
}

static void having_been_ready_long_ago_is_not_enough(void **state)
{
	struct scene *s = *state;
	struct fact deed = of_ana(s, CMD_READY);
	scene_happens(s, EV_AGENT_MADE_READY, &ready);
	scene_pass(s, ANSWER_MS);
	scene_happens(s, EV_AGENT_MADE_NOT_READY, &not_ready);
	scene_pass(s, ANSWER_MS);
	scene_asks(s, &deed);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &deed, 0);
	assert_true(scene_is_blamed(s, ledger_ask_deeds));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_answered_must_be_there),
		cmocka_unit_test(what_was_refused_must_not_be_there),
		TEST(what_came_with_anothers_deed_is_no_blame),
		TEST(a_refused_deed_that_another_request_did_is_no_blame),
		TEST(two_that_were_refused_do_not_excuse_each_other),
		TEST(what_came_by_itself_is_no_blame),
		TEST(one_trace_is_not_enough_for_two),
		TEST(an_order_is_used_up_by_whatever_makes_its_agent_be_in_a_session),
		TEST(a_stop_ends_what_nobody_asked_to_end),
		TEST(another_text_does_not),
		TEST(ready_promises_that_it_is_so_between_question_and_answer),
		TEST(having_been_ready_long_ago_is_not_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
