/* sqlite_ledger.c - rows of the table as entries. */
#include "store/sqlite_ledger.h"
#include "store/sqlite_tables.h"

#include <stdlib.h>

enum column {
	SERIAL,
	LSN,
	AT,
	ACT,
	SUPERVISOR,
	AGENT,
	SESSION,
	PARTICIPATION,
	MODE,
	DISCLOSURE,
	CAUSE,
	ASKER,
	CHAIN,
	TARGET,
	THING,
	REASON
};
#define SELECT                                                                                     \
	"SELECT serial, lsn, at, act, supervisor, agent, session, participation, mode,"            \
	" disclosure, cause, asker, chain, target, thing, reason FROM ledger WHERE centre = ?1 "   \
	"ORDER BY serial"

static int prepare(
	const struct db *db, struct str sql, struct str centre, struct ledger_reader *reader)
{
	int code = db_prepare(db, sql, &reader->rows);
	reader->centre = centre;
	if (code == SQLITE_OK)
		db_bind_text(reader->rows, 1, centre);
	return code;
}

int ledger_reader_begin(struct ledger_reader *reader, const struct db *db, struct str centre)
{
	return prepare(db, STR(SELECT), centre, reader);
}

int ledger_reader_next(struct ledger_reader *reader, struct ledger_entry *entry)
{
	sqlite3_stmt *row = reader->rows;
	int code = sqlite3_step(row);
	if (code == SQLITE_ROW)
		*entry = (struct ledger_entry) {
			.centre = reader->centre,
			.serial = db_column_number(row, SERIAL),
			.lsn = db_column_number(row, LSN),
			.at = (msec)db_column_number(row, AT),
			.act = db_column_str(row, ACT),
			.supervisor = db_column_str(row, SUPERVISOR),
			.agent = db_column_str(row, AGENT),
			.session = db_column_str(row, SESSION),
			.participation = db_column_str(row, PARTICIPATION),
			.mode = db_column_str(row, MODE),
			.disclosure = db_column_str(row, DISCLOSURE),
			.cause = db_column_str(row, CAUSE),
			.asker = db_column_str(row, ASKER),
			.chain = db_column_str(row, CHAIN),
			.target = db_column_str(row, TARGET),
			.thing = db_column_str(row, THING),
			.reason = db_column_str(row, REASON),
		};
	return code;
}

void ledger_reader_end(struct ledger_reader *reader)
{
	sqlite3_finalize(reader->rows);
	reader->rows = NULL;
}

int sqlite_ledger_end(const struct db *db, struct str centre, struct ledger_end *end)
{
	struct ledger_reader last = {0};
	struct ledger_entry entry;
	*end = (struct ledger_end) {0};
	int code = prepare(db, STR(SELECT " DESC LIMIT 1"), centre, &last);
	if (code == SQLITE_OK)
		code = ledger_reader_next(&last, &entry);
	if (code == SQLITE_ROW) {
		end->serial = entry.serial;
		chain_read(&end->chain, entry.chain);
	}
	ledger_reader_end(&last);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* --- for who reads it --------------------------------------------------------------------------- */

struct folder_source {
	struct ledger_source base;
	struct str folder; /* owned */
};

/* ?1 centre, ?2 the first time, ?3 the reader. */
#define TOLD                                                                                       \
	"SELECT at, (SELECT b.at FROM ledger b WHERE l.act = 'Ended' AND b.act = 'Began'"          \
	" AND b.centre = l.centre AND b.session = l.session AND b.participation ="                 \
	" l.participation), act, supervisor, agent, session, mode, disclosure, cause, asker,"      \
	" target, thing, reason"                                                                   \
	" FROM ledger l WHERE centre = ?1 AND at >= ?2 AND "
#define IN_ORDER " ORDER BY at, serial"
/* The reader's own sessions stand in the tables. */
#define OF_OTHERS                                                                                  \
	"NOT EXISTS (SELECT 1 FROM tables.party p WHERE p.centre = l.centre AND p.session ="       \
	" l.session AND p.user = ?3 AND p.kind = 'agent')"
#define REPORTED "agent = ?3 AND disclosure = 'report'"

static struct ledger_told read_told(sqlite3_stmt *row)
{
	return (struct ledger_told) {
		.at = (msec)db_column_number(row, 0),
		.since = (msec)db_column_number(row, 1),
		.act = db_column_str(row, 2),
		.supervisor = db_column_str(row, 3),
		.agent = db_column_str(row, 4),
		.session = db_column_str(row, 5),
		.mode = db_column_str(row, 6),
		.disclosure = db_column_str(row, 7),
		.cause = db_column_str(row, 8),
		.asker = db_column_str(row, 9),
		.target = db_column_str(row, 10),
		.thing = db_column_str(row, 11),
		.reason = db_column_str(row, 12),
	};
}

struct reading {
	const struct ledger_query *query;
	struct ledger_page *page;
};

static int read_rows(const struct db *db, const struct reading *reading)
{
	const struct ledger_query *query = reading->query;
	sqlite3_stmt *rows, *owner;
	bool goes_on = true;
	int code = db_prepare(db, STR("SELECT centre FROM owner"), &owner);
	if (code != SQLITE_OK)
		return code;
	code = db_prepare(db,
		query->is_report ? STR(TOLD REPORTED IN_ORDER) : STR(TOLD OF_OTHERS IN_ORDER),
		&rows);
	if (code == SQLITE_OK && sqlite3_step(owner) == SQLITE_ROW) {
		db_bind_text(rows, 1, db_column_str(owner, 0));
		db_bind_number(rows, 2, (uint64_t)query->from.at);
		db_bind_text(rows, 3, query->reader);
		while (goes_on && (code = sqlite3_step(rows)) == SQLITE_ROW) {
			const struct ledger_told told = read_told(rows);
			goes_on = ledger_page_add(reading->page, query, &told);
		}
	}
	sqlite3_finalize(rows);
	sqlite3_finalize(owner);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int attach_tables(const struct db *db)
{
	sqlite3_stmt *attach;
	struct buf path = {0};
	int code = db_prepare(db, STR("ATTACH ?1 AS tables"), &attach);
	if (code != SQLITE_OK)
		return code;
	buf_printf(&path, "%.*s/" TABLES_NAME, STR_ARGS(db->folder));
	db_bind_text(attach, 1, buf_str(&path));
	code = db_run(attach);
	sqlite3_finalize(attach);
	buf_free(&path);
	return code;
}

static int attach_and_read(const struct db *db, void *ctx)
{
	int code = attach_tables(db);
	return code == SQLITE_OK ? read_rows(db, ctx) : code;
}

static enum err read_folder(
	struct ledger_source *base, const struct ledger_query *query, struct ledger_page *page)
{
	return db_read_folder(((struct folder_source *)base)->folder, JOURNAL_NAME,
		"read its ledger", attach_and_read, &(struct reading) {query, page});
}

static void free_folder(struct ledger_source *base)
{
	str_free(&((struct folder_source *)base)->folder);
	free(base);
}

struct ledger_source *sqlite_ledger_source(struct str folder)
{
	struct folder_source *source = mem_new(sizeof *source);
	*source = (struct folder_source) {{read_folder, free_folder}, str_copy(folder)};
	return &source->base;
}
