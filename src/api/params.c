/* params.c - reading and bounding what a request carries beside its operation. */
#include "api/call.h"
#include "base/utf8.h"
#include "core/model/phone.h"
#include "http/http_url.h"

#include <assert.h>

/* Under the next of the names that is given; null is as if it were not. False: under none of them. */
static bool next_given(const struct call *call, struct str *names, struct json_value *value)
{
	while (names->len) {
		*value = json_value_member(call->body, str_cut(names, '|'));
		if (json_value_is_there(*value) && !json_value_is_null(*value))
			return true;
	}
	return false;
}

struct json_value params_value(const struct call *call, const char *names)
{
	struct str rest = str_of(names);
	struct json_value value;
	return next_given(call, &rest, &value) ? value : (struct json_value) {STR_NONE};
}

bool params_gives(const struct call *call, const char *names)
{
	return json_value_is_there(params_value(call, names));
}

static bool read_text(
	struct call *call, struct json_value value, size_t least, size_t most, struct str *out)
{
	if (!json_value_text(value, call->request->arena, out))
		return false;
	size_t count = utf8_count(*out);
	return count >= least && count <= most;
}

/* Under each name that is given it is a text; the first one counts. */
static bool read_first(struct call *call, const struct param *param, struct str *out)
{
	struct str rest = str_of(param->names), text;
	struct json_value value;
	*out = STR_NONE;
	while (next_given(call, &rest, &value)) {
		if (!read_text(call, value, param->least, param->most, &text))
			return false;
		if (!out->at)
			*out = text;
	}
	return true;
}

static void *field_of(struct call *call, const struct param *param)
{
	return (char *)&call->command + param->field;
}

/* --- a user's address ------------------------------------------------------------------------- */

static bool find_after(struct str text, struct str mark, struct str *after)
{
	for (size_t i = 0; i + mark.len <= text.len; i++)
		if (str_starts(str_skip(text, i), mark)) {
			*after = str_skip(text, i + mark.len);
			return true;
		}
	return false;
}

/* "/users/{id}" out of a path, or of an absolute address whatever its host: behind a proxy the same
 * server has several. */
static struct str path_below_api(struct str text)
{
	struct str after_host, path = text;
	bool is_absolute = find_after(text, STR("://"), &after_host);
	if (is_absolute)
		str_cut(&after_host, '/');
	if (find_after(is_absolute ? after_host : text, STR("api/v2/"), &path))
		return path;
	return is_absolute ? STR_NONE : str_skip(text, str_starts(text, STR("/")));
}

/* "/KIND/NAME" below the API; false: it has another form. */
static bool read_address(struct call *call, struct str text, struct str *kind, struct str *name)
{
	struct str id = path_below_api(text);
	*kind = str_cut(&id, '/');
	return id.len && !memchr(id.at, '/', id.len) &&
	       http_url_decode(call->request->arena, id, false, name);
}

/* A user's, or a queue's. Contacts of the directory that are users have the same id (Contacts API). */
static enum err read_target(struct call *call, struct str text, struct command_target *out)
{
	struct str kind, name;
	if (!read_address(call, text, &kind, &name))
		return ERR_RANGE;
	const struct queue *queue =
		str_is(kind, "queues") ? core_queue(call_core(call), name) : NULL;
	bool is_user = str_is(kind, "users") || str_is(kind, "contacts");
	if (!is_user && !str_is(kind, "queues"))
		return ERR_RANGE;
	if (is_user)
		out->user = core_user_there(call_core(call), name);
	else if (queue)
		out->queue = queue->b.name;
	return out->user || out->queue.len ? OK : ERR_NOT_FOUND;
}

/* Nobody of a queue is meant: it is not found. */
static enum err read_user(struct call *call, struct str text, struct user **out)
{
	struct command_target target = {0};
	enum err e = read_target(call, text, &target);
	*out = target.user;
	return e == OK && !target.user ? ERR_NOT_FOUND : e;
}

/* Whether there is such a thing the core says. */
static enum err read_thing(struct call *call, struct str text, struct order_thing *out)
{
	static const struct {
		const char *folder;
		enum order_on on;
	} rows[] = {
		{"queues", ORDER_ON_QUEUE}, {"skills", ORDER_ON_SKILL}, {"groups", ORDER_ON_GROUP}};
	struct str kind;
	if (!read_address(call, text, &kind, &out->name))
		return ERR_RANGE;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!str_is(kind, rows[i].folder))
			continue;
		out->on = rows[i].on;
		return OK;
	}
	return ERR_RANGE;
}

