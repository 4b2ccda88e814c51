/* watch.c - who only watches: what agents do offers them sessions and takes them away. */
#include "core/rules/watch.h"
#include "core/model/watching.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* --- what follows from work --------------------------------------------------------------------- */

/* Those who joined write their leaving once all are out: it is for those who read the transcript later. */
static void revoke_watches(struct turn *turn, const struct event *event)
{
	struct session *session = event->object;
	size_t count = 0, live = 0;
	struct watch *watch;
	DL_FOREACH(session_rare(session)->watches, watch)
		count++;
	struct watch **left = turn_array(turn, count, sizeof *left);
	DL_FOREACH(session_rare(session)->watches, watch) {
		if (!viewer_is_live(&watch->viewer))
			continue;
		if (viewer_is_joined(&watch->viewer))
			left[live++] = watch;
		viewer_end(turn, &watch->viewer, EV_PARTY_WAS_REVOKED);
	}
	for (size_t i = 0; i < live; i++)
		transcript_add_leaving(turn, &left[i]->viewer);
}

static void deliver(struct turn *turn, const struct event *event)
{
	const struct viewer *joined = event->object;
	if (joined->b.kind == PARTY_AGENT)
		registration_deliver(turn, joined->session, joined->user);
}

/* A consultant who goes on was there before. */
static void deliver_taken_over(struct turn *turn, const struct event *event)
{
	const struct viewer *switched = event->object;
	if (switched->b.origin == ORIGIN_TOOK_OVER)
		deliver(turn, event);
}

/* The contact center session of the user ends: standing orders and watches with it. */
static void end_supervising(struct turn *turn, const struct event *event)
{
	struct user *user = event->object;
	struct watch *watch, *next;
	registration_end_all(turn, user);
	DL_FOREACH_SAFE2(user->watches, watch, next, user_next) {
		if (viewer_is_invited(&watch->viewer))
			viewer_end(turn, &watch->viewer, EV_PARTY_WAS_REVOKED);
		else
			viewer_finish(turn, &watch->viewer);
	}
}

/* agents.lost-after went by: not a supervisor's NotReady, nor the loss of the clients itself. */
static bool is_lost(const struct event *event)
{
	const struct body_agent *agent = event->body;
	bool is_lost_ready = event->kind == EV_AGENT_MADE_NOT_READY &&
			     str_is(agent->reason, REASON_CONNECTION_LOST);
	return !agent->has_client && !agent->lost_at &&
	       (is_lost_ready || event->kind == EV_AGENT_CLIENTS_LOST);
}

/* Of whom agents are shown that somebody is there is there: whose program has been gone for so long reads no more. */
static void end_shown(struct turn *turn, const struct event *event)
{
	struct user *user = event->object;
	struct watch *watch, *next;
	if (!is_lost(event))
		return;
	DL_FOREACH_SAFE2(user->watches, watch, next, user_next) {
		if (watch->b.disclosure != DISCLOSED_BY_ICON)
			continue;
		viewer_end(turn, &watch->viewer, EV_PARTY_WAS_REVOKED);
		transcript_add_leaving(turn, &watch->viewer);
	}
}

static void revoke_unless_covered(struct turn *turn, const struct viewer *viewer)
{
	bool is_joined = viewer_is_joined(viewer);
	if (registration_is_covered(turn->core, viewer->user, viewer->b.watched))
		return;
	/* Those whom agents see leave before their eyes, as whoever leaves. */
	turn->is_following = watch_is(&viewer->b) || !is_joined;
	viewer_end(turn, viewer, EV_PARTY_WAS_REVOKED);
	if (is_joined)
		transcript_add_leaving(turn, viewer);
	turn->is_following = true;
}

static void revoke_uncovered(struct turn *turn, struct user *user)
{
	struct watch *watch, *next;
	struct party *party, *after;
	registration_end_uncovered(turn, user);
	LL_FOREACH_SAFE2(user->parties, party, after, user_next)
		if (party->b.kind == PARTY_SUPERVISOR)
			revoke_unless_covered(turn, &party->viewer);
	DL_FOREACH_SAFE2(user->watches, watch, next, user_next)
		revoke_unless_covered(turn, &watch->viewer);
}

/* Roles or groups changed: nobody goes on with what is not theirs any more. The first supervisor of a group takes
 * all others their rights, so all are looked at. */
static void end_uncovered(struct turn *turn, const struct event *event)
{
	struct user *user;
	DL_FOREACH(turn->core->users, user)
		revoke_uncovered(turn, user);
}

static void raise_flags(struct turn *turn, const struct event *event)
{
	const struct viewer *viewer = event->object;
	flags_raise(turn, viewer->session);
}

/* What rules found is then another agent's, if there is one. */
static void end_hands(struct turn *turn, const struct event *event)
{
	hands_end(turn, event->object);
	raise_flags(turn, event);
}

static void see_entry(struct turn *turn, const struct event *event)
{
	flags_see_entry(turn, event->object);
}

static void see_delivery(struct turn *turn, const struct event *event)
{
	const struct sms_part *part = event->object;
	flags_see_delivery(turn, part->outbound);
}

static const struct {
	enum event_kind kind;
	void (*follow)(struct turn *turn, const struct event *event);
} follows[] = {
	{EV_PARTY_JOINED, deliver},
	{EV_PARTY_SWITCHED, deliver_taken_over},
	{EV_PARTY_JOINED, raise_flags},
	{EV_PARTY_SWITCHED, raise_flags},
	{EV_MESSAGE_ADDED, see_entry},
	{EV_SMS_PART_CHANGED, see_delivery},
	{EV_PARTY_FINISHED, end_hands},
	{EV_PARTY_WAS_REMOVED, end_hands},
	{EV_SESSION_QUEUED, revoke_watches},
	{EV_SESSION_CLOSED, revoke_watches},
	{EV_AGENT_STOPPED, end_supervising},
	{EV_AGENT_CLIENTS_LOST, end_shown},
	{EV_AGENT_MADE_NOT_READY, end_shown},
	{EV_USER_ROLES_CHANGED, end_uncovered},
	{EV_USER_CHANGED, end_uncovered},
	{EV_USER_REMOVED, end_uncovered},
	{EV_QUEUE_REMOVED, end_uncovered},
	{EV_ASSIGNMENT_CHANGED, end_uncovered},
};

void watch_follow(struct turn *turn, size_t first)
{
	size_t end = turn->outcome->count;
	turn->is_following = true;
	for (size_t i = first; i < end; i++) {
		struct event event = turn->outcome->events[i]; /* a copy: the array grows */
		for (size_t k = 0; k < sizeof follows / sizeof follows[0]; k++)
			if (follows[k].kind == event.kind)
				follows[k].follow(turn, &event);
	}
}
