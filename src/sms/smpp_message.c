/* smpp_message.c - addresses, parts and receipts between SMPP's fields and ours. */
#include "sms/smpp_message.h"

#include <stdio.h>

#include "base/check.h"
#include "core/core.h"
#include "core/model/phone.h"
#include "wire/smpp_receipt.h"

#define SHORT_MESSAGE_MAX 254 /* 4.4.1 */
#define SEQUENCE_AT       12  /* in a PDU, to the end of its header, 3.2 */

enum ton { TON_UNKNOWN = 0, TON_INTERNATIONAL = 1, TON_ALPHANUMERIC = 5 }; /* 5.2.5 */
enum npi { NPI_UNKNOWN = 0, NPI_ISDN = 1 };                                /* 5.2.6 */

#define RECEIPT_ASKED 1 /* registered_delivery, 5.2.17: whatever the outcome */

struct smpp_manner smpp_manner(struct str key)
{
	return (struct smpp_manner) {.key = key,
		.source_ton = SMPP_BY_FORM,
		.source_npi = SMPP_BY_FORM,
		.destination_ton = SMPP_BY_FORM,
		.destination_npi = SMPP_BY_FORM,
		.registered_delivery = RECEIPT_ASKED};
}

/* --- in ------------------------------------------------------------------------------------ */

static void fingerprint(const struct smpp_pdu *pdu, struct str key, unsigned char *out)
{
	static const char none[SMPP_HEADER_BYTES - SEQUENCE_AT];
	CHECK(pdu->bytes.len >= SMPP_HEADER_BYTES); /* it was unpacked */
	const struct str pieces[] = {
		{pdu->bytes.at, SEQUENCE_AT},
		{none, sizeof none},
		str_skip(pdu->bytes, SMPP_HEADER_BYTES),
	};
	ids_digest_pieces(out, key, pieces, 3);
}

/* 5.3.2.22-24: parts may be told in optional parameters instead of a user data header. */
static void read_sar(const struct smpp_tlvs *tlv, struct segment *segment)
{
	bool is_told = tlv->has_sar_msg_ref_num && tlv->has_sar_total_segments &&
		       tlv->has_sar_segment_seqnum;
	if (segment->is_part || !is_told || tlv->sar_segment_seqnum < 1 ||
		tlv->sar_segment_seqnum > tlv->sar_total_segments)
		return;
	segment->is_part = true;
	segment->kind = SEGMENT_SAR;
	segment->reference = tlv->sar_msg_ref_num;
	segment->part = tlv->sar_segment_seqnum;
	segment->parts = tlv->sar_total_segments;
}

static void read_place(const struct smpp_pdu *pdu, struct segment *segment)
{
	segment_read(smpp_pdu_content(pdu), pdu->sm.esm_class & SMPP_ESM_HAS_UDH, segment);
	read_sar(&pdu->tlv, segment);
	if (segment->data.len > SMPP_PART_BYTES_MAX)
		*segment = (struct segment) {.part = 1, .parts = 1, .data = segment->data};
}

static enum delivery delivery_of(enum receipt_state state)
{
	switch (state) {
	case RECEIPT_DELIVERED:
		return DELIVERY_DELIVERED;
	case RECEIPT_EXPIRED:
		return DELIVERY_EXPIRED;
	case RECEIPT_FAILED:
		return DELIVERY_FAILED;
	default:
		return DELIVERY_NONE;
	}
}

/* A receipt that does not say of which message is one of nothing final: it is answered, no more. */
static void read_receipt(
	const struct smpp_pdu *pdu, const struct smpp_manner *manner, struct smpp_message *out)
{
	struct connector_message *m = &out->m;
	m->is_receipt = true;
	m->delivery = DELIVERY_NONE;
	if (!smpp_receipt_read(pdu, &out->receipt))
		return;
	smpp_receipt_translate(&out->receipt, manner->receipt_ids);
	m->smsc_id = out->receipt.message_id;
	m->delivery = delivery_of(out->receipt.state);
}

/* data_sm has the fields of a deliver_sm that count, and its text in the message_payload (4.7.1). */
static struct smpp_pdu as_deliver_sm(const struct smpp_pdu *pdu)
{
	struct smpp_pdu as = *pdu;
	if (pdu->command != SMPP_DATA_SM)
		return as;
	as.command = SMPP_DELIVER_SM;
	as.sm = (struct smpp_sm_body) {
		.source_addr_ton = pdu->data.source_addr_ton,
		.source_addr = pdu->data.source_addr,
		.dest_addr_ton = pdu->data.dest_addr_ton,
		.destination_addr = pdu->data.destination_addr,
		.esm_class = pdu->data.esm_class,
		.data_coding = pdu->data.data_coding,
	};
	return as;
}

