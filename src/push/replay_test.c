/* replay_test.c - a client is told what it missed: once, in order, and what happens meanwhile behind it. */
#include "push/push_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <utlist.h>

#define CHANNELS "/v2/me/channels"
#define SESSIONS "/v2/me/smssessions"

/* ann has a session, which sue watches. */
static struct session session;
static struct party ann, sue;

static void add_party(struct party *party, struct user *user, enum party_kind kind, const char *id)
{
	*party = (struct party) {.session = &session, .user = user};
	party->b.kind = kind;
	party->b.id = str_of(id);
	party->b.state = PARTY_CHATTING;
	party->b.joined = 1;
	LL_APPEND(session.parties, party);
}

static int start(void **state)
{
	fake_start();
	fake.shows_numbers = true;
	session = (struct session) {0};
	add_party(&ann, &fake.ann, PARTY_AGENT, "P1");
	add_party(&sue, &fake.sue, PARTY_SUPERVISOR, "P2");
	fake.sue.b.roles = ROLE_SUPERVISOR;
	fake.reader = &ann.viewer;
	return 0;
}

static int stop(void **state)
{
	fake_stop();
	assert_int_equal(fake.reading, 0);
	return 0;
}

/* --- what happens -------------------------------------------------------------------------------- */

static void happens(struct event *event)
{
	static uint64_t lsn;
	event->lsn = ++lsn;
	fake_happened(event, 1);
}

/* ann's state changes: a note on CHANNELS. */
static void channel(void)
{
	struct event event = {
		.kind = EV_AGENT_MADE_READY, .body = &fake.ann.agent, .object = &fake.ann};
	happens(&event);
}

/* A text in the session: a note on SESSIONS to ann, and one to sue. */
static void text(const char *words)
{
	struct fake_entry *entry = fake_entry(
		(struct body_message) {.text = str_of(words), .party = STR("P0")}, &session);
	struct event event = {
		.kind = EV_MESSAGE_ADDED, .body = &entry->b, .object = entry->message};
	happens(&event);
}

static void texts(int from, int to)
{
	char words[16];
	for (int i = from; i <= to; i++) {
		snprintf(words, sizeof words, "t%d", i);
		text(words);
	}
}

/* --- what a client asks and is told ---------------------------------------------------------------- */

/* "t1#4 t2#5": the data and the number of each note in the text. */
static const char *notes_in(const char *text)
{
	static char out[8192];
	size_t n = 0;
	out[0] = '\0';
	for (const char *at = text; at && (at = strstr(at, "\"data\":\"")); at++) {
		const char *from = at + 8, *to = strchr(from, '"');
		const char *number = strstr(to, "\"replayId\":");
		assert_non_null(number);
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s#%d", n ? " " : "",
			(int)(to - from), from, atoi(number + 11));
	}
	return out;
}

/* ext.replay, or "" */
static const char *subscribe(const char *client, const char *names, const char *replay)
{
	return fake_post("{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":%s"
			 "%s%s%s}",
		client, names, *replay ? ",\"ext\":{\"replay\":" : "", replay, *replay ? "}" : "");
}

static void assert_begins(const char *reply, bool is_fine, int last)
{
	char ext[64];
	snprintf(ext, sizeof ext, "\"ext\":{\"replay\":{\"last\":%d}}}]", last);
	assert_non_null(
		strstr(reply, is_fine ? "\"successful\":true" : "\"error\":\"410::replay\""));
	assert_string_equal(reply + strlen(reply) - strlen(ext), ext);
}

/* Polls until there is nothing more. */
static const char *all_told(const char *client)
{
	static char out[65536];
	size_t n = 0;
	out[0] = '\0';
	for (;;) {
		const char *reply = fake_connect(client);
		struct http_ref poll = fake_last_ref();
		fake_run(0);
		fake_release();
		fake_run(0);
		reply = reply ? reply : fake_reply_to(poll);
		const char *notes = notes_in(reply);
		if (!reply)
			fake_go(poll);
		if (!*notes)
			return out;
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s", n ? " " : "", notes);
	}
}

