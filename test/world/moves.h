/* moves.h - all that can be tried next in a state: each deed of test/sim/deeds.def by each user, on each
 * session or user, with each argument; each happening of happenings.def. */
#ifndef WORLD_MOVES_H
#define WORLD_MOVES_H

#include "../sim/claim.h"
#include "world.h"

enum move_kind {
#define HAPPENING(name, command, when, words) MOVE_##name,
#include "happenings.def"
#undef HAPPENING
	FIRST_DEED, /* + place in deeds.def */
	MOVE_KINDS = FIRST_DEED + DEED_OPERATIONS,
	MOVE_NONE = 255,
};

_Static_assert((unsigned)MOVE_KINDS < MOVE_NONE, "a kind of move is a byte");

struct move {
	uint8_t kind;
	uint8_t who;  /* user; customer; text on its way */
	uint8_t with; /* which argument; two deadlines: row of the second */
	uint16_t on;  /* session (place among those not ended), user, or part; deadline: row */
};

/* What is said in going (with `partings`, of deeds that may): bits of a deed's `with`. */
enum {
	SAYS_TEXT = 0x40,
	SAYS_NOTICE = 0x80,
	SAYS_AS_SYSTEM = SAYS_TEXT | SAYS_NOTICE,
};
#define WORLD_PARTING "Goodbye"
unsigned move_says(struct move move);      /* 0: nothing */
struct move move_unsaid(struct move move); /* the same without a word */

struct moves {
	struct move *at;
	size_t count, cap;
};

/* Into moves: all of this state, tried or not. */
void moves_list(const struct world *world, struct moves *moves);
/* Does it to the core that was just restored. Refused: the core is as before. Deadlines restore by themselves. */
enum err move_do(struct world *world, struct move move) MUST_CHECK;
/* As a line of the conversation: "sam: Monitor ana NextChat". Before it is done. */
void move_say(const struct world *world, struct move move, struct buf *out);
/* The same as members of a JSON object, for who does it over REST and SMPP: see walk.test.mjs. */
void move_json(const struct world *world, struct move move, struct buf *out);
enum command_kind move_command(struct move move); /* COMMAND_KINDS: none */
bool move_is_deed(struct move move);
const struct deed *move_deed(struct move move); /* CHECKs that it is one */
/* What it asks for; of the state before the move. room: for a nickname. */
struct claim move_claim(
	const struct world *world, struct move move, struct str *nickname, char room[32]);
bool move_is_deadline(struct move move);
bool move_is_two_deadlines(struct move move); /* pending ones, before the move */
bool move_is_several_deadlines(struct move move);
/* The pending deadlines of the move, each as a move of its own: nth is 0 or 1. */
struct move move_due(const struct world *world, struct move move, unsigned nth);
/* Does somebody succeed in it, or does it happen, in some state of such a world? */
bool move_kind_is_in(const struct scope *scope, unsigned kind);
const char *move_kind_words(unsigned kind);
/* Does the deed act on one of the user's sessions? Then `who` is the user and `on` the session. */
bool move_is_on_session(struct move move);
/* Aborts if a row of command.def is reached by no deed and no happening, and not excused either. */
void moves_check_complete(void);

#endif
