/* over_test.c - what is over, by itself and with what it belongs to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/over.h"

/* What there is of others; NULL: nothing. */
struct others {
	const struct body_session *session;
	const struct body_outbound *text;
};

static const void *find(const void *ctx, const struct over_owner *owner)
{
	const struct others *others = ctx;
	if (owner->kind == BODY_session)
		return others->session && str_eq(others->session->id, owner->session)
			       ? others->session
			       : NULL;
	assert_int_equal(owner->kind, BODY_outbound);
	return others->text && others->text->serial == owner->outbound ? others->text : NULL;
}

static const struct body_session running = {.id = {"X", 1}, .state = SESSION_LEFT};
static const struct body_session ended = {.id = {"X", 1}, .state = SESSION_ENDED};

static void test_a_session_is_over_once_it_ended(void **state)
{
	assert_false(body_is_over(BODY_session, &running, NULL, NULL));
	assert_true(body_is_over(BODY_session, &ended, NULL, NULL));
}

static void test_who_and_what_is_in_a_session_is_over_with_it(void **state)
{
	const struct body_party left = {.session = STR("X"), .state = PARTY_COMPLETED};
	const struct body_message entry = {.session = STR("X")};
	const struct body_refusal refusal = {.session = STR("X")};
	const struct {
		enum body_kind kind;
		const void *body;
	} all[] = {{BODY_party, &left}, {BODY_message, &entry}, {BODY_refusal, &refusal}};
	for (size_t i = 0; i < 3; i++) {
		assert_false(body_is_over(
			all[i].kind, all[i].body, find, &(struct others) {.session = &running}));
		assert_true(body_is_over(
			all[i].kind, all[i].body, find, &(struct others) {.session = &ended}));
		assert_true(body_is_over(all[i].kind, all[i].body, find, &(struct others) {0}));
	}
}

static void test_an_order_is_over_once_it_is_in_force_no_more(void **state)
{
	assert_false(body_is_over(
		BODY_registration, &(struct body_registration) {.active = 1}, NULL, NULL));
	assert_true(body_is_over(BODY_registration, &(struct body_registration) {0}, NULL, NULL));
}

/* Its entry tells the delivery state. */
static void test_a_closed_text_is_over_with_the_session_of_its_entry(void **state)
{
	const struct others in = {.session = &running}, out = {.session = &ended};
	const struct body_outbound open = {.serial = 7, .open = 1},
				   closed = {.serial = 7, .session = STR("X"), .seq = 3},
				   reply = {.serial = 7};
	assert_false(body_is_over(BODY_outbound, &open, find, &out));
	assert_false(body_is_over(BODY_outbound, &closed, find, &in));
	assert_true(body_is_over(BODY_outbound, &closed, find, &out));
	assert_true(body_is_over(BODY_outbound, &reply, find, &in));
}

static void test_what_is_known_of_a_texts_parts_is_over_with_it(void **state)
{
	const struct body_outbound open = {.serial = 7, .open = 1}, closed = {.serial = 7};
	const struct body_part part = {.outbound = 7, .part = 1};
	const struct body_lost lost = {.outbound = 7, .part = 1};
	const struct body_aside aside = {.outbound = 7, .part = 1};
	const struct {
		enum body_kind kind;
		const void *body;
	} all[] = {{BODY_part, &part}, {BODY_lost, &lost}, {BODY_aside, &aside}};
	for (size_t i = 0; i < 3; i++) {
		assert_false(body_is_over(
			all[i].kind, all[i].body, find, &(struct others) {.text = &open}));
		assert_true(body_is_over(
			all[i].kind, all[i].body, find, &(struct others) {.text = &closed}));
	}
}

static void test_a_part_is_over_once_its_text_is_joined(void **state)
{
	assert_false(body_is_over(BODY_segment, &(struct body_segment) {.held = 1}, NULL, NULL));
	assert_true(body_is_over(BODY_segment, &(struct body_segment) {0}, NULL, NULL));
}

static void test_who_may_write_again_is_never_over(void **state)
{
	assert_false(body_is_over(BODY_contact, &(struct body_contact) {0}, NULL, NULL));
	assert_false(body_is_over(BODY_inbound, &(struct body_inbound) {.matched = 1}, NULL, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_is_over_once_it_ended),
		cmocka_unit_test(test_who_and_what_is_in_a_session_is_over_with_it),
		cmocka_unit_test(test_an_order_is_over_once_it_is_in_force_no_more),
		cmocka_unit_test(test_a_closed_text_is_over_with_the_session_of_its_entry),
		cmocka_unit_test(test_what_is_known_of_a_texts_parts_is_over_with_it),
		cmocka_unit_test(test_a_part_is_over_once_its_text_is_joined),
		cmocka_unit_test(test_who_may_write_again_is_never_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
