/* phone_test.c - which spellings are one phone, which may be, and what is a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/phone.h"

#include <cmocka.h>
#include <stdio.h>

enum likeness { APART, MAYBE, SAME };

static enum likeness likeness(const char *a, const char *b)
{
	struct str x = str_of(a), y = str_of(b);
	if (phone_is_same(x, y))
		return SAME;
	return phone_may_be_same(x, y) ? MAYBE : APART;
}

static void test_spellings_of_one_phone_are_told_from_other_phones(void **state)
{
	static const struct {
		const char *a, *b;
		enum likeness likeness;
	} rows[] = {
		{"+420600112301", "420600112301", SAME},
		{"+420600112301", "00420600112301", SAME},
		{"+00420600112301", "420600112301", SAME},
		{"+420600112301", "600112301", MAYBE},
		{"+420600112301", "0600112301", MAYBE},
		{"420600112301", "600112301", MAYBE},
		{"00420600112301", "600112301", MAYBE},
		{"+447700900123", "07700900123", MAYBE},
		{"+12125550123", "2125550123", MAYBE},
		{"+420600112301", "011420600112301", MAYBE}, /* dialled from North America */
		{"+420600112301", "+420600112302", APART},
		{"+420600112301", "+48600112301", APART}, /* both say their country */
		{"00420600112301", "+600112301", APART},
		{"+420600112301", "112301", APART}, /* a short code */
		{"1234567", "+4201234567", MAYBE},  /* seven digits */
		{"234567", "+420234567", APART},    /* six */
		{"1234567", "+42011234567", APART}, /* four digits in front */
		{"5000", "5000", SAME},
		{"5000", "+5000", SAME},
		{"5000", "15000", APART},
		{"0", "000", SAME},
		{"0", "1", APART},
		/* names */
		{"Info24", "Info24", SAME},
		{"Info24", "24", APART},
		{"Info24", "Info25", APART},
		{"\"24\"", "24", SAME}, /* what its owner refuses, nobody gets by the other way */
		{"\"600112301\"", "+420600112301", MAYBE},
		{"unknown", "0", APART},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (likeness(rows[i].a, rows[i].b) != rows[i].likeness ||
			likeness(rows[i].b, rows[i].a) != rows[i].likeness)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
}

/* Else it would not be found. */
static void test_what_may_be_one_phone_has_one_tail(void **state)
{
	static const char *const phones[] = {"+420600112301", "420600112301", "00420600112301",
		"0600112301", "600112301", "0112301", "112301", "\"600112301\"", "1234567",
		"+4201234567", "5000", "+5000", "0", "00", "Info24", "\"24\"", "24", "024"};
	size_t count = sizeof phones / sizeof *phones;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			if (likeness(phones[i], phones[j]) != APART &&
				!str_eq(phone_tail(str_of(phones[i])),
					phone_tail(str_of(phones[j]))))
				fail_msg("%s and %s", phones[i], phones[j]);
}

static void test_only_digits_behind_a_plus_or_none_are_a_number(void **state)
{
	static const char *const numbers[] = {"5", "+420600112301", "0", "00420"};
	static const char *const names[] = {"", "+", "Info24", "24h", "\"24\"", "+420 600",
		"420+600", "#31#", "12*", "\xC2\xB2"};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		assert_true(phone_is_number(str_of(numbers[i])));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_false(phone_is_number(str_of(names[i])));
}

static const char *spelling(const char *text, bool is_international, unsigned country)
{
	static char kept[PHONE_ROOM + 1];
	char room[PHONE_ROOM];
	struct str phone = phone_spelling(room, str_of(text), is_international, country);
	snprintf(kept, sizeof kept, "%.*s", STR_ARGS(phone));
	return kept;
}

static void test_a_number_is_spelt_as_its_link_would_bring_it(void **state)
{
	assert_string_equal(spelling("+420 600-112.301", false, 0), "+420600112301");
	assert_string_equal(spelling("00420600112301", false, 0), "+420600112301");
	assert_string_equal(spelling("(600) 112 301", false, 420), "+420600112301");
	assert_string_equal(spelling("600112301", false, 0), "600112301"); /* nobody knows where */
	assert_string_equal(spelling("420600112301", true, 0), "+420600112301");
	assert_string_equal(spelling("5000", true, 420), "5000");
	assert_string_equal(spelling("11111111112222222222", false, 0), "11111111112222222222");
}

static void test_a_written_number_may_be_a_persons(void **state)
{
	static const char *const written[] = {"6001123", "+420 600 112 301", "(600) 112-301",
		"0600112301", "00123456789012345", "+123456789012345"};
	static const char *const others[] = {"", "+", "600112", "60 01 12", "0000001", "Info24",
		"\"600112301\"", "+1234567890123456", "600112301x", "600+112301", "24-7"};
	for (size_t i = 0; i < sizeof written / sizeof *written; i++)
		if (!phone_is_written(str_of(written[i])))
			fail_msg("%s", written[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (phone_is_written(str_of(others[i])))
			fail_msg("%s", others[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spellings_of_one_phone_are_told_from_other_phones),
		cmocka_unit_test(test_what_may_be_one_phone_has_one_tail),
		cmocka_unit_test(test_a_number_is_spelt_as_its_link_would_bring_it),
		cmocka_unit_test(test_a_written_number_may_be_a_persons),
		cmocka_unit_test(test_only_digits_behind_a_plus_or_none_are_a_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
