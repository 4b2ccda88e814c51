/* inbound_test.c - customers' texts through the whole link: carrier, SMPP, inbound, real core. */
#include "sms/sms_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "net/net_private.h"
#include "wire/segment.h"
#include "wire/smpp_receipt.h"

#define RESET_WINDOW_MS 10000              /* as sms.reset-window is by itself */
#define JOIN_WAIT_MS    (30ll * 60 * 1000) /* as sms.join-wait is by itself */

static int setup(void **state)
{
	*state = bench_new(10, 10);
	return 0;
}

static int teardown(void **state)
{
	bench_free(*state);
	return 0;
}

static void assert_transcript(struct bench *b, const char *phone, const char *expected)
{
	struct buf got = {0};
	bench_transcript(b, phone, &got);
	assert_string_equal(got.at, expected);
	buf_free(&got);
}

static void assert_answered(struct bench *b, unsigned delivery, uint32_t status)
{
	assert_true(b->carrier.answered[delivery]);
	assert_int_equal(b->carrier.statuses[delivery], status);
}

static void on_stopped(void *ctx)
{
	((struct bench *)ctx)->stopped++;
}

/* Cuts the line and waits until the link is bound again. */
static void reconnect(struct bench *b)
{
	carrier_hang_up(&b->carrier);
	bench_run(b, 2000);
	assert_true(b->carrier.is_bound);
}

/* A text whose answer is lost: the line is cut before the command is on disk. */
static void write_and_lose_the_answer(struct bench *b, const char *text)
{
	b->is_manual = true;
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, text);
	bench_run(b, 5);
	assert_false(b->carrier.answered[n]);
	carrier_hang_up(&b->carrier);
	bench_run(b, 5);
	bench_commit(b);
	b->is_manual = false;
	bench_run(b, 2000);
	assert_true(b->carrier.is_bound);
}

static void test_a_text_opens_a_session_and_is_answered_once_it_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->is_manual = true;
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 5000);
	assert_false(b->carrier.answered[n]);
	bench_commit(b);
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: Hello\n");
}

static const struct net_ops *counted;
static unsigned writes;
static void count_write(struct net_conn *conn, const struct str *parts, size_t count)
{
	writes++;
	counted->writev(conn, parts, count);
}

/* A commit of a hundred texts would else be as many calls of the system, and segments on the line. */
static void test_answers_to_the_texts_of_one_commit_leave_in_one_write(void **state)
{
	struct bench *b = *state;
	struct net_ops ops = *b->net->ops;
	b->is_manual = true;
	unsigned n = 0;
	for (int i = 0; i < 5; i++)
		n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 5);
	counted = b->net->ops;
	ops.writev = count_write;
	b->net->ops = &ops;
	writes = 0;
	bench_commit(b);
	bench_run(b, 10);
	b->net->ops = counted;
	assert_int_equal(writes, 1);
	for (unsigned i = 0; i < 5; i++)
		assert_answered(b, n - i, ESME_ROK);
}

static void test_a_text_whose_commit_is_refused_is_answered_with_an_error_and_taken_again(
	void **state)
{
	struct bench *b = *state;
	b->is_manual = true;
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 5);
	bench_refuse(b);
	bench_run(b, 5);
	assert_answered(b, n, ESME_RSYSERR);
	assert_int_equal(bench_sessions(b), 0);
	b->is_manual = false;
	n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: Hello\n");
}

static void test_a_text_lost_with_its_bind_and_its_commit_is_taken_again(void **state)
{
	struct bench *b = *state;
	b->is_manual = true;
	carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 5);
	carrier_hang_up(&b->carrier);
	bench_run(b, 5);
	bench_refuse(b);
	b->is_manual = false;
	bench_run(b, 2000);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: Hello\n");
}

static void test_a_store_that_takes_no_writes_is_a_system_error_to_the_carrier(void **state)
{
	struct bench *b = *state;
	b->is_refusing = true;
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 10);
	assert_answered(b, n, ESME_RSYSERR);
	assert_true(b->carrier.is_bound);
}

static void test_a_number_that_is_not_ours_is_an_invalid_destination(void **state)
{
	struct bench *b = *state;
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "Hello");
	pdu.sm.destination_addr = STR("420999999999");
	unsigned n = carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 10);
	assert_answered(b, n, ESME_RINVDSTADR);
	assert_int_equal(bench_sessions(b), 0);
}

static unsigned write_as(struct bench *b, unsigned ton, const char *address, const char *text)
{
	struct smpp_pdu pdu = carrier_text(address, text);
	pdu.sm.source_addr_ton = (uint8_t)ton;
	pdu.sm.source_addr = str_of(address);
	unsigned n = carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 20);
	assert_answered(b, n, ESME_ROK);
	return n;
}

static enum err try_to_send(struct bench *b, const char *phone, const char *text)
{
	struct user *ana = core_user_by_name(b->core, STR("ana"));
	struct session *session = core_contact(b->core, str_of(phone))->open;
	struct command accept = {.kind = CMD_ACCEPT, .caller = ana, .session = session};
	struct command send = {.kind = CMD_SEND_MESSAGE,
		.caller = ana,
		.session = session,
		.send.text = str_of(text)};
	enum err e = bench_apply(b, &accept, NULL);
	assert_true(e == OK || e == ERR_WRONG_STATE);
	e = bench_apply(b, &send, NULL);
	bench_run(b, 20);
	return e;
}

/* chatwoot/chatwoot#2378: the bank's notice came from Info24, and the agent's answer went to 24. */
static void test_a_name_is_shown_as_it_is_and_nothing_is_ever_written_to_it(void **state)
{
	struct bench *b = *state;
	static const struct {
		unsigned ton;
		const char *address, *shown;
	} rows[] = {{5, "SUPPORT", "SUPPORT"}, {0, "Info24", "Info24"}, {1, "Info25", "Info25"},
		{2, "My-Shop 7", "My-Shop 7"}, {5, "24", "\"24\""}, {0, "24-7", "24-7"},
		{0, "", "unknown"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		write_as(b, rows[i].ton, rows[i].address, "A notice");
		assert_transcript(b, rows[i].shown, "contact: A notice\n");
		assert_int_equal(try_to_send(b, rows[i].shown, "Who is it?"), ERR_UNANSWERABLE);
	}
	assert_null(core_contact(b->core, STR("24")));
	assert_int_equal(b->carrier.submit_count, 0);
	assert_int_equal(b->core->outbound_drawn, 0);
}

static void test_a_keyword_of_a_name_is_a_text_and_is_answered_by_nothing(void **state)
{
	struct bench *b = *state;
	write_as(b, 5, "Info24", "HELP");
	write_as(b, 5, "Info24", "STOP");
	write_as(b, 5, "Info24", "START");
	assert_transcript(b, "Info24", "contact: HELP\ncontact: STOP\ncontact: START\n");
	assert_int_equal(b->carrier.submit_count, 0);
}

static void test_one_number_with_and_without_its_plus_is_the_same_number(void **state)
{
	struct bench *b = *state;
	const struct {
		uint8_t ton;
		const char *address;
	} rows[] = {{1, "420800000100"}, {1, "+420800000100"}, {0, "+420800000100"},
		{0, "420800000100"}, {1, "+420 800-000.100"}, {0, "00420800000100"},
		{1, "00420800000100"}, {5, "420800000100"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "x");
		pdu.sm.dest_addr_ton = rows[i].ton;
		pdu.sm.destination_addr = str_of(rows[i].address);
		unsigned n = carrier_deliver(&b->carrier, &pdu);
		bench_run(b, 10);
		assert_answered(b, n, ESME_ROK);
	}
	assert_int_equal(bench_sessions(b), 1);
}

static void write_to(struct bench *b, unsigned ton, const char *address, enum smpp_status status)
{
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "x");
	pdu.sm.dest_addr_ton = (uint8_t)ton;
	pdu.sm.destination_addr = str_of(address);
	unsigned n = carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 10);
	assert_answered(b, n, status);
}

