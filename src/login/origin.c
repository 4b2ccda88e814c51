/* origin.c - from whose page does a request come, and may it change something? (security.csrf) */
#include "login/login_table.h"

#include <sodium.h>

/* scheme://host[:port], taken apart; host keeps the brackets of an IPv6 address. */
struct origin {
	struct str scheme, host, port;
};

static bool split_host(struct str text, struct origin *out)
{
	size_t from = 0;
	if (text.len && text.at[0] == '[')
		while (from < text.len && text.at[from] != ']')
			from++;
	size_t colon = from;
	while (colon < text.len && text.at[colon] != ':')
		colon++;
	out->host = str_from(text.at, colon);
	out->port = str_skip(text, colon + 1);
	if (out->port.len == 0)
		out->port = str_eq_nocase(out->scheme, STR("https")) ? STR("443") : STR("80");
	return out->host.len > 0;
}

/* Whatever follows the host (a path) is left out. */
static bool read_origin(struct str text, struct origin *out)
{
	static const struct str mark = {"://", 3};
	size_t at = 0;
	while (at + mark.len <= text.len && !str_starts(str_skip(text, at), mark))
		at++;
	if (at == 0 || at + mark.len > text.len)
		return false;
	out->scheme = str_from(text.at, at);
	struct str rest = str_skip(text, at + mark.len);
	return split_host(str_cut(&rest, '/'), out);
}

static bool is_same(const struct origin *a, const struct origin *b)
{
	return str_eq_nocase(a->scheme, b->scheme) && str_eq_nocase(a->host, b->host) &&
	       str_eq(a->port, b->port);
}

/* Ours are the address that the client used (this server speaks plain HTTP) and the external one,
 * which a proxy with TLS may stand for. */
static bool is_ours(
	const struct login_table *table, const struct http_request *request, struct str text)
{
	struct origin origin, external, here = {.scheme = STR("http")};
	if (!read_origin(text, &origin))
		return false; /* among them "null": a sandboxed page, a file */
	if (split_host(http_header(request, "Host"), &here) && is_same(&origin, &here))
		return true;
	return read_origin(table->settings.external_url, &external) && is_same(&origin, &external);
}

/* Exactly as the configuration has it, for it is given back: a browser compares byte by byte. */
static bool is_listed(const struct login_table *table, struct str text)
{
	for (unsigned i = 0; i < table->settings.origin_count; i++)
		if (str_is(text, table->settings.origins[i]))
			return true;
	return false;
}

bool login_is_guest(const struct login_table *table, const struct http_request *request)
{
	return is_listed(table, http_header(request, "Origin"));
}

static bool is_safe_method(enum http_method method)
{
	return method == HTTP_GET || method == HTTP_HEAD || method == HTTP_OPTIONS;
}

/* A socket is a GET; browsers open it from any page, and send the cookie along. */
static bool is_safe(const struct http_request *request)
{
	return !request->wants_socket && is_safe_method(request->method);
}

static bool is_foreign(const struct login_table *table, const struct http_request *request)
{
	struct str origin = http_header(request, "Origin");
	struct str site = http_header(request, "Sec-Fetch-Site");
	if (login_is_guest(table, request))
		return false;
	if (origin.at && !is_ours(table, request, origin))
		return true;
	return site.at && !str_is(site, "same-origin") && !str_is(site, "none");
}

static bool has_token(const struct login_table *table, const struct http_request *request,
	const struct login *login)
{
	char token[LOGIN_TOKEN_LEN + 1];
	struct str given = http_header(request, "X-CSRF-TOKEN");
	login_token(token, table, login);
	return given.len == LOGIN_TOKEN_LEN && sodium_memcmp(given.at, token, LOGIN_TOKEN_LEN) == 0;
}

enum err login_origin(const struct login_table *table, const struct http_request *request,
	const struct caller *caller)
{
	enum csrf_mode mode = table->settings.csrf;
	bool is_program = caller && caller->by_bearer;
	if (mode == CSRF_OFF || is_program || is_safe(request))
		return OK;
	if (is_foreign(table, request))
		return ERR_FOREIGN_ORIGIN;
	/* A page cannot give a header of its own to a socket. */
	bool needs_token = mode == CSRF_TOKEN && caller && !is_safe_method(request->method);
	return needs_token && !has_token(table, request, caller->login) ? ERR_CSRF_TOKEN : OK;
}
