/* inbound.c - texts from customers: opening sessions, keywords, parts, redeliveries. */
#include "core/rules/contact.h"
#include "core/model/phone.h"
#include "core/rules/turn.h"

#include <utlist.h>

static bool is_of_same_text(const struct body_segment *a, const struct body_segment *b)
{
	return a->reference == b->reference && str_eq(a->phone, b->phone) &&
	       str_eq(a->number, b->number);
}

static const struct segment_held *oldest_of_another(
	const struct link *link, const struct body_segment *part)
{
	const struct segment_held *held;
	DL_FOREACH(link->segments, held)
		if (!is_of_same_text(&held->b, part))
			return held;
	return NULL;
}

/* No text has as many parts as are held, of a phone or in all: where one bound is reached, there is another. */
const struct segment_held *core_segment_in_the_way(
	const struct link *link, const struct body_segment *part)
{
	const struct segment_held *held, *oldest_of_phone = NULL;
	const struct segment_held *first = core_segments_of(link, part->phone);
	DL_FOREACH2(first, held, phone_next) {
		bool is_own_text = is_of_same_text(&held->b, part);
		if (is_own_text && held->b.part == part->part)
			return NULL; /* it takes the place of itself */
		if (!oldest_of_phone && !is_own_text)
			oldest_of_phone = held;
	}
	if (first && first->of_phone->count >= SEGMENTS_OF_PHONE_MAX)
		return oldest_of_phone;
	return link->segment_count >= SEGMENTS_HELD_MAX ? oldest_of_another(link, part) : NULL;
}

bool keyword_is_answered(enum keyword keyword)
{
	return keyword != KEYWORD_NONE && keyword != KEYWORD_PERHAPS_STOP;
}

enum err can_receive(const struct core *core, const struct command *command)
{
	if (!core_queue_by_number(core, command->receive.number))
		return ERR_NOT_FOUND;
	bool is_answered = keyword_is_answered(command->receive.keyword);
	return is_answered && core->outbound_unsent >= OUTBOUND_UNSENT_MAX ? ERR_BUSY : OK;
}

/* --- fingerprints ------------------------------------------------------------------------------- */

static uint64_t oldest_slot(const struct link *link)
{
	uint64_t oldest = 0;
	for (uint64_t i = 1; i < link->inbound_slots; i++)
		if (link->inbound[i].b.count < link->inbound[oldest].b.count)
			oldest = i;
	return oldest;
}

static struct body_inbound noted_in(
	const struct link *link, uint64_t slot, struct str fingerprint, msec at)
{
	return (struct body_inbound) {
		.link = link->b.name,
		.slot = slot,
		.count = link->inbound_count + 1,
		.fingerprint = fingerprint,
		.at = at,
	};
}

static void note_inbound(struct turn *turn, const struct link *link, struct str fingerprint)
{
	struct body_inbound body = noted_in(link, oldest_slot(link), fingerprint, turn->now);
	if (fingerprint.len)
		turn_emit(turn, EV_INBOUND_NOTED, &body);
}

/* The copy was recognised: it is answered and dropped. Its own answer may be lost in a crash as well,
 * so it takes the place of what it is a copy of, as the newest; elsewhere it would push out another
 * message that is still to come again. The window stays that of the text: were it renewed, a customer
 * who writes the same each day could be taken for a carrier that repeats itself. */
void make_match(struct turn *turn, const struct command *command)
{
	const struct core *core = turn->core;
	const struct link *link = command->link;
	struct str fingerprint = command->match.fingerprint;
	const struct inbound_slot *slot = core_inbound(core, link, fingerprint, core->last_at);
	struct body_inbound body =
		noted_in(link, slot ? (uint64_t)(slot - link->inbound) : oldest_slot(link),
			fingerprint, command->match.at);
	turn_emit(turn, EV_INBOUND_MATCHED, &body);
}

/* All answers have left: nothing is expected again. */
void make_settle(struct turn *turn, const struct command *command)
{
	for (uint64_t i = 0; i < command->link->inbound_slots; i++) {
		struct body_inbound body = command->link->inbound[i].b;
		if (!body.count || body.matched)
			continue;
		body.matched = 1;
		turn_emit(turn, EV_INBOUND_MATCHED, &body);
	}
}

/* --- parts of long messages --------------------------------------------------------------------- */

enum err can_hold_segment(const struct core *core, const struct command *command)
{
	if (!core_queue_by_number(core, command->hold.segment->number))
		return ERR_NOT_FOUND;
	const struct link *holder = core_link_of_segments(core, command->link);
	return core_segment_in_the_way(holder, command->hold.segment) ? ERR_BUSY : OK;
}

