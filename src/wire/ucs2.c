/* ucs2.c - UTF-8 to UTF-16BE and back. */
#include "wire/ucs2.h"
#include "base/utf8.h"

#define REPLACEMENT 0xFFFD /* U+FFFD, shown for what no character is */

static void put_unit(struct buf *out, uint32_t unit)
{
	buf_put_byte(out, (char)(unit >> 8));
	buf_put_byte(out, (char)unit);
}

static void put_units(struct buf *out, uint32_t code)
{
	if (code >= 0x10000) {
		put_unit(out, 0xD800 + ((code - 0x10000) >> 10));
		code = 0xDC00 + ((code - 0x10000) & 0x3FF);
	}
	put_unit(out, code);
}

bool ucs2_encode(struct buf *out, struct str text)
{
	size_t before = out->len;
	uint32_t code;
	while (text.len) {
		if (!utf8_next(&text, &code)) {
			out->len = before;
			return false;
		}
		put_units(out, code);
	}
	return true;
}

static bool is_high(uint32_t unit)
{
	return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xDC00 && unit < 0xE000;
}

/* The unit at the front; nothing that pairs if there is no whole one. */
static uint32_t unit_at(struct str units)
{
	if (units.len < 2)
		return REPLACEMENT;
	return (uint32_t)(unsigned char)units.at[0] << 8 | (unsigned char)units.at[1];
}

static uint32_t take_code(struct str *units)
{
	uint32_t first = unit_at(*units);
	*units = str_skip(*units, 2);
	if (is_low(first))
		return REPLACEMENT;
	if (!is_high(first))
		return first;
	uint32_t second = unit_at(*units);
	if (!is_low(second))
		return REPLACEMENT;
	*units = str_skip(*units, 2);
	return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

void ucs2_decode(struct buf *out, struct str units)
{
	while (units.len)
		utf8_put(out, take_code(&units));
}
