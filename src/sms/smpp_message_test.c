/* smpp_message_test.c - fingerprints and parts in the fields of SMPP. */
#include "sms/smpp_message.h"
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/smpp_receipt.h"

static struct smpp_pdu deliver(const char *text)
{
	return (struct smpp_pdu) {.command = SMPP_DELIVER_SM,
		.sequence = 5,
		.sm = {.source_addr_ton = 1,
			.source_addr = STR("420700000001"),
			.destination_addr = STR("5000"),
			.short_message = str_of(text)}};
}

/* A message and the bytes that it borrows from; some are its own, so it stays where it is. */
struct came {
	struct buf bytes;
	struct smpp_message message;
};

static struct came *came_bytes(struct str bytes)
{
	struct came *came = mem_new(sizeof *came);
	struct smpp_pdu pdu;
	enum smpp_status status;
	buf_put(&came->bytes, bytes);
	struct str in = buf_str(&came->bytes);
	assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
	assert_int_equal(status, ESME_ROK);
	const struct smpp_manner manner = smpp_manner(STR("key"));
	smpp_message_read(&pdu, &manner, &came->message);
	return came;
}

static void came_free(struct came **came)
{
	smpp_message_free(&(*came)->message);
	buf_free(&(*came)->bytes);
	free(*came);
	*came = NULL;
}

static struct came *came_as(const struct smpp_pdu *pdu)
{
	struct buf bytes = {0};
	smpp_pdu_pack(&bytes, pdu);
	struct came *came = came_bytes(buf_str(&bytes));
	buf_free(&bytes);
	return came;
}

static void assert_prints(const struct smpp_pdu *a, const struct smpp_pdu *b, bool equal)
{
	struct came *first = came_as(a), *second = came_as(b);
	assert_int_equal(memcmp(first->message.m.fingerprint, second->message.m.fingerprint,
				 DIGEST_BYTES) == 0,
		equal);
	came_free(&first);
	came_free(&second);
}

static void test_a_fingerprint_is_over_every_field_but_the_sequence(void **state)
{
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
	/* ... also where we do not know what it means */
	DIFFERS(stray = STR("\x02\x04\0\2\0\1"));
	a.stray = STR("\x02\x04\0\2\0\1"
		      "\x14\x00\0\1a"); /* user_message_reference, a vendor's */
	DIFFERS(stray = STR("\x02\x04\0\2\0\2"
			    "\x14\x00\0\1a"));
	DIFFERS(stray = STR("\x02\x04\0\2\0\1"
			    "\x14\x00\0\1b"));
	DIFFERS(stray = STR("\x14\x00\0\1a"
			    "\x02\x04\0\2\0\1"));
	a.stray = STR("\0"); /* ... and where it means nothing */
	DIFFERS(stray = STR("\0\0"));
	DIFFERS(stray = STR("\1"));
#undef DIFFERS
}

/* Before, the PDU was packed anew to be hashed: a journal of then must tell the same copies now. */
static void test_a_plain_text_has_the_fingerprint_that_earlier_versions_gave_it(void **state)
{
	struct smpp_pdu pdu = deliver("Hello"), before;
	pdu.tlv.has_sar_msg_ref_num = true;
	before = pdu;
	before.sequence = 0;
	struct came *came = came_as(&pdu);
	struct buf packed = {0};
	unsigned char print[DIGEST_BYTES];
	smpp_pdu_pack(&packed, &before);
	ids_digest(print, STR("key"), buf_str(&packed));
	assert_memory_equal(came->message.m.fingerprint, print, DIGEST_BYTES);
	buf_free(&packed);
	came_free(&came);
}

static void test_a_sar_part_is_never_of_the_same_text_as_a_header_part(void **state)
{
	struct smpp_pdu pdu = deliver("");
	pdu.sm.esm_class = SMPP_ESM_HAS_UDH;
	pdu.sm.short_message = STR("\x06\x08\x04\x12\x34\x02\x01one");
	struct came *with_header = came_as(&pdu);
	assert_int_equal(with_header->message.segment.reference, 0x1234);
	pdu = deliver("one");
	pdu.tlv = (struct smpp_tlvs) {.has_sar_msg_ref_num = true,
		.sar_msg_ref_num = 0x1234,
		.has_sar_total_segments = true,
		.sar_total_segments = 2,
		.has_sar_segment_seqnum = true,
		.sar_segment_seqnum = 1};
	struct came *with_sar = came_as(&pdu);
	assert_true(with_sar->message.segment.is_part);
	assert_int_equal(with_sar->message.segment.reference, 0x1234);
	assert_true(segment_series(&with_sar->message.segment) !=
		    segment_series(&with_header->message.segment));
	came_free(&with_header);
	came_free(&with_sar);
}

