/* segment_test.c - how texts are cut, at each limit and one beside it, and how parts are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "wire/gsm7.h"
#include "wire/segment.h"

#include <cmocka.h>

static void assert_bytes(struct str b, struct str expected)
{
	assert_int_equal(b.len, expected.len);
	if (expected.len)
		assert_memory_equal(b.at, expected.at, expected.len);
}

/* `times` times `unit`, then `last`. */
static struct buf text_of(const char *unit, unsigned times, const char *last)
{
	struct buf text = {0};
	while (times--)
		buf_puts(&text, unit);
	buf_puts(&text, last);
	return text;
}

static void test_a_text_takes_as_many_parts_as_its_length_asks(void **state)
{
	/* clang-format off */
	static const struct {
		const char *unit;
		unsigned times;
		const char *last;
		unsigned parts;
	} rows[] = {
		{"", 0, "", 1},
		{"a", 159, "", 1}, {"a", 160, "", 1}, {"a", 161, "", 2},
		{"a", 305, "", 2}, {"a", 306, "", 2}, {"a", 307, "", 3},
		{"à", 160, "", 1}, {"à", 161, "", 2}, /* septets, not bytes of UTF-8 */
		{"a", 158, "€", 1}, {"a", 159, "€", 2}, {"€", 80, "", 1}, {"€", 81, "", 2},
		/* 76 in a part: an escape is never left behind */
		{"€", 152, "", 2}, {"€", 153, "", 3},
		{"я", 69, "", 1}, {"я", 70, "", 1}, {"я", 71, "", 2},
		{"я", 133, "", 2}, {"я", 134, "", 2}, {"я", 135, "", 3},
		{"a", 69, "я", 1}, {"a", 70, "я", 2}, /* one character makes all of it UCS-2 */
		{"😀", 35, "", 1}, {"😀", 36, "", 2}, {"я", 68, "😀", 1}, {"я", 69, "😀", 2},
		{"😀", 66, "", 2}, {"😀", 67, "", 3}, /* 33 in a part: a pair is never cut */
		{"a", 153 * 128 - 1, "", 128}, {"a", 153 * 128, "", 128}, {"a", 153 * 128 + 1, "", 0},
		{"я", 67 * 128 - 1, "", 128}, {"я", 67 * 128, "", 128}, {"я", 67 * 128 + 1, "", 0},
		{"я", 4096, "", 62}, {"😀", 4096, "", 125}, /* the longest texts */
		{"a", 3, "\xFF", 0}, {"a", 3, "\xC3", 0},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = text_of(rows[i].unit, rows[i].times, rows[i].last);
		const struct segment_text as = {.text = buf_str(&text)};
		assert_int_equal(segment_count(&as), rows[i].parts);
		buf_free(&text);
	}
}

static void test_a_short_text_goes_without_header(void **state)
{
	struct segment_bytes out = {.has_header = true};
	struct segment_text text = {.text = STR("Hi @"), .reference = 9};
	segment_encode(&text, 1, &out);
	assert_bytes(buf_str(&out.data), str_from("Hi \0", 4));
	assert_int_equal(out.data_coding, SMS_CODING_DEFAULT);
	assert_false(out.has_header);
	text.text = STR("😀");
	segment_encode(&text, 1, &out);
	assert_bytes(buf_str(&out.data), STR("\xD8\x3D\xDE\x00")); /* two units */
	assert_int_equal(out.data_coding, SMS_CODING_UCS2);
	assert_false(out.has_header);
	buf_free(&out.data);
}

static void test_parts_begin_with_the_concatenation_header(void **state)
{
	struct buf text = text_of("a", 306, "b");
	const struct segment_text as = {.text = buf_str(&text), .reference = 0xAB};
	struct segment_bytes out = {.has_header = false};
	segment_encode(&as, 3, &out);
	assert_bytes(buf_str(&out.data), STR("\x05\x00\x03\xAB\x03\x03"
					     "b"));
	assert_true(out.has_header);
	segment_encode(&as, 1, &out);
	assert_int_equal(out.data.len, 6 + 153);
	assert_bytes(str_from(out.data.at, 7), STR("\x05\x00\x03\xAB\x03\x01"
						   "a"));
	buf_free(&text);
	buf_free(&out.data);
}

