/* ledger_read_test.c - what can be read, and whose words it is: what the oracle must blame, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger_scene.h"

#define LONG_MS (LEDGER_MARGIN_MS + ANSWER_MS + 1)

static const struct body_party invited = {
	.session = {"X", 1}, .id = {"P", 1}, .user = {"A", 1}, .state = PARTY_INVITED};
static const struct body_party there = {
	.session = {"X", 1}, .id = {"P", 1}, .user = {"A", 1}, .state = PARTY_CHATTING};
static const struct body_party gone = {
	.session = {"X", 1}, .id = {"P", 1}, .user = {"A", 1}, .state = PARTY_COMPLETED};
static const struct body_message hello = {.session = {"X", 1},
	.type = MESSAGE_TEXT,
	.author = PARTY_AGENT,
	.audience = CLASS_AGENT,
	.user = {"A", 1},
	.text = {"hello", 5}};

/* The answer to a GET that was asked ANSWER_MS ago. */
static void reads(struct scene *s, const char *path, int status, const char *json)
{
	struct asked asked = {
		.person = &s->ana, .deed = deed_find(path, NULL), .session = STR("X")};
	const struct flight get = {.asked = &asked, .at = net_now(s->net) - ANSWER_MS};
	json_t *answer = json_loads(json, 0, NULL);
	assert_non_null(answer);
	ledger_read(s->ledger, &get, status, answer);
	json_decref(answer);
}

static void lists(struct scene *s, const char *json)
{
	reads(s, "/me/smssessions", 200, json);
}

static bool is_blamed(struct scene *s)
{
	return scene_is_blamed(s, ledger_ask_read);
}

static const char nothing[] = "{\"smssessions\":[]}";
static const char chatting[] = "{\"smssessions\":[{\"id\":\"X\",\"state\":\"Chatting\"}]}";
static const char transcript[] = "{\"messages\":[{\"index\":1}]}";

/* --- sessions -------------------------------------------------------------------------------------- */

static void who_is_in_a_session_finds_it_in_the_list(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_PARTY_JOINED, &there);
	scene_pass(s, ANSWER_MS);
	lists(s, nothing); /* it came while that was answered */
	assert_false(is_blamed(s));
	scene_pass(s, LONG_MS);
	lists(s, chatting);
	assert_false(is_blamed(s));
	scene_pass(s, 1);
	lists(s, nothing);
	assert_true(is_blamed(s));
}

static void what_was_over_long_ago_is_not_listed(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_PARTY_JOINED, &there);
	scene_pass(s, 1);
	scene_happens(s, EV_PARTY_FINISHED, &gone);
	scene_pass(s, ANSWER_MS);
	lists(s, chatting);
	assert_false(is_blamed(s));
	scene_pass(s, LONG_MS);
	lists(s, nothing);
	assert_false(is_blamed(s));
	scene_pass(s, 1);
	lists(s, chatting);
	assert_true(is_blamed(s));
}

static void a_session_is_in_the_state_in_which_it_is_read(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_PARTY_WAS_INVITED, &invited);
	scene_pass(s, LONG_MS);
	lists(s, chatting);
	assert_true(is_blamed(s));
}

static void who_is_in_a_session_can_read_it(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_PARTY_WAS_INVITED, &invited);
	scene_pass(s, LONG_MS);
	reads(s, "/me/smssessions/{id}/messages", 400, "{\"statusCode\":2}");
	assert_false(is_blamed(s));
	scene_happens(s, EV_PARTY_JOINED, &there);
	scene_pass(s, LONG_MS);
	reads(s, "/me/smssessions/{id}/messages", 503, "{\"statusCode\":4}");
	assert_false(is_blamed(s));
	reads(s, "/me/smssessions/{id}/messages", 404, "{\"statusCode\":6}");
	assert_true(is_blamed(s));
}

static void what_was_due_may_come_later(void **state)
{
	const struct ledger_times times = {.due = 10 * LONG_MS};
	struct scene *s = *state;
	ledger_begin(s->ledger, s->net, &times);
	scene_happens(s, EV_PARTY_JOINED, &there);
	scene_pass(s, LONG_MS);
	lists(s, nothing);
	assert_false(is_blamed(s));
}

/* --- transcripts ------------------------------------------------------------------------------------ */

