/* user.c - users come, change and go, by an operator's word; and their passwords. */
#include "core/rules/turn.h"

#include <utlist.h>

/* Ana and ana are one to whoever reads them, and to whoever signs in. A removed name is not given again. */
enum err can_add_user(const struct core *core, const struct command *command)
{
	const struct user *user;
	if (!core_roles_fit(command->new_user->roles))
		return ERR_ROLES_APART;
	DL_FOREACH(core->users, user)
		if (str_eq_nocase(user->b.name, command->new_user->name))
			return ERR_ALREADY;
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
	const struct user *user = turn_emit(turn, EV_USER_ADDED, &body);
	turn->made = user->b.id;
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

/* --- changing and removing ---------------------------------------------------------------------- */

enum err can_change_user(const struct core *core, const struct command *command)
{
	const struct user *user = command->change_user.user;
	uint64_t roles = command->change_user.as->roles;
	if (!user_is_there(user))
		return ERR_NOT_FOUND;
	return roles == user->b.roles || core_roles_fit(roles) ? OK : ERR_ROLES_APART;
}

/* Who is disabled is put out at once; who supervises no more, by watch_follow. */
void make_change_user(struct turn *turn, const struct command *command)
{
	struct user *user = command->change_user.user;
	const struct body_user *as = command->change_user.as;
	struct body_user body = user->b;
	body.roles = as->roles;
	if (body.roles != user->b.roles) /* whose connections are told apart by it */
		turn_emit(turn, EV_USER_ROLES_CHANGED, &body);
	body.first_name = as->first_name;
	body.last_name = as->last_name;
	body.provisioned = as->provisioned;
	body.enabled = as->enabled;
	turn_emit(turn, EV_USER_CHANGED, &body);
	if (!body.enabled || !body.provisioned)
		agent_put_out(turn, user);
	else
		agent_has_roles(turn, user);
}

enum err can_remove_user(const struct core *core, const struct command *command)
{
	return user_is_there(command->removed) ? OK : ERR_NOT_FOUND;
}

static void revoke_tokens(struct turn *turn, const struct user *user)
{
	struct token *token, *next;
	DL_FOREACH_SAFE(turn->core->tokens, token, next) {
		if (token->user != user)
			continue;
		struct body_token body = token->b;
		body.revoked = 1;
		turn_emit(turn, EV_TOKEN_REVOKED, &body);
	}
}

/* What was done under that name stays; nothing can be done under it any more. */
void make_remove_user(struct turn *turn, const struct command *command)
{
	struct user *user = command->removed;
	struct body_user body = user->b;
	struct assignment *one, *next;
	body.removed = 1;
	body.enabled = 0;
	body.roles = 0;
	body.provisioned = 0;
	body.password = STR_NONE;
	body.password_version++;
	revoke_tokens(turn, user);
	DL_FOREACH_SAFE(user->assignments, one, next)
		assignment_take_back(turn, one);
	turn_emit(turn, EV_USER_REMOVED, &body);
	agent_put_out(turn, user);
}
