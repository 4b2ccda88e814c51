/* store_batch.h - the events of one commit, packed into one piece of memory, and what users were told of them. It
 * belongs to one at a time, and is handed on: the gate fills it, the journal's thread writes it, the projector turns it into rows. */
#ifndef STORE_STORE_BATCH_H
#define STORE_STORE_BATCH_H

#include "core/told.h"
#include "store/store_event.h"

struct batch {
	struct batch *next; /* in its owner's line */
	msec since;         /* it waits there, by the owner's clock */
	uint64_t first;     /* lsn */
	size_t count;       /* of events; at least one */
	size_t used, size;  /* bytes of memory, this included */
	struct buf notes;   /* what users were told of them (told_pack) */
};

/* Packs one event more. *batch may be NULL: then it begins with this one. It may move. */
void batch_add(struct batch **batch, const struct event *event);
/* The same, of what is packed already, whether this program knows it or not. */
void batch_put(struct batch **batch, const struct store_event *packed);
/* Reads the events in order; *at is 0 before the first. Its strs are borrowed. False: there are no more. */
bool batch_read(const struct batch *batch, size_t *at, struct store_event *event);
size_t batch_bytes(const struct batch *batch);  /* of memory */
uint64_t batch_last(const struct batch *batch); /* lsn */
void batch_free(struct batch **batch);
void batches_free(struct batch **first); /* the whole line */

#endif
