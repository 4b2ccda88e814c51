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
#define COUNTED(body, field, max)          pdu->body.field = letters(fill, max);
#include "wire/smpp_pdu.def"

static void fill_none(struct smpp_pdu *pdu, enum fill fill)
{
}

/* static void same_bind(const struct smpp_pdu *a, const struct smpp_pdu *b) ... */
#define BODY(body)                                                                                 \
	static void same_##body(const struct smpp_pdu *a, const struct smpp_pdu *b)                \
	{
#define BODY_END(body)                     }
#define BYTE(body, field)                  assert_int_equal(a->body.field, b->body.field);
#define C_STRING(body, field, max, status) assert_true(str_eq(a->body.field, b->body.field));
#define SECRET(body, field, max, status)   assert_true(str_eq(a->body.field, b->body.field));
#define COUNTED(body, field, max)          assert_true(str_eq(a->body.field, b->body.field));
#include "wire/smpp_pdu.def"

static void same_none(const struct smpp_pdu *a, const struct smpp_pdu *b)
{
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
#define COUNTED(body, field, max)
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

/* Of the text itself, which comes last, what is there can be read. */
static void test_a_body_cut_short_is_refused_but_the_stream_goes_on(void **state)
{
	for (size_t c = 0; c < COMMANDS; c++) {
		struct smpp_pdu pdu = pdu_of(c, SHORT);
		struct buf out = {0};
		pdu.tlv = (struct smpp_tlvs) {0};
		smpp_pdu_pack(&out, &pdu);
		bool has_text = commands[c].fill == fill_sm;
		bool is_all_last =
			commands[c].fill == fill_sm_resp; /* a string whose NULL may lack */
		for (size_t len = SMPP_HEADER_BYTES; len < out.len; len++) {
			bool has_no_body =
				len == SMPP_HEADER_BYTES && pdu.command & SMPP_RESPONSE_BIT;
			bool is_in_text = has_text && len >= out.len - 3;
			assert_int_equal(status_of(out.at, len),
				has_no_body || is_in_text || is_all_last ? ESME_ROK
									 : ESME_RINVCMDLEN);
		}
		buf_free(&out);
	}
}

static void test_an_optional_parameter_cut_short_costs_itself_alone(void **state)
{
	struct smpp_pdu pdu = {.command = SMPP_ENQUIRE_LINK};
	struct buf out = {0};
	fill_tlvs(&pdu.tlv);
	smpp_pdu_pack(&out, &pdu);
	unsigned whole = 0;
	for (size_t len = SMPP_HEADER_BYTES; len <= out.len; len++) {
		struct smpp_pdu read;
		enum smpp_status status;
		char *cut = exact(out.at, len);
		struct str in = {cut, len};
		set_length(cut, len);
		assert_int_equal(smpp_pdu_unpack(&in, &read, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		whole += read.stray.len == 0;
		assert_int_equal(read.tlv.has_receipted_message_id, len >= 16 + 4 + 5);
		assert_int_equal(read.tlv.has_message_state, len == out.len);
		free(cut);
	}
	/* before the first, behind each of the seven, and within the payload, of which we take what is
	 * there */
	assert_int_equal(whole, 1 + 7 + 8);
	buf_free(&out);
}

/* What a carrier's gateway appends behind a text, and what it writes into it, is no reason to lose it. */
static void test_a_text_is_read_whatever_stands_beside_it(void **state)
{
#define SM(more)                                                                                   \
	"\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\1\0\1\1"                                                   \
	"4207\0\1\1"                                                                               \
	"5000\0\0\0\0\0\0\0\0\0\0" more
#define HELLO "\5hello"
	/* clang-format off */
	const struct {
		struct str bytes;
		const char *text;
		size_t stray;
	} rows[] = {
		{STR(SM(HELLO)), "hello", 0},
		{STR(SM(HELLO "\0")), "hello", 1},                        /* a NULL too much */
		{STR(SM(HELLO "\0\0\0")), "hello", 3},
		{STR(SM(HELLO "\0\0\0\0")), "hello", 0},                 /* a parameter 0, empty */
		{STR(SM(HELLO "\0\0\0\0\0")), "hello", 1},
		{STR(SM(HELLO "\r\n\r\n\r\n")), "hello", 6},
		{STR(SM(HELLO "\x14\0\xFF\xFFzz")), "hello", 6},          /* a vendor's, cut short */
		{STR(SM(HELLO "\x02\x0E\0\x02\0\1")), "hello", 0},       /* two octets for one */
		{STR(SM(HELLO "\x02\x0C\0\x01\1")), "hello", 0},         /* one octet for two */
		{STR(SM(HELLO "\x04\x27\0\0")), "hello", 0},             /* a state of no octets */
		{STR(SM(HELLO "\x04\x24\0\0")), "hello", 0},             /* an empty payload */
		{STR(SM("\0" "\x04\x24\0\5hello")), "hello", 0},
		{STR(SM("\0" "\x04\x24\0\6hello")), "hello", 0},         /* as far as it came */
		{STR(SM("\0" "\x04\x24\xFF\xFFhello")), "hello", 0},
		{STR(SM("\0" "\x04\x24\0\5hello" "\x04\x27\0\2xy")), "hello", 0},
		{STR(SM("\6hello")), "hello", 0},
		{STR(SM("\xFFhello")), "hello", 0},
		{STR(SM("\0")), "", 0},
		{STR(SM("\7")), "", 0},
	};
	/* clang-format on */
#undef SM
#undef HELLO
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *bytes = exact(rows[i].bytes.at, rows[i].bytes.len);
		struct str in = {bytes, rows[i].bytes.len};
		struct smpp_pdu pdu;
		enum smpp_status status;
		set_length(bytes, in.len);
		assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		if (!str_is(smpp_pdu_content(&pdu), rows[i].text) || pdu.stray.len != rows[i].stray)
			fail_msg("row %zu: \"%.*s\", %zu stray bytes", i,
				STR_ARGS(smpp_pdu_content(&pdu)), pdu.stray.len);
		free(bytes);
	}
}

/* Two octets for a state, four for a reference: no text is cut apart and no receipt missed for it. */
static void test_an_integer_may_be_written_wider(void **state)
{
	const struct {
		struct str value;
		bool is_there;
		uint8_t is;
	} rows[] = {
		{STR("\2"), true, 2},
		{STR("\0\2"), true, 2},
		{STR("\0\0\0\2"), true, 2},
		{STR("\1\2"), false, 0}, /* 258 is no state */
		{STR("\0\0\0\0\2"), false, 0},
		{STR(""), false, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smpp_pdu pdu, front = {.command = SMPP_DELIVER_SM};
		struct buf out = {0};
		enum smpp_status status;
		smpp_pdu_pack(&out, &front);
		const char header[] = {0x04, 0x27, 0, (char)rows[i].value.len};
		buf_put(&out, str_from(header, sizeof header));
		buf_put(&out, rows[i].value);
		set_length(out.at, out.len);
		struct str in = buf_str(&out);
		assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		assert_int_equal(pdu.tlv.has_message_state, rows[i].is_there);
		assert_int_equal(pdu.tlv.message_state, rows[i].is);
		buf_free(&out);
	}
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

static void test_the_short_message_holds_whatever_its_length_octet_says(void **state)
{
	for (size_t len = 253; len <= 255; len++) {
		struct smpp_pdu pdu = {.command = SMPP_SUBMIT_SM}, read;
		struct buf out = {0};
		enum smpp_status status;
		pdu.sm.short_message = str_from(LETTERS, len);
		smpp_pdu_pack(&out, &pdu);
		struct str in = buf_str(&out);
		assert_int_equal(smpp_pdu_unpack(&in, &read, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		assert_int_equal(read.sm.short_message.len, len);
		buf_free(&out);
	}
}

/* The greatest lengths by hand from SMPP 3.4, chapter 4: the sums of the Size columns (and the one
 * octet more of a short_message that 5.0 allows). */
static void test_the_greatest_bodies_have_the_lengths_of_the_specification(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t command;
		size_t body;
	} rows[] = {
		{SMPP_BIND_TRANSCEIVER, 16 + 65 + 13 + 1 + 1 + 1 + 41},
		{SMPP_BIND_TRANSCEIVER_RESP, 16},
		{SMPP_SUBMIT_SM, 6 + 2 + 21 + 2 + 21 + 3 + 17 + 17 + 5 + 255},
		{SMPP_DELIVER_SM, 6 + 2 + 21 + 2 + 21 + 3 + 17 + 17 + 5 + 255},
		{SMPP_SUBMIT_SM_RESP, 256}, /* 65, and what some SMSCs give */
		{SMPP_DATA_SM, 6 + 2 + 65 + 2 + 65 + 3},
		{SMPP_UNBIND, 0},
	};
	/* clang-format on */
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
			WIRE_DONE},
		{SMPP_LENGTH_MAX - 1, WIRE_DONE}, {SMPP_LENGTH_MAX, WIRE_DONE},
		{SMPP_LENGTH_MAX + 1, WIRE_BAD}, {0x20000000, WIRE_BAD}, {0xFFFFFFFF, WIRE_BAD},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *bytes = calloc(1, SMPP_LENGTH_MAX + 1);
		struct str in = {bytes, SMPP_LENGTH_MAX + 1}, begun = {bytes, 4};
		struct smpp_pdu pdu;
		enum smpp_status status;
		set_length(bytes, rows[i].length);
		assert_int_equal(smpp_pdu_unpack(&begun, &pdu, &status),
			rows[i].wire == WIRE_BAD ? WIRE_BAD : WIRE_MORE);
		assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), rows[i].wire);
		assert_int_equal(
			status, rows[i].wire == WIRE_BAD ? ESME_RINVCMDLEN : ESME_RINVCMDID);
		size_t consumed = rows[i].wire == WIRE_BAD ? 0 : rows[i].length;
		assert_int_equal(in.len, SMPP_LENGTH_MAX + 1 - consumed);
		free(bytes);
	}
}

static void put_be(struct buf *out, size_t value, unsigned bytes)
{
	while (bytes--)
		buf_put_byte(out, (char)(bytes < sizeof value ? value >> (8 * bytes) : 0));
}

#define FRONT_BYTES (16 + 17 + 4 + 3 + 4) /* before the payload of put_deliver */

/* A deliver_sm of exactly so many bytes: the id of a receipt, which lacks its NULL, and the text in a
 * message_payload; what that does not hold is a vendor's parameter behind it. */
static void put_deliver(struct buf *out, size_t length)
{
	size_t payload = length - FRONT_BYTES, filling = 0;
	if (payload > 65535) {
		filling = payload - 65535 < 4 ? 4 : payload - 65535;
		payload -= filling;
	}
	put_be(out, length, 4);
	put_be(out, SMPP_DELIVER_SM, 4);
	put_be(out, 7, 8);
	put_be(out, 0, 17); /* all fields empty */
	buf_put(out, STR("\0\x1E\0\3abc\x04\x24"));
	put_be(out, payload, 2);
	memset(buf_reserve(out, payload), 'x', payload);
	out->len += payload;
	if (!filling)
		return;
	put_be(out, 0x1400, 2);
	put_be(out, filling - 4, 2);
	memset(buf_reserve(out, filling), 'y', filling);
	out->len += filling - 4;
}

/* Packs what was read, reads that and packs it once more: nothing breaks, and both say the same. The
 * room is taken once: there are many sizes. */
static void assert_can_be_packed(const struct smpp_pdu *pdu, struct buf room[2])
{
	struct smpp_pdu again;
	enum smpp_status status;
	room[0].len = room[1].len = 0;
	smpp_pdu_pack(&room[0], pdu);
	assert_true(room[0].len <= pdu->length + 1);
	struct str in = buf_str(&room[0]);
	assert_int_equal(smpp_pdu_unpack(&in, &again, &status), WIRE_DONE);
	if (room[0].len > SMPP_PDU_MAX)
		return;
	assert_int_equal(status, ESME_ROK);
	smpp_pdu_pack(&room[1], &again);
	assert_true(str_eq(buf_str(&room[0]), buf_str(&room[1])));
}

static void room_free(struct buf room[2])
{
	buf_free(&room[0]);
	buf_free(&room[1]);
}

/* 16,384 bytes once ended the process: what was read was one byte longer when it was packed again. */
static void test_what_was_read_can_be_packed_at_every_size(void **state)
{
	struct buf bytes = {0}, room[2] = {{0}};
	for (size_t length = FRONT_BYTES; length <= SMPP_PDU_MAX; length++) {
		struct smpp_pdu pdu;
		enum smpp_status status;
		bytes.len = 0;
		put_deliver(&bytes, length);
		struct str in = buf_str(&bytes);
		assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		assert_int_equal(pdu.length, length);
		assert_true(str_eq(pdu.bytes, buf_str(&bytes)));
		assert_can_be_packed(&pdu, room);
	}
	buf_free(&bytes);
	room_free(room);
}

/* Whatever the bytes are: a thousand PDUs of noise for each command, of many sizes. */
static void test_noise_that_can_be_read_can_be_packed(void **state)
{
	struct buf room[2] = {{0}};
	uint32_t noise = 1;
	unsigned read = 0;
	for (size_t n = 0; n < 20000; n++) {
		char bytes[400];
		for (size_t i = 0; i < sizeof bytes; i++) {
			noise = noise * 1664525 + 1013904223;
			/* mostly small values: ends of strings, short lengths */
			bytes[i] = noise >> 30 ? (char)0 : (char)(noise >> 16);
		}
		size_t length = SMPP_HEADER_BYTES + n % (sizeof bytes - SMPP_HEADER_BYTES);
		uint32_t command = commands[n % COMMANDS].command;
		set_length(bytes, length);
		set_length(bytes + 4, command);
		memset(bytes + 8, 0, 4);
		struct str in = {bytes, length};
		struct smpp_pdu pdu;
		enum smpp_status status;
		assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
		if (status != ESME_ROK)
			continue;
		read++;
		assert_can_be_packed(&pdu, room);
	}
	assert_true(read > 1000);
	room_free(room);
}

/* The 65,535 octets that 3.4 allows, behind mandatory fields that are all full. */
static void test_the_longest_payload_of_the_specification_is_read(void **state)
{
	struct smpp_pdu pdu = {.command = SMPP_DELIVER_SM}, read;
	struct buf out = {0}, payload = {0};
	enum smpp_status status;
	for (size_t i = 0; i < 65535; i++)
		buf_put_byte(&payload, 'x');
	fill_sm(&pdu, FULL);
	pdu.tlv.has_message_payload = true;
	pdu.tlv.message_payload = buf_str(&payload);
	smpp_pdu_pack(&out, &pdu);
	assert_int_equal(out.len, 65904);
	struct str in = buf_str(&out);
	assert_int_equal(smpp_pdu_unpack(&in, &read, &status), WIRE_DONE);
	assert_int_equal(status, ESME_ROK);
	assert_true(str_eq(smpp_pdu_content(&read), buf_str(&payload)));
	buf_free(&out);
	buf_free(&payload);
}

/* Its header is enough; the caller skips what is still to come. */
static void test_a_pdu_above_the_longest_is_told_by_its_header(void **state)
{
	/* clang-format off */
	static const struct {
		size_t length;
		uint32_t command;
		enum smpp_status status;
	} rows[] = {
		{SMPP_PDU_MAX + 1, SMPP_DELIVER_SM, ESME_RINVCMDLEN},
		{SMPP_LENGTH_MAX, SMPP_DELIVER_SM, ESME_RINVCMDLEN},
		{SMPP_LENGTH_MAX, 0x77, ESME_RINVCMDID},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf bytes = {0};
		put_be(&bytes, rows[i].length, 4);
		put_be(&bytes, rows[i].command, 4);
		put_be(&bytes, 0, 4);
		put_be(&bytes, 9, 4);
		for (size_t len = 4; len <= bytes.len; len++) {
			char *begun = exact(bytes.at, len);
			struct str in = {begun, len};
			struct smpp_pdu pdu;
			enum smpp_status status;
			enum wire wire = smpp_pdu_unpack(&in, &pdu, &status);
			assert_int_equal(wire, len == bytes.len ? WIRE_DONE : WIRE_MORE);
			if (wire == WIRE_DONE) {
				assert_int_equal(status, rows[i].status);
				assert_int_equal(pdu.sequence, 9);
				assert_int_equal(pdu.length, rows[i].length);
				assert_int_equal(pdu.bytes.len, SMPP_HEADER_BYTES);
				assert_int_equal(in.len, 0);
			}
			free(begun);
		}
		buf_free(&bytes);
	}
}

static void test_unknown_commands_are_stepped_over(void **state)
{
	struct str in = STR("\0\0\0\x13\0\0\0\x03\0\0\0\0\0\0\0\x07xyz" /* query_sm */
			    "\0\0\0\x10\0\0\0\x15\0\0\0\0\0\0\0\x08");
	struct smpp_pdu pdu;
	enum smpp_status status;
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
		const char *told; /* what is behind the id, as the log says it */
	} rows[] = {
		{STR(RESP "\x14\0\0\x02zz"), ""},                    /* a vendor's: skipped */
		{STR(RESP "\x02\x04\0\0"), ""}, /* user_message_reference, empty */
		{STR(RESP "\x04\x27\0\x01\x02"), " message_state=2"},
		{STR(RESP "\x04\x27\0\x02\x02\x02"), ""},     /* two bytes of state */
		{STR(RESP "\x04\x27\0\0" "\x04\x27\0\x01\x02"), " message_state=2"},
		{STR(RESP "\x02\x0C\0\x01\x02"), ""},
		{STR(RESP "\0\x1E\0\x03" "m1\0"), " receipted_message_id=\"m1\""},
		{STR(RESP "\0\x1E\0\x02" "m1"), " receipted_message_id=\"m1\""}, /* its NULL forgotten */
		{STR(RESP "\0\x1E\0\x41" DIGITS_64 "\0"),
			" receipted_message_id=\"" DIGITS_64 "\""},
		{STR(RESP "\0\x1E\0\x41" DIGITS_64 "4"),
			" receipted_message_id=\"" DIGITS_64 "4\""}, /* 3.4 says 64 */
		{STR(RESP "\x04\x24\0\0"), " message_payload=<0 bytes>"},
		{STR(RESP "x"), " stray=<1 bytes>"},
		{STR(RESP "\x14\0\0\x02z"), " stray=<5 bytes>"},
	};
	/* clang-format on */
#undef RESP
#undef DIGITS_64
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf line = {0}, expected = {0};
		char *bytes = exact(rows[i].bytes.at, rows[i].bytes.len);
		struct str in = {bytes, rows[i].bytes.len};
		struct smpp_pdu pdu;
		enum smpp_status status;
		set_length(bytes, in.len);
		assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		smpp_pdu_dump(&line, &pdu);
		buf_printf(&expected, "SUBMIT_SM_RESP sequence=1 status=0x00 message_id=\"id\"%s",
			rows[i].told);
		buf_put_byte(&line, '\0');
		buf_put_byte(&expected, '\0');
		assert_string_equal(line.at, expected.at);
		free(bytes);
		buf_free(&line);
		buf_free(&expected);
	}
}

