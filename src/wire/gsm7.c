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

/* The septet of the character in the basic table, -1 if it is not there. Most text is letters that
 * stand at their own place; this also finds the space before the escape's. */
static int basic_septet(uint32_t code)
{
	if (code < 128 && basic[code] == code)
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

bool gsm7_encode(struct buf *out, struct str text)
{
	size_t before = out->len;
	uint32_t code;
	while (text.len) {
		if (!utf8_next(&text, &code) || !put_septets(out, code)) {
			out->len = before;
			return false;
		}
	}
	return true;
}

static uint32_t basic_code(unsigned char septet)
{
	return septet < 128 ? basic[septet] : REPLACEMENT;
}

static uint32_t extension_code(unsigned char septet)
{
	for (size_t i = 0; i < EXTENSIONS; i++)
		if (extensions[i].septet == septet)
			return extensions[i].code;
	return basic_code(septet);
}

void gsm7_decode(struct buf *out, struct str septets)
{
	for (size_t i = 0; i < septets.len; i++) {
		bool is_escaped = septets.at[i] == GSM7_ESCAPE && i + 1 < septets.len;
		if (is_escaped)
			i++;
		unsigned char septet = (unsigned char)septets.at[i];
		utf8_put(out, is_escaped ? extension_code(septet) : basic_code(septet));
	}
}
