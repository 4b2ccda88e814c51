/* routing.c - who is offered the session that waits longest: Ready agents of its queue below capacity; who served its
 * contact last and asked to be remembered, else the one with
 * the fewest open sessions, then longest since the last Accept or Ready, then by user id. */
#include "core/rules/assignment.h"
#include "core/rules/turn.h"

#include <utlist.h>

uint64_t routing_load(const struct user *user)
{
	return user->load;
}

static bool is_before(const struct user *a, uint64_t load_a, const struct user *b, uint64_t load_b)
{
	if (load_a != load_b)
		return load_a < load_b;
	if (a->agent.since != b->agent.since)
		return a->agent.since < b->agent.since;
	return str_cmp(a->b.id, b->b.id) < 0;
}

enum refused { NOT_REFUSED, REFUSED_LONG_AGO, REFUSED };

static const struct refusal *refusal_of(const struct session *session, const struct user *user)
{
	const struct refusal *refusal;
	DL_FOREACH(session_rare(session)->refusals, refusal)
		if (str_eq(refusal->b.user, user->b.id))
			return refusal;
	return NULL;
}

static enum refused refused(
	const struct turn *turn, const struct session *session, const struct user *user)
{
	const struct refusal *refusal = refusal_of(session, user);
	if (!refusal)
		return NOT_REFUSED;
	return refusal->b.until <= turn->now ? REFUSED_LONG_AGO : REFUSED;
}

/* Whoever served the contact last, and asked for it (saveLAR), within routing.last-agent-for. */
static bool is_last_agent(
	const struct turn *turn, const struct contact *contact, const struct user *user)
{
	msec window = (msec)turn->core->settings[SETTING_LAST_AGENT_FOR];
	return str_eq(contact_body(contact).last_agent, user->b.id) &&
	       turn->now - contact_body(contact).last_agent_at < window;
}

/* Whoever served its contact last; the best agent among those who never refused; else among those who did so long ago. *any: somebody has
 * capacity at all. */
static struct user *best_agent(const struct turn *turn, const struct session *session, bool *any)
{
	struct user *user, *best = NULL;
	uint64_t best_load = 0;
	enum refused best_refused = REFUSED;
	*any = false;
	DL_FOREACH2(turn->core->ready, user, ready_next) {
		uint64_t load = routing_load(user);
		if (load >= turn->core->centre.capacity)
			continue;
		*any = true;
		if (!core_serves(user, session->queue))
			continue;
		enum refused r = refused(turn, session, user);
		if (r == REFUSED || r > best_refused)
			continue;
		if (r == NOT_REFUSED && is_last_agent(turn, session->contact, user))
			return user;
		if (best && r == best_refused && !is_before(user, load, best, best_load))
			continue;
		best = user;
		best_load = load;
		best_refused = r;
	}
	return best;
}

struct user *routing_first(const struct core *core, const struct queue *queue,
	bool (*may)(const void *ctx, const struct user *user), const void *ctx)
{
	struct user *user, *first = NULL;
	DL_FOREACH2(core->ready, user, ready_next) {
		uint64_t load = routing_load(user);
		if (load >= core->centre.capacity || !core_serves(user, queue) || !may(ctx, user))
			continue;
		if (!first || is_before(user, load, first, routing_load(first)))
			first = user;
	}
	return first;
}

static bool is_offered(const struct session *session)
{
	const struct party *party;
	LL_FOREACH(session->parties, party)
		if (party->b.origin == ORIGIN_ROUTED && party->b.state == PARTY_INVITED)
			return true;
	return false;
}

static void offer(struct turn *turn, struct session *session, struct user *user)
{
	viewer_invite(turn, &(struct invitation) {
				    .session = session,
				    .user = user,
				    .kind = PARTY_AGENT,
				    .origin = ORIGIN_ROUTED,
				    .visibility = VISIBLE_ALL,
				    .deadline = turn->now + turn->core->centre.answer_timeout,
			    });
}

void routing_run(struct turn *turn)
{
	struct session *session;
	if (!turn->core->ready)
		return;
	DL_FOREACH2(turn->core->waiting, session, wait_next) {
		bool any;
		if (is_offered(session))
			continue;
		struct user *user = best_agent(turn, session, &any);
		if (user)
			offer(turn, session, user);
		if (!any)
			return;
	}
}

bool routing_is_due(const struct core *core)
{
	const struct session *session;
	DL_FOREACH2(core->waiting, session, wait_next) {
		const struct user *user;
		if (is_offered(session))
			continue;
		DL_FOREACH2(core->ready, user, ready_next)
			if (routing_load(user) < core->centre.capacity &&
				!refusal_of(session, user) && core_serves(user, session->queue))
				return true;
	}
	return false;
}

void routing_refuse(struct turn *turn, struct session *session, const struct user *user)
{
	struct body_refusal body = {
		.session = session->b.id,
		.user = user->b.id,
		.until = turn->now + turn->core->centre.reject_wait,
	};
	turn_emit(turn, EV_ROUTING_REFUSED, &body);
}

void routing_save_agent(struct turn *turn, const struct contact *contact, const struct user *user)
{
	struct body_contact body = contact_body(contact);
	body.last_agent = user->b.id;
	body.last_agent_at = turn->now;
	turn_emit(turn, EV_CONTACT_AGENT_SAVED, &body);
}

void refusal_due(struct turn *turn, void *object)
{
	routing_run(turn);
}
