/* history_test.c - a long history reaches whoever joins slice by slice: all of it, once, in order. */
#include "push/push_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <utlist.h>

/* bob joins a session of nine entries, of which three are a slice. */
static struct session session;
static struct party bob;
static const char *tab;

static int start(void **state)
{
	fake_start();
	session = (struct session) {0};
	bob = (struct party) {.session = &session, .user = &fake.bob};
	bob.b.id = STR("P1");
	bob.b.kind = PARTY_AGENT;
	bob.b.state = PARTY_CHATTING;
	bob.b.joined = 1;
	LL_APPEND(session.parties, &bob);
	fake.slice = 3;
	fake_be(&fake.bob, &fake.bob_login, false);
	tab = fake_client("/**");
	return 0;
}

static int stop(void **state)
{
	fake_stop();
	assert_int_equal(fake.reading, 0); /* nobody keeps the session */
	return 0;
}

static void happens(enum message_type type, const char *author, const char *text)
{
	struct fake_entry *entry = fake_entry(
		(struct body_message) {.type = type, .party = str_of(author), .text = str_of(text)},
		&session);
	struct event event = {
		.kind = EV_MESSAGE_ADDED, .lsn = 10, .body = &entry->b, .object = entry->message};
	fake_happened(&event, 1);
	fake_release();
}

static void bob_joins(void)
{
	happens(MESSAGE_JOINED, "P1", "");
}

/* What a reply tells: the data of its notes, separated by '|'; "-" if there is none yet. */
static const char *told_in(const char *reply)
{
	static char text[1024];
	size_t n = 0;
	text[0] = '\0';
	if (!reply)
		return "-";
	assert_non_null(strstr(reply, "\"successful\":true}]"));
	for (const char *at = reply; (at = strstr(at, "\"data\":\"")); at++) {
		const char *from = at + 8, *to = strchr(from, '"');
		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%s%.*s", n ? "|" : "", (int)(to - from), from);
	}
	return text;
}

/* A poll; a slice that it comes upon has its turn and gets to the disk. */
static const char *poll(void)
{
	fake_connect(tab);
	fake_run(0);
	fake_release();
	return told_in(fake_reply_to(fake_last_ref()));
}

static void test_a_long_history_comes_in_order_and_then_what_came_later(void **state)
{
	bob_joins();
	happens(MESSAGE_TEXT, "P0", "later");
	happens(MESSAGE_TEXT, "P0", "and more");
	assert_string_equal(poll(), "history 1..3");
	assert_string_equal(poll(), "history 4..6");
	happens(MESSAGE_TEXT, "P0", "at last");
	assert_string_equal(poll(), "history 7..9");
	assert_int_equal(fake.reading, 0);
	assert_string_equal(poll(), "later|and more|at last");
	assert_string_equal(poll(), "-");
}

static void test_a_held_poll_gets_the_first_slice_at_once(void **state)
{
	assert_null(fake_connect(tab));
	struct http_ref held = fake_last_ref();
	bob_joins();
	assert_string_equal(told_in(fake_reply_to(held)), "history 1..3");
	assert_string_equal(poll(), "history 4..6");
}

static void test_what_fits_in_a_slice_is_one_note(void **state)
{
	for (fake.slice = 8; fake.slice <= 10; fake.slice++) {
		bob_joins();
		assert_string_equal(poll(), fake.slice < 9 ? "history 1..8" : "history");
		assert_string_equal(poll(), fake.slice < 9 ? "history 9..9" : "-");
		fake_connect(tab);
		fake_post("{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\"}", tab);
		tab = fake_client("/**");
	}
}

static void test_a_slice_waits_for_all_that_it_may_tell_of(void **state)
{
	static const struct {
		uint64_t seen, shown; /* by the user; by the slice */
		const char *held;
	} rows[] = {{0, 5, "5/agents "}, {20, 5, "20/agents "}, {20, 25, "25/agents "}};
	bob_joins();
	poll();
	for (size_t i = 0; i < 3; i++) {
		fake.bob.seen_lsn = rows[i].seen;
		fake.slice_lsn = rows[i].shown;
		assert_null(fake_connect(tab));
		fake_run(0);
		assert_string_equal(fake_held(), rows[i].held);
		assert_null(fake_reply_to(fake_last_ref()));
		fake_go(fake_last_ref());
		fake_release();
	}
}

static void test_supervisors_slices_are_held_as_their_notes(void **state)
{
	bob.b.kind = PARTY_SUPERVISOR;
	bob_joins();
	assert_string_equal(poll(), "history 1..3");
	assert_null(fake_connect(tab));
	assert_string_equal(fake_held(), ""); /* it has its turn first */
	fake_run(0);
	assert_string_equal(fake_held(), "0/supervisors ");
}

static void test_what_is_undone_is_told_anew(void **state)
{
	bob_joins();
	poll();
	assert_null(fake_connect(tab));
	for (int i = 0; i < 3; i++) {
		fake_run(0);
		fake_drop();
		assert_null(fake_reply_to(fake_last_ref()));
	}
	fake_run(0);
	fake_release();
	assert_string_equal(told_in(fake_reply_to(fake_last_ref())), "history 4..6");
	assert_string_equal(poll(), "history 7..9");
}

static void test_a_poll_that_goes_takes_nothing_along(void **state)
{
	bob_joins();
	poll();
	assert_null(fake_connect(tab));
	fake_go(fake_last_ref()); /* before its turn */
	fake_run(0);
	assert_string_equal(fake_held(), "");
	assert_null(fake_connect(tab));
	fake_run(0);
	fake_go(fake_last_ref()); /* while it waits for the disk */
	fake_release();
	assert_null(fake_connect(tab));
	fake_run(0);
	fake_go(fake_last_ref());
	fake_drop();
	assert_string_equal(poll(), "history 4..6");
}

