/* api.h - the REST resources under /api/v2, except notifications (push/).
 *
 * A request becomes a row of operations.def, then a command; the order of checks is that of
 * doc/decisions 1, from where the entrance leaves it. Sockets and the disk are somebody else's: server/ lends this table. */
#ifndef API_API_H
#define API_API_H

#include "core/ledger.h"
#include "core/past.h"
#include "core/port.h"
#include "http/http.h"
#include "login/entrance.h"
#include "net/net.h"
#include "view/view.h"

struct api_world {
	struct port *port;
	msec started; /* when the server was: no two starts alike */
	bool is_demo; /* its users' passwords are no secret: the page offers them */
	void *ctx;
	/* Gives the reply once everything up to lsn is on disk (0: at once). Copies it. */
	void (*reply)(
		void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response);
	/* As reply, of an answer that goes on: its body is the first piece. api_more asks for each further
	 * one; a client that goes, or what is rolled back, ends it with api_gone. */
	void (*begin)(
		void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response);
	/* The piece that was asked for, once everything up to lsn is on disk. Copies it. */
	void (*piece)(void *ctx, struct http_ref ref, uint64_t lsn, struct str bytes, bool is_last);
	/* There is no further piece, though there should be: the client must notice. */
	void (*cut)(void *ctx, struct http_ref ref);
	/* For what takes a while. */
	struct net *net;
	/* Is it bound, or does its provider answer? */
	bool (*is_link_up)(void *ctx, struct str link);
	/* Where the monitoring ledger is read; the room frees it. */
	struct ledger_source *(*ledger)(void *ctx);
	/* Where sessions are read that the core has forgotten; the room frees it. NULL: nowhere. */
	struct past_source *(*past)(void *ctx);
	/* And earlier sessions of a contact, likewise. */
	struct earlier_source *(*earlier)(void *ctx);
};

struct api;
struct api *api_new(const struct api_world *world, struct login_table *logins,
	struct str external_url, bool always200, const char *version);
void api_free(struct api **api);

/* Whatever path nobody else owns: to whoever is signed in, 404 with 6 if it is none below /api/v2. */
struct entrance_room api_room(struct api *api);

/* Of which row of operations.def a path is: its number; false: of none. And its path there, with {id} and {session}; NULL: there
 * are no more. */
bool api_route(struct str path, unsigned *number);
const char *api_route_path(unsigned number);

/* What a command, or a deadline, led to; and that the core was made anew. */
void api_events(struct api *api, const struct event *events, size_t count);
void api_rebind(struct api *api);

/* A long answer's next piece is due. */
void api_more(struct api *api, struct http_ref ref);
/* Nothing more of the answer to ref is wanted; others' refs are fine. */
void api_gone(struct api *api, struct http_ref ref);

#endif
