/* ws_accept_test.c - the answer to a WebSocket handshake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "wire/ws_accept.h"

#include <cmocka.h>

/* The first is the example of RFC 6455, 1.3; the others were asked of openssl. */
static void test_a_key_is_answered(void **state)
{
	static const struct {
		const char *key, *accept;
	} rows[] = {
		{"dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
		{"AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="},
		{"/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char accept[WS_ACCEPT_LEN];
		assert_true(ws_accept(accept, str_of(rows[i].key)));
		assert_memory_equal(accept, rows[i].accept, WS_ACCEPT_LEN);
	}
}

static void test_what_is_not_16_bytes_in_base64_is_no_key(void **state)
{
	static const char *const rows[] = {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ",
		"dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZTEy",
		"dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZQ= "};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char accept[WS_ACCEPT_LEN];
		assert_false(ws_accept(accept, str_of(rows[i])));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_is_answered),
		cmocka_unit_test(test_what_is_not_16_bytes_in_base64_is_no_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
