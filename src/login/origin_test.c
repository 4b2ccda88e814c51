/* origin_test.c - which requests come from a foreign page. */
#include "login/login_fixture.h"

struct row {
	enum http_method method;
	const char *host, *origin, *site;
	enum err want;
};

static const struct row rows[] = {
	/* no browser */
	{HTTP_POST, "localhost:8080", NULL, NULL, OK},
	{HTTP_DELETE, NULL, NULL, NULL, OK},
	/* the same host and port as asked for */
	{HTTP_POST, "localhost:8080", "http://localhost:8080", NULL, OK},
	{HTTP_POST, "localhost:8080", "http://LOCALHOST:8080", "same-origin", OK},
	{HTTP_POST, "desk", "http://desk:80", NULL, OK},
	{HTTP_POST, "desk:80", "http://desk", NULL, OK},
	{HTTP_POST, "[::1]:8080", "http://[::1]:8080", NULL, OK},
	{HTTP_POST, "[::1]", "http://[::1]", NULL, OK},
	/* another scheme, host or port */
	{HTTP_POST, "localhost:8080", "https://localhost:8080", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", "http://localhost:8081", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", "http://localhost", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", "http://evil.example", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", "http://localhost:8080.evil.example", NULL,
		ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "[::1]:8080", "http://[::2]:8080", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, NULL, "http://localhost:8080", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_PUT, "localhost:8080", "http://evil.example", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_DELETE, "localhost:8080", "http://evil.example", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_OTHER, "localhost:8080", "http://evil.example", NULL, ERR_FOREIGN_ORIGIN},
	/* sandboxed pages, files, nonsense */
	{HTTP_POST, "localhost:8080", "null", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", "", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", "://localhost:8080", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "", "http://", NULL, ERR_FOREIGN_ORIGIN},
	/* the external address, whatever Host the proxy sends */
	{HTTP_POST, "10.0.0.7:8080", "https://desk.example.org", NULL, OK},
	{HTTP_POST, "10.0.0.7:8080", "https://desk.example.org:443", "same-origin", OK},
	{HTTP_POST, "10.0.0.7:8080", "http://desk.example.org", NULL, ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "10.0.0.7:8080", "https://example.org", NULL, ERR_FOREIGN_ORIGIN},
	/* what the browser says by itself */
	{HTTP_POST, "localhost:8080", NULL, "same-origin", OK},
	{HTTP_POST, "localhost:8080", NULL, "none", OK},
	{HTTP_POST, "localhost:8080", NULL, "same-site", ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", NULL, "cross-site", ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", NULL, "", ERR_FOREIGN_ORIGIN},
	{HTTP_POST, "localhost:8080", "http://localhost:8080", "cross-site", ERR_FOREIGN_ORIGIN},
	/* reading is safe */
	{HTTP_GET, "localhost:8080", "http://evil.example", "cross-site", OK},
	{HTTP_HEAD, "localhost:8080", "http://evil.example", "cross-site", OK},
	{HTTP_OPTIONS, "localhost:8080", "http://evil.example", "cross-site", OK},
};

static enum err ask(struct fixture *f, const struct row *row)
{
	struct http_request *request = fixture_request(f, row->method, "/api/v2/me");
	if (row->host)
		fixture_header(request, "host", str_of(row->host));
	if (row->origin)
		fixture_header(request, "origin", str_of(row->origin));
	if (row->site)
		fixture_header(request, "sec-fetch-site", str_of(row->site));
	return login_origin(f->table, request, NULL);
}

/* Asked for a socket, a GET is as unsafe as a POST. */
static void test_a_socket_for_a_foreign_page_is_refused(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_ORIGIN);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_request *request =
			fixture_request(&f, HTTP_GET, "/api/v2/notifications");
		request->wants_socket = true;
		if (rows[i].method != HTTP_POST)
			continue;
		if (rows[i].host)
			fixture_header(request, "host", str_of(rows[i].host));
		if (rows[i].origin)
			fixture_header(request, "origin", str_of(rows[i].origin));
		if (rows[i].site)
			fixture_header(request, "sec-fetch-site", str_of(rows[i].site));
		if (login_origin(f.table, request, NULL) != rows[i].want)
			fail_msg("row %zu", i);
	}
	fixture_close(&f);
}

