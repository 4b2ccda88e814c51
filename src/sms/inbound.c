/* inbound.c - texts on their way into the core, and the answers that the carrier is owed. */
#include "sms/inbound.h"
#include "base/arena.h"
#include "base/log.h"
#include "core/rules/contact.h"
#include "core/model/phone.h"
#include "sms/cut_text.h"
#include "sms/long_text.h"
#include "sms/optout.h"
#include "sms/taken.h"

#include <stdlib.h>
#include <utlist.h>

struct sms_inbound {
	struct sms_world world;
	struct str link; /* owned */
	struct connector *connector;
	struct inbound_handler handler;
	struct taken_list taken;
	struct cut_text cut; /* a text that was taken in part */
	bool is_stopped;
	struct net_timer waits; /* until the oldest held part has waited too long */
};

static void on_waited(void *ctx);
static void await_parts(struct sms_inbound *in);
static enum err take_as_far(struct sms_inbound *in, const struct body_segment *part);

static struct core *core_of(struct sms_inbound *in)
{
	return in->world.port->core;
}

static struct link *link_of(struct sms_inbound *in)
{
	return core_link(core_of(in), in->link);
}

/* Where the parts that came wait for the others. */
static struct link *holder_of(struct sms_inbound *in)
{
	struct link *link = link_of(in);
	return link ? core_link_of_segments(core_of(in), link) : NULL;
}

/* What the carrier is told where the core, or the store, took the command or not. */
static enum connector_answer answer_of(enum err e)
{
	switch (e) {
	case OK:
		return ANSWER_OK;
	case ERR_BUSY:
		return ANSWER_FULL;
	default:
		return ANSWER_ERROR;
	}
}

/* A long text whose parts do not all come in this time after the first is taken as far as it came:
 * carriers deliver the parts within minutes or not at all, and a customer waits for an answer. */
static msec join_wait(struct sms_inbound *in)
{
	return (msec)core_of(in)->settings[SETTING_JOIN_WAIT];
}

/* --- what was taken ------------------------------------------------------------------------ */

static void inbound_answer(struct sms_inbound *in, uint64_t token, enum connector_answer what)
{
	in->connector->ops->answer(in->connector, token, what);
}

/* The state changes first: `answer` may tell at once that it has left. */
static void answer_taken(struct sms_inbound *in, struct taken *t)
{
	taken_set(&in->taken, t, TAKEN_ANSWERED);
	inbound_answer(in, t->token, ANSWER_OK);
}

/* The command will never be on disk. A text that is there all the same (only its copy was to be
 * written down) goes on waiting for a copy; any other is forgotten: its copy is the text then. */
static void refuse_taken(struct sms_inbound *in, struct taken *t)
{
	bool is_here = t->state == TAKEN_WAITING;
	uint64_t token = t->token;
	if (t->is_durable)
		taken_set(&in->taken, t, TAKEN_LOST);
	else
		taken_remove(&in->taken, t);
	if (is_here)
		inbound_answer(in, token, ANSWER_ERROR);
}

static void text_on_disk(void *ctx, bool is_durable)
{
	struct taken *t = ctx;
	if (!is_durable) {
		refuse_taken(t->of, t);
		return;
	}
	t->is_durable = true;
	if (t->state == TAKEN_WAITING && !t->copy.in)
		answer_taken(t->of, t);
}

/* The text itself came before it, and is on disk by now. */
static void copy_on_disk(void *ctx, bool is_durable)
{
	struct taken *t = ctx;
	if (!is_durable)
		refuse_taken(t->of, t);
	else if (t->state == TAKEN_WAITING)
		answer_taken(t->of, t);
}

/* wait: the text's or the copy's own. */
static void await_lsn(struct taken *t, struct gate_wait *wait, uint64_t lsn)
{
	wait->done = wait == &t->copy ? copy_on_disk : text_on_disk;
	wait->ctx = t;
	wait->rank = GATE_SMPP;
	wait->bytes = GATE_WAIT_BYTES;
	port_wait(t->of->world.port, wait, lsn);
}

