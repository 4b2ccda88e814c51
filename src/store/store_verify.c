/* store_verify.c - are the tables what the journal says?
 *
 * Two passes, which need no room for a second copy of the tables, neither on the disk nor in memory:
 * each event up to projected_lsn must find the row of its object, whose first and last event it must
 * not lie outside of; and each row must find in the journal, as its first and as its last event, events
 * of its object, and in the last one the image that it shows. Then the rows are exactly those of the
 * journal's objects, each with the object's last image. Objects that are not so are gathered, and only
 * for them the journal is read once more, to tell what it says. In the first pass the monitoring ledger is
 * held against the events as well.
 *
 * Works on a store that is in use as well: both files are read as they were at one moment, the tables
 * first, so the journal is never behind them; and it writes nothing, so it needs no lock. */
#include "store/store.h"
#include "base/arena.h"
#include "store/store_schema.h"
#include "store/sqlite_ledger.h"
#include "store/sqlite_tables.h"
#include "store/store_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define DIFFERENCES_MAX 100
/* On a disk that takes no writes nothing tells us that somebody writes again: see store_verify. */
#define STILL_TRIES     3
#define BEHIND_PAUSE_MS (2 * PROJECT_LAG_MS) /* then tables that are served have followed */

/* An object whose row is not as the journal says. */
struct wrong {
	enum body_kind kind;
	const void *key;  /* a body with at least its keys */
	const void *told; /* the journal's last image; NULL: it knows no such object */
	uint64_t first_lsn, lsn;
};

struct verifying {
	struct db db; /* sotto.db as found */
	struct journal_reader reader;
	struct ledger_reader ledger; /* of the journal's file; in the first pass */
	struct ledger_end ledger_end;
	sqlite3_stmt *by_key[BODY_KINDS], *by_lsn, *kept;
	struct str centre;
	uint64_t lsn;
	struct wrong wrong[DIFFERENCES_MAX + 1]; /* each gives a line at least */
	size_t wrong_count;
	struct arena arena;
	struct buf *differences;
	unsigned found;
	struct store_verified *told;
	uint64_t *
		ahead; /* events whose words the journal has no more, and the tables still do; sorted */
	size_t ahead_count;
	bool is_behind; /* see check_followed */
};

/* --- gathering ---------------------------------------------------------------------------------- */

static int wrong_cmp(const void *a, const void *b)
{
	const struct wrong *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return body_key_cmp(x->kind, x->key, y->key);
}

static struct wrong *find_wrong(struct verifying *v, enum body_kind kind, const void *key)
{
	const struct wrong sought = {.kind = kind, .key = key};
	for (size_t i = 0; i < v->wrong_count; i++)
		if (wrong_cmp(&v->wrong[i], &sought) == 0)
			return &v->wrong[i];
	return NULL;
}

static void add_wrong(struct verifying *v, enum body_kind kind, const void *key)
{
	if (v->wrong_count > DIFFERENCES_MAX || find_wrong(v, kind, key))
		return;
	v->wrong[v->wrong_count++] =
		(struct wrong) {.kind = kind, .key = body_keep(kind, &v->arena, key)};
}

/* --- one row, one event ------------------------------------------------------------------------- */

static uint64_t lsn_of(sqlite3_stmt *row, enum body_kind kind)
{
	return db_column_number(row, (int)body_type(kind)->field_count);
}

static uint64_t first_lsn_of(sqlite3_stmt *row, enum body_kind kind)
{
	return db_column_number(row, (int)body_type(kind)->field_count + 1);
}

static bool is_image(sqlite3_stmt *row, enum body_kind kind, const void *body)
{
	const struct body_type *type = body_type(kind);
	for (size_t i = 0; i < type->field_count; i++)
		if (!table_is_cell(row, (int)i, &type->fields[i], body))
			return false;
	return true;
}

/* Steps to the object's row; SQLITE_DONE: there is none. To be reset. */
static int step_to_row(struct verifying *v, enum body_kind kind, const void *key)
{
	table_bind_key(v->by_key[kind], kind, v->centre, key);
	return sqlite3_step(v->by_key[kind]);
}

