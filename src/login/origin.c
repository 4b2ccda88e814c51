/* origin.c - does an unsafe request come from a page of ours? (security.csrf = origin) */
#include "login/login_table.h"

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

static bool is_safe_method(enum http_method method)
{
	return method == HTTP_GET || method == HTTP_HEAD || method == HTTP_OPTIONS;
}

enum err login_origin(const struct login_table *table, const struct http_request *request)
{
	struct str origin = http_header(request, "Origin");
	struct str site = http_header(request, "Sec-Fetch-Site");
	if (table->settings.csrf == CSRF_OFF || is_safe_method(request->method))
		return OK;
	if (origin.at && !is_ours(table, request, origin))
		return ERR_FOREIGN_ORIGIN;
	if (site.at && !str_is(site, "same-origin") && !str_is(site, "none"))
		return ERR_FOREIGN_ORIGIN;
	return OK;
}
