/* store_loop.c - posts and timers of a store, made of net_post and net_timer. */
#include "centre/store_loop.h"

#include <stdlib.h>
#include <utlist.h>

struct after {
	struct store_loop_net *owner;
	struct net_timer timer;
	void (*fn)(void *arg);
	void *arg;
	struct after *prev, *next;
};

struct store_loop_net {
	struct store_loop loop;
	struct net *net;
	struct after *waiting;
};

static void post(void *ctx, void (*fn)(void *arg), void *arg)
{
	net_post(((struct store_loop_net *)ctx)->net, fn, arg);
}

static void fire(void *ctx)
{
	struct after *after = ctx;
	void (*fn)(void *arg) = after->fn;
	void *arg = after->arg;
	DL_DELETE(after->owner->waiting, after);
	free(after);
	fn(arg);
}

static void call_after(void *ctx, msec delay_ms, void (*fn)(void *arg), void *arg)
{
	struct store_loop_net *owner = ctx;
	struct after *after = mem_new(sizeof *after);
	*after = (struct after) {
		.owner = owner, .timer = {.fire = fire, .ctx = after}, .fn = fn, .arg = arg};
	DL_APPEND(owner->waiting, after);
	net_timer_start(owner->net, &after->timer, delay_ms);
}

struct store_loop_net *store_loop_net_new(struct net *net)
{
	struct store_loop_net *loop = mem_new(sizeof *loop);
	loop->net = net;
	loop->loop = (struct store_loop) {.ctx = loop, .post = post, .after = call_after};
	return loop;
}

const struct store_loop *store_loop_net_loop(const struct store_loop_net *loop)
{
	return &loop->loop;
}

void store_loop_net_free(struct store_loop_net **loop)
{
	struct after *after, *next;
	if (!*loop)
		return;
	DL_FOREACH_SAFE((*loop)->waiting, after, next) {
		net_timer_stop((*loop)->net, &after->timer);
		free(after);
	}
	free(*loop);
	*loop = NULL;
}
