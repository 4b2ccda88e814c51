/* outbound_round.c - a round over the texts of a link: what leaves now, what waits and why.
 *
 * It goes on behind the text that was looked at last: of those before it each part has a slot, a
 * fate, or was put aside. What takes that from a part without settling it looks back.
 *
 * What may be written to the link is on disk before (core/outbound.c): the first window of unanswered
 * parts that have their turn. With those that have slots, and those that were passed over and whose
 * turn is not yet on disk as another, the window is never exceeded. Whatever is passed over, because it
 * pauses or stands behind one that does, is put aside by a command; when it may leave, another says
 * so, and it leaves once that is on disk. */
#include "base/arena.h"
#include "base/log.h"
#include "sms/outbound_private.h"

#include <stdlib.h>
#include <utlist.h>

/* --- single parts ---------------------------------------------------------------------------- */

static bool send_part(
	struct sms_outbound *out, const struct outbound *text, unsigned part, unsigned parts)
{
	struct slot *slot = slots_free(&out->slots);
	struct buf data = {0};
	struct connector_part sms = {.number = text->b.number, .phone = text->b.phone};
	segment_encode(&data, text->b.text, part, (uint8_t)text->b.reference, &sms.coding,
		&sms.has_header);
	sms.data = buf_str(&data);
	*slot = (struct slot) {.state = SLOT_SENT,
		.sent_at = net_now(out->world.net),
		.serial = text->b.serial,
		.part = part,
		.parts = parts};
	bool is_sent = out->connector->ops->send(
		out->connector, &sms, outbound_cookie(text->b.serial, part));
	if (is_sent)
		pace_sent(&out->pace, net_now(out->world.net));
	else
		slot_clear(slot);
	buf_free(&data);
	return is_sent;
}

/* For a reason of its own, or behind one to the same phone. */
static bool is_pausing(const struct sms_outbound *out, const struct outbound *text, unsigned part)
{
	uint64_t serial = text->b.serial;
	return put_off_is_waiting(&out->put_off, serial, part, net_now(out->world.net)) ||
	       put_off_is_behind(&out->put_off, text->b.phone, serial, part);
}

/* Must the next part wait? Then the timer runs. */
static bool is_paced(struct sms_outbound *out)
{
	msec wait = pace_wait(&out->pace, net_now(out->world.net));
	if (wait)
		net_timer_start(out->world.net, &out->next, wait);
	return wait > 0;
}

/* --- turns ------------------------------------------------------------------------------------ */

static enum sms_turn turn_of(const struct sms_aside *aside)
{
	return aside ? aside->b.turn : TURN_OWN;
}

static bool is_on_disk(const struct sms_outbound *out, const struct sms_aside *aside)
{
	return aside && aside->lsn <= out->durable;
}

/* It stays behind. Until that is on disk its place counts. */
static void pass_over(struct sms_outbound *out, struct outbound *text, unsigned part,
	unsigned parts, unsigned *passed)
{
	const struct sms_aside *aside = core_aside(text, part);
	bool is_aside = turn_of(aside) == TURN_WAITS;
	if (!is_aside)
		place_add(&out->waits, text, part, parts);
	*passed += !is_aside || !is_on_disk(out, aside);
}

/* What was put aside asks for leave: as many as could be sent at once, for what has it counts as tried;
 * one where the carrier is slow. False: no more now. */
static bool ask_leave(
	struct sms_outbound *out, struct outbound *text, unsigned part, unsigned parts)
{
	size_t most = out->pace.gap ? 1 : slots_count(&out->slots, SLOT_FREE);
	place_add(&out->leaves, text, part, parts);
	return out->leaves.count < most;
}

/* Is it on disk that it may leave? passed: how many stand before it that have their turn and no slot. */
static bool has_leave(const struct sms_outbound *out, struct send_slots *slots,
	const struct sms_aside *aside, unsigned passed)
{
	unsigned used = slots->window - slots_count(slots, SLOT_FREE);
	if (turn_of(aside) == TURN_OWN)
		return used + passed < outbound_link(out)->sending.parts;
	return turn_of(aside) == TURN_LEAVES && is_on_disk(out, aside);
}

