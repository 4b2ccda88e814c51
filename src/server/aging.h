/* aging.h - words grow old: those of sessions that ended `sessions.keep-texts-for` ago are erased, a session at a time,
 * beside the work.
 *
 * What is done when hangs on the ends of sessions and on the clock, never on who watched them: one session is one step,
 * however long it is. */
#ifndef SERVER_AGING_H
#define SERVER_AGING_H

#include "centre/centre.h"

struct erasure;
struct aging;

/* It is looked for what is due as often in the time for which texts are kept, within these bounds. */
#define AGING_LOOKS         16
#define AGING_LOOK_LEAST_MS 250
#define AGING_LOOK_MOST_MS  (3600 * 1000)
/* Between two steps: a commit of some hundred rows, and time for everything else. */
#define AGING_STEP_MS 20

/* How long to rest between two looks, where texts are kept for so long; 0: for ever. */
msec aging_pause(msec kept_ms);

/* Begins at once. erasure: while that is busy nothing is done here. Both borrowed, and outlive it. */
struct aging *aging_new(struct net *net, struct centre *centre, const struct erasure *erasure);
void aging_stop(struct aging *aging); /* does nothing more */
void aging_free(struct aging **aging);
/* What happened: if anybody else erased something, what was read of it is not to be written. */
void aging_events(struct aging *aging, const struct event *events, size_t count);

#endif
