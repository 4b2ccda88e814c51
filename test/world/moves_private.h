/* moves_private.h - inside of moves.c and say.c: the tables of deeds and happenings. */
#ifndef WORLD_MOVES_PRIVATE_H
#define WORLD_MOVES_PRIVATE_H

#include "moves.h"

#include <stdio.h>

struct happening {
	enum command_kind command;
	bool (*when)(const struct scope *scope);
	const char *words;
};
extern const struct happening happenings[FIRST_DEED];

struct outbound *move_outbound(const struct world *world, struct move move);
#define WORLD_THING    "queues/support" /* what standing orders are on */
#define FIRST_DEADLINE MOVE_NO_CLIENT
#define LAST_DEADLINE  MOVE_FOLLOWED

/* Does it name the queue of this world? */
bool move_names_queue(const struct world *world, struct move move);
/* What a deed with words says. */
const char *move_words(const struct deed *deed);
/* "Nick of ana" at Accept, "Nobody of sam" with an order. */
struct str move_nickname(const struct world *world, struct move move, char room[32]);

#endif
