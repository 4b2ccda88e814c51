/* conn_slots.c - a growing array. */
#include "push/conn_slots.h"

#include <stdlib.h>

#define COUNT_AT_FIRST 64

void **conn_slots_place(struct conn_slots *slots, struct http_ref ref)
{
	size_t count = slots->count ? slots->count : COUNT_AT_FIRST;
	while (count <= ref.slot)
		count *= 2;
	if (count != slots->count) {
		slots->at = mem_resize(slots->at, count * sizeof(*slots->at));
		memset(slots->at + slots->count, 0, (count - slots->count) * sizeof(*slots->at));
		slots->count = count;
	}
	return &slots->at[ref.slot];
}

void *conn_slots_find(const struct conn_slots *slots, struct http_ref ref)
{
	return ref.slot < slots->count ? slots->at[ref.slot] : NULL;
}

void conn_slots_free(struct conn_slots *slots)
{
	free(slots->at);
	*slots = (struct conn_slots) {0};
}