static void change_turns(
	struct sms_outbound *out, const struct part_place *places, size_t count, enum sms_turn turn)
{
	const struct command command = {.kind = CMD_CHANGE_TURN,
		.link = outbound_link(out),
		.places = places,
		.place_count = count,
		.turn = turn};
	uint64_t lsn;
	outbound_look_back(out);
	if (out->world.apply(out->world.ctx, &command, &lsn) == OK)
		outbound_await(out, lsn);
	else
		outbound_tell_again_later(out);
}

static void tell_turns(struct sms_outbound *out)
{
	if (out->waits.count)
		change_turns(out, out->waits.at, out->waits.count, TURN_WAITS);
	if (out->leaves.count)
		change_turns(out, out->leaves.at, out->leaves.count, TURN_LEAVES);
	out->waits.count = out->leaves.count = 0;
}

/* --- texts ------------------------------------------------------------------------------------ */

/* A text that cannot be encoded (the API takes no such text) must not hold up those behind it. */
static void refuse_text(struct sms_outbound *out, struct outbound *text)
{
	struct slot *slot = slots_free(&out->slots);
	*slot = (struct slot) {
		.serial = text->b.serial, .part = 1, .parts = 1, .fate = FATE_REFUSED};
	log_error("sms", "link %.*s: text %llu cannot be encoded", STR_ARGS(out->link),
		(unsigned long long)text->b.serial);
	outbound_tell_fate(out, slot);
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
	if (put_off_forget(&out->put_off, text->b.serial, part))
		outbound_look_back(out);
	sms_outbound_tell(out);
}

/* False: there is no room for the fate of a further part. */
static bool keep_back(struct sms_outbound *out, const struct outbound *text, unsigned parts)
{
	for (unsigned part = 1; part <= parts; part++) {
		if (!outbound_is_open(text, part) || slots_find(&out->slots, text->b.serial, part))
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

/* One part after the other: true while others may leave behind it. */
static bool send_if_it_may(struct sms_outbound *out, struct outbound *text, unsigned part,
	unsigned parts, unsigned *passed)
{
	if (!outbound_is_open(text, part) || slots_find(&out->slots, text->b.serial, part))
		return true;
	if (is_pausing(out, text, part)) {
		pass_over(out, text, part, parts, passed);
		return true;
	}
	const struct sms_aside *aside = core_aside(text, part);
	if (!slots_free(&out->slots) || is_paced(out))
		return false;
	if (turn_of(aside) == TURN_WAITS)
		return ask_leave(out, text, part, parts);
	bool may_leave = out->leaves.count == 0 && has_leave(out, &out->slots, aside, *passed);
	return may_leave && send_part(out, text, part, parts); /* after those that only ask */
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
	for (unsigned part = 1; part <= parts; part++)
		if (!send_if_it_may(out, text, part, parts, passed))
			return false;
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

/* --- rounds ----------------------------------------------------------------------------------- */

static bool can_send(const struct sms_outbound *out)
{
	const struct link *link = outbound_link(out);
	return !out->is_stopped && out->is_up && out->is_found && link &&
	       link->sending.parts == out->slots.window && link->sending_lsn <= out->durable &&
	       out->connector->ops->is_up(out->connector);
}

/* Found anew each time: sending may take any text off the list. Mostly the one with the serial is
 * still on it, or nothing is behind it. */
static struct outbound *unsent_after(const struct sms_outbound *out, uint64_t serial)
{
	struct outbound *text = core_outbound(outbound_core(out), serial);
	if (text && text->is_unsent)
		return text->unsent_next;
	struct outbound *first = outbound_link(out)->unsent;
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

static void run_round(struct sms_outbound *out)
{
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
}

void outbound_pump(struct sms_outbound *out)
{
	if (out->is_pumping || !can_send(out))
		return;
	out->is_pumping = true;
	look_back_if_needed(out);
	run_round(out);
	tell_turns(out);
	out->is_pumping = false;
}
