/* properties_orders.c - standing orders, what ends a participation, routing. */
#include "properties.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"

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

/* By an own act, or another supervisor's Offline. */
static bool is_signed_off(const struct step *step, struct str user)
{
	EACH_EVENT(step, event)
	{
		const struct body_agent *b = event->body;
		if (event->kind == EV_AGENT_STOPPED && str_eq(b->user, user))
			return true;
	}
	return false;
}

/* --- standing orders ---------------------------------------------------------------------------- */

/* Does the supervisor have an order on that very agent, which comes before those on queues? */
static bool has_order_on(const struct world *world, struct str supervisor, struct str agent)
{
	for (size_t i = 0; i < world->rows.count; i++) {
		const struct body_registration *order = &world->rows.at[i].body.registration;
		if (world->rows.at[i].kind == BODY_registration && order->active &&
			str_eq(order->supervisor, supervisor) && str_eq(order->agent, agent))
			return true;
	}
	return false;
}

/* Somebody whom this order is on joined that session: is it delivered, once, and used up if it was for the next? */
static bool is_followed(const struct step *step, const struct body_registration *order,
	const struct body_party *joined, struct buf *why)
{
	const struct world *world = step->world;
	struct str session = joined->session;
	bool is_standing = order->on != ORDER_ON_AGENT;
	bool is_due = !was_in(world, session, order->supervisor);
	if (is_standing && has_order_on(world, order->supervisor, joined->user))
		return true; /* ... and then the supervisor is there */
	const struct body_party *got = delivery(step, session, order->supervisor, joined->user);
	unsigned used = ended_orders(step, order->supervisor, order->agent);
	if ((got != NULL) != is_due || used != (is_due && order->mode == MONITOR_NEXT)) {
		buf_printf(why, "%s watches %s (%s), was %s, is %s, order used %u times",
			name_of(world, order->supervisor), name_of(world, order->agent),
			words_name(&monitor_mode_words, order->mode),
			is_due ? "elsewhere" : "there", got ? "delivered" : "not delivered", used);
		return false;
	}
	if (got && is_standing)
		met(step, MET_STANDING_DELIVERED);
	met(step, !got                          ? MET_ORDER_OF_ONE_THERE
		  : order->mode == MONITOR_NEXT ? MET_NEXT_DELIVERED
						: MET_ALL_DELIVERED);
	return !got || (got->state == PARTY_INVITED && got->deadline == 0 &&
			       str_eq(got->nickname, order->nickname));
}

static bool had_order(const struct step *step, const struct body_party *delivered)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_registration *order = &rows->at[i].body.registration;
		if (rows->at[i].kind == BODY_registration && order->active &&
			str_eq(order->supervisor, delivered->user) &&
			(str_eq(order->agent, delivered->watched) || order->on != ORDER_ON_AGENT))
			return true;
	}
	return false;
}

/* On the agent, or on the one queue that there is. Nobody is delivered the own work. */
static bool is_on(const struct body_registration *order, const struct body_party *agent)
{
	if (order->on == ORDER_ON_AGENT)
		return str_eq(order->agent, agent->user);
	return str_eq(order->thing, world_queue) && !str_eq(order->supervisor, agent->user);
}

/* By an Accept, or by taking over. */
static bool comes_as_agent(const struct event *event)
{
	const struct body_party *b = event->body;
	bool took_over = event->kind == EV_PARTY_SWITCHED && b->origin == ORIGIN_TOOK_OVER;
	return (event->kind == EV_PARTY_JOINED || took_over) && b->kind == PARTY_AGENT;
}

static bool came_as_agent(const struct step *step, struct str session, struct str user)
{
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		if (comes_as_agent(event) && str_eq(b->session, session) && str_eq(b->user, user))
			return true;
	}
	return false;
}

static bool orders_followed(const struct step *step, struct buf *why)
{
	const struct rows *rows = &step->world->rows;
	EACH_EVENT(step, event)
	{
		const struct body_party *joined = event->body;
		if (!comes_as_agent(event))
			continue;
		if (event->kind == EV_PARTY_SWITCHED)
			met(step, MET_TAKEN_OVER);
		for (size_t i = 0; i < rows->count; i++) {
			const struct body_registration *order = &rows->at[i].body.registration;
			if (rows->at[i].kind == BODY_registration && order->active &&
				is_on(order, joined) && !is_followed(step, order, joined, why))
				return false;
		}
	}
	return true;
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
			deed_may_leave(deed, event->kind, INTRUDING)) {
			met(step, deed_target(deed) == TARGET_HAND ? MET_HAND_TAKEN : MET_INTRUDED);
			continue;
		}
		if (had_order(step, b) && came_as_agent(step, b->session, b->watched))
			continue;
		buf_printf(why, "%s is delivered a session", name_of(step->world, b->user));
		return false;
	}
	return true;
}

