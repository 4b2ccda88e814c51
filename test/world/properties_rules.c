/* properties_rules.c - rules that raise hands: each finds what it looks for, once in a session, and has one hand raised while
 * an agent is there. */
#include "core/model/message.h"
#include "core/model/session.h"
#include "properties.h"
#include "core/model/reader.h"
#include "core/model/watching.h"

#include <utlist.h>

static bool has_rule(const struct step *step, enum rule_kind kind)
{
	return step->world->scope.rules & 1u << kind;
}

/* --- before the step ---------------------------------------------------------------------------- */

static bool had_found(const struct step *step, struct str session, struct str rule)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_flag *b = &rows->at[i].body.flag;
		if (rows->at[i].kind == BODY_flag && str_eq(b->session, session) &&
			str_eq(b->rule, rule) && b->found)
			return true;
	}
	return false;
}

static bool had_raised(const struct step *step, struct str session, struct str rule)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_hand *b = &rows->at[i].body.hand;
		if (rows->at[i].kind == BODY_hand && str_eq(b->session, session) &&
			str_eq(b->rule, rule) && b->raised)
			return true;
	}
	return false;
}

/* --- what there is to find ---------------------------------------------------------------------- */

/* In the step somebody wrote to the other side what the rule has among its words. */
static bool has_words(const struct step *step, struct str session)
{
	EACH_EVENT(step, event)
	{
		const struct body_message *b = event->body;
		if (event->kind == EV_MESSAGE_ADDED && str_eq(b->session, session) &&
			b->type == MESSAGE_TEXT && b->visibility == VISIBLE_ALL &&
			(b->author == PARTY_CONTACT || b->author == PARTY_AGENT) &&
			str_is(b->text, "Good day"))
			return true;
	}
	return false;
}

/* The time that the rule gives went by in the step, and the customer has nothing but the own texts. */
static bool is_late(const struct step *step, const struct session *session)
{
	const struct body_flag *waited = &step->world->rows.at[step->move.on].body.flag;
	if (step->move.kind != MOVE_NO_REPLY || !str_eq(waited->session, session->b.id))
		return false;
	for (size_t i = 0; i < session->message_count; i++) {
		const struct body_message entry = message_body(session->messages[i]), *b = &entry;
		if ((b->type == MESSAGE_TEXT || b->type == MESSAGE_PUSH_URL) &&
			b->visibility == VISIBLE_ALL && b->author != PARTY_CONTACT)
			return false;
	}
	return true;
}

/* In the step a part of a text of the session failed, or expired. */
static bool is_lost(const struct step *step, const struct session *session)
{
	EACH_EVENT(step, event)
	{
		const struct body_part *b = event->body;
		if (event->kind == EV_SMS_PART_CHANGED &&
			world_session_of(step->world, event) == session &&
			(b->state == DELIVERY_FAILED || b->state == DELIVERY_EXPIRED))
			return true;
	}
	return false;
}

static bool is_to_be_found(
	const struct step *step, const struct session *session, enum rule_kind kind)
{
	switch (kind) {
	case RULE_WORDS:
		return has_words(step, session->b.id);
	case RULE_REPLY:
		return is_late(step, session);
	case RULE_UNDELIVERED:
		return is_lost(step, session);
	case rule_kind_count:
		break;
	}
	return false;
}

static const enum met met_kinds[rule_kind_count] = {
	[RULE_WORDS] = MET_WORDS_FOUND,
	[RULE_REPLY] = MET_REPLY_LATE,
	[RULE_UNDELIVERED] = MET_FOUND_UNDELIVERED,
};

static unsigned matches(const struct step *step, struct str session, struct str rule)
{
	unsigned count = 0;
	EACH_EVENT(step, event)
	{
		const struct body_flag *b = event->body;
		count += event->kind == EV_RULE_MATCHED && str_eq(b->session, session) &&
			 str_eq(b->rule, rule);
	}
	return count;
}

static bool finds_rightly(const struct step *step, const struct session *session,
	enum rule_kind kind, struct buf *why)
{
	struct str rule = world_rules[kind];
	bool is_new = is_to_be_found(step, session, kind) && !had_found(step, session->b.id, rule);
	unsigned count = matches(step, session->b.id, rule);
	if (is_new)
		met(step, met_kinds[kind]);
	if (step->move.kind == MOVE_NO_REPLY && kind == RULE_REPLY && !is_new)
		met(step, MET_REPLY_IN_TIME);
	if (count == is_new)
		return true;
	buf_printf(why, "'%.*s' finds something %u times", STR_ARGS(rule), count);
	return false;
}

static bool rules_find(const struct step *step, struct buf *why)
{
	const struct session *session;
	DL_FOREACH(step->world->core->sessions, session)
		for (unsigned kind = 0; kind < rule_kind_count; kind++)
			if (has_rule(step, kind) && !finds_rightly(step, session, kind, why))
				return false;
	return true;
}

/* --- hands that are raised for it --------------------------------------------------------------- */

static bool has_agent(const struct world *world, const struct session *session)
{
	for (unsigned i = 0; i < world->user_count; i++)
		if (works_there(world, session->b.id, world->users[i]->b.id))
			return true;
	return false;
}

static bool is_passed_on(const struct step *step, struct str session, struct str rule)
{
	bool is_lowered = false, is_raised = false;
	EACH_EVENT(step, event)
	{
		const struct body_hand *b = event->body;
		if (event_body(event->kind) != BODY_hand || !str_eq(b->session, session) ||
			!str_eq(b->rule, rule))
			continue;
		is_lowered |= event->kind == EV_HAND_LOWERED;
		is_raised |= event->kind == EV_HAND_RAISED_BY_RULE;
	}
	return is_lowered && is_raised;
}

static bool has_its_hand(
	const struct step *step, const struct session *session, struct str rule, struct buf *why)
{
	const struct world *world = step->world;
	const struct flag *flag = session_flag(session, rule);
	bool is_wanted = flag && flag->b.found && has_agent(world, session);
	bool was_found = had_found(step, session->b.id, rule);
	bool was_raised = had_raised(step, session->b.id, rule);
	const struct hand *hand;
	unsigned raised = 0, astray = 0;
	DL_FOREACH(session_rare(session)->hands, hand) {
		bool is_its = hand->b.raised && str_eq(hand->b.rule, rule);
		raised += is_its;
		astray += is_its && !works_there(world, session->b.id, hand->b.agent);
	}
	if (was_found && !was_raised && raised)
		met(step, MET_FOUND_BEFORE_AGENT);
	if (was_raised && !raised)
		met(step, MET_RULE_HAND_OVER);
	if (is_passed_on(step, session->b.id, rule))
		met(step, MET_RULE_HAND_PASSED);
	if (raised == is_wanted && !astray)
		return true;
	buf_printf(why, "'%.*s' has %u, of them %u of nobody who is there", STR_ARGS(rule), raised,
		astray);
	return false;
}

static bool hands_are_raised(const struct step *step, struct buf *why)
{
	const struct session *session;
	DL_FOREACH(step->world->core->sessions, session)
		for (unsigned kind = 0; kind < rule_kind_count; kind++)
			if (!has_its_hand(step, session, world_rules[kind], why))
				return false;
	return true;
}

const struct property rule_properties[] = {
	{"a rule finds in a session what it looks for, once, and nothing else", "decisions 5",
		rules_find},
	{"what a rule found has one hand raised while an agent is there, and else none",
		"decisions 5", hands_are_raised},
	{NULL, NULL, NULL},
};