/* The event, if it is of the same object. */
static bool read_event(struct verifying *v, uint64_t lsn, enum body_kind kind, const void *key,
	union any_body *room)
{
	db_bind_text(v->by_lsn, 1, v->centre);
	db_bind_number(v->by_lsn, 2, lsn);
	if (lsn > v->lsn || sqlite3_step(v->by_lsn) != SQLITE_ROW)
		return false;
	struct event event;
	const struct store_event packed = {.lsn = lsn,
		.kind = (unsigned)db_column_number(v->by_lsn, 0),
		.body = db_column_str(v->by_lsn, 1)};
	return event_unpack(&packed, room, &event) && event_body(event.kind) == kind &&
	       body_key_cmp(kind, room, key) == 0;
}

/* The journal tells of it no more. */
static bool is_trimmed(const struct verifying *v, uint64_t lsn)
{
	return lsn && lsn <= v->reader.base_lsn;
}

/* What is kept of the object; false: nothing. */
static bool read_kept(struct verifying *v, enum body_kind kind, const void *body, struct kept *kept)
{
	*kept = (struct kept) {0};
	kept_object(kept->object, kind, body);
	db_bind_bytes(v->kept, 1, str_from(kept->object, sizeof kept->object));
	bool is_kept = sqlite3_step(v->kept) == SQLITE_ROW;
	struct str salt = db_column_str(v->kept, 2), digest = db_column_str(v->kept, 3);
	if (is_kept) {
		kept->lsn = db_column_number(v->kept, 0);
		kept->version = (unsigned)db_column_number(v->kept, 1);
	}
	if (salt.len == CHAIN_SALT_BYTES && digest.len == KEPT_DIGEST_BYTES) {
		memcpy(kept->salt, salt.at, salt.len);
		memcpy(kept->digest, digest.at, digest.len);
	}
	sqlite3_reset(v->kept);
	return is_kept;
}

static int lsn_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* The row shows what goes next. */
static bool is_ahead(const struct verifying *v, uint64_t lsn)
{
	return v->ahead_count && bsearch(&lsn, v->ahead, v->ahead_count, sizeof *v->ahead, lsn_cmp);
}

/* A row of which the journal has the first event no more: is its object kept, and, where the last one is gone as well,
 * is it as it was? */
static bool is_row_kept(struct verifying *v, enum body_kind kind, uint64_t last, const void *body)
{
	struct kept kept;
	if (!read_kept(v, kind, body, &kept))
		return false;
	v->told->kept++;
	return !is_trimmed(v, last) ||
	       (kept.lsn == last && (is_ahead(v, last) || kept_is(&kept, kind, body)));
}

/* --- the two passes ----------------------------------------------------------------------------- */

static bool is_row_told(
	struct verifying *v, enum body_kind kind, sqlite3_stmt *row, const void *body)
{
	union any_body room;
	uint64_t first = first_lsn_of(row, kind), last = lsn_of(row, kind);
	bool is = is_trimmed(v, first) ? is_row_kept(v, kind, last, body)
				       : read_event(v, first, kind, body, &room);
	sqlite3_reset(v->by_lsn);
	is = is &&
	     (is_trimmed(v, last) || (read_event(v, last, kind, body, &room) &&
					     (is_ahead(v, last) || is_image(row, kind, &room))));
	sqlite3_reset(v->by_lsn);
	return is;
}

