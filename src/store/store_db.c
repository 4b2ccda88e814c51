/* store_db.c - opening, asking and judging SQLite. */
#include "store/store_db.h"
#include "base/log.h"
#include "store/step_behind.h"
#include "store/store_disk.h"
#include "store/store_still.h"

#include <errno.h>
#include <unistd.h>

/* An operator's sqlite3 may hold a lock for a moment; longer, and the append is refused. */
#define DB_BUSY_MS 2000

#define CREATE (SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
static const struct {
	int flags;
	const char *vfs; /* NULL: the default */
	bool is_wal;
	const char *setup;
} uses[] = {
	[DB_READ] = {SQLITE_OPEN_READONLY, NULL, false, ""},
	[DB_STILL] = {SQLITE_OPEN_READONLY, STILL_VFS, false, "PRAGMA locking_mode=EXCLUSIVE"},
	/* 64 MiB hold the newest pages of all tables of some ten thousand open sessions: without them each transaction
	 * reads again what the one before wrote. Taken only as far as there are pages. */
	[DB_WRITE] = {CREATE, NULL, true,
		"PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-65536;"
		"PRAGMA secure_delete=ON"},
	[DB_WRITE_FULL] = {CREATE, NULL, true,
		"PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON"},
	[DB_COPY] = {CREATE, NULL, false, "PRAGMA synchronous=OFF"},
	[DB_SCRATCH] = {CREATE, NULL, false, ""},
};

/* We checkpoint ourselves, after the commit was answered: SQLite's own hook would make the commit
 * wait for it and would hide a failed fsync. */
static int note_wal(void *ctx, sqlite3 *lite, const char *schema, int pages)
{
	struct db *db = ctx;
	db->wal_pages = pages;
	return SQLITE_OK;
}

static int set_wal(const struct db *db)
{
	sqlite3_stmt *statement;
	int code = db_prepare(db, STR("PRAGMA journal_mode=WAL"), &statement);
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(statement);
	bool is_wal = code == SQLITE_ROW && str_is(db_column_str(statement, 0), "wal");
	sqlite3_finalize(statement);
	if (code != SQLITE_ROW)
		return code;
	return is_wal ? SQLITE_OK : SQLITE_CANTOPEN; /* a file system without shared memory */
}

static void put_path(struct buf *path, const struct db *db)
{
	buf_printf(path, "%.*s/%s", STR_ARGS(db->folder), db->name);
}

int db_open(struct db *db, struct str folder, const char *name, enum db_use use)
{
	*db = (struct db) {.folder = folder, .name = name, .is_still = use == DB_STILL};
	struct buf path = {0};
	if (use == DB_SCRATCH)
		buf_puts(&path, ":memory:");
	else
		put_path(&path, db);
	buf_put_byte(&path, '\0');
	still_register();
	step_behind_register();
	int code = sqlite3_open_v2(path.at, &db->lite,
		uses[use].flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, uses[use].vfs);
	buf_free(&path);
	if (code != SQLITE_OK)
		return code;
	sqlite3_busy_timeout(db->lite, DB_BUSY_MS);
	if ((code = db_exec(db, "PRAGMA temp_store=MEMORY")) != SQLITE_OK)
		return code;
	if (uses[use].is_wal && (code = set_wal(db)) != SQLITE_OK)
		return code;
	if ((code = db_exec(db, uses[use].setup)) != SQLITE_OK)
		return code;
	sqlite3_wal_hook(db->lite, note_wal, db);
	int64_t pages; /* reads the file, so that a damaged one is noticed here */
	return db_number(db, "SELECT count(*) FROM sqlite_schema", &pages);
}

int db_open_to_read(struct db *db, struct str folder, const char *name)
{
	int code = db_open(db, folder, name, DB_READ);
	if (code == SQLITE_OK || !db_is_refused(db, code))
		return code;
	db_close(db);
	return db_open(db, folder, name, DB_STILL);
}

