/* longpoll.h - the transport of held polls: a POST whose connect is answered when there is news, or in time.
 *
 * The POST of a connect that the engine holds is kept as a reply that is owed (http_ref). It is answered
 * once, with one array that ends in the connect's reply. */
#ifndef PUSH_LONGPOLL_H
#define PUSH_LONGPOLL_H

#include "push/bayeux_server.h"
#include "push/conn_slots.h"

extern const struct transport_ops longpoll_transport;

struct longpoll;

struct longpolls {
	struct timeouts held;      /* each at most BAYEUX_TIMEOUT_MS */
	struct conn_slots by_slot; /* those that are held */
	struct longpoll *spare;    /* what was held before is used again */
	struct buf end;            /* of one poll's answer at a time */
};

void longpolls_start(struct push *push);
/* Without answers; their clients have no transport any more. */
void longpolls_free(struct push *push);
/* Answers all of them, in the order of their ends. */
void longpolls_close(struct push *push, enum connect_end end);

/* Keeps the request of ref, by this login, for the connect that is held in the answer. */
void longpoll_hold(struct push *push, const struct bayeux_answer *answer, struct http_ref ref,
	const struct login *login);
/* The connection of a held poll is gone: no answer is owed. Others' refs are fine. */
void longpoll_gone(struct push *push, struct http_ref ref);

#endif
