/* sqlite_told.c - notes as rows, runs of them where there are many; where a row lies is how many bytes there were up to it. */
#include "store/sqlite_told.h"
#include "store/note_run.h"
#include "store/sqlite_tables.h"

#include <stdlib.h>

/* Of a row besides its data: columns, and its places in the indexes. */
#define ROW_BYTES 200

static const char *const statements[TOLD_STATEMENTS] = {
	[TOLD_KEEP] = "INSERT INTO note (place, centre, user, number, at, topic, roles, session,"
		      " party, first, last, data, run)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	/* What was erased meanwhile stays so. */
	[TOLD_MAKE] = "UPDATE note SET party = '', data = ?4"
		      " WHERE centre = ?1 AND user = ?2 AND number = ?3 AND party <> ''",
	[TOLD_BLANK] = "UPDATE note SET party = '', data = '' WHERE centre = ?1 AND session = ?2"
		       " AND session <> ''",
	[TOLD_SESSION] =
		"INSERT INTO note_run_session (centre, session, place) VALUES (?1, ?2, ?3)",
	[TOLD_SESSION_RUN] = "SELECT place, run FROM note WHERE place = (SELECT min(place) FROM"
			     " note_run_session WHERE centre = ?1 AND session = ?2)",
	[TOLD_BLANK_RUN] = "UPDATE note SET run = ?2 WHERE place = ?1",
	[TOLD_SESSION_END] = "DELETE FROM note_run_session WHERE centre = ?1 AND session = ?2"
			     " AND place = ?3",
	[TOLD_OLDEST] = "SELECT at, place FROM note ORDER BY place LIMIT 1",
	[TOLD_TRIM] = "DELETE FROM note WHERE place IN"
		      " (SELECT place FROM note ORDER BY place LIMIT ?1)"
		      " AND (at < ?2 OR place <= ?3) RETURNING user, number, centre, place, run",
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

/* A row in all but what it says. */
static int add_row(struct sqlite_told *told, struct str centre, const struct told_note *row)
{
	sqlite3_stmt *keep = told->statements[TOLD_KEEP];
	struct str run = buf_str(&told->run);
	uint64_t place = told->place + ROW_BYTES + row->data.len + run.len;
	db_bind_number(keep, 1, place);
	db_bind_text(keep, 2, centre);
	db_bind_text(keep, 3, row->user);
	db_bind_number(keep, 4, row->number);
	db_bind_number(keep, 5, (uint64_t)row->at);
	db_bind_text(keep, 6, row->topic);
	db_bind_number(keep, 7, row->roles);
	db_bind_text(keep, 8, row->session);
	db_bind_text(keep, 9, row->party);
	db_bind_number(keep, 10, row->first);
	db_bind_number(keep, 11, row->last);
	db_bind_text(keep, 12, row->data);
	db_bind_bytes(keep, 13, run);
	told->place = place; /* of one that is rolled back nothing is lost but the number */
	return db_run(keep);
}

/* Of each session that one of the notes is about once: from the note that is the first. */
static bool is_news(const struct told_note *notes, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (str_eq(notes[i].session, notes[at].session))
			return false;
	return notes[at].session.len > 0;
}

static int run_session(struct sqlite_told *told, enum told_statement which, const struct str key[2],
	uint64_t place)
{
	sqlite3_stmt *statement = told->statements[which];
	db_bind_text(statement, 1, key[0]);
	db_bind_text(statement, 2, key[1]);
	db_bind_number(statement, 3, place);
	return db_run(statement);
}

static int add_run(
	struct sqlite_told *told, struct str centre, const struct told_note *notes, size_t count)
{
	const struct told_note *last = &notes[count - 1];
	told->run.len = 0;
	for (size_t i = 0; i < count; i++)
		note_run_put(&told->run, &notes[i]);
	int code = add_row(told, centre,
		&(struct told_note) {.user = last->user,
			.number = last->number,
			.at = last->at,
			.first = notes->number});
	for (size_t i = 0; code == SQLITE_OK && i < count; i++)
		if (is_news(notes, i))
			code = run_session(told, TOLD_SESSION,
				(struct str[]) {centre, notes[i].session}, told->place);
	return code;
}

int sqlite_told_keep(
	struct sqlite_told *told, struct str centre, const struct told_note *notes, size_t count)
{
	if (notes->is_made)
		return make(told->statements[TOLD_MAKE], centre, notes);
	if (!notes->party.len)
		return add_run(told, centre, notes, count);
	told->run.len = 0;
	return add_row(told, centre, notes);
}

/* The session's first run. *place 0: it has none. */
static int next_run(struct sqlite_told *told, const struct str key[2], uint64_t *place)
{
	sqlite3_stmt *next = told->statements[TOLD_SESSION_RUN];
	db_bind_text(next, 1, key[0]);
	db_bind_text(next, 2, key[1]);
	*place = 0;
	told->run.len = 0;
	int code = sqlite3_step(next);
	if (code == SQLITE_ROW) {
		*place = db_column_number(next, 0);
		code = note_run_blank(&told->run, db_column_str(next, 1), key[1]) ? SQLITE_OK
										  : SQLITE_CORRUPT;
	}
	sqlite3_reset(next);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int blank_runs(struct sqlite_told *told, const struct str key[2])
{
	sqlite3_stmt *blank = told->statements[TOLD_BLANK_RUN];
	uint64_t place;
	int code;
	while ((code = next_run(told, key, &place)) == SQLITE_OK && place) {
		db_bind_number(blank, 1, place);
		db_bind_bytes(blank, 2, buf_str(&told->run));
		code = db_run(blank);
		if (code == SQLITE_OK)
			code = run_session(told, TOLD_SESSION_END, key, place);
		if (code != SQLITE_OK)
			return code;
	}
	return code;
}

int sqlite_told_blank(struct sqlite_told *told, struct str centre, struct str session)
{
	sqlite3_stmt *blank = told->statements[TOLD_BLANK];
	db_bind_text(blank, 1, centre);
	db_bind_text(blank, 2, session);
	int code = db_run(blank);
	return code == SQLITE_OK ? blank_runs(told, (const struct str[]) {centre, session}) : code;
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

/* Of what was trimmed: its runs are no session's any more. */
static int end_run(struct sqlite_told *told, sqlite3_stmt *row)
{
	struct str key[2] = {db_column_str(row, 2)}, run = db_column_str(row, 4);
	struct told_note note;
	int code = SQLITE_OK;
	while (code == SQLITE_OK && note_run_take(&run, &note)) {
		key[1] = note.session;
		if (note.session.len)
			code = run_session(told, TOLD_SESSION_END, key, db_column_number(row, 3));
	}
	return code;
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
	while ((code = sqlite3_step(trim)) == SQLITE_ROW) {
		told_list_drop(list, db_column_str(trim, 0), db_column_number(trim, 1));
		if ((code = end_run(told, trim)) != SQLITE_OK)
			break;
	}
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
	buf_free(&told->run);
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
	"SELECT number, at, topic, roles, session, party, first, last, data, run FROM note"        \
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

/* *goes_on: the page takes more. */
static int read_run(const struct reading *reading, sqlite3_stmt *row, struct str run, bool *goes_on)
{
	struct told_note note;
	uint64_t number = db_column_number(row, 6);
	for (; run.len && *goes_on; number++) {
		if (!note_run_take(&run, &note))
			return SQLITE_CORRUPT;
		note.user = reading->query->user;
		note.number = number;
		if (number >= reading->query->from)
			*goes_on = told_page_add(reading->page, reading->query, &note);
	}
	return SQLITE_ROW;
}

static int read_row(const struct reading *reading, sqlite3_stmt *row, bool *goes_on)
{
	struct str run = db_column_str(row, 9);
	if (run.len)
		return read_run(reading, row, run, goes_on);
	const struct told_note note = read_note(row, reading->query->user);
	*goes_on = told_page_add(reading->page, reading->query, &note);
	return SQLITE_ROW;
}

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
		code = read_row(reading, rows, &goes_on);
		if (code != SQLITE_ROW)
			break;
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
