/* api_client.c - sign in, handshake, subscribe, connect; and again from the start when that breaks.
 *
 * Two connections with one cookie: one for requests, one for the held poll or the socket. */
#include "client/api_client.h"
#include "base/arena.h"
#include "client/ws_client.h"
#include "wire/json.h"

#include <stdlib.h>

#define RETRY_MS   1000
#define REPLAY_ALL (-2) /* doc/decisions 3 */

struct api_client {
	struct net *net;
	struct api_client_settings settings;
	struct http_client *requests, *polls;
	struct ws_client *socket; /* NULL: none */
	struct buf client_id;
	int64_t batch; /* the last one that came, of a client that acks */
	int64_t heard; /* replayId of the last notification; 0: none came yet */
	struct net_timer retry;
	bool is_closing; /* what is still asked is answered with "no answer": do not begin anew */
};

static void sign_in(void *ctx);

struct api_client *api_client_new(struct net *net, const struct api_client_settings *settings)
{
	struct api_client *client = mem_new(sizeof *client);
	client->net = net;
	client->settings = *settings;
	if (!client->settings.topic)
		client->settings.topic = "/v2/me/*";
	client->settings.host = str_copy(settings->host);
	client->settings.user = str_copy(settings->user);
	client->settings.password = str_copy(settings->password);
	client->requests = http_client_new(net, settings->user, settings->host, settings->port,
		settings->user, settings->password);
	client->polls = http_client_new(net, settings->user, settings->host, settings->port,
		settings->user, settings->password);
	client->retry = (struct net_timer) {.fire = sign_in, .ctx = client};
	net_timer_start(net, &client->retry, 0);
	return client;
}

void api_client_free(struct api_client **clientp)
{
	struct api_client *client = *clientp;
	if (!client)
		return;
	client->is_closing = true;
	http_client_free(&client->requests);
	http_client_free(&client->polls);
	ws_client_free(&client->socket);
	net_timer_stop(client->net, &client->retry);
	buf_free(&client->client_id);
	str_free(&client->settings.host);
	str_free(&client->settings.user);
	str_free(&client->settings.password);
	free(client);
	*clientp = NULL;
}

struct str api_client_cookie(const struct api_client *client)
{
	return http_client_cookie(client->requests, "JSESSIONID");
}

/* --- requests ----------------------------------------------------------------------------------- */

static void ignore(void *ctx, int status, struct str body)
{
}

static void request_send(struct api_client *client, const char *method, struct str path,
	struct str body, api_client_done *done, void *ctx)
{
	http_client_send(client->requests, method, path, body, done ? done : ignore, ctx);
}

void api_client_get(struct api_client *client, struct str path, api_client_done *done, void *ctx)
{
	request_send(client, "GET", path, STR_NONE, done, ctx);
}

void api_client_post(struct api_client *client, struct str path, struct str body,
	api_client_done *done, void *ctx)
{
	request_send(client, "POST", path, body, done, ctx);
}

void api_client_key(struct api_client *client, struct str key)
{
	struct buf line = {0};
	buf_printf(&line, "Idempotency-Key: %.*s\r\n", STR_ARGS(key));
	http_client_header(client->requests, buf_str(&line));
	buf_free(&line);
}

void api_client_operation(struct api_client *client, struct str path, const char *name,
	const char *key, struct str value, api_client_done *done, void *ctx)
{
	struct buf body = {0};
	buf_put_byte(&body, '{');
	json_member(&body, "operationName", str_of(name));
	if (key)
		json_member(&body, key, value);
	buf_put_byte(&body, '}');
	api_client_post(client, path, buf_str(&body), done, ctx);
	buf_free(&body);
}

/* --- trouble ------------------------------------------------------------------------------------ */

static void trouble(struct api_client *client, const char *why, bool refused)
{
	if (client->is_closing)
		return;
	client->client_id.len = 0;
	ws_client_free(&client->socket);
	if (client->settings.on_trouble)
		client->settings.on_trouble(client->settings.ctx, why, refused);
	if (!refused)
		net_timer_start(client->net, &client->retry, RETRY_MS);
}

/* --- Bayeux ------------------------------------------------------------------------------------- */

static void on_messages(struct api_client *client, struct json_value messages);

/* What is asked one after the other; connect again and again. */
enum step { SHAKE, SUBSCRIBE, CONNECT };
static const struct {
	const char *channel, *trouble;
} steps[] = {
	[SHAKE] = {"/meta/handshake", "could not connect to notifications"},
	[SUBSCRIBE] = {"/meta/subscribe", "could not subscribe"},
	[CONNECT] = {"/meta/connect", "the notification channel was lost"},
};
#define STEP_COUNT (sizeof steps / sizeof *steps)

static void put_type(struct buf *body, const struct api_client *client)
{
	json_put_string(body, str_of(client->settings.by_socket ? "websocket" : "long-polling"));
}

static void put_step(struct buf *body, const struct api_client *client, enum step step)
{
	switch (step) {
	case SHAKE:
		buf_puts(body, ",\"version\":\"1.0\",\"supportedConnectionTypes\":[");
		put_type(body, client);
		buf_puts(body, client->settings.acks ? "],\"ext\":{\"ack\":true}" : "]");
		return;
	case SUBSCRIBE:
		json_member(body, "subscription", str_of(client->settings.topic));
		if (client->settings.replays)
			buf_printf(body, ",\"ext\":{\"replay\":{\"%s\":%lld}}",
				client->settings.topic,
				(long long)(client->heard ? client->heard : REPLAY_ALL));
		return;
	case CONNECT:
		buf_puts(body, ",\"connectionType\":");
		put_type(body, client);
		if (client->settings.acks)
			buf_printf(body, ",\"ext\":{\"ack\":%lld}", (long long)client->batch);
	}
}

