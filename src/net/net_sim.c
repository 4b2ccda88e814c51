/* net_sim.c - the simulated world: its clock, its order of things, timers, turns, streams.
 *
 * What is due at the same time happens in an order that no third party can move: first timers, by
 * the number each got when it was first started; then what concerns connections, peer by peer in an
 * order drawn from (seed, peer, time), and within a peer as it was scheduled. After each of these
 * everything that it deferred runs before the next one. */
#include "net/net_sim.h"
#include "base/arena.h"
#include "net/net_sim_private.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

static msec sim_now(struct net *net);
static void timer_start(struct net *net, struct net_timer *timer, msec delay_ms);
static void timer_stop(struct net *net, struct net_timer *timer);
static void defer(struct net *net, void (*fn)(void *ctx), void *ctx);
static void work_inline(
	struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx);
static struct net_stream stream_of(struct net *net, struct str label, uint64_t nth);
static void draw(struct net *net, struct net_stream *stream, void *out, size_t len);

static const struct net_ops sim_ops = {
	.now = sim_now,
	.timer_start = timer_start,
	.timer_stop = timer_stop,
	.defer = defer,
	.post = defer,
	.work = work_inline,
	.stream_of = stream_of,
	.random = draw,
	.listen = sim_listen,
	.listen_unix = sim_listen_unix,
	.listener_port = sim_listener_port,
	.listener_close = sim_listener_close,
	.connect = sim_connect,
	.connect_unix = sim_connect_unix,
	.conn_stream = sim_conn_stream,
	.conn_peer = sim_conn_peer,
	.writev = sim_writev,
	.unsent = sim_unsent,
	.read = sim_read,
	.close = sim_close,
};

static void hash_u64(crypto_generichash_state *state, uint64_t n)
{
	unsigned char bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(n >> (8 * i));
	crypto_generichash_update(state, bytes, sizeof bytes);
}

struct net *net_sim_new(uint64_t seed, msec start)
{
	struct sim_world *world = mem_new(sizeof *world);
	crypto_generichash_state state;
	world->base.ops = &sim_ops;
	world->now = start;
	world->last_port = 20000;
	crypto_generichash_init(&state, NULL, 0, sizeof world->key);
	hash_u64(&state, seed);
	crypto_generichash_final(&state, world->key, sizeof world->key);
	return &world->base;
}

void net_sim_record(struct net *net,
	void (*record)(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes),
	void *ctx)
{
	struct sim_world *world = (struct sim_world *)net;
	world->record = record;
	world->record_ctx = ctx;
}

/* --- time --- */

static void run_deferred(struct sim_world *world)
{
	while (world->later.len)
		net_calls_run(&world->later);
}

static void fire(struct sim_world *world, struct sim_event *event)
{
	struct net_timer *timer = event->timer;
	timer_stop(&world->base, timer);
	timer->fire(timer->ctx);
}

void net_sim_run(struct net *net, msec until)
{
	struct sim_world *world = (struct sim_world *)net;
	struct net_due *due;
	run_deferred(world);
	while ((due = net_heap_first(&world->due)) && due->at <= until) {
		struct sim_event *event = (struct sim_event *)due;
		if (world->now < due->at)
			world->now = due->at;
		if (event->end) {
			net_heap_drop(&world->due, due);
			sim_happen(event);
		} else {
			fire(world, event);
		}
		run_deferred(world);
	}
	if (world->now < until)
		world->now = until;
}

void net_sim_stand_still(struct net *net, msec ms)
{
	((struct sim_world *)net)->now += ms;
}

static msec sim_now(struct net *net)
{
	return ((const struct sim_world *)net)->now;
}

/* --- timers ---
 * timer->inner of a running one is its event. Of one that was stopped or has fired it is the timer's
 * number, made odd, which an address never is: so a timer that many share keeps its place among what
 * is due at the same time, whoever makes it start earlier or later. */

static uint64_t number_of(struct sim_world *world, const struct net_timer *timer)
{
	uintptr_t known = (uintptr_t)timer->inner;
	return known ? known >> 1 : ++world->timers;
}

static bool is_running(const struct net_timer *timer)
{
	return timer->inner && !((uintptr_t)timer->inner & 1);
}

