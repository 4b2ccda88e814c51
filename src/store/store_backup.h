/* store_backup.h - a copy of a store as it was at one moment, in a folder of its own.
 *
 *   journal.db, sotto.db   copies of both files, without WAL: complete as they are
 *   MANIFEST               what is in them; `b2sum --check MANIFEST` says whether they still are so
 *
 *       # sotto backup 1
 *       # made 1790611200000                 milliseconds since 1970 UTC: when it was begun
 *       # events 4711
 *       # head 5f2c..                        checksum of all up to the last event, as `sotto verify` tells it
 *       BLAKE2b-256 (journal.db) = 0a1b..
 *       BLAKE2b-256 (sotto.db) = 2c3d..
 *
 * What was answered before it began is in it. A folder is there under its name once it is complete and on
 * disk: what a crash interrupted is called NAME.part. Everything blocks: for commands, not for a loop. */
#ifndef STORE_STORE_BACKUP_H
#define STORE_STORE_BACKUP_H

#include "store/store.h"

#define BACKUP_MANIFEST "MANIFEST"
/* In the store's own folder: when the last backup was made, and where it is. */
#define BACKUP_NOTE "backed-up"

struct store_backup {
	msec made;
	uint64_t events;
	char head[65]; /* as of struct store_verified */
};

/* Copies the store in `folder`, also one that is served meanwhile, into a new folder `to`, and verifies the copy:
 * its tables are those that its journal gives, replayed from the first event. Writes nothing into the store but
 * BACKUP_NOTE, and needs no lock; while it reads, what is written stays in the WAL.
 * ERR_ALREADY: `to` is there. Else, also where the store is not what was written: why, and there is no backup. */
enum err store_backup(
	struct str folder, struct str to, struct store_backup *made, struct buf *why) MUST_CHECK;
/* Is it what was backed up, byte by byte, and is that sound (store_verify)? differences, found: as there. */
enum err store_backup_verify(struct str backup, struct buf *differences, struct store_backup *made,
	struct store_verified *found) MUST_CHECK;
/* Copies a backup into a new folder, checking it meanwhile. ERR_ALREADY: the folder is there. */
enum err store_restore(struct str backup, struct str folder, struct store_backup *made,
	struct buf *why) MUST_CHECK;
/* When the last backup of this store was made; 0: none is known of. */
msec store_backed_up(struct str folder);
/* The same for who asks again and again: reads the note when it is another one than the last time. All zero at first. */
struct store_backed_up {
	uint64_t file; /* which one it was, and of when */
	msec at, made;
};
msec store_backed_up_last(struct store_backed_up *last, struct str folder);

#endif
