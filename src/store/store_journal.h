/* store_journal.h - journal.db: appending to it. Reading it: store_journal_reader.h. */
#ifndef STORE_STORE_JOURNAL_H
#define STORE_STORE_JOURNAL_H

#include "store/store_batch.h"
#include "store/store_chain.h"
#include "store/store_db.h"

#define JOURNAL_NAME "journal.db"

/* The one writing connection: of the journal's thread, once that runs. */
struct journal_file {
	struct db db;
	struct str centre; /* owned; empty until the centre's first event */
	uint64_t epoch;    /* ours: owner + 1 at each open */
	uint64_t last;     /* lsn of the last row */
	struct chain chain;
	sqlite3_stmt *begin, *owner, *name, *insert, *erase, *commit;
};

/* Migrates, checkpoints, takes the next epoch. On failure the file is closed. ERR_STORE: the disk takes
 * no writes, no epoch was taken. */
enum err journal_file_open(
	struct journal_file *journal, struct str folder, struct buf *why) MUST_CHECK;
void journal_file_close(struct journal_file *journal);
/* One transaction: all events or none. The first event of all must be of the centre. */
enum store_result journal_file_write(struct journal_file *journal, const struct batch *batch);
/* Writes what means nothing: can it write? */
enum store_result journal_file_touch(struct journal_file *journal);
/* A small WAL keeps commits even: p99 1.2 ms at 100 pages, 5 at 1000 (design 6). */
#define JOURNAL_WAL_PAGES 100
enum store_result journal_file_tidy(struct journal_file *journal);

#endif
