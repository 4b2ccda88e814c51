/* push_test.c - conversations of Bayeux clients with push/. */
#include "push/push_fake.h"
#include "push/topic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define CONNECTED     "[{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true}]"
#define CONNECT_REPLY "{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true}"
#define CHANNEL_NOTE  "{\"channel\":\"/v2/me/channels\",\"data\":\"ann NotReady\"}"
#define ADVICE                                                                                     \
	"\"advice\":{\"interval\":0,\"timeout\":30000,\"maxInterval\":10000,\"reconnect\":"        \
	"\"retry\"}"
#define ADVICE_FORGOTTEN "\"advice\":{\"interval\":0,\"reconnect\":\"handshake\"}"
#define FORGOTTEN                                                                                  \
	"[{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":false,"                       \
	"\"error\":\"402::Unknown client\"," ADVICE_FORGOTTEN "}]"

/* The user's agent state changed, and that is on disk. */
static uint64_t lsn;
static void change_held(struct user *user)
{
	struct body_agent body = {.user = user->b.id};
	struct event event = {
		.kind = EV_AGENT_MADE_NOT_READY, .lsn = ++lsn, .body = &body, .object = user};
	user->agent.state = AGENT_NOT_READY;
	fake_happened(&event, 1);
}

static void change(struct user *user)
{
	change_held(user);
	fake_release();
}

static const char *subscribe(const char *client, const char *names)
{
	return fake_post(
		"{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"subscription\":%s}", client,
		names);
}

static const char *poll_with_timeout(const char *client, unsigned ms)
{
	return fake_post("[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"connectionType\":"
			 "\"long-polling\",\"id\":\"9\",\"advice\":{\"timeout\":%u}}]",
		client, ms);
}

static void test_a_handshake_names_the_client_and_gives_advice(void **state)
{
	const char *reply = fake_post(
		"[{\"id\":\"1\",\"version\":\"1.0\",\"minimumVersion\":\"1.0\",\"channel\":"
		"\"/meta/handshake\",\"supportedConnectionTypes\":[\"long-polling\"],"
		"\"advice\":{\"timeout\":60000,\"interval\":0}}]");
	char id[33];
	const char *rest = strstr(reply, "\"clientId\":\"");
	assert_non_null(rest);
	memcpy(id, rest + 12, 32);
	id[32] = '\0';
	assert_int_equal(strspn(id, "0123456789abcdef"), 32);
	char want[512];
	snprintf(want, sizeof(want),
		"[{\"channel\":\"/meta/"
		"handshake\",\"id\":\"1\",\"successful\":true,\"version\":\"1.0\","
		"\"minimumVersion\":\"1.0\",\"supportedConnectionTypes\":[\"websocket\","
		"\"long-polling\"],"
		"\"clientId\":\"%s\"," ADVICE "}]",
		id);
	assert_string_equal(reply, want);
	assert_int_equal(fake_last_status(), 200);
	assert_string_equal(fake_last_headers(), "Set-Cookie: JSESSIONID=1\r\n");
	assert_int_equal(push_clients(fake.push), 1);
}

static void test_only_a_handshake_wants_a_cookie(void **state)
{
	const char *client = fake_client(NULL);
	assert_false(fake.wanted_cookie);
	assert_string_equal(fake_last_headers(), "");
	fake_post("[{\"channel\":\"/meta/unsubscribe\",\"clientId\":\"%s\"},{\"channel\":\"/meta/"
		  "handshake\"}]",
		client);
	assert_true(fake.wanted_cookie);
}

static void test_handshakes_that_do_not_fit_are_refused(void **state)
{
	const char *reply =
		fake_post("[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\","
			  "\"supportedConnectionTypes\":[\"iframe\",\"callback-polling\"]}]");
	assert_non_null(
		strstr(reply, "\"successful\":false,\"error\":\"400::No common connection type\""));
	assert_non_null(strstr(reply, "\"reconnect\":\"none\""));
	reply = fake_post("[{\"channel\":\"/meta/handshake\",\"minimumVersion\":\"2.0\"}]");
	assert_non_null(strstr(reply, "\"error\":\"400::Unknown Bayeux version\""));
	reply = fake_post("[{\"channel\":\"/meta/handshake\",\"minimumVersion\":\"x\"}]");
	assert_non_null(strstr(reply, "\"error\":\"400::Unknown Bayeux version\""));
	assert_int_equal(push_clients(fake.push), 0);
	reply = fake_post("[{\"channel\":\"/meta/handshake\",\"minimumVersion\":\"0.9\"}]");
	assert_non_null(strstr(reply, "\"successful\":true"));
}