static void await_disk(struct taken *t, uint64_t token, uint64_t lsn)
{
	bool is_copy = t->state == TAKEN_LOST;
	t->token = token;
	taken_set(&t->of->taken, t, TAKEN_WAITING);
	await_lsn(t, is_copy ? &t->copy : &t->text, lsn);
}

static struct taken *add_taken(struct sms_inbound *in, const unsigned char *fingerprint, msec at)
{
	struct taken *t = taken_add(&in->taken, fingerprint, at);
	t->of = in;
	return t;
}

void sms_inbound_written(struct sms_inbound *in)
{
	if (in->connector->has_ids)
		taken_keep(&in->taken);
	else
		taken_written(&in->taken, net_now(in->world.net));
}

/* After an abrupt end answers of the last seconds may have been lost between here and the carrier. */
void sms_inbound_down(struct sms_inbound *in, bool is_abrupt)
{
	msec now = net_now(in->world.net);
	msec window = (msec)core_of(in)->settings[SETTING_RESET_WINDOW];
	taken_down(&in->taken, is_abrupt ? now - window : now);
}

/* --- redeliveries -------------------------------------------------------------------------- */

/* An id never comes by chance. */
static void forget_old(struct sms_inbound *in)
{
	msec window = core_of(in)->centre.redelivery_window;
	if (!in->connector->has_ids)
		taken_forget(&in->taken, net_now(in->world.net) - window);
}

void sms_inbound_start(struct sms_inbound *in)
{
	const struct link *link = link_of(in);
	uint64_t slots = link ? link->inbound_slots : 0;
	for (uint64_t i = 0; i < slots; i++) {
		const struct body_inbound *b = &link->inbound[(link->inbound_count + i) % slots].b;
		if (b->count == 0 || b->matched || b->fingerprint.len != DIGEST_BYTES)
			continue;
		struct taken *t = add_taken(in, (const unsigned char *)b->fingerprint.at, b->at);
		t->is_durable = true;
		taken_set(&in->taken, t, TAKEN_LOST);
	}
	await_parts(in);
}

static bool is_one_of_several(const struct connector_message *m)
{
	return m->piece.parts > 1;
}

/* A customer who refuses texts although texts are allowed. Were that dropped as the copy of an earlier
 * refusal, which was taken back since, texts would go on. The price: a copy that comes so late that the
 * customer has asked for texts again ends the conversations, until the customer asks once more. */
static bool is_refusal(struct sms_inbound *in, const struct connector_message *m)
{
	const struct core *core = core_of(in);
	const struct contact *contact = core_contact(core, m->phone);
	if (is_one_of_several(m) || (contact && contact_body(contact).opted_out) ||
		!phone_is_number(m->phone))
		return false;
	return optout_keyword(m->text, core->centre.stop_words) == KEYWORD_STOP;
}

/* Where a copy is known by its id, nothing is to be written down for it: the text is here, or soon will be. */
static bool take_known(struct sms_inbound *in, const struct connector_message *m)
{
	const struct taken *t =
		in->connector->has_ids ? taken_find(&in->taken, m->fingerprint) : NULL;
	if (!t)
		return false;
	log_info("sms", "link %.*s: a text that came again was dropped", STR_ARGS(in->link));
	inbound_answer(in, m->token, t->is_durable ? ANSWER_OK : ANSWER_BUSY);
	return true;
}

struct lost_text {
	const unsigned char *fingerprint;
	struct taken *found; /* NULL: none */
};

static bool find_lost(struct sms_inbound *in, void *ctx)
{
	struct lost_text *lost = ctx;
	forget_old(in);
	lost->found = taken_find_lost(&in->taken, lost->fingerprint);
	return lost->found != NULL;
}

/* A carrier sends again what it has no answer to over whichever of its links is there. */
static struct taken *find_lost_anywhere(struct sms_inbound *in, const struct connector_message *m)
{
	struct lost_text lost = {.fingerprint = m->fingerprint};
	if (!find_lost(in, &lost))
		in->handler.others(in->handler.ctx, find_lost, &lost);
	return lost.found;
}

