/* varint_test.c - numbers at the ends of each length. */
#include <setjmp.h>
#include <stdarg.h>

#include "base/varint.h"

#include <cmocka.h>

static void test_numbers_come_back_in_as_many_bytes(void **state)
{
	static const struct {
		uint64_t number;
		size_t bytes;
	} rows[] = {{0, 1}, {0x7F, 1}, {0x80, 2}, {0x3FFF, 2}, {0x4000, 3}, {UINT64_MAX >> 1, 9},
		{UINT64_MAX, 10}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = {0};
		uint64_t number;
		varint_put(&out, rows[i].number);
		assert_int_equal(out.len, rows[i].bytes);
		struct str in = buf_str(&out), cut = str_from(out.at, out.len - 1);
		assert_true(varint_take(&in, &number));
		assert_true(number == rows[i].number && in.len == 0);
		assert_false(varint_take(&cut, &number));
		buf_free(&out);
	}
}

static void test_what_is_longer_than_a_number_is_none(void **state)
{
	struct str in = STR("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02");
	uint64_t number;
	assert_false(varint_take(&in, &number));
}

static void test_bytes_have_their_number_before_them(void **state)
{
	struct buf out = {0};
	struct str bytes;
	varint_put_str(&out, STR("two"));
	varint_put_str(&out, STR_NONE);
	struct str in = buf_str(&out), cut = STR("\x03to");
	assert_true(varint_take_str(&in, &bytes) && str_is(bytes, "two"));
	assert_true(varint_take_str(&in, &bytes) && bytes.len == 0 && in.len == 0);
	assert_false(varint_take_str(&cut, &bytes));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_come_back_in_as_many_bytes),
		cmocka_unit_test(test_what_is_longer_than_a_number_is_none),
		cmocka_unit_test(test_bytes_have_their_number_before_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
