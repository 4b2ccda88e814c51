/* store_verify.c - are the tables what the journal says?
 *
 * The journal is replayed from its first event up to projected_lsn into fresh tables by the
 * projector's own code, and both are walked in the order of their keys. Works on a store that is in
 * use as well: both files are read as they were at one moment, the tables first, so the journal is
 * never behind them; and it writes nothing, so it needs no lock. */
#include "store/store.h"
#include "store/store_schema.h"
#include "store/store_tables.h"

#define DIFFERENCES_MAX 100

struct verifying {
	struct db db;        /* sotto.db as found */
	struct tables fresh; /* what the journal says */
	struct str centre;
	uint64_t lsn;
	struct buf *differences;
	unsigned found;
	uint64_t rows;
};

/* --- telling ------------------------------------------------------------------------------------ */

static bool tells_more(struct verifying *v)
{
	if (v->found == DIFFERENCES_MAX)
		buf_puts(v->differences, "further differences are not listed\n");
	return v->found++ < DIFFERENCES_MAX;
}

static void tell_row(struct verifying *v, enum body_kind kind, const void *body)
{
	const struct body_type *type = body_type(kind);
	buf_puts(v->differences, type->name);
	for (size_t i = 0; i < type->field_count && type->fields[i].is_key; i++) {
		const struct field *field = &type->fields[i];
		buf_printf(v->differences, " %s=", field->name);
		if (field->type == FIELD_TEXT)
			buf_put(v->differences, *body_str(field, body));
		else
			buf_put_u64(v->differences, body_number(field, body));
	}
}

static void tell(struct verifying *v, enum body_kind kind, const void *body, const char *what)
{
	if (!tells_more(v))
		return;
	tell_row(v, kind, body);
	buf_printf(v->differences, ": %s\n", what);
}

/* Values of texts are not shown: they may be a customer's words or a password. */
static void put_value(struct buf *out, sqlite3_stmt *row, int column, bool is_shown)
{
	if (is_shown)
		buf_puts(out, (const char *)sqlite3_column_text(row, column));
	else
		buf_printf(out, "%d bytes", sqlite3_column_bytes(row, column));
}

/* --- comparing ---------------------------------------------------------------------------------- */

static bool is_cell_equal(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
	return sqlite3_column_type(a, column) == sqlite3_column_type(b, column) &&
	       str_eq(db_column_str(a, column), db_column_str(b, column));
}

static void compare_row(struct verifying *v, enum body_kind kind, const void *body,
	sqlite3_stmt *found, sqlite3_stmt *told)
{
	const struct body_type *type = body_type(kind);
	int columns = sqlite3_column_count(told);
	for (int i = 0; i < columns; i++) {
		if (is_cell_equal(found, told, i) || !tells_more(v))
			continue;
		bool is_field = (size_t)i < type->field_count;
		bool is_shown = !is_field || type->fields[i].type == FIELD_NUM ||
				type->fields[i].type == FIELD_TIME ||
				type->fields[i].type == FIELD_PICK;
		tell_row(v, kind, body);
		buf_printf(v->differences, ": %s is ", sqlite3_column_name(told, i));
		put_value(v->differences, found, i, is_shown);
		buf_puts(v->differences, ", by the journal ");
		put_value(v->differences, told, i, is_shown);
		buf_puts(v->differences, "\n");
	}
}

/* One of the two walks over a table. */
struct walk {
	sqlite3_stmt *rows;
	union any_body body;
	bool is_over;
};

static int start_walk(
	struct walk *walk, const struct db *db, enum body_kind kind, struct str centre)
{
	struct buf sql = {0}, order = {0};
	table_put_key(&order, kind);
	buf_put_byte(&order, '\0');
	table_put_select(&sql, kind, "1", order.at);
	int code = db_prepare(db, buf_str(&sql), &walk->rows);
	buf_free(&sql);
	buf_free(&order);
	if (code == SQLITE_OK)
		db_bind_text(walk->rows, 1, centre);
	return code;
}

