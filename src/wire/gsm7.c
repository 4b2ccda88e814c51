/* gsm7.c - two tables of characters and the walk through them. */
#include "wire/gsm7.h"
#include "base/utf8.h"

#define REPLACEMENT 0xFFFD /* U+FFFD, shown for what no character is */

/* 3GPP TS 23.038, 6.2.1. The escape itself stands as a space, which is what a receiver shows for an
 * escape that leads nowhere (6.2.1.1, note 1 of code 0x1B). */
/* clang-format off */
static const uint16_t basic[128] = {
	'@', 0xA3, '$', 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, /* 00: commercial at to i grave */
	0xF2, 0xC7, '\n', 0xD8, 0xF8, '\r', 0xC5, 0xE5,
	0x394, '_', 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, /* 10: Greek capitals */
	0x3A3, 0x398, 0x39E, ' ', 0xC6, 0xE6, 0xDF, 0xC9,
	' ', '!', '"', '#', 0xA4, '%', '&', '\'', /* 20: as ASCII, but for the currency sign */
	'(', ')', '*', '+', ',', '-', '.', '/',
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?',
	0xA1, 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', /* 40 */
	'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 0xC4, 0xD6, 0xD1, 0xDC, 0xA7,
	0xBF, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', /* 60 */
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0xE4, 0xF6, 0xF1, 0xFC, 0xE0,
};

/* 6.2.1.1: behind an escape. */
static const struct extension {
	unsigned char septet;
	uint16_t code;
} extensions[] = {
	{0x0A, '\f'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2F, '\\'},
	{0x3C, '['}, {0x3D, '~'}, {0x3E, ']'}, {0x40, '|'}, {0x65, 0x20AC},
};
/* clang-format on */
#define EXTENSIONS (sizeof extensions / sizeof *extensions)

static bool is_plain(uint32_t code)
{
	return code < 128 && basic[code] == code;
}

/* The septet of the character in the basic table, -1 if it is not there. Most text is letters that
 * stand at their own place; this also finds the space before the escape's. */
static int basic_septet(uint32_t code)
{
	if (is_plain(code))
		return (int)code;
	for (int septet = 0; septet < 128; septet++)
		if (basic[septet] == code)
			return septet;
	return -1;
}

static int extension_septet(uint32_t code)
{
	for (size_t i = 0; i < EXTENSIONS; i++)
		if (extensions[i].code == code)
			return extensions[i].septet;
	return -1;
}

int gsm7_septets(uint32_t code)
{
	if (basic_septet(code) >= 0)
		return 1;
	return extension_septet(code) >= 0 ? 2 : 0;
}

static bool put_septets(struct buf *out, uint32_t code)
{
	int septet = basic_septet(code);
	if (septet < 0) {
		septet = extension_septet(code);
		if (septet < 0)
			return false;
		buf_put_byte(out, GSM7_ESCAPE);
	}
	buf_put_byte(out, (char)septet);
	return true;
}

size_t gsm7_plain(struct str text)
{
	size_t n = 0;
	while (n < text.len && is_plain((unsigned char)text.at[n]))
		n++;
	return n;
}

bool gsm7_encode(struct buf *out, struct str text)
{
	size_t before = out->len;
	uint32_t code;
	while (text.len) {
		size_t plain = gsm7_plain(text);
		buf_put(out, str_from(text.at, plain));
		text = str_skip(text, plain);
		if (text.len == 0)
			break;
		if (!utf8_next(&text, &code) || !put_septets(out, code)) {
			out->len = before;
			return false;
		}
	}
	return true;
}

/* --- national tables: what differs from the default ones ------------------------------------------- */

