/* ledger_test.c - the oracle of the power cuts: what it must blame, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/arena.h"
#include "ledger_rules.h"
#include "net/net_sim.h"

#define START      1000000
#define ANSWER_MS  50
#define EVENTS_MAX 8

struct scene {
	struct net *net;
	struct ledger *ledger;
	struct archive archive;
	struct event events[BODY_KINDS][EVENTS_MAX];
	struct person ana, ben, sam;
};

static void *set_stage(void)
{
	static const struct body_user users[] = {{.id = {"A", 1}, .name = {"ana", 3}},
		{.id = {"B", 1}, .name = {"ben", 3}}, {.id = {"S", 1}, .name = {"sam", 3}}};
	struct scene *s = mem_new(sizeof *s);
	s->net = net_sim_new(1, START);
	s->ledger = ledger_new();
	ledger_begin(s->ledger, s->net);
	s->ana.settings.name = "ana";
	s->ben.settings.name = "ben";
	s->sam.settings = (struct person_settings) {.name = "sam", .is_supervisor = true};
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++)
		s->archive.shelves[kind].events = s->events[kind];
	for (size_t i = 0; i < 3; i++)
		s->events[BODY_user][i] = (struct event) {.kind = EV_USER_ADDED, .body = &users[i]};
	s->archive.shelves[BODY_user].count = 3;
	return s;
}

static int set_up(void **state)
{
	*state = set_stage();
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	ledger_free(&s->ledger);
	net_sim_free(&s->net);
	free(s);
	return 0;
}

static void pass(struct scene *s, msec ms)
{
	net_sim_run(s->net, net_now(s->net) + ms);
}

static void happens(struct scene *s, enum event_kind kind, const void *body)
{
	struct archive_shelf *shelf = &s->archive.shelves[event_body(kind)];
	assert_true(shelf->count < EVENTS_MAX);
	shelf->events[shelf->count++] =
		(struct event) {.kind = kind, .at = net_now(s->net), .body = body};
}

static void asks(struct scene *s, struct fact *deed)
{
	deed->kind = FACT_ASKED;
	deed->asked = net_now(s->net);
	ledger_fact(s->ledger, deed);
}

static void is_answered(struct scene *s, struct fact *deed, uint64_t code)
{
	deed->kind = code ? FACT_REFUSED : FACT_DONE;
	deed->number = code;
	ledger_fact(s->ledger, deed);
}

static bool is_blamed(struct scene *s)
{
	const struct inquiry in = {s->ledger, &s->archive};
	ledger_ask_deeds(&in);
	return s->ledger->broken.len > 0;
}

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
static const struct body_session over = {.id = {"X", 1}, .state = SESSION_ENDED};
static const struct body_message text = {
	.session = {"X", 1}, .type = MESSAGE_TEXT, .author = PARTY_AGENT, .text = {"hi", 2}};
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
	void *state = set_stage();
	struct scene *s = state;
	struct fact deed = of_ana(s, deeds[i].command);
	if (deeds[i].command == CMD_STOP_AGENT)
		happens(s, EV_AGENT_STARTED, &ready);
	if (deeds[i].command == CMD_COMPLETE) /* so that the session is not idle */
		happens(s, EV_MESSAGE_ADDED, &text);
	pass(s, ANSWER_MS);
	asks(s, &deed);
	pass(s, ANSWER_MS);
	if (is_there)
		happens(s, deeds[i].kind, deeds[i].body);
	pass(s, ANSWER_MS);
	is_answered(s, &deed, code);
	bool is_wrong = is_blamed(s);
	tear_down(&state);
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
	asks(s, &first); /* and never hears of it */
	pass(s, ANSWER_MS);
	asks(s, &second);
	happens(s, EV_PARTY_JOINED, &there);
	pass(s, ANSWER_MS);
	is_answered(s, &second, 2);
	assert_false(is_blamed(s));
}

static void two_that_were_refused_do_not_excuse_each_other(void **state)
{
	struct scene *s = *state;
	struct fact first = of_ana(s, CMD_ACCEPT), second = first;
	asks(s, &first);
	pass(s, ANSWER_MS);
	asks(s, &second);
	happens(s, EV_PARTY_JOINED, &there);
	pass(s, ANSWER_MS);
	is_answered(s, &first, 4);
	is_answered(s, &second, 4);
	assert_true(is_blamed(s));
}

static void what_came_by_itself_is_no_blame(void **state)
{
	struct scene *s = *state;
	struct fact not_now = of_ana(s, CMD_NOT_READY), complete = of_ana(s, CMD_COMPLETE),
		    leave = of_ana(s, CMD_LEAVE);
	asks(s, &not_now);
	pass(s, 1);
	asks(s, &complete);
	pass(s, 1);
	asks(s, &leave);
	happens(s, EV_AGENT_MADE_NOT_READY, &away);
	happens(s, EV_PARTY_FINISHED, &gone);
	happens(s, EV_SESSION_CLOSED, &over); /* idle: nobody has written anything */
	pass(s, ANSWER_MS);
	is_answered(s, &not_now, 4);
	is_answered(s, &complete, 4);
	is_answered(s, &leave, 4);
	assert_false(is_blamed(s));
}

/* --- Ready and NotReady ------------------------------------------------------------------------------ */

static void ready_promises_that_it_is_so_between_question_and_answer(void **state)
{
	struct scene *s = *state;
	struct fact deed = of_ana(s, CMD_READY);
	happens(s, EV_AGENT_MADE_READY, &ready);
	pass(s, ANSWER_MS);
	asks(s, &deed); /* is so already: no event */
	pass(s, 1);
	happens(s, EV_AGENT_MADE_NOT_READY, &away); /* right after it */
	pass(s, ANSWER_MS);
	is_answered(s, &deed, 0);
	assert_false(is_blamed(s));
}

static void having_been_ready_long_ago_is_not_enough(void **state)
{
	struct scene *s = *state;
	struct fact deed = of_ana(s, CMD_READY);
	happens(s, EV_AGENT_MADE_READY, &ready);
	pass(s, ANSWER_MS);
	happens(s, EV_AGENT_MADE_NOT_READY, &not_ready);
	pass(s, ANSWER_MS);
	asks(s, &deed);
	pass(s, ANSWER_MS);
	is_answered(s, &deed, 0);
	assert_true(is_blamed(s));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_has_a_row),
		cmocka_unit_test(what_was_answered_must_be_there),
		cmocka_unit_test(what_was_refused_must_not_be_there),
		TEST(a_refused_deed_that_another_request_did_is_no_blame),
		TEST(two_that_were_refused_do_not_excuse_each_other),
		TEST(what_came_by_itself_is_no_blame),
		TEST(ready_promises_that_it_is_so_between_question_and_answer),
		TEST(having_been_ready_long_ago_is_not_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
