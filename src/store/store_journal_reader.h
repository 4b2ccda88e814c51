/* store_journal_reader.h - reading journal.db, beside whoever writes it. What is read is checked: no row is
 * missing, and each is what was written. */
#ifndef STORE_STORE_JOURNAL_READER_H
#define STORE_STORE_JOURNAL_READER_H

#include "store/sqlite_journal.h"

/* Where a journal stands, without a writing connection; sqlite_journal_open finds it so, epoch + 1, if
 * nobody else wrote since. */
struct journal_place {
	uint64_t epoch, last;
};
/* ERR_NOT_FOUND: nothing is in it yet; also where there is no file. */
enum err journal_look(struct str folder, struct journal_place *place, struct buf *why) MUST_CHECK;
/* What a connection's journal was trimmed to; lsn 0: it was not. */
int journal_read_base(
	const struct db *db, struct str centre, uint64_t *lsn, struct chain *chain) MUST_CHECK;
/* The last row of a connection's journal, or what it was trimmed to. */
int journal_read_end(
	const struct db *db, struct str centre, uint64_t *lsn, struct chain *chain) MUST_CHECK;

/* Reads the journal as it is at the moment of opening. */
struct journal_reader {
	struct db db;
	sqlite3_stmt *rows, *event; /* all of them; one, by lsn */
	sqlite3_stmt *kept;         /* prepared when it is asked for */
	struct str centre;          /* owned */
	uint64_t base_lsn;          /* up to here it was trimmed; 0: it was not */
	struct chain base_chain;
	uint64_t lsn; /* of the last row read; at first: what it reads after */
	msec at;      /* its time and its command; command 0: none was read yet */
	uint64_t command;
	struct chain chain; /* up to it */
	uint64_t unchained; /* rows read that have none */
	uint64_t erased;    /* rows read whose words were erased, as an event says */
};
enum journal_step { JOURNAL_EVENT, JOURNAL_END, JOURNAL_BAD };

/* As `after`: from the first row that is still there. */
#define JOURNAL_FROM_FIRST UINT64_MAX
/* On failure closed; also where rows behind `after` were trimmed away. */
enum err journal_reader_open(struct journal_reader *reader, struct str folder, uint64_t after,
	struct buf *why) MUST_CHECK;
void journal_reader_close(struct journal_reader *reader);
/* From the first event on once more, as of the same moment. */
void journal_reader_again(struct journal_reader *reader);
/* What comes behind `after` next, as of the same moment; or the first row that is still there. */
int journal_reader_go_to(struct journal_reader *reader, uint64_t after) MUST_CHECK;
/* Which event of the object was trimmed away last; *lsn 0: none was. */
int journal_reader_kept(struct journal_reader *reader, enum body_kind kind, const void *body,
	uint64_t *lsn) MUST_CHECK;
/* The next event; its body and its asker are borrowed until the next call. BAD (and why): a gap, a row that
 * was changed, or an error. */
enum journal_step journal_reader_next(
	struct journal_reader *reader, struct store_event *event, struct buf *why) MUST_CHECK;

#endif
