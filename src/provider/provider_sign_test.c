/* provider_sign_test.c - what is signed as its provider signs is believed; whatever differs is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "provider/provider_sign.h"

/* A constant str. */
#define S(literal)                                                                                 \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

#define NOW 1700000000000

struct letter {
	struct http_request request;
	struct arena arena;
};

static void head(struct letter *letter, const char *name, const char *value)
{
	letter->request.headers[letter->request.header_count++] =
		(struct http_header) {str_of(name), str_of(value)};
}

static struct letter letter_of(const char *body)
{
	return (struct letter) {.request = {.method = HTTP_POST, .body = str_of(body)}};
}

/* NULL: it is believed. */
static const char *distrust(const struct provider_format *format, const char *secret,
	const char *url, struct letter letter)
{
	letter.request.arena = &letter.arena;
	const char *why =
		provider_distrust(format, str_of(secret), str_of(url), &letter.request, NOW);
	arena_free(&letter.arena);
	return why;
}

/* https://www.twilio.com/docs/usage/security, with its example. */
static const struct provider_format by_fields = {.signature = {.header = S("X-Twilio-Signature"),
							 .digest = PROVIDER_SHA1,
							 .letters = PROVIDER_BASE64,
							 .over = S("{url}{fields}")},
	.receive = {.coding = PROVIDER_FORM}};
#define URL "https://mycompany.com/myapp.php?foo=1&bar=2"
#define FIELDS                                                                                     \
	"Digits=1234&To=%2B18005551212&From=%2B12349013030&Caller=%2B12349013030&CallSid="         \
	"CA1234567890ABCDE"

static struct letter with_fields(const char *body, const char *signature)
{
	struct letter letter = letter_of(body);
	head(&letter, "x-twilio-signature", signature);
	return letter;
}

static void the_url_and_the_fields_are_signed(void **state)
{
	const char *right = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
	assert_null(distrust(&by_fields, "12345", URL, with_fields(FIELDS, right)));
	assert_non_null(distrust(&by_fields, "12346", URL, with_fields(FIELDS, right)));
	assert_non_null(distrust(&by_fields, "12345", URL "1", with_fields(FIELDS, right)));
	assert_non_null(distrust(&by_fields, "12345", URL, with_fields(FIELDS "F", right)));
	assert_non_null(distrust(&by_fields, "12345", URL, with_fields(FIELDS "&a=b", right)));
	assert_non_null(distrust(&by_fields, "12345", URL, with_fields(FIELDS, "")));
	assert_non_null(distrust(
		&by_fields, "12345", URL, with_fields(FIELDS, "0/KCTR6DLpKmkAf8muzZqo1nDg")));
	assert_non_null(distrust(&by_fields, "12345", URL, letter_of(FIELDS)));
}

/* More than a provider sends: the fields that are not signed are no fields that count. */
static void a_form_of_too_many_fields_is_not_believed(void **state)
{
	struct buf body = {0};
	for (int i = 0; i < 300; i++)
		buf_printf(&body, "%sa=b", i ? "&" : "");
	buf_put_byte(&body, '\0');
	assert_non_null(distrust(
		&by_fields, "12345", URL, with_fields(body.at, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")));
	buf_free(&body);
}

static const struct provider_format by_body = {.signature = {.header = S("x-signature"),
						       .letters = PROVIDER_HEX,
						       .prefix = S("v1="),
						       .over = S("{time}.{body}"),
						       .time_header = S("x-time"),
						       .window = 300000}};

static const char *with_time(const char *time, const char *signature, const char *body)
{
	struct letter letter = letter_of(body);
	head(&letter, "X-Time", time);
	head(&letter, "X-Signature", signature);
	return distrust(&by_body, "s", URL, letter);
}

static void the_raw_body_and_its_time_are_signed(void **state)
{
	const char *right = "v1=e9232c9945da8456c2dea6b39da7786c07b00bca7a64d5dd1283674713a7b72a";
	assert_null(with_time("1700000000", right, "{}"));
	assert_null(with_time("1700000000",
		"v1=E9232C9945DA8456C2DEA6B39DA7786C07B00BCA7A64D5DD1283674713A7B72A", "{}"));
	assert_non_null(with_time("1700000000", right, "{ }"));
	assert_non_null(with_time("1700000001", right, "{}"));
	assert_non_null(with_time("1700000000", right + 3, "{}"));
	assert_non_null(with_time("1700000000", "v1=", "{}"));
}

/* Signed by whoever has the secret, with whatever time. */
static bool is_in_time(const char *time)
{
	static const struct provider_format signs_nothing_else = {
		.signature = {.header = S("x-signature"),
			.letters = PROVIDER_HEX,
			.over = S("x"),
			.time_header = S("x-time"),
			.window = 300000}};
	struct letter letter = letter_of("{}");
	head(&letter, "X-Time", time);
	head(&letter, "X-Signature",
		"6e1e2a1ee3f7b6e2b0a8a9bd7b5d3a9f0bb9a5b2c7b1e8d3d6c0e2d3b4a5f601");
	const char *why = distrust(&signs_nothing_else, "s", URL, letter);
	return strcmp(why, "its signature is wrong") == 0;
}

static void its_time_is_within_the_window(void **state)
{
	assert_true(is_in_time("1699999700"));
	assert_false(is_in_time("1699999699"));
	assert_true(is_in_time("1700000300"));
	assert_false(is_in_time("1700000301"));
	assert_true(is_in_time("1699999700000"));
	assert_false(is_in_time("1699999699999"));
	assert_false(is_in_time(""));
	assert_false(is_in_time("-1700000000"));
	assert_false(is_in_time("2023-11-14T22:13:20Z"));
	assert_false(is_in_time("18446744073709551615"));
	assert_false(is_in_time("99999999999999999999999"));
}

static void a_nonce_is_signed_as_well(void **state)
{
	static const struct provider_format format = {
		.signature = {.header = S("x-sinch-webhook-signature"),
			.letters = PROVIDER_BASE64,
			.over = S("{body}.{nonce}.{time}"),
			.time_header = S("x-sinch-webhook-signature-timestamp"),
			.nonce_header = S("x-sinch-webhook-signature-nonce"),
			.window = (msec)100 * 365 * 24 * 3600 * 1000}};
	struct letter letter = letter_of("{\"type\":\"mo_text\"}");
	head(&letter, "x-sinch-webhook-signature", "zmc6mQnsQdMnerjk0KKxe5KIb51viPWMGHp5mHeZUv0=");
	head(&letter, "x-sinch-webhook-signature-timestamp", "1634579353");
	head(&letter, "x-sinch-webhook-signature-nonce", "01FJA8B4A7BM43YGWSG9GBV067");
	assert_null(distrust(&format, "foo_secret1234", URL, letter));
	letter.request.headers[2].value = STR("01FJA8B4A7BM43YGWSG9GBV068");
	assert_non_null(distrust(&format, "foo_secret1234", URL, letter));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_url_and_the_fields_are_signed),
		cmocka_unit_test(a_form_of_too_many_fields_is_not_believed),
		cmocka_unit_test(the_raw_body_and_its_time_are_signed),
		cmocka_unit_test(its_time_is_within_the_window),
		cmocka_unit_test(a_nonce_is_signed_as_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
