/* http_request.c - looking things up in a request. */
#include "http/http.h"
#include "http/http_url.h"

struct str http_header(const struct http_request *request, const char *name)
{
	struct str wanted = str_of(name);
	for (size_t i = 0; i < request->header_count; i++)
		if (str_eq_nocase(request->headers[i].name, wanted))
			return request->headers[i].value;
	return STR_NONE;
}

static bool is_named(const struct http_request *request, struct str raw, const char *name)
{
	struct str decoded;
	if (!memchr(raw.at, '%', raw.len) && !memchr(raw.at, '+', raw.len))
		return str_is(raw, name);
	return http_url_decode(request->arena, raw, true, &decoded) && str_is(decoded, name);
}

bool http_query(const struct http_request *request, const char *name, struct str *value)
{
	struct str rest = request->query;
	while (rest.len) {
		struct str raw_value = str_cut(&rest, '&');
		struct str raw_name = str_cut(&raw_value, '=');
		if (raw_name.len && is_named(request, raw_name, name))
			return http_url_decode(request->arena, raw_value, true, value);
	}
	return false;
}

bool http_query_next(
	const struct http_request *request, struct str *rest, struct str *name, struct str *value)
{
	while (rest->len) {
		struct str raw_value = str_cut(rest, '&');
		struct str raw_name = str_cut(&raw_value, '=');
		if (raw_name.len && http_url_decode(request->arena, raw_name, true, name) &&
			http_url_decode(request->arena, raw_value, true, value))
			return true;
	}
	return false;
}

static bool find_cookie(struct str rest, const char *name, struct str *value)
{
	while (rest.len) {
		struct str one = str_cut(&rest, ';');
		struct str one_name = str_trim(str_cut(&one, '='));
		if (one_name.len && str_is(one_name, name)) {
			*value = str_trim(one);
			return true;
		}
	}
	return false;
}

struct str http_cookie(const struct http_request *request, const char *name)
{
	struct str value;
	for (size_t i = 0; i < request->header_count; i++)
		if (str_eq_nocase(request->headers[i].name, STR("Cookie")) &&
			find_cookie(request->headers[i].value, name, &value))
			return value;
	return STR_NONE;
}

bool http_ref_eq(struct http_ref a, struct http_ref b)
{
	return a.slot == b.slot && a.generation == b.generation;
}
