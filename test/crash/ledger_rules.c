/* ledger_rules.c - what people asked for and were shown must be found in what the store has kept. */
#include "ledger_rules.h"

#include <utlist.h>

static const char *name_of(const struct fact *fact)
{
	static const char *const names[] = {
#define COMMAND(name, may, can, make) [CMD_##name] = #name,
#include "core/command.def"
#undef COMMAND
	};
	return names[fact->command];
}

static struct str user_of(const struct inquiry *in, const struct person *who)
{
	return archive_user(in->archive, who->settings.name);
}

/* --- durable before visible ---------------------------------------------------------------------- */

static bool is_shown_so(const struct fact *shown, const struct body_message *message)
{
	bool by_supervisor = shown->who->settings.is_supervisor;
	uint64_t index = by_supervisor ? message->supervisor_index : message->agent_index;
	unsigned viewer = by_supervisor ? CLASS_SUPERVISOR : CLASS_AGENT;
	return index == shown->number && (message->audience & viewer) &&
	       str_eq(message->session, shown->session) && str_eq(message->text, shown->text) &&
	       str_is(shown->word, words_name(&message_type_words, message->type));
}

static bool is_kept_message(const struct inquiry *in, const struct fact *shown)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		if (is_shown_so(shown, message))
			return true;
	return false;
}

static bool is_kept_state(const struct inquiry *in, const struct fact *shown)
{
	struct str user = user_of(in, shown->who);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, party, party, &at, NULL)
		if (str_eq(party->session, shown->session) && str_eq(party->user, user) &&
			str_is(shown->word, words_name(&party_state_words, party->state)))
			return true;
	return false;
}

static void ask_shown(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_SHOWN_MESSAGE, shown)
		if (!is_kept_message(in, shown))
			ledger_blame(in->ledger,
				"%s was shown entry %llu of session %.*s, \"%.60s\", which is not "
				"there",
				shown->who->settings.name, (unsigned long long)shown->number,
				STR_ARGS(shown->session), shown->text.at);
	FACTS_EACH(in->ledger, FACT_SHOWN_STATE, shown)
		if (!is_kept_state(in, shown))
			ledger_blame(in->ledger,
				"%s was shown session %.*s as %.*s, and never was in it so",
				shown->who->settings.name, STR_ARGS(shown->session),
				STR_ARGS(shown->word));
}

/* --- what was answered happened, and what was refused did not ------------------------------------- */

size_t ledger_messages_of(const struct inquiry *in, struct str text, bool from_contact)
{
	size_t at = 0, count = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		count += str_eq(message->text, text) && message->type == MESSAGE_TEXT &&
			 (message->author == PARTY_CONTACT) == from_contact;
	return count;
}

/* Between question and answer: the journal's times are the server's, who lives in the same time. */
static bool is_then(const struct fact *done, msec when)
{
	return when >= done->asked && when <= done->at;
}

static bool was_party(
	const struct inquiry *in, const struct fact *done, struct str user, enum party_state state)
{
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, party, party, &at, &when)
		if (is_then(done, when) && party->state == state && str_eq(party->user, user) &&
			str_eq(party->session, done->session))
			return true;
	return false;
}

static bool was_sent(const struct inquiry *in, const struct fact *done)
{
	return ledger_messages_of(in, done->text, false) == 1;
}

static bool was_accepted(const struct inquiry *in, const struct fact *done)
{
	return was_party(in, done, user_of(in, done->who), PARTY_CHATTING);
}

static bool was_rejected(const struct inquiry *in, const struct fact *done)
{
	return was_party(in, done, user_of(in, done->who), PARTY_COMPLETED);
}

static bool was_left(const struct inquiry *in, const struct fact *done)
{
	struct str user = user_of(in, done->who);
	return was_party(in, done, user, PARTY_COMPLETED) ||
	       was_party(in, done, user, PARTY_LEFT_CHAT);
}

static bool was_invited(const struct inquiry *in, const struct fact *done)
{
	char name[32];
	snprintf(name, sizeof name, "%.*s", STR_ARGS(done->user));
	return was_party(in, done, archive_user(in->archive, name), PARTY_INVITED);
}

