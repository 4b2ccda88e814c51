/* watch.h - what those who only watch get. A watch follows from work, and work never from a watch. */
#ifndef CORE_RULES_WATCH_H
#define CORE_RULES_WATCH_H

#include <stddef.h>

struct turn;
/* What those who watch get of the events that the turn made from `first` on: sessions that are offered to
 * them, or taken away. Comes last in every turn. */
void watch_follow(struct turn *turn, size_t first);

#endif
