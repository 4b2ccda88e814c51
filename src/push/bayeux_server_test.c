/* bayeux_server_test.c - the engine alone: batches of values in, messages out, over a transport that is none
 * of ours. */
#include "push/bayeux_server.h"
#include "push/push_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <utlist.h>

#define CONNECT_REPLY "{\"channel\":\"/meta/connect\",\"id\":7,\"successful\":true}"
#define STILL_OPEN    (-1)

/* One that lasts, as a socket does, or is over with its first delivery, as a poll is. */
struct line {
	struct transport transport; /* first */
	bool lasts;
	char told[4096]; /* the arrays that it was given, one behind the other */
	size_t told_len;
	int end; /* enum connect_end, or STILL_OPEN */
};

static struct line one, other;
static struct bayeux_answer answer;
static char client_id[CLIENT_ID_LEN + 1];

static void line_deliver(struct transport *transport, struct str *parts, size_t count)
{
	struct line *line = (struct line *)(void *)transport;
	for (size_t i = 0; i < count; i++)
		line->told_len += (size_t)snprintf(line->told + line->told_len,
			sizeof line->told - line->told_len, "%s%.*s", i ? "" : "[",
			STR_ARGS(parts[i]));
	assert_int_equal(line->told[line->told_len - 1], ',');
	line->told[line->told_len - 1] = ']';
	fake_plain(line->told);
	line->told_len = strlen(line->told);
	if (!line->lasts)
		bayeux_client_detach(fake.push, transport->client);
}

static void line_close(struct transport *transport, enum connect_end end)
{
	((struct line *)(void *)transport)->end = (int)end;
	bayeux_client_detach(fake.push, transport->client);
}

static const struct transport_ops lines = {
	.connection_type = "carrier-pigeon", .deliver = line_deliver, .close = line_close};

static int start(void **state)
{
	fake_start();
	one = other = (struct line) {.transport = {.ops = &lines, .login = &fake.ann_login},
		.lasts = true,
		.end = STILL_OPEN};
	return 0;
}

static int stop(void **state)
{
	struct line *all[] = {&one, &other};
	for (size_t i = 0; i < 2; i++)
		if (all[i]->transport.client)
			bayeux_client_detach(fake.push, all[i]->transport.client);
	fake_stop();
	return 0;
}

