/* routes.c - the rooms' own, then the rows of the API. */
#include "server/routes.h"

#include "api/docs.h"
#include "server/server_private.h"

enum { ROUTE_OTHER, ROUTE_PAGE, ROUTE_NOTIFICATIONS, ROUTE_HOOK, ROUTE_DOCS, ROUTE_API };
static const char *const names[] = {
	[ROUTE_OTHER] = "other", /* what is none, or was not understood */
	[ROUTE_PAGE] = "page",
	[ROUTE_NOTIFICATIONS] = "/api/v2/notifications",
	[ROUTE_HOOK] = PROVIDERS_HOOKS "{link}",
	[ROUTE_DOCS] = "docs"};

unsigned route_of(const struct server *server, struct str path)
{
	const struct entrance_room *rooms = server->entrance.rooms;
	unsigned number;
	struct http_response document;
	if (str_starts(path, STR(PROVIDERS_HOOKS)))
		return ROUTE_HOOK;
	if (api_route(path, &number))
		return ROUTE_API + number < HTTP_ROUTES_MAX ? ROUTE_API + number : ROUTE_OTHER;
	for (unsigned i = 0; rooms[i].owns; i++)
		if (rooms[i].owns(path))
			return ROUTE_PAGE + i;
	return docs_response(path, &document) ? ROUTE_DOCS : ROUTE_OTHER;
}

bool route_put_name(struct buf *out, unsigned route)
{
	const char *path = route < ROUTE_API ? names[route] : api_route_path(route - ROUTE_API);
	if (path)
		buf_printf(out, "%s%s", route < ROUTE_API ? "" : "/api/v2", path);
	return path;
}