static void declare_queue(
	struct bench *b, enum command_kind kind, const char *name, const char *number)
{
	const struct body_queue body = {
		.name = str_of(name), .number = str_of(number), .link = STR("m1")};
	const struct command command = {.kind = kind, .new_queue = &body};
	assert_int_equal(bench_apply(b, &command, NULL), OK);
}

/* The file has it as people at home dial it, the carrier sends it with the country's code. */
static void test_a_service_number_in_its_national_form_is_found(void **state)
{
	struct bench *b = *state;
	declare_queue(b, CMD_CHANGE_QUEUE, "support", "800000100");
	write_to(b, 2, "800000100", ESME_ROK);
	write_to(b, 1, "420800000100", ESME_ROK);
	write_to(b, 0, "00420800000100", ESME_ROK);
	write_to(b, 1, "420800000101", ESME_RINVDSTADR);
	assert_int_equal(bench_sessions(b), 1);
}

static void test_a_number_that_may_be_that_of_two_queues_is_of_none(void **state)
{
	struct bench *b = *state;
	write_to(b, 2, "800000100", ESME_ROK);
	declare_queue(b, CMD_ADD_QUEUE, "sales", "+421800000100");
	write_to(b, 2, "800000100", ESME_RINVDSTADR);
	write_to(b, 1, "420800000100", ESME_ROK);
	assert_int_equal(bench_sessions(b), 1);
}

static void test_an_empty_text_is_a_text(void **state)
{
	struct bench *b = *state;
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: \n");
}

static void test_a_text_in_ucs2_and_one_in_a_payload_are_read(void **state)
{
	struct bench *b = *state;
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "");
	pdu.sm.data_coding = SMS_CODING_UCS2;
	pdu.sm.short_message = STR("\x01\x59\x04\x16\xD8\x3D\xDC\x4D");
	carrier_deliver(&b->carrier, &pdu);
	pdu = carrier_text(BENCH_PHONE, "");
	pdu.tlv.has_message_payload = true;
	pdu.tlv.message_payload = STR("in a payload");
	carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: řЖ👍\ncontact: in a payload\n");
}

/* A carrier takes most refusals for good: what can be read is taken, whatever stands beside it. */
static void test_no_text_is_refused_for_its_shape(void **state)
{
	struct bench *b = *state;
	/* clang-format off */
	const struct {
		struct smpp_tlvs tlv;
		struct str text, stray;
		uint8_t esm_class;
	} rows[] = {
		{.text = STR("one"), .stray = STR("\0\0\0")},
		{.text = STR("two"), .stray = STR("\x14\0\xFF\xFFvendor")},
		{.text = STR("three"), .stray = STR("\x02\x0E\0\2\0\2")},
		{.text = STR("\x05\0\x03\x07\x02\x00" "four"), .esm_class = SMPP_ESM_HAS_UDH},
		{.text = STR("\x05\0\x03\x07\x02\x09" "five"), .esm_class = SMPP_ESM_HAS_UDH},
		{.text = STR("\x04\0\x02\x07\x02six"), .esm_class = SMPP_ESM_HAS_UDH},
		{.text = STR("seven"), .esm_class = SMPP_ESM_HAS_UDH},
		{.text = STR("eight"), .tlv = {.has_message_payload = true}},
		{.text = STR("nine"), .tlv = {.has_receipted_message_id = true}},
		{.text = STR_NONE, .stray = STR("\x04\x24\0\xFFten")},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "");
		pdu.sm.short_message = rows[i].text;
		pdu.sm.esm_class = rows[i].esm_class;
		pdu.tlv = rows[i].tlv;
		pdu.stray = rows[i].stray;
		unsigned n = carrier_deliver(&b->carrier, &pdu);
		bench_run(b, 10);
		assert_answered(b, n, ESME_ROK);
	}
	assert_transcript(b, BENCH_PHONE,
		"contact: one\ncontact: two\ncontact: three\ncontact: four\ncontact: five\n"
		"contact: six\ncontact: seven\ncontact: eight\ncontact: nine\ncontact: ten\n");
	assert_int_equal(b->carrier.connections, 1);
}

/* 65,535 octets are what SMPP 3.4 allows; they become entries of the API's longest text. */
static void test_the_longest_payload_is_taken_whole(void **state)
{
	struct bench *b = *state;
	struct buf payload = {0}, got = {0};
	while (payload.len < 65535)
		buf_put_byte(&payload, "0123456789"[payload.len % 10]);
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "");
	pdu.tlv.has_message_payload = true;
	pdu.tlv.message_payload = buf_str(&payload);
	unsigned n = carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 1000);
	assert_answered(b, n, ESME_ROK);
	bench_transcript(b, BENCH_PHONE, &got);
	const char *line = got.at;
	size_t at = 0;
	while (at < payload.len) {
		size_t len = payload.len - at < 4096 ? payload.len - at : 4096;
		assert_memory_equal(line, "contact: ", 9);
		assert_memory_equal(line + 9, payload.at + at, len);
		assert_int_equal(line[9 + len], '\n');
		at += len;
		line += 9 + len + 1;
	}
	assert_string_equal(line, "");
	buf_free(&payload);
	buf_free(&got);
}

/* 16,384 bytes and an id without its NULL: this one ended the process, again after each restart. */
static void test_a_pdu_of_sixteen_kibibytes_whose_id_lacks_its_null_is_a_text(void **state)
{
	struct bench *b = *state;
	struct buf empty = {0}, tail = {0};
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "");
	smpp_pdu_pack(&empty, &pdu);
	buf_put(&tail, STR("\0\x1E\0\3abc"
			   "\x04\x24"));
	size_t payload = 16 * 1024 - empty.len - tail.len - 2;
	buf_put_byte(&tail, (char)(payload >> 8));
	buf_put_byte(&tail, (char)payload);
	while (empty.len + tail.len < 16 * 1024)
		buf_put_byte(&tail, 'x');
	pdu.stray = buf_str(&tail);
	unsigned n = carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 1000);
	assert_answered(b, n, ESME_ROK);
	assert_int_equal(bench_sessions(b), 1);
	buf_free(&empty);
	buf_free(&tail);
}

