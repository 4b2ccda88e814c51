/* worlds.h - the worlds of worlds.def. */
#ifndef WORLD_WORLDS_H
#define WORLD_WORLDS_H

#include "world.h"

/* "agents+texts": the least world with these features. False: there is no such feature, or none is named. */
bool worlds_find(struct str name, struct scope *scope);
/* So many steps deep it is walked; 0: to its end. */
unsigned worlds_depth(struct str name);
/* Does the table say that the world, so deep, does not get to that? */
bool worlds_is_unmet(struct str name, const char *words);

#endif
