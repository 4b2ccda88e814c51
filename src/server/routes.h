/* routes.h - under which route a request counts: a row of the API's table, or one of a few others. A set that does not grow, whatever is
 * asked for; no path of a stranger is among them, nor anybody's id. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "base/buf.h"

struct server;

unsigned route_of(const struct server *server, struct str path);
/* Appends its name: "/api/v2/me/smssessions/{id}". False: there are no more. */
bool route_put_name(struct buf *out, unsigned route);

#endif
