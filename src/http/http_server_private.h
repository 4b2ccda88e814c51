/* http_server_private.h - the server's inside: shared by http_server.c, http_conn.c, http_long.c, http_socket.c. */
#ifndef HTTP_HTTP_SERVER_PRIVATE_H
#define HTTP_HTTP_SERVER_PRIVATE_H

#include "http/http_parse.h"
#include "http/http_server.h"
#include "http/http_waits.h"

/* Parsers (6 KiB each) kept for the next requests: as many as answers wait for one commit. */
#define HTTP_SPARE_PARSERS 32

/* How long the last that was written may take to be read before the connection goes. */
#define HTTP_LINGER_MS 5000

/* What is true of a connection; beside it, a reply may be owed in ANSWERING, HELD, LONG and CLOSING. */
enum http_conn_state {
	CONN_IDLE,      /* between two requests; nothing of a request has come */
	CONN_ASKING,    /* a part of a request has come and is in `parse` */
	CONN_ANSWERING, /* the handler has a request, which is in `parse` */
	CONN_HELD,      /* the handler answers later; the request's memory is gone */
	CONN_LONG,      /* a long reply is begun and has not ended; the same */
	CONN_SOCKET,    /* it speaks something else, until its end; a reply counts as owed */
	CONN_CLOSING,   /* nothing is read or written any more; waits for net's on_closed */
};

/* An idle or held client costs this and net's connection: keep it small. */
struct http_conn {
	struct http_server *server;
	struct net_conn *net;
	struct http_parse *parse; /* in ASKING and ANSWERING */
	struct buf backlog;       /* bytes that came while no request could be taken */
	struct http_wait place;   /* in idle, asking, ready or stalled; none while a reply is due */
	struct http_wait writing; /* in the server's writing while reply bytes are unsent */
	size_t unsent_mark;       /* unsent bytes at the last look, with what was written since */
	size_t partial;           /* its part of the server's `partial` */
	size_t socket_kept;       /* in SOCKET: as the handler said */
	msec asked_at;            /* the handler got the request then */
	struct net_turn *turn;    /* in LONG: of the next piece; owned */
	struct str headers;       /* further ones of the reply that is owed; owned */
	uint32_t slot;
	enum http_conn_state state;
	uint8_t route;       /* of the request that is taken */
	bool is_owed : 1;    /* a reply, to the slot's present generation */
	bool is_taking : 1;  /* its bytes are being taken: what follows a reply goes on there */
	bool is_reading : 1; /* as last told to net */
	bool keeps_alive : 1;
	bool is_http10 : 1;
	bool is_head : 1;
	bool is_piece_owed : 1; /* on_more was called */
};
_Static_assert(sizeof(struct http_conn) <= 184, "an idle client must stay small");

/* Outlives its connections: the generation counts requests, so an old ref fits no later one. */
struct http_slot {
	struct http_conn *conn;
	uint32_t generation;
};

struct http_server {
	struct net *net;
	struct http_handler handler;
	size_t connections_max;
	struct ip_block *allowed; /* who may connect */
	size_t allowed_count;     /* 0: everybody */
	struct ip_block *proxies; /* trusted ones */
	size_t proxy_count;
	struct net_listener **listeners;
	size_t listener_count;
	struct http_slot *slots;
	uint32_t slot_count;
	uint32_t *free_slots; /* a stack */
	uint32_t free_count;
	size_t connections;
	size_t partial; /* bytes of unfinished requests, beyond what each connection has free */
	size_t partial_max;
	struct http_waits idle;
	struct http_waits asking;
	struct http_waits writing;
	struct http_waits ready;   /* their backlog can be taken in the next turn */
	struct http_waits stalled; /* their backlog has to wait: paused, or too much is unsent */
	struct net_timer ready_timer;
	struct net_turn ready_turn; /* those that one turn's bytes did not suffice for */
	struct http_waits last;     /* the same of those who come last */
	struct net_turn last_turn;  /* of the first of them */
	bool is_running_ready;
	struct http_parse *spares[HTTP_SPARE_PARSERS];
	size_t spare_count;
	struct buf out;    /* where replies are put together */
	size_t turn_bytes; /* of replies, since pipelines began to be taken in this turn */
	struct http_tally tallies[HTTP_ROUTES_MAX];
	msec date_at; /* the second that date tells */
	char date[30];
	bool is_paused;
	bool is_stopping;
	void (*drained)(void *ctx);
	void *drained_ctx;
	struct net_timer drained_timer;
	struct net_timer cut_timer; /* when stopping: ends long replies */
};

/* http_server.c */
struct http_conn *http_server_find(const struct http_server *server, struct http_ref ref);
struct http_ref http_conn_ref(const struct http_conn *conn);
struct http_parse *http_server_take_parser(struct http_server *server);
void http_server_give_parser(struct http_server *server, struct http_parse **parse);
const char *http_server_date(struct http_server *server);
void http_server_count(struct http_conn *conn, int status); /* its reply is about to begin */
void http_server_get_ready(struct http_server *server, struct http_conn *conn);
void http_server_lost(struct http_server *server, struct http_conn *conn); /* frees conn */

/* http_long.c */
void http_long_ask(struct http_conn *conn); /* for the next piece, if it is time */
void http_long_end(struct http_conn *conn); /* none will be asked for */

/* http_socket.c */
void http_socket_take(struct http_conn *conn, struct str *bytes); /* up to the end of one message */

/* http_conn.c */
void http_conn_accept(struct http_server *server, struct net_conn *net, uint32_t slot);
void http_conn_answer(struct http_conn *conn, const struct http_response *response);
void http_conn_write(struct http_conn *conn, struct str bytes);
void http_conn_write_parts(struct http_conn *conn, const struct str *parts, size_t count);
bool http_conn_is_last(const struct http_conn *conn); /* it closes after the reply that is owed */
void http_conn_done(struct http_conn *conn, bool close); /* its reply is written */
void http_conn_hold(struct http_conn *conn);
void http_conn_go_on(struct http_conn *conn);  /* takes its backlog */
void http_conn_settle(struct http_conn *conn); /* puts it where its state says; after any change */
void http_conn_close(struct http_conn *conn, msec linger_ms);
void http_conn_timed_out(struct http_wait *place);
void http_conn_write_timed_out(struct http_wait *writing);

#endif
