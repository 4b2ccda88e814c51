/* ledger_rules.c - what people asked for and were shown must be found in what the store has kept. */
#include "ledger_rules.h"

#include <utlist.h>

struct str ledger_user(const struct inquiry *in, const struct person *who)
{
	return archive_user(in->archive, str_of(who->settings.name));
}

size_t ledger_messages_of(const struct inquiry *in, struct str text, bool from_contact)
{
	size_t at = 0, count = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		count += str_eq(message->text, text) && message->type != MESSAGE_NOTICE &&
			 (message->author == PARTY_CONTACT) == from_contact;
	return count;
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
	struct str user = ledger_user(in, refused->who);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, party, party, &at, NULL)
		if (str_eq(party->session, refused->session) && str_eq(party->user, user) &&
			party->state > state)
			return true;
	return false;
}

/* In which states of the own participation the deed is among the capabilities. Who supervises may be in a
 * session twice: of those only Invited says enough. */
static bool is_listed_in(const struct fact *refused, enum party_state state)
{
	static const unsigned standings[party_state_count] = {[PARTY_INVITED] = AGENT_INVITED,
		[PARTY_CHATTING] = AGENT_CHATTING,
		[PARTY_LEFT_CHAT] = AGENT_LEFT_CHAT};
	enum capability capability = access_of_command(refused->command);
	if (capability == CAPABILITY_COUNT)
		return false;
	unsigned where = access_where(capability);
	if (refused->who->settings.is_supervisor)
		return state == PARTY_INVITED && where & SUPERVISOR_INVITED;
	return where & standings[state];
}

/* Whoever is named, a queue, or that no other agent is there to hear it, may be in the way as well. */
static bool is_explained(const struct inquiry *in, const struct fact *refused)
{
	bool is_of_state = refused->number == 2 || refused->number == 6;
	const struct deed *deed = deed_of_command(refused->command);
	bool needs_more = deed_may_name_user(deed) || refused->to_queue ||
			  deed->command == CMD_CANCEL_CONSULT ||
			  (deed->is_entry && deed->visibility == VISIBLE_AGENTS);
	if (!is_of_state || needs_more)
		return true;
	for (enum party_state state = 0; state < party_state_count; state++)
		if (is_listed_in(refused, state) &&
			was_shown(in, refused, words_name(&party_state_words, state)) &&
			!went_on(in, refused, state))
			return false;
	return true;
}

static void ask_refusals(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_REFUSED, refused)
		if (!is_explained(in, refused))
			ledger_blame(in->ledger,
				"%s's %s in %.*s was refused at @%lld with %llu, for which there "
				"is no "
				"reason",
				refused->who->settings.name, ledger_deed_name(refused),
				STR_ARGS(refused->session), (long long)(refused->at % 10000000),
				(unsigned long long)refused->number);
}

/* --- supervisors ---------------------------------------------------------------------------------- */

static const struct body_registration *last_order(
	const struct inquiry *in, const struct order *order)
{
	const struct body_registration *last = NULL;
	struct str supervisor = ledger_user(in, order->supervisor);
	struct str agent = archive_user(in->archive, order->agent);
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
		if (!archive_party(
			    in->archive, delivered->session, ledger_user(in, delivered->who)))
			ledger_blame(in->ledger,
				"%s has an order on %.*s, who accepted %.*s: that was not "
				"delivered",
				delivered->who->settings.name, STR_ARGS(delivered->user),
				STR_ARGS(delivered->session));
	FACTS_EACH(in->ledger, FACT_DONE, done) {
		bool is_left = deed_ends_own(deed_of_command(done->command)) &&
			       done->who->settings.is_supervisor;
		if (!is_left || ledger_may_be_delivered_again(in->ledger, done))
			continue;
		const struct body_party *party =
			archive_party(in->archive, done->session, ledger_user(in, done->who));
		if (party && (party->state == PARTY_INVITED || party->state == PARTY_CHATTING))
			ledger_blame(in->ledger, "%s left session %.*s and is in it again",
				done->who->settings.name, STR_ARGS(done->session));
	}
}

static uint64_t times_moved(const struct archive *archive)
{
	uint64_t times = 0;
	size_t at = 0;
	const struct event *event;
	while ((event = archive_event(archive, BODY_outbound, &at)))
		times += event->kind == EV_SMS_MOVED;
	return times;
}

const char *ledger_ask(struct ledger *ledger, const struct archive *archive, bool at_rest)
{
	const struct inquiry in = {ledger, archive};
	ledger_wires_read(ledger);
	ledger->met.moved = times_moved(archive);
	if (archive->is_damaged)
		ledger_blame(ledger, "the journal holds what cannot be read");
	ledger_ask_shown(&in);
	ledger_ask_read(&in);
	ledger_ask_deeds(&in);
	ledger_ask_texts(&in, at_rest);
	ledger_ask_aged(&in, at_rest);
	ask_refusals(&in);
	ask_supervisors(&in);
	ledger_ask_carrier(&in);
	if (at_rest)
		ledger_ask_rest(&in);
	return ledger->broken.len ? ledger->broken.at : NULL;
}
