/* bayeux_client.h - a browser tab or program that fetches notifications. */
#ifndef PUSH_BAYEUX_CLIENT_H
#define PUSH_BAYEUX_CLIENT_H

#include "push/backlog.h"
#include "push/push.h"
#include "push/push_user.h"
#include "push/timeouts.h"
#include "push/transport.h"

#define CLIENT_ID_BYTES 16
#define CLIENT_ID_LEN   (2 * CLIENT_ID_BYTES) /* lower-case hexadecimal */

/* For an id that does not exist, was forgotten, or is somebody else's: the same answer. */
#define BAYEUX_UNKNOWN_CLIENT "402::Unknown client"

struct slice;
struct replay;

struct bayeux_client {
	unsigned char id[CLIENT_ID_BYTES];
	struct push_user *user;
	struct login *login;         /* it belongs to; NULL: made with Basic, the user's only */
	struct transport *transport; /* NULL: nothing can be sent now; borrowed */
	struct backlog *backlog;     /* NULL: empty */
	struct slice *slice;         /* of a history, to be delivered; or NULL (history.h) */
	struct replay *replay;       /* NULL: it is told things as they happen (replay.h) */
	struct timeout silent;       /* it owes us a message until then */
	struct bayeux_client *user_prev, *user_next; /* user->clients */
	uint32_t subscriptions;                      /* set of 1 << enum topic */
	bool is_connected;                           /* sent a first connect */
	/* CometD's acknowledge extension: what is sent stays in the backlog until the client says that it came. */
	bool acks;
	uint32_t sent;  /* so many of its first notes were, with the last batch */
	uint64_t batch; /* number of the last one */
	struct table_link by_id;
};

/* 18,000 of them are kept (HTTP_CONNECTIONS_MAX); bench/idle.mjs: what an idle client costs. */
_Static_assert(sizeof(struct bayeux_client) <= 144, "an idle client is small");

struct str bayeux_client_key(const struct table_link *by_id); /* of push->clients */
/* A new client of the caller. The user's client that was silent longest makes room. */
struct bayeux_client *bayeux_client_new(struct push *push, const struct caller *caller);
/* The client with this id, if it is the caller's; else NULL, whether it exists or not. */
struct bayeux_client *bayeux_client_find(
	struct push *push, struct str id, const struct caller *caller);
void bayeux_client_put_id(const struct bayeux_client *client, char out[CLIENT_ID_LEN]);
/* It sent something: it is no longer the one silent longest, and has time anew. */
void bayeux_client_heard(struct push *push, struct bayeux_client *client);
/* A connect of it is held by this transport, its only one: what waits is delivered. It is not silent
 * meanwhile. */
void bayeux_client_attach(
	struct push *push, struct bayeux_client *client, struct transport *transport);
/* Its transport is gone, with or without an answer: it is silent from now on. */
void bayeux_client_detach(struct push *push, struct bayeux_client *client);
/* The first of what waits, as one delivery by a transport with these ops takes it: as backlog_first. */
size_t bayeux_client_first(const struct bayeux_client *client, const struct transport_ops *by,
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX]);
/* So many of its first notes were sent: they are not told again, unless it acks and does not say that they came. */
void bayeux_client_sent(struct push *push, struct bayeux_client *client, size_t count);
/* What waits and was not sent is not told. */
void bayeux_client_forget_waiting(struct bayeux_client *client);
/* It acks, and this was the last batch that came (-1: it does not say): what did not is sent again. */
void bayeux_client_acked(struct bayeux_client *client, int64_t batch);
/* Delivers what waits, as far as its transport takes it; a slice of a history later. */
void bayeux_client_deliver(struct push *push, struct bayeux_client *client);
/* Adds the notes (a list) that it hears to its backlog, and delivers. A client that leaves too much
 * waiting is dropped. To one that is told what it missed they come in their place. */
void bayeux_client_tell(struct push *push, struct bayeux_client *client, struct note *notes);
/* Forgets the client; its transport is closed so. */
void bayeux_client_drop(struct push *push, struct bayeux_client *client, enum connect_end end);
/* The same of one that is told nothing any more. */
void bayeux_client_free(struct push *push, struct bayeux_client *client);
void bayeux_clients_start(struct push *push);
void bayeux_clients_stop(struct push *push); /* the timer */

#endif
