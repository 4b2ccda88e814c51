/* bayeux_server.c - POSTs of Bayeux messages: what is asked, what is answered. */
#include "push/push_private.h"

#include <stdlib.h>

#define PATH "/api/v2/notifications"

/* One POST while it is handled. */
struct exchange {
	struct push *push;
	const struct caller *caller;
	struct http_ref ref;
	bool is_alone; /* one message: only then a connect may be held, for the others want replies now */
	bool is_held;
	struct bayeux_client *told; /* alone: whose first notes leave with the reply; or NULL */
	struct buf out;             /* behind them: the replies, and the bracket in the end */
};

typedef void method_fn(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client);
static method_fn on_handshake, on_connect, on_subscribe, on_unsubscribe, on_disconnect, on_publish,
	on_unknown_meta;

struct method {
	const char *channel; /* ends with '/': all behind it */
	bool wants_client;
	method_fn *handle;
};

/* The first row that fits wins. CometD adds the part after /meta to the path of the POST. */
static const struct method methods[] = {
	{"/meta/handshake", false, on_handshake},
	{"/meta/connect", true, on_connect},
	{"/meta/subscribe", true, on_subscribe},
	{"/meta/unsubscribe", true, on_unsubscribe},
	{"/meta/disconnect", true, on_disconnect},
	{"/meta/", false, on_unknown_meta},
	{"/", true, on_publish},
};
#define METHOD_COUNT (sizeof(methods) / sizeof(*methods))

static const struct method *method_of(struct str channel);
static bool has_method(const struct bayeux_batch *batch, method_fn *handle);
static bool is_path(struct str path)
{
	if (!str_starts(path, STR(PATH)))
		return false;
	struct str rest = str_skip(path, sizeof(PATH) - 1);
	if (rest.len == 0 || str_is(rest, "/"))
		return true;
	for (size_t i = 0; i < METHOD_COUNT; i++) {
		struct str channel = str_of(methods[i].channel);
		if (str_starts(channel, STR("/meta")) && str_eq(rest, str_skip(channel, 5)))
			return true;
	}
	return false;
}

static bool has_method(const struct bayeux_batch *batch, method_fn *handle)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (method_of(batch->at[i].channel)->handle == handle)
			return true;
	}
	return false;
}

/* A message without a channel counts as a publication; its fault is told first. */
static const struct method *method_of(struct str channel)
{
	for (size_t i = 0; i + 1 < METHOD_COUNT; i++) {
		struct str name = str_of(methods[i].channel);
		bool is_prefix = name.at[name.len - 1] == '/';
		if (is_prefix ? str_starts(channel, name) : str_eq(channel, name))
			return &methods[i];
	}
	return &methods[METHOD_COUNT - 1];
}

/* Only a POST asks something. */
static enum err read_batch(void *ctx, struct visit *visit)
{
	const struct http_request *request = visit->request;
	(void)ctx;
	if (request->method != HTTP_POST)
		return OK;
	struct bayeux_batch *batch = arena_take(request->arena, sizeof(*batch));
	visit->asked = batch;
	enum err err = bayeux_read(request->body, request->arena, batch);
	visit->wants_cookie = has_method(batch, on_handshake);
	return err;
}

static void refuse(void *ctx, const struct visit *visit, enum err err)
{
	struct push *push = ctx;
	struct buf body = {0}, headers = {0};
	struct http_response response = {.status = err_http(err)};
	buf_put_byte(&body, '{');
	json_member_u64(&body, "statusCode", (uint64_t)err_code(err));
	json_member(&body, "statusMessage", str_of(err_text(err)));
	buf_put_byte(&body, '}');
	response.body = buf_str(&body);
	if (err_retry_after(err))
		buf_printf(&headers, "Retry-After: %u\r\n", err_retry_after(err));
	response.headers = buf_str(&headers);
	push_answer(push, visit->ref, &response);
	buf_free(&body);
	buf_free(&headers);
}

static void put_unknown_client(struct exchange *x, const struct bayeux_msg *msg)
{
	bayeux_begin(&x->out, msg->channel, msg->id, BAYEUX_UNKNOWN_CLIENT);
	bayeux_put_advice(&x->out, "handshake", -1, BAYEUX_INTERVAL_MS);
	bayeux_end(&x->out);
}

static void put_reply(struct exchange *x, const struct bayeux_msg *msg, const char *error)
{
	bayeux_begin(&x->out, msg->channel, msg->id, error);
	bayeux_end(&x->out);
}

static void handle(struct exchange *x, const struct bayeux_msg *msg)
{
	const struct method *method = method_of(msg->channel);
	struct bayeux_client *client = NULL;
	if (msg->fault) {
		put_reply(x, msg, msg->fault);
		return;
	}
	if (method->wants_client) {
		client = bayeux_client_find(x->push, msg->client_id, x->caller);
		if (!client) {
			put_unknown_client(x, msg);
			return;
		}
		bayeux_client_heard(x->push, client);
	}
	method->handle(x, msg, client);
}

static void finish(struct exchange *x, const struct http_request *request)
{
	struct buf headers = {0};
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX + 1];
	size_t count = x->told ? backlog_first(x->told->backlog, parts) : 0;
	buf_put_byte(&x->out, ']');
	parts[count] = buf_str(&x->out);
	if (x->caller->set_cookie)
		login_headers(x->push->logins, request, x->caller, &headers);
	const struct http_response response = {.status = 200,
		.body = STR("["),
		.headers = buf_str(&headers),
		.more = parts,
		.more_count = count + 1};
	push_answer(x->push, x->ref, &response);
	if (x->told)
		backlog_drop(&x->told->backlog, count);
	buf_free(&headers);
}

