/* gsm7_test.c - the default alphabet, character by character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "wire/gsm7.h"

#include <cmocka.h>

static void assert_bytes(const struct buf *b, struct str expected)
{
	assert_int_equal(b->len, expected.len);
	if (expected.len)
		assert_memory_equal(b->at, expected.at, expected.len);
}

static void test_texts_become_their_septets(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		struct str septets;
	} rows[] = {
		{"", {"", 0}},
		{"hello 123", {"hello 123", 9}},
		{"@", {"\x00", 1}},
		{"$_\n\r", {"\x02\x11\n\r", 4}},
		{"£¥èéùìòÇ", {"\x01\x03\x04\x05\x06\x07\x08\x09", 8}},
		{"ØøÅåÆæßÉ", {"\x0B\x0C\x0E\x0F\x1C\x1D\x1E\x1F", 8}},
		{"ΔΦΓΛΩΠΨΣΘΞ", {"\x10\x12\x13\x14\x15\x16\x17\x18\x19\x1A", 10}},
		{"¤¡ÄÖÑÜ§¿äöñüà", {"\x24\x40\x5B\x5C\x5D\x5E\x5F\x60\x7B\x7C\x7D\x7E\x7F", 13}},
		{"^{}\\[", {"\x1B\x14\x1B\x28\x1B\x29\x1B\x2F\x1B\x3C", 10}},
		{"~]|€\f", {"\x1B\x3D\x1B\x3E\x1B\x40\x1B\x65\x1B\x0A", 10}},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf septets = {0}, text = {0};
		assert_true(gsm7_encode(&septets, str_of(rows[i].text)));
		assert_bytes(&septets, rows[i].septets);
		gsm7_decode(&text, rows[i].septets);
		assert_bytes(&text, str_of(rows[i].text));
		buf_free(&septets);
		buf_free(&text);
	}
}

static void test_every_character_of_the_alphabet_comes_back(void **state)
{
	unsigned of_one = 0, of_two = 0;
	for (uint32_t code = 0; code < 0x110000; code++) {
		int septets = gsm7_septets(code);
		if (septets == 0)
			continue;
		struct buf text = {0}, encoded = {0}, back = {0};
		utf8_put(&text, code);
		assert_true(gsm7_encode(&encoded, buf_str(&text)));
		assert_int_equal(encoded.len, septets);
		gsm7_decode(&back, buf_str(&encoded));
		assert_bytes(&back, buf_str(&text));
		of_one += septets == 1;
		of_two += septets == 2;
		buf_free(&text);
		buf_free(&encoded);
		buf_free(&back);
	}
	assert_int_equal(of_one, 127); /* all but the escape */
	assert_int_equal(of_two, 10);
}

static void test_every_septet_is_its_own_character(void **state)
{
	for (int septet = 0; septet < 128; septet++) {
		char byte = (char)septet;
		struct buf text = {0}, back = {0};
		gsm7_decode(&text, str_from(&byte, 1));
		assert_true(gsm7_encode(&back, buf_str(&text)));
		byte = septet == GSM7_ESCAPE ? ' ' : byte;
		assert_bytes(&back, str_from(&byte, 1));
		buf_free(&text);
		buf_free(&back);
	}
}

static void test_what_the_alphabet_lacks_leaves_the_output_as_it_was(void **state)
{
	/* clang-format off */
	static const char *const texts[] = {"abcç", "`", "\t", "ab\x1B", "日本", "😀", "e\xCC\x81",
		"a\xFF", "\xC3",
		"Α" /* a Greek Alpha is no A here */, "\xC2\xA0"};
	/* clang-format on */
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf out = {0};
		buf_puts(&out, "before");
		assert_false(gsm7_encode(&out, str_of(texts[i])));
		assert_bytes(&out, STR("before"));
		buf_free(&out);
	}
}

static void test_strange_septets_still_show_something(void **state)
{
	/* clang-format off */
	static const struct {
		struct str septets;
		const char *text;
	} rows[] = {
		{{"a\x1B", 2}, "a "},                       /* an escape at the very end */
		{{"\x1B\x1B" "b", 3}, " b"},                /* an escape to a further table */
		{{"\x1B" "A", 2}, "A"},                     /* nothing there: the basic table's */
		{{"\x1B\x00", 2}, "@"},
		{{"\x80\xFF", 2}, "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* no septets */
		{{"\x1B\xE5", 2}, "\xEF\xBF\xBD"},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = {0};
		gsm7_decode(&text, rows[i].septets);
		assert_bytes(&text, str_of(rows[i].text));
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_become_their_septets),
		cmocka_unit_test(test_every_character_of_the_alphabet_comes_back),
		cmocka_unit_test(test_every_septet_is_its_own_character),
		cmocka_unit_test(test_what_the_alphabet_lacks_leaves_the_output_as_it_was),
		cmocka_unit_test(test_strange_septets_still_show_something),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
