/* ledger_deeds.c - what was answered with success happened, and what was refused did not. */
#include "base/arena.h"
#include "base/check.h"
#include "ledger_deed_rules.h"

#include <stdlib.h>

const char *ledger_deed_name(const struct fact *fact)
{
	return command_name(fact->command);
}

bool ledger_knows(enum command_kind command)
{
	return ledger_deed_rule(command);
}

/* Between question and answer: the journal's times are the server's, who lives in the same time. */
static bool is_then(const struct fact *deed, msec when)
{
	return when >= deed->asked && when <= deed->at;
}

/* --- asking --------------------------------------------------------------------------------------- */

/* The next trace of the deed from *at on. */
static const struct event *trace(
	const struct inquiry *in, const struct deed_rule *rule, const struct fact *deed, size_t *at)
{
	const struct event *event;
	while ((event = archive_event(in->archive, rule->body, at)))
		if ((rule->at_any_time || is_then(deed, event->at)) &&
			rule->is_trace(in, deed, event))
			return event;
	return NULL;
}

/* Traces that are some deed's already. */
struct taken {
	const struct event **events;
	size_t count, cap;
};

static bool is_taken(const struct taken *taken, const struct event *event)
{
	for (size_t i = 0; i < taken->count; i++)
		if (taken->events[i] == event)
			return true;
	return false;
}

static void take(struct taken *taken, const struct event *event)
{
	if (taken->count == taken->cap) {
		taken->cap = taken->cap ? taken->cap * 2 : 64;
		taken->events = mem_resize(taken->events, taken->cap * sizeof *taken->events);
	}
	taken->events[taken->count++] = event;
}

/* Each deed has one of its own. The deeds come in the order of their answers: so the first trace that is
 * free leaves as many as can be to the others. */
static bool has_trace(const struct inquiry *in, const struct deed_rule *rule,
	const struct fact *done, struct taken *taken)
{
	const struct event *event;
	size_t at = 0;
	while ((event = trace(in, rule, done, &at))) {
		if (is_taken(taken, event))
			continue;
		take(taken, event);
		return true;
	}
	return false;
}

static bool is_kept(const struct inquiry *in, const struct fact *done, struct taken *taken)
{
	const struct deed_rule *rule = ledger_deed_rule(done->command);
	CHECK(rule); /* the table has to say what that promises */
	bool is_there =
		rule->may_be_so_already || !rule->is_trace || has_trace(in, rule, done, taken);
	return is_there && (!rule->is_kept || rule->is_kept(in, done));
}

static bool is_by(enum doer doer, const struct fact *asked, const struct fact *refused)
{
	switch (doer) {
	case SELF:
		return asked->who == refused->who &&
		       (asked->session.len == 0 || str_eq(asked->session, refused->session));
	case SELF_ON_THE_AGENT:
		return asked->who == refused->who && str_eq(asked->user, refused->user);
	case IN_THE_SESSION:
		return str_eq(asked->session, refused->session);
	case THE_AGENT:
		return str_is(refused->user, asked->who->settings.name);
	case ANYBODY:
		return true;
	}
	return false;
}

/* May that request have been done then? */
static bool may_be_done(const struct inquiry *in, const struct fact *asked, msec when)
{
	const struct fact *done = ledger_answer(in->ledger, FACT_DONE, asked);
	if (asked->asked > when || (done && done->at < when))
		return false;
	return done || !ledger_answer(in->ledger, FACT_REFUSED, asked);
}

static bool is_somebody_elses(const struct inquiry *in, const struct deed_rule *rule,
	const struct fact *refused, msec when)
{
	FACTS_EACH(in->ledger, FACT_ASKED, asked)
		for (size_t i = 0; i < CAUSES_MAX && rule->causes[i].who; i++)
			if (asked->command == rule->causes[i].command &&
				is_by(rule->causes[i].who, asked, refused) &&
				may_be_done(in, asked, when))
				return true;
	return false;
}

static void ask_refused(const struct inquiry *in, const struct fact *refused)
{
	const struct deed_rule *rule = ledger_deed_rule(refused->command);
	const struct event *event;
	size_t at = 0;
	CHECK(rule);
	while (rule->is_trace && (event = trace(in, rule, refused, &at)))
		if (!(rule->is_unasked && rule->is_unasked(in, event)) &&
			!is_somebody_elses(in, rule, refused, event->at))
			ledger_blame(in->ledger,
				"%s's %s was refused with %llu at @%lld and is there all the same "
				"(session %.*s, \"%.60s\")",
				refused->who->settings.name, ledger_deed_name(refused),
				(unsigned long long)refused->number,
				(long long)(refused->at % 10000000), STR_ARGS(refused->session),
				refused->text.at);
}

void ledger_ask_deeds(const struct inquiry *in)
{
	struct taken taken = {0};
	FACTS_EACH(in->ledger, FACT_DONE, done)
		if (!is_kept(in, done, &taken))
			ledger_blame(in->ledger,
				"%s's %s was answered at @%lld and is not there (session %.*s, "
				"\"%.60s\")",
				done->who->settings.name, ledger_deed_name(done),
				(long long)(done->at % 10000000), STR_ARGS(done->session),
				done->text.at);
	free(taken.events);
	FACTS_EACH(in->ledger, FACT_REFUSED, refused)
		ask_refused(in, refused);
}
