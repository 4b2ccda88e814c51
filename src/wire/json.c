/* json.c - a writer of bytes and a bounded reader. */
#include "wire/json.h"
#include "base/utf8.h"

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
		buf_puts(out, short_form);
		return;
	}
	buf_puts(out, "\\u00");
	buf_put_byte(out, hex[c >> 4]);
	buf_put_byte(out, hex[c & 15]);
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

json_t *json_read(struct str bytes)
{
	json_error_t error;
	if (bytes.len == 0 || !is_shallow(bytes))
		return NULL;
	return json_loadb(bytes.at, bytes.len, JSON_REJECT_DUPLICATES, &error);
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
