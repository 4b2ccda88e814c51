/* assignment.c - groups, skills and queues of users; and what roles they have. */
#include "core/rules/assignment.h"
#include "core/rules/turn.h"

#include <utlist.h>

bool core_serves(const struct user *user, const struct queue *queue)
{
	return !queue->assigned || core_assignment(user, ASSIGNED_QUEUE, queue->b.name);
}

bool core_supervises(
	const struct core *core, const struct user *supervisor, const struct user *user)
{
	const struct assignment *one;
	if (!core->group_supervisors || supervisor == user)
		return true;
	DL_FOREACH(supervisor->assignments, one)
		if (one->b.kind == ASSIGNED_SUPERVISOR &&
			core_assignment(user, ASSIGNED_MEMBER, one->b.thing))
			return true;
	return false;
}

bool core_oversees(const struct core *core, const struct user *user, const struct user *agent)
{
	return user != agent && user->b.roles & ROLE_SUPERVISOR &&
	       core_supervises(core, user, agent);
}

/* --- commands ----------------------------------------------------------------------------------- */

enum err can_assign(const struct core *core, const struct command *command)
{
	const struct body_assignment *body = command->assignment;
	const struct user *user = core_user_there(core, body->user);
	if (!user || (body->kind == ASSIGNED_QUEUE && !core_queue(core, body->thing)))
		return ERR_NOT_FOUND;
	const struct assignment *now =
		core_assignment(user, (enum assignment_kind)body->kind, body->thing);
	if (!body->held)
		return now ? OK : ERR_NOT_FOUND;
	return now && now->b.level == body->level ? ERR_ALREADY : OK;
}

void assignment_take_back(struct turn *turn, const struct assignment *one)
{
	struct body_assignment body = one->b;
	body.held = 0;
	turn_emit(turn, EV_ASSIGNMENT_CHANGED, &body);
}

/* Who may be offered what may have changed with it. */
void make_assign(struct turn *turn, const struct command *command)
{
	struct body_assignment body = *command->assignment;
	body.user = core_user(turn->core, body.user)->b.id; /* a name does as well */
	turn_emit(turn, EV_ASSIGNMENT_CHANGED, &body);
	routing_run(turn);
}

enum err can_change_roles(const struct core *core, const struct command *command)
{
	return core_roles_fit(command->roles.roles) ? OK : ERR_ROLES_APART;
}

void make_change_roles(struct turn *turn, const struct command *command)
{
	struct body_user body = command->roles.user->b;
	body.roles = command->roles.roles;
	turn_emit(turn, EV_USER_ROLES_CHANGED, &body);
	agent_has_roles(turn, command->roles.user);
}
