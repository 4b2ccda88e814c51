/* properties_happenings.c - what happened has its effect, and no other: customers' texts, copies, the SMSC's answers,
 * receipts, deadlines. */
#include "properties.h"
#include "core/model/reader.h"
#include "core/model/session.h"

#include <utlist.h>

/* --- before and in the step --------------------------------------------------------------------- */

static unsigned count_of(const struct step *step, enum event_kind kind)
{
	unsigned count = 0;
	EACH_EVENT(step, event)
	count += event->kind == kind;
	return count;
}

/* What rules make of it is properties_rules.c's to judge. */
static unsigned count_all(const struct step *step)
{
	unsigned count = 0;
	EACH_EVENT(step, event)
	count += event_body(event->kind) != BODY_flag && event->kind != EV_HAND_RAISED_BY_RULE;
	return count;
}

static bool is_all(const struct step *step, enum event_kind kind)
{
	return count_of(step, kind) == count_all(step);
}

/* The nth row of a kind, before the step; NULL: fewer. */
static const union row_body *nth_row(const struct step *step, enum body_kind kind, unsigned nth)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == kind && nth-- == 0)
			return &rows->at[i].body;
	return NULL;
}

static struct contact *contact_of(const struct step *step)
{
	return core_contact(step->world->core, world_phone(step->move.who));
}

static bool was_opted_out(const struct step *step)
{
	const union row_body *b;
	for (unsigned i = 0; (b = nth_row(step, BODY_contact, i)); i++)
		if (is_one_phone(b->contact.phone, world_phone(step->move.who)) &&
			b->contact.opted_out)
			return true;
	return false;
}

static bool is_opted_out(const struct step *step, struct str phone)
{
	for (unsigned i = 0; i < step->world->scope.customers; i++) {
		const struct contact *contact = core_contact(step->world->core, world_phone(i));
		if (contact && contact_body(contact).opted_out &&
			is_one_phone(contact_phone(contact), phone))
			return true;
	}
	return false;
}

/* A copy of it may come: of this customer's texts, or of all that are settled. */
static bool is_noted(const struct step *step, const struct body_inbound *b)
{
	return b->count && !b->matched &&
	       (step->move.kind == MOVE_SETTLE ||
		       b->fingerprint.at[0] == (char)(step->move.who + 1));
}

static unsigned noted_before(const struct step *step)
{
	const union row_body *b;
	unsigned count = 0;
	for (unsigned i = 0; (b = nth_row(step, BODY_inbound, i)); i++)
		count += is_noted(step, &b->inbound);
	return count;
}

static unsigned noted_after(const struct step *step)
{
	const struct link *link = world_link(step->world);
	unsigned count = 0;
	for (unsigned i = 0; i < step->world->core->centre.receive_window; i++)
		count += is_noted(step, &link->inbound[i].b);
	return count;
}

static bool is_held(const struct step *step)
{
	const struct segment_held *held;
	DL_FOREACH(world_link(step->world)->segments, held)
		if (str_eq(held->b.phone, world_phone(step->move.who)))
			return true;
	return false;
}

static bool was_held(const struct step *step)
{
	const union row_body *b;
	for (unsigned i = 0; (b = nth_row(step, BODY_segment, i)); i++)
		if (b->segment.held && str_eq(b->segment.phone, world_phone(step->move.who)))
			return true;
	return false;
}

/* --- customers' texts --------------------------------------------------------------------------- */

/* Exactly one entry, the customer's, in the one session that is open with this customer. */
static bool is_entered(const struct step *step)
{
	const struct contact *contact = contact_of(step);
	if (was_opted_out(step))
		met(step, MET_WRITTEN_TO_OPTED_OUT);
	unsigned count = 0;
	EACH_EVENT(step, event)
	{
		const struct body_message *b = event->body;
		if (event->kind != EV_MESSAGE_ADDED || b->type != MESSAGE_TEXT)
			continue;
		const struct session *session = core_session(step->world->core, b->session);
		count += b->author == PARTY_CONTACT && contact && contact->open == session &&
			 str_eq(session->b.phone, contact_phone(contact));
	}
	return count == 1 && contact->open && !count_of(step, EV_SMS_QUEUED);
}

