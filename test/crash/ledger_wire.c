/* ledger_wire.c - what the carrier and the customers see: PDUs on the wire, texts at the phones. */
#include "ledger_private.h"
#include "sms/smpp_message.h"
#include "wire/smpp_pdu.h"
#include "wire/smpp_receipt.h"

#include <stdlib.h>
#include <utlist.h>

/* A text or part, or a receipt, on its way to the server. */
struct deliver {
	uint32_t sequence;
	bool is_receipt;
	struct str smsc_id; /* owned; of a receipt, with what it says */
	enum receipt_state state;
	char phone[LEDGER_PHONE_ROOM]; /* of a text, and what follows */
	struct str content;            /* owned */
	bool has_header;
	unsigned coding;
	struct deliver *prev, *next;
};

/* A text or part on its way from the server, not answered yet. */
struct submit {
	uint32_t sequence;
	struct fact *fact;
	struct submit *prev, *next;
};

static const char *const receipt_words[] = {[RECEIPT_NONE] = "nothing yet",
	[RECEIPT_DELIVERED] = "delivered",
	[RECEIPT_EXPIRED] = "expired",
	[RECEIPT_FAILED] = "failed"};

static unsigned link_of(const struct ledger *ledger, const struct seen_link *wire)
{
	return (unsigned)(wire - ledger->wires);
}

static void submit_free(struct seen_link *wire, struct submit *submit)
{
	DL_DELETE(wire->submits, submit);
	free(submit);
}

static void deliver_free(struct seen_link *wire, struct deliver *deliver)
{
	DL_DELETE(wire->delivers, deliver);
	str_free(&deliver->smsc_id);
	str_free(&deliver->content);
	free(deliver);
}

/* Where the link broke and the server lives, an answer may have left it that never came here: then the
 * text that comes again is one more. An unbind loses nothing. */
static void note_cut_off(struct ledger *ledger, const struct seen_link *wire)
{
	struct deliver *deliver;
	DL_FOREACH(wire->delivers, deliver)
		if (!deliver->is_receipt) {
			struct fact fact = {.kind = FACT_CUT_OFF,
				.user = str_of(deliver->phone),
				.asked = ledger_not_before(ledger)};
			ledger_fact(ledger, &fact);
		}
}

/* What the carrier said before the last words of the server has been read there: it lived, and on that
 * link. */
static void note_read(struct ledger *ledger, const struct seen_link *wire)
{
	struct fact *taken;
	for (taken = ledger->first[FACT_TAKEN]; taken; taken = taken->next)
		if (taken->number == wire->bind)
			taken->is_read =
				taken->at + LEDGER_READ_MS + ledger->times.late <= wire->heard;
}

void ledger_wires_read(struct ledger *ledger)
{
	for (size_t i = 0; i < LEDGER_WIRES; i++)
		note_read(ledger, &ledger->wires[i]);
}

/* What has no answer will have none. */
static void end_bind(struct ledger *ledger, struct seen_link *wire)
{
	while (wire->delivers) {
		deliver_free(wire, wire->delivers);
		ledger->redelivered++;
		ledger->faults++;
	}
	while (wire->submits) {
		submit_free(wire, wire->submits);
		ledger->faults++;
	}
}

void ledger_wires_end(struct ledger *ledger)
{
	for (size_t i = 0; i < LEDGER_WIRES; i++) {
		struct seen_link *wire = &ledger->wires[i];
		end_bind(ledger, wire);
		buf_free(&wire->from_server);
		buf_free(&wire->from_carrier);
	}
}

bool ledger_wires_are_waiting(const struct ledger *ledger)
{
	for (size_t i = 0; i < LEDGER_WIRES; i++)
		if (ledger->wires[i].delivers || ledger->wires[i].submits)
			return true;
	return false;
}

/* Sequence numbers are of a bind: what was on its way in the one before is not answered in this. */
static void begin_bind(struct ledger *ledger, struct seen_link *wire)
{
	note_read(ledger, wire);
	end_bind(ledger, wire);
	wire->has_unbound = false;
	wire->from_carrier.len = 0;
	wire->bind = ++ledger->binds;
}

