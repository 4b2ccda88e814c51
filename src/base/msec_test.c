/* msec_test.c - times as the API and HTTP print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/msec.h"

#include <cmocka.h>

static const struct {
	msec at;
	const char *text, *http;
} rows[] = {
	{0, "1970-01-01 00:00:00.000+0000", "Thu, 01 Jan 1970 00:00:00 GMT"},
	{999, "1970-01-01 00:00:00.999+0000", "Thu, 01 Jan 1970 00:00:00 GMT"},
	{1389268692035, "2014-01-09 11:58:12.035+0000", "Thu, 09 Jan 2014 11:58:12 GMT"},
	{784111777000, "1994-11-06 08:49:37.000+0000", "Sun, 06 Nov 1994 08:49:37 GMT"},
	{951782399999, "2000-02-28 23:59:59.999+0000", "Mon, 28 Feb 2000 23:59:59 GMT"},
	{951782400000, "2000-02-29 00:00:00.000+0000", "Tue, 29 Feb 2000 00:00:00 GMT"},
	{4102444800000, "2100-01-01 00:00:00.000+0000", "Fri, 01 Jan 2100 00:00:00 GMT"},
};

static void test_times_are_printed_in_utc(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b = {0};
		char http[30];
		msec_put(&b, rows[i].at);
		assert_true(str_is(buf_str(&b), rows[i].text));
		msec_http_date(http, rows[i].at);
		assert_string_equal(http, rows[i].http);
		buf_free(&b);
	}
}

static void test_the_place_of_the_server_does_not_matter(void **state)
{
	setenv("TZ", "Asia/Tokyo", 1);
	test_times_are_printed_in_utc(state);
	unsetenv("TZ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times_are_printed_in_utc),
		cmocka_unit_test(test_the_place_of_the_server_does_not_matter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
