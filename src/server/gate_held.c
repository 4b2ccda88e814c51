/* gate_held.c - a sorted line of outputs and the pool they come from. */
#include "server/gate_held.h"

#include <stdlib.h>

#include "base/arena.h"

#define CHUNK_OUTPUTS 128 /* 9 KiB: what a busy turn of the loop holds */

struct gate_chunk {
	struct gate_chunk *older;
	struct gate_output outputs[CHUNK_OUTPUTS];
};

static void pool_grow(struct gate_pool *pool)
{
	struct gate_chunk *chunk = mem_new(sizeof *chunk);
	chunk->older = pool->chunks;
	pool->chunks = chunk;
	for (size_t i = CHUNK_OUTPUTS; i-- > 0;)
		gate_pool_give(pool, &chunk->outputs[i]);
}

struct gate_output *gate_pool_take(struct gate_pool *pool)
{
	if (!pool->free)
		pool_grow(pool);
	struct gate_output *output = pool->free;
	pool->free = output->next;
	return output;
}

void gate_pool_give(struct gate_pool *pool, struct gate_output *output)
{
	output->next = pool->free;
	pool->free = output;
}

void gate_pool_free(struct gate_pool *pool)
{
	while (pool->chunks) {
		struct gate_chunk *older = pool->chunks->older;
		free(pool->chunks);
		pool->chunks = older;
	}
	pool->free = NULL;
}

static bool is_after(const struct gate_output *a, const struct gate_output *b)
{
	return a->lsn != b->lsn ? a->lsn > b->lsn : a->rank > b->rank;
}

static void put_behind(
	struct gate_line *line, struct gate_output *place, struct gate_output *output)
{
	output->prev = place;
	output->next = place ? place->next : line->first;
	*(place ? &place->next : &line->first) = output;
	*(output->next ? &output->next->prev : &line->last) = output;
}

void gate_line_insert(struct gate_line *line, struct gate_output *output)
{
	struct gate_output *place = line->last;
	while (place && is_after(place, output))
		place = place->prev;
	put_behind(line, place, output);
}

void gate_line_append(struct gate_line *line, struct gate_output *output)
{
	put_behind(line, line->last, output);
}

struct gate_output *gate_line_shift(struct gate_line *line)
{
	struct gate_output *output = line->first;
	if (!output)
		return NULL;
	line->first = output->next;
	*(line->first ? &line->first->prev : &line->last) = NULL;
	return output;
}
