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
	/* words in full, cut, padded, of the SMSC's own */
	{0x04, "id:7 stat:DELIVERED", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id:7 stat:delivered", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id:7 status:DELIVERD", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id:7 stat:UNDELIVERABLE", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:UNDELIVERED", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:FAILED", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:Rejected", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:REJECTD", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:EXPIRED ", NULL, 0, true, "7", RECEIPT_EXPIRED},
	{0x04, "id:7 stat:CANCELLED", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:SKIPPED", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "", "T9", 9, true, "T9", RECEIPT_FAILED},
	{0x04, "id:7 stat:NOT_DELIVERED", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:NotDelivered", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:7 stat:ACKED", NULL, 0, true, "7", RECEIPT_NONE},
	{0x04, "id:7 stat:BUFFRED", NULL, 0, true, "7", RECEIPT_NONE},
	{0x04, "id:7 stat:BUFFERED", NULL, 0, true, "7", RECEIPT_NONE},
	/* blanks and line ends of any kind and number */
	{0x04, "id: 7 sub:001 stat:  DELIVRD", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id:7\nsub:001\r\nstat:DELIVRD\nerr:0", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "  id:7\tstat:DELIVRD", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id: stat:DELIVRD", NULL, 0, false, "", RECEIPT_DELIVERED},
	/* separated and assigned otherwise */
	{0x04, "id:7,sub:001,dlvrd:001,stat:DELIVRD,err:000,text:x", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id:7;stat:DELIVRD;", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id:7|stat:UNDELIV|text:stat:DELIVRD", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x04, "id:\"7\" stat:\"DELIVRD\"", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id=7 sub=001 dlvrd=001 stat=DELIVRD text=stat=UNDELIV", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x04, "id:aGk= stat:DELIVRD", NULL, 0, true, "aGk=", RECEIPT_DELIVERED},
	{0x04, "id", NULL, 0, false, "", RECEIPT_NONE},
	/* a code that nobody knows leaves it to the text */
	{0x04, "id:7 stat:DELIVRD", "7", 99, true, "7", RECEIPT_DELIVERED},
	/* without the bits of esm_class: by its form, or by both parameters */
	{0x00, "id:7 sub:001 dlvrd:001 " DATES "stat:DELIVRD err:000 text:x", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x00, "id:7 stat:DELIVRD err:000", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x00, "", "T9", 2, true, "T9", RECEIPT_DELIVERED},
	{0x00, "hello", "T9", 5, true, "T9", RECEIPT_FAILED},
	{0x00, "hello", "T9", 0, true, "T9", RECEIPT_NONE}, /* perhaps */
	/* a receipt by its form is one whatever other type it bears: acknowledged by the phone or by hand, bits of two types */
	{0x08, "id:7 sub:001 dlvrd:001 " DATES "stat:DELIVRD err:000 text:x", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x10, "id:7 stat:UNDELIV err:001", NULL, 0, true, "7", RECEIPT_FAILED},
	{0x24, "id:7 stat:DELIVRD err:000", NULL, 0, true, "7", RECEIPT_DELIVERED},
	{0x08, "", "T9", 2, true, "T9", RECEIPT_DELIVERED},
	/* no receipts */
	{0x04, "hello", NULL, 0, false, "", RECEIPT_NONE},
	{0x04, "valid:7 id:", NULL, 0, false, "", RECEIPT_NONE},
	{0x00, "id:7 stat:DELIVRD", NULL, 0, false, "", RECEIPT_NONE}, /* customers write strange things */
	{0x00, "my id:7 err:12", NULL, 0, false, "", RECEIPT_NONE},
	{0x00, "hello", NULL, 2, false, "", RECEIPT_NONE},
	{0x08, "id:7 stat:DELIVRD", NULL, 0, false, "", RECEIPT_NONE}, /* the phone acknowledged */
	{0x08, "thanks", "T9", 0, false, "", RECEIPT_NONE},            /* in words */
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
	assert_int_equal(smpp_receipt_kind(&pdu), SMPP_NO_RECEIPT);
	pdu.command = SMPP_DELIVER_SM;
	assert_int_equal(smpp_receipt_kind(&pdu), SMPP_RECEIPT);
	pdu.sm.esm_class = 0x20;
	assert_int_equal(smpp_receipt_kind(&pdu), SMPP_RECEIPT); /* nor is this a customer's text */
	pdu.sm.esm_class = 0x10;
	assert_int_equal(smpp_receipt_kind(&pdu), SMPP_NO_RECEIPT);
	pdu.sm.esm_class = 0;
	pdu.sm.short_message = STR("hello");
	pdu.tlv = (struct smpp_tlvs) {
		.has_receipted_message_id = true, .receipted_message_id = STR("T9")};
	assert_int_equal(smpp_receipt_kind(&pdu), SMPP_PERHAPS_RECEIPT);
	pdu.tlv.has_message_state = true;
	assert_int_equal(smpp_receipt_kind(&pdu), SMPP_RECEIPT);
}

static void test_receipts_come_in_other_codings_and_behind_nulls(void **state)
{
	static const struct {
		uint8_t data_coding;
		struct str text;
	} good[] = {
		{8, {"\0i\0d\0:\0007\0 \0s\0t\0a\0t\0:\0D\0E\0L\0I\0V\0R\0D", 32}},
		{8, {"id:7 stat:DELIVRD", 17}}, /* only labelled so */
		{0, {"\0id:7 stat:DELIVRD", 18}},
		{0, {"\0\0id:7 stat:DELIVRD\0", 20}},
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct smpp_receipt receipt;
		const struct smpp_pdu pdu = {.command = SMPP_DELIVER_SM,
			.sm = {.esm_class = 4,
				.data_coding = good[i].data_coding,
				.short_message = good[i].text}};
		assert_true(smpp_receipt_read(&pdu, &receipt));
		assert_true(str_is(receipt.message_id, "7"));
		assert_int_equal(receipt.state, RECEIPT_DELIVERED);
	}
}

static void test_ids_are_translated_as_the_link_says(void **state)
{
	static const struct {
		enum smpp_ids ids;
		const char *receipt, *answer;
	} cases[] = {
		{SMPP_IDS_AS_IS, "255", "255"},
		{SMPP_IDS_HEX_TO_DECIMAL, "255", "ff"},
		{SMPP_IDS_HEX_TO_DECIMAL, "0", "0"},
		{SMPP_IDS_HEX_TO_DECIMAL, "00255", "ff"},
		{SMPP_IDS_HEX_TO_DECIMAL, "18446744073709551616", "10000000000000000"},
		{SMPP_IDS_HEX_TO_DECIMAL, "ff", "ff"}, /* no decimal number */
		{SMPP_IDS_HEX_TO_DECIMAL, "a-1", "a-1"},
		{SMPP_IDS_DECIMAL_TO_HEX, "fF", "255"},
		{SMPP_IDS_DECIMAL_TO_HEX, "10000000000000000", "18446744073709551616"},
		{SMPP_IDS_DECIMAL_TO_HEX, "xyz", "xyz"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct smpp_receipt receipt = {.message_id = str_of(cases[i].receipt)};
		smpp_receipt_translate(&receipt, cases[i].ids);
		assert_true(str_is(receipt.message_id, cases[i].answer));
	}
	char longest[SMPP_ID_MAX + 1];
	memset(longest, 'f', sizeof longest);
	for (size_t len = SMPP_ID_MAX / 2 - 1; len <= SMPP_ID_MAX / 2 + 1; len++) {
		struct smpp_receipt receipt = {.message_id = str_from(longest, len)};
		smpp_receipt_translate(&receipt, SMPP_IDS_DECIMAL_TO_HEX);
		assert_int_equal(receipt.message_id.at[0] == 'f', len > SMPP_ID_MAX / 2);
	}
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
		cmocka_unit_test(test_receipts_come_in_other_codings_and_behind_nulls),
		cmocka_unit_test(test_ids_are_translated_as_the_link_says),
		cmocka_unit_test(test_the_text_is_that_of_appendix_b),
		cmocka_unit_test(test_what_is_written_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
