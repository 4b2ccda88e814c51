/* bayeux_client.h - a browser tab or program that fetches notifications. */
#ifndef PUSH_BAYEUX_CLIENT_H
#define PUSH_BAYEUX_CLIENT_H

#include "push/backlog.h"
#include "push/push.h"
#include "push/push_user.h"

#define CLIENT_ID_BYTES 16
#define CLIENT_ID_LEN   (2 * CLIENT_ID_BYTES) /* lower-case hexadecimal */

/* For an id that does not exist, was forgotten, or is somebody else's: the same answer. */
#define BAYEUX_UNKNOWN_CLIENT "402::Unknown client"

struct slice;

/* In which line a client stands (longpoll.h). */
enum line_kind {
	LINE_NONE,   /* not yet in one */
	LINE_HELD,   /* its poll is held until there is something to tell, or the deadline */
	LINE_SILENT, /* owes us a message before the deadline */
};

struct bayeux_client {
	unsigned char id[CLIENT_ID_BYTES];
	struct push_user *user;
	struct login *login;      /* it belongs to; NULL: made with Basic, the user's only */
	struct login *poll_login; /* by which the held poll was asked */
	struct backlog *backlog;  /* NULL: empty */
	struct slice *slice;   /* of a history, on its way to the held poll; or NULL (history.h) */
	char *poll_id;         /* JSON of the held poll's message id, or NULL; owned */
	char poll_id_room[16]; /* where a short one lies, as all are that count */
	msec deadline;         /* of its line */
	struct bayeux_client *prev, *next;           /* its line */
	struct bayeux_client *user_prev, *user_next; /* user->clients */
	struct http_ref poll;                        /* LINE_HELD: the request that is held */
	uint32_t subscriptions;                      /* set of 1 << enum topic */
	uint8_t line;                                /* enum line_kind */
	bool is_connected;                           /* sent a first connect */
	UT_hash_handle hh;
};

/* 18,000 of them are kept (HTTP_CONNECTIONS_MAX); ARCHITECTURE.md: what an idle client costs. */
_Static_assert(sizeof(struct bayeux_client) <= 192, "an idle client is small");

/* How a held poll ends. */
enum poll_end {
	POLL_DONE,    /* connect again at once */
	POLL_FIRST,   /* the same, and how we poll here */
	POLL_STOP,    /* the server stops: connect again, to whoever serves then */
	POLL_NONE,    /* the client said good-bye */
	POLL_UNKNOWN, /* the client is forgotten: handshake again */
};

/* A new client of the caller. The user's client that was silent longest makes room. */
struct bayeux_client *bayeux_client_new(struct push *push, const struct caller *caller);
/* The client with this id, if it is the caller's; else NULL, whether it exists or not. */
struct bayeux_client *bayeux_client_find(
	struct push *push, struct str id, const struct caller *caller);
void bayeux_client_put_id(const struct bayeux_client *client, char out[CLIENT_ID_LEN]);
/* It sent something: it is no longer the one silent longest, and has time anew. */
void bayeux_client_heard(struct push *push, struct bayeux_client *client);
/* Hands over the notes (a list) that it hears: to its held poll, else, or what is too long for that, to
 * its backlog. A client that leaves too much waiting is dropped. */
void bayeux_client_deliver(struct push *push, struct bayeux_client *client, struct note *notes);
/* Forgets the client; a held poll is answered so. */
void bayeux_client_drop(struct push *push, struct bayeux_client *client, enum poll_end end);

#endif
