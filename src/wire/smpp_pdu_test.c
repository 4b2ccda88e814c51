/* smpp_pdu_test.c - PDUs byte by byte. The cases over all fields grow from smpp_pdu.def; that the
 * table itself is right is shown by PDUs written out by hand and by their greatest lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/smpp_pdu.h"

#include <cmocka.h>

#define LETTERS                                                                                    \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"           \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"           \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"           \
	"abcdefghijklmnopqrstuvwxyz"

/* How full the strings of a PDU are. */
enum fill { EMPTY, SHORT, FULL };

static struct str letters(enum fill fill, size_t max)
{
	return str_from(LETTERS, fill == FULL ? max : fill == SHORT ? 3 : 0);
}

/* static void fill_bind(struct smpp_pdu *pdu, enum fill fill) ... */
#define BODY(body)                                                                                 \
	static void fill_##body(struct smpp_pdu *pdu, enum fill fill)                              \
	{                                                                                          \
		uint8_t n = fill == EMPTY ? 0 : 100;
#define BODY_END(body)                                                                             \
	(void)n;                                                                                   \
	}
#define BYTE(body, field)                  pdu->body.field = n ? n++ : 0;
#define C_STRING(body, field, max, status) pdu->body.field = letters(fill, max - 1);
#define SECRET(body, field, max, status)   pdu->body.field = letters(fill, max - 1);
#define COUNTED(body, field, max, status)  pdu->body.field = letters(fill, max);
#include "wire/smpp_pdu.def"

static void fill_none(struct smpp_pdu *pdu, enum fill fill)
{
	(void)pdu;
	(void)fill;
}

