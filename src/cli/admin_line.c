/* admin_line.c - a line to the server and one back; or a server's core and store for a moment. */
#include "cli/admin_line.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/owner.h"
#include "centre/centre.h"
#include "centre/store_loop.h"
#include "net/net_uv.h"
#include "server/admin.h"
#include "server/bootstrap.h"
#include "server/erasure.h"
#include "server/reload.h"
#include "server/server.h"

/* --- through the socket ----------------------------------------------------------------------- */

/* -1: nobody listens there; errno says why. */
static int connect_to(const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(folder);
	if (len + sizeof "/admin.sock" > sizeof address.sun_path) {
		errno = ENOENT; /* the server cannot have bound it either */
		return -1;
	}
	memcpy(address.sun_path, folder, len);
	memcpy(address.sun_path + len, "/admin.sock", sizeof "/admin.sock");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	int reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

static void put_socket_failure(struct buf *why, const struct cli_folder *folder, int reason)
{
	struct buf path = {0};
	buf_printf(&path, "%s/admin.sock", folder->path);
	owner_put_failure(why, buf_str(&path), reason);
	buf_free(&path);
}

static bool send_all(int fd, struct str bytes)
{
	while (bytes.len) {
		ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR)
			return false;
		bytes = str_skip(bytes, n > 0 ? (size_t)n : 0);
	}
	return true;
}