static void bind(struct ledger *ledger, struct seen_link *wire)
{
	if (!wire->has_unbound)
		note_cut_off(ledger, wire);
	begin_bind(ledger, wire);
}

/* Over another link it may come again before this one is there once more. */
void ledger_wire_over(void *ctx, unsigned link)
{
	struct ledger *ledger = ctx;
	struct seen_link *wire = &ledger->wires[link];
	if (ledger->is_dying)
		return;
	if (!wire->has_unbound)
		note_cut_off(ledger, wire);
	end_bind(ledger, wire);
}

void ledger_wires_crashed(struct ledger *ledger)
{
	for (size_t i = 0; i < LEDGER_WIRES; i++) {
		begin_bind(ledger, &ledger->wires[i]);
		ledger->wires[i].from_server.len = 0;
	}
}

/* --- towards the server -------------------------------------------------------------------------- */

/* bind: 0 as long as it is not answered */
static void keep_receipt(
	struct ledger *ledger, enum fact_kind kind, const struct deliver *deliver, unsigned bind)
{
	struct fact fact = {.kind = kind,
		.text = deliver->smsc_id,
		.word = str_of(receipt_words[deliver->state]),
		.number = bind};
	if (deliver->state != RECEIPT_NONE) /* that is nothing that anybody is told */
		ledger_fact(ledger, &fact);
}

static void note_receipt(struct ledger *ledger, struct deliver *deliver, const struct smpp_pdu *pdu)
{
	struct smpp_receipt receipt;
	CHECK(smpp_receipt_read(pdu, &receipt));
	deliver->is_receipt = true;
	deliver->smsc_id = str_copy(receipt.message_id);
	deliver->state = receipt.state;
	keep_receipt(ledger, FACT_RECEIPT, deliver, 0);
}

static void note_text(struct deliver *deliver, const struct smpp_pdu *pdu)
{
	char address[ADDRESS_ROOM];
	const struct smpp_address from = {pdu->sm.source_addr_ton, pdu->sm.source_addr, 0};
	struct str source = address_source(address, &from);
	struct str phone = ledger_phone(deliver->phone, source);
	memmove(deliver->phone, phone.at, phone.len);
	deliver->phone[phone.len] = '\0';
	deliver->content = str_copy(smpp_pdu_content(pdu));
	deliver->has_header = pdu->sm.esm_class & SMPP_ESM_HAS_UDH;
	deliver->coding = pdu->sm.data_coding;
}

static void note_deliver(struct ledger *ledger, struct seen_link *wire, const struct smpp_pdu *pdu)
{
	struct deliver *deliver = mem_new(sizeof *deliver);
	deliver->sequence = pdu->sequence;
	if (smpp_receipt_kind(pdu) == SMPP_RECEIPT)
		note_receipt(ledger, deliver, pdu);
	else
		note_text(deliver, pdu);
	DL_APPEND(wire->delivers, deliver);
	ledger->messages++;
}

/* From here on the server can know of which text a receipt with that id is: it reads in order. */
static void note_taken(
	struct ledger *ledger, const struct seen_link *wire, const struct smpp_pdu *pdu)
{
	struct fact fact = {.kind = FACT_TAKEN,
		.text = pdu->sm_resp.message_id,
		.number = wire->bind,
		.link = link_of(ledger, wire)};
	if (pdu->status == ESME_ROK)
		ledger_fact(ledger, &fact);
}

/* The carrier may forget it now. */
static bool is_not_now(uint32_t status)
{
	return status == ESME_RTHROTTLED || status == ESME_RMSGQFUL || status == ESME_RSYSERR ||
	       status == ESME_RX_T_APPN;
}

static void note_turned_away(struct ledger *ledger, const struct fact *submitted)
{
	struct fact fact = *submitted;
	fact.kind = FACT_TURNED_AWAY;
	ledger_fact(ledger, &fact);
	ledger_note(ledger, "the carrier refuses \"%.40s\"", fact.text.at);
}

