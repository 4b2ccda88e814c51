/* bayeux_msg.c - a table of fields reads messages; replies are streamed. */
#include "wire/bayeux_msg.h"

#define FAULT(text) "400::" text

/* Reads one field into the message; false: the value makes no sense. */
typedef bool field_fn(struct bayeux_msg *msg, const json_t *value, struct arena *arena);

static field_fn read_channel, read_id, read_client_id, read_version, read_minimum_version,
	read_connection_type, read_types, read_topics, read_advice, read_data;

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
};
#define FIELD_COUNT (sizeof(fields) / sizeof(*fields))

static void read_message(struct bayeux_msg *msg, const json_t *json, struct arena *arena);
static bool read_plain(struct str body, struct arena *arena, struct bayeux_batch *out);

enum err bayeux_read(struct str body, struct arena *arena, struct bayeux_batch *out)
{
	*out = (struct bayeux_batch) {0};
	if (read_plain(body, arena, out))
		return OK;
	json_t *json = json_read(body);
	enum err err = OK;
	size_t count = json_is_array(json) ? json_array_size(json) : 1;
	if (!json_is_array(json) && !json_is_object(json))
		err = ERR_BAD_JSON;
	else if (count > BAYEUX_BATCH_MAX)
		err = ERR_TOO_LARGE;
	for (size_t i = 0; err == OK && json_is_array(json) && i < count; i++) {
		if (!json_is_object(json_array_get(json, i)))
			err = ERR_BAD_JSON;
	}
	if (err == OK) {
		out->at = arena_take(arena, (count + 1) * sizeof(*out->at));
		out->count = count;
		for (size_t i = 0; i < count; i++) {
			const json_t *one = json_is_array(json) ? json_array_get(json, i) : json;
			read_message(&out->at[i], one, arena);
		}
	}
	json_decref(json);
	return err;
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

void bayeux_put_advice(
	struct buf *out, const char *reconnect, int64_t timeout_ms, uint64_t interval_ms)
{
	json_key(out, "advice");
	buf_put_byte(out, '{');
	json_member_u64(out, "interval", interval_ms);
	if (timeout_ms >= 0)
		json_member_u64(out, "timeout", (uint64_t)timeout_ms);
	json_member(out, "reconnect", str_of(reconnect));
	buf_put_byte(out, '}');
}

void bayeux_end(struct buf *out)
{
	buf_put_byte(out, '}');
}

/* The first fault is told; the other fields are still read, so that the reply can carry the id. */
static void read_message(struct bayeux_msg *msg, const json_t *json, struct arena *arena)
{
	msg->timeout_ms = -1;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const json_t *value = json_object_get(json, fields[i].name);
		/* Some clients write null for what they do not have. */
		if (!value || json_is_null(value))
			continue;
		if (!fields[i].read(msg, value, arena) && !msg->fault)
			msg->fault = fields[i].fault;
	}
	if (msg->channel.len == 0 && !msg->fault)
		msg->fault = FAULT("channel is missing");
}

static bool read_text(struct str *out, const json_t *value, size_t max, struct arena *arena)
{
	if (!json_is_string(value) || json_string_length(value) > max)
		return false;
	*out = arena_copy(arena, str_from(json_string_value(value), json_string_length(value)));
	return true;
}

static bool read_names(
	struct bayeux_names *out, const json_t *value, size_t max, struct arena *arena)
{
	struct bayeux_names names = {.is_array = json_is_array(value), .count = 1};
	if (names.is_array)
		names.count = json_array_size(value);
	if (names.count > max)
		return false;
	names.at = arena_take(arena, (names.count + 1) * sizeof(*names.at));
	for (size_t i = 0; i < names.count; i++) {
		const json_t *one = names.is_array ? json_array_get(value, i) : value;
		if (!read_text(&names.at[i], one, BAYEUX_CHANNEL_MAX, arena))
			return false;
	}
	*out = names;
	return true;
}

/* Bayeux 1.0, 2.3: a channel's name is absolute. Which names there are is not asked here. */
static bool read_channel(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	struct str name;
	if (!read_text(&name, value, BAYEUX_CHANNEL_MAX, arena) || !str_starts(name, STR("/")))
		return false;
	msg->channel = name;
	return true;
}

/* Bayeux 1.0, 3.4: a string; some clients count with numbers. */
static bool read_id(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	struct str text;
	struct buf json = {0};
	if (json_is_integer(value)) {
		msg->id = arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return true;
	}
	if (!read_text(&text, value, BAYEUX_ID_MAX, arena))
		return false;
	json_put_string(&json, text);
	msg->id = arena_copy(arena, buf_str(&json));
	buf_free(&json);
	return true;
}