static bool read_line(int fd, struct buf *line)
{
	for (;;) {
		ssize_t n = read(fd, buf_reserve(line, 4096), 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		line->len += (size_t)n;
		if (line->at[line->len - 1] == '\n') {
			line->len--;
			return true;
		}
	}
}

static enum err ask_server(int fd, struct str request, struct buf *answer, struct buf *why)
{
	if (send_all(fd, request) && send_all(fd, STR("\n")) && read_line(fd, answer))
		return OK;
	buf_puts(why, "the server gave no answer: whether it was done is unknown");
	return ERR_INTERNAL;
}

/* --- on the store itself ---------------------------------------------------------------------- */

struct alone {
	struct net *net;
	struct store_loop_net *loop;
	struct centre *centre;
	struct erasure *erasure;
	struct gate_wait wait;
	bool is_running, is_done;
	enum store_result result;
};

/* What is asked of a loop that does not run yet would stop its next run. */
static void go_on(struct alone *alone)
{
	if (alone->is_running)
		net_uv_stop(alone->net);
}

static void alone_on_disk(void *ctx, bool is_durable)
{
	struct alone *alone = ctx;
	alone->is_done = is_durable;
	go_on(alone);
}

static void lost(void *ctx, enum store_result result)
{
	struct alone *alone = ctx;
	alone->result = result;
	go_on(alone);
}

static enum err open_alone(struct alone *alone, const struct cli_folder *folder, struct buf *why)
{
	struct store *store = NULL;
	const struct centre_hooks hooks = {.ctx = alone, .lost = lost};
	const struct store_telling telling = server_telling(folder->config);
	/* The server trims: what it is to keep may stand in a file that is not named here. */
	enum err e = store_sqlite_open(
		str_of(folder->path), store_loop_net_loop(alone->loop), &telling, 0, &store, why);
	if (!e)
		e = centre_open(
			alone->net, store, str_of(folder->path), &hooks, &alone->centre, why);
	if (e || !centre_is_empty(alone->centre))
		return e;
	if (folder->file)
		return bootstrap_centre(alone->centre, alone->net, folder->config, why);
	buf_printf(why, "%s: the store is empty; give --config FILE, or start the server first",
		folder->path);
	return ERR_NOT_FOUND;
}

static void erased(void *ctx)
{
	go_on(ctx);
}

static void run_until_over(struct alone *alone)
{
	erasure_when_over(alone->erasure, erased, alone);
	alone->is_running = true;
	net_uv_run(alone->net);
	alone->is_running = false;
}

static enum err ask_alone(
	struct alone *alone, struct str request, struct buf *answer, struct buf *why)
{
	struct port *port = centre_port(alone->centre);
	struct reload reload = {.centre = alone->centre};
	const struct admin_world world = {.port = port,
		.reload = reload_answer,
		.reload_ctx = &reload,
		.erase = erasure_ask,
		.erase_ctx = alone->erasure};
	uint64_t lsn;
	admin_request(&world, request, answer, &lsn);
	if (erasure_is_busy(alone->erasure)) { /* here nobody could ask again */
		run_until_over(alone);
		answer->len = 0;
		admin_request(&world, request, answer, &lsn);
	}
	alone->is_done = false;
	alone->wait = (struct gate_wait) {.done = alone_on_disk, .ctx = alone};
	port_wait(port, &alone->wait, port->core->lsn);
	alone->is_running = true;
	if (!alone->is_done)
		net_uv_run(alone->net);
	alone->is_running = false;
	if (alone->is_done)
		return OK;
	answer->len = 0;
	buf_puts(why, alone->result == STORE_UNKNOWN
			      ? "the disk failed: whether it was done is unknown"
			      : "the store takes no writes: nothing was done");
	return ERR_STORE;
}

static void close_alone(struct alone *alone)
{
	erasure_free(&alone->erasure);
	centre_close(&alone->centre);
	net_uv_free(&alone->net);
	store_loop_net_free(&alone->loop);
}

static enum err open_without_server(
	struct alone *alone, const struct cli_folder *folder, struct buf *why)
{
	alone->net = net_uv_new();
	alone->loop = store_loop_net_new(alone->net);
	enum err e = open_alone(alone, folder, why);
	if (e == OK)
		alone->erasure = erasure_new(alone->net, alone->centre, str_of(folder->path));
	else
		close_alone(alone);
	return e;
}

/* --- whoever answers ---------------------------------------------------------------------------- */

struct admin_channel {
	int fd; /* -1: nobody serves */
	struct alone alone;
};

/* ERR_NOT_FOUND: nobody serves; why says so. */
static enum err reach_server(const struct cli_folder *folder, int *fd, struct buf *why)
{
	*fd = connect_to(folder->path);
	if (*fd != -1)
		return OK;
	bool is_none = errno == ENOENT || errno == ECONNREFUSED;
	if (is_none)
		buf_printf(why, "no server is running on %s", folder->path);
	else
		put_socket_failure(why, folder, errno);
	return is_none ? ERR_NOT_FOUND : ERR_INTERNAL;
}

bool admin_is_served(const struct cli_folder *folder)
{
	int fd = connect_to(folder->path);
	if (fd != -1)
		close(fd);
	return fd != -1;
}

enum err admin_line_running(
	const struct cli_folder *folder, struct str request, struct buf *answer, struct buf *why)
{
	int fd;
	enum err e = reach_server(folder, &fd, why);
	if (e != OK)
		return e;
	e = ask_server(fd, request, answer, why);
	close(fd);
	return e;
}

enum err admin_channel_open(
	const struct cli_folder *folder, struct admin_channel **out, struct buf *why)
{
	struct admin_channel *channel = mem_new(sizeof *channel);
	enum err e = reach_server(folder, &channel->fd, why);
	if (e == ERR_NOT_FOUND) {
		why->len = 0;
		/* A folder misspelt must not become a new store. */
		if (!folder->file && access(folder->path, F_OK) != 0)
			owner_put_failure(why, str_of(folder->path), errno);
		else
			e = open_without_server(&channel->alone, folder, why);
	}
	if (e == OK)
		*out = channel;
	else
		free(channel);
	return e;
}

enum err admin_channel_ask(
	struct admin_channel *channel, struct str request, struct buf *answer, struct buf *why)
{
	return channel->fd != -1 ? ask_server(channel->fd, request, answer, why)
				 : ask_alone(&channel->alone, request, answer, why);
}

void admin_channel_close(struct admin_channel **slot)
{
	struct admin_channel *channel = *slot;
	if (!channel)
		return;
	if (channel->fd != -1)
		close(channel->fd);
	else
		close_alone(&channel->alone);
	free(channel);
	*slot = NULL;
}

enum err admin_line(
	const struct cli_folder *folder, struct str request, struct buf *answer, struct buf *why)
{
	struct admin_channel *channel = NULL;
	enum err e = admin_channel_open(folder, &channel, why);
	if (e == OK)
		e = admin_channel_ask(channel, request, answer, why);
	admin_channel_close(&channel);
	return e;
}