struct other {
	unsigned char septet;
	uint16_t code;
};
/* clang-format off */
static const struct other turkish_single[] = { /* TS 23.038, A.2.1 */
	{0x47, 0x11E}, {0x49, 0x130}, {0x53, 0x15E}, {0x63, 0xE7}, {0x67, 0x11F}, {0x69, 0x131}, {0x73, 0x15F}, {0, 0},
};
static const struct other spanish_single[] = { /* A.2.2 */
	{0x09, 0xE7}, {0x41, 0xC1}, {0x49, 0xCD}, {0x4F, 0xD3}, {0x55, 0xDA}, {0x61, 0xE1}, {0x69, 0xED}, {0x6F, 0xF3},
	{0x75, 0xFA}, {0, 0},
};
static const struct other portuguese_single[] = { /* A.2.3 */
	{0x05, 0xEA}, {0x09, 0xE7}, {0x0B, 0xD4}, {0x0C, 0xF4}, {0x0E, 0xC1}, {0x0F, 0xE1}, {0x12, 0x3A6}, {0x13, 0x393},
	{0x15, 0x3A9}, {0x16, 0x3A0}, {0x17, 0x3A8}, {0x18, 0x3A3}, {0x19, 0x398}, {0x1F, 0xCA}, {0x41, 0xC0}, {0x49, 0xCD},
	{0x4F, 0xD3}, {0x55, 0xDA}, {0x5B, 0xC3}, {0x5C, 0xD5}, {0x61, 0xC2}, {0x69, 0xED}, {0x6F, 0xF3}, {0x75, 0xFA},
	{0x7B, 0xE3}, {0x7C, 0xF5}, {0x7F, 0xE2}, {0, 0},
};
static const struct other turkish_locking[] = { /* A.3.1 */
	{0x04, 0x20AC}, {0x07, 0x131}, {0x0B, 0x11E}, {0x0C, 0x11F}, {0x1C, 0x15E}, {0x1D, 0x15F}, {0x40, 0x130},
	{0x60, 0xE7}, {0, 0},
};
static const struct other portuguese_locking[] = { /* A.3.3 */
	{0x04, 0xEA}, {0x06, 0xFA}, {0x07, 0xED}, {0x08, 0xF3}, {0x09, 0xE7}, {0x0B, 0xD4}, {0x0C, 0xF4}, {0x0E, 0xC1},
	{0x0F, 0xE1}, {0x12, 0xAA}, {0x13, 0xC7}, {0x14, 0xC0}, {0x15, 0x221E}, {0x16, '^'}, {0x17, '\\'}, {0x18, 0x20AC},
	{0x19, 0xD3}, {0x1A, '|'}, {0x1C, 0xC2}, {0x1D, 0xE2}, {0x1E, 0xCA}, {0x24, 0xBA}, {0x40, 0xCD}, {0x5B, 0xC3},
	{0x5C, 0xD5}, {0x5D, 0xDA}, {0x60, '~'}, {0x7B, 0xE3}, {0x7C, 0xF5}, {0x7D, '`'}, {0, 0},
};
/* clang-format on */
static const struct other no_other[] = {{0, 0}};
#define LANGUAGES 4
static const struct other *const singles[LANGUAGES] = {
	no_other, turkish_single, spanish_single, portuguese_single};
static const struct other *const lockings[LANGUAGES] = {
	no_other, turkish_locking, no_other, portuguese_locking};

static const struct other *table_of(const struct other *const tables[LANGUAGES], unsigned language)
{
	return language < LANGUAGES ? tables[language] : no_other;
}

/* 0: the table has nothing of its own there. */
static uint32_t other_code(const struct other *table, unsigned char septet)
{
	for (; table->septet; table++)
		if (table->septet == septet)
			return table->code;
	return 0;
}

/* --- reading ------------------------------------------------------------------------------------ */

static uint32_t basic_code(const struct other *locking, unsigned char septet)
{
	uint32_t other = other_code(locking, septet);
	return other ? other : septet < 128 ? basic[septet] : REPLACEMENT;
}

/* 0: there is none behind an escape. */
static uint32_t extension_code(const struct other *single, unsigned char septet)
{
	uint32_t other = other_code(single, septet);
	for (size_t i = 0; !other && i < EXTENSIONS; i++)
		if (extensions[i].septet == septet)
			other = extensions[i].code;
	return other;
}

void gsm7_decode_national(struct buf *out, struct str septets, const struct gsm7_language *language)
{
	const struct other *locking = table_of(lockings, language->locking);
	const struct other *single = table_of(singles, language->single);
	for (size_t i = 0; i < septets.len; i++) {
		bool is_escaped = septets.at[i] == GSM7_ESCAPE && i + 1 < septets.len;
		unsigned char septet = (unsigned char)septets.at[is_escaped ? ++i : i];
		uint32_t code = is_escaped ? extension_code(single, septet) : 0;
		utf8_put(out, code ? code : basic_code(locking, septet));
	}
}

void gsm7_decode(struct buf *out, struct str septets)
{
	static const struct gsm7_language none = {0, 0};
	gsm7_decode_national(out, septets, &none);
}
