/* net_uv_conn.c - one connection: reading, writing, and how it ends.
 *
 * It ends by net_close, by the other side, or by a failure. Where written bytes may still leave it
 * lingers first: it sends them, then its own end (FIN), and reads on without telling anybody until
 * the other side ends too; closing earlier, with bytes of the other side unread, would make the
 * system send a reset, which can destroy our last answer before it is read. */
#include "base/arena.h"
#include "net/net_uv_private.h"

#include <stdlib.h>
#include <utlist.h>

/* How long written bytes may take to leave after the other side has ended its own sending. */
#define UV_ENDED_LINGER_MS 5000
/* Deadlines of lingering connections are looked at in steps of this, so that thousands of them that
 * end at once cost one walk and not one each. */
#define UV_LINGER_STEP_MS 50
/* Parts of one call of the system: a poll's answer rarely has more. */
#define UV_PARTS_MAX 64

/* Bytes that the system did not take at once. */
struct uv_waiting {
	uv_write_t request;
	char bytes[];
};

struct uv_conn *uv_conn_new(struct uv_world *world, uv_handle_type type)
{
	struct uv_conn *conn = mem_new(sizeof *conn);
	conn->base.net = &world->base;
	if (type == UV_TCP)
		CHECK(uv_tcp_init(&world->loop, &conn->socket.tcp) == 0);
	else
		CHECK(uv_pipe_init(&world->loop, &conn->socket.pipe, 0) == 0);
	conn->socket.handle.data = conn;
	return conn;
}

static struct uv_world *world_of(const struct uv_conn *conn)
{
	return (struct uv_world *)conn->base.net;
}

/* --- how it ends --- */

static void on_gone(uv_handle_t *handle)
{
	struct uv_conn *conn = handle->data;
	if (conn->base.handler && !world_of(conn)->ending)
		conn->base.handler->on_closed(&conn->base);
	free(conn);
}

void uv_conn_drop(struct uv_conn *conn)
{
	if (conn->is_lingering)
		DL_DELETE(world_of(conn)->lingering, conn);
	conn->is_lingering = false;
	conn->is_closing = true;
	uv_grid_forget(conn);
	uv_opening_forget(conn);
	if (!uv_is_closing(&conn->socket.handle))
		uv_close(&conn->socket.handle, on_gone);
}

static void look_at_deadlines(void *ctx)
{
	struct uv_world *world = ctx;
	struct uv_conn *conn, *next;
	msec now = net_now(&world->base);
	DL_FOREACH_SAFE(world->lingering, conn, next)
		if (conn->linger_until <= now)
			uv_conn_drop(conn);
	if (world->lingering)
		net_timer_start(&world->base, &world->linger_timer, UV_LINGER_STEP_MS);
}

static void on_shut(uv_shutdown_t *request, int status)
{
	struct uv_conn *conn = request->handle->data;
	free(request);
	conn->is_shut = true;
	if (status < 0 || conn->is_ended)
		uv_conn_drop(conn);
}

static void start_reading(struct uv_conn *conn);

void uv_conn_linger(struct uv_conn *conn, msec linger_ms)
{
	struct uv_world *world = world_of(conn);
	conn->is_closing = true;
	if (uv_grid_unsent(conn)) { /* first that leaves, at its time */
		conn->linger_until = linger_ms;
		return;
	}
	uv_shutdown_t *request = mem_new(sizeof *request);
	if (uv_shutdown(request, &conn->socket.stream, on_shut) != 0) {
		free(request);
		uv_conn_drop(conn);
		return;
	}
	conn->is_lingering = true;
	conn->linger_until = net_now(&world->base) + linger_ms;
	if (!world->lingering) {
		world->linger_timer.fire = look_at_deadlines;
		world->linger_timer.ctx = world;
		net_timer_start(&world->base, &world->linger_timer, UV_LINGER_STEP_MS);
	}
	DL_APPEND(world->lingering, conn);
	if (!conn->is_ended)
		start_reading(conn);
}

void uv_world_close(struct net_conn *base, msec linger_ms)
{
	struct uv_conn *conn = (struct uv_conn *)base;
	bool may_still_send = conn->is_lingering || uv_grid_unsent(conn);
	if (conn->is_closing && may_still_send && linger_ms == 0)
		uv_conn_drop(conn);
	if (conn->is_closing)
		return;
	if (linger_ms <= 0 || conn->opening)
		uv_conn_drop(conn);
	else
		uv_conn_linger(conn, linger_ms);
}

/* --- reading --- */

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct uv_world *world = handle->loop->data;
	*buf = uv_buf_init(world->input, sizeof world->input);
}

static void other_side_ended(struct uv_conn *conn)
{
	conn->is_ended = true;
	uv_read_stop(&conn->socket.stream);
	if (conn->is_lingering) {
		if (conn->is_shut)
			uv_conn_drop(conn);
		return; /* what was written still leaves, then on_shut ends it */
	}
	if (conn->is_closing)
		return; /* it lingers once its last turn's bytes have left */
	if (uv_world_unsent(&conn->base))
		uv_conn_linger(conn, UV_ENDED_LINGER_MS);
	else
		uv_conn_drop(conn);
}

static void on_bytes(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct uv_conn *conn = stream->data;
	if (len == UV_EOF) {
		other_side_ended(conn);
		return;
	}
	if (len < 0) {
		uv_conn_drop(conn);
		return;
	}
	if (len > 0 && !conn->is_closing && conn->base.handler)
		conn->base.handler->on_data(&conn->base, str_from(buf->base, (size_t)len));
}

