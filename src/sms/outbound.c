/* outbound.c - parts into slots, fates to the core.
 *
 * A fate that the store refuses goes back to KNOWN and is told again later, so that a full disk
 * costs no second SMS.
 *
 * Sending goes on behind the text that was looked at last: of those before it each part has a slot,
 * a fate, or a pause of its own. What takes that from a part without settling it looks back.
 *
 * How far the link may be written to is on disk before (core/outbound.c): `within` parts, counted
 * from the first unanswered one. With the parts that have slots it is the window; each part that is
 * passed over, because it pauses, asks for one more. */
#include "sms/outbound.h"
#include "base/arena.h"
#include "base/log.h"
#include "sms/pending.h"
#include "sms/put_off.h"
#include "sms/send_slots.h"

#include <stdlib.h>
#include <utlist.h>

struct sms_outbound {
	struct sms_world world;
	struct str link; /* owned */
	struct connector *connector;
	struct outbound_handler handler;
	struct pending_list pending;
	uint64_t durable;
	uint64_t before;    /* texts up to this serial are from before the start ... */
	bool is_found;      /* ... and the core knows which of them may have been sent, ... */
	uint64_t found_lsn; /* ... once this is on disk */
	bool is_up, is_stopped, is_pumping;
	unsigned within;       /* on disk, for this bind: so many unanswered parts may be written */
	unsigned beyond;       /* how many more than the window are asked for */
	uint64_t asked;        /* how often: only the last asking counts, ... */
	unsigned asked_within; /* ... which was for this ... */
	bool is_asking;        /* ... and is not on disk yet */
	struct net_timer again;    /* what the store did not take is told again */
	struct net_timer throttle; /* runs: nothing is sent */
	bool is_throttled;
	struct put_off_list put_off;
	struct net_timer due; /* a part that was put off may be sent again */
	msec due_at;          /* when; 0: none is put off */
	uint64_t offered;     /* texts up to this serial need no look */
	unsigned passed;      /* unanswered parts in them that have no slot */
	bool must_look_back;  /* ... but now they do */
	uint64_t counted;     /* the last text whose parts were counted, and how many they are */
	unsigned counted_parts;
	struct send_slots slots;
	uint64_t fates; /* told to the core, counted */
};

static void pump(struct sms_outbound *out);

static struct core *core_of(const struct sms_outbound *out)
{
	return out->world.core(out->world.ctx);
}

static struct link *link_of(const struct sms_outbound *out)
{
	return core_link(core_of(out), out->link);
}

/* The next round begins with the first text. */
static void look_back(struct sms_outbound *out)
{
	out->must_look_back = true;
}

unsigned sms_outbound_unanswered(struct sms_outbound *out)
{
	return slots_count(&out->slots, SLOT_SENT);
}

static void tell_again_later(struct sms_outbound *out)
{
	net_timer_start(out->world.net, &out->again, SMS_STORE_RETRY_MS);
}

/* Of a part, for the connector: the same each time the part is sent. */
#define COOKIE_PART_BITS 8 /* a text has 255 parts at the most */

static uint64_t cookie_of(uint64_t serial, unsigned part)
{
	return serial << COOKIE_PART_BITS | part;
}

static struct slot *slot_of(struct sms_outbound *out, uint64_t cookie)
{
	return slots_find(
		&out->slots, cookie >> COOKIE_PART_BITS, cookie & ((1u << COOKIE_PART_BITS) - 1));
}

/* --- what became of a part ------------------------------------------------------------------ */

/* item: which slot, and which fate of it: an older one's place on disk says nothing any more. */
static void on_committed(void *owner, uint64_t item, bool is_durable)
{
	struct sms_outbound *out = owner;
	struct slot *slot = &out->slots.at[item % SMPP_WINDOW_MAX];
	if (slot->nth != item / SMPP_WINDOW_MAX)
		return;
	if (!is_durable) {
		slot->state = SLOT_KNOWN;
		tell_again_later(out);
		return;
	}
	if (slot->fate == FATE_UNKNOWN) /* perhaps to be sent once more */
		look_back(out);
	slot_clear(slot);
	pump(out);
}

