/* frontier.c - byte strings in blocks, each freed as soon as it was read. */
#include "frontier.h"
#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>

#define BLOCK_BYTES (1u << 16)

struct frontier_block {
	struct frontier_block *next;
	size_t used, read;
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
	block->used = block->read = 0;
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

/* before: NULL for the first block. */
static void drop(struct frontier *frontier, struct frontier_block *before)
{
	struct frontier_block **at = before ? &before->next : &frontier->first, *block = *at;
	*at = block->next;
	if (frontier->last == block)
		frontier->last = before;
	frontier->bytes -= sizeof *block;
	free(block);
}

/* Blocks that were read to their end go when they are met, so that what was taken last stays for a while. */
bool frontier_take(struct frontier *frontier, uint64_t skip, uint32_t *state, struct str *bytes)
{
	struct head head;
	struct frontier_block *before = NULL, *block = frontier->first;
	if (frontier->count == 0)
		return false;
	skip %= frontier->bytes / sizeof *block;
	while (block->read == block->used || skip) {
		struct frontier_block *next = block->next;
		skip -= skip > 0;
		if (block->read == block->used)
			drop(frontier, before);
		else
			before = block;
		block = next;
		if (!block) {
			block = frontier->first;
			before = NULL;
		}
	}
	const char *at = block->bytes + block->read;
	memcpy(&head, at, sizeof head);
	*state = head.state;
	*bytes = str_from(at + sizeof head, head.len);
	block->read += sizeof head + head.len;
	frontier->count--;
	return true;
}

void frontier_free(struct frontier *frontier)
{
	while (frontier->first)
		drop(frontier, NULL);
	*frontier = (struct frontier) {0};
}
