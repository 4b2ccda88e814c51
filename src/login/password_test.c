/* password_test.c - hashes, at the least cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "login/login.h"

static void test_a_hash_matches_its_own_password_only(void **state)
{
	const struct {
		struct str password, tried;
		bool matches;
	} rows[] = {
		{STR("demo"), STR("demo"), true},
		{STR("demo"), STR("Demo"), false},
		{STR("demo"), STR(""), false},
		{STR(""), STR(""), true},
		{STR(""), STR("x"), false},
		{STR("a\0b"), STR("a\0b"), true},
		{STR("a\0b"), STR("a\0c"), false},
		{STR("p\xC3\xA4ss"), STR("p\xC3\xA4ss"), true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char hash[PASSWORD_HASH_MAX];
		assert_int_equal(password_hash(hash, rows[i].password, 1, 8192), OK);
		assert_int_equal(password_matches(hash, rows[i].tried), rows[i].matches);
	}
}

static void test_hashes_are_argon2id_with_the_given_cost_and_salted(void **state)
{
	char a[PASSWORD_HASH_MAX], b[PASSWORD_HASH_MAX];
	assert_int_equal(password_hash(a, STR("demo"), 2, 16384), OK);
	assert_int_equal(password_hash(b, STR("demo"), 2, 16384), OK);
	assert_true(str_starts(str_of(a), STR("$argon2id$v=19$m=16,t=2,p=1$")));
	assert_string_not_equal(a, b);
}

static void test_what_is_no_hash_matches_nothing(void **state)
{
	static const char *const rows[] = {
		"", "demo", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$"};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_false(password_matches(rows[i], STR("demo")));
		assert_false(password_matches(rows[i], STR_NONE));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_hash_matches_its_own_password_only),
		cmocka_unit_test(test_hashes_are_argon2id_with_the_given_cost_and_salted),
		cmocka_unit_test(test_what_is_no_hash_matches_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
