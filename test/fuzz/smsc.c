/* smsc.c - what is sent as the script says, and what the server's own PDUs must be. */
#include "smsc.h"
#include "pdu.h"
#include "stage.h"
#include "wire/smpp_bind.h"

#include <stdlib.h>

/* --- sending ------------------------------------------------------------------------------------------------------ */

static uint32_t uint_at(struct str bytes, size_t at)
{
	uint32_t value = 0;
	for (size_t i = 0; i < 4; i++)
		value = value << 8 | (unsigned char)bytes.at[at + i];
	return value;
}

/* Such a request is answered, and once. */
static void note_open(struct smsc *smsc, struct str pdu)
{
	uint32_t sequence = uint_at(pdu, 12);
	for (size_t i = 0; i < smsc->open_count; i++)
		smsc->is_strange |= smsc->open[i].sequence == sequence;
	if (smsc->open_count == SMSC_OPEN_MOST)
		smsc->is_strange = true;
	else
		smsc->open[smsc->open_count++] = (struct smsc_request) {sequence, pdu.len};
}

static void send_pdu(struct smsc *smsc, struct str pdu)
{
	uint32_t id = uint_at(pdu, 4);
	/* What ends the link by right: bytes that are no PDUs, unbinding, answers to what was not asked. */
	if (uint_at(pdu, 0) != pdu.len || pdu.len > SMPP_LENGTH_MAX || id == SMPP_UNBIND ||
		id & SMPP_RESPONSE_BIT)
		smsc->is_strange = true;
	else if (id != SMPP_ALERT_NOTIFICATION && id != SMPP_OUTBIND) /* which have no response */
		note_open(smsc, pdu);
	if (smsc->conn)
		net_write(smsc->conn, pdu);
}

void smsc_pdu(struct smsc *smsc, struct str spec)
{
	smsc->last.len = 0;
	pdu_write(smsc->stage, spec, ++smsc->sequence, &smsc->last);
	send_pdu(smsc, buf_str(&smsc->last));
}

void smsc_again(struct smsc *smsc)
{
	if (smsc->last.len < SMPP_HEADER_BYTES)
		return;
	uint32_t sequence = ++smsc->sequence;
	for (size_t i = 0; i < 4; i++)
		smsc->last.at[12 + i] = (char)(sequence >> (24 - 8 * i));
	send_pdu(smsc, buf_str(&smsc->last));
}

void smsc_bytes(struct smsc *smsc, struct str bytes)
{
	struct buf out = {0};
	stage_expand(smsc->stage, bytes, &out);
	smsc->is_strange = true;
	if (smsc->conn)
		net_write(smsc->conn, buf_str(&out));
	buf_free(&out);
}

/* --- what the server sends ---------------------------------------------------------------------------------------- */

static void respond(struct smsc *smsc, const struct smpp_pdu *to, unsigned status, struct str id)
{
	struct buf out = {0};
	struct smpp_pdu pdu = {
		.command = to->command | SMPP_RESPONSE_BIT,
		.status = status,
		.sequence = to->sequence,
	};
	if (to->command == SMPP_SUBMIT_SM)
		pdu.sm_resp.message_id = id;
	smpp_pdu_pack(&out, &pdu);
	net_write(smsc->conn, buf_str(&out));
	buf_free(&out);
}

void smsc_put_id(const struct smsc *smsc, unsigned nth, struct buf *out)
{
	if (smsc->submits > nth)
		buf_printf(out, "m%u", smsc->submits - nth);
}

static void on_submit(struct smsc *smsc, const struct smpp_pdu *pdu)
{
	struct buf id = {0};
	smsc->submits++;
	reached("a text leaves");
	if (smsc->is_deaf) {
		smsc->is_strange = true;
		return;
	}
	smsc_put_id(smsc, 0, &id);
	respond(smsc, pdu, smsc->submit_status, buf_str(&id));
	buf_free(&id);
}

