/* sqlite_journal.c - one prepared statement for each operation. */
#include "store/sqlite_journal.h"
#include "base/log.h"
#include "store/sqlite_ledger.h"
#include "store/store_disk.h"
#include "store/store_journal_reader.h"
#include "store/store_schema.h"

#include <stdlib.h>

enum statement {
	BEGIN,
	OWNER,
	NAME,
	INSERT,
	ERASE,
	NEXT,
	KEEP,
	REKEEP,
	REKEY,
	DROP,
	BASE,
	NOTE,
	COMMIT,
	STATEMENTS
};
static const char *const statements[STATEMENTS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[OWNER] = "SELECT 1 FROM owner WHERE centre = ?1 AND epoch = ?2",
	[NAME] = "UPDATE owner SET centre = ?1",
	[INSERT] = "INSERT INTO journal (centre, lsn, epoch, at, kind, body, command, cause, asker,"
		   " reference, salt, digest, chain)"
		   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	[ERASE] = "UPDATE journal SET body = ?3, salt = x'', erased = ?4"
		  " WHERE centre = ?1 AND lsn = ?2 AND kind = ?5",
	[NEXT] = "SELECT lsn, at, kind, body, command, cause, asker, reference, epoch, salt, "
		 "digest, chain,"
		 " erased FROM journal WHERE centre = ?1 AND lsn > ?2 ORDER BY lsn",
	[KEEP] = "INSERT INTO kept (object, lsn, version, salt, digest) VALUES (?1, ?2, ?3, ?4, ?5)"
		 " ON CONFLICT (object) DO UPDATE SET lsn = ?2, version = ?3, salt = ?4, digest = "
		 "?5",
	[REKEEP] = "UPDATE kept SET version = ?3, salt = ?4, digest = ?5 WHERE object = ?1 AND lsn "
		   "= ?2",
	[REKEY] =
		"UPDATE kept SET object = ?1, version = ?3, salt = ?4, digest = ?5 WHERE lsn = ?2",
	[DROP] = "DELETE FROM journal WHERE centre = ?1 AND lsn <= ?2",
	[BASE] = "INSERT INTO baseline (centre, lsn, chain) VALUES (?1, ?2, ?3)"
		 " ON CONFLICT (centre) DO UPDATE SET lsn = ?2, chain = ?3",
	[NOTE] = "INSERT INTO ledger (centre, serial, lsn, at, act, supervisor, agent, session,"
		 " participation, mode, disclosure, cause, asker, target, thing, reason, chain)"
		 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
		 " ?17)",
	[COMMIT] = "COMMIT",
};

struct sqlite_journal {
	struct db db; /* the one writing connection */
	uint64_t free_min;
	sqlite3_stmt *statements[STATEMENTS];
	uint64_t next_after; /* the row that NEXT stands behind; 0: it does not stand anywhere */
};

/* --- writing ------------------------------------------------------------------------------------ */

static int begin(void *db)
{
	return db_run(((struct sqlite_journal *)db)->statements[BEGIN]);
}

