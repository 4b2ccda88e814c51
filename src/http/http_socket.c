/* http_socket.c - a connection whose bytes are the handler's. */
#include "http/http_server_private.h"

static struct http_conn *socket_find(const struct http_server *server, struct http_ref ref)
{
	struct http_conn *conn = http_server_find(server, ref);
	return conn && conn->state == CONN_SOCKET ? conn : NULL;
}

bool http_upgrade(struct http_server *server, struct http_ref ref, struct str headers)
{
	struct http_conn *conn = http_server_find(server, ref);
	const struct str parts[] = {STR("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
					"Connection: Upgrade\r\n"),
		headers, STR("\r\n")};
	if (!conn || conn->state == CONN_CLOSING)
		return false;
	http_server_count(conn, 101);
	conn->state = CONN_SOCKET;
	conn->keeps_alive = true;
	conn->socket_kept = 0;
	http_conn_write_parts(conn, parts, sizeof parts / sizeof *parts);
	http_server_give_parser(server, &conn->parse);
	http_conn_settle(conn);
	return true;
}

void http_socket_take(struct http_conn *conn, struct str *bytes)
{
	const struct http_handler *handler = &conn->server->handler;
	size_t kept = handler->on_bytes(handler->ctx, http_conn_ref(conn), bytes);
	conn->socket_kept = kept;
}

void http_socket_write(
	struct http_server *server, struct http_ref ref, const struct str *parts, size_t count)
{
	struct http_conn *conn = socket_find(server, ref);
	if (conn)
		http_conn_write_parts(conn, parts, count);
}

size_t http_socket_unsent(const struct http_server *server, struct http_ref ref)
{
	const struct http_conn *conn = socket_find(server, ref);
	return conn ? net_unsent(conn->net) : 0;
}

void http_socket_close(struct http_server *server, struct http_ref ref)
{
	struct http_conn *conn = socket_find(server, ref);
	if (!conn)
		return;
	conn->is_owed = false;
	http_conn_close(conn, HTTP_LINGER_MS);
	http_conn_settle(conn);
}
