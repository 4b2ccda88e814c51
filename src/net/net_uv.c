/* net_uv.c - the real world: the loop, its clock, timers, turns, other threads' calls, signals. */
#include "net/net_uv.h"
#include "base/arena.h"
#include "net/net_uv_private.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <utlist.h>

struct uv_signal {
	uv_signal_t handle;
	void (*fn)(void *ctx, int signal);
	void *ctx;
	struct uv_signal *next;
};

/* A running net_timer's place in the heap. */
struct uv_ticking {
	struct net_due due;
	struct net_timer *timer;
	struct uv_ticking *next; /* world->spare_ticking */
};

static msec world_now(struct net *net);
static void timer_start(struct net *net, struct net_timer *timer, msec delay_ms);
static void timer_stop(struct net *net, struct net_timer *timer);
static void defer(struct net *net, void (*fn)(void *ctx), void *ctx);
static void post(struct net *net, void (*fn)(void *ctx), void *ctx);
static struct net_stream stream_of(struct net *net, struct str label, uint64_t nth);
static struct net_stream conn_stream(const struct net_conn *conn);
static void draw(struct net *net, struct net_stream *stream, void *out, size_t len);

static const struct net_ops uv_ops = {
	.now = world_now,
	.timer_start = timer_start,
	.timer_stop = timer_stop,
	.defer = defer,
	.once_read = uv_world_once_read,
	.post = post,
	.work = uv_world_work,
	.stream_of = stream_of,
	.random = draw,
	.listen = uv_world_listen,
	.listen_unix = uv_world_listen_unix,
	.listener_port = uv_world_listener_port,
	.listener_close = uv_world_listener_close,
	.connect = uv_world_connect,
	.connect_unix = uv_world_connect_unix,
	.conn_stream = conn_stream,
	.conn_peer = uv_world_conn_peer,
	.writev = uv_world_writev,
	.unsent = uv_world_unsent,
	.read = uv_world_read,
	.close = uv_world_close,
};

static void run_turn(uv_idle_t *turn);
static void run_posted(uv_async_t *wake);

struct net *net_uv_new(void)
{
	struct uv_world *world = mem_new(sizeof *world);
	struct timespec wall;
	world->base.ops = &uv_ops;
	clock_gettime(CLOCK_REALTIME, &wall);
	world->started_at = (msec)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
	world->started_ns = uv_hrtime();
	signal(SIGPIPE, SIG_IGN); /* a lost peer is a return value, */
	signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow (ulimit -f) */
	CHECK(uv_loop_init(&world->loop) == 0);
	world->loop.data = world;
	CHECK(uv_mutex_init(&world->posted_lock) == 0);
	CHECK(uv_timer_init(&world->loop, &world->alarm) == 0);
	CHECK(uv_idle_init(&world->loop, &world->turn) == 0);
	CHECK(uv_async_init(&world->loop, &world->wake, run_posted) == 0);
	uv_unref((uv_handle_t *)&world->wake); /* being able to be called is no reason to stay */
	uv_worker_init(&world->worker);
	return &world->base;
}

void net_uv_run(struct net *net)
{
	struct uv_world *world = (struct uv_world *)net;
	if (world->base.is_on_grid)
		uv_grid_run(world);
	else
		uv_run(&world->loop, UV_RUN_DEFAULT);
}

void net_uv_stop(struct net *net)
{
	struct uv_world *world = (struct uv_world *)net;
	world->grid.is_stopped = true;
	uv_stop(&world->loop);
}

/* --- time and timers --- */

static msec world_now(struct net *net)
{
	const struct uv_world *world = (const struct uv_world *)net;
	return world->started_at + (msec)((uv_hrtime() - world->started_ns) / 1000000);
}

static void ring(uv_timer_t *alarm);

static void set_alarm(struct uv_world *world)
{
	const struct net_due *first = net_heap_first(&world->timers);
	if (!first) {
		uv_timer_stop(&world->alarm);
		return;
	}
	msec wait = first->at - world_now(&world->base);
	uv_update_time(&world->loop);
	uv_timer_start(&world->alarm, ring, wait > 0 ? (uint64_t)wait : 0, 0);
}

/* Those started meanwhile wait for the next turn, so that a timer of 0 ms cannot hold the loop. */
static void ring(uv_timer_t *alarm)
{
	struct uv_world *world = alarm->loop->data;
	msec now = world_now(&world->base);
	uint64_t last = world->timers_started;
	struct net_due *due;
	while ((due = net_heap_first(&world->timers)) && due->at <= now && due->seq <= last) {
		struct net_timer *timer = ((struct uv_ticking *)due)->timer;
		timer_stop(&world->base, timer);
		timer->fire(timer->ctx);
	}
	set_alarm(world);
}

/* Timers start and stop many times a second: as many stay as ran at once. */
static struct uv_ticking *take_ticking(struct uv_world *world)
{
	struct uv_ticking *ticking = world->spare_ticking;
	if (!ticking)
		return mem_new(sizeof *ticking);
	world->spare_ticking = ticking->next;
	return ticking;
}

