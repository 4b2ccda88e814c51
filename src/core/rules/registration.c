/* registration.c - a supervisor's standing order on an agent, what its agent's Accept delivers, and entering what the
 * agent is in already. */
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/assignment.h"
#include "core/rules/turn.h"

#include <utlist.h>

static const struct registration *active_order(
	const struct user *supervisor, const struct user *agent)
{
	const struct registration *r;
	DL_FOREACH2(supervisor->orders, r, order_next)
		if (r->agent == agent)
			return r;
	return NULL;
}

enum err may_supervise(const struct core *core, const struct command *command)
{
	if (!command->agent->b.provisioned)
		return ERR_CHANNEL;
	return command->agent == command->caller ? ERR_OWN_USER : OK;
}

enum err can_monitor(const struct core *core, const struct command *command)
{
	if (!core_supervises(core, command->caller, command->agent))
		return ERR_NOT_FOUND;
	return command->caller->agent.state == AGENT_LOGGED_OUT ? ERR_NOT_STARTED : OK;
}

/* A second order on the same agent replaces the first and keeps its place. */
void make_monitor(struct turn *turn, const struct command *command)
{
	static const enum supervision modes[COMMAND_KINDS] = {
		[CMD_MONITOR] = SUPERVISION_MONITOR,
		[CMD_COACH] = SUPERVISION_COACH,
		[CMD_BARGE_IN] = SUPERVISION_BARGE_IN,
	};
	enum supervision mode = modes[command->kind];
	const struct registration *before = active_order(command->caller, command->agent);
	struct body_registration body = {
		.supervisor = command->caller->b.id,
		.agent = command->agent->b.id,
		.serial = before ? before->b.serial : turn->core->lsn + 1,
		.active = 1,
		.mode = command->monitor.mode,
		.visibility = visibility_in_mode(turn->core, mode),
		.supervision = mode,
		.nickname = command->monitor.nickname,
	};
	turn_emit(turn, EV_REGISTRATION_STARTED, &body);
}

enum err can_cancel(const struct core *core, const struct command *command)
{
	return active_order(command->caller, command->agent) ? OK : ERR_NOT_MONITORING;
}

static void end_order(struct turn *turn, const struct registration *r)
{
	struct body_registration body = r->b;
	body.active = 0;
	turn_emit(turn, EV_REGISTRATION_ENDED, &body);
}

void make_cancel(struct turn *turn, const struct command *command)
{
	end_order(turn, active_order(command->caller, command->agent));
}

bool registration_is_covered(
	const struct core *core, const struct user *supervisor, struct str agent)
{
	const struct user *user = core_user(core, agent);
	return supervisor->b.roles & ROLE_SUPERVISOR && user &&
	       core_supervises(core, supervisor, user);
}

void registration_end_uncovered(struct turn *turn, struct user *supervisor)
{
	struct registration *r, *next;
	DL_FOREACH_SAFE2(supervisor->orders, r, next, order_next)
		if (!registration_is_covered(turn->core, supervisor, r->b.agent))
			end_order(turn, r);
}

void registration_end_all(struct turn *turn, struct user *supervisor)
{
	while (supervisor->orders)
		end_order(turn, supervisor->orders);
}

/* Joined at once where the centre says so. Those whom agents see then are told of to them as what anybody does. */
static void deliver(struct turn *turn, const struct invitation *invitation)
{
	const struct viewer *viewer = viewer_invite(turn, invitation);
	bool was_following = turn->is_following;
	if (!turn->core->settings[SETTING_AUTO_ACCEPT])
		return;
	turn->is_following = was_following && watch_is(&viewer->b);
	viewer_join(turn, viewer, STR_NONE);
	turn->is_following = was_following;
}

/* An agent accepted: every watcher who is not in the session yet is delivered it. NextChat is used up
 * by that, and by nothing else. */
void registration_deliver(struct turn *turn, struct session *session, struct user *agent)
{
	struct registration *r, *next;
	DL_FOREACH_SAFE2(agent->watchers, r, next, watcher_next) {
		if (session_viewer(session, r->supervisor))
			continue;
		deliver(turn, &(struct invitation) {
				      .session = session,
				      .user = r->supervisor,
				      .kind = PARTY_SUPERVISOR,
				      .origin = ORIGIN_WATCHING,
				      .visibility = r->b.visibility,
				      .supervision = r->b.supervision,
				      .nickname = r->b.nickname,
				      .watched = agent->b.id,
			      });
		if (r->b.mode == MONITOR_NEXT)
			end_order(turn, r);
	}
}

/* --- a running session -------------------------------------------------------------------------- */

static const struct registration *order_of(const struct command *command)
{
	return active_order(command->caller, command->intrude.agent);
}

/* supervision_count: no mode is asked for, and there is no order that has one. */
static enum supervision intruding_as(const struct command *command)
{
	const struct registration *order = order_of(command);
	bool is_asked_for = command->intrude.mode != supervision_count;
	return is_asked_for || !order ? command->intrude.mode : order->b.supervision;
}

enum err may_intrude(const struct core *core, const struct command *command)
{
	return command->intrude.agent == command->caller ? ERR_OWN_USER : OK;
}

enum err can_intrude(const struct core *core, const struct command *command)
{
	if (intruding_as(command) == supervision_count)
		return ERR_MISSING_PARAMETER;
	if (!session_is_handled_by(command->session, command->intrude.agent))
		return ERR_NOT_FOUND;
	if (command->caller->agent.state == AGENT_LOGGED_OUT)
		return ERR_NOT_STARTED;
	return session_viewer(command->session, command->caller) ? ERR_ALREADY : OK;
}

/* An order stays as it is: what it waits for is an Accept. */
void make_intrude(struct turn *turn, const struct command *command)
{
	const struct registration *order = order_of(command);
	enum supervision mode = intruding_as(command);
	deliver(turn, &(struct invitation) {
			      .session = command->session,
			      .user = command->caller,
			      .kind = PARTY_SUPERVISOR,
			      .origin = ORIGIN_INTRUDED,
			      .visibility = visibility_in_mode(turn->core, mode),
			      .supervision = mode,
			      .nickname = order ? order->b.nickname : STR_NONE,
			      .watched = command->intrude.agent->b.id,
		      });
}