static bool read_client_id(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	return read_text(&msg->client_id, value, SIZE_MAX, arena);
}

static bool read_version(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	return read_text(&msg->version, value, SIZE_MAX, arena);
}

static bool read_minimum_version(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	return read_text(&msg->minimum_version, value, SIZE_MAX, arena);
}

static bool read_connection_type(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	return read_text(&msg->connection_type, value, SIZE_MAX, arena);
}

static bool read_types(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	return json_is_array(value) && read_names(&msg->types, value, BAYEUX_TYPES_MAX, arena);
}

static bool read_topics(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	return read_names(&msg->topics, value, BAYEUX_SUBSCRIPTIONS_MAX, arena);
}

static bool read_advice(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	(void)arena;
	if (!json_is_object(value))
		return false;
	const json_t *timeout = json_object_get(value, "timeout");
	if (!timeout || json_is_null(timeout))
		return true;
	if (!json_is_integer(timeout) || json_integer_value(timeout) < 0)
		return false;
	msg->timeout_ms = json_integer_value(timeout);
	return true;
}

static bool read_data(struct bayeux_msg *msg, const json_t *value, struct arena *arena)
{
	(void)value, (void)arena;
	msg->has_data = true;
	return true;
}

/* --- the usual poll ------------------------------------------------------------------------------ */

/* A connect comes with every notification, always alike: one object, alone in an array, of members
 * that are plain strings. It is read without building a tree. Whatever is not exactly so, be it
 * right or wrong, is left to the reader above; the two must never differ (bayeux_msg_fuzz.c). */

static bool take_byte(struct str *rest, char c)
{
	if (rest->len == 0 || rest->at[0] != c)
		return false;
	*rest = str_skip(*rest, 1);
	return true;
}

/* With its quotes; of visible ASCII and blanks, without escapes. */
static bool take_quoted(struct str *rest, struct str *quoted)
{
	size_t n = 1;
	if (rest->len == 0 || rest->at[0] != '"')
		return false;
	while (n < rest->len && rest->at[n] >= ' ' && rest->at[n] < 0x7F && rest->at[n] != '"' &&
		rest->at[n] != '\\')
		n++;
	if (n == rest->len || rest->at[n] != '"')
		return false;
	*quoted = str_from(rest->at, n + 1);
	*rest = str_skip(*rest, n + 1);
	return true;
}

static struct str unquoted(struct str quoted)
{
	return str_from(quoted.at + 1, quoted.len - 2);
}

/* Where the value of a member belongs; NULL: another reader's business, as is a member that is there
 * twice. */
static struct str *plain_member(struct bayeux_msg *msg, struct str name)
{
	struct str *member = str_is(name, "channel")          ? &msg->channel
			     : str_is(name, "id")             ? &msg->id
			     : str_is(name, "clientId")       ? &msg->client_id
			     : str_is(name, "connectionType") ? &msg->connection_type
							      : NULL;
	return member && !member->at ? member : NULL;
}

static bool take_member(struct str *rest, struct bayeux_msg *msg)
{
	struct str name, value;
	if (!take_quoted(rest, &name) || !take_byte(rest, ':') || !take_quoted(rest, &value))
		return false;
	struct str *member = plain_member(msg, unquoted(name));
	if (!member)
		return false;
	*member = member == &msg->id ? value : unquoted(value);
	return true;
}

static bool read_plain(struct str body, struct arena *arena, struct bayeux_batch *out)
{
	struct bayeux_msg msg = {.timeout_ms = -1};
	if (!take_byte(&body, '[') || !take_byte(&body, '{'))
		return false;
	do
		if (!take_member(&body, &msg))
			return false;
	while (take_byte(&body, ','));
	if (!take_byte(&body, '}') || !take_byte(&body, ']') || body.len)
		return false;
	if (!str_starts(msg.channel, STR("/")) || msg.channel.len > BAYEUX_CHANNEL_MAX ||
		msg.id.len > BAYEUX_ID_MAX + 2)
		return false;
	msg.channel = arena_copy(arena, msg.channel);
	msg.id = arena_copy(arena, msg.id);
	msg.client_id = arena_copy(arena, msg.client_id);
	msg.connection_type = arena_copy(arena, msg.connection_type);
	out->at = arena_take(arena, sizeof *out->at);
	out->at[0] = msg;
	out->count = 1;
	return true;
}
