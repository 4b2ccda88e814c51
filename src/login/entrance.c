/* entrance.c - from a request to who asks, and into its room. */
#include "login/entrance.h"

#include "login/login_table.h"

static const struct entrance_room *room_of(const struct entrance *entrance, struct str path)
{
	const struct entrance_room *room = entrance->rooms;
	while (room->owns && !room->owns(path))
		room++;
	return room;
}

static bool is_open(const struct entrance *entrance, const struct visit *visit)
{
	const struct http_request *request = visit->request;
	if (visit->room->is_public && request->method == HTTP_GET)
		return true;
	for (const struct entrance_open *open = entrance->open; open->path; open++)
		if (open->method == request->method && str_is(request->path, open->path))
			return true;
	return false;
}

static void visit_refuse(const struct visit *visit, enum err err)
{
	visit->room->refuse(visit->room->ctx, visit, err);
}

static void visit_enter(const struct visit *visit)
{
	enum err err = login_origin(visit->entrance->logins, visit->request, visit->caller);
	if (err == OK)
		visit->room->serve(visit->room->ctx, visit);
	else
		visit_refuse(visit, err);
}

static enum net_order order_of(const struct caller *caller)
{
	return caller && caller->user->b.roles & ROLE_SUPERVISOR ? NET_LAST : NET_FIRST;
}

static void visit_on_login(void *ctx, enum err err, const struct caller *caller)
{
	struct visit *visit = ctx;
	const struct entrance *entrance = visit->entrance;
	visit->caller = caller;
	entrance->order(entrance->ctx, visit->ref, order_of(caller));
	if (err == OK)
		visit_enter(visit);
	else
		visit_refuse(visit, err);
}

/* Whatever becomes of the request, and whoever answers it. */
static void add_headers(
	const struct entrance *entrance, const struct http_request *request, struct http_ref ref)
{
	struct buf lines = {0};
	login_cors_headers(entrance->logins, request, &lines);
	if (lines.len)
		entrance->add_headers(entrance->ctx, ref, buf_str(&lines));
	buf_free(&lines);
}

void entrance_request(
	const struct entrance *entrance, const struct http_request *request, struct http_ref ref)
{
	add_headers(entrance, request, ref);
	if (login_is_preflight(entrance->logins, request)) {
		entrance->allow(entrance->ctx, ref);
		return;
	}
	struct visit *visit = arena_take(request->arena, sizeof *visit);
	*visit = (struct visit) {.request = request,
		.ref = ref,
		.entrance = entrance,
		.room = room_of(entrance, request->path)};
	enum err err = visit->room->read(visit->room->ctx, visit);
	if (err != OK)
		visit_refuse(visit, err);
	else if (is_open(entrance, visit))
		visit_enter(visit);
	else
		login_check(
			entrance->logins, request, ref, visit->wants_cookie, visit_on_login, visit);
}
