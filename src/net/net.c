/* net.c - hands each call to the world that the net, listener or connection belongs to. */
#include "net/net.h"
#include "net/net_private.h"

msec net_now(struct net *net)
{
	return net->ops->now(net);
}

void net_timer_start(struct net *net, struct net_timer *timer, msec delay_ms)
{
	net->ops->timer_start(net, timer, delay_ms > 0 ? delay_ms : 0);
}

void net_timer_stop(struct net *net, struct net_timer *timer)
{
	net->ops->timer_stop(net, timer);
}

void net_defer(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	net->ops->defer(net, fn, ctx);
}

bool net_once_read(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	if (net->is_on_grid)
		net->ops->once_read(net, fn, ctx);
	return net->is_on_grid;
}

bool net_is_on_grid(const struct net *net)
{
	return net->is_on_grid;
}

void net_post(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	net->ops->post(net, fn, ctx);
}

void net_work(struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx)
{
	net->ops->work(net, work, done, ctx);
}

struct net_stream net_stream_of(struct net *net, struct str label, uint64_t nth)
{
	return net->ops->stream_of(net, label, nth);
}

void net_random(struct net *net, struct net_stream *stream, void *out, size_t len)
{
	net->ops->random(net, stream, out, len);
}

enum err net_listen(struct net *net, struct str host, unsigned port,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out)
{
	return net->ops->listen(net, host, port, on_accept, ctx, out);
}

enum err net_listen_unix(struct net *net, struct str path,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out)
{
	return net->ops->listen_unix(net, path, on_accept, ctx, out);
}

unsigned net_listener_port(const struct net_listener *listener)
{
	return listener->net->ops->listener_port(listener);
}

void net_listener_close(struct net_listener **listener)
{
	if (*listener)
		(*listener)->net->ops->listener_close(*listener);
	*listener = NULL;
}

struct net_conn *net_connect(struct net *net, struct str peer, struct str host, unsigned port,
	const struct net_handler *handler, void *ctx)
{
	return net->ops->connect(net, peer, host, port, handler, ctx);
}

struct net_conn *net_connect_unix(
	struct net *net, struct str path, const struct net_handler *handler, void *ctx)
{
	return net->ops->connect_unix(net, path, handler, ctx);
}

void net_conn_attach(struct net_conn *conn, const struct net_handler *handler, void *ctx)
{
	conn->handler = handler;
	conn->ctx = ctx;
}

void *net_conn_ctx(const struct net_conn *conn)
{
	return conn->ctx;
}

struct net_stream net_conn_stream(const struct net_conn *conn)
{
	return conn->net->ops->conn_stream(conn);
}

struct str net_conn_peer(const struct net_conn *conn)
{
	return conn->net->ops->conn_peer(conn);
}

void net_write(struct net_conn *conn, struct str bytes)
{
	net_writev(conn, &bytes, 1);
}

void net_writev(struct net_conn *conn, const struct str *parts, size_t count)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	CHECK(len <= UINT32_MAX);
	if (len)
		conn->net->ops->writev(conn, parts, count);
}

size_t net_unsent(const struct net_conn *conn)
{
	return conn->net->ops->unsent(conn);
}

void net_order(struct net_conn *conn, enum net_order order)
{
	conn->order = order;
}

enum net_order net_order_of(const struct net_conn *conn)
{
	return conn->order;
}

void net_read(struct net_conn *conn, bool on)
{
	conn->net->ops->read(conn, on);
}

void net_close(struct net_conn *conn, msec linger_ms)
{
	conn->net->ops->close(conn, linger_ms);
}

static void ignore(struct net_conn *conn)
{
}

static void ignore_data(struct net_conn *conn, struct str bytes)
{
}

void net_abandon(struct net_conn *conn)
{
	static const struct net_handler nobody = {
		.on_open = ignore, .on_data = ignore_data, .on_closed = ignore};
	net_conn_attach(conn, &nobody, NULL);
	net_close(conn, 0);
}
