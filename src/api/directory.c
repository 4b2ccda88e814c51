/* directory.c - /users, /queues, /contacts, /features, /settings: what there is in the centre. */
#include "api/call.h"
#include "view/directory.h"

#include <utlist.h>

static struct keys keys_new(struct call *call, size_t room)
{
	return (struct keys) {
		.at = arena_take(call->request->arena, (room + 1) * sizeof(struct str))};
}

/* --- users ------------------------------------------------------------------------------------ */

static size_t user_count(const struct core *core)
{
	const struct user *user;
	size_t count;
	DL_COUNT(core->users, user, count);
	return count;
}

static struct keys all_users(struct call *call)
{
	const struct core *core = call_core(call);
	const struct user *user;
	struct keys keys = keys_new(call, user_count(core));
	DL_FOREACH(core->users, user)
		keys.at[keys.count++] = user->b.id;
	return keys;
}

static bool put_user(struct buf *out, const struct view *view, struct str key)
{
	const struct user *user = core_user(view->core, key);
	if (!user)
		return false;
	buf_put_byte(out, '{');
	view_user_members(out, view, user);
	buf_put_byte(out, '}');
	return true;
}

static const struct listing users = {"users", "user", all_users, put_user, NULL};

enum err api_users_read(struct call *call)
{
	return listing_read(call, &users);
}

/* --- queues ----------------------------------------------------------------------------------- */

static size_t queue_count(const struct core *core)
{
	const struct queue *queue;
	size_t count;
	DL_COUNT(core->queues, queue, count);
	return count;
}

static struct keys all_queues(struct call *call)
{
	const struct core *core = call_core(call);
	const struct queue *queue;
	struct keys keys = keys_new(call, queue_count(core));
	DL_FOREACH(core->queues, queue)
		keys.at[keys.count++] = queue->b.name;
	return keys;
}

static bool put_queue(struct buf *out, const struct view *view, struct str key)
{
	const struct queue *queue = core_queue(view->core, key);
	if (queue)
		view_queue(out, view, queue);
	return queue != NULL;
}

static const struct listing queues = {"queues", "queue", all_queues, put_queue, NULL};

enum err api_queues_read(struct call *call)
{
	return listing_read(call, &queues);
}

enum err api_find_queue(struct call *call)
{
	return core_queue(call_core(call), call->id) ? OK : ERR_NOT_FOUND;
}

enum err api_queue_read(struct call *call)
{
	return listing_read_one(call, &queues, call->id);
}

/* --- contacts: the internal directory ----------------------------------------------------------- */

/* ASCII letters are compared without case, as names in a search box. */
static bool contains(struct str text, struct str part)
{
	for (size_t i = 0; i + part.len <= text.len; i++)
		if (str_eq_nocase(str_from(text.at + i, part.len), part))
			return true;
	return false;
}

/* "*" is anything; stars at the ends of a text say no more than that. */
static struct str pattern_text(struct str pattern)
{
	while (pattern.len && pattern.at[0] == '*')
		pattern = str_skip(pattern, 1);
	while (pattern.len && pattern.at[pattern.len - 1] == '*')
		pattern.len--;
	return pattern;
}

/* filterName and filterParameters, type, roles: as the public clients send them. */
struct wanted {
	struct str type, roles, pattern;
};

static struct wanted wanted_of(struct call *call)
{
	struct wanted wanted = {{0}, {0}, {0}};
	struct str text;
	if (http_query(call->request, "type", &text))
		wanted.type = text;
	if (http_query(call->request, "roles", &text))
		wanted.roles = text;
	if (http_query(call->request, "filterName", &text) && text.len &&
		http_query(call->request, "filterParameters", &text))
		wanted.pattern = pattern_text(text);
	return wanted;
}

static bool has_role(const struct user *user, struct str roles)
{
	for (unsigned i = 0; 1u << i < ROLES_END; i++)
		if (user->b.roles & 1u << i)
			for (struct str rest = roles; rest.len;)
				if (str_is(str_trim(str_cut(&rest, ',')), view_role_name(i)))
					return true;
	return roles.len == 0;
}

static bool is_wanted_user(const struct wanted *wanted, const struct user *user)
{
	bool is_type = wanted->type.len == 0 || str_is(wanted->type, "User");
	return is_type && has_role(user, wanted->roles) &&
	       (contains(user->b.name, wanted->pattern) ||
		       contains(user->b.first_name, wanted->pattern) ||
		       contains(user->b.last_name, wanted->pattern));
}

