/* properties_orders.c - standing orders, what ends a participation, routing. */
#include "properties.h"
#include "core/model/reader.h"
#include "core/model/session.h"

#include <utlist.h>

/* --- before the step ---------------------------------------------------------------------------- */

static bool is_live(enum party_state state)
{
	return state == PARTY_INVITED || state == PARTY_CHATTING || state == PARTY_LEFT_CHAT;
}

static bool was_in(const struct world *world, struct str session, struct str user)
{
	for (size_t i = 0; i < world->rows.count; i++) {
		const struct body_party *b = &world->rows.at[i].body.party;
		if (world->rows.at[i].kind == BODY_party && str_eq(b->session, session) &&
			str_eq(b->user, user) && is_live(b->state))
			return true;
	}
	return false;
}

/* --- in the step -------------------------------------------------------------------------------- */

static const struct body_party *find_party_event(
	const struct step *step, enum event_kind kind, struct str session, struct str user)
{
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		if (event->kind == kind && str_eq(b->session, session) && str_eq(b->user, user))
			return b;
	}
	return NULL;
}

static unsigned ended_orders(const struct step *step, struct str supervisor, struct str agent)
{
	unsigned count = 0;
	EACH_EVENT(step, event)
	{
		const struct body_registration *b = event->body;
		count += event->kind == EV_REGISTRATION_ENDED &&
			 str_eq(b->supervisor, supervisor) && str_eq(b->agent, agent);
	}
	return count;
}

static const struct body_party *delivery(
	const struct step *step, struct str session, struct str supervisor, struct str agent)
{
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		if (event->kind == EV_PARTY_WAS_INVITED && b->kind == PARTY_SUPERVISOR &&
			str_eq(b->session, session) && str_eq(b->user, supervisor) &&
			str_eq(b->watched, agent))
			return b;
	}
	return NULL;
}

/* A deed of that user; NULL: it is none. */
static const struct deed *deed_of(const struct step *step, struct str user)
{
	bool is_deed =
		move_is_deed(step->move) && str_eq(step->world->users[step->move.who]->b.id, user);
	return is_deed ? move_deed(step->move) : NULL;
}

static bool is_signing_off(const struct deed *deed)
{
	return deed && deed_leaves(deed, EV_AGENT_STOPPED, OWN);
}

/* --- standing orders ---------------------------------------------------------------------------- */

/* The agent of this order joined that session: is it delivered, once, and used up if it was for the next? */
static bool is_followed(const struct step *step, const struct body_registration *order,
	struct str session, struct buf *why)
{
	const struct world *world = step->world;
	bool is_due = !was_in(world, session, order->supervisor);
	const struct body_party *got = delivery(step, session, order->supervisor, order->agent);
	unsigned used = ended_orders(step, order->supervisor, order->agent);
	if ((got != NULL) != is_due || used != (is_due && order->mode == MONITOR_NEXT)) {
		buf_printf(why, "%s watches %s (%s), was %s, is %s, order used %u times",
			name_of(world, order->supervisor), name_of(world, order->agent),
			words_name(&monitor_mode_words, order->mode),
			is_due ? "elsewhere" : "there", got ? "delivered" : "not delivered", used);
		return false;
	}
	met(step, !got                          ? MET_ORDER_OF_ONE_THERE
		  : order->mode == MONITOR_NEXT ? MET_NEXT_DELIVERED
						: MET_ALL_DELIVERED);
	return !got || (got->state == PARTY_INVITED && got->deadline == 0 &&
			       str_eq(got->nickname, order->nickname));
}

static bool orders_followed(const struct step *step, struct buf *why)
{
	const struct rows *rows = &step->world->rows;
	EACH_EVENT(step, event)
	{
		const struct body_party *joined = event->body;
		if (event->kind != EV_PARTY_JOINED || joined->kind != PARTY_AGENT)
			continue;
		for (size_t i = 0; i < rows->count; i++) {
			const struct body_registration *order = &rows->at[i].body.registration;
			if (rows->at[i].kind == BODY_registration && order->active &&
				str_eq(order->agent, joined->user) &&
				!is_followed(step, order, joined->session, why))
				return false;
		}
	}
	return true;
}

