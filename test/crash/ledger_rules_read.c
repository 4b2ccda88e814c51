/* ledger_rules_read.c - what the store has kept can be read, as it was then. */
#include "ledger_rules.h"

/* --- in which state somebody was in a session ------------------------------------------------------ */

#define BIT(state) (1u << (state))
#define LIVE       (BIT(PARTY_INVITED) | BIT(PARTY_CHATTING) | BIT(PARTY_LEFT_CHAT))

/* So much before the question it was surely so. What comes by itself has the time at which it was due. */
static msec surely_before(const struct inquiry *in, const struct fact *read)
{
	return read->asked - LEDGER_MARGIN_MS - in->ledger->times.due;
}

/* Did that participation change once more, before that time? at: behind the event. */
static bool is_overtaken(
	const struct inquiry *in, const struct body_party *party, size_t at, msec before)
{
	msec when;
	ARCHIVE_EACH(in->archive, party, later, &at, &when)
		if (when < before && str_eq(later->session, party->session) &&
			str_eq(later->id, party->id))
			return true;
	return false;
}

static bool is_of(const struct body_party *party, struct str session, struct str user)
{
	return str_eq(party->session, session) && str_eq(party->user, user);
}

/* The states at some moment between question and answer. A user may be in a session twice. */
static unsigned states_between(const struct inquiry *in, const struct fact *read)
{
	struct str user = ledger_user(in, read->who);
	unsigned states = 0;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, party, party, &at, &when)
		if (is_of(party, read->session, user) && when <= read->at &&
			!is_overtaken(in, party, at, surely_before(in, read)))
			states |= BIT(party->state);
	return states;
}

/* Was the user in it, in one of these states and the same one, from before the question until after the answer? */
static bool was_all_the_while(
	const struct inquiry *in, const struct fact *read, struct str session, unsigned states)
{
	struct str user = ledger_user(in, read->who);
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, party, party, &at, &when)
		if (is_of(party, session, user) && (states & BIT(party->state)) &&
			when < surely_before(in, read) &&
			!is_overtaken(in, party, at, read->at + 1))
			return true;
	return false;
}

static bool has_state(unsigned states, struct str word)
{
	for (enum party_state state = 0; state < party_state_count; state++)
		if ((states & BIT(state)) && str_is(word, words_name(&party_state_words, state)))
			return true;
	return false;
}

/* A session that has ended is read by itself, by who worked in it, and stands in no list. */
static bool has_ended(const struct inquiry *in, struct str session, msec before)
{
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, session, body, &at, &when)
		if (when <= before && body->state == SESSION_ENDED && str_eq(body->id, session))
			return true;
	return false;
}

static bool worked_in(const struct inquiry *in, const struct fact *read)
{
	struct str user = ledger_user(in, read->who);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, party, party, &at, NULL)
		if (is_of(party, read->session, user) && party->kind == PARTY_AGENT &&
			party->joined)
			return true;
	return false;
}

static unsigned readable_states(const struct inquiry *in, const struct fact *read)
{
	bool is_past =
		!read->number && has_ended(in, read->session, read->at) && worked_in(in, read);
	return LIVE | (is_past ? BIT(PARTY_COMPLETED) : 0);
}

static void ask_states(const struct inquiry *in)
{
	FACTS_EACH(in->ledger, FACT_READ_STATE, read)
		if (!has_state(states_between(in, read) & readable_states(in, read), read->word))
			ledger_blame(in->ledger,
				"%s read at @%lld that session %.*s is %.*s, which it was not",
				read->who->settings.name, (long long)(read->at % 10000000),
				STR_ARGS(read->session), STR_ARGS(read->word));
}

/* --- all of them ------------------------------------------------------------------------------------ */

static bool is_listed(const struct inquiry *in, const struct fact *list, struct str session)
{
	FACTS_EACH(in->ledger, FACT_READ_STATE, read)
		if (read->who == list->who && read->asked == list->asked &&
			str_eq(read->session, session))
			return true;
	return false;
}

/* Each session in which somebody is, through any of its events. */
static void ask_list(const struct inquiry *in, const struct fact *list)
{
	struct str user = ledger_user(in, list->who);
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, party, party, &at, &when)
		if (str_eq(party->user, user) && (LIVE & BIT(party->state)) &&
			when < surely_before(in, list) &&
			!is_overtaken(in, party, at, list->at + 1) &&
			!is_listed(in, list, party->session))
			ledger_blame(in->ledger,
				"%s is in session %.*s, which was not listed at @%lld",
				list->who->settings.name, STR_ARGS(party->session),
				(long long)(list->at % 10000000));
}

static void ask_refused(const struct inquiry *in, const struct fact *read)
{
	bool is_past = !str_is(read->word, "running") &&
		       has_ended(in, read->session, surely_before(in, read)) && worked_in(in, read);
	if (is_past && read->number == 404)
		ledger_blame(in->ledger, "%s worked in session %.*s and could not read it at @%lld",
			read->who->settings.name, STR_ARGS(read->session),
			(long long)(read->at % 10000000));
	if (was_all_the_while(in, read, read->session, BIT(PARTY_CHATTING) | BIT(PARTY_LEFT_CHAT)))
		ledger_blame(in->ledger, "%s is in session %.*s and could not read it at @%lld",
			read->who->settings.name, STR_ARGS(read->session),
			(long long)(read->at % 10000000));
}

/* --- transcripts ------------------------------------------------------------------------------------ */

bool ledger_took_over(const struct inquiry *in, const struct person *who, struct str session)
{
	struct str user = ledger_user(in, who);
	size_t at = 0;
	ARCHIVE_EACH(in->archive, party, party, &at, NULL)
		if (is_of(party, session, user) && party->origin == ORIGIN_TOOK_OVER)
			return true;
	return false;
}

/* Entries of the reader's class that were there when the question was asked. */
static uint64_t entries_before(const struct inquiry *in, const struct fact *read)
{
	bool as_supervisor = read->who->settings.is_supervisor &&
			     !ledger_took_over(in, read->who, read->session);
	unsigned viewer = as_supervisor ? CLASS_SUPERVISOR : CLASS_AGENT;
	uint64_t count = 0;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, message, message, &at, &when)
		count += when < surely_before(in, read) && (message->audience & viewer) &&
			 str_eq(message->session, read->session);
	return count;
}

static void ask_transcript(const struct inquiry *in, const struct fact *read)
{
	uint64_t entries = entries_before(in, read);
	if (read->number < entries &&
		was_all_the_while(in, read, read->session, BIT(PARTY_CHATTING)))
		ledger_blame(in->ledger, "%s read %llu of %llu entries of session %.*s at @%lld",
			read->who->settings.name, (unsigned long long)read->number,
			(unsigned long long)entries, STR_ARGS(read->session),
			(long long)(read->at % 10000000));
}

void ledger_ask_read(const struct inquiry *in)
{
	ask_states(in);
	FACTS_EACH(in->ledger, FACT_READ_LIST, list)
		ask_list(in, list);
	FACTS_EACH(in->ledger, FACT_READ_REFUSED, read)
		ask_refused(in, read);
	FACTS_EACH(in->ledger, FACT_READ_TRANSCRIPT, read)
		ask_transcript(in, read);
}
