/* properties_deeds.c - what was asked and not refused has been done: it left what its row of deeds.def says, and that is
 * so after the step. */
#include "core/model/message.h"
#include "properties.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/model/session.h"

#include <utlist.h>

/* A deed that was done, and the event by which one sees it. */
struct deed_done {
	const struct world *world;
	const struct claim *claim;
	const struct event *event;
	struct user *caller;
};

/* --- what is so after such an event ---------------------------------------------------------------
 * Deadlines aside nothing comes after it in the step but routing and what follows for who watches. */

/* The caller's, or another's whom the deed is about. */
static struct user *subject(const struct deed_done *d)
{
	bool is_targets = deed_trace(d->claim->deed)->whose == TARGETS_STATE;
	return is_targets ? core_user(d->world->core, d->claim->target) : d->caller;
}

static bool is_started(const struct deed_done *d)
{
	return d->caller->agent.state != AGENT_LOGGED_OUT;
}

/* With on-logout keep, running sessions of agents stay, and whoever is logged out may have left them since. */
static bool is_stopped(const struct deed_done *d)
{
	const struct viewer *viewer;
	EACH_SESSION_OF(subject(d), viewer)
		if (!d->world->scope.keep || viewer->b.kind != PARTY_AGENT ||
			(viewer->b.state != PARTY_CHATTING && d->world->outcome.count))
			return false;
	return subject(d)->agent.state == AGENT_LOGGED_OUT && !subject(d)->orders;
}

static bool is_ready(const struct deed_done *d)
{
	return subject(d)->agent.state == AGENT_READY;
}

static bool is_not_ready(const struct deed_done *d)
{
	return subject(d)->agent.state == AGENT_NOT_READY;
}

static const struct session *the_session(const struct deed_done *d)
{
	if (d->claim->deed->with == A_PHONE)
		return core_session(
			d->world->core, ((const struct body_message *)d->event->body)->session);
	return core_session(d->world->core, d->claim->session);
}

/* Whoever is there, or watches, may be in the session once more: that participation. */
static bool is_party_so(const struct deed_done *d)
{
	const struct body_party *b = d->event->body;
	const struct viewer *viewer;
	EACH_VIEWER(the_session(d), viewer)
		if (str_eq(viewer->b.id, b->id))
			return viewer->b.state == b->state && viewer->b.joined == b->joined;
	return false;
}

static bool is_ended(const struct deed_done *d)
{
	return the_session(d)->b.state == SESSION_ENDED && the_session(d)->contact;
}

static bool is_queued(const struct deed_done *d)
{
	return the_session(d)->b.state == SESSION_QUEUED && the_session(d)->contact;
}

/* At once, with nobody there but the caller and whom it is with; whoever watches the caller is asked first. */
static bool is_begun(const struct session *session, const struct deed_done *d)
{
	const struct viewer *viewer = session_reader(session, d->caller);
	return session->b.state == SESSION_ACTIVE && session->b.origin == SESSION_OUTBOUND &&
	       session->message_count == 3 && viewer && viewer->b.kind == PARTY_AGENT &&
	       session_agents(session) == 1 && is_one_phone(session->b.phone, d->claim->phone) &&
	       session->contact->open;
}

/* The last entry; and a text for the customer where it is one that leaves by SMS. */
static bool is_written(const struct deed_done *d)
{
	const struct session *session = the_session(d);
	const struct body_message last_entry = message_body(
					  session->messages[session->message_count - 1]),
				  *last = &last_entry;
	const struct outbound *out = core_outbound(d->world->core, last->outbound);
	const struct deed *deed = d->claim->deed;
	const struct viewer *author = session_reader(session, d->caller);
	bool is_whispered = author && (strcmp(mode_of(author), "Coach") == 0 ||
					      strcmp(mode_of(author), "Consultant") == 0);
	if (!str_eq(last->user, d->caller->b.id) || last->type != deed->type)
		return false;
	if (last->visibility != (is_whispered ? VISIBLE_AGENTS : deed->visibility))
		return false;
	if (deed->sms == NO_SMS || is_whispered)
		return !last->outbound;
	if (deed->with == A_PHONE && !is_begun(session, d))
		return false;
	return out && out->b.open && str_eq(core_outbound_text(out), last->text) &&
	       str_eq(out->b.phone, session->b.phone);
}

static const struct body_datum *datum(const struct deed_done *d)
{
	const struct datum *datum;
	DL_FOREACH(session_rare(the_session(d))->data, datum)
		if (str_is(datum->b.name, deed_datum(d->claim->deed)))
			return &datum->b;
	return NULL;
}

static bool is_attached(const struct deed_done *d)
{
	return datum(d) && str_eq(datum(d)->value, d->claim->text) && !datum(d)->is_number;
}