/* What is answered "not now" may be sent again as often as that is said. */
static void note_submit_answer(
	struct ledger *ledger, struct seen_link *wire, const struct smpp_pdu *pdu)
{
	struct submit *submit;
	DL_FOREACH(wire->submits, submit)
		if (submit->sequence == pdu->sequence)
			break;
	if (!submit)
		return;
	ledger->faults += pdu->status != ESME_ROK;
	if (is_not_now(pdu->status)) {
		submit->fact->count--;
		ledger_note(ledger, "the carrier says not now, 0x%02x: \"%.40s\"",
			(unsigned)pdu->status, submit->fact->text.at);
	} else if (pdu->status != ESME_ROK) {
		note_turned_away(ledger, submit->fact);
	}
	submit_free(wire, submit);
}

static bool was_taken_elsewhere(
	const struct ledger *ledger, const struct seen_link *wire, struct str smsc_id)
{
	FACTS_EACH(ledger, FACT_TAKEN, taken)
		if (str_eq(taken->text, smsc_id))
			return taken->link != link_of(ledger, wire);
	return false;
}

static void note_receipted(
	struct ledger *ledger, const struct seen_link *wire, const struct deliver *deliver)
{
	keep_receipt(ledger, FACT_RECEIPTED, deliver, wire->bind);
	ledger->met.receipts += was_taken_elsewhere(ledger, wire, deliver->smsc_id);
	ledger_note(ledger, "the carrier may forget that %.*s is %s", STR_ARGS(deliver->smsc_id),
		receipt_words[deliver->state]);
}

/* Perhaps all that will ever come of its text. */
static void note_part(struct ledger *ledger, const struct seen_link *wire,
	const struct deliver *deliver, const struct segment *segment)
{
	struct buf text = {0};
	segment_decode(&text, deliver->coding, segment->data);
	struct fact fact = {
		.kind = FACT_PART, .user = str_of(deliver->phone), .text = buf_str(&text)};
	ledger_fact(ledger, &fact)->link = link_of(ledger, wire);
	buf_free(&text);
}

/* A part of that text came over another link than its last one. */
static bool came_apart(
	const struct ledger *ledger, const struct seen_link *last, const struct fact *whole)
{
	FACTS_EACH(ledger, FACT_PART, part)
		if (part->link != link_of(ledger, last) && str_eq(part->user, whole->user) &&
			memmem(whole->text.at, whole->text.len, part->text.at, part->text.len))
			return true;
	return false;
}

static void note_acknowledged(
	struct ledger *ledger, const struct seen_link *wire, const struct deliver *deliver)
{
	struct segment segment;
	struct buf text = {0};
	segment_read(deliver->content, deliver->has_header, &segment);
	if (segment.is_part)
		note_part(ledger, wire, deliver, &segment);
	if (smsc_inbox_take(ledger->acknowledged, str_of(deliver->phone), &segment, deliver->coding,
		    &text)) {
		struct fact fact = {.kind = FACT_ACKNOWLEDGED,
			.user = str_of(deliver->phone),
			.text = buf_str(&text)};
		fact.number = 1 + ledger_times(ledger, fact.kind, &fact);
		ledger_fact(ledger, &fact);
		ledger->met.parts += segment.is_part && came_apart(ledger, wire, &fact);
		ledger_note(ledger, "the carrier may forget %s's \"%.*s\"", deliver->phone,
			(int)(text.len < 40 ? text.len : 40), text.at);
	}
	buf_free(&text);
}

static void note_answer(struct ledger *ledger, struct seen_link *wire, const struct smpp_pdu *pdu)
{
	struct deliver *deliver;
	DL_FOREACH(wire->delivers, deliver)
		if (deliver->sequence == pdu->sequence)
			break;
	CHECK(deliver);
	if (pdu->status != ESME_ROK)
		ledger_note(ledger, "the carrier is answered %u", (unsigned)pdu->status);
	else if (deliver->is_receipt)
		note_receipted(ledger, wire, deliver);
	else
		note_acknowledged(ledger, wire, deliver);
	ledger->not_now += pdu->status == ESME_RSYSERR;
	ledger->faults += pdu->status != ESME_ROK;
	deliver_free(wire, deliver);
}

/* --- from the server ----------------------------------------------------------------------------- */

