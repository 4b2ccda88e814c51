/* log_test.c - a line in each format; nothing that came from outside breaks out of it; phones are hidden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"

#define TIME "2026-11-22T18:00:00.000Z"
#define KEY  str_from("0123456789abcdef0123456789abcdef", 32)

static const struct {
	enum log_format format;
	const char *what, *line;
} rows[] = {
	{LOG_TEXT, "link m1 ended: why", TIME " warn smpp: link m1 ended: why"},
	{LOG_TEXT, "two\nlines", TIME " warn smpp: two lines"},
	{LOG_LOGFMT, "he said \"no\"",
		"ts=" TIME " level=warn part=smpp msg=\"he said \\\"no\\\"\""},
	{LOG_LOGFMT, "two\nlines", "ts=" TIME " level=warn part=smpp msg=\"two\\u000alines\""},
	{LOG_JSON, "a \\ and \"",
		"{\"ts\":\"" TIME
		"\",\"level\":\"warn\",\"part\":\"smpp\",\"msg\":\"a \\\\ and \\\"\"}"},
};

static void test_a_line_of_each_format(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = {0};
		log_put(&out, rows[i].format, TIME, LOG_WARN, "smpp", rows[i].what);
		buf_put_byte(&out, '\0');
		assert_string_equal(out.at, rows[i].line);
		buf_free(&out);
	}
}

static void test_a_phone_is_a_hash_unless_it_is_switched_on(void **state)
{
	char one[LOG_PHONE_MAX], again[LOG_PHONE_MAX], other[LOG_PHONE_MAX];
	struct str phone = STR("+4915112345678");
	assert_string_equal(log_phone(one, KEY, phone), log_phone(again, KEY, phone));
	assert_string_not_equal(one, log_phone(other, KEY, STR("+4915112345679")));
	assert_null(strstr(one, "1234"));
	assert_string_equal(log_phone(one, KEY, STR_NONE), "somebody");
	log_as("info", "text", true);
	assert_string_equal(log_phone(one, KEY, phone), "+4915112345678");
	log_as("info", "text", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_of_each_format),
		cmocka_unit_test(test_a_phone_is_a_hash_unless_it_is_switched_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
