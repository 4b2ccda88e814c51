/* sqlite_aged.c - sessions by their end (index session_ended). Of each the tables know from where to where it goes in the
 * journal, which is read there once for all of them; where it was trimmed, `kept` knows the last event of each object
 * that went. */
#include "store/sqlite_aged.h"

#include <stdlib.h>

#include "base/log.h"
#include "store/sqlite_tables.h"
#include "store/store_journal_reader.h"
#include "store/store_table.h"

#define QUOTED(word)  QUOTED_(word)
#define QUOTED_(word) #word

/* ?2 before, ?3 and ?4 the place behind which they are. */
#define DUE                                                                                        \
	"\"state\" = 'ended' AND \"erased\" = 0 AND \"ended\" < ?2"                                \
	" AND (\"ended\", \"serial\") > (?3, ?4)"
#define BY_END "\"ended\", \"serial\" LIMIT " QUOTED(AGED_SESSIONS_MAX)

/* What is in a session and may have words: ?2 its id. As any event of the body. */
#define OWN "\"session\" = ?2"
static const struct {
	enum body_kind kind;
	enum event_kind event;
	const char *where;
} things[] = {
	{BODY_session, EV_SESSION_CLOSED, "\"id\" = ?2"},
	{BODY_message, EV_MESSAGE_ADDED, OWN},
	{BODY_datum, EV_DATUM_ATTACHED, OWN},
	{BODY_hand, EV_HAND_RAISED, OWN},
	{BODY_outbound, EV_SMS_QUEUED,
		"\"serial\" IN (SELECT \"outbound\" FROM \"message\" WHERE \"centre\" = ?1"
		" AND " OWN " AND \"outbound\" > 0)"},
};
#define THINGS (sizeof things / sizeof things[0])

struct reading {
	struct db tables;
	struct journal_reader journal;
	struct str centre; /* owned */
	sqlite3_stmt *due, *of[THINGS];
	struct aged *aged;
	uint64_t from; /* where in the journal the sessions begin */
	struct buf why;
};

/* --- what the tables know ------------------------------------------------------------------------- */

static int prepare(struct reading *r, enum body_kind kind, const char *where, const char *order,
	sqlite3_stmt **out)
{
	struct buf sql = {0};
	table_put_select(&sql, kind, where, order);
	int code = db_prepare(&r->tables, buf_str(&sql), out);
	buf_free(&sql);
	if (code == SQLITE_OK)
		db_bind_text(*out, 1, r->centre);
	return code;
}

static int prepare_all(struct reading *r)
{
	int code = prepare(r, BODY_session, DUE, BY_END, &r->due);
	for (size_t i = 0; code == SQLITE_OK && i < THINGS; i++)
		code = prepare(r, things[i].kind, things[i].where, "1", &r->of[i]);
	return code;
}

