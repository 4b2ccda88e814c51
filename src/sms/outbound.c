/* outbound.c - the send window: one slot per part that is between "about to be sent" and "its fate
 * is on disk".
 *
 *   FREE
 *   SENT        handed to the connector
 *   KNOWN       its fate is known (answered, or the answer is lost) and to be told to the core
 *   COMMITTING  the core knows; to be on disk
 *
 * A fate that the store refuses goes back to KNOWN and is told again later, so that a full disk
 * costs no second SMS.
 *
 * Sending goes on behind the text that was looked at last: of those before it each part has a slot,
 * a fate, or a pause of its own. What takes that from a part without settling it looks back. */
#include "sms/outbound.h"
#include "base/arena.h"
#include "base/log.h"
#include "sms/pending.h"
#include "sms/put_off.h"
#include "wire/smpp_bind.h"

#include <stdlib.h>
#include <utlist.h>

enum slot_state { SLOT_FREE, SLOT_SENT, SLOT_KNOWN, SLOT_COMMITTING };
enum fate { FATE_OPEN, FATE_SENT, FATE_REFUSED, FATE_UNKNOWN };

struct slot {
	enum slot_state state;
	uint64_t serial; /* of the text */
	unsigned part, parts;
	enum fate fate;
	bool is_kept_back;  /* because of a refusal, which a rebuilt core may not know */
	struct str smsc_id; /* owned */
};

struct sms_outbound {
	struct sms_world world;
	struct str link; /* owned */
	struct connector *connector;
	struct outbound_handler handler;
	struct pending_list pending;
	uint64_t durable;
	uint64_t
		unmarked; /* texts up to this serial are from before the start; 0: marked already */
	bool is_stopped, is_pumping;
	struct net_timer again;    /* KNOWN fates are told again */
	struct net_timer throttle; /* runs: nothing is sent */
	bool is_throttled;
	struct put_off_list put_off;
	struct net_timer due; /* a part that was put off may be sent again */
	msec due_at;          /* when; 0: none is put off */
	uint64_t offered;     /* texts up to this serial need no look */
	bool must_look_back;  /* ... but now they do */
	uint64_t counted;     /* the last text whose parts were counted, and how many they are */
	unsigned counted_parts;
	unsigned window;
	struct slot slots[SMPP_WINDOW_MAX];
};

static void pump(struct sms_outbound *out);
static void tell_fate(struct sms_outbound *out, struct slot *slot);

static struct core *core_of(const struct sms_outbound *out)
{
	return out->world.core(out->world.ctx);
}

static struct link *link_of(const struct sms_outbound *out)
{
	return core_link(core_of(out), out->link);
}

/* --- slots --------------------------------------------------------------------------------- */

static struct slot *free_slot(struct sms_outbound *out)
{
	for (unsigned i = 0; i < out->window; i++)
		if (out->slots[i].state == SLOT_FREE)
			return &out->slots[i];
	return NULL;
}

static bool has_slot(const struct sms_outbound *out, uint64_t serial, unsigned part)
{
	for (unsigned i = 0; i < out->window; i++) {
		const struct slot *slot = &out->slots[i];
		if (slot->state != SLOT_FREE && slot->serial == serial && slot->part == part)
			return true;
	}
	return false;
}

static void slot_clear(struct slot *slot)
{
	str_free(&slot->smsc_id);
	*slot = (struct slot) {.state = SLOT_FREE};
}

/* The next round begins with the first text. */
static void look_back(struct sms_outbound *out)
{
	out->must_look_back = true;
}

unsigned sms_outbound_unanswered(const struct sms_outbound *out)
{
	unsigned count = 0;
	for (unsigned i = 0; i < out->window; i++)
		count += out->slots[i].state == SLOT_SENT;
	return count;
}

/* --- what became of a part ------------------------------------------------------------------ */

static void on_committed(void *owner, uint64_t item, bool is_durable)
{
	struct sms_outbound *out = owner;
	struct slot *slot = &out->slots[item];
	if (!is_durable) {
		slot->state = SLOT_KNOWN;
		net_timer_start(out->world.net, &out->again, SMS_STORE_RETRY_MS);
		return;
	}
	if (slot->fate == FATE_UNKNOWN) /* perhaps to be sent once more */
		look_back(out);
	slot_clear(slot);
	pump(out);
}

static struct command fate_command(const struct slot *slot, struct outbound *text)
{
	bool is_unknown = slot->fate == FATE_UNKNOWN;
	return (struct command) {.kind = is_unknown ? CMD_SMS_UNANSWERED : CMD_SMS_ANSWERED,
		.outbound = text,
		.part = slot->part,
		.parts = slot->parts,
		.delivery = slot->fate == FATE_SENT ? DELIVERY_SENT : DELIVERY_FAILED,
		.smsc_id = slot->smsc_id};
}