static void test_a_subscribed_client_gets_what_its_held_poll_waits_for(void **state)
{
	const char *client = fake_client("/v2/me/channels");
	assert_null(fake_connect(client));
	struct http_ref poll = fake_last_ref();
	change_held(&fake.ann);
	assert_null(fake_reply_to(poll)); /* not on disk yet */
	fake_release();
	assert_string_equal(fake_reply_to(poll), "[" CHANNEL_NOTE "," CONNECT_REPLY "]");
	assert_null(fake_connect(client)); /* nothing comes twice */
}

static void test_what_comes_between_polls_waits_in_order(void **state)
{
	const char *client = fake_client("/v2/me/channels");
	change(&fake.ann);
	fake.ann.b.name = STR("ANN");
	change(&fake.ann);
	assert_string_equal(fake_connect(client),
		"[" CHANNEL_NOTE
		",{\"channel\":\"/v2/me/channels\",\"data\":\"ANN NotReady\"}," CONNECT_REPLY "]");
	assert_null(fake_connect(client));
}

static void test_the_first_connect_is_answered_at_once_with_advice(void **state)
{
	const char *reply = fake_post("{\"channel\":\"/meta/handshake\"}");
	char id[33] = "";
	memcpy(id, strstr(reply, "clientId") + 11, 32);
	assert_string_equal(fake_connect(id),
		"[{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true," ADVICE "}]");
	assert_null(fake_connect(id));
}

static void test_a_poll_is_held_for_its_time_and_no_longer(void **state)
{
	const char *client = fake_client(NULL);
	assert_null(fake_connect(client));
	struct http_ref poll = fake_last_ref();
	fake_run(BAYEUX_TIMEOUT_MS - 1);
	assert_null(fake_reply_to(poll));
	fake_run(1);
	assert_string_equal(fake_reply_to(poll), CONNECTED);
}

static void test_a_client_may_shorten_its_poll_and_never_lengthen_it(void **state)
{
	const char *client = fake_client(NULL), *other = fake_client(NULL);
	assert_string_equal(poll_with_timeout(client, 0), CONNECTED);
	assert_null(poll_with_timeout(other, 60000));
	struct http_ref long_poll = fake_last_ref();
	assert_null(poll_with_timeout(client, 500));
	struct http_ref short_poll = fake_last_ref();
	fake_run(499);
	assert_null(fake_reply_to(short_poll));
	fake_run(1);
	assert_string_equal(fake_reply_to(short_poll), CONNECTED);
	assert_null(fake_reply_to(long_poll));
	fake_run(BAYEUX_TIMEOUT_MS - 501);
	assert_null(fake_reply_to(long_poll));
	fake_run(1);
	assert_string_equal(fake_reply_to(long_poll), CONNECTED);
}

static void test_polls_end_in_the_order_of_their_deadlines(void **state)
{
	static const unsigned times[] = {900, 300, 600, 300, 1200, 100};
	struct http_ref polls[6];
	for (size_t i = 0; i < 6; i++) {
		assert_null(poll_with_timeout(fake_client(NULL), times[i]));
		polls[i] = fake_last_ref();
	}
	for (unsigned now = 0; now <= 1200; now += 100) {
		for (size_t i = 0; i < 6; i++)
			assert_int_equal(fake_reply_to(polls[i]) != NULL, now >= times[i]);
		fake_run(100);
	}
}

static void test_a_second_connect_answers_the_first(void **state)
{
	const char *client = fake_client("/v2/me/channels");
	assert_null(fake_connect(client));
	struct http_ref first = fake_last_ref();
	assert_null(fake_connect(client));
	struct http_ref second = fake_last_ref();
	assert_string_equal(fake_reply_to(first), CONNECTED);
	assert_null(fake_reply_to(second));
	change(&fake.ann);
	assert_string_equal(fake_reply_to(second), "[" CHANNEL_NOTE "," CONNECT_REPLY "]");
}