/* static void same_bind(const struct smpp_pdu *a, const struct smpp_pdu *b) ... */
#define BODY(body)                                                                                 \
	static void same_##body(const struct smpp_pdu *a, const struct smpp_pdu *b)                \
	{
#define BODY_END(body)                     }
#define BYTE(body, field)                  assert_int_equal(a->body.field, b->body.field);
#define C_STRING(body, field, max, status) assert_true(str_eq(a->body.field, b->body.field));
#define SECRET(body, field, max, status)   assert_true(str_eq(a->body.field, b->body.field));
#define COUNTED(body, field, max, status)  assert_true(str_eq(a->body.field, b->body.field));
#include "wire/smpp_pdu.def"

static void same_none(const struct smpp_pdu *a, const struct smpp_pdu *b)
{
	(void)a;
	(void)b;
}

/* clang-format off */
static const struct {
	uint32_t command;
	void (*fill)(struct smpp_pdu *pdu, enum fill fill);
	void (*same)(const struct smpp_pdu *a, const struct smpp_pdu *b);
} commands[] = {
#define COMMAND(name, id, body, presence) {id, fill_##body, same_##body},
#include "wire/smpp_pdu.def"
};
/* clang-format on */
#define COMMANDS (sizeof commands / sizeof *commands)

/* The strings of all bodies: where they are and what refuses one that is too long. */
/* clang-format off */
static const struct {
	void (*fill)(struct smpp_pdu *pdu, enum fill fill);
	size_t offset;
	enum smpp_status refusal;
} strings[] = {
#define C_STRING(body, field, max, status)                                                         \
	{fill_##body, offsetof(struct smpp_pdu, body.field), status},
#define SECRET(body, field, max, status) C_STRING(body, field, max, status)
#define BYTE(body, field)
#define COUNTED(body, field, max, status)
#include "wire/smpp_pdu.def"
};
/* clang-format on */

static void fill_tlvs(struct smpp_tlvs *tlv)
{
	tlv->has_receipted_message_id = true;
	tlv->receipted_message_id = STR("m-17");
	tlv->has_sar_msg_ref_num = true;
	tlv->sar_msg_ref_num = 0x1234;
	tlv->has_sar_total_segments = true;
	tlv->sar_total_segments = 3;
	tlv->has_sar_segment_seqnum = true;
	tlv->sar_segment_seqnum = 2;
	tlv->has_sc_interface_version = true;
	tlv->sc_interface_version = 0x34;
	tlv->has_message_payload = true;
	tlv->message_payload = STR("pay\0load");
	tlv->has_message_state = true;
	tlv->message_state = 2;
}

static void same_tlvs(const struct smpp_tlvs *a, const struct smpp_tlvs *b)
{
	assert_int_equal(a->has_receipted_message_id, b->has_receipted_message_id);
	assert_true(str_eq(a->receipted_message_id, b->receipted_message_id));
	assert_int_equal(a->has_sar_msg_ref_num, b->has_sar_msg_ref_num);
	assert_int_equal(a->sar_msg_ref_num, b->sar_msg_ref_num);
	assert_int_equal(a->has_sar_total_segments, b->has_sar_total_segments);
	assert_int_equal(a->sar_total_segments, b->sar_total_segments);
	assert_int_equal(a->has_sar_segment_seqnum, b->has_sar_segment_seqnum);
	assert_int_equal(a->sar_segment_seqnum, b->sar_segment_seqnum);
	assert_int_equal(a->has_sc_interface_version, b->has_sc_interface_version);
	assert_int_equal(a->sc_interface_version, b->sc_interface_version);
	assert_int_equal(a->has_message_payload, b->has_message_payload);
	assert_true(str_eq(a->message_payload, b->message_payload));
	assert_int_equal(a->has_message_state, b->has_message_state);
	assert_int_equal(a->message_state, b->message_state);
}

static struct smpp_pdu pdu_of(size_t command, enum fill fill)
{
	struct smpp_pdu pdu = {.command = commands[command].command, .sequence = 0x01020304};
	commands[command].fill(&pdu, fill);
	if (fill != EMPTY)
		fill_tlvs(&pdu.tlv);
	return pdu;
}

static void set_length(char *bytes, size_t length)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (char)(length >> (24 - 8 * i));
}

/* Bytes in a piece of memory of exactly their size, so that the sanitizer sees one byte too far. */
static char *exact(const char *bytes, size_t len)
{
	char *copy = malloc(len ? len : 1);
	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

/* Reads one whole PDU of these bytes, length put right first; gives the status. */
static enum smpp_status status_of(const char *bytes, size_t len)
{
	char *copy = exact(bytes, len);
	struct str in = {copy, len};
	struct smpp_pdu pdu;
	enum smpp_status status;
	set_length(copy, len);
	assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
	assert_int_equal(in.len, 0);
	if (status != ESME_ROK) {
		struct smpp_pdu header = {
			.command = pdu.command, .status = pdu.status, .sequence = pdu.sequence};
		same_tlvs(&pdu.tlv, &header.tlv);
		same_sm(&pdu, &header); /* nothing of the broken body is left */
	}
	free(copy);
	return status;
}

static void test_every_pdu_comes_back_in_any_cut(void **state)
{
	(void)state;
	for (size_t c = 0; c < COMMANDS; c++) {
		for (enum fill fill = EMPTY; fill <= FULL; fill++) {
			struct smpp_pdu pdu = pdu_of(c, fill), read;
			struct buf out = {0};
			enum smpp_status status;
			smpp_pdu_pack(&out, &pdu);
			for (size_t cut = 0; cut < out.len; cut++) {
				char *begun = exact(out.at, cut);
				struct str in = {begun, cut};
				assert_int_equal(smpp_pdu_unpack(&in, &read, &status), WIRE_MORE);
				assert_int_equal(in.len, cut);
				free(begun);
			}
			char *bytes = exact(out.at, out.len);
			struct str in = {bytes, out.len};
			assert_int_equal(smpp_pdu_unpack(&in, &read, &status), WIRE_DONE);
			assert_int_equal(status, ESME_ROK);
			assert_int_equal(in.len, 0);
			assert_int_equal(read.command, pdu.command);
			assert_int_equal(read.sequence, 0x01020304);
			assert_int_equal(read.status, 0);
			commands[c].same(&read, &pdu);
			same_tlvs(&read.tlv, &pdu.tlv);
			free(bytes);
			buf_free(&out);
		}
	}
}

static void test_a_body_cut_short_is_refused_but_the_stream_goes_on(void **state)
{
	(void)state;
	for (size_t c = 0; c < COMMANDS; c++) {
		struct smpp_pdu pdu = pdu_of(c, SHORT);
		struct buf out = {0};
		pdu.tlv = (struct smpp_tlvs) {0};
		smpp_pdu_pack(&out, &pdu);
		for (size_t len = SMPP_HEADER_BYTES; len < out.len; len++) {
			bool has_no_body =
				len == SMPP_HEADER_BYTES && pdu.command & SMPP_RESPONSE_BIT;
			assert_int_equal(
				status_of(out.at, len), has_no_body ? ESME_ROK : ESME_RINVCMDLEN);
		}
		buf_free(&out);
	}
}

static void test_an_optional_parameter_cut_short_is_refused(void **state)
{
	struct smpp_pdu pdu = {.command = SMPP_ENQUIRE_LINK};
	struct buf out = {0};
	(void)state;
	fill_tlvs(&pdu.tlv);
	smpp_pdu_pack(&out, &pdu);
	unsigned whole = 0, broken = 0;
	for (size_t len = SMPP_HEADER_BYTES; len <= out.len; len++) {
		enum smpp_status status = status_of(out.at, len);
		assert_true(status == ESME_ROK || status == ESME_RINVOPTPARSTREAM);
		whole += status == ESME_ROK;
		broken += status != ESME_ROK;
	}
	assert_int_equal(whole, 8); /* behind each of the seven, and before the first */
	assert_int_equal(broken, out.len - SMPP_HEADER_BYTES + 1 - 8);
	buf_free(&out);
}

static uint32_t command_with(void (*fill)(struct smpp_pdu *, enum fill))
{
	for (size_t c = 0; c < COMMANDS; c++)
		if (commands[c].fill == fill)
			return commands[c].command;
	fail();
	return 0;
}

static void test_a_string_one_longer_than_its_field_is_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		struct smpp_pdu pdu = {.command = command_with(strings[i].fill)}, read;
		struct buf out = {0};
		enum smpp_status status;
		strings[i].fill(&pdu, FULL);
		smpp_pdu_pack(&out, &pdu);
		struct str in = buf_str(&out);
		assert_int_equal(smpp_pdu_unpack(&in, &read, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		const struct str *field =
			(const struct str *)((const char *)&read + strings[i].offset);
		size_t end = (size_t)(field->at + field->len - out.at);
		buf_put_byte(&out, 0);
		memmove(out.at + end + 1, out.at + end, out.len - 1 - end);
		out.at[end] = 'x';
		assert_int_equal(status_of(out.at, out.len), strings[i].refusal);
		buf_free(&out);
	}
}

static void test_the_short_message_holds_254_bytes(void **state)
{
	struct smpp_pdu pdu = {.command = SMPP_SUBMIT_SM};
	struct buf out = {0};
	(void)state;
	pdu.sm.short_message = str_from(LETTERS, 254);
	smpp_pdu_pack(&out, &pdu);
	assert_int_equal(status_of(out.at, out.len), ESME_ROK);
	size_t length_at = out.len - 255;
	buf_put_byte(&out, 'x');
	out.at[length_at] = (char)255;
	assert_int_equal(status_of(out.at, out.len), ESME_RINVMSGLEN);
	out.at[length_at] = (char)253; /* the rest is taken for parameters */
	assert_int_equal(status_of(out.at, out.len), ESME_RINVOPTPARSTREAM);
	buf_free(&out);
}

/* The greatest lengths by hand from SMPP 3.4, chapter 4: the sums of the Size columns. */
static void test_the_greatest_bodies_have_the_lengths_of_the_specification(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t command;
		size_t body;
	} rows[] = {
		{SMPP_BIND_TRANSCEIVER, 16 + 9 + 13 + 1 + 1 + 1 + 41},
		{SMPP_BIND_TRANSCEIVER_RESP, 16},
		{SMPP_SUBMIT_SM, 6 + 2 + 21 + 2 + 21 + 3 + 17 + 17 + 5 + 254},
		{SMPP_DELIVER_SM, 6 + 2 + 21 + 2 + 21 + 3 + 17 + 17 + 5 + 254},
		{SMPP_SUBMIT_SM_RESP, 65},
		{SMPP_DATA_SM, 6 + 2 + 65 + 2 + 65 + 3},
		{SMPP_UNBIND, 0},
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t c = 0; c < COMMANDS; c++) {
			if (commands[c].command != rows[i].command)
				continue;
			struct smpp_pdu pdu = pdu_of(c, FULL);
			struct buf out = {0};
			pdu.tlv = (struct smpp_tlvs) {0};
			smpp_pdu_pack(&out, &pdu);
			assert_int_equal(out.len, SMPP_HEADER_BYTES + rows[i].body);
			buf_free(&out);
		}
	}
}

