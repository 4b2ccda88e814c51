/* json_value_test.c - what is JSON and what is not, and how its values are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buf.h"
#include "wire/json_value.h"

static struct arena arena;

static int end(void **state)
{
	arena_free(&arena);
	return 0;
}

/* The text in a block of its own, without a '\0' behind it: a look beyond its end is found. */
static bool reads(struct str text, struct json_value *value)
{
	char *block = mem_new(text.len);
	memcpy(block, text.at, text.len);
	bool is_read = json_value_read(str_from(block, text.len), value);
	free(block);
	return is_read;
}

static void test_what_is_json_is_read_and_nothing_else(void **state)
{
	static const char *const good[] = {"{}", "[]", " [ ] ", "\t{\r\n}", "[1]", "[ 1 , 2 ]",
		"{\"\":\"\"}", "{ \"a\" : { } , \"b\" : [ ] }", "[true,false,null]",
		"[0,-0,10,-1.5,1e5,1E+5,2.25e-3,0.0]", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
		"[\"\\u0041\\u00e9\\uD83D\\uDe00\"]", "[\"\xC3\xA9\xF0\x9F\x98\x80\x7F\"]",
		"{\"a\":1,\"A\":2,\"aa\":3}", "[{\"a\":1},{\"a\":2}]"};
	static const char *const bad[] = {"", " ", "1", "\"a\"", "null", "{", "[", "}", "]", "[}",
		"{]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[]]", "[] x", "{\"a\"}", "{\"a\":}",
		"{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{'a':1}", "[01]", "[-]",
		"[+1]", "[1.]", "[.5]", "[1e]", "[1e+]", "[0x1]", "[tru]", "[truex]", "[True]",
		"[nul", "[NaN]", "[\"]", "[\"\\\"]", "[\"\\x\"]", "[\"\\u12\"]", "[\"\\u12g4\"]",
		"[\"\\u0000\"]", "[\"\\uD800\"]", "[\"\\uD800\\u0041\"]", "[\"\\uD800\\n\"]",
		"[\"\\uDC00\"]", "[\"\n\"]", "[\"\x1F\"]", "[\"\xFF\"]", "[\"\xC3\"]",
		"[\"\xC0\xAF\"]", "[\"\xED\xA0\x80\"]", "\xEF\xBB\xBF[]", "/**/[]", "[1]//",
		"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"\\u0061\":3}", "[{\"\":1,\"\":2}]"};
	struct json_value value;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!reads(str_of(good[i]), &value))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (reads(str_of(bad[i]), &value) || json_value_is_there(value))
			fail_msg("read: %s", bad[i]);
	assert_false(reads(str_from("[\"\0\"]", 5), &value));
	assert_false(reads(str_from("[]\0", 3), &value));
	assert_false(reads(str_from("[1\0]", 4), &value));
}

static void test_depth_is_bounded(void **state)
{
	for (size_t depth = JSON_DEPTH_MAX - 1; depth <= JSON_DEPTH_MAX + 1; depth++) {
		struct buf text = {0};
		struct json_value value;
		for (size_t i = 0; i < depth; i++)
			buf_puts(&text, i % 2 ? "{\"a\":" : "[");
		buf_puts(&text, "\"[[{{\"");
		for (size_t i = depth; i-- > 0;)
			buf_puts(&text, i % 2 ? "}" : "]");
		assert_int_equal(reads(buf_str(&text), &value), depth <= JSON_DEPTH_MAX);
		buf_free(&text);
	}
}

/* Few are compared where they stand, many are sorted. */
static void test_a_name_twice_is_found_among_any_number_of_names(void **state)
{
	for (unsigned count = 2; count < 40; count++) {
		for (int twin = -1; twin < (int)count; twin++) {
			struct buf text = {0};
			struct json_value value;
			buf_puts(&text, "{\"name7\":0");
			for (unsigned i = 1; i < count; i++)
				buf_printf(&text, ",\"na%s%d\":0",
					(int)i == twin ? "\\u006De" : "me",
					(int)i == twin ? 7 : (int)i + 100);
			buf_puts(&text, "}");
			assert_int_equal(reads(buf_str(&text), &value), twin <= 0);
			buf_free(&text);
		}
	}
}

static struct json_value member(const char *text, const char *name)
{
	struct json_value object;
	assert_true(json_value_read(str_of(text), &object));
	return json_value_member(object, str_of(name));
}

static void test_members_are_found_in_any_order_and_spelling(void **state)
{
	static const char text[] =
		" { \"other\" : [{\"text\":\"no\"},\"}\\\"\"] ,"
		"\"t\\u0065xt\" : \"yes\" , \"texts\":{\"text\":0}, \"x\":null } ";
	struct str found;
	assert_true(json_value_text(member(text, "text"), &arena, &found));
	assert_true(str_is(found, "yes"));
	assert_true(json_value_is_array(member(text, "other")));
	assert_true(json_value_is_object(member(text, "texts")));
	assert_true(json_value_is_null(member(text, "x")));
	assert_false(json_value_is_null(member(text, "y")));
	assert_false(json_value_is_there(member(text, "tex")));
	assert_false(json_value_is_there(member(text, "")));
	assert_false(json_value_is_there(json_value_member(member(text, "other"), STR("text"))));
	assert_false(json_value_is_there(json_value_member(member(text, "y"), STR("text"))));
}

