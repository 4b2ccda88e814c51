/* store_sqlite.h - what tests of the store may turn and look into. */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include "store/store_engine.h"
#include "store/store_load.h"

struct store_tuning {
	uint64_t free_min;
	struct projector_limits projector;
	struct store_telling telling;
	struct trimming_settings trimming;
	msec ask_ms; /* whose the journal is, while nothing is appended; 0: it is not asked */
};
/* The lock keeps others out. Where it was got round (another machine, a folder that was put back), it shows
 * within a second. */
#define STORE_TUNING                                                                               \
	((struct store_tuning) {.free_min = STORE_FREE_MIN,                                        \
		.projector = PROJECTOR_LIMITS,                                                     \
		.telling = {.bytes_max = TOLD_BYTES_MAX},                                          \
		.trimming = TRIMMING(0),                                                           \
		.ask_ms = 1000})

/* store_sqlite_open is this with STORE_TUNING, a telling and a time to keep. */
enum err store_sqlite_open_tuned(struct str folder, const struct store_loop *loop,
	const struct store_tuning *tuning, struct store **out, struct buf *why) MUST_CHECK;
/* The load operation, but to anybody instead of a core. */
enum err store_sqlite_each(struct store *store, store_each *each, void *ctx) MUST_CHECK;
/* Waits until the journal's thread has nothing to do, then, where asked, until the tables hold all
 * that they can: with a projector that gathers for long, each write has its place in the order of
 * all. No append may be in flight. */
void store_sqlite_settle(struct store *store, bool projects);

#endif
