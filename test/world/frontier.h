/* frontier.h - states still to be looked at, as bytes: first in, first out, or from anywhere. */
#ifndef WORLD_FRONTIER_H
#define WORLD_FRONTIER_H

#include "base/buf.h"

#include <stdbool.h>

struct frontier {
	struct frontier_block *first, *last;
	size_t count, bytes;
};

void frontier_put(struct frontier *frontier, uint32_t state, struct str bytes);
/* skip: so many blocks (each of some hundred states), round and round; 0: the oldest state. False: nothing is left. bytes
 * live until the next take. */
bool frontier_take(struct frontier *frontier, uint64_t skip, uint32_t *state, struct str *bytes);
void frontier_free(struct frontier *frontier);

#endif
