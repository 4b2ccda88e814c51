/* store_table.c - SQL from descriptions. */
#include "store/store_table.h"
#include "core/erasing.h"

static bool is_str(const struct field *field)
{
	return field->type == FIELD_TEXT || field->type == FIELD_BYTES;
}

/* --- SQL ---------------------------------------------------------------------------------------- */

void table_put_key(struct buf *sql, enum body_kind kind)
{
	const struct body_type *type = body_type(kind);
	buf_puts(sql, "\"centre\"");
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i].is_key)
			buf_printf(sql, ", \"%s\"", type->fields[i].name);
}

void table_put_is_key(struct buf *sql, enum body_kind kind)
{
	const struct body_type *type = body_type(kind);
	for (size_t i = 0; i < type->field_count && type->fields[i].is_key; i++)
		buf_printf(sql, "%s\"%s\" = ?%zu", i ? " AND " : "", type->fields[i].name, i + 2);
}

static const struct {
	const char *type, *none;
} columns[] = {
	[FIELD_TEXT] = {"TEXT", "''"},
	[FIELD_BYTES] = {"BLOB", "x''"},
	[FIELD_NUM] = {"INTEGER", "0"},
	[FIELD_TIME] = {"INTEGER", "0"},
	[FIELD_PICK] = {"TEXT", NULL}, /* its first word */
};

void table_put_create(struct buf *sql, enum body_kind kind)
{
	const struct body_type *type = body_type(kind);
	buf_printf(
		sql, "CREATE TABLE IF NOT EXISTS \"%s\" (\"centre\" TEXT NOT NULL, ", type->name);
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i].since == 1)
			buf_printf(sql, "\"%s\" %s NOT NULL, ", type->fields[i].name,
				columns[type->fields[i].type].type);
	buf_puts(sql, "\"lsn\" INTEGER NOT NULL, \"first_lsn\" INTEGER NOT NULL, PRIMARY KEY (");
	table_put_key(sql, kind);
	buf_puts(sql, ")) STRICT, WITHOUT ROWID");
}

void table_put_add_column(struct buf *sql, enum body_kind kind, const struct field *field)
{
	buf_printf(sql, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s NOT NULL DEFAULT ",
		body_type(kind)->name, field->name, columns[field->type].type);
	if (field->type == FIELD_PICK)
		buf_printf(sql, "'%s'", words_name(field->words, 0));
	else
		buf_puts(sql, columns[field->type].none);
}

static void put_fields(struct buf *sql, const struct body_type *type)
{
	for (size_t i = 0; i < type->field_count; i++)
		buf_printf(sql, "\"%s\", ", type->fields[i].name);
	buf_puts(sql, "\"lsn\", \"first_lsn\"");
}

void table_put_upsert(struct buf *sql, enum body_kind kind)
{
	const struct body_type *type = body_type(kind);
	buf_printf(sql, "INSERT INTO \"%s\" (\"centre\", ", type->name);
	put_fields(sql, type);
	buf_puts(sql, ") VALUES (?1");
	for (size_t i = 0; i < type->field_count + 2; i++)
		buf_printf(sql, ", ?%zu", i + 2);
	buf_puts(sql, ") ON CONFLICT (");
	table_put_key(sql, kind);
	buf_puts(sql, ") DO UPDATE SET ");
	for (size_t i = 0; i < type->field_count; i++)
		if (!type->fields[i].is_key)
			buf_printf(sql, "\"%s\" = ?%zu, ", type->fields[i].name, i + 2);
	buf_printf(sql, "\"lsn\" = ?%zu", type->field_count + 2);
}

