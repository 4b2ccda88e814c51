/* http_request_test.c - what api/ reads from a request: headers, query, cookies, the path. */
#include "http/http_parse.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

/* One whole request, parsed; the caller frees it. */
static struct http_parse *parsed(const char *text)
{
	struct http_parse *parse = http_parse_new();
	struct str in = str_of(text);
	assert_int_equal(http_parse_feed(parse, &in), HTTP_DONE);
	assert_int_equal(in.len, 0);
	return parse;
}

static void assert_str(struct str got, const char *wanted)
{
	assert_int_equal(got.len, strlen(wanted));
	if (got.len)
		assert_memory_equal(got.at, wanted, got.len);
}

static void headers_are_found_without_case_and_trimmed(void **state)
{
	struct http_parse *parse =
		parsed("GET / HTTP/1.1\r\nHOST: x\r\nX-One: \t a b \t \r\nx-one: 2\r\n"
		       "Empty:\r\nNext: 3\r\n\r\n");
	const struct http_request *request = &http_parse_result(parse)->request;
	assert_int_equal(request->header_count, 5);
	assert_str(http_header(request, "host"), "x");
	assert_str(http_header(request, "x-ONE"), "a b");
	assert_str(http_header(request, "Empty"), "");
	assert_non_null(http_header(request, "Empty").at);
	assert_str(http_header(request, "Next"), "3");
	assert_null(http_header(request, "X-On").at);
	http_parse_free(&parse);
}

static void query_parameters_are_decoded(void **state)
{
	struct http_parse *parse =
		parsed("GET /a?one=1&two=a+b%2B%26c%3D&&=x&tw%6F=no&empty=&bare&uml=%C3%A4&eq=a=b "
		       "HTTP/1.1\r\n"
		       "Host: x\r\n\r\n");
	const struct http_request *request = &http_parse_result(parse)->request;
	struct str value;
	assert_true(http_query(request, "one", &value));
	assert_str(value, "1");
	assert_true(http_query(request, "two", &value)); /* the first of two */
	assert_str(value, "a b+&c=");
	assert_true(http_query(request, "empty", &value));
	assert_str(value, "");
	assert_true(http_query(request, "bare", &value));
	assert_str(value, "");
	assert_true(http_query(request, "uml", &value));
	assert_str(value, "\xC3\xA4");
	assert_true(http_query(request, "eq", &value));
	assert_str(value, "a=b");
	assert_false(http_query(request, "on", &value));
	assert_false(http_query(request, "ones", &value));
	assert_false(http_query(request, "", &value));
	http_parse_free(&parse);
}

static void an_encoded_parameter_name_is_that_parameter(void **state)
{
	struct http_parse *parse = parsed("GET /?t%77o=2 HTTP/1.1\r\nHost: x\r\n\r\n");
	struct str value;
	assert_true(http_query(&http_parse_result(parse)->request, "two", &value));
	assert_str(value, "2");
	http_parse_free(&parse);
}

static void cookies_are_found_by_name_in_all_cookie_headers(void **state)
{
	struct http_parse *parse = parsed("GET / HTTP/1.1\r\nHost: x\r\n"
					  "Cookie: XJSESSIONID=no; JSESSIONID = abc=; b=2\r\n"
					  "cookie: JSESSIONID=later; c=3\r\n\r\n");
	const struct http_request *request = &http_parse_result(parse)->request;
	assert_str(http_cookie(request, "JSESSIONID"), "abc=");
	assert_str(http_cookie(request, "b"), "2");
	assert_str(http_cookie(request, "c"), "3");
	assert_null(http_cookie(request, "jsessionid").at);
	assert_null(http_cookie(request, "SESSIONID").at);
	http_parse_free(&parse);
}

struct target {
	const char *sent;
	const char *path; /* NULL: refused */
	const char *query;
};

