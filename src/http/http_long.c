/* http_long.c - a long reply of one connection: its pieces, asked for one at a time. */
#include "http/http_reply.h"
#include "http/http_server_private.h"

#include <stdlib.h>

static enum http_extent extent_of(const struct http_conn *conn)
{
	return conn->is_http10 ? HTTP_TO_END : HTTP_CHUNKED;
}

static void want_piece(void *ctx)
{
	struct http_conn *conn = ctx;
	const struct http_handler *handler = &conn->server->handler;
	conn->is_piece_owed = true;
	handler->on_more(handler->ctx, http_conn_ref(conn));
}

void http_long_end(struct http_conn *conn)
{
	if (conn->turn)
		net_turn_drop(conn->turn);
	free(conn->turn);
	conn->turn = NULL;
}

/* One piece at a time, and none while the one before has not left: a client that does not read costs
 * one piece. */
void http_long_ask(struct http_conn *conn)
{
	if (conn->state != CONN_LONG || conn->is_piece_owed || net_unsent(conn->net))
		return;
	net_turn_ask(conn->server->net, conn->turn, net_order_of(conn->net));
}

/* An HTTP/1.0 client learns the end from the connection's. */
static bool is_last(const struct http_conn *conn)
{
	return conn->is_http10 || http_conn_is_last(conn);
}

static void begin(struct http_conn *conn, const struct http_response *response)
{
	struct http_server *server = conn->server;
	const struct http_framing framing = {
		.date = http_server_date(server),
		.headers = conn->headers,
		.close = response->close || is_last(conn),
		.is_http10 = conn->is_http10,
		.is_head = conn->is_head,
		.extent = extent_of(conn),
	};
	conn->keeps_alive = !framing.close;
	conn->state = CONN_LONG;
	conn->turn = mem_new(sizeof *conn->turn);
	*conn->turn = (struct net_turn) {.run = want_piece, .ctx = conn};
	server->out.len = 0;
	http_reply_put_head(&server->out, response, &framing);
	if (http_reply_has_body(response, &framing))
		http_reply_put_piece(&server->out, response->body, false, framing.extent);
	http_conn_write(conn, buf_str(&server->out));
}

void http_begin(
	struct http_server *server, struct http_ref ref, const struct http_response *response)
{
	struct http_conn *conn = http_server_find(server, ref);
	if (!conn || conn->state == CONN_CLOSING)
		return;
	http_server_count(conn, response->status);
	begin(conn, response);
	http_server_give_parser(server, &conn->parse);
	if (!conn->is_head) {
		http_long_ask(conn);
		http_conn_settle(conn);
		return;
	}
	http_conn_done(conn, is_last(conn));
	server->handler.on_gone(server->handler.ctx, ref);
}

void http_piece(struct http_server *server, struct http_ref ref, struct str bytes, bool is_last_one)
{
	struct http_conn *conn = http_server_find(server, ref);
	if (!conn || conn->state != CONN_LONG || !conn->is_piece_owed)
		return;
	conn->is_piece_owed = false;
	server->out.len = 0;
	http_reply_put_piece(&server->out, bytes, is_last_one, extent_of(conn));
	http_conn_write(conn, buf_str(&server->out));
	if (is_last_one)
		http_conn_done(conn, is_last(conn));
	else
		http_long_ask(conn);
}

void http_cut(struct http_server *server, struct http_ref ref)
{
	struct http_conn *conn = http_server_find(server, ref);
	if (conn && conn->state == CONN_LONG)
		http_conn_close(conn, 0);
}
