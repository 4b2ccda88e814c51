/* websocket_test.c - sockets of clients: texts in, frames out, and how they end. */
#include "push/push_fake.h"
#include "push/websocket.h"
#include "wire/ws_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define CONNECT_REPLY "[{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true}] "
#define UNKNOWN       "\"error\":\"402::Unknown client\""

static struct http_ref tab; /* ann's socket */
static char client[CLIENT_ID_LEN + 1];

static void shake_hands(struct http_ref ref, const char *ext)
{
	fake_say(ref, "[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\"%s}]", ext);
	const char *at = strstr(fake_heard(ref), "\"clientId\":\"");
	assert_non_null(at);
	snprintf(client, sizeof client, "%s", at + strlen("\"clientId\":\""));
	fake_say(ref,
		"[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\","
		"\"subscription\":\"/**\"}]",
		client);
	assert_non_null(strstr(fake_heard(ref), "\"successful\":true"));
}

static void say_connect(struct http_ref ref, const char *more)
{
	fake_say(ref,
		"[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"id\":\"9\","
		"\"connectionType\":\"websocket\"%s}]",
		client, more);
}

/* A client on its socket whose second connect is held. */
static void meet(const char *ext)
{
	tab = fake_socket();
	assert_true(tab.slot != 0);
	shake_hands(tab, ext);
	say_connect(tab, "");
	assert_non_null(strstr(fake_heard(tab), "\"advice\""));
	say_connect(tab, *ext ? ",\"ext\":{\"ack\":1}" : "");
	assert_string_equal(fake_heard(tab), "");
}

static int start(void **state)
{
	fake_start();
	meet("");
	return 0;
}

static int stop(void **state)
{
	fake_stop();
	return 0;
}

/* A command that tells ann so many things. */
static void happens(size_t count)
{
	static struct body_agent body;
	struct event events[8];
	body.user = fake.ann.b.id;
	for (size_t i = 0; i < count; i++)
		events[i] = (struct event) {.kind = EV_AGENT_STARTED,
			.lsn = 10 + i,
			.body = &body,
			.object = &fake.ann};
	fake_happened(events, count);
}

#define NOTE "{\"channel\":\"/v2/me/channels\",\"data\":\"ann LoggedOut\"}"
#define ONE  "[" NOTE "] "
#define TWO  "[" NOTE "," NOTE "] "

static void test_what_a_command_tells_is_a_frame_and_the_connect_stays(void **state)
{
	happens(2);
	happens(1);
	assert_string_equal(fake_heard(tab), ""); /* not on disk */
	fake_release();
	assert_string_equal(fake_heard(tab), TWO ONE);
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), ONE);
	fake_run(BAYEUX_TIMEOUT_MS);
	assert_string_equal(fake_heard(tab), CONNECT_REPLY);
}

/* What waited is not put together either: its commit, or the client's way, would show in the frames. */
static void test_what_came_between_two_connects_comes_with_the_next_one(void **state)
{
	fake_run(BAYEUX_TIMEOUT_MS);
	assert_string_equal(fake_heard(tab), CONNECT_REPLY);
	happens(2);
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), "");
	say_connect(tab, "");
	assert_string_equal(fake_heard(tab), TWO ONE);
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), ONE);
}

static void test_a_client_that_stays_silent_is_forgotten_and_may_shake_hands_again(void **state)
{
	fake_run(BAYEUX_TIMEOUT_MS + BAYEUX_MAX_INTERVAL_MS);
	fake_heard(tab);
	say_connect(tab, "");
	assert_non_null(strstr(fake_heard(tab), UNKNOWN));
	assert_true(fake_is_open(tab));
	shake_hands(tab, "");
}

static void test_whoever_does_not_read_has_it_in_the_backlog(void **state)
{
	fake_unsent(tab, WEBSOCKET_UNSENT_MAX - 1);
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), ONE);
	fake_unsent(tab, WEBSOCKET_UNSENT_MAX);
	happens(1);
	happens(2);
	fake_release();
	assert_string_equal(fake_heard(tab), "");
	fake_unsent(tab, 0);
	assert_string_equal(fake_heard(tab), ONE TWO);
}

static void test_a_backlog_that_is_over_drops_the_client_and_not_the_socket(void **state)
{
	fake_unsent(tab, WEBSOCKET_UNSENT_MAX);
	for (size_t i = 0; i < BAYEUX_BACKLOG_MESSAGES_MAX; i++)
		happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), "");
	assert_int_equal(push_clients(fake.push), 1);
	happens(1);
	fake_release();
	const char *heard = fake_heard(tab);
	assert_non_null(strstr(heard, UNKNOWN));
	assert_non_null(strstr(heard, "\"reconnect\":\"handshake\""));
	assert_int_equal(push_clients(fake.push), 0);
	assert_true(fake_is_open(tab));
}