static void test_a_batch_is_answered_in_order_and_not_held(void **state)
{
	const char *client = fake_client("/v2/me/channels");
	change(&fake.ann);
	const char *reply =
		fake_post("[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\",\"id\":\"3\","
			  "\"subscription\":\"/v2/me/calls\"},"
			  "{\"channel\":\"/meta/connect\",\"clientId\":\"%s\",\"id\":\"9\"},"
			  "{\"channel\":\"/meta/unsubscribe\",\"clientId\":\"%s\",\"id\":5,"
			  "\"subscription\":[\"/v2/me/calls\"]}]",
			client, client, client);
	assert_string_equal(reply,
		"[{\"channel\":\"/meta/subscribe\",\"id\":\"3\",\"successful\":true,"
		"\"subscription\":\"/v2/me/calls\"}," CHANNEL_NOTE "," CONNECT_REPLY
		",{\"channel\":\"/meta/unsubscribe\",\"id\":5,\"successful\":true,"
		"\"subscription\":[\"/v2/me/calls\"]}]");
}

static void test_replies_to_other_messages_leave_while_a_poll_is_held(void **state)
{
	const char *client = fake_client(NULL);
	assert_null(fake_connect(client));
	struct http_ref poll = fake_last_ref();
	assert_non_null(strstr(subscribe(client, "\"/v2/me/channels\""), "\"successful\":true"));
	assert_null(fake_reply_to(poll));
	change(&fake.ann);
	assert_non_null(fake_reply_to(poll));
}

static void test_only_known_topics_can_be_subscribed_to(void **state)
{
	const char *client = fake_client(NULL);
	static const char *const good[] = {"/v2/me/smssessions", "/v2/me/channels",
		"/v2/me/supervision", "/v2/me/devices", "/v2/me/calls", "/v2/me/chats",
		"/v2/me/emails", "/v2/me/workitems", "/v2/me/openmedia", "/v2/me/interactions",
		"/v2/me/workbins", "/notifications/services", "/v2/me/*", "/**"};
	static const char *const bad[] = {"/v2/me", "/v2/me/", "/v2/me/**", "/v2/*", "/*",
		"/v2/users/ann", "/v2/me/smssessions/1", "/meta/connect", "v2/me/calls", "",
		"/V2/me/calls", "/**/"};
	static const char feed[] = "\"/v2/contact-center/smssessions\"";
	assert_int_equal(sizeof(good) / sizeof(*good) + 1, TOPIC_COUNT); /* and the feed */
	assert_non_null(strstr(subscribe(client, feed), "\"error\":\"403::Subscription denied\""));
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		char name[64];
		snprintf(name, sizeof(name), "\"%s\"", good[i]);
		assert_non_null(strstr(subscribe(client, name), "\"successful\":true"));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char name[64];
		snprintf(name, sizeof(name), "\"%s\"", bad[i]);
		if (!strstr(subscribe(client, name), "\"error\":\"403::Subscription denied\""))
			fail_msg("subscribed to %s", bad[i]);
	}
	assert_non_null(
		strstr(fake_post("{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\"}", client),
			"\"error\":\"400::subscription is missing\""));
}

static void test_a_refused_name_refuses_the_whole_list(void **state)
{
	const char *client = fake_client(NULL);
	assert_string_equal(subscribe(client, "[\"/v2/me/channels\",\"/foo\"]"),
		"[{\"channel\":\"/meta/"
		"subscribe\",\"successful\":false,\"error\":\"403::Subscription denied\","
		"\"subscription\":[\"/v2/me/channels\",\"/foo\"]}]");
	change(&fake.ann);
	assert_null(fake_connect(client));
}

static void test_patterns_hear_topics_and_a_note_comes_once(void **state)
{
	static const struct {
		const char *names;
		bool hears;
	} rows[] = {{"\"/v2/me/*\"", true}, {"\"/**\"", true},
		{"[\"/v2/me/*\",\"/**\",\"/v2/me/channels\"]", true},
		{"\"/notifications/services\"", false}, {"\"/v2/me/smssessions\"", false}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *client = fake_client(NULL);
		subscribe(client, rows[i].names);
		assert_null(fake_connect(client));
		struct http_ref poll = fake_last_ref();
		change(&fake.ann);
		if (rows[i].hears)
			assert_string_equal(
				fake_reply_to(poll), "[" CHANNEL_NOTE "," CONNECT_REPLY "]");
		else
			assert_null(fake_reply_to(poll));
	}
}