static bool is_wanted_queue(const struct wanted *wanted, const struct queue *queue)
{
	bool is_type = wanted->type.len == 0 || str_is(wanted->type, "Queue");
	return is_type && wanted->roles.len == 0 &&
	       (contains(queue->b.name, wanted->pattern) ||
		       contains(queue->b.number, wanted->pattern));
}

static struct keys some_contacts(struct call *call)
{
	const struct core *core = call_core(call);
	const struct wanted wanted = wanted_of(call);
	const struct user *user;
	const struct queue *queue;
	struct keys keys = keys_new(call, user_count(core) + queue_count(core));
	DL_FOREACH(core->users, user)
		if (is_wanted_user(&wanted, user))
			keys.at[keys.count++] = user->b.id;
	DL_FOREACH(core->queues, queue)
		if (is_wanted_queue(&wanted, queue))
			keys.at[keys.count++] = queue->b.name;
	return keys;
}

static bool put_contact(struct buf *out, const struct view *view, struct str key)
{
	const struct user *user = core_user(view->core, key);
	const struct queue *queue = core_queue(view->core, key);
	if (user && (!queue || str_eq(user->b.id, key)))
		view_contact_user(out, view, user);
	else if (queue)
		view_contact_queue(out, view, queue);
	return user || queue;
}

/* The soft phones that ask for a type read the answer's `contacts`. */
static const struct listing contacts = {"contacts", "contact", some_contacts, put_contact, "type"};

enum err api_contacts_read(struct call *call)
{
	return listing_read(call, &contacts);
}

enum err api_find_contact(struct call *call)
{
	bool is_there =
		core_user(call_core(call), call->id) || core_queue(call_core(call), call->id);
	return is_there ? OK : ERR_NOT_FOUND;
}

enum err api_contact_read(struct call *call)
{
	const struct user *user = core_user(call_core(call), call->id);
	return listing_read_one(call, &contacts, user ? user->b.id : call->id);
}

/* --- features and settings ---------------------------------------------------------------------- */

static struct keys features_on(struct call *call)
{
	struct keys keys = {0};
	if (!call_is_multimedia_on(call))
		return keys;
	size_t count = 0;
	while (view_feature_id(count).len)
		count++;
	keys = keys_new(call, count);
	while (keys.count < count) {
		keys.at[keys.count] = view_feature_id(keys.count);
		keys.count++;
	}
	return keys;
}

static const struct listing features = {"features", "feature", features_on, view_feature, NULL};

enum err api_features_read(struct call *call)
{
	return listing_read(call, &features);
}

void call_put_features(struct call *call)
{
	json_key(&call->members, "features");
	long_answer_listing(call, &features, STR("*"), features_on(call));
}

enum err api_find_feature(struct call *call)
{
	struct buf ignored = {0};
	struct view view = call_view(call);
	bool is_there = call_is_multimedia_on(call) && view_feature(&ignored, &view, call->id);
	buf_free(&ignored);
	return is_there ? OK : ERR_NOT_FOUND;
}

enum err api_feature_read(struct call *call)
{
	return listing_read_one(call, &features, call->id);
}

static struct keys settings_groups(struct call *call)
{
	size_t count = 0;
	while (view_settings_id(count).len)
		count++;
	struct keys keys = keys_new(call, count);
	while (keys.count < count) {
		keys.at[keys.count] = view_settings_id(keys.count);
		keys.count++;
	}
	return keys;
}

static const struct listing settings = {
	"settings", "settings", settings_groups, view_settings_group, NULL};

/* Whole without being asked: clients look for the names in it (Settings page). */
enum err api_settings_read(struct call *call)
{
	json_key(&call->members, settings.many);
	long_answer_listing(call, &settings, STR("*"), settings_groups(call));
	return OK;
}

enum err api_find_settings(struct call *call)
{
	for (size_t i = 0; view_settings_id(i).len; i++)
		if (str_eq(view_settings_id(i), call->id))
			return OK;
	return ERR_NOT_FOUND;
}

enum err api_settings_group_read(struct call *call)
{
	json_key(&call->members, "settings");
	return view_settings(&call->members, call_core(call), call->id) ? OK : ERR_NOT_FOUND;
}

/* --- what other media have ----------------------------------------------------------------------- */

/* /me/devices, /me/calls, /me/chats: clients read them when they come back (Recovering Existing State). */
enum err api_no_things_read(struct call *call)
{
	const char *name = strrchr(call->resource->path, '/') + 1;
	json_key(&call->members, params_has(call, "fields") ? name : "uris");
	buf_puts(&call->members, "[]");
	return OK;
}