/* --- long texts ---------------------------------------------------------------------------- */

static unsigned deliver_header_part(
	struct bench *b, const char *phone, struct str header, const char *text)
{
	struct buf data = {0};
	buf_put(&data, header);
	buf_puts(&data, text);
	struct smpp_pdu pdu = carrier_text(phone, "");
	pdu.sm.esm_class = SMPP_ESM_HAS_UDH;
	pdu.sm.short_message = buf_str(&data);
	unsigned n = carrier_deliver(&b->carrier, &pdu);
	buf_free(&data);
	return n;
}

static unsigned deliver_part_of(struct bench *b, const char *phone, unsigned reference,
	unsigned part, unsigned parts, const char *text)
{
	const char header[] = {5, 0, 3, (char)reference, (char)parts, (char)part};
	return deliver_header_part(b, phone, str_from(header, sizeof header), text);
}

static unsigned deliver_part(
	struct bench *b, unsigned reference, unsigned part, unsigned parts, const char *text)
{
	return deliver_part_of(b, BENCH_PHONE, reference, part, parts, text);
}

static unsigned deliver_16_bit_part(
	struct bench *b, unsigned reference, unsigned part, unsigned parts, const char *text)
{
	const char header[] = {
		6, 8, 4, (char)(reference >> 8), (char)reference, (char)parts, (char)part};
	return deliver_header_part(b, BENCH_PHONE, str_from(header, sizeof header), text);
}

static unsigned deliver_sar_part(
	struct bench *b, unsigned reference, unsigned part, unsigned parts, const char *text)
{
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, text);
	pdu.tlv.has_sar_msg_ref_num = pdu.tlv.has_sar_total_segments = true;
	pdu.tlv.has_sar_segment_seqnum = true;
	pdu.tlv.sar_msg_ref_num = (uint16_t)reference;
	pdu.tlv.sar_total_segments = (uint8_t)parts;
	pdu.tlv.sar_segment_seqnum = (uint8_t)part;
	return carrier_deliver(&b->carrier, &pdu);
}

static void test_parts_are_joined_in_the_order_of_their_numbers(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 3, 3, "three");
	deliver_part(b, 7, 1, 3, "one ");
	bench_run(b, 10);
	assert_int_equal(bench_sessions(b), 0);
	unsigned n = deliver_part(b, 7, 2, 3, "two ");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: one two three\n");
	assert_int_equal(bench_link(b)->segment_count, 0);
}

static void test_parts_are_held_over_a_crash(void **state)
{
	struct bench *b = *state;
	unsigned n = deliver_part(b, 7, 1, 2, "one ");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	bench_crash(b);
	bench_run(b, 2000);
	deliver_part(b, 7, 2, 2, "two");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: one two\n");
}

static void test_parts_told_by_sar_parameters_are_joined(void **state)
{
	struct bench *b = *state;
	deliver_sar_part(b, 77, 2, 2, "second");
	deliver_sar_part(b, 77, 1, 2, "first ");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: first second\n");
}

/* One phone, one value of the reference, four texts at once. */
static void test_parts_are_of_one_text_only_if_kind_value_and_number_of_parts_say_so(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 1, 2, "eight ");
	deliver_16_bit_part(b, 7, 1, 2, "sixteen ");
	deliver_sar_part(b, 7, 1, 2, "parameters ");
	deliver_part(b, 7, 1, 3, "three ");
	bench_run(b, 10);
	assert_int_equal(bench_sessions(b), 0);
	deliver_sar_part(b, 7, 2, 2, "C");
	deliver_part(b, 7, 2, 2, "A");
	deliver_part(b, 7, 3, 3, "parts");
	deliver_16_bit_part(b, 7, 2, 2, "B");
	deliver_part(b, 7, 2, 3, "whole ");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE,
		"contact: parameters C\ncontact: eight A\ncontact: sixteen B\n"
		"contact: three whole parts\n");
	assert_int_equal(bench_link(b)->segment_count, 0);
}

static void test_an_escape_cut_between_two_parts_is_one_character(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 1, 2, "49 \x1B");
	deliver_part(b, 7, 2, 2, "e!");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: 49 €!\n");
}

static void test_a_part_that_comes_twice_is_one_part(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 1, 2, "one ");
	deliver_part(b, 7, 1, 2, "one ");
	bench_run(b, 10);
	assert_int_equal(bench_sessions(b), 0);
	deliver_part(b, 7, 2, 2, "two");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: one two\n");
}

static void test_a_part_that_comes_again_with_other_content_begins_a_new_text(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 2, 2, "old");
	deliver_part(b, 7, 2, 2, "text");
	deliver_part(b, 7, 1, 2, "new ");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: [\u2026]old\ncontact: new text\n");
}

static void test_parts_that_wait_for_half_an_hour_are_taken_as_far_as_they_came(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 1, 3, "one ");
	bench_run(b, 60000);
	deliver_part(b, 7, 3, 3, "three");
	bench_run(b, JOIN_WAIT_MS - 60000 - 1000);
	assert_int_equal(bench_sessions(b), 0);
	bench_run(b, 2000);
	assert_transcript(b, BENCH_PHONE, "contact: one […]three\n");
	assert_int_equal(bench_link(b)->segment_count, 0);
	deliver_part(b, 7, 2, 3, "two "); /* too late */
	bench_run(b, JOIN_WAIT_MS + 1000);
	assert_transcript(b, BENCH_PHONE, "contact: one […]three\ncontact: […]two […]\n");
}

/* The store took nothing while the old half was due, so it is still there. */
static void test_an_old_half_is_never_glued_to_a_new_text(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 1, 2, "old ");
	bench_run(b, JOIN_WAIT_MS - 1000);
	b->is_refusing = true;
	bench_run(b, 3000);
	unsigned n = deliver_part(b, 7, 2, 2, "text"); /* not now, and so it comes again */
	bench_run(b, 10);
	assert_answered(b, n, ESME_RSYSERR);
	b->is_refusing = false;
	deliver_part(b, 7, 2, 2, "text");
	deliver_part(b, 7, 1, 2, "new ");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: old […]\ncontact: new text\n");
}

static void test_a_half_outlives_a_crash_by_the_rest_of_its_half_hour(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 1, 2, "one ");
	bench_run(b, JOIN_WAIT_MS - 5000);
	bench_crash(b);
	bench_run(b, 4000);
	assert_int_equal(bench_sessions(b), 0);
	bench_run(b, 2000);
	assert_transcript(b, BENCH_PHONE, "contact: one […]\n");
}

/* A row of before the kind and number of parts were in its key. */
static void test_a_half_of_an_older_journal_is_shown_and_joined_to_nothing(void **state)
{
	struct bench *b = *state;
	struct body_segment old = {.link = STR("m1"),
		.phone = STR(BENCH_PHONE),
		.number = STR(BENCH_NUMBER),
		.reference = 7,
		.part = 1,
		.parts = 2,
		.data = STR("old ")};
	struct command hold = {
		.kind = CMD_HOLD_SEGMENT, .link = bench_link(b), .hold.segment = &old};
	assert_int_equal(bench_apply(b, &hold, NULL), OK);
	bench_run(b, 10);
	bench_crash(b);
	bench_run(b, 2000);
	deliver_part(b, 7, 2, 2, "text");
	deliver_part(b, 7, 1, 2, "new ");
	bench_run(b, JOIN_WAIT_MS + 1000);
	assert_transcript(b, BENCH_PHONE, "contact: new text\ncontact: old […]\n");
	assert_int_equal(bench_link(b)->segment_count, 0);
}

