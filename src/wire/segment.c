/* segment.c - cutting a text into messages and reading what a message says of its place. */
#include "wire/segment.h"
#include "base/check.h"
#include "base/utf8.h"
#include "wire/charset.h"
#include "wire/gsm7.h"
#include "wire/ucs2.h"

/* A message holds 140 octets (3GPP TS 23.040, 9.2.3.16); the header takes 6 of them, that is 7
 * septets or 3 units. */
#define HEADER_BYTES      6
#define GSM7_WHOLE        160
#define GSM7_PART         153
#define UCS2_WHOLE        70
#define UCS2_PART         67
#define IEI_CONCAT        0x00 /* 8 bit reference, 9.2.3.24.1 */
#define IEI_CONCAT_WIDE   0x08 /* 16 bit reference, 9.2.3.24.8 */
#define IEI_SINGLE_SHIFT  0x24 /* 9.2.3.24.15 */
#define IEI_LOCKING_SHIFT 0x25 /* 9.2.3.24.16 */

/* In which alphabet a text goes, and how much of it a message takes. */
struct alphabet {
	unsigned whole, part;       /* septets or units */
	int (*size)(uint32_t code); /* 0: it has no such character */
	bool (*encode)(struct buf *out, struct str text);
};

static int ucs2_units(uint32_t code)
{
	return code < 0x10000 ? 1 : 2;
}

static int latin1_septets(uint32_t code)
{
	return code < 0x100 ? gsm7_septets(code) : 0;
}

static int ascii_septets(uint32_t code)
{
	return code < 0x80 ? gsm7_septets(code) : 0;
}

static bool latin1_encode(struct buf *out, struct str text)
{
	uint32_t code;
	while (text.len && utf8_next(&text, &code))
		buf_put_byte(out, (char)code);
	return text.len == 0;
}

static const struct alphabet alphabets[ALPHABETS] = {
	[ALPHABET_GSM7] = {GSM7_WHOLE, GSM7_PART, gsm7_septets, gsm7_encode},
	[ALPHABET_LATIN1] = {GSM7_WHOLE, GSM7_PART, latin1_septets, latin1_encode},
	[ALPHABET_ASCII] = {GSM7_WHOLE, GSM7_PART, ascii_septets, latin1_encode},
};
static const struct alphabet ucs2 = {UCS2_WHOLE, UCS2_PART, ucs2_units, ucs2_encode};

/* How large the text is in it; 0: it is not UTF-8, or has characters that are not in it. Empty: 0, too. */
static size_t size_in(const struct alphabet *a, struct str text)
{
	size_t size = 0;
	uint32_t code;
	for (;;) {
		size_t plain = gsm7_plain(text);
		size += plain;
		text = str_skip(text, plain);
		if (text.len == 0)
			return size;
		int n = utf8_next(&text, &code) ? a->size(code) : 0;
		if (n == 0)
			return 0;
		size += (size_t)n;
	}
}

/* --- plain signs ------------------------------------------------------------------------------ */

/* Each first..last stands for what is typed on a typewriter. */
static const struct plain {
	uint16_t first, last;
	const char *typed;
} plains[] = {
	{0xA0, 0xA0, " "},
	{0xAB, 0xAB, "\""},
	{0xAD, 0xAD, ""}, /* where a word may be cut: nothing is seen of it */
	{0xBB, 0xBB, "\""},
	{0x2000, 0x200A, " "},
	{0x200B, 0x200D, ""},
	{0x2010, 0x2015, "-"},
	{0x2018, 0x201B, "'"},
	{0x201C, 0x201F, "\""},
	{0x2026, 0x2026, "..."},
	{0x202F, 0x202F, " "},
	{0x2032, 0x2032, "'"},
	{0x2033, 0x2033, "\""},
	{0x2039, 0x203A, "'"},
	{0x205F, 0x2060, " "},
	{0x2212, 0x2212, "-"},
};

static void put_plain(struct buf *out, uint32_t code)
{
	for (size_t i = 0; i < sizeof plains / sizeof *plains; i++)
		if (code >= plains[i].first && code <= plains[i].last) {
			buf_puts(out, plains[i].typed);
			return;
		}
	utf8_put(out, code);
}

/* --- cutting ---------------------------------------------------------------------------------- */

/* A text on its way into parts. */
struct cut {
	struct buf plain;                /* where it was made plain; owned */
	struct str text;                 /* as it goes */
	const struct alphabet *alphabet; /* NULL: it is not UTF-8 */
	size_t size;
};

static bool fits(struct cut *cut, const struct alphabet *a, struct str text)
{
	size_t size = size_in(a, text);
	if (size == 0 && text.len)
		return false;
	cut->text = text;
	cut->alphabet = a;
	cut->size = size;
	return true;
}

