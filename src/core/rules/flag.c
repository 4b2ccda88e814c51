/* flag.c - what rules find in sessions (supervision.rules), for which hands are raised: words in a text, a first reply that
 * takes too long, a text that does not reach its customer. It follows from what was done, and is for those alone who
 * supervise. Each rule finds something once in a session; what is so before it is declared it never looks at. */
#include "base/letters.h"
#include "core/model/message.h"
#include "core/model/session.h"
#include "core/model/viewer.h"
#include "core/model/watching.h"
#include "core/rules/turn.h"

#include <stdlib.h>
#include <utlist.h>

/* --- for whom a hand is raised -------------------------------------------------------------------- */

/* Who is there as agent, the earliest who came. */
static const struct user *agent_of(const struct session *session)
{
	const struct party *party;
	LL_FOREACH(session->parties, party)
		if (party->user && session_is_handled_by(session, party->user))
			return party->user;
	return NULL;
}

static bool is_raised(const struct session *session, struct str rule)
{
	const struct hand *hand;
	DL_FOREACH(session_rare(session)->hands, hand)
		if (hand->b.raised && str_eq(hand->b.rule, rule))
			return true;
	return false;
}

void flags_raise(struct turn *turn, struct session *session)
{
	const struct user *agent = agent_of(session);
	const struct flag *flag;
	if (!agent)
		return;
	DL_FOREACH(session_rare(session)->flags, flag)
		if (flag->b.found && !is_raised(session, flag->b.rule))
			hand_raise_by_rule(turn, flag, agent);
}

/* author: whose text it is about; while that one is there as agent the hand is on the own work. */
static void match(struct turn *turn, struct session *session, const struct hand_rule *rule,
	struct str word, struct str author)
{
	const struct body_flag body = {
		.session = session->b.id, .rule = rule->b.name, .found = 1, .word = word};
	const struct flag *flag = turn_emit(turn, EV_RULE_MATCHED, &body);
	const struct user *user = author.len ? core_user(turn->core, author) : NULL;
	if (user && session_is_handled_by(session, user))
		hand_raise_by_rule(turn, flag, user);
	else
		flags_raise(turn, session);
}

static bool has_found(const struct session *session, const struct hand_rule *rule)
{
	const struct flag *flag = session_flag(session, rule->b.name);
	return flag && flag->b.found;
}

/* --- words ----------------------------------------------------------------------------------------- */

/* What went between the customer and the centre, or was to go. */
static bool is_text(const struct body_message *entry)
{
	return (entry->type == MESSAGE_TEXT || entry->type == MESSAGE_PUSH_URL) &&
	       entry->visibility == VISIBLE_ALL;
}

static bool is_looked_at(const struct hand_rule *rule, const struct body_message *entry)
{
	bool is_customers = entry->author == PARTY_CONTACT,
	     is_agents = entry->author == PARTY_AGENT;
	return (is_customers && rule->b.texts != RULE_OF_AGENT) ||
	       (is_agents && rule->b.texts != RULE_OF_CUSTOMER);
}

/* text: the entry's; read once, by the first rule that looks for words. */
static void look_for_words(struct turn *turn, struct session *session, const struct hand_rule *rule,
	const struct body_message *entry, struct letters *text)
{
	if (!text->at) {
		text->room = entry->text.len;
		text->at = mem_new((text->room + 1) * sizeof *text->at);
		if (!letters_read(text, entry->text))
			text->len = 0;
	}
	struct str word = phrases_first_in(&rule->phrases, text);
	if (word.len)
		match(turn, session, rule, word, entry->user);
}

/* --- the first reply ------------------------------------------------------------------------------- */

/* It is the customer's first text, and nobody has written before it. */
static bool begins_to_wait(const struct session *session, const struct message *message)
{
	for (size_t i = 0; i < session->message_count; i++) {
		const struct body_message entry = message_body(session->messages[i]);
		if (is_text(&entry))
			return session->messages[i] == message && entry.author == PARTY_CONTACT;
	}
	return false;
}

/* Whoever wrote it: an agent, or a supervisor whom the customer sees. */
static bool is_replied_to(const struct session *session)
{
	for (size_t i = 0; i < session->message_count; i++) {
		const struct body_message entry = message_body(session->messages[i]);
		if (is_text(&entry) && entry.author != PARTY_CONTACT)
			return true;
	}
	return false;
}

static void wait_for_reply(
	struct turn *turn, const struct session *session, const struct hand_rule *rule)
{
	const struct body_flag body = {
		.session = session->b.id, .rule = rule->b.name, .due = turn->now + rule->b.after};
	turn_emit(turn, EV_RULE_WAITED, &body);
}

/* A rule that was removed meanwhile, or looks for something else, finds nothing. */
void flag_due(struct turn *turn, void *object)
{
	const struct flag *flag = object;
	struct session *session = flag->session;
	const struct hand_rule *rule = core_rule(turn->core, flag->b.rule);
	struct body_flag body = flag->b;
	turn->is_following = true;
	if (rule && rule->b.kind == RULE_REPLY && !is_replied_to(session)) {
		match(turn, session, rule, STR_NONE, STR_NONE);
	} else {
		body.due = 0;
		turn_emit(turn, EV_RULE_WAITED, &body);
	}
	turn->is_following = false;
}

/* --- what rules look at ----------------------------------------------------------------------------- */

void flags_see_entry(struct turn *turn, const struct message *message)
{
	const struct body_message entry = message_body(message);
	struct session *session = core_session(turn->core, entry.session);
	const struct hand_rule *rule;
	struct letters text = {.at = NULL};
	if (!is_text(&entry))
		return;
	EACH_THERE(turn->core->rules, rule) {
		if (has_found(session, rule))
			continue;
		if (rule->b.kind == RULE_WORDS && is_looked_at(rule, &entry))
			look_for_words(turn, session, rule, &entry, &text);
		else if (rule->b.kind == RULE_REPLY && begins_to_wait(session, message))
			wait_for_reply(turn, session, rule);
	}
	free(text.at);
}

/* Its carrier says that it failed, or nobody took it in time. What is uncertain may have come. */
void flags_see_delivery(struct turn *turn, const struct outbound *text)
{
	const struct message *message = text->message;
	const struct hand_rule *rule;
	if (!message || message->session->is_ended ||
		(message->delivery != DELIVERY_FAILED && message->delivery != DELIVERY_EXPIRED))
		return;
	EACH_THERE(turn->core->rules, rule)
		if (rule->b.kind == RULE_UNDELIVERED && !has_found(message->session, rule))
			match(turn, message->session, rule, STR_NONE, message_body(message).user);
}
