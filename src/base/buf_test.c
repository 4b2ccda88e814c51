/* buf_test.c - bytes that grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"

#include <cmocka.h>

static void test_what_is_put_stays_in_order_over_many_growths(void **state)
{
	struct buf b = {0};
	for (unsigned i = 0; i < 10000; i++)
		buf_put_byte(&b, (char)i);
	buf_put(&b, STR_NONE);
	assert_int_equal(b.len, 10000);
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(b.at[i], (char)i);
	buf_free(&b);
	assert_null(b.at);
	assert_int_equal(b.len, 0);
}

static void test_numbers_and_formats_are_printed(void **state)
{
	struct buf b = {0};
	buf_put_u64(&b, 0);
	buf_puts(&b, " ");
	buf_put_u64(&b, UINT64_MAX);
	buf_printf(&b, " %s-%03d", "x", 7);
	assert_true(str_is(buf_str(&b), "0 18446744073709551615 x-007"));
	buf_free(&b);
}

static void test_a_format_longer_than_the_room_is_whole(void **state)
{
	struct buf b = {0};
	for (int width = 250; width <= 260; width++) {
		b.len = 0;
		buf_printf(&b, "%*d", width, 1);
		assert_int_equal(b.len, width);
		assert_int_equal(b.at[b.len - 1], '1');
		buf_free(&b);
	}
}

static void test_reserved_room_can_be_written(void **state)
{
	struct buf b = {0};
	buf_puts(&b, "ab");
	memset(buf_reserve(&b, 5000), 'c', 5000);
	b.len += 5000;
	assert_true(str_starts(buf_str(&b), STR("abccc")));
	assert_int_equal(b.at[5001], 'c');
	buf_free(&b);
}

static void test_dropping_leaves_the_end(void **state)
{
	struct buf b = {0};
	buf_drop(&b, 0);
	buf_puts(&b, "abcdef");
	buf_drop(&b, 2);
	assert_true(str_is(buf_str(&b), "cdef"));
	buf_drop(&b, 4);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_put_stays_in_order_over_many_growths),
		cmocka_unit_test(test_numbers_and_formats_are_printed),
		cmocka_unit_test(test_a_format_longer_than_the_room_is_whole),
		cmocka_unit_test(test_reserved_room_can_be_written),
		cmocka_unit_test(test_dropping_leaves_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