static const char *told_after(const char *name, const char *replay)
{
	const char *client = fake_client(NULL);
	char names[64], asked[128];
	snprintf(names, sizeof names, "\"%s\"", name);
	snprintf(asked, sizeof asked, "{\"%s\":%s}", name, replay);
	assert_non_null(strstr(subscribe(client, names, asked), "\"successful\":true"));
	return all_told(client);
}

/* --- the tests ------------------------------------------------------------------------------------ */

static void test_who_comes_later_is_told_what_it_asks_for(void **state)
{
	text("a");
	channel();
	text("b");
	fake_release();
	for (int behind = 0; behind <= 1; behind++) {
		assert_string_equal(told_after("/**", "-2"), "a#1 ann LoggedOut#2 b#3");
		assert_string_equal(told_after("/**", "0"), "a#1 ann LoggedOut#2 b#3");
		assert_string_equal(told_after(SESSIONS, "1"), "b#3");
		assert_string_equal(told_after(CHANNELS, "-2"), "ann LoggedOut#2");
		assert_string_equal(told_after("/**", "2"), "b#3");
		assert_string_equal(told_after("/**", "3"), "");
		assert_string_equal(told_after("/**", "-1"), "");
		assert_string_equal(told_after("/**", "null"), "");
		if (behind)
			break;
		/* The same from what the tables do not have yet. */
		fake_stop();
		start(NULL);
		fake.is_behind = true;
		text("a");
		channel();
		text("b");
		fake_release();
	}
}

static void test_the_reply_says_where_the_user_is(void **state)
{
	const char *client = fake_client(NULL);
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":-1}"), true, 0);
	text("a");
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":-1}"), true, 0); /* not on disk yet */
	fake_release();
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":-1}"), true, 1);
	assert_null(strstr(subscribe(client, "\"/**\"", ""), "ext"));
}

static void test_what_is_not_kept_is_said(void **state)
{
	texts(1, 5);
	fake_release();
	fake.kept_first = 3;
	const char *client = fake_client(NULL);
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":1}"), false, 5);
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":6}"), false, 5);
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":9223372036854775807}"), false, 5);
	text("live");
	assert_string_equal(all_told(client), ""); /* it is not subscribed */
	assert_string_equal(told_after("/**", "2"), "t3#3 t4#4 t5#5 live#6");
	assert_string_equal(told_after("/**", "-2"), "t3#3 t4#4 t5#5 live#6");
	assert_string_equal(told_after("/**", "6"), "");
}

static void test_what_is_no_number_is_refused(void **state)
{
	static const char *const bad[] = {"[]", "7", "\"/**\"", "{\"/**\":-3}", "{\"/**\":\"1\"}",
		"{\"/**\":1.5}", "{\"/**\":true}", "{\"/**\":{}}", "{\"/**\":9223372036854775808}",
		"{\"/**\":1e3}"};
	const char *client = fake_client(NULL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_non_null(strstr(subscribe(client, "\"/**\"", bad[i]),
			"\"error\":\"400::ext is no object, or its replay no object of numbers\""));
	assert_non_null(strstr(subscribe(client, "\"/**\"", "{\"/elsewhere\":1}"), "true"));
	assert_non_null(strstr(subscribe(client, "\"/**\"", "null"), "true"));
}

static void test_numbers_are_each_users_own(void **state)
{
	channel();
	text("a");
	fake_release();
	fake_be(&fake.sue, &fake.sue_login, false);
	assert_string_equal(told_after("/**", "-2"), "a#1");
	const char *client = fake_client(NULL);
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":2}"), false, 1); /* ann's */
	fake_be(&fake.bob, &fake.bob_login, false);
	assert_string_equal(told_after("/**", "-2"), "");
}

static void test_numbers_go_on_where_the_process_before_ended(void **state)
{
	fake.told_before = 41;
	text("a");
	fake_release();
	assert_string_equal(told_after("/**", "41"), "a#42");
	const char *client = fake_client(NULL);
	assert_begins(subscribe(client, "\"/**\"", "{\"/**\":40}"), false, 42);
}

static void test_numbers_of_what_was_undone_are_given_again(void **state)
{
	const char *client = fake_client("/**");
	text("a");
	fake_release();
	text("undone");
	channel();
	fake_drop();
	text("b");
	channel();
	fake_release();
	assert_string_equal(all_told(client), "a#1 b#2 ann LoggedOut#3");
	assert_string_equal(told_after("/**", "0"), "a#1 b#2 ann LoggedOut#3");
}

