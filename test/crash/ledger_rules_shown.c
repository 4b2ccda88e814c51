/* ledger_rules_shown.c - what people were shown must be found in what the store has kept. */
#include "ledger_rules.h"

/* --- transcripts and sessions --------------------------------------------------------------------- */

/* The entry that the viewer reads under that index. Who took over counts on from what a supervisor was shown. */
static bool is_that_entry(
	const struct inquiry *in, const struct fact *shown, const struct body_message *message)
{
	bool by_supervisor = shown->who->settings.is_supervisor;
	uint64_t index = by_supervisor ? message->supervisor_index : message->agent_index;
	unsigned viewer = by_supervisor ? CLASS_SUPERVISOR : CLASS_AGENT;
	if (!(message->audience & viewer) || !str_eq(message->session, shown->session))
		return false;
	bool counts_on = by_supervisor && shown->number >= message->agent_index &&
			 shown->number < index && ledger_took_over(in, shown->who, shown->session);
	return index == shown->number || counts_on;
}

/* Of a switch each class reads what it is to that class. */
static bool is_shown_so(const struct body_message *message, const struct fact *shown)
{
	static const char *const ways[] = {
		"ParticipantJoined", "ParticipantLeft", "ParticipantRejoined"};
	if (message->type != MESSAGE_REJOINED)
		return str_is(shown->word, words_name(&message_type_words, message->type));
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (str_is(shown->word, ways[i]))
			return true;
	return false;
}

/* Once it is old it is shown without. */
static bool is_text(
	const struct inquiry *in, const struct fact *shown, const struct body_message *message)
{
	return str_eq(message->text, shown->text) ||
	       (!shown->text.len && ledger_is_aged(in, message->session));
}

static bool is_kept_message(const struct inquiry *in, const struct fact *shown)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		if (is_that_entry(in, shown, message) && is_text(in, shown, message) &&
			message->at == shown->asked && str_eq(message->nickname, shown->user) &&
			is_shown_so(message, shown))
			return true;
	return false;
}

static bool is_kept_state(const struct inquiry *in, const struct fact *shown)
{
	struct str user = ledger_user(in, shown->who);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, party, party, &at, NULL)
		if (str_eq(party->session, shown->session) && str_eq(party->user, user) &&
			str_is(shown->word, words_name(&party_state_words, party->state)))
			return true;
	return false;
}

static bool is_kept_participant(const struct inquiry *in, const struct fact *shown)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, party, party, &at, NULL)
		if (party->joined && str_eq(party->session, shown->session) &&
			str_eq(party->id, shown->text) && str_eq(party->nickname, shown->word))
			return true;
	return false;
}

/* --- deliveryState -------------------------------------------------------------------------------- */

static bool is_final(enum delivery state)
{
	return state == DELIVERY_DELIVERED || state == DELIVERY_EXPIRED || state == DELIVERY_FAILED;
}

/* What a part must have been at some time, for its text to be shown so. */
static bool is_as_far(const struct body_part *part, enum delivery state)
{
	switch (state) {
	case DELIVERY_UNCERTAIN:
		return part->state == DELIVERY_UNCERTAIN;
	case DELIVERY_SENT:
		return part->state == DELIVERY_SENT || is_final(part->state);
	case DELIVERY_NONE:
	case DELIVERY_QUEUED:
	case DELIVERY_DELIVERED:
	case DELIVERY_EXPIRED:
	case DELIVERY_FAILED:
	case delivery_count:
		return part->state == state;
	}
	return false;
}

/* Of the parts of a text: how many there are, as a bit each, which were as far as that. */
static uint64_t parts_as_far(
	const struct inquiry *in, uint64_t outbound, enum delivery state, uint64_t *parts)
{
	uint64_t far = 0;
	size_t at = 0;
	*parts = 0;
	ARCHIVE_EACH(in->archive, part, part, &at, NULL) {
		if (part->outbound != outbound)
			continue;
		*parts = part->parts;
		if (is_as_far(part, state))
			far |= (uint64_t)1 << (part->part - 1);
	}
	return far;
}

/* The worst part decides for its text; for the good states all have to agree. */
static bool was_as_far(const struct inquiry *in, uint64_t outbound, enum delivery state)
{
	uint64_t parts, far = parts_as_far(in, outbound, state, &parts);
	if (state == DELIVERY_QUEUED)
		return true;
	if (state == DELIVERY_SENT || state == DELIVERY_DELIVERED)
		return parts && far == ((uint64_t)1 << parts) - 1;
	return far != 0;
}

