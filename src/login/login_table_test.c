/* login_table_test.c - how logins begin, live and end; headers; who is at work. */
#include "login/login_fixture.h"

static void sign_in(struct fixture *f, const char *credentials, char cookie[32])
{
	assert_int_equal(fixture_sign_in(f, credentials, true), OK);
	memcpy(cookie, f->last.login->cookie, 32);
}

static void test_a_login_ends_after_its_idle_time_and_not_before(void **state)
{
	struct fixture *f = *state;
	char cookie[32];
	sign_in(f, "sam:demo", cookie);
	fixture_pass(f, LOGIN_IDLE_MS - 1);
	assert_int_equal(fixture_come(f, cookie), OK);
	fixture_pass(f, LOGIN_IDLE_MS - 1);
	assert_int_equal(f->ended, 0);
	fixture_pass(f, 1);
	assert_int_equal(f->ended, 1);
	assert_int_equal(fixture_come(f, cookie), ERR_LOGIN);
}

static void test_each_login_has_its_own_idle_time(void **state)
{
	struct fixture *f = *state;
	char first[32], second[32];
	sign_in(f, "sam:demo", first);
	fixture_pass(f, 1000);
	sign_in(f, "ana:demo", second);
	fixture_pass(f, 1000);
	assert_int_equal(fixture_come(f, first), OK);
	fixture_pass(f, LOGIN_IDLE_MS - 1000);
	assert_int_equal(f->ended, 1);
	assert_ptr_equal(f->ended_user, core_user_by_name(f->core, STR("ana")));
	fixture_pass(f, 1000);
	assert_int_equal(f->ended, 2);
	sign_in(f, "sam:demo", first); /* the timer is set again from nothing */
	fixture_pass(f, LOGIN_IDLE_MS);
	assert_int_equal(f->ended, 3);
}

static void test_polls_by_cookie_keep_no_login_alive_but_basic_does(void **state)
{
	struct fixture *f = *state;
	char cookie[32];
	sign_in(f, "sam:demo", cookie);
	assert_int_equal(fixture_sign_in(f, "ana:demo", false), OK);
	fixture_pass(f, LOGIN_IDLE_MS - 1);
	struct http_request *poll = fixture_request(f, HTTP_POST, "/api/v2/notifications/connect");
	fixture_cookie(poll, cookie);
	assert_int_equal(fixture_check(f, poll, false), OK);
	poll = fixture_request(f, HTTP_POST, "/api/v2/notifications/connect");
	fixture_basic(poll, "ana:demo");
	assert_int_equal(fixture_check(f, poll, false), OK);
	fixture_pass(f, 1);
	assert_int_equal(f->ended, 1);
	assert_int_equal(fixture_come(f, cookie), ERR_LOGIN);
}

static void test_the_login_idle_longest_ends_when_a_user_has_too_many(void **state)
{
	struct fixture *f = *state;
	char cookies[LOGINS_PER_USER_MAX + 1][32], other[32];
	sign_in(f, "ana:demo", other);
	for (unsigned i = 0; i < LOGINS_PER_USER_MAX; i++) {
		sign_in(f, "sam:demo", cookies[i]);
		assert_int_equal(fixture_come(f, cookies[i]), OK);
	}
	assert_int_equal(fixture_come(f, cookies[0]), OK);
	assert_int_equal(f->ended, 0);
	sign_in(f, "sam:demo", cookies[LOGINS_PER_USER_MAX]);
	assert_int_equal(f->ended, 1);
	assert_int_equal(fixture_come(f, cookies[1]), ERR_LOGIN);
	assert_int_equal(fixture_come(f, cookies[0]), OK);
	assert_int_equal(fixture_come(f, other), OK);
}

static void test_a_client_that_drops_its_cookies_signs_nobody_out(void **state)
{
	struct fixture *f = *state;
	char browser[32], dropped[32];
	sign_in(f, "sam:demo", browser);
	assert_int_equal(fixture_come(f, browser), OK);
	assert_int_equal(fixture_sign_in(f, "sam:demo", false), OK);
	struct login *shared = f->last.login;
	for (unsigned i = 0; i < 2 * LOGINS_PER_USER_MAX; i++)
		sign_in(f, "sam:demo", dropped);
	assert_int_equal(fixture_come(f, browser), OK);
	assert_int_equal(fixture_sign_in(f, "sam:demo", false), OK);
	assert_ptr_equal(f->last.login, shared);
}

static void test_ending_a_login_leaves_the_others(void **state)
{
	struct fixture *f = *state;
	char first[32], second[32];
	sign_in(f, "sam:demo", first);
	sign_in(f, "sam:demo", second);
	login_end(f->table, login_find_cookie(f->table, str_from(first, 32)));
	assert_int_equal(f->ended, 1);
	assert_int_equal(fixture_come(f, first), ERR_LOGIN);
	assert_int_equal(fixture_come(f, second), OK);
	login_end_user(f->table, f->last.user);
	assert_int_equal(f->ended, 2);
	assert_int_equal(fixture_come(f, second), ERR_LOGIN);
	login_end_user(f->table, core_user_by_name(f->core, STR("ana"))); /* never signed in */
}

