/* ledger_deeds.c - what was answered with success happened, and what was refused did not. */
#include "asked.h"
#include "base/arena.h"
#include "ledger_deed_rules.h"

#include <stdlib.h>

const char *ledger_deed_name(const struct fact *fact)
{
	return command_name(fact->command);
}

/* Between question and answer: the journal's times are the server's, who lives in the same time. */
static bool is_then(const struct fact *deed, msec when)
{
	return when >= deed->asked && when <= deed->at;
}

/* --- asking --------------------------------------------------------------------------------------- */

static struct claim claim_of(const struct inquiry *in, const struct fact *asked)
{
	return (struct claim) {
		.deed = deed_of_command(asked->command),
		.caller = ledger_user(in, asked->who),
		.session = asked->session,
		.target = archive_user(in->archive, asked->user),
		.thing = asked->user,
		.text = asked->text,
		.queue = asked->to_queue ? STR(ASKED_QUEUE) : STR_NONE,
		.mode = asked->is_next ? MONITOR_NEXT : MONITOR_ALL,
	};
}

/* The next trace of the deed from *at on. Words name the request itself: each is told from every other. */
static const struct event *trace(
	const struct inquiry *in, const struct claim *claim, const struct fact *deed, size_t *at)
{
	const struct event *event;
	enum body_kind body = event_body(deed_trace(claim->deed)->event);
	while ((event = archive_event(in->archive, body, at)))
		if ((claim->text.len || is_then(deed, event->at)) && claim_leaves(claim, event))
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
static bool has_trace(const struct inquiry *in, const struct claim *claim, const struct fact *done,
	struct taken *taken)
{
	const struct event *event;
	size_t at = 0;
	while ((event = trace(in, claim, done, &at))) {
		if (is_taken(taken, event))
			continue;
		take(taken, event);
		return true;
	}
	return false;
}

static bool is_kept(const struct inquiry *in, const struct fact *done, struct taken *taken)
{
	const struct claim claim = claim_of(in, done);
	const struct trace *left = deed_trace(claim.deed);
	struct trace_rule rule = ledger_trace_rule(left->event);
	bool is_there = left->kind == LEFT_BY_CHANGE ? ledger_was_so(in, done, left->event)
						     : has_trace(in, &claim, done, taken);
	return is_there && (!rule.is_kept || rule.is_kept(in, done));
}

/* May that request have been done then? */
static bool may_be_done(const struct inquiry *in, const struct fact *asked, msec when)
{
	const struct fact *done = ledger_answer(in->ledger, FACT_DONE, asked);
	if (asked->asked > when || (done && done->at < when))
		return false;
	return done || !ledger_answer(in->ledger, FACT_REFUSED, asked);
}

/* Another request's own trace, or what may have come with it. */
static bool is_somebody_elses(const struct inquiry *in, const struct event *event)
{
	FACTS_EACH(in->ledger, FACT_ASKED, asked) {
		const struct claim claim = claim_of(in, asked);
		if (claim_explains(&claim, event) && may_be_done(in, asked, event->at))
			return true;
	}
	return false;
}

static bool is_unasked(const struct inquiry *in, const struct event *event)
{
	struct trace_rule rule = ledger_trace_rule(event->kind);
	return rule.is_unasked && rule.is_unasked(in, event);
}

static void ask_refused(const struct inquiry *in, const struct fact *refused)
{
	const struct claim claim = claim_of(in, refused);
	const struct event *event;
	size_t at = 0;
	while ((event = trace(in, &claim, refused, &at)))
		if (!is_unasked(in, event) && !is_somebody_elses(in, event))
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
