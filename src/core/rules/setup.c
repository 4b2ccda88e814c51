/* setup.c - what a centre starts with: itself, its users, links, queues. */
#include "core/rules/turn.h"

enum err can_create_centre(const struct core *core, const struct command *command)
{
	return core->centre.name.len ? ERR_ALREADY : OK;
}

void make_create_centre(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_CENTRE_CREATED, command->new_centre);
}

enum err can_add_user(const struct core *core, const struct command *command)
{
	return core_user(core, command->new_user->name) ? ERR_ALREADY : OK;
}

void make_add_user(struct turn *turn, const struct command *command)
{
	char id[USER_ID_LEN];
	struct body_user body = *command->new_user;
	body.serial = turn->core->users_drawn + 1;
	ids_user(id, turn->core->centre.id_key, body.serial);
	body.id = str_from(id, sizeof id);
	body.password_version = 1;
	turn_emit(turn, EV_USER_ADDED, &body);
}

static void change_password(
	struct turn *turn, const struct user *user, struct str hash, bool must_change)
{
	struct body_user body = user->b;
	body.password = hash;
	body.password_version++;
	body.must_change = must_change;
	turn_emit(turn, EV_USER_PASSWORD_CHANGED, &body);
}

void make_change_password(struct turn *turn, const struct command *command)
{
	change_password(turn, command->password.user, command->password.hash,
		command->password.must_change);
}

void make_change_own_password(struct turn *turn, const struct command *command)
{
	change_password(turn, command->caller, command->own_hash, false);
}

enum err can_add_link(const struct core *core, const struct command *command)
{
	return core_link(core, command->new_link->name) ? ERR_ALREADY : OK;
}

/* Nothing was written to it yet: said, or it would be as in a journal from before that was said. */
void make_add_link(struct turn *turn, const struct command *command)
{
	const struct body_link *body = command->new_link;
	const struct body_sending none = {.link = body->name};
	turn_emit(turn, EV_LINK_ADDED, body);
	turn_emit(turn, EV_SENDING_CHANGED, &none);
}

enum err can_add_queue(const struct core *core, const struct command *command)
{
	const struct body_queue *body = command->new_queue;
	if (core_queue(core, body->name) || core_queue_by_number(core, body->number))
		return ERR_ALREADY;
	return core_link(core, body->link) ? OK : ERR_NOT_FOUND;
}

void make_add_queue(struct turn *turn, const struct command *command)
{
	turn_emit(turn, EV_QUEUE_ADDED, command->new_queue);
}

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
