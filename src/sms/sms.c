/* sms.c - the set of links of a centre: each a connector between inbound, receipts and outbound. */
#include "sms/sms.h"
#include "base/arena.h"
#include "base/log.h"
#include "sms/inbound.h"
#include "sms/marks.h"
#include "sms/outbound.h"
#include "sms/receipts.h"
#include "sms/smpp_pair.h"
#include "wire/smpp_bind.h"

#include <stdlib.h>
#include <utlist.h>

/* A stop waits so long for answers to what was sent, and until its own have left, before it
 * unbinds. With SMPP_STOP_MS and SMPP_LINGER_MS it stays below SMPP_ALIVE_MS. */
#define STOP_ANSWERS_MS 4000

struct sms_link {
	struct sms *sms;
	struct str name; /* owned */
	struct connector *connector;
	struct sms_inbound *inbound;
	struct sms_receipts *receipts;
	struct sms_outbound *outbound;
	struct gate_wait settled; /* stopped once that is on disk */
	bool is_leaving; /* sends nothing more; unbinds as soon as what was sent is answered */
	bool is_unbinding, is_unbound, is_stopped;
	struct net_timer late;        /* leaving waits for answers no longer */
	struct net_timer gone;        /* stopped: it is made anew, or not, outside of all calls */
	struct buf made_as;           /* what the core said of it when it was made */
	bool is_dead;                 /* for SMS_DEAD_MS it is down */
	struct net_timer dead;        /* runs while it is down */
	struct sms_link *prev, *next; /* in the order of the core's links, later ones behind */
};

