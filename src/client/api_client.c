/* api_client.c - sign in, handshake, subscribe, poll; and again from the start when that breaks.
 *
 * Two connections with one cookie: one for requests, one for the held poll. */
#include "client/api_client.h"
#include "wire/json.h"

#include <stdlib.h>

#define RETRY_MS 1000

struct api_client {
	struct net *net;
	struct api_client_settings settings;
	struct http_client *requests, *polls;
	struct buf client_id;
	struct net_timer retry;
	bool is_closing; /* what is still asked is answered with "no answer": do not begin anew */
};

struct request {
	api_client_done *done;
	void *ctx;
};

static void sign_in(void *ctx);

struct api_client *api_client_new(struct net *net, const struct api_client_settings *settings)
{
	struct api_client *client = mem_new(sizeof *client);
	client->net = net;
	client->settings = *settings;
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

static void request_done(void *ctx, int status, struct str body)
{
	struct request *request = ctx;
	json_t *answer = status ? json_read(body) : NULL;
	if (request->done)
		request->done(request->ctx, status, answer);
	json_decref(answer);
	free(request);
}

static void request_send(struct api_client *client, const char *method, struct str path,
	struct str body, api_client_done *done, void *ctx)
{
	struct request *request = mem_new(sizeof *request);
	*request = (struct request) {done, ctx};
	http_client_send(client->requests, method, path, body, request_done, request);
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
	if (client->settings.on_trouble)
		client->settings.on_trouble(client->settings.ctx, why, refused);
	if (!refused)
		net_timer_start(client->net, &client->retry, RETRY_MS);
}

/* --- Bayeux ------------------------------------------------------------------------------------- */

static void bayeux_send(
	struct api_client *client, const char *channel, const char *rest, http_client_done *done)
{
	struct buf body = {0};
	buf_puts(&body, "[{");
	json_member(&body, "channel", str_of(channel));
	if (client->client_id.len)
		json_member(&body, "clientId", buf_str(&client->client_id));
	buf_puts(&body, rest);
	buf_puts(&body, "}]");
	http_client_send(
		client->polls, "POST", STR("/api/v2/notifications"), buf_str(&body), done, client);
	buf_free(&body);
}

/* The reply to `channel` among the messages, if it was successful. */
static const json_t *successful(const json_t *messages, const char *channel)
{
	size_t i;
	json_t *message;
	json_array_foreach(messages, i, message) {
		const char *name = json_string_value(json_object_get(message, "channel"));
		if (name && strcmp(name, channel) == 0 &&
			json_is_true(json_object_get(message, "successful")))
			return message;
	}
	return NULL;
}

static void tell_notifications(struct api_client *client, const json_t *messages)
{
	size_t i;
	json_t *message;
	json_array_foreach(messages, i, message) {
		const json_t *data = json_object_get(message, "data");
		if (data && client->settings.on_notification)
			client->settings.on_notification(client->settings.ctx, data);
	}
}

static void poll_done(void *ctx, int status, struct str body)
{
	struct api_client *client = ctx;
	json_t *messages = status == 200 ? json_read(body) : NULL;
	bool again = messages && successful(messages, "/meta/connect");
	if (messages)
		tell_notifications(client, messages);
	json_decref(messages);
	if (again)
		bayeux_send(
			client, "/meta/connect", ",\"connectionType\":\"long-polling\"", poll_done);
	else
		trouble(client, "the notification channel was lost", false);
}

static void subscribed(void *ctx, int status, struct str body)
{
	struct api_client *client = ctx;
	json_t *messages = status == 200 ? json_read(body) : NULL;
	bool is_up = messages && successful(messages, "/meta/subscribe");
	json_decref(messages);
	if (!is_up) {
		trouble(client, "could not subscribe", false);
		return;
	}
	bayeux_send(client, "/meta/connect", ",\"connectionType\":\"long-polling\"", poll_done);
	if (client->settings.on_up)
		client->settings.on_up(client->settings.ctx);
}

static void shook_hands(void *ctx, int status, struct str body)
{
	struct api_client *client = ctx;
	json_t *messages = status == 200 ? json_read(body) : NULL;
	const json_t *reply = messages ? successful(messages, "/meta/handshake") : NULL;
	struct str id = STR_NONE;
	if (reply && json_read_text(reply, "clientId", &id) && id.len) {
		client->client_id.len = 0;
		buf_put(&client->client_id, id);
		bayeux_send(
			client, "/meta/subscribe", ",\"subscription\":\"/v2/me/*\"", subscribed);
	} else {
		trouble(client, "could not connect to notifications", false);
	}
	json_decref(messages);
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
	bayeux_send(client, "/meta/handshake",
		",\"version\":\"1.0\",\"supportedConnectionTypes\":[\"long-polling\"]",
		shook_hands);
}

static void sign_in(void *ctx)
{
	struct api_client *client = ctx;
	client->client_id.len = 0;
	http_client_send(client->requests, "GET", STR("/api/v2/me"), STR_NONE, signed_in, client);
}
