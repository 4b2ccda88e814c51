/* net_seeded.c - net_uv with two of its functions replaced; the streams are those of a net_sim that does nothing else. */
#include "net_seeded.h"
#include "base/arena.h"
#include "net/net_private.h"
#include "net/net_sim.h"
#include "net/net_uv.h"

#include <stdlib.h>

struct seeded_ops {
	struct net_ops base; /* first: a net points to it */
	struct net *streams;
};

static struct net *streams_of(const struct net *net)
{
	return ((const struct seeded_ops *)net->ops)->streams;
}

static struct net_stream stream_of(struct net *net, struct str label, uint64_t nth)
{
	return net_stream_of(streams_of(net), label, nth);
}

/* A connection's own stream is net_uv's, which has no key: all of these have one. */
static void draw(struct net *net, struct net_stream *stream, void *out, size_t len)
{
	static const unsigned char of_connections[32];
	if (!stream->key)
		stream->key = of_connections;
	net_random(streams_of(net), stream, out, len);
}

struct net *net_seeded_new(uint64_t seed)
{
	struct net *net = net_uv_new();
	struct seeded_ops *ops = mem_new(sizeof *ops);
	*ops = (struct seeded_ops) {.base = *net->ops, .streams = net_sim_new(seed, 0)};
	ops->base.stream_of = stream_of;
	ops->base.random = draw;
	net->ops = &ops->base;
	return net;
}

static void on_end(void *net)
{
	net_uv_stop(net);
}

void net_seeded_run(struct net *net, msec ms)
{
	struct net_timer end = {.fire = on_end, .ctx = net};
	net_timer_start(net, &end, ms);
	net_uv_run(net);
	net_timer_stop(net, &end);
}

void net_seeded_stop(struct net *net)
{
	net_uv_stop(net);
}

void net_seeded_free(struct net **net)
{
	struct seeded_ops *ops = (struct seeded_ops *)(*net)->ops;
	net_uv_free(net);
	net_sim_free(&ops->streams);
	free(ops);
}
