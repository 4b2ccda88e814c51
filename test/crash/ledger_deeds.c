/* ledger_deeds.c - what was answered with success happened, and what was refused did not. */
#include "base/check.h"
#include "ledger_rules.h"

/* Shorter than any sessions.idle-close of test/sim: a session that was closed sooner after its last text
 * was not closed by that. */
#define IDLE_MS 4000

const char *ledger_deed_name(const struct fact *fact)
{
	static const char *const names[] = {
#define COMMAND(name, may, can, make) [CMD_##name] = #name,
#include "core/command.def"
#undef COMMAND
	};
	return names[fact->command];
}

/* Between question and answer: the journal's times are the server's, who lives in the same time. */
static bool is_then(const struct fact *deed, msec when)
{
	return when >= deed->asked && when <= deed->at;
}

/* The user whom the request names. */
static struct str target_of(const struct inquiry *in, const struct fact *deed)
{
	char name[32];
	snprintf(name, sizeof name, "%.*s", STR_ARGS(deed->user));
	return archive_user(in->archive, name);
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
	enum event_kind wanted = deed->to_queue ? EV_SESSION_QUEUED : EV_SESSION_CLOSED;
	(void)in;
	return event->kind == wanted &&
	       str_eq(((const struct body_session *)event->body)->id, deed->session);
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
	(void)in;
	return message->type == MESSAGE_TEXT && message->author != PARTY_CONTACT &&
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
		if (when < done->asked)
			before = agent->state;
		else if (when <= done->at)
			*between |= 1u << agent->state;
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

/* Whose request may have made the event as well. */
enum doer {
	SELF = 1, /* in that session, if it is in one */
	SELF_ON_THE_AGENT,
	IN_THE_SESSION,
	THE_AGENT,
	ANYBODY,
};
#define CAUSES_MAX 3

struct deed_rule {
	enum command_kind command;
	/* Of the event that is the deed's trace: there if it was answered with success, not there if
	 * it was refused. */
	enum body_kind body;
	bool (*is_trace)(
		const struct inquiry *in, const struct fact *deed, const struct event *event);
	bool may_be_so_already; /* then success leaves no trace */
	bool at_any_time;       /* the trace names the request itself */
	/* What else success promises; NULL: nothing. */
	bool (*is_kept)(const struct inquiry *in, const struct fact *done);
	/* May that trace have come without anybody's request? NULL: never. */
	bool (*is_unasked)(const struct inquiry *in, const struct event *event);
	struct cause {         /* of such a trace */
		enum doer who; /* 0: none */
		enum command_kind command;
	} causes[CAUSES_MAX];
};

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
		.is_unasked = is_over_for_all,
		/* accepting as an agent ends being there silently */
		.causes = {{SELF, CMD_LEAVE}, {SELF, CMD_STOP_AGENT}, {SELF, CMD_ACCEPT}}},
	{.command = CMD_COMPLETE,
		.body = BODY_session,
		.is_trace = completed,
		.is_kept = is_over,
		.is_unasked = was_idle,
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

static const struct deed_rule *rule_of(enum command_kind command)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].command == command)
			return &rules[i];
	return NULL;
}

bool ledger_knows(enum command_kind command)
{
	return rule_of(command);
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

static bool is_kept(const struct inquiry *in, const struct fact *done)
{
	const struct deed_rule *rule = rule_of(done->command);
	size_t at = 0;
	CHECK(rule); /* the table has to say what that promises */
	bool has_trace = rule->may_be_so_already || !rule->is_trace || trace(in, rule, done, &at);
	return has_trace && (!rule->is_kept || rule->is_kept(in, done));
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

static const struct fact *answer_to(
	const struct inquiry *in, enum fact_kind kind, const struct fact *asked)
{
	FACTS_EACH(in->ledger, kind, answer)
		if (answer->who == asked->who && answer->command == asked->command &&
			answer->asked == asked->asked)
			return answer;
	return NULL;
}

/* May that request have been done then? */
static bool may_be_done(const struct inquiry *in, const struct fact *asked, msec when)
{
	const struct fact *done = answer_to(in, FACT_DONE, asked);
	if (asked->asked > when || (done && done->at < when))
		return false;
	return done || !answer_to(in, FACT_REFUSED, asked);
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
	const struct deed_rule *rule = rule_of(refused->command);
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
	FACTS_EACH(in->ledger, FACT_DONE, done)
		if (!is_kept(in, done))
			ledger_blame(in->ledger,
				"%s's %s was answered at @%lld and is not there (session %.*s, "
				"\"%.60s\")",
				done->who->settings.name, ledger_deed_name(done),
				(long long)(done->at % 10000000), STR_ARGS(done->session),
				done->text.at);
	FACTS_EACH(in->ledger, FACT_REFUSED, refused)
		ask_refused(in, refused);
}
