/* lives.h - one seed's conversation with the real binary, which is killed again and again; and at its end the ledger
 * is asked whether the folder holds all that was said. */
#ifndef CRASH_LIVES_H
#define CRASH_LIVES_H

#include <stdbool.h>
#include <stdint.h>

#include "deeds.h"

struct lives_settings {
	const char *binary, *slow_disk; /* borrowed; slow_disk.so, for two seeds of three */
	uint64_t seed;
	unsigned kills;
	bool tells; /* also of what is well */
};

/* What came up, so that a run that proves nothing is noticed. */
enum lives_count {
	LIVES_KILLS,
	LIVES_ANSWERS,  /* operations, and texts and receipts that the carrier may forget */
	LIVES_FACTS,    /* that the ledger looked for */
	LIVES_IN_START, /* kills before it was ready */
	LIVES_AT_BIND,  /* kills within LIVES_BIND_MS of one */
	LIVES_IN_A_ROW, /* kills of a life in which nobody was answered */
	LIVES_REPEATED, /* texts to the carrier whose answer a kill took: written once more, or given up */
	LIVES_REDELIVERED, /* texts and receipts that it sent once more */
	LIVES_UNCERTAIN,   /* texts that somebody was shown as uncertain */
	LIVES_TRIMMED,     /* lives whose journal was trimmed already */
	LIVES_MOVED,       /* struct ledger_met, as the next four */
	LIVES_RECEIPTS_OVER,
	LIVES_PARTS_OVER,
	LIVES_HOOKS,
	LIVES_POSTS_AGAIN,
	LIVES_AGED,
	LIVES_COUNTS,
};
#define LIVES_BIND_MS 100

struct lives_result {
	bool has_failed; /* and said so on stdout; its folder stays */
	uint64_t counts[LIVES_COUNTS];
	struct deeds_done done;
};

void lives_run(const struct lives_settings *settings, struct lives_result *result);

#endif
