/* ledger_deed_rules.c - what comes by itself, and what an answer promises beside its trace. */
#include "ledger_deed_rules.h"

/* Shorter than any sessions.idle-close of test/sim: a session that was closed sooner after its last text
 * was not closed by that. */
#define IDLE_MS 4000

/* --- traces that nobody asked for ------------------------------------------------------------------ */

static bool has_reason(const struct inquiry *in, const struct event *event)
{
	return ((const struct body_agent *)event->body)->reason.len > 0;
}

static bool has_expired(const struct inquiry *in, const struct event *ended)
{
	return ((const struct body_registration *)ended->body)->expires == ended->at;
}

/* Did the session end or go back to a queue in that very command? Then its parties did not leave it. */
static bool is_over_for_all(const struct inquiry *in, const struct event *finished)
{
	const struct body_party *party = finished->body;
	const struct event *event;
	size_t at = 0;
	while ((event = archive_event(in->archive, BODY_session, &at)))
		if (event->cause->command == finished->cause->command &&
			(event->kind == EV_SESSION_CLOSED || event->kind == EV_SESSION_QUEUED) &&
			str_eq(((const struct body_session *)event->body)->id, party->session))
			return true;
	return false;
}

/* A customer's STOP ends the conversations of that phone, or closes its side of them. */
static bool has_stopped(const struct inquiry *in, struct str session, const struct event *event)
{
	const struct body_session *stopped = archive_session(in->archive, session);
	return stopped && ledger_wrote_stop(in, stopped->phone) &&
	       event->cause->kind == CAUSE_RECEIVE_SMS;
}

static bool is_left_for_another_reason(const struct inquiry *in, const struct event *left)
{
	const struct body_party *party = left->body;
	return is_over_for_all(in, left) || has_stopped(in, party->session, left);
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
	       (closed->kind == EV_SESSION_CLOSED && has_stopped(in, session->id, closed));
}

/* A session that was handed over, and whose new agent did not answer. */
static bool is_by_deadline(const struct inquiry *in, const struct event *event)
{
	return event->cause->kind == CAUSE_DEADLINE;
}

/* An invitation is taken back for many reasons, and by request only by one operation. */
static bool is_not_cancelled(const struct inquiry *in, const struct event *event)
{
	return event->cause->kind != CAUSE_CANCEL_CONSULT;
}

/* A consultant goes on where the last agent left: it is not the one whom somebody asked for. */
static bool is_going_on(const struct inquiry *in, const struct event *event)
{
	const struct body_party *party = event->body;
	return party->kind == PARTY_AGENT && event->cause->kind != CAUSE_INVITE &&
	       event->cause->kind != CAUSE_TRANSFER && event->cause->kind != CAUSE_TAKE_OVER;
}

/* --- success: more than its trace, or another one -------------------------------------------------- */

static bool was_sent_once(const struct inquiry *in, const struct fact *done)
{
	return done->text.len == 0 || ledger_messages_of(in, done->text, false) == 1;
}

/* A session that was completed is over for ever. */
static bool is_over(const struct inquiry *in, const struct fact *done)
{
	const struct body_session *last = archive_session(in->archive, done->session);
	return done->to_queue || (last && last->state == SESSION_ENDED);
}

/* Another's, where the deed is about that one. */
static struct str whose_state(const struct inquiry *in, const struct fact *fact)
{
	const struct deed *deed = deed_of_command(fact->command);
	bool is_deed = fact->kind == FACT_ASKED || fact->kind == FACT_DONE;
	bool is_targets = is_deed && deed && deed_trace(deed)->whose == TARGETS_STATE;
	return is_targets ? archive_user(in->archive, fact->user) : ledger_user(in, fact->who);
}

/* What comes by itself (no answer, nobody who came back) has the time at which it was due; while the store takes
 * nothing, or there is no server, it comes later. So what was so before that counts as well. */
enum agent_state ledger_agent_states(
	const struct inquiry *in, const struct fact *done, unsigned *between)
{
	enum agent_state before = AGENT_LOGGED_OUT, last = AGENT_LOGGED_OUT;
	struct str user = whose_state(in, done);
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
		bool is_by_itself = agent->reason.len || agent->state == AGENT_LOGGED_OUT;
		*between = is_by_itself ? *between | 1u << before : 0;
		before = agent->state;
	}
	*between |= 1u << before;
	return last;
}

/* Was the pair away at some moment between question and answer? */
static bool was_away(const struct inquiry *in, const struct fact *done)
{
	const char *name = deed_datum(deed_of_command(done->command));
	bool before = true, between = false;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, datum, datum, &at, &when) {
		if (!str_eq(datum->session, done->session) || !str_is(datum->name, name))
			continue;
		if (when >= done->asked && when <= done->at)
			between |= !datum->held;
		if (when < done->asked)
			before = !datum->held;
	}
	return before || between;
}

