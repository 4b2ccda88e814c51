/* bayeux_server.c - Bayeux messages: what is asked, what is answered. */
#include "push/bayeux_server.h"

#include "push/push_private.h"
#include "push/replay.h"

/* One batch while it is handled. */
struct exchange {
	struct push *push;
	const struct caller *caller;
	const struct transport_ops *by;
	bool is_alone; /* one message: only then a connect may be held, for the others want replies now */
	struct bayeux_answer *answer;
	struct buf *out; /* its replies */
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

static const struct bayeux_advice advice_retry = {
	"retry", BAYEUX_INTERVAL_MS, BAYEUX_TIMEOUT_MS, BAYEUX_MAX_INTERVAL_MS};
static const struct bayeux_advice advice_later = {
	"retry", BAYEUX_STOP_INTERVAL_MS, BAYEUX_TIMEOUT_MS, BAYEUX_MAX_INTERVAL_MS};
static const struct bayeux_advice advice_handshake = {"handshake", BAYEUX_INTERVAL_MS, 0, 0};
static const struct bayeux_advice advice_none = {"none", BAYEUX_INTERVAL_MS, 0, 0};

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

static void put_unknown_client(struct exchange *x, const struct bayeux_msg *msg)
{
	bayeux_begin(x->out, msg->channel, msg->id, BAYEUX_UNKNOWN_CLIENT);
	bayeux_put_advice(x->out, &advice_handshake);
	bayeux_end(x->out);
}

static void put_reply(struct exchange *x, const struct bayeux_msg *msg, const char *error)
{
	bayeux_begin(x->out, msg->channel, msg->id, error);
	bayeux_end(x->out);
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

/* Notes first, then the replies. */
static void put_parts(struct bayeux_answer *answer)
{
	answer->count =
		answer->told ? bayeux_client_first(answer->told, answer->by, answer->parts) : 0;
	buf_put_byte(&answer->replies, ']');
	answer->parts[answer->count++] = buf_str(&answer->replies);
}

void bayeux_server_handle(struct push *push, const struct bayeux_batch *batch,
	const struct caller *caller, const struct transport_ops *by, struct bayeux_answer *answer)
{
	struct exchange x = {push, caller, by, batch->count == 1, answer, &answer->replies};
	answer->held = answer->told = NULL;
	answer->by = by;
	answer->count = 0;
	answer->replies = push->replies;
	push->replies = (struct buf) {0};
	for (size_t i = 0; i < batch->count; i++)
		handle(&x, &batch->at[i]);
	if (!answer->held)
		put_parts(answer);
}

void bayeux_answer_done(struct push *push, struct bayeux_answer *answer)
{
	if (answer->told)
		bayeux_client_sent(push, answer->told, answer->count - 1);
	answer->replies.len = 0;
	if (answer->replies.cap > BAYEUX_POLL_BYTES_MAX) /* a rare one is no reason to keep it */
		buf_free(&answer->replies);
	push->replies = answer->replies;
}

bool bayeux_server_has_handshake(const struct bayeux_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (method_of(batch->at[i].channel)->handle == on_handshake)
			return true;
	}
	return false;
}

bool bayeux_server_has_meta(struct str name)
{
	for (size_t i = 0; i < METHOD_COUNT; i++) {
		struct str channel = str_of(methods[i].channel);
		if (str_starts(channel, STR("/meta")) && str_eq(name, str_skip(channel, 5)))
			return true;
	}
	return false;
}

static const struct {
	const char *error;
	const struct bayeux_advice *advice; /* NULL: none */
} connect_ends[] = {
	[CONNECT_DONE] = {NULL, NULL},
	[CONNECT_FIRST] = {NULL, &advice_retry},
	[CONNECT_STOP] = {NULL, &advice_later},
	[CONNECT_NONE] = {NULL, &advice_none},
	[CONNECT_UNKNOWN] = {BAYEUX_UNKNOWN_CLIENT, &advice_handshake},
};

static void put_ext_ack(struct buf *out, uint64_t batch)
{
	json_key(out, "ext");
	buf_put_byte(out, '{');
	json_member_u64(out, "ack", batch);
	buf_put_byte(out, '}');
}

void bayeux_server_put_connect(
	struct buf *out, struct bayeux_client *client, struct str id, enum connect_end end)
{
	bayeux_begin(out, STR("/meta/connect"), id, connect_ends[end].error);
	if (client && client->acks && !connect_ends[end].error)
		put_ext_ack(out, ++client->batch);
	if (connect_ends[end].advice)
		bayeux_put_advice(out, connect_ends[end].advice);
	bayeux_end(out);
}

/* What a handshake is offered: the transports that there are. */
static const char *const connection_types[] = {"websocket", "long-polling"};
#define TYPE_COUNT (sizeof(connection_types) / sizeof(*connection_types))

/* None named is a fault by Bayeux 1.0, 4.1, but harmless: every client can poll. */
static bool has_common_type(const struct bayeux_names *types)
{
	for (size_t i = 0; i < types->count; i++)
		for (size_t n = 0; n < TYPE_COUNT; n++)
			if (str_is(types->at[i], connection_types[n]))
				return true;
	return types->count == 0;
}

static void put_connection_types(struct buf *out)
{
	json_key(out, "supportedConnectionTypes");
	buf_put_byte(out, '[');
	for (size_t n = 0; n < TYPE_COUNT; n++) {
		json_comma(out);
		json_put_string(out, str_of(connection_types[n]));
	}
	buf_put_byte(out, ']');
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
	const char *error = !has_common_type(&msg->types) ? "400::No common connection type"
			    : !speaks_version(msg->minimum_version) ? "400::Unknown Bayeux version"
								    : NULL;
	bayeux_begin(x->out, msg->channel, msg->id, error);
	json_member(x->out, "version", STR("1.0"));
	json_member(x->out, "minimumVersion", STR("1.0"));
	put_connection_types(x->out);
	if (!error) {
		client = bayeux_client_new(x->push, x->caller);
		bayeux_client_put_id(client, id);
		json_member(x->out, "clientId", str_from(id, sizeof(id)));
		client->acks = msg->wants_acks;
	}
	if (!error && msg->wants_acks)
		buf_puts(x->out, ",\"ext\":{\"ack\":true}");
	bayeux_put_advice(x->out, error ? &advice_none : &advice_retry);
	bayeux_end(x->out);
}

/* What waits for it, as elements of an array. */
static void put_notes(struct exchange *x, struct bayeux_client *client)
{
	struct buf *out = x->out;
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX];
	size_t count = bayeux_client_first(client, x->by, parts);
	for (size_t i = 0; i < count; i++) {
		json_comma(out);
		buf_put(out, str_from(parts[i].at, parts[i].len - 1));
	}
	bayeux_client_sent(x->push, client, count);
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
	if (msg->connection_type.len && !str_is(msg->connection_type, x->by->connection_type)) {
		put_reply(x, msg, "400::Unknown connection type");
		return;
	}
	if (client->transport)
		client->transport->ops->close(client->transport, CONNECT_DONE);
	client->is_connected = true;
	if (client->acks)
		bayeux_client_acked(client, msg->acked);
	bool may_hold = x->is_alone && !is_first && !push->is_stopping;
	bool is_history = backlog_history(client->backlog) != NULL;
	/* A connection that lasts takes what waits without being over. */
	bool is_idle = !client->backlog || x->by->lasts;
	if (may_hold && (is_history || (timeout_ms && is_idle))) {
		x->answer->held = client;
		x->answer->held_id = msg->id;
		/* A slice comes in the next turn, whatever time the client gives us. */
		x->answer->held_ms = is_history ? BAYEUX_TIMEOUT_MS : timeout_ms;
		return;
	}
	if (x->is_alone)
		x->answer->told = client;
	else
		put_notes(x, client);
	bayeux_server_put_connect(x->out, client, msg->id,
		push->is_stopping ? CONNECT_STOP
		: is_first        ? CONNECT_FIRST
				  : CONNECT_DONE);
}

