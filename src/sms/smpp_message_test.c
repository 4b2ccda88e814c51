/* smpp_message_test.c - addresses, fingerprints and parts in the fields of SMPP. */
#include "sms/smpp_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "wire/smpp_receipt.h"

static void test_numbers_keep_their_digits_and_a_leading_plus(void **state)
{
	(void)state;
	const struct {
		uint8_t ton;
		const char *address, *number;
	} rows[] = {
		{1, "420700000001", "+420700000001"},
		{1, "+420700000001", "+420700000001"},
		{0, "+420700000001", "+420700000001"},
		{0, "420700000001", "420700000001"},
		{2, "0700 000-001", "0700000001"},
		{3, "5000", "5000"},
		{0, " +420 700 ", "+420700"},
		{0, "12+34", "1234"},
		{1, "", ""},
		{0, "+", ""},
		{0, "Bank", ""},
		{5, "Bank24", ""},
		{1, "12345678901234567890", "+12345678901234567890"},
		{0, "+1234567890123456789", "+1234567890123456789"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char out[SMPP_ADDRESS_MAX + 2];
		struct str got = smpp_message_number(out, rows[i].ton, str_of(rows[i].address));
		if (!str_is(got, rows[i].number))
			fail_msg("%s of type %u is %.*s", rows[i].address, rows[i].ton,
				STR_ARGS(got));
	}
}

static struct smpp_pdu deliver(const char *text)
{
	return (struct smpp_pdu) {.command = SMPP_DELIVER_SM,
		.sequence = 5,
		.sm = {.source_addr_ton = 1,
			.source_addr = STR("420700000001"),
			.destination_addr = STR("5000"),
			.short_message = str_of(text)}};
}

static void assert_prints(const struct smpp_pdu *a, const struct smpp_pdu *b, bool equal)
{
	struct smpp_message first, second;
	assert_int_equal(smpp_message_read(a, STR("key"), &first), ESME_ROK);
	assert_int_equal(smpp_message_read(b, STR("key"), &second), ESME_ROK);
	assert_int_equal(
		memcmp(first.m.fingerprint, second.m.fingerprint, DIGEST_BYTES) == 0, equal);
}

static void test_a_fingerprint_is_over_every_field_but_the_sequence(void **state)
{
	(void)state;
	struct smpp_pdu a = deliver("Hello"), b = a;
	b.sequence = 6;
	assert_prints(&a, &b, true);
#define DIFFERS(change)                                                                            \
	b = a;                                                                                     \
	b.change;                                                                                  \
	assert_prints(&a, &b, false)
	DIFFERS(sm.short_message = STR("Hello "));
	DIFFERS(sm.source_addr = STR("420700000002"));
	DIFFERS(sm.source_addr_ton = 0);
	DIFFERS(sm.destination_addr = STR("5001"));
	DIFFERS(sm.dest_addr_npi = 1);
	DIFFERS(sm.data_coding = 3);
	DIFFERS(sm.protocol_id = 1);
	DIFFERS(sm.priority_flag = 1);
	DIFFERS(sm.service_type = STR("CMT"));
	DIFFERS(sm.validity_period = STR("000001000000000R"));
	DIFFERS(tlv.has_sar_msg_ref_num = true);
#undef DIFFERS
}

static void test_a_sar_part_is_never_of_the_same_text_as_a_header_part(void **state)
{
	(void)state;
	struct smpp_message with_header, with_sar;
	struct smpp_pdu pdu = deliver("");
	pdu.sm.esm_class = SMPP_ESM_HAS_UDH;
	pdu.sm.short_message = STR("\x06\x08\x04\x12\x34\x02\x01one");
	assert_int_equal(smpp_message_read(&pdu, STR_NONE, &with_header), ESME_ROK);
	assert_int_equal(with_header.m.segment.reference, 0x1234);
	pdu = deliver("one");
	pdu.tlv = (struct smpp_tlvs) {.has_sar_msg_ref_num = true,
		.sar_msg_ref_num = 0x1234,
		.has_sar_total_segments = true,
		.sar_total_segments = 2,
		.has_sar_segment_seqnum = true,
		.sar_segment_seqnum = 1};
	assert_int_equal(smpp_message_read(&pdu, STR_NONE, &with_sar), ESME_ROK);
	assert_true(with_sar.m.segment.is_part);
	assert_int_not_equal(with_sar.m.segment.reference, 0x1234);
}

static void test_senseless_sar_parameters_are_no_part(void **state)
{
	(void)state;
	const struct {
		uint8_t total, number;
	} rows[] = {{0, 0}, {2, 0}, {2, 3}, {0, 1}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smpp_message message;
		struct smpp_pdu pdu = deliver("whole");
		pdu.tlv = (struct smpp_tlvs) {.has_sar_msg_ref_num = true,
			.has_sar_total_segments = true,
			.sar_total_segments = rows[i].total,
			.has_sar_segment_seqnum = true,
			.sar_segment_seqnum = rows[i].number};
		assert_int_equal(smpp_message_read(&pdu, STR_NONE, &message), ESME_ROK);
		assert_false(message.m.segment.is_part);
		assert_true(str_is(message.m.segment.data, "whole"));
	}
}

static void test_a_receipt_without_an_id_is_one_of_nothing_final(void **state)
{
	(void)state;
	struct smpp_message message;
	struct smpp_pdu pdu = deliver("stat:DELIVRD");
	pdu.sm.esm_class = SMPP_ESM_RECEIPT;
	assert_int_equal(smpp_message_read(&pdu, STR_NONE, &message), ESME_ROK);
	assert_true(message.m.is_receipt);
	assert_int_equal(message.m.delivery, DELIVERY_NONE);
}

static void test_addresses_are_typed_by_their_form(void **state)
{
	(void)state;
	const struct {
		const char *number, *address;
		uint8_t ton, npi;
	} rows[] = {
		{"+420700000001", "420700000001", 1, 1},
		{"5000", "5000", 0, 1},
		{"Sotto", "Sotto", 5, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smpp_pdu pdu;
		struct connector_part part = {.number = str_of(rows[i].number), .phone = STR("+1")};
		assert_true(smpp_message_write(&part, &pdu));
		assert_true(str_is(pdu.sm.source_addr, rows[i].address));
		assert_int_equal(pdu.sm.source_addr_ton, rows[i].ton);
		assert_int_equal(pdu.sm.source_addr_npi, rows[i].npi);
	}
}

static void test_what_no_field_holds_is_not_written(void **state)
{
	(void)state;
	char digits[] = "+123456789012345678901";
	char data[256] = {0};
	for (size_t len = 20; len <= 22; len++) { /* with the plus */
		struct smpp_pdu pdu;
		struct connector_part part = {.number = STR("1"), .phone = str_from(digits, len)};
		assert_int_equal(smpp_message_write(&part, &pdu), len <= 21);
		part = (struct connector_part) {.number = str_from(digits, len), .phone = STR("1")};
		assert_int_equal(smpp_message_write(&part, &pdu), len <= 21);
	}
	for (size_t len = 253; len <= 255; len++) {
		struct smpp_pdu pdu;
		struct connector_part part = {
			.number = STR("1"), .phone = STR("1"), .data = str_from(data, len)};
		assert_int_equal(smpp_message_write(&part, &pdu), len <= 254);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_keep_their_digits_and_a_leading_plus),
		cmocka_unit_test(test_a_fingerprint_is_over_every_field_but_the_sequence),
		cmocka_unit_test(test_a_sar_part_is_never_of_the_same_text_as_a_header_part),
		cmocka_unit_test(test_senseless_sar_parameters_are_no_part),
		cmocka_unit_test(test_a_receipt_without_an_id_is_one_of_nothing_final),
		cmocka_unit_test(test_addresses_are_typed_by_their_form),
		cmocka_unit_test(test_what_no_field_holds_is_not_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