/* --- room for parts ------------------------------------------------------------------------ */

static const char *nth_phone(char room[24], unsigned nth)
{
	snprintf(room, 24, "+42060%07u", nth);
	return room;
}

#define PARTS_AT_ONCE 8 /* fewer than the carrier may have unanswered */

/* Parts 1 .. count of a text of `parts`, of that phone. */
static void deliver_parts(
	struct bench *b, unsigned phone, unsigned reference, unsigned count, unsigned parts)
{
	char room[24];
	unsigned asked[PARTS_AT_ONCE];
	for (unsigned i = 1; i <= count; i++) {
		char text[16];
		snprintf(text, sizeof text, "%u.%u ", reference, i);
		asked[(i - 1) % PARTS_AT_ONCE] =
			deliver_part_of(b, nth_phone(room, phone), reference, i, parts, text);
		if (i % PARTS_AT_ONCE && i < count)
			continue;
		bench_run(b, 10);
		for (unsigned k = 0; k <= (i - 1) % PARTS_AT_ONCE; k++)
			assert_answered(b, asked[k], ESME_ROK);
	}
}

static size_t transcript_lines(struct bench *b, unsigned phone)
{
	char room[24];
	size_t lines = 0;
	struct buf got = {0};
	bench_transcript(b, nth_phone(room, phone), &got);
	for (size_t i = 0; i < got.len; i++)
		lines += got.at[i] == '\n';
	buf_free(&got);
	return lines;
}

/* Forty phones whose parts never become whole stopped all long texts of the link for a day. */
static void test_when_the_table_of_parts_is_full_the_oldest_text_makes_room(void **state)
{
	struct bench *b = *state;
	unsigned phones = 0, held = 0;
	for (; held + 254 <= SEGMENTS_HELD_MAX; held += 254)
		deliver_parts(b, phones++, 1, 254, 255);
	deliver_parts(b, phones++, 1, SEGMENTS_HELD_MAX - 1 - held, 255);
	assert_int_equal(bench_link(b)->segment_count, SEGMENTS_HELD_MAX - 1);
	deliver_parts(b, phones, 2, 1, 3);
	assert_int_equal(bench_link(b)->segment_count, SEGMENTS_HELD_MAX);
	assert_int_equal(bench_sessions(b), 0);
	deliver_parts(b, phones, 2, 2, 3); /* one of them again, and one more */
	assert_int_equal(bench_link(b)->segment_count, SEGMENTS_HELD_MAX - 254 + 1);
	assert_int_equal(bench_sessions(b), 1);
	assert_int_equal(transcript_lines(b, 0), 1);
	deliver_parts(b, phones, 2, 3, 3);
	assert_int_equal(transcript_lines(b, phones), 1);
	bench_crash(b);
	bench_run(b, JOIN_WAIT_MS + 60000);
	for (unsigned i = 0; i <= phones; i++)
		assert_int_equal(transcript_lines(b, i), 1);
	assert_int_equal(bench_link(b)->segment_count, 0);
}

static void test_a_phone_with_its_share_of_parts_makes_room_for_itself(void **state)
{
	struct bench *b = *state;
	deliver_parts(b, 1, 9, 1, 2); /* another phone, older */
	deliver_parts(b, 2, 1, 1, 2);
	deliver_parts(b, 2, 2, SEGMENTS_OF_PHONE_MAX - 2, 255);
	assert_int_equal(bench_sessions(b), 0);
	deliver_parts(b, 2, 3, 1, 2);
	assert_int_equal(bench_sessions(b), 0); /* the limit */
	deliver_parts(b, 2, 4, 1, 2);
	char room[24];
	assert_transcript(b, nth_phone(room, 2), "contact: 1.1 […]\n");
	deliver_parts(b, 2, 5, 1, 2); /* 2 is next, with all it has */
	assert_int_equal(transcript_lines(b, 2), 2);
	assert_int_equal(bench_link(b)->segment_count, 4);
	assert_int_equal(transcript_lines(b, 1), 0);
}

static void test_a_text_never_makes_room_for_its_own_next_part(void **state)
{
	struct bench *b = *state;
	deliver_parts(b, 2, 1, 253, 255);
	for (unsigned i = 2; i <= 4; i++)
		deliver_parts(b, 2, i, 1, 2);
	deliver_parts(b, 2, 1, 255, 255);
	struct buf got = {0};
	char room[24];
	bench_transcript(b, nth_phone(room, 2), &got);
	assert_true(str_starts(buf_str(&got), STR("contact: 2.1 […]\ncontact: 1.1 1.2 ")));
	assert_int_equal(bench_link(b)->segment_count, 2);
	buf_free(&got);
}

static void test_many_texts_that_waited_long_enough_are_all_taken(void **state)
{
	struct bench *b = *state;
	for (unsigned phone = 1; phone <= 2 * SMS_TAKEN_A_TURN + 1; phone++)
		deliver_parts(b, phone, 1, 1, 2);
	b->is_refusing = true; /* so that all are due at once, and taken in three turns */
	bench_run(b, JOIN_WAIT_MS);
	b->is_refusing = false;
	bench_run(b, SMS_STORE_RETRY_MS + 100);
	assert_int_equal(bench_sessions(b), 2 * SMS_TAKEN_A_TURN + 1);
	assert_int_equal(bench_link(b)->segment_count, 0);
}

static void test_no_room_is_made_while_the_store_takes_nothing_and_nothing_is_lost(void **state)
{
	struct bench *b = *state;
	deliver_parts(b, 2, 1, 1, 2);
	deliver_parts(b, 2, 2, 254, 255);
	deliver_parts(b, 2, 3, 1, 2);
	char room[24];
	b->is_refusing = true;
	unsigned n = deliver_part_of(b, nth_phone(room, 2), 4, 1, 2, "4.1 ");
	bench_run(b, 10);
	assert_answered(b, n, ESME_RSYSERR); /* it comes again */
	assert_int_equal(bench_link(b)->segment_count, SEGMENTS_OF_PHONE_MAX);
	b->is_refusing = false;
	deliver_parts(b, 2, 4, 1, 2);
	assert_transcript(b, nth_phone(room, 2), "contact: 1.1 […]\n");
}