static bool is_detached(const struct deed_done *d)
{
	return !datum(d);
}

static bool is_in_focus(const struct deed_done *d)
{
	const struct viewer *viewer = session_viewer(the_session(d), d->caller);
	return viewer && viewer->b.in_focus;
}

static const struct hand *hand(const struct deed_done *d)
{
	return session_hand(the_session(d), d->caller, STR_NONE);
}

/* Nobody who supervises has done anything about it in the same step. */
static bool is_raised(const struct deed_done *d)
{
	return hand(d) && hand(d)->b.raised && str_eq(hand(d)->b.comment, d->claim->text);
}

static bool is_withdrawn(const struct deed_done *d)
{
	return !hand(d) || !hand(d)->b.raised;
}

static bool is_handled(const struct deed_done *d)
{
	static const enum hand_state states[EVENT_NUMBER_END] = {[EV_HAND_TAKEN] = HAND_TAKEN,
		[EV_HAND_SEEN] = HAND_SEEN,
		[EV_HAND_DISMISSED] = HAND_DISMISSED};
	const struct hand *hand = core_hand(d->world->core, d->claim->thing);
	enum event_kind event = deed_trace(d->claim->deed)->event;
	bool is_seen = event == EV_HAND_SEEN && hand && hand->b.state != HAND_OPEN;
	return hand && (is_seen || hand->b.state == states[event]);
}

/* Delivered as by an Intrude. */
static bool is_taken(const struct deed_done *d)
{
	const struct viewer *viewer = session_viewer(the_session(d), d->caller);
	return is_handled(d) && viewer && viewer->b.kind == PARTY_SUPERVISOR &&
	       viewer->b.state == PARTY_INVITED && str_eq(viewer->b.watched, d->claim->target);
}

static const struct registration *order(const struct deed_done *d)
{
	const struct registration *r;
	DL_FOREACH2(d->caller->orders, r, order_next)
		if (r->agent && str_eq(r->agent->b.id, d->claim->target))
			return r;
	return NULL;
}

static const struct registration *standing(const struct deed_done *d)
{
	return core_order(d->caller, ORDER_ON_QUEUE, world_queue);
}

static bool is_ordered(const struct deed_done *d)
{
	if (deed_is_standing(d->claim->deed))
		return standing(d) && standing(d)->b.mode == d->claim->mode &&
		       !standing(d)->b.expires == !d->claim->expires_in;
	return order(d) && order(d)->b.mode == d->claim->mode;
}

static bool is_cancelled(const struct deed_done *d)
{
	if (deed_is_standing(d->claim->deed))
		return !standing(d);
	return !order(d);
}

static bool (*const is_so[EVENT_NUMBER_END])(const struct deed_done *) = {
	[EV_AGENT_STARTED] = is_started,
	[EV_AGENT_STOPPED] = is_stopped,
	[EV_AGENT_MADE_READY] = is_ready,
	[EV_AGENT_MADE_NOT_READY] = is_not_ready,
	[EV_PARTY_WAS_INVITED] = is_party_so,
	[EV_PARTY_JOINED] = is_party_so,
	[EV_PARTY_REJECTED] = is_party_so,
	[EV_PARTY_LEFT] = is_party_so,
	[EV_PARTY_FINISHED] = is_party_so,
	[EV_PARTY_WAS_REMOVED] = is_party_so,
	[EV_PARTY_WAS_REVOKED] = is_party_so,
	[EV_PARTY_REQUEST_FAILED] = is_party_so,
	[EV_SESSION_CLOSED] = is_ended,
	[EV_SESSION_QUEUED] = is_queued,
	[EV_PARTY_SWITCHED] = is_party_so,
	[EV_PARTY_CAME_INTO_FOCUS] = is_in_focus,
	[EV_MESSAGE_ADDED] = is_written,
	[EV_DATUM_ATTACHED] = is_attached,
	[EV_DATUM_DELETED] = is_detached,
	[EV_HAND_RAISED] = is_raised,
	[EV_HAND_WITHDRAWN] = is_withdrawn,
	[EV_HAND_TAKEN] = is_taken,
	[EV_HAND_SEEN] = is_handled,
	[EV_HAND_DISMISSED] = is_handled,
	[EV_REGISTRATION_STARTED] = is_ordered,
	[EV_REGISTRATION_ENDED] = is_cancelled,
};

/* Of a supervisor who asks for it nobody is remembered. */
static bool is_saved(const struct step *step, const struct claim *claim)
{
	bool is_agents = false, is_saved = false;
	EACH_EVENT(step, event)
	{
		const struct body_party *party = event->body;
		const struct body_contact *contact = event->body;
		is_agents |= event_body(event->kind) == BODY_party && party->kind == PARTY_AGENT &&
			     str_eq(party->user, claim->caller);
		is_saved |= event->kind == EV_CONTACT_AGENT_SAVED &&
			    str_eq(contact->last_agent, claim->caller);
	}
	return is_saved == (claim->saves && is_agents);
}

