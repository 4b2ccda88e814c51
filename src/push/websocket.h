/* websocket.h - the transport of sockets (RFC 6455): Bayeux both ways over one connection.
 *
 * A text is a batch of messages, as the body of a POST is, and its replies are one text. While a connect is held here
 * what its client is told leaves at once, what each command told in a frame of its own, never together with what its
 * commit happened to group; between two connects it waits, for a client that is gone sends no further one. Who acks is
 * told with the reply to the connect alone, as CometD does.
 *
 * A socket is its login's: it closes when that ends, and with it a clientId that a cookie has. */
#ifndef PUSH_WEBSOCKET_H
#define PUSH_WEBSOCKET_H

#include "push/bayeux_server.h"
#include "push/conn_slots.h"

/* Nothing more is told while so much waits to leave: the rest stays in the backlog, which is bounded. */
#define WEBSOCKET_UNSENT_MAX (64 * 1024)

extern const struct transport_ops websocket_transport;

struct websockets {
	struct timeouts held; /* connects, each at most BAYEUX_TIMEOUT_MS */
	struct conn_slots by_slot;
	struct arena arena; /* of one text at a time */
	struct buf end;     /* the reply to one connect at a time */
};

void websockets_start(struct push *push);
void websockets_free(struct push *push);
/* The connects that they hold are answered so, and all of them close. */
void websockets_close(struct push *push, enum connect_end end);
/* Those of a user that began with this login; NULL: all of the user's. */
void websockets_close_user(struct push *push, struct push_user *user, const struct login *login);

/* Answers a visitor who asks for a socket. ERR_BAD_HTTP: not in the way of RFC 6455. */
enum err websocket_open(struct push *push, const struct visit *visit) MUST_CHECK;

/* As push_bytes, push_drained and push_gone; others' refs are fine. */
size_t websocket_bytes(struct push *push, struct http_ref ref, struct str *bytes);
void websocket_drained(struct push *push, struct http_ref ref);
void websocket_gone(struct push *push, struct http_ref ref);

#endif
