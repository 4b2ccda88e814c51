/* net_heap.h - things that are due at some time, the earliest first. */
#ifndef NET_NET_HEAP_H
#define NET_NET_HEAP_H

#include "base/msec.h"

/* Embedded at the start of what is due. Order: at, then rank, then seq. */
struct net_due {
	msec at;
	uint64_t rank;
	uint64_t seq;
	size_t place; /* the heap's own */
};

struct net_heap {
	struct net_due **at;
	size_t len;
	size_t cap;
};

/* All zero is an empty heap. What is due belongs to the caller. */
void net_heap_put(struct net_heap *heap, struct net_due *due);
void net_heap_drop(struct net_heap *heap, struct net_due *due); /* one that is in it */
struct net_due *net_heap_first(const struct net_heap *heap);    /* NULL if empty */
void net_heap_free(struct net_heap *heap);                      /* empties it */

#endif
