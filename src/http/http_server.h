/* http_server.h - HTTP/1.1 over net.h and llhttp: keep-alive, pipelining, limits, slow clients.
 *
 * One request of a connection is handled at a time: the next one of a pipeline is parsed when the
 * reply before it was given, so replies keep their order. Up to HTTP_PIPELINE_MAX bytes that arrive
 * meanwhile are kept; beyond, reading stops. What all clients together may leave unfinished here is
 * bounded: HTTP_PARTIAL_MAX. Every reply carries Date, Content-Length,
 * Content-Type: application/json, Cache-Control: no-store, X-Content-Type-Options: nosniff.
 *
 * What is too long to be made at once is begun with http_begin and then asked for piece by piece, each
 * in a turn of its own (net_turn) and not before the client's system has taken the one before. It has
 * no Content-Length: chunked, or to an HTTP/1.0 client up to the end of the connection.
 *
 * A connection that was asked to speak something else (http_request.wants_socket) is a socket after
 * http_upgrade: its bytes are the handler's, both ways, and all that is said here of slow clients, of those
 * who come last and of what is left unfinished holds for it as well. */
#ifndef HTTP_HTTP_SERVER_H
#define HTTP_HTTP_SERVER_H

#include "base/histogram.h"
#include "http/http.h"
#include "http/http_reply.h"
#include "http/http_forwarded.h"
#include "net/net.h"

/* A client that sends a request more slowly than this is cut off (slow-loris). */
#define HTTP_REQUEST_TIMEOUT_MS 20000
/* A connection without a request in progress, and with its replies read, is closed after this. */
#define HTTP_IDLE_TIMEOUT_MS 75000
/* A client that does not read its replies: bytes unsent after which nothing more is read from it. */
#define HTTP_UNSENT_MAX (256 * 1024)
/* Of replies to one connection's pipeline in one turn of the loop: whoever asks for more that way waits
 * for the next turn, and others are served between. */
#define HTTP_TURN_BYTES (64 * 1024)
/* A client that takes no byte of a waiting reply for this long is closed (looked at in steps of this,
 * so after twice that at the latest). */
#define HTTP_WRITE_TIMEOUT_MS 20000
#define HTTP_PIPELINE_MAX     (HTTP_URL_MAX + HTTP_HEADERS_MAX + HTTP_BODY_MAX)
/* Kept of the requests that are not whole yet, and of those waiting behind another of their
 * connection: bytes of all connections together, for anybody can send them. Whoever would exceed it
 * is answered 503 (code 4, Retry-After) and closed; if a reply is owed already, that one is the last.
 * 64 MiB are a thousand of the largest bodies at a time, and an eighth of a small machine's memory
 * even while buffers that double are half empty. Of each connection HTTP_PARTIAL_FREE bytes count
 * nothing: whoever fills the rest keeps nobody's ordinary request out. */
#define HTTP_PARTIAL_MAX  (64 * 1024 * 1024)
#define HTTP_PARTIAL_FREE (2 * 1024)
/* Beyond this many connections new ones are closed at once (setting http.connections-max). */
#define HTTP_CONNECTIONS_MAX 18000

struct http_server;

struct http_handler {
	/* A whole request. Exactly one http_reply is owed for ref, or an http_begin with all that
	 * follows it. May reply from inside. HEAD comes as GET, and of its reply the body is left out. */
	void (*on_request)(void *ctx, const struct http_request *request, struct http_ref ref);
	/* The client of ref went away before its reply, or before the end of a long one; nothing is
	 * owed any more. Also after http_server_close_all, but not from http_server_free; from inside
	 * http_begin where the request was HEAD. */
	void (*on_gone)(void *ctx, struct http_ref ref);
	void *ctx;
	/* A long reply: its next piece is owed, one http_piece or http_cut. May give it from inside. NULL
	 * where nobody begins one. */
	void (*on_more)(void *ctx, struct http_ref ref);
	/* What is answered to what does not parse, or is too much: the API's words. Of constant bytes. */
	struct http_response (*refusal)(enum err err);
	/* Bytes of a socket: takes some from the front of *bytes, up to the end of one message. Gives how many
	 * bytes it keeps for now of one that is not whole. NULL where there are no sockets; the same below. */
	size_t (*on_bytes)(void *ctx, struct http_ref ref, struct str *bytes);
	/* All that was written to the socket has left. */
	void (*on_room)(void *ctx, struct http_ref ref);
};

struct http_server *http_server_new(
	struct net *net, const struct http_handler *handler, size_t connections_max);
