/* visited.c - an open-addressing table of hashes: linear probing, at most three quarters full. */
#include "visited.h"

#include <stdlib.h>

#define FIRST_CAP 1024

static bool is_empty(struct hash hash)
{
	return hash.a == 0 && hash.b == 0;
}

/* Where the hash is, or would be. */
static size_t place(const struct visited *visited, struct hash hash)
{
	size_t at = (size_t)hash.a & (visited->cap - 1);
	while (!is_empty(visited->slots[at]) &&
		(visited->slots[at].a != hash.a || visited->slots[at].b != hash.b))
		at = (at + 1) & (visited->cap - 1);
	return at;
}

static void grow(struct visited *visited)
{
	struct visited old = *visited;
	visited->cap = old.cap ? 2 * old.cap : FIRST_CAP;
	visited->slots = mem_new(visited->cap * sizeof *visited->slots);
	visited->states = mem_new(visited->cap * sizeof *visited->states);
	for (size_t i = 0; i < old.cap; i++) {
		if (is_empty(old.slots[i]))
			continue;
		size_t at = place(visited, old.slots[i]);
		visited->slots[at] = old.slots[i];
		visited->states[at] = old.states[i];
	}
	free(old.slots);
	free(old.states);
}

uint32_t visited_add(
	struct visited *visited, struct hash hash, struct visited_from from, bool *is_new)
{
	CHECK(!is_empty(hash));
	if (4 * (visited->count + 1) > 3 * visited->cap)
		grow(visited);
	size_t at = place(visited, hash);
	*is_new = is_empty(visited->slots[at]);
	if (!*is_new)
		return visited->states[at];
	if (visited->count == visited->from_cap) {
		visited->from_cap = visited->from_cap ? visited->from_cap * 3 / 2 : FIRST_CAP;
		visited->from =
			mem_resize(visited->from, visited->from_cap * sizeof *visited->from);
	}
	CHECK(visited->count < UINT32_MAX);
	visited->slots[at] = hash;
	visited->states[at] = (uint32_t)visited->count;
	visited->from[visited->count] = from;
	visited->digest.a += hash.a;
	visited->digest.b += hash.b;
	return (uint32_t)visited->count++;
}

size_t visited_bytes(const struct visited *visited)
{
	size_t slot = sizeof *visited->slots + sizeof *visited->states;
	bool grows_soon = 8 * visited->count > 5 * visited->cap;
	return visited->cap * slot * (grows_soon ? 3 : 1) +
	       visited->from_cap * sizeof *visited->from * 5 / 2;
}

void visited_free(struct visited *visited)
{
	free(visited->slots);
	free(visited->states);
	free(visited->from);
	*visited = (struct visited) {0};
}