static void test_a_text_above_the_limit_becomes_several_entries(void **state)
{
	struct bench *b = *state;
	for (size_t len = TEXT_CHARS_MAX - 1; len <= TEXT_CHARS_MAX + 1; len++) {
		char *text = mem_new(len + 1);
		char phone[20];
		memset(text, 'x', len);
		snprintf(phone, sizeof phone, "+4207%zu", len);
		struct smpp_pdu pdu = carrier_text(phone, "");
		pdu.tlv.has_message_payload = true;
		pdu.tlv.message_payload = str_of(text);
		carrier_deliver(&b->carrier, &pdu);
		bench_run(b, 10);
		struct buf got = {0};
		bench_transcript(b, phone, &got);
		size_t lines = 0;
		for (size_t i = 0; i < got.len; i++)
			lines += got.at[i] == '\n';
		assert_int_equal(lines, len <= TEXT_CHARS_MAX ? 1 : 2);
		buf_free(&got);
		free(text);
	}
}

static char *long_text_of(size_t len, const char *end)
{
	char *text = mem_new(len + strlen(end) + 1);
	memset(text, 'x', len);
	memcpy(text + len, end, strlen(end) + 1);
	return text;
}

static unsigned write_long(struct bench *b, const char *text)
{
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "");
	pdu.tlv.has_message_payload = true;
	pdu.tlv.message_payload = str_of(text);
	return carrier_deliver(&b->carrier, &pdu);
}

/* The entries of the phone's session together are the text, once. */
static void assert_pieces(struct bench *b, const char *text, unsigned pieces)
{
	struct buf got = {0}, expected = {0};
	struct str rest = str_of(text);
	for (unsigned i = 0; i < pieces; i++) {
		size_t len = rest.len < TEXT_CHARS_MAX ? rest.len : TEXT_CHARS_MAX;
		buf_printf(&expected, "contact: %.*s\n", (int)len, rest.at);
		rest = str_skip(rest, len);
	}
	bench_transcript(b, BENCH_PHONE, &got);
	assert_true(str_eq(buf_str(&got), buf_str(&expected)));
	buf_free(&got);
	buf_free(&expected);
}

static void test_a_text_refused_in_its_middle_goes_on_there_when_it_comes_again(void **state)
{
	struct bench *b = *state;
	char *text = long_text_of(2 * TEXT_CHARS_MAX, "the end");
	b->takes = 1;
	unsigned n = write_long(b, text);
	bench_run(b, 10);
	assert_answered(b, n, ESME_RSYSERR);
	b->is_refusing = false;
	b->takes = 1;
	n = write_long(b, text);
	bench_run(b, 10);
	assert_answered(b, n, ESME_RSYSERR);
	b->is_refusing = false;
	n = write_long(b, text);
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_pieces(b, text, 3);
	n = write_long(b, text); /* a new one that says the same */
	bench_run(b, 10);
	struct buf got = {0};
	bench_transcript(b, BENCH_PHONE, &got);
	assert_true(got.len > 4 * TEXT_CHARS_MAX);
	buf_free(&got);
	free(text);
}

static void test_a_text_refused_in_its_middle_and_undone_comes_whole_again(void **state)
{
	struct bench *b = *state;
	char *text = long_text_of(TEXT_CHARS_MAX, "the end");
	b->is_manual = true;
	b->takes = 1;
	write_long(b, text);
	bench_run(b, 10);
	bench_refuse(b);
	b->is_manual = b->is_refusing = false;
	unsigned n = write_long(b, text);
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_pieces(b, text, 2);
	free(text);
}

/* 30 parts, of which one never comes: taken as far as they came, through a store that fails. */
static void test_parts_that_waited_are_taken_once_though_the_store_fails_in_the_middle(void **state)
{
	struct bench *b = *state;
	char *part = long_text_of(150, "");
	struct buf expected = {0};
	for (unsigned i = 1; i <= 29; i++) {
		deliver_part(b, 7, i, 30, part);
		buf_puts(&expected, part);
		bench_run(b, 10);
	}
	buf_put_byte(&expected, '\0');
	bench_run(b, JOIN_WAIT_MS - 10000);
	b->takes = 1;
	bench_run(b, 15000);
	assert_true(b->is_refusing);
	b->is_refusing = false;
	bench_run(b, 5000);
	struct buf got = {0};
	bench_transcript(b, BENCH_PHONE, &got);
	assert_int_equal(got.len, 29 * 150 + strlen("[\u2026]") + 2 * (sizeof "contact: \n" - 1));
	assert_int_equal(bench_link(b)->segment_count, 0);
	buf_free(&got);
	buf_free(&expected);
	free(part);
}

/* --- keywords ------------------------------------------------------------------------------ */

static bool is_opted_out(struct bench *b)
{
	return contact_body(core_contact(b->core, STR(BENCH_PHONE))).opted_out;
}

static void test_stop_opts_out_and_is_confirmed(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, " stop! ");
	bench_run(b, 20);
	assert_true(is_opted_out(b));
	assert_int_equal(bench_sessions(b), 0);
	assert_int_equal(b->carrier.submit_count, 1);
	assert_true(str_is(buf_str(&b->carrier.submits[0].data), "You will get no more texts."));
}

/* rapidpro/casepro#222, glific/glific#5400: one customer, several spellings of the number. */
static const struct {
	unsigned ton;
	const char *address;
} spellings[] = {{1, "420700000001"}, {0, "420700000001"}, {0, "+420700000001"},
	{2, "420700000001"}, {0, "00420700000001"}, {1, "00420700000001"}, {0, "420 700 000 001"},
	{2, "700000001"}, {0, "0700000001"}, {5, "420700000001"}};

static void test_after_a_stop_in_any_spelling_no_text_leaves_for_another(void **state)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		struct bench *b = bench_new(10, 10);
		bench_send(b, BENCH_PHONE, "before");
		bench_run(b, 20);
		write_as(b, spellings[i].ton, spellings[i].address, "STOP");
		unsigned sent = b->carrier.submit_count;
		assert_int_equal(sent, spellings[i].ton == 5 ? 1 : 2); /* the confirmation */
		carrier_write(&b->carrier, BENCH_PHONE, "and now?");
		bench_run(b, 20);
		assert_int_equal(try_to_send(b, BENCH_PHONE, "after"), ERR_OPTED_OUT);
		bench_crash(b);
		bench_run(b, 2000);
		assert_int_equal(try_to_send(b, BENCH_PHONE, "after"), ERR_OPTED_OUT);
		assert_int_equal(b->carrier.submit_count, sent);
		bench_free(b);
	}
}

static void test_a_start_in_any_spelling_allows_texts_to_all(void **state)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		struct bench *b = bench_new(10, 10);
		carrier_write(&b->carrier, BENCH_PHONE, "Hello");
		carrier_write(&b->carrier, BENCH_PHONE, "STOP");
		carrier_write(&b->carrier, BENCH_PHONE, "Hello");
		bench_run(b, 20);
		write_as(b, spellings[i].ton, spellings[i].address, "START");
		bool is_name = spellings[i].ton == 5; /* nobody knows whose word that is */
		assert_int_equal(b->carrier.submit_count, is_name ? 1 : 2);
		assert_int_equal(
			try_to_send(b, BENCH_PHONE, "after"), is_name ? ERR_OPTED_OUT : OK);
		bench_free(b);
	}
}