/* A text that was closed meanwhile, or a part whose fate is settled, needs to know nothing. But what
 * closed it may be undone, as long as it is not on disk: then the fate is told again. */
static void tell_fate(struct sms_outbound *out, struct slot *slot)
{
	struct outbound *text = core_outbound(core_of(out), slot->serial);
	struct command command = fate_command(slot, text);
	uint64_t lsn = text ? text->last_lsn : 0;
	bool is_open = text && text->b.open;
	enum err e = is_open ? out->world.apply(out->world.ctx, &command, &lsn) : ERR_NOT_FOUND;
	if (sms_is_not_now(e)) {
		slot->state = SLOT_KNOWN;
		net_timer_start(out->world.net, &out->again, SMS_STORE_RETRY_MS);
		return;
	}
	if (e != OK)
		look_back(out);
	slot->state = SLOT_COMMITTING;
	if (e == OK && slot->fate == FATE_SENT)
		out->handler.id_known(out->handler.ctx, slot->smsc_id);
	pending_hold(
		&out->pending, &out->world, lsn, on_committed, out, (uint64_t)(slot - out->slots));
}

void sms_outbound_tell(struct sms_outbound *out)
{
	for (unsigned i = 0; i < out->window; i++)
		if (out->slots[i].state == SLOT_KNOWN)
			tell_fate(out, &out->slots[i]);
}

static void on_again(void *ctx)
{
	sms_outbound_tell(ctx);
	pump(ctx);
}

static void throttle(struct sms_outbound *out)
{
	out->is_throttled = true;
	net_timer_start(out->world.net, &out->throttle, SMS_THROTTLE_MS);
}

static void on_throttled_long_enough(void *ctx)
{
	struct sms_outbound *out = ctx;
	out->is_throttled = false;
	pump(out);
}

static void arm_due(struct sms_outbound *out)
{
	msec now = net_now(out->world.net), next = put_off_next(&out->put_off, now);
	out->due_at = next;
	if (next)
		net_timer_start(out->world.net, &out->due, next - now);
}

static bool is_closed(void *ctx, uint64_t serial)
{
	const struct outbound *text = core_outbound(core_of(ctx), serial);
	return !text || !text->b.open;
}

static void on_due(void *ctx)
{
	struct sms_outbound *out = ctx;
	put_off_sweep(&out->put_off, is_closed, out);
	pump(out);
	arm_due(out);
}

/* It is not sent: again after a pause, of the whole link and perhaps a longer one of the part. */
static void repeat_later(struct sms_outbound *out, struct slot *slot, bool is_error)
{
	if (is_error)
		put_off_again(&out->put_off, slot->serial, slot->part, net_now(out->world.net));
	slot_clear(slot);
	look_back(out);
	throttle(out);
	arm_due(out);
}

void sms_outbound_answered(
	struct sms_outbound *out, uint64_t cookie, enum connector_result result, struct str smsc_id)
{
	CHECK(cookie < out->window);
	struct slot *slot = &out->slots[cookie];
	if (slot->state != SLOT_SENT)
		return;
	if (result == CONNECTOR_LATER || result == CONNECTOR_ERROR) {
		repeat_later(out, slot, result == CONNECTOR_ERROR);
		return;
	}
	put_off_forget(&out->put_off, slot->serial, slot->part);
	slot->fate = result == CONNECTOR_SENT ? FATE_SENT : FATE_REFUSED;
	slot->smsc_id = result == CONNECTOR_SENT ? str_copy(smsc_id) : STR_NONE;
	tell_fate(out, slot);
	pump(out);
}

void sms_outbound_down(struct sms_outbound *out)
{
	for (unsigned i = 0; i < out->window; i++) {
		struct slot *slot = &out->slots[i];
		if (slot->state != SLOT_SENT)
			continue;
		slot->fate = FATE_UNKNOWN;
		tell_fate(out, slot);
	}
}

/* --- sending ------------------------------------------------------------------------------- */

/* Is there still an answer to come for this part? */
static bool is_awaited(const struct body_part *part)
{
	return part->state == DELIVERY_QUEUED ||
	       (part->state == DELIVERY_UNCERTAIN && part->attempts < 2);
}

static bool is_part_open(const struct outbound *text, unsigned part)
{
	const struct sms_part *p;
	DL_FOREACH(text->parts, p)
		if (p->b.part == part)
			return is_awaited(&p->b);
	return true; /* rows exist from the first answer on */
}

