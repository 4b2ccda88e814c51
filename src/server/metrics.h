/* metrics.h - a server's numbers as Prometheus reads them: text format 0.0.4. For the operator alone: no user's name
 * and no phone number, but what supervisors do counts in them. */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "base/buf.h"

struct server;

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* All of them; the server is open. */
void metrics_put(const struct server *server, struct buf *out);

#endif
