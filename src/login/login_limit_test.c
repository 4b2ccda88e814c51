/* login_limit_test.c - who may fail how often, who is let through all the same, and what the refused can tell
 * from their answers. */
#include "login/login_fixture.h"
#include "login/login_limit.h"

#include <stdio.h>

#define HOME  "198.51.100.7"   /* where sam signs in from */
#define EVIL  "203.0.113.66"   /* an attacker's */
#define OTHER "203.0.113.99"   /* nobody's so far */
#define SIX   "2001:db8:1:2::" /* an IPv6 network */

/* Forgets what was proven, not what is remembered: as a restart does. */
static void restart(struct fixture *f)
{
	struct login_settings settings = {
		.external_url = STR("https://desk.example.org/api/v2"),
		.hash_ops = FIXTURE_OPS,
		.hash_memory = FIXTURE_MEMORY,
		.idle_ms = LOGIN_IDLE_MS,
	};
	login_table_free(&f->table);
	f->table = login_table_new(f->net, f->core, &settings);
	login_on_address(f->table, fixture_on_address, f);
}

static enum err guess(struct fixture *f, const char *address, const char *name, unsigned nth)
{
	char credentials[64];
	snprintf(credentials, sizeof credentials, "%s:wrong%u", name, nth);
	return fixture_sign_in_from(f, address, credentials);
}

/* Fails as the name, each time from another address: 10.0.0.0, 10.0.0.1, ... */
static void attack_account(struct fixture *f, const char *name, unsigned times)
{
	char address[32];
	for (unsigned i = 0; i < times; i++) {
		snprintf(address, sizeof address, "10.0.0.%u", i);
		assert_int_equal(guess(f, address, name, i), ERR_LOGIN);
	}
}

static void attack_from(struct fixture *f, const char *address, unsigned times)
{
	char name[16];
	for (unsigned i = 0; i < times; i++) {
		snprintf(name, sizeof name, "u%u", i);
		assert_int_equal(guess(f, address, name, i), ERR_LOGIN);
	}
}

static void signs_in_from_home(struct fixture *f)
{
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), OK);
	restart(f);
}

/* --- limits ----------------------------------------------------------------------------------- */

static void test_an_account_may_fail_so_often_from_wherever(void **state)
{
	struct fixture *f = *state;
	attack_account(f, "sam", LOGIN_FAILED_MAX - 1);
	assert_int_equal(guess(f, EVIL, "sam", 1), ERR_LOGIN);
	assert_int_equal(guess(f, EVIL, "sam", 2), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, OTHER, "sam:demo"), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, EVIL, "ana:demo"), OK);
}

static void test_an_address_may_fail_so_often_as_whomever(void **state)
{
	struct fixture *f = *state;
	attack_from(f, EVIL, LOGIN_FAILED_MAX - 1);
	assert_int_equal(guess(f, EVIL, "one-more", 1), ERR_LOGIN);
	assert_int_equal(guess(f, EVIL, "another", 1), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, EVIL, "sam:demo"), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, OTHER, "sam:demo"), OK);
}

static void test_the_window_begins_with_the_first_failure_and_is_not_made_longer(void **state)
{
	struct fixture *f = *state;
	msec began = net_now(f->net);
	attack_account(f, "sam", LOGIN_FAILED_MAX);
	for (unsigned i = 0; i < 40; i++)
		assert_int_equal(guess(f, "10.0.0.1", "sam", i), ERR_FAILED_LOGINS);
	fixture_pass(f, began + LOGIN_FAILED_WINDOW_MS - 1 - net_now(f->net));
	assert_int_equal(guess(f, "10.0.0.1", "sam", 1), ERR_FAILED_LOGINS);
	assert_int_equal(guess(f, "10.0.0.1", "sam", 1), ERR_LOGIN);
}

