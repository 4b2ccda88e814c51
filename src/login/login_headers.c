/* login_headers.c - what a reply tells a caller about the login: the cookie and the token. */
#include "login/login_table.h"

#include <sodium.h>
#include <stdio.h>

/* Bound to the login and derived, so that it costs no memory: a digest of the cookie, or of the
 * user for the login that Basic requests share. */
void login_token(
	char out[LOGIN_TOKEN_LEN + 1], const struct login_table *table, const struct login *login)
{
	unsigned char digest[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1];
	struct buf text = {0};
	buf_puts(&text, "token");
	buf_put(&text, login->user->b.id);
	buf_put(&text, str_from(login->cookie, sizeof login->cookie));
	ids_digest(digest, str_from(table->key, sizeof table->key), buf_str(&text));
	buf_free(&text);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	snprintf(out, LOGIN_TOKEN_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		hex + 16, hex + 20);
}

struct str login_cookie(const struct http_request *request)
{
	char name[sizeof "JSESSIONID-" + USER_ID_LEN] = "JSESSIONID";
	struct str user = http_header(request, LOGIN_WINDOW_HEADER);
	if (user.at && user.len != USER_ID_LEN)
		return STR_NONE;
	if (user.at)
		snprintf(name, sizeof name, "JSESSIONID-%.*s", STR_ARGS(user));
	return http_cookie(request, name);
}

static void put_cookie(struct buf *headers, const struct login_table *table,
	const struct http_request *request, const struct login *login)
{
	buf_puts(headers, "Set-Cookie: JSESSIONID");
	if (http_header(request, LOGIN_WINDOW_HEADER).at)
		buf_printf(headers, "-%.*s", STR_ARGS(login->user->b.id));
	buf_puts(headers, "=");
	buf_put(headers, str_from(login->cookie, sizeof login->cookie));
	/* A browser sends no other cookie along with what a page of another site asks. */
	bool for_others = table->settings.origin_count;
	buf_printf(headers, "; Path=/; HttpOnly; SameSite=%s%s\r\n", for_others ? "None" : "Lax",
		for_others || table->settings.is_secure ? "; Secure" : "");
}

void login_headers(const struct login_table *table, const struct http_request *request,
	const struct caller *caller, struct buf *headers)
{
	if (caller->set_cookie)
		put_cookie(headers, table, request, caller->login);
	if (request->method != HTTP_GET || table->settings.csrf == CSRF_OFF)
		return;
	char token[LOGIN_TOKEN_LEN + 1];
	login_token(token, table, caller->login);
	buf_printf(headers, "X-CSRF-HEADER: X-CSRF-TOKEN\r\nX-CSRF-TOKEN: %s\r\n", token);
}
