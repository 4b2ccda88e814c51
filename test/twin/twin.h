/* twin.h - one simulated contact centre, twice from one seed: without and with silent supervisors. */
#ifndef TEST_TWIN_TWIN_H
#define TEST_TWIN_TWIN_H

#include "../sim/talk.h"
#include "../sim/world.h"
#include "tape.h"

/* One run of either kind. */
struct twin_run {
	uint64_t seed;
	unsigned supervisors;
	msec run_ms;        /* from the beginning */
	bool reads_all;     /* then agents read all that they may read */
	bool has_customers; /* who write of their own, beside those with the keywords */
	const bool *skipped[WORLD_PEOPLE]; /* see person.h */
	struct talk *talk;                 /* the conversation; NULL: nobody wants it */
	/* At the end: what the store has kept. May be NULL. */
	void (*kept)(void *ctx, const struct store *store);
	void *ctx;
};

struct twin_seen {
	struct tape tape;
	uint64_t watched; /* sessions that supervisors accepted: a run without any proves nothing */
	uint64_t deeds;
	uint64_t aged;          /* sessions whose words were erased by sessions.keep-texts-for */
	struct deeds_done done; /* of them, those that were answered with success */
	unsigned steps[WORLD_PEOPLE];
	bool has_missed; /* an agent was told the end of something of which nobody told: see person.h */
	bool has_leaked; /* a word that only supervisors may know was told to others */
};

/* What a seed does when nobody shrinks it; supervisors 0: the twin without. */
struct twin_run twin_of(uint64_t seed, bool is_watched);
void twin_run(const struct twin_run *run, struct twin_seen *seen);

/* Makes a differing run shorter: fewer people, fewer deeds, an earlier end, as long as the twins differ. Prints the
 * conversation of what is left, and where they part. steps_left: of people. */
void twin_shrink(uint64_t seed, unsigned *steps_left);

#endif