static bool had_order(const struct step *step, const struct body_party *delivered)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_registration *order = &rows->at[i].body.registration;
		if (rows->at[i].kind == BODY_registration && order->active &&
			str_eq(order->supervisor, delivered->user) &&
			str_eq(order->agent, delivered->watched))
			return true;
	}
	return false;
}

/* Nothing is delivered without an order and an Accept of the watched agent in this very step. */
static bool deliveries_ordered(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		if (event->kind != EV_PARTY_WAS_INVITED || b->kind != PARTY_SUPERVISOR)
			continue;
		const struct deed *deed = deed_of(step, b->user);
		if (b->origin == ORIGIN_INTRUDED && deed &&
			deed_leaves(deed, event->kind, INTRUDING)) {
			met(step, MET_INTRUDED);
			continue;
		}
		if (had_order(step, b) &&
			find_party_event(step, EV_PARTY_JOINED, b->session, b->watched))
			continue;
		buf_printf(why, "%s is delivered a session", name_of(step->world, b->user));
		return false;
	}
	return true;
}

/* An order ends by use, by Cancel, by the supervisor's EndContactCenterSession. */
static bool orders_end_rightly(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		const struct body_registration *b = event->body;
		if (event->kind != EV_REGISTRATION_ENDED)
			continue;
		bool is_used = false;
		EACH_EVENT(step, other)
		{
			const struct body_party *p = other->body;
			is_used |= other->kind == EV_PARTY_WAS_INVITED &&
				   p->kind == PARTY_SUPERVISOR && str_eq(p->user, b->supervisor) &&
				   str_eq(p->watched, b->agent) && b->mode == MONITOR_NEXT;
		}
		const struct deed *deed = deed_of(step, b->supervisor);
		bool is_cancelled = deed && deed_leaves(deed, event->kind, OWN_ORDER);
		bool is_signed_off = is_signing_off(deed);
		if (is_cancelled || is_signed_off)
			met(step, is_cancelled ? MET_ORDER_CANCELLED : MET_ORDER_SIGNED_OFF);
		if (is_used || is_cancelled || is_signed_off)
			continue;
		buf_printf(why, "the order of %s on %s ends", name_of(step->world, b->supervisor),
			name_of(step->world, b->agent));
		return false;
	}
	return true;
}

/* --- what ends a supervisor's participation ------------------------------------------------------ */

static bool becomes(const struct step *step, enum event_kind kind, struct str session)
{
	EACH_EVENT(step, event)
	{
		const struct body_session *b = event->body;
		if (event->kind == kind && str_eq(b->id, session))
			return true;
	}
	return false;
}

/* Supervisor rows before the step: what became of each participation in it. */
static bool is_ended_rightly(
	const struct step *step, const struct body_party *before, struct buf *why)
{
	const struct world *world = step->world;
	const struct body_party *revoked =
		find_party_event(step, EV_PARTY_WAS_REVOKED, before->session, before->user);
	const struct deed *deed = deed_of(step, before->user);
	bool is_own = is_signing_off(deed) || (deed && deed_target(deed) == TARGET_SESSION);
	bool is_closed = becomes(step, EV_SESSION_CLOSED, before->session);
	bool is_over = is_closed || becomes(step, EV_SESSION_QUEUED, before->session);
	bool is_there = false;
	const struct session *session = core_session(world->core, before->session);
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		is_there |= str_eq(viewer->b.id, before->id) && viewer_is_live(viewer);
	if (is_over ? is_there || (!is_own && !revoked) : !is_there && !is_own) {
		buf_printf(why, "%s was watching session %llu", name_of(world, before->user),
			(unsigned long long)session->b.serial);
		return false;
	}
	if (revoked)
		met(step, is_closed ? MET_REVOKED_AT_COMPLETE : MET_REVOKED_AT_QUEUE);
	else if (is_there ? is_touched(step, session) : is_own)
		met(step, is_there ? MET_STAYED : MET_LEFT_BY_WATCHER);
	return true;
}