static void test_a_stop_in_another_spelling_ends_the_conversation_and_is_confirmed_once(
	void **state)
{
	struct bench *b = *state;
	bench_send(b, BENCH_PHONE, "before");
	struct session *session = core_contact(b->core, STR(BENCH_PHONE))->open;
	write_as(b, 0, "420700000001", "STOP");
	assert_int_equal(session->b.state, SESSION_LEFT);
	write_as(b, 1, "420700000001", "STOP");
	write_as(b, 0, "00420700000001", "STOP");
	assert_int_equal(b->carrier.submit_count, 2);
}

/* The Polish and the Czech phone look alike where the country is not said. */
static void test_a_start_does_not_speak_for_a_spelling_that_two_phones_share(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, "+48700000001", "Hello");
	carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 20);
	write_as(b, 2, "700000001", "STOP");
	assert_int_equal(b->carrier.submit_count, 1);
	carrier_write(&b->carrier, "+48700000001", "Hello?");
	carrier_write(&b->carrier, BENCH_PHONE, "START");
	bench_run(b, 20);
	assert_int_equal(b->carrier.submit_count, 1); /* not confirmed, but seen by a person */
	assert_transcript(b, BENCH_PHONE, "contact: START\n");
	assert_int_equal(try_to_send(b, BENCH_PHONE, "after"), ERR_OPTED_OUT);
	assert_int_equal(try_to_send(b, "+48700000001", "after"), ERR_OPTED_OUT);
	write_as(b, 2, "700000001", "START");
	assert_int_equal(try_to_send(b, BENCH_PHONE, "after"), OK);
	assert_int_equal(try_to_send(b, "+48700000001", "after"), OK);
}

static void test_a_stop_does_not_concern_other_phones(void **state)
{
	static const char *const others[] = {
		"+420700000002", "+48700000001", "5000", "000001", "Info24"};
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		carrier_write(&b->carrier, others[i], "Hello");
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 20);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(try_to_send(b, others[i], "after"),
			str_is(str_of(others[i]), "Info24") ? ERR_UNANSWERABLE : OK);
}

static void test_a_configured_word_opts_out_too(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "Out.");
	bench_run(b, 20);
	assert_true(is_opted_out(b));
}

static void test_the_end_of_a_text_above_the_limit_is_no_keyword(void **state)
{
	struct bench *b = *state;
	char *text = long_text_of(TEXT_CHARS_MAX, "stop");
	write_long(b, text);
	bench_run(b, 20);
	assert_false(is_opted_out(b));
	assert_pieces(b, text, 2);
	free(text);
}

static void test_a_keyword_with_spaces_above_the_limit_is_one(void **state)
{
	struct bench *b = *state;
	char *text = long_text_of(TEXT_CHARS_MAX + 100, "");
	memset(text, ' ', TEXT_CHARS_MAX + 100);
	memcpy(text, "help", 4);
	write_long(b, text);
	bench_run(b, 20);
	assert_int_equal(b->carrier.submit_count, 1); /* one answer to one question */
	memcpy(text, "stop", 4);
	write_long(b, text);
	bench_run(b, 20);
	assert_true(is_opted_out(b));
	assert_int_equal(bench_sessions(b), 0);
	free(text);
}

/* --- redeliveries -------------------------------------------------------------------------- */

static void test_two_equal_texts_of_a_living_bind_are_two(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_an_answered_text_that_comes_again_on_a_new_bind_is_a_new_text(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	bench_run(b, RESET_WINDOW_MS);
	reconnect(b);
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

/* Written here is not read there. */
static void test_a_text_answered_right_before_an_abrupt_end_is_a_copy_once(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, RESET_WINDOW_MS);
	reconnect(b);
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\n");
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_a_text_answered_before_an_orderly_end_is_no_copy_later(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	carrier_unbind(&b->carrier);
	bench_run(b, 2000);
	assert_true(b->carrier.is_bound);
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_a_text_whose_answer_was_lost_is_dropped_once_when_it_comes_again(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "yes");
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: yes\n");
	n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_another_text_after_a_lost_answer_is_kept(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "yes");
	carrier_write(&b->carrier, BENCH_PHONE, "Yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: Yes\n");
}

static void test_an_equal_text_that_differs_in_any_field_is_kept(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "yes");
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "yes");
	pdu.sm.priority_flag = 1;
	carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_the_answer_to_a_copy_may_be_lost_as_well(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "yes");
	write_and_lose_the_answer(b, "yes");
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: yes\n");
}

static void test_a_copy_before_the_text_is_on_disk_waits_for_the_disk(void **state)
{
	struct bench *b = *state;
	b->is_manual = true;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 5);
	carrier_hang_up(&b->carrier);
	bench_run(b, 2000);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 100);
	assert_false(b->carrier.answered[n]);
	bench_commit(b);
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: yes\n");
}

/* The text is on disk in the end, the copy is not. Gives the copy's number. */
static unsigned copy_comes_before_its_text_is_on_disk(struct bench *b)
{
	b->is_manual = true;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 5);
	uint64_t text = b->core->lsn;
	carrier_hang_up(&b->carrier);
	bench_run(b, 2000);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 100);
	bench_commit_until(b, text);
	return n;
}

/* The carrier must not forget a copy of which a crash would leave no trace: the next equal text, a new one,
 * would be dropped in its place. */
static void test_a_copy_is_answered_when_it_is_on_disk_that_it_came_and_not_with_its_text(
	void **state)
{
	struct bench *b = *state;
	unsigned n = copy_comes_before_its_text_is_on_disk(b);
	bench_run(b, 10);
	assert_false(b->carrier.answered[n]);
	bench_commit(b);
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
}

/* ... and if that is refused the text is there all the same: its next copy is one. */
static void test_a_copy_of_which_nothing_is_written_is_a_copy_the_next_time(void **state)
{
	struct bench *b = *state;
	unsigned n = copy_comes_before_its_text_is_on_disk(b);
	bench_refuse(b);
	bench_run(b, 10);
	assert_answered(b, n, ESME_RSYSERR);
	b->is_manual = false;
	n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: yes\n");
}

