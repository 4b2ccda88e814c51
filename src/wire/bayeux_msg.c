/* bayeux_msg.c - a table of fields reads messages; replies are streamed. */
#include "wire/bayeux_msg.h"

#include <inttypes.h>

#define FAULT(text) "400::" text

/* Reads one field into the message; false: the value makes no sense. */
typedef bool field_fn(struct bayeux_msg *msg, struct json_value value, struct arena *arena);

static field_fn read_channel, read_id, read_client_id, read_version, read_minimum_version,
	read_connection_type, read_types, read_topics, read_advice, read_data, read_ext;

static const struct {
	const char *name;
	field_fn *read;
	const char *fault;
} fields[] = {
	{"channel", read_channel, FAULT("channel is no channel name")},
	{"id", read_id, FAULT("id is no short string")},
	{"clientId", read_client_id, FAULT("clientId is no string")},
	{"version", read_version, FAULT("version is no string")},
	{"minimumVersion", read_minimum_version, FAULT("minimumVersion is no string")},
	{"connectionType", read_connection_type, FAULT("connectionType is no string")},
	{"supportedConnectionTypes", read_types,
		FAULT("supportedConnectionTypes is no list of strings")},
	{"subscription", read_topics, FAULT("subscription is no string and no list of strings")},
	{"advice", read_advice, FAULT("advice is no advice")},
	{"data", read_data, ""},
	{"ext", read_ext, FAULT("ext is no object, or its replay no object of numbers")},
};
#define FIELD_COUNT (sizeof(fields) / sizeof(*fields))

static void read_message(struct bayeux_msg *msg, struct json_value json, struct arena *arena);

enum err bayeux_read(struct str body, struct arena *arena, struct bayeux_batch *out)
{
	struct json_value json, entry;
	struct bayeux_batch batch = {0};
	*out = batch;
	if (!json_value_read(body, &json))
		return ERR_BAD_JSON;
	bool is_array = json_value_is_array(json);
	size_t count = is_array ? json_value_count(json) : 1;
	if (count > BAYEUX_BATCH_MAX)
		return ERR_TOO_LARGE;
	/* A single message is an entry by itself. */
	struct str entries = is_array ? json_value_entries(json) : json.bytes;
	batch.at = arena_take(arena, (count + 1) * sizeof(*batch.at));
	while (json_value_next(&entries, &entry)) {
		if (!json_value_is_object(entry))
			return ERR_BAD_JSON;
		read_message(&batch.at[batch.count++], entry, arena);
	}
	*out = batch;
	return OK;
}

void bayeux_begin(struct buf *out, struct str channel, struct str id, const char *error)
{
	json_comma(out);
	buf_put_byte(out, '{');
	if (channel.len)
		json_member(out, "channel", channel);
	if (id.len) {
		json_key(out, "id");
		buf_put(out, id);
	}
	json_member_bool(out, "successful", !error);
	if (error)
		json_member(out, "error", str_of(error));
}

void bayeux_put_names(struct buf *out, const char *member, const struct bayeux_names *names)
{
	json_key(out, member);
	if (names->is_array)
		buf_put_byte(out, '[');
	for (size_t i = 0; i < names->count; i++) {
		if (i)
			buf_put_byte(out, ',');
		json_put_string(out, names->at[i]);
	}
	if (names->is_array)
		buf_put_byte(out, ']');
}

void bayeux_put_advice(struct buf *out, const struct bayeux_advice *advice)
{
	json_key(out, "advice");
	buf_put_byte(out, '{');
	json_member_u64(out, "interval", advice->interval_ms);
	if (advice->timeout_ms)
		json_member_u64(out, "timeout", advice->timeout_ms);
	if (advice->max_interval_ms)
		json_member_u64(out, "maxInterval", advice->max_interval_ms);
	json_member(out, "reconnect", str_of(advice->reconnect));
	buf_put_byte(out, '}');
}

void bayeux_end(struct buf *out)
{
	buf_put_byte(out, '}');
}

/* The first fault is told; the other fields are still read, so that the reply can carry the id. */
static void read_message(struct bayeux_msg *msg, struct json_value json, struct arena *arena)
{
	struct json_value values[FIELD_COUNT];
	struct str names[FIELD_COUNT];
	for (size_t i = 0; i < FIELD_COUNT; i++)
		names[i] = str_of(fields[i].name);
	json_value_pick(json, names, FIELD_COUNT, values);
	msg->timeout_ms = msg->acked = -1;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		/* Some clients write null for what they do not have. */
		if (!json_value_is_there(values[i]) || json_value_is_null(values[i]))
			continue;
		if (!fields[i].read(msg, values[i], arena) && !msg->fault)
			msg->fault = fields[i].fault;
	}
	if (msg->channel.len == 0 && !msg->fault)
		msg->fault = FAULT("channel is missing");
}

