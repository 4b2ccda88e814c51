/* http_test_world.h - for http's tests: a server in a simulated world, and peers of it. */
#ifndef HTTP_HTTP_TEST_WORLD_H
#define HTTP_HTTP_TEST_WORLD_H

#include "api/refusal.h"
#include "http/http_server.h"
#include "net/net_sim.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define START     1700000000000
#define ASKED_MAX 64
#define BAD_HTTP  "400 {\"statusCode\":10,\"statusMessage\":\"The request is not valid HTTP\"}\n"
#define TOO_LARGE                                                                                  \
	"400 {\"statusCode\":10,\"statusMessage\":\"The request is larger than allowed\"}\n"

/* --- a world with a server whose answers depend on the path --- */

struct world {
	struct net *net;
	struct http_server *server;
	unsigned port;
	struct http_ref refs[ASKED_MAX]; /* of /hold and /later, in order of asking */
	size_t ref_count;
	struct http_ref gone[ASKED_MAX];
	size_t gone_count;
	size_t requests;
	int drained;
	struct http_ref socket; /* the last one that was begun by /socket */
	struct buf kept[8];     /* by slot: of the line that is not whole */
	size_t rooms;           /* how often all that was written to a socket had left */
	char *big;
};

static inline void reply(struct world *w, struct http_ref ref, struct str body)
{
	const struct http_response response = {.status = 200, .body = body};
	http_reply(w->server, ref, &response);
}

static inline void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct world *w = ctx;
	uint64_t size;
	struct str n;
	w->requests++;
	if (http_query(request, "order", &n))
		http_order(w->server, ref, str_is(n, "last") ? NET_LAST : NET_FIRST);
	if (str_is(request->path, "/hold") || str_is(request->path, "/later")) {
		assert_true(w->ref_count < ASKED_MAX);
		w->refs[w->ref_count++] = ref;
		if (str_is(request->path, "/hold"))
			http_hold(w->server, ref);
	} else if (http_query(request, "big", &n) && str_u64(n, &size)) {
		reply(w, ref, str_from(w->big, size));
	} else if (request->wants_socket && str_is(request->path, "/socket")) {
		w->socket = ref;
		assert_true(http_upgrade(w->server, ref, STR("X-Y: z\r\n")));
	} else if (str_is(request->path, "/close")) {
		const struct http_response response = {
			.status = 401, .headers = STR("X-Y: z\r\n"), .close = true};
		http_reply(w->server, ref, &response);
	} else {
		reply(w, ref,
			arena_printf(request->arena, "%d %.*s %.*s %zu", request->method,
				STR_ARGS(request->path), STR_ARGS(request->peer),
				request->body.len));
	}
}

static inline void on_gone(void *ctx, struct http_ref ref)
{
	struct world *w = ctx;
	w->gone[w->gone_count++] = ref;
	reply(w, ref, STR("too late")); /* does nothing */
}

/* A socket speaks lines, which come back; "big" gives 300,000 bytes, "bye" is the last. */
static inline size_t on_bytes(void *ctx, struct http_ref ref, struct str *bytes)
{
	struct world *w = ctx;
	struct buf *kept = &w->kept[ref.slot];
	const char *end = memchr(bytes->at, '\n', bytes->len);
	size_t len = end ? (size_t)(end - bytes->at) + 1 : bytes->len;
	assert_true(bytes->len > 0);
	buf_put(kept, str_from(bytes->at, len));
	*bytes = str_skip(*bytes, len);
	if (!end)
		return kept->len;
	bool is_big = str_is(buf_str(kept), "big\n");
	const struct str parts[] = {STR("<"), buf_str(kept), STR(">")};
	const struct str big = str_from(w->big, 300000);
	http_socket_write(w->server, ref, is_big ? &big : parts, is_big ? 1 : 3);
	if (str_is(buf_str(kept), "bye\n"))
		http_socket_close(w->server, ref);
	buf_free(kept);
	return 0;
}

static inline void on_room(void *ctx, struct http_ref ref)
{
	((struct world *)ctx)->rooms++;
}

