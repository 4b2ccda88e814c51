/* store_journal.c - one prepared insert, one transaction per append. */
#include "store/store_journal.h"
#include "base/log.h"
#include "store/store_journal_reader.h"
#include "store/store_schema.h"

#include <sodium.h>

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
		     " reference, salt, digest, chain)"
		     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"),
			&journal->insert},
		{STR("UPDATE journal SET body = ?3, salt = x'', erased = ?4"
		     " WHERE centre = ?1 AND lsn = ?2 AND kind = ?5"),
			&journal->erase},
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
	db_bind_text(journal->erase, 1, journal->centre);
	db_bind_number(journal->insert, 3, journal->epoch);
}

static enum err open_file(struct journal_file *journal, struct str folder, struct buf *why)
{
	int code = db_open(&journal->db, folder, JOURNAL_NAME, DB_WRITE_FULL);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_migrate(&journal->db, &journal_schema, why);
	if (e != OK)
		return e;
	if ((code = db_checkpoint_all(&journal->db)) != SQLITE_OK ||
		(code = take_epoch(journal)) != SQLITE_OK ||
		(code = journal_read_end(&journal->db, journal->centre, &journal->last,
			 &journal->chain)) != SQLITE_OK ||
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
	sqlite3_stmt *statements[] = {journal->begin, journal->owner, journal->name,
		journal->insert, journal->erase, journal->commit};
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

/* Each body has a salt of its own, so that a digest says nothing about a body that was erased. */
static int insert(
	struct journal_file *journal, const struct store_event *event, struct chain *chain)
{
	sqlite3_stmt *row = journal->insert;
	unsigned char salt[CHAIN_SALT_BYTES], digest[CHAIN_BYTES];
	randombytes_buf(salt, sizeof salt);
	chain_digest(digest, salt, event->body);
	chain_add(chain, &(struct chain_row) {journal->centre, journal->epoch, event, digest});
	db_bind_number(row, 2, event->lsn);
	db_bind_number(row, 4, (uint64_t)event->at);
	db_bind_number(row, 5, event->kind);
	db_bind_bytes(row, 6, event->body);
	db_bind_number(row, 7, event->cause.command);
	db_bind_number(row, 8, event->cause.kind);
	db_bind_text(row, 9, event->cause.asker);
	db_bind_number(row, 10, event->cause.reference);
	db_bind_bytes(row, 11, str_from(salt, sizeof salt));
	db_bind_bytes(row, 12, str_from(digest, sizeof digest));
	db_bind_bytes(row, 13, chain_str(chain));
	return db_run(row);
}

/* The words go in the transaction that says so. A row that was trimmed away has none. */
static int erase(struct journal_file *journal, const struct store_event *packed)
{
	union any_body room;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	db_bind_number(journal->erase, 2, room.erasure.row);
	db_bind_bytes(journal->erase, 3, room.erasure.image);
	db_bind_number(journal->erase, 4, packed->lsn);
	db_bind_number(journal->erase, 5, room.erasure.kind);
	return db_run(journal->erase);
}

static int write_event(
	struct journal_file *journal, const struct store_event *event, struct chain *chain)
{
	int code = insert(journal, event, chain);
	return code == SQLITE_OK && event->kind == EV_BODY_ERASED ? erase(journal, event) : code;
}

static int check_owner(struct journal_file *journal)
{
	int code = sqlite3_step(journal->owner);
	sqlite3_reset(journal->owner);
	if (code == SQLITE_DONE)
		return SQLITE_CONSTRAINT; /* our epoch is over: fenced */
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int write_all(struct journal_file *journal, const struct batch *batch, struct chain *chain)
{
	struct store_event event;
	int code = check_owner(journal);
	for (size_t at = 0; code == SQLITE_OK && batch_read(batch, &at, &event);) {
		if (journal->centre.len == 0)
			code = take_name(journal, &event);
		if (code == SQLITE_OK)
			code = write_event(journal, &event, chain);
	}
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
	CHECK(batch->first == journal->last + 1);
	bool is_first = journal->centre.len == 0;
	struct chain chain = journal->chain;
	int code = db_run(journal->begin);
	if (code == SQLITE_OK)
		code = write_all(journal, batch, &chain);
	if (code == SQLITE_OK) {
		journal->last += batch->count;
		journal->chain = chain;
	} else if (is_first)
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
