/* gate_held.h - outputs that wait, in the order in which they will leave: (lsn, rank, arrival). */
#ifndef SERVER_GATE_HELD_H
#define SERVER_GATE_HELD_H

#include "base/str.h"

struct gate_output {
	uint64_t lsn;
	unsigned rank;
	size_t bytes;
	void (*release)(void *arg);
	void (*drop)(void *arg);
	void *arg;
	struct gate_output *prev, *next;
};

struct gate_line {
	struct gate_output *first, *last;
};

/* Outputs come from here and go back, so that none costs a malloc once the server is warm. */
struct gate_chunk;
struct gate_pool {
	struct gate_output *free;
	struct gate_chunk *chunks;
};

struct gate_output *gate_pool_take(struct gate_pool *pool); /* not zeroed */
void gate_pool_give(struct gate_pool *pool, struct gate_output *output);
void gate_pool_free(struct gate_pool *pool);

/* Puts it behind all that are not after it; looks from the end, for most come in order. */
void gate_line_insert(struct gate_line *line, struct gate_output *output);
void gate_line_append(struct gate_line *line, struct gate_output *output);
struct gate_output *gate_line_shift(
	struct gate_line *line); /* the first, taken out; NULL if none */

#endif