static void assert_is_whole(const struct smpp_pdu *pdu, const char *text)
{
	struct came *came = came_as(pdu);
	const struct segment *segment = &came->message.segment;
	assert_false(segment->is_part);
	assert_int_equal(segment->part, 1);
	assert_int_equal(segment->parts, 1);
	if (!str_is(segment->data, text))
		fail_msg("%.*s", STR_ARGS(segment->data));
	came_free(&came);
}

static void test_senseless_sar_parameters_are_no_part(void **state)
{
	const struct {
		uint8_t total, number;
	} rows[] = {{0, 0}, {2, 0}, {2, 3}, {0, 1}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smpp_pdu pdu = deliver("whole");
		pdu.tlv = (struct smpp_tlvs) {.has_sar_msg_ref_num = true,
			.has_sar_total_segments = true,
			.sar_total_segments = rows[i].total,
			.has_sar_segment_seqnum = true,
			.sar_segment_seqnum = rows[i].number};
		assert_is_whole(&pdu, "whole");
	}
}

/* Of a wrong size, so there are only two of the three. */
static void test_sar_parameters_that_cannot_be_read_are_no_part(void **state)
{
	struct smpp_pdu pdu = deliver("whole");
	pdu.tlv = (struct smpp_tlvs) {.has_sar_msg_ref_num = true,
		.has_sar_segment_seqnum = true,
		.sar_segment_seqnum = 1};
	pdu.stray = STR("\x02\x0E\0\2\1\2"); /* 258 of them */
	assert_is_whole(&pdu, "whole");
	pdu.stray = STR("\x02\x0E\0\2\0\2"); /* 2, in more octets than it needs */
	struct came *came = came_as(&pdu);
	assert_true(came->message.segment.is_part);
	assert_int_equal(came->message.segment.parts, 2);
	came_free(&came);
}

static void test_headers_that_cannot_be_are_passed_over(void **state)
{
	struct smpp_pdu pdu = deliver("");
	pdu.sm.esm_class = SMPP_ESM_HAS_UDH;
	pdu.sm.short_message = STR("\x05\x00\x03\x07\x02\x03shown"); /* part 3 of 2 */
	assert_is_whole(&pdu, "shown");
	pdu.sm.short_message = STR("all of it"); /* announced and not there */
	assert_is_whole(&pdu, "all of it");
	pdu.sm.short_message = STR_NONE;
	assert_is_whole(&pdu, "");
}

static void test_an_empty_payload_beside_a_text_says_nothing(void **state)
{
	struct smpp_pdu pdu = deliver("here");
	pdu.tlv.has_message_payload = true;
	assert_is_whole(&pdu, "here");
}

/* Parts wait for each other in memory, thousands of them. */
static void test_what_is_longer_than_an_sms_is_a_text_by_itself(void **state)
{
	for (size_t len = SMPP_PART_BYTES_MAX - 1; len <= SMPP_PART_BYTES_MAX + 1; len++) {
		struct buf data = {0};
		struct smpp_pdu pdu = deliver("");
		buf_put(&data, STR("\x05\x00\x03\x07\x02\x01"));
		while (data.len < 6 + len)
			buf_put_byte(&data, 'x');
		pdu.sm.esm_class = SMPP_ESM_HAS_UDH;
		pdu.tlv.has_message_payload = true;
		pdu.tlv.message_payload = buf_str(&data);
		struct came *came = came_as(&pdu);
		const struct segment *segment = &came->message.segment;
		assert_int_equal(segment->is_part, len <= SMPP_PART_BYTES_MAX);
		assert_int_equal(segment->parts, len <= SMPP_PART_BYTES_MAX ? 2 : 1);
		assert_int_equal(segment->data.len, len);
		came_free(&came);
		buf_free(&data);
	}
}

static void test_a_receipt_without_an_id_is_one_of_nothing_final(void **state)
{
	struct smpp_pdu pdu = deliver("stat:DELIVRD");
	pdu.sm.esm_class = SMPP_ESM_RECEIPT;
	struct came *came = came_as(&pdu);
	assert_true(came->message.m.is_receipt);
	assert_int_equal(came->message.m.delivery, DELIVERY_NONE);
	came_free(&came);
}

/* The parameters are of no use, the text says it as well. */
static void test_a_receipt_whose_parameters_cannot_be_read_is_read_by_its_text(void **state)
{
	struct smpp_pdu pdu = deliver("id:m7 stat:DELIVRD");
	pdu.sm.esm_class = SMPP_ESM_RECEIPT;
	pdu.stray = STR("\x04\x27\0\2\2\2"
			"\0\x1E\0\x42"
			"0123\0");
	struct came *came = came_as(&pdu);
	assert_true(str_is(came->message.m.smsc_id, "m7"));
	assert_int_equal(came->message.m.delivery, DELIVERY_DELIVERED);
	came_free(&came);
}

