/* store_journal_reader.c - rows in order, each held against its checksums. */
#include "store/store_journal_reader.h"
#include "base/arena.h"
#include "store/store_kept.h"
#include "store/store_schema.h"

#include <errno.h>
#include <sys/stat.h>

enum column {
	LSN,
	EPOCH,
	AT,
	KIND,
	BODY,
	COMMAND,
	CAUSE,
	ASKER,
	REFERENCE,
	SALT,
	DIGEST,
	CHAIN,
	ERASED
};
#define COLUMNS                                                                                    \
	"lsn, epoch, at, kind, body, command, cause, asker, reference, salt, digest, chain, "      \
	"erased"

/* --- where it begins and ends ------------------------------------------------------------------- */

/* An lsn and a checksum; *lsn stays where there is no row. */
static int read_place(sqlite3_stmt *row, struct str centre, uint64_t *lsn, struct chain *chain)
{
	db_bind_text(row, 1, centre);
	int code = sqlite3_step(row);
	if (code == SQLITE_ROW) {
		*lsn = db_column_number(row, 0);
		chain_read(chain, db_column_str(row, 1));
	}
	sqlite3_finalize(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

int journal_read_base(const struct db *db, struct str centre, uint64_t *lsn, struct chain *chain)
{
	sqlite3_stmt *base;
	*lsn = 0;
	*chain = (struct chain) {0};
	int code = db_prepare(db, STR("SELECT lsn, chain FROM baseline WHERE centre = ?1"), &base);
	return code == SQLITE_OK ? read_place(base, centre, lsn, chain) : code;
}

int journal_read_end(const struct db *db, struct str centre, uint64_t *lsn, struct chain *chain)
{
	sqlite3_stmt *last;
	int code = journal_read_base(db, centre, lsn, chain);
	if (code == SQLITE_OK)
		code = db_prepare(db,
			STR("SELECT lsn, chain FROM journal WHERE centre = ?1"
			    " ORDER BY lsn DESC LIMIT 1"),
			&last);
	return code == SQLITE_OK ? read_place(last, centre, lsn, chain) : code;
}

/* The checksum of the row that it reads after. */
static int read_before(struct journal_reader *reader)
{
	sqlite3_stmt *before;
	uint64_t lsn;
	reader->chain = reader->base_chain;
	if (reader->lsn == reader->base_lsn)
		return SQLITE_OK;
	int code = db_prepare(&reader->db,
		STR("SELECT lsn, chain FROM journal WHERE centre = ?1 AND lsn = ?2"), &before);
	if (code != SQLITE_OK)
		return code;
	db_bind_number(before, 2, reader->lsn);
	return read_place(before, reader->centre, &lsn, &reader->chain);
}

/* --- opening ------------------------------------------------------------------------------------ */

static int read_centre(struct journal_reader *reader)
{
	sqlite3_stmt *owner;
	int code = db_prepare(&reader->db, STR("SELECT centre FROM owner"), &owner);
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(owner);
	if (code == SQLITE_ROW)
		reader->centre = str_copy(db_column_str(owner, 0));
	sqlite3_finalize(owner);
	return code == SQLITE_ROW ? SQLITE_OK : code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

static int begin(struct journal_reader *reader)
{
	int code = db_exec(&reader->db, "BEGIN");
	if (code == SQLITE_OK)
		code = read_centre(reader);
	if (code == SQLITE_OK)
		code = journal_read_base(
			&reader->db, reader->centre, &reader->base_lsn, &reader->base_chain);
	return code;
}

static int begin_rows(struct journal_reader *reader)
{
	int code = read_before(reader);
	if (code == SQLITE_OK)
		code = db_prepare(&reader->db,
			STR("SELECT " COLUMNS " FROM journal"
			    " WHERE centre = ?1 AND lsn > ?2 ORDER BY lsn"),
			&reader->rows);
	if (code == SQLITE_OK)
		code = db_prepare(&reader->db,
			STR("SELECT kind, body FROM journal WHERE centre = ?1 AND lsn = ?2"),
			&reader->event);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(reader->event, 1, reader->centre);
	db_bind_text(reader->rows, 1, reader->centre);
	db_bind_number(reader->rows, 2, reader->lsn);
	return SQLITE_OK;
}

static enum err open_reader(
	struct journal_reader *reader, struct str folder, uint64_t after, struct buf *why)
{
	int code = db_open_to_read(&reader->db, folder, JOURNAL_NAME);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_check(&reader->db, &journal_schema, why);
	if (e != OK)
		return e;
	if ((code = begin(reader)) != SQLITE_OK)
		goto fail;
	reader->lsn = after == JOURNAL_FROM_FIRST ? reader->base_lsn : after;
	if (reader->lsn < reader->base_lsn) {
		buf_printf(why, "%s was trimmed to event %llu, and event %llu is needed",
			reader->db.name, (unsigned long long)reader->base_lsn,
			(unsigned long long)reader->lsn + 1);
		return ERR_INTERNAL;
	}
	if ((code = begin_rows(reader)) == SQLITE_OK)
		return OK;
fail:
	db_error(&reader->db, "read it", code, why);
	return ERR_INTERNAL;
}

enum err journal_reader_open(
	struct journal_reader *reader, struct str folder, uint64_t after, struct buf *why)
{
	*reader = (struct journal_reader) {0};
	enum err e = open_reader(reader, folder, after, why);
	if (e != OK)
		journal_reader_close(reader);
	return e;
}

void journal_reader_close(struct journal_reader *reader)
{
	sqlite3_finalize(reader->rows);
	sqlite3_finalize(reader->event);
	sqlite3_finalize(reader->kept);
	str_free(&reader->centre);
	db_close(&reader->db);
	*reader = (struct journal_reader) {0};
}

void journal_reader_again(struct journal_reader *reader)
{
	sqlite3_reset(reader->rows);
	reader->lsn = reader->base_lsn;
	reader->chain = reader->base_chain;
	reader->command = reader->unchained = reader->erased = 0;
	db_bind_number(reader->rows, 2, reader->lsn);
}

int journal_reader_go_to(struct journal_reader *reader, uint64_t after)
{
	sqlite3_reset(reader->rows);
	reader->lsn = after > reader->base_lsn ? after : reader->base_lsn;
	reader->command = reader->unchained = reader->erased = 0;
	db_bind_number(reader->rows, 2, reader->lsn);
	return read_before(reader);
}

int journal_reader_kept(
	struct journal_reader *reader, enum body_kind kind, const void *body, uint64_t *lsn)
{
	unsigned char object[KEPT_OBJECT_BYTES];
	int code = SQLITE_OK;
	*lsn = 0;
	if (!reader->kept)
		code = db_prepare(
			&reader->db, STR("SELECT lsn FROM kept WHERE object = ?1"), &reader->kept);
	if (code != SQLITE_OK)
		return code;
	kept_object(object, kind, body);
	db_bind_bytes(reader->kept, 1, str_from(object, sizeof object));
	code = sqlite3_step(reader->kept);
	if (code == SQLITE_ROW)
		*lsn = db_column_number(reader->kept, 0);
	sqlite3_reset(reader->kept);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* --- looking ------------------------------------------------------------------------------------ */

static bool has_bytes(struct str folder)
{
	struct buf path = {0};
	struct stat file;
	buf_printf(&path, "%.*s/" JOURNAL_NAME, STR_ARGS(folder));
	buf_put_byte(&path, '\0');
	bool has = stat(path.at, &file) != 0 ? errno != ENOENT : file.st_size > 0;
	buf_free(&path);
	return has;
}

static enum err look(
	const struct journal_reader *reader, struct journal_place *place, struct buf *why)
{
	int64_t epoch = 0;
	struct chain chain;
	int code = db_number(&reader->db, "SELECT epoch FROM owner", &epoch);
	if (code == SQLITE_OK)
		code = journal_read_end(&reader->db, reader->centre, &place->last, &chain);
	place->epoch = (uint64_t)epoch;
	return code == SQLITE_OK ? OK : db_failed(&reader->db, "read it", code, why);
}

enum err journal_look(struct str folder, struct journal_place *place, struct buf *why)
{
	struct journal_reader reader;
	*place = (struct journal_place) {0};
	enum err e = ERR_NOT_FOUND;
	if (has_bytes(folder)) {
		e = journal_reader_open(&reader, folder, JOURNAL_FROM_FIRST, why);
		if (e == OK)
			e = look(&reader, place, why);
		journal_reader_close(&reader);
	}
	if (e == OK && place->last == 0)
		e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		buf_printf(why, "%s: nothing is in it yet", JOURNAL_NAME);
	return e;
}

/* --- rows --------------------------------------------------------------------------------------- */

/* Of rows from before causes were written those with one time count as one command: there may be several
 * in it, and none is parted. */
static struct cause read_cause(const struct journal_reader *reader, uint64_t lsn, msec at)
{
	sqlite3_stmt *row = reader->rows;
	struct cause cause = {
		.command = db_column_number(row, COMMAND),
		.kind = (unsigned)db_column_number(row, CAUSE),
		.asker = db_column_str(row, ASKER),
		.reference = db_column_number(row, REFERENCE),
	};
	if (cause.kind == CAUSE_UNKNOWN)
		cause.command = reader->command && at == reader->at ? reader->command : lsn;
	return cause;
}

static struct store_event read_event(const struct journal_reader *reader)
{
	sqlite3_stmt *row = reader->rows;
	struct store_event event = {
		.lsn = db_column_number(row, LSN),
		.at = (msec)db_column_number(row, AT),
		.kind = (unsigned)db_column_number(row, KIND),
		.body = db_column_str(row, BODY),
	};
	event.cause = read_cause(reader, event.lsn, event.at);
	return event;
}

static bool is_body(sqlite3_stmt *row, struct str body, unsigned char digest[CHAIN_BYTES])
{
	struct str salt = db_column_str(row, SALT), stored = db_column_str(row, DIGEST);
	if (salt.len != CHAIN_SALT_BYTES)
		return false;
	chain_digest(digest, (const unsigned char *)salt.at, body);
	return str_eq(stored, str_from(digest, CHAIN_BYTES));
}

/* Does that event say that this is what the row says from then on? */
static bool is_erased_by(
	const struct journal_reader *reader, uint64_t lsn, const struct store_event *event)
{
	union any_body room;
	struct event erasure;
	db_bind_number(reader->event, 2, lsn);
	bool is = lsn > event->lsn && sqlite3_step(reader->event) == SQLITE_ROW;
	const struct store_event packed = {.kind = (unsigned)db_column_number(reader->event, 0),
		.body = db_column_str(reader->event, 1)};
	is = is && packed.kind == EV_BODY_ERASED && event_unpack(&packed, &room, &erasure) &&
	     room.erasure.row == event->lsn && room.erasure.kind == event->kind &&
	     str_eq(room.erasure.image, event->body);
	sqlite3_reset(reader->event);
	return is;
}

static const char *check_chain(
	struct journal_reader *reader, const struct store_event *event, bool is_erased)
{
	sqlite3_stmt *row = reader->rows;
	struct str stored = db_column_str(row, DIGEST);
	unsigned char digest[CHAIN_BYTES];
	bool is_digest = is_erased && stored.len == CHAIN_BYTES;
	if (is_digest)
		memcpy(digest, stored.at, CHAIN_BYTES);
	if (!is_digest && !is_body(row, event->body, digest))
		return "its body is not what was written";
	chain_add(&reader->chain,
		&(struct chain_row) {reader->centre, db_column_number(row, EPOCH), event, digest});
	return str_eq(db_column_str(row, CHAIN), chain_str(&reader->chain))
		       ? NULL
		       : "its row is not what was written";
}

/* What is wrong with the row; NULL: it is what was written. Those before the chain began have no checksum. */
static const char *check_row(struct journal_reader *reader, const struct store_event *event)
{
	uint64_t erased = db_column_number(reader->rows, ERASED);
	bool is_chained = reader->chain.has_begun || db_column_str(reader->rows, CHAIN).len;
	if (erased && !is_erased_by(reader, erased, event))
		return "its words were erased, and no event says so";
	reader->erased += erased > 0;
	reader->unchained += !is_chained;
	return is_chained ? check_chain(reader, event, erased > 0) : NULL;
}

enum journal_step journal_reader_next(
	struct journal_reader *reader, struct store_event *event, struct buf *why)
{
	int code = sqlite3_step(reader->rows);
	if (code == SQLITE_DONE)
		return JOURNAL_END;
	if (code != SQLITE_ROW) {
		db_error(&reader->db, "read it", code, why);
		return JOURNAL_BAD;
	}
	*event = read_event(reader);
	if (event->lsn != reader->lsn + 1) {
		buf_printf(why, "%s: event %llu is missing", reader->db.name,
			(unsigned long long)reader->lsn + 1);
		return JOURNAL_BAD;
	}
	const char *wrong = check_row(reader, event);
	if (wrong) {
		buf_printf(why, "%s: event %llu: %s", reader->db.name,
			(unsigned long long)event->lsn, wrong);
		return JOURNAL_BAD;
	}
	reader->lsn = event->lsn;
	reader->at = event->at;
	reader->command = event->cause.command;
	return JOURNAL_EVENT;
}
