/* silence.h - watching moves nobody's work: the unwinding of non-interference, on the states of the walk.
 *
 * The unwatched image of a state is what is left when orders and silent participations are taken away.
 *   A supervisor's act as supervisor leaves it as it is, and tells no agent anything, but that somebody is silently there
 *   where the centre discloses that.
 *   Who is nobody's agent (not Ready, in no session as agent), watching or not, changes nothing of it but
 *   the own user by signing in and out, by NotReady, by coming and being lost, and tells no agent anything.
 *   From two states with the same unwatched image every other step, refusals with their reasons included,
 *   leads to the same unwatched image and tells the same agents of the same events in the same sessions.
 *   Only what a supervisor does in sessions while watching one is not compared, since there it is the act
 *   of somebody else. (What supervisors are told as agents may pass through their silent participation.)
 * By induction over the steps no conversation, of whatever length, differs for those who may not see: in
 * states, in refusals, and in who is told of what kind of event where. Numbers and contents of what is told
 * are not compared here, since images have no transcripts: properties_sight.c checks the numbers step by
 * step (canon.h: `past`), the twins compare every byte. */
#ifndef WORLD_SILENCE_H
#define WORLD_SILENCE_H

#include "canon.h"
#include "tally.h"

struct silence {
	struct tally *tally;
	struct silence_entry *entries;
	size_t cap, count;
	/* of the state being looked at */
	struct image before;
	struct hash unwatched;
	/* Sums over what became of the steps: of agents and happenings, of each supervisor in and outside
	 * of sessions. */
	uint64_t steps[1 + 2 * USERS_MAX];
};

/* A state will be looked at. */
void silence_open(struct silence *silence, const struct world *world, const struct image *before);
/* A move of it was tried; after: the image then, if it succeeded. Gives a broken sentence, or NULL. */
const char *silence_note(struct silence *silence, const struct world *world, struct move move,
	enum err e, const struct image *after);
/* All moves were tried. False: *other is a state with the same unwatched image and other futures. */
bool silence_close(
	struct silence *silence, const struct scope *scope, uint32_t state, uint32_t *other);
size_t silence_bytes(const struct silence *silence);
void silence_free(struct silence *silence);

#endif