static bool is_last_part_entered(const struct step *step)
{
	if (was_held(step))
		met(step, MET_PARTS_JOINED);
	return is_entered(step) && !is_held(step);
}

/* Nothing of it leaves any more, but for what this step itself wrote. */
static bool is_kept_back(const struct step *step, const struct outbound *out)
{
	bool is_new = true;
	const union row_body *b;
	for (unsigned i = 0; (b = nth_row(step, BODY_outbound, i)); i++)
		is_new &= b->outbound.serial != out->b.serial;
	if (!is_new && out->is_unsent)
		met(step, MET_KEPT_BACK);
	return is_new || !out->is_unsent || out->b.withheld;
}

static bool is_stopped(const struct step *step)
{
	const struct session *session;
	const struct outbound *out;
	struct str phone = world_phone(step->move.who);
	DL_FOREACH(step->world->core->sessions, session)
		if (is_one_phone(session->b.phone, phone) && session->b.state != SESSION_LEFT)
			return false;
	DL_FOREACH(step->world->core->outbound, out)
		if (!was_opted_out(step) && is_one_phone(out->b.phone, phone) &&
			!is_kept_back(step, out))
			return false;
	EACH_EVENT(step, event)
	{
		const struct body_session *b = event->body;
		if (event->kind == EV_SESSION_LEFT_BY_ALL && !str_eq(b->phone, phone))
			met(step, MET_STOPPED_FOR_ALL);
	}
	return contact_body(contact_of(step)).opted_out &&
	       count_of(step, EV_SMS_QUEUED) == !was_opted_out(step);
}

static bool is_started(const struct step *step)
{
	if (!was_opted_out(step))
		return is_entered(step);
	EACH_EVENT(step, event)
	{
		const struct body_contact *b = event->body;
		if (event->kind == EV_CONTACT_OPTED_IN &&
			!str_eq(b->phone, world_phone(step->move.who)))
			met(step, MET_STARTED_FOR_ALL);
	}
	return !is_opted_out(step, world_phone(step->move.who)) &&
	       count_of(step, EV_SMS_QUEUED) == 1;
}

/* Once in ten minutes. */
static bool was_helped(const struct step *step)
{
	const union row_body *b;
	for (unsigned i = 0; (b = nth_row(step, BODY_contact, i)); i++)
		if (str_eq(b->contact.phone, world_phone(step->move.who)) && b->contact.helped &&
			step->world->now - b->contact.helped < HELP_AGAIN_MS)
			return true;
	return false;
}

static bool is_helped(const struct step *step)
{
	return count_of(step, EV_SMS_QUEUED) == !was_helped(step);
}

static bool is_part_held(const struct step *step)
{
	return is_held(step) && count_of(step, EV_SEGMENT_HELD) == 1 &&
	       count_of(step, EV_INBOUND_NOTED) == 1 && count_all(step) == 2;
}

/* Nobody reads a copy. It takes the place of what it is a copy of: its answer may be lost as well. */
static bool is_copy_dropped(const struct step *step)
{
	unsigned before = noted_before(step);
	if (before)
		met(step, MET_COPY_DROPPED);
	return is_all(step, EV_INBOUND_MATCHED) && count_all(step) == 1 &&
	       noted_after(step) == (before ? before : 1);
}

static bool is_settled(const struct step *step)
{
	if (noted_before(step))
		met(step, MET_NOTED_SETTLED);
	return is_all(step, EV_INBOUND_MATCHED) && noted_after(step) == 0;
}

/* --- the SMSC ----------------------------------------------------------------------------------- */

static bool is_final(uint64_t state)
{
	return state == DELIVERY_DELIVERED || state == DELIVERY_EXPIRED || state == DELIVERY_FAILED;
}

static bool is_closed_rightly(const struct step *step, const struct outbound *out)
{
	const struct sms_part *part;
	unsigned final = 0, answered = 0;
	DL_FOREACH(out->parts, part) {
		final += is_final(part->b.state);
		answered++;
	}
	if (answered < step->world->scope.parts)
		met(step, MET_TEXT_HALF_ANSWERED);
	bool is_over = final == step->world->scope.parts;
	met(step, is_over ? MET_TEXT_CLOSED : MET_TEXT_KEPT_OPEN);
	return !out->b.open == is_over && count_of(step, EV_SMS_CLOSED) == is_over;
}

