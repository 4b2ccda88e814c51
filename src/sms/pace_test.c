/* pace_test.c - a link against carriers that take so many a second. */
#include "sms/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW 1700000000000

static void test_one_answer_slows_the_link_a_little_and_for_a_short_time(void **state)
{
	struct pace pace = {0};
	msec now = NOW, spent = 0;
	assert_int_equal(pace_wait(&pace, now), 0);
	pace_slow(&pace, now, now);
	assert_int_equal(pace_wait(&pace, now), PACE_FIRST_MS);
	for (int i = 0; i < 20; i++) {
		msec wait = pace_wait(&pace, now + spent);
		assert_in_range(wait, 0, PACE_FIRST_MS);
		spent += wait;
		pace_sent(&pace, now + spent);
		pace_ease(&pace);
	}
	assert_in_range(spent, 200, 500);
	assert_int_equal(pace_wait(&pace, now + spent), 0); /* all is forgotten */
}

static void test_gaps_double_up_to_the_last(void **state)
{
	struct pace pace = {0};
	msec now = NOW;
	for (msec gap = PACE_FIRST_MS; gap < PACE_LAST_MS; gap *= 2) {
		pace_slow(&pace, now, now);
		assert_int_equal(pace_wait(&pace, now), gap);
		now += gap;
	}
	for (int i = 0; i < 10; i++, now++) {
		pace_slow(&pace, now, now);
		assert_int_equal(pace_wait(&pace, now), PACE_LAST_MS);
	}
}

static void test_a_window_of_answers_counts_once(void **state)
{
	struct pace pace = {0};
	for (int i = 0; i < 10; i++)
		pace_slow(&pace, NOW - 10, NOW + i);
	assert_int_equal(pace_wait(&pace, NOW), PACE_FIRST_MS);
	pace_slow(&pace, NOW + 1, NOW + 20);
	assert_int_equal(pace_wait(&pace, NOW + 20), 2 * PACE_FIRST_MS);
}

static void test_the_past_is_forgotten_after_a_minute(void **state)
{
	struct pace pace = {0};
	pace_slow(&pace, NOW, NOW);
	pace_sent(&pace, NOW + PACE_FORGET_MS - 1);
	assert_int_equal(pace_wait(&pace, NOW + PACE_FORGET_MS - 1), PACE_FIRST_MS);
	assert_int_equal(pace_wait(&pace, NOW + PACE_FORGET_MS), 0);
}

/* Parts that a carrier takes in a minute that takes so many a second, and how many it had to refuse. */
static unsigned taken_in_a_minute(unsigned a_second, unsigned *refused)
{
	struct pace pace = {0};
	msec last[1000] = {0};
	unsigned taken = 0;
	*refused = 0;
	for (msec now = NOW; now < NOW + 60000; now++) {
		if (pace_wait(&pace, now))
			continue;
		pace_sent(&pace, now);
		if (now - last[taken % a_second] >= 1000) {
			last[taken++ % a_second] = now;
			pace_ease(&pace);
		} else {
			++*refused;
			pace_slow(&pace, now, now);
		}
	}
	return taken;
}

static void test_a_link_settles_near_what_the_carrier_takes(void **state)
{
	static const unsigned rates[] = {1, 3, 10, 30, 100};
	for (unsigned i = 0; i < sizeof rates / sizeof *rates; i++) {
		unsigned refused, taken = taken_in_a_minute(rates[i], &refused);
		assert_in_range(taken, rates[i] * 60 * 6 / 10, rates[i] * 60 + rates[i]);
		assert_in_range(refused, 1, taken / 2 + 60);
	}
}

/* So many in each second, whatever the caller asks for. */
static unsigned sent_in(struct pace *pace, msec from, msec until)
{
	unsigned count = 0;
	for (msec now = from; now < until; now++)
		while (pace_wait(pace, now) == 0) {
			pace_sent(pace, now);
			count++;
		}
	return count;
}

static void test_a_contract_allows_so_many_a_second_and_a_minute(void **state)
{
	static const struct {
		unsigned second, minute, in_minute;
		bool is_slow;
	} rows[] = {
		{1, 0, 60, true}, {3, 0, 181, true}, /* 333 ms */
		{20, 0, 1200, true}, {200, 0, 12000, true}, {0, 30, 30, true}, {10, 120, 120, true},
		{1000, 0, 60020, false}, /* 20 ms of them at once */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pace pace = {.gap = 0};
		pace_allow(&pace, rows[i].second, rows[i].minute);
		unsigned count = sent_in(&pace, 1000000, 1060000);
		assert_in_range(count, rows[i].in_minute - rows[i].in_minute / 100 - 1,
			rows[i].in_minute + rows[i].in_minute / 100 + 1);
		assert_int_equal(pace_is_slow(&pace), rows[i].is_slow);
	}
	struct pace none = {.gap = 0};
	pace_allow(&none, 0, 0);
	pace_sent(&none, 5);
	assert_int_equal(pace_wait(&none, 5), 0);
	assert_false(pace_is_slow(&none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_contract_allows_so_many_a_second_and_a_minute),
		cmocka_unit_test(test_one_answer_slows_the_link_a_little_and_for_a_short_time),
		cmocka_unit_test(test_gaps_double_up_to_the_last),
		cmocka_unit_test(test_a_window_of_answers_counts_once),
		cmocka_unit_test(test_the_past_is_forgotten_after_a_minute),
		cmocka_unit_test(test_a_link_settles_near_what_the_carrier_takes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
