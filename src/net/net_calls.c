/* net_calls.c - a growing list of calls. */
#include "net/net_calls.h"
#include "base/arena.h"

#include <stdlib.h>

void net_calls_put(struct net_calls *calls, void (*fn)(void *ctx), void *ctx)
{
	if (calls->len == calls->cap) {
		calls->cap = calls->cap ? 2 * calls->cap : 16;
		calls->at = mem_resize(calls->at, calls->cap * sizeof *calls->at);
	}
	calls->at[calls->len++] = (struct net_call) {fn, ctx};
}

struct net_calls net_calls_take(struct net_calls *calls)
{
	struct net_calls taken = *calls;
	*calls = (struct net_calls) {0};
	return taken;
}

void net_calls_run(struct net_calls *calls)
{
	struct net_calls now = net_calls_take(calls);
	for (size_t i = 0; i < now.len; i++)
		now.at[i].fn(now.at[i].ctx);
	net_calls_free(&now);
}

void net_calls_free(struct net_calls *calls)
{
	free(calls->at);
	*calls = (struct net_calls) {0};
}