static void await_disk(struct sms_outbound *out, struct slot *slot, uint64_t lsn)
{
	slot->nth = ++out->fates;
	pending_hold(&out->pending, &out->world, lsn, on_committed, out,
		slot->nth * SMPP_WINDOW_MAX + (uint64_t)(slot - out->slots.at));
}

static struct command fate_command(const struct slot *slot, struct outbound *text)
{
	return (struct command) {.kind = CMD_SMS_ANSWERED,
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
	slot->state = SLOT_KNOWN;
	if (sms_is_not_now(e)) {
		tell_again_later(out);
		return;
	}
	if (e != OK)
		look_back(out);
	slot->state = SLOT_COMMITTING;
	if (e == OK && slot->fate == FATE_SENT)
		out->handler.id_known(out->handler.ctx, slot->smsc_id);
	await_disk(out, slot, lsn);
}

/* --- how far the link is written to --------------------------------------------------------- */

static bool is_open_part(const struct outbound *text, unsigned part)
{
	return text->b.open && !core_part_is_answered(text, part);
}

/* The parts that the process before may have sent. */
static size_t sent_before(struct sms_outbound *out, struct part_place *places)
{
	const struct link *link = link_of(out);
	struct outbound *text;
	size_t count = 0;
	DL_FOREACH2(link->unsent, text, unsent_next) {
		unsigned parts = segment_count(text->b.text);
		if (text->b.serial > out->before)
			break;
		for (unsigned part = 1; part <= parts && count < link->sending.parts; part++)
			if (is_open_part(text, part))
				places[count++] = (struct part_place) {text, part, parts};
	}
	return count;
}

/* Before anything else is queued, connected or up: a process that ends before it has sent anything
 * must cost no text a repeat. */
static void find_sent(struct sms_outbound *out)
{
	struct link *link = link_of(out);
	struct part_place *places = mem_new((link->sending.parts + 1) * sizeof *places);
	struct command command = {.kind = CMD_FIND_SENT,
		.link = link,
		.lost = places,
		.lost_count = sent_before(out, places)};
	enum err e = out->world.apply(out->world.ctx, &command, &out->found_lsn);
	out->is_found = e == OK;
	if (e != OK)
		tell_again_later(out);
	free(places);
}

static unsigned wanted_within(const struct sms_outbound *out)
{
	return out->is_up ? out->slots.window + out->beyond : 0;
}

static void on_within(void *owner, uint64_t asked, bool is_durable)
{
	struct sms_outbound *out = owner;
	if (asked != out->asked)
		return;
	out->is_asking = false;
	if (!is_durable) {
		tell_again_later(out);
		return;
	}
	out->within = out->asked_within;
	pump(out);
}

static void await_within(struct sms_outbound *out, unsigned within, uint64_t lsn)
{
	out->is_asking = true;
	out->asked_within = within;
	if (within < out->within)
		out->within = within;
	pending_hold(&out->pending, &out->world, lsn, on_within, out, ++out->asked);
}

/* It is so in the core; on disk as well, or soon? */
static bool is_told(const struct sms_outbound *out, unsigned within)
{
	unsigned soon = out->is_asking ? out->asked_within : out->within;
	return link_of(out)->sending.parts == within && soon == within;
}

/* The slots whose answers were lost, with their parts. */
struct losses {
	struct slot *slots[SMPP_WINDOW_MAX];
	struct part_place places[SMPP_WINDOW_MAX];
	unsigned slot_count, place_count;
};

static struct losses losses_of(struct sms_outbound *out)
{
	struct losses l = {.slot_count = 0};
	SLOTS_EACH(&out->slots, slot) {
		if (slot->state != SLOT_KNOWN || slot->fate != FATE_UNKNOWN)
			continue;
		struct outbound *text = core_outbound(core_of(out), slot->serial);
		l.slots[l.slot_count++] = slot;
		if (text)
			l.places[l.place_count++] =
				(struct part_place) {text, slot->part, slot->parts};
	}
	return l;
}

/* What was lost and how far to go on, as one command: a crash between them would count wrongly. */
static void tell_sending(struct sms_outbound *out)
{
	struct losses l = losses_of(out);
	unsigned within = wanted_within(out);
	struct command command = {.kind = CMD_SEND_WITHIN,
		.link = link_of(out),
		.within = within,
		.lost = l.places,
		.lost_count = l.place_count};
	if (l.slot_count == 0 && is_told(out, within))
		return;
	uint64_t lsn;
	if (out->world.apply(out->world.ctx, &command, &lsn) != OK) {
		tell_again_later(out);
		return;
	}
	for (unsigned i = 0; i < l.slot_count; i++)
		l.slots[i]->state = SLOT_COMMITTING;
	await_within(out, within, lsn);
	for (unsigned i = 0; i < l.slot_count; i++)
		await_disk(out, l.slots[i], lsn);
}

/* Answers first: were it on disk that nothing is sent any more, and not that a part was answered, a
 * crash would send that part again as if it had never left. */
void sms_outbound_tell(struct sms_outbound *out)
{
	bool is_all_told = true;
	if (!out->is_found)
		find_sent(out);
	SLOTS_EACH(&out->slots, slot) {
		if (slot->state == SLOT_KNOWN && slot->fate != FATE_UNKNOWN)
			tell_fate(out, slot);
		is_all_told &= slot->state != SLOT_KNOWN || slot->fate == FATE_UNKNOWN;
	}
	if (is_all_told && out->is_found)
		tell_sending(out);
}

static void on_again(void *ctx)
{
	sms_outbound_tell(ctx);
	pump(ctx);
}

/* --- pauses --------------------------------------------------------------------------------- */

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

/* The carrier has it. That may be news of the sending before this one, which was given up, or of one
 * that is not yet repeated: then it need not be. */
static void take_sent(struct sms_outbound *out, struct slot *slot, struct str smsc_id)
{
	if (slot->fate == FATE_SENT || slot->fate == FATE_REFUSED)
		return;
	slot->fate = FATE_SENT;
	slot->smsc_id = str_copy(smsc_id);
	tell_fate(out, slot);
}

/* It waits for its repeat, or was given up. */
static struct slot *slot_again(struct sms_outbound *out, uint64_t cookie)
{
	struct outbound *text = core_outbound(core_of(out), cookie >> COOKIE_PART_BITS);
	struct slot *slot = slots_free(&out->slots);
	if (!text || !text->part_count || !slot)
		return NULL;
	*slot = (struct slot) {.state = SLOT_KNOWN,
		.serial = text->b.serial,
		.part = cookie & ((1u << COOKIE_PART_BITS) - 1),
		.parts = text->part_count};
	return slot;
}

static void take_answer(struct sms_outbound *out, struct slot *slot, enum connector_result result,
	struct str smsc_id)
{
	if (result == CONNECTOR_SENT) {
		put_off_forget(&out->put_off, slot->serial, slot->part);
		take_sent(out, slot, smsc_id);
	} else if (slot->state == SLOT_SENT && result == CONNECTOR_REFUSED) {
		put_off_forget(&out->put_off, slot->serial, slot->part);
		slot->fate = FATE_REFUSED;
		tell_fate(out, slot);
	} else if (slot->state == SLOT_SENT) {
		repeat_later(out, slot, result == CONNECTOR_ERROR);
	}
}

void sms_outbound_answered(
	struct sms_outbound *out, uint64_t cookie, enum connector_result result, struct str smsc_id)
{
	struct slot *slot = slot_of(out, cookie);
	if (!slot && result == CONNECTOR_SENT)
		slot = slot_again(out, cookie);
	if (slot)
		take_answer(out, slot, result, smsc_id);
	pump(out);
}

static void lose(struct slot *slot)
{
	if (slot->state != SLOT_SENT)
		return;
	slot->state = SLOT_KNOWN;
	slot->fate = FATE_UNKNOWN;
}

void sms_outbound_overdue(struct sms_outbound *out, uint64_t cookie)
{
	struct slot *slot = slot_of(out, cookie);
	if (slot)
		lose(slot);
	sms_outbound_tell(out);
}

/* --- up and down ---------------------------------------------------------------------------- */

void sms_outbound_up(struct sms_outbound *out)
{
	out->is_up = true;
	look_back(out);
	sms_outbound_tell(out);
	pump(out);
}

void sms_outbound_down(struct sms_outbound *out)
{
	out->is_up = false;
	out->within = out->beyond = 0;
	SLOTS_EACH(&out->slots, slot)
		lose(slot);
	sms_outbound_tell(out);
}

/* --- sending ------------------------------------------------------------------------------- */

static bool send_part(
	struct sms_outbound *out, const struct outbound *text, unsigned part, unsigned parts)
{
	struct slot *slot = slots_free(&out->slots);
	struct buf data = {0};
	struct connector_part sms = {.number = text->b.number, .phone = text->b.phone};
	segment_encode(&data, text->b.text, part, (uint8_t)text->b.reference, &sms.coding,
		&sms.has_header);
	sms.data = buf_str(&data);
	*slot = (struct slot) {
		.state = SLOT_SENT, .serial = text->b.serial, .part = part, .parts = parts};
	bool is_sent =
		out->connector->ops->send(out->connector, &sms, cookie_of(text->b.serial, part));
	if (!is_sent)
		slot_clear(slot);
	buf_free(&data);
	return is_sent;
}

/* A text that cannot be encoded (the API takes no such text) must not hold up those behind it. */
static void refuse_text(struct sms_outbound *out, struct outbound *text)
{
	struct slot *slot = slots_free(&out->slots);
	*slot = (struct slot) {
		.serial = text->b.serial, .part = 1, .parts = 1, .fate = FATE_REFUSED};
	log_error("sms", "link %.*s: text %llu cannot be encoded", STR_ARGS(out->link),
		(unsigned long long)text->b.serial);
	tell_fate(out, slot);
}

static bool is_pausing(const struct sms_outbound *out, const struct outbound *text, unsigned part)
{
	return put_off_is_waiting(&out->put_off, text->b.serial, part, net_now(out->world.net));
}

/* Its phone refused texts: a part that waits for nobody's answer stays here. What became of one whose
 * answer was lost nobody knows; it is not repeated. */
static void keep_back_part(
	struct sms_outbound *out, const struct outbound *text, unsigned part, unsigned parts)
{
	struct slot *slot = slots_free(&out->slots);
	const struct sms_part *known;
	*slot = (struct slot) {.state = SLOT_KNOWN,
		.serial = text->b.serial,
		.part = part,
		.parts = parts,
		.fate = FATE_REFUSED,
		.is_kept_back = true};
	DL_FOREACH(text->parts, known)
		if (known->b.part == part && known->b.state == DELIVERY_UNCERTAIN)
			slot->fate = FATE_UNKNOWN;
	put_off_forget(&out->put_off, text->b.serial, part);
	sms_outbound_tell(out);
}

/* False: there is no room for the fate of a further part. */
static bool keep_back(struct sms_outbound *out, const struct outbound *text, unsigned parts)
{
	for (unsigned part = 1; part <= parts; part++) {
		if (!is_open_part(text, part) || slots_find(&out->slots, text->b.serial, part))
			continue;
		if (!slots_free(&out->slots))
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

/* May one more leave behind so many that were passed over? If not yet, it is asked for. */
static bool is_within(struct sms_outbound *out, unsigned passed)
{
	if (passed + out->slots.window <= out->within)
		return true;
	if (passed > out->beyond) {
		out->beyond = passed;
		sms_outbound_tell(out);
	}
	return false;
}

/* False: no further part can leave now. passed: by then. */
static bool send_text(struct sms_outbound *out, struct outbound *text, unsigned *passed)
{
	unsigned parts = parts_of(out, text);
	if (parts == 0) {
		if (!slots_find(&out->slots, text->b.serial, 1))
			refuse_text(out, text);
		return slots_free(&out->slots) != NULL;
	}
	if (text->b.reference & OUTBOUND_WITHHELD)
		return keep_back(out, text, parts);
	for (unsigned part = 1; part <= parts; part++) {
		if (!is_open_part(text, part) || slots_find(&out->slots, text->b.serial, part))
			continue;
		if (is_pausing(out, text, part)) {
			++*passed;
			continue;
		}
		if (!slots_free(&out->slots) || !is_within(out, *passed) ||
			!send_part(out, text, part, parts))
			return false;
	}
	return true;
}

/* A text that is to be repeated leaves before those behind it, so they wait for its mark. */
static bool is_marking(struct sms_outbound *out)
{
	SLOTS_EACH(&out->slots, slot)
		if (slot->state != SLOT_FREE && slot->fate == FATE_UNKNOWN)
			return true;
	return false;
}

static bool can_send(const struct sms_outbound *out)
{
	return !out->is_stopped && !out->is_throttled && out->within > 0 && link_of(out) &&
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
		out->offered = out->passed = 0;
	out->must_look_back = false;
}

/* Is a part behind one that has no slot on its way? */
static bool is_far_out(struct sms_outbound *out)
{
	const struct outbound *text;
	DL_FOREACH2(link_of(out)->unsent, text, unsent_next) {
		unsigned parts = segment_count(text->b.text);
		for (unsigned part = 1; part <= parts; part++)
			if (is_open_part(text, part) &&
				!slots_find(&out->slots, text->b.serial, part))
				return slots_any_behind(&out->slots, text->b.serial, part);
	}
	return false;
}

/* Once nothing pauses any more, and what was sent over its head is answered, the window is enough. */
static void draw_in(struct sms_outbound *out)
{
	if (!out->beyond || !put_off_is_empty(&out->put_off) || is_far_out(out))
		return;
	out->beyond = 0;
	sms_outbound_tell(out);
}

/* Sends what may leave, in the order of serials. Not entered twice: what an answer on the way frees
 * is found by the round that runs. */
static void pump(struct sms_outbound *out)
{
	if (out->is_pumping || !can_send(out))
		return;
	out->is_pumping = true;
	draw_in(out);
	look_back_if_needed(out);
	struct outbound *text = is_marking(out) ? NULL : unsent_after(out, out->offered);
	while (text && text->lsn <= out->durable && slots_free(&out->slots)) {
		uint64_t serial = text->b.serial;
		unsigned passed = out->passed;
		if (!send_text(out, text, &passed) || !can_send(out))
			break;
		out->offered = serial;
		out->passed = passed;
		text = unsent_after(out, serial);
	}
	out->is_pumping = false;
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
	out->slots.window = (unsigned)(window < 1                 ? 1
				       : window > SMPP_WINDOW_MAX ? SMPP_WINDOW_MAX
								  : window);
	return out;
}

/* A link that was added just now was written to by nobody: then there is nothing to tell, nor could it
 * be told from inside of the command that adds it. */
void sms_outbound_start(struct sms_outbound *out)
{
	out->before = core_of(out)->outbound_drawn;
	out->is_found = link_of(out)->sending.parts == 0;
	if (!out->is_found)
		find_sent(out);
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
	SLOTS_EACH(&out->slots, slot)
		if (slot->is_kept_back)
			slot_clear(slot);
	out->is_found &= out->found_lsn <= lsn;
	look_back(out);
	tell_again_later(out);
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
	SLOTS_EACH(&out->slots, each)
		slot_clear(each);
	str_free(&out->link);
	free(out);
	*slot = NULL;
}
