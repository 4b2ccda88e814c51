/* api.c - the order of checks behind the entrance (doc/decisions 1): the first that fails answers. */
#include "api/call.h"
#include "api/docs.h"

#include <stdlib.h>

static const struct str root = {"/api/v2", 7};

struct api *api_new(const struct api_world *world, struct login_table *logins,
	struct str external_url, bool always200, const char *version)
{
	struct api *api = mem_new(sizeof *api);
	api->world = *world;
	api->references = references_new();
	api->logins = logins;
	api->external_url = str_copy(external_url);
	api->version = str_copy(str_of(version));
	api->always200 = always200;
	api->wall = wall_new(world->started, world->port->core);
	return api;
}

void api_free(struct api **api)
{
	if (!*api)
		return;
	long_answers_free(*api);
	held_deeds_free(*api);
	calls_later_end(*api);
	references_free(&(*api)->references);
	wall_free(&(*api)->wall);
	str_free(&(*api)->external_url);
	str_free(&(*api)->version);
	free(*api);
	*api = NULL;
}

void api_events(struct api *api, const struct event *events, size_t count)
{
	wall_events(api->wall, api->world.port->core, events, count);
}

void api_rebind(struct api *api)
{
	wall_rebind(api->wall, api->world.port->core);
}

/* --- the checks, in their order --------------------------------------------------------------- */

static bool is_get(const struct call *call)
{
	return call->request->method == HTTP_GET;
}

static bool is_update(const struct call *call)
{
	return call->request->method == HTTP_PUT;
}

static bool is_removal(const struct call *call)
{
	return call->request->method == HTTP_DELETE;
}

static bool is_creation(const struct call *call)
{
	return call->request->method == HTTP_POST && call->resource && route_create(call->resource);
}

static bool is_operation(const struct call *call)
{
	return !is_get(call) && !is_update(call) && !is_removal(call) && !is_creation(call);
}

/* Code 8: whoever has to choose a password first of all may do that, and read who it is. */
static enum err check_password(struct call *call)
{
	if (!call->caller || !login_must_change(call->caller))
		return OK;
	bool is_me = call->resource && str_is(call->request->path, "/api/v2/me");
	return is_me && (is_get(call) || is_update(call)) ? OK : ERR_MUST_CHANGE_PASSWORD;
}

/* Code 6. */
static enum err check_route(struct call *call)
{
	return call->resource ? OK : ERR_NOT_FOUND;
}

static enum err check_feature(struct call *call)
{
	return call->resource->feature(call);
}

static enum err check_method(struct call *call)
{
	if (is_get(call))
		return call->resource->read ? OK : ERR_METHOD;
	if (is_update(call))
		return route_update(call->resource) ? OK : ERR_METHOD;
	if (is_removal(call))
		return route_remove(call->resource) ? OK : ERR_METHOD;
	bool is_known = call->request->method == HTTP_POST &&
			(is_creation(call) || route_has_operations(call->resource));
	return is_known ? OK : ERR_METHOD;
}

/* Code 5. */
static enum err check_role(struct call *call)
{
	return call->resource->role(call);
}

/* Code 6. */
static enum err check_target(struct call *call)
{
	return call->resource->find(call);
}

/* Codes 1 and 2; 10 if the name is no text. */
static enum err check_operation(struct call *call)
{
	struct str name;
	if (!is_operation(call))
		return OK;
	struct json_value value = params_value(call, "operationName");
	if (!json_value_is_there(value))
		return ERR_MISSING_OPERATION;
	if (!json_value_text(value, call->request->arena, &name))
		return call_names(call, "operationName", ERR_RANGE);
	call->operation = route_operation(call->resource, name);
	return call->operation ? OK : ERR_UNKNOWN_OPERATION;
}

/* Code 3: forbidden whatever the state. */
static enum err check_may(struct call *call)
{
	if (!is_operation(call))
		return OK;
	call->command.kind = call->operation->command;
	call->command.caller = call->caller->user;
	if (call->session)
		call->command.session = call->session;
	else if (call->target)
		call->command.agent = call->target;
	if (call->session && call->target)
		call->command.intrude.agent = call->target;
	if (call->hand)
		call->command.intrude.hand = call->hand;
	return core_may(call_core(call), &call->command);
}

/* Codes 1 and 10; 6 for a user or queue named by a parameter. */
static enum err check_params(struct call *call)
{
	return is_operation(call) ? params_read(call) : OK;
}

/* Codes 2 and 6 come from the core, 4 from the store. */
static enum err act(struct call *call)
{
	if (is_get(call))
		return call->resource->read(call);
	if (is_update(call))
		return route_update(call->resource)(call);
	if (is_removal(call))
		return route_remove(call->resource)(call);
	return is_creation(call) ? route_create(call->resource)(call) : call->operation->act(call);
}

static const struct {
	call_step *check;
	bool is_once; /* what was asked before was checked then, and may be otherwise by now */
} steps[] = {
	{check_password, false},
	{check_route, false},
	{check_feature, false},
	{check_method, false},
	{once_check, false},
	{check_role, true},
	{check_target, true},
	{check_operation, false},
	{check_may, true},
	{check_params, true},
	{act, false},
};