static void test_guesses_in_the_queue_count_against_the_account(void **state)
{
	struct fixture *f = *state;
	char credentials[32];
	for (unsigned i = 0; i < LOGIN_FAILED_MAX + 1; i++) {
		struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
		snprintf(credentials, sizeof credentials, "nobody:wrong%u", i);
		fixture_basic(request, credentials);
		fixture_ask(f, request, false);
	}
	assert_int_equal(f->last.count, 0);
	fixture_pass(f, LOGIN_REFUSAL_MS - 1);
	assert_int_equal(f->last.count, LOGIN_FAILED_MAX);
	assert_int_equal(f->last.err, ERR_LOGIN);
	fixture_pass(f, 1);
	assert_int_equal(f->last.count, LOGIN_FAILED_MAX + 1);
	assert_int_equal(f->last.err, ERR_FAILED_LOGINS);
}

static void test_who_is_signed_in_is_never_held_up(void **state)
{
	struct fixture *f = *state;
	char cookie[32];
	assert_int_equal(fixture_sign_in(f, "sam:demo", true), OK);
	memcpy(cookie, f->last.login->cookie, sizeof cookie);
	attack_account(f, "sam", LOGIN_FAILED_MAX);
	attack_from(f, EVIL, LOGIN_FAILED_MAX);
	assert_int_equal(fixture_come(f, cookie), OK);
	assert_int_equal(fixture_sign_in_from(f, EVIL, "sam:demo"), OK); /* proven already */
}

static void test_an_ipv6_network_is_one_address(void **state)
{
	struct fixture *f = *state;
	char address[40], name[16];
	for (unsigned i = 0; i < LOGIN_FAILED_MAX; i++) {
		snprintf(address, sizeof address, SIX "%x", i);
		snprintf(name, sizeof name, "u%u", i);
		assert_int_equal(guess(f, address, name, i), ERR_LOGIN);
	}
	assert_int_equal(guess(f, "2001:db8:1:2:ffff:1:2:3", "sam", 1), ERR_FAILED_LOGINS);
	assert_int_equal(guess(f, "2001:db8:1:3::", "sam", 1), ERR_LOGIN);
	struct login_address mapped, plain;
	login_address(&mapped, STR("::ffff:192.0.2.1"));
	login_address(&plain, STR("192.0.2.1"));
	assert_true(str_eq(mapped.at, plain.at));
}

/* A name beyond ASCII in ISO-8859-1 is the same account; a password beyond ASCII fails once, not twice. */
static void test_a_failure_is_one_failure_in_whatever_encoding(void **state)
{
	struct fixture *f = *state;
	for (unsigned i = 0; i < LOGIN_FAILED_MAX / 2; i++) {
		char credentials[32];
		snprintf(credentials, sizeof credentials, "J\xFCrg:w%u", i);
		assert_int_equal(fixture_sign_in_from(f, HOME, credentials), ERR_LOGIN);
		snprintf(credentials, sizeof credentials, "J\xC3\xBCrg:\xC3\xBC%u", i);
		assert_int_equal(fixture_sign_in_from(f, OTHER, credentials), ERR_LOGIN);
	}
	assert_int_equal(fixture_sign_in_from(f, EVIL, "J\xFCrg:w"), ERR_FAILED_LOGINS);
	for (unsigned i = 0; i < LOGIN_FAILED_MAX; i++) {
		char credentials[32], address[32];
		snprintf(credentials, sizeof credentials, "ana:\xC3\xBC%u", i);
		snprintf(address, sizeof address, "10.0.0.%u", i);
		assert_int_equal(fixture_sign_in_from(f, address, credentials), ERR_LOGIN);
	}
}

/* --- who is let through ------------------------------------------------------------------------- */

static void test_nobody_locks_a_user_out_from_where_the_user_works(void **state)
{
	struct fixture *f = *state;
	signs_in_from_home(f);
	attack_account(f, "sam", LOGIN_FAILED_MAX);
	assert_int_equal(fixture_sign_in_from(f, OTHER, "sam:demo"), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), OK);
}

/* A proxy that is not configured, an office: others fail from the same address. */
static void test_nor_by_failing_as_others_from_there(void **state)
{
	struct fixture *f = *state;
	signs_in_from_home(f);
	attack_from(f, HOME, LOGIN_FAILED_MAX);
	assert_int_equal(fixture_sign_in_from(f, HOME, "ana:demo"), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), OK);
}