static void test_unsubscribing_one_keeps_the_others(void **state)
{
	const char *client = fake_client("/v2/me/*");
	subscribe(client, "\"/v2/me/channels\"");
	fake_post("{\"channel\":\"/meta/unsubscribe\",\"clientId\":\"%s\",\"subscription\":\"/v2/"
		  "me/*\"}",
		client);
	change(&fake.ann);
	assert_non_null(strstr(fake_connect(client), CHANNEL_NOTE));
	fake_post("{\"channel\":\"/meta/unsubscribe\",\"clientId\":\"%s\",\"subscription\":\"/v2/"
		  "me/channels\"}",
		client);
	change(&fake.ann);
	assert_null(fake_connect(client));
}

static void test_everyone_gets_only_what_is_addressed_to_them(void **state)
{
	const char *ann = fake_client("/**");
	fake_be(&fake.bob, &fake.bob_login, false);
	const char *bob = fake_client("/**");
	change(&fake.ann);
	assert_null(fake_connect(bob));
	fake_be(&fake.ann, &fake.ann_login, false);
	assert_non_null(strstr(fake_connect(ann), CHANNEL_NOTE));
}

static void test_each_tab_gets_it_and_it_is_rendered_once(void **state)
{
	const char *one = fake_client("/**"), *two = fake_client("/v2/me/channels"),
		   *three = fake_client(NULL);
	change(&fake.ann);
	assert_int_equal(fake.rendered, 1);
	assert_non_null(strstr(fake_connect(one), CHANNEL_NOTE));
	assert_non_null(strstr(fake_connect(two), CHANNEL_NOTE));
	assert_null(fake_connect(three));
}

/* Who comes later may ask for it. */
static void test_what_nobody_hears_is_numbered_all_the_same(void **state)
{
	fake_client("/v2/me/smssessions");
	change_held(&fake.ann);
	change_held(&fake.bob);
	fake_release();
	fake.shows_numbers = true;
	const char *client = fake_client("/v2/me/channels");
	change(&fake.ann);
	assert_non_null(strstr(fake_connect(client), "\"replayId\":2}"));
}

static void test_publishing_is_refused(void **state)
{
	const char *client = fake_client("/**");
	assert_null(fake_connect(client));
	struct http_ref poll = fake_last_ref();
	static const char *const channels[] = {"/v2/me/channels", "/service/x", "/foo", "/"};
	for (size_t i = 0; i < 4; i++) {
		char want[256];
		snprintf(want, sizeof(want),
			"[{\"channel\":\"%s\",\"successful\":false,\"error\":\"403::Publish "
			"denied\"}]",
			channels[i]);
		assert_string_equal(
			fake_post("[{\"channel\":\"%s\",\"clientId\":\"%s\",\"data\":{\"a\":1}}]",
				channels[i], client),
			want);
	}
	assert_null(fake_reply_to(poll));
	assert_non_null(
		strstr(fake_post("[{\"channel\":\"/meta/publish\",\"clientId\":\"%s\"}]", client),
			"\"error\":\"404::Unknown meta channel\""));
}

static void test_a_foreign_client_is_as_unknown_as_one_that_never_was(void **state)
{
	static const char *const channels[] = {"/meta/connect", "/meta/subscribe",
		"/meta/unsubscribe", "/meta/disconnect", "/foo"};
	const char *ann = fake_client("/**");
	fake_be(&fake.bob, &fake.bob_login, false);
	for (size_t i = 0; i < 5; i++) {
		static const char *const nobody[] = {"0123456789abcdef0123456789abcdef", "x", ""};
		const char *format =
			"[{\"channel\":\"%s\",\"clientId\":\"%s\",\"subscription\":\"/**\"}]";
		const char *foreign = fake_post(format, channels[i], ann);
		char want[256];
		snprintf(want, sizeof(want),
			"[{\"channel\":\"%s\",\"successful\":false,\"error\":\"402::Unknown "
			"client\"," ADVICE_FORGOTTEN "}]",
			channels[i]);
		assert_string_equal(foreign, want);
		for (size_t j = 0; j < 3; j++)
			assert_string_equal(fake_post(format, channels[i], nobody[j]), want);
		assert_string_equal(fake_post("[{\"channel\":\"%s\"}]", channels[i]), want);
	}
	fake_be(&fake.ann, &fake.ann_login, false);
	assert_null(fake_connect(ann)); /* and nothing happened to it */
}

