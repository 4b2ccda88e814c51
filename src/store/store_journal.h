/* store_journal.h - journal.db: appending to it, and reading it. */
#ifndef STORE_STORE_JOURNAL_H
#define STORE_STORE_JOURNAL_H

#include "store/store_batch.h"

/* The one writing connection: of the journal's thread, once that runs. */
struct journal_file {
	struct db db;
	struct str centre; /* owned; empty until the centre's first event */
	uint64_t epoch;    /* ours: owner + 1 at each open */
	uint64_t last;     /* lsn of the last row */
	sqlite3_stmt *begin, *owner, *name, *insert, *commit;
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

/* Where a journal stands, without a writing connection; journal_file_open finds it so, epoch + 1, if
 * nobody else wrote since. */
struct journal_place {
	uint64_t epoch, last;
};
/* ERR_NOT_FOUND: nothing is in it yet; also where there is no file. */
enum err journal_look(struct str folder, struct journal_place *place, struct buf *why) MUST_CHECK;

/* Reads the journal as it is at the moment of opening. */
struct journal_reader {
	struct db db;
	sqlite3_stmt *rows;
	struct str centre; /* owned */
	uint64_t lsn;      /* of the last row read; at first: what it reads after */
	msec at;           /* its time and its command; command 0: none was read yet */
	uint64_t command;
};
enum journal_step { JOURNAL_EVENT, JOURNAL_END, JOURNAL_BAD };

/* On failure closed. */
enum err journal_reader_open(struct journal_reader *reader, struct str folder, uint64_t after,
	struct buf *why) MUST_CHECK;
void journal_reader_close(struct journal_reader *reader);
/* From the first event on once more, as of the same moment. */
void journal_reader_again(struct journal_reader *reader);
/* The next event; its body and its asker are borrowed until the next call. BAD (and why): a gap, or an error. */
enum journal_step journal_reader_next(
	struct journal_reader *reader, struct store_event *event, struct buf *why) MUST_CHECK;

#endif