/* Whose journal it is in; this one's, if that link is no more. */
static struct link *keeper_of(struct sms_inbound *in, const struct taken *t)
{
	struct str name = t->kept_by.len ? t->kept_by : t->of->link;
	struct link *link = core_link(core_of(in), name);
	return link ? link : link_of(in);
}

/* The answer to the copy is this link's affair, and so is from now on whether the text comes to disk. */
static struct taken *take_over(struct sms_inbound *in, struct taken *t)
{
	if (t->of == in)
		return t;
	struct taken *own = add_taken(in, t->fingerprint, t->at);
	own->is_durable = t->is_durable;
	own->kept_by = str_copy(t->kept_by.len ? t->kept_by : t->of->link);
	taken_set(&in->taken, own, TAKEN_LOST);
	if (t->text.in)
		await_lsn(own, &own->text, t->text.lsn);
	taken_remove(&t->of->taken, t);
	return own;
}

/* Each lost answer lets one copy pass unread. That it came is written down: its own answer may be
 * lost as well, by a crash before the carrier has it. */
static bool take_copy(struct sms_inbound *in, const struct connector_message *m)
{
	struct taken *t = find_lost_anywhere(in, m);
	if (!t || is_refusal(in, m))
		return false;
	uint64_t lsn;
	struct command match = {.kind = CMD_MATCH_REDELIVERY,
		.link = keeper_of(in, t),
		.match = {.fingerprint = taken_print(t), .at = t->at}};
	enum err e = port_apply(in->world.port, &match, &lsn);
	if (e != OK) {
		inbound_answer(in, m->token, answer_of(e));
		return true;
	}
	log_info("sms", "link %.*s: a redelivered text was dropped", STR_ARGS(in->link));
	await_disk(take_over(in, t), m->token, lsn);
	return true;
}

/* --- texts --------------------------------------------------------------------------------- */

/* Without its country's code in the file and with it from the carrier, or the other way round: the one queue whose
 * number it may be. */
static struct queue *only_queue_perhaps(struct core *core, struct str number)
{
	struct queue *queue, *found = NULL;
	EACH_THERE(core->queues, queue)
		if (phone_may_be_same(queue->b.number, number)) {
			if (found)
				return NULL;
			found = queue;
		}
	return found;
}

/* Carriers write one number with and without its plus, whatever their type of number says. */
static struct queue *queue_of(struct core *core, struct str number)
{
	if (number.len == 0)
		return NULL;
	struct queue *queue = core_queue_of_phone(core, number);
	return queue ? queue : only_queue_perhaps(core, number);
}

/* A keyword is one only if it is alone in the whole text, so it is looked for before any cut. */
static enum err apply_text(
	struct sms_inbound *in, struct command *command, struct buf *text, uint64_t *lsn)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->at[i] == '\0') /* no text holds one, and databases end there */
			text->at[i] = ' ';
	command->receive.text = buf_str(text);
	command->receive.keyword =
		optout_keyword(command->receive.text, core_of(in)->centre.stop_words);
	return cut_text_apply(&in->cut, &in->world, command, lsn);
}

static enum err receive_whole(
	struct sms_inbound *in, const struct connector_message *m, struct str number, uint64_t *lsn)
{
	struct buf text = {0};
	buf_put(&text, m->text);
	struct command command = {.kind = CMD_RECEIVE_SMS,
		.link = link_of(in),
		.receive = {.phone = m->phone,
			.number = number,
			.fingerprint = str_from(m->fingerprint, DIGEST_BYTES)}};
	enum err e = apply_text(in, &command, &text, lsn);
	buf_free(&text);
	return e;
}

