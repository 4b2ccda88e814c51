/* step_behind.h - who goes first where threads share a processor or a disk: those for which people wait. What it is
 * worth to them, bench/agents.mjs tells. */
#ifndef STORE_STEP_BEHIND_H
#define STORE_STEP_BEHIND_H

#include <stddef.h>

/* So much may be on its way to the disk at once: somebody else's fdatasync waits behind it for a millisecond, behind
 * all of a checkpoint, 16 MiB, for as much as 50. A quarter of it makes more waits than it saves. */
#define STEP_BEHIND_BYTES ((size_t)256 * 1024)

/* The calling thread steps behind all others, for good: a lower priority, short turns, and what it writes through
 * SQLite (once registered) goes to the disk in steps of STEP_BEHIND_BYTES, for each of which it waits. What the system
 * refuses of that is left out: it changes nothing but time. */
void step_behind(void);

/* The other way round, for a thread that works for a moment and for which all wait: it is let in as soon as it wakes,
 * not when the one that runs has had its turn (EEVDF, since Linux 6.12; elsewhere nothing changes). */
void step_in(void);

/* Before SQLite is used for the first time by more than one thread; any number of times. */
void step_behind_register(void);
/* Bytes that the calling thread wrote and did not wait for yet; 0 where it does not step behind. */
size_t step_behind_unwaited(void);

#endif
