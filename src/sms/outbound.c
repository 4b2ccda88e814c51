/* outbound.c - parts into slots, fates to the core.
 *
 * A fate that the store refuses goes back to KNOWN and is told again later, so that a full disk
 * costs no second SMS. */
#include "base/arena.h"
#include "core/model/outbound.h"
#include "sms/outbound_private.h"

#include <stdlib.h>
#include <utlist.h>

unsigned sms_outbound_unanswered(struct sms_outbound *out)
{
	return slots_count(&out->slots, SLOT_SENT);
}

/* Looked for only after an answer was lost: most that is unknown is none of ours. */
static bool is_any_to_be_repeated(struct sms_outbound *out)
{
	const struct outbound *text;
	const struct sms_part *part;
	if (!out->may_repeat)
		return false;
	DL_FOREACH2(outbound_link(out)->unsent, text, unsent_next)
		DL_FOREACH(text->parts, part)
			if (part->b.state == DELIVERY_UNCERTAIN && !part_is_answered(part))
				return true;
	out->may_repeat = false;
	return false;
}

bool sms_outbound_awaits_id(struct sms_outbound *out, msec left_by)
{
	bool keeps_ids = out->connector->is_known_again;
	SLOTS_EACH(&out->slots, slot) {
		bool is_awaited = slot->state == SLOT_SENT && slot->sent_at <= left_by;
		bool is_lost = slot->state == SLOT_KNOWN && slot->fate == FATE_UNKNOWN;
		if (is_awaited || (is_lost && keeps_ids))
			return true;
	}
	return keeps_ids && (!out->is_found || is_any_to_be_repeated(out));
}

void outbound_tell_again_later(struct sms_outbound *out)
{
	net_timer_start(out->world.net, &out->again, SMS_STORE_RETRY_MS);
}

/* Of a part, for the connector: the same each time the part is sent. Also its place for sending.through. */
#define COOKIE_PART_BITS 8 /* a text has 255 parts at the most */

uint64_t outbound_cookie(uint64_t serial, unsigned part)
{
	return serial << COOKIE_PART_BITS | part;
}

static struct slot *slot_of(struct sms_outbound *out, uint64_t cookie)
{
	return slots_find(
		&out->slots, cookie >> COOKIE_PART_BITS, cookie & ((1u << COOKIE_PART_BITS) - 1));
}

static bool is_settled(void *ctx, uint64_t serial, unsigned part)
{
	const struct outbound *text = core_outbound(outbound_core(ctx), serial);
	return !text || !outbound_is_open(text, part);
}

/* It pauses no longer, nor do those behind it. */
static void forget_pause(struct sms_outbound *out, uint64_t serial, unsigned part)
{
	if (put_off_forget(&out->put_off, serial, part))
		outbound_look_back(out);
}

void place_add(struct place_list *list, struct part_place place)
{
	if (list->count == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 16;
		list->at = mem_resize(list->at, list->cap * sizeof *list->at);
	}
	list->at[list->count++] = place;
}

/* --- what became of a part ------------------------------------------------------------------ */

static void on_committed(void *ctx, bool is_durable)
{
	struct slot *slot = ctx;
	struct sms_outbound *out = slot->of;
	if (!is_durable) {
		slot->state = SLOT_KNOWN;
		outbound_tell_again_later(out);
		return;
	}
	if (slot->fate == FATE_UNKNOWN) { /* perhaps to be sent once more */
		outbound_look_back(out);
		out->must_keep_back = true; /* or not, as its phone refused it meanwhile */
		if (is_settled(out, slot->serial, slot->part))
			forget_pause(out, slot->serial, slot->part);
	}
	slot_clear(slot);
	outbound_pump(out);
}

static void await_disk(struct sms_outbound *out, struct slot *slot, uint64_t lsn)
{
	gate_forget(&slot->wait);
	slot->of = out;
	slot->wait = (struct gate_wait) {
		.done = on_committed, .ctx = slot, .rank = GATE_SMPP, .bytes = GATE_WAIT_BYTES};
	port_wait(out->world.port, &slot->wait, lsn);
}

static struct command fate_command(const struct slot *slot, struct outbound *text)
{
	return (struct command) {.kind = CMD_SMS_ANSWERED,
		.answer = {.place = {text, slot->part, slot->parts},
			.delivery = slot->fate == FATE_SENT ? DELIVERY_SENT : DELIVERY_FAILED,
			.smsc_id = slot->smsc_id}};
}