static int is_ours(void *db, struct str centre, uint64_t epoch)
{
	sqlite3_stmt *owner = ((struct sqlite_journal *)db)->statements[OWNER];
	db_bind_text(owner, 1, centre);
	db_bind_number(owner, 2, epoch);
	int code = sqlite3_step(owner);
	sqlite3_reset(owner);
	if (code == SQLITE_DONE)
		return SQLITE_CONSTRAINT; /* our epoch is over: fenced */
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int name(void *db, struct str centre)
{
	sqlite3_stmt *name = ((struct sqlite_journal *)db)->statements[NAME];
	db_bind_text(name, 1, centre);
	return db_run(name);
}

static int insert(void *db, const struct journal_row *row)
{
	sqlite3_stmt *insert = ((struct sqlite_journal *)db)->statements[INSERT];
	const struct store_event *event = row->event;
	db_bind_text(insert, 1, row->centre);
	db_bind_number(insert, 2, event->lsn);
	db_bind_number(insert, 3, row->epoch);
	db_bind_number(insert, 4, (uint64_t)event->at);
	db_bind_number(insert, 5, event->kind);
	db_bind_bytes(insert, 6, event->body);
	db_bind_number(insert, 7, event->cause.command);
	db_bind_number(insert, 8, event->cause.kind);
	db_bind_text(insert, 9, event->cause.asker);
	db_bind_number(insert, 10, event->cause.reference);
	db_bind_bytes(insert, 11, row->salt);
	db_bind_bytes(insert, 12, row->digest);
	db_bind_bytes(insert, 13, row->chain);
	return db_run(insert);
}

/* A row that was trimmed away is none. */
static int erase(void *db, struct str centre, const struct body_erasure *erasure, uint64_t by)
{
	sqlite3_stmt *erase = ((struct sqlite_journal *)db)->statements[ERASE];
	db_bind_text(erase, 1, centre);
	db_bind_number(erase, 2, erasure->row);
	db_bind_bytes(erase, 3, erasure->image);
	db_bind_number(erase, 4, by);
	db_bind_number(erase, 5, erasure->kind);
	return db_run(erase);
}

/* One statement that goes on from row to row. */
static int step_behind(struct sqlite_journal *journal, struct str centre, uint64_t after)
{
	sqlite3_stmt *next = journal->statements[NEXT];
	if (!journal->next_after || journal->next_after != after) {
		sqlite3_reset(next);
		db_bind_text(next, 1, centre);
		db_bind_number(next, 2, after);
	}
	int code = sqlite3_step(next);
	journal->next_after = code == SQLITE_ROW ? db_column_number(next, 0) : 0;
	if (code != SQLITE_ROW)
		sqlite3_reset(next);
	return code;
}

static void end_steps(struct sqlite_journal *journal)
{
	sqlite3_reset(journal->statements[NEXT]);
	journal->next_after = 0;
}

static int next(void *db, struct str centre, uint64_t after, struct journal_row *row,
	struct store_event *event, bool *is_erased)
{
	struct sqlite_journal *journal = db;
	sqlite3_stmt *next = journal->statements[NEXT];
	*event = (struct store_event) {0};
	int code = step_behind(journal, centre, after);
	if (code != SQLITE_ROW)
		return code == SQLITE_DONE ? SQLITE_OK : code;
	*event = (struct store_event) {
		.lsn = db_column_number(next, 0),
		.at = (msec)db_column_number(next, 1),
		.kind = (unsigned)db_column_number(next, 2),
		.body = db_column_str(next, 3),
		.cause = {db_column_number(next, 4), (unsigned)db_column_number(next, 5),
			db_column_str(next, 6), db_column_number(next, 7)},
	};
	*row = (struct journal_row) {.centre = centre,
		.epoch = db_column_number(next, 8),
		.event = event,
		.salt = db_column_str(next, 9),
		.digest = db_column_str(next, 10),
		.chain = db_column_str(next, 11)};
	*is_erased = db_column_number(next, 12) > 0;
	return SQLITE_OK;
}

static int keep_in(sqlite3_stmt *keep, const struct kept *kept)
{
	db_bind_bytes(keep, 1, str_from(kept->object, sizeof kept->object));
	db_bind_number(keep, 2, kept->lsn);
	db_bind_number(keep, 3, kept->version);
	db_bind_bytes(keep, 4, str_from(kept->salt, sizeof kept->salt));
	db_bind_bytes(keep, 5, str_from(kept->digest, sizeof kept->digest));
	return db_run(keep);
}

static int keep(void *db, const struct kept *kept)
{
	return keep_in(((struct sqlite_journal *)db)->statements[KEEP], kept);
}

static int rekey(void *db, const struct kept *kept)
{
	return keep_in(((struct sqlite_journal *)db)->statements[REKEY], kept);
}

static int rekeep(void *db, const struct kept *kept)
{
	return keep_in(((struct sqlite_journal *)db)->statements[REKEEP], kept);
}

static int trim(void *db, struct str centre, uint64_t lsn, struct str chain)
{
	struct sqlite_journal *journal = db;
	sqlite3_stmt *drop = journal->statements[DROP], *base = journal->statements[BASE];
	end_steps(journal);
	db_bind_text(drop, 1, centre);
	db_bind_number(drop, 2, lsn);
	db_bind_text(base, 1, centre);
	db_bind_number(base, 2, lsn);
	db_bind_bytes(base, 3, chain);
	int code = db_run(drop);
	return code == SQLITE_OK ? db_run(base) : code;
}

static int note(void *db, const struct ledger_entry *entry)
{
	sqlite3_stmt *note = ((struct sqlite_journal *)db)->statements[NOTE];
	const struct str texts[] = {entry->act, entry->supervisor, entry->agent, entry->session,
		entry->participation, entry->mode, entry->disclosure, entry->cause, entry->asker,
		entry->target, entry->thing, entry->reason};
	const int count = sizeof texts / sizeof texts[0];
	db_bind_text(note, 1, entry->centre);
	db_bind_number(note, 2, entry->serial);
	db_bind_number(note, 3, entry->lsn);
	db_bind_number(note, 4, (uint64_t)entry->at);
	for (int i = 0; i < count; i++)
		db_bind_text(note, 5 + i, texts[i]);
	db_bind_bytes(note, 5 + count, entry->chain);
	return db_run(note);
}

static int commit(void *db)
{
	return db_run(((struct sqlite_journal *)db)->statements[COMMIT]);
}

static enum store_result settle(void *db, int code, const char *what)
{
	const struct db *file = &((struct sqlite_journal *)db)->db;
	end_steps(db);
	if (code == SQLITE_OK)
		return STORE_DURABLE;
	enum store_result result = db_result(file, code);
	if (result == STORE_FENCED)
		log_error("store", "%s: another owner has the centre", file->name);
	else
		db_log(file, what, code);
	db_rollback(file);
	return sqlite3_get_autocommit(file->lite) ? result : STORE_UNKNOWN;
}

static bool has_room(void *db)
{
	const struct sqlite_journal *journal = db;
	bool has = disk_free(journal->db.folder) >= journal->free_min;
	if (!has)
		log_error("store", "less than %llu bytes are free on the disk",
			(unsigned long long)journal->free_min);
	return has;
}

static int touch(void *db)
{
	/* What changes nothing would write nothing. */
	return db_exec(&((struct sqlite_journal *)db)->db, "UPDATE owner SET probes = probes + 1");
}

static int tidy(void *db)
{
	return db_checkpoint(&((struct sqlite_journal *)db)->db, JOURNAL_WAL_PAGES);
}

static void close_file(void *db)
{
	struct sqlite_journal *journal = db;
	db_finalize_all(journal->statements, STATEMENTS);
	db_close(&journal->db);
	free(journal);
}

static const struct journal_ops ops = {
	.begin = begin,
	.is_ours = is_ours,
	.name = name,
	.insert = insert,
	.erase = erase,
	.next = next,
	.keep = keep,
	.rekeep = rekeep,
	.rekey = rekey,
	.trim = trim,
	.note = note,
	.commit = commit,
	.settle = settle,
	.has_room = has_room,
	.touch = touch,
	.tidy = tidy,
	.close = close_file,
};

/* --- opening ------------------------------------------------------------------------------------ */

static int take_epoch(struct journal *journal, const struct db *db)
{
	sqlite3_stmt *owner;
	/* RETURNING changes the row at the first step. */
	int code = db_prepare(
		db, STR("UPDATE owner SET epoch = epoch + 1 RETURNING centre, epoch"), &owner);
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

/* Of what was written before there was a ledger it is written now, once. Rows are read beside the transaction:
 * nobody else writes. */
static enum err write_ledger(struct journal *journal, struct str folder, struct buf *why)
{
	struct journal_reader reader;
	struct store_event event;
	enum journal_step step = JOURNAL_END;
	int code = SQLITE_OK;
	enum err e = journal_reader_open(&reader, folder, JOURNAL_FROM_FIRST, why);
	if (e != OK)
		return e;
	while (code == SQLITE_OK &&
		(step = journal_reader_next(&reader, &event, why)) == JOURNAL_EVENT)
		code = journal_note(journal, &event);
	journal_reader_close(&reader);
	if (step == JOURNAL_BAD)
		return ERR_INTERNAL;
	return code == SQLITE_OK ? OK
				 : db_failed(&((struct sqlite_journal *)journal->db)->db,
					   "write the ledger", code, why);
}

static int read_ledger(struct journal *journal, const struct db *db, int64_t *is_written)
{
	int code = db_number(db, "SELECT ledger FROM owner", is_written);
	return code == SQLITE_OK ? sqlite_ledger_end(db, journal->centre, &journal->ledger) : code;
}

static enum err open_ledger(struct journal *journal, struct str folder, struct buf *why)
{
	struct sqlite_journal *file = journal->db;
	int64_t is_written;
	int code = read_ledger(journal, &file->db, &is_written);
	if (code == SQLITE_OK && is_written)
		return OK;
	if (code == SQLITE_OK)
		code = db_run(file->statements[BEGIN]);
	if (code != SQLITE_OK)
		return db_failed(&file->db, "read its ledger", code, why);
	enum err e = journal->last ? write_ledger(journal, folder, why) : OK;
	if (e == OK &&
		(code = db_exec(&file->db, "UPDATE owner SET ledger = 1; COMMIT")) != SQLITE_OK)
		e = db_failed(&file->db, "write the ledger", code, why);
	db_rollback(&file->db);
	return e;
}

static int read_begin(struct journal *journal)
{
	struct sqlite_journal *file = journal->db;
	int code =
		journal_read_base(&file->db, journal->centre, &journal->base, &journal->base_chain);
	if (code == SQLITE_OK)
		code = journal_read_times(journal);
	end_steps(file);
	return code;
}

static enum err open_file(struct journal *journal, struct str folder, struct buf *why)
{
	struct sqlite_journal *file = journal->db;
	int code = db_open(&file->db, folder, JOURNAL_NAME, DB_WRITE_FULL);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_migrate(&file->db, &journal_schema, why);
	if (e != OK)
		return e;
	if ((code = db_checkpoint_all(&file->db)) != SQLITE_OK ||
		(code = take_epoch(journal, &file->db)) != SQLITE_OK ||
		(code = journal_read_end(&file->db, journal->centre, &journal->last,
			 &journal->chain)) != SQLITE_OK ||
		(code = db_prepare_all(&file->db, statements, STATEMENTS, file->statements)) !=
			SQLITE_OK ||
		(code = read_begin(journal)) != SQLITE_OK)
		goto fail;
	return open_ledger(journal, folder, why);
fail:
	return db_failed(&file->db, "open it", code, why);
}

enum err sqlite_journal_open(
	struct journal *journal, struct str folder, uint64_t free_min, struct buf *why)
{
	struct sqlite_journal *file = mem_new(sizeof *file);
	file->free_min = free_min;
	*journal = (struct journal) {.ops = &ops, .db = file};
	enum err e = open_file(journal, folder, why);
	if (e != OK)
		journal_close(journal);
	return e;
}