/* What stands at `at`, read: its parts, its data_coding, and what comes back of it. */
struct written {
	struct segment_form form;
	const char *text;
	unsigned parts;
	uint8_t data_coding;
	struct str bytes; /* of the first part */
};

static void assert_is_written(const struct written *row)
{
	const struct segment_text as = {.text = str_of(row->text), .form = row->form};
	struct segment_bytes out = {.has_header = false};
	assert_int_equal(segment_count(&as), row->parts);
	segment_encode(&as, 1, &out);
	assert_int_equal(out.data_coding, row->data_coding);
	if (row->bytes.len)
		assert_bytes(buf_str(&out.data), row->bytes);
	buf_free(&out.data);
}

#define TEN(s) s s s s s s s s s s
static void test_an_smsc_with_another_alphabet_gets_it(void **state)
{
	const struct segment_form latin1 = {.alphabet = ALPHABET_LATIN1, .data_coding = 3};
	const struct segment_form ascii = {.alphabet = ALPHABET_ASCII, .data_coding = 1};
	const struct segment_form other = {.data_coding = 0x10};
	const struct written rows[] = {
		{latin1, "für @", 1, 3, STR("f\xFCr @")},
		{latin1, "5 €", 1, SMS_CODING_UCS2, STR_NONE}, /* GSM has it, Latin-1 has not */
		{latin1, "â", 1, SMS_CODING_UCS2, STR_NONE},   /* the other way round */
		{latin1, TEN(TEN("{")), 2, 3, STR_NONE},       /* two septets each at the phone */
		{ascii, "a@b", 1, 1, STR("a@b")},
		{ascii, "ü", 1, SMS_CODING_UCS2, STR_NONE},
		{other, "@", 1, 0x10, {"\0", 1}}, /* flash */
		{other, "я", 1, SMS_CODING_UCS2, STR_NONE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_is_written(&rows[i]);
}

static void test_typographic_signs_become_typed_ones_where_that_keeps_a_text_cheap(void **state)
{
	const struct segment_form as_is = {.data_coding = 0}, plain = {.is_plain = true};
	const struct written rows[] = {
		{as_is, "We’ll", 1, SMS_CODING_UCS2, STR_NONE},
		{plain, "We’ll “see” – 9…", 1, 0, STR("We'll \"see\" - 9...")},
		{plain, "a\u00A0b\u202Fc\u200Bd", 1, 0, STR("a b cd")},
		{plain, "«Ja»", 1, 0, STR("\"Ja\"")},
		{plain, "We’ll 😀", 1, SMS_CODING_UCS2,
			STR("\0W\0e\x20\x19\0l\0l\0 \xD8\x3D\xDE\x00")}, /* as it is */
		{plain, "plain", 1, 0, STR("plain")},
		{plain, "’" TEN(TEN("x")) TEN("xxxxx"), 1, 0, STR_NONE},
		{as_is, "’" TEN(TEN("x")) TEN("xxxxx"), 3, SMS_CODING_UCS2, STR_NONE},
		{plain, TEN(TEN("…")), 2, 0, STR_NONE}, /* 300 points */
		{plain, "", 1, 0, STR_NONE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_is_written(&rows[i]);
	const struct segment_text bad = {.text = STR("’\xFF"), .form = plain};
	assert_int_equal(segment_count(&bad), 0);
}

/* Cuts, reads each part, and joins. Each part must also make sense by itself. */
static void assert_comes_back(struct str text)
{
	const struct segment_text as = {.text = text, .reference = 200};
	struct buf joined = {0}, back = {0};
	struct segment_bytes out = {.has_header = false};
	unsigned parts = segment_count(&as);
	for (unsigned part = 1; part <= parts; part++) {
		struct segment read;
		segment_encode(&as, part, &out);
		bool is_gsm = out.data_coding == SMS_CODING_DEFAULT;
		assert_true(out.data.len <= (is_gsm ? 159 : 140) || parts == 1);
		segment_read(buf_str(&out.data), out.has_header, &read);
		assert_int_equal(read.is_part, parts > 1);
		assert_int_equal(read.reference, parts > 1 ? 200 : 0);
		assert_int_equal(read.part, part);
		assert_int_equal(read.parts, parts);
		if (is_gsm)
			assert_int_not_equal(read.data.at[read.data.len - 1], 0x1B);
		else
			assert_int_not_equal(read.data.at[read.data.len - 2] & 0xFC, 0xD8);
		buf_put(&joined, read.data);
		segment_decode(&back, out.data_coding, read.data);
	}
	assert_bytes(buf_str(&back), text); /* part by part */
	back.len = 0;
	segment_decode(&back, out.data_coding, buf_str(&joined));
	assert_bytes(buf_str(&back), text); /* and joined */
	buf_free(&out.data);
	buf_free(&joined);
	buf_free(&back);
}

static void test_no_cut_falls_inside_a_character(void **state)
{
	for (unsigned before = 0; before < 5; before++) {
		static const char *const units[] = {"€", "😀", "я", "a", "a€", "я😀"};
		for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
			struct buf text = {0};
			for (unsigned n = 0; n < before; n++)
				buf_puts(&text, "x");
			for (unsigned n = 0; n < 200; n++)
				buf_puts(&text, units[i]);
			assert_comes_back(buf_str(&text));
			buf_free(&text);
		}
	}
}

static void test_user_data_headers_are_read(void **state)
{
	/* clang-format off */
	static const struct {
		struct str bytes;
		bool is_part;
		unsigned reference, part, parts;
		size_t data; /* where it begins */
	} rows[] = {
		{{"\x05\x00\x03\x07\x02\x01hey", 9}, true, 7, 1, 2, 6},
		{{"\x06\x08\x04\x12\x34\x03\x03hey", 10}, true, 0x1234, 3, 3, 7},
		{{"\x05\x00\x03\x07\x01\x01", 6}, true, 7, 1, 1, 6},
		{{"\x05\x00\x03\x07\xFF\xFFx", 7}, true, 7, 255, 255, 6},
		{{"\x06\x05\x04\x0B\x84\x23\xF0x", 8}, false, 0, 1, 1, 7}, /* ports only */
		{{"\x0B\x05\x04\x0B\x84\x23\xF0\x00\x03\x07\x02\x02x", 13}, true, 7, 2, 2, 12},
		/* last counts */
		{{"\x0A\x00\x03\x07\x02\x01\x00\x03\x08\x03\x02x", 12}, true, 8, 2, 3, 11},
		{{"\x00x", 2}, false, 0, 1, 1, 1},
		{{"\x02\x70\x00x", 4}, false, 0, 1, 1, 3},
		/* What cannot be is passed over, and the text is there. */
		{{"", 0}, false, 0, 1, 1, 0},
		{{"\x05", 1}, false, 0, 1, 1, 0},                  /* no header: all is text */
		{{"\x05\x00\x03\x07\x02", 5}, false, 0, 1, 1, 0},
		{{"hello", 5}, false, 0, 1, 1, 0},
		{{"\x04\x00\x03\x07\x02\x01", 6}, false, 0, 1, 1, 5}, /* an element past the header */
		{{"\x07\x00\x03\x07\x02\x01\x70\x05x", 9}, true, 7, 1, 2, 8},
		{{"\x01\x00x", 3}, false, 0, 1, 1, 2},             /* no length */
		{{"\x04\x00\x02\x07\x02x", 6}, false, 0, 1, 1, 5}, /* too short an element */
		{{"\x06\x00\x04\x07\x02\x01\x01x", 8}, false, 0, 1, 1, 7}, /* too long a one */
		{{"\x05\x00\x03\x07\x02\x00x", 7}, false, 0, 1, 1, 6}, /* part 0 */
		{{"\x05\x00\x03\x07\x02\x03x", 7}, false, 0, 1, 1, 6}, /* part 3 of 2 */
		{{"\x05\x00\x03\x07\x00\x00x", 7}, false, 0, 1, 1, 6}, /* 0 parts */
		{{"\x05\x00\x03\x07\x00\x01x", 7}, false, 0, 1, 1, 6},
		{{"\x06\x08\x04\x07\x00\x02\x03x", 8}, false, 0, 1, 1, 7},
		/* ... and does not undo a good one */
		{{"\x0A\x00\x03\x07\x02\x01\x00\x03\x08\x02\x00x", 12}, true, 7, 1, 2, 11},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		/* A copy of the exact size, so that the sanitizer sees one byte too far. */
		char *bytes = malloc(rows[i].bytes.len + 1);
		char *exact = bytes + 1;
		struct segment read;
		if (rows[i].bytes.len)
			memcpy(exact, rows[i].bytes.at, rows[i].bytes.len);
		segment_read(str_from(exact, rows[i].bytes.len), true, &read);
		assert_int_equal(read.is_part, rows[i].is_part);
		assert_int_equal(read.reference, rows[i].reference);
		assert_int_equal(read.part, rows[i].part);
		assert_int_equal(read.parts, rows[i].parts);
		assert_bytes(read.data, str_skip(rows[i].bytes, rows[i].data));
		free(bytes);
	}
}

static void test_a_series_is_told_by_kind_value_and_number_of_parts(void **state)
{
	const struct segment same = {.kind = SEGMENT_8_BIT, .reference = 7, .part = 1, .parts = 2};
	const struct segment others[] = {
		{.kind = SEGMENT_16_BIT, .reference = 7, .part = 1, .parts = 2},
		{.kind = SEGMENT_SAR, .reference = 7, .part = 1, .parts = 2},
		{.kind = SEGMENT_8_BIT, .reference = 8, .part = 1, .parts = 2},
		{.kind = SEGMENT_8_BIT, .reference = 7, .part = 1, .parts = 3},
		{.kind = SEGMENT_16_BIT, .reference = 0xFFFF, .part = 255, .parts = 255},
		{.kind = SEGMENT_16_BIT, .reference = 0x0107, .part = 1, .parts = 2},
	};
	struct segment next = same;
	next.part = 2;
	assert_true(segment_series(&next) == segment_series(&same));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		for (size_t j = 0; j < i; j++) {
			assert_true(segment_series(&others[i]) != segment_series(&same));
			assert_true(segment_series(&others[i]) != segment_series(&others[j]));
			/* nor are they the value alone, which older journals have */
			assert_true(segment_series(&others[i]) > 0x1FFFF);
		}
}

static void test_headers_say_the_kind_of_reference(void **state)
{
	struct segment read;
	segment_read(STR("\x05\x00\x03\x07\x02\x01x"), true, &read);
	assert_int_equal(read.kind, SEGMENT_8_BIT);
	segment_read(STR("\x06\x08\x04\x00\x07\x02\x01x"), true, &read);
	assert_int_equal(read.kind, SEGMENT_16_BIT);
	assert_int_equal(read.reference, 7);
}

static void test_a_header_without_its_bit_is_one_if_nothing_else_begins_so(void **state)
{
	/* clang-format off */
	static const struct {
		struct str bytes;
		size_t data; /* where it begins; 0: it is text */
	} rows[] = {
		{{"\x05\x00\x03\x4B\x02\x01hey", 9}, 6},
		{{"\x05\x00\x03\x4B\x02\x02", 6}, 6},
		{{"\x06\x08\x04\x00\x4B\x02\x02hey", 10}, 7},
		{{"\x05\x00\x03\x4B\x02\x03hey", 9}, 0}, /* part 3 of 2 */
		{{"\x05\x00\x03\x4B\x02\x00hey", 9}, 0},
		{{"\x05\x00\x03\x4B\x02", 5}, 0},         /* nothing behind it */
		{{"\x05\x00\x04\x4B\x02\x01hey", 9}, 0},
		{{"\x06\x08\x03\x4B\x02\x01hey", 9}, 0},
		{{"\x06\x05\x04\x0B\x84\x23\xF0x", 8}, 0},  /* ports */
		{{"hello", 5}, 0},
		{{"", 0}, 0},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct segment read;
		segment_read(rows[i].bytes, false, &read);
		assert_int_equal(read.is_part, rows[i].data > 0);
		assert_bytes(read.data, str_skip(rows[i].bytes, rows[i].data));
	}
}

static void test_national_tables_are_read_by_the_header(void **state)
{
	struct segment read;
	struct buf text = {0};
	segment_read(STR("\x07\x00\x03\x07\x02\x01\x24\x01\x01\x1Bs"), true, &read);
	assert_false(read.single); /* longer than the header says */
	segment_read(STR("\x0B\x00\x03\x07\x02\x01\x24\x01\x01\x25\x01\x03\x1Bs\x40"), true, &read);
	assert_int_equal(read.part, 1);
	assert_int_equal(read.single, GSM7_TURKISH);
	assert_int_equal(read.locking, GSM7_PORTUGUESE);
	segment_decode(&text, segment_coding(&read, SMS_CODING_DEFAULT, ALPHABET_GSM7), read.data);
	assert_bytes(buf_str(&text), STR("şÍ"));
	buf_free(&text);
}

static void test_the_smsc_says_what_0_means(void **state)
{
	const struct segment none = {.part = 1, .parts = 1};
	struct buf text = {0};
	segment_decode(&text, segment_coding(&none, 0, ALPHABET_LATIN1), STR("joe@x für"));
	assert_int_equal(segment_coding(&none, 0, ALPHABET_LATIN1), SMS_CODING_LATIN1);
	text.len = 0;
	segment_decode(&text, segment_coding(&none, 0, ALPHABET_LATIN1), STR("@ \xFC"));
	assert_bytes(buf_str(&text), STR("@ ü"));
	assert_int_equal(segment_coding(&none, 0, ALPHABET_ASCII), SMS_CODING_LATIN1);
	assert_int_equal(segment_coding(&none, 8, ALPHABET_LATIN1), SMS_CODING_UCS2);
	assert_int_equal(segment_coding(&none, 0xF0, ALPHABET_LATIN1), 0xF0);
	buf_free(&text);
}

static void test_each_coding_is_read_in_its_own_way(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned coding;
		struct str data;
		const char *text;
	} rows[] = {
		{SMS_CODING_DEFAULT, {"\x00 a\x1B\x65", 5}, "@ a€"},
		{SMS_CODING_IA5, {"@a~", 3}, "@a~"},
		{SMS_CODING_LATIN1, {"\xE9\xFC!", 3}, "éü!"},
		{SMS_CODING_BINARY, {"\x00\xAB\x7F", 3}, "00AB7F"},
		{SMS_CODING_UCS2, {"\x04\x4F", 2}, "я"},
		{SMS_CODING_UCS2, {"\xFE\xFF\0S\0T", 6}, "ST"},         /* a byte order mark */
		{SMS_CODING_UCS2, {"\xFF\xFES\0T\0", 6}, "ST"},         /* the octets turned round */
		{SMS_CODING_UCS2, {"\xFF\xFE\x4F\x04!", 5}, "я\uFFFD"},
		{SMS_CODING_UCS2, {"\0a\xFE\xFF", 4}, "a\uFEFF"},
		{SMS_CODING_UCS2, {"\0S\0T\0", 5}, "ST"},                /* the end of a string, counted */
		{SMS_CODING_UCS2, {"\xFF\xFES\0T\0\0", 7}, "ST"}, {SMS_CODING_UCS2, {"\0", 1}, ""},
		{SMS_CODING_UCS2, {"\0S\x01", 3}, "S\uFFFD"},
		{SMS_CODING_UCS2, {"\xFF\xFE", 2}, ""}, {SMS_CODING_UCS2, {"\xFF", 1}, "\uFFFD"},
		{0x18, {"\xFF\xFES\0", 4}, "S"},
		{0xF0, {"\x00", 1}, "@"},        /* a flash message in the default alphabet */
		{0xF5, {"\x1F", 1}, "1F"},       /* 8 bit data for the phone */
		{SMS_CODING_BINARY, {"STOP", 4}, "STOP"}, /* a text all the same */
		{SMS_CODING_OCTETS, {"a\r\nb", 4}, "a\r\nb"},
		{SMS_CODING_BINARY, {"a\x7F", 2}, "617F"},
		{SMS_CODING_BINARY, {"Arrêt 🛑", 11}, "Arrêt 🛑"},           /* UTF-8 */
		{SMS_CODING_OCTETS, {"a\xC2\x80", 3}, "61C280"},          /* a control character */
		{0x14, {"\xC3", 1}, "C3"},
		{SMS_CODING_BINARY, {"STOP\0", 5}, "STOP"},               /* its end was counted */
		{SMS_CODING_BINARY, {"a\0b\0", 4}, "61006200"},
		{SMS_CODING_CYRILLIC, {"\xBF\xE0 \xF1\xA1\xF0", 6}, "Пр ёЁ№"},
		{SMS_CODING_HEBREW, {"\xE9\xFA\xFF", 3}, "ית\uFFFD"},
		{SMS_CODING_JIS, {"\x46\x7C\x4B\x5C", 4}, "日本"},
		{SMS_CODING_JIS, {"\x93\xFA\x96\x7B", 4}, "日本"},             /* Shift-JIS */
		{SMS_CODING_JIS, {"\x1B$B\x46\x7C\x1B(B!", 9}, "日!"},         /* ISO-2022-JP */
		{SMS_CODING_JIS, {"\xFF", 1}, "ÿ"},
		{SMS_CODING_JIS_MORE, {"\x30\x21", 2}, "丂"},
		{SMS_CODING_KOREAN, {"\x30\x21", 2}, "가"},
		/* GSM's groups: general, waiting, class */
		{0x10, {"\x00", 1}, "@"}, {0x11, {"\x04", 1}, "è"}, {0x14, {"\x00", 1}, "00"},
		{0x18, {"\x01\x7E", 2}, "ž"}, {0x19, {"\x01\x7E", 2}, "ž"}, {0x1F, {"\x00", 1}, "@"},
		{0x48, {"\x01\x7E", 2}, "ž"}, {0x80, {"\x00", 1}, "@"}, {0xBF, {"\x00", 1}, "@"},
		{0xC8, {"\x00", 1}, "@"}, {0xD8, {"\x00", 1}, "@"}, {0xE0, {"\x01\x7E", 2}, "ž"},
		{0xEF, {"\x01\x7E", 2}, "ž"}, {0xFB, {"\x00", 1}, "@"},
		{0x09, {"\xE9", 1}, "é"},        /* what we cannot read is taken for Latin-1 */
		/* UCS-2 that is said to be in the default alphabet */
		{SMS_CODING_DEFAULT, {"\0S\0T\0O\0P", 8}, "STOP"},
		{SMS_CODING_DEFAULT, {"\0a\0b", 4}, "ab"},
		{SMS_CODING_DEFAULT, {"\0a", 2}, "@a"},
		{SMS_CODING_DEFAULT, {"\0a\0", 3}, "@a@"},
		{SMS_CODING_DEFAULT, {"\0a\0\0", 4}, "@a@@"},
		{SMS_CODING_DEFAULT, {"Hello\0", 6}, "Hello@"},
		{SMS_CODING_DEFAULT, {"f\xFCr", 3}, "für"}, /* no septets: Latin-1 */
		{SMS_CODING_DEFAULT, {"", 0}, ""},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = {0};
		segment_decode(&text, rows[i].coding, rows[i].data);
		assert_bytes(buf_str(&text), str_of(rows[i].text));
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_takes_as_many_parts_as_its_length_asks),
		cmocka_unit_test(test_a_short_text_goes_without_header),
		cmocka_unit_test(test_parts_begin_with_the_concatenation_header),
		cmocka_unit_test(test_no_cut_falls_inside_a_character),
		cmocka_unit_test(test_user_data_headers_are_read),
		cmocka_unit_test(test_a_series_is_told_by_kind_value_and_number_of_parts),
		cmocka_unit_test(test_headers_say_the_kind_of_reference),
		cmocka_unit_test(test_an_smsc_with_another_alphabet_gets_it),
		cmocka_unit_test(
			test_typographic_signs_become_typed_ones_where_that_keeps_a_text_cheap),
		cmocka_unit_test(test_a_header_without_its_bit_is_one_if_nothing_else_begins_so),
		cmocka_unit_test(test_national_tables_are_read_by_the_header),
		cmocka_unit_test(test_the_smsc_says_what_0_means),
		cmocka_unit_test(test_each_coding_is_read_in_its_own_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