/* An unknown word in a found row shows as a differing cell; the keys come first, and are read. */
static int next(struct walk *walk, enum body_kind kind)
{
	uint64_t lsn;
	int code = sqlite3_step(walk->rows);
	walk->is_over = code != SQLITE_ROW;
	if (code == SQLITE_ROW)
		(void)table_read(walk->rows, kind, &walk->body, &lsn);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int compare_next(
	struct verifying *v, enum body_kind kind, struct walk *found, struct walk *told)
{
	int order = found->is_over  ? 1
		    : told->is_over ? -1
				    : body_key_cmp(kind, &found->body, &told->body);
	if (order < 0)
		tell(v, kind, &found->body, "the journal knows no such row");
	else if (order > 0)
		tell(v, kind, &told->body, "missing");
	else
		compare_row(v, kind, &told->body, found->rows, told->rows);
	if (order <= 0)
		v->rows++;
	int code = order <= 0 ? next(found, kind) : SQLITE_OK;
	return code == SQLITE_OK && order >= 0 ? next(told, kind) : code;
}

static enum err compare_table(struct verifying *v, enum body_kind kind)
{
	struct walk found = {0}, told = {0};
	int code = start_walk(&found, &v->db, kind, v->centre);
	if (code == SQLITE_OK)
		code = start_walk(&told, &v->fresh.db, kind, v->centre);
	if (code == SQLITE_OK)
		code = next(&found, kind);
	if (code == SQLITE_OK)
		code = next(&told, kind);
	while (code == SQLITE_OK && !(found.is_over && told.is_over))
		code = compare_next(v, kind, &found, &told);
	if (code != SQLITE_OK)
		db_error(&v->db, "compare its tables", code, v->differences);
	sqlite3_finalize(found.rows);
	sqlite3_finalize(told.rows);
	return code == SQLITE_OK ? OK : ERR_INTERNAL;
}

/* --- both files --------------------------------------------------------------------------------- */

static enum err check_file(const struct db *db, struct buf *differences)
{
	sqlite3_stmt *check;
	int code = db_prepare(db, STR("PRAGMA integrity_check(1)"), &check);
	if (code == SQLITE_OK)
		code = sqlite3_step(check);
	bool is_sound = code == SQLITE_ROW && str_is(db_column_str(check, 0), "ok");
	if (code == SQLITE_ROW && !is_sound)
		buf_printf(differences, "%s is damaged: %s\n", db->name,
			(const char *)sqlite3_column_text(check, 0));
	else if (code != SQLITE_ROW)
		db_error(db, "check it", code, differences);
	sqlite3_finalize(check);
	return is_sound ? OK : ERR_INTERNAL;
}

static enum err open_found(struct verifying *v, struct str folder)
{
	int code = db_open(&v->db, folder, TABLES_NAME, DB_READ);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_check(&v->db, sotto_migrations, v->differences);
	if (e != OK)
		return e;
	msec at;
	if ((code = db_exec(&v->db, "BEGIN")) != SQLITE_OK ||
		(code = tables_read_projected(&v->db, &v->centre, &v->lsn, &at)) != SQLITE_OK)
		goto fail;
	return check_file(&v->db, v->differences);
fail:
	db_error(&v->db, "read it", code, v->differences);
	return ERR_INTERNAL;
}

/* Also what the tables do not have yet must be readable, without a gap. */
static enum err read_rest(struct verifying *v, struct journal_reader *reader)
{
	struct store_event packed;
	union any_body room;
	struct event event;
	enum journal_step step;
	while ((step = journal_reader_next(reader, &packed, v->differences)) == JOURNAL_EVENT) {
		if (event_unpack(&packed, &room, &event))
			continue;
		buf_printf(v->differences, "%s: event %llu is damaged\n", reader->db.name,
			(unsigned long long)packed.lsn);
		return ERR_INTERNAL;
	}
	return step == JOURNAL_END ? OK : ERR_INTERNAL;
}

static enum err replay(struct verifying *v, struct str folder, uint64_t *events)
{
	struct journal_reader reader;
	enum err e = journal_reader_open(&reader, folder, 0, v->differences);
	if (e != OK)
		return e;
	e = check_file(&reader.db, v->differences);
	if (e == OK)
		e = tables_follow(&v->fresh, &reader, v->lsn, v->differences);
	if (e == OK && reader.lsn < v->lsn) {
		buf_printf(v->differences,
			"the tables stand at event %llu, the journal ends at %llu\n",
			(unsigned long long)v->lsn, (unsigned long long)reader.lsn);
		e = ERR_INTERNAL;
	}
	if (e == OK)
		e = read_rest(v, &reader);
	*events = reader.lsn;
	journal_reader_close(&reader);
	return e;
}

static enum err verify(struct verifying *v, struct str folder, uint64_t *events)
{
	enum err e = open_found(v, folder);
	if (e == OK)
		e = tables_open(&v->fresh, folder, DB_SCRATCH, v->differences);
	if (e == OK)
		e = replay(v, folder, events);
	for (enum body_kind kind = 0; e == OK && kind < BODY_KINDS; kind++)
		e = compare_table(v, kind);
	return e == OK && v->found ? ERR_INTERNAL : e;
}

enum err store_verify(struct str folder, struct buf *differences, uint64_t *events, uint64_t *rows)
{
	struct verifying v = {.differences = differences};
	*events = 0;
	enum err e = verify(&v, folder, events);
	*rows = v.rows;
	tables_close(&v.fresh);
	str_free(&v.centre);
	db_close(&v.db);
	return e;
}
