/* str_test.c - questions and cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/str.h"

#include <cmocka.h>

static void test_strings_are_compared_by_their_bytes(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {
		{"", "", 0},
		{"a", "a", 0},
		{"a", "b", -1},
		{"b", "a", 1},
		{"", "a", -1},
		{"ab", "a", 1},
		{"a", "B", 1},
		{"a", "\xC3", -1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int order = str_cmp(str_of(rows[i].a), str_of(rows[i].b));
		assert_int_equal((order > 0) - (order < 0), rows[i].order);
		assert_int_equal(str_eq(str_of(rows[i].a), str_of(rows[i].b)), rows[i].order == 0);
	}
	assert_true(str_eq(STR_NONE, STR("")));
	assert_true(str_eq(str_of(NULL), STR_NONE));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_true(str_is(STR("abc"), "abc"));
}

static void test_only_ascii_letters_have_a_case(void **state)
{
	assert_true(str_eq_nocase(STR("Content-LENGTH"), STR("content-length")));
	assert_false(str_eq_nocase(STR("a"), STR("ab")));
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_false(str_eq_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));
}

static void test_cuts_leave_the_rest(void **state)
{
	struct str rest = STR("a=b=");
	assert_true(str_is(str_cut(&rest, '='), "a"));
	assert_true(str_is(rest, "b="));
	assert_true(str_is(str_cut(&rest, '='), "b"));
	assert_true(str_is(rest, ""));
	assert_true(str_is(str_cut(&rest, '='), ""));
	rest = STR("none");
	assert_true(str_is(str_cut(&rest, '='), "none"));
	assert_true(str_is(rest, ""));
	assert_true(str_is(str_skip(STR("abc"), 2), "c"));
	assert_true(str_is(str_skip(STR("abc"), 4), ""));
	assert_true(str_is(str_skip(STR_NONE, 4), ""));
	assert_true(str_is(str_trim(STR(" \ta b\t ")), "a b"));
	assert_true(str_is(str_trim(STR("  ")), ""));
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR_NONE));
	assert_false(str_starts(STR("a"), STR("ab")));
}

static void test_numbers_are_whole_or_refused(void **state)
{
	static const struct {
		const char *text;
		bool is_good;
		uint64_t value;
	} rows[] = {
		{"0", true, 0},
		{"007", true, 7},
		{"18446744073709551614", true, UINT64_MAX - 1},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"99999999999999999999", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{"1 ", false, 0},
		{"0x1", false, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t value = 0;
		assert_int_equal(str_u64(str_of(rows[i].text), &value), rows[i].is_good);
		assert_true(value == rows[i].value);
	}
}

static void test_hexadecimal_digits_have_either_case(void **state)
{
	const char *const digits = "0123456789abcdef", *const capitals = "0123456789ABCDEF";
	for (int i = 0; i < 16; i++) {
		assert_int_equal(str_hex_digit(digits[i]), i);
		assert_int_equal(str_hex_digit(capitals[i]), i);
	}
	for (const char *other = "/:@G`g \x80"; *other; other++)
		assert_int_equal(str_hex_digit(*other), -1);
	assert_int_equal(str_hex_digit('\0'), -1);
}

static void test_a_word_is_found_in_a_list_with_commas(void **state)
{
	static const struct {
		const char *list, *word;
		bool is_listed;
	} rows[] = {
		{"a", "a", true},
		{"a,bc", "bc", true},
		{" a ,\tbc ", "bc", true},
		{"a,bc", "b", false},
		{"a,bc", "a,bc", false},
		{"abc", "b", false},
		{"", "a", false},
		{"a,,b", "", true},
		{"A", "a", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
			str_lists(str_of(rows[i].list), str_of(rows[i].word)), rows[i].is_listed);
	assert_false(str_lists(STR_NONE, STR_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings_are_compared_by_their_bytes),
		cmocka_unit_test(test_only_ascii_letters_have_a_case),
		cmocka_unit_test(test_cuts_leave_the_rest),
		cmocka_unit_test(test_a_word_is_found_in_a_list_with_commas),
		cmocka_unit_test(test_numbers_are_whole_or_refused),
		cmocka_unit_test(test_hexadecimal_digits_have_either_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
