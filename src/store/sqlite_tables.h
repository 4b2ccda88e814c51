/* sqlite_tables.h - sotto.db, as a dialect of the tables. */
#ifndef STORE_SQLITE_TABLES_H
#define STORE_SQLITE_TABLES_H

#include "store/store_journal_reader.h"
#include "store/store_tables.h"

#define TABLES_NAME "sotto.db"
/* 16 MiB, then they go into the file, each page once. SQLite's own default, 1000, is less than one transaction
 * under load writes: each page went twice. */
#define TABLES_WAL_PAGES 4000

/* Migrates, checkpoints. On failure closed; ERR_STORE: the disk takes no writes. use: DB_WRITE, or
 * DB_SCRATCH for a fresh copy. told: is filled, and must outlive the tables. */
enum err sqlite_tables_open(struct tables *tables, struct str folder, enum db_use use,
	struct told_list *told, struct buf *why) MUST_CHECK;
struct db *sqlite_tables_db(const struct tables *tables);

/* Writes what the reader gives, up to the event `to`, in transactions that never part the events of
 * one command, since the core could not be restored from half of one. ERR_STORE: the disk takes no more;
 * what was written stays. */
enum err sqlite_tables_follow(struct tables *tables, struct journal_reader *reader, uint64_t to,
	struct buf *why) MUST_CHECK;

/* Of fresh tables: each user's numbers go on behind base, which is 0 unless the journal is older than they are. On
 * disk when this returns. */
int sqlite_tables_begin_numbers(struct tables *tables, uint64_t base) MUST_CHECK;
/* Did they begin in these tables? */
int sqlite_tables_have_numbers(const struct tables *tables, bool *have) MUST_CHECK;

/* Reads how far the tables of a connection are: owned centre, lsn, at. */
int sqlite_tables_projected(
	const struct db *db, struct str *centre, uint64_t *lsn, msec *at) MUST_CHECK;

#endif
