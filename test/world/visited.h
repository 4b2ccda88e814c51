/* visited.h - the states that were seen: 16 bytes each in an open table, and how each was reached. */
#ifndef WORLD_VISITED_H
#define WORLD_VISITED_H

#include "canon.h"
#include "moves.h"

struct visited_from {
	uint32_t parent; /* state; the first one is its own */
	struct move move;
};

struct visited {
	struct hash *slots; /* {0, 0}: empty */
	uint32_t *states;   /* beside slots */
	struct visited_from *from;
	size_t cap, count, from_cap;
	struct hash digest; /* sum of all: does not depend on the order */
};

/* The state of this hash; *is_new: it was added, reached from `from`. */
uint32_t visited_add(
	struct visited *visited, struct hash hash, struct visited_from from, bool *is_new);
/* Bytes in use, at the most while the table next grows. */
size_t visited_bytes(const struct visited *visited);
void visited_free(struct visited *visited);

#endif
