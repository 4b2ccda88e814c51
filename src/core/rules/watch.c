/* watch.c - who only watches: what agents do offers them sessions and takes them away. And the commands that
 * are given in a session by whoever speaks for a user there, a party or a watch. */
#include "core/rules/watch.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/access.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* --- what follows from work --------------------------------------------------------------------- */

/* Those who joined write their leaving once all are out: it is for those who read the transcript later. */
static void revoke_watches(struct turn *turn, const struct event *event)
{
	struct session *session = event->object;
	size_t count = 0, live = 0;
	struct watch *watch;
	DL_FOREACH(session->watches, watch)
		count++;
	struct watch **left = turn_array(turn, count, sizeof *left);
	DL_FOREACH(session->watches, watch) {
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

static void revoke_uncovered(struct turn *turn, struct user *user)
{
	struct watch *watch, *next;
	registration_end_uncovered(turn, user);
	DL_FOREACH_SAFE2(user->watches, watch, next, user_next) {
		bool is_joined = viewer_is_joined(&watch->viewer);
		if (registration_is_covered(turn->core, user, watch->b.watched))
			continue;
		viewer_end(turn, &watch->viewer, EV_PARTY_WAS_REVOKED);
		if (is_joined)
			transcript_add_leaving(turn, &watch->viewer);
	}
}

/* Roles or groups changed: nobody goes on with what is not theirs any more. The first supervisor of a group takes
 * all others their rights, so all are looked at. */
static void end_uncovered(struct turn *turn, const struct event *event)
{
	struct user *user;
	DL_FOREACH(turn->core->users, user)
		revoke_uncovered(turn, user);
}

static const struct {
	enum event_kind kind;
	void (*follow)(struct turn *turn, const struct event *event);
} follows[] = {
	{EV_PARTY_JOINED, deliver},
	{EV_SESSION_QUEUED, revoke_watches},
	{EV_SESSION_CLOSED, revoke_watches},
	{EV_AGENT_STOPPED, end_supervising},
	{EV_USER_ROLES_CHANGED, end_uncovered},
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

/* --- commands of who speaks for the caller ------------------------------------------------------ */

/* NULL: a deadline took the session away between the look-up and the command. */
static struct viewer *speaker(const struct command *command)
{
	return session_viewer(command->session, command->caller);
}

/* What a supervisor in that mode never may, whatever the state. */
enum err may_take_part(const struct core *core, const struct command *command)
{
	const struct viewer *viewer = speaker(command);
	if (!viewer || viewer->b.kind != PARTY_SUPERVISOR)
		return OK;
	unsigned where = access_where(access_of_command(command->kind));
	return where & access_of_mode(viewer->b.supervision) ? OK : ERR_FORBIDDEN;
}

enum err may_switch(const struct core *core, const struct command *command)
{
	const struct viewer *viewer = speaker(command);
	return !viewer || viewer->b.kind == PARTY_SUPERVISOR ? OK : ERR_FORBIDDEN;
}

enum err can_as_listed(const struct core *core, const struct command *command)
{
	return access_can(core, speaker(command), command->kind);
}

/* Whoever supervised there, or was about to, and now is there as agent supervises no more; only those who saw
 * it see its end. */
static void end_own_supervising(struct turn *turn, const struct command *command)
{
	struct watch *watch, *next;
	DL_FOREACH_SAFE2(command->caller->watches, watch, next, user_next)
		if (watch->session == command->session)
			viewer_finish(turn, &watch->viewer);
	struct party *party, *after;
	DL_FOREACH_SAFE2(command->caller->parties, party, after, user_next)
		if (party->session == command->session && party->b.kind == PARTY_SUPERVISOR)
			party_finish(turn, party);
}

void make_accept(struct turn *turn, const struct command *command)
{
	struct party *party = session_party(command->session, command->caller);
	if (!party) {
		viewer_join(turn, speaker(command), command->accept.nickname);
		return;
	}
	if (party_is_agent(party))
		end_own_supervising(turn, command);
	party_accept(turn, party, command->accept.nickname);
}

void make_reject(struct turn *turn, const struct command *command)
{
	struct party *party = session_party(command->session, command->caller);
	if (party)
		party_reject(turn, party);
	else
		viewer_end(turn, speaker(command), EV_PARTY_REJECTED);
}

void make_switch(struct turn *turn, const struct command *command)
{
	static const enum supervision modes[COMMAND_KINDS] = {
		[CMD_SWITCH_TO_MONITOR] = SUPERVISION_MONITOR,
		[CMD_SWITCH_TO_COACH] = SUPERVISION_COACH,
		[CMD_SWITCH_TO_BARGE_IN] = SUPERVISION_BARGE_IN,
	};
	viewer_switch(turn, speaker(command), modes[command->kind]);
}

void make_leave(struct turn *turn, const struct command *command)
{
	struct party *party = session_party(command->session, command->caller);
	if (party)
		party_leave(turn, party);
	else
		viewer_finish(turn, speaker(command));
}