static void test_a_second_poll_gets_what_the_first_would_have_got(void **state)
{
	bob_joins();
	poll();
	assert_null(fake_connect(tab));
	struct http_ref first = fake_last_ref();
	fake_run(0);
	assert_null(fake_connect(tab));
	assert_string_equal(told_in(fake_reply_to(first)), "");
	fake_run(0);
	fake_release(); /* of both */
	assert_string_equal(told_in(fake_reply_to(fake_last_ref())), "history 4..6");
	assert_string_equal(poll(), "history 7..9");
}

static void test_a_poll_without_time_gets_its_slice_and_one_in_a_batch_none(void **state)
{
	bob_joins();
	poll();
	const char *reply = fake_post(
		"[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":\"/**\"},"
		"{\"channel\":\"/meta/connect\",\"clientId\":\"%s\"}]",
		tab, tab);
	assert_string_equal(told_in(reply), "");
	fake_post(
		"[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"advice\":{\"timeout\":0}}]",
		tab);
	fake_run(0);
	fake_release();
	assert_string_equal(told_in(fake_reply_to(fake_last_ref())), "history 4..6");
}

static void test_each_tab_has_its_own_place(void **state)
{
	const char *first = tab, *second = fake_client("/**"), *deaf = fake_client(NULL);
	bob_joins();
	assert_string_equal(poll(), "history 1..3");
	assert_string_equal(poll(), "history 4..6");
	tab = second;
	assert_string_equal(poll(), "history 1..3");
	assert_string_equal(poll(), "history 4..6");
	assert_string_equal(poll(), "history 7..9");
	tab = deaf;
	assert_string_equal(poll(), "-");
	tab = first;
	assert_string_equal(poll(), "history 7..9");
}

static void test_a_history_weighs_nothing_in_a_backlog(void **state)
{
	for (int over = 0; over <= 1; over++) {
		tab = fake_client("/**");
		bob_joins(); /* three notes, of which two stand for a slice */
		for (int i = 3; i < BAYEUX_BACKLOG_MESSAGES_MAX + over; i++)
			happens(MESSAGE_TEXT, "P0", "x");
		if (over) {
			assert_non_null(strstr(fake_connect(tab), "402::Unknown client"));
			continue;
		}
		assert_string_equal(poll(), "history 1..3");
		assert_string_equal(poll(), "history 4..6");
	}
}

static void test_who_would_miss_something_is_told_to_begin_anew(void **state)
{
	bob_joins();
	poll();
	for (int i = 0; i < 2; i++) {
		fake.session_is_gone = i == 0;
		fake.user_is_gone = i == 1;
		assert_null(fake_connect(tab));
		fake_run(0);
		assert_string_equal(fake_held(), "");
		assert_non_null(strstr(fake_reply_to(fake_last_ref()), "402::Unknown client"));
		fake.session_is_gone = fake.user_is_gone = false;
		tab = fake_client("/**");
		bob_joins();
		poll();
	}
}

static void test_a_stop_answers_it_and_an_end_frees_it(void **state)
{
	bob_joins();
	poll();
	assert_null(fake_connect(tab));
	fake_run(0);
	push_stop(fake.push);
	assert_non_null(strstr(fake_reply_to(fake_last_ref()), "\"interval\":1000"));
	fake_release();
	/* In each of its two waits. */
	for (int waits = 0; waits < 2; waits++) {
		fake_stop();
		assert_int_equal(fake.reading, 0);
		start(NULL);
		bob_joins();
		poll();
		assert_null(fake_connect(tab));
		if (waits)
			fake_run(0);
	}
}

/* --- how much one poll takes ---------------------------------------------------------------------- */

static void test_a_poll_takes_no_further_note_once_it_has_its_bytes(void **state)
{
	size_t frame = strlen("{\"channel\":\"/v2/me/smssessions\",\"data\":\"\","
			      "\"ext\":{\"replayId\":1}}");
	char *text = malloc(BAYEUX_POLL_BYTES_MAX + 2);
	for (int over = -1; over <= 1; over++) {
		size_t len = (size_t)(BAYEUX_POLL_BYTES_MAX + over) - frame;
		memset(text, 't', len);
		text[len] = '\0';
		tab = fake_client("/**");
		happens(MESSAGE_TEXT, "P0", text);
		happens(MESSAGE_TEXT, "P0", "next");
		const char *reply = fake_connect(tab);
		assert_int_equal(strstr(reply, "\"next\"") != NULL, over < 0);
		assert_string_equal(poll(), over < 0 ? "-" : "next");
	}
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_long_history_comes_in_order_and_then_what_came_later),
		TEST(test_a_held_poll_gets_the_first_slice_at_once),
		TEST(test_what_fits_in_a_slice_is_one_note),
		TEST(test_a_slice_waits_for_all_that_it_may_tell_of),
		TEST(test_supervisors_slices_are_held_as_their_notes),
		TEST(test_what_is_undone_is_told_anew),
		TEST(test_a_poll_that_goes_takes_nothing_along),
		TEST(test_a_second_poll_gets_what_the_first_would_have_got),
		TEST(test_a_poll_without_time_gets_its_slice_and_one_in_a_batch_none),
		TEST(test_each_tab_has_its_own_place),
		TEST(test_a_history_weighs_nothing_in_a_backlog),
		TEST(test_who_would_miss_something_is_told_to_begin_anew),
		TEST(test_a_stop_answers_it_and_an_end_frees_it),
		TEST(test_a_poll_takes_no_further_note_once_it_has_its_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
