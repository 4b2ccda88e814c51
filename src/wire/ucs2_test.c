/* ucs2_test.c - UTF-16BE there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "wire/ucs2.h"

#include <cmocka.h>

#define SHOWN_AS_LOST "\xEF\xBF\xBD" /* U+FFFD */

static void assert_bytes(const struct buf *b, struct str expected)
{
	assert_int_equal(b->len, expected.len);
	if (expected.len)
		assert_memory_equal(b->at, expected.at, expected.len);
}

static void test_texts_become_big_endian_units(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		struct str units;
	} rows[] = {
		{"", {"", 0}},
		{"A", {"\x00\x41", 2}},
		{"é", {"\x00\xE9", 2}},
		{"日", {"\x65\xE5", 2}},
		{"\xEF\xBF\xBF", {"\xFF\xFF", 2}},
		{"\xF0\x90\x80\x80", {"\xD8\x00\xDC\x00", 4}}, /* U+10000, the first pair */
		{"😀", {"\xD8\x3D\xDE\x00", 4}},
		{"\xF4\x8F\xBF\xBF", {"\xDB\xFF\xDF\xFF", 4}}, /* U+10FFFF, the last */
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf units = {0}, text = {0};
		assert_true(ucs2_encode(&units, str_of(rows[i].text)));
		assert_bytes(&units, rows[i].units);
		ucs2_decode(&text, rows[i].units);
		assert_bytes(&text, str_of(rows[i].text));
		buf_free(&units);
		buf_free(&text);
	}
}

static void test_every_character_comes_back(void **state)
{
	struct buf text = {0}, units = {0}, back = {0};
	for (uint32_t code = 0; code < 0x110000; code++)
		if (code < 0xD800 || code > 0xDFFF)
			utf8_put(&text, code);
	assert_true(ucs2_encode(&units, buf_str(&text)));
	assert_int_equal(units.len, 2 * (0x10000 - 0x800) + 4 * 0x100000);
	ucs2_decode(&back, buf_str(&units));
	assert_bytes(&back, buf_str(&text));
	buf_free(&text);
	buf_free(&units);
	buf_free(&back);
}

static void test_what_is_no_utf8_leaves_the_output_as_it_was(void **state)
{
	/* clang-format off */
	static const char *const texts[] = {"a\xFF", "\xC3", "\xED\xA0\x80", "\xC0\x80"};
	/* clang-format on */
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf out = {0};
		buf_puts(&out, "before");
		assert_false(ucs2_encode(&out, str_of(texts[i])));
		assert_bytes(&out, STR("before"));
		buf_free(&out);
	}
}

static void test_broken_units_are_shown_as_lost(void **state)
{
	/* clang-format off */
	static const struct {
		struct str units;
		const char *text;
	} rows[] = {
		{{"\xD8\x3D", 2}, SHOWN_AS_LOST}, /* half a pair at the end */
		{{"\xD8\x3D\x00\x41", 4}, SHOWN_AS_LOST "A"},              /* in the middle */
		{{"\xDE\x00\x00\x41", 4}, SHOWN_AS_LOST "A"},              /* the other half */
		{{"\xD8\x3D\xD8\x3D\xDE\x00", 6}, SHOWN_AS_LOST "😀"},
		{{"\x00\x41\x00", 3}, "A" SHOWN_AS_LOST},                  /* an odd last byte */
		{{"\xD8\x3D\xDE", 3}, SHOWN_AS_LOST SHOWN_AS_LOST},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = {0};
		ucs2_decode(&text, rows[i].units);
		assert_bytes(&text, str_of(rows[i].text));
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_become_big_endian_units),
		cmocka_unit_test(test_every_character_comes_back),
		cmocka_unit_test(test_what_is_no_utf8_leaves_the_output_as_it_was),
		cmocka_unit_test(test_broken_units_are_shown_as_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
