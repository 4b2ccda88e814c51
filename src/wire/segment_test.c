/* segment_test.c - how texts are cut, at each limit and one beside it, and how parts are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"
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
		assert_int_equal(segment_count(buf_str(&text)), rows[i].parts);
		buf_free(&text);
	}
}

static void test_a_short_text_goes_without_header(void **state)
{
	struct buf out = {0};
	enum sms_coding coding;
	bool has_header;
	segment_encode(&out, STR("Hi @"), 1, 9, &coding, &has_header);
	assert_bytes(buf_str(&out), str_from("Hi \0", 4));
	assert_int_equal(coding, SMS_CODING_DEFAULT);
	assert_false(has_header);
	out.len = 0;
	segment_encode(&out, STR("😀"), 1, 9, &coding, &has_header);
	assert_bytes(buf_str(&out), STR("\xD8\x3D\xDE\x00")); /* two units */
	assert_int_equal(coding, SMS_CODING_UCS2);
	assert_false(has_header);
	buf_free(&out);
}

static void test_parts_begin_with_the_concatenation_header(void **state)
{
	struct buf text = text_of("a", 306, "b"), out = {0};
	enum sms_coding coding;
	bool has_header;
	segment_encode(&out, buf_str(&text), 3, 0xAB, &coding, &has_header);
	assert_bytes(buf_str(&out), STR("\x05\x00\x03\xAB\x03\x03"
					"b"));
	assert_true(has_header);
	out.len = 0;
	segment_encode(&out, buf_str(&text), 1, 0xAB, &coding, &has_header);
	assert_int_equal(out.len, 6 + 153);
	assert_bytes(str_from(out.at, 7), STR("\x05\x00\x03\xAB\x03\x01"
					      "a"));
	buf_free(&text);
	buf_free(&out);
}

/* Cuts, reads each part, and joins. Each part must also make sense by itself. */
static void assert_comes_back(struct str text)
{
	struct buf out = {0}, joined = {0}, back = {0};
	enum sms_coding coding = SMS_CODING_BINARY;
	unsigned parts = segment_count(text);
	for (unsigned part = 1; part <= parts; part++) {
		struct segment read;
		bool has_header;
		out.len = 0;
		segment_encode(&out, text, part, 200, &coding, &has_header);
		assert_true(out.len <= (coding == SMS_CODING_DEFAULT ? 159 : 140) || parts == 1);
		segment_read(buf_str(&out), has_header, &read);
		assert_int_equal(read.is_part, parts > 1);
		assert_int_equal(read.reference, parts > 1 ? 200 : 0);
		assert_int_equal(read.part, part);
		assert_int_equal(read.parts, parts);
		if (coding == SMS_CODING_DEFAULT)
			assert_int_not_equal(read.data.at[read.data.len - 1], 0x1B);
		else
			assert_int_not_equal(read.data.at[read.data.len - 2] & 0xFC, 0xD8);
		buf_put(&joined, read.data);
		segment_decode(&back, coding, read.data);
	}
	assert_bytes(buf_str(&back), text); /* part by part */
	back.len = 0;
	segment_decode(&back, coding, buf_str(&joined));
	assert_bytes(buf_str(&back), text); /* and joined */
	buf_free(&out);
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

static void test_without_the_bit_there_is_no_header(void **state)
{
	struct segment read;
	segment_read(STR("\x05\x00\x03\x07\x02\x03"), false, &read);
	assert_false(read.is_part);
	assert_int_equal(read.part, 1);
	assert_int_equal(read.parts, 1);
	assert_int_equal(read.data.len, 6);
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
		{0xF0, {"\x00", 1}, "@"},        /* a flash message in the default alphabet */
		{0xF5, {"\x1F", 1}, "1F"},       /* 8 bit data for the phone */
		{6, {"\xE9", 1}, "é"},           /* what we cannot read is taken for Latin-1 */
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
		cmocka_unit_test(test_without_the_bit_there_is_no_header),
		cmocka_unit_test(test_each_coding_is_read_in_its_own_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
