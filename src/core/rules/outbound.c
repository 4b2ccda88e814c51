/* outbound.c - texts on their way to a customer: queued, answered part by part, receipted, closed. */
#include "base/utf8.h"
#include "core/model/outbound.h"
#include "core/model/receipt_index.h"
#include "core/rules/contact.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* What surely fits into one SMS needs no reference: 70 characters of any alphabet, or 160 that take one
 * septet each in the default alphabet (3GPP TS 23.038, 6.2.1; here: ASCII but for what it lacks or
 * escapes). Others draw one, per phone, so no customer learns how much others are written. */
#define ONE_SMS_CHARS   70
#define ONE_SMS_SEPTETS 160

#define PARTS_MAX 128 /* as wire/segment.h: 4,096 emoji take 125 */

uint64_t outbound_next_serial(const struct core *core)
{
	return core->outbound_drawn + 1;
}

static bool is_one_septet(unsigned char c)
{
	switch (c) {
	case '`':
	case '[':
	case '\\':
	case ']':
	case '^':
	case '{':
	case '|':
	case '}':
	case '~':
		return false;
	default:
		return c >= ' ' && c < 0x7F;
	}
}

static bool is_surely_one_sms(struct str text)
{
	if (utf8_count(text) <= ONE_SMS_CHARS && text.len <= 2 * ONE_SMS_CHARS)
		return true;
	if (text.len > ONE_SMS_SEPTETS)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!is_one_septet((unsigned char)text.at[i]))
			return false;
	return true;
}

static uint64_t draw_reference(struct turn *turn, struct contact *contact, struct str text)
{
	if (is_surely_one_sms(text))
		return 0;
	struct body_contact body = contact_body(contact);
	body.reference = body.reference % 255 + 1;
	turn_emit(turn, EV_CONTACT_REFERENCED, &body);
	return body.reference;
}

void outbound_close(struct turn *turn, const struct outbound *out)
{
	struct body_outbound body = out->b;
	body.open = 0;
	body.text = STR_NONE;
	turn_emit(turn, EV_SMS_CLOSED, &body);
}

/* An SMSC that sends no receipts must not fill memory. */
static void close_oldest(struct turn *turn)
{
	const struct outbound *out;
	DL_FOREACH(turn->core->outbound, out) {
		if (!out->b.open || out->is_unsent)
			continue;
		outbound_close(turn, out);
		return;
	}
}

/* Texts take the way that their number has, or, while that link is down, another link of its carrier that is
 * bound: one that is written to is (sending.parts). */
static struct link *living(const struct core *core, struct link *link)
{
	struct link *other;
	if (link->sending.parts)
		return link;
	EACH_THERE(core->links, other)
		if (other->sending.parts && core_is_one_carrier(link, other))
			return other;
	return link;
}

void outbound_queue(struct turn *turn, const struct outbound_order *order)
{
	struct session *session = order->session;
	struct link *link = living(turn->core, order->link);
	msec window = turn->core->centre.receipt_window;
	CHECK(contact_is_answerable(order->contact));
	struct body_outbound body = {
		.serial = outbound_next_serial(turn->core),
		.session = session ? session->b.id : STR_NONE,
		.seq = order->seq,
		.phone = contact_phone(order->contact),
		.number = order->number,
		.link = link->b.name,
		.text = session ? STR_NONE : order->text, /* its entry has it */
		.reference = draw_reference(turn, order->contact, order->text),
		.at = turn->now,
		.closes = turn->now +
			  (order->within && order->within < window ? order->within : window),
		.form = core_outbound_form(turn->core, link),
		.open = 1,
	};
	turn_emit(turn, EV_SMS_QUEUED, &body);
	if (turn->core->outbound_open > OUTBOUND_OPEN_MAX)
		close_oldest(turn);
}