void table_put_erase(struct buf *sql, enum body_kind kind)
{
	const struct body_type *type = body_type(kind);
	bool with_key = erasing_changes_key(kind);
	buf_printf(sql, "UPDATE \"%s\" SET ", type->name);
	for (size_t i = 0; i < type->field_count; i++)
		if (with_key || !type->fields[i].is_key)
			buf_printf(sql, "\"%s\" = ?%zu, ", type->fields[i].name, i + 2);
	buf_printf(sql, "\"lsn\" = \"lsn\" WHERE \"centre\" = ?1 AND \"lsn\" = ?%zu",
		type->field_count + 2);
	if (with_key)
		return;
	buf_puts(sql, " AND ");
	table_put_is_key(sql, kind);
}

void table_put_select(struct buf *sql, enum body_kind kind, const char *where, const char *order)
{
	const struct body_type *type = body_type(kind);
	buf_puts(sql, "SELECT ");
	put_fields(sql, type);
	buf_printf(sql, " FROM \"%s\" WHERE \"centre\" = ?1 AND (%s) ORDER BY %s", type->name,
		where, order);
}

/* --- values ------------------------------------------------------------------------------------- */

struct str table_word(const struct field *field, const void *body)
{
	return str_of(words_name(field->words, (unsigned)body_number(field, body)));
}

static void bind_field(sqlite3_stmt *upsert, int place, const struct field *field, const void *body)
{
	if (field->type == FIELD_TEXT)
		db_bind_text(upsert, place, *body_str(field, body));
	else if (field->type == FIELD_BYTES)
		db_bind_bytes(upsert, place, *body_str(field, body));
	else if (field->type == FIELD_PICK)
		db_bind_text(upsert, place, table_word(field, body));
	else
		db_bind_number(upsert, place, body_number(field, body));
}

void table_bind(sqlite3_stmt *upsert, enum body_kind kind, struct str centre, const void *body,
	uint64_t lsn, uint64_t first_lsn)
{
	const struct body_type *type = body_type(kind);
	db_bind_text(upsert, 1, centre);
	for (size_t i = 0; i < type->field_count; i++)
		bind_field(upsert, (int)i + 2, &type->fields[i], body);
	db_bind_number(upsert, (int)type->field_count + 2, lsn);
	db_bind_number(upsert, (int)type->field_count + 3, first_lsn);
}

void table_bind_key(
	sqlite3_stmt *statement, enum body_kind kind, struct str centre, const void *body)
{
	const struct body_type *type = body_type(kind);
	db_bind_text(statement, 1, centre);
	for (size_t i = 0; i < type->field_count && type->fields[i].is_key; i++)
		bind_field(statement, (int)i + 2, &type->fields[i], body);
}

bool table_is_cell(sqlite3_stmt *row, int column, const struct field *field, const void *body)
{
	int type = sqlite3_column_type(row, column);
	if (field->type == FIELD_PICK)
		return type == SQLITE_TEXT &&
		       str_eq(db_column_str(row, column), table_word(field, body));
	if (is_str(field))
		return type == (field->type == FIELD_TEXT ? SQLITE_TEXT : SQLITE_BLOB) &&
		       str_eq(db_column_str(row, column), *body_str(field, body));
	return type == SQLITE_INTEGER && db_column_number(row, column) == body_number(field, body);
}

static bool read_field(sqlite3_stmt *row, int column, const struct field *field, void *body)
{
	unsigned pick;
	if (is_str(field)) {
		*body_str(field, body) = db_column_str(row, column);
		return true;
	}
	if (field->type != FIELD_PICK) {
		body_set_number(field, body, db_column_number(row, column));
		return true;
	}
	if (!words_find(field->words, db_column_str(row, column), &pick))
		return false;
	body_set_number(field, body, pick);
	return true;
}

bool table_read(sqlite3_stmt *row, enum body_kind kind, void *body, uint64_t *lsn)
{
	const struct body_type *type = body_type(kind);
	memset(body, 0, type->size);
	for (size_t i = 0; i < type->field_count; i++)
		if (!read_field(row, (int)i, &type->fields[i], body))
			return false;
	*lsn = db_column_number(row, (int)type->field_count);
	return true;
}
