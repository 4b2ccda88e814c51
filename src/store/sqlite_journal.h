/* sqlite_journal.h - journal.db, as a dialect of the journal. */
#ifndef STORE_SQLITE_JOURNAL_H
#define STORE_SQLITE_JOURNAL_H

#include "store/store_db.h"
#include "store/store_journal.h"

#define JOURNAL_NAME "journal.db"
/* A small WAL keeps commits even: p99 1.2 ms at 100 pages, 5 at 1000 (design 6). */
#define JOURNAL_WAL_PAGES 100

/* Migrates, checkpoints, takes the next epoch. No append where less than free_min bytes are free on its
 * disk. On failure it is closed. ERR_STORE: the disk takes no writes, no epoch was taken. */
enum err sqlite_journal_open(
	struct journal *journal, struct str folder, uint64_t free_min, struct buf *why) MUST_CHECK;

#endif