static void test_a_client_made_by_cookie_belongs_to_that_login(void **state)
{
	const char *by_cookie = fake_client(NULL);
	fake_be(&fake.ann, &fake.ann_login, true);
	const char *by_basic = fake_client(NULL);
	fake_be(&fake.ann, &fake.ann_other, false);
	assert_string_equal(fake_connect(by_cookie), FORGOTTEN);
	assert_null(fake_connect(by_basic));
	fake_be(&fake.ann, &fake.ann_login, false);
	assert_null(fake_connect(by_cookie));
}

static void test_a_disconnect_forgets_the_client_and_ends_its_poll(void **state)
{
	const char *client = fake_client(NULL);
	assert_null(fake_connect(client));
	struct http_ref poll = fake_last_ref();
	assert_string_equal(
		fake_post("[{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\",\"id\":\"4\"}]",
			client),
		"[{\"channel\":\"/meta/disconnect\",\"id\":\"4\",\"successful\":true}]");
	assert_string_equal(fake_reply_to(poll),
		"[{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true,"
		"\"advice\":{\"interval\":0,\"reconnect\":\"none\"}}]");
	assert_int_equal(push_clients(fake.push), 0);
	assert_string_equal(fake_connect(client), FORGOTTEN);
}

static void test_a_silent_client_is_forgotten(void **state)
{
	const char *client = fake_client(NULL), *talking = fake_client(NULL),
		   *held = fake_client(NULL);
	assert_null(fake_connect(held));
	fake_run(BAYEUX_MAX_INTERVAL_MS - 1);
	subscribe(talking, "\"/**\"");
	assert_int_equal(push_clients(fake.push), 3);
	fake_run(1);
	assert_int_equal(push_clients(fake.push), 2);
	assert_string_equal(fake_connect(client), FORGOTTEN);
	assert_null(fake_connect(talking));
}

static void test_time_to_poll_again_counts_from_the_reply(void **state)
{
	const char *client = fake_client(NULL);
	assert_null(fake_connect(client));
	fake_run(BAYEUX_TIMEOUT_MS + BAYEUX_MAX_INTERVAL_MS - 1);
	assert_null(fake_connect(client));
	fake_run(BAYEUX_TIMEOUT_MS + BAYEUX_MAX_INTERVAL_MS);
	assert_string_equal(fake_connect(client), FORGOTTEN);
}

static void test_a_lost_connection_leaves_the_client_and_its_news(void **state)
{
	const char *client = fake_client("/**");
	assert_null(fake_connect(client));
	struct http_ref poll = fake_last_ref();
	fake_go(poll);
	change(&fake.ann);
	assert_null(fake_reply_to(poll));
	assert_non_null(strstr(fake_connect(client), CHANNEL_NOTE));
	assert_null(fake_connect(client));
	struct http_ref stale = {
		.slot = fake_last_ref().slot, .generation = fake_last_ref().generation - 1};
	fake_go(stale); /* somebody else's, long ago */
	change(&fake.ann);
	assert_non_null(fake_reply_to(fake_last_ref()));
	fake_go((struct http_ref) {.slot = 4000000000u, .generation = 1});
}

static void test_a_backlog_is_bounded_in_messages(void **state)
{
	for (unsigned n = BAYEUX_BACKLOG_MESSAGES_MAX - 1; n <= BAYEUX_BACKLOG_MESSAGES_MAX + 1;
		n++) {
		const char *client = fake_client("/v2/me/channels");
		for (unsigned i = 0; i < n; i++)
			change(&fake.ann);
		const char *reply = fake_connect(client);
		if (n > BAYEUX_BACKLOG_MESSAGES_MAX) {
			assert_string_equal(reply, FORGOTTEN);
			assert_null(fake_connect(
				fake_client("/v2/me/channels"))); /* and may come again */
			continue;
		}
		size_t count = 0;
		for (; reply; reply = fake_connect(client)) /* one takes so many bytes */
			for (const char *at = reply; (at = strstr(at, CHANNEL_NOTE)); at++)
				count++;
		assert_int_equal(count, n);
	}
}

static void test_a_backlog_is_bounded_in_bytes(void **state)
{
	size_t frame = strlen("{\"channel\":\"/v2/me/channels\",\"data\":\" NotReady\","
			      "\"ext\":{\"replayId\":1}}");
	char *name = malloc(BAYEUX_BACKLOG_BYTES_MAX + 2);
	for (int over = -1; over <= 1; over++) {
		const char *client = fake_client("/v2/me/channels");
		size_t len = (size_t)(BAYEUX_BACKLOG_BYTES_MAX + over) - frame;
		memset(name, 'n', len);
		name[len] = '\0';
		fake.ann.b.name = str_from(name, len);
		change(&fake.ann);
		const char *reply = fake_connect(client);
		assert_int_equal(strcmp(reply, FORGOTTEN) == 0, over > 0);
	}
	free(name);
}

