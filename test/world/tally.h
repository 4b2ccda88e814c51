/* tally.h - how often each move was tried and what came of it, and how often the properties met what they speak of. In
 * a world that was walked to its end none that its scope has may be left at zero: then nothing was said about it. */
#ifndef WORLD_TALLY_H
#define WORLD_TALLY_H

#include "moves.h"

enum met {
#define MET(name, when, words) MET_##name,
#include "met.def"
#undef MET
	MET_KINDS
};

struct tally_move {
	uint64_t tried;
	uint64_t changed; /* it succeeded, and was not so already */
	uint64_t refused[ERR_COUNT];
};

struct tally {
	struct tally_move move[MOVE_KINDS];
	uint64_t met[MET_KINDS];
};

void tally_move(struct tally *tally, struct move move, enum err e, bool is_changed);
/* All of it, on stderr. */
void tally_say(const struct tally *tally, const struct scope *scope);
/* Which of this world's moves never succeeded, a line each on stderr; gives how many. */
unsigned tally_missing_moves(
	const struct tally *tally, const struct scope *scope, struct str world);
/* ... and what else it has and never met. world: its name in worlds.def, empty for none: what that table says that it
 * does not get to is not missing, and must be there in no other way. */
unsigned tally_missing(const struct tally *tally, const struct scope *scope, struct str world);
/* "moves":{words:[tried,changed,refused]},"met":{words:times} */
void tally_json(const struct tally *tally, struct buf *out);

#endif