/* A text that was closed meanwhile, or a part whose fate is settled, needs to know nothing. But what
 * closed it may be undone, as long as it is not on disk: then the fate is told again. */
void outbound_tell_fate(struct sms_outbound *out, struct slot *slot)
{
	struct outbound *text = core_outbound(outbound_core(out), slot->serial);
	struct command command = fate_command(slot, text);
	uint64_t lsn = text ? text->last_lsn : 0;
	bool is_open = text && text->b.open;
	enum err e = is_open ? port_apply(out->world.port, &command, &lsn) : ERR_NOT_FOUND;
	gate_forget(&slot->wait); /* of an older fate: of this one it says nothing */
	slot->state = SLOT_KNOWN;
	if (sms_is_not_now(e)) {
		outbound_tell_again_later(out);
		return;
	}
	if (e != OK)
		outbound_look_back(out);
	slot->state = SLOT_COMMITTING;
	if (e == OK && slot->fate == FATE_SENT)
		out->handler.id_known(out->handler.ctx, slot->smsc_id);
	await_disk(out, slot, lsn);
}

/* --- what may be written to the link -------------------------------------------------------- */

static void on_durable(void *owner, uint64_t lsn, bool is_durable)
{
	outbound_look_back(owner); /* what was passed over no longer counts, or does again */
	if (is_durable)
		sms_outbound_durable(owner, lsn);
	else
		outbound_tell_again_later(owner);
}

void outbound_await(struct sms_outbound *out, uint64_t lsn)
{
	marks_wait(&out->marks, lsn);
}

/* Of a part that is not answered. own: how many before it had their turn. */
static bool may_be_sent(
	const struct link *link, const struct outbound *text, unsigned part, uint64_t *own)
{
	const struct sms_aside *aside = core_aside(text, part);
	uint64_t through = link->sending.through;
	if (aside && aside->b.turn != TURN_OWN)
		return aside->b.turn == TURN_LEAVES;
	return (*own)++ < link->sending.parts &&
	       (through == 0 || outbound_cookie(text->b.serial, part) <= through);
}

/* The parts that the process before may have sent. */
static void sent_before(struct sms_outbound *out, struct place_list *places)
{
	const struct link *link = outbound_link(out);
	struct outbound *text;
	uint64_t own = 0;
	DL_FOREACH2(link->unsent, text, unsent_next) {
		unsigned parts = outbound_count(out, text);
		if (text->b.serial > out->before)
			break;
		for (unsigned part = 1; part <= parts; part++)
			if (outbound_is_open(text, part) && may_be_sent(link, text, part, &own))
				place_add(places, (struct part_place) {text, part, parts});
	}
}

/* Before anything else is queued, connected or up: a process that ends before it has sent anything
 * must cost no text a repeat. */
static void find_sent(struct sms_outbound *out)
{
	struct place_list places = {0};
	sent_before(out, &places);
	struct command command = {.kind = CMD_FIND_SENT,
		.link = outbound_link(out),
		.find_sent = {.lost = {places.at, places.count}}};
	enum err e = port_apply(out->world.port, &command, &out->found_lsn);
	out->is_found = e == OK;
	if (e != OK)
		outbound_tell_again_later(out);
	free(places.at);
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
		struct outbound *text = core_outbound(outbound_core(out), slot->serial);
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
	struct command command = {.kind = CMD_SEND_WITHIN,
		.link = outbound_link(out),
		.send_within = {.parts = out->is_up ? out->slots.window : 0,
			.through = out->is_up ? outbound_through(out) : 0,
			.lost = {l.places, l.place_count}}};
	if (l.slot_count == 0 && command.link->sending.parts == command.send_within.parts)
		return;
	uint64_t lsn;
	if (port_apply(out->world.port, &command, &lsn) != OK) {
		outbound_tell_again_later(out);
		return;
	}
	for (unsigned i = 0; i < l.slot_count; i++)
		l.slots[i]->state = SLOT_COMMITTING;
	out->may_repeat |= l.place_count > 0;
	outbound_await(out, lsn);
	for (unsigned i = 0; i < l.slot_count; i++)
		await_disk(out, l.slots[i], lsn);
}

/* Answers first: were it on disk that nothing is sent any more, and not that a part was answered, a
 * crash would send that part again as if it had never left. And before a link is written to, what its
 * phone refused is no longer under the mark. */
