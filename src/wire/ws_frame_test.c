/* ws_frame_test.c - a client's frames, whole and in pieces, right and wrong; and ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "wire/ws_frame.h"

#include <cmocka.h>

#define BYTES(literal)                                                                             \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	} /* STR, in a static table */

static const unsigned char mask[WS_MASK_BYTES] = {0x37, 0xFA, 0x21, 0x3D};
static struct buf sent;

/* Adds a frame with these first bits and a mask. */
static void send_frame(unsigned first, struct str payload)
{
	struct buf plain = {0};
	ws_put_frame(&plain, WS_OP_TEXT, payload);
	plain.at[0] = (char)first;
	ws_put_masked(&sent, buf_str(&plain), mask);
	buf_free(&plain);
}

static struct buf seen;

static void see(enum ws_step step, const struct ws_reader *reader)
{
	static const char *const names[] = {"more", "text", "ping", "pong", "close", "bad"};
	buf_printf(&seen, "%s", names[step]);
	if (step == WS_TEXT || step == WS_PING || step == WS_PONG)
		buf_printf(&seen, "(%.*s) ", STR_ARGS(reader->payload));
	else
		buf_printf(&seen, "(%d) ", (int)reader->code);
}

/* What is read of what was sent, when so many bytes come at a time; up to its end. */
static const char *read_by(size_t piece)
{
	struct ws_reader reader = {0};
	enum ws_step step = WS_MORE;
	seen.len = 0;
	for (size_t at = 0; at < sent.len && step != WS_BAD && step != WS_CLOSE; at += piece) {
		size_t len = sent.len - at < piece ? sent.len - at : piece;
		char *exact = malloc(len); /* the sanitizer sees one byte too far */
		memcpy(exact, sent.at + at, len);
		struct str in = str_from(exact, len);
		do {
			step = ws_reader_feed(&reader, &in);
			if (step != WS_MORE)
				see(step, &reader);
		} while (step == WS_TEXT || step == WS_PING || step == WS_PONG);
		free(exact);
	}
	buf_put_byte(&seen, '\0');
	ws_reader_free(&reader);
	return seen.at;
}

/* The same whatever the pieces; then nothing is sent. */
static void assert_read(const char *expected)
{
	static const size_t pieces[] = {1, 2, 3, 7, 64, 100000};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		assert_string_equal(read_by(pieces[i]), expected);
	sent.len = 0;
}

static int stop(void **state)
{
	buf_free(&sent);
	buf_free(&seen);
	return 0;
}

static void send_raw(struct str bytes)
{
	buf_put(&sent, bytes);
}

static void test_messages_and_fragments_are_read(void **state)
{
	send_frame(0x81, STR("Hello"));
	assert_read("text(Hello) ");
	send_frame(0x81, STR_NONE);
	send_frame(0x81, STR("a"));
	assert_read("text() text(a) ");
	send_frame(0x01, STR("a"));
	send_frame(0x00, STR_NONE);
	send_frame(0x80, STR("b"));
	send_frame(0x81, STR("c"));
	assert_read("text(ab) text(c) ");
	send_frame(0x01, STR_NONE);
	send_frame(0x80, STR_NONE);
	assert_read("text() ");
}

static void test_control_frames_come_between_fragments(void **state)
{
	send_frame(0x01, STR("a"));
	send_frame(0x89, STR("1"));
	send_frame(0x8A, STR("2"));
	send_frame(0x00, STR("b"));
	send_frame(0x89, STR_NONE);
	send_frame(0x80, STR("c"));
	assert_read("ping(1) pong(2) ping() text(abc) ");
}

static void test_each_form_of_a_length(void **state)
{
	static const size_t lengths[] = {0, 1, 125, 126, 127, 65535, 65536};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char *text = malloc(lengths[i] + 1), *expected = malloc(lengths[i] + 16);
		memset(text, 'x', lengths[i]);
		text[lengths[i]] = '\0';
		sprintf(expected, "text(%s) ", text);
		send_frame(0x81, str_of(text));
		assert_read(expected);
		free(text);
		free(expected);
	}
}

/* RFC 6455, 5.2: the minimal number of bytes must be used. */
static void test_a_length_in_a_longer_form_is_wrong(void **state)
{
	send_raw(STR("\x81\xFE\x00\x7D"
		     "mask"));
	assert_read("bad(1002) ");
	send_raw(STR("\x81\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF"
		     "mask"));
	assert_read("bad(1002) ");
	send_raw(STR("\x81\xFF\x80\x00\x00\x00\x00\x01\x00\x00"
		     "mask"));
	assert_read("bad(1002) ");
}

