/* ledger_test.c - the oracle of the power cuts: what it must blame, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger_scene.h"

/* --- each deed, with the event that it leaves ------------------------------------------------------ */

static const struct body_agent ready = {.user = {"A", 1}, .state = AGENT_READY};
static const struct body_agent not_ready = {.user = {"A", 1}, .state = AGENT_NOT_READY};
static const struct body_agent away = {
	.user = {"A", 1}, .state = AGENT_NOT_READY, .reason = {"NoAnswer", 8}};
static const struct body_agent logged_out = {.user = {"A", 1}, .state = AGENT_LOGGED_OUT};
static const struct body_party there = {
	.session = {"X", 1}, .user = {"A", 1}, .state = PARTY_CHATTING};
static const struct body_party gone = {
	.session = {"X", 1}, .user = {"A", 1}, .state = PARTY_COMPLETED};
static const struct body_party guest = {
	.session = {"X", 1}, .user = {"B", 1}, .state = PARTY_INVITED, .origin = ORIGIN_INVITED};
static const struct body_session over = {
	.id = {"X", 1}, .phone = {"+1", 2}, .state = SESSION_ENDED};
static const struct body_message text = {.session = {"X", 1},
	.type = MESSAGE_TEXT,
	.author = PARTY_AGENT,
	.user = {"A", 1},
	.text = {"hi", 2}};
static const struct body_registration order = {
	.supervisor = {"A", 1}, .agent = {"B", 1}, .active = 1};
static const struct body_registration no_order = {.supervisor = {"A", 1}, .agent = {"B", 1}};

static const struct {
	enum command_kind command;
	enum event_kind kind;
	const void *body;
} deeds[] = {
	{CMD_START_AGENT, EV_AGENT_STARTED, &ready},
	{CMD_STOP_AGENT, EV_AGENT_STOPPED, &logged_out},
	{CMD_READY, EV_AGENT_MADE_READY, &ready},
	{CMD_NOT_READY, EV_AGENT_MADE_NOT_READY, &not_ready},
	{CMD_ACCEPT, EV_PARTY_JOINED, &there},
	{CMD_REJECT, EV_PARTY_REJECTED, &gone},
	{CMD_SEND_MESSAGE, EV_MESSAGE_ADDED, &text},
	{CMD_LEAVE, EV_PARTY_FINISHED, &gone},
	{CMD_COMPLETE, EV_SESSION_CLOSED, &over},
	{CMD_INVITE, EV_PARTY_WAS_INVITED, &guest},
	{CMD_MONITOR, EV_REGISTRATION_STARTED, &order},
	{CMD_CANCEL_MONITORING, EV_REGISTRATION_ENDED, &no_order},
};
#define DEEDS (sizeof deeds / sizeof deeds[0])

static struct fact of_ana(const struct scene *s, enum command_kind command)
{
	return (struct fact) {.who = &s->ana,
		.command = command,
		.session = STR("X"),
		.user = STR("ben"),
		.text = STR("hi")};
}

/* ana asks, what happens[i] says happens where `is_there`, and she is answered so. */
static bool is_blamed_for(size_t i, bool is_there, uint64_t code)
{
	void *state = scene_set();
	struct scene *s = state;
	struct fact deed = of_ana(s, deeds[i].command);
	if (deeds[i].command == CMD_STOP_AGENT)
		scene_happens(s, EV_AGENT_STARTED, &ready);
	if (deeds[i].command == CMD_COMPLETE) /* so that the session is not idle */
		scene_happens(s, EV_MESSAGE_ADDED, &text);
	scene_pass(s, ANSWER_MS);
	scene_asks(s, &deed);
	scene_pass(s, ANSWER_MS);
	if (is_there)
		scene_happens(s, deeds[i].kind, deeds[i].body);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &deed, code);
	bool is_wrong = scene_is_blamed(s, ledger_ask_deeds);
	scene_end(&state);
	return is_wrong;
}

static void what_was_answered_must_be_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < DEEDS; i++) {
		assert_false(is_blamed_for(i, true, 0));
		assert_true(is_blamed_for(i, false, 0));
	}
}

static void what_was_refused_must_not_be_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < DEEDS; i++) {
		assert_false(is_blamed_for(i, false, 4));
		assert_true(is_blamed_for(i, true, 4));
	}
}

static void every_operation_has_a_row(void **state)
{
	const struct deed *deed;
	(void)state;
	for (size_t i = 0; (deed = deed_at(i)); i++)
		if (deed->name && !ledger_knows(deed->command))
			fail_msg("%s has no row in rules[] of test/crash/ledger_deeds.c",
				deed->name);
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
	static const struct body_inbound came = {.count = 1};
	struct fact complete = of_ana(s, CMD_COMPLETE), leave = of_ana(s, CMD_LEAVE);
	scene_happens(s, EV_MESSAGE_ADDED, &text); /* so that the session is not idle */
	scene_asks(s, &complete);
	scene_asks(s, &leave);
	ledger_text(s->ledger, true, STR("+1"), str_of(word));
	scene_happens(s, EV_INBOUND_NOTED, &came);
	scene_happens(s, EV_PARTY_LEFT, &gone);
	scene_pass(s, ANSWER_MS);
	scene_happens(s, EV_INBOUND_NOTED, &came);
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
		cmocka_unit_test(every_operation_has_a_row),
		cmocka_unit_test(what_was_answered_must_be_there),
		cmocka_unit_test(what_was_refused_must_not_be_there),
		TEST(a_refused_deed_that_another_request_did_is_no_blame),
		TEST(two_that_were_refused_do_not_excuse_each_other),
		TEST(what_came_by_itself_is_no_blame),
		TEST(one_trace_is_not_enough_for_two),
		TEST(a_stop_ends_what_nobody_asked_to_end),
		TEST(another_text_does_not),
		TEST(ready_promises_that_it_is_so_between_question_and_answer),
		TEST(having_been_ready_long_ago_is_not_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
