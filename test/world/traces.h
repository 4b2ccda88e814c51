/* traces.h - random conversations with what each user must be told afterwards, for the real server. */
#ifndef WORLD_TRACES_H
#define WORLD_TRACES_H

#include "world.h"

/* count traces of at most `steps` steps each, on stdout, one JSON object a line. False: they were
 * many enough and some move of the world never succeeded in them; which, is said on stderr. */
bool traces_print(const struct scope *scope, uint64_t count, uint64_t steps, uint64_t seed);

#endif
