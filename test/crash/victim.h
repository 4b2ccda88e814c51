/* victim.h - the real binary as a child: started on a folder of its own, killed, started again. */
#ifndef CRASH_VICTIM_H
#define CRASH_VICTIM_H

#include <sys/types.h>

#include "base/buf.h"

struct victim {
	const char *binary;    /* borrowed, as the next */
	const char *slow_disk; /* slow_disk.so; NULL: the disk is as it is */
	pid_t pid;             /* 0: does not run */
	bool is_killed;        /* it runs no more in a moment */
	struct buf
		folder; /* with a zero behind it, as the next: for data, configuration and what it says */
	struct buf data;
};

/* Makes the folder. */
void victim_begin(struct victim *victim, const char *binary);
void victim_configure(const struct victim *victim, struct str configuration);
void victim_start(struct victim *victim);
bool victim_is_ready(const struct victim *victim); /* it said so, in this life */
/* At once; victim_has_ended, which waits, must follow. */
void victim_kill(struct victim *victim);
void victim_ask_to_stop(const struct victim *victim);
/* Has it ended? waits: until it has. Was that by victim_kill, or else with this exit code, all is well; if not: how,
 * and the last that it said, in `why`. */
#define VICTIM_KILLED (-1)
bool victim_has_ended(struct victim *victim, bool waits, int expected, struct buf *why);
void victim_end(struct victim *victim, bool keeps_folder);

#endif
