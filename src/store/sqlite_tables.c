/* sqlite_tables.c - one prepared upsert for each kind of object. */
#include "store/sqlite_tables.h"
#include "store/sqlite_told.h"
#include "store/store_schema.h"
#include "store/store_table.h"

#include <stdlib.h>

/* Events of a transaction when catching up: some 50 ms. */
#define FOLLOW_EVENTS 10000

enum statement { BEGIN, MARK, COMMIT, STATEMENTS };
static const char *const statements[STATEMENTS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[MARK] = "INSERT INTO projected (centre, lsn, at) VALUES (?1, ?2, ?3)"
		 " ON CONFLICT (centre) DO UPDATE SET lsn = ?2, at = ?3",
	[COMMIT] = "COMMIT",
};

struct sqlite_tables {
	struct db db; /* the one writing connection */
	sqlite3_stmt *statements[STATEMENTS], *upserts[BODY_KINDS];
	struct sqlite_told told;
};

/* --- writing ------------------------------------------------------------------------------------ */

static int begin(void *db)
{
	return db_run(((struct sqlite_tables *)db)->statements[BEGIN]);
}

static int upsert(void *db, struct str centre, const struct changed_row *row)
{
	sqlite3_stmt *upsert = ((struct sqlite_tables *)db)->upserts[row->kind];
	table_bind(upsert, row->kind, centre, row->body, row->lsn, row->first_lsn);
	return db_run(upsert);
}

/* It is rare. */
static int erase(void *db, struct str centre, const struct changed_row *row)
{
	struct buf sql = {0};
	sqlite3_stmt *statement;
	table_put_erase(&sql, row->kind);
	int code = db_prepare(&((struct sqlite_tables *)db)->db, buf_str(&sql), &statement);
	buf_free(&sql);
	if (code != SQLITE_OK)
		return code;
	table_bind(statement, row->kind, centre, row->body, row->lsn, row->first_lsn);
	code = db_run(statement);
	sqlite3_finalize(statement);
	return code;
}

static int keep(void *db, struct str centre, const struct told_note *notes, size_t count)
{
	return sqlite_told_keep(&((struct sqlite_tables *)db)->told, centre, notes, count);
}

static int blank(void *db, struct str centre, struct str session)
{
	return sqlite_told_blank(&((struct sqlite_tables *)db)->told, centre, session);
}

static int trim(void *db, const struct told_limits *limits, struct told_list *list)
{
	return sqlite_told_trim(&((struct sqlite_tables *)db)->told, limits, list);
}

static int tell(void *db, struct str centre, struct str user, struct told_range range)
{
	return sqlite_told_tell(&((struct sqlite_tables *)db)->told, centre, user, range);
}

static int mark(void *db, struct str centre, uint64_t lsn, msec at)
{
	sqlite3_stmt *mark = ((struct sqlite_tables *)db)->statements[MARK];
	db_bind_text(mark, 1, centre);
	db_bind_number(mark, 2, lsn);
	db_bind_number(mark, 3, (uint64_t)at);
	return db_run(mark);
}

static int commit(void *db)
{
	return db_run(((struct sqlite_tables *)db)->statements[COMMIT]);
}

static void roll_back(void *db)
{
	db_rollback(&((struct sqlite_tables *)db)->db);
}

/* Rows are written again, so it does not matter whether some are there already. */
static enum store_result judge(void *db, int code)
{
	const struct db *file = &((struct sqlite_tables *)db)->db;
	if (code == SQLITE_OK)
		return STORE_DURABLE;
	enum store_result result = db_result(file, code);
	db_log(file, "write the tables", code);
	return result == STORE_REFUSED || db_is_refused(file, code) ? STORE_REFUSED : STORE_UNKNOWN;
}

static int tidy(void *db)
{
	return db_checkpoint(&((struct sqlite_tables *)db)->db, TABLES_WAL_PAGES);
}

static int secure(void *db, bool *is_safe)
{
	return db_secure(&((struct sqlite_tables *)db)->db, is_safe);
}

/* No malloc_trim: it locks what the loop allocates from for as long as there is much to give back, and what a silent
 * supervisor has read is much. */
static void rest(void *db)
{
	sqlite3_db_release_memory(((struct sqlite_tables *)db)->db.lite);
}

