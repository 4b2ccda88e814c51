/* deeds.h - the rows of deeds.def: what a signed-in user can ask of the API. */
#ifndef TEST_SIM_DEEDS_H
#define TEST_SIM_DEEDS_H

#include "core/core.h"

enum deed_with { NOTHING, CHANNELS, A_NICKNAME, A_TEXT, MAYBE_QUEUE, A_USER, A_MODE };

/* What somebody has at hand when choosing what to do next. */
enum deed_moment { WITH_AN_INVITATION, IN_A_SESSION, WITHOUT_A_SESSION, DEED_MOMENTS };

struct deed {
	const char *path;          /* as in operations.def */
	const char *name;          /* operationName; NULL: a GET */
	const char *query;         /* of a GET, "" for none */
	enum command_kind command; /* of an operation */
	enum deed_with with;
	unsigned weights[2][DEED_MOMENTS]; /* of agents, of supervisors */
};

#define DEED_AGENT      0
#define DEED_SUPERVISOR 1

const struct deed *deed_at(size_t index); /* NULL behind the last row */
/* name: NULL for a GET. NULL: there is none. */
const struct deed *deed_find(const char *path, const char *name);
/* The row that `pick`, a number below deed_weight, falls upon. */
unsigned deed_weight(int who, enum deed_moment moment);
const struct deed *deed_pick(int who, enum deed_moment moment, unsigned pick);

enum deed_target { TARGET_NONE, TARGET_SESSION, TARGET_USER };
enum deed_target deed_target(const struct deed *deed); /* what {id} stands for */

#endif