/* The set of what the message names; an error if one of them cannot be subscribed to. */
static const char *named_topics(
	const struct exchange *x, const struct bayeux_msg *msg, uint32_t *set)
{
	enum topic topic;
	*set = 0;
	if (msg->topics.count == 0)
		return "400::subscription is missing";
	for (size_t i = 0; i < msg->topics.count; i++) {
		bool is_one = topic_find(msg->topics.at[i], &topic);
		if (!is_one || (topic_is_programs(topic) && !user_is_integrator(x->caller->user)))
			return "403::Subscription denied";
		*set |= 1u << topic;
	}
	return NULL;
}

static void put_subscription(struct exchange *x, const struct bayeux_msg *msg, const char *error)
{
	bayeux_begin(x->out, msg->channel, msg->id, error);
	if (msg->topics.count)
		bayeux_put_names(x->out, "subscription", &msg->topics);
}

/* --- what was missed ------------------------------------------------------------------------------ */

static const struct bayeux_replay *replay_of(const struct bayeux_msg *msg, struct str name)
{
	for (size_t i = 0; i < msg->replay_count; i++)
		if (str_eq(msg->replays[i].topic, name))
			return &msg->replays[i];
	return NULL;
}

/* Where that begins, in the user's numbers. False: it is not kept any more, or was never told. */
static bool replay_begin(
	const struct bayeux_replay *replay, struct told_range kept, uint64_t *after)
{
	uint64_t asked = (uint64_t)replay->after;
	*after = replay->after == BAYEUX_REPLAY_ALL   ? kept.first - 1
		 : replay->after == BAYEUX_REPLAY_NEW ? kept.last
						      : asked;
	return replay->after < 0 || (asked >= kept.first - 1 && asked <= kept.last);
}

