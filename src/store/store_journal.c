/* store_journal.c - one prepared insert, one transaction per append. */
#include "store/store_journal.h"
#include "base/arena.h"
#include "base/log.h"
#include "store/store_schema.h"

#include <errno.h>
#include <sys/stat.h>

#define JOURNAL_NAME "journal.db"

/* --- opening ------------------------------------------------------------------------------------ */

static int take_epoch(struct journal_file *journal)
{
	sqlite3_stmt *owner;
	/* RETURNING changes the row at the first step. */
	int code = db_prepare(&journal->db,
		STR("UPDATE owner SET epoch = epoch + 1 RETURNING centre, epoch"), &owner);
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(owner);
	if (code == SQLITE_ROW) {
		journal->centre = str_copy(db_column_str(owner, 0));
		journal->epoch = db_column_number(owner, 1);
		code = sqlite3_step(owner);
	} else if (code == SQLITE_DONE) {
		code = SQLITE_CORRUPT; /* the migration wrote one row */
	}
	sqlite3_finalize(owner);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int read_last(const struct db *db, struct str centre, uint64_t *lsn)
{
	sqlite3_stmt *last;
	int code = db_prepare(db, STR("SELECT max(lsn) FROM journal WHERE centre = ?1"), &last);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(last, 1, centre);
	code = sqlite3_step(last);
	*lsn = db_column_number(last, 0); /* NULL reads as 0 */
	sqlite3_finalize(last);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int prepare(struct journal_file *journal)
{
	const struct {
		struct str sql;
		sqlite3_stmt **statement;
	} rows[] = {
		{STR("BEGIN IMMEDIATE"), &journal->begin},
		{STR("SELECT 1 FROM owner WHERE centre = ?1 AND epoch = ?2"), &journal->owner},
		{STR("UPDATE owner SET centre = ?1"), &journal->name},
		{STR("INSERT INTO journal (centre, lsn, epoch, at, kind, body, command, cause, "
		     "asker,"
		     " reference) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
			&journal->insert},
		{STR("COMMIT"), &journal->commit},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int code = db_prepare(&journal->db, rows[i].sql, rows[i].statement);
		if (code != SQLITE_OK)
			return code;
	}
	return SQLITE_OK;
}

static void bind_owner(struct journal_file *journal)
{
	db_bind_text(journal->owner, 1, journal->centre);
	db_bind_number(journal->owner, 2, journal->epoch);
	db_bind_text(journal->insert, 1, journal->centre);
	db_bind_number(journal->insert, 3, journal->epoch);
}

static enum err open_file(struct journal_file *journal, struct str folder, struct buf *why)
{
	int code = db_open(&journal->db, folder, JOURNAL_NAME, DB_WRITE_FULL);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_migrate(&journal->db, journal_migrations, why);
	if (e != OK)
		return e;
	if ((code = db_checkpoint_all(&journal->db)) != SQLITE_OK ||
		(code = take_epoch(journal)) != SQLITE_OK ||
		(code = read_last(&journal->db, journal->centre, &journal->last)) != SQLITE_OK ||
		(code = prepare(journal)) != SQLITE_OK)
		goto fail;
	bind_owner(journal);
	return OK;
fail:
	return db_failed(&journal->db, "open it", code, why);
}

enum err journal_file_open(struct journal_file *journal, struct str folder, struct buf *why)
{
	*journal = (struct journal_file) {0};
	enum err e = open_file(journal, folder, why);
	if (e != OK)
		journal_file_close(journal);
	return e;
}

void journal_file_close(struct journal_file *journal)
{
	sqlite3_stmt *statements[] = {
		journal->begin, journal->owner, journal->name, journal->insert, journal->commit};
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
		sqlite3_finalize(statements[i]);
	str_free(&journal->centre);
	db_close(&journal->db);
	*journal = (struct journal_file) {0};
}

/* --- writing ------------------------------------------------------------------------------------ */

/* The centre gets its name from its first event, in the same transaction. */
static int take_name(struct journal_file *journal, const struct store_event *first)
{
	union any_body room;
	struct event event;
	CHECK(event_unpack(first, &room, &event) && event_body(event.kind) == BODY_centre);
	db_bind_text(journal->name, 1, room.centre.name);
	int code = db_run(journal->name);
	if (code != SQLITE_OK)
		return code;
	journal->centre = str_copy(room.centre.name);
	bind_owner(journal);
	return SQLITE_OK;
}

static void forget_name(struct journal_file *journal)
{
	str_free(&journal->centre);
	bind_owner(journal);
}

static int insert(struct journal_file *journal, const struct store_event *event)
{
	sqlite3_stmt *row = journal->insert;
	db_bind_number(row, 2, event->lsn);
	db_bind_number(row, 4, (uint64_t)event->at);
	db_bind_number(row, 5, event->kind);
	db_bind_bytes(row, 6, event->body);
	db_bind_number(row, 7, event->cause.command);
	db_bind_number(row, 8, event->cause.kind);
	db_bind_text(row, 9, event->cause.asker);
	db_bind_number(row, 10, event->cause.reference);
	return db_run(row);
}

static int check_owner(struct journal_file *journal)
{
	int code = sqlite3_step(journal->owner);
	sqlite3_reset(journal->owner);
	if (code == SQLITE_DONE)
		return SQLITE_CONSTRAINT; /* our epoch is over: fenced */
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int write_all(struct journal_file *journal, const struct batch *batch)
{
	int code = check_owner(journal);
	if (code == SQLITE_OK && journal->centre.len == 0)
		code = take_name(journal, &batch->events[0]);
	for (size_t i = 0; code == SQLITE_OK && i < batch->count; i++)
		code = insert(journal, &batch->events[i]);
	return code == SQLITE_OK ? db_run(journal->commit) : code;
}

/* What came of a transaction; a failed one is rolled back here. */
static enum store_result settle(struct journal_file *journal, int code, const char *what)
{
	if (code == SQLITE_OK)
		return STORE_DURABLE;
	enum store_result result = db_result(&journal->db, code);
	if (result == STORE_FENCED)
		log_error("store", "%s: another owner has the centre", journal->db.name);
	else
		db_log(&journal->db, what, code);
	db_rollback(&journal->db);
	return sqlite3_get_autocommit(journal->db.lite) ? result : STORE_UNKNOWN;
}

enum store_result journal_file_write(struct journal_file *journal, const struct batch *batch)
{
	CHECK(batch->events[0].lsn == journal->last + 1);
	bool is_first = journal->centre.len == 0;
	int code = db_run(journal->begin);
	if (code == SQLITE_OK)
		code = write_all(journal, batch);
	if (code == SQLITE_OK)
		journal->last += batch->count;
	else if (is_first)
		forget_name(journal);
	return settle(journal, code, "append");
}

enum store_result journal_file_touch(struct journal_file *journal)
{
	/* What changes nothing would write nothing. */
	int code = db_exec(&journal->db, "UPDATE owner SET probes = probes + 1");
	return settle(journal, code, "write");
}

enum store_result journal_file_tidy(struct journal_file *journal)
{
	return settle(journal, db_checkpoint(&journal->db, JOURNAL_WAL_PAGES), "checkpoint");
}

/* --- reading ------------------------------------------------------------------------------------ */

static int read_centre(struct journal_reader *reader)
{
	sqlite3_stmt *owner;
	int code = db_prepare(&reader->db, STR("SELECT centre FROM owner"), &owner);
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(owner);
	if (code == SQLITE_ROW)
		reader->centre = str_copy(db_column_str(owner, 0));
	sqlite3_finalize(owner);
	return code == SQLITE_ROW ? SQLITE_OK : code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

static enum err open_reader(struct journal_reader *reader, struct str folder, struct buf *why)
{
	int code = db_open_to_read(&reader->db, folder, JOURNAL_NAME);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_check(&reader->db, journal_migrations, why);
	if (e != OK)
		return e;
	if ((code = db_exec(&reader->db, "BEGIN")) != SQLITE_OK ||
		(code = read_centre(reader)) != SQLITE_OK ||
		(code = db_prepare(&reader->db,
			 STR("SELECT lsn, at, kind, body, command, cause, asker, reference"
			     " FROM journal WHERE centre = ?1 AND lsn > ?2 ORDER BY lsn"),
			 &reader->rows)) != SQLITE_OK)
		goto fail;
	db_bind_text(reader->rows, 1, reader->centre);
	db_bind_number(reader->rows, 2, reader->lsn);
	return OK;
fail:
	db_error(&reader->db, "read it", code, why);
	return ERR_INTERNAL;
}

enum err journal_reader_open(
	struct journal_reader *reader, struct str folder, uint64_t after, struct buf *why)
{
	*reader = (struct journal_reader) {.lsn = after};
	enum err e = open_reader(reader, folder, why);
	if (e != OK)
		journal_reader_close(reader);
	return e;
}

void journal_reader_close(struct journal_reader *reader)
{
	sqlite3_finalize(reader->rows);
	str_free(&reader->centre);
	db_close(&reader->db);
	*reader = (struct journal_reader) {0};
}

void journal_reader_again(struct journal_reader *reader)
{
	sqlite3_reset(reader->rows);
	reader->lsn = reader->command = 0;
	db_bind_number(reader->rows, 2, 0);
}

/* --- looking ------------------------------------------------------------------------------------ */

static bool has_bytes(struct str folder)
{
	struct buf path = {0};
	struct stat file;
	buf_printf(&path, "%.*s/" JOURNAL_NAME, STR_ARGS(folder));
	buf_put_byte(&path, '\0');
	bool has = stat(path.at, &file) != 0 ? errno != ENOENT : file.st_size > 0;
	buf_free(&path);
	return has;
}

static enum err look(
	const struct journal_reader *reader, struct journal_place *place, struct buf *why)
{
	int64_t epoch = 0;
	int code = db_number(&reader->db, "SELECT epoch FROM owner", &epoch);
	if (code == SQLITE_OK)
		code = read_last(&reader->db, reader->centre, &place->last);
	place->epoch = (uint64_t)epoch;
	return code == SQLITE_OK ? OK : db_failed(&reader->db, "read it", code, why);
}

enum err journal_look(struct str folder, struct journal_place *place, struct buf *why)
{
	struct journal_reader reader;
	*place = (struct journal_place) {0};
	enum err e = ERR_NOT_FOUND;
	if (has_bytes(folder)) {
		e = journal_reader_open(&reader, folder, 0, why);
		if (e == OK)
			e = look(&reader, place, why);
		journal_reader_close(&reader);
	}
	if (e == OK && place->last == 0)
		e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		buf_printf(why, "%s: nothing is in it yet", JOURNAL_NAME);
	return e;
}

/* --- events ------------------------------------------------------------------------------------- */

/* Of rows from before causes were written those with one time count as one command: there may be several
 * in it, and none is parted. */
static struct cause read_cause(const struct journal_reader *reader, uint64_t lsn, msec at)
{
	sqlite3_stmt *row = reader->rows;
	struct cause cause = {
		.command = db_column_number(row, 4),
		.kind = (unsigned)db_column_number(row, 5),
		.asker = db_column_str(row, 6),
		.reference = db_column_number(row, 7),
	};
	if (cause.kind == CAUSE_UNKNOWN)
		cause.command = reader->command && at == reader->at ? reader->command : lsn;
	return cause;
}

enum journal_step journal_reader_next(
	struct journal_reader *reader, struct store_event *event, struct buf *why)
{
	int code = sqlite3_step(reader->rows);
	if (code == SQLITE_DONE)
		return JOURNAL_END;
	if (code != SQLITE_ROW) {
		db_error(&reader->db, "read it", code, why);
		return JOURNAL_BAD;
	}
	*event = (struct store_event) {
		.lsn = db_column_number(reader->rows, 0),
		.at = (msec)db_column_number(reader->rows, 1),
		.kind = (unsigned)db_column_number(reader->rows, 2),
		.body = db_column_str(reader->rows, 3),
	};
	if (event->lsn != reader->lsn + 1) {
		buf_printf(why, "%s: event %llu is missing", reader->db.name,
			(unsigned long long)reader->lsn + 1);
		return JOURNAL_BAD;
	}
	event->cause = read_cause(reader, event->lsn, event->at);
	reader->lsn = event->lsn;
	reader->at = event->at;
	reader->command = event->cause.command;
	return JOURNAL_EVENT;
}
