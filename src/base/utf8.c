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

/* The second byte of some characters has less room: none is longer than it need be, a surrogate, or too large. */
static bool check_first(struct utf8_check *check, unsigned char first)
{
	size_t n = promised(first);
	if (n == 0)
		return false;
	*check = (struct utf8_check) {.left = (uint8_t)(n - 1), .least = 0x80, .most = 0xBF};
	if (first == 0xE0)
		check->least = 0xA0;
	else if (first == 0xED)
		check->most = 0x9F;
	else if (first == 0xF0)
		check->least = 0x90;
	else if (first == 0xF4)
		check->most = 0x8F;
	return true;
}

bool utf8_check(struct utf8_check *check, struct str piece)
{
	for (size_t i = 0; i < piece.len; i++) {
		unsigned char byte = (unsigned char)piece.at[i];
		if (!check->left) {
			if (!check_first(check, byte))
				return false;
			continue;
		}
		if (byte < check->least || byte > check->most)
			return false;
		*check = (struct utf8_check) {(uint8_t)(check->left - 1), 0x80, 0xBF};
	}
	return true;
}

bool utf8_check_ends(const struct utf8_check *check)
{
	return check->left == 0;
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

/* White space, controls and format characters, and letters that are blank: Unicode's White_Space,
 * Default_Ignorable_Code_Point and general category Cf, without the signs of Cf that are seen (Arabic,
 * Syriac, Kaithi), and with the blank glyphs that no property tells of (Braille blank, Khitan filler, null
 * notehead). */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x0, 0x20},
	{0x7F, 0xA0},
	{0xAD, 0xAD},
	{0x34F, 0x34F},
	{0x61C, 0x61C},
	{0x115F, 0x1160},
	{0x1680, 0x1680},
	{0x17B4, 0x17B5},
	{0x180B, 0x180F},
	{0x2000, 0x200F},
	{0x2028, 0x202F},
	{0x205F, 0x206F},
	{0x2800, 0x2800},
	{0x3000, 0x3000},
	{0x3164, 0x3164},
	{0xFE00, 0xFE0F},
	{0xFEFF, 0xFEFF},
	{0xFFA0, 0xFFA0},
	{0xFFF0, 0xFFFB},
	{0x13430, 0x1343F},
	{0x16FE4, 0x16FE4},
	{0x1BCA0, 0x1BCA3},
	{0x1D159, 0x1D159},
	{0x1D173, 0x1D17A},
	{0xE0000, 0xE0FFF},
};

static bool is_unseen(uint32_t code)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (code >= unseen[i].first && code <= unseen[i].last)
			return true;
	return false;
}

bool utf8_is_blank(struct str s)
{
	uint32_t code;
	while (utf8_next(&s, &code))
		if (!is_unseen(code))
			return false;
	return true;
}