void sms_outbound_tell(struct sms_outbound *out)
{
	bool is_all_told = true;
	if (!out->is_found)
		find_sent(out);
	SLOTS_EACH(&out->slots, slot) {
		if (slot->state == SLOT_KNOWN && slot->fate != FATE_UNKNOWN)
			outbound_tell_fate(out, slot);
		is_all_told &= slot->state != SLOT_KNOWN || slot->fate == FATE_UNKNOWN;
	}
	if (is_all_told && out->is_found && outbound_keep_back(out))
		tell_sending(out);
}

static void on_again(void *ctx)
{
	sms_outbound_tell(ctx);
	outbound_pump(ctx);
}

/* --- pauses --------------------------------------------------------------------------------- */

static void on_next(void *ctx)
{
	outbound_pump(ctx);
}

static void arm_due(struct sms_outbound *out)
{
	msec now = net_now(out->world.net), next = put_off_next(&out->put_off, now);
	out->due_at = next;
	if (next)
		net_timer_start(out->world.net, &out->due, next - now);
}

static void on_due(void *ctx)
{
	struct sms_outbound *out = ctx;
	put_off_sweep(&out->put_off, is_settled, out);
	outbound_look_back(out);
	outbound_pump(out);
	arm_due(out);
}

/* It is not sent: again after a pause of its own, and all others more slowly. */
static void repeat_later(struct sms_outbound *out, struct slot *slot, enum put_off_kind kind)
{
	const struct outbound *text = core_outbound(outbound_core(out), slot->serial);
	msec now = net_now(out->world.net);
	if (text)
		put_off_again(&out->put_off, kind, text->b.phone, slot->serial, slot->part, now);
	pace_slow(&out->pace, slot->sent_at, now);
	slot_clear(slot);
	outbound_look_back(out);
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
	outbound_tell_fate(out, slot);
}