static bool is_covered(const struct world *world, struct str supervisor, struct str agent)
{
	return world_covers(world, world_user(world, core_user(world->core, supervisor)),
		world_user(world, core_user(world->core, agent)));
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
				   (str_eq(p->watched, b->agent) || b->on != ORDER_ON_AGENT) &&
				   b->mode == MONITOR_NEXT;
		}
		const struct deed *deed = deed_of(step, b->supervisor);
		bool is_cancelled = deed && (deed_leaves(deed, event->kind, OWN_ORDER) ||
						    deed_leaves(deed, event->kind, OWN_STANDING));
		if (step->move.kind == MOVE_ORDER_ENDS && b->expires) {
			met(step, MET_ORDER_OVER);
			continue;
		}
		if ((step->move.kind == MOVE_ASSIGNED || step->move.kind == MOVE_ROLES) &&
			!is_covered(step->world, b->supervisor, b->agent)) {
			met(step, MET_ORDER_UNCOVERED);
			continue;
		}
		bool is_over = is_signed_off(step, b->supervisor);
		if (is_cancelled || is_over)
			met(step, is_cancelled ? MET_ORDER_CANCELLED : MET_ORDER_SIGNED_OFF);
		if (is_used || is_cancelled || is_over)
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

/* Without a client for agents.lost-after: of whom agents are shown that somebody is there is there (decisions 5). */
static bool is_lost(const struct step *step, const struct body_party *before)
{
	bool is_shown = spec_shows_presence(words_name(&supervision_words, before->supervision),
		words_name(&disclosure_words, before->disclosure), SPEC_AGENT);
	EACH_EVENT(step, event)
	{
		const struct body_agent *b = event->body;
		bool may_be = event->kind == EV_AGENT_CLIENTS_LOST ||
			      event->kind == EV_AGENT_MADE_NOT_READY;
		if (is_shown && may_be && event->cause->kind == CAUSE_DEADLINE &&
			str_eq(b->user, before->user) && !b->has_client && !b->lost_at)
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
	bool is_own =
		is_signed_off(step, before->user) || (deed && deed_target(deed) == TARGET_SESSION);
	bool is_closed = becomes(step, EV_SESSION_CLOSED, before->session);
	bool is_uncovered = !is_covered(world, before->user, before->watched);
	bool is_over = is_closed || becomes(step, EV_SESSION_QUEUED, before->session) ||
		       is_lost(step, before) || is_uncovered;
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
	if (revoked && is_lost(step, before))
		met(step, MET_REVOKED_AS_LOST);
	else if (revoked && is_uncovered)
		met(step, MET_REVOKED_UNCOVERED);
	else if (revoked)
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

/* --- who supervises whom ------------------------------------------------------------------------- */

static bool nobody_supervises_others(const struct step *step, struct buf *why)
{
	const struct world *world = step->world;
	const struct registration *r;
	for (unsigned i = 0; i < world->user_count; i++)
		DL_FOREACH2(world->users[i]->orders, r, order_next)
			if (r->agent && !is_covered(world, r->b.supervisor, r->b.agent)) {
				buf_printf(why, "%s has an order still", r->supervisor->b.name.at);
				return false;
			}
	return true;
}

/* --- hands -------------------------------------------------------------------------------------- */

bool works_there(const struct world *world, struct str session, struct str user)
{
	const struct viewer *viewer;
	EACH_VIEWER(core_session(world->core, session), viewer)
		if (str_eq(viewer->b.user, user) && spec_is_agent(mode_of(viewer)) &&
			(viewer->b.state == PARTY_CHATTING || viewer->b.state == PARTY_LEFT_CHAT))
			return true;
	return false;
}

/* One that was raised is so still, unless its agent took it back, or is there no more. */
static bool is_kept_up(const struct step *step, const struct body_hand *before, struct buf *why)
{
	const struct world *world = step->world;
	const struct session *session = core_session(world->core, before->session);
	const struct user *agent = core_user(world->core, before->agent);
	const struct hand *hand = session_hand(session, agent, before->rule);
	const struct deed *deed = deed_of(step, before->agent);
	bool is_there = works_there(world, before->session, before->agent);
	bool is_withdrawn = deed && deed_leaves(deed, EV_HAND_WITHDRAWN, OWN_HAND);
	if (!is_there && !hand->b.raised && !before->rule.len)
		met(step, MET_HAND_OVER);
	if (hand->b.raised ? is_there : !is_there || (is_withdrawn && !before->rule.len))
		return true;
	buf_printf(why, "the hand of %s is %s", agent->b.name.at,
		hand->b.raised ? "raised still" : "down");
	return false;
}

static bool hands_stay_raised(const struct step *step, struct buf *why)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_hand *b = &rows->at[i].body.hand;
		if (rows->at[i].kind == BODY_hand && b->raised && !is_kept_up(step, b, why))
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

static unsigned count_agents(
	const struct session *session, enum party_state state, bool is_transfer)
{
	const struct viewer *viewer;
	unsigned count = 0;
	EACH_VIEWER(session, viewer)
		count += spec_is_agent(mode_of(viewer)) && viewer->b.state == state &&
			 (!is_transfer || viewer->b.origin == ORIGIN_TRANSFERRED);
	return count;
}

/* In a session that is open to the customer an agent works, or is awaited to whom it was handed over; else it waits. */
static bool somebody_has_it(const struct step *step, struct buf *why)
{
	const struct session *session;
	DL_FOREACH(step->world->core->sessions, session) {
		bool is_worked_on = count_agents(session, PARTY_CHATTING, false) > 0;
		bool is_awaited = count_agents(session, PARTY_INVITED, true) > 0;
		bool is_active = session->b.state == SESSION_ACTIVE;
		if (is_awaited && !is_worked_on)
			met(step, MET_HANDED_OVER);
		if (is_active == (is_worked_on || is_awaited))
			continue;
		buf_printf(why, "session %llu is %s", (unsigned long long)session->b.serial,
			words_name(&session_state_words, session->b.state));
		return false;
	}
	return true;
}

/* The last of those to whom it was handed over did not take it, and nobody else has it. */
static bool transfers_come_back(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		if ((event->kind != EV_PARTY_REJECTED && event->kind != EV_PARTY_WAS_REVOKED) ||
			b->origin != ORIGIN_TRANSFERRED)
			continue;
		const struct session *session = core_session(step->world->core, b->session);
		if (session->b.state == SESSION_QUEUED)
			met(step, MET_CAME_BACK);
		bool is_had = count_agents(session, PARTY_CHATTING, false) ||
			      count_agents(session, PARTY_INVITED, true);
		if (session->b.state != SESSION_ACTIVE || is_had)
			continue;
		buf_puts(why, "nobody has it");
		return false;
	}
	return true;
}

static unsigned count_of_mode(const struct session *session, const char *mode)
{
	const struct viewer *viewer;
	unsigned count = 0;
	EACH_VIEWER(session, viewer)
		count += viewer->b.state == PARTY_CHATTING && strcmp(mode_of(viewer), mode) == 0;
	return count;
}

/* Who advises does so beside somebody whom the customer sees. */
static bool consultants_have_company(const struct step *step, struct buf *why)
{
	const struct session *session;
	DL_FOREACH(step->world->core->sessions, session) {
		bool is_advised = count_of_mode(session, "Consultant") > 0;
		if (is_advised)
			met(step, MET_ADVISED);
		if (!is_advised || count_of_mode(session, "Agent"))
			continue;
		buf_printf(why, "session %llu has a consultant alone",
			(unsigned long long)session->b.serial);
		return false;
	}
	EACH_EVENT(step, event)
	{
		if (event->kind == EV_PARTY_REQUEST_FAILED)
			met(step, MET_CANCELLED_LATE);
		if (event->kind == EV_PARTY_SWITCHED &&
			((const struct body_party *)event->body)->origin == ORIGIN_CONSULTED)
			met(step, MET_WENT_ON);
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

static bool has_refused(const struct session *session, const struct user *user)
{
	const struct refusal *refusal;
	DL_FOREACH(session_rare(session)->refusals, refusal)
		if (str_eq(refusal->b.user, user->b.id))
			return true;
	return false;
}

/* Whoever is remembered for the customer, and could have been offered it, was. */
static bool last_agent_first(const struct step *step, struct buf *why)
{
	const struct world *world = step->world;
	EACH_EVENT(step, event)
	{
		const struct party *party = event->object;
		if (event->kind != EV_PARTY_WAS_INVITED || party->b.origin != ORIGIN_ROUTED)
			continue;
		struct str last = contact_body(party->session->contact).last_agent;
		const struct user *user = last.len ? core_user(world->core, last) : NULL;
		if (!user || move_is_several_deadlines(step->move))
			continue;
		if (user == party->user) {
			met(step, MET_OFFERED_TO_LAST);
			continue;
		}
		if (user->agent.state != AGENT_READY || load_of(user) >= world->scope.capacity ||
			has_refused(party->session, user))
			continue;
		buf_printf(why, "%s is offered the session of a customer whom %s is remembered for",
			party->user->b.name.at, user->b.name.at);
		return false;
	}
	return true;
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

static bool is_of_search(
	const struct session *session, uint64_t search, const struct user *user, bool is_open)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (viewer->b.search == search && (!user || viewer->user == user) &&
			(!is_open || viewer->b.state == PARTY_INVITED))
			return true;
	return false;
}

static bool is_agent_in(const struct session *session, const struct user *user)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (viewer->user == user && viewer_is_live(viewer) &&
			spec_is_agent(mode_of(viewer)))
			return true;
	return false;
}

/* Somebody of the queue who could be asked and was not. */
static const struct user *left_to_ask(const struct step *step, const struct body_party *asked)
{
	const struct world *world = step->world;
	const struct session *session = core_session(world->core, asked->session);
	for (unsigned i = 0; i < world->user_count; i++) {
		const struct user *user = world->users[i];
		if (user->agent.state == AGENT_READY && load_of(user) < world->scope.capacity &&
			!str_eq(user->b.id, asked->asked_by) && !is_agent_in(session, user) &&
			!is_of_search(session, asked->search, user, false))
			return user;
	}
	return NULL;
}

static bool is_asked_rightly(
	const struct step *step, const struct body_party *asked, struct buf *why)
{
	const struct user *user = core_user(step->world->core, asked->user);
	const struct session *session = core_session(step->world->core, asked->session);
	const struct viewer *viewer;
	unsigned times = 0;
	EACH_VIEWER(session, viewer)
		times += viewer->user == user && viewer->b.search == asked->search;
	if (is_ready(step, user) && load_of(user) <= step->world->scope.capacity && times == 1 &&
		!str_eq(asked->user, asked->asked_by))
		return true;
	buf_printf(why, "%s is asked through the queue", user->b.name.at);
	return false;
}

/* By an own act, or by time alone. */
static bool is_declined(const struct step *step, const struct event *event)
{
	return event->kind == EV_PARTY_REJECTED ||
	       (event->kind == EV_PARTY_WAS_REVOKED && step->move.kind == MOVE_NO_ANSWER);
}

static bool searches_go_on(const struct step *step, struct buf *why)
{
	EACH_EVENT(step, event)
	{
		const struct body_party *b = event->body;
		if (event_body(event->kind) != BODY_party || !b->search)
			continue;
		if (event->kind == EV_PARTY_WAS_INVITED && !is_asked_rightly(step, b, why))
			return false;
		const struct session *session = core_session(step->world->core, b->session);
		if (!is_declined(step, event) || session->b.state != SESSION_ACTIVE ||
			!count_agents(session, PARTY_CHATTING, false))
			continue;
		bool goes_on = is_of_search(session, b->search, NULL, true);
		met(step, goes_on ? MET_ASKED_NEXT : MET_ASKED_IN_VAIN);
		const struct user *left = goes_on ? NULL : left_to_ask(step, b);
		if (!left)
			continue;
		buf_printf(why, "%s is not", left->b.name.at);
		return false;
	}
	return true;
}

const struct property order_properties[] = {
	{"through a queue its Ready agents are asked one after the other, each once, until nobody "
	 "is left",
		"SMS Session API 1.2, Consult and Invite; decisions 4", searches_go_on},
	{"NextChat joins exactly one session, AllChats every one until cancelled",
		"Monitor: Parameters; decisions 5", orders_followed},
	{"a session is delivered to a supervisor by an order and the watched agent's Accept only",
		"decisions 5", deliveries_ordered},
	{"an order ends by use, cancel or the supervisor's EndContactCenterSession only",
		"decisions 5", orders_end_rightly},
	{"a supervisor stays until an own act, or Revoked at Complete or queue, which always "
	 "arrives",
		"Monitor: Overview; decisions 5", supervisors_stay_until_revoked},
	{"nobody has an order on whom others supervise", "decisions 2 and 5",
		nobody_supervises_others},
	{"a raised hand stays so until it is withdrawn, or its agent's part in the session is over",
		"decisions 5", hands_stay_raised},
	{"nobody remains in a finished session, and only who belongs there in any other",
		"decisions 4 and 5", nobody_remains},
	{"an open session has an agent, or awaits the one to whom it was handed over, or waits in "
	 "a queue",
		"decisions 4", somebody_has_it},
	{"a consultant advises an agent whom the customer sees, or goes on as one",
		"SMS Session API 1.2 (Leave, Consult); decisions 4", consultants_have_company},
	{"what was handed over and not taken goes back into the queue", "decisions 4",
		transfers_come_back},
	{"a queue offers to Ready agents below capacity; silent participations use none",
		"decisions 4 and 5", offers_fit},
	{"a session is offered first to the agent who is remembered for its customer",
		"SMS Session API 1.2 (saveLAR)", last_agent_first},
	{NULL, NULL, NULL},
};