static void test_what_happens_meanwhile_comes_behind(void **state)
{
	texts(1, 3);
	fake_release();
	const char *client = fake_client(NULL);
	subscribe(client, "\"/**\"", "{\"/**\":0}");
	text("live");
	assert_string_equal(all_told(client), "t1#1 t2#2 t3#3 live#4");
	text("later");
	assert_string_equal(all_told(client), "later#5");
}

static void test_a_long_absence_comes_in_pages(void **state)
{
	texts(1, 2 * TOLD_PAGE_MAX + 1);
	fake_release();
	const char *client = fake_client(NULL);
	subscribe(client, "\"/**\"", "{\"/**\":0}");
	const char *told = all_told(client);
	assert_int_equal(fake.pages, 3);
	assert_memory_equal(told, "t1#1 t2#2 ", 10);
	assert_string_equal(strstr(told, " t199#"), " t199#199 t200#200 t201#201");
	text("live");
	assert_string_equal(all_told(client), "live#202");
}

/* Over which the client is told what is to come. */
static struct http_ref socket_of(const char *client)
{
	struct http_ref socket = fake_socket();
	fake_say(socket,
		"[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\","
		"\"connectionType\":\"websocket\"}]",
		client);
	fake_heard(socket);
	return socket;
}

/* A socket's frames, or the first poll's reply, of who asks for so many notes of which the tables have some. */
static char *replay_with(bool by_socket, int all, int in_tables)
{
	fake_stop();
	start(NULL);
	texts(1, in_tables);
	fake_release();
	fake.is_behind = true;
	texts(in_tables + 1, all);
	fake_release();
	const char *client = fake_client(NULL);
	struct http_ref socket = by_socket ? socket_of(client) : (struct http_ref) {0};
	subscribe(client, "\"/**\"", "{\"/**\":0}");
	fake_run(0);
	return strdup(by_socket ? fake_heard(socket) : fake_connect(client));
}

/* How far the tables are depends on what others do, and must not show. */
static void test_a_page_is_the_same_however_far_the_tables_are(void **state)
{
	static const int some[] = {1, 2, 3, TOLD_PAGE_MAX, TOLD_PAGE_MAX + 3};
	for (int by_socket = 0; by_socket <= 1; by_socket++) {
		for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
			char *far = replay_with(by_socket, some[i], some[i]);
			unsigned pages = fake.pages;
			assert_non_null(strstr(far, "\"t1\""));
			for (int in_tables = 0; in_tables < some[i]; in_tables++) {
				char *behind = replay_with(by_socket, some[i], in_tables);
				assert_string_equal(behind, far);
				assert_int_equal(fake.pages, pages);
				free(behind);
			}
			free(far);
		}
	}
}

/* However much there is, who does not fetch it costs a page. */
static void test_who_does_not_read_waits_with_a_page(void **state)
{
	texts(1, 3 * BAYEUX_BACKLOG_MESSAGES_MAX);
	fake_release();
	const char *client = fake_client(NULL);
	subscribe(client, "\"/**\"", "{\"/**\":0}");
	fake_run(0);
	texts(1, 3 * BAYEUX_BACKLOG_MESSAGES_MAX);
	fake_release();
	fake_run(0);
	assert_int_equal(fake.pages, 1);
	const char *told = notes_in(fake_connect(client));
	assert_memory_equal(told, "t1#1 t2#2 ", 10);
	assert_string_equal(strstr(told, " t100#"), " t100#100");
}

static void test_a_note_goes_once_to_a_client(void **state)
{
	text("a");
	channel();
	text("b");
	fake_release();
	const char *client = fake_client(NULL);
	subscribe(client, "[\"/**\",\"" SESSIONS "\"]", "{\"/**\":-2,\"" SESSIONS "\":1}");
	assert_string_equal(all_told(client), "a#1 ann LoggedOut#2 b#3");
	client = fake_client(NULL);
	subscribe(client, "\"" SESSIONS "\"", "{\"" SESSIONS "\":1}");
	subscribe(client, "\"/v2/me/*\"", "{\"/v2/me/*\":0}");
	assert_string_equal(all_told(client), "ann LoggedOut#2 b#3");
}

