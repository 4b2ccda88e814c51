/* sqlite_told.c - notes as rows; where one lies is how many bytes there were up to it. */
#include "store/sqlite_told.h"
#include "store/sqlite_tables.h"

#include <stdlib.h>

/* Of a row besides its data: columns, and its places in the indexes. */
#define ROW_BYTES 200

static const char *const statements[TOLD_STATEMENTS] = {
	[TOLD_KEEP] = "INSERT INTO note (place, centre, user, number, at, topic, roles, session,"
		      " party, first, last, data)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	/* What was erased meanwhile stays so. */
	[TOLD_MAKE] = "UPDATE note SET party = '', data = ?4"
		      " WHERE centre = ?1 AND user = ?2 AND number = ?3 AND party <> ''",
	[TOLD_BLANK] = "UPDATE note SET party = '', data = '' WHERE centre = ?1 AND session = ?2"
		       " AND session <> ''",
	[TOLD_OLDEST] = "SELECT at, place FROM note ORDER BY place LIMIT 1",
	[TOLD_TRIM] = "DELETE FROM note WHERE place IN"
		      " (SELECT place FROM note ORDER BY place LIMIT ?1)"
		      " AND (at < ?2 OR place <= ?3) RETURNING user, number",
	[TOLD_TELL] = "INSERT INTO told (centre, user, first, last) VALUES (?1, ?2, ?3, ?4)"
		      " ON CONFLICT (centre, user) DO UPDATE SET first = ?3, last = ?4",
};

/* --- writing ------------------------------------------------------------------------------------ */

static int make(sqlite3_stmt *make, struct str centre, const struct told_note *note)
{
	db_bind_text(make, 1, centre);
	db_bind_text(make, 2, note->user);
	db_bind_number(make, 3, note->number);
	db_bind_text(make, 4, note->data);
	return db_run(make);
}

int sqlite_told_keep(struct sqlite_told *told, struct str centre, const struct told_note *note)
{
	sqlite3_stmt *keep = told->statements[TOLD_KEEP];
	if (note->is_made)
		return make(told->statements[TOLD_MAKE], centre, note);
	uint64_t place = told->place + ROW_BYTES + note->data.len;
	db_bind_number(keep, 1, place);
	db_bind_text(keep, 2, centre);
	db_bind_text(keep, 3, note->user);
	db_bind_number(keep, 4, note->number);
	db_bind_number(keep, 5, (uint64_t)note->at);
	db_bind_text(keep, 6, note->topic);
	db_bind_number(keep, 7, note->roles);
	db_bind_text(keep, 8, note->session);
	db_bind_text(keep, 9, note->party);
	db_bind_number(keep, 10, note->first);
	db_bind_number(keep, 11, note->last);
	db_bind_text(keep, 12, note->data);
	told->place = place; /* of one that is rolled back nothing is lost but the number */
	return db_run(keep);
}

int sqlite_told_blank(struct sqlite_told *told, struct str centre, struct str session)
{
	sqlite3_stmt *blank = told->statements[TOLD_BLANK];
	db_bind_text(blank, 1, centre);
	db_bind_text(blank, 2, session);
	return db_run(blank);
}