/* What the caller's messages are answered now; "" if their connect is held, which goes over this line then. */
static const char *ask(struct line *line, size_t count, const struct bayeux_msg *messages)
{
	static char text[4096];
	struct bayeux_msg copies[8];
	struct bayeux_batch batch = {copies, count};
	size_t n = 0;
	memcpy(copies, messages, count * sizeof *messages);
	for (size_t i = 0; i < count; i++)
		if (copies[i].channel.len && !copies[i].client_id.len)
			copies[i].client_id = str_of(client_id);
	bayeux_server_handle(fake.push, &batch, &fake.caller, &lines, &answer);
	text[0] = '\0';
	for (size_t i = 0; i < answer.count; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", i ? "" : "[",
			STR_ARGS(answer.parts[i]));
	fake_plain(text);
	bayeux_answer_done(fake.push, &answer);
	if (answer.held)
		bayeux_client_attach(fake.push, answer.held, &line->transport);
	return text;
}

static struct bayeux_msg message(const char *channel)
{
	return (struct bayeux_msg) {.channel = str_of(channel), .id = STR("7"), .timeout_ms = -1};
}

static const char *say(struct line *line, const char *channel)
{
	struct bayeux_msg msg = message(channel);
	return ask(line, 1, &msg);
}

/* A client that hears everything and has connected once. */
static void meet(void)
{
	static struct str everything = {"/**", 3};
	client_id[0] = '\0';
	const char *at = strstr(say(&one, "/meta/handshake"), "\"clientId\":\"");
	assert_non_null(at);
	snprintf(client_id, sizeof client_id, "%s", at + strlen("\"clientId\":\""));
	struct bayeux_msg subscribe = message("/meta/subscribe");
	subscribe.topics = (struct bayeux_names) {&everything, 1, false};
	ask(&one, 1, &subscribe);
	assert_non_null(strstr(say(&one, "/meta/connect"), "\"advice\""));
	assert_null(answer.held);
}

static void news(const char *name)
{
	struct body_agent body = {.user = fake.ann.b.id};
	struct event event = {
		.kind = EV_AGENT_MADE_NOT_READY, .lsn = 1, .body = &body, .object = &fake.ann};
	fake.ann.b.name = str_of(name);
	fake.ann.agent.state = AGENT_NOT_READY;
	fake_happened(&event, 1);
	fake_release();
}

#define NEWS(name) "{\"channel\":\"/v2/me/channels\",\"data\":\"" name " NotReady\"}"

static void test_a_connect_that_waits_is_a_value_and_no_answer(void **state)
{
	meet();
	assert_string_equal(say(&one, "/meta/connect"), "");
	assert_ptr_equal(answer.held, one.transport.client);
	assert_true(str_is(answer.held_id, "7"));
	assert_int_equal(answer.held_ms, BAYEUX_TIMEOUT_MS);
	struct bayeux_msg brief = message("/meta/connect");
	brief.timeout_ms = 500;
	ask(&other, 1, &brief);
	assert_int_equal(answer.held_ms, 500);
}

static void test_a_connect_among_others_is_answered_with_them(void **state)
{
	meet();
	const struct bayeux_msg both[] = {message("/meta/connect"), message("/meta/nonsense")};
	assert_string_equal(ask(&one, 2, both),
		"[" CONNECT_REPLY ",{\"channel\":\"/meta/nonsense\",\"id\":7,\"successful\":false,"
		"\"error\":\"404::Unknown meta channel\"}]");
	assert_null(answer.held);
}

static void test_news_go_over_the_line_as_they_come_while_it_lasts(void **state)
{
	meet();
	say(&one, "/meta/connect");
	news("a");
	news("b");
	assert_string_equal(one.told, "[" NEWS("a") "][" NEWS("b") "]");
	assert_int_equal(one.end, STILL_OPEN);
}

static void test_what_comes_after_a_line_is_over_waits_for_the_next_connect(void **state)
{
	meet();
	one.lasts = false;
	say(&one, "/meta/connect");
	news("a");
	news("b");
	assert_string_equal(one.told, "[" NEWS("a") "]");
	assert_string_equal(say(&other, "/meta/connect"), "[" NEWS("b") "," CONNECT_REPLY "]");
	assert_null(answer.held);
	assert_string_equal(say(&other, "/meta/connect"), "");
	news("c");
	assert_string_equal(other.told, "[" NEWS("c") "]");
}

static void test_a_client_has_the_line_of_its_last_connect(void **state)
{
	meet();
	say(&one, "/meta/connect");
	say(&other, "/meta/connect");
	assert_int_equal(one.end, CONNECT_DONE);
	assert_null(one.transport.client);
	news("a");
	assert_string_equal(one.told, "");
	assert_string_equal(other.told, "[" NEWS("a") "]");
}

static void test_a_connect_names_the_transport_that_it_comes_by(void **state)
{
	meet();
	struct bayeux_msg msg = message("/meta/connect");
	msg.connection_type = STR("long-polling");
	assert_non_null(strstr(ask(&one, 1, &msg), "400::Unknown connection type"));
	msg.connection_type = STR("carrier-pigeon");
	assert_string_equal(ask(&one, 1, &msg), "");
	assert_non_null(answer.held);
}

static void test_a_client_is_forgotten_only_while_it_has_no_line(void **state)
{
	meet();
	say(&one, "/meta/connect");
	fake_run(10 * BAYEUX_MAX_INTERVAL_MS);
	assert_int_equal(push_clients(fake.push), 1);
	bayeux_client_detach(fake.push, one.transport.client);
	fake_run(BAYEUX_MAX_INTERVAL_MS - 1);
	assert_int_equal(push_clients(fake.push), 1);
	fake_run(1);
	assert_int_equal(push_clients(fake.push), 0);
	assert_int_equal(one.end, STILL_OPEN); /* it was gone */
}

static void test_a_line_is_told_how_its_client_ends(void **state)
{
	meet();
	say(&one, "/meta/connect");
	assert_non_null(strstr(say(&other, "/meta/disconnect"), "\"successful\":true"));
	assert_int_equal(one.end, CONNECT_NONE);
	meet();
	say(&other, "/meta/connect");
	push_login_ended(fake.push, &fake.ann_login);
	assert_int_equal(other.end, CONNECT_UNKNOWN);
	assert_int_equal(push_clients(fake.push), 0);
}

static void test_a_line_closes_with_the_login_that_asked_for_it(void **state)
{
	fake_be(&fake.ann, &fake.ann_login,
		true); /* by Basic: the client is any login's of the user */
	meet();
	other.transport.login = &fake.ann_other;
	say(&other, "/meta/connect");
	push_login_ended(fake.push, &fake.ann_login);
	assert_int_equal(other.end, STILL_OPEN);
	push_login_ended(fake.push, &fake.ann_other);
	assert_int_equal(other.end, CONNECT_DONE);
	assert_int_equal(push_clients(fake.push), 1);
}

static void test_who_leaves_too_much_waiting_is_dropped_line_or_not(void **state)
{
	meet();
	for (unsigned i = 0; i < BAYEUX_BACKLOG_MESSAGES_MAX; i++)
		news("a");
	assert_int_equal(push_clients(fake.push), 1);
	news("a");
	assert_int_equal(push_clients(fake.push), 0);
	/* Nothing waits behind a line that lasts. */
	meet();
	say(&one, "/meta/connect");
	for (unsigned i = 0; i <= BAYEUX_BACKLOG_MESSAGES_MAX; i++) {
		one.told_len = 0;
		news("a");
	}
	assert_int_equal(push_clients(fake.push), 1);
}

/* --- a long history --------------------------------------------------------------------------- */

static struct session session;
static struct party ann;

static void writes(enum message_type type, const char *text)
{
	struct fake_entry *entry =
		fake_entry((struct body_message) {.type = type,
				   .party = type == MESSAGE_JOINED ? STR("P1") : STR("P0"),
				   .text = str_of(text)},
			&session);
	struct event event = {
		.kind = EV_MESSAGE_ADDED, .lsn = 9, .body = &entry->b, .object = entry->message};
	fake_happened(&event, 1);
	fake_release();
}

static const char *data_told(const struct line *line)
{
	static char text[512];
	size_t n = 0;
	text[0] = '\0';
	for (const char *at = line->told; (at = strstr(at, "\"data\":\"")); at++)
		n += (size_t)snprintf(
			text + n, sizeof text - n, "%.*s|", (int)strcspn(at + 8, "\""), at + 8);
	return text;
}

/* One slice has its turn and gets to the disk; others' news come between. */
static void test_a_history_comes_slice_by_slice_over_a_line_that_lasts(void **state)
{
	session = (struct session) {0};
	ann = (struct party) {.session = &session, .user = &fake.ann};
	ann.b.id = STR("P1");
	ann.b.kind = PARTY_AGENT;
	ann.b.state = PARTY_CHATTING;
	ann.b.joined = 1;
	LL_APPEND(session.parties, &ann);
	fake.slice = 3;
	meet();
	say(&one, "/meta/connect");
	writes(MESSAGE_JOINED, "");
	assert_string_equal(data_told(&one), "history 1..3|");
	writes(MESSAGE_TEXT, "later");
	for (unsigned i = 0; i < 3; i++) {
		fake_run(0);
		fake_release();
	}
	assert_string_equal(data_told(&one), "history 1..3|history 4..6|history 7..9|later|");
	assert_int_equal(one.end, STILL_OPEN);
	assert_int_equal(fake.reading, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_connect_that_waits_is_a_value_and_no_answer),
		TEST(test_a_connect_among_others_is_answered_with_them),
		TEST(test_news_go_over_the_line_as_they_come_while_it_lasts),
		TEST(test_what_comes_after_a_line_is_over_waits_for_the_next_connect),
		TEST(test_a_client_has_the_line_of_its_last_connect),
		TEST(test_a_connect_names_the_transport_that_it_comes_by),
		TEST(test_a_client_is_forgotten_only_while_it_has_no_line),
		TEST(test_a_line_is_told_how_its_client_ends),
		TEST(test_a_line_closes_with_the_login_that_asked_for_it),
		TEST(test_who_leaves_too_much_waiting_is_dropped_line_or_not),
		TEST(test_a_history_comes_slice_by_slice_over_a_line_that_lasts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