static inline struct world *world_new(uint64_t seed)
{
	struct world *w = mem_new(sizeof *w);
	const struct http_handler handler = {on_request, on_gone, w, .refusal = refusal_response,
		.on_bytes = on_bytes, .on_room = on_room};
	w->net = net_sim_new(seed, START);
	w->server = http_server_new(w->net, &handler, 5);
	assert_int_equal(http_server_listen(w->server, STR("server"), 0, &w->port), OK);
	w->big = mem_new(1024 * 1024);
	memset(w->big, 'x', 1024 * 1024);
	return w;
}

static inline void world_free(struct world *w)
{
	http_server_free(&w->server);
	net_sim_free(&w->net);
	for (size_t i = 0; i < sizeof w->kept / sizeof *w->kept; i++)
		buf_free(&w->kept[i]);
	free(w->big);
	free(w);
}

static inline void pass(struct world *w, msec ms)
{
	net_sim_run(w->net, net_now(w->net) + ms);
}

static inline void on_drained(void *ctx)
{
	((struct world *)ctx)->drained++;
}

/* --- a peer that writes what it is told and keeps what it gets --- */

struct peer {
	struct world *w;
	struct net_conn *conn;
	struct buf got;
	msec closed_at;
};

static inline void peer_data(struct net_conn *conn, struct str bytes)
{
	buf_put(&((struct peer *)net_conn_ctx(conn))->got, bytes);
}

static inline void peer_closed(struct net_conn *conn)
{
	struct peer *peer = net_conn_ctx(conn);
	peer->conn = NULL;
	peer->closed_at = net_now(peer->w->net);
}

static inline struct peer *peer_new(struct world *w, const char *name)
{
	static const struct net_handler handler = {.on_data = peer_data, .on_closed = peer_closed};
	struct peer *peer = mem_new(sizeof *peer);
	peer->w = w;
	peer->conn = net_connect(w->net, str_of(name), STR("server"), w->port, &handler, peer);
	pass(w, 3);
	return peer;
}

static inline void peer_free(struct peer *peer)
{
	if (peer->conn)
		net_close(peer->conn, 0);
	pass(peer->w, 0);
	buf_free(&peer->got);
	free(peer);
}

static inline void send_str(struct peer *peer, struct str bytes)
{
	assert_non_null(peer->conn);
	net_write(peer->conn, bytes);
}

static inline void send_text(struct peer *peer, const char *text)
{
	send_str(peer, str_of(text));
}

static inline void ask(struct peer *peer, const char *path)
{
	struct buf out = {0};
	buf_printf(&out, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
	send_str(peer, buf_str(&out));
	buf_free(&out);
}

/* The answers so far, one "status body" a line, and "closed" at the end. Headers are checked. */
static inline const char *answers(struct peer *peer)
{
	static struct buf story;
	struct str rest = buf_str(&peer->got);
	story.len = 0;
	while (rest.len) {
		size_t len = 0;
		assert_true(rest.len > 12);
		buf_printf(&story, "%.3s", rest.at + 9);
		bool is_interim = rest.at[9] == '1';
		for (;;) {
			struct str line = str_cut(&rest, '\n');
			assert_true(line.len > 0 && line.at[line.len - 1] == '\r');
			if (line.len == 1)
				break;
			if (str_starts(line, STR("Content-Length: ")))
				len = strtoul(line.at + 16, NULL, 10);
		}
		if (!is_interim) {
			assert_true(len <= rest.len);
			bool has_newline = len && rest.at[len - 1] == '\n';
			size_t shown = len > 80 ? 80 : len - has_newline;
			buf_printf(&story, " %.*s", (int)shown, rest.at);
			rest = str_skip(rest, len);
		}
		buf_put_byte(&story, '\n');
	}
	buf_puts(&story, peer->conn ? "" : "closed");
	buf_put_byte(&story, '\0');
	return story.at;
}

static inline bool has(struct peer *peer, const char *text)
{
	return peer->got.at && memmem(peer->got.at, peer->got.len, text, strlen(text));
}

#endif
