/* charset.c - rows for the small alphabets, iconv for the large ones. */
#include "wire/charset.h"
#include "base/utf8.h"

#include <iconv.h>

#define REPLACEMENT 0xFFFD

/* Octets first..last are the characters from code on; all others of the upper half are none. */
struct range {
	unsigned char first, last;
	uint16_t code;
};

static const struct range cyrillic[] = {
	{0xA0, 0xA0, 0xA0},
	{0xA1, 0xAC, 0x401},
	{0xAD, 0xAD, 0xAD},
	{0xAE, 0xEF, 0x40E},
	{0xF0, 0xF0, 0x2116},
	{0xF1, 0xFC, 0x451},
	{0xFD, 0xFD, 0xA7},
	{0xFE, 0xFF, 0x45E},
};
static const struct range hebrew[] = {
	{0xA0, 0xA0, 0xA0},
	{0xA2, 0xA9, 0xA2},
	{0xAA, 0xAA, 0xD7},
	{0xAB, 0xB9, 0xAB},
	{0xBA, 0xBA, 0xF7},
	{0xBB, 0xBE, 0xBB},
	{0xDF, 0xDF, 0x2017},
	{0xE0, 0xFA, 0x5D0},
	{0xFD, 0xFE, 0x200E},
};

static uint32_t code_of(const struct range *ranges, size_t count, unsigned char octet)
{
	if (octet < 0x80)
		return octet;
	for (size_t i = 0; i < count; i++)
		if (octet >= ranges[i].first && octet <= ranges[i].last)
			return ranges[i].code + (uint32_t)(octet - ranges[i].first);
	return REPLACEMENT;
}

static void put_by(struct buf *out, const struct range *ranges, size_t count, struct str data)
{
	for (size_t i = 0; i < data.len; i++)
		utf8_put(out, code_of(ranges, count, (unsigned char)data.at[i]));
}

void charset_cyrillic(struct buf *out, struct str data)
{
	put_by(out, cyrillic, sizeof cyrillic / sizeof *cyrillic, data);
}

void charset_hebrew(struct buf *out, struct str data)
{
	put_by(out, hebrew, sizeof hebrew / sizeof *hebrew, data);
}

void charset_latin1(struct buf *out, struct str data)
{
	for (size_t i = 0; i < data.len; i++)
		utf8_put(out, (unsigned char)data.at[i]);
}

/* --- the large ones ----------------------------------------------------------------------------- */

/* False, with out unchanged: not all of it makes sense, or the C library has not this alphabet. */
static bool put_converted(struct buf *out, const char *charset, struct str data)
{
	size_t before = out->len, room = 4 * data.len + 1;
	iconv_t to_utf8 = iconv_open("UTF-8", charset);
	if (to_utf8 == (iconv_t)-1)
		return false;
	char *from = (char *)(uintptr_t)data.at, *to = buf_reserve(out, room);
	size_t left = data.len, free_room = room;
	bool is_good = iconv(to_utf8, &from, &left, &to, &free_room) != (size_t)-1 &&
		       iconv(to_utf8, NULL, NULL, &to, &free_room) != (size_t)-1;
	iconv_close(to_utf8);
	if (is_good)
		out->len = before + room - free_room;
	return is_good && utf8_valid(str_from(out->at + before, out->len - before));
}

static bool is_seven_bit(struct str data)
{
	for (size_t i = 0; i < data.len; i++)
		if ((unsigned char)data.at[i] >= 0x80)
			return false;
	return true;
}

/* Pairs of 7 bit octets as EUC has them: with the upper bit, each pair behind its shift (empty: none). */
static bool put_pairs(struct buf *out, const char *euc, const char *shift, struct str data)
{
	struct buf pairs = {0};
	bool is_good = data.len % 2 == 0 && is_seven_bit(data);
	for (size_t i = 0; is_good && i < data.len; i += 2) {
		buf_puts(&pairs, shift);
		buf_put_byte(&pairs, (char)(data.at[i] | 0x80));
		buf_put_byte(&pairs, (char)(data.at[i + 1] | 0x80));
	}
	is_good = is_good && put_converted(out, euc, buf_str(&pairs));
	buf_free(&pairs);
	return is_good;
}

void charset_japanese(struct buf *out, struct str data)
{
	bool has_escape = data.len && memchr(data.at, 0x1B, data.len);
	if (has_escape && put_converted(out, "ISO-2022-JP", data))
		return;
	if (put_pairs(out, "EUC-JP", "", data) || put_converted(out, "SHIFT_JIS", data))
		return;
	charset_latin1(out, data);
}

void charset_japanese_more(struct buf *out, struct str data)
{
	if (!put_pairs(out, "EUC-JP", "\x8F", data) && !put_converted(out, "EUC-JP", data))
		charset_latin1(out, data);
}

void charset_korean(struct buf *out, struct str data)
{
	if (!put_pairs(out, "EUC-KR", "", data) && !put_converted(out, "EUC-KR", data))
		charset_latin1(out, data);
}
