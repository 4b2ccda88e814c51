/* cable.c - two connections, each the other's continuation. */
#include "cable.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/check.h"
#include "late.h"
#include "wire/smpp_receipt.h"

#include <stdlib.h>
#include <utlist.h>

#define COPY_BIT        0x40000000u /* in the sequence number of a receipt's copy */
#define UNBIND_SEQUENCE 0x3fffffffu
#define BUSY_ONE_IN     6
#define LATE_ONE_IN     8
#define REFUSED_ONE_IN  64

struct cable_end {
	struct cable *cable;
	struct net_conn *conn;
	struct cable_end *other; /* NULL once that one is closed */
	struct buf waiting;      /* no whole PDU yet */
	struct late late;        /* what comes later */
	struct buf behind;       /* what comes behind the rest of the same piece */
	bool is_server;
	bool has_taken;                /* the server, something that was delivered in this bind */
	bool is_mute;                  /* nothing that arrives here is passed on */
	struct cable_end *prev, *next; /* of the server's ends */
};

struct cable {
	struct net *net;
	struct cable_settings settings;
	struct net_listener *listener;
	struct cable_end *ends;
	struct net_timer cut;
	struct net_timer dying, reviving;
	struct net_stream stream;
	bool is_calm, is_dead;
};

static uint64_t draw(struct cable *cable, uint64_t below)
{
	uint64_t bits;
	net_random(cable->net, &cable->stream, &bits, sizeof bits);
	return bits % below;
}

/* --- passing on --------------------------------------------------------------------------------- */

static void tell(const struct cable_end *end, struct str bytes)
{
	const struct cable_settings *settings = &end->cable->settings;
	if (settings->on_bytes)
		settings->on_bytes(settings->ctx, settings->nth, end->is_server, bytes);
}

static void pass(const struct cable_end *end, struct str bytes)
{
	tell(end, bytes);
	if (end->other)
		net_write(end->other->conn, bytes);
}

/* What an SMSC does that does not know whether its receipt came. */
static void repeat(const struct cable_end *end, struct smpp_pdu pdu)
{
	struct buf bytes = {0};
	pdu.sequence |= COPY_BIT;
	smpp_pdu_pack(&bytes, &pdu);
	pass(end, buf_str(&bytes));
	buf_free(&bytes);
}

/* The text never gets there. */
static void refuse(
	const struct cable_end *server, const struct smpp_pdu *pdu, enum smpp_status status)
{
	struct smpp_pdu resp = {
		.command = SMPP_SUBMIT_SM_RESP, .status = status, .sequence = pdu->sequence};
	struct buf bytes = {0};
	smpp_pdu_pack(&bytes, &resp);
	if (server->other)
		pass(server->other, buf_str(&bytes));
	buf_free(&bytes);
}

/* What an SMSC says that is sent too much, or is not well; or that knows no such phone. */
static enum smpp_status draw_refusal(struct cable *cable)
{
	static const enum smpp_status not_now[] = {
		ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RSYSERR, ESME_RX_T_APPN};
	if (cable->is_calm)
		return ESME_ROK;
	if (cable->settings.restless_most_ms && draw(cable, BUSY_ONE_IN) == 0)
		return not_now[draw(cable, sizeof not_now / sizeof *not_now)];
	bool is_for_good = cable->settings.late_most_ms && draw(cable, REFUSED_ONE_IN) == 0;
	return is_for_good ? ESME_RINVDSTADR : ESME_ROK;
}

static bool is_refused(const struct cable_end *end, const struct smpp_pdu *pdu, struct str bytes)
{
	if (!end->is_server || pdu->command != SMPP_SUBMIT_SM)
		return false;
	enum smpp_status status = draw_refusal(end->cable);
	if (status == ESME_ROK)
		return false;
	tell(end, bytes);
	refuse(end, pdu, status);
	return true;
}

static bool comes_late(const struct cable_end *end, const struct smpp_pdu *pdu)
{
	struct cable *cable = end->cable;
	return cable->settings.late_most_ms && !cable->is_calm && !end->is_server &&
	       pdu->command == SMPP_SUBMIT_SM_RESP && draw(cable, LATE_ONE_IN) == 0;
}

static bool comes_behind(const struct cable_end *end, const struct smpp_pdu *pdu)
{
	struct cable *cable = end->cable;
	return cable->settings.late_most_ms && !cable->is_calm && end->other &&
	       !end->other->has_taken && pdu->command == SMPP_DELIVER_SM && draw(cable, 2);
}

static void pass_late(void *ctx, struct str bytes)
{
	const struct cable_end *end = ctx;
	if (end->other && !end->is_mute)
		pass(end, bytes);
}

static void pass_pdu(struct cable_end *end, const struct smpp_pdu *pdu, struct str bytes)
{
	if (is_refused(end, pdu, bytes))
		return;
	if (comes_late(end, pdu)) {
		msec ms = 1 + (msec)draw(end->cable, (uint64_t)end->cable->settings.late_most_ms);
		late_put(&end->late, bytes, ms);
		return;
	}
	if (comes_behind(end, pdu)) {
		buf_put(&end->behind, bytes);
		return;
	}
	end->has_taken |= pdu->command == SMPP_DELIVER_SM_RESP;
	if (end->is_server && pdu->command == SMPP_DELIVER_SM_RESP && pdu->sequence & COPY_BIT) {
		tell(end, bytes); /* the SMSC did not ask */
		return;
	}
	pass(end, bytes);
	if (!end->is_server && pdu->command == SMPP_DELIVER_SM &&
		smpp_receipt_kind(pdu) == SMPP_RECEIPT && end->cable->settings.restless_most_ms &&
		!end->cable->is_calm && draw(end->cable, 2))
		repeat(end, *pdu);
}