static bool fits_plain(struct cut *cut, const struct segment_text *from)
{
	struct str rest = from->text;
	uint32_t code;
	if (!from->form.is_plain)
		return false;
	while (rest.len && utf8_next(&rest, &code))
		put_plain(&cut->plain, code);
	return rest.len == 0 && fits(cut, &alphabets[from->form.alphabet], buf_str(&cut->plain));
}

static struct cut cut_begin(const struct segment_text *from)
{
	struct cut cut = {.alphabet = NULL};
	if (!fits(&cut, &alphabets[from->form.alphabet], from->text) && !fits_plain(&cut, from))
		(void)fits(&cut, &ucs2, from->text);
	return cut;
}

static void cut_end(struct cut *cut)
{
	buf_free(&cut->plain);
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

static unsigned parts_of(const struct cut *cut)
{
	if (!cut->alphabet)
		return 0;
	return cut->size <= cut->alphabet->whole ? 1 : count_parts(cut->alphabet, cut->text);
}

unsigned segment_count(const struct segment_text *text)
{
	struct cut cut = cut_begin(text);
	unsigned parts = parts_of(&cut);
	cut_end(&cut);
	return parts;
}

static void put_header(struct buf *out, uint8_t reference, unsigned parts, unsigned part)
{
	const char header[HEADER_BYTES] = {
		HEADER_BYTES - 1, IEI_CONCAT, 3, (char)reference, (char)parts, (char)part};
	buf_put(out, str_from(header, sizeof header));
}

void segment_encode(const struct segment_text *from, unsigned part, struct segment_bytes *out)
{
	struct cut cut = cut_begin(from);
	unsigned parts = parts_of(&cut);
	CHECK(part >= 1 && part <= parts);
	out->data.len = 0;
	out->data_coding = cut.alphabet == &ucs2 ? SMS_CODING_UCS2 : from->form.data_coding;
	out->has_header = cut.size > cut.alphabet->whole;
	struct str piece = cut.text, rest = cut.text;
	if (out->has_header) {
		put_header(&out->data, from->reference, parts, part);
		for (unsigned i = 0; i < part; i++)
			piece = take_part(cut.alphabet, &rest);
	}
	CHECK(cut.alphabet->encode(&out->data, piece));
	cut_end(&cut);
}

static unsigned byte_at(struct str s, size_t i)
{
	return (unsigned char)s.at[i];
}

/* One information element, if it is a concatenation that can be. */
static void read_concatenation(unsigned id, struct str value, struct segment *out)
{
	size_t wide = id == IEI_CONCAT_WIDE;
	if (value.len != 3 + wide)
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

static void read_element(unsigned id, struct str value, struct segment *out)
{
	if (id == IEI_CONCAT || id == IEI_CONCAT_WIDE)
		read_concatenation(id, value, out);
	else if (id == IEI_SINGLE_SHIFT && value.len == 1)
		out->single = (unsigned char)byte_at(value, 0);
	else if (id == IEI_LOCKING_SHIFT && value.len == 1)
		out->locking = (unsigned char)byte_at(value, 0);
}

static void read_header(struct str header, struct segment *out)
{
	while (header.len >= 2 && byte_at(header, 1) <= header.len - 2) {
		size_t len = byte_at(header, 1);
		read_element(byte_at(header, 0), str_from(header.at + 2, len), out);
		header = str_skip(header, 2 + len);
	}
}

/* Not announced, and there all the same. */
static bool is_bare_header(struct str message)
{
	static const char *const begins[] = {"\x05\x00\x03", "\x06\x08\x04"};
	struct segment as_part = {.is_part = false};
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		size_t len = 1 + (size_t)begins[i][0];
		if (message.len >= len && memcmp(message.at, begins[i], 3) == 0)
			read_header(str_from(message.at + 1, len - 1), &as_part);
	}
	return as_part.is_part;
}

void segment_read(struct str short_message, bool has_header, struct segment *out)
{
	*out = (struct segment) {.part = 1, .parts = 1, .data = short_message};
	if (short_message.len == 0 || (!has_header && !is_bare_header(short_message)))
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

unsigned segment_coding(
	const struct segment *segment, unsigned data_coding, enum sms_alphabet means)
{
	if (data_coding == SMS_CODING_DEFAULT && means != ALPHABET_GSM7)
		return SMS_CODING_LATIN1; /* which holds ASCII */
	return data_coding | (unsigned)segment->single << 8 | (unsigned)segment->locking << 16;
}

/* --- reading by data_coding ------------------------------------------------------------------- */

static void put_hex(struct buf *out, struct str data)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < data.len; i++) {
		buf_put_byte(out, digits[byte_at(data, i) >> 4]);
		buf_put_byte(out, digits[byte_at(data, i) & 15]);
	}
}

