/* put_off_test.c - pauses of single parts. */
#include "sms/put_off.h"
#include "sms/sms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW 1700000000000

static void test_pauses_double_up_to_the_last(void **state)
{
	struct put_off_list list = {0};
	(void)state;
	for (msec pause = SMS_THROTTLE_MS; pause < PUT_OFF_LAST_MS; pause *= 2)
		assert_int_equal(put_off_again(&list, 1, 1, NOW), NOW + pause);
	for (int i = 0; i < 100; i++)
		assert_int_equal(put_off_again(&list, 1, 1, NOW), NOW + PUT_OFF_LAST_MS);
	put_off_clear(&list);
}

static void test_each_part_waits_for_itself_until_its_time(void **state)
{
	struct put_off_list list = {0};
	(void)state;
	put_off_again(&list, 1, 2, NOW);
	assert_true(put_off_is_waiting(&list, 1, 2, NOW + SMS_THROTTLE_MS - 1));
	assert_false(put_off_is_waiting(&list, 1, 2, NOW + SMS_THROTTLE_MS));
	assert_false(put_off_is_waiting(&list, 1, 1, NOW));
	assert_false(put_off_is_waiting(&list, 2, 2, NOW));
	put_off_clear(&list);
}

static void test_the_next_end_is_the_earliest_that_is_still_to_come(void **state)
{
	struct put_off_list list = {0};
	(void)state;
	assert_int_equal(put_off_next(&list, NOW), 0);
	put_off_again(&list, 3, 1, NOW + 20);
	put_off_again(&list, 1, 1, NOW + 10);
	put_off_again(&list, 2, 1, NOW);
	assert_int_equal(put_off_next(&list, NOW), NOW + SMS_THROTTLE_MS);
	assert_int_equal(put_off_next(&list, NOW + SMS_THROTTLE_MS), NOW + SMS_THROTTLE_MS + 10);
	assert_int_equal(put_off_next(&list, NOW + SMS_THROTTLE_MS + 20), 0);
	put_off_clear(&list);
}

static bool is_even(void *ctx, uint64_t serial)
{
	(void)ctx;
	return serial % 2 == 0;
}

static void test_what_is_forgotten_begins_anew(void **state)
{
	struct put_off_list list = {0};
	(void)state;
	for (uint64_t serial = 1; serial <= 4; serial++)
		put_off_again(&list, serial, 1, NOW);
	put_off_forget(&list, 1, 1);
	put_off_forget(&list, 1, 1);
	put_off_sweep(&list, is_even, NULL);
	for (uint64_t serial = 1; serial <= 4; serial++)
		assert_int_equal(put_off_is_waiting(&list, serial, 1, NOW), serial == 3);
	assert_int_equal(put_off_again(&list, 2, 1, NOW), NOW + SMS_THROTTLE_MS);
	assert_int_equal(put_off_again(&list, 3, 1, NOW), NOW + 2 * SMS_THROTTLE_MS);
	put_off_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pauses_double_up_to_the_last),
		cmocka_unit_test(test_each_part_waits_for_itself_until_its_time),
		cmocka_unit_test(test_the_next_end_is_the_earliest_that_is_still_to_come),
		cmocka_unit_test(test_what_is_forgotten_begins_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
