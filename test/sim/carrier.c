/* carrier.c - smsc_sim behind cables, one a link, on which one can listen. */
#include "base/arena.h"
#include "base/check.h"
#include "cable.h"
#include "carrier.h"
#include "net/net_sim.h"
#include "sms/smpp_message.h"
#include "smsc/smsc_sim.h"

#include <stdio.h>
#include <stdlib.h>

#define SMSC_HOST      "smsc" /* where the cable leads to, in net_sim */
#define SMSC_PORT      7001
#define CARRIER_NUMBER "5000" /* that customers write to */
#define KEYWORD_START  2000
#define KEYWORD_LEAST  500
#define KEYWORD_MOST   9000
#define KEYWORD_PHONES 6

struct carrier {
	struct net *net;
	struct carrier_settings settings;
	struct smsc_sim *smsc;
	struct cable *cables[CARRIER_LINKS_MOST];
	unsigned links;
	struct net_timer keyword;
	struct net_stream stream;
	uint8_t reference; /* of parts written here */
};

/* --- customers of the carrier's own ------------------------------------------------------------- */

static uint64_t draw(struct carrier *carrier, uint64_t below)
{
	uint64_t bits;
	net_random(carrier->net, &carrier->stream, &bits, sizeof bits);
	return bits % below;
}

/* In one of three spellings; or a name, with digits in it that are nobody's phone. */
static struct str draw_phone(struct carrier *carrier, char room[32])
{
	static const char *const forms[] = {
		"+42077700000%u", "42077700000%u", "0042077700000%u", "Info%u"};
	snprintf(room, 32, forms[draw(carrier, sizeof forms / sizeof forms[0])],
		(unsigned)draw(carrier, KEYWORD_PHONES));
	return str_of(room);
}

static void write_keyword(void *ctx)
{
	const struct str long_text =
		STR("A rather long message that goes on and on until it does not fit into a single "
		    "short message any more, because somebody had a lot to say about the parcel "
		    "that never came.");
	static const char *const texts[] = {"STOP", "START", "help", "Where is my order?", "ok"};
	struct carrier *carrier = ctx;
	char room[32];
	struct str phone = draw_phone(carrier, room);
	uint64_t which = draw(carrier, sizeof texts / sizeof texts[0] + 3);
	if (which < sizeof texts / sizeof texts[0])
		carrier_write(carrier, phone, str_of(texts[which]));
	else if (which == 5)
		carrier_write(carrier, phone, long_text);
	else if (which == 6)
		carrier_write_two(carrier, phone, long_text, long_text);
	else
		carrier_write_half(carrier, phone, long_text);
	net_timer_start(
		carrier->net, &carrier->keyword, KEYWORD_LEAST + (msec)draw(carrier, KEYWORD_MOST));
}

/* --- life --------------------------------------------------------------------------------------- */

static struct cable *lay_cable(const struct carrier *carrier, unsigned link)
{
	const struct carrier_settings *settings = &carrier->settings;
	const struct cable_settings cable = {
		.nth = link,
		.host = str_of(settings->host ? settings->host : CARRIER_HOST),
		.port = CARRIER_PORT(link),
		.to_host = str_of(settings->host ? settings->host : SMSC_HOST),
		.to_port = SMSC_PORT,
		.restless_most_ms = settings->restless_most_ms,
		.late_most_ms = settings->late_most_ms,
		.dead_from_ms = link == 0 ? settings->dead_from_ms : 0,
		.on_bytes = settings->on_bytes,
		.on_end = settings->on_end,
		.ctx = settings->ctx,
	};
	return cable_new(carrier->net, &cable);
}