static void test_from_where_the_user_works_one_may_fail_as_often_as_elsewhere(void **state)
{
	struct fixture *f = *state;
	signs_in_from_home(f);
	attack_account(f, "sam", LOGIN_FAILED_MAX);
	for (unsigned i = 0; i < LOGIN_FAILED_MAX - 1; i++)
		assert_int_equal(guess(f, HOME, "sam", i), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), OK);
	restart(f);
	for (unsigned i = 0; i < LOGIN_FAILED_MAX; i++)
		assert_int_equal(guess(f, HOME, "sam", i), ERR_LOGIN);
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), ERR_FAILED_LOGINS);
	fixture_pass(f, LOGIN_FAILED_WINDOW_MS);
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), OK);
}

static void test_the_queue_of_others_keeps_nobody_out_either(void **state)
{
	struct fixture *f = *state;
	char credentials[32], address[32];
	signs_in_from_home(f);
	for (unsigned i = 0; i < LOGIN_HASH_QUEUE_MAX; i++) {
		struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
		snprintf(credentials, sizeof credentials, "u%u:x", i);
		snprintf(address, sizeof address, "10.0.1.%u", i);
		request->peer = arena_copy(&f->arena, str_of(address));
		fixture_basic(request, credentials);
		fixture_ask(f, request, false);
	}
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_basic(request, "ana:demo");
	fixture_ask(f, request, false);
	assert_int_equal(f->last.err, ERR_BUSY);
	request = fixture_request(f, HTTP_GET, "/api/v2/me");
	request->peer = STR(HOME);
	fixture_basic(request, "sam:demo");
	fixture_ask(f, request, false);
	fixture_pass(f, 0);
	assert_int_equal(f->last.err, OK);
}

static void test_at_a_new_address_under_attack_one_is_slowed_and_not_locked_out(void **state)
{
	struct fixture *f = *state;
	attack_account(f, "sam", LOGIN_FAILED_MAX);
	fixture_pass(f, LOGIN_SLOW_MS - 1);
	/* Told after a second, decided when asked. */
	assert_int_equal(fixture_sign_in_from(f, OTHER, "sam:demo"), ERR_FAILED_LOGINS);
	assert_int_equal(guess(f, "10.0.0.1", "sam", 1), ERR_FAILED_LOGINS); /* has failed before */
	assert_int_equal(guess(f, EVIL, "sam", 1), ERR_LOGIN);
	assert_int_equal(fixture_sign_in_from(f, OTHER, "sam:demo"), ERR_FAILED_LOGINS);
	fixture_pass(f, LOGIN_SLOW_MS - LOGIN_REFUSAL_MS);
	assert_int_equal(guess(f, EVIL, "sam", 1), ERR_FAILED_LOGINS);
	assert_int_equal(fixture_sign_in_from(f, OTHER, "sam:demo"), OK);
}

/* --- what is remembered -------------------------------------------------------------------------- */

static void test_an_address_is_noted_when_it_is_new_and_once_a_day(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:wrong"), ERR_LOGIN);
	assert_int_equal(f->noted, 0);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), OK);
	assert_int_equal(f->noted, 1);
	assert_int_equal(
		fixture_sign_in_from(f, OTHER, "sam:demo"), OK); /* proven, but new there */
	assert_int_equal(f->noted, 2);
	assert_int_equal(fixture_sign_in_from(f, SIX "1", "sam:demo"), OK);
	assert_int_equal(fixture_sign_in_from(f, SIX "2", "sam:demo"), OK);
	assert_int_equal(f->noted, 3);
	fixture_pass(f, 24 * 3600 * 1000);
	assert_int_equal(fixture_sign_in_from(f, HOME, "sam:demo"), OK);
	assert_int_equal(f->noted, 4);
}

static void test_a_cookie_proves_nothing_about_an_address(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_sign_in(f, "sam:demo", true), OK);
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	request->peer = STR(EVIL);
	fixture_cookie(request, f->last.login->cookie);
	assert_int_equal(fixture_check(f, request, false), OK);
	assert_int_equal(f->noted, 1);
}

