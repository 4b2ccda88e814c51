/* login_failed_test.c - counters of failed logins and proven credentials in bounded memory. */
#include "login/login_fixture.h"

static void test_failures_are_counted_per_kind_and_name_for_one_window(void **state)
{
	struct login_failed *failed = login_failed_new(STR("0123456789abcdef0123456789abcdef"));
	login_failed_note(failed, FAILED_ACCOUNT, STR("sam"), 1000);
	login_failed_note(failed, FAILED_ACCOUNT, STR("sam"), 2000);
	login_failed_note(failed, FAILED_ADDRESS, STR("sam"), 3000);
	msec end = 1000 + LOGIN_FAILED_WINDOW_MS;
	assert_int_equal(login_failed_count(failed, FAILED_ACCOUNT, STR("sam"), end - 1), 2);
	assert_int_equal(login_failed_count(failed, FAILED_ACCOUNT, STR("sue"), end - 1), 0);
	assert_int_equal(login_failed_count(failed, FAILED_ADDRESS, STR("sam"), end - 1), 1);
	assert_int_equal(login_failed_count(failed, FAILED_ACCOUNT, STR("sam"), end), 0);
	assert_int_equal(login_failed_count(failed, FAILED_ADDRESS, STR("sam"), end), 1);
	login_failed_free(&failed);
	assert_null(failed);
}

static void test_the_last_failure_of_the_window_is_told(void **state)
{
	struct login_failed *failed = login_failed_new(STR("0123456789abcdef0123456789abcdef"));
	assert_int_equal(login_failed_last(failed, FAILED_ACCOUNT, STR("sam"), 1000), 0);
	login_failed_note(failed, FAILED_ACCOUNT, STR("sam"), 1000);
	assert_int_equal(login_failed_last(failed, FAILED_ACCOUNT, STR("sam"), 1000), 1000);
	login_failed_note(failed, FAILED_ACCOUNT, STR("sam"), 2500);
	assert_int_equal(login_failed_last(failed, FAILED_ACCOUNT, STR("sam"), 3000), 2500);
	login_failed_note(failed, FAILED_ACCOUNT, STR("sam"), 900); /* the clock went back */
	assert_int_equal(login_failed_last(failed, FAILED_ACCOUNT, STR("sam"), 3000), 1000);
	assert_int_equal(login_failed_count(failed, FAILED_ACCOUNT, STR("sam"), 3000), 3);
	login_failed_free(&failed);
}

static void note_nth(struct login_failed *failed, unsigned nth)
{
	char name[16];
	snprintf(name, sizeof name, "u%u", nth);
	login_failed_note(failed, FAILED_ACCOUNT, str_of(name), 1000);
}

/* Four times more names than counters: whoever fails under them has not got rid of what was counted. */
static void test_other_names_never_push_out_what_was_counted(void **state)
{
	struct login_failed *failed = login_failed_new(STR("0123456789abcdef0123456789abcdef"));
	for (unsigned i = 0; i < LOGIN_FAILED_MAX; i++)
		login_failed_note(failed, FAILED_ACCOUNT, STR("sam"), 1000);
	for (unsigned i = 0; i < 4 * LOGIN_FAILED_SLOTS; i++)
		note_nth(failed, i);
	assert_in_range(login_failed_count(failed, FAILED_ACCOUNT, STR("sam"), 1000),
		LOGIN_FAILED_MAX, LOGIN_FAILED_MAX + 20);
	assert_int_equal(login_failed_count(failed, FAILED_ADDRESS, STR("sam"), 1000), 0);
	login_failed_free(&failed);
}

/* As many as the worker can fail in a window: hardly anybody shares a counter that is full. */
static void test_an_attack_reaches_few_who_are_not_attacked(void **state)
{
	struct login_failed *failed = login_failed_new(STR("0123456789abcdef0123456789abcdef"));
	unsigned hit = 0;
	for (unsigned i = 0; i < 3000; i++)
		note_nth(failed, i / LOGIN_FAILED_MAX);
	for (unsigned i = 0; i < 1000; i++) {
		char name[16];
		snprintf(name, sizeof name, "honest%u", i);
		hit += login_failed_count(failed, FAILED_ACCOUNT, str_of(name), 1000) >=
		       LOGIN_FAILED_MAX;
	}
	assert_in_range(hit, 0, 20);
	login_failed_free(&failed);
}

static void digest_nth(unsigned char out[DIGEST_BYTES], unsigned nth)
{
	ids_digest(out, STR_NONE, str_from(&nth, sizeof nth));
}

static void test_cache_forgets_what_is_unused_and_is_bounded(void **state)
{
	unsigned char digest[DIGEST_BYTES];
	struct login_cache *cache = login_cache_new(100);
	digest_nth(digest, 1);
	assert_false(login_cache_has(cache, digest, 0));
	login_cache_add(cache, digest, 0);
	assert_true(login_cache_has(cache, digest, 99));
	assert_true(login_cache_has(cache, digest, 198)); /* used at 99 */
	assert_false(login_cache_has(cache, digest, 298));
	for (unsigned i = 0; i <= LOGIN_CACHE_MAX; i++) {
		digest_nth(digest, i);
		login_cache_add(cache, digest, 300);
	}
	digest_nth(digest, 0);
	assert_false(login_cache_has(cache, digest, 300));
	digest_nth(digest, 1);
	assert_true(login_cache_has(cache, digest, 300));
	login_cache_free(&cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures_are_counted_per_kind_and_name_for_one_window),
		cmocka_unit_test(test_the_last_failure_of_the_window_is_told),
		cmocka_unit_test(test_other_names_never_push_out_what_was_counted),
		cmocka_unit_test(test_an_attack_reaches_few_who_are_not_attacked),
		cmocka_unit_test(test_cache_forgets_what_is_unused_and_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