struct carrier *carrier_new(struct net *net, const struct carrier_settings *settings)
{
	struct carrier *carrier = mem_new(sizeof *carrier);
	struct smsc_sim_settings smsc = {
		.host = str_of(settings->host ? settings->host : SMSC_HOST),
		.port = SMSC_PORT,
		.seed = settings->seed,
		.customers = settings->customers,
		.number = STR(CARRIER_NUMBER),
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
	carrier->net = net;
	carrier->settings = *settings;
	CHECK(smsc_sim_new(net, &smsc, &carrier->smsc) == OK);
	carrier->links = settings->links ? settings->links : 1;
	CHECK(carrier->links <= CARRIER_LINKS_MOST);
	for (unsigned link = 0; link < carrier->links; link++)
		carrier->cables[link] = lay_cable(carrier, link);
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

/* --- parts -------------------------------------------------------------------------------------- */

/* The header of segment_encode has 8 bits: 3GPP TS 23.040, 9.2.3.24.1; the other one: 9.2.3.24.8. */
static void put_wide_header(struct buf *out, struct str part)
{
	const char header[] = {6, 8, 4, 0, part.at[3], part.at[4], part.at[5]};
	buf_put(out, str_from(header, sizeof header));
	buf_put(out, str_skip(part, 6));
}

static void write_part(
	struct carrier *carrier, struct str phone, struct str text, unsigned part, bool is_wide)
{
	const struct segment_text as = {.text = text, .reference = carrier->reference};
	struct segment_bytes narrow = {.has_header = false};
	struct buf wide = {0};
	struct smpp_pdu pdu;
	segment_encode(&as, part, &narrow);
	CHECK(narrow.has_header);
	put_wide_header(&wide, buf_str(&narrow.data));
	const struct smpp_part sms = {.number = phone,
		.phone = STR(CARRIER_NUMBER),
		.data = buf_str(is_wide ? &wide : &narrow.data),
		.coding = narrow.data_coding,
		.has_header = true};
	const struct smpp_manner manner = smpp_manner(STR_NONE);
	struct smpp_times times;
	CHECK(smpp_message_write(&sms, &manner, &times, &pdu));
	pdu.command = SMPP_DELIVER_SM;
	pdu.sm.registered_delivery = 0;
	smsc_sim_deliver(carrier->smsc, &pdu);
	buf_free(&narrow.data);
	buf_free(&wide);
}

static unsigned parts_of(struct str text)
{
	const struct segment_text as = {.text = text};
	return segment_count(&as);
}

static void tell(struct carrier *carrier, struct str phone, struct str text)
{
	if (carrier->settings.on_text)
		carrier->settings.on_text(carrier->settings.ctx, true, phone, text);
}

void carrier_write_two(
	struct carrier *carrier, struct str phone, struct str first, struct str second)
{
	unsigned parts[] = {parts_of(first), parts_of(second)};
	tell(carrier, phone, first);
	tell(carrier, phone, second);
	carrier->reference--; /* away from those of smsc_sim, which counts up */
	for (unsigned part = 1; part <= parts[0] || part <= parts[1]; part++) {
		if (part <= parts[0])
			write_part(carrier, phone, first, part, false);
		if (part <= parts[1])
			write_part(carrier, phone, second, part, true);
	}
}

void carrier_write_half(struct carrier *carrier, struct str phone, struct str text)
{
	carrier->reference--;
	for (unsigned part = 1; part < parts_of(text); part++)
		write_part(carrier, phone, text, part, carrier->reference % 2);
}

void carrier_calm(struct carrier *carrier)
{
	for (unsigned link = 0; link < carrier->links; link++)
		cable_calm(carrier->cables[link]);
}

bool carrier_is_bound(const struct carrier *carrier)
{
	for (unsigned link = 0; link < carrier->links; link++)
		if (!cable_is_bound(carrier->cables[link]))
			return false;
	return true;
}

void carrier_hang_up(struct carrier *carrier)
{
	net_timer_stop(carrier->net, &carrier->keyword);
	smsc_sim_free(&carrier->smsc);
	for (unsigned link = 0; link < carrier->links; link++)
		cable_hang_up(carrier->cables[link]);
}

void carrier_free(struct carrier **carrier)
{
	for (unsigned link = 0; link < (*carrier)->links; link++)
		cable_free(&(*carrier)->cables[link]);
	free(*carrier);
	*carrier = NULL;
}
