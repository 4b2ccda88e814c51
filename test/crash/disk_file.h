/* disk_file.h - one file of a disk that may lose power: what is on the platter, and the changes that
 * are only in the cache. Bytes in memory, no file behind it. */
#ifndef CRASH_DISK_FILE_H
#define CRASH_DISK_FILE_H

#include "base/buf.h"
#include "dice.h"

/* A sector is written whole or not at all; a write of several may be torn between any two. */
#define DISK_SECTOR 512

/* What becomes of the changes that were not synced. */
enum disk_fate {
	DISK_KEPT,
	DISK_DROPPED,
	DISK_CHOSEN, /* each kept or dropped: also a later one without an earlier one */
	DISK_TORN,   /* each kept, dropped, or some of its sectors */
	DISK_FATES,
};

struct disk_change;
struct disk_file {
	struct buf platter;
	struct disk_change *changes; /* oldest first */
};

void disk_file_write(struct disk_file *file, uint64_t at, struct str bytes);
void disk_file_truncate(struct disk_file *file, uint64_t size);
/* All changes are on the platter. */
void disk_file_sync(struct disk_file *file);
/* No changes are left: those that fate and dice chose are on the platter, the others never will be. */
void disk_file_lose(struct disk_file *file, enum disk_fate fate, struct dice *dice);
void disk_file_free(struct disk_file *file); /* what it holds */

#endif