void make_hold_segment(struct turn *turn, const struct command *command)
{
	struct body_segment body = *command->hold.segment;
	body.link = core_link_of_segments(turn->core, command->link)->b.name;
	body.at = turn->now;
	body.held = 1;
	turn_emit(turn, EV_SEGMENT_HELD, &body);
	note_inbound(turn, command->link, command->hold.fingerprint);
}

static void join_segments(struct turn *turn, const struct command *command)
{
	if (!command->receive.joins)
		return;
	struct body_segment *first =
		body_keep(BODY_segment, &turn->outcome->arena, &command->receive.joins->b);
	struct segment_held *held, *next;
	struct segment_held *of_phone =
		core_segments_of(core_link(turn->core, first->link), first->phone);
	DL_FOREACH_SAFE2(of_phone, held, next, phone_next) {
		if (!is_of_same_text(&held->b, first))
			continue;
		struct body_segment body = held->b;
		body.held = 0;
		body.data = STR_NONE; /* it is in the transcript now */
		turn_emit(turn, EV_SEGMENT_JOINED, &body);
	}
}

/* --- contacts and sessions ---------------------------------------------------------------------- */

static struct contact *contact_of(struct turn *turn, struct str phone)
{
	struct contact *contact = core_contact(turn->core, phone);
	struct body_contact body = contact_new(turn->core, phone);
	return contact ? contact : turn_emit(turn, EV_CONTACT_ADDED, &body);
}

/* The session that this text belongs to, which may be a new one. An endless one is completed first. */
static struct session *session_for(struct turn *turn, struct contact *contact, struct queue *queue)
{
	struct session *session = contact_conversation(contact, queue->b.number);
	if (session && !session_is_full(session))
		return session;
	if (session)
		session_end(turn, session);
	return session_begin(turn, contact, queue, SESSION_INBOUND);
}

static void add_text(struct turn *turn, struct session *session, struct str text)
{
	const struct entry_words words = {MESSAGE_TEXT, VISIBLE_ALL, text, 0};
	transcript_add(turn, session, &session_contact(session)->viewer, &words);
}

/* Who waits, and for whom somebody is free, does not change by a text in a conversation; and to look at all who are Ready
 * for each text is dear where many wait and nobody is free. */
static void make_ordinary(struct turn *turn, const struct command *command, struct contact *contact,
	struct queue *queue)
{
	uint64_t drawn = turn->core->sessions_drawn;
	add_text(turn, session_for(turn, contact, queue), command->receive.text);
	if (turn->core->sessions_drawn > drawn)
		routing_run(turn);
}

/* --- keywords ----------------------------------------------------------------------------------- */

struct answer {
	struct queue *queue; /* whose number it comes from */
	struct str text;
	msec within;
};

/* An answer of the system's own: an entry where a session is open, and a text in any case; never held
 * back by an opt-out. within: how long it may wait for its link; 0: as long as any text. */
static void answer_keyword(struct turn *turn, struct session *session, struct contact *contact,
	const struct answer *what)
{
	struct link *link = core_link(turn->core, what->queue->b.link);
	if (what->text.len == 0)
		return;
	if (session)
		transcript_add_notice(turn, session, what->text, outbound_next_serial(turn->core));
	const struct outbound_order order = {.session = session,
		.seq = session ? session->message_count : 0,
		.contact = contact,
		.number = what->queue->b.number,
		.link = link,
		.text = what->text,
		.within = what->within};
	outbound_queue(turn, &order);
}

static void leave_all(struct turn *turn, struct session *session)
{
	size_t count = 0;
	struct party *party;
	LL_FOREACH(session->parties, party)
		count++;
	struct party **parties = turn_array(turn, count, sizeof *parties);
	count = 0;
	LL_FOREACH(session->parties, party)
		if (party->b.kind == PARTY_AGENT && party->b.state == PARTY_CHATTING)
			parties[count++] = party;
	for (size_t i = 0; i < count; i++)
		if (viewer_is_consultant(&parties[i]->viewer))
			party_finish(turn, parties[i]); /* there is nothing to advise on */
		else
			party_end(turn, parties[i], EV_PARTY_LEFT);
}

/* The customer's side closes; where no agent is in it, nobody has to complete it. */
static void close_for_customer(struct turn *turn, struct session *session)
{
	if (session_agents(session) == 0) {
		session_end(turn, session);
		return;
	}
	session_close_customer_side(turn, session);
	leave_all(turn, session);
	session_revoke_invited(turn, session);
}

