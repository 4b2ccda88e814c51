/* gate_batch.h - the packed events that become one commit; batches wait in line, oldest first. */
#ifndef CENTRE_GATE_BATCH_H
#define CENTRE_GATE_BATCH_H

#include "core/core.h"
#include "store/store.h"

struct gate_batch {
	struct buf bytes;           /* each packed body and its asker, one after the other */
	struct store_event *events; /* these point into bytes once gate_batch_seal was called */
	size_t count, cap;
	msec began; /* when its first event came */
	struct gate_batch *next;
};

/* A command of so many events fits in: an empty batch takes any command, for none is ever split. */
bool gate_batch_has_room(const struct gate_batch *batch, size_t count);
void gate_batch_add(struct gate_batch *batch, const struct event *event);
void gate_batch_seal(struct gate_batch *batch);
uint64_t gate_batch_last(const struct gate_batch *batch); /* lsn of its last event */
void gate_batch_empty(struct gate_batch *batch);          /* keeps its memory for the next events */
void gate_batch_free(struct gate_batch **batch);

#endif