static bool writes(const struct smpp_part *part, struct smpp_pdu *out)
{
	const struct smpp_manner manner = smpp_manner(STR_NONE);
	struct smpp_times times;
	return smpp_message_write(part, &manner, &times, out);
}

static void test_a_link_says_how_its_carrier_wants_texts(void **state)
{
	struct smpp_manner manner = smpp_manner(STR_NONE);
	const struct smpp_part part = {.number = STR("Sotto"), .phone = STR("+420700000001")};
	struct smpp_times times;
	struct smpp_pdu pdu;
	assert_true(smpp_message_write(&part, &manner, &times, &pdu));
	assert_int_equal(pdu.sm.registered_delivery, 1);
	assert_int_equal(pdu.sm.validity_period.len, 0);
	manner.source_ton = 0;
	manner.source_npi = 6;
	manner.destination_ton = 2;
	manner.destination_npi = 0;
	manner.registered_delivery = 0x11;
	manner.validity = 30 * 86400 - 1;
	assert_true(smpp_message_write(&part, &manner, &times, &pdu));
	assert_int_equal(pdu.sm.source_addr_ton, 0);
	assert_int_equal(pdu.sm.source_addr_npi, 6);
	assert_int_equal(pdu.sm.dest_addr_ton, 2);
	assert_int_equal(pdu.sm.dest_addr_npi, 0);
	assert_int_equal(pdu.sm.registered_delivery, 0x11);
	assert_true(str_is(pdu.sm.validity_period, "000029235959000R"));
	manner.validity = 30 * 86400;
	assert_true(smpp_message_write(&part, &manner, &times, &pdu));
	assert_true(str_is(pdu.sm.validity_period, "000030000000000R"));
}

static void test_addresses_are_typed_by_their_form(void **state)
{
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
		struct smpp_part part = {.number = str_of(rows[i].number), .phone = STR("+1")};
		assert_true(writes(&part, &pdu));
		assert_true(str_is(pdu.sm.source_addr, rows[i].address));
		assert_int_equal(pdu.sm.source_addr_ton, rows[i].ton);
		assert_int_equal(pdu.sm.source_addr_npi, rows[i].npi);
	}
}

static void test_what_no_field_holds_is_not_written(void **state)
{
	char digits[] = "+123456789012345678901";
	char data[256] = {0};
	for (size_t len = 20; len <= 22; len++) { /* with the plus */
		struct smpp_pdu pdu;
		struct smpp_part part = {.number = STR("1"), .phone = str_from(digits, len)};
		assert_int_equal(writes(&part, &pdu), len <= 21);
		part = (struct smpp_part) {.number = str_from(digits, len), .phone = STR("1")};
		assert_int_equal(writes(&part, &pdu), len <= 21);
	}
	struct smpp_pdu never;
	struct smpp_part cut = {.number = STR("1"),
		.phone = STR("+1\0"
			     "2")};
	assert_false(writes(&cut, &never)); /* a field ends at its NUL */
	for (size_t len = 253; len <= 255; len++) {
		struct smpp_pdu pdu;
		struct smpp_part part = {
			.number = STR("1"), .phone = STR("1"), .data = str_from(data, len)};
		assert_int_equal(writes(&part, &pdu), len <= 254);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fingerprint_is_over_every_field_but_the_sequence),
		cmocka_unit_test(
			test_a_plain_text_has_the_fingerprint_that_earlier_versions_gave_it),
		cmocka_unit_test(test_a_sar_part_is_never_of_the_same_text_as_a_header_part),
		cmocka_unit_test(test_senseless_sar_parameters_are_no_part),
		cmocka_unit_test(test_sar_parameters_that_cannot_be_read_are_no_part),
		cmocka_unit_test(test_headers_that_cannot_be_are_passed_over),
		cmocka_unit_test(test_an_empty_payload_beside_a_text_says_nothing),
		cmocka_unit_test(test_what_is_longer_than_an_sms_is_a_text_by_itself),
		cmocka_unit_test(test_a_receipt_without_an_id_is_one_of_nothing_final),
		cmocka_unit_test(
			test_a_receipt_whose_parameters_cannot_be_read_is_read_by_its_text),
		cmocka_unit_test(test_a_link_says_how_its_carrier_wants_texts),
		cmocka_unit_test(test_addresses_are_typed_by_their_form),
		cmocka_unit_test(test_what_no_field_holds_is_not_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
