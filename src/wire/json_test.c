/* json_test.c - reading: what is JSON, and numbers larger than the library has room for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "wire/json.h"

static const char ok[] = "{\"a\":\"b\"";

/* A member "n" of some value beside a known one. */
static json_t *read_with(const char *value)
{
	struct buf text = {0};
	buf_printf(&text, "%s,\"n\":%s,\"z\":[1,-2.5]}", ok, value);
	json_t *json = json_read(buf_str(&text));
	buf_free(&text);
	return json;
}

static void test_numbers_of_any_size_are_read(void **state)
{
	static const struct {
		const char *text;
		bool is_integer;
	} rows[] = {
		{"9223372036854775806", true},
		{"9223372036854775807", true},
		{"9223372036854775808", false},
		{"-9223372036854775808", true},
		{"-9223372036854775809", false},
		{"18446744073709551616", false},
		{"123456789012345678901234567890123456789012345678901234567890", false},
		{"1e308", false},
		{"1e309", false},
		{"-1E+400", false},
		{"1.5e99999", false},
		{"1e-400", false},
		{"[1e309,2,-9223372036854775809,\"1e309\"]", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json = read_with(rows[i].text);
		if (!json)
			fail_msg("row %zu", i);
		const json_t *n = json_object_get(json, "n"), *z = json_object_get(json, "z");
		assert_true(json_is_array(n) || json_is_number(n));
		assert_int_equal(json_is_integer(n), rows[i].is_integer);
		assert_string_equal(json_string_value(json_object_get(json, "a")), "b");
		assert_int_equal(json_integer_value(json_array_get(z, 0)), 1);
		json_decref(json);
	}
}

static void test_what_stands_beside_a_large_number_stays_as_it_is(void **state)
{
	json_t *json = json_read(STR("{\"1e999\":\"say \\\"1e999\\\\\",\"n\":99999999999999999999,"
				     "\"m\":9223372036854775807,\"r\":-99999999999999999999}"));
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "1e999")), "say \"1e999\\");
	assert_int_equal(json_integer_value(json_object_get(json, "m")), INT64_MAX);
	assert_true(json_real_value(json_object_get(json, "n")) > 1e98);
	assert_true(json_real_value(json_object_get(json, "r")) < -1e98);
	json_decref(json);
}

static void test_what_is_no_json_stays_none_whatever_the_numbers(void **state)
{
	static const char *const rows[] = {"99999999999999999999-1", "1e309e1",
		"099999999999999999999", "99999999999999999999.", "-", "+99999999999999999999",
		"99999999999999999999}x", "1e999,", "99999999999999999999 1",
		"99999999999999999999,\"n\":1", "\"99999999999999999999", "1e309\\"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json = read_with(rows[i]);
		if (json)
			fail_msg("row %zu", i);
	}
}

static void test_the_size_of_a_string_is_known_before(void **state)
{
	static const char *const texts[] = {
		"", "plain", "\"\\\n\r\t", "\x01\x1f\x7f", "gr\u00fc\u00df \U0001f600"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf out = {0};
		json_put_string(&out, str_of(texts[i]));
		assert_int_equal(json_string_size(str_of(texts[i])), out.len);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_size_of_a_string_is_known_before),
		cmocka_unit_test(test_numbers_of_any_size_are_read),
		cmocka_unit_test(test_what_stands_beside_a_large_number_stays_as_it_is),
		cmocka_unit_test(test_what_is_no_json_stays_none_whatever_the_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
