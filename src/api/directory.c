/* directory.c - /users, /queues, /contacts, /features, /settings: what there is in the centre. */
#include "api/call.h"
#include "core/rules/assignment.h"
#include "view/directory.h"

#include <stdlib.h>
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
	EACH_THERE(core->users, user)
		keys.at[keys.count++] = user->b.id;
	return keys;
}

static bool put_user(struct buf *out, const struct view *view, struct str key)
{
	const struct user *user = core_user_there(view->core, key);
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

/* --- skills and groups: things are there while a user is assigned to them ------------------------- */

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* A group is one by its members and by its supervisors. */
static bool is_of(const struct assignment *one, enum assignment_kind kind)
{
	bool is_group = one->b.kind == ASSIGNED_MEMBER || one->b.kind == ASSIGNED_SUPERVISOR;
	return one->b.kind == kind || (kind == ASSIGNED_MEMBER && is_group);
}

static struct keys things(struct call *call, enum assignment_kind kind)
{
	const struct core *core = call_core(call);
	const struct user *user;
	const struct assignment *one;
	size_t room = 0, kept = 0;
	DL_FOREACH(core->users, user)
		DL_FOREACH(user->assignments, one)
			room += is_of(one, kind);
	struct keys keys = keys_new(call, room);
	DL_FOREACH(core->users, user)
		DL_FOREACH(user->assignments, one)
			if (is_of(one, kind))
				keys.at[keys.count++] = one->b.thing;
	qsort(keys.at, keys.count, sizeof *keys.at, by_name);
	for (size_t i = 0; i < keys.count; i++)
		if (kept == 0 || !str_eq(keys.at[kept - 1], keys.at[i]))
			keys.at[kept++] = keys.at[i];
	keys.count = kept;
	return keys;
}

static bool is_there(const struct core *core, enum assignment_kind kind, struct str name)
{
	const struct user *user;
	const struct assignment *one;
	DL_FOREACH(core->users, user)
		DL_FOREACH(user->assignments, one)
			if (is_of(one, kind) && str_eq(one->b.thing, name))
				return true;
	return false;
}

static struct keys all_skills(struct call *call)
{
	return things(call, ASSIGNED_SKILL);
}

static bool put_skill(struct buf *out, const struct view *view, struct str key)
{
	if (!is_there(view->core, ASSIGNED_SKILL, key))
		return false;
	view_skill(out, view, key);
	return true;
}

static const struct listing skills = {"skills", "skill", all_skills, put_skill, NULL};

enum err api_skills_read(struct call *call)
{
	return listing_read(call, &skills);
}

enum err api_find_skill(struct call *call)
{
	return is_there(call_core(call), ASSIGNED_SKILL, call->ids.id) ? OK : ERR_NOT_FOUND;
}

enum err api_skill_read(struct call *call)
{
	return listing_read_one(call, &skills, call->ids.id);
}

static struct keys all_groups(struct call *call)
{
	return things(call, ASSIGNED_MEMBER);
}

static bool put_group(struct buf *out, const struct view *view, struct str key)
{
	if (!is_there(view->core, ASSIGNED_MEMBER, key))
		return false;
	view_group(out, view, key);
	return true;
}

static const struct listing groups = {"groups", "group", all_groups, put_group, NULL};

enum err api_groups_read(struct call *call)
{
	return listing_read(call, &groups);
}

enum err api_find_group(struct call *call)
{
	return is_there(call_core(call), ASSIGNED_MEMBER, call->ids.id) ? OK : ERR_NOT_FOUND;
}

enum err api_group_read(struct call *call)
{
	return listing_read_one(call, &groups, call->ids.id);
}

static struct keys users_of_group(struct call *call, enum assignment_kind kind)
{
	const struct core *core = call_core(call);
	const struct user *user;
	struct keys keys = keys_new(call, user_count(core));
	DL_FOREACH(core->users, user)
		if (core_assignment(user, kind, call->ids.id))
			keys.at[keys.count++] = user->b.id;
	return keys;
}

static struct keys group_members(struct call *call)
{
	return users_of_group(call, ASSIGNED_MEMBER);
}

static struct keys group_supervisors(struct call *call)
{
	return users_of_group(call, ASSIGNED_SUPERVISOR);
}

enum err api_group_users_read(struct call *call)
{
	static const struct listing members = {"users", "user", group_members, put_user, NULL};
	return listing_read(call, &members);
}

enum err api_group_supervisors_read(struct call *call)
{
	static const struct listing supervisors = {
		"supervisors", "supervisor", group_supervisors, put_user, NULL};
	return listing_read(call, &supervisors);
}

static void put_assigned(struct call *call, const struct user *user, enum assignment_kind kind)
{
	struct view view = call_view(call);
	const struct assignment *one;
	buf_put_byte(&call->members, '[');
	DL_FOREACH(user->assignments, one) {
		if (one->b.kind != kind)
			continue;
		json_comma(&call->members);
		if (kind == ASSIGNED_SKILL)
			view_skill_of_user(&call->members, &view, one);
		else
			view_group(&call->members, &view, one->b.thing);
	}
	buf_put_byte(&call->members, ']');
}

void call_put_assignments(struct call *call, const struct user *user)
{
	if (params_wants(call, "skills")) {
		json_key(&call->members, "skills");
		put_assigned(call, user, ASSIGNED_SKILL);
	}
	if (params_wants(call, "groups")) {
		json_key(&call->members, "groups");
		put_assigned(call, user, ASSIGNED_MEMBER);
	}
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
	EACH_THERE(core->queues, queue)
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
	return core_queue(call_core(call), call->ids.id) ? OK : ERR_NOT_FOUND;
}

enum err api_queue_read(struct call *call)
{
	return listing_read_one(call, &queues, call->ids.id);
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
	struct str type, roles, groups, pattern;
};

static struct wanted wanted_of(struct call *call)
{
	struct wanted wanted = {.type = STR_NONE};
	struct str text;
	if (http_query(call->request, "type", &text))
		wanted.type = text;
	if (http_query(call->request, "roles", &text))
		wanted.roles = text;
	if (http_query(call->request, "includeUsersInBusinessUnits", &text))
		wanted.groups = text;
	if (http_query(call->request, "filterName", &text) && text.len &&
		http_query(call->request, "filterParameters", &text))
		wanted.pattern = pattern_text(text);
	return wanted;
}

static bool has_role(const struct user *user, struct str roles)
{
	for (unsigned i = 0; 1u << i < ROLES_END; i++)
		if (user->b.roles & 1u << i && str_lists(roles, str_of(view_role_name(i))))
			return true;
	return roles.len == 0;
}

static bool is_in_one(const struct user *user, struct str names)
{
	for (struct str rest = names; rest.len;)
		if (core_assignment(user, ASSIGNED_MEMBER, str_trim(str_cut(&rest, ','))))
			return true;
	return names.len == 0;
}

static bool is_wanted_user(const struct wanted *wanted, const struct user *user)
{
	bool is_type = wanted->type.len == 0 || str_is(wanted->type, "User");
	return is_type && has_role(user, wanted->roles) && is_in_one(user, wanted->groups) &&
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
	EACH_THERE(core->users, user)
		if (is_wanted_user(&wanted, user))
			keys.at[keys.count++] = user->b.id;
	EACH_THERE(core->queues, queue)
		if (is_wanted_queue(&wanted, queue))
			keys.at[keys.count++] = queue->b.name;
	return keys;
}

static bool put_contact(struct buf *out, const struct view *view, struct str key)
{
	const struct user *user = core_user_there(view->core, key);
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
	const struct core *core = call_core(call);
	bool is_there = core_user_there(core, call->ids.id) || core_queue(core, call->ids.id);
	return is_there ? OK : ERR_NOT_FOUND;
}

enum err api_contact_read(struct call *call)
{
	const struct user *user = core_user_there(call_core(call), call->ids.id);
	return listing_read_one(call, &contacts, user ? user->b.id : call->ids.id);
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
	bool is_there = call_is_multimedia_on(call) && view_feature(&ignored, &view, call->ids.id);
	buf_free(&ignored);
	return is_there ? OK : ERR_NOT_FOUND;
}

enum err api_feature_read(struct call *call)
{
	return listing_read_one(call, &features, call->ids.id);
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
		if (str_eq(view_settings_id(i), call->ids.id))
			return OK;
	return ERR_NOT_FOUND;
}

enum err api_settings_group_read(struct call *call)
{
	json_key(&call->members, "settings");
	return view_settings(&call->members, call_core(call), call->ids.id) ? OK : ERR_NOT_FOUND;
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