static void serve(void *ctx, const struct visit *visit)
{
	struct push *push = ctx;
	const struct bayeux_batch *batch = visit->asked;
	if (!batch) {
		refuse(push, visit, ERR_METHOD);
		return;
	}
	struct exchange x = {
		.push = push, .caller = visit->caller, .ref = visit->ref, .out = push->replies};
	push->replies = (struct buf) {0};
	x.is_alone = batch->count == 1;
	for (size_t i = 0; i < batch->count; i++)
		handle(&x, &batch->at[i]);
	if (x.is_held)
		push->world.hold_poll(push->world.ctx, visit->ref);
	else
		finish(&x, visit->request);
	x.out.len = 0;
	if (x.out.cap > BAYEUX_POLL_BYTES_MAX) /* a rare one is no reason to keep it */
		buf_free(&x.out);
	push->replies = x.out;
}

struct entrance_room push_room(struct push *push)
{
	return (struct entrance_room) {push, is_path, read_batch, serve, refuse};
}

static bool speaks_long_polling(const struct bayeux_names *types)
{
	/* Absent is a fault by Bayeux 1.0, 4.1, but harmless: we know one type only. */
	for (size_t i = 0; i < types->count; i++) {
		if (str_is(types->at[i], "long-polling"))
			return true;
	}
	return types->count == 0;
}

/* Bayeux 1.0 is the only version there ever was; whoever needs a later one is not served. */
static bool speaks_version(struct str minimum)
{
	uint64_t major;
	struct str first = str_cut(&minimum, '.');
	return first.len == 0 || (str_u64(first, &major) && major <= 1);
}

static void on_handshake(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	char id[CLIENT_ID_LEN];
	const char *error = !speaks_long_polling(&msg->types) ? "400::No common connection type"
			    : !speaks_version(msg->minimum_version) ? "400::Unknown Bayeux version"
								    : NULL;
	bayeux_begin(&x->out, msg->channel, msg->id, error);
	json_member(&x->out, "version", STR("1.0"));
	json_member(&x->out, "minimumVersion", STR("1.0"));
	json_key(&x->out, "supportedConnectionTypes");
	buf_puts(&x->out, "[\"long-polling\"]");
	if (!error) {
		client = bayeux_client_new(x->push, x->caller);
		bayeux_client_put_id(client, id);
		json_member(&x->out, "clientId", str_from(id, sizeof(id)));
	}
	bayeux_put_advice(&x->out, error ? "none" : "retry", BAYEUX_TIMEOUT_MS, BAYEUX_INTERVAL_MS);
	bayeux_end(&x->out);
}

/* The first connect is answered at once, with advice, as CometD does; so is one with news. */
static void on_connect(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	struct push *push = x->push;
	bool is_first = !client->is_connected;
	msec timeout_ms = BAYEUX_TIMEOUT_MS;
	if (msg->timeout_ms >= 0 && msg->timeout_ms < timeout_ms)
		timeout_ms = msg->timeout_ms;
	if (msg->connection_type.len && !str_is(msg->connection_type, "long-polling")) {
		put_reply(x, msg, "400::Unknown connection type");
		return;
	}
	if (client->line == LINE_HELD)
		longpoll_answer(push, client, POLL_DONE);
	client->is_connected = true;
	bool may_hold = x->is_alone && !is_first && !push->is_stopping;
	bool is_history = backlog_history(client->backlog) != NULL;
	if (may_hold && (is_history || (timeout_ms && !client->backlog))) {
		/* A slice comes in the next turn, whatever time the client gives us. */
		longpoll_hold(
			push, client, x->ref, msg->id, is_history ? BAYEUX_TIMEOUT_MS : timeout_ms);
		client->poll_login = x->caller->login;
		x->is_held = true;
		if (is_history)
			longpoll_serve(push, client);
		return;
	}
	if (x->is_alone)
		x->told = client;
	else
		backlog_take(&client->backlog, &x->out);
	longpoll_put_end(&x->out, msg->id,
		push->is_stopping ? POLL_STOP
		: is_first        ? POLL_FIRST
				  : POLL_DONE);
}

/* The set of what the message names; an error if one of them cannot be subscribed to. */
static const char *named_topics(const struct bayeux_msg *msg, uint32_t *set)
{
	enum topic topic;
	*set = 0;
	if (msg->topics.count == 0)
		return "400::subscription is missing";
	for (size_t i = 0; i < msg->topics.count; i++) {
		if (!topic_find(msg->topics.at[i], &topic))
			return "403::Subscription denied";
		*set |= 1u << topic;
	}
	return NULL;
}

static void put_subscription(struct exchange *x, const struct bayeux_msg *msg, const char *error)
{
	bayeux_begin(&x->out, msg->channel, msg->id, error);
	if (msg->topics.count)
		bayeux_put_names(&x->out, "subscription", &msg->topics);
	bayeux_end(&x->out);
}

static void on_subscribe(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	uint32_t set;
	const char *error = named_topics(msg, &set);
	if (!error)
		client->subscriptions |= set;
	put_subscription(x, msg, error);
}

static void on_unsubscribe(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	uint32_t set;
	const char *error = named_topics(msg, &set);
	if (!error)
		client->subscriptions &= ~set;
	put_subscription(x, msg, error);
}

static void on_disconnect(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	bayeux_client_drop(x->push, client, POLL_NONE);
	put_reply(x, msg, NULL);
}

static void on_publish(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	(void)client;
	put_reply(x, msg, "403::Publish denied");
}

static void on_unknown_meta(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	(void)client;
	put_reply(x, msg, "404::Unknown meta channel");
}
