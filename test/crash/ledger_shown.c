/* ledger_shown.c - what people at their clients are shown: in answers to GET and in notifications. */
#include "ledger_private.h"
#include "wire/json.h"

/* --- sessions ------------------------------------------------------------------------------------- */

static bool is_live(struct str state)
{
	return str_is(state, "Invited") || str_is(state, "Chatting") || str_is(state, "LeftChat");
}

static bool ends_session(const struct deed *deed)
{
	return deed_leaves(deed, EV_SESSION_CLOSED, THE_SESSION);
}

/* Is what was done the end of the session, or of this supervisor in it? */
static bool ends(const struct fact *done, const struct person *who)
{
	const struct deed *deed = deed_of_command(done->command);
	if (ends_session(deed))
		return !done->to_queue;
	return deed_ends_own(deed) && done->who == who && who->settings.is_supervisor;
}

/* Then it was done before. Clients keep requests back until earlier ones are answered, so the time of
 * asking alone says little. */
static bool was_answered_before(const struct ledger *ledger, const struct fact *asked, msec when)
{
	const struct fact *answer = ledger_answer(ledger, FACT_DONE, asked);
	if (!answer)
		answer = ledger_answer(ledger, FACT_REFUSED, asked);
	return answer && answer->at < when;
}

/* An Accept or a TakeOver, by the orders on who is an agent there then; Intrude, and Take, which is one. */
static bool may_deliver(const struct deed *deed)
{
	return deed_leaves(deed, EV_PARTY_JOINED, OWN) ||
	       deed_leaves(deed, EV_PARTY_WAS_INVITED, INTRUDING) ||
	       deed->command == CMD_TAKE_OVER || deed->command == CMD_TAKE_HAND;
}

bool ledger_may_be_delivered_again(const struct ledger *ledger, const struct fact *done)
{
	FACTS_EACH(ledger, FACT_ASKED, asked)
		if (may_deliver(deed_of_command(asked->command)) &&
			str_eq(asked->session, done->session) &&
			!was_answered_before(ledger, asked, done->asked))
			return true;
	return false;
}

/* Who took a session over is an agent there: the last one who leaves has it as LeftChat. */
static bool may_have_left_chat(const struct ledger *ledger, const struct fact *shown)
{
	FACTS_EACH(ledger, FACT_ASKED, asked)
		if (asked->command == CMD_TAKE_OVER && asked->who == shown->who &&
			str_eq(asked->session, shown->session))
			return str_is(shown->word, "LeftChat");
	return false;
}

/* flight: of the GET that showed it; NULL: a notification, which may be an old one unless it comes from
 * another life of the server. */
static void check_over(struct ledger *ledger, const struct fact *shown, const struct flight *flight)
{
	FACTS_EACH(ledger, FACT_DONE, done) {
		bool is_later = flight ? done->at < flight->at : done->life < ledger->life;
		if (!is_later || !str_eq(done->session, shown->session) || !ends(done, shown->who))
			continue;
		if (ends_session(deed_of_command(done->command)) ||
			(!ledger_may_be_delivered_again(ledger, done) &&
				!may_have_left_chat(ledger, shown)))
			ledger_blame(ledger, "%s is shown session %.*s as %.*s, which is over",
				shown->who->settings.name, STR_ARGS(shown->session),
				STR_ARGS(shown->word));
	}
}

static void see_participants(struct ledger *ledger, const struct person *who, struct str session,
	const json_t *participants)
{
	size_t i;
	json_t *one;
	json_array_foreach(participants, i, one) {
		struct fact shown = {
			.kind = FACT_SHOWN_PARTICIPANT, .who = who, .session = session};
		if (json_read_text(one, "participantId", &shown.text) &&
			json_read_text(one, "nickname", &shown.word))
			ledger_fact(ledger, &shown);
	}
}

