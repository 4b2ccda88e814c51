/* bearer_test.c - who comes with a token. */
#include "login/bearer.h"
#include "login/login_fixture.h"

static void test_a_header_of_the_scheme_is_read_and_no_other(void **state)
{
	static const struct {
		const char *header, *want;
	} rows[] = {{"Bearer abc", "abc"}, {"bearer   abc ", "abc"}, {"Bearer", ""},
		{"Bearer ", ""}, {"Basic abc", NULL}, {"Bearerabc", NULL}, {"", NULL},
		{NULL, NULL}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str got = bearer_read(rows[i].header ? str_of(rows[i].header) : STR_NONE);
		if (rows[i].want ? !got.at || !str_is(got, rows[i].want) : got.at != NULL)
			fail_msg("row %zu", i);
	}
}

static void test_a_token_is_text_of_256_bits(void **state)
{
	unsigned char secret[BEARER_SECRET_BYTES] = {0xFF, 0xEF}, digests[2][DIGEST_BYTES];
	char text[BEARER_LEN + 1];
	bearer_text(text, secret);
	assert_int_equal(strlen(text), BEARER_LEN);
	assert_true(str_starts(str_of(text), STR("sotto__-8AAAA")));
	bearer_digest(digests[0], str_of(text));
	text[BEARER_LEN - 1]++;
	bearer_digest(digests[1], str_of(text));
	assert_memory_not_equal(digests[0], digests[1], DIGEST_BYTES);
}

/* --- signing in ------------------------------------------------------------------------------- */

static void add_token(struct fixture *f, const char *id, const char *user, const char *text)
{
	unsigned char digest[DIGEST_BYTES];
	bearer_digest(digest, str_of(text));
	const struct body_token body = {
		.id = str_of(id), .user = str_of(user), .digest = str_from(digest, sizeof digest)};
	fixture_apply(f, &(struct command) {.kind = CMD_ADD_TOKEN, .new_token = &body});
}

static enum err come(struct fixture *f, const char *token, const char *cookie)
{
	struct http_request *request = fixture_request(f, HTTP_POST, "/api/v2/me");
	fixture_header(request, "Authorization", arena_printf(&f->arena, "Bearer %s", token));
	if (cookie)
		fixture_cookie(request, cookie);
	fixture_check(f, request, true);
	return f->last.err;
}

static void test_a_token_signs_its_user_in_and_all_requests_share_a_login(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_ORIGIN);
	struct user *ana = fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true);
	struct user *ben = fixture_add_user(&f, "ben", "demo", ROLE_AGENT, true);
	fixture_add_user(&f, "eva", "demo", ROLE_AGENT, false);
	add_token(&f, "00000000000000aa", "ana", "sotto_a");
	add_token(&f, "00000000000000bb", "ana", "sotto_b");
	add_token(&f, "00000000000000ee", "eva", "sotto_e");
	assert_int_equal(come(&f, "sotto_a", NULL), OK);
	struct login *first = f.last.login;
	assert_ptr_equal(f.last.user, ana);
	assert_false(f.last.by_basic || f.last.set_cookie);
	assert_int_equal(come(&f, "sotto_a", NULL), OK);
	assert_ptr_equal(f.last.login, first);
	assert_int_equal(come(&f, "sotto_b", NULL), OK);
	assert_ptr_not_equal(f.last.login, first);
	assert_ptr_not_equal(login_basic(f.table, ana), first);
	assert_int_equal(come(&f, "sotto_e", NULL), ERR_LOGIN); /* not enabled */
	assert_int_equal(come(&f, "sotto_c", NULL), ERR_LOGIN);
	assert_int_equal(come(&f, "", NULL), ERR_LOGIN);
	struct login *own = login_begin_cookie(f.table, ana),
		     *other = login_begin_cookie(f.table, ben);
	assert_int_equal(come(&f, "sotto_a", own->cookie), OK);
	assert_ptr_equal(f.last.login, first);
	assert_int_equal(come(&f, "sotto_a", other->cookie), ERR_LOGIN);
	fixture_close(&f);
}

static void test_a_revoked_token_ends_its_login_and_no_other(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_ORIGIN);
	struct user *ana = fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true);
	add_token(&f, "00000000000000aa", "ana", "sotto_a");
	add_token(&f, "00000000000000bb", "ana", "sotto_b");
	assert_int_equal(come(&f, "sotto_b", NULL), OK);
	assert_int_equal(come(&f, "sotto_a", NULL), OK);
	struct str id = STR("00000000000000aa");
	fixture_apply(&f, &(struct command) {.kind = CMD_REVOKE_TOKEN, .token = id});
	login_end_token(f.table, ana, id);
	assert_int_equal(f.ended, 1);
	assert_int_equal(come(&f, "sotto_a", NULL), ERR_LOGIN);
	assert_int_equal(come(&f, "sotto_b", NULL), OK);
	login_end_token(f.table, ana, id);
	assert_int_equal(f.ended, 1);
	fixture_close(&f);
}

static void test_a_token_needs_no_other_token_and_comes_from_everywhere(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_TOKEN);
	struct user *ana = fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true);
	struct caller caller = {.user = ana, .login = login_basic(f.table, ana), .by_bearer = true};
	struct http_request *request = fixture_request(&f, HTTP_POST, "/api/v2/me");
	fixture_header(request, "Origin", STR("https://evil.example"));
	assert_int_equal(login_origin(f.table, request, &caller), OK);
	caller.by_bearer = false;
	assert_int_equal(login_origin(f.table, request, &caller), ERR_FOREIGN_ORIGIN);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_header_of_the_scheme_is_read_and_no_other),
		cmocka_unit_test(test_a_token_is_text_of_256_bits),
		cmocka_unit_test(test_a_token_signs_its_user_in_and_all_requests_share_a_login),
		cmocka_unit_test(test_a_revoked_token_ends_its_login_and_no_other),
		cmocka_unit_test(test_a_token_needs_no_other_token_and_comes_from_everywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
