/* utf8_test.c - what is UTF-8, strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"

#include <cmocka.h>

#define BYTES(literal)                                                                             \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	} /* STR, in a static table */

static void test_every_code_point_comes_back(void **state)
{
	struct buf b = {0};
	for (uint32_t code = 0; code < 0x110000; code++) {
		if (code >= 0xD800 && code <= 0xDFFF)
			continue;
		b.len = 0;
		utf8_put(&b, code);
		struct str rest = buf_str(&b);
		uint32_t read = 0;
		assert_true(utf8_next(&rest, &read));
		assert_int_equal(read, code);
		assert_int_equal(rest.len, 0);
		assert_int_equal(utf8_count(buf_str(&b)), 1);
	}
	buf_free(&b);
}

static void test_what_is_no_utf8_is_refused_and_stays(void **state)
{
	static const char *const rows[] = {
		"\x80",
		"\xBF",
		"\xC0\x80",
		"\xC1\xBF",
		"\xC3",
		"\xC3(",
		"\xE0\x9F\xBF",
		"\xE2\x82",
		"\xED\xA0\x80",
		"\xED\xBF\xBF",
		"\xF0\x8F\xBF",
		"\xF0\x8F\xBF\xBF",
		"\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80",
		"\xFF",
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *exact = malloc(strlen(rows[i])); /* the sanitizer sees one byte too far */
		memcpy(exact, rows[i], strlen(rows[i]));
		struct str s = str_from(exact, strlen(rows[i])), rest = s;
		uint32_t code;
		assert_false(utf8_next(&rest, &code));
		assert_true(str_eq(rest, s));
		assert_false(utf8_valid(s));
		free(exact);
	}
	assert_true(utf8_valid(STR_NONE));
	assert_true(utf8_valid(STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80")));
	assert_false(utf8_valid(STR("fine until here\xFF")));
}

static void test_characters_are_counted_not_bytes(void **state)
{
	assert_int_equal(utf8_count(STR_NONE), 0);
	assert_int_equal(utf8_count(STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80")), 4);
}

static void test_names_have_no_controls_and_turn_no_direction(void **state)
{
	static const struct {
		const char *name;
		bool is_name;
	} rows[] = {
		{"", true},
		{"Zo\xC3\xAB \xE6\x97\xA5 \xF0\x9F\x98\x80", true},
		{" ", true},
		{"a\x1F", false},
		{"a\nb", false},
		{"\x7F", false},
		{"\xC2\x9F", false},     /* U+009F */
		{"\xC2\xA0", true},      /* U+00A0 */
		{"\xD8\x9C", false},     /* U+061C */
		{"\xE2\x80\x8D", true},  /* U+200D, joins emoji */
		{"\xE2\x80\x8E", false}, /* U+200E */
		{"\xE2\x80\x8F", false}, /* U+200F */
		{"\xE2\x80\xA9", true},  /* U+2029 */
		{"\xE2\x80\xAA", false}, /* U+202A */
		{"\xE2\x80\xAE", false}, /* U+202E */
		{"\xE2\x80\xAF", true},  /* U+202F */
		{"\xE2\x81\xA5", true},  /* U+2065 */
		{"\xE2\x81\xA6", false}, /* U+2066 */
		{"\xE2\x81\xA9", false}, /* U+2069 */
		{"\xE2\x81\xAA", true},  /* U+206A */
		{"a\xFF", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(utf8_is_name(str_of(rows[i].name)), rows[i].is_name);
}

static void test_text_of_which_nothing_is_seen_is_blank(void **state)
{
	static const uint32_t unseen[] = {' ', '\t', '\n', 0x85, 0xA0, 0xAD, 0x34F, 0x61C, 0x115F,
		0x1160, 0x1680, 0x17B4, 0x180B, 0x180E, 0x180F, 0x2000, 0x200A, 0x200B, 0x200C,
		0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202F, 0x205F, 0x2060, 0x2064,
		0x2065, 0x206F, 0x2800, 0x3000, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0,
		0xFFF9, 0xFFFB, 0x13430, 0x16FE4, 0x1BCA0, 0x1D159, 0x1D173, 0xE0000, 0xE0001,
		0xE0020, 0xE007F, 0xE01EF, 0xE0FFF};
	static const uint32_t seen[] = {'!', '~', 0xA1, 0xAC, 0xAE, 0x34E, 0x350, 0x600, 0x6DD,
		0x70F, 0x115E, 0x1161, 0x167F, 0x1681, 0x180A, 0x1810, 0x1FFF, 0x2010, 0x2027,
		0x2030, 0x205E, 0x2070, 0x27FF, 0x2801, 0x2FFF, 0x3001, 0x3163, 0x3165, 0xFDFF,
		0xFE10, 0xFEFE, 0xFF9F, 0xFFA1, 0xFFEF, 0xFFFC, 0xFFFD, 0x1D158, 0x1F600, 0xDFFFF,
		0xE1000};
	struct buf all = {0};
	assert_true(utf8_is_blank(STR_NONE));
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
		utf8_put(&all, unseen[i]);
		if (!utf8_is_blank(buf_str(&all)))
			fail_msg("U+%04X", (unsigned)unseen[i]);
	}
	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
		size_t len = all.len;
		utf8_put(&all, seen[i]);
		if (utf8_is_blank(buf_str(&all)))
			fail_msg("U+%04X", (unsigned)seen[i]);
		all.len = len;
	}
	buf_free(&all);
}

/* Told at the first byte that cannot be, and of a whole text what utf8_valid says. */
static void test_text_in_pieces_is_told_at_its_first_wrong_byte(void **state)
{
	static const struct {
		struct str bytes;
		size_t wrong; /* this byte cannot be; 0: all can */
		bool ends;
	} rows[] = {
		{BYTES(""), 0, true},
		{BYTES("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), 0, true},
		{BYTES("a\xC3"), 0, false},
		{BYTES("a\xF0\x9F\x98"), 0, false},
		{BYTES("\xEF\xBF\xBF\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"), 0, true},
		{BYTES("\x80"), 1, false},
		{BYTES("ab\xC1\xBF"), 3, false},
		{BYTES("\xE0\x9F\xBF"), 2, false},
		{BYTES("\xED\xA0\x80"), 2, false},
		{BYTES("\xF0\x8F\xBF\xBF"), 2, false},
		{BYTES("\xF4\x90\x80\x80"), 2, false},
		{BYTES("\xF5\x80"), 1, false},
		{BYTES("\xE2\x82("), 3, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct utf8_check check = {0};
		size_t at = 0, wrong = 0;
		for (; at < rows[i].bytes.len && !wrong; at++)
			if (!utf8_check(&check, str_from(rows[i].bytes.at + at, 1)))
				wrong = at + 1;
		assert_int_equal(wrong, rows[i].wrong);
		if (!wrong)
			assert_int_equal(utf8_check_ends(&check), rows[i].ends);
		struct utf8_check whole = {0};
		bool is_valid = utf8_check(&whole, rows[i].bytes) && utf8_check_ends(&whole);
		assert_int_equal(is_valid, utf8_valid(rows[i].bytes));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point_comes_back),
		cmocka_unit_test(test_what_is_no_utf8_is_refused_and_stays),
		cmocka_unit_test(test_characters_are_counted_not_bytes),
		cmocka_unit_test(test_names_have_no_controls_and_turn_no_direction),
		cmocka_unit_test(test_text_in_pieces_is_told_at_its_first_wrong_byte),
		cmocka_unit_test(test_text_of_which_nothing_is_seen_is_blank),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