/* Whether a part was written already its link alone knows, so it is told of each text which may not go on. */
void outbound_withhold(struct turn *turn, const struct contact *contact, struct str number)
{
	const struct outbound *out;
	DL_FOREACH2(contact->unsent, out, phone_next) {
		struct body_outbound body = out->b;
		if (body.withheld || (number.len && !str_eq(body.number, number)))
			continue;
		body.withheld = 1;
		turn_emit(turn, EV_SMS_WITHHELD, &body);
	}
}

/* --- the state of all parts together ------------------------------------------------------------ */

static bool is_final(const struct outbound *out)
{
	const struct sms_part *part;
	unsigned final = 0;
	DL_FOREACH(out->parts, part)
		final += part->b.state == DELIVERY_DELIVERED || part->b.state == DELIVERY_EXPIRED ||
			 part->b.state == DELIVERY_FAILED;
	return out->part_count && final == out->part_count;
}

static void change_part(struct turn *turn, struct outbound *out, const struct body_part *body)
{
	turn_emit(turn, EV_SMS_PART_CHANGED, body);
	if (out->b.open && is_final(out))
		outbound_close(turn, out);
}

/* --- answers of the SMSC ------------------------------------------------------------------------ */

static void check_place(const struct part_place *place)
{
	const struct outbound *out = place->outbound;
	CHECK(place->part >= 1 && place->part <= place->parts && place->parts <= PARTS_MAX);
	CHECK(out->part_count == 0 || out->part_count == place->parts);
}

static bool is_awaited(const struct part_place *place)
{
	check_place(place);
	return place->outbound->b.open && !core_part_is_answered(place->outbound, place->part);
}

/* Of a part that was given up it is still good to know that the SMSC has it, when that is heard late. */
static bool is_late_good_news(const struct command *command)
{
	const struct part_place *place = &command->answer.place;
	const struct sms_part *part = outbound_part(place->outbound, place->part);
	return command->answer.delivery == DELIVERY_SENT && place->outbound->b.open && part &&
	       part->b.state == DELIVERY_UNCERTAIN;
}

enum err can_answer_part(const struct core *core, const struct command *command)
{
	return is_awaited(&command->answer.place) || is_late_good_news(command) ? OK : ERR_ALREADY;
}

static struct body_part part_now(const struct part_place *place)
{
	const struct sms_part *part = outbound_part(place->outbound, place->part);
	struct body_part body = {
		.outbound = place->outbound->b.serial,
		.part = place->part,
		.parts = place->parts,
		.state = DELIVERY_QUEUED,
	};
	return part ? part->b : body;
}

/* What had to leave soon did: from now on it is a text as any other. */
static void await_receipts(struct turn *turn, const struct outbound *out)
{
	struct body_outbound body = out->b;
	body.closes = out->b.at + turn->core->centre.receipt_window;
	if (out->b.open && !out->is_unsent && out->b.closes < body.closes)
		turn_emit(turn, EV_SMS_AWAITED, &body);
}

void make_answer_part(struct turn *turn, const struct command *command)
{
	struct body_part body = part_now(&command->answer.place);
	body.state = command->answer.delivery;
	body.smsc_id = command->answer.smsc_id;
	change_part(turn, command->answer.place.outbound, &body);
	await_receipts(turn, command->answer.place.outbound);
}

/* While the process lives a part is repeated once; each life that ended may have added one, up to a
 * bound (doc/decisions 6). */
static void lose_answer(struct turn *turn, const struct part_place *place, bool with_process)
{
	struct body_part body = part_now(place);
	body.state = DELIVERY_UNCERTAIN;
	body.attempts += !with_process;
	const struct sms_part *part = turn_emit(turn, EV_SMS_PART_CHANGED, &body);
	struct body_lost lost = part->lost;
	lost.outbound = body.outbound;
	lost.part = body.part;
	lost.lives += with_process;
	lost.given_up = body.attempts + lost.lives > turn->core->settings[SETTING_REPEAT_MAX];
	if (with_process || lost.given_up)
		turn_emit(turn, EV_SMS_ANSWER_LOST, &lost);
}

