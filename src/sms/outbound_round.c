/* outbound_round.c - a round over the texts of a link: what leaves now, what waits and why.
 *
 * It goes on behind the text that was looked at last: of those before it each part has a slot, a
 * fate, or was put aside. What takes that from a part without settling it looks back.
 *
 * What may be written to the link is on disk before (core/rules/outbound.c): the first window of unanswered
 * parts that have their turn. With those that have slots, and those that were passed over and whose
 * turn is not yet on disk as another, the window is never exceeded. Whatever is passed over, because it
 * pauses or stands behind one that does, is put aside by a command; when it may leave, another says
 * so, and it leaves once that is on disk.
 *
 * What may be written is written in the same moment. A part under the mark that cannot be, as the pace
 * forbids it or all slots are taken, ends the mark before it: from then on each asks, as one that was put
 * aside does, until nothing but the window bounds the link. So a process that ends has counted as tried
 * what it wrote, and what it was about to write. */
#include "base/arena.h"
#include "base/log.h"
#include "sms/outbound_private.h"

#include <stdlib.h>
#include <utlist.h>

static bool can_send(const struct sms_outbound *out)
{
	const struct link *link = outbound_link(out);
	return !out->is_stopped && out->is_up && out->is_found && link &&
	       link->sending.parts == out->slots.window && link->sending_lsn <= out->durable &&
	       out->connector->ops->is_up(out->connector);
}

/* --- single parts ---------------------------------------------------------------------------- */

static struct slot *take_slot(
	struct sms_outbound *out, enum slot_state state, const struct part_place *place)
{
	struct slot *slot = slots_take(&out->slots, state, place->outbound->b.serial, place->part);
	slot->parts = place->parts;
	return slot;
}