/* decisions 6: one repeat while the process lives, one for each life that ended, two of all together here. */
static bool is_repeated_enough(uint64_t attempts, uint64_t lives)
{
	return attempts > 1 || attempts + lives > WORLD_REPEAT_MAX;
}

/* The part of the step, and how often its answer was lost, before. */
struct part_then {
	uint64_t state, attempts, lives;
};

static struct part_then part_before(const struct step *step, uint64_t serial)
{
	struct part_then then = {.state = DELIVERY_QUEUED};
	const union row_body *b;
	for (unsigned i = 0; (b = nth_row(step, BODY_part, i)); i++)
		if (b->part.outbound == serial && b->part.part == step->move.on) {
			then.state = b->part.state;
			then.attempts = b->part.attempts;
		}
	for (unsigned i = 0; (b = nth_row(step, BODY_lost, i)); i++)
		if (b->lost.outbound == serial && b->lost.part == step->move.on)
			then.lives = b->lost.lives;
	return then;
}

static bool was_awaited(const struct part_then *then)
{
	return then->state == DELIVERY_QUEUED ||
	       (then->state == DELIVERY_UNCERTAIN &&
		       !is_repeated_enough(then->attempts, then->lives));
}

static bool is_loss(const struct step *step)
{
	return step->move.kind == MOVE_SMSC_SILENT || step->move.kind == MOVE_LIFE_ENDS;
}

/* A lost answer is counted where it was lost, and a part waits for its repeat until there were enough. */
static bool is_counted_rightly(
	const struct step *step, const struct part_then *then, const struct sms_part *part)
{
	bool is_answered = core_part_is_answered(part->outbound, (unsigned)part->b.part);
	if (is_loss(step))
		met(step, is_answered ? MET_GIVEN_UP : MET_REPEATED);
	else if (then->state == DELIVERY_UNCERTAIN && !was_awaited(then) &&
		 part->b.state == DELIVERY_SENT)
		met(step, MET_HEARD_LATE);
	return part->b.attempts == then->attempts + (step->move.kind == MOVE_SMSC_SILENT) &&
	       part->lost.lives == then->lives + (step->move.kind == MOVE_LIFE_ENDS) &&
	       is_answered ==
		       (!is_loss(step) || is_repeated_enough(part->b.attempts, part->lost.lives));
}

/* With the process goes whatever was on its way. */
static bool is_nothing_leaving(const struct step *step)
{
	const struct outbound *out;
	const struct sms_aside *aside;
	DL_FOREACH2(world_link(step->world)->unsent, out, unsent_next)
		DL_FOREACH(out->asides, aside)
			if (aside->b.turn == TURN_LEAVES)
				return false;
	return true;
}

static bool is_sending_told(const struct step *step)
{
	uint64_t parts = world_link(step->world)->sending.parts;
	if (step->move.kind == MOVE_LIFE_ENDS)
		return parts == 0 && is_nothing_leaving(step);
	return step->move.kind != MOVE_SMSC_SILENT || parts == world_link(step->world)->b.window;
}

/* The answer changes that part of that text, and closes it when it was the last one. */
static bool is_part_told(const struct step *step)
{
	static const enum delivery states[FIRST_DEED] = {
		[MOVE_SMSC_TAKES] = DELIVERY_SENT,
		[MOVE_SMSC_REFUSES] = DELIVERY_FAILED,
		[MOVE_SMSC_SILENT] = DELIVERY_UNCERTAIN,
		[MOVE_LIFE_ENDS] = DELIVERY_UNCERTAIN,
		[MOVE_RECEIPT_GOOD] = DELIVERY_DELIVERED,
		[MOVE_RECEIPT_LATE] = DELIVERY_EXPIRED,
		[MOVE_RECEIPT_BAD] = DELIVERY_FAILED,
	};
	uint64_t serial = nth_row(step, BODY_outbound, step->move.who)->outbound.serial;
	const struct outbound *out = core_outbound(step->world->core, serial);
	struct part_then then = part_before(step, serial);
	if (is_loss(step) && !was_awaited(&then)) /* nothing is lost of what is settled */
		return count_of(step, EV_SENDING_CHANGED) + count_of(step, EV_SMS_TURN_CHANGED) ==
			       count_all(step) &&
		       is_sending_told(step);
	EACH_EVENT(step, event)
	{
		const struct body_part *b = event->body;
		if (event->kind == EV_SMS_PART_CHANGED &&
			(b->outbound != serial || b->part != step->move.on ||
				b->state != states[step->move.kind]))
			return false;
	}
	unsigned others = count_of(step, EV_SMS_CLOSED) + count_of(step, EV_SMS_ANSWER_LOST) +
			  count_of(step, EV_SENDING_CHANGED) + count_of(step, EV_SMS_TURN_CHANGED);
	const struct sms_part *part;
	DL_FOREACH(out->parts, part)
		if (part->b.part == step->move.on && !is_counted_rightly(step, &then, part))
			return false;
	return count_of(step, EV_SMS_PART_CHANGED) == 1 && is_closed_rightly(step, out) &&
	       is_sending_told(step) && count_all(step) == 1 + others;
}

