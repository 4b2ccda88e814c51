/* registration.c - a supervisor's standing orders, what an agent's Accept delivers by them, and entering what an agent
 * is in already. */
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

bool order_draws(const struct body_registration *order, struct str session)
{
	return !order->percent || ids_percentile(order->seed, session) < order->percent;
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

/* Of a group with a supervisor only who supervises it is told that it is there. */
static bool has_group(const struct core *core, const struct user *supervisor, struct str group)
{
	const struct user *user;
	if (core->group_supervisors)
		return core_assignment(supervisor, ASSIGNED_SUPERVISOR, group);
	DL_FOREACH(core->users, user)
		if (core_assignment(user, ASSIGNED_MEMBER, group))
			return true;
	return false;
}

static bool has_skill(const struct core *core, struct str skill)
{
	const struct user *user;
	DL_FOREACH(core->users, user)
		if (core_assignment(user, ASSIGNED_SKILL, skill))
			return true;
	return false;
}

static bool is_there(
	const struct core *core, const struct user *supervisor, struct order_thing thing)
{
	switch (thing.on) {
	case ORDER_ON_QUEUE:
		return core_queue(core, thing.name);
	case ORDER_ON_SKILL:
		return has_skill(core, thing.name);
	case ORDER_ON_GROUP:
		return has_group(core, supervisor, thing.name);
	case ORDER_ON_AGENT:
	case order_on_count:
		break;
	}
	return false;
}

enum err can_order(const struct core *core, const struct command *command)
{
	if (!is_there(core, command->caller, command->monitor.on))
		return ERR_NOT_FOUND;
	return command->caller->agent.state == AGENT_LOGGED_OUT ? ERR_NOT_STARTED : OK;
}

static struct body_registration ordered(
	const struct turn *turn, const struct command *command, const struct registration *before)
{
	static const enum supervision modes[COMMAND_KINDS] = {
		[CMD_MONITOR] = SUPERVISION_MONITOR,
		[CMD_COACH] = SUPERVISION_COACH,
		[CMD_BARGE_IN] = SUPERVISION_BARGE_IN,
		[CMD_ORDER_MONITOR] = SUPERVISION_MONITOR,
		[CMD_ORDER_COACH] = SUPERVISION_COACH,
		[CMD_ORDER_BARGE_IN] = SUPERVISION_BARGE_IN,
	};
	enum supervision mode = modes[command->kind];
	uint64_t within = command->monitor.expires_in;
	return (struct body_registration) {
		.supervisor = command->caller->b.id,
		.serial = before ? before->b.serial : turn->core->lsn + 1,
		.active = 1,
		.mode = command->monitor.mode,
		.visibility = visibility_in_mode(turn->core, mode),
		.supervision = mode,
		.nickname = command->monitor.nickname,
		.expires = within ? turn->now + 1000 * (msec)within : 0,
		.reason = command->monitor.reason,
	};
}

static void order_on_agent(struct turn *turn, const struct command *command)
{
	struct body_registration body =
		ordered(turn, command, active_order(command->caller, command->agent));
	body.agent = command->agent->b.id;
	turn_emit(turn, EV_REGISTRATION_STARTED, &body);
}

static void order_on_thing(struct turn *turn, const struct command *command)
{
	char id[USER_ID_LEN], seed[USER_ID_LEN];
	struct order_thing on = command->monitor.on;
	struct str key = turn->core->centre.id_key;
	struct body_registration body =
		ordered(turn, command, core_order(command->caller, on.on, on.name));
	ids_thing(id, key, on.on, on.name);
	/* By the time, and by no counter that others move. */
	ids_seed(seed, key, body.supervisor, (uint64_t)turn->now);
	body.agent = str_from(id, sizeof id);
	body.on = on.on;
	body.thing = on.name;
	body.percent = command->monitor.percent;
	body.seed = body.percent ? str_from(seed, sizeof seed) : STR_NONE;
	turn_emit(turn, EV_REGISTRATION_STARTED, &body);
}

/* A second order on the same replaces the first and keeps its place. */
void make_monitor(struct turn *turn, const struct command *command)
{
	if (command->agent)
		order_on_agent(turn, command);
	else
		order_on_thing(turn, command);
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

/* The order on what the command names. */
static const struct registration *named(const struct command *command)
{
	return core_order(command->caller, command->monitor.on.on, command->monitor.on.name);
}

enum err can_cancel_order(const struct core *core, const struct command *command)
{
	return named(command) ? OK : ERR_NOT_MONITORING;
}

void make_cancel_order(struct turn *turn, const struct command *command)
{
	end_order(turn, named(command));
}

/* Its time is over. Nobody but the supervisor is told. */
void order_due(struct turn *turn, void *registration)
{
	turn->is_following = true;
	end_order(turn, registration);
	turn->is_following = false;
}

bool registration_is_covered(
	const struct core *core, const struct user *supervisor, struct str agent)
{
	const struct user *user = core_user_there(core, agent);
	return supervisor->b.roles & ROLE_SUPERVISOR && supervisor->b.enabled && user &&
	       core_supervises(core, supervisor, user);
}

static bool is_covered(const struct core *core, const struct registration *r)
{
	if (r->agent)
		return registration_is_covered(core, r->supervisor, r->b.agent);
	if (r->b.on == ORDER_ON_QUEUE && !core_queue(core, r->b.thing))
		return false;
	bool is_own_group = r->b.on != ORDER_ON_GROUP || !core->group_supervisors ||
			    core_assignment(r->supervisor, ASSIGNED_SUPERVISOR, r->b.thing);
	return r->supervisor->b.roles & ROLE_SUPERVISOR && r->supervisor->b.enabled && is_own_group;
}

void registration_end_uncovered(struct turn *turn, struct user *supervisor)
{
	struct registration *r, *next;
	DL_FOREACH_SAFE2(supervisor->orders, r, next, order_next)
		if (!is_covered(turn->core, r))
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

/* Who is in the session already is delivered nothing. NextChat is used up by a delivery, and by nothing else. */
static void follow(struct turn *turn, struct registration *r, struct session *session,
	const struct user *agent)
{
	if (session_viewer(session, r->supervisor))
		return;
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

static bool names(
	const struct registration *r, const struct session *session, const struct user *agent)
{
	switch (r->b.on) {
	case ORDER_ON_QUEUE:
		return str_eq(session->b.queue, r->b.thing);
	case ORDER_ON_SKILL:
		return core_assignment(agent, ASSIGNED_SKILL, r->b.thing);
	case ORDER_ON_GROUP:
		return core_assignment(agent, ASSIGNED_MEMBER, r->b.thing);
	case ORDER_ON_AGENT:
	case order_on_count:
		break;
	}
	return false;
}

/* Nobody is delivered the own work, nor that of whom others supervise. */
static bool takes(const struct core *core, const struct registration *r,
	const struct session *session, const struct user *agent)
{
	return r->supervisor != agent && core_supervises(core, r->supervisor, agent) &&
	       names(r, session, agent) && order_draws(&r->b, session->b.id);
}

/* An agent accepted: orders on that agent first, then those that name no agent. */
void registration_deliver(struct turn *turn, struct session *session, struct user *agent)
{
	struct registration *r, *next;
	DL_FOREACH_SAFE2(agent->watchers, r, next, watcher_next)
		follow(turn, r, session, agent);
	DL_FOREACH_SAFE2(turn->core->standing, r, next, standing_next)
		if (takes(turn->core, r, session, agent))
			follow(turn, r, session, agent);
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