static void timer_start(struct net *net, struct net_timer *timer, msec delay_ms)
{
	struct uv_world *world = (struct uv_world *)net;
	struct uv_ticking *ticking = timer->inner;
	if (ticking)
		net_heap_drop(&world->timers, &ticking->due);
	else
		ticking = take_ticking(world);
	ticking->timer = timer;
	ticking->due.at = world_now(net) + delay_ms;
	ticking->due.seq = ++world->timers_started;
	net_heap_put(&world->timers, &ticking->due);
	timer->inner = ticking;
	if (net_heap_first(&world->timers) == &ticking->due)
		set_alarm(world);
}

static void timer_stop(struct net *net, struct net_timer *timer)
{
	struct uv_world *world = (struct uv_world *)net;
	struct uv_ticking *ticking = timer->inner;
	if (!ticking)
		return;
	net_heap_drop(&world->timers, &ticking->due);
	ticking->next = world->spare_ticking;
	world->spare_ticking = ticking;
	timer->inner = NULL;
	if (!world->timers.len)
		uv_timer_stop(&world->alarm);
}

/* --- turns and other threads --- */

static void defer(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	struct uv_world *world = (struct uv_world *)net;
	net_calls_put(&world->later, fn, ctx);
	if (!world->base.is_on_grid) /* which runs them itself, between its two ticks */
		uv_idle_start(&world->turn, run_turn);
}

void uv_world_run_later(struct uv_world *world)
{
	net_calls_run(&world->later);
}

static void run_turn(uv_idle_t *turn)
{
	struct uv_world *world = turn->loop->data;
	uv_world_run_later(world);
	if (!world->later.len)
		uv_idle_stop(turn);
}

static void post(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	struct uv_world *world = (struct uv_world *)net;
	uv_mutex_lock(&world->posted_lock);
	net_calls_put(&world->posted, fn, ctx);
	uv_mutex_unlock(&world->posted_lock);
	uv_async_send(&world->wake);
}

void uv_world_run_posted(struct uv_world *world)
{
	uv_mutex_lock(&world->posted_lock);
	struct net_calls now = net_calls_take(&world->posted);
	uv_mutex_unlock(&world->posted_lock);
	net_calls_run(&now);
}

static void run_posted(uv_async_t *wake)
{
	uv_world_run_posted(wake->loop->data);
}

/* --- randomness: every stream is the system's generator --- */

static struct net_stream stream_of(struct net *net, struct str label, uint64_t nth)
{
	return (struct net_stream) {0};
}

static struct net_stream conn_stream(const struct net_conn *conn)
{
	return (struct net_stream) {0};
}

static void draw(struct net *net, struct net_stream *stream, void *out, size_t len)
{
	stream->drawn++;
	CHECK(uv_random(NULL, NULL, out, len, 0, NULL) == 0);
}

/* --- signals --- */

static void on_signal(uv_signal_t *handle, int number)
{
	struct uv_signal *asked = (struct uv_signal *)handle;
	asked->fn(asked->ctx, number);
}

void net_uv_on_signal(struct net *net, int signal, void (*fn)(void *ctx, int signal), void *ctx)
{
	struct uv_world *world = (struct uv_world *)net;
	struct uv_signal *asked = mem_new(sizeof *asked);
	asked->fn = fn;
	asked->ctx = ctx;
	LL_PREPEND(world->signals, asked);
	CHECK(uv_signal_init(&world->loop, &asked->handle) == 0);
	CHECK(uv_signal_start(&asked->handle, on_signal, signal) == 0);
	uv_unref((uv_handle_t *)&asked->handle);
}

/* --- the end --- */

static void close_rest(uv_handle_t *handle, void *ctx)
{
	if (uv_is_closing(handle))
		return;
	if (handle->type == UV_TCP || handle->type == UV_NAMED_PIPE)
		uv_conn_drop(handle->data);
	else
		uv_close(handle, NULL);
}

static void forget_timers(struct uv_world *world)
{
	struct net_due *due;
	while ((due = net_heap_first(&world->timers)))
		timer_stop(&world->base, ((struct uv_ticking *)due)->timer);
	net_heap_free(&world->timers);
	while (world->spare_ticking)
		free(take_ticking(world));
}

void net_uv_free(struct net **net)
{
	struct uv_world *world = (struct uv_world *)*net;
	struct uv_signal *asked, *next;
	if (!world)
		return;
	world->ending = true;
	uv_worker_fini(&world->worker, &world->posted); /* from here on there is one thread */
	net_calls_free(&world->posted);
	while (world->listeners)
		uv_world_listener_close(&world->listeners->base);
	forget_timers(world);
	uv_grid_free(world);
	uv_walk(&world->loop, close_rest, NULL);
	while (uv_run(
		&world->loop, UV_RUN_DEFAULT)) /* a net_uv_stop not yet heeded ends one round */
		continue;
	CHECK(uv_loop_close(&world->loop) == 0);
	LL_FOREACH_SAFE(world->signals, asked, next)
		free(asked);
	uv_mutex_destroy(&world->posted_lock);
	net_calls_free(&world->later);
	free(world);
	*net = NULL;
}
