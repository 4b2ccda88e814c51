/* store_still.h - an sqlite3_vfs that reads a database, WAL included, and needs nothing written for it:
 * no lock, no shared memory, no WAL made. Beneath it is SQLite's default.
 *
 * SQLite itself cannot read a WAL database on a full or read-only disk: it makes the files -wal and
 * -shm first. Here a WAL that is not there is an empty one, and its index stays in memory, for which the
 * connection asks with PRAGMA locking_mode=EXCLUSIVE. It is for whoever knows that nobody writes
 * meanwhile. */
#ifndef STORE_STORE_STILL_H
#define STORE_STORE_STILL_H

#define STILL_VFS "sotto-still"

/* Makes the name known to SQLite; any thread, any number of times. */
void still_register(void);

#endif