static void test_the_id_of_a_receipt_ends_at_its_null(void **state)
{
	struct str in = STR("\0\0\0\x17\x80\0\0\x15\0\0\0\0\0\0\0\x01\0\x1E\0\x03m1\0");
	struct smpp_pdu pdu;
	enum smpp_status status;
	assert_int_equal(smpp_pdu_unpack(&in, &pdu, &status), WIRE_DONE);
	assert_true(pdu.tlv.has_receipted_message_id);
	assert_true(str_is(pdu.tlv.receipted_message_id, "m1"));
	assert_false(pdu.tlv.has_message_state);
}

static void test_the_content_is_the_payload_if_there_is_one(void **state)
{
	struct smpp_pdu pdu = {.command = SMPP_DELIVER_SM, .sm = {.short_message = STR("short")}};
	assert_true(str_is(smpp_pdu_content(&pdu), "short"));
	pdu.tlv.has_message_payload = true;
	pdu.tlv.message_payload = STR("long");
	assert_true(str_is(smpp_pdu_content(&pdu), "long"));
	pdu.tlv.message_payload = STR_NONE; /* it is there and says nothing */
	assert_true(str_is(smpp_pdu_content(&pdu), "short"));
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
		cmocka_unit_test(test_an_optional_parameter_cut_short_costs_itself_alone),
		cmocka_unit_test(test_a_text_is_read_whatever_stands_beside_it),
		cmocka_unit_test(test_an_integer_may_be_written_wider),
		cmocka_unit_test(test_a_string_one_longer_than_its_field_is_refused_by_name),
		cmocka_unit_test(test_the_short_message_holds_whatever_its_length_octet_says),
		cmocka_unit_test(test_the_greatest_bodies_have_the_lengths_of_the_specification),
		cmocka_unit_test(test_pdus_written_by_hand),
		cmocka_unit_test(test_a_refusal_has_no_body_where_the_specification_says_so),
		cmocka_unit_test(test_a_broken_length_loses_the_stream_and_nothing_else_does),
		cmocka_unit_test(test_what_was_read_can_be_packed_at_every_size),
		cmocka_unit_test(test_noise_that_can_be_read_can_be_packed),
		cmocka_unit_test(test_the_longest_payload_of_the_specification_is_read),
		cmocka_unit_test(test_a_pdu_above_the_longest_is_told_by_its_header),
		cmocka_unit_test(test_unknown_commands_are_stepped_over),
		cmocka_unit_test(test_optional_parameters),
		cmocka_unit_test(test_the_id_of_a_receipt_ends_at_its_null),
		cmocka_unit_test(test_the_content_is_the_payload_if_there_is_one),
		cmocka_unit_test(test_the_log_line_hides_texts_and_passwords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