static void test_a_copy_after_the_redelivery_window_is_a_new_text(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "yes");
	bench_run(b, 600000);
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_a_copy_does_not_renew_the_redelivery_window_of_its_text(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	bench_crash(b);
	bench_run(b, 400000);
	carrier_write(&b->carrier, BENCH_PHONE, "yes"); /* a copy */
	bench_run(b, 10);
	bench_crash(b);
	bench_run(b, 200000);
	carrier_write(&b->carrier, BENCH_PHONE, "yes"); /* 600 s after the first: a new text */
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_a_redelivered_part_of_a_long_text_is_dropped(void **state)
{
	struct bench *b = *state;
	b->is_manual = true;
	deliver_part(b, 7, 1, 2, "one ");
	deliver_part(b, 7, 2, 2, "two");
	bench_run(b, 5);
	carrier_hang_up(&b->carrier);
	bench_run(b, 5);
	bench_commit(b);
	b->is_manual = false;
	bench_run(b, 2000);
	unsigned first = deliver_part(b, 7, 1, 2, "one ");
	unsigned second = deliver_part(b, 7, 2, 2, "two");
	bench_run(b, 10);
	assert_answered(b, first, ESME_ROK);
	assert_answered(b, second, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: one two\n");
	assert_int_equal(bench_link(b)->segment_count, 0);
}

static void test_after_a_crash_the_last_texts_may_come_again_once_each(void **state)
{
	struct bench *b = *state;
	char text[8];
	for (int i = 1; i <= 11; i++) { /* one more than the receive window */
		snprintf(text, sizeof text, "t%d", i);
		carrier_write(&b->carrier, BENCH_PHONE, text);
		bench_run(b, 10);
	}
	bench_crash(b);
	bench_run(b, 2000);
	carrier_write(&b->carrier, BENCH_PHONE, "t1");
	bench_run(b, 10);
	carrier_write(
		&b->carrier, BENCH_PHONE, "t2"); /* t1 took the place of this one in the ring */
	carrier_write(&b->carrier, BENCH_PHONE, "t3");
	carrier_write(&b->carrier, BENCH_PHONE, "t11");
	carrier_write(&b->carrier, BENCH_PHONE, "t11");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE,
		"contact: t1\ncontact: t2\ncontact: t3\ncontact: t4\ncontact: t5\ncontact: t6\n"
		"contact: t7\ncontact: t8\ncontact: t9\ncontact: t10\ncontact: t11\n"
		"contact: t1\ncontact: t11\n");
}

static void test_the_answer_to_a_copy_may_be_lost_in_a_crash_as_well(void **state)
{
	struct bench *b = *state;
	char text[8];
	for (int i = 1; i <= 10; i++) { /* the receive window */
		snprintf(text, sizeof text, "t%d", i);
		carrier_write(&b->carrier, BENCH_PHONE, text);
		bench_run(b, 10);
	}
	for (int crash = 0; crash < 3; crash++) {
		bench_crash(b);
		bench_run(b, 2000);
		for (int i = 10; i >= 1; i -= crash + 1) { /* the carrier has no order to keep */
			snprintf(text, sizeof text, "t%d", i);
			carrier_write(&b->carrier, BENCH_PHONE, text);
			bench_run(b, 10);
		}
	}
	assert_transcript(b, BENCH_PHONE,
		"contact: t1\ncontact: t2\ncontact: t3\ncontact: t4\ncontact: t5\ncontact: t6\n"
		"contact: t7\ncontact: t8\ncontact: t9\ncontact: t10\n");
}

/* The carrier numbers what it sends, and says so in parameters that are nothing to us. */
static void test_after_a_crash_an_equal_text_with_another_number_is_a_new_one(void **state)
{
	static const struct str numbers[] = {
		{"\x02\x04\0\2\0\1\x14\0\0\1a", 11}, {"\x02\x04\0\2\0\2\x14\0\0\1b", 11}};
	struct bench *b = *state;
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "yes");
	pdu.stray = numbers[0];
	carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 10);
	bench_crash(b);
	bench_run(b, 2000);
	pdu.stray = numbers[1];
	carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
	pdu.stray = numbers[0]; /* and this is the copy */
	carrier_deliver(&b->carrier, &pdu);
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

/* It looks like a copy of the first one, whose answer may have been lost. */
static void test_who_refuses_texts_once_more_after_a_crash_gets_none(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 10);
	carrier_write(&b->carrier, BENCH_PHONE, "START");
	bench_run(b, 10);
	bench_crash(b);
	bench_run(b, 2000);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_true(is_opted_out(b));
	carrier_write(
		&b->carrier, BENCH_PHONE, "START"); /* may be a copy, and then must not count */
	bench_run(b, 10);
	assert_true(is_opted_out(b));
	carrier_write(&b->carrier, BENCH_PHONE, "START");
	bench_run(b, 10);
	assert_false(is_opted_out(b));
}

static void test_a_refusal_in_one_part_of_one_counts_after_a_crash_too(void **state)
{
	struct bench *b = *state;
	deliver_part(b, 7, 1, 1, "STOP");
	bench_run(b, 10);
	carrier_write(&b->carrier, BENCH_PHONE, "START");
	bench_run(b, 10);
	bench_crash(b);
	bench_run(b, 2000);
	deliver_part(b, 7, 1, 1, "STOP");
	bench_run(b, 10);
	assert_true(is_opted_out(b));
}

static void test_a_copy_of_a_refusal_is_answered_by_no_second_text(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "STOP");
	bench_run(b, 5000);
	assert_int_equal(b->carrier.submit_count, 1);
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 5000);
	assert_true(is_opted_out(b));
	assert_int_equal(b->carrier.submit_count, 1);
}

static void test_after_an_orderly_stop_an_equal_text_is_a_new_one(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	bench_restart(b);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_a_stop_lets_the_answers_to_texts_leave_first(void **state)
{
	struct bench *b = *state;
	b->is_manual = true;
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 5);
	sms_stop(b->sms, on_stopped, b);
	unsigned late = carrier_write(&b->carrier, BENCH_PHONE, "too late");
	bench_run(b, 100);
	assert_answered(b, late, ESME_RTHROTTLED);
	assert_false(b->carrier.was_unbound);
	bench_commit(b);
	bench_run(b, 100);
	assert_answered(b, n, ESME_ROK);
	assert_true(b->carrier.was_unbound);
	assert_int_equal(b->stopped, 0); /* that all had left is not on disk yet */
	bench_commit(b);
	bench_run(b, 10);
	assert_int_equal(b->stopped, 1);
	bench_crash(b);
	b->is_manual = false;
	bench_run(b, 2000);
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: yes\ncontact: yes\n");
}

static void test_a_stop_that_the_store_refuses_to_note_ends_all_the_same(void **state)
{
	struct bench *b = *state;
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	b->is_manual = true;
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, 100);
	assert_int_equal(b->stopped, 0);
	bench_refuse(b);
	bench_run(b, 10);
	assert_int_equal(b->stopped, 1);
}

static void test_after_a_stop_with_a_lost_answer_its_copy_is_still_known(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "yes");
	bench_restart(b);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_answered(b, n, ESME_ROK);
	assert_transcript(b, BENCH_PHONE, "contact: yes\n");
}

static void test_an_answer_lost_long_ago_does_not_keep_a_stop_from_being_noted(void **state)
{
	struct bench *b = *state;
	write_and_lose_the_answer(b, "old");
	bench_run(b, 590000);
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 20000);
	bench_restart(b);
	carrier_write(&b->carrier, BENCH_PHONE, "yes");
	bench_run(b, 10);
	assert_transcript(b, BENCH_PHONE, "contact: old\ncontact: yes\ncontact: yes\n");
}

