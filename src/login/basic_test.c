/* basic_test.c - readings of an Authorization header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>

#include "login/basic.h"

static enum basic_header read_text(struct arena *arena, struct str text, struct basic *basic)
{
	char base64[256];
	sodium_bin2base64(base64, sizeof base64, (const unsigned char *)text.at, text.len,
		sodium_base64_VARIANT_ORIGINAL);
	return basic_read(arena_printf(arena, "Basic %s", base64), arena, basic);
}

static void test_name_ends_at_the_first_colon(void **state)
{
	const struct {
		struct str text;
		const char *name, *password;
	} rows[] = {
		{STR("sam:demo"), "sam", "demo"},
		{STR("sam:"), "sam", ""},
		{STR("sam:a:b"), "sam", "a:b"},
		{STR(":demo"), "", "demo"},
	};
	struct arena arena = {0};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct basic basic;
		assert_int_equal(read_text(&arena, rows[i].text, &basic), BASIC_GIVEN);
		assert_int_equal(basic.count, 1);
		assert_true(str_is(basic.readings[0].name, rows[i].name));
		assert_true(str_is(basic.readings[0].password, rows[i].password));
	}
	arena_free(&arena);
}

static void test_bytes_beyond_ascii_are_utf8_then_latin1(void **state)
{
	struct arena arena = {0};
	struct basic basic;
	assert_int_equal(read_text(&arena, STR("J\xC3\xBCrg:p\xC3\xA4"), &basic), BASIC_GIVEN);
	assert_int_equal(basic.count, 2);
	assert_true(str_is(basic.readings[0].name, "J\xC3\xBCrg"));
	assert_true(str_is(basic.readings[0].password, "p\xC3\xA4"));
	assert_true(str_is(basic.readings[1].name, "J\xC3\x83\xC2\xBCrg"));
	assert_int_equal(read_text(&arena, STR("J\xFCrg:p\xE4"), &basic), BASIC_GIVEN);
	assert_int_equal(basic.count, 1);
	assert_true(str_is(basic.readings[0].name, "J\xC3\xBCrg"));
	assert_true(str_is(basic.readings[0].password, "p\xC3\xA4"));
	arena_free(&arena);
}

static void test_other_schemes_and_malformed_headers_are_bad(void **state)
{
	const struct {
		struct str header;
		enum basic_header want;
	} rows[] = {
		{{NULL, 0}, BASIC_NONE},
		{STR(""), BASIC_BAD},
		{STR("Basic"), BASIC_BAD},
		{STR("Basic "), BASIC_BAD},
		{STR("Basic c2Ft"), BASIC_BAD},    /* "sam": no colon */
		{STR("Basic c2FtOg="), BASIC_BAD}, /* padding */
		{STR("Basic c2Ft!Og=="), BASIC_BAD},
		{STR("Bearer c2FtOg=="), BASIC_BAD},
		{STR("Basic c2FtOg=="), BASIC_GIVEN},
		{STR("bASIC   c2FtOg== "), BASIC_GIVEN},
	};
	struct arena arena = {0};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct basic basic;
		assert_int_equal(basic_read(rows[i].header, &arena, &basic), rows[i].want);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_ends_at_the_first_colon),
		cmocka_unit_test(test_bytes_beyond_ascii_are_utf8_then_latin1),
		cmocka_unit_test(test_other_schemes_and_malformed_headers_are_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