static bool is_control(uint32_t code)
{
	bool is_blank = code >= '\t' && code <= '\r';
	return (code < ' ' && !is_blank) || (code >= 0x7F && code < 0xA0);
}

/* In UTF-8, of which ASCII is a part: no other octets look like it by chance. */
static bool is_utf8_text(struct str data)
{
	uint32_t code;
	while (data.len)
		if (!utf8_next(&data, &code) || is_control(code))
			return false;
	return true;
}

/* Programs that think of C count the end of their string. */
static struct str without_end(struct str data)
{
	while (data.len && data.at[data.len - 1] == '\0')
		data.len--;
	return data;
}

static void decode_octets(struct buf *out, struct str data)
{
	struct str text = without_end(data);
	if (text.len && is_utf8_text(text))
		buf_put(out, text);
	else
		put_hex(out, data);
}

static void turn_units(struct str data, char *out)
{
	for (size_t i = 0; i + 1 < data.len; i += 2) {
		out[i] = data.at[i + 1];
		out[i + 1] = data.at[i];
	}
	if (data.len % 2)
		out[data.len - 1] = data.at[data.len - 1];
}

/* Some gateways put a byte order mark in front, and mean it: the other way round it says that all units are so. */
static void decode_ucs2(struct buf *out, struct str data)
{
	struct buf turned = {0};
	if (str_starts(data, STR("\xFF\xFE"))) {
		turn_units(data, buf_reserve(&turned, data.len));
		turned.len = data.len;
		data = buf_str(&turned);
	}
	if (data.len % 2 &&
		data.at[data.len - 1] == '\0') /* the end of a C string, and no half of a unit */
		data.len--;
	ucs2_decode(out, str_starts(data, STR("\xFE\xFF")) ? str_skip(data, 2) : data);
	buf_free(&turned);
}

/* As GSM it would be a text of which each second character is an at. */
static bool is_wide_ascii(struct str data)
{
	for (size_t i = 0; i < data.len; i++)
		if ((byte_at(data, i) == 0) != (i % 2 == 0))
			return false;
	return data.len >= 4 && data.len % 2 == 0;
}

static bool has_octet(struct str data)
{
	for (size_t i = 0; i < data.len; i++)
		if (byte_at(data, i) >= 0x80)
			return true;
	return false;
}

static void decode_default(struct buf *out, struct str data, unsigned coding)
{
	const struct gsm7_language language = {
		(unsigned char)(coding >> 8), (unsigned char)(coding >> 16)};
	if (is_wide_ascii(data))
		ucs2_decode(out, data);
	else if (has_octet(data)) /* then these are no septets */
		charset_latin1(out, data);
	else
		gsm7_decode_national(out, data, &language);
}

typedef void decode_fn(struct buf *out, struct str data);

/* 3GPP TS 23.038, 4: what the bits of a group say of the alphabet. Reserved ones are the default alphabet (NULL). */
static decode_fn *decode_of_group(unsigned data_coding)
{
	static decode_fn *const by_bits[] = {NULL, decode_octets, decode_ucs2, NULL};
	unsigned group = data_coding >> 4;
	if (group < 0x8)
		return by_bits[data_coding >> 2 & 3];
	if (group == 0xE)
		return decode_ucs2;
	return group == 0xF && data_coding & 4 ? decode_octets : NULL;
}

/* NULL: the default alphabet, whose tables the coding names as well. */
static decode_fn *decode_of(unsigned data_coding)
{
	static decode_fn *const smpp[0x10] = {
		[SMS_CODING_OCTETS] = decode_octets,
		[SMS_CODING_BINARY] = decode_octets,
		[SMS_CODING_JIS] = charset_japanese,
		[SMS_CODING_CYRILLIC] = charset_cyrillic,
		[SMS_CODING_HEBREW] = charset_hebrew,
		[SMS_CODING_UCS2] = decode_ucs2,
		[SMS_CODING_ISO2022_JP] = charset_japanese,
		[SMS_CODING_JIS_MORE] = charset_japanese_more,
		[SMS_CODING_KOREAN] = charset_korean,
	};
	if (data_coding >= 0x10)
		return decode_of_group(data_coding);
	if (data_coding == SMS_CODING_DEFAULT)
		return NULL;
	return smpp[data_coding] ? smpp[data_coding] : charset_latin1; /* which holds IA5 */
}

void segment_decode(struct buf *out, unsigned coding, struct str data)
{
	decode_fn *decode = decode_of(coding & 0xFF);
	if (decode)
		decode(out, data);
	else
		decode_default(out, data, coding);
}
