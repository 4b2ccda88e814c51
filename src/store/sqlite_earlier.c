/* sqlite_earlier.c - sessions by their phone (index session_phone), and of each its entries from the last one on. */
#include "store/sqlite_earlier.h"

#include <stdlib.h>

#include "core/command.h"
#include "store/sqlite_tables.h"
#include "store/store_db.h"

#define PHONES "(?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
_Static_assert(EARLIER_PHONES_MAX == 8, "as many places as the statement has");

/* ?1 the page before ended with, ?2 how many at most, ?3 .. ?10 phones. */
#define SESSIONS                                                                                   \
	"SELECT s.id, s.number, s.received, s.ended, coalesce((SELECT d.value FROM datum d"        \
	" WHERE d.centre = s.centre AND d.session = s.id AND d.name = '" DISPOSITION_NAME "'"      \
	" AND d.held = 1), '')"                                                                    \
	" FROM session s WHERE s.centre = (SELECT centre FROM projected) AND s.phone IN " PHONES   \
	" AND s.state = 'ended' AND (?1 = '' OR s.serial < (SELECT b.serial FROM session b"        \
	" WHERE b.centre = s.centre AND b.id = ?1)) ORDER BY s.serial DESC LIMIT ?2"

#define TEXTS                                                                                      \
	"SELECT at, author, type, visibility, nickname, text, erased FROM message"                 \
	" WHERE centre = (SELECT centre FROM projected) AND session = ?1 ORDER BY seq DESC"

static void read_text(sqlite3_stmt *row, struct earlier_text *text)
{
	*text = (struct earlier_text) {
		.at = (msec)db_column_number(row, 0),
		.is_customers =
			str_is(db_column_str(row, 1), words_name(&party_kind_words, PARTY_CONTACT)),
		.nickname = db_column_str(row, 4),
		.text = db_column_str(row, 5),
		.is_erased = db_column_number(row, 6) != 0,
	};
}

/* Nothing but what is told; a word that this program does not know is not. */
static bool is_told(sqlite3_stmt *row, struct earlier_text *text)
{
	unsigned type, visibility;
	if (!words_find(&message_type_words, db_column_str(row, 2), &type) ||
		!words_find(&visibility_words, db_column_str(row, 3), &visibility) ||
		!earlier_tells(type, visibility))
		return false;
	read_text(row, text);
	text->type = type;
	return true;
}

static int read_texts(
	sqlite3_stmt *texts, struct earlier_page *page, struct earlier_session *session)
{
	struct earlier_text text;
	int code;
	bool goes_on = true;
	db_bind_text(texts, 1, session->id);
	while (goes_on && (code = sqlite3_step(texts)) == SQLITE_ROW)
		goes_on = !is_told(texts, &text) || earlier_add_before(page, session, &text);
	sqlite3_reset(texts);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static void bind(sqlite3_stmt *sessions, const struct earlier_query *query)
{
	db_bind_text(sessions, 1, query->behind);
	db_bind_number(sessions, 2, query->limit + 1);
	for (size_t i = 0; i < EARLIER_PHONES_MAX; i++)
		db_bind_text(sessions, (int)(3 + i), query->phones[i < query->phone_count ? i : 0]);
}

static int read_sessions(sqlite3_stmt *sessions, sqlite3_stmt *texts,
	const struct earlier_query *query, struct earlier_page *page)
{
	struct earlier_session *added;
	int code;
	bind(sessions, query);
	while ((code = sqlite3_step(sessions)) == SQLITE_ROW) {
		const struct earlier_session session = {.id = db_column_str(sessions, 0),
			.number = db_column_str(sessions, 1),
			.received = (msec)db_column_number(sessions, 2),
			.ended = (msec)db_column_number(sessions, 3),
			.disposition = db_column_str(sessions, 4)};
		if (!(added = earlier_page_add(page, query, &session)))
			return SQLITE_OK;
		if ((code = read_texts(texts, page, added)) != SQLITE_OK)
			return code;
	}
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

struct reading {
	const struct earlier_query *query;
	struct earlier_page *page;
};

static int read_page(const struct db *db, void *ctx)
{
	const struct reading *reading = ctx;
	static const char *const statements[] = {SESSIONS, TEXTS};
	sqlite3_stmt *prepared[2] = {NULL};
	int code = db_prepare_all(db, statements, 2, prepared);
	if (code == SQLITE_OK)
		code = read_sessions(prepared[0], prepared[1], reading->query, reading->page);
	db_finalize_all(prepared, 2);
	return code;
}

struct folder_source {
	struct earlier_source base;
	struct str folder; /* owned */
};

static enum err read_folder(
	struct earlier_source *base, const struct earlier_query *query, struct earlier_page *page)
{
	return db_read_folder(((struct folder_source *)base)->folder, TABLES_NAME,
		"read earlier sessions", read_page, &(struct reading) {query, page});
}

static void free_folder(struct earlier_source *base)
{
	str_free(&((struct folder_source *)base)->folder);
	free(base);
}

struct earlier_source *sqlite_earlier_source(struct str folder)
{
	struct folder_source *source = mem_new(sizeof *source);
	*source = (struct folder_source) {{read_folder, free_folder}, str_copy(folder)};
	return &source->base;
}
