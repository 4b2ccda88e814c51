/* ledger_read.c - what people read: an answer to a GET is not only true, it is all that there was. */
#include "ledger_private.h"
#include "wire/json.h"

static struct fact fact_of(enum fact_kind kind, const struct flight *flight)
{
	return (struct fact) {.kind = kind,
		.who = flight->asked->person,
		.session = flight->asked->session,
		.asked = flight->at};
}

static void read_state(
	struct ledger *ledger, const struct flight *flight, const json_t *resource, bool is_listed)
{
	struct fact fact = fact_of(FACT_READ_STATE, flight);
	fact.number = is_listed;
	if (json_read_text(resource, "id", &fact.session) &&
		json_read_text(resource, "state", &fact.word) && fact.word.len)
		ledger_fact(ledger, &fact);
}

static void read_list(struct ledger *ledger, const struct flight *flight, const json_t *sessions)
{
	struct fact fact = fact_of(FACT_READ_LIST, flight);
	size_t i;
	json_t *one;
	json_array_foreach(sessions, i, one)
		read_state(ledger, flight, one, true);
	ledger_fact(ledger, &fact);
}

/* Numbered from 1, without a gap. */
static void read_transcript(
	struct ledger *ledger, const struct flight *flight, const json_t *messages)
{
	struct fact fact = fact_of(FACT_READ_TRANSCRIPT, flight);
	size_t i;
	json_t *one;
	fact.number = json_array_size(messages);
	json_array_foreach(messages, i, one)
		if (json_integer_value(json_object_get(one, "index")) != (json_int_t)i + 1)
			ledger_blame(ledger,
				"%s reads in session %.*s an entry %zu with index %lld",
				fact.who->settings.name, STR_ARGS(fact.session), i + 1,
				(long long)json_integer_value(json_object_get(one, "index")));
	ledger_fact(ledger, &fact);
}

/* Only what is asked for as a whole. */
static void read_all(struct ledger *ledger, const struct flight *flight, const json_t *answer)
{
	const struct deed *deed = flight->asked->deed;
	const json_t *list = json_object_get(answer, "smssessions");
	const json_t *messages = json_object_get(answer, "messages");
	const json_t *session = json_object_get(answer, "smssession");
	if (list && strcmp(deed->path, "/me/smssessions") == 0)
		read_list(ledger, flight, list);
	else if (messages && !deed->query[0])
		read_transcript(ledger, flight, messages);
	else if (session)
		read_state(ledger, flight, session, false);
}

static bool is_not_now(int status, const json_t *answer)
{
	return status == 503 && json_integer_value(json_object_get(answer, "statusCode")) == 4;
}

void ledger_read(
	struct ledger *ledger, const struct flight *flight, int status, const json_t *answer)
{
	struct fact refused = fact_of(FACT_READ_REFUSED, flight);
	refused.number = (uint64_t)status;
	if (deed_is_of_running(flight->asked->deed))
		refused.word = STR("running");
	if (!status || !answer || is_not_now(status, answer))
		return;
	if (status == 200)
		read_all(ledger, flight, answer);
	else if (deed_target(flight->asked->deed) == TARGET_SESSION)
		ledger_fact(ledger, &refused);
}
