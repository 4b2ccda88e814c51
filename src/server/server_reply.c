/* server_reply.c - replies, and the pieces of long ones, wait at the gate: their bytes are copied only if
 * they must. */
#include <stdlib.h>

#include "server/server_private.h"

/* What a warm reply keeps of its memory: most answers are smaller. */
#define KEEP_BYTES 8192

enum reply_kind { REPLY_WHOLE, REPLY_BEGIN, REPLY_PIECE, REPLY_END };

struct held_reply {
	struct server *server;
	struct http_ref ref;
	enum reply_kind kind;
	enum net_order order; /* of a long one */
	int status;
	bool close;
	size_t body_len;
	struct buf bytes; /* body, then header lines */
	struct held_reply *next_free, *next_of_all;
};

static struct held_reply *take(struct server *server)
{
	struct held_reply *held = server->free_replies;
	if (held) {
		server->free_replies = held->next_free;
		return held;
	}
	held = mem_new(sizeof *held);
	held->server = server;
	held->next_of_all = server->all_replies;
	server->all_replies = held;
	return held;
}

static void give(struct held_reply *held)
{
	held->bytes.len = 0;
	if (held->bytes.cap > KEEP_BYTES)
		buf_free(&held->bytes);
	held->next_free = held->server->free_replies;
	held->server->free_replies = held;
}

static void release(void *arg)
{
	struct held_reply *held = arg;
	struct http_server *http = held->server->http;
	struct str all = buf_str(&held->bytes);
	const struct http_response response = {
		.status = held->status,
		.body = {all.at, held->body_len},
		.headers = str_skip(all, held->body_len),
		.close = held->close,
	};
	switch (held->kind) {
	case REPLY_WHOLE:
		http_reply(http, held->ref, &response);
		break;
	case REPLY_BEGIN:
		http_begin(http, held->ref, &response, held->order);
		break;
	case REPLY_PIECE:
	case REPLY_END:
		http_piece(http, held->ref, response.body, held->kind == REPLY_END);
		break;
	}
	give(held);
}

/* What was answered is not so: 503/4, nothing was done. Where a part of it has left already, the client
 * sees that the rest is missing. */
static void refuse(struct held_reply *held)
{
	if (held->kind == REPLY_PIECE || held->kind == REPLY_END) {
		http_cut(held->server->http, held->ref);
		give(held);
		return;
	}
	if (held->kind == REPLY_BEGIN)
		api_gone(held->server->api, held->ref);
	held->kind = REPLY_WHOLE;
	held->bytes.len = 0;
	api_refusal(&held->bytes, ERR_STORE);
	held->body_len = held->bytes.len;
	buf_puts(&held->bytes, "Retry-After: 1\r\n");
	held->status = held->server->always200 ? 200 : err_http(ERR_STORE);
	release(held);
}

static void drop(void *arg)
{
	struct held_reply *held = arg;
	if (held->server->http)
		refuse(held);
	else /* the server is being freed */
		give(held);
}

static struct held_reply *keep(struct server *server, struct http_ref ref, enum reply_kind kind,
	const struct http_response *response)
{
	struct held_reply *held = take(server);
	held->ref = ref;
	held->kind = kind;
	held->status = response->status;
	held->close = response->close;
	held->body_len = response->body.len;
	buf_put(&held->bytes, response->body);
	buf_put(&held->bytes, response->headers);
	return held;
}

static size_t weight(const struct held_reply *held)
{
	return sizeof *held + held->bytes.len;
}

void server_reply(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response)
{
	struct server *server = ctx;
	if (!server->centre)
		return;
	struct gate *gate = centre_gate(server->centre);
	if (gate_is_through(gate, lsn)) {
		http_reply(server->http, ref, response);
		return;
	}
	struct held_reply *held = keep(server, ref, REPLY_WHOLE, response);
	gate_hold(gate, lsn, GATE_REPLY, weight(held), release, drop, held);
}

/* What supervisors are given leaves after everybody else's outputs, as their notifications do. */
static enum gate_rank rank_of(enum net_order order)
{
	return order == NET_LAST ? GATE_SUPERVISOR : GATE_REPLY;
}

void server_reply_begin(void *ctx, struct http_ref ref, uint64_t lsn,
	const struct http_response *response, enum net_order order)
{
	struct server *server = ctx;
	if (!server->centre)
		return;
	struct held_reply *held = keep(server, ref, REPLY_BEGIN, response);
	held->order = order;
	gate_hold(centre_gate(server->centre), lsn, rank_of(order), weight(held), release, drop,
		held);
}

void server_reply_piece(void *ctx, struct http_ref ref, uint64_t lsn, struct str bytes,
	bool is_last, enum net_order order)
{
	struct server *server = ctx;
	const struct http_response response = {.body = bytes};
	if (!server->centre)
		return;
	struct held_reply *held = keep(server, ref, is_last ? REPLY_END : REPLY_PIECE, &response);
	gate_hold(centre_gate(server->centre), lsn, rank_of(order), weight(held), release, drop,
		held);
}

void server_replies_free(struct server *server)
{
	while (server->all_replies) {
		struct held_reply *next = server->all_replies->next_of_all;
		buf_free(&server->all_replies->bytes);
		free(server->all_replies);
		server->all_replies = next;
	}
	server->free_replies = NULL;
}
