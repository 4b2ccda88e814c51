/* smpp_receipt_test.c - receipts as SMSCs send them, and as the simulator writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "wire/smpp_receipt.h"

#include <cmocka.h>

#define DATES "submit date:1401091158 done date:1401091159 "

/* clang-format off */
static const struct {
	uint8_t esm_class;
	const char *text, *tlv_id;
	uint8_t tlv_state; /* 0: none */
	bool is_good;
	const char *id;
	enum receipt_state state;
} rows[] = {
	{0x04, "id:7a1 sub:001 dlvrd:001 " DATES "stat:DELIVRD err:000 Text:hello", NULL, 0, true,
		"7a1",
		RECEIPT_DELIVERED},
	{0x04, "id:7 stat:EXPIRED err:000", NULL, 0, true, "7", RECEIPT_EXPIRED},
	{0x04, "id:7 stat:DELETED err:000", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:UNDELIV err:000", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:REJECTD err:000", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:ACCEPTD err:000", NULL, 0, true, "7", RECEIPT_NONE},
	{0x04, "id:7 stat:UNKNOWN err:000", NULL, 0, true, "7", RECEIPT_NONE},
	{0x04, "id:7 stat:SOMEHOW err:000", NULL, 0, true, "7", RECEIPT_NONE},
	{0x04, "ID:7 Stat:delivrd", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "sub:001 id:7 stat:DELIVRD", NULL, 0, true, "7", RECEIPT_DELIVERED},
	/* other bits do not matter */
	{0x44, "id:7 stat:DELIVRD", NULL, 0, true, "7", RECEIPT_DELIVERED},
	/* the parameters count more than the text */
	{0x04, "id:7 stat:DELIVRD", "T9", 0, true, "T9", RECEIPT_DELIVERED},
	{0x04, "id:7 stat:DELIVRD", "T9", 5, true, "T9", RECEIPT_FAILED},
	{0x04, "", "T9", 1, true, "T9", RECEIPT_NONE},
	{0x04, "", "T9", 2, true, "T9", RECEIPT_DELIVERED},
	{0x04, "", "T9", 3, true, "T9", RECEIPT_EXPIRED},
	{0x04, "", "T9", 4, true, "T9", RECEIPT_FAILED},
	{0x04, "", "T9", 5, true, "T9", RECEIPT_FAILED},
	{0x04, "", "T9", 6, true, "T9", RECEIPT_NONE},
	{0x04, "", "T9", 7, true, "T9", RECEIPT_NONE},
	{0x04, "", "T9", 8, true, "T9", RECEIPT_FAILED},
	{0x04, "", "T9", 99, true, "T9", RECEIPT_NONE},
	{0x04, "id:7", "", 2, true, "7", RECEIPT_DELIVERED}, /* an empty parameter says nothing */
	/* what the customer wrote is not read */
	{0x04, "id:7 err:000 Text:x stat:DELIVRD", NULL, 0, true, "7", RECEIPT_NONE},
	{0x04, "stat:DELIVRD text:x id:7", NULL, 0, false, "", RECEIPT_DELIVERED},
	/* an intermediate notification is never final */
	{0x20, "id:7 stat:DELIVRD", NULL, 2, true, "7", RECEIPT_NONE},
	/* no receipts */
	{0x04, "hello", NULL, 0, false, "", RECEIPT_NONE},
	{0x04, "valid:7 id:", NULL, 0, false, "", RECEIPT_NONE},
	{0x00, "id:7 stat:DELIVRD", NULL, 0, false, "", RECEIPT_NONE},
	{0x08, "id:7 stat:DELIVRD", NULL, 0, false, "", RECEIPT_NONE}, /* the phone acknowledged */
	{0x40, "id:7 stat:DELIVRD", NULL, 0, false, "", RECEIPT_NONE},
};
/* clang-format on */

static void test_receipts_are_read(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smpp_pdu pdu = {
			.command = SMPP_DELIVER_SM,
			.sm = {.esm_class = rows[i].esm_class,
				.short_message = str_of(rows[i].text)},
			.tlv = {.has_receipted_message_id = rows[i].tlv_id != NULL,
				.receipted_message_id = str_of(rows[i].tlv_id),
				.has_message_state = rows[i].tlv_state > 0,
				.message_state = rows[i].tlv_state},
		};
		struct smpp_receipt receipt;
		assert_int_equal(smpp_receipt_read(&pdu, &receipt), rows[i].is_good);
		assert_true(str_is(receipt.message_id, rows[i].id));
		assert_int_equal(receipt.state, rows[i].state);
	}
}

static void test_only_a_deliver_sm_is_a_receipt(void **state)
{
	struct smpp_pdu pdu = {.command = SMPP_SUBMIT_SM, .sm = {.esm_class = 0x04}};
	assert_false(smpp_receipt_is(&pdu));
	pdu.command = SMPP_DELIVER_SM;
	assert_true(smpp_receipt_is(&pdu));
	pdu.sm.esm_class = 0x20;
	assert_true(smpp_receipt_is(&pdu)); /* nor is this a customer's text */
	pdu.sm.esm_class = 0x10;
	assert_false(smpp_receipt_is(&pdu));
}

static void test_the_text_is_that_of_appendix_b(void **state)
{
	const struct smpp_receipt_text delivered = {
		.message_id = STR("4d2"),
		.state = SMPP_STATE_DELIVERED,
		.submitted = 1389268692035, /* 2014-01-09 11:58:12.035 */
		.done = 1389268740000,      /* 11:59:00 */
		.text = STR("0123456789012345678-left out"),
	};
	const struct smpp_receipt_text failed = {
		.message_id = STR("1"), .state = SMPP_STATE_UNDELIVERABLE, .error = 27};
	struct buf out = {0};
	smpp_receipt_write(&out, &delivered);
	buf_put_byte(&out, '\0');
	assert_string_equal(out.at,
		"id:4d2 sub:001 dlvrd:001 " DATES "stat:DELIVRD err:000 Text:0123456789012345678-");
	out.len = 0;
	smpp_receipt_write(&out, &failed);
	buf_put_byte(&out, '\0');
	assert_string_equal(out.at,
		"id:1 sub:001 dlvrd:000 submit date:7001010000 done date:7001010000 "
		"stat:UNDELIV err:027 Text:");
	buf_free(&out);
}

static void test_what_is_written_is_read(void **state)
{
	for (enum smpp_message_state s = SMPP_STATE_ENROUTE; s <= SMPP_STATE_REJECTED; s++) {
		const struct smpp_receipt_text text = {.message_id = STR("ab12"), .state = s};
		struct smpp_pdu pdu = {
			.command = SMPP_DELIVER_SM, .sm = {.esm_class = SMPP_ESM_RECEIPT}};
		struct smpp_receipt from_text, from_parameter;
		struct buf out = {0};
		smpp_receipt_write(&out, &text);
		pdu.sm.short_message = buf_str(&out);
		assert_true(smpp_receipt_read(&pdu, &from_text));
		assert_true(str_is(from_text.message_id, "ab12"));
		pdu.tlv.has_message_state = true;
		pdu.tlv.message_state = (uint8_t)s;
		assert_true(smpp_receipt_read(&pdu, &from_parameter));
		assert_int_equal(from_text.state, from_parameter.state);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_receipts_are_read),
		cmocka_unit_test(test_only_a_deliver_sm_is_a_receipt),
		cmocka_unit_test(test_the_text_is_that_of_appendix_b),
		cmocka_unit_test(test_what_is_written_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
