/* basic.c - RFC 7617: base64 of name:password. */
#include "login/basic.h"
#include "base/buf.h"
#include "base/utf8.h"

#include <sodium.h>

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] >= 0x80)
			return false;
	return true;
}

static struct str from_latin1(struct arena *arena, struct str s)
{
	struct buf text = {0};
	for (size_t i = 0; i < s.len; i++)
		utf8_put(&text, (unsigned char)s.at[i]);
	struct str kept = arena_copy(arena, buf_str(&text));
	if (text.at)
		sodium_memzero(text.at, text.len);
	buf_free(&text);
	return kept;
}

static void add_reading(struct basic *basic, struct str text)
{
	struct str name = str_cut(&text, ':');
	basic->readings[basic->count++] = (struct basic_reading) {name, text};
}

static bool decode(struct str base64, struct arena *arena, struct str *out)
{
	unsigned char *bytes = arena_take(arena, base64.len + 1);
	size_t len = 0;
	if (sodium_base642bin(bytes, base64.len, base64.at ? base64.at : "", base64.len, NULL, &len,
		    NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	*out = str_from(bytes, len);
	return memchr(bytes, ':', len) != NULL;
}

enum basic_header basic_read(struct str header, struct arena *arena, struct basic *out)
{
	*out = (struct basic) {0};
	if (!header.at)
		return BASIC_NONE;
	struct str rest = str_trim(header);
	struct str scheme = str_cut(&rest, ' ');
	struct str text;
	if (!str_eq_nocase(scheme, STR("Basic")) || !decode(str_trim(rest), arena, &text))
		return BASIC_BAD;
	if (utf8_valid(text))
		add_reading(out, text);
	if (!is_ascii(text))
		add_reading(out, from_latin1(arena, text));
	return BASIC_GIVEN;
}
