/* ledger_shown_test.c - what people were shown: what the oracle must blame, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger_scene.h"

static const struct body_message text = {.session = {"X", 1},
	.agent_index = 3,
	.type = MESSAGE_TEXT,
	.audience = CLASS_AGENT,
	.author = PARTY_AGENT,
	.text = {"hi", 2},
	.outbound = 7};
static const struct body_part first_sent = {
	.outbound = 7, .part = 1, .parts = 2, .state = DELIVERY_SENT};
static const struct body_part second_delivered = {
	.outbound = 7, .part = 2, .parts = 2, .state = DELIVERY_DELIVERED};
static const struct body_part second_of_another = {
	.outbound = 8, .part = 2, .parts = 2, .state = DELIVERY_SENT};
static const struct body_agent ready = {.user = {"A", 1}, .state = AGENT_READY};
static const struct body_agent not_ready = {.user = {"A", 1}, .state = AGENT_NOT_READY};
static const struct body_party guest = {
	.session = {"X", 1}, .id = {"P", 1}, .nickname = {"Ben", 3}, .user = {"B", 1}};
static const struct body_party there = {
	.session = {"X", 1}, .id = {"P", 1}, .nickname = {"Ben", 3}, .user = {"B", 1}, .joined = 1};

/* As a notification (is_read false) or as the answer to a GET that was asked ANSWER_MS ago. */
static void shows(struct scene *s, bool is_read, const char *json)
{
	const struct flight get = {.at = net_now(s->net) - ANSWER_MS};
	json_t *data = json_loads(json, 0, NULL);
	assert_non_null(data);
	ledger_see(s->ledger, &s->ana, STR_NONE, data, is_read ? &get : NULL);
	json_decref(data);
}

static bool is_blamed(struct scene *s)
{
	return scene_is_blamed(s, ledger_ask_shown);
}

static const char sent[] = "{\"smssessionPath\":\"/smssessions/X\","
			   "\"messages\":[{\"index\":3,\"deliveryState\":\"sent\"}]}";
static const char is_ready[] = "{\"channels\":[{\"userState\":{\"state\":\"Ready\"}}]}";

static void a_text_was_sent_when_each_of_its_parts_was(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_MESSAGE_ADDED, &text);
	scene_happens(s, EV_SMS_PART_CHANGED, &first_sent);
	scene_happens(s, EV_SMS_PART_CHANGED, &second_delivered);
	shows(s, false, sent);
	assert_false(is_blamed(s));
}

static void a_text_that_was_shown_as_sent_and_never_was_is_blamed(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_MESSAGE_ADDED, &text);
	scene_happens(s, EV_SMS_PART_CHANGED, &first_sent);
	scene_happens(s, EV_SMS_PART_CHANGED, &second_of_another);
	shows(s, false, sent);
	assert_true(is_blamed(s));
}

static void an_entry_keeps_its_author_and_its_time(void **state)
{
	static const struct body_message hello = {.session = {"X", 1},
		.agent_index = 1,
		.audience = CLASS_AGENT,
		.type = MESSAGE_TEXT,
		.nickname = {"Ben", 3},
		.at = 12,
		.text = {"hello", 5}};
	struct scene *s = *state;
	scene_happens(s, EV_MESSAGE_ADDED, &hello);
	shows(s, false,
		"{\"smssessionPath\":\"/smssessions/"
		"X\",\"messages\":[{\"index\":1,\"type\":\"Text\","
		"\"text\":\"hello\",\"from\":{\"nickname\":\"Ben\"},\"timestampSeconds\":12}]}");
	assert_false(is_blamed(s));
	shows(s, false,
		"{\"smssessionPath\":\"/smssessions/"
		"X\",\"messages\":[{\"index\":1,\"type\":\"Text\","
		"\"text\":\"hello\",\"from\":{\"nickname\":\"Ben\"},\"timestampSeconds\":13}]}");
	assert_true(is_blamed(s));
}

static void each_change_of_the_channel_is_told_once(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_AGENT_MADE_READY, &ready);
	shows(s, false, is_ready);
	scene_pass(s, ANSWER_MS);
	scene_happens(s, EV_AGENT_MADE_NOT_READY, &not_ready);
	assert_false(is_blamed(s));
	shows(s, false, is_ready); /* for the second time, of which there is no trace */
	assert_true(is_blamed(s));
}

