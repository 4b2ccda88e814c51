/* net_calls.h - calls that wait for their turn, in the order in which they were asked for. */
#ifndef NET_NET_CALLS_H
#define NET_NET_CALLS_H

#include <stddef.h>

struct net_call {
	void (*fn)(void *ctx);
	void *ctx;
};

struct net_calls {
	struct net_call *at;
	size_t len;
	size_t cap;
};

/* All zero is none. */
void net_calls_put(struct net_calls *calls, void (*fn)(void *ctx), void *ctx);
/* Moves all of them out: *calls is empty and usable afterwards, also while the result is run. */
struct net_calls net_calls_take(struct net_calls *calls);
void net_calls_run(struct net_calls *calls);  /* those that are there by now */
void net_calls_free(struct net_calls *calls); /* without running them */

#endif
