/* address_test.c - what is a phone, what is a name, what is a service number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "core/model/phone.h"
#include "sms/address.h"

#include <cmocka.h>

struct row {
	uint8_t ton;
	const char *address, *expected;
	unsigned country; /* calling code */
};

static void assert_source(const struct row *row)
{
	char out[ADDRESS_ROOM];
	struct str got = address_source(
		out, &(struct smpp_address) {row->ton, str_of(row->address), row->country});
	if (!str_is(got, row->expected))
		fail_msg("%s of type %u is %.*s", row->address, row->ton, STR_ARGS(got));
}

static void test_a_number_keeps_its_digits_and_a_leading_plus(void **state)
{
	static const struct row rows[] = {
		{1, "420700000001", "+420700000001"},
		{1, "+420700000001", "+420700000001"},
		{0, "+420700000001", "+420700000001"},
		{0, "420700000001", "+420700000001"},
		{0, "00420700000001", "+420700000001"},
		{1, "00420700000001", "+420700000001"},
		{0, "+00420700000001", "+420700000001"},
		{2, "420700000001", "+420700000001"},
		{0, "420 700 000 001", "+420700000001"},
		{2, "700000001", "700000001", 0},
		{2, "700000001", "+420700000001", 420},
		{0, "07700900123", "+447700900123", 44},
		{1, "5000", "5000"}, /* a short code, whatever its type says */
		{0, "+5000", "5000"},
		{2, "0700 000-001", "0700000001"},
		{0, " (0700) 000.001 ", "0700000001"},
		{3, "5000", "5000"},
		{6, "5000", "5000"},
		{1, "12345678901234567890", "+12345678901234567890"},
		{0, "+1234567890123456789", "+1234567890123456789"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_source(&rows[i]);
		assert_true(phone_is_number(str_of(rows[i].expected)));
	}
}

/* chatwoot/chatwoot#2378: Info24 was written to at 24. */
static void test_a_sender_that_is_a_name_is_shown_as_it_is_and_is_no_number(void **state)
{
	static const struct row rows[] = {
		{5, "Bank24", "Bank24"},
		{0, "INFO24", "INFO24"},
		{1, "Info24", "Info24"},
		{2, " My-Shop 7 ", "My-Shop 7"},
		{0, "7/24", "7/24"},
		{0, "24-7", "24-7"},
		{0, "12 34 56", "12 34 56"}, /* six digits, spaced */
		{5, "24", "\"24\""},
		{5, "+420700000001", "\"+420700000001\""},
		{0, "\"24\"", "\"24\""},
		{1, "42070000000O", "42070000000O"}, /* a letter */
		{0, "+420+700000001", "+420+700000001"},
		{0, "#31#420700000001", "#31#420700000001"},
		{0, "*100", "*100"},
		{1, "", "unknown"},
		{0, "  ", "unknown"},
		{5, "", "unknown"},
		{0, "+", "+"},
		{0, "-", "-"},
		{5, "Caf\xE9 7", "Caf\xC3\xA9 7"},
		{0, "\xB2\xB3", "\xC2\xB2\xC2\xB3"}, /* superscript two and three */
		{5, "A\x01\x9F\x7F", "A???"},
		{5,
			"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
			"\xFF\xFF",
			"ÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿ"},
		{5, "12345678901234567890", "\"12345678901234567890\""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_source(&rows[i]);
		assert_false(phone_is_number(str_of(rows[i].expected)));
	}
}

/* One that is cut is another phone. */
static void test_no_number_is_cut(void **state)
{
	char digits[] = "1234567890123456789012";
	for (size_t len = SMPP_ADDRESS_MAX - 1; len <= SMPP_ADDRESS_MAX + 1; len++) {
		char out[ADDRESS_ROOM];
		struct str got =
			address_source(out, &(struct smpp_address) {0, str_from(digits, len), 0});
		assert_int_equal(phone_is_number(got), len <= SMPP_ADDRESS_MAX);
		assert_true(len > SMPP_ADDRESS_MAX || str_eq(got, str_from(digits, len)));
	}
}

static void test_a_service_number_is_the_digits_of_its_address(void **state)
{
	static const struct row rows[] = {
		{1, "420800000100", "+420800000100"},
		{1, "+420 800-000.100", "+420800000100"},
		{0, "00420800000100", "+420800000100"},
		{5, "5000", "5000"}, /* some carriers call a short code alphanumeric */
		{0, "", ""},
		{1, "", ""},
		{0, "+", ""},
		{0, "Bank", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char out[ADDRESS_ROOM];
		struct str got = address_destination(
			out, &(struct smpp_address) {rows[i].ton, str_of(rows[i].address), 0});
		if (!str_is(got, rows[i].expected))
			fail_msg("%s of type %u is %.*s", rows[i].address, rows[i].ton,
				STR_ARGS(got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_number_keeps_its_digits_and_a_leading_plus),
		cmocka_unit_test(test_a_sender_that_is_a_name_is_shown_as_it_is_and_is_no_number),
		cmocka_unit_test(test_no_number_is_cut),
		cmocka_unit_test(test_a_service_number_is_the_digits_of_its_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