/* last NULL: as far as it came. */
static enum err receive_long(struct sms_inbound *in, const struct long_text *long_text,
	const struct connector_message *last, uint64_t *lsn)
{
	struct buf text = {0};
	long_text_join(long_text, last ? &last->piece : NULL, in->connector, &text);
	struct command command = {.kind = CMD_RECEIVE_SMS,
		.link = link_of(in),
		.receive = {.phone = long_text->phone,
			.number = long_text->number,
			.joins = long_text_held(long_text)}};
	if (last)
		command.receive.fingerprint = str_from(last->fingerprint, DIGEST_BYTES);
	enum err e = apply_text(in, &command, &text, lsn);
	buf_free(&text);
	return e;
}

/* The oldest texts that are not whole are shown as far as they came; nothing is lost, and the carrier has
 * nothing to keep. */
static enum err make_room(struct sms_inbound *in, const struct body_segment *part)
{
	const struct segment_held *oldest;
	while ((oldest = core_segment_in_the_way(holder_of(in), part))) {
		enum err e = take_as_far(in, &oldest->b);
		if (e != OK)
			return e;
		log_info("sms", "link %.*s: a text that is not whole made room for a newer one",
			STR_ARGS(in->link));
	}
	return OK;
}

static enum err hold_part(
	struct sms_inbound *in, const struct connector_message *m, struct str number, uint64_t *lsn)
{
	struct body_segment body = {.link = in->link,
		.phone = m->phone,
		.number = number,
		.reference = m->piece.series,
		.part = m->piece.part,
		.parts = m->piece.parts,
		.coding = m->piece.coding,
		.data = m->piece.data};
	struct command command = {.kind = CMD_HOLD_SEGMENT,
		.link = link_of(in),
		.hold = {.segment = &body, .fingerprint = str_from(m->fingerprint, DIGEST_BYTES)}};
	enum err e = make_room(in, &body);
	if (e == OK)
		e = port_apply(in->world.port, &command, lsn);
	await_parts(in);
	return e;
}

static enum err receive_part(
	struct sms_inbound *in, const struct connector_message *m, struct str number, uint64_t *lsn)
{
	struct long_text text = {holder_of(in), m->phone, number, m->piece.series};
	msec too_old = net_now(in->world.net) - join_wait(in);
	enum long_text_fit fit = long_text_fit(&text, &m->piece, too_old);
	if (fit == LONG_TEXT_OTHER) {
		enum err e = receive_long(in, &text, NULL, lsn);
		if (e != OK)
			return e;
	}
	return fit == LONG_TEXT_WHOLE ? receive_long(in, &text, m, lsn)
				      : hold_part(in, m, number, lsn);
}

/* Asks first: what is answered to a text that is not taken; ANSWER_OK: take it. */
static enum connector_answer can_take(struct sms_inbound *in, const struct connector_message *m)
{
	struct core *core = core_of(in);
	if (!link_of(in))
		return ANSWER_ERROR;
	if (!queue_of(core, m->number))
		return ANSWER_BAD_NUMBER;
	/* More could not be told apart later; and a stop waits for the answers to those that are. */
	if (in->is_stopped || taken_unwritten(&in->taken) >= link_of(in)->inbound_slots)
		return ANSWER_BUSY;
	return ANSWER_OK;
}

/* Whoever wrote before numbers had one form is the same contact still. */
static struct str known_phone(struct sms_inbound *in, struct str phone)
{
	const struct contact *contact = contact_of_phone(core_of(in), phone);
	return contact ? contact_phone(contact) : phone;
}

void sms_inbound_received(struct sms_inbound *in, const struct connector_message *received)
{
	struct connector_message as = *received, *m = &as;
	as.phone = known_phone(in, received->phone);
	enum connector_answer refusal = can_take(in, m);
	if (refusal != ANSWER_OK) {
		inbound_answer(in, m->token, refusal);
		return;
	}
	if (take_known(in, m) || take_copy(in, m))
		return;
	struct str number = queue_of(core_of(in), m->number)->b.number;
	uint64_t lsn;
	enum err e = is_one_of_several(m) ? receive_part(in, m, number, &lsn)
					  : receive_whole(in, m, number, &lsn);
	if (e != OK) {
		inbound_answer(in, m->token, answer_of(e));
		return;
	}
	await_disk(add_taken(in, m->fingerprint, net_now(in->world.net)), m->token, lsn);
}