/* Named by its address as well, it is one too many. */
static enum err read_queue(
	struct call *call, struct json_value value, const struct param *param, struct str *out)
{
	if (out->len)
		return ERR_RANGE;
	if (!read_text(call, value, param->least, param->most, out))
		return ERR_RANGE;
	return core_queue(call_core(call), *out) ? OK : ERR_NOT_FOUND;
}

/* --- one parameter ---------------------------------------------------------------------------- */

static enum err read_name(
	struct call *call, struct json_value value, const struct param *param, struct str *out)
{
	if (!read_text(call, value, param->least, param->most, out) || !utf8_is_name(*out))
		return ERR_RANGE;
	/* Nobody is to be shown with no name at all; "" asks for the usual one. */
	return out->len && utf8_is_blank(*out) ? ERR_RANGE : OK;
}

static enum err read_url(
	struct call *call, struct json_value value, const struct param *param, struct str *out)
{
	bool is_url =
		read_text(call, value, param->least, param->most, out) && http_url_is_web(*out);
	return is_url ? OK : ERR_RANGE;
}

static enum err read_number(struct json_value value, const struct param *param, uint64_t *out)
{
	bool is_number = json_value_is_number(value) && str_u64(value.bytes, out);
	return is_number && *out >= param->least && *out <= param->most ? OK : ERR_RANGE;
}

static enum err read_phone(
	struct call *call, struct json_value value, const struct param *param, struct str *out)
{
	bool is_phone = read_text(call, value, param->least, param->most, out) &&
			phone_is_written(str_trim(*out));
	*out = str_trim(*out);
	return is_phone ? OK : ERR_RANGE;
}

static enum err read_flag(struct json_value value, bool *out)
{
	*out = json_value_is_true(value);
	return *out || json_value_is_false(value) ? OK : ERR_RANGE;
}

static enum err read_word(
	struct call *call, struct json_value value, const struct param *param, void *field)
{
	struct str text;
	unsigned word = (unsigned)param->least;
	if (json_value_is_there(value) && (!read_text(call, value, 1, SIZE_MAX, &text) ||
						  !words_find(param->words, text, &word)))
		return ERR_RANGE;
	static_assert(sizeof(enum monitor_mode) == sizeof word, "an enumeration is stored as this");
	memcpy(field, &word, sizeof word);
	return OK;
}

static enum err read_list(struct call *call, struct json_value value, const struct param *param)
{
	struct json_value entry;
	struct str text, entries = json_value_entries(value);
	size_t count = json_value_count(value);
	if (!json_value_is_array(value) || count < param->least || count > param->most)
		return ERR_RANGE;
	while (json_value_next(&entries, &entry))
		if (!read_text(call, entry, 1, CHANNEL_CHARS_MAX, &text))
			return ERR_RANGE;
	return OK;
}

/* --- userData --------------------------------------------------------------------------------- */

static bool read_pair(struct call *call, const struct json_member *member, struct datum_pair *out)
{
	bool is_named = read_text(call, member->name, 1, DATUM_NAME_CHARS_MAX, &out->name);
	out->is_number = json_value_is_number(member->value);
	out->value = member->value.bytes;
	return is_named && (out->is_number || json_value_text(member->value, call->request->arena,
						      &out->value));
}

static size_t count_members(struct str members)
{
	struct json_member member;
	size_t count = 0;
	while (json_value_next_member(&members, &member))
		count++;
	return count;
}

static enum err read_pairs(
	struct call *call, struct json_value value, const struct param *param, void *field)
{
	struct str members = json_value_members(value);
	struct json_member member;
	size_t count = count_members(members);
	if (!json_value_is_object(value) || count < param->least || count > param->most)
		return ERR_RANGE;
	struct datum_pair *pairs = arena_take(call->request->arena, count * sizeof *pairs);
	for (size_t i = 0; json_value_next_member(&members, &member); i++)
		if (!read_pair(call, &member, &pairs[i]))
			return ERR_RANGE;
	((struct command_data *)field)->pairs = pairs;
	((struct command_data *)field)->count = count;
	return OK;
}