static void test_unsafe_requests_of_foreign_pages_are_refused(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_ORIGIN);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (ask(&f, &rows[i]) != rows[i].want)
			fail_msg("row %zu", i);
	fixture_close(&f);
}

static void test_mode_off_refuses_nothing(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_OFF);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(ask(&f, &rows[i]), OK);
	fixture_close(&f);
}

/* Of a caller with a login of the user's own, in mode token. */
static enum err ask_with(
	struct fixture *f, struct login *login, enum http_method method, const char *token)
{
	const struct caller caller = {.user = login->user, .login = login};
	struct http_request *request = fixture_request(f, method, "/api/v2/me");
	if (token)
		fixture_header(request, "x-csrf-token", str_of(token));
	return login_origin(f->table, request, &caller);
}

static void test_mode_token_asks_for_the_token_of_the_login_in_addition(void **state)
{
	struct fixture f;
	fixture_open(&f, CSRF_TOKEN);
	struct user *ana = fixture_add_user(&f, "ana", "demo", ROLE_AGENT, true);
	struct login *first = login_begin_cookie(f.table, ana);
	struct login *second = login_begin_cookie(f.table, ana);
	char token[LOGIN_TOKEN_LEN + 1], other[LOGIN_TOKEN_LEN + 1], shared[LOGIN_TOKEN_LEN + 1];
	login_token(token, f.table, first);
	login_token(other, f.table, second);
	login_token(shared, f.table, login_basic(f.table, ana));
	assert_string_not_equal(token, other);
	assert_string_not_equal(token, shared);
	assert_int_equal(ask_with(&f, first, HTTP_POST, token), OK);
	assert_int_equal(ask_with(&f, first, HTTP_DELETE, token), OK);
	assert_int_equal(ask_with(&f, first, HTTP_GET, NULL), OK);
	assert_int_equal(ask_with(&f, first, HTTP_POST, NULL), ERR_CSRF_TOKEN);
	assert_int_equal(ask_with(&f, first, HTTP_POST, ""), ERR_CSRF_TOKEN);
	assert_int_equal(ask_with(&f, first, HTTP_PUT, other), ERR_CSRF_TOKEN);
	assert_int_equal(ask_with(&f, first, HTTP_POST, shared), ERR_CSRF_TOKEN);
	assert_int_equal(ask_with(&f, login_basic(f.table, ana), HTTP_POST, shared), OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(ask(&f, &rows[i]), rows[i].want);
	fixture_close(&f);
}

static void test_a_listed_site_is_not_foreign(void **state)
{
	static const struct row listed[] = {
		{HTTP_POST, "localhost:8080", "https://guest.example", NULL, OK},
		{HTTP_POST, "localhost:8080", "https://guest.example", "cross-site", OK},
		{HTTP_POST, "localhost:8080", "http://guest.example", NULL, ERR_FOREIGN_ORIGIN},
		{HTTP_POST, "localhost:8080", "https://guest.example.evil", NULL,
			ERR_FOREIGN_ORIGIN},
		{HTTP_POST, "localhost:8080", NULL, "cross-site", ERR_FOREIGN_ORIGIN},
	};
	struct fixture f;
	fixture_open_to(&f, CSRF_ORIGIN, "https://guest.example");
	for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++)
		if (ask(&f, &listed[i]) != listed[i].want)
			fail_msg("row %zu", i);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unsafe_requests_of_foreign_pages_are_refused),
		cmocka_unit_test(test_a_socket_for_a_foreign_page_is_refused),
		cmocka_unit_test(test_mode_off_refuses_nothing),
		cmocka_unit_test(test_mode_token_asks_for_the_token_of_the_login_in_addition),
		cmocka_unit_test(test_a_listed_site_is_not_foreign),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