static void lose_answers(struct turn *turn, const struct part_places *lost, bool with_process)
{
	for (size_t i = 0; i < lost->count; i++)
		if (is_awaited(&lost->at[i]))
			lose_answer(turn, &lost->at[i], with_process);
}

/* --- how far a link is written to ---------------------------------------------------------------
 *
 * What may be written to a link is on disk before: of its unanswered parts that have their own turn,
 * in the order of texts and parts, the first `sending.parts`, as far as `sending.through`; and those that
 * leave whatever stands before them. So what a process may have left on the wire when it ended is these,
 * and nothing else was tried. In the ordinary course of things that costs no event a text, for the order
 * and what is answered are known anyway. Where a text has its turn and cannot leave at once (the carrier
 * is slow), `through` ends the mark before it. */

static enum err check_places(const struct part_places *places)
{
	for (size_t i = 0; i < places->count; i++)
		check_place(&places->at[i]);
	return OK;
}

enum err can_send_within(const struct core *core, const struct command *command)
{
	return check_places(&command->send_within.lost);
}

static void change_turn(
	struct turn *turn, const struct outbound *out, uint64_t part, enum sms_turn to)
{
	const struct sms_aside *aside = core_aside(out, (unsigned)part);
	struct body_aside body = {.outbound = out->b.serial, .part = part, .turn = to};
	if ((aside ? aside->b.turn : TURN_OWN) != to)
		turn_emit(turn, EV_SMS_TURN_CHANGED, &body);
}

/* Nothing is on its way any more. */
static void hold_asides(struct turn *turn, const struct link *link)
{
	const struct outbound *out;
	const struct sms_aside *aside;
	DL_FOREACH2(link->unsent, out, unsent_next)
		DL_FOREACH(out->asides, aside)
			if (aside->b.turn == TURN_LEAVES)
				change_turn(turn, out, aside->b.part, TURN_WAITS);
}

static void set_sending(
	struct turn *turn, const struct link *link, uint64_t parts, uint64_t through)
{
	struct body_sending body = {.link = link->b.name, .parts = parts, .through = through};
	if (parts == 0)
		hold_asides(turn, link);
	if (link->sending.parts != parts || link->sending.through != through)
		turn_emit(turn, EV_SENDING_CHANGED, &body);
}

void make_send_within(struct turn *turn, const struct command *command)
{
	lose_answers(turn, &command->send_within.lost, false);
	set_sending(turn, command->link, command->send_within.parts, command->send_within.through);
}

enum err can_change_turn(const struct core *core, const struct command *command)
{
	return check_places(&command->change_turn.places);
}

void make_change_turn(struct turn *turn, const struct command *command)
{
	const struct part_places *places = &command->change_turn.places;
	for (size_t i = 0; i < places->count; i++)
		change_turn(turn, places->at[i].outbound, places->at[i].part,
			command->change_turn.turn);
}

enum err can_find_sent(const struct core *core, const struct command *command)
{
	return check_places(&command->find_sent.lost);
}

void make_find_sent(struct turn *turn, const struct command *command)
{
	lose_answers(turn, &command->find_sent.lost, true);
	set_sending(turn, command->link, 0, 0);
}

/* --- another link of the carrier ---------------------------------------------------------------
 *
 * What waits for a link that is down may leave by another one. Nothing of it was tried: then nobody has to know which
 * link knows its answers, and it may be written as that link wants it. There it is put aside from the beginning: the
 * order of texts says what the other link may have been written, and this one has an early place in it. */

enum err can_move_texts(const struct core *core, const struct command *command)
{
	const struct part_places *places = &command->move.places;
	for (size_t i = 0; i < places->count; i++) {
		const struct outbound *out = places->at[i].outbound;
		check_place(&places->at[i]);
		if (!out->is_unsent || out->part_count || out->b.withheld ||
			out->link == command->link || out->link->sending.parts ||
			!core_is_one_carrier(out->link, command->link))
			return ERR_WRONG_STATE;
	}
	return OK;
}