/* --- the property ------------------------------------------------------------------------------- */

/* The event that it left; NULL: none. */
static const struct event *trace_in(const struct step *step, const struct claim *claim)
{
	EACH_EVENT(step, event)
	if (claim_leaves(claim, event))
		return event;
	return NULL;
}

static bool is_so_after(const struct deed_done *d, enum event_kind event, struct buf *why)
{
	if (!is_so[event]) {
		buf_printf(why, "say in properties_deeds.c what is so after %s", event_name(event));
		return false;
	}
	if (!is_so[event](d))
		buf_printf(
			why, "it was not refused, and after %s that is not so", event_name(event));
	return why->len == 0;
}

static bool deed_is_done(const struct step *step, struct buf *why)
{
	struct str nickname;
	char room[32];
	if (!move_is_deed(step->move))
		return true;
	const struct claim claim = move_claim(step->world, step->move, &nickname, room);
	const struct trace *trace = deed_trace(claim.deed);
	struct deed_done d = {
		step->world, &claim, trace_in(step, &claim), step->world->users[step->move.who]};
	if (claim.session.len && !is_saved(step, &claim)) {
		buf_puts(why, "saveLAR");
		return false;
	}
	if (d.event)
		return is_so_after(&d, d.event->kind, why);
	if (trace->kind == LEFT_BY_CHANGE)
		return is_so_after(&d, trace->event, why);
	buf_printf(why, "it was not refused, and left no %s", event_name(trace->event));
	return false;
}

/* Whoever's it is. */
static bool events_say_so(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		if (!event_says_so(event))
			buf_puts(why, event_name(event->kind));
	}
	return why->len == 0;
}

/* --- what is said in going ---------------------------------------------------------------------- */

/* As what the caller was there before the step. */
static enum visibility seen_as(const struct step *step, const struct claim *claim)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_party *b = &rows->at[i].body.party;
		if (rows->at[i].kind == BODY_party && str_eq(b->session, claim->session) &&
			str_eq(b->user, claim->caller) &&
			(b->state == PARTY_CHATTING || b->state == PARTY_LEFT_CHAT))
			return b->visibility;
	}
	CHECK(!"who is not there says nothing");
	return VISIBLE_ALL;
}

static enum message_type type_of(unsigned says)
{
	return says == SAYS_TEXT     ? MESSAGE_TEXT
	       : says == SAYS_NOTICE ? MESSAGE_CUSTOM_NOTICE
				     : MESSAGE_NOTICE;
}

static bool is_going(const struct event *event)
{
	return event_body(event->kind) == BODY_party || event->kind == EV_SESSION_QUEUED ||
	       event->kind == EV_SESSION_CLOSED || event->kind == EV_SESSION_LEFT_BY_ALL;
}

/* Once, by who asks, to whom that one is seen by, before anybody goes; as a text it leaves if the customer sees who says it. */
static bool is_said(const struct step *step, struct buf *why)
{
	struct str nickname;
	char room[32];
	if (!move_says(step->move))
		return true;
	const struct claim claim = move_claim(step->world, step->move, &nickname, room);
	enum message_type type = type_of(move_says(step->move));
	enum visibility visibility = seen_as(step, &claim);
	bool is_text = type == MESSAGE_TEXT && visibility == VISIBLE_ALL, has_gone = false;
	unsigned said = 0, queued = 0;
	EACH_EVENT(step, event)
	{
		const struct body_message *b = event->body;
		has_gone |= is_going(event);
		queued += event->kind == EV_SMS_QUEUED;
		if (event->kind == EV_MESSAGE_ADDED && str_is(b->text, WORLD_PARTING))
			said += !has_gone && str_eq(b->user, claim.caller) && b->type == type &&
						b->visibility == visibility
					? 1
					: 2;
	}
	met(step, is_text ? MET_SAID_TO_CUSTOMER : MET_SAID_IN_GOING);
	if (said == 1 && queued == is_text)
		return true;
	buf_printf(why, "said %u times, and %u texts leave", said, queued);
	return false;
}

const struct property deed_properties[] = {
	{"what is not refused is done", "SMS Session API 1.2, 1.3; decisions 2, 4 and 5",
		deed_is_done},
	{"what is said in going is said once, before, to whom who says it is seen by",
		"SMS Session API 1.2 (Leave); decisions 4", is_said},
	{"an event leaves its object in the state that its name says", "src/core/model/event.def",
		events_say_so},
	{NULL, NULL, NULL},
};
