/* provision.c - users, queues and links, as administrators change and see them: the commands of an operator's tools. */
#include "api/call.h"
#include "base/log.h"
#include "base/names.h"
#include "view/directory.h"

#include <utlist.h>

enum err api_provide(struct call *call)
{
	const struct user *user = call->caller->user;
	call->command.caller = call->caller->user;
	enum err e = api_run(call);
	if (e == OK && !call->repeated)
		log_info("admin", "user '%.*s': %s, at %.*s", STR_ARGS(user->b.name),
			command_name(call->command.kind), STR_ARGS(call->request->path));
	return e;
}

/* --- parameters that may be left out: *out stays as it is then ------------------------------------ */

static enum err read_name(struct call *call, const char *name, struct str *out)
{
	if (!json_value_is_there(json_value_member(call->body, str_of(name))))
		return OK;
	if (!params_gives(call, name)) {
		*out = STR_NONE;
		return OK;
	}
	enum err e = params_text(call, name, 0, NAME_CHARS_MAX, out);
	return e == OK && names_wrong_person(*out) ? call_names(call, name, ERR_RANGE) : e;
}

static enum err read_flag(struct call *call, const char *name, uint64_t *out)
{
	struct json_value value = params_value(call, name);
	if (!json_value_is_there(value))
		return OK;
	*out = json_value_is_true(value);
	return *out || json_value_is_false(value) ? OK : call_names(call, name, ERR_RANGE);
}

static unsigned role_of(struct str word)
{
	for (unsigned i = 0; 1u << i < ROLES_END; i++)
		if (str_is(word, view_role_name(i)))
			return 1u << i;
	return 0;
}

/* Of a user at least one, each as GET prints it. */
static enum err read_roles(struct call *call, uint64_t *out)
{
	struct json_value list = params_value(call, "roles"), entry;
	struct str entries = json_value_entries(list), word;
	if (!json_value_is_there(list))
		return OK;
	if (!json_value_is_array(list) || json_value_count(list) == 0)
		return call_names(call, "roles", ERR_RANGE);
	for (*out = 0; json_value_next(&entries, &entry);) {
		unsigned role =
			json_value_text(entry, call->request->arena, &word) ? role_of(word) : 0;
		if (!role)
			return call_names(call, "roles", ERR_RANGE);
		*out |= role;
	}
	return core_roles_fit(*out) ? OK : call_names(call, "roles", ERR_ROLES_APART);
}

/* What of a user an administrator changes, beside the password. */
static const char *const attributes[] = {"firstName", "lastName", "roles", "enabled", "sms"};
#define ATTRIBUTES (sizeof attributes / sizeof *attributes)

static enum err read_attributes(struct call *call, struct body_user *body)
{
	enum err e = read_name(call, "firstName", &body->first_name);
	if (e == OK)
		e = read_name(call, "lastName", &body->last_name);
	if (e == OK)
		e = read_roles(call, &body->roles);
	if (e == OK)
		e = read_flag(call, "enabled", &body->enabled);
	return e == OK ? read_flag(call, "sms", &body->provisioned) : e;
}

static enum err read_password(struct call *call, struct body_user *body)
{
	body->must_change = 1; /* who gave it knows it */
	enum err e = params_text(
		call, "password", PASSWORD_CHARS_MIN, PASSWORD_CHARS_MAX, &body->password);
	return e == OK ? read_flag(call, "changePasswordOnFirstLogin", &body->must_change) : e;
}

/* --- users ---------------------------------------------------------------------------------------- */

/* Whoever asked may not be an administrator any more. */
static enum err again(struct call *call, const struct caller *caller, enum err err)
{
	call->caller = caller;
	return err == OK && !(caller->user->b.roles & ROLE_ADMIN) ? ERR_ROLE : err;
}

static enum err hash_first(struct call *call, struct str password,
	void (*done)(void *ctx, enum err err, const struct caller *caller, const char *hash))
{
	const struct password_change change = {.request = call->request,
		.ref = call->ref,
		.caller = call->caller,
		.fresh = password,
		.is_anothers = true,
		.done = done,
		.ctx = call};
	enum err e = login_change_password(call->api->logins, &change);
	call->is_later = e == OK;
	return e;
}

static void put_made(struct call *call)
{
	struct view view = call_view(call);
	const struct user *user = call->repeated
					  ? core_user(call_core(call), call->repeated->b.made)
					  : call_core(call)->users->prev;
	if (!user)
		return;
	json_member(&call->members, "id", user->b.id);
	view_user_names(&call->members, &view, "uri", "path", user->b.id);
}

static void new_users_password_is_hashed(
	void *ctx, enum err err, const struct caller *caller, const char *hash)
{
	struct call *call = ctx;
	err = again(call, caller, err);
	if (err == OK) {
		struct body_user *body = arena_take(call->request->arena, sizeof *body);
		*body = *call->command.new_user;
		body->password = str_of(hash);
		call->command.new_user = body;
		err = api_provide(call);
	}
	if (err == OK)
		put_made(call);
	call_answer(call, err);
}

static enum err read_new_user(struct call *call, struct body_user *body)
{
	*body = (struct body_user) {.enabled = 1, .provisioned = 1, .roles = ROLE_AGENT};
	enum err e = params_text(call, "userName", 1, NAME_CHARS_MAX, &body->name);
	if (e == OK && names_wrong_user(body->name))
		e = call_names(call, "userName", ERR_RANGE);
	if (e == OK)
		e = read_attributes(call, body);
	return e == OK ? read_password(call, body) : e;
}

