/* store_export.c - statements of the tables' own shape, in one transaction that reads. */
#include "store/store_export.h"

#include <time.h>

#include "store/sqlite_journal.h"
#include "store/sqlite_tables.h"
#include "store/store_table.h"

/* Tables are at most half a second behind a server at work; a disk in trouble takes longer. */
#define FOLLOW_LOOKS_MAX 100
#define FOLLOW_LOOK_MS   50

/* ?2, ?3: the bounds; 0: none. */
#define SPAN "\"received\" >= ?2 AND (?3 = 0 OR \"received\" < ?3)"
#define ITS  "\"session\" = ?2"

static const struct {
	enum body_kind kind;
	const char *where, *order;
} exports[EXPORTS] = {
	[EXPORT_USERS] = {BODY_user, "1", "\"serial\""},
	[EXPORT_CONTACTS] = {BODY_contact, "1", "\"phone\""},
	[EXPORT_SESSIONS] = {BODY_session, SPAN, "\"serial\""},
};
static const struct {
	enum body_kind kind;
	const char *order;
} details[] = {{BODY_party, "\"first_lsn\""}, {BODY_message, "\"seq\""}, {BODY_datum, "\"place\""}};
#define DETAILS (sizeof details / sizeof details[0])

struct export
{
	const struct db *db;
	const struct export_query *query;
	const struct export_sink *sink;
	struct str centre;
	sqlite3_stmt *details[DETAILS];
	bool is_enough;
};

/* Of a session that was just given: what happened in it. */
static int give_details(struct export *e, struct str session);

static int give_rows(struct export *e, sqlite3_stmt *rows, enum body_kind kind)
{
	union any_body body;
	uint64_t lsn;
	int code = SQLITE_DONE;
	while (!e->is_enough && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		if (!table_read(rows, kind, &body, &lsn))
			return SQLITE_CORRUPT;
		e->is_enough = !e->sink->row(e->sink->ctx, kind, &body);
		if (kind == BODY_session && (code = give_details(e, body.session.id)) != SQLITE_OK)
			return code;
	}
	return e->is_enough || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int give_details(struct export *e, struct str session)
{
	int code = SQLITE_OK;
	for (size_t i = 0; code == SQLITE_OK && i < DETAILS && !e->is_enough; i++) {
		db_bind_text(e->details[i], 1, e->centre);
		db_bind_text(e->details[i], 2, session);
		code = give_rows(e, e->details[i], details[i].kind);
		sqlite3_reset(e->details[i]);
	}
	return code;
}

static int prepare_bound(struct export *e, struct str sql, sqlite3_stmt **out)
{
	int code = db_prepare(e->db, sql, out);
	if (code == SQLITE_OK)
		db_bind_text(*out, 1, e->centre);
	if (code == SQLITE_OK && sqlite3_bind_parameter_count(*out) > 1) {
		db_bind_number(*out, 2, (uint64_t)e->query->from);
		db_bind_number(*out, 3, (uint64_t)e->query->until);
	}
	return code;
}

static int give(struct export *e, enum export_what what)
{
	struct buf sql = {0};
	sqlite3_stmt *rows = NULL;
	table_put_select(&sql, exports[what].kind, exports[what].where, exports[what].order);
	int code = prepare_bound(e, buf_str(&sql), &rows);
	if (code == SQLITE_OK)
		code = give_rows(e, rows, exports[what].kind);
	sqlite3_finalize(rows);
	buf_free(&sql);
	return code;
}

static int give_total(struct export *e)
{
	struct buf sql = {0};
	sqlite3_stmt *row = NULL;
	buf_printf(&sql, "SELECT count(*) FROM \"%s\" WHERE \"centre\" = ?1 AND %s",
		body_type(exports[e->query->what].kind)->name, exports[e->query->what].where);
	int code = prepare_bound(e, buf_str(&sql), &row);
	if (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
		e->sink->total(e->sink->ctx, db_column_number(row, 0));
		code = SQLITE_OK;
	}
	sqlite3_finalize(row);
	buf_free(&sql);
	return code;
}

static int prepare_details(struct export *e, size_t i)
{
	struct buf sql = {0};
	table_put_select(&sql, details[i].kind, ITS, details[i].order);
	int code = db_prepare(e->db, buf_str(&sql), &e->details[i]);
	buf_free(&sql);
	return code;
}

static int give_all(struct export *e)
{
	int code = give_total(e);
	if (e->query->what == EXPORT_SESSIONS) {
		if (code == SQLITE_OK)
			code = give(e, EXPORT_USERS);
		for (size_t i = 0; code == SQLITE_OK && i < DETAILS; i++)
			code = prepare_details(e, i);
	}
	if (code == SQLITE_OK)
		code = give(e, e->query->what);
	db_finalize_all(e->details, DETAILS);
	return code;
}

/* One moment of the tables, which is that of the journal's event `lsn` or a later one: begun, to be ended. */
static int begin_at(
	const struct db *db, uint64_t lsn, unsigned looks, struct str *centre, uint64_t *behind)
{
	static const struct timespec pause = {0, FOLLOW_LOOK_MS * 1000000L};
	for (;;) {
		uint64_t projected = 0;
		msec at;
		int code = db_exec(db, "BEGIN");
		if (code == SQLITE_OK)
			code = sqlite_tables_projected(db, centre, &projected, &at);
		*behind = projected < lsn ? lsn - projected : 0;
		if (code != SQLITE_OK || !*behind || --looks == 0)
			return code;
		str_free(centre);
		db_rollback(db);
		nanosleep(&pause, NULL);
	}
}

static int last_event(struct str folder, struct db *journal, uint64_t *lsn)
{
	int64_t last = 0;
	int code = db_open_to_read(journal, folder, JOURNAL_NAME);
	if (code == SQLITE_OK)
		code = db_number(journal, "SELECT coalesce(max(lsn), 0) FROM journal", &last);
	*lsn = (uint64_t)last;
	return code;
}

static enum err ended(struct db *db, int code, struct buf *why)
{
	enum err e = code == SQLITE_OK ? OK : db_failed(db, "be read", code, why);
	db_close(db);
	return e;
}

enum err store_export(struct str folder, const struct export_query *query,
	const struct export_sink *sink, struct buf *why)
{
	struct db journal, tables;
	struct export e = {.db = &tables, .query = query, .sink = sink};
	uint64_t lsn, behind = 0;
	enum err err = ended(&journal, last_event(folder, &journal, &lsn), why);
	if (err != OK)
		return err;
	int code = db_open_to_read(&tables, folder, TABLES_NAME);
	if (code == SQLITE_OK)
		code = begin_at(
			&tables, lsn, query->waits ? FOLLOW_LOOKS_MAX : 1, &e.centre, &behind);
	if (code == SQLITE_OK && !behind)
		code = give_all(&e);
	str_free(&e.centre);
	db_rollback(&tables);
	err = ended(&tables, code, why);
	if (err == OK && behind) {
		buf_printf(why, "the tables are %llu events behind the journal",
			(unsigned long long)behind);
		err = ERR_BUSY;
	}
	return err;
}
