/* utf8.c - decoding, strictly. */
#include "base/utf8.h"

/* The length that the first byte promises; 0 if it cannot be a first byte. */
static size_t promised(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first < 0xE0)
		return 2;
	if (first >= 0xE0 && first < 0xF0)
		return 3;
	return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

static bool is_scalar(uint32_t code, size_t n)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	return code >= least[n] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

bool utf8_next(struct str *rest, uint32_t *code)
{
	if (rest->len == 0)
		return false;
	const unsigned char *at = (const unsigned char *)rest->at;
	size_t n = promised(at[0]);
	if (n == 0 || n > rest->len)
		return false;
	uint32_t value = n == 1 ? at[0] : at[0] & (0x7Fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return false;
		value = value << 6 | (at[i] & 0x3Fu);
	}
	if (!is_scalar(value, n))
		return false;
	*code = value;
	*rest = str_skip(*rest, n);
	return true;
}

bool utf8_valid(struct str s)
{
	uint32_t code;
	while (s.len)
		if (!utf8_next(&s, &code))
			return false;
	return true;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.at[i] & 0xC0) != 0x80;
	return count;
}

void utf8_put(struct buf *b, uint32_t code)
{
	if (code < 0x80) {
		buf_put_byte(b, (char)code);
		return;
	}
	int tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	uint32_t mark = tail == 1 ? 0xC0 : tail == 2 ? 0xE0 : 0xF0;
	buf_put_byte(b, (char)(mark | code >> (6 * tail)));
	while (tail--)
		buf_put_byte(b, (char)(0x80 | (code >> (6 * tail) & 0x3F)));
}

static bool turns_direction(uint32_t code)
{
	return code == 0x061C || code == 0x200E || code == 0x200F ||
	       (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool utf8_is_name(struct str s)
{
	uint32_t code;
	while (s.len) {
		if (!utf8_next(&s, &code))
			return false;
		if (code < 0x20 || (code >= 0x7F && code < 0xA0) || turns_direction(code))
			return false;
	}
	return true;
}