static void test_a_user_has_a_limited_number_of_clients(void **state)
{
	const char *clients[BAYEUX_CLIENTS_PER_USER_MAX + 1];
	fake_be(&fake.bob, &fake.bob_login, false);
	const char *bob = fake_client(NULL);
	fake_be(&fake.ann, &fake.ann_login, false);
	for (size_t i = 0; i < BAYEUX_CLIENTS_PER_USER_MAX - 1; i++)
		clients[i] = fake_client(NULL);
	clients[BAYEUX_CLIENTS_PER_USER_MAX - 1] = fake_client(NULL);
	assert_int_equal(push_clients(fake.push), BAYEUX_CLIENTS_PER_USER_MAX + 1);
	assert_null(fake_connect(clients[0])); /* so the second is the one silent longest */
	clients[BAYEUX_CLIENTS_PER_USER_MAX] = fake_client(NULL);
	assert_int_equal(push_clients(fake.push), BAYEUX_CLIENTS_PER_USER_MAX + 1);
	assert_string_equal(fake_connect(clients[1]), FORGOTTEN);
	assert_null(fake_connect(clients[0]));
	assert_null(fake_connect(clients[2]));
	fake_be(&fake.bob, &fake.bob_login, false);
	assert_null(fake_connect(bob));
}

static void test_the_end_of_a_login_ends_its_clients(void **state)
{
	const char *mine = fake_client("/**");
	assert_null(fake_connect(mine));
	struct http_ref poll = fake_last_ref();
	fake_be(&fake.ann, &fake.ann_other, false);
	const char *other = fake_client("/**");
	assert_null(fake_connect(other));
	struct http_ref other_poll = fake_last_ref();
	fake_be(&fake.ann, &fake.ann_login, true);
	const char *basic = fake_client("/**");
	assert_null(fake_connect(basic));
	struct http_ref basic_poll = fake_last_ref();
	push_login_ended(fake.push, &fake.ann_login);
	assert_string_equal(fake_reply_to(poll), FORGOTTEN);
	assert_null(fake_reply_to(other_poll));
	/* Made with Basic: it lives, but has to sign in for its next poll. */
	assert_string_equal(fake_reply_to(basic_poll), CONNECTED);
	assert_int_equal(push_clients(fake.push), 2);
	push_login_ended(fake.push, &fake.bob_login); /* who has no clients */
}

static void test_a_stop_answers_held_polls_and_holds_no_more(void **state)
{
	const char *one = fake_client(NULL), *two = fake_client(NULL);
	assert_null(fake_connect(one));
	struct http_ref first = fake_last_ref();
	assert_null(fake_connect(two));
	struct http_ref second = fake_last_ref();
	push_stop(fake.push);
	const char *want = "[{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true,"
			   "\"advice\":{\"interval\":1000,\"timeout\":30000,\"maxInterval\":10000,"
			   "\"reconnect\":\"retry\"}}]";
	assert_string_equal(fake_reply_to(first), want);
	assert_string_equal(fake_reply_to(second), want);
	assert_string_equal(fake_connect(one), want);
}

static void test_bodies_that_are_no_batch_are_refused_before_the_login(void **state)
{
	fake.login_err = ERR_LOGIN;
	assert_string_equal(fake_post("[{"),
		"{\"statusCode\":10,\"statusMessage\":\"The body is not valid JSON\"}\n");
	assert_int_equal(fake_last_status(), 400);
	fake.login_err = OK;
	assert_string_equal(fake_post("[]"), "[]");
	struct buf body = {0};
	buf_puts(&body, "[{}");
	for (unsigned i = 0; i < BAYEUX_BATCH_MAX; i++)
		buf_puts(&body, ",{}");
	buf_puts(&body, "]");
	assert_non_null(strstr(fake_request(HTTP_POST, buf_str(&body)), "\"statusCode\":10"));
	buf_free(&body);
}