/* None: it is no JSON. */
static struct json_value read_messages(struct str text)
{
	struct json_value messages;
	return json_value_read(text, &messages) ? messages : (struct json_value) {STR_NONE};
}

static void polled(void *ctx, int status, struct str body)
{
	on_messages(ctx, read_messages(status == 200 ? body : STR_NONE));
}

static void step_send(struct api_client *client, enum step step)
{
	struct buf body = {0};
	buf_puts(&body, "[{");
	json_member(&body, "channel", str_of(steps[step].channel));
	if (client->client_id.len)
		json_member(&body, "clientId", buf_str(&client->client_id));
	put_step(&body, client, step);
	buf_puts(&body, "}]");
	if (client->settings.by_socket)
		ws_client_send(client->socket, buf_str(&body));
	else
		http_client_send(client->polls, "POST", STR("/api/v2/notifications"),
			buf_str(&body), polled, client);
	buf_free(&body);
}

/* What is looked at of a message, in one go: it may be long. */
struct message {
	struct json_value all, channel, data, ext;
};

static struct message read_message(struct json_value all)
{
	struct message message = {.all = all};
	const struct {
		struct str name;
		struct json_value *value;
	} meant[] = {{STR("channel"), &message.channel}, {STR("data"), &message.data},
		{STR("ext"), &message.ext}};
	struct str rest = json_value_members(all);
	struct json_member member;
	while (json_value_next_member(&rest, &member))
		for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
			if (json_value_is(member.name, meant[i].name))
				*meant[i].value = member.value;
	return message;
}

/* *out stays where it is not told. */
static void read_number(struct json_value ext, const char *name, int64_t *out)
{
	int64_t number;
	if (json_value_integer(json_value_member(ext, str_of(name)), &number))
		*out = number;
}

static void tell(struct api_client *client, const struct message *message)
{
	read_number(message->ext, "replayId", &client->heard);
	if (client->settings.on_notification)
		client->settings.on_notification(client->settings.ctx, message->data);
}

static bool is_reply(const struct message *message, enum step *step)
{
	for (unsigned s = 0; s < STEP_COUNT; s++) {
		if (!json_value_is(message->channel, str_of(steps[s].channel)))
			continue;
		*step = (enum step)s;
		return true;
	}
	return false;
}

static bool keep_client_id(struct api_client *client, struct json_value reply)
{
	struct arena arena = {0};
	struct str id;
	client->client_id.len = 0;
	client->batch = 0;
	if (json_value_text(json_value_member(reply, STR("clientId")), &arena, &id))
		buf_put(&client->client_id, id);
	arena_free(&arena);
	return client->client_id.len > 0;
}

static void step_done(struct api_client *client, enum step step, const struct message *message)
{
	struct json_value reply = message->all;
	bool is_well = json_value_is_true(json_value_member(reply, STR("successful")));
	if (is_well && step == SHAKE)
		is_well = keep_client_id(client, reply);
	read_number(message->ext, "ack", &client->batch);
	if (!is_well) {
		trouble(client, steps[step].trouble, false);
		return;
	}
	step_send(client, step == SHAKE ? SUBSCRIBE : CONNECT);
	if (step == SUBSCRIBE && client->settings.on_up)
		client->settings.on_up(client->settings.ctx);
}

/* None: there was no answer. On a socket notifications come without a reply as well. */
static void on_messages(struct api_client *client, struct json_value messages)
{
	enum step step = client->client_id.len ? CONNECT : SHAKE;
	struct message reply = {.all = {STR_NONE}};
	struct str entries = json_value_entries(messages);
	struct json_value entry;
	while (json_value_next(&entries, &entry)) {
		const struct message message = read_message(entry);
		if (json_value_is_there(message.data))
			tell(client, &message);
		if (!json_value_is_there(reply.all) && is_reply(&message, &step))
			reply = message;
	}
	if (json_value_is_there(reply.all))
		step_done(client, step, &reply);
	else if (!json_value_is_there(messages) || !client->settings.by_socket)
		trouble(client, steps[step].trouble, false);
}

static void socket_text(void *ctx, struct str text)
{
	on_messages(ctx, read_messages(text));
}

static void socket_end(void *ctx)
{
	trouble(ctx, steps[CONNECT].trouble, false);
}

static void socket_open(struct api_client *client)
{
	struct buf headers = {0};
	http_client_put_identity(&headers, client->requests);
	const struct ws_client_settings settings = {.peer = client->settings.user,
		.host = client->settings.host,
		.port = client->settings.port,
		.path = STR("/api/v2/notifications"),
		.headers = buf_str(&headers),
		.on_text = socket_text,
		.on_end = socket_end,
		.ctx = client};
	ws_client_free(&client->socket);
	client->socket = ws_client_new(client->net, &settings);
	buf_free(&headers);
}

static void signed_in(void *ctx, int status, struct str body)
{
	struct api_client *client = ctx;
	if (status != 200) {
		trouble(client,
			status == 401 ? "user or password is wrong" : "the server does not answer",
			status == 401);
		return;
	}
	http_client_share_cookies(client->polls, client->requests);
	if (client->settings.by_socket)
		socket_open(client);
	step_send(client, SHAKE);
}

static void sign_in(void *ctx)
{
	struct api_client *client = ctx;
	client->client_id.len = 0;
	http_client_send(client->requests, "GET", STR("/api/v2/me"), STR_NONE, signed_in, client);
}
