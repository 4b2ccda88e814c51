/* speaker.c - what is asked in a session by whoever speaks for the caller there, a party or a watch: Accept, Reject,
 * Leave, SetInFocus, the switches. */
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/access.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* NULL: a deadline took the session away between the look-up and the command. */
static struct viewer *speaker(const struct command *command)
{
	return session_viewer(command->session, command->caller);
}

/* What a supervisor in that mode, or a consultant, never may, whatever the state. */
enum err may_take_part(const struct core *core, const struct command *command)
{
	const struct viewer *viewer = speaker(command);
	bool is_supervisor = viewer && viewer->b.kind == PARTY_SUPERVISOR;
	if (!is_supervisor && !(viewer && viewer_is_consultant(viewer)))
		return OK;
	unsigned ever = is_supervisor ? access_of_mode(viewer->b.supervision) : CONSULTANT_CHATTING;
	unsigned where = access_where(access_of_command(command->kind));
	return where & ever ? OK : ERR_FORBIDDEN;
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
	LL_FOREACH_SAFE2(command->caller->parties, party, after, user_next)
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
	if (party_is_agent(party) && command->accept.saves_agent)
		routing_save_agent(turn, command->session->contact, command->caller);
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

/* Who took over is there before the other one goes, so the session is never without an agent. */
void make_take_over(struct turn *turn, const struct command *command)
{
	const struct viewer *viewer = speaker(command);
	struct party *before = session_at_work(command->session, viewer->b.watched);
	viewer_take_over(turn, viewer);
	agent_touch(turn, command->caller);
	party_go(turn, before);
	routing_run(turn);
}

static void set_focus(struct turn *turn, const struct viewer *viewer, bool is_in_focus)
{
	struct body_party body = viewer->b;
	body.in_focus = is_in_focus;
	if (viewer->b.in_focus != body.in_focus)
		turn_emit(turn, is_in_focus ? EV_PARTY_CAME_INTO_FOCUS : EV_PARTY_WENT_OUT_OF_FOCUS,
			&body);
}

/* What a user looks at as an agent says nothing of what the same user watches, and the other way round. */
void make_set_in_focus(struct turn *turn, const struct command *command)
{
	const struct viewer *viewer = speaker(command);
	const struct party *party;
	const struct watch *watch;
	LL_FOREACH2(command->caller->parties, party, user_next)
		if (&party->viewer != viewer && party->b.kind == viewer->b.kind)
			set_focus(turn, &party->viewer, false);
	DL_FOREACH2(command->caller->watches, watch, user_next)
		if (&watch->viewer != viewer && watch->b.kind == viewer->b.kind)
			set_focus(turn, &watch->viewer, false);
	set_focus(turn, viewer, true);
}

enum err can_leave(const struct core *core, const struct command *command)
{
	enum err e = can_as_listed(core, command);
	return e == OK ? entry_can_part(core, command) : e;
}

void make_leave(struct turn *turn, const struct command *command)
{
	struct party *party = session_party(command->session, command->caller);
	entry_part(turn, command);
	if (party)
		party_leave(turn, party);
	else
		viewer_finish(turn, speaker(command));
}