static bool read_text(struct str *out, struct json_value value, size_t max, struct arena *arena)
{
	struct str text;
	if (!json_value_text(value, arena, &text) || text.len > max)
		return false;
	*out = text;
	return true;
}

static bool read_names(
	struct bayeux_names *out, struct json_value value, size_t max, struct arena *arena)
{
	struct bayeux_names names = {.is_array = json_value_is_array(value)};
	struct str entries = json_value_entries(value);
	size_t count = names.is_array ? json_value_count(value) : 1;
	if (count > max)
		return false;
	names.at = arena_take(arena, (count + 1) * sizeof(*names.at));
	while (names.count < count) {
		if (names.is_array && !json_value_next(&entries, &value))
			return false;
		if (!read_text(&names.at[names.count++], value, BAYEUX_CHANNEL_MAX, arena))
			return false;
	}
	*out = names;
	return true;
}

/* Bayeux 1.0, 2.3: a channel's name is absolute. Which names there are is not asked here. */
static bool read_channel(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	struct str name;
	if (!read_text(&name, value, BAYEUX_CHANNEL_MAX, arena) || !str_starts(name, STR("/")))
		return false;
	msg->channel = name;
	return true;
}

/* Bayeux 1.0, 3.4: a string; some clients count with numbers. No byte takes more than its \u escape. */
static bool read_id(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	struct str text;
	int64_t number;
	if (json_value_integer(value, &number)) {
		msg->id = arena_printf(arena, "%" PRId64, number);
		return true;
	}
	if (!read_text(&text, value, BAYEUX_ID_MAX, arena))
		return false;
	size_t room = 6 * text.len + 2;
	struct buf json = {.at = arena_take(arena, room), .cap = room};
	json_put_string(&json, text);
	msg->id = buf_str(&json);
	return true;
}

static bool read_client_id(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	return read_text(&msg->client_id, value, SIZE_MAX, arena);
}

static bool read_version(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	return read_text(&msg->version, value, SIZE_MAX, arena);
}

static bool read_minimum_version(
	struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	return read_text(&msg->minimum_version, value, SIZE_MAX, arena);
}

static bool read_connection_type(
	struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	return read_text(&msg->connection_type, value, SIZE_MAX, arena);
}

static bool read_types(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	return json_value_is_array(value) &&
	       read_names(&msg->types, value, BAYEUX_TYPES_MAX, arena);
}

static bool read_topics(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	return read_names(&msg->topics, value, BAYEUX_SUBSCRIPTIONS_MAX, arena);
}

static bool read_advice(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	if (!json_value_is_object(value))
		return false;
	struct json_value timeout = json_value_member(value, STR("timeout"));
	if (!json_value_is_there(timeout) || json_value_is_null(timeout))
		return true;
	int64_t ms;
	if (!json_value_integer(timeout, &ms) || ms < 0)
		return false;
	msg->timeout_ms = ms;
	return true;
}

static bool read_data(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	msg->has_data = true;
	return true;
}

/* CometD's acknowledge extension: true asks for it, a number is the last batch that came. What means neither is
 * none: extensions are for those who know them. */
static void read_ack(struct bayeux_msg *msg, struct json_value ack)
{
	int64_t batch;
	if (json_value_integer(ack, &batch) && batch >= 0)
		msg->acked = batch;
	msg->wants_acks = json_value_is_true(ack);
}

static bool read_begin(struct bayeux_replay *replay, struct json_member member, struct arena *arena)
{
	return read_text(&replay->topic, member.name, BAYEUX_CHANNEL_MAX, arena) &&
	       json_value_integer(member.value, &replay->after) &&
	       replay->after >= BAYEUX_REPLAY_ALL;
}

/* Whoever misunderstands it would miss something, so it is refused. */
static bool read_replay(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	struct str members = json_value_members(value);
	struct json_member member;
	size_t count = 0;
	if (!json_value_is_object(value))
		return false;
	msg->replays = arena_take(arena, BAYEUX_SUBSCRIPTIONS_MAX * sizeof(*msg->replays));
	while (json_value_next_member(&members, &member)) {
		if (json_value_is_null(member.value))
			continue;
		if (count == BAYEUX_SUBSCRIPTIONS_MAX ||
			!read_begin(&msg->replays[count++], member, arena))
			return false;
	}
	msg->replay_count = count;
	return true;
}

static bool read_ext(struct bayeux_msg *msg, struct json_value value, struct arena *arena)
{
	if (!json_value_is_object(value))
		return false;
	struct json_value ack = json_value_member(value, STR("ack"));
	struct json_value replay = json_value_member(value, STR("replay"));
	if (json_value_is_there(ack))
		read_ack(msg, ack);
	return !json_value_is_there(replay) || json_value_is_null(replay) ||
	       read_replay(msg, replay, arena);
}