static void see_session(struct ledger *ledger, const struct person *who, const json_t *resource,
	const struct flight *flight)
{
	struct fact shown = {.kind = FACT_SHOWN_STATE, .who = who};
	if (!json_read_text(resource, "id", &shown.session) ||
		!json_read_text(resource, "state", &shown.word) || shown.word.len == 0)
		return;
	ledger_fact(ledger, &shown);
	ledger_note(ledger, "  %s sees %.*s: %.*s", who->settings.name, STR_ARGS(shown.session),
		STR_ARGS(shown.word));
	if (is_live(shown.word))
		check_over(ledger, &shown, flight);
	see_participants(ledger, who, shown.session, json_object_get(resource, "participants"));
}

/* --- transcripts ---------------------------------------------------------------------------------- */

static void see_delivery(struct ledger *ledger, struct fact shown, const json_t *message)
{
	shown.kind = FACT_SHOWN_DELIVERY;
	if (!json_read_text(message, "deliveryState", &shown.word) || shown.word.len == 0)
		return;
	ledger_fact(ledger, &shown);
	ledger_note(ledger, "  %s sees %.*s #%llu is %.*s", shown.who->settings.name,
		STR_ARGS(shown.session), (unsigned long long)shown.number, STR_ARGS(shown.word));
}

static bool read_words(const json_t *message, struct str *words)
{
	static const char *const names[] = {"text", "url", "noticeText"};
	*words = STR_NONE;
	for (size_t i = 0; i < sizeof names / sizeof names[0] && words->len == 0; i++)
		if (!json_read_text(message, names[i], words))
			return false;
	return true;
}

static void see_message(
	struct ledger *ledger, const struct person *who, struct str session, const json_t *message)
{
	struct fact shown = {.kind = FACT_SHOWN_MESSAGE, .who = who, .session = session};
	shown.number = (uint64_t)json_integer_value(json_object_get(message, "index"));
	see_delivery(ledger, shown, message);
	if (!json_read_text(message, "type", &shown.word) || shown.word.len == 0 ||
		!read_words(message, &shown.text) ||
		!json_read_text(json_object_get(message, "from"), "nickname", &shown.user))
		return; /* news of its delivery */
	shown.asked = json_integer_value(json_object_get(message, "timestampSeconds"));
	ledger_fact(ledger, &shown);
	ledger_note(ledger, "  %s sees %.*s #%llu %.*s \"%.40s\"", who->settings.name,
		STR_ARGS(session), (unsigned long long)shown.number, STR_ARGS(shown.word),
		shown.text.at ? shown.text.at : "");
}

/* --- channels ------------------------------------------------------------------------------------- */

/* A notification tells each change once; a GET how it is between question and answer. */
static void see_channel(struct ledger *ledger, const struct person *who, const json_t *channel,
	const struct flight *flight)
{
	struct fact shown = {.kind = flight ? FACT_READ_CHANNEL : FACT_TOLD_CHANNEL,
		.who = who,
		.asked = flight ? flight->at : ledger->began};
	if (!json_read_text(json_object_get(channel, "userState"), "state", &shown.word) ||
		shown.word.len == 0)
		return;
	ledger_fact(ledger, &shown)->at = ledger_not_after(ledger);
	ledger_note(
		ledger, "  %s sees the channel: %.*s", who->settings.name, STR_ARGS(shown.word));
}

/* --- all of it ------------------------------------------------------------------------------------ */

static struct str session_of(const json_t *data, struct str otherwise)
{
	struct str path = STR_NONE, before = STR("/smssessions/");
	if (json_read_text(data, "smssessionPath", &path) && str_starts(path, before))
		return str_skip(path, before.len);
	return otherwise;
}

void ledger_see(struct ledger *ledger, const struct person *who, struct str session,
	const json_t *data, const struct flight *flight)
{
	size_t i;
	json_t *one;
	const json_t *resource = json_object_get(data, "smssession");
	const json_t *user = json_object_get(data, "user");
	session = session_of(data, session);
	if (resource)
		see_session(ledger, who, resource, flight);
	json_array_foreach(json_object_get(data, "smssessions"), i, one)
		see_session(ledger, who, one, flight);
	json_array_foreach(json_object_get(data, "messages"), i, one)
		see_message(ledger, who, session, one);
	json_array_foreach(json_object_get(user ? user : data, "channels"), i, one)
		see_channel(ledger, who, one, flight);
}
