/* carrier.c - smsc_sim behind a wire on which one can listen. */
#include "carrier.h"
#include "base/arena.h"
#include "base/check.h"
#include "net/net_sim.h"
#include "sms/smsc_sim.h"

#include <stdio.h>
#include <stdlib.h>

#define SMSC_PORT      7001 /* where the wire leads to */
#define KEYWORD_START  2000
#define KEYWORD_LEAST  500
#define KEYWORD_MOST   9000
#define KEYWORD_PHONES 3

struct carrier {
	struct net *net;
	struct carrier_settings settings;
	struct smsc_sim *smsc;
	struct net_listener *listener;
	struct net_timer keyword;
	struct net_stream stream;
};

/* --- the wire ----------------------------------------------------------------------------------- */

struct wire_end {
	struct carrier *carrier;
	struct net_conn *conn;
	struct wire_end *other; /* NULL once that one is closed */
	bool is_server;
};

static void wire_data(struct net_conn *conn, struct str bytes)
{
	struct wire_end *end = net_conn_ctx(conn);
	const struct carrier_settings *settings = &end->carrier->settings;
	if (settings->on_bytes)
		settings->on_bytes(settings->ctx, end->is_server, bytes);
	if (end->other)
		net_write(end->other->conn, bytes);
}

static void wire_closed(struct net_conn *conn)
{
	struct wire_end *end = net_conn_ctx(conn);
	if (end->other) {
		end->other->other = NULL;
		net_close(end->other->conn, 0);
	}
	free(end);
}

static void wire_open(struct net_conn *conn)
{
	(void)conn;
}

static const struct net_handler wire_handler = {
	.on_open = wire_open, .on_data = wire_data, .on_closed = wire_closed};

static void wire_accept(void *ctx, struct net_conn *conn)
{
	struct carrier *carrier = ctx;
	struct wire_end *a = mem_new(sizeof *a), *b = mem_new(sizeof *b);
	*a = (struct wire_end) {carrier, conn, b, true};
	*b = (struct wire_end) {carrier, NULL, a, false};
	net_conn_attach(conn, &wire_handler, a);
	b->conn = net_connect(
		carrier->net, STR("recorder"), STR("smsc"), SMSC_PORT, &wire_handler, b);
}

/* --- customers of the carrier's own ------------------------------------------------------------- */

static uint64_t draw(struct carrier *carrier, uint64_t below)
{
	uint64_t bits;
	net_random(carrier->net, &carrier->stream, &bits, sizeof bits);
	return bits % below;
}

static void write_keyword(void *ctx)
{
	static const char *const texts[] = {"STOP", "START", "help", "Where is my order?", "ok",
		"A rather long message that goes on and on until it does not fit into a single "
		"short message any more, because somebody had a lot to say about the parcel that "
		"never came."};
	struct carrier *carrier = ctx;
	char phone[32];
	snprintf(phone, sizeof phone, "+42077700000%u", (unsigned)draw(carrier, KEYWORD_PHONES));
	carrier_write(carrier, str_of(phone),
		str_of(texts[draw(carrier, sizeof texts / sizeof texts[0])]));
	net_timer_start(
		carrier->net, &carrier->keyword, KEYWORD_LEAST + (msec)draw(carrier, KEYWORD_MOST));
}

/* --- life --------------------------------------------------------------------------------------- */

struct carrier *carrier_new(struct net *net, const struct carrier_settings *settings)
{
	struct carrier *carrier = mem_new(sizeof *carrier);
	struct smsc_sim_settings smsc = {
		.host = STR("smsc"),
		.port = SMSC_PORT,
		.seed = settings->seed,
		.customers = settings->customers,
		.number = STR("5000"),
		.first_text_ms = 300,
		.pause_least_ms = 500,
		.pause_most_ms = settings->pause_most_ms,
		.reply_least_ms = 300,
		.reply_most_ms = 5000,
		.receipt_ms = 400,
		.on_text = settings->on_text,
		.ctx = settings->ctx,
	};
	carrier->net = net;
	carrier->settings = *settings;
	CHECK(smsc_sim_new(net, &smsc, &carrier->smsc) == OK);
	CHECK(net_listen(net, STR("carrier"), CARRIER_PORT, wire_accept, carrier,
		      &carrier->listener) == OK);
	carrier->stream = net_stream_of(net, STR("carrier"), 0);
	carrier->keyword = (struct net_timer) {.fire = write_keyword, .ctx = carrier};
	if (settings->has_keywords)
		net_timer_start(net, &carrier->keyword, KEYWORD_START);
	return carrier;
}

void carrier_write(struct carrier *carrier, struct str phone, struct str text)
{
	smsc_sim_write(carrier->smsc, phone, text);
}

void carrier_hang_up(struct carrier *carrier)
{
	net_timer_stop(carrier->net, &carrier->keyword);
	smsc_sim_free(&carrier->smsc);
	net_listener_close(&carrier->listener);
}

void carrier_free(struct carrier **carrier)
{
	free(*carrier);
	*carrier = NULL;
}