static void assert_packs_to(const struct smpp_pdu *pdu, struct str expected)
{
	struct buf out = {0};
	smpp_pdu_pack(&out, pdu);
	assert_int_equal(out.len, expected.len);
	assert_memory_equal(out.at, expected.at, expected.len);
	buf_free(&out);
}

static void test_pdus_written_by_hand(void **state)
{
	(void)state;
	const struct smpp_pdu bind = {
		.command = SMPP_BIND_TRANSCEIVER,
		.sequence = 1,
		.bind = {.system_id = STR("SMPP3TEST"),
			.password = STR("secret08"),
			.system_type = STR("SUBMIT1"),
			.interface_version = 0x34,
			.addr_ton = 1,
			.addr_npi = 1,
			.address_range = STR("49*")},
	};
	assert_packs_to(
		&bind, STR("\0\0\0\x32\0\0\0\x09\0\0\0\0\0\0\0\x01SMPP3TEST\0secret08\0SUBMIT1\0"
			   "\x34\x01\x01"
			   "49*\0"));
	const struct smpp_pdu submit = {
		.command = SMPP_SUBMIT_SM,
		.sequence = 2,
		.sm = {.service_type = STR("CMT"),
			.source_addr_ton = 5,
			.source_addr_npi = 6,
			.source_addr = STR("Shop"),
			.dest_addr_ton = 1,
			.dest_addr_npi = 2,
			.destination_addr = STR("4917"),
			.esm_class = 0x40,
			.protocol_id = 7,
			.priority_flag = 3,
			.schedule_delivery_time = STR("S"),
			.validity_period = STR("V"),
			.registered_delivery = 1,
			.replace_if_present_flag = 9,
			.data_coding = 8,
			.sm_default_msg_id = 4,
			.short_message = STR("\0A")},
		.tlv = {.has_sar_msg_ref_num = true, .sar_msg_ref_num = 0x0102},
	};
	assert_packs_to(&submit, STR("\0\0\0\x36\0\0\0\x04\0\0\0\0\0\0\0\x02"
				     "CMT\0\x05\x06Shop\0\x01\x02"
				     "4917\0\x40\x07\x03S\0V\0\x01\x09\x08\x04\x02\0A"
				     "\x02\x0C\0\x02\x01\x02"));
	const struct smpp_pdu data = {
		.command = SMPP_DATA_SM,
		.sequence = 3,
		.data = {.service_type = STR("C"),
			.source_addr_ton = 1,
			.source_addr_npi = 2,
			.source_addr = STR("3"),
			.dest_addr_ton = 4,
			.dest_addr_npi = 5,
			.destination_addr = STR("6"),
			.esm_class = 7,
			.registered_delivery = 8,
			.data_coding = 9},
		.tlv = {.has_message_payload = true, .message_payload = STR("hi")},
	};
	assert_packs_to(&data, STR("\0\0\0\x23\0\0\x01\x03\0\0\0\0\0\0\0\x03"
				   "C\0\x01\x02"
				   "3\0\x04\x05"
				   "6\0\x07\x08\x09\x04\x24\0\x02hi"));
	const struct smpp_pdu resp = {.command = SMPP_SUBMIT_SM_RESP,
		.sequence = 0xFFFFFFFE,
		.sm_resp = {.message_id = STR("id7")}};
	assert_packs_to(&resp, STR("\0\0\0\x14\x80\0\0\x04\0\0\0\0\xFF\xFF\xFF\xFEid7\0"));
	const struct smpp_pdu nack = {.command = SMPP_GENERIC_NACK, .status = 3, .sequence = 5};
	assert_packs_to(&nack, STR("\0\0\0\x10\x80\0\0\0\0\0\0\x03\0\0\0\x05"));
}

