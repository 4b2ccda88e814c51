/* store_erasing.c - where the journal was trimmed, the tables know the contact's objects, and `kept` the last event of each
 * that went; then the journal, row by row. */
#include "store/store_erasing.h"
#include "store/sqlite_tables.h"
#include "store/store_journal_reader.h"
#include "store/store_table.h"

/* Any event of the body would do; sessions before what is in them. */
static const struct {
	enum body_kind kind;
	enum event_kind event;
} rows[] = {
	{BODY_contact, EV_CONTACT_ADDED},
	{BODY_session, EV_SESSION_OPENED},
	{BODY_party, EV_PARTY_WAS_INVITED},
	{BODY_message, EV_MESSAGE_ADDED},
	{BODY_datum, EV_DATUM_ATTACHED},
	{BODY_hand, EV_HAND_RAISED},
	{BODY_outbound, EV_SMS_QUEUED},
	{BODY_segment, EV_SEGMENT_HELD},
};

static int look_at_row(
	sqlite3_stmt *row, struct journal_reader *journal, size_t i, struct erasing *erasing)
{
	union any_body room;
	uint64_t written, lsn;
	if (!table_read(row, rows[i].kind, &room, &written))
		return SQLITE_CORRUPT;
	if (!erasing_knows(erasing, rows[i].kind, &room))
		return SQLITE_OK;
	int code = journal_reader_kept(journal, rows[i].kind, &room, &lsn);
	if (code == SQLITE_OK && lsn)
		erasing_look(erasing,
			&(struct event) {.kind = rows[i].event, .lsn = lsn, .body = &room});
	return code;
}

static int look_through_table(const struct db *db, struct journal_reader *journal, size_t i,
	struct str centre, struct erasing *erasing)
{
	struct buf sql = {0};
	sqlite3_stmt *row = NULL;
	table_put_select(&sql, rows[i].kind, "1", "1");
	int code = db_prepare(db, buf_str(&sql), &row);
	buf_free(&sql);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(row, 1, centre);
	while ((code = sqlite3_step(row)) == SQLITE_ROW)
		if ((code = look_at_row(row, journal, i, erasing)) != SQLITE_OK)
			break;
	sqlite3_finalize(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int look_through_tables(
	const struct db *tables, struct journal_reader *journal, struct erasing *erasing)
{
	struct str centre = STR_NONE;
	uint64_t lsn;
	msec at;
	int code = sqlite_tables_projected(tables, &centre, &lsn, &at);
	for (size_t i = 0; code == SQLITE_OK && i < sizeof rows / sizeof rows[0]; i++)
		code = look_through_table(tables, journal, i, centre, erasing);
	str_free(&centre);
	return code;
}

static enum err look_at_trimmed(
	struct journal_reader *reader, struct str folder, struct erasing *erasing, struct buf *why)
{
	struct db tables;
	enum err e = OK;
	int code = db_open_to_read(&tables, folder, TABLES_NAME);
	if (code == SQLITE_OK)
		code = look_through_tables(&tables, reader, erasing);
	if (code != SQLITE_OK)
		e = db_failed(&tables, "read it", code, why);
	db_close(&tables);
	return e;
}

static enum err look_at_rows(
	struct journal_reader *reader, struct erasing *erasing, struct buf *why)
{
	struct store_event packed;
	enum journal_step step;
	while ((step = journal_reader_next(reader, &packed, why)) == JOURNAL_EVENT) {
		union any_body room;
		struct event event;
		if (!event_unpack(&packed, &room, &event)) {
			event_put_wrong(why, &packed);
			return ERR_INTERNAL;
		}
		erasing_look(erasing, &event);
	}
	return step == JOURNAL_END ? OK : ERR_INTERNAL;
}

enum err store_erasing_look(struct str folder, struct erasing *erasing, struct buf *why)
{
	struct journal_reader reader;
	enum err e = journal_reader_open(&reader, folder, JOURNAL_FROM_FIRST, why);
	if (e != OK)
		return e;
	if (reader.base_lsn)
		e = look_at_trimmed(&reader, folder, erasing, why);
	if (e == OK)
		e = look_at_rows(&reader, erasing, why);
	journal_reader_close(&reader);
	return e;
}