static bool supervisors_stay_until_revoked(const struct step *step, struct buf *why)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_party *b = &rows->at[i].body.party;
		if (rows->at[i].kind == BODY_party && b->kind == PARTY_SUPERVISOR &&
			is_live(b->state) && !is_ended_rightly(step, b, why))
			return false;
	}
	return true;
}

/* --- sessions ----------------------------------------------------------------------------------- */

static bool may_be_in(const struct session *session, const struct viewer *viewer)
{
	switch (session->b.state) {
	case SESSION_ENDED:
		return false;
	case SESSION_QUEUED:
		return !viewer->user ||
		       (viewer->b.kind == PARTY_AGENT && viewer->b.state == PARTY_INVITED);
	case SESSION_LEFT:
		return viewer->b.kind != PARTY_AGENT || viewer->b.state == PARTY_LEFT_CHAT;
	case SESSION_ACTIVE:
		return viewer->b.state != PARTY_LEFT_CHAT;
	case session_state_count:
		return false;
	}
	return false;
}

static bool members_right(const struct session *session, struct buf *why)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer) {
		if (!viewer_is_live(viewer) || may_be_in(session, viewer))
			continue;
		buf_printf(why, "session %llu is %s and %s is there as %s, %s",
			(unsigned long long)session->b.serial,
			words_name(&session_state_words, session->b.state),
			viewer->user ? viewer->user->b.name.at : "the customer",
			words_name(&party_kind_words, viewer->b.kind),
			words_name(&party_state_words, viewer->b.state));
		return false;
	}
	return true;
}

static bool nobody_remains(const struct step *step, struct buf *why)
{
	const struct core *core = step->world->core;
	const struct session *session;
	DL_FOREACH(core->sessions, session)
		if (!members_right(session, why))
			return false;
	DL_FOREACH(core->ended, session) {
		if (!members_right(session, why))
			return false;
		met(step, MET_FINISHED);
	}
	return true;
}

static uint64_t load_of(const struct user *user)
{
	uint64_t load = 0;
	const struct viewer *viewer;
	EACH_SESSION_OF(user, viewer)
		load += viewer->b.state != PARTY_LEFT_CHAT && spec_is_agent(mode_of(viewer));
	return load;
}

static bool is_watching(const struct user *user)
{
	return user->watches != NULL;
}

/* After the step: of two deadlines the second may have made NotReady whom the first one offered a session. */
static bool is_ready(const struct step *step, const struct user *user)
{
	return user->agent.state == AGENT_READY || move_is_several_deadlines(step->move);
}

static bool offers_fit(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		const struct party *party = event->object;
		if (event->kind != EV_PARTY_WAS_INVITED || party->b.origin != ORIGIN_ROUTED)
			continue;
		met(step, is_watching(party->user) ? MET_OFFERED_TO_WATCHER : MET_OFFERED);
		if (is_ready(step, party->user) &&
			load_of(party->user) <= step->world->scope.capacity)
			continue;
		buf_printf(why, "%s is offered a session", party->user->b.name.at);
		return false;
	}
	return true;
}

const struct property order_properties[] = {
	{"NextChat joins exactly one session, AllChats every one until cancelled",
		"Monitor: Parameters; decisions 5", orders_followed},
	{"a session is delivered to a supervisor by an order and the watched agent's Accept only",
		"decisions 5", deliveries_ordered},
	{"an order ends by use, cancel or the supervisor's EndContactCenterSession only",
		"decisions 5", orders_end_rightly},
	{"a supervisor stays until an own act, or Revoked at Complete or queue, which always "
	 "arrives",
		"Monitor: Overview; decisions 5", supervisors_stay_until_revoked},
	{"nobody remains in a finished session, and only who belongs there in any other",
		"decisions 4 and 5", nobody_remains},
	{"a queue offers to Ready agents below capacity; silent participations use none",
		"decisions 4 and 5", offers_fit},
	{NULL, NULL, NULL},
};