static void test_what_breaks_the_protocol(void **state)
{
	static const struct {
		struct str bytes;
		const char *expected;
	} rows[] = {
		{BYTES("\x81\x01x"), "bad(1002) "}, /* no mask */
		{BYTES("\xC1\x81"), "bad(1002) "},  /* the reserved bits */
		{BYTES("\xA1\x81"), "bad(1002) "}, {BYTES("\x91\x81"), "bad(1002) "},
		{BYTES("\x83\x81"), "bad(1002) "}, /* opcodes that nobody has defined */
		{BYTES("\x87\x81"), "bad(1002) "}, {BYTES("\x8B\x81"), "bad(1002) "},
		{BYTES("\x8F\x81"), "bad(1002) "},
		{BYTES("\x80\x81"), "bad(1002) "}, /* goes on, and nothing has begun */
		{BYTES("\x00\x81"), "bad(1002) "},
		{BYTES("\x09\x81"), "bad(1002) "}, /* a ping in fragments */
		{BYTES("\x89\xFE"), "bad(1002) "}, /* and one of 126 bytes */
		{BYTES("\x82\x81"), "bad(1003) "}, /* binary */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		send_raw(rows[i].bytes);
		assert_read(rows[i].expected);
	}
	send_frame(0x01, STR("a"));
	send_frame(0x81, STR("b")); /* another one begins before the end */
	assert_read("bad(1002) ");
}

static void test_text_is_utf8_across_fragments(void **state)
{
	send_frame(0x01, STR("\xE2\x82"));
	send_frame(0x89, STR("\xFF")); /* a ping may say anything */
	send_frame(0x80, STR("\xAC"));
	assert_read("ping(\xFF) text(\xE2\x82\xAC) ");
	send_frame(0x81, STR("\xE2\x82"));
	assert_read("bad(1007) ");
	send_frame(0x01, STR("\xF4"));
	send_frame(0x00, STR("\x90")); /* told at once: no fragment makes it right */
	assert_read("bad(1007) ");
	send_frame(0x01, STR("\xE2\x82"));
	send_frame(0x80, STR_NONE);
	assert_read("bad(1007) ");
}

/* Told by the head: what would not be taken is not waited for. */
static void test_the_limit_of_a_message(void **state)
{
	char *text = malloc(WS_MESSAGE_MAX), *expected = malloc(WS_MESSAGE_MAX + 16);
	memset(text, 'x', WS_MESSAGE_MAX);
	for (size_t len = WS_MESSAGE_MAX - 1; len <= WS_MESSAGE_MAX; len++) {
		sprintf(expected, "text(%.*s) ", (int)len, text);
		send_frame(0x01, str_from(text, len - 1));
		send_frame(0x80, STR("x"));
		assert_read(expected);
	}
	send_frame(0x01, str_from(text, WS_MESSAGE_MAX - 1));
	send_raw(STR("\x80\x82mask"));
	assert_read("bad(1009) ");
	send_raw(STR("\x81\xFF\x00\x00\x00\x00\x00\x01\x00\x01mask"));
	assert_read("bad(1009) ");
	send_raw(STR("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFFmask"));
	assert_read("bad(1009) ");
	send_frame(0x89, str_from(text, WS_CONTROL_MAX));
	sprintf(expected, "ping(%.*s) ", WS_CONTROL_MAX, text);
	assert_read(expected);
	free(text);
	free(expected);
}

