/* net_heap.c - a binary heap whose entries know their places, so that any of them can be dropped. */
#include "net/net_heap.h"
#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>

static bool before(const struct net_due *a, const struct net_due *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return a->seq < b->seq;
}

static void set(struct net_heap *heap, size_t place, struct net_due *due)
{
	heap->at[place] = due;
	due->place = place;
}

static void rise(struct net_heap *heap, struct net_due *due)
{
	size_t place = due->place;
	while (place > 0 && before(due, heap->at[(place - 1) / 2])) {
		set(heap, place, heap->at[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	set(heap, place, due);
}

static void sink(struct net_heap *heap, struct net_due *due)
{
	size_t place = due->place;
	for (;;) {
		size_t child = 2 * place + 1;
		if (child >= heap->len)
			break;
		if (child + 1 < heap->len && before(heap->at[child + 1], heap->at[child]))
			child++;
		if (!before(heap->at[child], due))
			break;
		set(heap, place, heap->at[child]);
		place = child;
	}
	set(heap, place, due);
}

void net_heap_put(struct net_heap *heap, struct net_due *due)
{
	if (heap->len == heap->cap) {
		heap->cap = heap->cap ? 2 * heap->cap : 64;
		heap->at = mem_resize(heap->at, heap->cap * sizeof(struct net_due *));
	}
	set(heap, heap->len++, due);
	rise(heap, due);
}

void net_heap_drop(struct net_heap *heap, struct net_due *due)
{
	size_t place = due->place;
	CHECK(place < heap->len && heap->at[place] == due);
	struct net_due *last = heap->at[--heap->len];
	if (last == due)
		return;
	set(heap, place, last);
	rise(heap, last);
	sink(heap, last);
}

struct net_due *net_heap_first(const struct net_heap *heap)
{
	return heap->len ? heap->at[0] : NULL;
}

void net_heap_free(struct net_heap *heap)
{
	free(heap->at);
	*heap = (struct net_heap) {0};
}
