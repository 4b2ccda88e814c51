/* histogram_test.c - a number counts where its bound is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/histogram.h"

static void test_a_bound_belongs_to_what_is_below(void **state)
{
	static const uint64_t bounds[] = {1, 10};
	struct histogram h = {.bounds = bounds, .bound_count = 2};
	static const uint64_t numbers[] = {0, 1, 2, 10, 11, 1000};
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		histogram_add(&h, numbers[i]);
	for (int i = 0; i < 3; i++)
		assert_int_equal(h.counts[i], 2);
	assert_int_equal(h.sum, 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_bound_belongs_to_what_is_below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
