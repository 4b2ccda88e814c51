/* ledger_deed_rules.c - what each operation leaves in the journal, and who else may have left it. */
#include "ledger_deed_rules.h"
#include "asked.h"

/* Shorter than any sessions.idle-close of test/sim: a session that was closed sooner after its last text
 * was not closed by that. */
#define IDLE_MS 4000

/* The user whom the request names. */
static struct str target_of(const struct inquiry *in, const struct fact *deed)
{
	return archive_user(in->archive, deed->user);
}

/* --- traces: does this event, which came between question and answer, look like the deed? ---------- */

static bool is_own_party(
	const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	const struct body_party *party = event->body;
	return str_eq(party->session, deed->session) &&
	       str_eq(party->user, ledger_user(in, deed->who));
}

static bool is_own_agent(
	const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	const struct body_agent *agent = event->body;
	return str_eq(agent->user, ledger_user(in, deed->who));
}

static bool started(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_AGENT_STARTED && is_own_agent(in, deed, event);
}

static bool stopped(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_AGENT_STOPPED && is_own_agent(in, deed, event);
}

static bool made_ready(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_AGENT_MADE_READY && is_own_agent(in, deed, event);
}

static bool made_not_ready(
	const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_AGENT_MADE_NOT_READY && is_own_agent(in, deed, event);
}

static bool accepted(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_PARTY_JOINED && is_own_party(in, deed, event);
}

static bool rejected(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_PARTY_REJECTED && is_own_party(in, deed, event);
}

static bool left(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return (event->kind == EV_PARTY_LEFT || event->kind == EV_PARTY_FINISHED) &&
	       is_own_party(in, deed, event);
}

static bool invited(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	const struct body_party *party = event->body;
	return event->kind == EV_PARTY_WAS_INVITED && party->origin == ORIGIN_INVITED &&
	       str_eq(party->session, deed->session) && str_eq(party->user, target_of(in, deed));
}

static bool completed(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	const struct body_session *session = event->body;
	(void)in;
	if (!str_eq(session->id, deed->session))
		return false;
	return deed->to_queue
		       ? event->kind == EV_SESSION_QUEUED && str_is(session->queue, ASKED_QUEUE)
		       : event->kind == EV_SESSION_CLOSED;
}

static bool is_own_order(
	const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	const struct body_registration *order = event->body;
	return str_eq(order->supervisor, ledger_user(in, deed->who)) &&
	       str_eq(order->agent, target_of(in, deed));
}

static bool ordered(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_REGISTRATION_STARTED && is_own_order(in, deed, event);
}

static bool cancelled(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	return event->kind == EV_REGISTRATION_ENDED && is_own_order(in, deed, event);
}

/* Whenever it came: every text is told from every other. */
static bool sent(const struct inquiry *in, const struct fact *deed, const struct event *event)
{
	const struct body_message *message = event->body;
	return message->type == MESSAGE_TEXT && str_eq(message->session, deed->session) &&
	       str_eq(message->user, ledger_user(in, deed->who)) &&
	       str_eq(message->text, deed->text);
}

/* --- traces that nobody asked for ------------------------------------------------------------------ */

static bool has_reason(const struct inquiry *in, const struct event *event)
{
	(void)in;
	return ((const struct body_agent *)event->body)->reason.len > 0;
}

/* Did the session end or go back to a queue in that very command? Then its parties did not leave it. */
static bool is_over_for_all(const struct inquiry *in, const struct event *finished)
{
	const struct body_party *party = finished->body;
	const struct event *event;
	size_t at = 0;
	while ((event = archive_event(in->archive, BODY_session, &at)))
		if (event->at == finished->at &&
			(event->kind == EV_SESSION_CLOSED || event->kind == EV_SESSION_QUEUED) &&
			str_eq(((const struct body_session *)event->body)->id, party->session))
			return true;
	return false;
}

/* A customer's STOP ends the conversations of that phone, or closes its side of them. */
static bool has_stopped(const struct inquiry *in, struct str session, msec when)
{
	const struct body_session *stopped = archive_session(in->archive, session);
	return stopped && ledger_wrote_stop(in, stopped->phone) &&
	       archive_has_at(in->archive, BODY_inbound, when);
}

static bool is_left_for_another_reason(const struct inquiry *in, const struct event *left)
{
	const struct body_party *party = left->body;
	return is_over_for_all(in, left) || has_stopped(in, party->session, left->at);
}

static bool was_idle(const struct inquiry *in, const struct event *closed)
{
	const struct body_session *session = closed->body;
	msec until = closed->at;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, message, message, &at, &when)
		if (message->type == MESSAGE_TEXT && when > until - IDLE_MS && when <= until &&
			str_eq(message->session, session->id))
			return false;
	return closed->kind == EV_SESSION_CLOSED;
}

static bool is_closed_for_another_reason(const struct inquiry *in, const struct event *closed)
{
	const struct body_session *session = closed->body;
	return was_idle(in, closed) ||
	       (closed->kind == EV_SESSION_CLOSED && has_stopped(in, session->id, closed->at));
}

/* --- success: more than its trace, or another one -------------------------------------------------- */