static void close_file(void *db)
{
	struct sqlite_tables *file = db;
	db_finalize_all(file->upserts, BODY_KINDS);
	db_finalize_all(file->statements, STATEMENTS);
	sqlite_told_close(&file->told);
	db_close(&file->db);
	free(file);
}

static const struct tables_ops ops = {
	.begin = begin,
	.upsert = upsert,
	.erase = erase,
	.keep = keep,
	.blank = blank,
	.trim = trim,
	.tell = tell,
	.mark = mark,
	.commit = commit,
	.roll_back = roll_back,
	.judge = judge,
	.tidy = tidy,
	.secure = secure,
	.rest = rest,
	.close = close_file,
};

/* --- opening ------------------------------------------------------------------------------------ */

int sqlite_tables_projected(const struct db *db, struct str *centre, uint64_t *lsn, msec *at)
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

static int prepare(struct sqlite_tables *file)
{
	int code = db_prepare_all(&file->db, statements, STATEMENTS, file->statements);
	for (enum body_kind kind = 0; code == SQLITE_OK && kind < BODY_KINDS; kind++) {
		struct buf sql = {0};
		table_put_upsert(&sql, kind);
		code = db_prepare(&file->db, buf_str(&sql), &file->upserts[kind]);
		buf_free(&sql);
	}
	return code;
}

static enum err open_file(
	struct tables *tables, struct str folder, enum db_use use, struct buf *why)
{
	struct sqlite_tables *file = tables->db;
	int code = db_open(&file->db, folder, TABLES_NAME, use);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_migrate(&file->db, &sotto_schema, why);
	if (e != OK)
		return e;
	if ((use == DB_WRITE && (code = db_checkpoint_all(&file->db)) != SQLITE_OK) ||
		(code = sqlite_tables_projected(
			 &file->db, &tables->centre, &tables->lsn, &tables->at)) != SQLITE_OK ||
		(code = prepare(file)) != SQLITE_OK ||
		(code = sqlite_told_open(&file->told, &file->db)) != SQLITE_OK ||
		(code = sqlite_told_read(&file->db, tables->told)) != SQLITE_OK)
		goto fail;
	tables->next_lsn = tables->lsn;
	return OK;
fail:
	return db_failed(&file->db, "open it", code, why);
}

enum err sqlite_tables_open(struct tables *tables, struct str folder, enum db_use use,
	struct told_list *told, struct buf *why)
{
	*tables = (struct tables) {.ops = &ops,
		.db = mem_new(sizeof(struct sqlite_tables)),
		.told = told,
		.told_bytes_max = UINT64_MAX};
	enum err e = open_file(tables, folder, use, why);
	if (e != OK)
		tables_close(tables);
	return e;
}

struct db *sqlite_tables_db(const struct tables *tables)
{
	return &((struct sqlite_tables *)tables->db)->db;
}

/* The row is of no centre: the first one has not happened yet where the tables are as new as the journal. */
int sqlite_tables_begin_numbers(struct tables *tables, uint64_t base)
{
	const struct told_range none = {base + 1, base};
	int code = begin(tables->db);
	if (code == SQLITE_OK)
		code = tell(tables->db, STR_NONE, STR_NONE, none);
	if (code == SQLITE_OK)
		code = commit(tables->db);
	roll_back(tables->db);
	if (code == SQLITE_OK)
		code = db_checkpoint_all(sqlite_tables_db(tables));
	if (code == SQLITE_OK)
		told_list_set(tables->told, STR_NONE, none);
	return code;
}

int sqlite_tables_have_numbers(const struct tables *tables, bool *have)
{
	int64_t rows = 0;
	int code = db_number(sqlite_tables_db(tables), "SELECT count(*) FROM told", &rows);
	*have = rows > 0;
	return code;
}

/* --- following the journal ---------------------------------------------------------------------- */

static enum err commit_some(struct tables *tables, struct arena *packed, struct buf *why)
{
	int code = tables_commit(tables);
	if (code == SQLITE_OK)
		code = tables_tidy(tables);
	arena_reset(packed);
	return code == SQLITE_OK
		       ? OK
		       : db_failed(sqlite_tables_db(tables), "write the tables", code, why);
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

enum err sqlite_tables_follow(
	struct tables *tables, struct journal_reader *reader, uint64_t to, struct buf *why)
{
	struct arena packed = {0};
	enum err e = follow(tables, reader, to, &packed, why);
	arena_free(&packed);
	return e;
}