/* It waits for its repeat, or was given up. */
static struct slot *slot_again(struct sms_outbound *out, uint64_t cookie)
{
	struct outbound *text = core_outbound(outbound_core(out), cookie >> COOKIE_PART_BITS);
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
	bool is_taken = result == CONNECTOR_SENT || result == CONNECTOR_REFUSED;
	if (is_taken && slot->state == SLOT_SENT)
		pace_ease(&out->pace);
	if (is_taken)
		forget_pause(out, slot->serial, slot->part);
	if (result == CONNECTOR_SENT) {
		take_sent(out, slot, smsc_id);
	} else if (slot->state == SLOT_SENT && result == CONNECTOR_REFUSED) {
		slot->fate = FATE_REFUSED;
		outbound_tell_fate(out, slot);
	} else if (slot->state == SLOT_SENT) {
		repeat_later(out, slot, result == CONNECTOR_LATER ? PUT_OFF_BUSY : PUT_OFF_TROUBLE);
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
	outbound_pump(out);
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

/* Then they go first, and what has its turn waits. */
static bool has_asides(const struct sms_outbound *out)
{
	const struct outbound *text;
	const struct sms_aside *aside;
	DL_FOREACH2(outbound_link(out)->unsent, text, unsent_next)
		DL_FOREACH(text->asides, aside)
			if (aside->b.turn != TURN_OWN &&
				outbound_is_open(text, (unsigned)aside->b.part))
				return true;
	return false;
}

void sms_outbound_up(struct sms_outbound *out)
{
	out->is_up = true;
	out->is_held = pace_is_slow(&out->pace) || has_asides(out);
	outbound_look_back(out);
	sms_outbound_tell(out);
	outbound_pump(out);
}

void sms_outbound_down(struct sms_outbound *out)
{
	out->is_up = false;
	SLOTS_EACH(&out->slots, slot) {
		lose(slot);
		if (slot->state == SLOT_ASKED)
			slot_clear(slot);
	}
	sms_outbound_tell(out);
}

bool sms_outbound_can_take_over(struct sms_outbound *out)
{
	return out->is_up && !out->is_stopped && outbound_link(out)->sending.parts > 0;
}

/* What was tried stays: its link knows what comes of it. */
static struct place_list waiting_for(struct sms_outbound *out, const struct link *other)
{
	struct place_list places = {0};
	struct outbound *text;
	unsigned texts = 0;
	DL_FOREACH2(other->unsent, text, unsent_next) {
		unsigned parts =
			text->part_count || text->b.withheld ? 0 : outbound_count_here(out, text);
		for (unsigned part = 1; part <= parts; part++)
			place_add(&places, (struct part_place) {text, part, parts});
		texts += parts > 0;
		if (texts == OUTBOUND_MOVED_AT_ONCE)
			break;
	}
	return places;
}

/* They come with places of their own, before others that have their turn: from here on it goes as where a carrier was
 * slow, one asking after the other. */
enum err sms_outbound_take_over(struct sms_outbound *out, struct str from)
{
	const struct link *other = core_link(outbound_core(out), from);
	struct place_list places = waiting_for(out, other);
	const struct command command = {.kind = CMD_MOVE_TEXTS,
		.link = outbound_link(out),
		.move = {.places = {places.at, places.count}}};
	uint64_t lsn;
	enum err e = places.count == 0 ? ERR_NOT_FOUND : ERR_WRONG_STATE;
	if (places.count && other->sending.parts == 0)
		e = port_apply(out->world.port, &command, &lsn);
	free(places.at);
	if (e == OK) {
		out->is_held = true;
		outbound_look_back(out);
		outbound_await(out, lsn);
	}
	return e;
}

void sms_outbound_durable(struct sms_outbound *out, uint64_t lsn)
{
	if (lsn > out->durable)
		out->durable = lsn;
	outbound_pump(out);
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
	out->marks = (struct marks) {.port = world->port, .done = on_durable, .owner = out};
	out->again = (struct net_timer) {.fire = on_again, .ctx = out};
	out->due = (struct net_timer) {.fire = on_due, .ctx = out};
	out->next = (struct net_timer) {.fire = on_next, .ctx = out};
	pace_allow(&out->pace, (unsigned)outbound_link(out)->settings[SETTING_THROUGHPUT],
		(unsigned)outbound_link(out)->settings[SETTING_THROUGHPUT_PER_MINUTE]);
	out->slots.window = sms_window(outbound_link(out));
	return out;
}

/* A link that was added just now was written to by nobody: then there is nothing to tell, nor could it
 * be told from inside of the command that adds it. */
void sms_outbound_start(struct sms_outbound *out)
{
	out->before = outbound_core(out)->outbound_drawn;
	out->must_keep_back = out->may_repeat = true;
	out->is_found = outbound_link(out)->sending.parts == 0;
	if (!out->is_found)
		find_sent(out);
}

void sms_outbound_stop(struct sms_outbound *out)
{
	out->is_stopped = true;
}

void sms_outbound_withheld(struct sms_outbound *out)
{
	SLOTS_EACH(&out->slots, slot) {
		const struct outbound *text = core_outbound(outbound_core(out), slot->serial);
		if (slot->state == SLOT_SENT && text && text->b.withheld &&
			out->connector->ops->not_again)
			out->connector->ops->not_again(
				out->connector, outbound_cookie(slot->serial, slot->part));
	}
	out->must_keep_back = true;
	net_timer_start(out->world.net, &out->again, 0);
}

/* Fates that were being written down were dropped with the old core: on_committed said so. */
void sms_outbound_rebind(struct sms_outbound *out, uint64_t lsn)
{
	out->durable = lsn;
	out->counted = 0;
	SLOTS_EACH(&out->slots, slot)
		if (slot->state == SLOT_ASKED)
			slot_clear(slot);
	out->is_found &= out->found_lsn <= lsn;
	out->must_keep_back = out->must_end_sooner = out->may_repeat = true;
	out->kept[0].lsn = out->kept[1].lsn = 0;
	outbound_look_back(out);
	outbound_tell_again_later(out);
	outbound_pump(out);
}

void sms_outbound_rest(struct sms_outbound *out)
{
	marks_forget(&out->marks);
	SLOTS_EACH(&out->slots, slot)
		gate_forget(&slot->wait);
	net_timer_stop(out->world.net, &out->again);
	net_timer_stop(out->world.net, &out->next);
	net_timer_stop(out->world.net, &out->due);
}

void sms_outbound_free(struct sms_outbound **slot)
{
	struct sms_outbound *out = *slot;
	if (!out)
		return;
	sms_outbound_rest(out);
	put_off_clear(&out->put_off);
	free(out->waits.at);
	free(out->leaves.at);
	SLOTS_EACH(&out->slots, each)
		slot_clear(each);
	str_free(&out->link);
	free(out);
	*slot = NULL;
}
