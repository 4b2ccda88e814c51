/* push.c - the life of push/, and what befalls all of its clients. */
#include "push/push_private.h"
#include "push/recent.h"

#include <stdlib.h>
#include <utlist.h>

static const uint64_t ages[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000};

struct push *push_new(
	const struct push_world *world, struct login_table *logins, struct str external_url)
{
	struct push *push = mem_new(sizeof(*push));
	push->world = *world;
	push->logins = logins;
	push->external_url = str_copy(external_url);
	push->age_ms =
		(struct histogram) {.bounds = ages, .bound_count = sizeof ages / sizeof ages[0]};
	push->clients.key_of = bayeux_client_key;
	push->users_by_id.key_of = push_user_key;
	longpolls_start(push);
	websockets_start(push);
	bayeux_clients_start(push);
	push_presence_start(push);
	return push;
}

static void free_user(struct push *push, struct push_user *user)
{
	while (user->clients)
		bayeux_client_free(push, user->clients);
	table_drop(&push->users_by_id, &user->by_id);
	DL_DELETE(push->users, user);
	free(user);
}

void push_free(struct push **push)
{
	struct push *p = *push;
	*push = NULL;
	if (!p)
		return;
	longpolls_free(p);
	websockets_free(p);
	bayeux_clients_stop(p);
	net_timer_stop(p->world.net, &p->presence);
	push_bundles_free(p);
	recent_projected(p, UINT64_MAX);
	while (p->users)
		free_user(p, p->users);
	table_free(&p->clients);
	table_free(&p->users_by_id);
	buf_free(&p->replies);
	str_free(&p->external_url);
	free(p);
}

void push_gone(struct push *push, struct http_ref ref)
{
	longpoll_gone(push, ref);
	websocket_gone(push, ref);
}

size_t push_bytes(struct push *push, struct http_ref ref, struct str *bytes)
{
	return websocket_bytes(push, ref, bytes);
}

void push_drained(struct push *push, struct http_ref ref)
{
	websocket_drained(push, ref);
}

void push_login_ended(struct push *push, struct login *login)
{
	struct push_user *user = push_user_find(push, login->user->b.id);
	struct bayeux_client *client, *next;
	if (!user)
		return;
	DL_FOREACH_SAFE2(user->clients, client, next, user_next) {
		struct transport *transport = client->transport;
		if (client->login == login)
			bayeux_client_drop(push, client, CONNECT_UNKNOWN);
		else if (transport && transport->login == login)
			transport->ops->close(
				transport, CONNECT_DONE); /* it signs in for the next one */
	}
	websockets_close_user(push, user, login);
}

void push_projected(struct push *push, uint64_t lsn)
{
	recent_projected(push, lsn);
}

void push_roles_changed(struct push *push, struct str user)
{
	struct push_user *known = push_user_find(push, user);
	const struct user *now = core_user(push->world.port->core, user);
	struct bayeux_client *client, *next;
	if (!known)
		return;
	/* What a person was told waits for no program, and the other way round: both begin anew. */
	bool is_program = now && user_is_integrator(now);
	DL_FOREACH_SAFE2(known->clients, client, next, user_next)
		if (is_program || (client->subscriptions & (1u << TOPIC_FEED)))
			bayeux_client_drop(push, client, CONNECT_UNKNOWN);
	websockets_close_user(push, known, NULL);
}

void push_stop(struct push *push)
{
	push->is_stopping = true;
	longpolls_close(push, CONNECT_STOP);
	websockets_close(push, CONNECT_STOP);
}

void push_rebind(struct push *push)
{
	struct push_user *user, *next;
	DL_FOREACH_SAFE(push->users, user, next) {
		/* A user whose addition never got to the disk is none. */
		bool is_known = core_user(push->world.port->core, push_user_id(user)) != NULL;
		while (!is_known && user->clients)
			bayeux_client_drop(push, user->clients, CONNECT_UNKNOWN);
		push_presence_changed(push, user);
		if (!is_known)
			websockets_close_user(push, user, NULL);
	}
}

struct push_counts push_counts(const struct push *push)
{
	struct push_counts counts = {0};
	counts.age_ms = push->age_ms;
	memcpy(counts.told, push->told, sizeof counts.told);
	const struct push_user *user;
	const struct bayeux_client *client;
	DL_FOREACH(push->users, user)
		DL_FOREACH2(user->clients, client, user_next)
			if (!client->transport)
				counts.silent++;
			else if (client->transport->ops->lasts)
				counts.sockets++;
			else
				counts.polling++;
	return counts;
}

size_t push_clients(const struct push *push)
{
	return push->clients.count;
}