static int pass_table(struct verifying *v, enum body_kind kind)
{
	struct buf sql = {0}, order = {0};
	sqlite3_stmt *row;
	union any_body body;
	uint64_t lsn;
	table_put_key(&order, kind);
	buf_put_byte(&order, '\0');
	table_put_select(&sql, kind, "1", order.at);
	int code = db_prepare(&v->db, buf_str(&sql), &row);
	buf_free(&sql);
	buf_free(&order);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(row, 1, v->centre);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		bool is_read = table_read(row, kind, &body, &lsn);
		if (!is_read || !is_row_told(v, kind, row, &body))
			add_wrong(v, kind, &body);
		v->told->rows++;
	}
	sqlite3_finalize(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int pass_event(struct verifying *v, const struct event *event)
{
	enum body_kind kind = event_body(event->kind);
	int code = step_to_row(v, kind, event->body);
	bool is_within = code == SQLITE_ROW && event->lsn >= first_lsn_of(v->by_key[kind], kind) &&
			 event->lsn <= lsn_of(v->by_key[kind], kind);
	sqlite3_reset(v->by_key[kind]);
	if (!is_within)
		add_wrong(v, kind, event->body);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* What the journal says of the objects that are wrong. */
static int note_truth(struct verifying *v, const struct event *event)
{
	enum body_kind kind = event_body(event->kind);
	struct wrong *wrong = find_wrong(v, kind, event->body);
	if (!wrong)
		return SQLITE_OK;
	if (!wrong->told)
		wrong->first_lsn = event->lsn;
	wrong->lsn = event->lsn;
	wrong->told = body_keep(kind, &v->arena, event->body);
	return SQLITE_OK;
}

/* The monitoring ledger, held against what this reading of the journal says: as many rows, the same ones, and a
 * chain without a break. The first that is not so is named. */
static enum err tell_ledger(struct verifying *v, uint64_t serial, const char *what)
{
	buf_printf(v->differences, "the ledger: row %llu: %s\n", (unsigned long long)serial, what);
	return ERR_INTERNAL;
}

/* JOURNAL_EVENT: there is one, and it is what was written. */
static enum journal_step next_noted(struct verifying *v, struct ledger_entry *noted)
{
	uint64_t serial = v->ledger_end.serial + 1;
	int code = ledger_reader_next(&v->ledger, noted);
	if (code == SQLITE_DONE)
		return JOURNAL_END;
	if (code != SQLITE_ROW) {
		db_error(&v->reader.db, "read its ledger", code, v->differences);
		return JOURNAL_BAD;
	}
	bool is_next = noted->serial == serial;
	if (is_next)
		ledger_add(&v->ledger_end, noted);
	else
		tell_ledger(v, serial, "is missing");
	if (is_next && !str_eq(noted->chain, chain_str(&v->ledger_end.chain))) {
		tell_ledger(v, serial, "is not what was written");
		is_next = false;
	}
	v->told->ledger += is_next;
	return is_next ? JOURNAL_EVENT : JOURNAL_BAD;
}

/* Of rows whose events were trimmed away only the chain is known. */
static enum journal_step next_told(struct verifying *v, struct ledger_entry *noted)
{
	enum journal_step step = JOURNAL_EVENT;
	do
		step = next_noted(v, noted);
	while (step == JOURNAL_EVENT && noted->lsn <= v->reader.base_lsn);
	return step;
}

static enum err check_noted(struct verifying *v, const struct store_event *packed)
{
	struct ledger_end end = {0};
	struct ledger_entry told, noted;
	if (!ledger_next(&end, v->reader.centre, packed, &told))
		return OK;
	enum journal_step step = next_told(v, &noted);
	if (step == JOURNAL_END)
		return tell_ledger(v, v->ledger_end.serial + 1, "is missing");
	if (step == JOURNAL_BAD)
		return ERR_INTERNAL;
	told.serial = noted.serial;
	return ledger_is_same(&told, &noted)
		       ? OK
		       : tell_ledger(v, noted.serial, "is not what the journal says");
}

static enum err check_ledgers_end(struct verifying *v)
{
	struct ledger_entry noted;
	enum journal_step step = next_told(v, &noted);
	if (step == JOURNAL_EVENT)
		return tell_ledger(v, noted.serial, "the journal knows of no such act");
	return step == JOURNAL_END ? OK : ERR_INTERNAL;
}

/* Every event must be readable, without a gap, those that the tables do not have yet as well; of the
 * others each is looked at. */
static enum err pass_journal(
	struct verifying *v, int (*look)(struct verifying *v, const struct event *event))
{
	struct store_event packed;
	union any_body room;
	struct event event;
	enum journal_step step;
	int code = SQLITE_OK;
	while ((step = journal_reader_next(&v->reader, &packed, v->differences)) == JOURNAL_EVENT) {
		if (!event_unpack(&packed, &room, &event)) {
			buf_printf(v->differences, "%s: ", v->reader.db.name);
			event_put_wrong(v->differences, &packed);
			return ERR_INTERNAL;
		}
		enum err e = v->ledger.rows ? check_noted(v, &packed) : OK;
		if (e != OK)
			return e;
		if (event.lsn <= v->lsn && (code = look(v, &event)) != SQLITE_OK)
			return db_failed(&v->db, "compare its tables", code, v->differences);
	}
	return step == JOURNAL_END ? OK : ERR_INTERNAL;
}

/* --- telling ------------------------------------------------------------------------------------ */

static bool tells_more(struct verifying *v)
{
	if (v->found == DIFFERENCES_MAX)
		buf_puts(v->differences, "further differences are not listed\n");
	return v->found++ < DIFFERENCES_MAX;
}

static void tell_key(struct verifying *v, const struct wrong *wrong)
{
	const struct body_type *type = body_type(wrong->kind);
	buf_puts(v->differences, type->name);
	for (size_t i = 0; i < type->field_count && type->fields[i].is_key; i++) {
		const struct field *field = &type->fields[i];
		buf_printf(v->differences, " %s=", field->name);
		if (field->type == FIELD_TEXT)
			buf_put(v->differences, *body_str(field, wrong->key));
		else
			buf_put_u64(v->differences, body_number(field, wrong->key));
	}
}

static void verify_tell(struct verifying *v, const struct wrong *wrong, const char *what)
{
	if (!tells_more(v))
		return;
	tell_key(v, wrong);
	buf_printf(v->differences, ": %s\n", what);
}

static void tell_number(struct verifying *v, const struct wrong *wrong, const char *name,
	uint64_t is, uint64_t told)
{
	if (is == told || !tells_more(v))
		return;
	tell_key(v, wrong);
	buf_printf(v->differences, ": %s is %llu, by the journal %llu\n", name,
		(unsigned long long)is, (unsigned long long)told);
}

/* Values of texts are not shown: they may be a customer's words or a password. */
static void tell_cell(struct verifying *v, const struct wrong *wrong, const struct field *field,
	sqlite3_stmt *row, int column)
{
	struct buf *out = v->differences;
	bool is_hidden = field->type == FIELD_TEXT || field->type == FIELD_BYTES;
	tell_key(v, wrong);
	buf_printf(out, ": %s is ", field->name);
	if (is_hidden)
		buf_printf(out, "%d bytes, by the journal %zu bytes\n",
			sqlite3_column_bytes(row, column), body_str(field, wrong->told)->len);
	else
		buf_printf(
			out, "%s, by the journal ", (const char *)sqlite3_column_text(row, column));
	if (field->type == FIELD_PICK)
		buf_printf(out, "%.*s\n", STR_ARGS(table_word(field, wrong->told)));
	else if (!is_hidden)
		buf_printf(out, "%lld\n", (long long)body_number(field, wrong->told));
}

static void tell_row(struct verifying *v, const struct wrong *wrong, sqlite3_stmt *row)
{
	const struct body_type *type = body_type(wrong->kind);
	struct kept kept;
	for (size_t i = 0; i < type->field_count; i++)
		if (!table_is_cell(row, (int)i, &type->fields[i], wrong->told) && tells_more(v))
			tell_cell(v, wrong, &type->fields[i], row, (int)i);
	tell_number(v, wrong, "lsn", lsn_of(row, wrong->kind), wrong->lsn);
	uint64_t first = first_lsn_of(row, wrong->kind);
	if (!is_trimmed(v, first))
		tell_number(v, wrong, "first_lsn", first, wrong->first_lsn);
	else if (!read_kept(v, wrong->kind, wrong->key, &kept))
		verify_tell(v, wrong, "nothing is kept of it from before the journal was trimmed");
}

/* The journal, as far as it is there, says nothing of it. */
static void tell_untold(struct verifying *v, const struct wrong *wrong)
{
	struct kept kept;
	verify_tell(v, wrong,
		read_kept(v, wrong->kind, wrong->key, &kept)
			? "it is not what it was when its last event was trimmed away"
			: "the journal knows no such row");
}

static enum err tell_wrong(struct verifying *v)
{
	journal_reader_again(&v->reader);
	enum err e = pass_journal(v, note_truth);
	if (e != OK)
		return e;
	qsort(v->wrong, v->wrong_count, sizeof v->wrong[0], wrong_cmp);
	for (size_t i = 0; i < v->wrong_count; i++) {
		const struct wrong *wrong = &v->wrong[i];
		bool is_row = step_to_row(v, wrong->kind, wrong->key) == SQLITE_ROW;
		if (!wrong->told)
			tell_untold(v, wrong);
		else if (!is_row)
			verify_tell(v, wrong, "missing");
		else
			tell_row(v, wrong, v->by_key[wrong->kind]);
		sqlite3_reset(v->by_key[wrong->kind]);
	}
	return ERR_INTERNAL;
}

/* --- both files --------------------------------------------------------------------------------- */

static enum err check_file(const struct db *db, struct buf *differences)
{
	sqlite3_stmt *check;
	int code = db_prepare(db, STR("PRAGMA integrity_check(1)"), &check);
	if (code == SQLITE_OK)
		code = sqlite3_step(check);
	bool is_sound = code == SQLITE_ROW && str_is(db_column_str(check, 0), "ok");
	if (code == SQLITE_ROW && !is_sound)
		buf_printf(differences, "%s is damaged: %s\n", db->name,
			(const char *)sqlite3_column_text(check, 0));
	else if (code != SQLITE_ROW)
		db_error(db, "check it", code, differences);
	sqlite3_finalize(check);
	return is_sound ? OK : ERR_INTERNAL;
}

static int prepare_tables(struct verifying *v)
{
	int code = SQLITE_OK;
	for (enum body_kind kind = 0; code == SQLITE_OK && kind < BODY_KINDS; kind++) {
		struct buf sql = {0}, where = {0};
		table_put_is_key(&where, kind);
		buf_put_byte(&where, '\0');
		table_put_select(&sql, kind, where.at, "1");
		code = db_prepare(&v->db, buf_str(&sql), &v->by_key[kind]);
		buf_free(&sql);
		buf_free(&where);
	}
	return code;
}

static enum err open_found(struct verifying *v, struct str folder)
{
	msec at;
	int code = db_open_to_read(&v->db, folder, TABLES_NAME);
	if (code != SQLITE_OK)
		goto fail;
	enum err e = schema_check(&v->db, &sotto_schema, v->differences);
	if (e != OK)
		return e;
	if ((code = db_exec(&v->db, "BEGIN")) != SQLITE_OK ||
		(code = sqlite_tables_projected(&v->db, &v->centre, &v->lsn, &at)) != SQLITE_OK ||
		(code = prepare_tables(v)) != SQLITE_OK)
		goto fail;
	return check_file(&v->db, v->differences);
fail:
	return db_failed(&v->db, "read it", code, v->differences);
}

/* What was erased stands in the journal at once, and in tables that are behind that event not yet. */
static bool note_ahead(struct verifying *v, const struct store_event *packed)
{
	union any_body room;
	struct event event;
	if (!event_unpack(packed, &room, &event) || event.kind != EV_BODY_ERASED ||
		!event_is_known((unsigned)room.erasure.kind))
		return false;
	if (event_body((enum event_kind)room.erasure.kind) == BODY_contact)
		v->is_behind = true;
	v->ahead = mem_resize(v->ahead, (v->ahead_count + 1) * sizeof *v->ahead);
	v->ahead[v->ahead_count++] = room.erasure.row;
	return true;
}

static int find_ahead(struct verifying *v, uint64_t *by)
{
	sqlite3_stmt *find;
	int code = db_prepare(&v->reader.db,
		STR("SELECT lsn, kind, body FROM journal WHERE centre = ?1 AND lsn > ?2 AND kind = "
		    "?3"),
		&find);
	if (code != SQLITE_OK)
		return code;
	db_bind_text(find, 1, v->reader.centre);
	db_bind_number(find, 2, v->lsn);
	db_bind_number(find, 3, EV_BODY_ERASED);
	while ((code = sqlite3_step(find)) == SQLITE_ROW) {
		const struct store_event packed = {.lsn = db_column_number(find, 0),
			.kind = (unsigned)db_column_number(find, 1),
			.body = db_column_str(find, 2)};
		bool was_behind = v->is_behind;
		if (note_ahead(v, &packed) && v->is_behind && !was_behind)
			*by = packed.lsn;
	}
	sqlite3_finalize(find);
	if (v->ahead_count)
		qsort(v->ahead, v->ahead_count, sizeof *v->ahead, lsn_cmp);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Words come and go by themselves, and each row that shows them still is known; but of a contact that was erased the rows
 * have other keys by now. */
static enum err check_followed(struct verifying *v)
{
	uint64_t by = 0;
	int code = find_ahead(v, &by);
	if (code != SQLITE_OK)
		return db_failed(&v->reader.db, "read it", code, v->differences);
	if (!v->is_behind)
		return OK;
	buf_printf(v->differences,
		"the tables have yet to follow what event %llu erased: the next start does that\n",
		(unsigned long long)by);
	return ERR_INTERNAL;
}

static enum err open_journal(struct verifying *v, struct str folder)
{
	enum err e = journal_reader_open(&v->reader, folder, JOURNAL_FROM_FIRST, v->differences);
	if (e != OK)
		return e;
	int code = db_prepare(&v->reader.db,
		STR("SELECT kind, body FROM journal WHERE centre = ?1 AND lsn = ?2"), &v->by_lsn);
	if (code == SQLITE_OK)
		code = db_prepare(&v->reader.db,
			STR("SELECT lsn, version, salt, digest FROM kept WHERE object = ?1"),
			&v->kept);
	if (code != SQLITE_OK)
		return db_failed(&v->reader.db, "read it", code, v->differences);
	if (v->reader.base_lsn > v->lsn) {
		buf_printf(v->differences,
			"the tables stand at event %llu, the journal was trimmed to event %llu\n",
			(unsigned long long)v->lsn, (unsigned long long)v->reader.base_lsn);
		return ERR_INTERNAL;
	}
	if (v->lsn && !str_eq(v->centre, v->reader.centre)) {
		buf_printf(v->differences, "the tables are of another centre than the journal\n");
		return ERR_INTERNAL;
	}
	code = ledger_reader_begin(&v->ledger, &v->reader.db, v->reader.centre);
	if (code != SQLITE_OK)
		return db_failed(&v->reader.db, "read its ledger", code, v->differences);
	if ((e = check_followed(v)) != OK)
		return e;
	return check_file(&v->reader.db, v->differences);
}

static void tell_chain(struct verifying *v)
{
	const struct journal_reader *reader = &v->reader;
	v->told->events = reader->lsn - reader->base_lsn;
	v->told->base = reader->base_lsn;
	v->told->unchained = reader->unchained;
	v->told->erased = reader->erased;
	for (size_t i = 0; reader->chain.has_begun && i < CHAIN_BYTES; i++)
		snprintf(v->told->head + 2 * i, 3, "%02x", reader->chain.at[i]);
}

/* Has each object of which something is kept its row? Of one that is lost nothing is known but that it was there. */
static enum err check_kept(struct verifying *v)
{
	int64_t kept = 0;
	int code = db_number(&v->reader.db, "SELECT count(*) FROM kept", &kept);
	if (code != SQLITE_OK)
		return db_failed(&v->reader.db, "read it", code, v->differences);
	if ((uint64_t)kept == v->told->kept)
		return OK;
	buf_printf(v->differences,
		"%lld objects whose events were trimmed away are missing in the tables\n",
		(long long)kept - (long long)v->told->kept);
	return ERR_INTERNAL;
}

static enum err compare(struct verifying *v)
{
	enum err e = pass_journal(v, pass_event);
	tell_chain(v);
	if (e == OK && v->reader.lsn < v->lsn) {
		buf_printf(v->differences,
			"the tables stand at event %llu, the journal ends at %llu\n",
			(unsigned long long)v->lsn, (unsigned long long)v->reader.lsn);
		return ERR_INTERNAL;
	}
	if (e == OK)
		e = check_ledgers_end(v);
	ledger_reader_end(&v->ledger);
	int code = SQLITE_OK;
	for (enum body_kind kind = 0; e == OK && code == SQLITE_OK && kind < BODY_KINDS; kind++)
		code = pass_table(v, kind);
	if (code != SQLITE_OK)
		e = db_failed(&v->db, "compare its tables", code, v->differences);
	if (e == OK && v->wrong_count)
		return tell_wrong(v);
	return e == OK ? check_kept(v) : e;
}

static void end(struct verifying *v)
{
	db_finalize_all(v->by_key, BODY_KINDS);
	sqlite3_finalize(v->by_lsn);
	sqlite3_finalize(v->kept);
	ledger_reader_end(&v->ledger);
	journal_reader_close(&v->reader);
	str_free(&v->centre);
	free(v->ahead);
	arena_free(&v->arena);
	db_close(&v->db);
}

/* What has to be looked at once more. */
struct doubt {
	bool is_still;  /* nobody could have hindered somebody else from writing meanwhile */
	bool is_behind; /* the tables are behind an erasure: for half a second, if they are served */
};

static enum err verify(struct str folder, struct buf *differences, struct store_verified *told,
	struct doubt *doubt)
{
	struct verifying *v = mem_new(sizeof *v);
	v->differences = differences;
	v->told = told;
	differences->len = 0;
	*told = (struct store_verified) {0};
	enum err e = open_found(v, folder);
	if (e == OK)
		e = open_journal(v, folder);
	*doubt = (struct doubt) {v->db.is_still || v->reader.db.is_still, v->is_behind};
	told->was_read = e == OK;
	if (e == OK)
		e = compare(v);
	end(v);
	free(v);
	return e;
}

/* --- on a disk that takes no writes ------------------------------------------------------------- */

/* Sizes and times of all files, as text: whoever writes changes one of them. */
static void put_state(struct buf *out, struct str folder)
{
	static const char *const names[] = {
		"journal.db", "journal.db-wal", TABLES_NAME, TABLES_NAME "-wal"};
	out->len = 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buf path = {0};
		struct stat file;
		buf_printf(&path, "%.*s/%s", STR_ARGS(folder), names[i]);
		buf_put_byte(&path, '\0');
		if (stat(path.at, &file) == 0)
			buf_printf(out, "%s %lld %lld.%09ld ", names[i], (long long)file.st_size,
				(long long)file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
		buf_free(&path);
	}
}

/* Read without locks, what was found holds if nobody wrote meanwhile: a server may just have got room
 * again. Then it is read once more, and with locks, since whoever writes has made them possible. */
enum err store_verify(struct str folder, struct buf *differences, struct store_verified *found)
{
	struct buf before = {0}, after = {0};
	static const struct timespec pause = {0, BEHIND_PAUSE_MS * 1000000};
	struct doubt doubt = {true, false};
	enum err e = OK;
	for (unsigned i = 0; (doubt.is_still || doubt.is_behind) && i < STILL_TRIES; i++) {
		if (doubt.is_behind)
			nanosleep(&pause, NULL);
		put_state(&before, folder);
		e = verify(folder, differences, found, &doubt);
		put_state(&after, folder);
		doubt.is_still &= !str_eq(buf_str(&before), buf_str(&after));
	}
	buf_free(&before);
	buf_free(&after);
	return e;
}