static void on_response(struct smsc *smsc, const struct smpp_pdu *pdu)
{
	if (pdu->command == SMPP_GENERIC_NACK)
		reached("the SMSC is nacked with 0x%02X", (unsigned)pdu->status);
	else
		reached("%s is answered 0x%02X",
			smpp_command_name(pdu->command & ~SMPP_RESPONSE_BIT),
			(unsigned)pdu->status);
	for (size_t i = 0; i < smsc->open_count; i++) {
		if (smsc->open[i].sequence != pdu->sequence)
			continue;
		if (pdu->command == SMPP_DELIVER_SM_RESP && pdu->status == ESME_ROK)
			reached("a text of %zu bytes is taken", smsc->open[i].bytes);
		smsc->open[i] = smsc->open[--smsc->open_count];
		return;
	}
	CHECK(smsc->is_strange); /* an answer to nothing, or a second one */
}

static void on_pdu(struct smsc *smsc, const struct smpp_pdu *pdu)
{
	switch (pdu->command) {
	case SMPP_BIND_TRANSCEIVER:
		smsc->is_bound = smsc->bind_status == ESME_ROK;
		smsc->is_strange |= !smsc->is_bound;
		respond(smsc, pdu, smsc->bind_status, STR_NONE);
		return;
	case SMPP_SUBMIT_SM:
		on_submit(smsc, pdu);
		return;
	case SMPP_ENQUIRE_LINK:
	case SMPP_UNBIND:
		respond(smsc, pdu, ESME_ROK, STR_NONE);
		return;
	default:
		CHECK(pdu->command & SMPP_RESPONSE_BIT);
		on_response(smsc, pdu);
	}
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct smsc *smsc = net_conn_ctx(conn);
	struct smpp_pdu pdu;
	enum smpp_status status;
	if (conn != smsc->conn)
		return;
	stage_digest(smsc->stage, bytes);
	buf_put(&smsc->in, bytes);
	for (;;) {
		struct str in = buf_str(&smsc->in);
		enum wire wire = smpp_pdu_unpack(&in, &pdu, &status);
		CHECK(wire != WIRE_BAD);
		if (wire == WIRE_MORE)
			return;
		CHECK(status == ESME_ROK);
		on_pdu(smsc, &pdu);
		buf_drop(&smsc->in, smsc->in.len - in.len);
	}
}

/* --- the line ----------------------------------------------------------------------------------------------------- */

static void forget_line(struct smsc *smsc)
{
	smsc->conn = NULL;
	smsc->is_bound = smsc->is_strange = false;
	smsc->open_count = 0;
	smsc->in.len = 0;
}

static void on_closed(struct net_conn *conn)
{
	struct smsc *smsc = net_conn_ctx(conn);
	if (conn != smsc->conn)
		return;
	CHECK(smsc->is_strange); /* else the server cut a link that did nothing wrong */
	reached("the link is ended");
	forget_line(smsc);
}

static void on_accept(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {.on_data = on_data, .on_closed = on_closed};
	struct smsc *smsc = ctx;
	net_conn_attach(conn, &handler, smsc);
	forget_line(smsc);
	smsc->conn = conn;
}

void smsc_open(struct smsc *smsc, struct stage *stage)
{
	smsc->stage = stage;
	CHECK(net_listen(stage->net, STR("smsc"), SMSC_PORT, on_accept, smsc, &smsc->listener) ==
		OK);
}

void smsc_close(struct smsc *smsc)
{
	smsc_hang_up(smsc);
	net_listener_close(&smsc->listener);
	buf_free(&smsc->in);
	buf_free(&smsc->last);
}

void smsc_hang_up(struct smsc *smsc)
{
	if (smsc->conn)
		net_close(smsc->conn, 0);
	forget_line(smsc);
}

void smsc_bind(struct smsc *smsc, struct str status)
{
	smsc->bind_status = (unsigned)pdu_number(status);
}

void smsc_submit(struct smsc *smsc, struct str how)
{
	smsc->is_deaf = str_is(how, "never");
	smsc->submit_status = (unsigned)pdu_number(how);
}

void smsc_excuse(struct smsc *smsc)
{
	smsc->is_strange = true;
}

void smsc_behave(struct smsc *smsc)
{
	smsc->bind_status = smsc->submit_status = ESME_ROK;
	smsc->is_deaf = false;
}

bool smsc_is_quiet(const struct smsc *smsc)
{
	return smsc->is_strange || smsc->open_count == 0;
}
