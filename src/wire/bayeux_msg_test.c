/* bayeux_msg_test.c - what a body may be, what each field may be, what replies look like. */
#include "wire/bayeux_msg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena arena;

static struct bayeux_batch read_ok(const char *body)
{
	struct bayeux_batch batch;
	arena_free(&arena);
	assert_int_equal(bayeux_read(str_of(body), &arena, &batch), OK);
	return batch;
}

static enum err refusal(struct str body)
{
	struct bayeux_batch batch;
	arena_free(&arena);
	return bayeux_read(body, &arena, &batch);
}

static bool says(struct str s, const char *z)
{
	return str_eq(s, str_of(z));
}

static void test_every_field_of_a_handshake_is_read(void **state)
{
	struct bayeux_batch batch = read_ok(
		"[{\"id\":\"1\",\"version\":\"1.0\",\"minimumVersion\":\"0.9\","
		"\"channel\":\"/meta/handshake\",\"supportedConnectionTypes\":"
		"[\"websocket\",\"long-polling\"],\"advice\":{\"timeout\":60000,\"interval\":0},"
		"\"ext\":{\"ack\":true}}]");
	assert_int_equal(batch.count, 1);
	struct bayeux_msg *msg = batch.at;
	assert_null(msg->fault);
	assert_true(says(msg->channel, "/meta/handshake"));
	assert_true(says(msg->id, "\"1\""));
	assert_true(says(msg->version, "1.0"));
	assert_true(says(msg->minimum_version, "0.9"));
	assert_int_equal(msg->types.count, 2);
	assert_true(says(msg->types.at[1], "long-polling"));
	assert_int_equal(msg->timeout_ms, 60000);
	assert_false(msg->has_data);
	assert_int_equal(msg->client_id.len, 0);
}

static void test_a_single_message_needs_no_array(void **state)
{
	struct bayeux_batch batch = read_ok(" {\"channel\":\"/meta/connect\",\"clientId\":\"c\","
					    "\"connectionType\":\"long-polling\",\"id\":null} ");
	assert_int_equal(batch.count, 1);
	assert_true(says(batch.at->client_id, "c"));
	assert_true(says(batch.at->connection_type, "long-polling"));
	assert_int_equal(batch.at->id.len, 0);
	assert_int_equal(batch.at->timeout_ms, -1);
}

static void test_a_subscription_is_a_string_or_an_array(void **state)
{
	struct bayeux_batch batch =
		read_ok("[{\"channel\":\"/meta/subscribe\",\"subscription\":\"/a\"},"
			"{\"channel\":\"/meta/subscribe\",\"subscription\":[\"/a\",\"/b\"]},"
			"{\"channel\":\"/meta/subscribe\",\"subscription\":[]}]");
	assert_int_equal(batch.count, 3);
	assert_false(batch.at[0].topics.is_array);
	assert_true(says(batch.at[0].topics.at[0], "/a"));
	assert_true(batch.at[1].topics.is_array);
	assert_true(says(batch.at[1].topics.at[1], "/b"));
	assert_true(batch.at[2].topics.is_array);
	assert_int_equal(batch.at[2].topics.count, 0);
	struct buf out = {0};
	buf_put_byte(&out, '{');
	bayeux_put_names(&out, "subscription", &batch.at[0].topics);
	bayeux_put_names(&out, "s", &batch.at[1].topics);
	assert_true(says(buf_str(&out), "{\"subscription\":\"/a\",\"s\":[\"/a\",\"/b\"]"));
	buf_free(&out);
}

static void test_data_of_any_kind_is_a_publication(void **state)
{
	struct bayeux_batch batch = read_ok("[{\"channel\":\"/x\",\"data\":{\"a\":[1]}},"
					    "{\"channel\":\"/x\",\"data\":\"t\"}]");
	assert_true(batch.at[0].has_data);
	assert_true(batch.at[1].has_data);
}

static void test_bodies_that_are_no_messages_are_refused(void **state)
{
	static const char *const bad[] = {"", " ", "[", "[{]", "{\"channel\":}", "null", "7",
		"\"x\"", "true", "[1]", "[{},null]", "[[]]",
		"{\"channel\":\"/a\",\"channel\":\"/b\"}", "[{}] x", "[{\"id\":\"a\\u0000b\"}]",
		"[{\"id\":\"\xFF\"}]", "{'channel':1}", "[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (refusal(str_of(bad[i])) != ERR_BAD_JSON)
			fail_msg("read: %s", bad[i]);
	}
	assert_int_equal(refusal(STR("[]")), OK);
}

static void test_a_batch_is_bounded(void **state)
{
	for (size_t n = BAYEUX_BATCH_MAX - 1; n <= BAYEUX_BATCH_MAX + 1; n++) {
		struct buf body = {0};
		buf_put_byte(&body, '[');
		for (size_t i = 0; i < n; i++)
			buf_puts(&body, i ? ",{}" : "{}");
		buf_put_byte(&body, ']');
		assert_int_equal(
			refusal(buf_str(&body)), n > BAYEUX_BATCH_MAX ? ERR_TOO_LARGE : OK);
		buf_free(&body);
	}
}

