/* http_conn.c - one connection of the server: bytes → requests → replies, one at a time. */
#include "http/http_reply.h"
#include "http/http_server_private.h"

#include <stddef.h>

#define CONN_OF(wait, member)                                                                      \
	((struct http_conn *)(void *)((char *)(wait)-offsetof(struct http_conn, member)))

static void on_data(struct net_conn *net, struct str bytes);
static void on_drained(struct net_conn *net);
static void on_closed(struct net_conn *net);

static const struct net_handler handler = {
	.on_data = on_data,
	.on_drained = on_drained,
	.on_closed = on_closed,
};

void http_conn_accept(struct http_server *server, struct net_conn *net, uint32_t slot)
{
	struct http_conn *conn = mem_new(sizeof *conn);
	conn->server = server;
	conn->net = net;
	conn->slot = slot;
	conn->is_reading = true;
	server->slots[slot].conn = conn;
	net_conn_attach(net, &handler, conn);
	http_conn_settle(conn);
}

/* --- where it waits --- */

/* May send, and nothing of it waits for somebody's answer. */
static bool is_asking(const struct http_conn *conn)
{
	return conn->state == CONN_IDLE || conn->state == CONN_ASKING || conn->state == CONN_SOCKET;
}

static bool has_too_much_unsent(const struct http_conn *conn)
{
	return net_unsent(conn->net) > HTTP_UNSENT_MAX;
}

static bool can_take(const struct http_conn *conn)
{
	return is_asking(conn) && !conn->server->is_paused && !has_too_much_unsent(conn);
}

/* The list that its state asks for; NULL: none, because a reply is owed or still leaving. */
static struct http_waits *waits_of(const struct http_conn *conn)
{
	struct http_server *server = conn->server;
	if (!is_asking(conn))
		return NULL;
	if (conn->backlog.len)
		return can_take(conn) ? &server->ready : &server->stalled;
	if (conn->state == CONN_ASKING)
		return &server->asking;
	/* While it still reads a reply it is not idle. */
	return conn->writing.in ? NULL : &server->idle;
}

static bool wants_bytes(const struct http_conn *conn)
{
	if (has_too_much_unsent(conn) || conn->backlog.len > HTTP_PIPELINE_MAX)
		return false;
	return conn->place.in != &conn->server->stalled;
}

/* The reply owed is the last: what came behind its request is taken by nobody. */
static bool is_last_owed(const struct http_conn *conn)
{
	return conn->is_owed && !conn->keeps_alive;
}

/* Of a request that is handled nothing counts: it was whole. */
static size_t partial_of(const struct http_conn *conn)
{
	size_t kept = conn->backlog.len;
	if (conn->state == CONN_CLOSING)
		return 0;
	if (conn->state == CONN_ASKING)
		kept += http_parse_kept(conn->parse);
	if (conn->state == CONN_SOCKET)
		kept += conn->socket_kept;
	return kept > HTTP_PARTIAL_FREE ? kept - HTTP_PARTIAL_FREE : 0;
}

static void count_partial(struct http_conn *conn)
{
	size_t now = partial_of(conn);
	conn->server->partial += now - conn->partial;
	conn->partial = now;
}

void http_conn_settle(struct http_conn *conn)
{
	struct http_waits *waits = waits_of(conn);
	if (conn->is_taking)
		return;
	if (conn->state == CONN_CLOSING || is_last_owed(conn))
		buf_free(&conn->backlog);
	count_partial(conn);
	if (!waits)
		http_waits_drop(&conn->place);
	else if (waits == &conn->server->ready)
		http_server_get_ready(conn->server, conn);
	else if (waits != conn->place.in)
		http_waits_put(waits, &conn->place);
	if (conn->state == CONN_CLOSING || wants_bytes(conn) == conn->is_reading)
		return;
	conn->is_reading = !conn->is_reading;
	net_read(conn->net, conn->is_reading);
}

void http_conn_close(struct http_conn *conn, msec linger_ms)
{
	conn->state = CONN_CLOSING;
	http_waits_drop(&conn->place);
	http_waits_drop(&conn->writing);
	http_long_end(conn);
	net_close(conn->net, linger_ms);
}

