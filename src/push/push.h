/* push.h - notifications to clients: the Bayeux engine (CometD) and its transports, long-polling and sockets.
 *
 * Bayeux 1.0 at /api/v2/notifications and the same with /handshake, /connect, ... behind it. Events
 * become notifications (notifications.def: one row per kind of event), rendered right after the
 * command and held by the gate until they are on disk. */
#ifndef PUSH_PUSH_H
#define PUSH_PUSH_H

#include "base/histogram.h"
#include "core/port.h"
#include "http/http.h"
#include "login/entrance.h"
#include "net/net.h"
#include "push/topic.h"
#include "view/view.h"
#include "wire/bayeux_msg.h"

/* CometD's names and defaults (doc/decisions 3). */
#define BAYEUX_TIMEOUT_MS      30000 /* a poll is held at most this long */
#define BAYEUX_INTERVAL_MS     0
#define BAYEUX_MAX_INTERVAL_MS 10000 /* silence after which a client is forgotten */
/* Backlog of one client; on overflow it is dropped with advice handshake and reads by GET. A history
 * weighs nothing in it: it is made when a poll takes it. */
#define BAYEUX_BACKLOG_MESSAGES_MAX 1000          /* a sleeping tab, not an attack */
#define BAYEUX_BACKLOG_BYTES_MAX    (1024 * 1024) /* the news of some minutes */
/* A poll takes no further note once it has so many bytes; the rest waits for the next one. */
#define BAYEUX_POLL_BYTES_MAX       (64 * 1024)
#define BAYEUX_CLIENTS_PER_USER_MAX 32 /* tabs; beyond, the one silent longest is dropped */
/* Limits of messages (batch, names, ids): wire/bayeux_msg.h. */

struct push_world {
	struct port *port; /* events of what is applied come back through push_events */
	struct net *net;
	void *ctx;
	void (*reply)(
		void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response);
	/* The request is done with; its reply comes later. */
	void (*hold_poll)(void *ctx, struct http_ref ref);
	/* What a client is told of it: the API's words. Of constant bytes. */
	struct http_response (*refusal)(enum err err);
	/* Sockets: as http_upgrade and the others of http_server.h. */
	bool (*upgrade)(void *ctx, struct http_ref ref, struct str headers);
	void (*write)(void *ctx, struct http_ref ref, const struct str *parts, size_t count);
	size_t (*unsent)(void *ctx, struct http_ref ref);
	void (*close)(void *ctx, struct http_ref ref);
};

struct push;
struct push *push_new(
	const struct push_world *world, struct login_table *logins, struct str external_url);
void push_free(struct push **push);

/* Bayeux's POSTs and sockets: /api/v2/notifications... */
struct entrance_room push_room(struct push *push);
/* Bytes of a socket, and that all which was written to it has left: as http_handler's on_bytes and on_room. */
size_t push_bytes(struct push *push, struct http_ref ref, struct str *bytes);
void push_drained(struct push *push, struct http_ref ref);
/* The client of a held poll, or of a socket, went away. */
void push_gone(struct push *push, struct http_ref ref);
/* A command was applied: turns its events into notifications (held until durable). */
void push_events(struct push *push, const struct event *events, size_t count);
/* So far the store's tables are. */
void push_projected(struct push *push, uint64_t lsn);
/* A login ended: its clients are dropped, held polls answered, sockets closed. */
void push_login_ended(struct push *push, struct login *login);
/* The user's roles changed: whoever is served last, or first, is so from the next connection on. */
void push_roles_changed(struct push *push, struct str user);
/* The server stops: held polls are answered (advice reconnect retry), none is held any more; sockets are closed. */
void push_stop(struct push *push);
/* After the core was rebuilt (a refused commit): users are found again by id. */
void push_rebind(struct push *push);
size_t push_clients(const struct push *push);
/* For the operator. */
struct push_counts {
	uint64_t silent, polling, sockets; /* clients, by what holds their connect at present */
	struct histogram
		age_ms; /* from the command to whom it is told, a number for each command and user */
	uint64_t told[TOPIC_COUNT]; /* notifications, whether a client hears them or not */
};
struct push_counts push_counts(const struct push *push);

#endif