static void test_a_client_goes_on_over_a_poll_and_comes_back(void **state)
{
	assert_null(fake_connect(client)); /* a poll is held; it is the only one now */
	assert_string_equal(fake_heard(tab), CONNECT_REPLY);
	struct http_ref poll = fake_last_ref();
	happens(1);
	fake_release();
	assert_non_null(strstr(fake_reply_to(poll), NOTE));
	assert_string_equal(fake_heard(tab), "");
	say_connect(tab, "");
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), ONE);
}

/* A page that was loaded again, with CometD's reload extension. */
static void test_a_client_goes_on_over_another_socket(void **state)
{
	fake_go(tab);
	happens(1);
	fake_release();
	struct http_ref other = fake_socket();
	say_connect(other, "");
	assert_string_equal(fake_heard(other), ONE);
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(other), ONE);
}

static void test_two_clients_on_one_socket_hold_one_connect(void **state)
{
	char first[sizeof client];
	memcpy(first, client, sizeof first);
	shake_hands(tab, "");
	say_connect(tab, "");
	fake_heard(tab);
	say_connect(tab, "");
	assert_string_equal(fake_heard(tab), CONNECT_REPLY);
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), ONE);
	memcpy(client, first, sizeof first);
	say_connect(tab, "");
	assert_string_equal(fake_heard(tab), CONNECT_REPLY ONE);
}

static void test_someone_elses_client_is_unknown(void **state)
{
	fake_be(&fake.bob, &fake.bob_login, false);
	struct http_ref other = fake_socket();
	say_connect(other, "");
	assert_non_null(strstr(fake_heard(other), UNKNOWN));
	fake_be(&fake.ann, &fake.ann_other, false); /* hers, by another cookie */
	other = fake_socket();
	say_connect(other, "");
	assert_non_null(strstr(fake_heard(other), UNKNOWN));
}

/* --- acks ------------------------------------------------------------------------------------- */

static void restart_with_acks(void)
{
	fake_stop();
	fake_start();
	meet(",\"ext\":{\"ack\":true}");
}

#define ACKED(notes, batch)                                                                        \
	"[" notes "{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true,"               \
	"\"ext\":{\"ack\":" batch "}}] "

static void test_whoever_acks_is_told_with_the_reply_to_the_connect(void **state)
{
	restart_with_acks();
	happens(2);
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), ACKED(NOTE "," NOTE ",", "2"));
	say_connect(tab, ",\"ext\":{\"ack\":2}");
	assert_string_equal(fake_heard(tab), ACKED(NOTE ",", "3"));
	say_connect(tab, ",\"ext\":{\"ack\":3}");
	assert_string_equal(fake_heard(tab), "");
}

static void test_what_did_not_come_is_sent_again(void **state)
{
	restart_with_acks();
	happens(2);
	fake_release();
	assert_string_equal(fake_heard(tab), ACKED(NOTE "," NOTE ",", "2"));
	fake_go(tab);
	tab = fake_socket();
	say_connect(tab, ",\"ext\":{\"ack\":1}");
	assert_string_equal(fake_heard(tab), ACKED(NOTE "," NOTE ",", "3"));
	say_connect(tab, ""); /* it does not say */
	assert_string_equal(fake_heard(tab), ACKED(NOTE "," NOTE ",", "4"));
	say_connect(tab, ",\"ext\":{\"ack\":99}");
	assert_string_equal(fake_heard(tab), "");
}

/* --- the end ---------------------------------------------------------------------------------- */

static void test_a_ping_is_answered_and_a_pong_passed_over(void **state)
{
	fake_frame(tab, WS_OP_PING, STR("x"));
	fake_frame(tab, WS_OP_PONG, STR("y"));
	assert_string_equal(fake_heard(tab), "pong ");
	assert_true(fake_is_open(tab));
}

static void test_a_close_is_answered_with_the_same_code(void **state)
{
	fake_frame(tab, WS_OP_CLOSE, STR("\x03\xE9"));
	assert_string_equal(fake_heard(tab), "closed 1001 ");
	assert_false(fake_is_open(tab));
	assert_int_equal(push_clients(fake.push), 1); /* it may come back */
	struct http_ref other = fake_socket();
	fake_frame(other, WS_OP_CLOSE, STR_NONE);
	assert_string_equal(fake_heard(other), "closed 1005 ");
}

static void test_what_breaks_the_protocol_closes_the_socket(void **state)
{
	fake_frame(tab, 2, STR("x"));
	assert_string_equal(fake_heard(tab), "closed 1003 ");
	assert_false(fake_is_open(tab));
}