/* For which of our numbers it counts what a phone wrote to this one; empty: for all. */
static struct str scope_of(const struct core *core, struct str number)
{
	return core->settings[SETTING_OPTOUT_SCOPE] == OPTOUT_OF_NUMBER ? number : STR_NONE;
}

static struct str without_number(struct turn *turn, struct str list, struct str number)
{
	struct str left = STR_NONE;
	while (list.len) {
		struct str each = str_cut(&list, '\n');
		if (!str_eq(each, number))
			left = contact_list_with(&turn->outcome->arena, left, each);
	}
	return left;
}

/* Of whoever refuses texts in one spelling nothing leaves in any. Where that was so already, what waits
 * are the answers to keywords, which leave all the same. number: to which it was said; empty: to none alone. */
static void refuse_texts(struct turn *turn, struct contact *contact, struct str number)
{
	struct str scope = scope_of(turn->core, number);
	struct body_contact body = contact_body(contact);
	for (struct contact *c = NULL; (c = contact_spelling(contact, c));)
		if (!contact_refuses(c, scope))
			outbound_withhold(turn, c, scope);
	if (contact_body(contact).opted_out || contact_lists(body.refused, scope))
		return;
	if (scope.len)
		body.refused = contact_list_with(&turn->outcome->arena, body.refused, scope);
	else
		body.opted_out = 1;
	turn_emit(turn, EV_CONTACT_OPTED_OUT, &body);
}

/* What people in the other conversations of this phone read of it; in the one that the word came to stand the
 * word and its answer. */
#define STOPPED_ELSEWHERE                                                                          \
	STR("The customer wants no more messages (STOP to another number of ours).")
#define STARTED_ELSEWHERE                                                                          \
	STR("The customer wants messages again (START to another number of ours).")
#define STOP_WAS_MEANT STR("The customer wants no more messages (decided by the operator).")

/* own: the conversation that the word came to; NULL: none. */
static void note_in_others(
	struct turn *turn, struct contact *contact, const struct session *own, struct str text)
{
	struct session *open;
	LL_FOREACH2(contact->open, open, contact_next)
		if (open != own)
			transcript_add_notice(turn, open, text, 0);
}

/* number: those with that one alone; empty: all. */
static void close_all(struct turn *turn, struct contact *contact, struct str number)
{
	struct session *open, *next;
	LL_FOREACH_SAFE2(contact->open, open, next, contact_next)
		if (!number.len || str_eq(open->b.number, number))
			close_for_customer(turn, open);
}

/* It is known now what was meant. */
static void end_doubt(struct turn *turn, struct contact *contact)
{
	struct body_contact body = contact_body(contact);
	body.doubted = 0;
	if (contact_body(contact).doubted)
		turn_emit(turn, EV_CONTACT_DOUBTED, &body);
}

static void make_stop(struct turn *turn, const struct command *command, struct contact *contact,
	struct queue *queue)
{
	struct session *session = contact_conversation(contact, queue->b.number);
	bool is_new = !contact_refuses(contact, queue->b.number);
	struct str scope = scope_of(turn->core, queue->b.number);
	if (session)
		add_text(turn, session, command->receive.text);
	refuse_texts(turn, contact, queue->b.number);
	end_doubt(turn, contact);
	if (is_new)
		answer_keyword(turn, session, contact,
			&(struct answer) {queue, turn->core->centre.stop_reply, CONFIRM_WITHIN_MS});
	for (struct contact *c = NULL; (c = contact_spelling(contact, c));) {
		if (is_new && !scope.len)
			note_in_others(turn, c, session, STOPPED_ELSEWHERE);
		close_all(turn, c, scope);
	}
	routing_run(turn);
}

static void allow_texts_of(struct turn *turn, struct contact *contact, struct str number)
{
	struct str scope = scope_of(turn->core, number);
	struct body_contact body = contact_body(contact);
	body.opted_out = 0;
	body.refused = scope.len ? without_number(turn, body.refused, scope) : STR_NONE;
	if (contact_body(contact).opted_out || !str_eq(body.refused, contact_body(contact).refused))
		turn_emit(turn, EV_CONTACT_OPTED_IN, &body);
}

/* Texts are allowed again in each spelling for which this one may speak. False: in another one they are
 * refused still, and nobody knows whether that is another phone. */
static bool allow_texts(struct turn *turn, struct contact *contact, struct str number)
{
	for (struct contact *c = NULL; (c = contact_spelling(contact, c));)
		if (contact_is_spoken_for(c, contact))
			allow_texts_of(turn, c, number);
	return !contact_refuses(contact, number);
}

