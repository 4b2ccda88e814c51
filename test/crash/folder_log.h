/* folder_log.h - what a program does to a folder that it makes, call by call, and what a power cut leaves of it.
 *
 * For what is no database's file alone: folders that get their name once they are complete (store/store_backup). Calls are caught at
 * the linker (--wrap, test/meson.build) and in SQLite's table of system calls. Recorded is what changes the one
 * folder that is made below the root, and the files right in it; the calls are really done as well.
 *
 * Of a file that was not synced each write is kept, dropped or torn; of a folder that was not synced each name. One log at a time. */
#ifndef CRASH_FOLDER_LOG_H
#define CRASH_FOLDER_LOG_H

#include "base/buf.h"

enum folder_fate {
	FOLDER_KEPT, /* the process died, the machine did not */
	FOLDER_LOST, /* nothing that was not synced is left */
	FOLDER_DRAWN /* by the seed */
};

struct folder_log;
/* root: an empty folder, borrowed. From now on all is recorded. */
struct folder_log *folder_log_begin(struct str root);
void folder_log_stop(struct folder_log *log); /* no more is recorded, nor fails */
void folder_log_free(struct folder_log **log);
/* Creates, writes, truncates, syncs, renames and removals so far; the first has index 1. */
size_t folder_log_count(const struct folder_log *log);
/* From that change on the disk is full: all fail but removals. 0: never. */
void folder_log_fill_at(struct folder_log *log, size_t index);

/* The power goes behind the change with that index: which name has the folder then? NULL: none; else into the folder `to`, which is made, go its files.
 * Equal seeds give equal images. */
const char *folder_log_image(const struct folder_log *log, size_t index, enum folder_fate fate,
	uint64_t seed, const char *to);
/* The changes up to that one, the last few, a line each. */
void folder_log_tell(const struct folder_log *log, size_t index);

#endif
