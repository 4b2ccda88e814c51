/* sqlite_ledger.h - reading the table of the monitoring ledger, which is in journal.db. */
#ifndef STORE_SQLITE_LEDGER_H
#define STORE_SQLITE_LEDGER_H

#include "store/store_db.h"
#include "store/store_ledger.h"

/* Where it ends; all zero: it is empty. SQLite's code. */
int sqlite_ledger_end(const struct db *db, struct str centre, struct ledger_end *end) MUST_CHECK;

/* All its rows in order, as of the connection's transaction. */
struct ledger_reader {
	sqlite3_stmt *rows;
	struct str centre; /* borrowed */
};
int ledger_reader_begin(
	struct ledger_reader *reader, const struct db *db, struct str centre) MUST_CHECK;
/* SQLITE_ROW: the next one, borrowed until the next call; SQLITE_DONE; else an error. */
int ledger_reader_next(struct ledger_reader *reader, struct ledger_entry *entry) MUST_CHECK;
void ledger_reader_end(struct ledger_reader *reader); /* one that did not begin is fine */

/* All of the folder's. */
struct ledger_source *sqlite_ledger_source(struct str folder);

#endif
