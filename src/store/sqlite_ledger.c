/* sqlite_ledger.c - rows of the table as entries. */
#include "store/sqlite_ledger.h"

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
	CHAIN
};
#define SELECT                                                                                     \
	"SELECT serial, lsn, at, act, supervisor, agent, session, participation, mode,"            \
	" disclosure, cause, asker, chain FROM ledger WHERE centre = ?1 ORDER BY serial"

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