static void test_refusals_of_the_request_are_envelopes(void **state)
{
	static const struct {
		enum err login, origin;
		int status, code;
		const char *headers;
	} rows[] = {{ERR_LOGIN, ERR_FOREIGN_ORIGIN, 401, 20, ""},
		{OK, ERR_FOREIGN_ORIGIN, 403, 3, ""}, {ERR_BUSY, OK, 503, 4, "Retry-After: 1\r\n"},
		{ERR_FAILED_LOGINS, OK, 429, 4, "Retry-After: 60\r\n"}};
	const char *client = fake_client("/**");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char want[32];
		fake.login_err = rows[i].login;
		fake.origin_err = rows[i].origin;
		snprintf(want, sizeof(want), "{\"statusCode\":%d,", rows[i].code);
		const char *reply = fake_post(
			"[{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\"}]", client);
		assert_memory_equal(reply, want, strlen(want));
		assert_int_equal(fake_last_status(), rows[i].status);
		assert_string_equal(fake_last_headers(), rows[i].headers);
	}
	fake.login_err = fake.origin_err = OK;
	assert_null(fake_connect(client));
	assert_non_null(strstr(fake_request(HTTP_GET, STR("")), "{\"statusCode\":6,"));
	assert_int_equal(fake_last_status(), 404);
	fake.login_err = ERR_LOGIN;
	assert_non_null(strstr(fake_request(HTTP_GET, STR("")), "{\"statusCode\":20,"));
}

static void test_senseless_messages_leave_the_rest_of_the_batch_alone(void **state)
{
	const char *client = fake_client(NULL);
	assert_string_equal(
		fake_post("[{\"id\":\"1\"},{\"channel\":\"/meta/subscribe\",\"clientId\":7},"
			  "{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\","
			  "\"subscription\":\"/**\"},"
			  "{\"channel\":\"/meta/connect\",\"clientId\":\"%s\","
			  "\"connectionType\":\"websocket\"}]",
			client, client),
		"[{\"id\":\"1\",\"successful\":false,\"error\":\"400::channel is missing\"},"
		"{\"channel\":\"/meta/subscribe\",\"successful\":false,"
		"\"error\":\"400::clientId is no string\"},"
		"{\"channel\":\"/meta/subscribe\",\"successful\":true,\"subscription\":\"/**\"},"
		"{\"channel\":\"/meta/connect\",\"successful\":false,"
		"\"error\":\"400::Unknown connection type\"}]");
	assert_int_equal(fake_last_status(), 200);
}

static void test_the_paths_of_cometd_are_ours(void **state)
{
	static const char *const ours[] = {
		"", "/", "/handshake", "/connect", "/disconnect", "/subscribe", "/unsubscribe"};
	static const char *const others[] = {
		"x", "/x", "/connect/", "/handshakes", "/connect/x", "//"};
	for (size_t i = 0; i < 7 + 6; i++) {
		char path[128];
		snprintf(path, sizeof(path), "/api/v2/notifications%s",
			i < 7 ? ours[i] : others[i - 7]);
		assert_int_equal(push_room(fake.push).owns(str_of(path)), i < 7);
	}
	assert_false(push_room(fake.push).owns(STR("/api/v2/me")));
	assert_false(push_room(fake.push).owns(STR("/api/v2/notification")));
}

static void test_presence_is_told_of_started_agents_only(void **state)
{
	fake_client(NULL);
	fake_run(1);
	assert_int_equal(fake.came, 0);
	struct body_agent body = {.user = fake.ann.b.id};
	struct event event = {
		.kind = EV_AGENT_STARTED, .lsn = 1, .body = &body, .object = &fake.ann};
	fake.ann.agent.state = AGENT_NOT_READY;
	fake_happened(&event, 1);
	fake_run(1);
	assert_int_equal(fake.came, 1);
	fake_client(NULL); /* a second tab is no news */
	fake_run(1);
	assert_int_equal(fake.came, 1);
}

static void test_presence_ends_with_the_last_client(void **state)
{
	fake.ann.agent.state = AGENT_READY;
	const char *one = fake_client(NULL);
	fake_run(BAYEUX_MAX_INTERVAL_MS / 2);
	fake_client(NULL);
	assert_int_equal(fake.came, 1);
	fake_post("{\"channel\":\"/meta/disconnect\",\"clientId\":\"%s\"}", one);
	fake_run(1);
	assert_int_equal(fake.lost, 0);
	fake_run(BAYEUX_MAX_INTERVAL_MS);
	assert_int_equal(fake.lost, 1);
	assert_int_equal(push_clients(fake.push), 0);
	fake_client(NULL);
	fake_run(1);
	assert_int_equal(fake.came, 2);
}

