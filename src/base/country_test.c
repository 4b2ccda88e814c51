/* country_test.c - spellings of a number, with and without knowing the country. */
#include "base/country.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_a_country_is_called_by_its_letters_or_its_code(void **state)
{
	assert_int_equal(country_code(STR("CZ")), 420);
	assert_int_equal(country_code(STR("cz")), 420);
	assert_int_equal(country_code(STR("420")), 420);
	assert_int_equal(country_code(STR("+420")), 420);
	assert_int_equal(country_code(STR("US")), 1);
	assert_int_equal(country_code(STR("1")), 1);
	static const char *const none[] = {"", "XX", "42", "4200", "-1", "+", "Czechia"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_int_equal(country_code(str_of(none[i])), 0);
}

static void test_a_number_is_one_in_each_of_its_spellings(void **state)
{
	static const struct {
		const char *country, *digits, *number; /* "": it stays as it is */
	} rows[] = {
		{"", "420600112301", "420600112301"}, {"", "00420600112301", "420600112301"},
		{"", "600112301", ""}, {"", "0600112301", ""},
		{"", "4512345678", ""}, /* ten digits: Danish, or somebody's national number */
		{"", "6512345678", ""}, /* of Singapore, or of Saint Paul */
		{"", "12125550123", "12125550123"}, {"", "11125550123", ""}, /* no area begins so */
		{"", "12121550123", ""}, {"", "4915112345678", "4915112345678"},
		{"", "999123456789", ""},  /* nobody's code */
		{"", "42060011230", ""},   /* too short for its plan */
		{"", "4206001123011", ""}, /* too long */
		{"", "5000", ""}, {"CZ", "600112301", "420600112301"},
		{"CZ", "420600112301", "420600112301"},
		{"CZ", "420600112", "420420600112"}, /* nine digits are national there */
		{"CZ", "00420600112301", "420600112301"}, {"CZ", "0048600112301", "48600112301"},
		{"CZ", "48600112301", "48600112301"}, {"CZ", "60011230", ""},
		{"GB", "07700900123", "447700900123"}, {"GB", "7700900123", "447700900123"},
		{"GB", "447700900123", "447700900123"}, {"DE", "015112345678", "4915112345678"},
		{"DE", "4915112345678", "4915112345678"},
		{"DE", "17112345678", "4917112345678"}, /* not North America's */
		{"US", "2125550123", "12125550123"}, {"US", "12125550123", "12125550123"},
		{"US", "011420600112301", "420600112301"}, {"US", "6512345678", "16512345678"},
		{"RU", "89161234567", "79161234567"}, {"RU", "79161234567", "79161234567"},
		{"RU", "9161234567", "79161234567"}, {"HU", "06201234567", "36201234567"},
		{"IT", "3331234567", "393331234567"}, {"IT", "393331234567", "393331234567"},
		{"GB", "60777", ""}, /* a short code */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char room[COUNTRY_DIGITS_MAX];
		struct str got = country_number(
			room, country_code(str_of(rows[i].country)), str_of(rows[i].digits));
		if (!str_is(got, rows[i].number))
			fail_msg(
				"%s in %s is %.*s", rows[i].digits, rows[i].country, STR_ARGS(got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_country_is_called_by_its_letters_or_its_code),
		cmocka_unit_test(test_a_number_is_one_in_each_of_its_spellings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
