/* setup.c - what an operator declares of a centre: itself, its links, queues, rules and settings. */
#include "core/rules/setup.h"
#include "core/model/watching.h"
#include "core/rules/turn.h"

#include <utlist.h>

enum err can_create_centre(const struct core *core, const struct command *command)
{
	return core->centre.name.len ? ERR_ALREADY : OK;
}

void make_create_centre(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_CENTRE_CREATED, command->new_centre);
}

/* Its name and key are for good; so is the room that each link has for what came. */
enum err can_change_centre(const struct core *core, const struct command *command)
{
	const struct body_centre *body = command->new_centre;
	bool is_same = body->receive_window == core->centre.receive_window;
	return str_eq(body->name, core->centre.name) && (is_same || !core->links) ? OK
										  : ERR_WRONG_STATE;
}

void make_change_centre(struct turn *turn, const struct command *command)
{
	struct body_centre body = *command->new_centre;
	body.id_key = turn->core->centre.id_key;
	turn_emit(turn, EV_CENTRE_CHANGED, &body);
	routing_run(turn); /* agents may have more room now */
}

/* --- links -------------------------------------------------------------------------------------- */

static bool is_of_one_kind(const struct link *link, const struct body_link *body)
{
	return !link->b.provider.len == !body->provider.len;
}

enum err can_add_link(const struct core *core, const struct command *command)
{
	const struct link *before = core_link(core, command->new_link->name);
	if (!before)
		return OK;
	if (!before->b.removed)
		return ERR_ALREADY;
	return is_of_one_kind(before, command->new_link) ? OK : ERR_WRONG_STATE;
}

/* Nothing was written to it yet: said, or it would be as in a journal from before that was said. */
void make_add_link(struct turn *turn, const struct command *command)
{
	const struct body_link *body = command->new_link;
	const struct body_sending none = {.link = body->name};
	turn_emit(turn, EV_LINK_ADDED, body);
	turn_emit(turn, EV_SENDING_CHANGED, &none);
}

enum err can_change_link(const struct core *core, const struct command *command)
{
	if (!core_has_link(core, command->new_link->name))
		return ERR_NOT_FOUND;
	const struct link *link = core_link(core, command->new_link->name);
	return is_of_one_kind(link, command->new_link) ? OK : ERR_WRONG_STATE;
}

void make_change_link(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_LINK_CHANGED, command->new_link);
}

/* A text that waits would wait for ever, and a number would have no way. */
enum err can_remove_link(const struct core *core, const struct command *command)
{
	const struct queue *queue;
	if (!core_has_link(core, command->name))
		return ERR_NOT_FOUND;
	EACH_THERE(core->queues, queue)
		if (str_eq(queue->b.link, command->name))
			return ERR_WRONG_STATE;
	return core_link(core, command->name)->unsent ? ERR_WRONG_STATE : OK;
}

void make_remove_link(struct turn *turn, const struct command *command)
{
	struct body_link body = core_link(turn->core, command->name)->b;
	body.removed = 1;
	turn_emit(turn, EV_LINK_REMOVED, &body);
}

/* --- queues ------------------------------------------------------------------------------------- */

size_t core_open_sessions(const struct core *core, const struct queue *queue)
{
	const struct session *session;
	size_t count = 0;
	DL_FOREACH(core->sessions, session)
		count += session->queue == queue || str_eq(session->b.number, queue->b.number);
	return count;
}

enum err can_add_queue(const struct core *core, const struct command *command)
{
	const struct body_queue *body = command->new_queue;
	if (core_queue(core, body->name) || core_queue_of_phone(core, body->number))
		return ERR_ALREADY;
	return core_has_link(core, body->link) ? OK : ERR_NOT_FOUND;
}

void make_add_queue(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_QUEUE_ADDED, command->new_queue);
}

/* A conversation goes on under the number under which it began. That no two queues have one number is for whoever
 * declares them: where they change places, they have for a moment. */
enum err can_change_queue(const struct core *core, const struct command *command)
{
	const struct body_queue *body = command->new_queue;
	const struct queue *queue = core_queue(core, body->name);
	if (!queue || !core_has_link(core, body->link))
		return ERR_NOT_FOUND;
	bool is_same = str_eq(queue->b.number, body->number);
	return is_same || core_open_sessions(core, queue) == 0 ? OK : ERR_WRONG_STATE;
}

void make_change_queue(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_QUEUE_CHANGED, command->new_queue);
}

enum err can_remove_queue(const struct core *core, const struct command *command)
{
	const struct queue *queue = core_queue(core, command->name);
	if (!queue)
		return ERR_NOT_FOUND;
	return core_open_sessions(core, queue) == 0 ? OK : ERR_WRONG_STATE;
}

/* Nobody serves it any more. */
void make_remove_queue(struct turn *turn, const struct command *command)
{
	struct body_queue body = core_queue(turn->core, command->name)->b;
	struct user *user;
	DL_FOREACH(turn->core->users, user) {
		const struct assignment *one = core_assignment(user, ASSIGNED_QUEUE, body.name);
		if (one)
			assignment_take_back(turn, one);
	}
	body.removed = 1;
	turn_emit(turn, EV_QUEUE_REMOVED, &body);
}

/* --- rules that raise hands ----------------------------------------------------------------------- */

enum err can_add_rule(const struct core *core, const struct command *command)
{
	const struct hand_rule *rule;
	size_t count = 0;
	EACH_THERE(core->rules, rule)
		count++;
	if (core_rule(core, command->new_rule->name))
		return ERR_ALREADY;
	return count < RULES_MAX ? OK : ERR_FULL;
}

void make_declare_rule(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_RULE_DECLARED, command->new_rule);
}

enum err can_remove_rule(const struct core *core, const struct command *command)
{
	return core_rule(core, command->name) ? OK : ERR_NOT_FOUND;
}

/* What it found stays so. */
void make_remove_rule(struct turn *turn, const struct command *command)
{
	struct body_rule body = core_rule(turn->core, command->name)->b;
	body.removed = 1;
	turn_emit(turn, EV_RULE_REMOVED, &body);
}

/* --- settings ----------------------------------------------------------------------------------- */

/* Values are the configuration's to check. */
enum err can_change_setting(const struct core *core, const struct command *command)
{
	struct str link = command->setting->link;
	return link.len == 0 || core_link(core, link) ? OK : ERR_NOT_FOUND;
}

void make_change_setting(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_SETTING_CHANGED, command->setting);
}