static void test_another_topic_is_missed_while_the_first_goes_on(void **state)
{
	const char *client = fake_client(SESSIONS);
	text("a");
	channel();
	text("b");
	fake_release();
	subscribe(client, "\"" CHANNELS "\"", "{\"" CHANNELS "\":0}");
	text("c");
	assert_string_equal(all_told(client), "a#1 ann LoggedOut#2 b#3 c#4");
}

/* A page was loaded anew and goes on with its clientId: what was sent to the one before it may be lost. */
static void test_who_asks_again_is_told_again(void **state)
{
	const char *client = fake_client("/**");
	texts(1, 3);
	fake_release();
	assert_string_equal(all_told(client), "t1#1 t2#2 t3#3");
	subscribe(client, "\"/**\"", "{\"/**\":1}");
	text("live");
	assert_string_equal(all_told(client), "t2#2 t3#3 live#4");
	texts(5, 6); /* they wait when it asks */
	fake_release();
	subscribe(client, "\"/**\"", "{\"/**\":3}");
	assert_string_equal(all_told(client), "live#4 t5#5 t6#6");
}

static void test_what_it_does_not_hear_any_more_is_not_told(void **state)
{
	text("a");
	channel();
	fake_release();
	const char *client = fake_client(NULL);
	subscribe(client, "[\"" SESSIONS "\",\"" CHANNELS "\"]",
		"{\"" SESSIONS "\":0,\"" CHANNELS "\":0}");
	fake_post("{\"channel\":\"/meta/"
		  "unsubscribe\",\"clientId\":\"%s\",\"subscription\":\"" SESSIONS "\"}",
		client);
	assert_string_equal(all_told(client), "ann LoggedOut#2");
}

static void test_what_a_supervisor_saw_is_for_supervisors(void **state)
{
	for (int behind = 0; behind <= 1; behind++) {
		fake_stop();
		start(NULL);
		fake.is_behind = behind;
		text("a");
		fake_release();
		fake_be(&fake.sue, &fake.sue_login, false);
		assert_string_equal(told_after("/**", "-2"), "a#1");
		fake.sue.b.roles = ROLE_AGENT;
		assert_string_equal(told_after("/**", "-2"), "");
	}
}

static void joins(void)
{
	struct fake_entry *joined = fake_entry(
		(struct body_message) {.type = MESSAGE_JOINED, .party = STR("P1")}, &session);
	struct event event = {
		.kind = EV_MESSAGE_ADDED, .body = &joined->b, .object = joined->message};
	happens(&event);
}

static void test_a_long_history_is_made_again_until_somebody_took_it(void **state)
{
	fake.slice = 3;
	joins();
	fake_release();
	assert_string_equal(
		told_after("/**", "-2"), "history 1..3#1 history 4..6#2 history 7..9#3");
	assert_string_equal(told_after("/**", "1"), "history 4..6#2 history 7..9#3");
	fake.session_is_gone = true;
	assert_string_equal(
		told_after("/**", "-2"), "history 1..3#1 history 4..6#2 history 7..9#3");
}

/* A socket's frames, of who reads again what was told once. */
static char *read_again(bool is_behind)
{
	fake_stop();
	start(NULL);
	fake.slice = 3;
	joins();
	text("a");
	fake_release();
	fake.is_behind = is_behind;
	told_after("/**", "-2");
	text("b");
	fake_release();
	fake.session_is_gone = true;
	const char *client = fake_client(NULL);
	struct http_ref socket = socket_of(client);
	subscribe(client, "\"/**\"", "{\"/**\":0}");
	struct buf frames = {0};
	for (int turn = 0; turn < 10; turn++) {
		fake_run(0);
		fake_release();
		buf_printf(&frames, "%s\n", fake_heard(socket));
	}
	buf_put_byte(&frames, '\0');
	return frames.at;
}

/* That somebody took it reaches the tables with what others do, and must not show. */
static void test_a_history_that_was_told_is_the_same_however_far_the_tables_are(void **state)
{
	char *far = read_again(false), *behind = read_again(true);
	assert_non_null(strstr(far, "history 4..6"));
	assert_string_equal(behind, far);
	free(far);
	free(behind);
}