static void read_text(
	const struct smpp_pdu *pdu, const struct smpp_manner *manner, struct smpp_message *out)
{
	struct segment *segment = &out->segment;
	struct connector_message *m = &out->m;
	read_place(pdu, segment);
	unsigned coding = segment_coding(segment, pdu->sm.data_coding, manner->alphabet);
	segment_decode(&out->text, coding, segment->data);
	m->text = buf_str(&out->text);
	if (segment->is_part)
		m->piece = (struct connector_piece) {.series = segment_series(segment),
			.part = segment->part,
			.parts = segment->parts,
			.coding = coding,
			.data = segment->data};
	const struct smpp_address from = {
		pdu->sm.source_addr_ton, pdu->sm.source_addr, manner->country};
	const struct smpp_address to = {
		pdu->sm.dest_addr_ton, pdu->sm.destination_addr, manner->country};
	m->phone = address_source(out->phone, &from);
	m->number = address_destination(out->number, &to);
}

void smpp_message_read(
	const struct smpp_pdu *pdu, const struct smpp_manner *manner, struct smpp_message *out)
{
	const struct smpp_pdu as = as_deliver_sm(pdu);
	out->m = (struct connector_message) {.token = 0};
	out->text.len = 0;
	enum smpp_receipt_kind kind = smpp_receipt_kind(&as);
	if (kind != SMPP_NO_RECEIPT)
		read_receipt(&as, manner, out);
	if (kind == SMPP_RECEIPT)
		return;
	out->m.may_be_text = kind == SMPP_PERHAPS_RECEIPT;
	read_text(&as, manner, out);
	fingerprint(pdu, manner->key, out->m.fingerprint);
}

void smpp_message_free(struct smpp_message *message)
{
	buf_free(&message->text);
}

/* --- out ----------------------------------------------------------------------------------- */

struct address {
	uint8_t ton, npi;
	struct str digits;
};

/* International numbers travel without their plus, their type says it; a name as sender is
 * alphanumeric; everything else (short codes, national forms) is left to the SMSC. */
static struct address address_of(struct str number)
{
	if (!phone_is_number(number))
		return (struct address) {TON_ALPHANUMERIC, NPI_UNKNOWN, number};
	if (str_starts(number, STR("+")))
		return (struct address) {TON_INTERNATIONAL, NPI_ISDN, str_skip(number, 1)};
	return (struct address) {TON_UNKNOWN, NPI_ISDN, number};
}

/* A C-Octet String ends at its first NUL; the store's bytes may hold one. */
static bool fits_address(struct str digits)
{
	return digits.len <= SMPP_ADDRESS_MAX &&
	       !(digits.len && memchr(digits.at, '\0', digits.len));
}

static uint8_t chosen(unsigned set, uint8_t by_form)
{
	return set < SMPP_BY_FORM ? (uint8_t)set : by_form;
}

/* 7.1.1.2: so long from now on. */
static struct str put_validity(unsigned seconds, char room[17])
{
	if (seconds == 0)
		return STR_NONE;
	snprintf(room, 17, "0000%02u%02u%02u%02u000R", seconds / 86400 % 100, seconds / 3600 % 24,
		seconds / 60 % 60, seconds % 60);
	return str_from(room, 16);
}

bool smpp_message_write(const struct smpp_part *part, const struct smpp_manner *manner,
	struct smpp_times *times, struct smpp_pdu *out)
{
	struct address from = address_of(part->number), to = address_of(part->phone);
	if (!fits_address(from.digits) || !fits_address(to.digits) ||
		part->data.len > SHORT_MESSAGE_MAX)
		return false;
	*out = (struct smpp_pdu) {.command = SMPP_SUBMIT_SM};
	out->sm = (struct smpp_sm_body) {
		.source_addr_ton = chosen(manner->source_ton, from.ton),
		.source_addr_npi = chosen(manner->source_npi, from.npi),
		.source_addr = from.digits,
		.dest_addr_ton = chosen(manner->destination_ton, to.ton),
		.dest_addr_npi = chosen(manner->destination_npi, to.npi),
		.destination_addr = to.digits,
		.esm_class = part->has_header ? SMPP_ESM_HAS_UDH : 0,
		.validity_period = put_validity(manner->validity, times->validity),
		.registered_delivery = (uint8_t)manner->registered_delivery,
		.data_coding = part->coding,
		.short_message = part->data,
	};
	return true;
}

struct segment_text smpp_text_form(const struct connector_text *text)
{
	unsigned alphabet = OUTBOUND_FORM_ALPHABET(text->form);
	return (struct segment_text) {
		.text = text->text,
		.form = {.alphabet = alphabet < ALPHABETS ? alphabet : ALPHABET_GSM7,
			.data_coding = OUTBOUND_FORM_CODING(text->form),
			.is_plain = OUTBOUND_FORM_IS_PLAIN(text->form)},
		.reference = (uint8_t)text->reference,
	};
}
