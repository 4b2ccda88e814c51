/* password_change_test.c - the own password: who may change it, and how often one may guess. */
#include "login/login_fixture.h"

struct changed {
	unsigned count;
	enum err err;
	struct login *login;
	bool hash_is_right; /* of "fresh pepper" */
};

static void note(void *ctx, enum err err, const struct caller *caller, const char *hash)
{
	struct changed *changed = ctx;
	changed->count++;
	changed->err = err;
	changed->login = caller ? caller->login : NULL;
	changed->hash_is_right = err == OK && password_matches(hash, STR("fresh pepper"));
}

static enum err change(
	struct fixture *f, struct login *login, const char *old, struct changed *changed)
{
	const struct caller caller = {.user = login->user, .login = login};
	const struct password_change asked = {.request = fixture_request(f, HTTP_PUT, "/api/v2/me"),
		.ref = {++f->refs, 1},
		.caller = &caller,
		.old = str_of(old),
		.fresh = STR("fresh pepper"),
		.done = note,
		.ctx = changed};
	return login_change_password(f->table, &asked);
}

static void test_the_old_password_proves_who_changes_it(void **state)
{
	struct fixture f;
	struct changed changed = {0};
	fixture_open(&f, CSRF_ORIGIN);
	struct user *ana = fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true);
	struct login *login = login_begin_cookie(f.table, ana);
	assert_int_equal(change(&f, login, "demo", &changed), OK);
	assert_int_equal(changed.count, 0); /* never from inside */
	fixture_pass(&f, 0);
	assert_int_equal(changed.count, 1);
	assert_int_equal(changed.err, OK);
	assert_ptr_equal(changed.login, login);
	assert_true(changed.hash_is_right);
	assert_int_equal(change(&f, login, "Demo", &changed), OK);
	fixture_pass(&f, 0);
	assert_int_equal(changed.err, ERR_OLD_PASSWORD);
	fixture_close(&f);
}

static void test_what_changed_meanwhile_counts(void **state)
{
	struct fixture f;
	struct changed changed = {0};
	fixture_open(&f, CSRF_ORIGIN);
	struct user *ana = fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true);
	struct login *login = login_begin_cookie(f.table, ana);
	assert_int_equal(change(&f, login, "demo", &changed), OK);
	fixture_change_password(&f, ana, "another");
	fixture_pass(&f, 0);
	assert_int_equal(changed.err, ERR_OLD_PASSWORD);
	assert_int_equal(change(&f, login, "another", &changed), OK);
	login_end(f.table, login);
	fixture_pass(&f, 0);
	assert_int_equal(changed.err, ERR_LOGIN);
	assert_null(changed.login);
	assert_int_equal(change(&f, login_begin_cookie(f.table, ana), "another", &changed), OK);
	login_gone(f.table, (struct http_ref) {f.refs, 1});
	fixture_pass(&f, 0);
	assert_int_equal(changed.count, 2); /* nobody is told any more */
	assert_int_equal(change(&f, login_begin_cookie(f.table, ana), "another", &changed), OK);
	fixture_close(&f); /* the worker frees what it has */
	assert_int_equal(changed.count, 2);
}

static void test_a_cookie_that_was_left_about_is_no_way_to_guess(void **state)
{
	struct fixture f;
	struct changed changed = {0};
	fixture_open(&f, CSRF_ORIGIN);
	struct login *login =
		login_begin_cookie(f.table, fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true));
	for (unsigned i = 0; i < LOGIN_FAILED_MAX; i++) {
		assert_int_equal(change(&f, login, "guess", &changed), OK);
		if (i % 2)
			fixture_pass(&f, 0); /* what is in the worker counts as failed */
	}
	assert_int_equal(change(&f, login, "demo", &changed), ERR_FAILED_LOGINS);
	fixture_pass(&f, LOGIN_FAILED_WINDOW_MS);
	assert_int_equal(change(&f, login, "demo", &changed), OK);
	fixture_pass(&f, 0);
	assert_int_equal(changed.err, OK);
	fixture_close(&f);
}

static void test_the_login_that_is_spared_outlives_the_others(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_ORIGIN);
	struct user *ana = fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true);
	struct login *first = login_begin_cookie(f.table, ana);
	login_begin_cookie(f.table, ana);
	login_basic(f.table, ana);
	fixture_change_password(&f, ana, "another");
	login_spare(f.table, first);
	login_end_user(f.table, ana);
	login_spare(f.table, NULL);
	assert_int_equal(f.ended, 2);
	assert_ptr_equal(login_find_cookie(f.table, str_from(first->cookie, 32)), first);
	login_rebind(f.table, f.core); /* it goes with today's password */
	assert_int_equal(f.ended, 2);
	login_end_user(f.table, ana);
	assert_int_equal(f.ended, 3);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_old_password_proves_who_changes_it),
		cmocka_unit_test(test_what_changed_meanwhile_counts),
		cmocka_unit_test(test_a_cookie_that_was_left_about_is_no_way_to_guess),
		cmocka_unit_test(test_the_login_that_is_spared_outlives_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
