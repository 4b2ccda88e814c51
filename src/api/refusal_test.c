/* refusal_test.c - each error has a row, and its two forms are the same bytes. */
#include "api/refusal.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_each_error_is_told_in_the_envelope(void **state)
{
	for (enum err err = OK + 1; err < ERR_COUNT; err++) {
		struct buf members = {0};
		struct http_response response = refusal_response(err);
		refusal_put_status(&members, err, NULL);
		assert_true(refusal_code(err) > 0 && refusal_code(err) <= 20);
		assert_true(*refusal_text(err) != '\0');
		assert_int_equal(response.body.len, members.len + strlen("{}\n"));
		assert_memory_equal(response.body.at + 1, members.at, members.len);
		buf_free(&members);
	}
	assert_int_equal(refusal_code(OK), 0);
	assert_int_equal(refusal_status(OK), 200);
	assert_string_equal(refusal_text(OK), "");
}

/* Of a 400 alone: what else is refused never says what it is about. */
static void test_a_400_names_its_field(void **state)
{
	struct buf out = {0};
	refusal_put_status(&out, ERR_RANGE, "targetUri|targetPath");
	assert_true(str_is(buf_str(&out),
		"\"statusCode\":10,\"statusMessage\":\"A value is outside its valid range: "
		"targetUri or targetPath\""));
	out.len = 0;
	refusal_put_status(&out, ERR_NOT_FOUND, "targetUri");
	assert_true(
		str_is(buf_str(&out), "\"statusCode\":6,\"statusMessage\":\"Resource not found\""));
	buf_free(&out);
}

/* doc/decisions 1: of a code follows the status, but for 4, which the store and a limit make another. */
static void test_http_status_follows_from_the_code(void **state)
{
	static const int statuses[] = {[0] = 200,
		[1] = 400,
		[2] = 400,
		[3] = 403,
		[5] = 403,
		[6] = 404,
		[7] = 200,
		[8] = 403,
		[9] = 200,
		[10] = 400,
		[11] = 400,
		[18] = 409,
		[19] = 409,
		[20] = 401};
	for (enum err err = OK; err < ERR_COUNT; err++) {
		int status = refusal_status(err);
		if (refusal_code(err) == 4)
			assert_true(status == 500 || status == 503 || status == 429);
		else
			assert_int_equal(status, statuses[refusal_code(err)]);
		assert_int_equal(refusal_headers(err).len > 0, status == 503 || status == 429);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_error_is_told_in_the_envelope),
		cmocka_unit_test(test_a_400_names_its_field),
		cmocka_unit_test(test_http_status_follows_from_the_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