/* That one's turn is changed, and nothing of what people see. */
static bool is_turn_changed(const struct step *step)
{
	uint64_t serial = nth_row(step, BODY_outbound, step->move.who)->outbound.serial;
	const struct outbound *out = core_outbound(step->world->core, serial);
	const struct sms_aside *aside = core_aside(out, step->move.on);
	enum sms_turn turn = step->move.kind == MOVE_PASSED_OVER ? TURN_WAITS : TURN_LEAVES;
	return is_all(step, EV_SMS_TURN_CHANGED) && count_all(step) <= 1 && aside &&
	       aside->b.turn == turn;
}

/* --- deadlines ---------------------------------------------------------------------------------- */

static const union row_body *deadline_row(const struct step *step)
{
	return &step->world->rows.at[step->move.on].body;
}

static const struct user *user_of_deadline(const struct step *step, struct str id)
{
	return core_user(step->world->core, id);
}

static bool is_lost(const struct step *step)
{
	const struct user *user = user_of_deadline(step, deadline_row(step)->agent.user);
	return user->agent.state != AGENT_READY && !user->agent.lost_at;
}

/* The invitation is taken back; the agent of an offer is NotReady, or Ready with `reoffer`. */
static bool is_unanswered(const struct step *step)
{
	const struct body_party *before = &deadline_row(step)->party;
	const struct user *user = user_of_deadline(step, before->user);
	bool was_offer = before->origin == ORIGIN_ROUTED, is_revoked = false;
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		is_revoked |= event->kind == EV_PARTY_WAS_REVOKED && str_eq(b->id, before->id);
	}
	bool is_reoffered = step->world->scope.reoffer;
	if (was_offer && is_reoffered == (user->agent.state == AGENT_READY))
		met(step, is_reoffered ? MET_REOFFERED : MET_NO_ANSWER_NOTED);
	return is_revoked && (!was_offer || is_reoffered || user->agent.state != AGENT_READY) &&
	       (!is_reoffered || !count_of(step, EV_AGENT_MADE_NOT_READY));
}

static bool is_offered_at_most(const struct step *step)
{
	return is_all(step, EV_PARTY_WAS_INVITED);
}

static bool is_ended(const struct step *step)
{
	const struct session *session =
		core_session(step->world->core, deadline_row(step)->message.session);
	return session->b.state == SESSION_ENDED && count_of(step, EV_SESSION_CLOSED) == 1;
}

static bool is_awaited_no_longer(const struct step *step)
{
	uint64_t serial = deadline_row(step)->outbound.serial;
	const struct outbound *out = core_outbound(step->world->core, serial);
	return !out->b.open && count_of(step, EV_SMS_CLOSED) == 1 &&
	       !count_of(step, EV_MESSAGE_ADDED);
}

/* For its supervisor, and nobody else. */
static bool is_order_over(const struct step *step)
{
	return is_all(step, EV_REGISTRATION_ENDED) && count_of(step, EV_REGISTRATION_ENDED) == 1;
}

/* What each does is seen where it comes alone; together they leave nothing that is due. */
static bool is_nothing_due(const struct step *step)
{
	msec next = core_next_deadline(step->world->core);
	return next == 0 || next > step->world->now;
}

/* --- clients ------------------------------------------------------------------------------------ */