/* A topic that is heard through another subscription goes on as it is. Of several names that say where, the one that
 * begins first counts. */
static const char *replay_topics(const struct bayeux_msg *msg, const struct bayeux_client *client,
	uint32_t named, struct told_range kept, struct replay_after *after)
{
	uint32_t others = client->subscriptions & ~named, begun = 0;
	for (size_t i = 0; i < msg->topics.count; i++) {
		const struct bayeux_replay *replay = replay_of(msg, msg->topics.at[i]);
		enum topic name = TOPIC_COUNT;
		uint64_t begin;
		if (!replay || !topic_find(msg->topics.at[i], &name))
			continue;
		if (!replay_begin(replay, kept, &begin))
			return "410::replay";
		for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
			uint32_t heard_by = topic_heard_by(topic);
			if (!(heard_by & 1u << name) || heard_by & others)
				continue;
			if (!(begun & 1u << topic) || begin < after->at[topic])
				after->at[topic] = begin;
			begun |= 1u << topic;
		}
	}
	return NULL;
}

static void put_ext_replay(struct buf *out, uint64_t last)
{
	json_key(out, "ext");
	buf_puts(out, "{\"replay\":{");
	json_member_u64(out, "last", last);
	buf_puts(out, "}}");
}

static void on_subscribe(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	uint32_t set;
	struct replay_after after;
	struct port *port = x->push->world.port;
	const char *error = named_topics(x, msg, &set);
	struct told_range kept = port->told(port, push_user_id(client->user));
	kept.last = push_user_told(x->push, client->user);
	replay_place(x->push, client, &after);
	if (!error)
		error = replay_topics(msg, client, set, kept, &after);
	if (!error)
		client->subscriptions |= set;
	if (!error && (msg->replay_count || client->replay))
		replay_start(x->push, client, &after);
	put_subscription(x, msg, error);
	if (msg->replay_count)
		put_ext_replay(x->out, kept.last);
	bayeux_end(x->out);
}

static void on_unsubscribe(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	uint32_t set;
	const char *error = named_topics(x, msg, &set);
	if (!error)
		client->subscriptions &= ~set;
	put_subscription(x, msg, error);
	bayeux_end(x->out);
}

static void on_disconnect(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	bayeux_client_drop(x->push, client, CONNECT_NONE);
	put_reply(x, msg, NULL);
}

static void on_publish(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	put_reply(x, msg, "403::Publish denied");
}

static void on_unknown_meta(
	struct exchange *x, const struct bayeux_msg *msg, struct bayeux_client *client)
{
	put_reply(x, msg, "404::Unknown meta channel");
}
