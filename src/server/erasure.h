/* erasure.h - a contact is erased: the journal is read for what it knows of it, beside the work, and then all of it goes
 * in one command. */
#ifndef SERVER_ERASURE_H
#define SERVER_ERASURE_H

#include "centre/centre.h"

struct erasure;

/* folder: where the journal lies; borrowed. */
struct erasure *erasure_new(struct net *net, struct centre *centre, struct str folder);
void erasure_free(struct erasure **erasure);

/* Asked again and again until it is done: begins it, says how far it is, and at last what came of it.
 * → {"ok":true,"state":"reading"|"following"} or {"ok":true,"state":"done","rows":12,"sessions":2}. False: it
 * is not over, and to be asked again. As admin_world.erase. */
bool erasure_ask(void *ctx, struct str phone, struct buf *answer, uint64_t *lsn);
/* What happened: of what is being erased nothing must. */
void erasure_events(struct erasure *erasure, const struct event *events, size_t count);
/* Begun, and not over yet. */
bool erasure_is_busy(const struct erasure *erasure);
/* fn(ctx) is called when it is over, and can be asked what came of it. */
void erasure_when_over(struct erasure *erasure, void (*fn)(void *ctx), void *ctx);

#endif
