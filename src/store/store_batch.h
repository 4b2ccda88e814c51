/* store_batch.h - the events of one commit, packed into one piece of memory, and what users were told of them. It
 * belongs to one at a time, and is handed on: the gate fills it, the journal's thread writes it, the projector turns it into rows. */
#ifndef STORE_STORE_BATCH_H
#define STORE_STORE_BATCH_H

#include "core/told.h"
#include "store/store_event.h"

/* Longer notes are handed over as they are: what a history of megabytes made would be copied by the loop in one turn. */
#define BATCH_NOTES_COPIED_MAX (64 * 1024)

/* A piece of what users were told, packed (told_pack). */
struct batch_notes {
	struct batch_notes *next;
	struct buf packed;
};

struct batch {
	struct batch *next;                     /* in its owner's line */
	msec since;                             /* it waits there, by the owner's clock */
	uint64_t first;                         /* lsn */
	size_t count;                           /* of events; at least one */
	size_t used, size;                      /* bytes of memory, this included */
	struct batch_notes *notes, *last_notes; /* what users were told of them, in order */
};

/* Packs one event more. *batch may be NULL: then it begins with this one. It may move. */
void batch_add(struct batch **batch, const struct event *event);
/* The same, of what is packed already, whether this program knows it or not. */
void batch_put(struct batch **batch, const struct store_event *packed);
/* Reads the events in order; *at is 0 before the first. Its strs are borrowed. False: there are no more. */
bool batch_read(const struct batch *batch, size_t *at, struct store_event *event);
/* Takes what is packed out of the buf. How much it is has no say in what a commit groups: it depends on who watches. */
void batch_keep(struct batch *batch, struct buf *notes);
/* struct batch_place at = batch_notes(batch); while (batch_next_note(&at, &note)) ... Its strs are borrowed. */
struct batch_place {
	const struct batch_notes *piece;
	struct str rest;
};
struct batch_place batch_notes(const struct batch *batch);
bool batch_next_note(struct batch_place *at, struct told_note *note);
size_t batch_bytes(const struct batch *batch);  /* of memory */
uint64_t batch_last(const struct batch *batch); /* lsn */
void batch_free(struct batch **batch);
void batches_free(struct batch **first); /* the whole line */

#endif
