/* json.c - a writer of bytes and a bounded reader. */
#include "wire/json.h"
#include "base/utf8.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static void put_escaped(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	const char *short_form = c == '"'    ? "\\\""
				 : c == '\\' ? "\\\\"
				 : c == '\n' ? "\\n"
				 : c == '\r' ? "\\r"
				 : c == '\t' ? "\\t"
					     : NULL;
	if (short_form) {
		buf_put(out, str_from(short_form, 2));
		return;
	}
	const char long_form[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
	buf_put(out, str_from(long_form, sizeof long_form));
}

/* Plain bytes at the front that go out as they are: neither escaped nor the start of a sequence. */
static size_t plain_run(struct str s)
{
	size_t n = 0;
	while (n < s.len) {
		unsigned char c = (unsigned char)s.at[n];
		if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7F)
			break;
		n++;
	}
	return n;
}

/* Bytes that are measured together: what they take more, escaped, fits into one byte. */
#define STRETCH 32

/* What they take more than one each. Without a branch, so that the compiler takes many at a time: a history of megabytes
 * is measured in one turn of the loop. */
static unsigned escapes_in(const char *at, size_t count)
{
	unsigned char more = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned char c = (unsigned char)at[i];
		unsigned char is_long = (c < 0x20) | (c == 0x7F);
		unsigned char is_letter = (c == '\n') | (c == '\r') | (c == '\t');
		unsigned char is_sign = (c == '"') | (c == '\\');
		more = (unsigned char)(more + 5 * is_long - 4 * is_letter + is_sign);
	}
	return more;
}

size_t json_string_size(struct str text)
{
	size_t size = text.len + 2, i = 0;
	for (; i + STRETCH <= text.len; i += STRETCH)
		size += escapes_in(text.at + i, STRETCH);
	return i < text.len ? size + escapes_in(text.at + i, text.len - i) : size;
}

void json_put_string(struct buf *out, struct str text)
{
	buf_put_byte(out, '"');
	while (text.len) {
		size_t run = plain_run(text);
		buf_put(out, str_from(text.at, run));
		text = str_skip(text, run);
		if (text.len == 0)
			break;
		struct str rest = text;
		uint32_t code;
		if ((unsigned char)text.at[0] < 0x80) {
			put_escaped(out, (unsigned char)text.at[0]);
			text = str_skip(text, 1);
		} else if (utf8_next(&rest, &code)) {
			buf_put(out, str_from(text.at, text.len - rest.len));
			text = rest;
		} else {
			buf_puts(out, "\xEF\xBF\xBD");
			text = str_skip(text, 1);
		}
	}
	buf_put_byte(out, '"');
}

void json_comma(struct buf *out)
{
	char last = out->len ? out->at[out->len - 1] : '{';
	if (last != '{' && last != '[')
		buf_put_byte(out, ',');
}

void json_key(struct buf *out, const char *name)
{
	json_comma(out);
	buf_put_byte(out, '"');
	buf_puts(out, name);
	buf_puts(out, "\":");
}

void json_member(struct buf *out, const char *name, struct str text)
{
	json_key(out, name);
	json_put_string(out, text);
}

void json_member_u64(struct buf *out, const char *name, uint64_t number)
{
	json_key(out, name);
	buf_put_u64(out, number);
}

void json_member_bool(struct buf *out, const char *name, bool value)
{
	json_key(out, name);
	buf_puts(out, value ? "true" : "false");
}

void json_member_time(struct buf *out, const char *name, msec at)
{
	json_key(out, name);
	buf_put_byte(out, '"');
	msec_put(out, at);
	buf_put_byte(out, '"');
}

/* jansson's own bound is 2048 levels; ours is asked before it builds anything. */
static bool is_shallow(struct str bytes)
{
	int depth = 0;
	bool in_string = false;
	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.at[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return false;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return true;
}

static size_t digits(const char *at)
{
	return strspn(at, "0123456789");
}

/* Length of the JSON number at `at` (NUL-terminated text); 0 if there is none. */
static size_t number_len(const char *at, bool *is_integer)
{
	const char *end = at + (*at == '-');
	size_t count = digits(end);
	if (count == 0 || (*end == '0' && count > 1))
		return 0;
	end += count;
	*is_integer = *end != '.' && *end != 'e' && *end != 'E';
	if (*end == '.') {
		count = digits(end + 1);
		end += count ? 1 + count : 0;
	}
	if (*end == 'e' || *end == 'E') {
		size_t sign = end[1] == '+' || end[1] == '-';
		count = digits(end + 1 + sign);
		end += count ? 1 + sign + count : 0;
	}
	return (size_t)(end - at);
}

/* Has the library no room for it? */
static bool is_too_large(const char *number, bool is_integer)
{
	errno = 0;
	if (!is_integer)
		return isinf(strtod(number, NULL));
	(void)strtoll(number, NULL, 10);
	return errno == ERANGE;
}

/* The library refuses a text for one number that it has no room for. JSON knows no such bound (RFC
 * 8259, 6), and most fields are not ours: such a number is overwritten by one that is as good for us,
 * larger than any that a field of ours takes, and no integer. Both kinds are longer than it. */
static void put_in_bounds(struct buf *text)
{
	static const char large[] = "1e99";
	bool in_string = false, is_integer;
	for (size_t i = 0; i + 1 < text->len; i++) {
		char *at = text->at + i;
		if (in_string && *at == '\\')
			i++;
		else if (*at == '"')
			in_string = !in_string;
		size_t len = in_string ? 0 : number_len(at, &is_integer);
		if (len == 0)
			continue;
		if (is_too_large(at, is_integer)) {
			at += *at == '-';
			memset(at, ' ', (size_t)(text->at + i + len - at));
			memcpy(at, large, sizeof large - 1);
		}
		i += len - 1;
	}
}

static json_t *load(struct str bytes, json_error_t *error)
{
	return json_loadb(bytes.at, bytes.len, JSON_REJECT_DUPLICATES, error);
}

json_t *json_read(struct str bytes)
{
	json_error_t error;
	if (bytes.len == 0 || !is_shallow(bytes))
		return NULL;
	json_t *value = load(bytes, &error);
	if (value || json_error_code(&error) != json_error_numeric_overflow)
		return value;
	struct buf text = {0};
	buf_put(&text, bytes);
	buf_put_byte(&text, '\0');
	put_in_bounds(&text);
	value = load(str_from(text.at, text.len - 1), &error);
	buf_free(&text);
	return value;
}

bool json_read_text(const json_t *object, const char *name, struct str *out)
{
	const json_t *value = json_object_get(object, name);
	*out = STR_NONE;
	if (!value)
		return true;
	if (!json_is_string(value))
		return false;
	*out = str_from(json_string_value(value), json_string_length(value));
	return true;
}
