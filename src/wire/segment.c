/* segment.c - cutting a text into messages and reading what a message says of its place. */
#include "wire/segment.h"
#include "base/check.h"
#include "base/utf8.h"
#include "wire/gsm7.h"
#include "wire/ucs2.h"

/* A message holds 140 octets (3GPP TS 23.040, 9.2.3.16); the header takes 6 of them, that is 7
 * septets or 3 units. */
#define HEADER_BYTES    6
#define GSM7_WHOLE      160
#define GSM7_PART       153
#define UCS2_WHOLE      70
#define UCS2_PART       67
#define IEI_CONCAT      0x00 /* 8 bit reference, 9.2.3.24.1 */
#define IEI_CONCAT_WIDE 0x08 /* 16 bit reference, 9.2.3.24.8 */

/* In which alphabet a text goes, and how much of it a message takes. */
struct alphabet {
	enum sms_coding coding;
	unsigned whole, part; /* septets or units */
	int (*size)(uint32_t code);
	bool (*encode)(struct buf *out, struct str text);
};

static int ucs2_units(uint32_t code)
{
	return code < 0x10000 ? 1 : 2;
}

static const struct alphabet gsm7 = {
	SMS_CODING_DEFAULT, GSM7_WHOLE, GSM7_PART, gsm7_septets, gsm7_encode};
static const struct alphabet ucs2 = {
	SMS_CODING_UCS2, UCS2_WHOLE, UCS2_PART, ucs2_units, ucs2_encode};

/* The alphabet of the text and its size in it; NULL if it is not UTF-8. */
static const struct alphabet *choose(struct str text, size_t *size)
{
	size_t septets = 0, units = 0;
	bool is_gsm7 = true;
	uint32_t code;
	while (text.len) {
		if (!utf8_next(&text, &code))
			return NULL;
		if (is_gsm7) {
			int n = gsm7_septets(code);
			is_gsm7 = n > 0;
			septets += (size_t)n;
		}
		units += (size_t)ucs2_units(code);
	}
	*size = is_gsm7 ? septets : units;
	return is_gsm7 ? &gsm7 : &ucs2;
}

/* Takes from valid text as many whole characters as fit: none is ever cut in two. */
static struct str take_part(const struct alphabet *a, struct str *rest)
{
	struct str part = *rest;
	unsigned room = a->part;
	while (rest->len) {
		struct str after = *rest;
		uint32_t code;
		CHECK(utf8_next(&after, &code));
		unsigned n = (unsigned)a->size(code);
		if (n > room)
			break;
		room -= n;
		*rest = after;
	}
	part.len -= rest->len;
	return part;
}

static unsigned count_parts(const struct alphabet *a, struct str text)
{
	unsigned parts = 0;
	while (text.len && parts <= SEGMENT_PARTS_MAX) {
		take_part(a, &text);
		parts++;
	}
	return parts <= SEGMENT_PARTS_MAX ? parts : 0;
}

unsigned segment_count(struct str text)
{
	size_t size;
	const struct alphabet *a = choose(text, &size);
	if (!a)
		return 0;
	return size <= a->whole ? 1 : count_parts(a, text);
}

static void put_header(struct buf *out, uint8_t reference, unsigned parts, unsigned part)
{
	const char header[HEADER_BYTES] = {
		HEADER_BYTES - 1, IEI_CONCAT, 3, (char)reference, (char)parts, (char)part};
	buf_put(out, str_from(header, sizeof header));
}

void segment_encode(struct buf *out, struct str text, unsigned part, uint8_t reference,
	enum sms_coding *coding, bool *has_header)
{
	size_t size;
	const struct alphabet *a = choose(text, &size);
	CHECK(a && part >= 1);
	*coding = a->coding;
	*has_header = size > a->whole;
	if (!*has_header) {
		CHECK(part == 1 && a->encode(out, text));
		return;
	}
	unsigned parts = count_parts(a, text);
	CHECK(part <= parts);
	put_header(out, reference, parts, part);
	struct str cut = STR_NONE;
	for (unsigned i = 0; i < part; i++)
		cut = take_part(a, &text);
	CHECK(a->encode(out, cut));
}

static unsigned byte_at(struct str s, size_t i)
{
	return (unsigned char)s.at[i];
}

/* One information element, if it is a concatenation that can be. */
static void read_element(unsigned id, struct str value, struct segment *out)
{
	size_t wide = id == IEI_CONCAT_WIDE;
	if ((id != IEI_CONCAT && !wide) || value.len != 3 + wide)
		return;
	unsigned parts = byte_at(value, 1 + wide), part = byte_at(value, 2 + wide);
	if (part < 1 || part > parts)
		return;
	out->is_part = true;
	out->kind = wide ? SEGMENT_16_BIT : SEGMENT_8_BIT;
	out->reference = wide ? byte_at(value, 0) << 8 | byte_at(value, 1) : byte_at(value, 0);
	out->parts = parts;
	out->part = part;
}

static void read_header(struct str header, struct segment *out)
{
	while (header.len >= 2 && byte_at(header, 1) <= header.len - 2) {
		size_t len = byte_at(header, 1);
		read_element(byte_at(header, 0), str_from(header.at + 2, len), out);
		header = str_skip(header, 2 + len);
	}
}

void segment_read(struct str short_message, bool has_header, struct segment *out)
{
	*out = (struct segment) {.part = 1, .parts = 1, .data = short_message};
	if (!has_header || short_message.len == 0)
		return;
	size_t len = byte_at(short_message, 0);
	if (len > short_message.len - 1)
		return;
	out->data = str_skip(short_message, 1 + len);
	read_header(str_from(short_message.at + 1, len), out);
}

uint64_t segment_series(const struct segment *segment)
{
	return (uint64_t)segment->parts << 24 | (uint64_t)segment->kind << 16 |
	       (segment->reference & 0xFFFF);
}

static void put_hex(struct buf *out, struct str data)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < data.len; i++) {
		buf_put_byte(out, digits[byte_at(data, i) >> 4]);
		buf_put_byte(out, digits[byte_at(data, i) & 15]);
	}
}

static void put_latin1(struct buf *out, struct str data)
{
	for (size_t i = 0; i < data.len; i++)
		utf8_put(out, byte_at(data, i));
}

/* SMPP 3.4, 5.2.19: 1111xxxx is a GSM message class; its bit 2 tells 8 bit data from the default
 * alphabet (3GPP TS 23.038, chapter 4). A flash message comes as 0xF0. */
static unsigned plain_coding(unsigned coding)
{
	if ((coding & 0xF0) != 0xF0)
		return coding;
	return coding & 4 ? SMS_CODING_BINARY : SMS_CODING_DEFAULT;
}

void segment_decode(struct buf *out, unsigned coding, struct str data)
{
	switch (plain_coding(coding)) {
	case SMS_CODING_DEFAULT:
		gsm7_decode(out, data);
		return;
	case SMS_CODING_UCS2:
		ucs2_decode(out, data);
		return;
	case SMS_CODING_BINARY:
		put_hex(out, data);
		return;
	default: /* Latin-1 holds IA5 */
		put_latin1(out, data);
	}
}