enum err db_read_folder(struct str folder, const char *name, const char *what,
	int (*read)(const struct db *db, void *ctx), void *ctx)
{
	struct db db;
	int code = db_open_to_read(&db, folder, name);
	if (code == SQLITE_OK)
		code = read(&db, ctx);
	if (code != SQLITE_OK)
		db_log(&db, what, code);
	db_close(&db);
	return code == SQLITE_OK ? OK : ERR_INTERNAL;
}

void db_close(struct db *db)
{
	/* Statements are finalized by now, so this cannot fail. */
	CHECK(sqlite3_close(db->lite) == SQLITE_OK);
	*db = (struct db) {0};
}

int db_exec(const struct db *db, const char *sql)
{
	return sqlite3_exec(db->lite, sql, NULL, NULL, NULL);
}

int db_prepare(const struct db *db, struct str sql, sqlite3_stmt **out)
{
	return sqlite3_prepare_v3(
		db->lite, sql.at, (int)sql.len, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

int db_prepare_all(const struct db *db, const char *const *sql, size_t count, sqlite3_stmt **out)
{
	int code = SQLITE_OK;
	for (size_t i = 0; code == SQLITE_OK && i < count; i++)
		code = db_prepare(db, str_of(sql[i]), &out[i]);
	return code;
}

void db_finalize_all(sqlite3_stmt *const *statements, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sqlite3_finalize(statements[i]);
}

int db_run(sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);
	sqlite3_reset(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

void db_rollback(const struct db *db)
{
	if (!sqlite3_get_autocommit(db->lite))
		sqlite3_exec(db->lite, "ROLLBACK", NULL, NULL, NULL);
}

int db_number(const struct db *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *statement;
	int code = db_prepare(db, str_of(sql), &statement);
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	if (code == SQLITE_DONE)
		return SQLITE_CORRUPT; /* a row that we wrote is gone */
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

/* --- judging ------------------------------------------------------------------------------------ */

/* A write that the system refused as a whole; of those SQLite calls only ENOSPC so (SQLITE_FULL). A
 * checkpoint sets the file's length as well.
 * file: which one was written: SQLITE_FCNTL_JOURNAL_POINTER, the WAL, or _FILE_POINTER. */
static bool is_refused_write(const struct db *db, int code, int file)
{
	sqlite3_file *written = NULL;
	int reason = 0;
	if (code != SQLITE_IOERR_WRITE && code != SQLITE_IOERR_TRUNCATE)
		return false;
	sqlite3_file_control(db->lite, NULL, file, &written);
	if (!written || !written->pMethods)
		return false;
	written->pMethods->xFileControl(written, SQLITE_FCNTL_LAST_ERRNO, &reason);
	return disk_is_refusal(reason);
}

static enum store_result judge(int code)
{
	static const struct {
		int code;
		enum store_result result;
	} verdicts[] = {
		{SQLITE_OK, STORE_DURABLE}, {SQLITE_FULL, STORE_REFUSED},
		{SQLITE_READONLY, STORE_REFUSED}, {SQLITE_BUSY, STORE_REFUSED},
		{SQLITE_LOCKED, STORE_REFUSED},
		{SQLITE_CONSTRAINT, STORE_FENCED}, /* somebody else wrote this lsn */
	};
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		if (verdicts[i].code == (code & 0xFF))
			return verdicts[i].result;
	return STORE_UNKNOWN;
}

enum store_result db_result(const struct db *db, int code)
{
	/* A transaction writes into the WAL alone. */
	bool is_refused = is_refused_write(db, code, SQLITE_FCNTL_JOURNAL_POINTER);
	return is_refused ? STORE_REFUSED : judge(code);
}

/* SQLite opens what it cannot write to read it, and says READONLY later: is it the disk, or only we who
 * may not? */
static bool is_on_read_only_disk(const struct db *db)
{
	struct buf path = {0};
	put_path(&path, db);
	buf_put_byte(&path, '\0');
	bool is = access(path.at, W_OK) != 0 && errno == EROFS;
	buf_free(&path);
	return is;
}

/* A disk without room shows also so: no WAL or shared memory can be made or made longer, a file not be
 * removed. SQLite may have lost the reason, so the disk is asked as well. */
static bool is_about_names(int code)
{
	static const int codes[] = {SQLITE_IOERR_DELETE, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE,
		SQLITE_IOERR_SHMMAP};
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (code == codes[i])
			return true;
	return (code & 0xFF) == SQLITE_CANTOPEN;
}

/* Never a failed fsync: whatever the disk is now, what became of the bytes is unknown. */
bool db_is_refused(const struct db *db, int code)
{
	if ((code & 0xFF) == SQLITE_FULL)
		return true;
	if ((code & 0xFF) == SQLITE_READONLY)
		return is_on_read_only_disk(db);
	if (is_about_names(code))
		return disk_is_refusal(sqlite3_system_errno(db->lite)) || disk_refuses(db->folder);
	return is_refused_write(db, code, SQLITE_FCNTL_JOURNAL_POINTER) ||
	       is_refused_write(db, code, SQLITE_FCNTL_FILE_POINTER);
}

enum err db_failed(const struct db *db, const char *what, int code, struct buf *why)
{
	db_error(db, what, code, why);
	return db_is_refused(db, code) ? ERR_STORE : ERR_INTERNAL;
}

void db_error(const struct db *db, const char *what, int code, struct buf *out)
{
	const char *reason = sqlite3_errstr(code);
	if (db->lite && sqlite3_extended_errcode(db->lite) == code)
		reason = sqlite3_errmsg(db->lite);
	buf_printf(out, "%s: cannot %s: %s", db->name, what, reason);
}

void db_log(const struct db *db, const char *what, int code)
{
	struct buf line = {0};
	db_error(db, what, code, &line);
	log_error("store", "%.*s (%d)", STR_ARGS(buf_str(&line)), code);
	buf_free(&line);
}

/* --- checkpoints -------------------------------------------------------------------------------- */

int db_checkpoint_all(struct db *db)
{
	int code =
		sqlite3_wal_checkpoint_v2(db->lite, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	if ((code & 0xFF) == SQLITE_BUSY) {
		log_warn("store", "%s: a reader hinders the checkpoint", db->name);
		return SQLITE_OK;
	}
	return code;
}

int db_checkpoint(struct db *db, int pages)
{
	if (db->wal_pages < pages)
		return SQLITE_OK;
	int code = sqlite3_wal_checkpoint_v2(db->lite, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (is_refused_write(db, code, SQLITE_FCNTL_FILE_POINTER) || judge(code) == STORE_REFUSED)
		return SQLITE_OK;
	return code;
}

int db_secure(struct db *db, bool *is_safe)
{
	int pages = 0, moved = -1;
	int code = sqlite3_wal_checkpoint_v2(
		db->lite, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
	*is_safe = code == SQLITE_OK && pages == moved;
	if (is_refused_write(db, code, SQLITE_FCNTL_FILE_POINTER) || judge(code) == STORE_REFUSED)
		return SQLITE_OK;
	return code;
}

/* --- values ------------------------------------------------------------------------------------- */

void db_bind_text(sqlite3_stmt *statement, int place, struct str text)
{
	/* A NULL pointer would bind NULL. */
	sqlite3_bind_text(statement, place, text.len ? text.at : "", (int)text.len, SQLITE_STATIC);
}

void db_bind_bytes(sqlite3_stmt *statement, int place, struct str bytes)
{
	sqlite3_bind_blob(
		statement, place, bytes.len ? bytes.at : "", (int)bytes.len, SQLITE_STATIC);
}

void db_bind_number(sqlite3_stmt *statement, int place, uint64_t number)
{
	sqlite3_bind_int64(statement, place, (sqlite3_int64)number);
}

struct str db_column_str(sqlite3_stmt *row, int column)
{
	const void *at = sqlite3_column_blob(row, column);
	int len = sqlite3_column_bytes(row, column);
	return at && len > 0 ? str_from(at, (size_t)len) : STR_NONE;
}

uint64_t db_column_number(sqlite3_stmt *row, int column)
{
	return (uint64_t)sqlite3_column_int64(row, column);
}