/* --- parts that wait for the others -------------------------------------------------------- */

static const struct segment_held *oldest_part(struct sms_inbound *in)
{
	const struct link *own = link_of(in), *holder = holder_of(in);
	return own && own->segments ? own->segments : holder ? holder->segments : NULL;
}

static void await_parts(struct sms_inbound *in)
{
	const struct segment_held *oldest = oldest_part(in);
	if (!oldest) {
		net_timer_stop(in->world.net, &in->waits);
		return;
	}
	msec left = oldest->b.at + join_wait(in) - net_now(in->world.net);
	net_timer_start(in->world.net, &in->waits, left > 0 ? left : 0);
}

/* The command takes the part itself out of memory, so it gets strs of its own. */
static enum err take_as_far(struct sms_inbound *in, const struct body_segment *part)
{
	struct str phone = str_copy(part->phone), number = str_copy(part->number);
	struct long_text text = {
		core_link(core_of(in), part->link), phone, number, part->reference};
	uint64_t lsn;
	enum err e = receive_long(in, &text, NULL, &lsn);
	str_free(&phone);
	str_free(&number);
	return e;
}

static void on_waited(void *ctx)
{
	struct sms_inbound *in = ctx;
	msec until = net_now(in->world.net) - join_wait(in);
	const struct segment_held *oldest;
	for (unsigned i = 0; i < SMS_TAKEN_A_TURN; i++) {
		oldest = oldest_part(in);
		if (!oldest || oldest->b.at > until)
			break;
		if (take_as_far(in, &oldest->b) != OK) { /* the store takes nothing now */
			net_timer_start(in->world.net, &in->waits, SMS_STORE_RETRY_MS);
			return;
		}
	}
	await_parts(in);
}

/* --- life ---------------------------------------------------------------------------------- */

struct sms_inbound *sms_inbound_new(const struct sms_world *world, struct str link,
	struct connector *connector, const struct inbound_handler *handler)
{
	struct sms_inbound *in = mem_new(sizeof *in);
	in->world = *world;
	in->link = str_copy(link);
	in->connector = connector;
	in->handler = *handler;
	in->waits = (struct net_timer) {.fire = on_waited, .ctx = in};
	return in;
}

void sms_inbound_stop(struct sms_inbound *in)
{
	in->is_stopped = true;
}

size_t sms_inbound_unwritten(const struct sms_inbound *in)
{
	return taken_unwritten(&in->taken);
}

/* A text that stands in the journal of the link `ctx` waits here for the answer to its copy. */
static bool keeps_of(struct sms_inbound *in, void *ctx)
{
	const struct sms_inbound *other = ctx;
	const struct taken *t;
	forget_old(in);
	DL_FOREACH(in->taken.first, t)
		if (str_eq(t->kept_by, other->link))
			return true;
	return false;
}

bool sms_inbound_settle(struct sms_inbound *in, uint64_t *lsn)
{
	struct command settle = {.kind = CMD_SETTLE_INBOUND, .link = link_of(in)};
	forget_old(in);
	bool is_all_written =
		!in->taken.first && !in->handler.others(in->handler.ctx, keeps_of, in);
	return settle.link && is_all_written && port_apply(in->world.port, &settle, lsn) == OK;
}

void sms_inbound_rebind(struct sms_inbound *in)
{
	cut_text_forget(&in->cut);
	await_parts(in);
}

void sms_inbound_free(struct sms_inbound **slot)
{
	struct sms_inbound *in = *slot;
	if (!in)
		return;
	net_timer_stop(in->world.net, &in->waits);
	taken_clear(&in->taken);
	cut_text_forget(&in->cut);
	str_free(&in->link);
	free(in);
	*slot = NULL;
}
