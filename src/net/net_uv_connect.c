/* net_uv_connect.c - outgoing connections: an address or a name, one address after the other. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "net/net_uv_private.h"

#include <stdio.h>
#include <stdlib.h>

struct uv_opening {
	struct uv_conn *conn; /* NULL once it was closed */
	uv_connect_t connect;
	uv_getaddrinfo_t resolve;
	struct addrinfo *found;
	const struct addrinfo *next;
	bool is_waiting;  /* libuv holds one of the two requests */
	struct buf early; /* written before the connection was up */
};

static void opening_free(struct uv_opening *opening)
{
	if (opening->found)
		uv_freeaddrinfo(opening->found);
	buf_free(&opening->early);
	free(opening);
}

void uv_opening_forget(struct uv_conn *conn)
{
	struct uv_opening *opening = conn->opening;
	if (!opening)
		return;
	conn->opening = NULL;
	opening->conn = NULL;
	if (!opening->is_waiting)
		opening_free(opening);
	else
		uv_cancel((uv_req_t *)&opening->resolve); /* one that runs ends by itself */
}

void uv_opening_write(struct uv_conn *conn, struct str bytes)
{
	buf_put(&conn->opening->early, bytes);
}

size_t uv_opening_unsent(const struct uv_conn *conn)
{
	return conn->opening->early.len;
}

static struct uv_opening *opening_new(struct uv_conn *conn)
{
	struct uv_opening *opening = mem_new(sizeof *opening);
	opening->conn = conn;
	opening->connect.data = opening;
	opening->resolve.data = opening;
	conn->opening = opening;
	return opening;
}

static void try_next(struct uv_opening *opening);

static void reopen(uv_handle_t *handle)
{
	struct uv_conn *conn = handle->data;
	struct uv_world *world = (struct uv_world *)conn->base.net;
	CHECK(uv_tcp_init(&world->loop, &conn->socket.tcp) == 0);
	conn->socket.handle.data = conn;
	if (conn->is_closing || world->ending)
		uv_conn_drop(conn);
	else
		try_next(conn->opening);
}

static void opened(struct uv_opening *opening)
{
	struct uv_conn *conn = opening->conn;
	conn->opening = NULL;
	uv_conn_start(conn);
	net_write(&conn->base, buf_str(&opening->early));
	opening_free(opening);
	if (!conn->is_closing && conn->base.handler && conn->base.handler->on_open)
		conn->base.handler->on_open(&conn->base);
}

static void on_connect(uv_connect_t *request, int status)
{
	struct uv_opening *opening = request->data;
	struct uv_conn *conn = opening->conn;
	opening->is_waiting = false;
	if (!conn) {
		opening_free(opening);
		return;
	}
	/* A name may stand for an address where nobody listens and one where somebody does. A socket
	 * that failed cannot be used again. */
	if (status < 0 && opening->next) {
		uv_close(&conn->socket.handle, reopen);
		return;
	}
	if (status < 0) {
		log_info("net", "cannot connect: %s", uv_strerror(status));
		uv_conn_drop(conn);
		return;
	}
	opened(opening);
}

static void connect_to(struct uv_opening *opening, const struct sockaddr *address)
{
	struct uv_conn *conn = opening->conn;
	opening->is_waiting = true;
	int status = uv_tcp_connect(&opening->connect, &conn->socket.tcp, address, on_connect);
	if (status == 0)
		return;
	opening->is_waiting = false;
	log_info("net", "cannot connect: %s", uv_strerror(status));
	uv_conn_drop(conn);
}

static void try_next(struct uv_opening *opening)
{
	const struct addrinfo *one = opening->next;
	opening->next = one->ai_next;
	connect_to(opening, one->ai_addr);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
	struct uv_opening *opening = request->data;
	opening->is_waiting = false;
	opening->found = found;
	opening->next = found;
	if (!opening->conn) {
		opening_free(opening);
		return;
	}
	if (status < 0 || !found) {
		log_info("net", "cannot find the host: %s", uv_strerror(status));
		uv_conn_drop(opening->conn);
		return;
	}
	try_next(opening);
}

static void resolve(struct uv_opening *opening, const char *host, unsigned port)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	uv_loop_t *loop = opening->conn->socket.handle.loop;
	char service[16];
	snprintf(service, sizeof service, "%u", port);
	opening->is_waiting = true;
	int status = uv_getaddrinfo(loop, &opening->resolve, on_resolved, host, service, &hints);
	if (status == 0)
		return;
	opening->is_waiting = false;
	log_info("net", "cannot find the host: %s", uv_strerror(status));
	uv_conn_drop(opening->conn);
}

struct net_conn *uv_world_connect(struct net *net, struct str peer, struct str host, unsigned port,
	const struct net_handler *handler, void *ctx)
{
	struct uv_conn *conn = uv_conn_new((struct uv_world *)net, UV_TCP);
	struct uv_opening *opening = opening_new(conn);
	struct sockaddr_storage address;
	char where[256];
	net_conn_attach(&conn->base, handler, ctx);
	snprintf(where, sizeof where, "%.*s", STR_ARGS(host));
	if (uv_ip4_addr(where, (int)port, (struct sockaddr_in *)&address) == 0 ||
		uv_ip6_addr(where, (int)port, (struct sockaddr_in6 *)&address) == 0)
		connect_to(opening, (const struct sockaddr *)&address);
	else
		resolve(opening, where, port);
	return &conn->base;
}

struct net_conn *uv_world_connect_unix(
	struct net *net, struct str path, const struct net_handler *handler, void *ctx)
{
	struct uv_conn *conn = uv_conn_new((struct uv_world *)net, UV_NAMED_PIPE);
	struct uv_opening *opening = opening_new(conn);
	struct str copy = str_copy(path);
	net_conn_attach(&conn->base, handler, ctx);
	opening->is_waiting = true;
	uv_pipe_connect(&opening->connect, &conn->socket.pipe, copy.at ? copy.at : "", on_connect);
	str_free(&copy);
	return &conn->base;
}