static void test_a_refusal_has_no_body_where_the_specification_says_so(void **state)
{
	(void)state;
	const struct smpp_pdu submit = {.command = SMPP_SUBMIT_SM_RESP,
		.status = ESME_RTHROTTLED,
		.sm_resp = {.message_id = STR("never")}};
	assert_packs_to(&submit, STR("\0\0\0\x10\x80\0\0\x04\0\0\0\x58\0\0\0\0"));
	const struct smpp_pdu deliver = {
		.command = SMPP_DELIVER_SM_RESP, .status = ESME_RTHROTTLED};
	assert_packs_to(&deliver, STR("\0\0\0\x11\x80\0\0\x05\0\0\0\x58\0\0\0\0\0"));
}

static void test_a_broken_length_loses_the_stream_and_nothing_else_does(void **state)
{
	/* clang-format off */
	static const struct {
		size_t length;
		enum wire wire;
	} rows[] = {
		{0, WIRE_BAD}, {4, WIRE_BAD}, {15, WIRE_BAD}, {16, WIRE_DONE}, {17, WIRE_DONE},
		{SMPP_PDU_MAX - 1, WIRE_DONE}, {SMPP_PDU_MAX, WIRE_DONE}, {SMPP_PDU_MAX + 1,
			WIRE_BAD},
		{0xFFFFFFFF, WIRE_BAD},
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *bytes = calloc(1, SMPP_PDU_MAX + 1);
		struct str in = {bytes, SMPP_PDU_MAX + 1}, begun = {bytes, 4};
		struct smpp_pdu pdu;
		enum smpp_status status;
		set_length(bytes, rows[i].length);
		assert_int_equal(smpp_pdu_unpack(&begun, &pdu, &status),
			rows[i].wire == WIRE_BAD ? WIRE_BAD : WIRE_MORE);
		assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), rows[i].wire);
		assert_int_equal(
			status, rows[i].wire == WIRE_BAD ? ESME_RINVCMDLEN : ESME_RINVCMDID);
		size_t consumed = rows[i].wire == WIRE_BAD ? 0 : rows[i].length;
		assert_int_equal(in.len, SMPP_PDU_MAX + 1 - consumed);
		free(bytes);
	}
}