static bool was_completed(const struct inquiry *in, const struct fact *done)
{
	enum session_state wanted = done->to_queue ? SESSION_QUEUED : SESSION_ENDED;
	bool was_so = false;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, session, session, &at, &when)
		was_so |= is_then(done, when) && session->state == wanted &&
			  str_eq(session->id, done->session);
	const struct body_session *last = archive_session(in->archive, done->session);
	return was_so && (done->to_queue || last->state == SESSION_ENDED);
}

static bool was_ordered(const struct inquiry *in, const struct fact *done)
{
	struct str supervisor = user_of(in, done->who);
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, registration, order, &at, &when)
		if (is_then(done, when) && str_eq(order->supervisor, supervisor) &&
			order->active == (done->command == CMD_MONITOR))
			return true;
	return false;
}

static bool is_asked_since(
	const struct inquiry *in, const struct fact *done, enum command_kind what)
{
	FACTS_EACH(in->ledger, FACT_ASKED, asked)
		if (asked->who == done->who && asked->command == what &&
			asked->asked >= done->asked - LEDGER_MARGIN_MS &&
			asked->asked != done->asked)
			return true;
	return false;
}

static const struct body_agent *agent_of(const struct inquiry *in, const struct person *who)
{
	const struct body_agent *last = NULL;
	struct str user = user_of(in, who);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, agent, agent, &at, NULL)
		if (str_eq(agent->user, user))
			last = agent;
	return last;
}

static bool was_started(const struct inquiry *in, const struct fact *done)
{
	const struct body_agent *agent = agent_of(in, done->who);
	return (agent && agent->state != AGENT_LOGGED_OUT) ||
	       is_asked_since(in, done, CMD_STOP_AGENT);
}

static bool was_stopped(const struct inquiry *in, const struct fact *done)
{
	const struct body_agent *agent = agent_of(in, done->who);
	return !agent || agent->state == AGENT_LOGGED_OUT ||
	       is_asked_since(in, done, CMD_START_AGENT);
}

static bool was_made(const struct inquiry *in, const struct fact *done)
{
	enum agent_state wanted = done->command == CMD_READY ? AGENT_READY : AGENT_NOT_READY;
	struct str user = user_of(in, done->who);
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, agent, agent, &at, &when)
		if (str_eq(agent->user, user) && agent->state == wanted && when <= done->at)
			return true;
	return false;
}

static const struct {
	enum command_kind command;
	bool (*is_kept)(const struct inquiry *in, const struct fact *done);
} deeds[] = {
	{CMD_START_AGENT, was_started},
	{CMD_STOP_AGENT, was_stopped},
	{CMD_READY, was_made},
	{CMD_NOT_READY, was_made},
	{CMD_ACCEPT, was_accepted},
	{CMD_REJECT, was_rejected},
	{CMD_SEND_MESSAGE, was_sent},
	{CMD_LEAVE, was_left},
	{CMD_COMPLETE, was_completed},
	{CMD_INVITE, was_invited},
	{CMD_MONITOR, was_ordered},
	{CMD_CANCEL_MONITORING, was_ordered},
};

static bool is_kept_deed(const struct inquiry *in, const struct fact *done)
{
	for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
		if (deeds[i].command == done->command)
			return deeds[i].is_kept(in, done);
	return true;
}

static void ask_deeds(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_DONE, done)
		if (!is_kept_deed(in, done))
			ledger_blame(in->ledger,
				"%s's %s was answered at @%lld and is not there (session %.*s, "
				"\"%.60s\")",
				done->who->settings.name, name_of(done),
				(long long)(done->at % 10000000), STR_ARGS(done->session),
				done->text.at);
	FACTS_EACH(in->ledger, FACT_REFUSED, refused)
		if (refused->command == CMD_SEND_MESSAGE &&
			ledger_messages_of(in, refused->text, false))
			ledger_blame(in->ledger,
				"%s's text was refused and is there all the same: %s",
				refused->who->settings.name, refused->text.at);
}

/* --- a refusal tells of the state: so that must be kept as well ----------------------------------- */

static bool was_shown(const struct inquiry *in, const struct fact *refused, const char *state)
{
	FACTS_EACH(in->ledger, FACT_SHOWN_STATE, shown)
		if (shown->who == refused->who && shown->at < refused->asked &&
			str_eq(shown->session, refused->session) && str_is(shown->word, state))
			return true;
	return false;
}

