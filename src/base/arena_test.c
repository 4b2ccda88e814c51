/* arena_test.c - pieces that live and go together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/arena.h"

#include <cmocka.h>

static void test_pieces_are_zero_aligned_and_apart(void **state)
{
	struct arena a = {0};
	unsigned char *pieces[300];
	for (unsigned i = 0; i < 300; i++) {
		pieces[i] = arena_take(&a, i);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (unsigned n = 0; n < i; n++)
			assert_int_equal(pieces[i][n], 0);
		memset(pieces[i], (int)(i % 251 + 1), i);
	}
	for (unsigned i = 0; i < 300; i++)
		for (unsigned n = 0; n < i; n++)
			assert_int_equal(pieces[i][n], i % 251 + 1);
	arena_free(&a);
	assert_null(a.newest);
}

static void test_pieces_of_any_size_fit(void **state)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 1000000};
	struct arena a = {0};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		memset(arena_take(&a, sizes[i]), 1, sizes[i]);
	arena_free(&a);
}

static void test_after_a_reset_pieces_are_zero_again(void **state)
{
	struct arena a = {0};
	arena_reset(&a); /* an empty one is fine */
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 10; i++) {
			unsigned char *piece = arena_take(&a, 1000);
			assert_int_equal(piece[0] | piece[999], 0);
			memset(piece, 0xFF, 1000);
		}
		arena_reset(&a);
	}
	arena_take(&a, 100000);
	arena_reset(&a);
	assert_null(a.newest); /* a block beyond the ordinary is not kept */
	arena_free(&a);
}

static void test_copies_end_in_a_null_and_are_apart_from_their_origin(void **state)
{
	struct arena a = {0};
	char origin[] = "name";
	struct str copy = arena_copy(&a, str_of(origin));
	struct str owned = str_copy(str_of(origin));
	origin[0] = 'g';
	assert_string_equal(copy.at, "name");
	assert_string_equal(owned.at, "name");
	assert_string_equal(arena_copy(&a, STR_NONE).at, "");
	struct str printed = arena_printf(&a, "%d/%s", 12, origin);
	assert_true(str_is(printed, "12/game"));
	str_free(&owned);
	assert_null(owned.at);
	str_free(&owned);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_zero_aligned_and_apart),
		cmocka_unit_test(test_pieces_of_any_size_fit),
		cmocka_unit_test(test_after_a_reset_pieces_are_zero_again),
		cmocka_unit_test(test_copies_end_in_a_null_and_are_apart_from_their_origin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