static void targets_become_a_decoded_path_and_a_raw_query(void **state)
{
	static const struct target targets[] = {
		{"/", "/", ""},
		{"/a/b?c=%41", "/a/b", "c=%41"},
		{"/a%20b%2Fc+d", "/a b/c+d", ""},
		{"/%C3%A4", "/\xC3\xA4", ""},
		{"/a?", "/a", ""},
		{"/a?b?c", "/a", "b?c"},
		{"http://host:80/x?y", "/x", "y"},
		{"HTTPS://host/x", "/x", ""},
		{"http://host", "/", ""},
		{"*", "/", ""},
		{"/%7f", "/\x7F", ""},
		{"/%00", NULL, NULL},
		{"/a%", NULL, NULL},
		{"/a%4", NULL, NULL},
		{"/a%4g", NULL, NULL},
		{"/a%g4", NULL, NULL},
		{"/%C3", NULL, NULL},    /* half a character */
		{"/%C0%80", NULL, NULL}, /* NUL in disguise */
		{"/a?b=%", NULL, NULL},
		{"/a?b=%00", NULL, NULL},
		{"/a?b=%FF", NULL, NULL},
		{"/a#b", NULL, NULL},
		{"/\xC3\xA4", NULL, NULL},
		{"a", NULL, NULL},
		{"ftp://host/x", NULL, NULL},
	};
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		struct http_parse *parse = http_parse_new();
		struct http_parsed *result = http_parse_result(parse);
		struct buf text = {0};
		buf_printf(&text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", targets[i].sent);
		struct str in = buf_str(&text);
		enum http_step step = http_parse_feed(parse, &in);
		assert_int_equal(step, targets[i].path ? HTTP_DONE : HTTP_BAD);
		if (targets[i].path) {
			assert_str(result->request.path, targets[i].path);
			assert_str(result->request.query, targets[i].query);
		} else {
			assert_int_equal(result->error, ERR_BAD_HTTP);
		}
		buf_free(&text);
		http_parse_free(&parse);
	}
}

static void methods_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {{"GET", HTTP_GET}, {"POST", HTTP_POST}, {"PUT", HTTP_PUT},
		{"DELETE", HTTP_DELETE}, {"OPTIONS", HTTP_OPTIONS}, {"HEAD", HTTP_HEAD},
		{"PATCH", HTTP_OTHER}, {"TRACE", HTTP_OTHER}};
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		struct buf text = {0};
		buf_printf(&text, "%s / HTTP/1.1\r\nHost: x\r\n\r\n%c", methods[i].name, '\0');
		struct http_parse *parse = parsed(text.at);
		assert_int_equal(http_parse_result(parse)->request.method, methods[i].method);
		http_parse_free(&parse);
		buf_free(&text);
	}
}

static void a_parser_forgets_the_request_before(void **state)
{
	struct http_parse *parse =
		parsed("POST /a?x=1 HTTP/1.0\r\nA: 1\r\nB: 2\r\nContent-Length: 2\r\n\r\nxy");
	struct str in = STR("GET /b HTTP/1.1\r\nHost: x\r\n\r\n"), value;
	const struct http_parsed *result = http_parse_result(parse);
	assert_str(result->request.body, "xy");
	assert_false(result->keeps_alive);
	http_parse_reset(parse);
	assert_int_equal(http_parse_feed(parse, &in), HTTP_DONE);
	assert_str(result->request.path, "/b");
	assert_str(result->request.body, "");
	assert_int_equal(result->request.header_count, 1);
	assert_false(http_query(&result->request, "x", &value));
	assert_true(result->keeps_alive);
	http_parse_free(&parse);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_found_without_case_and_trimmed),
		cmocka_unit_test(query_parameters_are_decoded),
		cmocka_unit_test(an_encoded_parameter_name_is_that_parameter),
		cmocka_unit_test(cookies_are_found_by_name_in_all_cookie_headers),
		cmocka_unit_test(targets_become_a_decoded_path_and_a_raw_query),
		cmocka_unit_test(methods_are_told_apart),
		cmocka_unit_test(a_parser_forgets_the_request_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