/* In pieces of another number, perhaps. */
static void end_asides_beyond(struct turn *turn, const struct outbound *out, uint64_t parts)
{
	const struct sms_aside *aside;
	DL_FOREACH(out->asides, aside)
		if (aside->b.part > parts)
			change_turn(turn, out, aside->b.part, TURN_OWN);
}

void make_move_texts(struct turn *turn, const struct command *command)
{
	const struct part_places *places = &command->move.places;
	for (size_t i = 0; i < places->count; i++) {
		const struct part_place *place = &places->at[i];
		struct body_outbound body = place->outbound->b;
		body.link = command->link->b.name;
		body.form = core_outbound_form(turn->core, command->link);
		if (place->outbound->link != command->link)
			turn_emit(turn, EV_SMS_MOVED, &body);
		end_asides_beyond(turn, place->outbound, place->parts);
		change_turn(turn, place->outbound, place->part, TURN_WAITS);
	}
}

/* --- receipts ----------------------------------------------------------------------------------- */

static bool is_receiptable(const struct sms_part *part)
{
	return part->b.state == DELIVERY_SENT || part->b.state == DELIVERY_UNCERTAIN;
}

/* Some SMSCs give all parts one id, some send one receipt for all of them. */
static bool is_meant(const struct sms_part *part, const struct sms_part *named)
{
	bool is_for_all = part->outbound->link->settings[SETTING_RECEIPTS] == RECEIPTS_FOR_TEXTS;
	return part == named || is_for_all || str_eq(part->b.smsc_id, named->b.smsc_id);
}

static struct sms_part *next_meant(const struct sms_part *named)
{
	struct sms_part *part;
	DL_FOREACH(named->outbound->parts, part)
		if (is_meant(part, named) && is_receiptable(part))
			return part;
	return NULL;
}

enum err can_receipt(const struct core *core, const struct command *command)
{
	const struct sms_part *part =
		receipt_index_find(core, command->link, command->receipt.smsc_id);
	if (!part || !part->outbound->b.open)
		return ERR_NOT_FOUND;
	return next_meant(part) ? OK : ERR_ALREADY;
}

void make_receipt(struct turn *turn, const struct command *command)
{
	struct sms_part *part,
		*named = receipt_index_find(turn->core, command->link, command->receipt.smsc_id);
	while ((part = next_meant(named))) {
		struct body_part body = part->b;
		body.state = command->receipt.delivery;
		change_part(turn, part->outbound, &body);
	}
}

static bool has_only(const struct outbound *out, enum delivery some, enum delivery others)
{
	const struct sms_part *part;
	bool has_some = false;
	DL_FOREACH(out->parts, part) {
		has_some |= part->b.state == some;
		if (part->b.state != some && part->b.state != others)
			return false;
	}
	return has_some;
}

/* A receipt came for some parts and for others none, nor will: the carrier sent one for the text. */
static void deliver_the_rest(struct turn *turn, const struct outbound *out)
{
	struct sms_part *part;
	if (!has_only(out, DELIVERY_DELIVERED, DELIVERY_SENT))
		return;
	DL_FOREACH(out->parts, part) {
		struct body_part body = part->b;
		body.state = DELIVERY_DELIVERED;
		if (part->b.state == DELIVERY_SENT)
			turn_emit(turn, EV_SMS_PART_CHANGED, &body);
	}
}

/* Receipts are awaited no longer; what never left by now is too old to be of use. */
void closes_due(struct turn *turn, void *object)
{
	struct outbound *out = object;
	uint64_t parts = out->part_count ? out->part_count : 1;
	for (uint64_t i = 1; i <= parts && out->is_unsent; i++) {
		const struct sms_part *part = outbound_part(out, i);
		struct body_part body = {.outbound = out->b.serial, .part = i, .parts = parts};
		if (part && part_is_answered(part))
			continue;
		if (part)
			body = part->b;
		body.state = DELIVERY_EXPIRED;
		turn_emit(turn, EV_SMS_PART_CHANGED, &body);
	}
	deliver_the_rest(turn, out);
	outbound_close(turn, out);
}