static void test_presence_is_told_again_until_the_store_takes_it(void **state)
{
	fake.ann.agent.state = AGENT_READY;
	fake.apply_err = ERR_STORE;
	fake_client(NULL);
	fake_run(3500);
	assert_int_equal(fake.came, 0);
	fake.apply_err = OK;
	fake_run(1000);
	assert_int_equal(fake.came, 1);
}

static void test_a_rebuilt_core_is_told_anew_who_is_there(void **state)
{
	fake.ann.agent.state = AGENT_READY;
	const char *client = fake_client("/**");
	fake_run(1);
	fake.ann.agent.has_client = 0; /* what was told is undone */
	push_rebind(fake.push);
	fake_run(1);
	assert_int_equal(fake.came, 2);
	assert_null(fake_connect(client));
	fake.user_is_gone = true; /* added by a command that was undone */
	push_rebind(fake.push);
	assert_string_equal(fake_reply_to(fake_last_ref()), FORGOTTEN);
	assert_int_equal(push_clients(fake.push), 0);
}

static void test_what_never_gets_to_the_disk_is_never_told(void **state)
{
	const char *client = fake_client("/**");
	change_held(&fake.ann);
	fake_drop();
	change_held(&fake.ann);
	assert_non_null(client);
	fake_stop(); /* while it still waits: nobody is told, nothing is left */
	fake_start();
	client = fake_client("/**");
	change_held(&fake.ann);
	fake_drop();
	assert_null(fake_connect(client));
}

static int start(void **state)
{
	fake_start();
	return 0;
}

static int stop(void **state)
{
	fake_stop();
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_handshake_names_the_client_and_gives_advice),
		TEST(test_only_a_handshake_wants_a_cookie),
		TEST(test_handshakes_that_do_not_fit_are_refused),
		TEST(test_a_subscribed_client_gets_what_its_held_poll_waits_for),
		TEST(test_what_comes_between_polls_waits_in_order),
		TEST(test_the_first_connect_is_answered_at_once_with_advice),
		TEST(test_a_poll_is_held_for_its_time_and_no_longer),
		TEST(test_a_client_may_shorten_its_poll_and_never_lengthen_it),
		TEST(test_polls_end_in_the_order_of_their_deadlines),
		TEST(test_a_second_connect_answers_the_first),
		TEST(test_a_batch_is_answered_in_order_and_not_held),
		TEST(test_replies_to_other_messages_leave_while_a_poll_is_held),
		TEST(test_only_known_topics_can_be_subscribed_to),
		TEST(test_a_refused_name_refuses_the_whole_list),
		TEST(test_patterns_hear_topics_and_a_note_comes_once),
		TEST(test_unsubscribing_one_keeps_the_others),
		TEST(test_everyone_gets_only_what_is_addressed_to_them),
		TEST(test_each_tab_gets_it_and_it_is_rendered_once),
		TEST(test_what_nobody_hears_is_numbered_all_the_same),
		TEST(test_publishing_is_refused),
		TEST(test_a_foreign_client_is_as_unknown_as_one_that_never_was),
		TEST(test_a_client_made_by_cookie_belongs_to_that_login),
		TEST(test_a_disconnect_forgets_the_client_and_ends_its_poll),
		TEST(test_a_silent_client_is_forgotten),
		TEST(test_time_to_poll_again_counts_from_the_reply),
		TEST(test_a_lost_connection_leaves_the_client_and_its_news),
		TEST(test_a_backlog_is_bounded_in_messages),
		TEST(test_a_backlog_is_bounded_in_bytes),
		TEST(test_a_user_has_a_limited_number_of_clients),
		TEST(test_the_end_of_a_login_ends_its_clients),
		TEST(test_a_stop_answers_held_polls_and_holds_no_more),
		TEST(test_bodies_that_are_no_batch_are_refused_before_the_login),
		TEST(test_refusals_of_the_request_are_envelopes),
		TEST(test_senseless_messages_leave_the_rest_of_the_batch_alone),
		TEST(test_the_paths_of_cometd_are_ours),
		TEST(test_presence_is_told_of_started_agents_only),
		TEST(test_presence_ends_with_the_last_client),
		TEST(test_presence_is_told_again_until_the_store_takes_it),
		TEST(test_a_rebuilt_core_is_told_anew_who_is_there),
		TEST(test_what_never_gets_to_the_disk_is_never_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