void http_conn_timed_out(struct http_wait *place)
{
	http_conn_close(CONN_OF(place, place), 0);
}

/* --- writing --- */

void http_conn_write_parts(struct http_conn *conn, const struct str *parts, size_t count)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	conn->server->turn_bytes += len;
	net_writev(conn->net, parts, count);
	if (net_unsent(conn->net) == 0)
		return;
	if (conn->writing.in) {
		conn->unsent_mark += len;
		return;
	}
	conn->unsent_mark = net_unsent(conn->net);
	http_waits_put(&conn->server->writing, &conn->writing);
}

void http_conn_write(struct http_conn *conn, struct str bytes)
{
	http_conn_write_parts(conn, &bytes, 1);
}

void http_conn_write_timed_out(struct http_wait *writing)
{
	struct http_conn *conn = CONN_OF(writing, writing);
	size_t unsent = net_unsent(conn->net);
	if (unsent >= conn->unsent_mark) {
		http_conn_close(conn, 0);
		return;
	}
	conn->unsent_mark = unsent;
	http_waits_put(&conn->server->writing, &conn->writing);
}

static void on_drained(struct net_conn *net)
{
	struct http_conn *conn = net_conn_ctx(net);
	http_waits_drop(&conn->writing);
	http_long_ask(conn);
	if (conn->state == CONN_SOCKET)
		conn->server->handler.on_room(conn->server->handler.ctx, http_conn_ref(conn));
	http_conn_settle(conn);
}

static void write_reply(struct http_conn *conn, const struct http_response *response, bool close)
{
	struct http_server *server = conn->server;
	const struct http_framing framing = {
		.date = http_server_date(server),
		.headers = conn->headers,
		.close = close,
		.is_http10 = conn->is_http10,
		.is_head = conn->is_head,
	};
	struct str parts[2 + HTTP_MORE_MAX];
	size_t count = 1;
	server->out.len = 0;
	http_reply_put_head(&server->out, response, &framing);
	parts[0] = buf_str(&server->out);
	if (http_reply_has_body(response, &framing)) {
		CHECK(response->more_count <= HTTP_MORE_MAX);
		parts[count++] = response->body;
		for (size_t i = 0; i < response->more_count; i++)
			parts[count++] = response->more[i];
	}
	http_conn_write_parts(conn, parts, count);
	if (close)
		http_conn_close(conn, HTTP_LINGER_MS);
}

bool http_conn_is_last(const struct http_conn *conn)
{
	return !conn->keeps_alive || conn->server->is_stopping;
}

void http_conn_answer(struct http_conn *conn, const struct http_response *response)
{
	bool was_closing = conn->state == CONN_CLOSING;
	conn->is_owed = false;
	if (!was_closing) {
		http_server_count(conn, response->status);
		conn->state = CONN_IDLE;
		write_reply(conn, response, response->close || http_conn_is_last(conn));
	}
	str_free(&conn->headers);
	http_server_give_parser(conn->server, &conn->parse);
	http_conn_settle(conn);
}

void http_conn_done(struct http_conn *conn, bool close)
{
	conn->is_owed = false;
	conn->state = CONN_IDLE;
	http_long_end(conn);
	str_free(&conn->headers);
	if (close)
		http_conn_close(conn, HTTP_LINGER_MS);
	http_conn_settle(conn);
}

void http_conn_hold(struct http_conn *conn)
{
	if (conn->state == CONN_ANSWERING)
		conn->state = CONN_HELD;
	http_server_give_parser(conn->server, &conn->parse);
}

/* What cannot be understood, or be taken, is answered all the same, and is the last that is answered. */
static void conn_refuse(struct http_conn *conn, enum err e)
{
	const struct http_response response = conn->server->handler.refusal(e);
	conn->is_head = conn->is_http10 = false;
	write_reply(conn, &response, true);
	http_server_give_parser(conn->server, &conn->parse);
}

/* --- reading --- */