/* Is the oldest over the limits? Mostly it is not, and then nothing else is looked at. */
static int is_over(
	struct sqlite_told *told, const struct told_limits *limits, uint64_t bytes, bool *is)
{
	sqlite3_stmt *oldest = told->statements[TOLD_OLDEST];
	int code = sqlite3_step(oldest);
	*is = code == SQLITE_ROW && ((msec)db_column_number(oldest, 0) < limits->since ||
					    db_column_number(oldest, 1) <= bytes);
	sqlite3_reset(oldest);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

int sqlite_told_trim(
	struct sqlite_told *told, const struct told_limits *limits, struct told_list *list)
{
	sqlite3_stmt *trim = told->statements[TOLD_TRIM];
	uint64_t bytes = limits->bytes < told->place ? told->place - limits->bytes : 0;
	bool is;
	int code = is_over(told, limits, bytes, &is);
	if (code != SQLITE_OK || !is)
		return code;
	db_bind_number(trim, 1, limits->most);
	db_bind_number(trim, 2, (uint64_t)limits->since);
	db_bind_number(trim, 3, bytes);
	while ((code = sqlite3_step(trim)) == SQLITE_ROW)
		told_list_drop(list, db_column_str(trim, 0), db_column_number(trim, 1));
	sqlite3_reset(trim);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int sqlite_told_tell(
	struct sqlite_told *told, struct str centre, struct str user, struct told_range range)
{
	sqlite3_stmt *tell = told->statements[TOLD_TELL];
	db_bind_text(tell, 1, centre);
	db_bind_text(tell, 2, user);
	db_bind_number(tell, 3, range.first);
	db_bind_number(tell, 4, range.last);
	return db_run(tell);
}

/* --- opening ------------------------------------------------------------------------------------ */

int sqlite_told_open(struct sqlite_told *told, const struct db *db)
{
	int64_t place = 0;
	int code = db_number(db, "SELECT coalesce(max(place), 0) FROM note", &place);
	told->place = (uint64_t)place;
	for (size_t i = 0; code == SQLITE_OK && i < TOLD_STATEMENTS; i++)
		code = db_prepare(db, str_of(statements[i]), &told->statements[i]);
	return code;
}

void sqlite_told_close(struct sqlite_told *told)
{
	db_finalize_all(told->statements, TOLD_STATEMENTS);
	*told = (struct sqlite_told) {0};
}

int sqlite_told_read(const struct db *db, struct told_list *list)
{
	sqlite3_stmt *row;
	int code = db_prepare(db, STR("SELECT user, first, last FROM told"), &row);
	if (code != SQLITE_OK)
		return code;
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		const struct told_range range = {
			db_column_number(row, 1), db_column_number(row, 2)};
		told_list_set(list, db_column_str(row, 0), range);
	}
	sqlite3_finalize(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* --- for who was away --------------------------------------------------------------------------- */

struct folder_source {
	struct told_source base;
	struct str folder; /* owned */
};

#define SELECT                                                                                     \
	"SELECT number, at, topic, roles, session, party, first, last, data FROM note"             \
	" WHERE centre = (SELECT centre FROM projected) AND user = ?1 AND number >= ?2"            \
	" ORDER BY number"

static struct told_note read_note(sqlite3_stmt *row, struct str user)
{
	return (struct told_note) {
		.user = user,
		.number = db_column_number(row, 0),
		.at = (msec)db_column_number(row, 1),
		.topic = db_column_str(row, 2),
		.roles = (unsigned)db_column_number(row, 3),
		.session = db_column_str(row, 4),
		.party = db_column_str(row, 5),
		.first = db_column_number(row, 6),
		.last = db_column_number(row, 7),
		.data = db_column_str(row, 8),
	};
}

struct reading {
	const struct told_query *query;
	struct told_page *page;
};

static int read_rows(const struct db *db, void *ctx)
{
	const struct reading *reading = ctx;
	const struct told_query *query = reading->query;
	sqlite3_stmt *rows;
	bool goes_on = true;
	int code = db_prepare(db, STR(SELECT), &rows);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(rows, 1, query->user);
	db_bind_number(rows, 2, query->from);
	while (goes_on && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		const struct told_note note = read_note(rows, query->user);
		goes_on = told_page_add(reading->page, query, &note);
	}
	sqlite3_finalize(rows);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum err read_folder(
	struct told_source *base, const struct told_query *query, struct told_page *page)
{
	return db_read_folder(((struct folder_source *)base)->folder, TABLES_NAME,
		"read what was told", read_rows, &(struct reading) {query, page});
}

static void free_folder(struct told_source *base)
{
	str_free(&((struct folder_source *)base)->folder);
	free(base);
}

struct told_source *sqlite_told_source(struct str folder)
{
	struct folder_source *source = mem_new(sizeof *source);
	*source = (struct folder_source) {{read_folder, free_folder}, str_copy(folder)};
	return &source->base;
}
