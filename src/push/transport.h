/* transport.h - how a client is told anything: the seam between the Bayeux engine and connections.
 *
 * The engine (bayeux_server.h, bayeux_client.h) knows nothing of HTTP. A client has a transport while a
 * connect of it is held, and its messages are handed to that; otherwise they wait in its backlog, and the
 * client is forgotten if it stays silent. A held poll (longpoll.h) carries one array of messages and is over;
 * a socket (websocket.h) carries many, until it answers the connect: those of each command in one of their own.
 * A client that connects anew, there or elsewhere, has only the newer one.
 */
#ifndef PUSH_TRANSPORT_H
#define PUSH_TRANSPORT_H

#include "push/timeouts.h"

struct bayeux_client;
struct login;
struct str;
struct transport;

/* How a held connect ends. */
enum connect_end {
	CONNECT_DONE,    /* connect again at once */
	CONNECT_FIRST,   /* the same, and how one connects here */
	CONNECT_STOP,    /* the server stops: connect again, to whoever serves then */
	CONNECT_NONE,    /* the client said good-bye */
	CONNECT_UNKNOWN, /* the client is forgotten: handshake again */
};

struct transport_ops {
	const char *connection_type; /* Bayeux's name for it */
	bool lasts; /* a delivery is not its end: what one command told leaves by itself */
	/* Sends so many messages, at least one, which are on disk: each a part that ends with a comma, borrowed
	 * while it sends. There is room for a part of its own behind them. */
	void (*deliver)(struct transport *transport, struct str *parts, size_t count);
	/* Answers the connect that it holds, and is not the client's any more. */
	void (*close)(struct transport *transport, enum connect_end end);
	/* Does it take more now? If not, it has the client deliver later. NULL: it always does. */
	bool (*has_room)(const struct transport *transport);
};

struct transport {
	const struct transport_ops *ops;
	struct bayeux_client *client; /* by bayeux_client_attach; NULL: nobody's */
	const struct login *login;    /* by which was asked: it closes with that */
	/* Of the connect that it holds, for whoever answers it. */
	struct timeout held; /* it is answered then at the latest */
	struct str id;       /* JSON of its message's id: in the room, or owned */
	char room[16];       /* all ids that count are short */
};

bool transport_has_room(const struct transport *transport);
void transport_keep_id(struct transport *transport, struct str id);
void transport_forget_id(struct transport *transport);
struct transport *transport_of_held(struct timeout *held);
/* Its time is over (a timeouts' expired): the client connects again. */
void transport_due(void *ctx, struct timeout *held);

#endif