static enum err walk(struct call *call)
{
	enum err e = OK;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0] && e == OK; i++)
		if (!steps[i].is_once || !call->repeated)
			e = steps[i].check(call);
	return e;
}

/* --- the room ---------------------------------------------------------------------------------- */

static bool is_below_root(struct str path)
{
	return str_starts(path, root) && (path.len == root.len || path.at[root.len] == '/');
}

bool api_route(struct str path, unsigned *number)
{
	struct route_ids ids;
	const struct resource *resource =
		is_below_root(path) ? route_find(str_skip(path, root.len), &ids) : NULL;
	if (resource)
		*number = (unsigned)(resource - route_resource(0));
	return resource;
}

const char *api_route_path(unsigned number)
{
	const struct resource *resource = route_resource(number);
	return resource ? resource->path : NULL;
}

/* Limits were asked by http/; what is left is JSON. */
static enum err room_read(void *ctx, struct visit *visit)
{
	const struct http_request *request = visit->request;
	struct call *call = visit->asked = arena_take(request->arena, sizeof *call);
	*call = (struct call) {.api = ctx, .request = request, .ref = visit->ref};
	if (is_below_root(request->path))
		call->resource = route_find(str_skip(request->path, root.len), &call->ids);
	visit->wants_cookie = is_get(call) && str_is(request->path, "/api/v2/me");
	/* Of PUT without a body it is asked later what it lacks. */
	bool has_body =
		request->method == HTTP_POST || (request->method == HTTP_PUT && request->body.len);
	if (!has_body)
		return OK;
	bool is_json = json_value_read(request->body, &call->body);
	return is_json && json_value_is_object(call->body) ? OK : ERR_BAD_JSON;
}

static void room_serve(void *ctx, const struct visit *visit)
{
	struct call *call = visit->asked;
	struct http_response document;
	if (is_get(call) && docs_response(visit->request->path, &document)) {
		call->api->world.reply(call->api->world.ctx, call->ref, 0, &document);
		return;
	}
	call->caller = visit->caller;
	enum err err = walk(call);
	if (err != OK || !call->is_later)
		call_answer(call, err);
}

static void room_refuse(void *ctx, const struct visit *visit, enum err err)
{
	struct call *call = visit->asked;
	call->caller = visit->caller;
	call_answer(call, err);
}

struct entrance_room api_room(struct api *api)
{
	return (struct entrance_room) {
		.ctx = api, .read = room_read, .serve = room_serve, .refuse = room_refuse};
}

/* --- checks that rows share ------------------------------------------------------------------- */

bool call_is_multimedia_on(const struct call *call)
{
	return call_core(call)->centre.multimedia != 0;
}

enum err api_feature_none(struct call *call)
{
	return OK;
}

enum err api_feature_multimedia(struct call *call)
{
	return call_is_multimedia_on(call) ? OK : ERR_FEATURE_OFF;
}

enum err api_feature_if_named(struct call *call)
{
	bool is_named = is_get(call) && params_lists(call, "subresources", "smssessions");
	return is_named ? api_feature_multimedia(call) : OK;
}

enum err api_role_any(struct call *call)
{
	return OK;
}

/* Everybody but a program, which reads what its feed tells of and nothing else. */
enum err api_role_staff(struct call *call)
{
	return user_is_integrator(call->caller->user) ? ERR_ROLE : OK;
}

/* A program may read, and change its own password. */
enum err api_role_staff_to_act(struct call *call)
{
	return is_get(call) || is_update(call) ? OK : api_role_staff(call);
}

enum err api_role_staff_to_read(struct call *call)
{
	return is_get(call) ? api_role_staff(call) : api_role_admin(call);
}

enum err api_role_supervisor(struct call *call)
{
	return call->caller->user->b.roles & ROLE_SUPERVISOR ? OK : ERR_ROLE;
}

enum err api_role_auditor(struct call *call)
{
	return call->caller->user->b.roles & ROLE_AUDITOR ? OK : ERR_ROLE;
}

enum err api_role_admin(struct call *call)
{
	return call->caller->user->b.roles & ROLE_ADMIN ? OK : ERR_ROLE;
}

enum err api_role_admin_to_change(struct call *call)
{
	return is_get(call) ? OK : api_role_admin(call);
}

enum err api_find_nothing(struct call *call)
{
	return OK;
}

/* What was done already is not done again: its answer waits for the same commit. */
enum err api_run(struct call *call)
{
	if (call->repeated) {
		call->lsn = call->repeated->lsn;
		return OK;
	}
	return port_apply(call->api->world.port, &call->command, &call->lsn);
}

enum err api_run_numbered(struct call *call)
{
	uint64_t *last = references_of(call->api->references, call->caller->user->b.id);
	call->command.reference = call->repeated ? call->repeated->b.reference : *last + 1;
	enum err e = api_run(call);
	if (e != OK)
		return e;
	if (!call->repeated)
		*last = call->command.reference;
	json_member_u64(&call->members, "referenceId", call->command.reference);
	return OK;
}
