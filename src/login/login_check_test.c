/* login_check_test.c - who is behind a request: Basic, cookie, both; limits; what changes
 * meanwhile. */
#include "login/login_fixture.h"

#include <stdio.h>

static int open_centre(void **state)
{
	int failed = fixture_open_two(state);
	struct fixture *f = *state;
	fixture_add_user(f, "old", "demo", ROLE_AGENT, false);
	fixture_add_user(f, "J\xC3\xBCrg", "p\xC3\xA4ss", ROLE_AGENT, true);
	return failed;
}

static void test_only_the_right_password_of_an_enabled_user_signs_in(void **state)
{
	static const struct {
		const char *credentials;
		enum err want;
	} rows[] = {
		{"sam:demo", OK},
		{"sam:Demo", ERR_LOGIN},
		{"sam:", ERR_LOGIN},
		{"Sam:demo", ERR_LOGIN},
		{"nobody:demo", ERR_LOGIN},
		{"nobody:nobody", ERR_LOGIN}, /* the dummy's own password */
		{":demo", ERR_LOGIN},
		{"old:demo", ERR_LOGIN},
		{"sam", ERR_LOGIN},
		{"J\xC3\xBCrg:p\xC3\xA4ss", OK},
		{"J\xFCrg:p\xE4ss", OK},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (fixture_sign_in(*state, rows[i].credentials, false) != rows[i].want)
			fail_msg("row %zu", i);
}

static void test_without_credentials_there_is_no_login(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(
		fixture_check(f, fixture_request(f, HTTP_GET, "/api/v2/me"), true), ERR_LOGIN);
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_header(request, "Authorization", STR("Bearer abc"));
	assert_int_equal(fixture_check(f, request, true), ERR_LOGIN);
	assert_int_equal(fixture_come(f, "00000000000000000000000000000000"), ERR_LOGIN);
}

static void test_proven_credentials_are_answered_at_once_until_the_password_changes(void **state)
{
	struct fixture *f = *state;
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/users/ana");
	fixture_basic(request, "sam:demo");
	assert_int_equal(fixture_check(f, request, false), OK);
	unsigned before = f->last.count;
	fixture_ask(f, request, false);
	assert_int_equal(f->last.count, before + 1);
	assert_int_equal(f->last.err, OK);
	fixture_change_password(f, core_user_by_name(f->core, STR("sam")), "other");
	assert_int_equal(fixture_check(f, request, false), ERR_LOGIN);
	assert_int_equal(fixture_sign_in(f, "sam:other", false), OK);
}

static void test_basic_requests_without_cookie_share_one_login(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_sign_in(f, "sam:demo", false), OK);
	struct login *first = f->last.login;
	assert_false(f->last.set_cookie);
	assert_true(f->last.by_basic);
	assert_int_equal(fixture_sign_in(f, "sam:demo", false), OK);
	assert_ptr_equal(f->last.login, first);
	assert_int_equal(fixture_sign_in(f, "ana:demo", false), OK);
	assert_ptr_not_equal(f->last.login, first);
}

static void test_a_wanted_cookie_is_made_once_and_signs_in_alone(void **state)
{
	struct fixture *f = *state;
	char cookie[32];
	assert_int_equal(fixture_sign_in(f, "sam:demo", true), OK);
	assert_true(f->last.set_cookie);
	struct login *login = f->last.login;
	memcpy(cookie, login->cookie, sizeof cookie);
	assert_int_equal(fixture_come(f, cookie), OK);
	assert_ptr_equal(f->last.login, login);
	assert_false(f->last.by_basic);
	assert_false(f->last.set_cookie);
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_basic(request, "sam:demo");
	fixture_cookie(request, cookie);
	assert_int_equal(fixture_check(f, request, true), OK);
	assert_ptr_equal(f->last.login, login);
	assert_false(f->last.set_cookie);
}

static void test_basic_with_the_cookie_of_another_user_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_sign_in(f, "sam:demo", true), OK);
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_cookie(request, f->last.login->cookie);
	fixture_basic(request, "ana:demo");
	assert_int_equal(fixture_check(f, request, true), ERR_LOGIN);
	assert_int_equal(fixture_check(f, request, true), ERR_LOGIN); /* cached */
}

/* What a browser sends from a window of `who`: the cookies of all its windows. */
static struct http_request *from_window(
	struct fixture *f, struct str who, const struct login *sam, const struct login *ana)
{
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_header(request, LOGIN_WINDOW_HEADER, who);
	fixture_header(request, "Cookie",
		arena_printf(request->arena, "JSESSIONID-%.*s=%.32s; JSESSIONID-%.*s=%.32s",
			STR_ARGS(sam->user->b.id), sam->cookie, STR_ARGS(ana->user->b.id),
			ana->cookie));
	return request;
}

