/* utf8_test.c - what is UTF-8, strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"

#include <cmocka.h>

static void test_every_code_point_comes_back(void **state)
{
	struct buf b = {0};
	(void)state;
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
	(void)state;
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
	(void)state;
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
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(utf8_is_name(str_of(rows[i].name)), rows[i].is_name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point_comes_back),
		cmocka_unit_test(test_what_is_no_utf8_is_refused_and_stays),
		cmocka_unit_test(test_characters_are_counted_not_bytes),
		cmocka_unit_test(test_names_have_no_controls_and_turn_no_direction),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
