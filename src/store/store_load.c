/* store_load.c - reading the rows of project.def, then the journal. */
#include "store/store_load.h"
#include "base/arena.h"
#include "store/sqlite_told.h"
#include "store/store_schema.h"
#include "store/store_table.h"

static const struct project_row {
	enum body_kind body;
	enum event_kind event;
	const char *open, *order;
} rows[BODY_KINDS] = {
#define PROJECT(body, event, open, order) {BODY_##body, EV_##event, open, order},
#include "store/project.def"
#undef PROJECT
};

struct loading {
	struct db db;       /* sotto.db */
	sqlite3_stmt *text; /* of an entry */
	struct str centre;
	uint64_t lsn;
	msec at;
	store_each *each;
	void *ctx;
};

void store_load_put_sql(struct buf *sql, enum body_kind kind)
{
	CHECK(rows[kind].body == kind && event_body(rows[kind].event) == kind);
	table_put_select(sql, kind, rows[kind].open, rows[kind].order);
}

/* A text that leaves is its entry's, which is not loaded where the session is over. Borrowed until it is reset. */
static int find_text(struct loading *loading, struct body_outbound *body)
{
	if (!body->open || body->text.len || !body->session.len)
		return SQLITE_OK;
	db_bind_text(loading->text, 1, loading->centre);
	db_bind_text(loading->text, 2, body->session);
	db_bind_number(loading->text, 3, body->seq);
	int code = sqlite3_step(loading->text);
	if (code == SQLITE_ROW)
		body->text = db_column_str(loading->text, 0);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum err load_row(struct loading *loading, const struct project_row *row,
	sqlite3_stmt *statement, struct buf *why)
{
	union any_body room;
	struct event event = {.kind = row->event, .at = loading->at, .body = &room};
	if (!table_read(statement, row->body, &room, &event.lsn)) {
		buf_printf(why, "%s: a row of table %s holds an unknown word", loading->db.name,
			body_type(row->body)->name);
		return ERR_INTERNAL;
	}
	if (row->body == BODY_centre)
		event.lsn = loading->lsn;
	int code = row->body == BODY_outbound ? find_text(loading, &room.outbound) : SQLITE_OK;
	if (code != SQLITE_OK)
		return db_failed(&loading->db, "read its tables", code, why);
	loading->each(loading->ctx, &event);
	sqlite3_reset(loading->text);
	return OK;
}

static enum err load_table(struct loading *loading, const struct project_row *row, struct buf *why)
{
	struct buf sql = {0};
	sqlite3_stmt *statement = NULL;
	store_load_put_sql(&sql, row->body);
	int code = db_prepare(&loading->db, buf_str(&sql), &statement);
	enum err e = OK;
	if (code == SQLITE_OK) {
		db_bind_text(statement, 1, loading->centre);
		while (e == OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
			e = load_row(loading, row, statement, why);
	}
	if (e == OK && code != SQLITE_DONE) {
		db_error(&loading->db, "read its tables", code, why);
		e = ERR_INTERNAL;
	}
	sqlite3_finalize(statement);
	buf_free(&sql);
	return e;
}

static enum err open_tables(struct loading *loading, struct str folder, struct buf *why)
{
	int code = db_open_to_read(&loading->db, folder, TABLES_NAME);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_check(&loading->db, &sotto_schema, why);
	if (e != OK)
		return e;
	if ((code = db_exec(&loading->db, "BEGIN")) != SQLITE_OK ||
		(code = sqlite_tables_projected(&loading->db, &loading->centre, &loading->lsn,
			 &loading->at)) != SQLITE_OK ||
		(code = db_prepare(&loading->db,
			 STR("SELECT text FROM message WHERE centre = ?1 AND session = ?2 AND"
			     " seq = ?3"),
			 &loading->text)) != SQLITE_OK)
		goto fail;
	return OK;
fail:
	db_error(&loading->db, "read it", code, why);
	return ERR_INTERNAL;
}

static enum err load_tables(struct loading *loading, struct str folder, struct buf *why)
{
	enum err e = open_tables(loading, folder, why);
	for (size_t i = 0; e == OK && i < BODY_KINDS; i++)
		e = load_table(loading, &rows[i], why);
	return e;
}

static enum err load_journal(struct loading *loading, struct str folder, struct buf *why)
{
	struct journal_reader reader;
	struct store_event packed;
	enum err e = journal_reader_open(&reader, folder, loading->lsn, why);
	if (e != OK)
		return e;
	enum journal_step step;
	while ((step = journal_reader_next(&reader, &packed, why)) == JOURNAL_EVENT) {
		union any_body room;
		struct event event;
		if (!event_unpack(&packed, &room, &event)) {
			buf_printf(why, "%s: ", reader.db.name);
			event_put_wrong(why, &packed);
			step = JOURNAL_BAD;
			break;
		}
		loading->each(loading->ctx, &event);
	}
	journal_reader_close(&reader);
	return step == JOURNAL_BAD ? ERR_INTERNAL : OK;
}

static void end(struct loading *loading)
{
	sqlite3_finalize(loading->text);
	str_free(&loading->centre);
	db_close(&loading->db);
}

enum err store_load_look(struct str folder, struct told_list *told, struct buf *why)
{
	struct loading loading = {0};
	enum err e = open_tables(&loading, folder, why);
	int code = e == OK ? sqlite_told_read(&loading.db, told) : SQLITE_OK;
	if (code != SQLITE_OK)
		e = db_failed(&loading.db, "read its tables", code, why);
	end(&loading);
	return e;
}

enum err store_load_folder(struct str folder, store_each *each, void *ctx, struct buf *why)
{
	struct loading loading = {.each = each, .ctx = ctx};
	enum err e = load_tables(&loading, folder, why);
	if (e == OK)
		e = load_journal(&loading, folder, why);
	end(&loading);
	return e;
}
