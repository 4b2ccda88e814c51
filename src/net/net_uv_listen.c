/* net_uv_listen.c - listening sockets: TCP on an address, Unix on a path. */
#include "base/arena.h"
#include "base/log.h"
#include "net/net_uv_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utlist.h>

/* Connections that wait for the accept: a burst of reconnecting clients after a restart. */
#define UV_BACKLOG 1024
/* A host that is out of descriptors fails many accepts: one line of log a second is enough. */
#define UV_ACCEPT_LOG_MS 1000

static void on_free(uv_handle_t *handle)
{
	struct uv_listener *listener = handle->data;
	free(listener->path);
	free(listener);
}

static struct uv_listener *listener_new(struct uv_world *world, uv_handle_type type)
{
	struct uv_listener *listener = mem_new(sizeof *listener);
	listener->base.net = &world->base;
	if (type == UV_TCP)
		CHECK(uv_tcp_init(&world->loop, &listener->socket.tcp) == 0);
	else
		CHECK(uv_pipe_init(&world->loop, &listener->socket.pipe, 0) == 0);
	listener->socket.handle.data = listener;
	DL_APPEND(world->listeners, listener);
	return listener;
}

/* libuv answers EMFILE by accepting and closing, with a descriptor it keeps for that; what arrives
 * here is anything else. The listener goes on in each case. */
static void log_failed(struct uv_world *world, int status)
{
	msec now = net_now(&world->base);
	if (now - world->accept_failed_at < UV_ACCEPT_LOG_MS)
		return;
	world->accept_failed_at = now;
	log_warn("net", "a connection could not be accepted: %s", uv_strerror(status));
}

static void on_connection(uv_stream_t *stream, int status)
{
	struct uv_listener *listener = stream->data;
	struct uv_world *world = (struct uv_world *)listener->base.net;
	if (status < 0) {
		log_failed(world, status);
		return;
	}
	struct uv_conn *conn = uv_conn_new(world, stream->type);
	status = uv_accept(stream, &conn->socket.stream);
	if (status < 0) {
		log_failed(world, status);
		uv_conn_drop(conn);
		return;
	}
	uv_conn_start(conn);
	listener->on_accept(listener->ctx, &conn->base);
}

/* A socket's file is one more file: a full or read-only disk takes none, for now. */
static bool is_of_the_disk(int status)
{
	return status == UV_ENOSPC || status == UV_EROFS || status == -EDQUOT;
}

static enum err start(
	struct uv_listener *listener, int status, const char *where, struct net_listener **out)
{
	if (status == 0)
		status = uv_listen(&listener->socket.stream, UV_BACKLOG, on_connection);
	if (status < 0) {
		bool is_for_now = is_of_the_disk(status);
		if (!is_for_now)
			log_error("net", "cannot listen on %s: %s", where, uv_strerror(status));
		uv_world_listener_close(&listener->base);
		return is_for_now ? ERR_STORE : ERR_INTERNAL;
	}
	*out = &listener->base;
	return OK;
}

enum err uv_world_listen(struct net *net, struct str host, unsigned port,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out)
{
	struct uv_listener *listener = listener_new((struct uv_world *)net, UV_TCP);
	struct sockaddr_storage address;
	char where[128];
	snprintf(where, sizeof where, "%.*s", STR_ARGS(host));
	if (str_is(host, "localhost"))
		snprintf(where, sizeof where, "127.0.0.1");
	listener->on_accept = on_accept;
	listener->ctx = ctx;
	int status = uv_ip4_addr(where, (int)port, (struct sockaddr_in *)&address);
	if (status < 0)
		status = uv_ip6_addr(where, (int)port, (struct sockaddr_in6 *)&address);
	if (status == 0)
		status = uv_tcp_bind(&listener->socket.tcp, (const struct sockaddr *)&address, 0);
	return start(listener, status, where, out);
}

/* 0 where nothing is in the way: no file, or a socket that nobody answers at, which is removed. A live
 * server's socket is never taken away from it. */
static int clear_path(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat found;
	if (lstat(path, &found) != 0)
		return 0;
	if (!S_ISSOCK(found.st_mode) || strlen(path) >= sizeof address.sun_path)
		return UV_EADDRINUSE;
	memcpy(address.sun_path, path, strlen(path) + 1);
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe < 0)
		return uv_translate_sys_error(errno);
	bool is_live = connect(probe, (const struct sockaddr *)&address, sizeof address) == 0;
	close(probe);
	if (is_live)
		return UV_EADDRINUSE;
	return unlink(path) == 0 ? 0 : uv_translate_sys_error(errno);
}

enum err uv_world_listen_unix(struct net *net, struct str path,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out)
{
	char *copy = (char *)(uintptr_t)str_copy(path).at;
	if (!copy)
		return ERR_INTERNAL;
	struct uv_listener *listener = listener_new((struct uv_world *)net, UV_NAMED_PIPE);
	listener->on_accept = on_accept;
	listener->ctx = ctx;
	listener->path = copy;
	int status = clear_path(copy);
	if (status == 0)
		status = uv_pipe_bind(&listener->socket.pipe, copy);
	/* Nobody can connect between the bind and the listen, so the mode comes in time. */
	if (status == 0 && chmod(copy, 0600) != 0)
		status = UV_EPERM;
	return start(listener, status, copy, out);
}

unsigned uv_world_listener_port(const struct net_listener *base)
{
	const struct uv_listener *listener = (const struct uv_listener *)base;
	struct sockaddr_storage address = {0};
	int len = sizeof address;
	if (listener->path ||
		uv_tcp_getsockname(&listener->socket.tcp, (struct sockaddr *)&address, &len))
		return 0;
	return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
						   : ((struct sockaddr_in *)&address)->sin_port);
}

void uv_world_listener_close(struct net_listener *base)
{
	struct uv_listener *listener = (struct uv_listener *)base;
	struct uv_world *world = (struct uv_world *)base->net;
	DL_DELETE(world->listeners, listener);
	uv_close(&listener->socket.handle, on_free); /* removes a Unix socket's file as well */
}