static void test_a_senseless_field_is_told_by_its_own_message(void **state)
{
	static const char *const bad[] = {"{}", "{\"id\":\"7\"}", "{\"channel\":5}",
		"{\"channel\":\"\"}", "{\"channel\":\"meta/connect\"}", "{\"channel\":[\"/a\"]}",
		"{\"channel\":\"/a\",\"id\":{}}", "{\"channel\":\"/a\",\"id\":1.5}",
		"{\"channel\":\"/a\",\"id\":true}", "{\"channel\":\"/a\",\"clientId\":7}",
		"{\"channel\":\"/a\",\"version\":1.0}",
		"{\"channel\":\"/a\",\"minimumVersion\":[]}",
		"{\"channel\":\"/a\",\"connectionType\":{}}",
		"{\"channel\":\"/a\",\"supportedConnectionTypes\":\"long-polling\"}",
		"{\"channel\":\"/a\",\"supportedConnectionTypes\":[1]}",
		"{\"channel\":\"/a\",\"subscription\":{}}",
		"{\"channel\":\"/a\",\"subscription\":[null]}",
		"{\"channel\":\"/a\",\"subscription\":1}",
		"{\"channel\":\"/a\",\"advice\":\"none\"}",
		"{\"channel\":\"/a\",\"advice\":{\"timeout\":-1}}",
		"{\"channel\":\"/a\",\"advice\":{\"timeout\":\"0\"}}",
		"{\"channel\":\"/a\",\"advice\":{\"timeout\":0.5}}"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct bayeux_batch batch = read_ok(bad[i]);
		if (!batch.at->fault || strncmp(batch.at->fault, "400::", 5) != 0)
			fail_msg("no fault: %s", bad[i]);
	}
	struct bayeux_batch batch =
		read_ok("[{\"id\":\"7\",\"clientId\":1},{\"channel\":\"/ok\"}]");
	assert_non_null(batch.at[0].fault);
	assert_true(says(batch.at[0].id, "\"7\""));
	assert_null(batch.at[1].fault);
}

/* A message with a field of n bytes, and whether it is accepted. */
static bool accepts(const char *before, size_t n, const char *after)
{
	struct buf body = {0};
	buf_puts(&body, before);
	for (size_t i = 0; i < n; i++)
		buf_put_byte(&body, 'x');
	buf_puts(&body, after);
	struct bayeux_batch batch;
	arena_free(&arena);
	bool ok = bayeux_read(buf_str(&body), &arena, &batch) == OK && !batch.at->fault;
	buf_free(&body);
	return ok;
}

static void test_ids_channels_and_lists_are_bounded(void **state)
{
	for (size_t over = 0; over <= 2; over++) {
		bool fits = over < 2;
		assert_int_equal(fits,
			accepts("{\"channel\":\"/a\",\"id\":\"", BAYEUX_ID_MAX - 1 + over, "\"}"));
		assert_int_equal(
			fits, accepts("{\"channel\":\"/", BAYEUX_CHANNEL_MAX - 2 + over, "\"}"));
		struct buf body = {0};
		buf_puts(&body, "{\"channel\":\"/a\",\"subscription\":[");
		for (size_t i = 0; i < BAYEUX_SUBSCRIPTIONS_MAX - 1 + over; i++)
			buf_puts(&body, i ? ",\"/t\"" : "\"/t\"");
		buf_puts(&body, "]");
		buf_put_byte(&body, '\0');
		assert_int_equal(fits, accepts(body.at, 0, "}"));
		buf_free(&body);
	}
}

static void test_replies_repeat_channel_and_id(void **state)
{
	struct bayeux_batch batch =
		read_ok("[{\"channel\":\"/a\\\"b\",\"id\":\"q\\\"\\n\"},{\"id\":42},{}]");
	struct buf out = {0};
	buf_put_byte(&out, '[');
	for (size_t i = 0; i < batch.count; i++) {
		bayeux_begin(&out, batch.at[i].channel, batch.at[i].id, batch.at[i].fault);
		bayeux_end(&out);
	}
	buf_put_byte(&out, ']');
	assert_true(says(buf_str(&out),
		"[{\"channel\":\"/a\\\"b\",\"id\":\"q\\\"\\n\",\"successful\":true},"
		"{\"id\":42,\"successful\":false,\"error\":\"400::channel is missing\"},"
		"{\"successful\":false,\"error\":\"400::channel is missing\"}]"));
	buf_free(&out);
}

static void test_advice_may_leave_out_the_timeout(void **state)
{
	struct buf out = {0};
	buf_put_byte(&out, '{');
	bayeux_put_advice(&out, &(struct bayeux_advice) {"retry", 0, 30000, 10000});
	bayeux_put_advice(&out, &(struct bayeux_advice) {"handshake", 5, 0, 0});
	bayeux_end(&out);
	assert_true(
		says(buf_str(&out), "{\"advice\":{\"interval\":0,\"timeout\":30000,\"maxInterval\":"
				    "10000,\"reconnect\":\"retry\"},"
				    "\"advice\":{\"interval\":5,\"reconnect\":\"handshake\"}}"));
	buf_free(&out);
}

static int end(void **state)
{
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_of_a_handshake_is_read),
		cmocka_unit_test(test_a_single_message_needs_no_array),
		cmocka_unit_test(test_a_subscription_is_a_string_or_an_array),
		cmocka_unit_test(test_data_of_any_kind_is_a_publication),
		cmocka_unit_test(test_bodies_that_are_no_messages_are_refused),
		cmocka_unit_test(test_a_batch_is_bounded),
		cmocka_unit_test(test_a_senseless_field_is_told_by_its_own_message),
		cmocka_unit_test(test_ids_channels_and_lists_are_bounded),
		cmocka_unit_test(test_replies_repeat_channel_and_id),
		cmocka_unit_test(test_advice_may_leave_out_the_timeout),
	};
	return cmocka_run_group_tests(tests, NULL, end);
}