static void a_channel_that_was_ready_in_another_life_only_is_blamed(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_AGENT_MADE_READY, &ready);
	scene_pass(s, ANSWER_MS);
	ledger_crashed(s->ledger);
	shows(s, false, is_ready);
	assert_true(is_blamed(s));
}

static void a_channel_is_read_as_it_is_between_question_and_answer(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_AGENT_MADE_READY, &ready);
	scene_pass(s, ANSWER_MS + 1);
	scene_happens(s, EV_AGENT_MADE_NOT_READY, &not_ready);
	shows(s, true, is_ready);
	assert_false(is_blamed(s));
	scene_pass(s, ANSWER_MS + 1);
	shows(s, true, is_ready);
	assert_true(is_blamed(s));
}

static void what_was_due_while_the_store_took_nothing_comes_later(void **state)
{
	static const struct body_agent away = {
		.user = {"A", 1}, .state = AGENT_NOT_READY, .reason = {"NoAnswer", 8}};
	struct scene *s = *state;
	scene_happens(s, EV_AGENT_MADE_READY, &ready);
	scene_pass(s, 1);
	scene_happens(s, EV_AGENT_MADE_NOT_READY, &away);
	scene_pass(s, ANSWER_MS + 1);
	shows(s, true, is_ready);
	assert_false(is_blamed(s));
}

static void participants_have_joined(void **state)
{
	static const char list[] =
		"{\"smssession\":{\"id\":\"X\",\"state\":\"Chatting\","
		"\"participants\":[{\"participantId\":\"P\",\"nickname\":\"Ben\"}]}}";
	static const struct body_party own = {
		.session = {"X", 1}, .id = {"O", 1}, .user = {"A", 1}, .state = PARTY_CHATTING};
	struct scene *s = *state;
	scene_happens(s, EV_PARTY_JOINED, &own);
	scene_happens(s, EV_PARTY_WAS_INVITED, &guest);
	scene_happens(s, EV_PARTY_JOINED, &there);
	shows(s, false, list);
	assert_false(is_blamed(s));
	s->archive.shelves[BODY_party].count--;
	assert_true(is_blamed(s));
}

static void does(struct scene *s, enum command_kind command)
{
	struct fact deed = {.who = &s->sam, .command = command, .session = {"X", 1}};
	scene_asks(s, &deed);
	scene_pass(s, ANSWER_MS);
	scene_answered(s, &deed, 0);
	scene_pass(s, ANSWER_MS + 1);
}

static void sam_reads(struct scene *s, const char *state)
{
	const struct flight get = {.at = net_now(s->net)};
	json_t *data = json_pack("{s{ssss}}", "smssession", "id", "X", "state", state);
	ledger_see(s->ledger, &s->sam, STR_NONE, data, &get);
	json_decref(data);
}

/* Without a look at the journal. */
static bool is_blamed_at_once(const struct scene *s)
{
	return s->ledger->broken.len > 0;
}

static void for_a_supervisor_who_left_the_session_is_over(void **state)
{
	struct scene *s = *state;
	does(s, CMD_LEAVE);
	sam_reads(s, "LeftChat");
	assert_true(is_blamed_at_once(s));
}

static void who_took_over_and_left_has_it_to_complete(void **state)
{
	struct scene *s = *state;
	does(s, CMD_TAKE_OVER);
	does(s, CMD_LEAVE);
	sam_reads(s, "LeftChat");
	assert_false(is_blamed_at_once(s));
	sam_reads(s, "Chatting");
	assert_true(is_blamed_at_once(s));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_text_was_sent_when_each_of_its_parts_was),
		TEST(a_text_that_was_shown_as_sent_and_never_was_is_blamed),
		TEST(an_entry_keeps_its_author_and_its_time),
		TEST(each_change_of_the_channel_is_told_once),
		TEST(a_channel_that_was_ready_in_another_life_only_is_blamed),
		TEST(a_channel_is_read_as_it_is_between_question_and_answer),
		TEST(what_was_due_while_the_store_took_nothing_comes_later),
		TEST(participants_have_joined),
		TEST(for_a_supervisor_who_left_the_session_is_over),
		TEST(who_took_over_and_left_has_it_to_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
