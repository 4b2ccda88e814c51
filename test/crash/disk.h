/* disk.h - a disk that loses power: an sqlite3_vfs before the real one.
 *
 * The files really stand in a fresh folder, which is what the running program sees: the cache. Beside
 * it the model keeps what is on the platter: of each file the bytes as last synced and the changes
 * since, of the folder the names as last synced and the changes since. A sync of a file does not
 * sync its name: that is done where the unix VFS fsyncs the folder, and only there (the first sync of
 * a rollback journal or a WAL, a delete that asks for it). Of the WAL's shared memory only the room is on
 * the disk: each region that is made, by the first who opens the WAL and as it grows, needs some.
 *
 * SQLite's temporary files, which have no name, are on this disk as well, as where the folder for them
 * is: they can be full and fail, and nothing of them is left after a power cut. They are counted, since the product
 * shall need none: SQLite is squeezed (store_pass.h), so that it makes one wherever it may.
 *
 * Each create, write, truncate, sync, delete and region has an index, from 1, which begins anew with each
 * life of the disk. Any thread may use the files; the rest is called by one. */
#ifndef CRASH_DISK_H
#define CRASH_DISK_H

#include <stdio.h>

#include "disk_file.h"

/* A disk that works on, but badly. */
enum disk_trouble {
	DISK_WELL,
	DISK_FULL, /* no write, create or region; half of what is written may have got through */
	DISK_READONLY, /* no change at all (EROFS), as after a remount */
	DISK_EIO,      /* a write fails */
	DISK_FSYNC,    /* a sync fails; as on Linux, what was to be synced may be lost for good */
};

struct disk;
/* Becomes SQLite's default. */
struct disk *disk_open(void);
/* All files must be closed. Removes the folders. */
void disk_close(struct disk **disk);
struct str disk_folder(const struct disk *disk); /* of this life; with a '\0' behind */

uint64_t disk_index(struct disk *disk); /* of the last change, done or not */
/* The change with this index and all after it do not happen, and from then on no call succeeds that
 * needs the disk. 0: never. */
void disk_cut_at(struct disk *disk, uint64_t index);
bool disk_is_cut(struct disk *disk);
/* The power comes back: a new folder with what was on the platter and, of what was not synced, what
 * the seed chooses. fate DISK_FATES: drawn for each file and for the folder. All files must be closed:
 * they belonged to the dead. */
void disk_restart(struct disk *disk, enum disk_fate fate, uint64_t seed);

/* As disk_restart, but the machine stayed alive and only the process died: nothing is lost, and what
 * was not synced still is not. */
void disk_resume(struct disk *disk);

/* From this index on, `count` changes that it concerns fail. DISK_WELL: none any more. */
void disk_trouble(struct disk *disk, enum disk_trouble trouble, uint64_t index, uint64_t count);
bool disk_is_troubled(struct disk *disk); /* it has failed at least once */
bool disk_fails(struct disk *disk);       /* it would fail now */
/* Temporary files that were asked for, in all lives. */
uint64_t disk_temporaries(struct disk *disk);

/* The last changes, in words, a line each. */
void disk_tell(struct disk *disk, FILE *out);

#endif
