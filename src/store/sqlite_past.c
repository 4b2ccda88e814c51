/* sqlite_past.c - the rows of one session, and of what they name, given to a core as at a start. */
#include "store/sqlite_past.h"
#include "core/model/evolve.h"
#include "store/sqlite_tables.h"
#include "store/store_table.h"

#include <stdlib.h>

struct folder_source {
	struct past_source base;
	struct str folder; /* owned */
};

/* ?1 the centre, ?2 the session. */
#define OWN    "\"session\" = ?2"
#define ITS    " WHERE \"centre\" = ?1 AND \"session\" = ?2"
#define ITSELF " WHERE \"centre\" = ?1 AND \"id\" = ?2"
#define USERS  "\"id\" IN (SELECT \"user\" FROM \"party\"" ITS ")"
#define PHONE  "(SELECT \"phone\" FROM \"session\"" ITSELF ")"
#define CONTACT                                                                                    \
	"\"phone\" IN (SELECT \"merged_into\" FROM \"contact\" WHERE \"centre\" = ?1 AND"          \
	" \"phone\" = " PHONE " UNION ALL SELECT " PHONE ")"
#define TEXTS "(SELECT \"outbound\" FROM \"message\"" ITS " AND \"outbound\" > 0)"

/* In the order of project.def, where it stands why. */
static const struct {
	enum body_kind kind;
	enum event_kind event;
	const char *where, *order;
} rows[] = {
	{BODY_centre, EV_CENTRE_CHANGED, "1", "\"name\""},
	{BODY_user, EV_USER_ADDED, USERS, "\"serial\""},
	{BODY_link, EV_LINK_ADDED, "1", "\"name\""},
	{BODY_queue, EV_QUEUE_ADDED, "1", "\"name\""},
	{BODY_setting, EV_SETTING_CHANGED, "1", "\"link\", \"name\""},
	{BODY_contact, EV_CONTACT_ADDED, CONTACT, "\"merged_into\" <> '', \"phone\""},
	{BODY_session, EV_SESSION_OPENED, "\"id\" = ?2", "\"id\""},
	{BODY_party, EV_PARTY_WAS_INVITED, OWN, "\"first_lsn\""},
	{BODY_message, EV_MESSAGE_ADDED, OWN, "\"seq\""},
	{BODY_datum, EV_DATUM_ATTACHED, OWN, "\"place\""},
	{BODY_outbound, EV_SMS_QUEUED, "\"serial\" IN " TEXTS, "\"serial\""},
	{BODY_part, EV_SMS_PART_CHANGED, "\"outbound\" IN " TEXTS, "\"outbound\", \"part\""},
	{BODY_lost, EV_SMS_ANSWER_LOST, "\"outbound\" IN " TEXTS, "\"outbound\", \"part\""},
};

/* SQLITE_CORRUPT: a row is none. */
static int evolve_row(sqlite3_stmt *row, size_t i, struct core *core)
{
	union any_body room;
	struct event event = {.kind = rows[i].event, .body = &room};
	if (!table_read(row, rows[i].kind, &room, &event.lsn) || !core_fits(core, &event))
		return SQLITE_CORRUPT;
	core_evolve(core, &event);
	return SQLITE_OK;
}

static int read_table(
	const struct db *db, size_t i, struct str centre, struct str session, struct core *core)
{
	struct buf sql = {0};
	sqlite3_stmt *statement = NULL;
	table_put_select(&sql, rows[i].kind, rows[i].where, rows[i].order);
	int code = db_prepare(db, buf_str(&sql), &statement);
	buf_free(&sql);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(statement, 1, centre);
	if (sqlite3_bind_parameter_count(statement) > 1)
		db_bind_text(statement, 2, session);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (evolve_row(statement, i, core) != SQLITE_OK)
			break;
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code == SQLITE_ROW ? SQLITE_CORRUPT : code;
}

struct reading {
	struct str session;
	struct core *core;
};

static int read_tables(const struct db *db, void *ctx)
{
	const struct reading *reading = ctx;
	struct str centre = STR_NONE;
	uint64_t lsn;
	msec at;
	int code = db_exec(db, "BEGIN");
	if (code == SQLITE_OK)
		code = sqlite_tables_projected(db, &centre, &lsn, &at);
	for (size_t i = 0; code == SQLITE_OK && i < sizeof rows / sizeof rows[0]; i++)
		code = read_table(db, i, centre, reading->session, reading->core);
	str_free(&centre);
	return code;
}

static enum err read_folder(struct past_source *base, struct str session, struct core *core)
{
	return db_read_folder(((struct folder_source *)base)->folder, TABLES_NAME,
		"read a session of it", read_tables, &(struct reading) {session, core});
}

static void free_folder(struct past_source *base)
{
	str_free(&((struct folder_source *)base)->folder);
	free(base);
}

struct past_source *sqlite_past_source(struct str folder)
{
	struct folder_source *source = mem_new(sizeof *source);
	*source = (struct folder_source) {{read_folder, free_folder}, str_copy(folder)};
	return &source->base;
}
