/* store_batch.h - the events of one append, copied into one piece of memory that travels from the
 * loop to the journal and on to the tables. */
#ifndef STORE_STORE_BATCH_H
#define STORE_STORE_BATCH_H

#include "store/store_table.h"

struct batch {
	struct batch *next;
	msec queued_at; /* monotonic; the projector's */
	size_t count;
	size_t bytes; /* of memory, about */
	struct store_event events[];
};

/* count > 0; lsns without gaps. */
struct batch *batch_new(const struct store_event *events, size_t count);
void batch_free(struct batch **batch);
void batches_free(struct batch **first); /* the whole list */

/* What of it this program does not know, or cannot read: "event 7, USER_ADDED: its body is cut or damaged". */
void event_put_wrong(struct buf *out, const struct store_event *packed);
/* Unpacks into room; event->body points there, and event->cause into packed. False: not an event that this program knows. */
bool event_unpack(const struct store_event *packed, union any_body *room, struct event *event);

#endif
