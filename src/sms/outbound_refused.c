/* outbound_refused.c - texts whose phone refused texts while they waited.
 *
 * A part that was never sent, or that the SMSC did not take, stays here and has failed: at once, bound or not, and
 * before the link is marked as one that is written to. For a part under the mark counts as tried when the
 * process dies. What became of one whose answer was lost nobody knows; it is not repeated: that as well is
 * said at once, for nothing else ends its place under the next mark. */
#include "sms/outbound_private.h"

#include <utlist.h>

static unsigned waiting(const struct sms_outbound *out, const struct kept_parts *kept)
{
	return kept->lsn > out->durable ? kept->count : 0;
}

unsigned outbound_kept_back(const struct sms_outbound *out)
{
	return waiting(out, &out->kept[0]) + waiting(out, &out->kept[1]);
}

/* Refusals that follow each other must not hold up the places of the first until the last is on disk. */
static struct kept_parts *kept_now(struct sms_outbound *out)
{
	struct kept_parts *last = &out->kept[out->kept[1].lsn > out->kept[0].lsn];
	struct kept_parts *other = &out->kept[last == out->kept];
	struct kept_parts *now = other->lsn > out->durable ? last : other;
	now->count = waiting(out, now);
	return now;
}

static bool is_uncertain(const struct outbound *text, unsigned part)
{
	const struct sms_part *known;
	DL_FOREACH(text->parts, known)
		if (known->b.part == part)
			return known->b.state == DELIVERY_UNCERTAIN;
	return false;
}

/* Under the mark: what was put aside has none, once that is on disk. */
static bool has_place(const struct sms_outbound *out, const struct outbound *text, unsigned part)
{
	const struct sms_aside *aside = core_aside(text, part);
	return !aside || aside->b.turn == TURN_OWN || aside->lsn > out->durable;
}

/* No slot: nothing is awaited of it. Its place is another's once that is on disk. */
static bool keep_back_part(
	struct sms_outbound *out, struct kept_parts *kept, const struct part_place *place)
{
	const struct body_sending *sending = &outbound_link(out)->sending;
	const struct outbound *text = place->outbound;
	const struct command fails = {
		.kind = CMD_SMS_ANSWERED, .answer = {.place = *place, .delivery = DELIVERY_FAILED}};
	const struct command is_given_up = {.kind = CMD_SEND_WITHIN,
		.link = outbound_link(out),
		.send_within = {.parts = (unsigned)sending->parts,
			.through = sending->through,
			.lost = {place, 1}}};
	uint64_t serial = text->b.serial, lsn;
	bool is_known = !is_uncertain(text, place->part);
	bool is_counted = has_place(out, text, place->part);
	if (port_apply(out->world.port, is_known ? &fails : &is_given_up, &lsn) != OK)
		return false;
	kept->count += is_counted;
	kept->lsn = lsn;
	if (put_off_forget(&out->put_off, serial, place->part))
		outbound_look_back(out);
	return true;
}

/* False: the core takes nothing now. */
static bool keep_back_unsent(
	struct sms_outbound *out, struct kept_parts *kept, struct outbound *text)
{
	unsigned parts = outbound_count(out, text);
	for (unsigned part = 1; part <= parts && text->is_unsent; part++) {
		const struct part_place place = {text, part, parts};
		if (outbound_is_open(text, part) &&
			!slots_find(&out->slots, text->b.serial, part) &&
			!keep_back_part(out, kept, &place))
			return false;
	}
	return true;
}

bool outbound_keep_back(struct sms_outbound *out)
{
	const struct link *link = outbound_link(out);
	struct outbound *text, *next;
	if (!out->must_keep_back || !link)
		return true;
	struct kept_parts *kept = kept_now(out);
	uint64_t before = kept->lsn;
	out->must_keep_back = false;
	DL_FOREACH_SAFE2(link->unsent, text, next, unsent_next)
		if (text->b.withheld && !keep_back_unsent(out, kept, text))
			out->must_keep_back = true;
	if (kept->lsn != before)
		outbound_await(out, kept->lsn);
	if (out->must_keep_back)
		outbound_tell_again_later(out);
	return !out->must_keep_back;
}

bool outbound_keep_back_text(struct sms_outbound *out, const struct outbound *text, unsigned parts)
{
	for (unsigned part = 1; part <= parts; part++) {
		if (!outbound_is_open(text, part) || slots_find(&out->slots, text->b.serial, part))
			continue;
		out->must_keep_back = true;
		return outbound_keep_back(out);
	}
	return true;
}