/* Did the participation ever get beyond that state? */
static bool went_on(const struct inquiry *in, const struct fact *refused, enum party_state state)
{
	struct str user = user_of(in, refused->who);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, party, party, &at, NULL)
		if (str_eq(party->session, refused->session) && str_eq(party->user, user) &&
			party->state > state)
			return true;
	return false;
}

static bool is_explained(const struct inquiry *in, const struct fact *refused)
{
	if (refused->number != 2 && refused->number != 6)
		return true;
	if (refused->command == CMD_ACCEPT)
		return !was_shown(in, refused, "Invited") || went_on(in, refused, PARTY_INVITED);
	bool is_of_agents = refused->command == CMD_SEND_MESSAGE || refused->command == CMD_LEAVE ||
			    (refused->command == CMD_COMPLETE && !refused->to_queue);
	if (!is_of_agents || refused->who->settings.is_supervisor)
		return true;
	return !was_shown(in, refused, "Chatting") || went_on(in, refused, PARTY_CHATTING);
}

static void ask_refusals(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_REFUSED, refused)
		if (!is_explained(in, refused))
			ledger_blame(in->ledger,
				"%s's %s in %.*s was refused at @%lld with %llu, for which there "
				"is no "
				"reason",
				refused->who->settings.name, name_of(refused),
				STR_ARGS(refused->session), (long long)(refused->at % 10000000),
				(unsigned long long)refused->number);
}

/* --- supervisors ---------------------------------------------------------------------------------- */

static const struct body_registration *last_order(
	const struct inquiry *in, const struct order *order)
{
	const struct body_registration *last = NULL;
	struct str supervisor = user_of(in, order->supervisor);
	char name[32];
	snprintf(name, sizeof name, "%.*s", STR_ARGS(order->agent));
	struct str agent = archive_user(in->archive, name);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, registration, kept, &at, NULL)
		if (str_eq(kept->supervisor, supervisor) && str_eq(kept->agent, agent))
			last = kept;
	return last;
}

static void ask_order(const struct inquiry *in, const struct order *order)
{
	const struct body_registration *kept = last_order(in, order);
	bool is_active = kept && kept->active;
	enum monitor_mode mode = order->is_next ? MONITOR_NEXT : MONITOR_ALL;
	const char *who = order->supervisor->settings.name;
	if (order->in_flight)
		return;
	if (order->state == ORDER_OVER && is_active)
		ledger_blame(in->ledger, "%s's order on %.*s was over and is in force again", who,
			STR_ARGS(order->agent));
	if (order->state == ORDER_ACTIVE && (!is_active || kept->mode != mode))
		ledger_blame(in->ledger, "%s's order on %.*s is in force no longer", who,
			STR_ARGS(order->agent));
}

static void ask_supervisors(const struct inquiry *in)
{
	const struct order *order;
	LL_FOREACH(in->ledger->orders, order)
		ask_order(in, order);
	FACTS_EACH(in->ledger, FACT_DELIVERED, delivered)
		if (!archive_party(in->archive, delivered->session, user_of(in, delivered->who)))
			ledger_blame(in->ledger,
				"%s has an order on %.*s, who accepted %.*s: that was not "
				"delivered",
				delivered->who->settings.name, STR_ARGS(delivered->user),
				STR_ARGS(delivered->session));
	FACTS_EACH(in->ledger, FACT_DONE, done) {
		bool is_left = (done->command == CMD_LEAVE || done->command == CMD_REJECT) &&
			       done->who->settings.is_supervisor;
		if (!is_left || ledger_may_be_delivered_again(in->ledger, done))
			continue;
		const struct body_party *party =
			archive_party(in->archive, done->session, user_of(in, done->who));
		if (party && (party->state == PARTY_INVITED || party->state == PARTY_CHATTING))
			ledger_blame(in->ledger, "%s left session %.*s and is in it again",
				done->who->settings.name, STR_ARGS(done->session));
	}
}

const char *ledger_ask(struct ledger *ledger, const struct archive *archive, bool at_rest)
{
	const struct inquiry in = {ledger, archive};
	if (archive->is_damaged)
		ledger_blame(ledger, "the journal holds what cannot be read");
	ask_shown(&in);
	ask_deeds(&in);
	ask_refusals(&in);
	ask_supervisors(&in);
	ledger_ask_carrier(&in);
	if (at_rest)
		ledger_ask_rest(&in);
	return ledger->broken.len ? ledger->broken.at : NULL;
}
