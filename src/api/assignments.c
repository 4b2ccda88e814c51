/* assignments.c - /assignments: who is in which group, has which skill, serves which queue; administrators change it. */
#include "api/call.h"
#include "view/directory.h"

#include <utlist.h>

/* --- reading ------------------------------------------------------------------------------------ */

static struct str id_of(struct call *call, const struct assignment *one)
{
	char *id = arena_take(call->request->arena, ASSIGNMENT_ID_LEN);
	view_assignment_id(id, call_core(call), &one->b);
	return str_from(id, ASSIGNMENT_ID_LEN);
}

static struct keys all(struct call *call)
{
	const struct user *user;
	const struct assignment *one;
	size_t room = 0;
	DL_FOREACH(call_core(call)->users, user)
		DL_FOREACH(user->assignments, one)
			room++;
	struct keys keys = {
		.at = arena_take(call->request->arena, (room + 1) * sizeof(struct str))};
	DL_FOREACH(call_core(call)->users, user)
		DL_FOREACH(user->assignments, one)
			keys.at[keys.count++] = id_of(call, one);
	return keys;
}

static const struct assignment *find(const struct core *core, struct str id)
{
	const struct assignment *one;
	const struct user *user = id.len == ASSIGNMENT_ID_LEN
					  ? core_user_there(core, str_from(id.at, USER_ID_LEN))
					  : NULL;
	if (!user)
		return NULL;
	DL_FOREACH(user->assignments, one) {
		char its[ASSIGNMENT_ID_LEN];
		view_assignment_id(its, core, &one->b);
		if (str_eq(str_from(its, sizeof its), id))
			return one;
	}
	return NULL;
}

static bool put(struct buf *out, const struct view *view, struct str key)
{
	const struct assignment *one = find(view->core, key);
	if (one)
		view_assignment(out, view, &one->b);
	return one != NULL;
}

static const struct listing listing = {"assignments", "assignment", all, put, NULL};

enum err api_assignments_read(struct call *call)
{
	return listing_read(call, &listing);
}

enum err api_find_assignment(struct call *call)
{
	return find(call_core(call), call->ids.id) ? OK : ERR_NOT_FOUND;
}

enum err api_assignment_read(struct call *call)
{
	return listing_read_one(call, &listing, call->ids.id);
}

/* --- changing ----------------------------------------------------------------------------------- */

static enum err read_kind(struct call *call, struct body_assignment *body)
{
	struct str word;
	unsigned kind;
	enum err e = params_text(call, "kind", 1, NAME_CHARS_MAX, &word);
	if (e != OK)
		return e;
	if (!words_find(&assignment_kind_words, word, &kind))
		return call_names(call, "kind", ERR_RANGE);
	body->kind = kind;
	return OK;
}

static enum err read_name(struct call *call, struct body_assignment *body)
{
	enum err e = params_text(call, "name", 1, NAME_CHARS_MAX, &body->thing);
	return e == OK && names_wrong_thing(body->thing) ? call_names(call, "name", ERR_RANGE) : e;
}

/* Of a skill alone. */
static enum err read_level(struct call *call, struct body_assignment *body)
{
	struct json_value value = params_value(call, "level");
	if (!json_value_is_there(value))
		return OK;
	int64_t level;
	bool is_level = body->kind == ASSIGNED_SKILL && json_value_integer(value, &level) &&
			level >= 0 && level <= SKILL_LEVEL_MAX;
	if (!is_level)
		return call_names(call, "level", ERR_RANGE);
	body->level = (uint64_t)level;
	return OK;
}

enum err api_assignment_create(struct call *call)
{
	struct view view = call_view(call);
	struct body_assignment *body = arena_take(call->request->arena, sizeof *body);
	body->held = 1;
	enum err e = params_text(call, "userName", 1, NAME_CHARS_MAX, &body->user);
	if (e == OK)
		e = read_kind(call, body);
	if (e == OK)
		e = read_name(call, body);
	if (e == OK)
		e = read_level(call, body);
	call->command.kind = CMD_ASSIGN;
	call->command.assignment = body;
	if (e == OK)
		e = api_provide(call);
	if (e != OK)
		return e;
	char id[ASSIGNMENT_ID_LEN];
	body->user = core_user(call_core(call), body->user)->b.id; /* a name does as well */
	view_assignment_id(id, call_core(call), body);
	json_member(&call->members, "id", str_from(id, sizeof id));
	view_address(&call->members, &view, "/assignments/", str_from(id, sizeof id));
	return OK;
}

enum err api_assignment_remove(struct call *call)
{
	struct body_assignment *body = arena_take(call->request->arena, sizeof *body);
	*body = find(call_core(call), call->ids.id)->b;
	body->held = 0;
	call->command.kind = CMD_ASSIGN;
	call->command.assignment = body;
	return api_provide(call);
}