static bool send_part(
	struct sms_outbound *out, const struct outbound *text, unsigned part, unsigned parts)
{
	struct slot *slot = free_slot(out);
	struct buf data = {0};
	struct connector_part sms = {.number = text->b.number, .phone = text->b.phone};
	segment_encode(&data, text->b.text, part, (uint8_t)text->b.reference, &sms.coding,
		&sms.has_header);
	sms.data = buf_str(&data);
	*slot = (struct slot) {
		.state = SLOT_SENT, .serial = text->b.serial, .part = part, .parts = parts};
	bool is_sent =
		out->connector->ops->send(out->connector, &sms, (uint64_t)(slot - out->slots));
	if (!is_sent)
		slot_clear(slot);
	buf_free(&data);
	return is_sent;
}

/* A text that cannot be encoded (the API takes no such text) must not hold up those behind it. */
static void refuse_text(struct sms_outbound *out, struct outbound *text)
{
	struct slot *slot = free_slot(out);
	*slot = (struct slot) {
		.serial = text->b.serial, .part = 1, .parts = 1, .fate = FATE_REFUSED};
	log_error("sms", "link %.*s: text %llu cannot be encoded", STR_ARGS(out->link),
		(unsigned long long)text->b.serial);
	tell_fate(out, slot);
}

/* Neither answered, nor on its way, nor to be sent only later. */
static bool can_send_part(
	const struct sms_outbound *out, const struct outbound *text, unsigned part)
{
	return is_part_open(text, part) && !has_slot(out, text->b.serial, part) &&
	       !put_off_is_waiting(&out->put_off, text->b.serial, part, net_now(out->world.net));
}

/* Its phone refused texts: a part that waits for nobody's answer stays here. What became of one whose
 * answer was lost nobody knows; it is not repeated. */
static void keep_back_part(
	struct sms_outbound *out, const struct outbound *text, unsigned part, unsigned parts)
{
	struct slot *slot = free_slot(out);
	const struct sms_part *known;
	*slot = (struct slot) {.serial = text->b.serial,
		.part = part,
		.parts = parts,
		.fate = FATE_REFUSED,
		.is_kept_back = true};
	DL_FOREACH(text->parts, known)
		if (known->b.part == part && known->b.state == DELIVERY_UNCERTAIN)
			slot->fate = FATE_UNKNOWN;
	put_off_forget(&out->put_off, text->b.serial, part);
	tell_fate(out, slot);
}

/* False: there is no room for the fate of a further part. */
static bool keep_back(struct sms_outbound *out, const struct outbound *text, unsigned parts)
{
	for (unsigned part = 1; part <= parts; part++) {
		if (!is_part_open(text, part) || has_slot(out, text->b.serial, part))
			continue;
		if (!free_slot(out))
			return false;
		keep_back_part(out, text, part, parts);
	}
	return true;
}

/* A long text is looked at each time a place in the window is free: it is counted once. */
static unsigned parts_of(struct sms_outbound *out, const struct outbound *text)
{
	if (out->counted != text->b.serial) {
		out->counted = text->b.serial;
		out->counted_parts = segment_count(text->b.text);
	}
	return out->counted_parts;
}

/* False: no further part can leave now. */
static bool send_text(struct sms_outbound *out, struct outbound *text)
{
	unsigned parts = parts_of(out, text);
	if (parts == 0) {
		if (!has_slot(out, text->b.serial, 1))
			refuse_text(out, text);
		return free_slot(out) != NULL;
	}
	if (text->b.reference & OUTBOUND_WITHHELD)
		return keep_back(out, text, parts);
	for (unsigned part = 1; part <= parts; part++) {
		if (!can_send_part(out, text, part))
			continue;
		if (!free_slot(out) || !send_part(out, text, part, parts))
			return false;
	}
	return true;
}

/* The parts that may have left before the crash: the first ones of the link, as many as its window.
 * Marked in slots, as parts whose answers were lost. */
static void mark_uncertain(struct sms_outbound *out)
{
	const struct outbound *text;
	DL_FOREACH2(link_of(out)->unsent, text, unsent_next) {
		if (text->b.serial > out->unmarked || !free_slot(out))
			break;
		unsigned parts = segment_count(text->b.text);
		for (unsigned part = 1; part <= parts; part++) {
			struct slot *slot = free_slot(out);
			if (!slot)
				break;
			if (!is_part_open(text, part) || has_slot(out, text->b.serial, part))
				continue;
			*slot = (struct slot) {.state = SLOT_KNOWN,
				.serial = text->b.serial,
				.part = part,
				.parts = parts,
				.fate = FATE_UNKNOWN};
		}
	}
	out->unmarked = 0;
	on_again(out);
}

