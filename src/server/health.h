/* health.h - how a server is, for its operator: three paths on a listener of its own (setting admin.listen), without
 * a login, and the same through the admin socket (`sotto status`).
 *
 *   GET /healthz   200: the loop turns
 *   GET /readyz    200: what is asked can be done; 503: it cannot now, the body says what is missing
 *   GET /metrics   metrics.h
 *
 * Nothing of it is found on the address of the API. */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include "base/buf.h"
#include "base/err.h"

#include "base/ip.h"

struct server;
struct health;

#define HEALTH_CONNECTIONS_MAX 32 /* some who watch, each with a connection or two */

/* ERR_*: cannot listen there. *port: the one that it has. */
enum err health_listen(struct server *server, struct str host, unsigned port, struct health **out,
	unsigned *bound_port) MUST_CHECK;
/* Who may look; without any everybody who reaches it. */
void health_allow(struct health *health, const struct ip_block *blocks, size_t count);
void health_free(struct health **health);

/* Adds members to a JSON object: ready, version, started, store, journal, links, sessions, backup. */
void health_put(const struct server *server, struct buf *out);
bool health_is_ready(const struct server *server);

#endif