static void test_windows_of_one_browser_may_be_different_users(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_sign_in(f, "sam:demo", true), OK);
	struct login *sam = f->last.login;
	assert_int_equal(fixture_sign_in(f, "ana:demo", true), OK);
	struct login *ana = f->last.login;
	assert_int_equal(fixture_check(f, from_window(f, sam->user->b.id, sam, ana), true), OK);
	assert_ptr_equal(f->last.login, sam);
	assert_int_equal(fixture_check(f, from_window(f, ana->user->b.id, sam, ana), true), OK);
	assert_ptr_equal(f->last.login, ana);
	/* A window that has no user yet, or another: the others' cookies are none of it. */
	static const char stranger[USER_ID_LEN + 1] = "00000000000000000000000000000000";
	assert_int_equal(
		fixture_check(f, from_window(f, str_of(stranger), sam, ana), true), ERR_LOGIN);
	assert_int_equal(fixture_check(f, from_window(f, STR("new"), sam, ana), true), ERR_LOGIN);
	struct http_request *request = from_window(f, STR("new"), sam, ana);
	fixture_basic(request, "ana:demo");
	assert_int_equal(fixture_check(f, request, true), OK);
	assert_true(f->last.set_cookie);
	assert_ptr_not_equal(f->last.login, ana);
	struct buf headers = {0};
	const struct caller caller = {.user = ana->user, .login = ana, .set_cookie = true};
	login_headers(f->table, request, &caller, &headers);
	struct str want =
		arena_printf(&f->arena, "Set-Cookie: JSESSIONID-%.*s=%.32s; Path=/; HttpOnly",
			STR_ARGS(ana->user->b.id), ana->cookie);
	assert_true(str_starts(buf_str(&headers), want));
	buf_free(&headers);
}

static void test_basic_with_a_dead_cookie_counts_as_basic_alone(void **state)
{
	struct fixture *f = *state;
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_cookie(request, "00000000000000000000000000000000");
	fixture_basic(request, "ana:demo");
	assert_int_equal(fixture_check(f, request, true), OK);
	assert_true(f->last.set_cookie);
}

static void test_wrong_basic_is_refused_in_spite_of_a_good_cookie(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_sign_in(f, "sam:demo", true), OK);
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_cookie(request, f->last.login->cookie);
	fixture_basic(request, "sam:wrong");
	assert_int_equal(fixture_check(f, request, false), ERR_LOGIN);
}

static void test_a_password_changed_while_the_worker_hashes_counts(void **state)
{
	struct fixture *f = *state;
	struct user *sam = core_user_by_name(f->core, STR("sam"));
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_basic(request, "sam:demo");
	fixture_ask(f, request, false);
	fixture_change_password(f, sam, "other");
	fixture_pass(f, 0);
	assert_int_equal(f->last.count, 1);
	assert_int_equal(f->last.err, ERR_LOGIN);
	request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_basic(request, "sam:newest");
	fixture_ask(f, request, false);
	fixture_change_password(f, sam, "newest");
	fixture_pass(f, 0);
	assert_int_equal(f->last.err, OK);
}

static void test_who_went_away_is_told_nothing(void **state)
{
	struct fixture *f = *state;
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_basic(request, "sam:demo");
	struct http_ref gone = fixture_ask(f, request, false);
	fixture_ask(f, request, false);
	login_gone(f->table, gone);
	fixture_pass(f, 0);
	assert_int_equal(f->last.count, 1);
	assert_int_equal(f->last.err, OK);
}

static void ask_with_password(struct fixture *f, const char *name, unsigned nth, const char *peer)
{
	char text[64];
	snprintf(text, sizeof text, "%s:wrong%u", name, nth);
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	request->peer = str_of(peer);
	fixture_basic(request, text);
	fixture_ask(f, request, false);
}

static void test_the_queue_of_the_worker_is_bounded(void **state)
{
	struct fixture *f = *state;
	char name[16];
	for (unsigned i = 0; i < LOGIN_HASH_QUEUE_MAX; i++) {
		snprintf(name, sizeof name, "u%u", i);
		ask_with_password(f, name, i, name);
	}
	assert_int_equal(f->last.count, 0);
	ask_with_password(f, "one-more", 1, "p");
	assert_int_equal(f->last.count, 1);
	assert_int_equal(f->last.err, ERR_BUSY);
	/* Credentials that are in the queue already take no place. */
	ask_with_password(f, "u0", 0, "u0");
	assert_int_equal(f->last.count, 1);
	fixture_pass(f, 0);
	assert_int_equal(f->last.count, LOGIN_HASH_QUEUE_MAX + 2);
	assert_int_equal(fixture_sign_in(f, "sam:demo", false), OK);
}

static void test_right_passwords_are_never_counted(void **state)
{
	struct fixture *f = *state;
	for (unsigned i = 0; i < 3 * LOGIN_FAILED_MAX; i++) {
		assert_int_equal(fixture_sign_in(f, "sam:demo", false), OK);
		fixture_pass(f, 1);
	}
	assert_int_equal(fixture_sign_in(f, "sam:wrong", false), ERR_LOGIN);
}

static void test_a_table_can_go_while_the_worker_is_busy(void **state)
{
	struct fixture *f = *state;
	ask_with_password(f, "sam", 1, "p");
	login_table_free(&f->table);
	fixture_pass(f, 0);
	assert_int_equal(f->last.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_centre, fixture_close_two)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_only_the_right_password_of_an_enabled_user_signs_in),
		TEST(test_without_credentials_there_is_no_login),
		TEST(test_proven_credentials_are_answered_at_once_until_the_password_changes),
		TEST(test_basic_requests_without_cookie_share_one_login),
		TEST(test_a_wanted_cookie_is_made_once_and_signs_in_alone),
		TEST(test_basic_with_the_cookie_of_another_user_is_refused),
		TEST(test_windows_of_one_browser_may_be_different_users),
		TEST(test_basic_with_a_dead_cookie_counts_as_basic_alone),
		TEST(test_wrong_basic_is_refused_in_spite_of_a_good_cookie),
		TEST(test_a_password_changed_while_the_worker_hashes_counts),
		TEST(test_who_went_away_is_told_nothing),
		TEST(test_the_queue_of_the_worker_is_bounded),
		TEST(test_right_passwords_are_never_counted),
		TEST(test_a_table_can_go_while_the_worker_is_busy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
