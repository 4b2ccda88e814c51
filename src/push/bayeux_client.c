/* bayeux_client.c - clients by id. */
#include "push/bayeux_client.h"

#include "push/history.h"
#include "push/push_private.h"
#include "push/replay.h"

#include <stdlib.h>
#include <utlist.h>

static struct bayeux_client *find_id(struct push *push, const unsigned char id[CLIENT_ID_BYTES]);
static bool read_id(struct str text, unsigned char id[CLIENT_ID_BYTES]);

/* It has this long to send something. */
static void client_await(struct push *push, struct bayeux_client *client)
{
	timeouts_put(&push->silent, &client->silent, BAYEUX_INTERVAL_MS + BAYEUX_MAX_INTERVAL_MS);
}

struct str bayeux_client_key(const struct table_link *by_id)
{
	const struct bayeux_client *client = TABLE_THING(by_id, const struct bayeux_client, by_id);
	return str_from(client->id, CLIENT_ID_BYTES);
}

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
	table_add(&push->clients, &client->by_id);
	DL_APPEND2(user->clients, client, user_prev, user_next);
	user->client_count++;
	client_await(push, client);
	if (user->client_count == 1)
		push_presence_changed(push, user);
	if (user->client_count > BAYEUX_CLIENTS_PER_USER_MAX)
		bayeux_client_drop(push, user->clients, CONNECT_UNKNOWN);
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
	if (!client->transport)
		client_await(push, client);
}

/* --- what it is told -------------------------------------------------------------------------- */

size_t bayeux_client_first(const struct bayeux_client *client, const struct transport_ops *by,
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX])
{
	/* What is told again comes in pages, whichever commands told it. */
	return backlog_first(client->backlog, by->lasts && !client->replay, parts);
}

void bayeux_client_sent(struct push *push, struct bayeux_client *client, size_t count)
{
	if (client->acks)
		client->sent = (uint32_t)count;
	else
		backlog_drop(&client->backlog, count);
	replay_go_on(push, client);
}

void bayeux_client_forget_waiting(struct bayeux_client *client)
{
	history_forget(client);
	backlog_cut(&client->backlog, client->sent);
}

void bayeux_client_acked(struct bayeux_client *client, int64_t batch)
{
	if (batch >= 0 && (uint64_t)batch >= client->batch)
		backlog_drop(&client->backlog, client->sent);
	client->sent = 0;
}

static void client_deliver_some(struct push *push, struct bayeux_client *client)
{
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX + 1];
	size_t count = bayeux_client_first(client, client->transport->ops, parts);
	client->transport->ops->deliver(client->transport, parts, count);
	bayeux_client_sent(push, client, count);
}

void bayeux_client_deliver(struct push *push, struct bayeux_client *client)
{
	/* What comes after a slice of a history that is on its way waits for that. */
	while (client->transport && client->backlog && !client->slice &&
		transport_has_room(client->transport)) {
		if (backlog_history(client->backlog))
			history_tell(push, client);
		else
			client_deliver_some(push, client);
	}
	replay_go_on(push, client);
}

void bayeux_client_attach(
	struct push *push, struct bayeux_client *client, struct transport *transport)
{
	CHECK(!client->transport);
	client->transport = transport;
	transport->client = client;
	timeout_drop(&client->silent);
	bayeux_client_deliver(push, client);
}

void bayeux_client_detach(struct push *push, struct bayeux_client *client)
{
	history_forget(client);
	client->transport->client = NULL;
	client->transport = NULL;
	client_await(push, client);
}

/* Those of the notes that it hears, past its backlog. False: one delivery cannot take them, nothing was
 * done. */
static bool client_deliver_notes(struct bayeux_client *client, const struct note *notes)
{
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX + 1];
	size_t count = 0, bytes = 0;
	for (const struct note *note = notes; note; note = note->next) {
		if (!note_is_heard(note, client->subscriptions))
			continue;
		if (note->history || count == BAYEUX_BACKLOG_MESSAGES_MAX ||
			bytes > BAYEUX_POLL_BYTES_MAX)
			return false;
		parts[count] = note_part(note);
		bytes += parts[count++].len;
	}
	if (count)
		client->transport->ops->deliver(client->transport, parts, count);
	return true;
}

void bayeux_client_tell(struct push *push, struct bayeux_client *client, struct note *notes)
{
	if (client->replay) {
		replay_go_on(push, client);
		return;
	}
	bool is_free = client->transport && !client->backlog && !client->acks &&
		       transport_has_room(client->transport);
	if (is_free && client_deliver_notes(client, notes))
		return;
	for (struct note *note = notes; note; note = note->next) {
		if (note_is_heard(note, client->subscriptions))
			backlog_add(&client->backlog, note);
	}
	bayeux_client_deliver(push, client);
	if (backlog_is_over(client->backlog))
		bayeux_client_drop(push, client, CONNECT_UNKNOWN);
}

/* --- its end ---------------------------------------------------------------------------------- */

void bayeux_client_free(struct push *push, struct bayeux_client *client)
{
	struct push_user *user = client->user;
	timeout_drop(&client->silent);
	table_drop(&push->clients, &client->by_id);
	DL_DELETE2(user->clients, client, user_prev, user_next);
	user->client_count--;
	replay_forget(client);
	backlog_free(&client->backlog);
	free(client);
}

void bayeux_client_drop(struct push *push, struct bayeux_client *client, enum connect_end end)
{
	struct push_user *user = client->user;
	if (client->transport)
		client->transport->ops->close(client->transport, end);
	bayeux_client_free(push, client);
	if (!user->clients)
		push_presence_changed(push, user);
}

static void client_on_silent(void *ctx, struct timeout *silent)
{
	char *client = (char *)silent - offsetof(struct bayeux_client, silent);
	bayeux_client_drop(ctx, (struct bayeux_client *)(void *)client, CONNECT_UNKNOWN);
}

void bayeux_clients_start(struct push *push)
{
	timeouts_init(&push->silent, push->world.net, client_on_silent, push);
}

void bayeux_clients_stop(struct push *push)
{
	timeouts_fini(&push->silent);
}

/* --- ids -------------------------------------------------------------------------------------- */

static struct bayeux_client *find_id(struct push *push, const unsigned char id[CLIENT_ID_BYTES])
{
	struct table_link *found = table_find(&push->clients, str_from(id, CLIENT_ID_BYTES));
	return found ? TABLE_THING(found, struct bayeux_client, by_id) : NULL;
}

/* One spelling only: an id is what we gave, not what it might stand for. */
static int id_digit(char c)
{
	return c >= 'A' && c <= 'F' ? -1 : str_hex_digit(c);
}

static bool read_id(struct str text, unsigned char id[CLIENT_ID_BYTES])
{
	if (text.len != CLIENT_ID_LEN)
		return false;
	for (size_t i = 0; i < CLIENT_ID_BYTES; i++) {
		int high = id_digit(text.at[2 * i]), low = id_digit(text.at[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		id[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