static void test_how_a_socket_closes(void **state)
{
	static const struct {
		struct str payload;
		const char *expected;
	} rows[] = {
		{BYTES(""), "close(1005) "},
		{BYTES("\x03\xE8"), "close(1000) "},
		{BYTES("\x03\xE8 good-bye"), "close(1000) "},
		{BYTES("\x03\xEB"), "close(1003) "},
		{BYTES("\x03\xEF"), "close(1007) "},
		{BYTES("\x03\xF6"), "close(1014) "},
		{BYTES("\x0B\xB8"), "close(3000) "},
		{BYTES("\x13\x87"), "close(4999) "},
		{BYTES("\x03"), "bad(1002) "},
		{BYTES("\x00\x00"), "bad(1002) "},
		{BYTES("\x03\xE7"), "bad(1002) "}, /* 999 */
		{BYTES("\x03\xEC"), "bad(1002) "}, /* 1004 */
		{BYTES("\x03\xED"), "bad(1002) "}, /* 1005 and 1006 are never sent */
		{BYTES("\x03\xEE"), "bad(1002) "},
		{BYTES("\x03\xF7"), "bad(1002) "}, /* 1015 */
		{BYTES("\x0B\xB7"), "bad(1002) "}, /* 2999 */
		{BYTES("\x13\x88"), "bad(1002) "}, /* 5000 */
		{BYTES("\x03\xE8\xC3("), "bad(1007) "},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		send_frame(0x88, rows[i].payload);
		send_frame(0x81, STR("nobody reads this"));
		assert_read(rows[i].expected);
	}
	send_frame(0x01, STR("a"));
	send_frame(0x88, STR_NONE); /* in the middle of a message: that is none */
	assert_read("close(1005) ");
}

static void test_nothing_is_read_after_the_end(void **state)
{
	struct ws_reader reader = {0};
	struct str in = STR("\x81\x01x");
	assert_int_equal(ws_reader_feed(&reader, &in), WS_BAD);
	in = STR("\x81\x80mask");
	assert_int_equal(ws_reader_feed(&reader, &in), WS_BAD);
	assert_int_equal(reader.code, WS_CODE_PROTOCOL);
	ws_reader_free(&reader);
}

static void test_what_is_not_whole_is_kept_and_then_let_go(void **state)
{
	struct ws_reader reader = {0};
	struct str in = STR("\x01\x83\0\0\0\0abc"), rest = STR("\x80\x81\0\0\0\0d");
	assert_int_equal(ws_reader_feed(&reader, &in), WS_MORE);
	assert_int_equal(ws_reader_kept(&reader), 3);
	assert_int_equal(ws_reader_feed(&reader, &rest), WS_TEXT);
	assert_true(str_is(reader.payload, "abcd"));
	assert_int_equal(ws_reader_feed(&reader, &rest), WS_MORE);
	assert_int_equal(ws_reader_kept(&reader), 0);
	assert_null(reader.message.at);
	ws_reader_free(&reader);
}

/* A client reads what a server sends, and refuses a mask. */
static void test_our_frames_are_read_by_a_client(void **state)
{
	static const size_t lengths[] = {0, 125, 126, 65535, 65536};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct ws_reader reader = {.is_clients = true};
		char *text = mem_new(lengths[i] + 1);
		memset(text, 'y', lengths[i]);
		ws_put_frame(&sent, WS_OP_TEXT, str_of(text));
		struct str in = buf_str(&sent);
		assert_int_equal(ws_reader_feed(&reader, &in), WS_TEXT);
		assert_true(str_is(reader.payload, text));
		ws_reader_free(&reader);
		free(text);
		sent.len = 0;
	}
	struct ws_reader reader = {.is_clients = true};
	send_frame(0x81, STR("x"));
	struct str in = buf_str(&sent);
	assert_int_equal(ws_reader_feed(&reader, &in), WS_BAD);
	sent.len = 0;
}

static void test_close_frames_of_ours(void **state)
{
	ws_put_close(&sent, WS_CODE_GOING_AWAY);
	ws_put_close(&sent, WS_CODE_NONE);
	assert_true(str_eq(buf_str(&sent), STR("\x88\x02\x03\xE9\x88\x00")));
	sent.len = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_and_fragments_are_read),
		cmocka_unit_test(test_control_frames_come_between_fragments),
		cmocka_unit_test(test_each_form_of_a_length),
		cmocka_unit_test(test_a_length_in_a_longer_form_is_wrong),
		cmocka_unit_test(test_what_breaks_the_protocol),
		cmocka_unit_test(test_text_is_utf8_across_fragments),
		cmocka_unit_test(test_the_limit_of_a_message),
		cmocka_unit_test(test_how_a_socket_closes),
		cmocka_unit_test(test_nothing_is_read_after_the_end),
		cmocka_unit_test(test_what_is_not_whole_is_kept_and_then_let_go),
		cmocka_unit_test(test_our_frames_are_read_by_a_client),
		cmocka_unit_test(test_close_frames_of_ours),
	};
	return cmocka_run_group_tests(tests, NULL, stop);
}