/* --- what the refused can tell ------------------------------------------------------------------- */

static msec time_to_answer(struct fixture *f, const char *address, const char *credentials)
{
	msec asked = net_now(f->net);
	unsigned before = f->last.count;
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	request->peer = str_of(address);
	fixture_basic(request, credentials);
	fixture_ask(f, request, false);
	while (f->last.count == before)
		fixture_pass(f, 1);
	assert_int_equal(f->last.err, ERR_FAILED_LOGINS);
	return net_now(f->net) - asked;
}

/* Known here, known elsewhere, unknown: from the same address the same answer after the same time. */
static void test_a_refusal_tells_neither_who_exists_nor_who_has_been_here(void **state)
{
	struct fixture *f = *state;
	signs_in_from_home(f);
	attack_from(f, HOME, LOGIN_FAILED_MAX);
	assert_int_equal(time_to_answer(f, HOME, "sam:wrong"), LOGIN_REFUSAL_MS);
	assert_int_equal(time_to_answer(f, HOME, "ana:wrong"), LOGIN_REFUSAL_MS);
	assert_int_equal(time_to_answer(f, HOME, "ana:demo"), LOGIN_REFUSAL_MS);
	assert_int_equal(time_to_answer(f, HOME, "nobody:wrong"), LOGIN_REFUSAL_MS);
}

static void test_who_goes_away_before_the_refusal_is_told_nothing(void **state)
{
	struct fixture *f = *state;
	attack_from(f, HOME, LOGIN_FAILED_MAX);
	unsigned before = f->last.count;
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	request->peer = STR(HOME);
	fixture_basic(request, "ana:demo");
	struct http_ref gone = fixture_ask(f, request, false);
	fixture_ask(f, request, false);
	login_gone(f->table, gone);
	fixture_pass(f, LOGIN_REFUSAL_MS);
	assert_int_equal(f->last.count, before + 1);
	fixture_ask(f, request, false);
	login_table_free(&f->table);
	fixture_pass(f, LOGIN_REFUSAL_MS);
	assert_int_equal(f->last.count, before + 1);
}

static void test_so_many_refusals_wait_and_no_more(void **state)
{
	struct fixture *f = *state;
	attack_from(f, HOME, LOGIN_FAILED_MAX);
	unsigned before = f->last.count;
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	request->peer = STR(HOME);
	fixture_basic(request, "ana:demo");
	for (unsigned i = 0; i < LOGIN_REFUSED_MAX; i++)
		fixture_ask(f, request, false);
	assert_int_equal(f->last.count, before);
	fixture_ask(f, request, false);
	assert_int_equal(f->last.count, before + 1); /* the first one */
	fixture_pass(f, LOGIN_REFUSAL_MS);
	assert_int_equal(f->last.count, before + LOGIN_REFUSED_MAX + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open_two, fixture_close_two)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_account_may_fail_so_often_from_wherever),
		TEST(test_an_address_may_fail_so_often_as_whomever),
		TEST(test_the_window_begins_with_the_first_failure_and_is_not_made_longer),
		TEST(test_guesses_in_the_queue_count_against_the_account),
		TEST(test_who_is_signed_in_is_never_held_up),
		TEST(test_an_ipv6_network_is_one_address),
		TEST(test_a_failure_is_one_failure_in_whatever_encoding),
		TEST(test_nobody_locks_a_user_out_from_where_the_user_works),
		TEST(test_nor_by_failing_as_others_from_there),
		TEST(test_from_where_the_user_works_one_may_fail_as_often_as_elsewhere),
		TEST(test_the_queue_of_others_keeps_nobody_out_either),
		TEST(test_at_a_new_address_under_attack_one_is_slowed_and_not_locked_out),
		TEST(test_an_address_is_noted_when_it_is_new_and_once_a_day),
		TEST(test_a_cookie_proves_nothing_about_an_address),
		TEST(test_a_refusal_tells_neither_who_exists_nor_who_has_been_here),
		TEST(test_who_goes_away_before_the_refusal_is_told_nothing),
		TEST(test_so_many_refusals_wait_and_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
