/* gate_batch.c - packing events into the bytes of a commit. */
#include "centre/gate_batch.h"

#include <stdlib.h>

#include "centre/gate.h"

bool gate_batch_has_room(const struct gate_batch *batch, size_t count)
{
	if (batch->count == 0)
		return true;
	return batch->count + count <= GATE_BATCH_EVENTS_MAX &&
	       batch->bytes.len < GATE_BATCH_BYTES_MAX;
}

void gate_batch_add(struct gate_batch *batch, const struct event *event)
{
	if (batch->count == batch->cap) {
		batch->cap = batch->cap ? batch->cap * 2 : 64;
		batch->events = mem_resize(batch->events, batch->cap * sizeof *batch->events);
	}
	size_t from = batch->bytes.len;
	body_pack(event_body(event->kind), &batch->bytes, event->body);
	batch->events[batch->count++] = (struct store_event) {
		.lsn = event->lsn,
		.at = event->at,
		.kind = event->kind,
		.body = {NULL, batch->bytes.len - from}, /* the buf may still move */
		.cause = *event->cause,
	};
	buf_put(&batch->bytes, event->cause->asker);
}

void gate_batch_seal(struct gate_batch *batch)
{
	const char *at = batch->bytes.at;
	for (size_t i = 0; i < batch->count; i++) {
		batch->events[i].body.at = at;
		at += batch->events[i].body.len;
		batch->events[i].cause.asker.at = at;
		at += batch->events[i].cause.asker.len;
	}
}

uint64_t gate_batch_last(const struct gate_batch *batch)
{
	return batch->events[batch->count - 1].lsn;
}

void gate_batch_empty(struct gate_batch *batch)
{
	/* One huge command must not keep its memory for ever. */
	if (batch->bytes.cap > 2 * GATE_BATCH_BYTES_MAX)
		buf_free(&batch->bytes);
	batch->bytes.len = 0;
	batch->count = 0;
	batch->next = NULL;
}

void gate_batch_free(struct gate_batch **batch)
{
	if (!*batch)
		return;
	buf_free(&(*batch)->bytes);
	free((*batch)->events);
	free(*batch);
	*batch = NULL;
}