static void make_restart(struct turn *turn, const struct command *command, struct contact *contact,
	struct queue *queue)
{
	bool was_refused = contact_refuses(contact, queue->b.number);
	if (!was_refused ||
		!allow_texts(turn, contact, queue->b.number)) { /* a word like any other */
		make_ordinary(turn, command, contact, queue);
		return;
	}
	struct session *session = contact_conversation(contact, queue->b.number);
	if (session)
		add_text(turn, session, command->receive.text);
	end_doubt(turn, contact);
	answer_keyword(turn, session, contact,
		&(struct answer) {queue, turn->core->centre.start_reply, CONFIRM_WITHIN_MS});
	for (struct contact *c = NULL; (c = contact_spelling(contact, c));)
		if (!scope_of(turn->core, queue->b.number).len)
			note_in_others(turn, c, session, STARTED_ELSEWHERE);
}

static void make_help(struct turn *turn, const struct command *command, struct contact *contact,
	struct queue *queue)
{
	struct session *session = contact_conversation(contact, queue->b.number);
	if (session && session_is_full(session)) /* answered as where none is open */
		session = NULL;
	if (session)
		add_text(turn, session, command->receive.text);
	struct body_contact body = contact_body(contact);
	body.helped = turn->now;
	if (contact_body(contact).helped &&
		turn->now - contact_body(contact).helped < HELP_AGAIN_MS)
		return;
	turn_emit(turn, EV_CONTACT_HELPED, &body);
	answer_keyword(
		turn, session, contact, &(struct answer) {queue, turn->core->centre.help_reply, 0});
}

/* It is for a person to decide: until then it is a text. */
static void make_doubtful(struct turn *turn, const struct command *command, struct contact *contact,
	struct queue *queue)
{
	struct body_contact body = contact_body(contact);
	body.doubted = turn->now;
	if (!contact_refuses(contact, queue->b.number))
		turn_emit(turn, EV_CONTACT_DOUBTED, &body);
	make_ordinary(turn, command, contact, queue);
}

enum err can_decide_opt_out(const struct core *core, const struct command *command)
{
	return contact_body(command->decide.contact).doubted ? OK : ERR_ALREADY;
}

/* By a person: the customer is not answered, for so much later nobody knows what to. */
static void refuse_by_operator(struct turn *turn, struct contact *contact)
{
	end_doubt(turn, contact);
	refuse_texts(turn, contact, STR_NONE);
	for (struct contact *c = NULL; (c = contact_spelling(contact, c));) {
		note_in_others(turn, c, NULL, STOP_WAS_MEANT);
		close_all(turn, c, STR_NONE);
	}
	routing_run(turn);
}

void make_decide_opt_out(struct turn *turn, const struct command *command)
{
	if (command->decide.is_opt_out)
		refuse_by_operator(turn, command->decide.contact);
	else
		end_doubt(turn, command->decide.contact);
}

enum err can_refuse_texts(const struct core *core, const struct command *command)
{
	return contact_phone_has_refused(core, command->refusing, STR_NONE) ? ERR_ALREADY : OK;
}

/* The operator knows it from elsewhere: all that follows is as after one that was decided. */
void make_refuse_texts(struct turn *turn, const struct command *command)
{
	struct contact *contact = contact_of_phone(turn->core, command->refusing);
	refuse_by_operator(turn, contact ? contact : contact_of(turn, command->refusing));
}

/* Nobody could be answered, so a keyword is a text for people to read. Only a refusal counts all the same:
 * the name may be a phone's digits. */
static void make_from_name(struct turn *turn, const struct command *command,
	struct contact *contact, struct queue *queue)
{
	if (command->receive.keyword == KEYWORD_STOP && phone_digits(contact_phone(contact)).len)
		refuse_texts(turn, contact, queue->b.number);
	make_ordinary(turn, command, contact, queue);
}

void make_receive(struct turn *turn, const struct command *command)
{
	static void (*const make[keyword_count])(
		struct turn *, const struct command *, struct contact *, struct queue *) = {
		[KEYWORD_NONE] = make_ordinary,
		[KEYWORD_STOP] = make_stop,
		[KEYWORD_START] = make_restart,
		[KEYWORD_HELP] = make_help,
		[KEYWORD_PERHAPS_STOP] = make_doubtful,
	};
	struct queue *queue = core_queue_by_number(turn->core, command->receive.number);
	join_segments(turn, command);
	note_inbound(turn, command->link, command->receive.fingerprint);
	struct contact *contact = contact_of(turn, command->receive.phone);
	if (contact_is_answerable(contact))
		make[command->receive.keyword](turn, command, contact, queue);
	else
		make_from_name(turn, command, contact, queue);
}
