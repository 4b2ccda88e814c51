/* provider_format_test.c - templates and fields, in the formats of providers as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "provider/provider_format.h"

/* A constant str. */
#define S(literal)                                                                                 \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

static struct str filled(
	struct buf *out, const char *template, const char *text, enum provider_escape escape)
{
	const struct provider_values values = {.at = {[PROVIDER_TEXT] = str_of(text),
						       [PROVIDER_TO] = STR("+420600112301"),
						       [PROVIDER_FROM_DIGITS] = STR("5000")}};
	out->len = 0;
	provider_fill(out, str_of(template), &values, escape);
	return buf_str(out);
}

static void what_is_put_in_is_escaped_as_its_place_needs_it(void **state)
{
	struct buf out = {0};
	struct str text = filled(&out, "{\"to\":[\"{to}\"],\"body\":\"{text}\"}", "a \"b\"\n{to}\\",
		PROVIDER_IN_JSON);
	assert_true(
		str_is(text, "{\"to\":[\"+420600112301\"],\"body\":\"a \\\"b\\\"\\n{to}\\\\\"}"));
	text = filled(
		&out, "From={from-digits}&To={to}&Body={text}", "50 % & a+b ž~", PROVIDER_IN_URL);
	assert_true(
		str_is(text, "From=5000&To=%2B420600112301&Body=50%20%25%20%26%20a%2Bb%20%C5%BE~"));
	text = filled(&out, "{text", "a", PROVIDER_PLAIN);
	assert_true(str_is(text, "{text"));
	text = filled(&out, "{{text}}{}{ text}", "a", PROVIDER_PLAIN);
	assert_true(str_is(text, "{a}{}{ text}"));
	buf_free(&out);
}

static void a_word_that_stands_for_nothing_is_found(void **state)
{
	assert_int_equal(provider_unknown(STR("{\"a\":{\"b\":\"{text}\"}}"), "send").len, 0);
	assert_true(str_is(provider_unknown(STR("{text} {txt}"), "send"), "txt"));
	assert_true(str_is(provider_unknown(STR("{body}"), "send"), "body"));
	assert_true(str_is(provider_unknown(STR("{body}.{text}"), "sign"), "text"));
}

static void assert_field(
	enum provider_coding coding, const char *body, const char *name, const char *value)
{
	struct arena arena = {0};
	struct str found = STR_NONE;
	bool is_there = provider_field(coding, str_of(body), str_of(name), &arena, &found);
	assert_int_equal(is_there, value != NULL);
	if (value && !str_is(found, value))
		fail_msg("%s of %s is %.*s", name, body, STR_ARGS(found));
	arena_free(&arena);
}

static void a_field_is_found_where_its_path_leads(void **state)
{
	const char *body = "{\"data\":{\"id\":17,\"to\":[{\"nr\":\"1\"},{\"nr\":\"\\u017e\"}],"
			   "\"no\":null,\"on\":true}}";
	assert_field(PROVIDER_JSON, body, "data.id", "17");
	assert_field(PROVIDER_JSON, body, "data.to.1.nr", "ž");
	assert_field(PROVIDER_JSON, body, "data.to.2.nr", NULL);
	assert_field(PROVIDER_JSON, body, "data.to.nr", NULL);
	assert_field(PROVIDER_JSON, body, "data.no", NULL);
	assert_field(PROVIDER_JSON, body, "data.on", NULL);
	assert_field(PROVIDER_JSON, body, "data", NULL);
	assert_field(PROVIDER_JSON, body, "", NULL);
	assert_field(PROVIDER_JSON, "{\"a\":", "a", NULL);
	assert_field(PROVIDER_FORM, "a=1&b=x%20y+z&c=&d", "b", "x y z");
	assert_field(PROVIDER_FORM, "a=1&b=x%20y+z&c=&d", "c", "");
	assert_field(PROVIDER_FORM, "a=1&b=x%20y+z&c=&d", "d", "");
	assert_field(PROVIDER_FORM, "a=1", "b", NULL);
	assert_field(PROVIDER_FORM, "a=%zz", "a", NULL);
}

static const char *const delivered[] = {"Delivered"}, *const failed[] = {"Failed", "Rejected"};
static const struct provider_format json = {.receive = {.coding = PROVIDER_JSON,
						    .from = S("from"),
						    .to = S("to"),
						    .text = S("body"),
						    .id = S("id"),
						    .receipt_id = S("batch_id"),
						    .state = S("status"),
						    .delivered = {delivered, 1},
						    .failed = {failed, 2}}};

static struct provider_said said(const char *body, struct arena *arena)
{
	struct provider_said out;
	provider_read(&json, str_of(body), arena, &out);
	return out;
}

static void a_text_has_all_its_fields_and_a_receipt_has_its_own(void **state)
{
	struct arena arena = {0};
	struct provider_said one =
		said("{\"type\":\"mo_text\",\"id\":\"x1\",\"from\":\"420600112301\","
		     "\"to\":\"5000\",\"body\":\"\"}",
			&arena);
	assert_int_equal(one.kind, PROVIDER_TEXT_CAME);
	assert_true(str_is(one.from, "420600112301") && str_is(one.to, "5000"));
	assert_true(one.text.len == 0 && str_is(one.id, "x1"));
	static const struct {
		const char *state;
		enum delivery delivery;
	} states[] = {{"Delivered", DELIVERY_DELIVERED}, {"delivered", DELIVERY_DELIVERED},
		{"Rejected", DELIVERY_FAILED}, {"Queued", DELIVERY_NONE}};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		struct str body = arena_printf(
			&arena, "{\"batch_id\":\"b\",\"status\":\"%s\"}", states[i].state);
		one = said(body.at, &arena);
		assert_int_equal(one.kind, PROVIDER_RECEIPT_CAME);
		assert_int_equal(one.delivery, states[i].delivery);
		assert_true(str_is(one.id, "b"));
	}
	const char *const neither[] = {"", "{}", "[]", "no JSON",
		"{\"batch_id\":\"b\",\"statuses\":[]}",
		"{\"from\":\"1\",\"to\":\"2\",\"body\":\"without an id\"}"};
	for (size_t i = 0; i < sizeof neither / sizeof *neither; i++)
		assert_int_equal(said(neither[i], &arena).kind, PROVIDER_NOTHING);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_in_is_escaped_as_its_place_needs_it),
		cmocka_unit_test(a_word_that_stands_for_nothing_is_found),
		cmocka_unit_test(a_field_is_found_where_its_path_leads),
		cmocka_unit_test(a_text_has_all_its_fields_and_a_receipt_has_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