/* A text that is to be repeated leaves before those behind it, so they wait for its mark. */
static bool is_marking(const struct sms_outbound *out)
{
	for (unsigned i = 0; i < out->window; i++)
		if (out->slots[i].state != SLOT_FREE && out->slots[i].fate == FATE_UNKNOWN)
			return true;
	return false;
}

static bool can_send(const struct sms_outbound *out)
{
	return !out->is_stopped && !out->is_throttled && link_of(out) &&
	       out->connector->ops->is_up(out->connector);
}

/* Found anew each time: sending may take any text off the list. Mostly the one with the serial is
 * still on it, or nothing is behind it. */
static struct outbound *unsent_after(const struct sms_outbound *out, uint64_t serial)
{
	struct outbound *text = core_outbound(core_of(out), serial);
	if (text && text->is_unsent)
		return text->unsent_next;
	struct outbound *first = link_of(out)->unsent;
	if (!first || first->unsent_prev->b.serial <= serial) /* the last one */
		return NULL;
	DL_FOREACH2(first, text, unsent_next)
		if (text->b.serial > serial)
			return text;
	return NULL;
}

/* A part that was put off counts from its very moment on, whichever timer fires first in it. */
static void look_back_if_needed(struct sms_outbound *out)
{
	bool is_due = out->due_at && net_now(out->world.net) >= out->due_at;
	if (out->must_look_back || is_due)
		out->offered = 0;
	out->must_look_back = false;
}

/* Sends what may leave, in the order of serials. Not entered twice: what an answer on the way frees
 * is found by the round that runs. */
static void pump(struct sms_outbound *out)
{
	if (out->is_pumping || !can_send(out))
		return;
	out->is_pumping = true;
	if (out->unmarked)
		mark_uncertain(out);
	look_back_if_needed(out);
	struct outbound *text = is_marking(out) ? NULL : unsent_after(out, out->offered);
	while (text && text->lsn <= out->durable && free_slot(out)) {
		uint64_t serial = text->b.serial;
		if (!send_text(out, text) || !can_send(out))
			break;
		out->offered = serial;
		text = unsent_after(out, serial);
	}
	out->is_pumping = false;
}

void sms_outbound_up(struct sms_outbound *out)
{
	look_back(out);
	pump(out);
}

void sms_outbound_durable(struct sms_outbound *out, uint64_t lsn)
{
	if (lsn > out->durable)
		out->durable = lsn;
	pump(out);
}

/* --- life ---------------------------------------------------------------------------------- */

struct sms_outbound *sms_outbound_new(const struct sms_world *world, struct str link,
	struct connector *connector, const struct outbound_handler *handler)
{
	struct sms_outbound *out = mem_new(sizeof *out);
	out->world = *world;
	out->link = str_copy(link);
	out->connector = connector;
	out->handler = *handler;
	out->again = (struct net_timer) {.fire = on_again, .ctx = out};
	out->due = (struct net_timer) {.fire = on_due, .ctx = out};
	out->throttle = (struct net_timer) {.fire = on_throttled_long_enough, .ctx = out};
	uint64_t window = link_of(out)->b.window;
	out->window = (unsigned)(window < 1                 ? 1
				 : window > SMPP_WINDOW_MAX ? SMPP_WINDOW_MAX
							    : window);
	return out;
}

void sms_outbound_start(struct sms_outbound *out)
{
	out->unmarked = core_of(out)->outbound_drawn;
}

void sms_outbound_stop(struct sms_outbound *out)
{
	out->is_stopped = true;
}

/* Fates that were being written down were dropped with the old core: on_committed said so. */
void sms_outbound_rebind(struct sms_outbound *out, uint64_t lsn)
{
	out->durable = lsn;
	out->counted = 0;
	for (unsigned i = 0; i < out->window; i++)
		if (out->slots[i].is_kept_back)
			slot_clear(&out->slots[i]);
	look_back(out);
	pump(out);
}

void sms_outbound_free(struct sms_outbound **slot)
{
	struct sms_outbound *out = *slot;
	if (!out)
		return;
	pending_forget(&out->pending);
	net_timer_stop(out->world.net, &out->again);
	net_timer_stop(out->world.net, &out->throttle);
	net_timer_stop(out->world.net, &out->due);
	put_off_clear(&out->put_off);
	for (unsigned i = 0; i < SMPP_WINDOW_MAX; i++)
		slot_clear(&out->slots[i]);
	str_free(&out->link);
	free(out);
	*slot = NULL;
}