static enum delivery delivery_of(struct str word)
{
	for (enum delivery state = 0; state < delivery_count; state++)
		if (str_is(word, words_name(&delivery_words, state)))
			return state;
	return DELIVERY_NONE;
}

static bool is_kept_delivery(const struct inquiry *in, const struct fact *shown)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, message, message, &at, NULL)
		if (is_that_entry(in, shown, message) && message->outbound &&
			was_as_far(in, message->outbound, delivery_of(shown->word)))
			return true;
	return false;
}

/* --- channels ------------------------------------------------------------------------------------- */

static bool was_that_channel(const struct inquiry *in, const struct fact *read)
{
	unsigned between;
	ledger_agent_states(in, read, &between);
	for (enum agent_state state = 0; state < agent_state_count; state++)
		if (str_is(read->word, words_name(&agent_state_words, state)))
			return between & 1u << state;
	return false;
}

/* As often in this life of the server as it was told. What comes by itself has the time at which it was due,
 * which may have been before. */
static bool is_kept_change(const struct inquiry *in, const struct fact *told)
{
	struct str user = ledger_user(in, told->who);
	unsigned times = 0;
	size_t at = 0;
	const struct event *event;
	while ((event = archive_event(in->archive, BODY_agent, &at))) {
		const struct body_agent *agent = event->body;
		bool is_change = event->kind == EV_AGENT_STARTED ||
				 event->kind == EV_AGENT_STOPPED ||
				 event->kind == EV_AGENT_MADE_READY ||
				 event->kind == EV_AGENT_MADE_NOT_READY;
		bool is_of_life = event->at >= told->asked || agent->reason.len;
		times += is_change && is_of_life && event->at <= told->at &&
			 str_eq(agent->user, user) &&
			 str_is(told->word, words_name(&agent_state_words, agent->state));
	}
	return times >= told->count;
}

/* --- asking --------------------------------------------------------------------------------------- */

static void ask_sessions(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_SHOWN_STATE, shown)
		if (!is_kept_state(in, shown))
			ledger_blame(in->ledger,
				"%s was shown session %.*s as %.*s, and never was in it so",
				shown->who->settings.name, STR_ARGS(shown->session),
				STR_ARGS(shown->word));
	FACTS_EACH(in->ledger, FACT_SHOWN_PARTICIPANT, shown)
		if (!is_kept_participant(in, shown))
			ledger_blame(in->ledger,
				"%s was shown \"%.*s\" in session %.*s, who never joined it",
				shown->who->settings.name, STR_ARGS(shown->word),
				STR_ARGS(shown->session));
}

static void ask_entries(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_SHOWN_MESSAGE, shown)
		if (!is_kept_message(in, shown))
			ledger_blame(in->ledger,
				"%s was shown entry %llu of session %.*s, \"%.60s\", which is not "
				"there",
				shown->who->settings.name, (unsigned long long)shown->number,
				STR_ARGS(shown->session), shown->text.at);
	FACTS_EACH(in->ledger, FACT_SHOWN_DELIVERY, shown)
		if (!is_kept_delivery(in, shown))
			ledger_blame(in->ledger,
				"%s was shown entry %llu of session %.*s as %.*s, which it never "
				"was",
				shown->who->settings.name, (unsigned long long)shown->number,
				STR_ARGS(shown->session), STR_ARGS(shown->word));
}

static void ask_channels(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_READ_CHANNEL, read)
		if (!was_that_channel(in, read))
			ledger_blame(in->ledger,
				"%s read at @%lld that the own channel is %.*s, which it was not",
				read->who->settings.name, (long long)(read->at % 10000000),
				STR_ARGS(read->word));
	FACTS_EACH(in->ledger, FACT_TOLD_CHANNEL, told)
		if (!is_kept_change(in, told))
			ledger_blame(in->ledger,
				"%s was told %u times that the own channel is %.*s now: it was not "
				"so "
				"often",
				told->who->settings.name, told->count, STR_ARGS(told->word));
}

void ledger_ask_shown(const struct inquiry *in)
{
	ask_entries(in);
	ask_sessions(in);
	ask_channels(in);
}
