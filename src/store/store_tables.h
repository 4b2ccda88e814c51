/* store_tables.h - sotto.db: writing events into the tables, many in one transaction. */
#ifndef STORE_STORE_TABLES_H
#define STORE_STORE_TABLES_H

#include "store/store_journal_reader.h"
#include "store/store_table.h"

#define TABLES_NAME "sotto.db"

/* An object to be written: several events of it become one row. */
struct changed_row {
	enum body_kind kind;
	void *body; /* in the arena; its strs are the event's */
	uint64_t lsn;
	uint64_t first_lsn;
};

/* The one writing connection: of the projector's thread, once that runs. */
struct tables {
	struct db db;
	struct str centre; /* owned; empty until the centre's first event */
	uint64_t lsn;      /* projected */
	msec at;           /* time of that event */
	sqlite3_stmt *upserts[BODY_KINDS], *begin, *mark, *commit;
	/* the transaction being gathered */
	struct changed_row *rows;
	size_t count, cap;
	uint64_t next_lsn;
	msec next_at;
	struct arena arena;
};

/* Migrates, checkpoints. On failure closed; ERR_STORE: the disk takes no writes. use: DB_WRITE, or
 * DB_SCRATCH for a fresh copy. */
enum err tables_open(
	struct tables *tables, struct str folder, enum db_use use, struct buf *why) MUST_CHECK;
void tables_close(struct tables *tables);

/* Gathers the next event; packed bytes are borrowed until tables_commit. False: not an event that
 * this program knows, or not the next one. */
bool tables_add(struct tables *tables, const struct store_event *event) MUST_CHECK;
/* Writes all that was gathered in one transaction, or nothing; either way none is gathered then.
 * SQLite's code. */
int tables_commit(struct tables *tables) MUST_CHECK;
#define TABLES_WAL_PAGES 1000 /* SQLite's own default: nobody waits for these commits */
int tables_tidy(struct tables *tables) MUST_CHECK;

/* Writes what the reader gives, up to the event `to`, in transactions that never part the events of
 * one command, since the core could not be restored from half of one. ERR_STORE: the disk takes no more;
 * what was written stays. */
enum err tables_follow(struct tables *tables, struct journal_reader *reader, uint64_t to,
	struct buf *why) MUST_CHECK;

/* Reads how far the tables of a connection are: owned centre, lsn, at. */
int tables_read_projected(
	const struct db *db, struct str *centre, uint64_t *lsn, msec *at) MUST_CHECK;

#endif
