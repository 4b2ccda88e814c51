/* presence.c - tells the core when a user's first client came and when the last one is gone.
 *
 * In a turn of its own: clients come and go in the middle of outputs, where no command may run. For
 * users without a contact center session nothing is told, so a handshake costs no journal row. */
#include "push/push_private.h"

#include <utlist.h>

/* The store takes no writes: asked again, for a client that stays away must not be forgotten. */
#define PRESENCE_RETRY_MS 1000

static void on_presence(void *ctx);

void push_presence_start(struct push *push)
{
	push->presence = (struct net_timer) {.fire = on_presence, .ctx = push};
}

void push_presence_changed(struct push *push, struct push_user *user)
{
	if (user->is_changed)
		return;
	if (!push->changed)
		net_timer_start(push->world.net, &push->presence, 0);
	user->is_changed = true;
	DL_APPEND2(push->changed, user, changed_prev, changed_next);
}

/* What the core should be told of the user; COMMAND_KINDS: nothing. */
static enum command_kind news_of(const struct push_user *push_user, const struct user *user)
{
	if (!user || user->agent.state == AGENT_LOGGED_OUT)
		return COMMAND_KINDS;
	if (push_user->clients)
		return !user->agent.has_client || user->agent.lost_at ? CMD_CLIENT_CAME
								      : COMMAND_KINDS;
	return user->agent.has_client ? CMD_CLIENTS_LOST : COMMAND_KINDS;
}

static enum err presence_tell(struct push *push, const struct push_user *push_user)
{
	struct user *user = core_user(push->world.port->core, push_user_id(push_user));
	struct command command = {.kind = news_of(push_user, user), .caller = user};
	uint64_t lsn = 0;
	if (command.kind == COMMAND_KINDS)
		return OK;
	return port_apply(push->world.port, &command, &lsn);
}

static void on_presence(void *ctx)
{
	struct push *push = ctx;
	struct push_user *user;
	/* When the server stops, its clients are not lost: they come to whoever serves next. */
	while ((user = push->changed) && !push->is_stopping) {
		DL_DELETE2(push->changed, user, changed_prev, changed_next);
		user->is_changed = false;
		user->uses++;
		enum err err = presence_tell(push, user);
		user->uses--;
		if (err != OK) {
			push_presence_changed(push, user);
			net_timer_start(push->world.net, &push->presence, PRESENCE_RETRY_MS);
			break;
		}
		push_user_settle(push, user);
	}
}