static void test_more_texts_than_the_receive_window_wait_and_are_all_taken(void **state)
{
	struct bench *b = *state;
	char phone[20];
	b->is_manual = true;
	for (int i = 0; i < 12; i++) {
		snprintf(phone, sizeof phone, "+42070000%04d", i);
		carrier_write(&b->carrier, phone, "hi");
	}
	bench_run(b, 10);
	for (unsigned i = 0; i < 12; i++)
		assert_false(b->carrier.answered[i]);
	bench_commit(b);
	bench_run(b, 10);
	for (unsigned i = 0; i < 10; i++)
		assert_answered(b, i, ESME_ROK);
	assert_false(b->carrier.answered[10]);
	bench_commit(b);
	bench_run(b, 10);
	assert_answered(b, 11, ESME_ROK);
	assert_int_equal(bench_sessions(b), 12);
}

static void test_the_receive_window_of_the_centre_counts(void **state)
{
	struct bench *b = bench_new(10, 3);
	b->is_manual = true;
	for (int i = 0; i < 4; i++)
		carrier_write(&b->carrier, BENCH_PHONE, "hi");
	bench_run(b, 10);
	bench_commit(b);
	bench_run(b, 10);
	assert_answered(b, 2, ESME_ROK);
	assert_false(b->carrier.answered[3]);
	bench_commit(b);
	bench_run(b, 10);
	assert_answered(b, 3, ESME_ROK);
	bench_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_text_opens_a_session_and_is_answered_once_it_is_on_disk),
		TEST(test_answers_to_the_texts_of_one_commit_leave_in_one_write),
		TEST(test_a_text_whose_commit_is_refused_is_answered_with_an_error_and_taken_again),
		TEST(test_a_text_lost_with_its_bind_and_its_commit_is_taken_again),
		TEST(test_a_store_that_takes_no_writes_is_a_system_error_to_the_carrier),
		TEST(test_a_number_that_is_not_ours_is_an_invalid_destination),
		TEST(test_a_name_is_shown_as_it_is_and_nothing_is_ever_written_to_it),
		TEST(test_a_keyword_of_a_name_is_a_text_and_is_answered_by_nothing),
		TEST(test_one_number_with_and_without_its_plus_is_the_same_number),
		TEST(test_a_service_number_in_its_national_form_is_found),
		TEST(test_a_number_that_may_be_that_of_two_queues_is_of_none),
		TEST(test_an_empty_text_is_a_text),
		TEST(test_a_text_in_ucs2_and_one_in_a_payload_are_read),
		TEST(test_no_text_is_refused_for_its_shape),
		TEST(test_the_longest_payload_is_taken_whole),
		TEST(test_a_pdu_of_sixteen_kibibytes_whose_id_lacks_its_null_is_a_text),
		TEST(test_parts_are_joined_in_the_order_of_their_numbers),
		TEST(test_parts_are_held_over_a_crash),
		TEST(test_parts_told_by_sar_parameters_are_joined),
		TEST(test_an_escape_cut_between_two_parts_is_one_character),
		TEST(test_a_part_that_comes_twice_is_one_part),
		TEST(test_parts_are_of_one_text_only_if_kind_value_and_number_of_parts_say_so),
		TEST(test_a_part_that_comes_again_with_other_content_begins_a_new_text),
		TEST(test_parts_that_wait_for_half_an_hour_are_taken_as_far_as_they_came),
		TEST(test_an_old_half_is_never_glued_to_a_new_text),
		TEST(test_a_half_outlives_a_crash_by_the_rest_of_its_half_hour),
		TEST(test_a_half_of_an_older_journal_is_shown_and_joined_to_nothing),
		TEST(test_when_the_table_of_parts_is_full_the_oldest_text_makes_room),
		TEST(test_a_phone_with_its_share_of_parts_makes_room_for_itself),
		TEST(test_a_text_never_makes_room_for_its_own_next_part),
		TEST(test_many_texts_that_waited_long_enough_are_all_taken),
		TEST(test_no_room_is_made_while_the_store_takes_nothing_and_nothing_is_lost),
		TEST(test_a_text_above_the_limit_becomes_several_entries),
		TEST(test_a_text_refused_in_its_middle_goes_on_there_when_it_comes_again),
		TEST(test_a_text_refused_in_its_middle_and_undone_comes_whole_again),
		TEST(test_parts_that_waited_are_taken_once_though_the_store_fails_in_the_middle),
		TEST(test_stop_opts_out_and_is_confirmed),
		cmocka_unit_test(test_after_a_stop_in_any_spelling_no_text_leaves_for_another),
		cmocka_unit_test(test_a_start_in_any_spelling_allows_texts_to_all),
		TEST(test_a_stop_in_another_spelling_ends_the_conversation_and_is_confirmed_once),
		TEST(test_a_start_does_not_speak_for_a_spelling_that_two_phones_share),
		TEST(test_a_stop_does_not_concern_other_phones),
		TEST(test_a_configured_word_opts_out_too),
		TEST(test_the_end_of_a_text_above_the_limit_is_no_keyword),
		TEST(test_a_keyword_with_spaces_above_the_limit_is_one),
		TEST(test_two_equal_texts_of_a_living_bind_are_two),
		TEST(test_an_answered_text_that_comes_again_on_a_new_bind_is_a_new_text),
		TEST(test_a_text_answered_right_before_an_abrupt_end_is_a_copy_once),
		TEST(test_a_text_answered_before_an_orderly_end_is_no_copy_later),
		TEST(test_a_text_whose_answer_was_lost_is_dropped_once_when_it_comes_again),
		TEST(test_another_text_after_a_lost_answer_is_kept),
		TEST(test_an_equal_text_that_differs_in_any_field_is_kept),
		TEST(test_the_answer_to_a_copy_may_be_lost_as_well),
		TEST(test_a_copy_before_the_text_is_on_disk_waits_for_the_disk),
		TEST(test_a_copy_is_answered_when_it_is_on_disk_that_it_came_and_not_with_its_text),
		TEST(test_a_copy_of_which_nothing_is_written_is_a_copy_the_next_time),
		TEST(test_a_copy_after_the_redelivery_window_is_a_new_text),
		TEST(test_a_copy_does_not_renew_the_redelivery_window_of_its_text),
		TEST(test_a_redelivered_part_of_a_long_text_is_dropped),
		TEST(test_after_a_crash_the_last_texts_may_come_again_once_each),
		TEST(test_the_answer_to_a_copy_may_be_lost_in_a_crash_as_well),
		TEST(test_after_a_crash_an_equal_text_with_another_number_is_a_new_one),
		TEST(test_who_refuses_texts_once_more_after_a_crash_gets_none),
		TEST(test_a_refusal_in_one_part_of_one_counts_after_a_crash_too),
		TEST(test_a_copy_of_a_refusal_is_answered_by_no_second_text),
		TEST(test_after_an_orderly_stop_an_equal_text_is_a_new_one),
		TEST(test_a_stop_lets_the_answers_to_texts_leave_first),
		TEST(test_a_stop_that_the_store_refuses_to_note_ends_all_the_same),
		TEST(test_after_a_stop_with_a_lost_answer_its_copy_is_still_known),
		TEST(test_an_answer_lost_long_ago_does_not_keep_a_stop_from_being_noted),
		TEST(test_more_texts_than_the_receive_window_wait_and_are_all_taken),
		cmocka_unit_test(test_the_receive_window_of_the_centre_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
