/* choices.c - /canned-responses, /dispositions, /not-ready-reasons: what the centre lends its agents; administrators change it. */
#include "api/call.h"
#include "base/names.h"
#include "base/utf8.h"
#include "view/directory.h"

#include <utlist.h>

static enum choice_kind kind_of(const struct call *call)
{
	for (unsigned kind = 0; kind < choice_kind_count; kind++) {
		struct str folder = str_of(view_choice_folder(kind));
		if (str_starts(str_of(call->resource->path), str_from(folder.at, folder.len - 1)))
			return kind;
	}
	CHECK(!"a resource of choices");
	return 0;
}

/* --- reading ------------------------------------------------------------------------------------ */

/* A group's are for who is in it, and for who may change them. */
static bool is_for(const struct choice *choice, const struct user *user)
{
	return choice->b.scope != CHOICE_OF_GROUP || user->b.roles & ROLE_ADMIN ||
	       core_assignment(user, ASSIGNED_MEMBER, choice->b.thing) ||
	       core_assignment(user, ASSIGNED_SUPERVISOR, choice->b.thing);
}

static struct keys keys_of(struct call *call)
{
	const struct core *core = call_core(call);
	const enum choice_kind kind = kind_of(call);
	const struct choice *choice;
	struct keys keys = {.at = arena_take(call->request->arena,
				    (core->choice_count[kind] + 1) * sizeof(struct str))};
	DL_FOREACH(core->choices, choice)
		if (choice->b.kind == kind && is_for(choice, call->caller->user))
			keys.at[keys.count++] = choice->b.name;
	return keys;
}

static bool put(struct buf *out, const struct view *view, enum choice_kind kind, struct str key)
{
	const struct choice *choice = core_choice(view->core, kind, key);
	if (choice)
		view_choice(out, view, choice);
	return choice != NULL;
}

static bool put_response(struct buf *out, const struct view *view, struct str key)
{
	return put(out, view, CHOICE_RESPONSE, key);
}

static bool put_disposition(struct buf *out, const struct view *view, struct str key)
{
	return put(out, view, CHOICE_DISPOSITION, key);
}

static bool put_reason(struct buf *out, const struct view *view, struct str key)
{
	return put(out, view, CHOICE_REASON, key);
}

static const struct listing *listing_of(const struct call *call)
{
	static const struct listing listings[] = {
		[CHOICE_RESPONSE] = {"cannedResponses", "cannedResponse", keys_of, put_response,
			NULL},
		[CHOICE_DISPOSITION] = {"dispositions", "disposition", keys_of, put_disposition,
			NULL},
		[CHOICE_REASON] = {"notReadyReasons", "notReadyReason", keys_of, put_reason, NULL},
	};
	return &listings[kind_of(call)];
}

enum err api_choices_read(struct call *call)
{
	return listing_read(call, listing_of(call));
}

enum err api_find_choice(struct call *call)
{
	const struct choice *choice = core_choice(call_core(call), kind_of(call), call->ids.id);
	return choice && is_for(choice, call->caller->user) ? OK : ERR_NOT_FOUND;
}

enum err api_choice_read(struct call *call)
{
	return listing_read_one(call, listing_of(call), call->ids.id);
}

/* --- changing ----------------------------------------------------------------------------------- */

/* A text that may be left out; *out stays as it is then. null: nothing. */
static enum err read_thing(struct call *call, const char *name, enum choice_scope scope,
	struct body_choice *body, bool *is_given)
{
	struct json_value value = json_value_member(call->body, str_of(name));
	*is_given = json_value_is_there(value) && !json_value_is_null(value);
	if (!*is_given)
		return OK;
	enum err e = params_text(call, name, 1, NAME_CHARS_MAX, &body->thing);
	body->scope = scope;
	return e == OK && names_wrong_thing(body->thing) ? ERR_RANGE : e;
}

/* Whose it is: of both it cannot be. */
static enum err read_scope(struct call *call, struct body_choice *body)
{
	bool has_group, has_queue = false;
	enum err e = read_thing(call, "groupName", CHOICE_OF_GROUP, body, &has_group);
	if (e == OK)
		e = read_thing(call, "queueName", CHOICE_OF_QUEUE, body, &has_queue);
	return e == OK && has_group && has_queue ? ERR_RANGE : e;
}

static enum err run(struct call *call, enum command_kind kind, const struct body_choice *body)
{
	call->command.kind = kind;
	call->command.choice = body;
	return api_provide(call);
}

static enum err read_name(struct call *call, struct body_choice *body)
{
	enum err e = params_text(call, "name", 1, NAME_CHARS_MAX, &body->name);
	const char *wrong = e != OK                         ? NULL
			    : body->kind == CHOICE_RESPONSE ? names_wrong_shortcut(body->name)
							    : names_wrong_choice(body->name);
	return wrong ? call_names(call, "name", ERR_RANGE) : e;
}

static enum err read_response(struct call *call, struct body_choice *body)
{
	enum err e = params_text(call, "text", 1, TEXT_CHARS_MAX, &body->text);
	if (e == OK && utf8_is_blank(body->text))
		e = call_names(call, "text", ERR_RANGE);
	return e == OK ? read_scope(call, body) : e;
}

enum err api_choice_create(struct call *call)
{
	struct view view = call_view(call);
	struct body_choice body = {.kind = kind_of(call)};
	enum err e = read_name(call, &body);
	if (e == OK && body.kind == CHOICE_RESPONSE)
		e = read_response(call, &body);
	if (e == OK)
		e = run(call, CMD_ADD_CHOICE, &body);
	if (e == OK) {
		json_member(&call->members, "id", body.name);
		view_address(&call->members, &view, view_choice_folder(kind_of(call)), body.name);
	}
	return e;
}

/* What is not there stays: whose it is as well. */
enum err api_response_update(struct call *call)
{
	struct body_choice body = core_choice(call_core(call), CHOICE_RESPONSE, call->ids.id)->b;
	struct json_value group = json_value_member(call->body, STR("groupName"));
	struct json_value queue = json_value_member(call->body, STR("queueName"));
	if (json_value_is_there(params_value(call, "id|name|uri|path")))
		return ERR_READ_ONLY;
	if (json_value_is_there(group) || json_value_is_there(queue)) {
		body.scope = CHOICE_OF_CENTRE;
		body.thing = STR_NONE;
	}
	enum err e = read_response(call, &body);
	return e == OK ? run(call, CMD_CHANGE_CHOICE, &body) : e;
}

enum err api_choice_remove(struct call *call)
{
	const struct body_choice body = {.kind = kind_of(call), .name = call->ids.id};
	return run(call, CMD_REMOVE_CHOICE, &body);
}
