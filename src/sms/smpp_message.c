/* smpp_message.c - addresses, parts and receipts between SMPP's fields and ours. */
#include "sms/smpp_message.h"
#include "base/check.h"
#include "core/phone.h"
#include "wire/smpp_receipt.h"

#define SHORT_MESSAGE_MAX 254 /* 4.4.1 */
#define SEQUENCE_AT       12  /* in a PDU, to the end of its header, 3.2 */

enum ton { TON_UNKNOWN = 0, TON_INTERNATIONAL = 1, TON_ALPHANUMERIC = 5 }; /* 5.2.5 */
enum npi { NPI_UNKNOWN = 0, NPI_ISDN = 1 };                                /* 5.2.6 */

#define RECEIPT_ASKED 1 /* registered_delivery, 5.2.17: whatever the outcome */

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
static void read_receipt(const struct smpp_pdu *pdu, struct connector_message *m)
{
	struct smpp_receipt receipt;
	m->is_receipt = true;
	m->delivery = DELIVERY_NONE;
	if (!smpp_receipt_read(pdu, &receipt))
		return;
	m->smsc_id = receipt.message_id;
	m->delivery = delivery_of(receipt.state);
}

void smpp_message_read(const struct smpp_pdu *pdu, struct str key, struct smpp_message *out)
{
	struct connector_message *m = &out->m;
	*m = (struct connector_message) {.coding = pdu->sm.data_coding};
	if (smpp_receipt_is(pdu)) {
		read_receipt(pdu, m);
		return;
	}
	read_place(pdu, &m->segment);
	m->phone = address_source(out->phone, pdu->sm.source_addr_ton, pdu->sm.source_addr);
	m->number =
		address_destination(out->number, pdu->sm.dest_addr_ton, pdu->sm.destination_addr);
	fingerprint(pdu, key, m->fingerprint);
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

bool smpp_message_write(const struct connector_part *part, struct smpp_pdu *out)
{
	struct address from = address_of(part->number), to = address_of(part->phone);
	if (!fits_address(from.digits) || !fits_address(to.digits) ||
		part->data.len > SHORT_MESSAGE_MAX)
		return false;
	*out = (struct smpp_pdu) {.command = SMPP_SUBMIT_SM};
	out->sm = (struct smpp_sm_body) {
		.source_addr_ton = from.ton,
		.source_addr_npi = from.npi,
		.source_addr = from.digits,
		.dest_addr_ton = to.ton,
		.dest_addr_npi = to.npi,
		.destination_addr = to.digits,
		.esm_class = part->has_header ? SMPP_ESM_HAS_UDH : 0,
		.registered_delivery = RECEIPT_ASKED,
		.data_coding = (uint8_t)part->coding,
		.short_message = part->data,
	};
	return true;
}
