/* http_url.c - splitting and decoding; whoever gets a request can trust its encoding. */
#include "http/http_url.h"
#include "base/utf8.h"

bool http_url_decode(struct arena *arena, struct str in, bool is_form, struct str *out)
{
	char *to = arena_take(arena, in.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.at[i];
		if (c == '+' && is_form)
			c = ' ';
		if (c == '%') {
			int high = i + 2 < in.len ? str_hex_digit(in.at[i + 1]) : -1;
			int low = i + 2 < in.len ? str_hex_digit(in.at[i + 2]) : -1;
			if (high < 0 || low < 0 || high + low == 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		to[len++] = c;
	}
	*out = str_from(to, len);
	return utf8_valid(*out);
}

/* Visible ASCII, and no fragment: that part of a URL never travels (RFC 9110, 7.1). */
static bool is_target(struct str target)
{
	for (size_t i = 0; i < target.len; i++)
		if (target.at[i] <= ' ' || target.at[i] >= 0x7F || target.at[i] == '#')
			return false;
	return target.len > 0;
}

/* What follows "http://" or "https://"; false: it does not begin so. */
static bool skip_scheme(struct str *url)
{
	static const char *const schemes[] = {"http://", "https://"};
	for (size_t i = 0; i < 2; i++) {
		struct str scheme = str_of(schemes[i]);
		if (url->len < scheme.len || !str_eq_nocase(str_from(url->at, scheme.len), scheme))
			continue;
		*url = str_skip(*url, scheme.len);
		return true;
	}
	return false;
}

/* "http://host/path" is what proxies are sent; servers take it too (RFC 9112, 3.2.2). */
static struct str without_origin(struct str target)
{
	if (!skip_scheme(&target))
		return target;
	while (target.len && target.at[0] != '/' && target.at[0] != '?')
		target = str_skip(target, 1);
	return target.len && target.at[0] == '/' ? target : str_from("/", 1);
}

/* Nothing in it that is not seen, or that ends a URL where one stands in a text (RFC 3986, appendix C). */
static bool is_one_word(struct str text)
{
	uint32_t code;
	for (struct str rest = text, at = text; utf8_next(&rest, &code); at = rest)
		if (utf8_is_blank(str_from(at.at, at.len - rest.len)) ||
			(code < 0x80 && strchr("\"<>\\^`{|}", (int)code)))
			return false;
	return true;
}

bool http_url_is_web(struct str text)
{
	struct str rest = text;
	bool has_host = skip_scheme(&rest) && rest.len && !strchr("/?#:@", rest.at[0]);
	return has_host && utf8_is_name(text) && is_one_word(text);
}

bool http_url_split(struct arena *arena, struct str target, struct str *path, struct str *query)
{
	struct str ignored;
	if (!is_target(target))
		return false;
	if (str_is(target, "*"))
		target = str_from("/", 1); /* OPTIONS of the server as a whole */
	target = without_origin(target);
	if (target.at[0] != '/')
		return false;
	*query = target;
	struct str raw_path = str_cut(query, '?');
	if (!http_url_decode(arena, raw_path, false, path))
		return false;
	bool is_encoded = query->len && memchr(query->at, '%', query->len);
	return !is_encoded || http_url_decode(arena, *query, true, &ignored);
}