static bool is_there(const struct step *step)
{
	const struct body_agent *agent = &step->world->users[step->move.who]->agent;
	return agent->state == AGENT_LOGGED_OUT || (agent->has_client && !agent->lost_at);
}

static bool is_gone(const struct step *step)
{
	return !step->world->users[step->move.who]->agent.has_client;
}

/* Whoever was signed in has no client any more, and has time to come back. */
static bool is_awake(const struct step *step)
{
	for (unsigned i = 0; i < step->world->user_count; i++)
		if (step->world->users[i]->agent.has_client)
			return false;
	return is_all(step, EV_AGENT_CLIENTS_LOST) ||
	       count_of(step, EV_AGENT_CLIENTS_LOST) + count_of(step, EV_PARTY_WAS_INVITED) ==
		       count_all(step);
}

/* It waits no longer; what it found, and for whom, is properties_rules.c's. */
static bool is_waited_for(const struct step *step)
{
	return count_of(step, EV_RULE_WAITED) + count_of(step, EV_RULE_MATCHED) == 1;
}

/* Whom that puts out of orders and sessions is properties_orders.c's. */
static bool is_assigned(const struct step *step)
{
	return count_of(step, EV_ASSIGNMENT_CHANGED) == 1;
}

static bool has_other_roles(const struct step *step)
{
	return count_of(step, EV_USER_ROLES_CHANGED) == 1;
}

static bool (*const had_effect[FIRST_DEED])(const struct step *) = {
	[MOVE_TEXT] = is_entered,
	[MOVE_STOP] = is_stopped,
	[MOVE_START] = is_started,
	[MOVE_HELP] = is_helped,
	[MOVE_FIRST_PART] = is_part_held,
	[MOVE_LAST_PART] = is_last_part_entered,
	[MOVE_COPY] = is_copy_dropped,
	[MOVE_SETTLE] = is_settled,
	[MOVE_SMSC_TAKES] = is_part_told,
	[MOVE_SMSC_REFUSES] = is_part_told,
	[MOVE_SMSC_SILENT] = is_part_told,
	[MOVE_PASSED_OVER] = is_turn_changed,
	[MOVE_LET_GO] = is_turn_changed,
	[MOVE_LIFE_ENDS] = is_part_told,
	[MOVE_RECEIPT_GOOD] = is_part_told,
	[MOVE_RECEIPT_LATE] = is_part_told,
	[MOVE_RECEIPT_BAD] = is_part_told,
	[MOVE_CLIENT_COMES] = is_there,
	[MOVE_CLIENTS_GO] = is_gone,
	[MOVE_NO_CLIENT] = is_lost,
	[MOVE_NO_ANSWER] = is_unanswered,
	[MOVE_OFFER_AGAIN] = is_offered_at_most,
	[MOVE_IDLE] = is_ended,
	[MOVE_ORDER_ENDS] = is_order_over,
	[MOVE_NO_REPLY] = is_waited_for,
	[MOVE_ASSIGNED] = is_assigned,
	[MOVE_ROLES] = has_other_roles,
	[MOVE_NO_RECEIPTS] = is_awaited_no_longer,
	[MOVE_BOTH_DUE] = is_nothing_due,
	[MOVE_LATE_START] = is_nothing_due,
	[MOVE_FOLLOWED] = is_nothing_due,
	[MOVE_CRASH] = is_awake,
};

static bool happened(const struct step *step, struct buf *why)
{
	if (move_is_deed(step->move))
		return true;
	CHECK(had_effect[step->move.kind]); /* a new happening: say here how one sees it */
	if (had_effect[step->move.kind](step))
		return true;
	buf_printf(why, "another effect has: %s", move_kind_words(step->move.kind));
	return false;
}

/* Whoever opted out is written the answers to keywords only. */
static bool is_left_in_peace(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		const struct body_outbound *b = event->body;
		if (event->kind != EV_SMS_QUEUED || !move_is_deed(step->move))
			continue;
		if (is_opted_out(step, b->phone))
			buf_puts(why, "an agent's text is on its way");
	}
	return why->len == 0;
}

const struct property happening_properties[] = {
	{"what happens has its effect and no other", "decisions 2, 4 and 6", happened},
	{"who opted out is sent no agent's text", "decisions 6", is_left_in_peace},
	{NULL, NULL, NULL},
};
