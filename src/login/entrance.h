/* entrance.h - who asks: the one station between http/ and the rooms that answer (REST, Bayeux).
 *
 * Here stand the checks that come before any room's own, in the order of doc/decisions 1; the first that fails
 * answers:
 *   what is asked can be read at all (10) -> login (20, 4) -> foreign origin, token (3) -> the room
 * A browser's question whether a page of another site may ask (CORS) is answered here: it says nothing of what
 * is asked for, nor who would ask.
 * Supervisors come last: what they ask for takes nobody's time who could tell by the clock.
 * What needs no login is a table. Whoever is nobody here learns nothing else of what there is and what not: a
 * path that does not exist is a room's business as well. */
#ifndef LOGIN_ENTRANCE_H
#define LOGIN_ENTRANCE_H

#include "login/login.h"

#define ENTRANCE_ROOMS_MAX 4

/* A request on its way in; in the request's arena. */
struct visit {
	const struct http_request *request;
	struct http_ref ref;
	void *asked;       /* what the room's `read` made of the request */
	bool wants_cookie; /* set by `read`: who comes with Basic and no cookie gets one */
	const struct caller *caller; /* who asks; NULL: not known, or nobody has to be */
	const struct entrance *entrance;
	const struct entrance_room *room;
};

/* Each of serve and refuse owes the reply to visit->ref, perhaps later; one of them is called, once, unless
 * the client goes before (login_gone). */
struct entrance_room {
	void *ctx;
	bool (*owns)(struct str path); /* NULL: whatever no room before it owns */
	/* Reads what is asked, into the arena. An error is a refusal before it is known who asks. */
	enum err (*read)(void *ctx, struct visit *visit);
	void (*serve)(void *ctx, const struct visit *visit);
	void (*refuse)(void *ctx, const struct visit *visit, enum err err);
	bool is_public; /* to GET there nobody has to sign in */
};

/* What needs no login: its room serves it without a caller. */
struct entrance_open {
	enum http_method method;
	const char *path; /* NULL ends the table */
};

struct entrance {
	struct login_table *logins;
	void *ctx;
	void (*order)(void *ctx, struct http_ref ref, enum net_order order); /* as http_order */
	void (*add_headers)(
		void *ctx, struct http_ref ref, struct str lines); /* as http_add_headers */
	void (*allow)(void *ctx, struct http_ref ref); /* the answer to that question: success */
	const struct entrance_open *open;
	struct entrance_room
		rooms[ENTRANCE_ROOMS_MAX]; /* the first that owns the path; the last owns all */
};

/* Handles a request, until a room has it; from inside, or after the hashing thread. */
void entrance_request(
	const struct entrance *entrance, const struct http_request *request, struct http_ref ref);

#endif