static void serve(struct http_conn *conn)
{
	struct http_server *server = conn->server;
	struct http_parsed *parsed = http_parse_result(conn->parse);
	conn->state = CONN_ANSWERING;
	conn->is_owed = true;
	conn->keeps_alive = parsed->keeps_alive;
	conn->is_http10 = parsed->is_http10;
	/* HEAD is GET whose body stays here (RFC 9110, 9.3.2): nobody behind knows the difference. */
	conn->is_head = parsed->request.method == HTTP_HEAD;
	if (conn->is_head)
		parsed->request.method = HTTP_GET;
	const struct http_proxies proxies = {server->proxies, server->proxy_count};
	parsed->request.peer = http_forwarded(&parsed->request, net_conn_peer(conn->net), &proxies);
	http_waits_drop(&conn->place);
	if (++server->slots[conn->slot].generation == 0)
		server->slots[conn->slot].generation =
			1; /* 0 is nobody's, so that {0, 0} fits none */
	conn->asked_at = net_now(server->net);
	conn->route = 0;
	server->handler.on_request(server->handler.ctx, &parsed->request, http_conn_ref(conn));
}

/* Some clients end a body with a line end that belongs to nothing (RFC 9112, 2.2). */
static struct str without_line_ends(struct str bytes)
{
	while (bytes.len && (bytes.at[0] == '\r' || bytes.at[0] == '\n'))
		bytes = str_skip(bytes, 1);
	return bytes;
}

static void take_some(struct http_conn *conn, struct str *bytes)
{
	if (conn->state == CONN_SOCKET) {
		http_socket_take(conn, bytes);
		return;
	}
	if (!conn->parse) {
		*bytes = without_line_ends(*bytes);
		if (!bytes->len)
			return;
		conn->parse = http_server_take_parser(conn->server);
		conn->state = CONN_ASKING;
	}
	struct http_parsed *parsed = http_parse_result(conn->parse);
	enum http_step step = http_parse_feed(conn->parse, bytes);
	if (step == HTTP_BAD) {
		conn_refuse(conn, parsed->error);
	} else if (step == HTTP_DONE) {
		serve(conn);
	} else if (parsed->wants_continue) {
		parsed->wants_continue = false;
		http_conn_write(conn, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	}
}

static void take(struct http_conn *conn, struct str *bytes)
{
	conn->is_taking = true;
	while (bytes->len && can_take(conn) && conn->server->turn_bytes < HTTP_TURN_BYTES)
		take_some(conn, bytes);
	conn->is_taking = false;
}

/* All together keep too much of what is not whole: whoever made it too much goes. */
static void turn_away(struct http_conn *conn)
{
	if (conn->state == CONN_SOCKET)
		http_conn_close(conn, 0);
	else if (conn->is_owed)
		conn->keeps_alive = false;
	else
		conn_refuse(conn, ERR_BUSY);
	http_conn_settle(conn);
}

static void on_data(struct net_conn *net, struct str bytes)
{
	struct http_conn *conn = net_conn_ctx(net);
	size_t before = conn->partial;
	conn->server->turn_bytes = 0;
	if (conn->state == CONN_SOCKET)
		http_waits_drop(&conn->place); /* it is idle from now on only */
	if (conn->backlog.len == 0 && net_order_of(net) == NET_FIRST)
		take(conn, &bytes);
	buf_put(&conn->backlog, bytes);
	http_conn_settle(conn);
	if (conn->partial > before && conn->server->partial > conn->server->partial_max)
		turn_away(conn);
}

void http_conn_go_on(struct http_conn *conn)
{
	struct str rest = buf_str(&conn->backlog);
	take(conn, &rest);
	buf_drop(&conn->backlog, conn->backlog.len - rest.len);
	if (conn->backlog.len == 0)
		buf_free(&conn->backlog);
	http_conn_settle(conn);
}

static void on_closed(struct net_conn *net)
{
	struct http_conn *conn = net_conn_ctx(net);
	conn->state = CONN_CLOSING;
	count_partial(conn);
	http_waits_drop(&conn->place);
	http_waits_drop(&conn->writing);
	http_long_end(conn);
	http_server_lost(conn->server, conn);
}
