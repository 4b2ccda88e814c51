/* store_tables.c - events become rows, each row written once a transaction. */
#include "store/store_tables.h"
#include "base/arena.h"
#include "store/store_schema.h"

#include <stdlib.h>

/* Events of a transaction when catching up: some 50 ms. */
#define FOLLOW_EVENTS 10000

/* --- opening ------------------------------------------------------------------------------------ */

int tables_read_projected(const struct db *db, struct str *centre, uint64_t *lsn, msec *at)
{
	*centre = STR_NONE;
	*lsn = 0;
	*at = 0;
	sqlite3_stmt *row;
	int code = db_prepare(db, STR("SELECT centre, lsn, at FROM projected"), &row);
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(row);
	if (code == SQLITE_ROW) {
		*centre = str_copy(db_column_str(row, 0));
		*lsn = db_column_number(row, 1);
		*at = (msec)db_column_number(row, 2);
	}
	sqlite3_finalize(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int prepare(struct tables *tables)
{
	const struct {
		struct str sql;
		sqlite3_stmt **statement;
	} rows[] = {
		{STR("BEGIN IMMEDIATE"), &tables->begin},
		{STR("INSERT INTO projected (centre, lsn, at) VALUES (?1, ?2, ?3)"
		     " ON CONFLICT (centre) DO UPDATE SET lsn = ?2, at = ?3"),
			&tables->mark},
		{STR("COMMIT"), &tables->commit},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int code = db_prepare(&tables->db, rows[i].sql, rows[i].statement);
		if (code != SQLITE_OK)
			return code;
	}
	int code = SQLITE_OK;
	for (enum body_kind kind = 0; code == SQLITE_OK && kind < BODY_KINDS; kind++) {
		struct buf sql = {0};
		table_put_upsert(&sql, kind);
		code = db_prepare(&tables->db, buf_str(&sql), &tables->upserts[kind]);
		buf_free(&sql);
	}
	return code;
}

static enum err open_file(
	struct tables *tables, struct str folder, enum db_use use, struct buf *why)
{
	int code = db_open(&tables->db, folder, TABLES_NAME, use);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_migrate(&tables->db, &sotto_schema, why);
	if (e != OK)
		return e;
	if ((use == DB_WRITE && (code = db_checkpoint_all(&tables->db)) != SQLITE_OK) ||
		(code = tables_read_projected(
			 &tables->db, &tables->centre, &tables->lsn, &tables->at)) != SQLITE_OK ||
		(code = prepare(tables)) != SQLITE_OK)
		goto fail;
	tables->next_lsn = tables->lsn;
	return OK;
fail:
	return db_failed(&tables->db, "open it", code, why);
}

enum err tables_open(struct tables *tables, struct str folder, enum db_use use, struct buf *why)
{
	*tables = (struct tables) {0};
	enum err e = open_file(tables, folder, use, why);
	if (e != OK)
		tables_close(tables);
	return e;
}

void tables_close(struct tables *tables)
{
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++)
		sqlite3_finalize(tables->upserts[kind]);
	sqlite3_finalize(tables->begin);
	sqlite3_finalize(tables->mark);
	sqlite3_finalize(tables->commit);
	str_free(&tables->centre);
	free(tables->rows);
	arena_free(&tables->arena);
	db_close(&tables->db);
	*tables = (struct tables) {0};
}

/* --- gathering ---------------------------------------------------------------------------------- */

static struct changed_row *next_row(struct tables *tables)
{
	if (tables->count == tables->cap) {
		tables->cap = tables->cap ? tables->cap * 2 : 1024;
		tables->rows = mem_resize(tables->rows, tables->cap * sizeof *tables->rows);
	}
	return &tables->rows[tables->count];
}

static bool is_image(const struct body_erasure *erasure)
{
	union any_body image;
	return erasure->kind < EVENT_NUMBER_END && event_is_known((unsigned)erasure->kind) &&
	       body_unpack(event_body((enum event_kind)erasure->kind), erasure->image, &image);
}

bool tables_add(struct tables *tables, const struct store_event *packed)
{
	if (packed->lsn != tables->next_lsn + 1 || !event_is_known(packed->kind) ||
		!cause_name(packed->cause.kind))
		return false;
	enum body_kind kind = event_body(packed->kind);
	void *body = arena_take(&tables->arena, body_type(kind)->size);
	if (!body_unpack(kind, packed->body, body))
		return false;
	if (kind == BODY_erasure && !is_image(body))
		return false;
	if (tables->centre.len == 0) {
		if (kind != BODY_centre)
			return false;
		tables->centre = str_copy(((struct body_centre *)body)->name);
	}
	*next_row(tables) = (struct changed_row) {kind, body, packed->lsn, packed->lsn};
	tables->count++;
	tables->next_lsn = packed->lsn;
	tables->next_at = packed->at;
	return true;
}

/* By table and key, as the tables are ordered on disk, then by age. */
static int row_cmp(const void *a, const void *b)
{
	const struct changed_row *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	int order = body_key_cmp(x->kind, x->body, y->body);
	if (order)
		return order;
	return x->lsn < y->lsn ? -1 : x->lsn > y->lsn;
}

/* Leaves of each object its last image, with the lsn of its first. */
static void coalesce(struct tables *tables)
{
	struct changed_row *rows = tables->rows;
	size_t kept = 0;
	qsort(rows, tables->count, sizeof *rows, row_cmp);
	for (size_t i = 1; i < tables->count; i++) {
		if (rows[i].kind == rows[kept].kind &&
			body_key_cmp(rows[i].kind, rows[i].body, rows[kept].body) == 0)
			rows[i].first_lsn = rows[kept].first_lsn;
		else
			kept++;
		rows[kept] = rows[i];
	}
	tables->count = kept + 1;
}

/* --- writing ------------------------------------------------------------------------------------ */

/* Where the object's last image is that of the erased row, it is what stands there now. */
static int erase(struct tables *tables, const struct body_erasure *erasure)
{
	union any_body image;
	struct buf sql = {0};
	sqlite3_stmt *statement;
	enum body_kind kind = event_body((enum event_kind)erasure->kind);
	if (!body_unpack(kind, erasure->image, &image))
		return SQLITE_CORRUPT;
	table_put_erase(&sql, kind);
	int code = db_prepare(&tables->db, buf_str(&sql), &statement);
	buf_free(&sql);
	if (code != SQLITE_OK)
		return code;
	table_bind(statement, kind, tables->centre, &image, erasure->row, 0);
	code = db_run(statement);
	sqlite3_finalize(statement);
	return code;
}

/* Once all rows are written, which may be in the same transaction. */
static int erase_all(struct tables *tables)
{
	int code = SQLITE_OK;
	for (size_t i = 0; code == SQLITE_OK && i < tables->count; i++)
		if (tables->rows[i].kind == BODY_erasure)
			code = erase(tables, tables->rows[i].body);
	return code;
}

static int write_all(struct tables *tables)
{
	int code = db_run(tables->begin);
	for (size_t i = 0; code == SQLITE_OK && i < tables->count; i++) {
		const struct changed_row *row = &tables->rows[i];
		sqlite3_stmt *upsert = tables->upserts[row->kind];
		table_bind(upsert, row->kind, tables->centre, row->body, row->lsn, row->first_lsn);
		code = db_run(upsert);
	}
	if (code == SQLITE_OK)
		code = erase_all(tables);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(tables->mark, 1, tables->centre);
	db_bind_number(tables->mark, 2, tables->next_lsn);
	db_bind_number(tables->mark, 3, (uint64_t)tables->next_at);
	code = db_run(tables->mark);
	return code == SQLITE_OK ? db_run(tables->commit) : code;
}

int tables_commit(struct tables *tables)
{
	int code = SQLITE_OK;
	if (tables->count) {
		coalesce(tables);
		code = write_all(tables);
	}
	if (code == SQLITE_OK) {
		tables->lsn = tables->next_lsn;
		tables->at = tables->next_at;
	} else {
		db_rollback(&tables->db);
	}
	tables->next_lsn = tables->lsn;
	tables->next_at = tables->at;
	tables->count = 0;
	arena_reset(&tables->arena);
	return code;
}

int tables_tidy(struct tables *tables)
{
	return db_checkpoint(&tables->db, TABLES_WAL_PAGES);
}

/* --- following the journal ---------------------------------------------------------------------- */

static enum err commit_some(struct tables *tables, struct arena *packed, struct buf *why)
{
	int code = tables_commit(tables);
	if (code == SQLITE_OK)
		code = tables_tidy(tables);
	arena_reset(packed);
	return code == SQLITE_OK ? OK : db_failed(&tables->db, "write the tables", code, why);
}

static enum err follow(struct tables *tables, struct journal_reader *reader, uint64_t to,
	struct arena *packed, struct buf *why)
{
	enum err e = OK;
	while (e == OK && reader->lsn < to) {
		struct store_event event;
		enum journal_step step = journal_reader_next(reader, &event, why);
		if (step == JOURNAL_END)
			break;
		if (step == JOURNAL_BAD)
			return ERR_INTERNAL;
		bool is_next_command = event.cause.command > tables->next_lsn;
		if (tables->count >= FOLLOW_EVENTS && is_next_command)
			e = commit_some(tables, packed, why);
		event.body = arena_copy(packed, event.body);
		if (e == OK && !tables_add(tables, &event)) {
			buf_printf(why, "%s: ", reader->db.name);
			event_put_wrong(why, &event);
			e = ERR_INTERNAL;
		}
	}
	return e == OK ? commit_some(tables, packed, why) : e;
}

enum err tables_follow(
	struct tables *tables, struct journal_reader *reader, uint64_t to, struct buf *why)
{
	struct arena packed = {0};
	enum err e = follow(tables, reader, to, &packed, why);
	arena_free(&packed);
	return e;
}
