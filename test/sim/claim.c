/* claim.c - whose an event is, by its body. */
#include "claim.h"
#include "base/check.h"

/* --- what an event's name says ------------------------------------------------------------------ */

unsigned event_states(enum event_kind event)
{
	static const unsigned states[EVENT_NUMBER_END] = {
		[EV_AGENT_STARTED] = 1 << AGENT_READY | 1 << AGENT_NOT_READY,
		[EV_AGENT_STOPPED] = 1 << AGENT_LOGGED_OUT,
		[EV_AGENT_MADE_READY] = 1 << AGENT_READY,
		[EV_AGENT_MADE_NOT_READY] = 1 << AGENT_NOT_READY,
		[EV_PARTY_WAS_INVITED] = 1 << PARTY_INVITED,
		[EV_PARTY_JOINED] = 1 << PARTY_CHATTING,
		[EV_PARTY_REJECTED] = 1 << PARTY_COMPLETED,
		[EV_PARTY_LEFT] = 1 << PARTY_LEFT_CHAT,
		[EV_PARTY_FINISHED] = 1 << PARTY_COMPLETED,
		[EV_PARTY_WAS_REMOVED] = 1 << PARTY_COMPLETED,
		[EV_PARTY_WAS_REVOKED] = 1 << PARTY_REVOKED,
		[EV_PARTY_REQUEST_FAILED] = 1 << PARTY_CHATTING,
		[EV_PARTY_SWITCHED_AWAY] = 1 << PARTY_COMPLETED,
		[EV_PARTY_SWITCHED] = 1 << PARTY_CHATTING,
		[EV_PARTY_CAME_INTO_FOCUS] = 1 << PARTY_CHATTING | 1 << PARTY_LEFT_CHAT,
		[EV_PARTY_WENT_OUT_OF_FOCUS] =
			1 << PARTY_CHATTING | 1 << PARTY_LEFT_CHAT | 1 << PARTY_INVITED,
		[EV_SESSION_QUEUED] = 1 << SESSION_QUEUED,
		[EV_SESSION_ACTIVATED] = 1 << SESSION_ACTIVE,
		[EV_SESSION_LEFT_BY_ALL] = 1 << SESSION_LEFT,
		[EV_SESSION_CLOSED] = 1 << SESSION_ENDED,
		[EV_DATUM_ATTACHED] = 1 << true,
		[EV_DATUM_DELETED] = 1 << false,
		[EV_HAND_RAISED] = 1 << true,
		[EV_HAND_WITHDRAWN] = 1 << false,
		[EV_HAND_TAKEN] = 1 << true,
		[EV_HAND_SEEN] = 1 << true,
		[EV_HAND_DISMISSED] = 1 << true,
		[EV_HAND_LOWERED] = 1 << false,
		[EV_HAND_RAISED_BY_RULE] = 1 << true,
		[EV_REGISTRATION_STARTED] = 1 << true,
		[EV_REGISTRATION_ENDED] = 1 << false,
	};
	return states[event];
}

/* For who has none: those are asked for nothing. */
static unsigned state_of(const struct event *event)
{
	enum body_kind kind = event_body(event->kind);
	if (kind == BODY_agent)
		return ((const struct body_agent *)event->body)->state;
	if (kind == BODY_party)
		return ((const struct body_party *)event->body)->state;
	if (kind == BODY_session)
		return ((const struct body_session *)event->body)->state;
	if (kind == BODY_datum)
		return ((const struct body_datum *)event->body)->held != 0;
	if (kind == BODY_hand)
		return ((const struct body_hand *)event->body)->raised != 0;
	CHECK(kind == BODY_registration);
	return ((const struct body_registration *)event->body)->active != 0;
}

bool event_says_so(const struct event *event)
{
	unsigned states = event_states(event->kind);
	return !states || states & 1u << state_of(event);
}

/* --- whose it is -------------------------------------------------------------------------------- */

static bool has_nickname(const struct claim *claim, struct str nickname)
{
	return !claim->nickname || str_eq(*claim->nickname, nickname);
}

enum supervision claim_supervision(enum command_kind command)
{
	static const enum supervision modes[COMMAND_KINDS] = {[CMD_COACH] = SUPERVISION_COACH,
		[CMD_SWITCH_TO_COACH] = SUPERVISION_COACH,
		[CMD_ORDER_COACH] = SUPERVISION_COACH,
		[CMD_BARGE_IN] = SUPERVISION_BARGE_IN,
		[CMD_ORDER_BARGE_IN] = SUPERVISION_BARGE_IN,
		[CMD_SWITCH_TO_BARGE_IN] = SUPERVISION_BARGE_IN};
	return modes[command];
}