static void pass_pdus(struct cable_end *end)
{
	struct str rest = buf_str(&end->waiting), before = rest;
	struct smpp_pdu pdu;
	enum smpp_status status;
	enum wire got;
	while ((got = smpp_pdu_unpack(&rest, &pdu, &status)) == WIRE_DONE) {
		pass_pdu(end, &pdu, str_from(before.at, before.len - rest.len));
		before = rest;
	}
	CHECK(got != WIRE_BAD);
	buf_drop(&end->waiting, end->waiting.len - before.len);
	if (end->behind.len)
		pass(end, buf_str(&end->behind));
	end->behind.len = 0;
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct cable_end *end = net_conn_ctx(conn);
	if (end->is_mute)
		return;
	if (!end->cable->settings.restless_most_ms && !end->cable->settings.late_most_ms) {
		pass(end, bytes);
		return;
	}
	buf_put(&end->waiting, bytes);
	pass_pdus(end);
}

/* --- connections -------------------------------------------------------------------------------- */

static void on_closed(struct net_conn *conn)
{
	struct cable_end *end = net_conn_ctx(conn);
	if (end->other) {
		end->other->other = NULL;
		net_close(end->other->conn, 0);
	}
	if (end->is_server) {
		const struct cable_settings *settings = &end->cable->settings;
		DL_DELETE(end->cable->ends, end);
		if (settings->on_end)
			settings->on_end(settings->ctx, settings->nth);
	}
	late_end(&end->late);
	buf_free(&end->waiting);
	buf_free(&end->behind);
	free(end);
}

static void on_open(struct net_conn *conn)
{
}

static const struct net_handler handler = {
	.on_open = on_open, .on_data = on_data, .on_closed = on_closed};

static void on_accept(void *ctx, struct net_conn *conn)
{
	struct cable *cable = ctx;
	if (cable->is_dead) {
		net_close(conn, 0);
		return;
	}
	struct cable_end *a = mem_new(sizeof *a), *b = mem_new(sizeof *b);
	*a = (struct cable_end) {.cable = cable, .conn = conn, .other = b, .is_server = true};
	*b = (struct cable_end) {.cable = cable, .other = a};
	late_begin(&a->late, cable->net, pass_late, a);
	late_begin(&b->late, cable->net, pass_late, b);
	DL_APPEND(cable->ends, a);
	net_conn_attach(conn, &handler, a);
	b->conn = net_connect(cable->net, STR("recorder"), cable->settings.to_host,
		cable->settings.to_port, &handler, b);
}

/* --- breaking ----------------------------------------------------------------------------------- */

/* The server has read all before; what it answered arrives, and then it closes. */
static void unbind(struct cable_end *server)
{
	struct smpp_pdu pdu = {.command = SMPP_UNBIND, .sequence = UNBIND_SEQUENCE};
	struct buf bytes = {0};
	smpp_pdu_pack(&bytes, &pdu);
	pass(server->other, buf_str(&bytes));
	buf_free(&bytes);
	server->other->is_mute = true;
}

static void cut(void *ctx)
{
	struct cable *cable = ctx;
	struct cable_end *server;
	bool is_polite = draw(cable, 2);
	DL_FOREACH(cable->ends, server) {
		if (!server->other || server->other->is_mute)
			continue;
		if (is_polite)
			unbind(server);
		else
			net_close(server->conn, 0);
	}
	net_timer_start(cable->net, &cable->cut,
		1 + (msec)draw(cable, (uint64_t)cable->settings.restless_most_ms));
}

static void die(void *ctx)
{
	struct cable *cable = ctx;
	struct cable_end *server;
	cable->is_dead = true;
	DL_FOREACH(cable->ends, server)
		net_close(server->conn, 0);
}

static void revive(void *ctx)
{
	((struct cable *)ctx)->is_dead = false;
}

/* --- life --------------------------------------------------------------------------------------- */

struct cable *cable_new(struct net *net, const struct cable_settings *settings)
{
	struct cable *cable = mem_new(sizeof *cable);
	cable->net = net;
	cable->settings = *settings;
	cable->stream = net_stream_of(net, STR("cable"), settings->nth);
	cable->cut = (struct net_timer) {.fire = cut, .ctx = cable};
	cable->dying = (struct net_timer) {.fire = die, .ctx = cable};
	cable->reviving = (struct net_timer) {.fire = revive, .ctx = cable};
	CHECK(net_listen(net, settings->host, settings->port, on_accept, cable, &cable->listener) ==
		OK);
	if (settings->restless_most_ms)
		net_timer_start(net, &cable->cut, settings->restless_most_ms);
	if (settings->dead_from_ms)
		net_timer_start(net, &cable->dying, settings->dead_from_ms);
	return cable;
}

void cable_calm(struct cable *cable)
{
	cable->is_calm = true;
	net_timer_stop(cable->net, &cable->cut);
	net_timer_stop(cable->net, &cable->dying);
	if (cable->is_dead)
		net_timer_start(cable->net, &cable->reviving, CABLE_DEAD_MS);
}

bool cable_is_bound(const struct cable *cable)
{
	return cable->ends != NULL;
}

void cable_hang_up(struct cable *cable)
{
	cable_calm(cable);
	net_timer_stop(cable->net, &cable->reviving);
	net_listener_close(&cable->listener);
}

void cable_free(struct cable **cable)
{
	free(*cable);
	*cable = NULL;
}
