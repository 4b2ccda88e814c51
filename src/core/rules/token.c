/* token.c - tokens are added and revoked. Only digests come here: who reads the store cannot sign in. */
#include "core/rules/token.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* One that was revoked keeps its id; that another would draw the same takes 2^64 tries. */
enum err can_add_token(const struct core *core, const struct command *command)
{
	const struct body_token *body = command->new_token;
	const struct token *token;
	size_t count;
	if (!core_user_there(core, body->user))
		return ERR_NOT_FOUND;
	if (core_token(core, body->id) ||
		core_token_by_digest(core, (const unsigned char *)body->digest.at))
		return ERR_ALREADY;
	DL_COUNT(core->tokens, token, count);
	return count < TOKENS_MAX ? OK : ERR_BUSY;
}

void make_add_token(struct turn *turn, const struct command *command)
{
	struct body_token body = *command->new_token;
	body.user = core_user(turn->core, body.user)->b.id; /* a name does as well */
	body.made = turn->now;
	body.revoked = 0;
	turn_emit(turn, EV_TOKEN_ADDED, &body);
}

enum err can_revoke_token(const struct core *core, const struct command *command)
{
	return core_token(core, command->token) ? OK : ERR_NOT_FOUND;
}

void make_revoke_token(struct turn *turn, const struct command *command)
{
	struct body_token body = core_token(turn->core, command->token)->b;
	body.revoked = 1;
	turn_emit(turn, EV_TOKEN_REVOKED, &body);
}