/* One that comes again is one. */
static bool has_name(const struct command_data *data, struct str name)
{
	for (size_t i = 0; i < data->count; i++)
		if (str_eq(data->pairs[i].name, name))
			return true;
	return false;
}

static enum err read_names(
	struct call *call, struct json_value value, const struct param *param, void *field)
{
	struct str entries = json_value_entries(value), name;
	struct json_value entry;
	size_t count = json_value_count(value);
	if (!json_value_is_array(value) || count < param->least || count > param->most)
		return ERR_RANGE;
	struct datum_pair *pairs = arena_take(call->request->arena, count * sizeof *pairs);
	struct command_data *data = field;
	*data = (struct command_data) {.pairs = pairs};
	while (json_value_next(&entries, &entry)) {
		if (!read_text(call, entry, 1, DATUM_NAME_CHARS_MAX, &name))
			return ERR_RANGE;
		if (!has_name(data, name))
			pairs[data->count++] = (struct datum_pair) {.name = name};
	}
	return OK;
}

/* ---------------------------------------------------------------------------------------------- */

static enum err read_one(struct call *call, const struct param *param, struct json_value value)
{
	struct str text;
	if (param->type == PARAM_WORD)
		return read_word(call, value, param, field_of(call, param));
	if (!json_value_is_there(value))
		return OK;
	switch (param->type) {
	case PARAM_TEXT:
		return read_text(call, value, param->least, param->most, field_of(call, param))
			       ? OK
			       : ERR_RANGE;
	case PARAM_URL:
		return read_url(call, value, param, field_of(call, param));
	case PARAM_NAME:
		return read_name(call, value, param, field_of(call, param));
	case PARAM_USER:
		if (!read_first(call, param, &text))
			return ERR_RANGE;
		return read_user(call, text, field_of(call, param));
	case PARAM_TARGET:
		if (!read_first(call, param, &text))
			return ERR_RANGE;
		return read_target(call, text, field_of(call, param));
	case PARAM_THING:
		if (!read_first(call, param, &text))
			return ERR_RANGE;
		return read_thing(call, text, field_of(call, param));
	case PARAM_NUMBER:
		return read_number(value, param, field_of(call, param));
	case PARAM_QUEUE:
		return read_queue(call, value, param, field_of(call, param));
	case PARAM_PHONE:
		return read_phone(call, value, param, field_of(call, param));
	case PARAM_FLAG:
		return read_flag(value, field_of(call, param));
	case PARAM_PAIRS:
		return read_pairs(call, value, param, field_of(call, param));
	case PARAM_NAMES:
		return read_names(call, value, param, field_of(call, param));
	case PARAM_LIST:
		return read_list(call, value, param);
	case PARAM_WORD:
	case PARAM_END:
		break;
	}
	return OK;
}

enum err params_read(struct call *call)
{
	const struct param *param;
	for (param = call->operation->params; param->type != PARAM_END; param++)
		if (param->is_required && !json_value_is_there(params_value(call, param->names))) {
			call->field = param->names;
			return ERR_MISSING_PARAMETER;
		}
	for (param = call->operation->params; param->type != PARAM_END; param++) {
		enum err e = read_one(call, param, params_value(call, param->names));
		call->field = e == OK ? NULL : param->names;
		if (e != OK)
			return e;
	}
	return OK;
}

enum err params_text(
	struct call *call, const char *name, size_t least, size_t most, struct str *out)
{
	struct json_value value = params_value(call, name);
	if (!json_value_is_there(value))
		return call_names(call, name, ERR_MISSING_PARAMETER);
	return read_text(call, value, least, most, out) ? OK : call_names(call, name, ERR_RANGE);
}

/* --- the query -------------------------------------------------------------------------------- */

enum err params_number(struct call *call, const char *name, uint64_t *out, bool *is_given)
{
	struct str text;
	*is_given = http_query(call->request, name, &text);
	return !*is_given || str_u64(text, out) ? OK : call_names(call, name, ERR_RANGE);
}

bool params_has(struct call *call, const char *name)
{
	struct str text;
	return http_query(call->request, name, &text) && text.len;
}

bool params_lists(struct call *call, const char *name, const char *word)
{
	struct str list;
	return http_query(call->request, name, &list) && str_lists(list, str_of(word));
}

bool params_wants(struct call *call, const char *subresource)
{
	return params_lists(call, "subresources", "*") ||
	       params_lists(call, "subresources", subresource);
}