static void a_transcript_is_whole(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_PARTY_JOINED, &there);
	scene_happens(s, EV_MESSAGE_ADDED, &hello);
	scene_pass(s, LONG_MS);
	scene_happens(s, EV_MESSAGE_ADDED, &hello); /* later than the question, perhaps */
	reads(s, "/me/smssessions/{id}/messages", 200, transcript);
	assert_false(is_blamed(s));
	scene_pass(s, LONG_MS);
	reads(s, "/me/smssessions/{id}/messages", 200, transcript);
	assert_true(is_blamed(s));
}

static void a_transcript_has_no_gap(void **state)
{
	struct scene *s = *state;
	reads(s, "/me/smssessions/{id}/messages", 200,
		"{\"messages\":[{\"index\":1},{\"index\":3}]}");
	assert_true(s->ledger->broken.len > 0);
}

/* --- whose words ------------------------------------------------------------------------------------ */

static void ask_texts(const struct inquiry *in)
{
	ledger_ask_texts(in, true);
}

static void who_was_not_answered_has_written_once_at_most(void **state)
{
	struct scene *s = *state;
	struct fact asked = {.who = &s->ana,
		.command = CMD_SEND_MESSAGE,
		.session = STR("X"),
		.text = STR("hello")};
	scene_asks(s, &asked);
	scene_happens(s, EV_MESSAGE_ADDED, &hello);
	assert_false(scene_is_blamed(s, ask_texts));
	scene_happens(s, EV_MESSAGE_ADDED, &hello);
	assert_true(scene_is_blamed(s, ask_texts));
}

static void what_nobody_asked_for_is_not_there(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_MESSAGE_ADDED, &hello);
	assert_true(scene_is_blamed(s, ask_texts));
}

static void what_no_customer_wrote_is_not_there(void **state)
{
	static const struct body_message question = {
		.type = MESSAGE_TEXT, .author = PARTY_CONTACT, .text = {"Why?", 4}};
	static const struct body_message half = {
		.type = MESSAGE_TEXT, .author = PARTY_CONTACT, .text = {"So far...", 9}};
	const struct fact part = {.kind = FACT_PART, .user = STR("+1"), .text = STR("So far")};
	struct scene *s = *state;
	ledger_text(s->ledger, true, STR("+1"), STR("Why?"));
	ledger_fact(s->ledger, &part);
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	scene_happens(s, EV_MESSAGE_ADDED, &half);
	assert_false(scene_is_blamed(s, ask_texts));
	scene_happens(s, EV_MESSAGE_ADDED,
		&(struct body_message) {
			.type = MESSAGE_TEXT, .author = PARTY_CONTACT, .text = STR("What?")});
	assert_true(scene_is_blamed(s, ask_texts));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

/* Who worked in it reads it after its end, and finds it in no list; nobody else does. */
static void what_has_ended_is_read_by_who_worked_in_it(void **state)
{
	struct scene *s = *state;
	static const char completed[] = "{\"smssession\":{\"id\":\"X\",\"state\":\"Completed\"}}";
	static const struct body_session ended = {.id = {"X", 1}, .state = SESSION_ENDED};
	struct body_party worked = there, over = gone;
	worked.kind = over.kind = PARTY_AGENT;
	worked.joined = over.joined = 1;
	scene_happens(s, EV_PARTY_JOINED, &worked);
	scene_pass(s, 1);
	scene_happens(s, EV_PARTY_FINISHED, &over);
	scene_pass(s, LONG_MS);
	reads(s, "/me/smssessions/{id}", 404, "{\"statusCode\":6}"); /* it goes on */
	assert_false(is_blamed(s));
	scene_happens(s, EV_SESSION_CLOSED, &ended);
	scene_pass(s, LONG_MS);
	reads(s, "/me/smssessions/{id}", 200, completed);
	assert_false(is_blamed(s));
	scene_pass(s, 1);
	reads(s, "/me/smssessions/{id}", 404, "{\"statusCode\":6}");
	assert_true(is_blamed(s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_ended_is_read_by_who_worked_in_it),
		TEST(who_is_in_a_session_finds_it_in_the_list),
		TEST(what_was_over_long_ago_is_not_listed),
		TEST(a_session_is_in_the_state_in_which_it_is_read),
		TEST(who_is_in_a_session_can_read_it),
		TEST(what_was_due_may_come_later),
		TEST(a_transcript_is_whole),
		TEST(a_transcript_has_no_gap),
		TEST(who_was_not_answered_has_written_once_at_most),
		TEST(what_nobody_asked_for_is_not_there),
		TEST(what_no_customer_wrote_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
