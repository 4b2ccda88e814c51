/* table_test.c - things are found by their keys, whatever came and went meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/table.h"

#include <cmocka.h>

struct thing {
	unsigned char key[2];
	struct table_link link;
};

static struct str key_of(const struct table_link *link)
{
	const struct thing *thing = TABLE_THING(link, const struct thing, link);
	return str_from(thing->key, sizeof thing->key);
}

static struct thing things[1000];
static struct table table = {.key_of = key_of};

static struct table_link *find(unsigned nth)
{
	const unsigned char key[] = {(unsigned char)(nth & 0xFF), (unsigned char)(nth >> 8)};
	return table_find(&table, str_from(key, sizeof key));
}

static void add(unsigned nth)
{
	things[nth].key[0] = (unsigned char)(nth & 0xFF);
	things[nth].key[1] = (unsigned char)(nth >> 8);
	table_add(&table, &things[nth].link);
}

static int stop(void **state)
{
	table_free(&table);
	return 0;
}

static void nothing_is_found_in_an_empty_one(void **state)
{
	assert_null(find(7));
	add(7);
	table_drop(&table, &things[7].link);
	assert_null(find(7));
	assert_int_equal(table.count, 0);
}

static void each_of_many_is_found_and_no_other(void **state)
{
	for (unsigned i = 0; i < 1000; i++) {
		assert_null(find(i));
		add(i);
		assert_int_equal(table.count, i + 1);
	}
	for (unsigned i = 0; i < 1000; i++)
		assert_ptr_equal(find(i), &things[i].link);
	assert_null(find(1000));
}

static void what_was_dropped_is_not_found_and_all_else_is(void **state)
{
	for (unsigned i = 0; i < 1000; i++)
		add(i);
	for (unsigned i = 0; i < 1000; i += 3)
		table_drop(&table, &things[i].link);
	for (unsigned i = 0; i < 1000; i++)
		assert_ptr_equal(find(i), i % 3 ? &things[i].link : NULL);
	assert_int_equal(table.count, 666);
}

static void a_key_is_all_of_its_bytes(void **state)
{
	add(5);
	assert_null(table_find(&table, str_from("\5", 1)));
	assert_null(table_find(&table, STR_NONE));
	assert_ptr_equal(table_find(&table, str_from("\5\0", 2)), &things[5].link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(nothing_is_found_in_an_empty_one, stop),
		cmocka_unit_test_teardown(each_of_many_is_found_and_no_other, stop),
		cmocka_unit_test_teardown(what_was_dropped_is_not_found_and_all_else_is, stop),
		cmocka_unit_test_teardown(a_key_is_all_of_its_bytes, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