static void test_nobody_reads_a_history_of_which_nothing_is_left(void **state)
{
	fake.slice = 3;
	joins();
	text("a");
	fake_release();
	fake.session_is_gone = true;
	assert_string_equal(told_after("/**", "-2"), "history 1..3#1 a#4");
}

static void test_who_would_miss_something_begins_anew(void **state)
{
	for (int why = 0; why < 3; why++) {
		texts(1, 2);
		fake_release();
		const char *client = fake_client(NULL);
		subscribe(client, "\"/**\"", "{\"/**\":-2}");
		fake.page_err = why == 0 ? ERR_INTERNAL : OK;
		fake.kept_first = why == 1 ? 100 : 0; /* it was taken away meanwhile */
		fake.user_is_gone = why == 2;
		fake_run(0);
		fake.user_is_gone = false;
		fake.page_err = OK;
		fake.kept_first = 0;
		assert_non_null(strstr(fake_connect(client), "402::Unknown client"));
	}
}

static void test_its_end_while_the_worker_reads_is_fine(void **state)
{
	texts(1, 2);
	fake_release();
	const char *client = fake_client(NULL);
	subscribe(client, "\"/**\"", "{\"/**\":0}");
	fake_post("{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\"}", client);
	fake_run(0);
	client = fake_client(NULL);
	subscribe(client, "\"/**\"", "{\"/**\":0}");
}

/* What it was sent and does not say that it came stays as it is. */
static void test_what_waits_for_its_ack_is_not_told_twice(void **state)
{
	const char *reply = fake_post("{\"channel\":\"/meta/handshake\",\"ext\":{\"ack\":true}}");
	char client[33];
	snprintf(client, sizeof client, "%.32s", strstr(reply, "clientId") + 11);
	subscribe(client, "\"" SESSIONS "\"", "");
	fake_connect(client);
	channel();
	text("a");
	fake_release();
	assert_string_equal(notes_in(fake_post("{\"channel\":\"/meta/connect\",\"clientId\":\"%s\","
					       "\"ext\":{\"ack\":1}}",
				    client)),
		"a#2");
	subscribe(client, "\"" CHANNELS "\"", "{\"" CHANNELS "\":0}");
	fake_run(0);
	text("b");
	fake_release();
	char rest[64] = "";
	for (int batch = 2; batch < 5; batch++) {
		reply = fake_post("{\"channel\":\"/meta/connect\",\"clientId\":\"%s\","
				  "\"advice\":{\"timeout\":0},\"ext\":{\"ack\":%d}}",
			client, batch);
		fake_run(0);
		if (*notes_in(reply))
			snprintf(rest, sizeof rest, "%s", notes_in(reply));
	}
	assert_string_equal(rest, "ann LoggedOut#1 b#3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_comes_later_is_told_what_it_asks_for),
		TEST(test_the_reply_says_where_the_user_is),
		TEST(test_what_is_not_kept_is_said),
		TEST(test_what_is_no_number_is_refused),
		TEST(test_numbers_are_each_users_own),
		TEST(test_numbers_go_on_where_the_process_before_ended),
		TEST(test_numbers_of_what_was_undone_are_given_again),
		TEST(test_what_happens_meanwhile_comes_behind),
		TEST(test_a_long_absence_comes_in_pages),
		TEST(test_a_page_is_the_same_however_far_the_tables_are),
		TEST(test_who_does_not_read_waits_with_a_page),
		TEST(test_a_note_goes_once_to_a_client),
		TEST(test_another_topic_is_missed_while_the_first_goes_on),
		TEST(test_who_asks_again_is_told_again),
		TEST(test_what_it_does_not_hear_any_more_is_not_told),
		TEST(test_what_a_supervisor_saw_is_for_supervisors),
		TEST(test_a_long_history_is_made_again_until_somebody_took_it),
		TEST(test_a_history_that_was_told_is_the_same_however_far_the_tables_are),
		TEST(test_nobody_reads_a_history_of_which_nothing_is_left),
		TEST(test_who_would_miss_something_begins_anew),
		TEST(test_its_end_while_the_worker_reads_is_fine),
		TEST(test_what_waits_for_its_ack_is_not_told_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