static void test_cookies_depend_on_the_user_and_the_count_of_logins_alone(void **state)
{
	struct fixture *f = *state, other;
	char a[32], b[32], c[32];
	sign_in(f, "sam:demo", a);
	sign_in(f, "sam:demo", b);
	assert_memory_not_equal(a, b, 32);
	fixture_open(&other, CSRF_ORIGIN);
	fixture_add_user(&other, "sam", "demo", ROLE_SUPERVISOR, true);
	fixture_add_user(&other, "ana", "demo", ROLE_AGENT, true);
	sign_in(&other, "ana:demo", c);
	sign_in(&other, "sam:demo", c);
	assert_memory_equal(a, c, 32);
	sign_in(&other, "ana:demo", c);
	sign_in(&other, "sam:demo", c);
	assert_memory_equal(b, c, 32);
	fixture_close(&other);
}

static struct str headers_of(
	struct fixture *f, enum http_method method, struct login *login, bool set_cookie)
{
	struct buf headers = {0};
	struct caller caller = {.user = login->user, .login = login, .set_cookie = set_cookie};
	login_headers(f->table, fixture_request(f, method, "/api/v2/me"), &caller, &headers);
	struct str kept = arena_copy(&f->arena, buf_str(&headers));
	buf_free(&headers);
	return kept;
}

static void test_gets_carry_the_token_of_the_login_and_a_new_cookie_is_set_safely(void **state)
{
	struct fixture *f = *state;
	char a[32], b[32], want[256];
	sign_in(f, "sam:demo", a);
	sign_in(f, "sam:demo", b);
	struct login *first = login_find_cookie(f->table, str_from(a, 32));
	struct login *second = login_find_cookie(f->table, str_from(b, 32));
	struct str token = headers_of(f, HTTP_GET, first, false);
	assert_true(str_starts(token, STR("X-CSRF-HEADER: X-CSRF-TOKEN\r\nX-CSRF-TOKEN: ")));
	assert_int_equal(
		token.len, strlen("X-CSRF-HEADER: X-CSRF-TOKEN\r\nX-CSRF-TOKEN: ") + 36 + 2);
	assert_true(str_eq(token, headers_of(f, HTTP_GET, first, false)));
	assert_false(str_eq(token, headers_of(f, HTTP_GET, second, false)));
	assert_int_equal(headers_of(f, HTTP_POST, first, false).len, 0);
	snprintf(want, sizeof want,
		"Set-Cookie: JSESSIONID=%.32s; Path=/; HttpOnly; SameSite=Lax\r\n", a);
	assert_true(str_is(headers_of(f, HTTP_POST, first, true), want));
	assert_true(str_starts(headers_of(f, HTTP_GET, first, true), str_of(want)));
}

static void test_a_person_is_at_work_while_the_last_start_was_another_login(void **state)
{
	struct fixture *f = *state;
	struct user *ana = core_user_by_name(f->core, STR("ana"));
	char bot[32], person[32];
	assert_false(login_person(f->table, ana, STR_NONE).is_there);
	sign_in(f, "ana:demo", bot);
	struct str own = str_from(bot, 32);
	login_note_start(f->table, f->last.login);
	sign_in(f, "ana:demo", person);
	assert_false(login_person(f->table, ana, own).is_there); /* a GET alone changes nothing */
	login_note_start(f->table, f->last.login);
	assert_true(login_person(f->table, ana, own).is_there);
	assert_int_equal(login_person(f->table, ana, own).left, 0);
	fixture_pass(f, 5000);
	login_end(f->table, login_find_cookie(f->table, str_from(person, 32)));
	assert_false(login_person(f->table, ana, own).is_there);
	assert_int_equal(login_person(f->table, ana, own).left, FIXTURE_START + 5000);
}

static void test_a_person_who_uses_basic_alone_is_at_work_too(void **state)
{
	struct fixture *f = *state;
	struct user *ana = core_user_by_name(f->core, STR("ana"));
	char bot[32];
	sign_in(f, "ana:demo", bot);
	login_note_start(f->table, f->last.login);
	assert_int_equal(fixture_sign_in(f, "ana:demo", false), OK);
	login_note_start(f->table, f->last.login);
	struct str own = str_from(bot, 32);
	assert_true(login_person(f->table, ana, own).is_there);
	for (int i = 0; i < 2; i++) { /* the bot polls on */
		fixture_pass(f, LOGIN_IDLE_MS / 2);
		assert_int_equal(fixture_come(f, bot), OK);
	}
	assert_false(login_person(f->table, ana, own).is_there);
	assert_int_equal(login_person(f->table, ana, own).left, FIXTURE_START + LOGIN_IDLE_MS);
}

static void test_the_bots_own_end_is_nobodys_leaving(void **state)
{
	struct fixture *f = *state;
	struct user *ana = core_user_by_name(f->core, STR("ana"));
	char bot[32];
	sign_in(f, "ana:demo", bot);
	login_note_start(f->table, f->last.login);
	login_end(f->table, f->last.login);
	assert_int_equal(login_person(f->table, ana, str_from(bot, 32)).left, 0);
}