static void start_reading(struct uv_conn *conn)
{
	int status = uv_read_start(&conn->socket.stream, on_room, on_bytes);
	if (status < 0 && status != UV_EALREADY)
		uv_conn_drop(conn);
}

void uv_world_read(struct net_conn *base, bool on)
{
	struct uv_conn *conn = (struct uv_conn *)base;
	conn->is_paused = !on;
	if (conn->is_closing || conn->opening)
		return;
	if (on)
		start_reading(conn);
	else
		uv_read_stop(&conn->socket.stream);
}

static void name_peer(struct uv_conn *conn)
{
	static const char mapped[] = "::ffff:";
	struct sockaddr_storage address = {0};
	int len = sizeof address;
	if (uv_tcp_getpeername(&conn->socket.tcp, (struct sockaddr *)&address, &len) != 0)
		return;
	if (address.ss_family == AF_INET)
		uv_ip4_name((const struct sockaddr_in *)&address, conn->peer, sizeof conn->peer);
	else
		uv_ip6_name((const struct sockaddr_in6 *)&address, conn->peer, sizeof conn->peer);
	/* An IPv4 client of a socket for both is one and the same client as over IPv4. */
	if (strncmp(conn->peer, mapped, sizeof mapped - 1) == 0 && strchr(conn->peer, '.'))
		memmove(conn->peer, conn->peer + sizeof mapped - 1,
			strlen(conn->peer + sizeof mapped - 1) + 1);
}

void uv_conn_start(struct uv_conn *conn)
{
	if (conn->socket.handle.type == UV_TCP) {
		uv_tcp_nodelay(&conn->socket.tcp, 1);
		name_peer(conn);
	}
	if (!conn->is_paused && !conn->is_closing)
		start_reading(conn);
}

struct str uv_world_conn_peer(const struct net_conn *base)
{
	return str_of(((const struct uv_conn *)base)->peer);
}

/* --- writing --- */

static void on_written(uv_write_t *request, int status)
{
	struct uv_conn *conn = request->handle->data;
	free(request);
	conn->waiting--;
	if (status < 0) {
		conn->has_lost = true;
		if (status != UV_ECANCELED)
			uv_conn_drop(conn);
		return;
	}
	/* Several may have left at once, and each is told of when all have left: the last one counts. */
	if (conn->is_closing || conn->waiting)
		return;
	if (conn->base.handler && conn->base.handler->on_drained)
		conn->base.handler->on_drained(&conn->base);
}

/* What is left of the parts without their first `taken` bytes: together, until the system takes it. */
static void write_later(
	struct uv_conn *conn, const struct str *parts, size_t count, size_t taken, size_t left)
{
	struct uv_waiting *waiting = mem_new(sizeof *waiting + left);
	size_t len = 0;
	for (size_t i = 0; i < count; i++) {
		size_t gone = taken < parts[i].len ? taken : parts[i].len;
		struct str rest = str_skip(parts[i], gone);
		taken -= gone;
		if (rest.len)
			memcpy(waiting->bytes + len, rest.at, rest.len);
		len += rest.len;
	}
	uv_buf_t buf = uv_buf_init(waiting->bytes, (unsigned)len);
	if (uv_write(&waiting->request, &conn->socket.stream, &buf, 1, on_written) == 0) {
		conn->waiting++;
		return;
	}
	free(waiting);
	uv_conn_drop(conn);
}

/* As many of the parts as go with one call. Gives the bytes that the system took, or libuv's error. */
static int try_write(struct uv_conn *conn, const struct str *parts, size_t count, size_t *offered)
{
	uv_buf_t bufs[UV_PARTS_MAX];
	unsigned n = 0;
	*offered = 0;
	for (; n < count && n < UV_PARTS_MAX; n++) {
		bufs[n] = uv_buf_init((char *)(uintptr_t)parts[n].at, (unsigned)parts[n].len);
		*offered += parts[n].len;
	}
	return uv_try_write(&conn->socket.stream, bufs, n); /* nothing while others wait */
}

void uv_conn_send(struct uv_conn *conn, const struct str *parts, size_t count)
{
	size_t left = 0;
	for (size_t i = 0; i < count; i++)
		left += parts[i].len;
	while (left) {
		size_t offered;
		int result = try_write(conn, parts, count, &offered);
		if (result < 0 && result != UV_EAGAIN) {
			conn->has_lost = true;
			uv_conn_drop(conn);
			return;
		}
		size_t taken = result > 0 ? (size_t)result : 0;
		left -= taken;
		if (taken < offered) {
			write_later(conn, parts, count, taken, left);
			return;
		}
		if (left) {
			parts += UV_PARTS_MAX;
			count -= UV_PARTS_MAX;
		}
	}
}

void uv_world_writev(struct net_conn *base, const struct str *parts, size_t count)
{
	struct uv_conn *conn = (struct uv_conn *)base;
	if (conn->is_closing) {
		conn->has_lost = true;
		return;
	}
	if (!conn->opening && !conn->base.net->is_on_grid) {
		uv_conn_send(conn, parts, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		(conn->opening ? uv_opening_write : uv_grid_write)(conn, parts[i]);
}

size_t uv_world_unsent(const struct net_conn *base)
{
	const struct uv_conn *conn = (const struct uv_conn *)base;
	if (conn->opening)
		return uv_opening_unsent(conn);
	return conn->has_lost + uv_grid_unsent(conn) +
	       uv_stream_get_write_queue_size(&conn->socket.stream);
}