static void test_unknown_commands_are_stepped_over(void **state)
{
	struct str in = STR("\0\0\0\x13\0\0\0\x03\0\0\0\0\0\0\0\x07xyz" /* query_sm */
			    "\0\0\0\x10\0\0\0\x15\0\0\0\0\0\0\0\x08");
	struct smpp_pdu pdu;
	enum smpp_status status;
	(void)state;
	assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
	assert_int_equal(status, ESME_RINVCMDID);
	assert_int_equal(pdu.command, 3);
	assert_int_equal(pdu.sequence, 7);
	assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
	assert_int_equal(status, ESME_ROK);
	assert_int_equal(pdu.command, SMPP_ENQUIRE_LINK);
	assert_int_equal(pdu.sequence, 8);
	assert_int_equal(in.len, 0);
}

static void test_optional_parameters(void **state)
{
#define DIGITS_64 "0123456789012345678901234567890123456789012345678901234567890123"
#define RESP      "\0\0\0\0\x80\0\0\x04\0\0\0\0\0\0\0\x01id\0"
	/* clang-format off */
	const struct {
		struct str bytes;
		enum smpp_status status;
	} rows[] = {
		{STR(RESP "\x14\0\0\x02zz"), ESME_ROK},                    /* a vendor's: skipped */
		{STR(RESP "\x02\x04\0\0"), ESME_ROK}, /* user_message_reference, empty */
		{STR(RESP "\x04\x27\0\x01\x02"), ESME_ROK},
		{STR(RESP "\x04\x27\0\x02\x02\x02"), ESME_RINVPARLEN},     /* two bytes of state */
		{STR(RESP "\x04\x27\0\0"), ESME_RINVPARLEN},
		{STR(RESP "\x02\x0C\0\x01\x02"), ESME_RINVPARLEN},
		{STR(RESP "\0\x1E\0\x03" "m1\0"), ESME_ROK},
		{STR(RESP "\0\x1E\0\x02" "m1"), ESME_ROK},                 /* its NULL forgotten */
		{STR(RESP "\0\x1E\0\x41" DIGITS_64 "\0"),
			ESME_ROK},
		{STR(RESP "\0\x1E\0\x41" DIGITS_64 "4"),
			ESME_RINVPARLEN},
		{STR(RESP "\x04\x24\0\0"), ESME_ROK},
		{STR(RESP "x"), ESME_RINVOPTPARSTREAM},
		{STR(RESP "\x14\0\0\x02z"), ESME_RINVOPTPARSTREAM},
	};
	/* clang-format on */
#undef RESP
#undef DIGITS_64
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(status_of(rows[i].bytes.at, rows[i].bytes.len), rows[i].status);
}

