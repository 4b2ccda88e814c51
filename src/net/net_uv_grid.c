/* net_uv_grid.c - turns at fixed times, so that what is done in one does not show by the clock.
 *
 * An answer that leaves when its work is done tells how much work was done before it, others' work
 * included. On a grid a turn is:
 *
 *   at a multiple of the grid: all that peers have sent by then is read, once, and done; whoever asked for
 *   that moment is called (a commit begins, mostly); what was deferred is done, as far as the time goes;
 *   half a grid later: what other threads have finished by then is taken (a commit, mostly), and what was
 *   written leaves, in the order in which connections first wrote.
 *
 * So the time at which a peer's bytes are read, and that at which answers leave, are the grid's. */
#include "base/arena.h"
#include "net/net_uv_private.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <utlist.h>

/* Sleeps end this late at most; the system's own habit is 50 us. */
#define SLACK_NS 1000

void net_uv_set_grid(struct net *net, unsigned grid_ms)
{
	struct uv_world *world = (struct uv_world *)net;
	CHECK(grid_ms <= NET_GRID_MS_MAX);
	world->grid.half_ns = (uint64_t)grid_ms * 1000000 / 2;
	net->is_on_grid = grid_ms > 0;
}

/* --- time ------------------------------------------------------------------------------------- */

static uint64_t next_multiple(uint64_t now, uint64_t step)
{
	return (now / step + 1) * step;
}

static void sleep_until(uint64_t at)
{
	struct timespec until = {(time_t)(at / 1000000000), (long)(at % 1000000000)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		continue; /* a signal is told in the next turn */
}

/* --- what leaves ------------------------------------------------------------------------------ */

static struct uv_grid *grid_of(const struct uv_conn *conn)
{
	return &((struct uv_world *)conn->base.net)->grid;
}

static struct uv_outbox **list_of(struct uv_grid *grid, const struct uv_outbox *outbox)
{
	return outbox->bytes.len ? &grid->unsent[outbox->order] : &grid->drained;
}

static struct uv_outbox *outbox_new(struct uv_conn *conn)
{
	struct uv_outbox *outbox = mem_new(sizeof *outbox);
	outbox->conn = conn;
	DL_APPEND(grid_of(conn)->drained, outbox);
	return outbox;
}

void uv_grid_write(struct uv_conn *conn, struct str bytes)
{
	struct uv_grid *grid = grid_of(conn);
	if (bytes.len == 0)
		return;
	if (!conn->outbox)
		conn->outbox = outbox_new(conn);
	struct uv_outbox *outbox = conn->outbox;
	if (outbox->bytes.len == 0) {
		DL_DELETE(grid->drained, outbox);
		outbox->order = conn->base.order;
		DL_APPEND(grid->unsent[outbox->order], outbox);
	}
	buf_put(&outbox->bytes, bytes);
}

size_t uv_grid_unsent(const struct uv_conn *conn)
{
	return conn->outbox ? conn->outbox->bytes.len : 0;
}

void uv_grid_forget(struct uv_conn *conn)
{
	struct uv_grid *grid = grid_of(conn);
	struct uv_outbox *outbox = conn->outbox;
	if (!outbox)
		return;
	struct uv_outbox **list = list_of(grid, outbox);
	DL_DELETE(*list, outbox);
	conn->has_lost |= outbox->bytes.len > 0;
	conn->outbox = NULL;
	buf_free(&outbox->bytes);
	free(outbox);
}

static void send_outbox(struct uv_conn *conn)
{
	struct uv_grid *grid = grid_of(conn);
	struct uv_outbox *outbox = conn->outbox;
	struct buf bytes = outbox->bytes;
	DL_DELETE(grid->unsent[outbox->order], outbox);
	outbox->bytes = (struct buf) {0};
	DL_APPEND(grid->drained, outbox);
	const struct str all = buf_str(&bytes);
	uv_conn_send(conn, &all, 1);
	buf_free(&bytes);
	if (conn->is_closing && !uv_is_closing(&conn->socket.handle))
		uv_conn_linger(conn, conn->linger_until);
}

/* What it wrote has left at once, or else its on_drained comes when the rest has. */
static void tell_drained(struct uv_conn *conn)
{
	const struct net_handler *handler = conn->base.handler;
	uv_grid_forget(conn);
	if (!conn->is_closing && !net_unsent(&conn->base) && handler && handler->on_drained)
		handler->on_drained(&conn->base);
}

static bool is_unsent(const struct uv_grid *grid)
{
	return grid->unsent[NET_FIRST] || grid->unsent[NET_LAST];
}

/* First all leave, then they are told: what they do then must not keep the others waiting. */
static void let_leave(struct uv_grid *grid)
{
	for (enum net_order order = NET_FIRST; order <= NET_LAST; order++)
		while (grid->unsent[order])
			send_outbox(grid->unsent[order]->conn);
	while (grid->drained)
		tell_drained(grid->drained->conn);
}

/* --- a turn ----------------------------------------------------------------------------------- */

void uv_world_once_read(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	net_calls_put(&((struct uv_world *)net)->grid.once_read, fn, ctx);
}

/* What is deferred, supervisors' requests and outputs above all, comes behind the beginning of the commit, which
 * would else have less time the more of it there is. It has a quarter of the grid; what is left waits for the next
 * turn, so that somebody's long work does not move when others are answered. */
static void take(struct uv_world *world, uint64_t began)
{
	uv_run(&world->loop, UV_RUN_NOWAIT);
	net_calls_run(&world->grid.once_read);
	do
		uv_world_run_later(world);
	while (world->later.len && uv_hrtime() - began < world->grid.half_ns / 2);
}

static bool is_something_due(const struct uv_world *world)
{
	return world->later.len || world->grid.once_read.len || is_unsent(&world->grid);
}

/* Is there something to do? Waits for it, where may_wait. */
static bool has_news(struct uv_world *world, bool may_wait)
{
	struct pollfd loop = {.fd = uv_backend_fd(&world->loop), .events = POLLIN};
	int wait = uv_backend_timeout(&world->loop);
	if (is_something_due(world) || wait == 0)
		return true;
	return poll(&loop, 1, may_wait ? wait : 0) != 0 || may_wait;
}

static void run_turn(struct uv_world *world)
{
	uint64_t at = next_multiple(uv_hrtime(), 2 * world->grid.half_ns);
	sleep_until(at);
	take(world, at);
	sleep_until(at + world->grid.half_ns);
	uv_world_run_posted(world);
	let_leave(&world->grid);
}

/* libuv makes a socket part of what is polled only when it polls the next time. So the loop sleeps only
 * after a turn in which nothing happened. */
void uv_grid_run(struct uv_world *world)
{
	bool was_busy = true;
	prctl(PR_SET_TIMERSLACK, SLACK_NS);
	while (!world->grid.is_stopped &&
		(uv_loop_alive(&world->loop) || is_something_due(world))) {
		was_busy = has_news(world, !was_busy);
		run_turn(world);
	}
	world->grid.is_stopped = false;
}

void uv_grid_free(struct uv_world *world)
{
	net_calls_free(&world->grid.once_read);
}
