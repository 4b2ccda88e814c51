/* frontier.c - a queue of byte strings in large blocks, each freed as soon as it was read. */
#include "frontier.h"
#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>

#define BLOCK_BYTES (1u << 20)

struct frontier_block {
	struct frontier_block *next;
	size_t used;
	char bytes[BLOCK_BYTES];
};

struct head {
	uint32_t state, len;
};

static void new_block(struct frontier *frontier)
{
	struct frontier_block *block = malloc(sizeof *block);
	CHECK(block);
	block->next = NULL;
	block->used = 0;
	if (frontier->last)
		frontier->last->next = block;
	else
		frontier->first = block;
	frontier->last = block;
	frontier->bytes += sizeof *block;
}

void frontier_put(struct frontier *frontier, uint32_t state, struct str bytes)
{
	struct head head = {state, (uint32_t)bytes.len};
	size_t need = sizeof head + bytes.len;
	CHECK(need <= BLOCK_BYTES);
	if (!frontier->last || frontier->last->used + need > BLOCK_BYTES)
		new_block(frontier);
	struct frontier_block *block = frontier->last;
	memcpy(block->bytes + block->used, &head, sizeof head);
	memcpy(block->bytes + block->used + sizeof head, bytes.at, bytes.len);
	block->used += need;
	frontier->count++;
}

static void drop_first(struct frontier *frontier)
{
	struct frontier_block *block = frontier->first;
	frontier->first = block->next;
	if (!frontier->first)
		frontier->last = NULL;
	frontier->read = 0;
	frontier->bytes -= sizeof *block;
	free(block);
}

bool frontier_take(struct frontier *frontier, uint32_t *state, struct str *bytes)
{
	struct head head;
	if (frontier->count == 0)
		return false;
	if (frontier->read == frontier->first->used)
		drop_first(frontier);
	const char *at = frontier->first->bytes + frontier->read;
	memcpy(&head, at, sizeof head);
	*state = head.state;
	*bytes = str_from(at + sizeof head, head.len);
	frontier->read += sizeof head + head.len;
	frontier->count--;
	return true;
}

void frontier_free(struct frontier *frontier)
{
	while (frontier->first)
		drop_first(frontier);
	*frontier = (struct frontier) {0};
}