static void test_what_is_no_batch_is_told_so(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{"", "400::no batch of messages"},
		{"{", "400::no batch of messages"},
		{"[1]", "400::no batch of messages"},
		{"[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},"
		 "{},{},{},{},{},{},{}]",
			"400::too many messages"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char expected[128];
		snprintf(expected, sizeof expected, "[{\"successful\":false,\"error\":\"%s\"}] ",
			rows[i].error);
		fake_say(tab, "%s", rows[i].text);
		assert_string_equal(fake_heard(tab), expected);
	}
	fake_say(tab, "[]");
	assert_string_equal(fake_heard(tab), "[] ");
	happens(1);
	fake_release();
	assert_string_equal(fake_heard(tab), ONE); /* it goes on */
}

static void test_a_socket_ends_with_its_login(void **state)
{
	fake_be(&fake.ann, &fake.ann_other, true);
	struct http_ref other = fake_socket();
	push_login_ended(fake.push, &fake.ann_login);
	const char *heard = fake_heard(tab);
	assert_non_null(strstr(heard, UNKNOWN));
	assert_non_null(strstr(heard, "closed 1008 "));
	assert_false(fake_is_open(tab));
	assert_true(fake_is_open(other)); /* of another login */
	assert_int_equal(push_clients(fake.push), 0);
	push_login_ended(fake.push, &fake.ann_other);
	assert_string_equal(fake_heard(other), "closed 1008 ");
}

static void test_roles_that_change_close_the_users_sockets_and_no_others(void **state)
{
	fake_be(&fake.bob, &fake.bob_login, true);
	struct http_ref bobs = fake_socket();
	push_roles_changed(fake.push, fake.sue.b.id); /* who has none */
	assert_true(fake_is_open(tab));
	push_roles_changed(fake.push, fake.ann.b.id);
	assert_non_null(strstr(fake_heard(tab), "closed 1008 "));
	assert_true(fake_is_open(bobs));
	assert_int_equal(push_clients(fake.push), 1); /* and goes on with its clientId */
}

static void test_a_user_who_never_was_has_no_socket(void **state)
{
	fake.user_is_gone = true;
	push_rebind(fake.push);
	assert_non_null(strstr(fake_heard(tab), "closed 1008 "));
	fake.user_is_gone = false;
}

static void test_a_stop_tells_whoever_waits_and_closes_all(void **state)
{
	struct http_ref other = fake_socket();
	push_stop(fake.push);
	const char *heard = fake_heard(tab);
	assert_non_null(strstr(heard, "\"interval\":1000"));
	assert_non_null(strstr(heard, "closed 1001 "));
	assert_string_equal(fake_heard(other), "closed 1001 ");
	assert_int_equal(fake_socket().slot, 0);
	assert_int_equal(fake_last_status(), 503);
}

/* Whoever came with the password is at work; a cookie's idle time is a person's. */
static void test_only_who_came_with_the_password_keeps_the_login_alive(void **state)
{
	assert_int_equal(fake.touched, 0);
	fake_be(&fake.bob, &fake.bob_login, true);
	struct http_ref other = fake_socket();
	shake_hands(other, "");
	assert_int_equal(fake.touched, 2);
}

static void test_an_upgrade_is_refused_as_any_request(void **state)
{
	fake.origin_err = ERR_FOREIGN_ORIGIN;
	assert_int_equal(fake_socket().slot, 0);
	assert_int_equal(fake_last_status(), 403);
	fake.origin_err = OK;
	fake.login_err = ERR_LOGIN;
	assert_int_equal(fake_socket().slot, 0);
	assert_int_equal(fake_last_status(), 401);
	assert_non_null(strstr(fake_last_headers(), "Sec-WebSocket-Version: 13\r\n"));
	fake.login_err = OK;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_a_command_tells_is_a_frame_and_the_connect_stays),
		TEST(test_what_came_between_two_connects_comes_with_the_next_one),
		TEST(test_a_client_that_stays_silent_is_forgotten_and_may_shake_hands_again),
		TEST(test_whoever_does_not_read_has_it_in_the_backlog),
		TEST(test_a_backlog_that_is_over_drops_the_client_and_not_the_socket),
		TEST(test_a_client_goes_on_over_a_poll_and_comes_back),
		TEST(test_a_client_goes_on_over_another_socket),
		TEST(test_two_clients_on_one_socket_hold_one_connect),
		TEST(test_someone_elses_client_is_unknown),
		TEST(test_whoever_acks_is_told_with_the_reply_to_the_connect),
		TEST(test_what_did_not_come_is_sent_again),
		TEST(test_a_ping_is_answered_and_a_pong_passed_over),
		TEST(test_a_close_is_answered_with_the_same_code),
		TEST(test_what_breaks_the_protocol_closes_the_socket),
		TEST(test_what_is_no_batch_is_told_so),
		TEST(test_a_socket_ends_with_its_login),
		TEST(test_roles_that_change_close_the_users_sockets_and_no_others),
		TEST(test_a_user_who_never_was_has_no_socket),
		TEST(test_a_stop_tells_whoever_waits_and_closes_all),
		TEST(test_only_who_came_with_the_password_keeps_the_login_alive),
		TEST(test_an_upgrade_is_refused_as_any_request),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