static void note_submit(struct ledger *ledger, struct seen_link *wire, const struct smpp_pdu *pdu)
{
	char address[ADDRESS_ROOM], phone[LEDGER_PHONE_ROOM];
	const struct smpp_address to = {pdu->sm.dest_addr_ton, pdu->sm.destination_addr, 0};
	struct segment segment;
	struct buf text = {0};
	segment_read(smpp_pdu_content(pdu), pdu->sm.esm_class & SMPP_ESM_HAS_UDH, &segment);
	segment_decode(&text, pdu->sm.data_coding, segment.data);
	struct fact fact = {.kind = FACT_SUBMITTED,
		.user = ledger_phone(phone, address_source(address, &to)),
		.text = buf_str(&text),
		.number = segment.is_part ? LEDGER_PART(segment.reference, segment.part) : 0};
	struct fact *kept = ledger_fact(ledger, &fact);
	kept->again = ledger_not_after(ledger);
	kept->lives |= ledger_life_bit(ledger->life);
	struct submit *submit = mem_new(sizeof *submit);
	*submit = (struct submit) {.sequence = pdu->sequence, .fact = kept};
	DL_APPEND(wire->submits, submit);
	ledger->messages++;
	ledger_note(ledger, "the carrier gets, %u. time, for %.*s: part %llu \"%.*s\"", kept->count,
		STR_ARGS(fact.user), (unsigned long long)fact.number,
		(int)(text.len < 40 ? text.len : 40), text.at);
	buf_free(&text);
}

static void note_pdu(
	struct ledger *ledger, struct seen_link *wire, const struct smpp_pdu *pdu, bool from_server)
{
	if (from_server && pdu->command == SMPP_BIND_TRANSCEIVER)
		bind(ledger, wire);
	else if (from_server && pdu->command == SMPP_SUBMIT_SM)
		note_submit(ledger, wire, pdu);
	else if (from_server && pdu->command == SMPP_DELIVER_SM_RESP)
		note_answer(ledger, wire, pdu);
	else if (!from_server && pdu->command == SMPP_DELIVER_SM)
		note_deliver(ledger, wire, pdu);
	else if (!from_server && pdu->command == SMPP_SUBMIT_SM_RESP) {
		note_taken(ledger, wire, pdu);
		note_submit_answer(ledger, wire, pdu);
	} else if (!from_server && pdu->command == SMPP_UNBIND)
		wire->has_unbound = true;
}

static void read_pdus(struct ledger *ledger, struct seen_link *wire, bool from_server)
{
	struct buf *waiting = from_server ? &wire->from_server : &wire->from_carrier;
	struct str rest = buf_str(waiting);
	struct smpp_pdu pdu;
	enum smpp_status status;
	enum wire got;
	while ((got = smpp_pdu_unpack(&rest, &pdu, &status)) == WIRE_DONE)
		note_pdu(ledger, wire, &pdu, from_server);
	if (got == WIRE_BAD)
		ledger_blame(ledger, "bytes on the wire are no PDU");
	buf_drop(waiting, waiting->len - rest.len);
}

void ledger_wire(void *ctx, unsigned link, bool from_server, struct str bytes)
{
	struct ledger *ledger = ctx;
	struct seen_link *wire = &ledger->wires[link];
	buf_put(from_server ? &wire->from_server : &wire->from_carrier, bytes);
	read_pdus(ledger, wire, from_server);
	if (from_server) /* after them: a bind asks for the last words of the one before */
		wire->heard = ledger_not_before(ledger);
}

void ledger_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	struct ledger *ledger = ctx;
	char room[LEDGER_PHONE_ROOM];
	struct fact fact = {.kind = from_customer ? FACT_WROTE : FACT_RECEIVED,
		.user = ledger_phone(room, phone),
		.text = text};
	if (from_customer)
		fact.number = 1 + ledger_times(ledger, FACT_WROTE, &fact);
	ledger_fact(ledger, &fact);
	ledger_note(ledger, "%.*s %s \"%.*s\"", STR_ARGS(phone),
		from_customer ? "writes" : "receives", (int)(text.len < 40 ? text.len : 40),
		text.at);
}