static int read_due(struct reading *r, msec before, struct aged_place behind)
{
	union any_body room;
	uint64_t lsn;
	int code;
	db_bind_number(r->due, 2, (uint64_t)before);
	db_bind_number(r->due, 3, (uint64_t)behind.ended);
	db_bind_number(r->due, 4, behind.serial);
	while ((code = sqlite3_step(r->due)) == SQLITE_ROW)
		if (!table_read(r->due, BODY_session, &room, &lsn) ||
			!aged_add(r->aged, &room.session, lsn))
			return SQLITE_CORRUPT;
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* An object of a session: where the journal has it, and what of that was trimmed away. */
static int look_at_thing(struct reading *r, size_t i)
{
	union any_body room;
	uint64_t lsn, kept = 0, first;
	enum body_kind kind = things[i].kind;
	if (!table_read(r->of[i], kind, &room, &lsn))
		return SQLITE_CORRUPT;
	first = db_column_number(r->of[i], (int)body_type(kind)->field_count + 1);
	if (first < r->from)
		r->from = first;
	if (lsn > r->aged->to)
		r->aged->to = lsn;
	int code = first > r->journal.base_lsn
			   ? SQLITE_OK
			   : journal_reader_kept(&r->journal, kind, &room, &kept);
	if (code == SQLITE_OK && kept)
		aged_look(r->aged,
			&(struct event) {.kind = things[i].event, .lsn = kept, .body = &room});
	return code;
}

static int look_at_things(struct reading *r, struct str session)
{
	int code = SQLITE_DONE;
	for (size_t i = 0; code == SQLITE_DONE && i < THINGS; i++) {
		sqlite3_reset(r->of[i]);
		db_bind_text(r->of[i], 2, session);
		while ((code = sqlite3_step(r->of[i])) == SQLITE_ROW)
			if ((code = look_at_thing(r, i)) != SQLITE_OK)
				return code;
	}
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum err read_tables(struct reading *r, msec before, struct aged_place behind)
{
	uint64_t lsn;
	msec at;
	int code = db_exec(&r->tables, "BEGIN");
	if (code == SQLITE_OK)
		code = sqlite_tables_projected(&r->tables, &r->centre, &lsn, &at);
	if (code == SQLITE_OK)
		code = prepare_all(r);
	if (code == SQLITE_OK)
		code = read_due(r, before, behind);
	for (size_t i = 0; code == SQLITE_OK && i < r->aged->count; i++)
		code = look_at_things(r, r->aged->sessions[i].id);
	return code == SQLITE_OK ? OK : db_failed(&r->tables, "read it", code, &r->why);
}

/* --- what the journal knows ----------------------------------------------------------------------- */

static enum journal_step next(struct reading *r, union any_body *room, struct event *event)
{
	struct store_event packed;
	enum journal_step step = journal_reader_next(&r->journal, &packed, &r->why);
	if (step != JOURNAL_EVENT || event_unpack(&packed, room, event))
		return step;
	event_put_wrong(&r->why, &packed);
	return JOURNAL_BAD;
}

static enum err read_rows(struct reading *r)
{
	union any_body room;
	struct event event;
	enum journal_step step;
	struct aged *aged = r->aged;
	if (aged->count && r->journal.base_lsn > aged->reached) {
		buf_puts(&r->why, "what was to be read was trimmed away just now");
		return ERR_BUSY;
	}
	int code = journal_reader_go_to(&r->journal, aged->reached);
	if (code != SQLITE_OK)
		return db_failed(&r->journal.db, "read it", code, &r->why);
	aged->has_more = false;
	for (unsigned nth = 0; (step = next(r, &room, &event)) == JOURNAL_EVENT &&
			       aged_goes_on(aged, event.lsn, event.at, nth);
		nth++) {
		aged_look(aged, &event);
		aged->reached = event.lsn;
	}
	return step == JOURNAL_BAD ? ERR_INTERNAL : OK;
}

/* --- the source ----------------------------------------------------------------------------------- */

struct folder_source {
	struct aged_source base;
	struct str folder; /* owned */
};

static enum err open_tables(struct reading *r, struct str folder)
{
	int code = db_open_to_read(&r->tables, folder, TABLES_NAME);
	return code == SQLITE_OK ? OK : db_failed(&r->tables, "open it", code, &r->why);
}

static enum err end(struct reading *r, enum err e)
{
	db_finalize_all(r->of, THINGS);
	sqlite3_finalize(r->due);
	db_close(&r->tables);
	if (e != OK && e != ERR_BUSY)
		log_error("store", "cannot look for words that are to be erased: %.*s",
			STR_ARGS(buf_str(&r->why)));
	str_free(&r->centre);
	buf_free(&r->why);
	return e;
}

static enum err find_due(
	struct aged_source *base, msec before, struct aged_place behind, struct aged *aged)
{
	struct str folder = ((struct folder_source *)base)->folder;
	struct reading r = {.aged = aged, .from = UINT64_MAX};
	enum err e = journal_reader_open(&r.journal, folder, JOURNAL_FROM_FIRST, &r.why);
	if (e != OK)
		return end(&r, e);
	e = open_tables(&r, folder);
	if (e == OK)
		e = read_tables(&r, before, behind);
	uint64_t trimmed = r.journal.base_lsn;
	journal_reader_close(&r.journal);
	aged->has_more = e == OK && aged->count;
	if (aged->has_more)
		aged->reached = r.from > trimmed ? r.from - 1 : trimmed;
	return end(&r, e);
}

static enum err read_words(struct aged_source *base, struct aged *aged)
{
	struct str folder = ((struct folder_source *)base)->folder;
	struct reading r = {.aged = aged};
	enum err e = journal_reader_open(&r.journal, folder, JOURNAL_FROM_FIRST, &r.why);
	if (e == OK)
		e = read_rows(&r);
	journal_reader_close(&r.journal);
	return end(&r, e);
}

static void free_folder(struct aged_source *base)
{
	str_free(&((struct folder_source *)base)->folder);
	free(base);
}

struct aged_source *sqlite_aged_source(struct str folder)
{
	struct folder_source *source = mem_new(sizeof *source);
	*source = (struct folder_source) {{find_due, read_words, free_folder}, str_copy(folder)};
	return &source->base;
}