static void test_the_id_of_a_receipt_ends_at_its_null(void **state)
{
	struct str in = STR("\0\0\0\x17\x80\0\0\x15\0\0\0\0\0\0\0\x01\0\x1E\0\x03m1\0");
	struct smpp_pdu pdu;
	enum smpp_status status;
	(void)state;
	assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
	assert_true(pdu.tlv.has_receipted_message_id);
	assert_true(str_is(pdu.tlv.receipted_message_id, "m1"));
	assert_false(pdu.tlv.has_message_state);
}

static void test_the_content_is_the_payload_if_there_is_one(void **state)
{
	struct smpp_pdu pdu = {.command = SMPP_DELIVER_SM, .sm = {.short_message = STR("short")}};
	(void)state;
	assert_true(str_is(smpp_pdu_content(&pdu), "short"));
	pdu.tlv.has_message_payload = true;
	pdu.tlv.message_payload = STR("long");
	assert_true(str_is(smpp_pdu_content(&pdu), "long"));
}

static void test_the_log_line_hides_texts_and_passwords(void **state)
{
	/* clang-format off */
	const struct {
		struct smpp_pdu pdu;
		const char *line;
	} rows[] = {
		{{.command = SMPP_BIND_TRANSCEIVER, .sequence = 1,
			 .bind = {.system_id = STR("me"), .password = STR("hush"),
				.interface_version = 52}},
			"BIND_TRANSCEIVER sequence=1 status=0x00 system_id=\"me\" password=*** "
			"interface_version=52"},
		{{.command = SMPP_DELIVER_SM, .sequence = 9,
			 .sm = {.source_addr = STR("+1\n\"\xFF"), .short_message = STR("hush")},
			 .tlv = {.has_message_payload = true, .message_payload = STR("hush!"),
				 .has_receipted_message_id = true,
					.receipted_message_id = STR("m7"),
				 .has_sar_msg_ref_num = true, .sar_msg_ref_num = 258}},
			"DELIVER_SM sequence=9 status=0x00 source_addr=\"+1\\x0A\\x22\\xFF\" "
			"short_message=<4 bytes> receipted_message_id=\"m7\" sar_msg_ref_num=258 "
			"message_payload=<5 bytes>"},
		{{.command = 0x103 | SMPP_RESPONSE_BIT, .status = 0x58, .sequence = 2},
			"DATA_SM_RESP sequence=2 status=0x58"},
		{{.command = 0x77, .sequence = 2}, "0x00000077 sequence=2 status=0x00"},
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf line = {0};
		smpp_pdu_dump(&line, &rows[i].pdu);
		buf_put_byte(&line, '\0');
		assert_string_equal(line.at, rows[i].line);
		buf_free(&line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_pdu_comes_back_in_any_cut),
		cmocka_unit_test(test_a_body_cut_short_is_refused_but_the_stream_goes_on),
		cmocka_unit_test(test_an_optional_parameter_cut_short_is_refused),
		cmocka_unit_test(test_a_string_one_longer_than_its_field_is_refused_by_name),
		cmocka_unit_test(test_the_short_message_holds_254_bytes),
		cmocka_unit_test(test_the_greatest_bodies_have_the_lengths_of_the_specification),
		cmocka_unit_test(test_pdus_written_by_hand),
		cmocka_unit_test(test_a_refusal_has_no_body_where_the_specification_says_so),
		cmocka_unit_test(test_a_broken_length_loses_the_stream_and_nothing_else_does),
		cmocka_unit_test(test_unknown_commands_are_stepped_over),
		cmocka_unit_test(test_optional_parameters),
		cmocka_unit_test(test_the_id_of_a_receipt_ends_at_its_null),
		cmocka_unit_test(test_the_content_is_the_payload_if_there_is_one),
		cmocka_unit_test(test_the_log_line_hides_texts_and_passwords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