static void timer_start(struct net *net, struct net_timer *timer, msec delay_ms)
{
	struct sim_world *world = (struct sim_world *)net;
	timer_stop(net, timer);
	struct sim_event *event = mem_new(sizeof *event);
	event->timer = timer;
	event->due.at = world->now + delay_ms;
	event->due.seq = number_of(world, timer);
	timer->inner = event;
	net_heap_put(&world->due, &event->due);
}

static void timer_stop(struct net *net, struct net_timer *timer)
{
	struct sim_world *world = (struct sim_world *)net;
	if (!is_running(timer))
		return;
	struct sim_event *event = timer->inner;
	net_heap_drop(&world->due, &event->due);
	timer->inner = (void *)(uintptr_t)(event->due.seq << 1 | 1);
	free(event);
}

/* --- turns --- */

static void defer(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	net_calls_put(&((struct sim_world *)net)->later, fn, ctx);
}

static void work_inline(
	struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx)
{
	work(ctx);
	defer(net, done, ctx);
}

/* --- streams --- */

struct sim_stream sim_stream(
	const struct sim_world *world, const char *purpose, struct str label, uint64_t nth)
{
	struct sim_stream stream = {0};
	crypto_generichash_state state;
	crypto_generichash_init(&state, world->key, sizeof world->key, sizeof stream.key);
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	hash_u64(&state, nth);
	if (label.len)
		crypto_generichash_update(&state, (const unsigned char *)label.at, label.len);
	crypto_generichash_final(&state, stream.key, sizeof stream.key);
	return stream;
}

/* Each draw is a stretch of its own, so that how much one draw takes does not move the next. */
static void draw_nth(const unsigned char key[32], uint64_t nth, void *out, size_t len)
{
	unsigned char nonce[crypto_stream_chacha20_NONCEBYTES];
	for (size_t i = 0; i < sizeof nonce; i++)
		nonce[i] = (unsigned char)(nth >> (8 * i));
	crypto_stream_chacha20(out, len, nonce, key);
}

void sim_draw(struct sim_stream *stream, void *out, size_t len)
{
	draw_nth(stream->key, stream->drawn++, out, len);
}

struct net_stream sim_lend(struct sim_world *world, const struct sim_stream *stream)
{
	struct str key = str_from(stream->key, sizeof stream->key);
	return (struct net_stream) {.key = (const void *)arena_copy(&world->keys, key).at};
}

static struct net_stream stream_of(struct net *net, struct str label, uint64_t nth)
{
	struct sim_world *world = (struct sim_world *)net;
	struct sim_stream stream = sim_stream(world, "asked", label, nth);
	return sim_lend(world, &stream);
}

static void draw(struct net *net, struct net_stream *stream, void *out, size_t len)
{
	draw_nth(stream->key, stream->drawn++, out, len);
}

static uint64_t draw_rank(const struct sim_world *world, const struct sim_peer *peer, msec at)
{
	struct sim_stream stream =
		sim_stream(world, "rank", str_from(peer->name, peer->name_len), (uint64_t)at);
	uint64_t rank;
	memcpy(&rank, stream.key, sizeof rank);
	return rank | 1; /* 0 belongs to timers */
}

uint64_t sim_rank(const struct sim_world *world, struct sim_peer *peer, msec at)
{
	if (!peer->rank || peer->ranked_at != at) {
		peer->rank = draw_rank(world, peer, at);
		peer->ranked_at = at;
	}
	return peer->rank;
}

/* --- the end --- */

static void drop_what_is_due(struct sim_world *world)
{
	struct net_due *due;
	while ((due = net_heap_first(&world->due))) {
		struct sim_event *event = (struct sim_event *)due;
		net_heap_drop(&world->due, due);
		if (!event->end)
			event->timer->inner = NULL;
		sim_event_free(event);
	}
	net_heap_free(&world->due);
}

void net_sim_free(struct net **net)
{
	struct sim_world *world = (struct sim_world *)*net;
	struct sim_pair *pair, *next_pair;
	struct sim_peer *peer, *next_peer;
	if (!world)
		return;
	drop_what_is_due(world);
	DL_FOREACH_SAFE(world->pairs, pair, next_pair)
		sim_pair_free(pair);
	HASH_ITER(hh, world->peers, peer, next_peer) {
		HASH_DEL(world->peers, peer);
		free(peer);
	}
	while (world->listeners)
		sim_listener_close(&world->listeners->base);
	net_calls_free(&world->later);
	arena_free(&world->keys);
	free(world);
	*net = NULL;
}
