/* search.h - the walk itself: breadth first over all states, merging equal ones, checking each step. */
#ifndef WORLD_SEARCH_H
#define WORLD_SEARCH_H

#include "frontier.h"
#include "properties.h"
#include "silence.h"
#include "tally.h"
#include "visited.h"

struct limits {
	const char *world; /* of worlds.def; NULL: none of them */
	uint64_t depth;  /* stop once all conversations of so many steps were walked; 0: no limit */
	uint64_t random; /* not breadth first, but anywhere: the seed; 0: breadth first */
	uint64_t seconds, memory;
	uint64_t dumps;  /* of every nth new state compare core_dump before and after a restart */
	uint64_t merges; /* of every nth merge compare one step of both; 0: of none */
};

struct search {
	struct limits limits;
	struct world world;
	struct visited visited;
	struct frontier frontier;
	struct moves moves;
	struct silence silence;
	struct listed listed; /* in the state that is looked at */
	struct rows after;
	uint32_t state; /* being looked at */
	struct move move;
	uint64_t steps, refusals, merged, failures, depth, layer_end;
	struct tally tally;
	const char *stopped; /* by which limit; NULL: all states were seen */
	double seconds;
};

void search_run(struct search *search, const struct scope *scope, const struct limits *limits);
void search_fini(struct search *search);

/* Inside of search*.c */
void search_fail(struct search *search, const char *sentence, struct str why);
/* The way to a state and then this move (NULL: none), as a conversation. */
void search_print_way(
	const struct search *search, uint32_t state, const struct move *last, const char *prefix);
/* Does of both states, of one hash, the same come by every move? a: in the world's rows. */
bool search_merges_well(struct search *search, const struct rows *a, uint32_t b);

#endif
