/* carrier.c - smsc_sim behind a cable on which one can listen. */
#include "carrier.h"
#include "base/arena.h"
#include "base/check.h"
#include "net/net_sim.h"
#include "sms/smsc_sim.h"
#include "cable.h"

#include <stdio.h>
#include <stdlib.h>

#define SMSC_PORT      7001 /* where the cable leads to */
#define KEYWORD_START  2000
#define KEYWORD_LEAST  500
#define KEYWORD_MOST   9000
#define KEYWORD_PHONES 3

struct carrier {
	struct net *net;
	struct carrier_settings settings;
	struct smsc_sim *smsc;
	struct cable *cable;
	struct net_timer keyword;
	struct net_stream stream;
};

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
		.has_odd_shapes = true,
		.on_text = settings->on_text,
		.ctx = settings->ctx,
	};
	struct cable_settings cable = {
		.port = CARRIER_PORT,
		.to_port = SMSC_PORT,
		.restless_most_ms = settings->restless_most_ms,
		.on_bytes = settings->on_bytes,
		.ctx = settings->ctx,
	};
	carrier->net = net;
	carrier->settings = *settings;
	CHECK(smsc_sim_new(net, &smsc, &carrier->smsc) == OK);
	carrier->cable = cable_new(net, &cable);
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

void carrier_calm(struct carrier *carrier)
{
	cable_calm(carrier->cable);
}

void carrier_hang_up(struct carrier *carrier)
{
	net_timer_stop(carrier->net, &carrier->keyword);
	smsc_sim_free(&carrier->smsc);
	cable_hang_up(carrier->cable);
}

void carrier_free(struct carrier **carrier)
{
	cable_free(&(*carrier)->cable);
	free(*carrier);
	*carrier = NULL;
}
