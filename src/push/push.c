/* push.c - the life of push/, and what befalls all of its clients. */
#include "push/history.h"
#include "push/push_private.h"

#include <stdlib.h>
#include <utlist.h>

struct push *push_new(
	const struct push_world *world, struct login_table *logins, struct str external_url)
{
	struct push *push = mem_new(sizeof(*push));
	push->world = *world;
	push->logins = logins;
	push->external_url = str_copy(external_url);
	longpoll_start(push);
	push_presence_start(push);
	return push;
}

static void free_user(struct push *push, struct push_user *user)
{
	while (user->clients) {
		struct bayeux_client *client = user->clients;
		HASH_DELETE(hh, push->clients, client);
		DL_DELETE2(user->clients, client, user_prev, user_next);
		history_forget(client);
		backlog_free(&client->backlog);
		longpoll_free_id(client);
		free(client);
	}
	HASH_DELETE(hh, push->users_by_id, user);
	DL_DELETE(push->users, user);
	free(user);
}

void push_free(struct push **push)
{
	struct push *p = *push;
	*push = NULL;
	if (!p)
		return;
	longpoll_end(p);
	net_timer_stop(p->world.net, &p->presence);
	push_bundles_free(p);
	while (p->users)
		free_user(p, p->users);
	free(p->polls);
	buf_free(&p->end);
	buf_free(&p->replies);
	str_free(&p->external_url);
	free(p);
}

void push_answer(struct push *push, struct http_ref ref, const struct http_response *response)
{
	push->world.reply(push->world.ctx, ref, 0, response);
}

void push_gone(struct push *push, struct http_ref ref)
{
	struct bayeux_client *client = longpoll_client(push, ref);
	if (client)
		longpoll_forget(push, client);
}

void push_login_ended(struct push *push, struct login *login)
{
	struct push_user *user = push_user_find(push, login->user->b.id);
	struct bayeux_client *client, *next;
	if (!user)
		return;
	DL_FOREACH_SAFE2(user->clients, client, next, user_next) {
		if (client->login == login)
			bayeux_client_drop(push, client, POLL_UNKNOWN);
		else if (client->line == LINE_HELD && client->poll_login == login)
			longpoll_answer(push, client, POLL_DONE); /* it signs in for the next one */
	}
}

void push_stop(struct push *push)
{
	push->is_stopping = true;
	while (push->held.first)
		longpoll_answer(push, push->held.first, POLL_STOP);
}

void push_rebind(struct push *push)
{
	struct push_user *user, *next;
	DL_FOREACH_SAFE(push->users, user, next) {
		/* A user whose addition never got to the disk is none. */
		bool is_known = core_user(push->world.port->core, push_user_id(user)) != NULL;
		while (!is_known && user->clients)
			bayeux_client_drop(push, user->clients, POLL_UNKNOWN);
		push_presence_changed(push, user);
	}
}

size_t push_clients(const struct push *push)
{
	return HASH_COUNT(push->clients);
}