static bool is_own(const struct claim *claim, const struct event *event)
{
	if (event_body(event->kind) == BODY_agent)
		return str_eq(((const struct body_agent *)event->body)->user, claim->caller);
	CHECK(event_body(event->kind) == BODY_party);
	const struct body_party *party = event->body;
	return str_eq(party->session, claim->session) && str_eq(party->user, claim->caller) &&
	       (event->kind != EV_PARTY_JOINED || has_nickname(claim, party->nickname)) &&
	       (event->kind != EV_PARTY_SWITCHED ||
		       (party->supervision == claim_supervision(claim->deed->command) &&
			       (party->kind == PARTY_AGENT) ==
				       (claim->deed->command == CMD_TAKE_OVER)));
}

static bool is_anybodys(const struct claim *claim, const struct event *event)
{
	return str_eq(((const struct body_party *)event->body)->session, claim->session);
}

static bool is_own_anywhere(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return str_eq(party->user, claim->caller);
}

static bool is_targets_state(const struct claim *claim, const struct event *event)
{
	return str_eq(((const struct body_agent *)event->body)->user, claim->target);
}

static bool is_targets_anywhere(const struct claim *claim, const struct event *event)
{
	return str_eq(((const struct body_party *)event->body)->user, claim->target);
}

static bool is_of_targets_orders(const struct claim *claim, const struct event *event)
{
	return str_eq(((const struct body_registration *)event->body)->supervisor, claim->target);
}

/* By name; or the first of the queue whom the request leads to: the others come as one does not. */
static bool is_asked(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	bool is_first = str_eq(party->through, claim->queue) && party->search == event->lsn &&
			str_eq(party->asked_by, claim->caller);
	bool is_named = str_eq(party->user, claim->target) && !party->through.len;
	return str_eq(party->session, claim->session) && (claim->queue.len ? is_first : is_named);
}

static bool is_the_targets(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return is_asked(claim, event) && party->origin == ORIGIN_INVITED;
}

static bool is_the_consulted(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return is_asked(claim, event) && party->origin == ORIGIN_CONSULTED &&
	       str_eq(party->asked_by, claim->caller);
}

static bool is_own_consulted(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return str_eq(party->session, claim->session) && str_eq(party->asked_by, claim->caller);
}

static bool is_the_transferred(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return str_eq(party->session, claim->session) && str_eq(party->user, claim->target) &&
	       party->origin == ORIGIN_TRANSFERRED && claim->queue.len == 0;
}

static bool is_any_agents(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return str_eq(party->session, claim->session) && party->kind == PARTY_AGENT;
}

static bool is_agents_to_queue(const struct claim *claim, const struct event *event)
{
	return is_any_agents(claim, event) && claim->queue.len;
}

static bool is_a_colleagues(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return str_eq(party->session, claim->session) && str_eq(party->user, claim->target) &&
	       party->kind == PARTY_AGENT;
}

static bool is_the_session(const struct claim *claim, const struct event *event)
{
	const struct body_session *session = event->body;
	return str_eq(session->id, claim->session) && claim->queue.len == 0;
}

static bool is_the_sessions(const struct claim *claim, const struct event *event)
{
	return str_eq(((const struct body_session *)event->body)->id, claim->session);
}

static bool is_the_queue(const struct claim *claim, const struct event *event)
{
	const struct body_session *session = event->body;
	return str_eq(session->id, claim->session) && claim->queue.len &&
	       str_eq(session->queue, claim->queue);
}

static bool is_any_session(const struct claim *claim, const struct event *event)
{
	return true;
}

static bool is_own_order(const struct claim *claim, const struct event *event)
{
	const struct body_registration *order = event->body;
	bool is_new = event->kind == EV_REGISTRATION_STARTED;
	return str_eq(order->supervisor, claim->caller) && str_eq(order->agent, claim->target) &&
	       (!is_new || (order->mode == claim->mode &&
				   order->supervision == claim_supervision(claim->deed->command) &&
				   has_nickname(claim, order->nickname)));
}

static bool is_of_own_orders(const struct claim *claim, const struct event *event)
{
	return str_eq(((const struct body_registration *)event->body)->supervisor, claim->caller);
}

/* "queues/support" */
static bool names_thing(struct str path, const struct body_registration *order)
{
	struct str word = str_of(words_name(&order_on_words, order->on)), name = path;
	struct str folder = str_cut(&name, '/');
	return folder.len == word.len + 1 && str_starts(folder, word) && str_eq(name, order->thing);
}

