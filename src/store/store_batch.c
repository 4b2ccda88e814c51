/* store_batch.c - events packed one behind the other into one piece of memory. */
#include "store/store_batch.h"
#include "base/check.h"

#include <stdlib.h>

/* Of a new batch: what most commands need. */
#define BATCH_BYTES 2048

/* In front of each event's bytes: its body, then its asker. Where these are is known when it is read, for the
 * batch may move while it grows. */
#define EVENT_ALIGN _Alignof(struct store_event)

static size_t align(size_t at)
{
	return (at + EVENT_ALIGN - 1) / EVENT_ALIGN * EVENT_ALIGN;
}

static struct batch *batch_new(uint64_t first)
{
	struct batch *batch = mem_new(BATCH_BYTES);
	*batch = (struct batch) {.first = first, .used = sizeof *batch, .size = BATCH_BYTES};
	return batch;
}

/* The batch's memory as a buf, its end being where the next event's body goes. */
static struct buf open_end(struct batch **batch, uint64_t lsn)
{
	if (!*batch)
		*batch = batch_new(lsn);
	CHECK(lsn == (*batch)->first + (*batch)->count);
	struct buf memory = {(char *)*batch, (*batch)->used, (*batch)->size};
	size_t body = align(memory.len) + sizeof(struct store_event);
	buf_reserve(&memory, body - memory.len);
	memory.len = body;
	return memory;
}

/* Behind the body, which begins at `body`, goes the asker. */
static void close_end(
	struct batch **batch, struct buf *memory, size_t body, struct store_event packed)
{
	packed.body.len = memory->len - body;
	buf_put(memory, packed.cause.asker);
	memcpy(memory->at + body - sizeof packed, &packed, sizeof packed);
	*batch = (struct batch *)memory->at;
	(*batch)->used = memory->len;
	(*batch)->size = memory->cap;
	(*batch)->count++;
}

void batch_add(struct batch **batch, const struct event *event)
{
	struct buf memory = open_end(batch, event->lsn);
	size_t body = memory.len;
	body_pack(event_body(event->kind), &memory, event->body);
	close_end(batch, &memory, body,
		(struct store_event) {.lsn = event->lsn,
			.at = event->at,
			.kind = event->kind,
			.cause = *event->cause});
}

void batch_put(struct batch **batch, const struct store_event *packed)
{
	struct buf memory = open_end(batch, packed->lsn);
	size_t body = memory.len;
	buf_put(&memory, packed->body);
	close_end(batch, &memory, body, *packed);
}

bool batch_read(const struct batch *batch, size_t *at, struct store_event *event)
{
	size_t from = align(*at ? *at : sizeof *batch);
	if (from >= batch->used)
		return false;
	const char *bytes = (const char *)batch + from;
	memcpy(event, bytes, sizeof *event);
	event->body.at = bytes + sizeof *event;
	event->cause.asker.at = event->body.at + event->body.len;
	*at = from + sizeof *event + event->body.len + event->cause.asker.len;
	return true;
}

uint64_t batch_last(const struct batch *batch)
{
	return batch->first + batch->count - 1;
}

static struct buf *new_piece(struct batch *batch)
{
	struct batch_notes *piece = mem_new(sizeof *piece);
	*(batch->last_notes ? &batch->last_notes->next : &batch->notes) = piece;
	batch->last_notes = piece;
	return &piece->packed;
}

void batch_keep(struct batch *batch, struct buf *notes)
{
	if (notes->len > BATCH_NOTES_COPIED_MAX) {
		*new_piece(batch) = *notes;
		*notes = (struct buf) {0};
	} else if (notes->len) {
		buf_put(batch->last_notes ? &batch->last_notes->packed : new_piece(batch),
			buf_str(notes));
		notes->len = 0;
	}
}

struct batch_place batch_notes(const struct batch *batch)
{
	const struct batch_notes *first = batch->notes;
	return (struct batch_place) {first, first ? buf_str(&first->packed) : STR_NONE};
}

bool batch_next_note(struct batch_place *at, struct told_note *note)
{
	if (told_unpack(&at->rest, note))
		return true;
	if (!at->piece || !at->piece->next)
		return false;
	at->piece = at->piece->next;
	at->rest = buf_str(&at->piece->packed);
	return told_unpack(&at->rest, note);
}

size_t batch_bytes(const struct batch *batch)
{
	size_t bytes = batch->size;
	for (const struct batch_notes *piece = batch->notes; piece; piece = piece->next)
		bytes += piece->packed.cap;
	return bytes;
}

void batch_free(struct batch **batch)
{
	while (*batch && (*batch)->notes) {
		struct batch_notes *piece = (*batch)->notes;
		(*batch)->notes = piece->next;
		buf_free(&piece->packed);
		free(piece);
	}
	free(*batch);
	*batch = NULL;
}

void batches_free(struct batch **first)
{
	while (*first) {
		struct batch *batch = *first;
		*first = batch->next;
		batch_free(&batch);
	}
}
