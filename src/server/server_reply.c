/* server_reply.c - replies, and the pieces of long ones, wait at the gate: their bytes are copied only if
 * they must. */
#include <stdlib.h>

#include "api/refusal.h"
#include "server/server_private.h"

/* What a warm reply keeps of its memory: most answers are smaller. */
#define KEEP_BYTES 8192

enum reply_kind { REPLY_WHOLE, REPLY_BEGIN, REPLY_PIECE, REPLY_END };

struct held_reply {
	struct server *server;
	struct gate_wait wait;
	struct http_ref ref;
	enum reply_kind kind;
	int status;
	bool close;
	const char *type, *cache;
	size_t body_len;
	struct buf bytes; /* body, then header lines */
	struct held_reply *next_free, *next_of_all;
};

static void reply_on_disk(void *ctx, bool is_durable);

static struct held_reply *take(struct server *server)
{
	struct held_reply *held = server->free_replies;
	if (held) {
		server->free_replies = held->next_free;
		return held;
	}
	held = mem_new(sizeof *held);
	held->server = server;
	held->wait = (struct gate_wait) {.done = reply_on_disk, .ctx = held};
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

static void release(struct held_reply *held)
{
	struct http_server *http = held->server->http;
	struct str all = buf_str(&held->bytes);
	const struct http_response response = {
		.status = held->status,
		.body = {all.at, held->body_len},
		.headers = str_skip(all, held->body_len),
		.type = held->type,
		.cache = held->cache,
		.close = held->close,
	};
	switch (held->kind) {
	case REPLY_WHOLE:
		http_reply(http, held->ref, &response);
		break;
	case REPLY_BEGIN:
		http_begin(http, held->ref, &response);
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
static void reply_refuse(struct held_reply *held)
{
	if (held->kind == REPLY_PIECE || held->kind == REPLY_END) {
		http_cut(held->server->http, held->ref);
		give(held);
		return;
	}
	if (held->kind == REPLY_BEGIN)
		api_gone(held->server->api, held->ref);
	held->kind = REPLY_WHOLE;
	held->type = held->cache = NULL;
	held->bytes.len = 0;
	const struct http_response refusal = refusal_response(ERR_STORE);
	buf_put(&held->bytes, refusal.body);
	held->body_len = held->bytes.len;
	buf_put(&held->bytes, refusal.headers);
	held->status = held->server->always200 ? 200 : refusal.status;
	release(held);
}

static void reply_on_disk(void *ctx, bool is_durable)
{
	if (is_durable)
		release(ctx);
	else
		reply_refuse(ctx);
}

static struct held_reply *keep(struct server *server, struct http_ref ref, enum reply_kind kind,
	const struct http_response *response)
{
	struct held_reply *held = take(server);
	held->ref = ref;
	held->kind = kind;
	held->status = response->status;
	held->close = response->close;
	held->type = response->type;
	held->cache = response->cache;
	buf_put(&held->bytes, response->body);
	for (size_t i = 0; i < response->more_count; i++)
		buf_put(&held->bytes, response->more[i]);
	held->body_len = held->bytes.len;
	buf_put(&held->bytes, response->headers);
	return held;
}

/* What supervisors are given leaves after everybody else's outputs, as their notifications do. */
static void reply_wait(struct held_reply *held, uint64_t lsn)
{
	enum net_order order = http_order_of(held->server->http, held->ref);
	held->wait.rank = order == NET_LAST ? GATE_SUPERVISOR : GATE_REPLY;
	held->wait.bytes = sizeof *held + held->bytes.len;
	port_wait(server_centre(held->server), &held->wait, lsn);
}

void server_reply(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response)
{
	struct server *server = ctx;
	if (!server->centre)
		return;
	if (gate_is_through(centre_gate(server->centre), lsn))
		http_reply(server->http, ref, response);
	else
		reply_wait(keep(server, ref, REPLY_WHOLE, response), lsn);
}

void server_reply_begin(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response)
{
	struct server *server = ctx;
	if (server->centre)
		reply_wait(keep(server, ref, REPLY_BEGIN, response), lsn);
}

void server_reply_piece(
	void *ctx, struct http_ref ref, uint64_t lsn, struct str bytes, bool is_last)
{
	struct server *server = ctx;
	const struct http_response response = {.body = bytes};
	enum reply_kind kind = is_last ? REPLY_END : REPLY_PIECE;
	if (server->centre)
		reply_wait(keep(server, ref, kind, &response), lsn);
}

void server_replies_free(struct server *server)
{
	while (server->all_replies) {
		struct held_reply *held = server->all_replies;
		server->all_replies = held->next_of_all;
		gate_forget(&held->wait);
		buf_free(&held->bytes);
		free(held);
	}
	server->free_replies = NULL;
}