static bool was_sent_once(const struct inquiry *in, const struct fact *done)
{
	return ledger_messages_of(in, done->text, false) == 1;
}

/* A session that was completed is over for ever. */
static bool is_over(const struct inquiry *in, const struct fact *done)
{
	const struct body_session *last = archive_session(in->archive, done->session);
	return done->to_queue || (last && last->state == SESSION_ENDED);
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

/* What comes by itself has the time at which it was due; while the store takes nothing, it comes later. So
 * what was so before that counts as well. */
enum agent_state ledger_agent_states(
	const struct inquiry *in, const struct fact *done, unsigned *between)
{
	enum agent_state before = AGENT_LOGGED_OUT, last = AGENT_LOGGED_OUT;
	struct str user = ledger_user(in, done->who);
	size_t at = 0;
	msec when;
	*between = 0;
	ARCHIVE_EACH(in->archive, agent, agent, &at, &when) {
		if (!str_eq(agent->user, user))
			continue;
		last = agent->state;
		if (when <= done->at && when >= done->asked)
			*between |= 1u << agent->state;
		if (when >= done->asked || agent->state == before)
			continue;
		*between = agent->reason.len ? *between | 1u << before : 0;
		before = agent->state;
	}
	*between |= 1u << before;
	return last;
}

/* Asking for what is so already makes no event. */
static bool was_so(const struct inquiry *in, const struct fact *done)
{
	unsigned between, out = 1u << AGENT_LOGGED_OUT;
	enum agent_state last = ledger_agent_states(in, done, &between);
	switch (done->command) {
	case CMD_READY:
		return between & 1u << AGENT_READY;
	case CMD_NOT_READY:
		return between & 1u << AGENT_NOT_READY;
	case CMD_START_AGENT:
		return (between & ~out) &&
		       (last != AGENT_LOGGED_OUT || is_asked_since(in, done, CMD_STOP_AGENT));
	default:
		return (between & out) &&
		       (last == AGENT_LOGGED_OUT || is_asked_since(in, done, CMD_START_AGENT));
	}
}

/* --- the table ------------------------------------------------------------------------------------ */

/* A new operation has to say here what its answers promise: the test crash/ledger asks for it. One that
 * leaves nothing to be found has a row all the same, without is_trace and with the reason. */
static const struct deed_rule rules[] = {
	{.command = CMD_START_AGENT,
		.body = BODY_agent,
		.is_trace = started,
		.may_be_so_already = true,
		.is_kept = was_so,
		.causes = {{SELF, CMD_START_AGENT}}},
	{.command = CMD_STOP_AGENT,
		.body = BODY_agent,
		.is_trace = stopped,
		.may_be_so_already = true,
		.is_kept = was_so,
		.causes = {{SELF, CMD_STOP_AGENT}}},
	{.command = CMD_READY,
		.body = BODY_agent,
		.is_trace = made_ready,
		.may_be_so_already = true,
		.is_kept = was_so,
		.causes = {{SELF, CMD_READY}}},
	{.command = CMD_NOT_READY,
		.body = BODY_agent,
		.is_trace = made_not_ready,
		.may_be_so_already = true,
		.is_kept = was_so,
		.is_unasked = has_reason,
		.causes = {{SELF, CMD_NOT_READY}}},
	{.command = CMD_ACCEPT,
		.body = BODY_party,
		.is_trace = accepted,
		.causes = {{SELF, CMD_ACCEPT}}},
	{.command = CMD_REJECT,
		.body = BODY_party,
		.is_trace = rejected,
		.causes = {{SELF, CMD_REJECT}}},
	{.command = CMD_SEND_MESSAGE,
		.body = BODY_message,
		.is_trace = sent,
		.at_any_time = true,
		.is_kept = was_sent_once},
	{.command = CMD_LEAVE,
		.body = BODY_party,
		.is_trace = left,
		.is_unasked = is_left_for_another_reason,
		/* accepting as an agent ends being there silently */
		.causes = {{SELF, CMD_LEAVE}, {SELF, CMD_STOP_AGENT}, {SELF, CMD_ACCEPT}}},
	{.command = CMD_COMPLETE,
		.body = BODY_session,
		.is_trace = completed,
		.is_kept = is_over,
		.is_unasked = is_closed_for_another_reason,
		.causes = {{IN_THE_SESSION, CMD_COMPLETE}, {ANYBODY, CMD_STOP_AGENT}}},
	{.command = CMD_INVITE,
		.body = BODY_party,
		.is_trace = invited,
		.causes = {{IN_THE_SESSION, CMD_INVITE}}},
	{.command = CMD_MONITOR,
		.body = BODY_registration,
		.is_trace = ordered,
		.causes = {{SELF_ON_THE_AGENT, CMD_MONITOR}}},
	{.command = CMD_CANCEL_MONITORING,
		.body = BODY_registration,
		.is_trace = cancelled,
		/* the next chat uses the order up */
		.causes = {{SELF_ON_THE_AGENT, CMD_CANCEL_MONITORING}, {SELF, CMD_STOP_AGENT},
			{THE_AGENT, CMD_ACCEPT}}},
};

const struct deed_rule *ledger_deed_rule(enum command_kind command)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].command == command)
			return &rules[i];
	return NULL;
}
