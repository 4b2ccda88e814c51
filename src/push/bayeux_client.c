/* bayeux_client.c - clients by id. */
#include "push/bayeux_client.h"

#include "push/push_private.h"

#include <stdlib.h>
#include <utlist.h>

static struct bayeux_client *find_id(struct push *push, const unsigned char id[CLIENT_ID_BYTES]);
static bool read_id(struct str text, unsigned char id[CLIENT_ID_BYTES]);

struct bayeux_client *bayeux_client_new(struct push *push, const struct caller *caller)
{
	struct push_user *user = push_user_of(push, caller->user);
	struct bayeux_client *client = mem_new(sizeof(*client));
	/* Drawn from the login's own stream: what others do never moves what this one is shown. */
	do {
		net_random(push->world.net, &caller->login->stream, client->id, CLIENT_ID_BYTES);
	} while (find_id(push, client->id));
	client->user = user;
	client->login = caller->by_basic ? NULL : caller->login;
	HASH_ADD(hh, push->clients, id, CLIENT_ID_BYTES, client);
	DL_APPEND2(user->clients, client, user_prev, user_next);
	user->client_count++;
	longpoll_await(push, client);
	if (user->client_count == 1)
		push_presence_changed(push, user);
	if (user->client_count > BAYEUX_CLIENTS_PER_USER_MAX)
		bayeux_client_drop(push, user->clients, POLL_UNKNOWN);
	return client;
}

struct bayeux_client *bayeux_client_find(
	struct push *push, struct str id, const struct caller *caller)
{
	unsigned char bytes[CLIENT_ID_BYTES];
	if (!read_id(id, bytes))
		return NULL;
	struct bayeux_client *client = find_id(push, bytes);
	if (!client || !str_eq(push_user_id(client->user), caller->user->b.id))
		return NULL;
	return client->login && client->login != caller->login ? NULL : client;
}

void bayeux_client_put_id(const struct bayeux_client *client, char out[CLIENT_ID_LEN])
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < CLIENT_ID_BYTES; i++) {
		out[2 * i] = hex[client->id[i] >> 4];
		out[2 * i + 1] = hex[client->id[i] & 15];
	}
}

void bayeux_client_heard(struct push *push, struct bayeux_client *client)
{
	DL_DELETE2(client->user->clients, client, user_prev, user_next);
	DL_APPEND2(client->user->clients, client, user_prev, user_next);
	if (client->line != LINE_HELD)
		longpoll_await(push, client);
}

void bayeux_client_deliver(struct push *push, struct bayeux_client *client, struct note *notes)
{
	/* A poll is held while there is nothing, or while a slice of a history is on its way to it. */
	bool is_waiting = client->line == LINE_HELD && !client->slice;
	if (is_waiting && longpoll_tell(push, client, notes))
		return;
	for (struct note *note = notes; note; note = note->next) {
		if (note_is_heard(note, client->subscriptions))
			backlog_add(&client->backlog, note);
	}
	if (is_waiting && client->backlog)
		longpoll_serve(push, client);
	if (backlog_is_over(client->backlog))
		bayeux_client_drop(push, client, POLL_UNKNOWN);
}

void bayeux_client_drop(struct push *push, struct bayeux_client *client, enum poll_end end)
{
	struct push_user *user = client->user;
	if (client->line == LINE_HELD)
		longpoll_answer(push, client, end);
	longpoll_leave(push, client);
	HASH_DELETE(hh, push->clients, client);
	DL_DELETE2(user->clients, client, user_prev, user_next);
	user->client_count--;
	backlog_free(&client->backlog);
	free(client);
	if (!user->clients)
		push_presence_changed(push, user);
}

static struct bayeux_client *find_id(struct push *push, const unsigned char id[CLIENT_ID_BYTES])
{
	struct bayeux_client *client;
	HASH_FIND(hh, push->clients, id, CLIENT_ID_BYTES, client);
	return client;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One spelling only: an id is what we gave, not what it might stand for. */
static bool read_id(struct str text, unsigned char id[CLIENT_ID_BYTES])
{
	if (text.len != CLIENT_ID_LEN)
		return false;
	for (size_t i = 0; i < CLIENT_ID_BYTES; i++) {
		int high = hex_value(text.at[2 * i]), low = hex_value(text.at[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		id[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