enum err api_user_create(struct call *call)
{
	struct body_user *body = arena_take(call->request->arena, sizeof *body);
	if (call->repeated) {
		call->lsn = call->repeated->lsn;
		put_made(call);
		return OK;
	}
	enum err e = read_new_user(call, body);
	/* Before it costs a hash. */
	call->command.kind = CMD_ADD_USER;
	call->command.new_user = body;
	if (e == OK)
		e = core_can(call_core(call), &call->command);
	return e == OK ? hash_first(call, body->password, new_users_password_is_hashed) : e;
}

static void password_is_hashed(
	void *ctx, enum err err, const struct caller *caller, const char *hash)
{
	struct call *call = ctx;
	struct user *user = core_user_there(call_core(call), call->ids.id);
	err = again(call, caller, err);
	if (err == OK && !user)
		err = ERR_NOT_FOUND;
	if (err == OK) {
		call->command.kind = CMD_CHANGE_PASSWORD;
		call->command.password.user = user;
		call->command.password.hash = str_of(hash);
		err = api_provide(call);
	}
	call_answer(call, err);
}

/* Alone: what else is changed is another command. */
static enum err change_password(struct call *call)
{
	struct body_user body = {.name = STR_NONE};
	for (size_t i = 0; i < ATTRIBUTES; i++)
		if (params_gives(call, attributes[i]))
			return call_names(call, attributes[i], ERR_RANGE);
	enum err e = read_password(call, &body);
	call->command.password.must_change = body.must_change;
	return e == OK ? hash_first(call, body.password, password_is_hashed) : e;
}

static bool is_own(const struct call *call)
{
	return call->target == call->caller->user;
}

/* Who could not come back any more is put out by somebody else. */
enum err api_user_update(struct call *call)
{
	struct body_user *as = arena_take(call->request->arena, sizeof *as);
	*as = call->target->b;
	if (params_gives(call, "id|userName|uri|path"))
		return ERR_READ_ONLY;
	if (is_own(call) && params_gives(call, "roles|enabled|password"))
		return ERR_OWN_USER;
	if (params_gives(call, "password"))
		return change_password(call);
	bool is_any = false;
	for (size_t i = 0; i < ATTRIBUTES; i++)
		is_any |= json_value_is_there(json_value_member(call->body, str_of(attributes[i])));
	if (!is_any)
		return ERR_MISSING_PARAMETER;
	enum err e = read_attributes(call, as);
	call->command.kind = CMD_CHANGE_USER;
	call->command.change_user.user = call->target;
	call->command.change_user.as = as;
	return e == OK ? api_provide(call) : e;
}

enum err api_user_remove(struct call *call)
{
	if (is_own(call))
		return ERR_OWN_USER;
	call->command.kind = CMD_REMOVE_USER;
	call->command.removed = call->target;
	return api_provide(call);
}

/* --- queues ----------------------------------------------------------------------------------------- */

static enum err read_number(struct call *call, struct str *out)
{
	enum err e = params_text(call, "phoneNumber", 1, NUMBER_CHARS_MAX, out);
	return e == OK && names_wrong_number(*out) ? call_names(call, "phoneNumber", ERR_RANGE) : e;
}

enum err api_queue_create(struct call *call)
{
	struct view view = call_view(call);
	struct body_queue *body = arena_take(call->request->arena, sizeof *body);
	enum err e = params_text(call, "name", 1, NAME_CHARS_MAX, &body->name);
	if (e == OK && names_wrong_choice(body->name))
		e = call_names(call, "name", ERR_RANGE);
	if (e == OK)
		e = read_number(call, &body->number);
	if (e == OK)
		e = params_text(call, "linkName", 1, NAME_CHARS_MAX, &body->link);
	call->command.kind = CMD_ADD_QUEUE;
	call->command.new_queue = body;
	if (e == OK)
		e = api_provide(call);
	if (e == OK) {
		json_member(&call->members, "id", body->name);
		view_address(&call->members, &view, "/queues/", body->name);
	}
	return e;
}

enum err api_queue_update(struct call *call)
{
	const struct core *core = call_core(call);
	struct body_queue *body = arena_take(call->request->arena, sizeof *body);
	enum err e = OK;
	*body = core_queue(core, call->ids.id)->b;
	if (params_gives(call, "id|name|uri|path|channel|internal"))
		return ERR_READ_ONLY;
	if (!params_gives(call, "phoneNumber|linkName"))
		return ERR_MISSING_PARAMETER;
	if (params_gives(call, "phoneNumber"))
		e = read_number(call, &body->number);
	if (e == OK && params_gives(call, "linkName"))
		e = params_text(call, "linkName", 1, NAME_CHARS_MAX, &body->link);
	const struct queue *same = e == OK ? core_queue_of_phone(core, body->number) : NULL;
	if (same && !str_eq(same->b.name, body->name))
		return ERR_ALREADY;
	call->command.kind = CMD_CHANGE_QUEUE;
	call->command.new_queue = body;
	return e == OK ? api_provide(call) : e;
}

enum err api_queue_remove(struct call *call)
{
	call->command.kind = CMD_REMOVE_QUEUE;
	call->command.name = call->ids.id;
	return api_provide(call);
}

/* --- links: what they are is the file's to say ------------------------------------------------------- */

enum err api_links_read(struct call *call)
{
	const struct link *link;
	json_key(&call->members, "links");
	buf_put_byte(&call->members, '[');
	EACH_THERE(call_core(call)->links, link) {
		json_comma(&call->members);
		buf_put_byte(&call->members, '{');
		json_member(&call->members, "name", link->b.name);
		json_member_bool(&call->members, "isUp",
			call->api->world.is_link_up(call->api->world.ctx, link->b.name));
		json_member_u64(&call->members, "unsent", link->unsent_count);
		buf_put_byte(&call->members, '}');
	}
	buf_put_byte(&call->members, ']');
	call->lsn = call_core(call)->lsn;
	return OK;
}