static bool is_own_standing(const struct claim *claim, const struct event *event)
{
	const struct body_registration *order = event->body;
	bool is_new = event->kind == EV_REGISTRATION_STARTED;
	return str_eq(order->supervisor, claim->caller) && names_thing(claim->thing, order) &&
	       (!is_new || (order->mode == claim->mode &&
				   order->supervision == claim_supervision(claim->deed->command)));
}

/* ... or on many, of whom the caller may be one. */
static bool is_order_on_self(const struct claim *claim, const struct event *event)
{
	const struct body_registration *order = event->body;
	return str_eq(order->agent, claim->caller) || order->on != ORDER_ON_AGENT;
}

bool claim_is_whispered(const struct body_message *message)
{
	return message->author != PARTY_SYSTEM && message->visibility == VISIBLE_AGENTS;
}

static bool is_of_pair(const struct claim *claim, const struct body_datum *datum)
{
	return str_eq(datum->session, claim->session) &&
	       str_is(datum->name, deed_datum(claim->deed));
}

static bool is_the_pair(const struct claim *claim, const struct event *event)
{
	const struct body_datum *datum = event->body;
	return is_of_pair(claim, datum) && str_eq(datum->value, claim->text);
}

static bool is_the_key(const struct claim *claim, const struct event *event)
{
	return is_of_pair(claim, event->body);
}

static bool is_own_hand(const struct claim *claim, const struct event *event)
{
	const struct body_hand *hand = event->body;
	return str_eq(hand->session, claim->session) && str_eq(hand->agent, claim->caller) &&
	       !hand->rule.len &&
	       (event->kind != EV_HAND_RAISED || str_eq(hand->comment, claim->text));
}

static bool is_the_hand(const struct claim *claim, const struct event *event)
{
	const struct body_hand *hand = event->body;
	return str_eq(hand->id, claim->thing) && str_eq(hand->supervisor, claim->caller);
}

static bool is_own_entry(const struct claim *claim, const struct event *event)
{
	const struct body_message *message = event->body;
	return message->type == claim->deed->type &&
	       (message->visibility == claim->deed->visibility || claim_is_whispered(message)) &&
	       (claim->deed->with == A_PHONE || str_eq(message->session, claim->session)) &&
	       str_eq(message->user, claim->caller) && str_eq(message->text, claim->text);
}

static bool is_intruding(const struct claim *claim, const struct event *event)
{
	const struct body_party *party = event->body;
	return is_own(claim, event) && party->origin == ORIGIN_INTRUDED &&
	       (!claim->sight || party->supervision == *claim->sight);
}

static bool (*const is_whose[])(const struct claim *claim, const struct event *event) = {
	[OWN] = is_own,
	[OWN_ANYWHERE] = is_own_anywhere,
	[ANYBODYS] = is_anybodys,
	[TARGETS_STATE] = is_targets_state,
	[TARGETS_ANYWHERE] = is_targets_anywhere,
	[TARGETS_ORDERS] = is_of_targets_orders,
	[THE_TARGETS] = is_the_targets,
	[THE_CONSULTED] = is_the_consulted,
	[OWN_CONSULTED] = is_own_consulted,
	[THE_TRANSFERRED] = is_the_transferred,
	[ANY_AGENTS] = is_any_agents,
	[AGENTS_TO_QUEUE] = is_agents_to_queue,
	[A_COLLEAGUES] = is_a_colleagues,
	[THE_SESSION] = is_the_session,
	[THE_SESSIONS] = is_the_sessions,
	[THE_QUEUE] = is_the_queue,
	[ANY_SESSION] = is_any_session,
	[OWN_ORDER] = is_own_order,
	[OWN_ORDERS] = is_of_own_orders,
	[OWN_STANDING] = is_own_standing,
	[ORDERS_ON_SELF] = is_order_on_self,
	[INTRUDING] = is_intruding,
	[THE_PAIR] = is_the_pair,
	[THE_KEY] = is_the_key,
	[OWN_HAND] = is_own_hand,
	[THE_HAND] = is_the_hand,
	[OWN_ENTRY] = is_own_entry,
};

static bool has_trace(const struct claim *claim, const struct event *event, enum trace_kind most)
{
	EACH_TRACE(claim->deed, trace)
	if (trace->kind <= most && trace->event == event->kind && event_says_so(event) &&
		is_whose[trace->whose](claim, event))
		return true;
	return false;
}

bool claim_leaves(const struct claim *claim, const struct event *event)
{
	return has_trace(claim, event, LEFT_BY_CHANGE);
}

bool claim_explains(const struct claim *claim, const struct event *event)
{
	return has_trace(claim, event, LEFT_PERHAPS);
}