/* Did the user look at the session at some moment between question and answer? */
static bool was_in_focus(const struct inquiry *in, const struct fact *done)
{
	struct str user = ledger_user(in, done->who);
	bool before = false, between = false;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, party, party, &at, &when) {
		if (!str_eq(party->session, done->session) || !str_eq(party->user, user))
			continue;
		if (when >= done->asked && when <= done->at)
			between |= party->in_focus;
		if (when < done->asked)
			before = party->in_focus;
	}
	return before || between;
}

/* Was the hand as asked for at some moment between question and answer? */
static bool was_hand(const struct inquiry *in, const struct fact *done, bool is_raised)
{
	struct str user = ledger_user(in, done->who);
	bool before = !is_raised, between = false;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, hand, hand, &at, &when) {
		if (!str_eq(hand->session, done->session) || !str_eq(hand->agent, user) ||
			hand->rule.len)
			continue;
		bool is_so = is_raised ? hand->raised && str_eq(hand->comment, done->text)
				       : !hand->raised;
		if (when >= done->asked && when <= done->at)
			between |= is_so;
		if (when < done->asked)
			before = is_so;
	}
	return before || between;
}

/* Had somebody looked at it, or dismissed it, at some moment between question and answer? */
static bool was_handled(const struct inquiry *in, const struct fact *done, enum event_kind event)
{
	bool before = false, between = false;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, hand, hand, &at, &when) {
		bool is_so = event == EV_HAND_SEEN ? hand->state != HAND_OPEN
						   : hand->state == HAND_DISMISSED;
		if (!str_eq(hand->id, done->user))
			continue;
		if (when >= done->asked && when <= done->at)
			between |= is_so;
		if (when < done->asked)
			before = is_so;
	}
	return before || between;
}

/* Asking for what is so already makes no event. */
bool ledger_was_so(const struct inquiry *in, const struct fact *done, enum event_kind event)
{
	unsigned between;
	if (event == EV_DATUM_DELETED)
		return was_away(in, done);
	if (event == EV_HAND_RAISED || event == EV_HAND_WITHDRAWN)
		return was_hand(in, done, event == EV_HAND_RAISED);
	if (event == EV_HAND_SEEN || event == EV_HAND_DISMISSED)
		return was_handled(in, done, event);
	if (event == EV_PARTY_CAME_INTO_FOCUS)
		return was_in_focus(in, done);
	ledger_agent_states(in, done, &between);
	return between & event_states(event);
}

/* May it have been done after the other one? A supervisor's request about somebody may be under way for long. */
static bool may_come_after(
	const struct inquiry *in, const struct fact *asked, const struct fact *done)
{
	const struct fact *answer = ledger_answer(in->ledger, FACT_DONE, asked);
	if (!answer)
		return !ledger_answer(in->ledger, FACT_REFUSED, asked);
	return answer->at >= done->asked - LEDGER_MARGIN_MS;
}

static bool is_asked_since(
	const struct inquiry *in, const struct fact *done, enum event_kind opposite)
{
	FACTS_EACH(in->ledger, FACT_ASKED, asked)
		if (deed_trace(deed_of_command(asked->command))->event == opposite &&
			str_eq(whose_state(in, asked), whose_state(in, done)) &&
			may_come_after(in, asked, done) && asked->asked != done->asked)
			return true;
	return false;
}

/* A contact center session lasts until its user ends it. */
static bool is_started_still(const struct inquiry *in, const struct fact *done)
{
	unsigned between;
	return ledger_agent_states(in, done, &between) != AGENT_LOGGED_OUT ||
	       is_asked_since(in, done, EV_AGENT_STOPPED);
}

static bool is_stopped_still(const struct inquiry *in, const struct fact *done)
{
	unsigned between;
	return ledger_agent_states(in, done, &between) == AGENT_LOGGED_OUT ||
	       is_asked_since(in, done, EV_AGENT_STARTED);
}

/* --- by event ------------------------------------------------------------------------------------- */

struct trace_rule ledger_trace_rule(enum event_kind event)
{
	static const struct trace_rule rules[EVENT_NUMBER_END] = {
		[EV_AGENT_STARTED] = {.is_kept = is_started_still},
		[EV_AGENT_STOPPED] = {.is_kept = is_stopped_still},
		[EV_AGENT_MADE_NOT_READY] = {.is_unasked = has_reason},
		[EV_PARTY_LEFT] = {.is_unasked = is_left_for_another_reason},
		[EV_PARTY_FINISHED] = {.is_unasked = is_left_for_another_reason},
		[EV_SESSION_CLOSED] = {.is_kept = is_over,
			.is_unasked = is_closed_for_another_reason},
		[EV_PARTY_WAS_REVOKED] = {.is_unasked = is_not_cancelled},
		[EV_PARTY_SWITCHED] = {.is_unasked = is_going_on},
		[EV_SESSION_QUEUED] = {.is_unasked = is_by_deadline},
		[EV_REGISTRATION_ENDED] = {.is_unasked = has_expired},
		[EV_MESSAGE_ADDED] = {.is_kept = was_sent_once},
	};
	return rules[event];
}