static void test_logins_outlive_a_rebuilt_core_and_end_with_their_user(void **state)
{
	struct fixture *f = *state;
	char sam[32], ana[32];
	sign_in(f, "sam:demo", sam);
	sign_in(f, "ana:demo", ana);
	struct core *old = f->core;
	fixture_core(f);
	fixture_add_user(f, "sam", "demo", ROLE_SUPERVISOR, true); /* ana was never on disk */
	core_free(&old);
	login_rebind(f->table, f->core);
	assert_int_equal(f->ended, 1);
	assert_null(f->ended_user);
	assert_int_equal(fixture_come(f, sam), OK);
	assert_ptr_equal(f->last.user, core_user_by_name(f->core, STR("sam")));
	assert_int_equal(fixture_come(f, ana), ERR_LOGIN);
}

/* The centre as it is on disk: without what was refused. */
static void roll_back(struct fixture *f, const char *password)
{
	struct core *old = f->core;
	fixture_core(f);
	fixture_add_user(f, "sam", password, ROLE_SUPERVISOR, true);
	core_free(&old);
	login_rebind(f->table, f->core);
}

static void test_a_password_that_is_rolled_back_opens_nothing_any_more(void **state)
{
	struct fixture *f = *state;
	char old[32], lost[32];
	struct user *sam = core_user_by_name(f->core, STR("sam"));
	sign_in(f, "sam:demo", old);
	fixture_change_password(f, sam, "lost");
	sign_in(f, "sam:lost", lost);
	roll_back(f, "demo");
	assert_int_equal(fixture_come(f, lost), ERR_LOGIN);
	assert_int_equal(fixture_come(f, old), OK);
	/* The next password has the version that the lost one had. */
	fixture_change_password(f, core_user_by_name(f->core, STR("sam")), "new");
	assert_int_equal(fixture_sign_in(f, "sam:lost", false), ERR_LOGIN);
	assert_int_equal(fixture_sign_in(f, "sam:new", false), OK);
}

static void test_a_password_that_is_rolled_back_while_the_worker_hashes_opens_nothing(void **state)
{
	struct fixture *f = *state;
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_basic(request, "sam:lost");
	fixture_change_password(f, core_user_by_name(f->core, STR("sam")), "lost");
	fixture_ask(f, request, false);
	roll_back(f, "demo");
	fixture_change_password(f, core_user_by_name(f->core, STR("sam")), "new");
	fixture_pass(f, 0);
	assert_int_equal(f->last.count, 1);
	assert_int_equal(f->last.err, ERR_LOGIN);
}

static void test_a_login_is_found_by_name_until_it_ends(void **state)
{
	struct fixture *f = *state;
	char cookie[32];
	sign_in(f, "sam:demo", cookie);
	struct login *login = f->last.login;
	struct login_ref ref = login_ref(login);
	sign_in(f, "sam:demo", cookie);
	assert_ptr_equal(login_find(f->table, &ref), login);
	login_end(f->table, login);
	assert_null(login_find(f->table, &ref));
	sign_in(f, "sam:demo", cookie); /* perhaps at the same address */
	assert_null(login_find(f->table, &ref));
	ref.user_id[0] = 'x';
	assert_null(login_find(f->table, &ref));
}

static void test_hashes_that_this_machine_cannot_make_are_told_at_the_start(void **state)
{
	struct fixture *f = *state;
	const struct login_settings settings = {.external_url = STR("https://x/api/v2"),
		.hash_ops = FIXTURE_OPS,
		.hash_memory = (size_t)1 << 50,
		.idle_ms = LOGIN_IDLE_MS};
	assert_null(login_table_new(f->net, f->core, &settings));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open_two, fixture_close_two)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_login_ends_after_its_idle_time_and_not_before),
		TEST(test_each_login_has_its_own_idle_time),
		TEST(test_polls_by_cookie_keep_no_login_alive_but_basic_does),
		TEST(test_the_login_idle_longest_ends_when_a_user_has_too_many),
		TEST(test_a_client_that_drops_its_cookies_signs_nobody_out),
		TEST(test_ending_a_login_leaves_the_others),
		TEST(test_cookies_depend_on_the_user_and_the_count_of_logins_alone),
		TEST(test_gets_carry_the_token_of_the_login_and_a_new_cookie_is_set_safely),
		TEST(test_a_person_is_at_work_while_the_last_start_was_another_login),
		TEST(test_a_person_who_uses_basic_alone_is_at_work_too),
		TEST(test_the_bots_own_end_is_nobodys_leaving),
		TEST(test_logins_outlive_a_rebuilt_core_and_end_with_their_user),
		TEST(test_a_password_that_is_rolled_back_opens_nothing_any_more),
		TEST(test_a_password_that_is_rolled_back_while_the_worker_hashes_opens_nothing),
		TEST(test_a_login_is_found_by_name_until_it_ends),
		TEST(test_hashes_that_this_machine_cannot_make_are_told_at_the_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
