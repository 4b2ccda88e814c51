/* ledger_wire.c - what the carrier and the customers see: PDUs on the wire, texts at the phones. */
#include "ledger_private.h"
#include "sms/smpp_message.h"
#include "wire/smpp_pdu.h"
#include "wire/smpp_receipt.h"

#include <stdlib.h>
#include <utlist.h>

/* A text or part on its way to the server. */
struct deliver {
	uint32_t sequence;
	char phone[SMPP_ADDRESS_MAX + 2];
	struct str content; /* owned */
	bool has_header;
	unsigned coding;
	struct deliver *prev, *next;
};

static void deliver_free(struct ledger *ledger, struct deliver *deliver)
{
	DL_DELETE(ledger->delivers, deliver);
	str_free(&deliver->content);
	free(deliver);
}

/* Sequence numbers are of a bind: what was on its way in the one before is not answered in this. */
static void begin_bind(struct ledger *ledger)
{
	while (ledger->delivers)
		deliver_free(ledger, ledger->delivers);
	ledger->from_carrier.len = 0;
}

void ledger_wire_crashed(struct ledger *ledger)
{
	begin_bind(ledger);
	ledger->from_server.len = 0;
}

/* --- towards the server -------------------------------------------------------------------------- */

static void note_deliver(struct ledger *ledger, const struct smpp_pdu *pdu)
{
	if (pdu->sm.esm_class & SMPP_ESM_RECEIPT)
		return;
	struct deliver *deliver = mem_new(sizeof *deliver);
	struct str phone =
		smpp_message_number(deliver->phone, pdu->sm.source_addr_ton, pdu->sm.source_addr);
	deliver->phone[phone.len] = '\0';
	deliver->sequence = pdu->sequence;
	deliver->content = str_copy(smpp_pdu_content(pdu));
	deliver->has_header = pdu->sm.esm_class & SMPP_ESM_HAS_UDH;
	deliver->coding = pdu->sm.data_coding;
	DL_APPEND(ledger->delivers, deliver);
}

/* The carrier may forget it now. */
static void note_acknowledged(struct ledger *ledger, const struct deliver *deliver)
{
	struct segment segment;
	struct buf text = {0};
	CHECK(segment_read(deliver->content, deliver->has_header, &segment));
	if (smsc_inbox_take(ledger->acknowledged, str_of(deliver->phone), &segment, deliver->coding,
		    &text)) {
		struct fact fact = {.kind = FACT_ACKNOWLEDGED,
			.user = str_of(deliver->phone),
			.text = buf_str(&text)};
		ledger_fact(ledger, &fact);
		ledger_note(ledger, "the carrier may forget %s's \"%.*s\"", deliver->phone,
			(int)(text.len < 40 ? text.len : 40), text.at);
	}
	buf_free(&text);
}

static void note_answer(struct ledger *ledger, const struct smpp_pdu *pdu)
{
	struct deliver *deliver;
	DL_FOREACH(ledger->delivers, deliver)
		if (deliver->sequence == pdu->sequence)
			break;
	if (!deliver) /* of a receipt */
		return;
	if (pdu->status == ESME_ROK)
		note_acknowledged(ledger, deliver);
	else
		ledger_note(ledger, "the carrier is answered %u", (unsigned)pdu->status);
	ledger->not_now += pdu->status == ESME_RSYSERR;
	deliver_free(ledger, deliver);
}

/* --- from the server ----------------------------------------------------------------------------- */

static void note_submit(struct ledger *ledger, const struct smpp_pdu *pdu)
{
	char phone[SMPP_ADDRESS_MAX + 2];
	struct segment segment;
	struct buf text = {0};
	CHECK(segment_read(smpp_pdu_content(pdu), pdu->sm.esm_class & SMPP_ESM_HAS_UDH, &segment));
	segment_decode(&text, pdu->sm.data_coding, segment.data);
	struct fact fact = {.kind = FACT_SUBMITTED,
		.user = smpp_message_number(phone, pdu->sm.dest_addr_ton, pdu->sm.destination_addr),
		.text = buf_str(&text),
		.number = segment.is_part ? LEDGER_PART(segment.reference, segment.part) : 0};
	const struct fact *kept = ledger_fact(ledger, &fact);
	ledger_note(ledger, "the carrier gets, %u. time, for %.*s: part %llu \"%.*s\"", kept->count,
		STR_ARGS(fact.user), (unsigned long long)fact.number,
		(int)(text.len < 40 ? text.len : 40), text.at);
	buf_free(&text);
}

static void read_pdus(struct ledger *ledger, struct buf *waiting, bool from_server)
{
	struct str rest = buf_str(waiting);
	struct smpp_pdu pdu;
	enum smpp_status status;
	enum wire got;
	while ((got = smpp_pdu_unpack(&rest, &pdu, &status)) == WIRE_DONE) {
		if (from_server && pdu.command == SMPP_BIND_TRANSCEIVER)
			begin_bind(ledger);
		else if (from_server && pdu.command == SMPP_SUBMIT_SM)
			note_submit(ledger, &pdu);
		else if (from_server && pdu.command == SMPP_DELIVER_SM_RESP)
			note_answer(ledger, &pdu);
		else if (!from_server && pdu.command == SMPP_DELIVER_SM)
			note_deliver(ledger, &pdu);
	}
	if (got == WIRE_BAD)
		ledger_blame(ledger, "bytes on the wire are no PDU");
	buf_drop(waiting, waiting->len - rest.len);
}

void ledger_wire(void *ctx, bool from_server, struct str bytes)
{
	struct ledger *ledger = ctx;
	struct buf *waiting = from_server ? &ledger->from_server : &ledger->from_carrier;
	buf_put(waiting, bytes);
	read_pdus(ledger, waiting, from_server);
}

void ledger_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	struct ledger *ledger = ctx;
	struct fact fact = {
		.kind = from_customer ? FACT_WROTE : FACT_RECEIVED, .user = phone, .text = text};
	ledger_fact(ledger, &fact);
	ledger_note(ledger, "%.*s %s \"%.*s\"", STR_ARGS(phone),
		from_customer ? "writes" : "receives", (int)(text.len < 40 ? text.len : 40),
		text.at);
}