struct sms {
	struct sms_world world;
	struct marks queued; /* texts: they leave once they are on disk */
	struct sms_link *links;
	bool is_started, is_paused, is_stopping;
	struct gate_wait
		declared; /* links were added, changed or removed: known outside once it is on disk ... */
	struct net_timer follow; /* ... and then done, outside of all calls */
	struct net_timer ready;  /* everything is closed: tell it outside of all calls */
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

static void try_unbind(struct sms_link *link, bool is_late);
static void await_disk(struct sms *sms, uint64_t lsn);

static struct core *core_of(const struct sms *sms)
{
	return sms->world.port->core;
}

/* --- what links of every kind share -------------------------------------------------------- */

/* Up to a quarter more, lest all links come at once. */
msec sms_next_pause(struct net *net, struct net_stream *stream, msec *backoff)
{
	uint64_t drawn;
	net_random(net, stream, &drawn, sizeof drawn);
	msec pause = *backoff + (msec)(drawn % (uint64_t)(*backoff / 4 + 1));
	*backoff = *backoff * 2 < SMS_BACKOFF_LAST_MS ? *backoff * 2 : SMS_BACKOFF_LAST_MS;
	return pause;
}

/* The store's bytes may say anything. */
unsigned sms_window(const struct link *link)
{
	uint64_t window = link->b.window < 1 ? 1 : link->b.window;
	return window < SMPP_WINDOW_MAX ? (unsigned)window : SMPP_WINDOW_MAX;
}

/* --- one link ------------------------------------------------------------------------------ */

static bool is_of_carrier(const struct sms_link *link, const struct sms_link *other)
{
	const struct link *a = core_link(core_of(link->sms), link->name);
	const struct link *b = core_link(core_of(link->sms), other->name);
	return link == other || (a && b && core_is_one_carrier(a, b));
}

/* Those that wait for a dead link, some a turn, until there are none or no other link is up: then the next that comes
 * up takes them. */
static void move_waiting(struct sms_link *link)
{
	struct sms_link *other;
	enum err e = ERR_NOT_FOUND;
	DL_FOREACH(link->sms->links, other)
		if (other != link && is_of_carrier(link, other) &&
			sms_outbound_can_take_over(other->outbound)) {
			e = sms_outbound_take_over(other->outbound, link->name);
			break;
		}
	if (e != ERR_NOT_FOUND)
		net_timer_start(
			link->sms->world.net, &link->dead, e == OK ? 0 : SMS_STORE_RETRY_MS);
}

static void on_dead(void *ctx)
{
	struct sms_link *link = ctx;
	link->is_dead = true;
	if (!link->sms->is_stopping)
		move_waiting(link);
}

static void be_alive(struct sms_link *link)
{
	struct sms_link *other;
	link->is_dead = false;
	net_timer_stop(link->sms->world.net, &link->dead);
	DL_FOREACH(link->sms->links, other)
		if (other->is_dead && is_of_carrier(link, other))
			net_timer_start(link->sms->world.net, &other->dead, 0);
}

static void on_up(void *ctx, unsigned ways)
{
	struct sms_link *link = ctx;
	if (!(ways & WAY_OUT))
		return;
	sms_outbound_up(link->outbound);
	be_alive(link);
}

static void on_down(void *ctx, unsigned ways, bool is_abrupt)
{
	struct sms_link *link = ctx;
	if (ways & WAY_IN) {
		sms_inbound_down(link->inbound, is_abrupt);
		sms_receipts_down(link->receipts);
	}
	if (ways & WAY_OUT) {
		sms_outbound_down(link->outbound);
		net_timer_start(link->sms->world.net, &link->dead, SMS_DEAD_MS);
	}
}

static void on_answered(
	void *ctx, uint64_t cookie, enum connector_result result, struct str smsc_id)
{
	struct sms_link *link = ctx;
	sms_outbound_answered(link->outbound, cookie, result, smsc_id);
	if (link->is_leaving)
		try_unbind(link, false);
}

static void on_unanswered(void *ctx, uint64_t cookie)
{
	struct sms_link *link = ctx;
	sms_outbound_overdue(link->outbound, cookie);
	if (link->is_leaving)
		try_unbind(link, false);
}

static void on_received(void *ctx, const struct connector_message *message)
{
	struct sms_link *link = ctx;
	bool is_receipt =
		message->is_receipt &&
		(!message->may_be_text || sms_receipts_is_known(link->receipts, message->smsc_id));
	if (is_receipt)
		sms_receipts_received(link->receipts, message);
	else
		sms_inbound_received(link->inbound, message);
}

static void on_written(void *ctx)
{
	struct sms_link *link = ctx;
	sms_inbound_written(link->inbound);
	if (link->is_leaving)
		try_unbind(link, false);
}

static void on_id_known(void *ctx, struct str smsc_id)
{
	struct sms_link *link = ctx, *other;
	DL_FOREACH(link->sms->links, other)
		if (is_of_carrier(link, other))
			sms_receipts_id_known(other->receipts, smsc_id);
}

static void on_tell_answers(void *ctx)
{
	struct sms_link *link = ctx, *other;
	DL_FOREACH(link->sms->links, other)
		if (is_of_carrier(link, other))
			sms_outbound_tell(other->outbound);
}

static bool on_awaits_id(void *ctx, msec left_by)
{
	struct sms_link *link = ctx, *other;
	DL_FOREACH(link->sms->links, other)
		if (is_of_carrier(link, other) && sms_outbound_awaits_id(other->outbound, left_by))
			return true;
	return false;
}

static bool others_of_carrier(
	void *ctx, bool (*ask)(struct sms_inbound *other, void *ctx), void *ask_ctx)
{
	struct sms_link *link = ctx, *other;
	DL_FOREACH(link->sms->links, other)
		if (other != link && is_of_carrier(link, other) && ask(other->inbound, ask_ctx))
			return true;
	return false;
}

static void tell_if_all_stopped(struct sms *sms)
{
	const struct sms_link *link;
	DL_FOREACH(sms->links, link)
		if (!link->is_stopped)
			return;
	net_timer_start(sms->world.net, &sms->ready, 0);
}

/* Not durable: copies are looked for as after a crash. */
static void on_settled(void *ctx, bool is_durable)
{
	struct sms_link *link = ctx;
	link->is_stopped = true;
	sms_outbound_rest(link->outbound);
	net_timer_stop(link->sms->world.net, &link->late);
	if (link->sms->is_stopping)
		tell_if_all_stopped(link->sms);
	else
		net_timer_start(link->sms->world.net, &link->gone, 0);
}

static void settle(struct sms_link *link)
{
	struct sms *sms = link->sms;
	uint64_t lsn, known = core_link(core_of(sms), link->name)->seen_lsn;
	if (!sms_inbound_settle(link->inbound, &lsn))
		lsn = known; /* that nothing is sent any more, at least */
	port_wait(sms->world.port, &link->settled, lsn);
}

static bool is_carrier_unbound(const struct sms_link *link)
{
	const struct sms_link *other;
	DL_FOREACH(link->sms->links, other)
		if (is_of_carrier(link, other) && !other->is_unbound)
			return false;
	return true;
}

/* Another link of the carrier may still have to answer a copy of this one's text: when all stop, none of them is
 * settled before the last has unbound. */
static void on_stopped(void *ctx)
{
	struct sms_link *link = ctx, *other;
	link->is_unbound = true;
	if (!link->sms->is_stopping) {
		settle(link);
		return;
	}
	if (!is_carrier_unbound(link))
		return;
	DL_FOREACH(link->sms->links, other)
		if (is_of_carrier(link, other) && !other->is_stopped)
			settle(other);
}

static struct smpp_manner manner_of(const struct link *link, struct str key)
{
	const uint64_t *settings = link->settings;
	return (struct smpp_manner) {.key = key,
		.alphabet = (enum sms_alphabet)settings[SETTING_ALPHABET],
		.receipt_ids = (enum smpp_ids)settings[SETTING_RECEIPT_IDS],
		.country = (unsigned)settings[SETTING_COUNTRY],
		.source_ton = (unsigned)settings[SETTING_SOURCE_TON],
		.source_npi = (unsigned)settings[SETTING_SOURCE_NPI],
		.destination_ton = (unsigned)settings[SETTING_DESTINATION_TON],
		.destination_npi = (unsigned)settings[SETTING_DESTINATION_NPI],
		.registered_delivery = (unsigned)settings[SETTING_REGISTERED_DELIVERY],
		.validity = (unsigned)settings[SETTING_VALIDITY]};
}

static struct connector *connector_over_smpp(
	struct sms_link *link, const struct link *of, const struct connector_handler *handler)
{
	const struct body_link *body = &of->b;
	uint64_t receive_window = core_of(link->sms)->centre.receive_window;
	const struct smpp_connector_settings settings = {.name = body->name,
		.host = body->host,
		.port = (unsigned)body->port,
		.system_id = body->system_id,
		.password = body->password,
		.system_type = body->system_type,
		.window = sms_window(of),
		.receive_window = receive_window < SMPP_WINDOW_MAX ? (unsigned)receive_window
								   : SMPP_WINDOW_MAX,
		.response_ms = (msec)of->settings[SETTING_RESPONSE_TIMEOUT],
		.manner = manner_of(of, core_of(link->sms)->centre.id_key)};
	return of->settings[SETTING_BIND]
		       ? smpp_pair_new(link->sms->world.net, &settings, handler)
		       : smpp_connector_new(link->sms->world.net, &settings, handler);
}

static struct connector *make_connector(struct sms_link *link, const struct link *of)
{
	const struct connector_handler handler = {.ctx = link,
		.up = on_up,
		.down = on_down,
		.answered = on_answered,
		.unanswered = on_unanswered,
		.received = on_received,
		.written = on_written,
		.stopped = on_stopped};
	const struct connector_maker *maker = &link->sms->world.maker;
	return of->b.provider.len ? maker->make(maker->ctx, of, &handler)
				  : connector_over_smpp(link, of, &handler);
}

/* All of it that the connector was made of. */
static void put_made_as(struct buf *out, const struct link *of)
{
	body_pack(BODY_link, out, &of->b);
	buf_put(out, str_from(of->settings, sizeof of->settings));
}

static void link_leave(struct sms_link *link)
{
	if (link->is_leaving)
		return;
	link->is_leaving = true;
	net_timer_start(link->sms->world.net, &link->late, STOP_ANSWERS_MS);
	sms_outbound_stop(link->outbound);
	sms_inbound_stop(link->inbound);
	try_unbind(link, false);
}

static void on_late(void *ctx)
{
	try_unbind(ctx, true);
}

static void on_gone(void *ctx);

static void link_add(struct sms *sms, const struct link *of)
{
	struct sms_link *link = mem_new(sizeof *link);
	const struct outbound_handler handler = {.ctx = link, .id_known = on_id_known};
	const struct receipts_handler before = {
		.ctx = link, .tell_answers = on_tell_answers, .awaits_id = on_awaits_id};
	const struct inbound_handler inbound = {.ctx = link, .others = others_of_carrier};
	link->sms = sms;
	link->name = str_copy(of->b.name);
	link->connector = make_connector(link, of);
	link->inbound = sms_inbound_new(&sms->world, link->name, link->connector, &inbound);
	link->receipts = sms_receipts_new(&sms->world, link->name, link->connector, &before);
	link->outbound = sms_outbound_new(&sms->world, link->name, link->connector, &handler);
	link->dead = (struct net_timer) {.fire = on_dead, .ctx = link};
	link->late = (struct net_timer) {.fire = on_late, .ctx = link};
	link->gone = (struct net_timer) {.fire = on_gone, .ctx = link};
	link->settled = (struct gate_wait) {
		.done = on_settled, .ctx = link, .rank = GATE_SMPP, .bytes = GATE_WAIT_BYTES};
	put_made_as(&link->made_as, of);
	DL_APPEND(sms->links, link);
	net_timer_start(sms->world.net, &link->dead, SMS_DEAD_MS);
	sms_inbound_start(link->inbound);
	sms_outbound_start(link->outbound);
	link->connector->ops->pause(link->connector, sms->is_paused);
	link->connector->ops->start(link->connector);
}

static void link_remove(struct sms *sms, struct sms_link *link)
{
	DL_DELETE(sms->links, link);
	gate_forget(&link->settled);
	net_timer_stop(sms->world.net, &link->dead);
	net_timer_stop(sms->world.net, &link->late);
	net_timer_stop(sms->world.net, &link->gone);
	buf_free(&link->made_as);
	sms_inbound_free(&link->inbound);
	sms_receipts_free(&link->receipts);
	sms_outbound_free(&link->outbound);
	if (sms->world.maker.unmake)
		sms->world.maker.unmake(sms->world.maker.ctx, link->name);
	link->connector->ops->free(&link->connector);
	str_free(&link->name);
	free(link);
}

/* --- the set ------------------------------------------------------------------------------- */

static struct sms_link *link_of(const struct sms *sms, struct str name)
{
	struct sms_link *link;
	DL_FOREACH(sms->links, link)
		if (str_eq(link->name, name))
			return link;
	return NULL;
}

static bool is_as_made(const struct sms_link *link, const struct link *of)
{
	struct buf now = {0};
	put_made_as(&now, of);
	bool is_same = str_eq(buf_str(&now), buf_str(&link->made_as));
	buf_free(&now);
	return is_same;
}

/* To what the core says now, whatever happened in between: links that are not so any more leave, and come back as they
 * are; no other is touched. */
static void follow(void *ctx)
{
	struct sms *sms = ctx;
	struct sms_link *link;
	const struct link *of;
	if (sms->is_stopping || !sms->is_started)
		return;
	DL_FOREACH(sms->links, link) {
		of = core_link(core_of(sms), link->name);
		if (!of || !is_as_made(link, of))
			link_leave(link);
	}
	EACH_THERE(core_of(sms)->links, of)
		if (!link_of(sms, of->b.name))
			link_add(sms, of);
}

static void on_declared(void *ctx, bool is_durable)
{
	struct sms *sms = ctx;
	if (is_durable)
		net_timer_start(sms->world.net, &sms->follow, 0);
}

static void on_gone(void *ctx)
{
	struct sms_link *link = ctx;
	struct sms *sms = link->sms;
	if (sms->is_stopping)
		return;
	link_remove(sms, link);
	follow(sms);
	await_disk(sms, core_of(sms)->lsn); /* what waits for the link leaves by it */
}

static void on_ready(void *ctx)
{
	struct sms *sms = ctx;
	sms->stopped(sms->stopped_ctx); /* perhaps the end of sms */
}

static void on_queued(void *owner, uint64_t lsn, bool is_durable)
{
	struct sms *sms = owner;
	struct sms_link *link;
	if (!is_durable)
		return;
	DL_FOREACH(sms->links, link)
		sms_outbound_durable(link->outbound, lsn);
}

struct sms *sms_new(const struct sms_world *world)
{
	struct sms *sms = mem_new(sizeof *sms);
	sms->world = *world;
	sms->queued = (struct marks) {.port = world->port, .done = on_queued, .owner = sms};
	sms->follow = (struct net_timer) {.fire = follow, .ctx = sms};
	sms->declared = (struct gate_wait) {
		.done = on_declared, .ctx = sms, .rank = GATE_SMPP, .bytes = GATE_WAIT_BYTES};
	sms->ready = (struct net_timer) {.fire = on_ready, .ctx = sms};
	return sms;
}

void sms_start(struct sms *sms)
{
	const struct link *link;
	sms->is_started = true;
	EACH_THERE(core_of(sms)->links, link)
		link_add(sms, link);
	await_disk(sms, core_of(sms)->lsn);
}

static void await_disk(struct sms *sms, uint64_t lsn)
{
	marks_wait(&sms->queued, lsn);
}

static void keep_back(struct sms *sms, const struct outbound *text)
{
	struct sms_link *link;
	DL_FOREACH(sms->links, link)
		if (str_eq(link->name, text->b.link) && !link->is_stopped)
			sms_outbound_withheld(link->outbound);
}

/* Is there another link from now on, or is one another? */
static bool is_of_links(const struct event *event)
{
	const struct body_setting *setting = event->body;
	switch (event->kind) {
	case EV_LINK_ADDED:
	case EV_LINK_CHANGED:
	case EV_LINK_REMOVED:
		return true;
	case EV_SETTING_CHANGED:
		return setting->link.len > 0;
	default:
		return false;
	}
}

void sms_events(struct sms *sms, const struct event *events, size_t count)
{
	uint64_t declared = 0;
	uint64_t queued = 0; /* the last text that is to leave, or not to */
	for (size_t i = 0; i < count; i++) {
		if (events[i].kind == EV_SMS_QUEUED || events[i].kind == EV_SMS_WITHHELD ||
			events[i].kind == EV_SMS_MOVED)
			queued = events[i].lsn;
		if (events[i].kind == EV_SMS_WITHHELD)
			keep_back(sms, events[i].object);
		if (is_of_links(&events[i]) && sms->is_started && !sms->is_stopping)
			declared = events[i].lsn;
	}
	if (queued)
		await_disk(sms, queued);
	if (declared)
		port_wait(sms->world.port, &sms->declared, declared);
}

void sms_pause(struct sms *sms, bool on)
{
	struct sms_link *link;
	sms->is_paused = on;
	DL_FOREACH(sms->links, link)
		link->connector->ops->pause(link->connector, on);
}

void sms_rebind(struct sms *sms)
{
	struct sms_link *link;
	DL_FOREACH(sms->links, link) {
		sms_inbound_rebind(link->inbound);
		if (!link->is_stopped)
			sms_outbound_rebind(link->outbound, core_of(sms)->lsn);
		if (link->is_dead)
			net_timer_start(sms->world.net, &link->dead, SMS_STORE_RETRY_MS);
	}
}

static void try_unbind(struct sms_link *link, bool is_late)
{
	bool is_waiting = sms_outbound_unanswered(link->outbound) > 0 ||
			  sms_inbound_unwritten(link->inbound) > 0;
	if (link->is_unbinding || (is_waiting && !is_late))
		return;
	link->is_unbinding = true;
	link->connector->ops->stop(link->connector);
}

void sms_stop(struct sms *sms, void (*stopped)(void *ctx), void *ctx)
{
	struct sms_link *link;
	sms->is_stopping = true;
	sms->stopped = stopped;
	sms->stopped_ctx = ctx;
	gate_forget(&sms->declared);
	net_timer_stop(sms->world.net, &sms->follow);
	DL_FOREACH(sms->links, link)
		link_leave(link);
	tell_if_all_stopped(sms);
}

void sms_free(struct sms **slot)
{
	struct sms *sms = *slot;
	if (!sms)
		return;
	marks_forget(&sms->queued);
	gate_forget(&sms->declared);
	net_timer_stop(sms->world.net, &sms->follow);
	net_timer_stop(sms->world.net, &sms->ready);
	while (sms->links)
		link_remove(sms, sms->links);
	free(sms);
	*slot = NULL;
}

bool sms_link_is_bound(const struct sms *sms, struct str name)
{
	const struct sms_link *link = link_of(sms, name);
	return link && link->connector->ops->is_up(link->connector);
}

void sms_link_trouble(const struct sms *sms, struct str name, struct buf *out)
{
	const struct sms_link *link = link_of(sms, name);
	if (link)
		link->connector->ops->trouble(link->connector, out);
}

unsigned sms_link_unanswered(const struct sms *sms, struct str name)
{
	const struct sms_link *link = link_of(sms, name);
	return link ? sms_outbound_unanswered(link->outbound) : 0;
}