static void test_members_are_picked_all_at_once(void **state)
{
	static const char text[] =
		"{\"a\":1,\"t\\u0065xt\":\"yes\",\"b\":{\"text\":0,\"c\":2},\"\":3}";
	const struct str names[] = {STR("text"), STR("c"), STR("b"), STR("a"), STR("tex"), STR("")};
	static const char *const want[] = {"\"yes\"", "", "{\"text\":0,\"c\":2}", "1", "", "3"};
	struct json_value object, found[6];
	assert_true(json_value_read(str_of(text), &object));
	json_value_pick(object, names, 6, found);
	for (size_t i = 0; i < 6; i++)
		assert_true(str_is(found[i].bytes, want[i]));
	json_value_pick(found[0], names, 6, found); /* no object has none */
	for (size_t i = 0; i < 6; i++)
		assert_false(json_value_is_there(found[i]));
}

static void test_entries_come_in_their_order(void **state)
{
	struct json_value entry, array = member("{\"a\":[ 1 , [2,3] ,\"]\" , {} ]}", "a");
	static const char *const want[] = {"1", "[2,3]", "\"]\"", "{}"};
	struct str entries = json_value_entries(array);
	assert_int_equal(json_value_count(array), 4);
	for (size_t i = 0; i < 4; i++) {
		assert_true(json_value_next(&entries, &entry));
		assert_true(str_is(entry.bytes, want[i]));
	}
	assert_false(json_value_next(&entries, &entry));
	assert_int_equal(json_value_count(member("{\"a\":{}}", "a")), 0);
	assert_int_equal(json_value_count(member("{\"a\":[ ]}", "a")), 0);
}

static void test_a_string_is_given_as_it_is_meant(void **state)
{
	static const struct {
		const char *json, *want;
	} rows[] = {
		{"{\"a\":\"\"}", ""},
		{"{\"a\":\"plain\"}", "plain"},
		{"{\"a\":\"\xC3\xA9\"}", "\xC3\xA9"},
		{"{\"a\":\"say \\\"x\\\\\\/\\b\\f\\n\\r\\t\"}", "say \"x\\/\b\f\n\r\t"},
		{"{\"a\":\"\\u0041\\u00E9\\u20ac\\uD83D\\ude00\"}",
			"A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
	};
	static const char *const others[] = {"{\"a\":1}", "{\"a\":null}", "{\"a\":[\"b\"]}", "{}"};
	struct str text;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(json_value_text(member(rows[i].json, "a"), &arena, &text));
		assert_non_null(text.at);
		if (!str_is(text, rows[i].want))
			fail_msg("row %zu", i);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(json_value_text(member(others[i], "a"), &arena, &text));
}

static void test_a_string_is_compared_as_it_is_meant(void **state)
{
	struct json_value value;
	struct str entries;
	assert_true(json_value_read(STR("[\"me\",\"\\u006De\",\"m\",\"men\",1,null]"), &value));
	static const bool is_me[] = {true, true, false, false, false, false};
	entries = json_value_entries(value);
	for (size_t i = 0; json_value_next(&entries, &value); i++)
		assert_int_equal(json_value_is(value, STR("me")), is_me[i]);
	assert_false(json_value_is((struct json_value) {STR_NONE}, STR_NONE));
}

static void test_numbers_of_any_size_are_read_and_whole_ones_of_64_bits_given(void **state)
{
	static const struct {
		const char *number;
		bool is_integer;
		int64_t want;
	} rows[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"-12", true, -12},
		{"9223372036854775806", true, INT64_MAX - 1},
		{"9223372036854775807", true, INT64_MAX},
		{"9223372036854775808", false, 0},
		{"-9223372036854775807", true, -INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"-9223372036854775809", false, 0},
		{"18446744073709551616", false, 0},
		{"123456789012345678901234567890123456789012345678901234567890", false, 0},
		{"1.0", false, 0},
		{"1e3", false, 0},
		{"1e309", false, 0},
		{"-1.5E+99999", false, 0},
		{"1e-400", false, 0},
		{"\"12\"", false, 0},
		{"true", false, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[128];
		int64_t number = 0;
		snprintf(text, sizeof text, "{\"n\":%s ,\"a\":\"b\"}", rows[i].number);
		bool is_integer = json_value_integer(member(text, "n"), &number);
		if (is_integer != rows[i].is_integer || number != rows[i].want)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_json_is_read_and_nothing_else),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_a_name_twice_is_found_among_any_number_of_names),
		cmocka_unit_test(test_members_are_found_in_any_order_and_spelling),
		cmocka_unit_test(test_members_are_picked_all_at_once),
		cmocka_unit_test(test_entries_come_in_their_order),
		cmocka_unit_test(test_a_string_is_given_as_it_is_meant),
		cmocka_unit_test(test_a_string_is_compared_as_it_is_meant),
		cmocka_unit_test(test_numbers_of_any_size_are_read_and_whole_ones_of_64_bits_given),
	};
	return cmocka_run_group_tests(tests, NULL, end);
}
