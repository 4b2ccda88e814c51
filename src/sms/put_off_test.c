/* put_off_test.c - pauses of single parts, and places of phones. */
#include "sms/put_off.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW 1700000000000

static msec again(
	struct put_off_list *list, enum put_off_kind kind, uint64_t serial, unsigned part, msec now)
{
	return put_off_again(list, kind, serial % 2 ? STR("odd") : STR("even"), serial, part, now);
}

static void test_pauses_double_up_to_the_last(void **state)
{
	static const msec limits[][2] = {
		[PUT_OFF_BUSY] = {PUT_OFF_BUSY_FIRST_MS, PUT_OFF_BUSY_LAST_MS},
		[PUT_OFF_TROUBLE] = {PUT_OFF_TROUBLE_FIRST_MS, PUT_OFF_TROUBLE_LAST_MS}};
	for (enum put_off_kind kind = PUT_OFF_BUSY; kind <= PUT_OFF_TROUBLE; kind++) {
		struct put_off_list list = {0};
		for (msec pause = limits[kind][0]; pause < limits[kind][1]; pause *= 2)
			assert_int_equal(again(&list, kind, 1, 1, NOW), NOW + pause);
		for (int i = 0; i < 100; i++)
			assert_int_equal(again(&list, kind, 1, 1, NOW), NOW + limits[kind][1]);
		put_off_clear(&list);
	}
}

static void test_another_reason_keeps_the_pause_within_its_own_limits(void **state)
{
	struct put_off_list list = {0};
	again(&list, PUT_OFF_BUSY, 1, 1, NOW);
	assert_int_equal(again(&list, PUT_OFF_TROUBLE, 1, 1, NOW), NOW + PUT_OFF_TROUBLE_FIRST_MS);
	for (int i = 0; i < 100; i++)
		again(&list, PUT_OFF_TROUBLE, 1, 1, NOW);
	assert_int_equal(again(&list, PUT_OFF_BUSY, 1, 1, NOW), NOW + PUT_OFF_BUSY_LAST_MS);
	put_off_clear(&list);
}

static void test_each_part_waits_for_itself_until_its_time(void **state)
{
	struct put_off_list list = {0};
	again(&list, PUT_OFF_BUSY, 1, 2, NOW);
	assert_true(put_off_is_waiting(&list, 1, 2, NOW + PUT_OFF_BUSY_FIRST_MS - 1));
	assert_false(put_off_is_waiting(&list, 1, 2, NOW + PUT_OFF_BUSY_FIRST_MS));
	assert_false(put_off_is_waiting(&list, 1, 1, NOW));
	assert_false(put_off_is_waiting(&list, 2, 2, NOW));
	put_off_clear(&list);
}

static void test_the_next_end_is_the_earliest_that_is_still_to_come(void **state)
{
	struct put_off_list list = {0};
	const msec pause = PUT_OFF_BUSY_FIRST_MS;
	assert_int_equal(put_off_next(&list, NOW), 0);
	again(&list, PUT_OFF_BUSY, 3, 1, NOW + 20);
	again(&list, PUT_OFF_BUSY, 1, 1, NOW + 10);
	again(&list, PUT_OFF_BUSY, 2, 1, NOW);
	assert_int_equal(put_off_next(&list, NOW), NOW + pause);
	assert_int_equal(put_off_next(&list, NOW + pause), NOW + pause + 10);
	assert_int_equal(put_off_next(&list, NOW + pause + 20), 0);
	put_off_clear(&list);
}

static bool is_even(void *ctx, uint64_t serial, unsigned part)
{
	return serial % 2 == 0;
}

static void test_what_is_forgotten_begins_anew(void **state)
{
	struct put_off_list list = {0};
	for (uint64_t serial = 1; serial <= 4; serial++)
		again(&list, PUT_OFF_BUSY, serial, 1, NOW);
	assert_true(put_off_forget(&list, 1, 1));
	assert_false(put_off_forget(&list, 1, 1));
	put_off_sweep(&list, is_even, NULL);
	for (uint64_t serial = 1; serial <= 4; serial++)
		assert_int_equal(put_off_is_waiting(&list, serial, 1, NOW), serial == 3);
	assert_int_equal(again(&list, PUT_OFF_BUSY, 2, 1, NOW), NOW + PUT_OFF_BUSY_FIRST_MS);
	assert_int_equal(again(&list, PUT_OFF_BUSY, 3, 1, NOW), NOW + 2 * PUT_OFF_BUSY_FIRST_MS);
	put_off_clear(&list);
}

static void test_later_parts_to_a_phone_are_behind_until_the_part_is_forgotten(void **state)
{
	struct put_off_list list = {0};
	again(&list, PUT_OFF_BUSY, 5, 2, NOW);
	again(&list, PUT_OFF_BUSY, 7, 1, NOW);
	assert_false(put_off_is_behind(&list, STR("odd"), 5, 2));
	assert_false(put_off_is_behind(&list, STR("odd"), 5, 1));
	assert_true(put_off_is_behind(&list, STR("odd"), 5, 3));
	assert_true(put_off_is_behind(&list, STR("odd"), 6, 1));
	assert_false(put_off_is_behind(&list, STR("even"), 6, 1));
	put_off_forget(&list, 5, 2);
	assert_false(put_off_is_behind(&list, STR("odd"), 6, 1));
	assert_true(put_off_is_behind(&list, STR("odd"), 8, 1));
	put_off_forget(&list, 7, 1);
	assert_false(put_off_is_behind(&list, STR("odd"), 8, 1));
	assert_true(put_off_is_empty(&list));
}

static void test_trouble_keeps_its_place_for_the_first_pause_only(void **state)
{
	struct put_off_list list = {0};
	again(&list, PUT_OFF_TROUBLE, 1, 1, NOW);
	assert_true(put_off_is_behind(&list, STR("odd"), 3, 1));
	again(&list, PUT_OFF_TROUBLE, 1, 1, NOW);
	assert_false(put_off_is_behind(&list, STR("odd"), 3, 1));
	again(&list, PUT_OFF_BUSY, 1, 1, NOW);
	assert_true(put_off_is_behind(&list, STR("odd"), 3, 1));
	put_off_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pauses_double_up_to_the_last),
		cmocka_unit_test(test_another_reason_keeps_the_pause_within_its_own_limits),
		cmocka_unit_test(test_each_part_waits_for_itself_until_its_time),
		cmocka_unit_test(test_the_next_end_is_the_earliest_that_is_still_to_come),
		cmocka_unit_test(test_what_is_forgotten_begins_anew),
		cmocka_unit_test(
			test_later_parts_to_a_phone_are_behind_until_the_part_is_forgotten),
		cmocka_unit_test(test_trouble_keeps_its_place_for_the_first_pause_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
