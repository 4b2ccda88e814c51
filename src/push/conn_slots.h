/* conn_slots.h - what belongs to a connection, by the slot of its http_ref. */
#ifndef PUSH_CONN_SLOTS_H
#define PUSH_CONN_SLOTS_H

#include "http/http.h"

/* Slots are small and dense (http_server counts its connections), so a plain array finds them. All zero is empty. */
struct conn_slots {
	void **at;
	size_t count;
};

/* The place of a slot, to be written to; until the next call. */
void **conn_slots_place(struct conn_slots *slots, struct http_ref ref);
void *conn_slots_find(const struct conn_slots *slots,
	struct http_ref ref); /* NULL: nothing, whatever the generation */
void conn_slots_free(struct conn_slots *slots);

#endif