/* Another bound than HTTP_PARTIAL_MAX. */
void http_server_set_partial_max(struct http_server *server, size_t bytes);
/* Whose word on the client's address is taken: http_request.peer. Without it nobody's. Copied. */
void http_server_trust(struct http_server *server, const struct http_proxies *proxies);
/* Who may connect; without any everybody. Whose address cannot be read is none of them. Copied. */
void http_server_allow(struct http_server *server, const struct ip_block *blocks, size_t count);
enum err http_server_listen(struct http_server *server, struct str host, unsigned port,
	unsigned *bound_port) MUST_CHECK;
/* The same in another world than the server's own, above it (net_tls.h). */
enum err http_server_listen_in(struct http_server *server, struct net *world, struct str host,
	unsigned port, unsigned *bound_port) MUST_CHECK;

/* The reply that ref waits for. Bytes are copied or written before it returns. Frees the request. It never
 * calls a handler: the next request of a pipeline comes in a later turn, or, after a reply from inside of
 * on_request, once that has returned. So it may be given in the middle of anything. */
void http_reply(
	struct http_server *server, struct http_ref ref, const struct http_response *response);
/* A reply that is too long for one piece: status, headers and the first piece of the body. Bytes are
 * copied or written before it returns. Frees the request. on_more asks for the rest. */
void http_begin(
	struct http_server *server, struct http_ref ref, const struct http_response *response);
/* The piece that on_more asked for; never empty unless it is the last. */
void http_piece(struct http_server *server, struct http_ref ref, struct str bytes, bool is_last);
/* There is no next piece: the connection closes where it is, and the client sees that its answer has no
 * end. on_gone follows. */
void http_cut(struct http_server *server, struct http_ref ref);
/* Answers ref with 101 and these header lines, each ended by CRLF: from now on its connection is a socket and
 * ref its name, until on_gone or http_socket_close; its request, and all that lies in its arena, is gone. It is closed when nothing came for HTTP_IDLE_TIMEOUT_MS.
 * False: it is gone. */
bool http_upgrade(struct http_server *server, struct http_ref ref, struct str headers);
/* Bytes are copied or written before it returns; no handler is called. One that is gone is fine. */
void http_socket_write(
	struct http_server *server, struct http_ref ref, const struct str *parts, size_t count);
size_t http_socket_unsent(const struct http_server *server, struct http_ref ref);
/* Closes once what was written has left; no handler is called for it any more. */
void http_socket_close(struct http_server *server, struct http_ref ref);
/* NET_LAST: the pieces of a long reply to ref, and all that its connection asks for from now on, have their turn
 * only when no other waits, and what is answered leaves after what others are. NET_FIRST at the start. */
void http_order(struct http_server *server, struct http_ref ref, enum net_order order);
/* Header lines (each with its CRLF) that the reply to ref carries besides its own, whoever gives it. Copied. */
void http_add_headers(struct http_server *server, struct http_ref ref, struct str lines);
enum net_order http_order_of(
	const struct http_server *server, struct http_ref ref); /* if gone: NET_LAST */
/* The reply to ref will come much later (a held poll): frees the request and its arena now.
 * The idle time-outs do not apply meanwhile. */
void http_hold(struct http_server *server, struct http_ref ref);

/* Back-pressure from the gate: no new requests are read while paused. */
void http_server_pause(struct http_server *server, bool on);
/* Graceful stop: listens no more, closes idle connections; each other one closes after the reply it
 * waits for (Connection: close); a long one that has not ended after some seconds is cut. drained(ctx)
 * is called once no connection is left. */
void http_server_stop(struct http_server *server, void (*drained)(void *ctx), void *ctx);
void http_server_close_all(struct http_server *server); /* now, without replies */
void http_server_free(struct http_server **server);
size_t http_server_connections(const struct http_server *server);

/* The request of ref counts under that route, one of HTTP_ROUTES_MAX; which is which, its handler knows. 0: nobody said. */
#define HTTP_ROUTES_MAX 128
void http_note_route(struct http_server *server, struct http_ref ref, unsigned route);
/* What was replied under a route. */
struct http_tally {
	uint64_t replied
		[HTTP_STATUS_PLACES]; /* that began, by status (http_reply.h); 101 is a socket */
	/* From when requests were whole to their reply, or its first piece. Held polls do not count. */
	struct histogram duration_ms;
};
const struct http_tally *http_server_tally(const struct http_server *server, unsigned route);

#endif