static bool send_slot(struct sms_outbound *out, struct slot *slot, const struct outbound *text)
{
	const struct connector_text sms = outbound_as_sent(text);
	slot->state = SLOT_SENT;
	slot->sent_at = net_now(out->world.net);
	bool is_sent = out->connector->ops->send(
		out->connector, &sms, slot->part, outbound_cookie(text->b.serial, slot->part));
	if (is_sent)
		pace_sent(&out->pace, net_now(out->world.net));
	else
		slot_clear(slot);
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
static void pass_over(struct sms_outbound *out, const struct part_place *place, unsigned *passed)
{
	const struct sms_aside *aside = core_aside(place->outbound, place->part);
	bool is_aside = turn_of(aside) == TURN_WAITS;
	if (!is_aside)
		place_add(&out->waits, *place);
	*passed += !is_aside || !is_on_disk(out, aside);
}

/* passed: how many stand before it that have their turn and no slot. */
static bool is_within(struct sms_outbound *out, unsigned passed)
{
	unsigned used = out->slots.window - slots_count(&out->slots, SLOT_FREE);
	return used + passed + outbound_kept_back(out) < outbound_link(out)->sending.parts;
}

static bool is_behind_mark(const struct sms_outbound *out, uint64_t serial, unsigned part)
{
	uint64_t through = outbound_link(out)->sending.through;
	return through && outbound_cookie(serial, part) > through;
}

/* --- asking for leave --------------------------------------------------------------------------- */

static enum sms_turn turn_of_slot(const struct sms_outbound *out, const struct slot *slot)
{
	const struct core *core = outbound_core(out);
	const struct outbound *text = core->asides ? core_outbound(core, slot->serial) : NULL;
	return turn_of(text ? core_aside(text, slot->part) : NULL);
}

/* Is the window not all that bounds the link? */
static bool is_slow(struct sms_outbound *out)
{
	SLOTS_EACH(&out->slots, slot)
		if (slot->state != SLOT_FREE && turn_of_slot(out, slot) != TURN_OWN)
			return true;
	return pace_is_slow(&out->pace);
}

uint64_t outbound_through(struct sms_outbound *out)
{
	uint64_t now = outbound_link(out)->sending.through, last = 1; /* before all texts */
	if (!out->is_held)
		return 0;
	SLOTS_EACH(&out->slots, slot) {
		uint64_t cookie = outbound_cookie(slot->serial, slot->part);
		if (slot->state != SLOT_FREE && slot->state != SLOT_COMMITTING && cookie > last &&
			turn_of_slot(out, slot) == TURN_OWN)
			last = cookie;
	}
	return now == 0 || last > now || out->must_end_sooner ? last : now;
}

/* It stays behind with those after it: if it is under the mark, that ends before it. */
static void hold_up(struct sms_outbound *out, unsigned passed)
{
	unsigned own = 0;
	SLOTS_EACH(&out->slots, slot)
		own += slot->state != SLOT_FREE && turn_of_slot(out, slot) == TURN_OWN;
	out->is_held |= own + passed + outbound_kept_back(out) < outbound_link(out)->sending.parts;
}

/* As many as could be sent at once, for what has leave counts as tried; one where the carrier is slow: those
 * after it stay behind. What has its turn asks only while more than the window bounds the link. False:
 * no more now. */
static bool ask_leave(struct sms_outbound *out, const struct part_place *place, unsigned passed)
{
	bool is_own = turn_of(core_aside(place->outbound, place->part)) == TURN_OWN;
	if (pace_is_slow(&out->pace))
		hold_up(out, passed);
	if (pace_is_slow(&out->pace) && slots_count(&out->slots, SLOT_ASKED))
		return false;
	if (is_own && !is_slow(out)) {
		out->is_held = false;
		return false;
	}
	take_slot(out, SLOT_ASKED, place);
	if (!is_own)
		place_add(&out->leaves, *place);
	return !pace_is_slow(&out->pace);
}

/* The pace forbids it now, or its phone does: it asks again. */
static void take_back(struct sms_outbound *out, struct slot *slot, struct outbound *text)
{
	if (turn_of_slot(out, slot) == TURN_OWN)
		out->must_end_sooner = true;
	else
		place_add(&out->waits, (struct part_place) {text, slot->part, slot->parts});
	slot_clear(slot);
	outbound_look_back(out);
}

/* The core was not told that it asks, or its telling was undone. */
static bool is_unheard(const struct sms_outbound *out, const struct slot *slot)
{
	enum sms_turn turn = turn_of_slot(out, slot);
	return turn == TURN_WAITS ||
	       (turn == TURN_OWN && is_behind_mark(out, slot->serial, slot->part));
}

/* False: it is not on disk yet that it may leave, or it did not leave. */
static bool send_asked(struct sms_outbound *out, struct slot *slot)
{
	struct outbound *text = core_outbound(outbound_core(out), slot->serial);
	if (!text || !outbound_is_open(text, slot->part) || is_unheard(out, slot)) {
		slot_clear(slot);
		outbound_look_back(out);
		return true;
	}
	const struct sms_aside *aside = core_aside(text, slot->part);
	if (turn_of(aside) == TURN_LEAVES && !is_on_disk(out, aside))
		return false;
	if (text->b.withheld || is_pausing(out, text, slot->part) || is_paced(out)) {
		take_back(out, slot, text);
		return true;
	}
	return send_slot(out, slot, text);
}

static void change_turns(
	struct sms_outbound *out, const struct part_place *places, size_t count, enum sms_turn turn)
{
	const struct command command = {.kind = CMD_CHANGE_TURN,
		.link = outbound_link(out),
		.change_turn = {.places = {places, count}, .turn = turn}};
	uint64_t lsn;
	outbound_look_back(out);
	if (port_apply(out->world.port, &command, &lsn) == OK)
		outbound_await(out, lsn);
	else
		outbound_tell_again_later(out);
}

static void tell_turns(struct sms_outbound *out)
{
	if (out->waits.count)
		change_turns(out, out->waits.at, out->waits.count, TURN_WAITS);
	if (out->leaves.count && can_send(out))
		change_turns(out, out->leaves.at, out->leaves.count, TURN_LEAVES);
	out->waits.count = out->leaves.count = 0;
}

static void tell_through(struct sms_outbound *out)
{
	struct link *link = outbound_link(out);
	const struct command command = {.kind = CMD_SEND_WITHIN,
		.link = link,
		.send_within = {
			.parts = (unsigned)link->sending.parts, .through = outbound_through(out)}};
	uint64_t lsn;
	bool is_told = command.send_within.through == link->sending.through;
	if (!is_told && port_apply(out->world.port, &command, &lsn) != OK) {
		outbound_tell_again_later(out);
		return;
	}
	out->must_end_sooner = false;
	if (!is_told)
		outbound_await(out, lsn);
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

/* A long text is looked at each time a place in the window is free: it is counted once. */
static unsigned parts_of(struct sms_outbound *out, const struct outbound *text)
{
	if (out->counted != text->b.serial) {
		out->counted = text->b.serial;
		out->counted_parts = outbound_count(out, text);
	}
	return out->counted_parts;
}

/* One part after the other: true while others may leave behind it. */
static bool send_if_it_may(
	struct sms_outbound *out, const struct part_place *place, unsigned *passed)
{
	const struct outbound *text = place->outbound;
	unsigned part = place->part;
	if (!outbound_is_open(text, part) || slots_find(&out->slots, text->b.serial, part))
		return true;
	if (is_pausing(out, text, part)) {
		pass_over(out, place, passed);
		return true;
	}
	if (!slots_free(&out->slots) || is_paced(out)) {
		hold_up(out, *passed);
		return false;
	}
	const struct sms_aside *aside = core_aside(text, part);
	bool is_own = turn_of(aside) == TURN_OWN;
	if (turn_of(aside) == TURN_WAITS || (is_own && is_behind_mark(out, text->b.serial, part)))
		return ask_leave(out, place, *passed);
	bool may_leave = is_own ? is_within(out, *passed) : is_on_disk(out, aside);
	if (!may_leave || slots_count(&out->slots, SLOT_ASKED)) /* after those that only ask */
		return false;
	return send_slot(out, take_slot(out, SLOT_SENT, place), text);
}

/* False: no further part can leave now. passed: by then. */
static bool send_text(struct sms_outbound *out, struct outbound *text, unsigned *passed)
{
	unsigned parts = parts_of(out, text);
	if (parts == 0) {
		if (!slots_find(&out->slots, text->b.serial, 1) && slots_free(&out->slots))
			refuse_text(out, text);
		return slots_free(&out->slots) != NULL;
	}
	if (text->b.withheld)
		return outbound_keep_back_text(out, text, parts);
	for (unsigned part = 1; part <= parts; part++) {
		const struct part_place place = {text, part, parts};
		if (!send_if_it_may(out, &place, passed))
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

/* --- rounds ----------------------------------------------------------------------------------- */

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

/* Those that asked in an earlier round, and were first then. */
static void send_those_who_asked(struct sms_outbound *out)
{
	struct slot *slot;
	while ((slot = slots_first(&out->slots, SLOT_ASKED)) && can_send(out))
		if (!send_asked(out, slot))
			break;
}

static void run_round(struct sms_outbound *out)
{
	struct outbound *text = unsent_after(out, out->offered);
	while (text && text->lsn <= out->durable) {
		uint64_t serial = text->b.serial;
		unsigned passed = out->passed;
		if (!send_text(out, text, &passed) || !can_send(out))
			break;
		out->offered = serial;
		out->passed = passed;
		text = unsent_after(out, serial);
	}
}

static void send_what_may_leave(struct sms_outbound *out)
{
	send_those_who_asked(out);
	look_back_if_needed(out);
	if (can_send(out))
		run_round(out);
}

void outbound_pump(struct sms_outbound *out)
{
	if (out->is_pumping)
		return;
	out->is_pumping = true;
	if (out->is_found)
		outbound_keep_back(out);
	if (can_send(out)) {
		if (!is_marking(out))
			send_what_may_leave(out);
		tell_turns(out);
		if (can_send(out))
			tell_through(out);
	}
	out->is_pumping = false;
}
