/* store_db.h - SQLite with our habits: one file, one connection, used by one thread at a time.
 *
 * Exactly one connection per file is opened with DB_WRITE; it alone writes and checkpoints, because
 * SQLite before 3.51.3 can corrupt a WAL when two connections do so at once. Codes are SQLite's
 * extended result codes.
 *
 * What is erased or written over is gone from the page (secure_delete), and from the WAL by the next start.
 *
 * No connection ever needs a temporary file: there may be no room, or no folder, for one. What SQLite
 * sorts and gathers stays in memory (temp_store), which is bounded by what our statements sort: the
 * rows of one table that the core is about to hold as well (project.def), or one row. */
#ifndef STORE_STORE_DB_H
#define STORE_STORE_DB_H

#include <sqlite3.h>

#include "base/buf.h"
#include "store/store.h"

enum db_use {
	DB_READ,       /* beside whoever writes; needs shared memory and a WAL, and makes them */
	DB_STILL,      /* reads and makes nothing, on a disk that takes nothing: nobody may write */
	DB_WRITE,      /* creates the file, in WAL; survives kill -9, not always power loss */
	DB_WRITE_FULL, /* the same, and each commit is fsynced: survives power loss */
	DB_COPY,       /* creates a file that is a copy: whoever made it syncs it */
	DB_SCRATCH,    /* in memory, private; name is only for messages. For tests */
};

struct db {
	sqlite3 *lite;
	struct str folder; /* borrowed while it is open */
	const char *name;  /* of the file in the folder; a literal */
	int wal_pages;     /* in the WAL after the last commit */
	bool is_still;     /* DB_STILL */
};

/* After a failure db still tells why (db_error) and must be closed. An open db stays in place. */
int db_open(struct db *db, struct str folder, const char *name, enum db_use use) MUST_CHECK;
/* DB_READ; DB_STILL where the disk takes no writes, so that there can be no writer either. */
int db_open_to_read(struct db *db, struct str folder, const char *name) MUST_CHECK;
/* Opened so for one reading: read(db, ctx) gives a code, and the connection is closed again. What fails is logged as
 * "cannot WHAT", and ERR_INTERNAL. */
enum err db_read_folder(struct str folder, const char *name, const char *what,
	int (*read)(const struct db *db, void *ctx), void *ctx) MUST_CHECK;
/* A writer leaves no WAL behind. Empties db; an all zero one is fine. */
void db_close(struct db *db);
int db_exec(const struct db *db, const char *sql) MUST_CHECK;
/* A statement for the connection's life; end it with sqlite3_finalize. */
int db_prepare(const struct db *db, struct str sql, sqlite3_stmt **out) MUST_CHECK;
/* Some of them at once; after a failure those before it are there. */
int db_prepare_all(
	const struct db *db, const char *const *sql, size_t count, sqlite3_stmt **out) MUST_CHECK;
void db_finalize_all(sqlite3_stmt *const *statements, size_t count);
/* Runs a prepared statement that gives no rows, or whose rows do not matter. */
int db_run(sqlite3_stmt *statement) MUST_CHECK;
/* Ends a transaction that failed, if one is open; SQLite's message of the failure is lost then.
 * What it leaves is asked with sqlite3_get_autocommit. */
void db_rollback(const struct db *db);
/* The first column of the first row; none: an error. */
int db_number(const struct db *db, const char *sql, int64_t *out) MUST_CHECK;

/* Moves all of the WAL into the file and empties it, as every start does. Readers may hinder it,
 * which is said in the log and no error. */
int db_checkpoint_all(struct db *db) MUST_CHECK;
/* Moves what it can, if at least pages are there. A full disk is no error: the WAL keeps it all. */
int db_checkpoint(struct db *db, int pages) MUST_CHECK;

/* Moves all of the WAL and syncs it: all that was committed survives power loss. *is_safe false: a reader or the disk
 * hindered it, which is no error. */
int db_secure(struct db *db, bool *is_safe) MUST_CHECK;

/* What a failed transaction, already rolled back, means for an append. */
enum store_result db_result(const struct db *db, int code);
/* Was this a disk that takes no writes (full, quota, read-only), and nothing worse? Asked where it does
 * not matter whether all was rolled back: of opening, migrating, and of the tables. May try the disk. */
bool db_is_refused(const struct db *db, int code);
/* For openers: ERR_STORE if it is refused, else ERR_INTERNAL; adds to why as db_error does. */
enum err db_failed(const struct db *db, const char *what, int code, struct buf *why);
/* "sotto.db: cannot DO: reason" */
void db_error(const struct db *db, const char *what, int code, struct buf *out);
void db_log(const struct db *db, const char *what, int code);

void db_bind_text(sqlite3_stmt *statement, int place, struct str text);   /* borrowed until */
void db_bind_bytes(sqlite3_stmt *statement, int place, struct str bytes); /* rebound */
void db_bind_number(sqlite3_stmt *statement, int place, uint64_t number);
struct str db_column_str(sqlite3_stmt *row, int column); /* until the next step */
uint64_t db_column_number(sqlite3_stmt *row, int column);

#endif
