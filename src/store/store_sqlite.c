/* store_sqlite.c - a folder with a journal, tables and a lock as a store. */
#include "store/store_sqlite.h"
#include "base/arena.h"
#include "base/log.h"
#include "store/sqlite_aged.h"
#include "store/sqlite_earlier.h"
#include "store/sqlite_ledger.h"
#include "store/sqlite_past.h"
#include "store/sqlite_told.h"
#include "store/store_lock.h"
#include "store/store_retell.h"

#include <stdlib.h>
#include <sys/stat.h>

struct sqlite_store {
	struct engine engine; /* first */
	struct str folder;    /* owned */
	struct store_lock lock;
	uint64_t free_min;
	struct store_telling telling;
	bool was_read; /* before the journal was open: then it stood here */
	struct journal_place place;
};

static struct earlier_source *earlier(struct store *base)
{
	return sqlite_earlier_source(((struct sqlite_store *)base)->folder);
}

static const struct store_ops sqlite_ops;

/* --- opening ------------------------------------------------------------------------------------ */

/* Where nobody is told anything. */
static enum err follow(struct sqlite_store *store, uint64_t last, struct buf *why)
{
	struct tables *tables = &store->engine.projector.tables;
	struct journal_reader reader;
	enum err e = journal_reader_open(&reader, store->folder, tables->lsn, why);
	if (e != OK)
		return e;
	e = sqlite_tables_follow(tables, &reader, last, why);
	journal_reader_close(&reader);
	return e;
}

static enum err begin_numbers(struct sqlite_store *store, uint64_t base, struct buf *why)
{
	struct tables *tables = &store->engine.projector.tables;
	int code = sqlite_tables_begin_numbers(tables, base);
	return code == SQLITE_OK
		       ? OK
		       : db_failed(sqlite_tables_db(tables), "write the tables", code, why);
}

/* Was sotto.db not there? It may also just be empty: the process was killed before the first rows were written. */
static enum err ask_whether_lost(struct sqlite_store *store, bool *is_lost, struct buf *why)
{
	struct tables *tables = &store->engine.projector.tables;
	bool have = true;
	int code = tables->lsn ? SQLITE_OK : sqlite_tables_have_numbers(tables, &have);
	*is_lost = !have;
	return code == SQLITE_OK
		       ? OK
		       : db_failed(sqlite_tables_db(tables), "read the tables", code, why);
}

static enum err write_what_is_missing(struct sqlite_store *store, uint64_t last, struct buf *why)
{
	struct tables *tables = &store->engine.projector.tables;
	bool is_lost;
	enum err e = ask_whether_lost(store, &is_lost, why);
	if (e == OK && is_lost) /* what users were told went with it: their numbers go on beyond */
		e = begin_numbers(store, TOLD_LOST_BASE(last), why);
	if (e != OK)
		return e;
	return store->telling.tell && !is_lost
		       ? store_retell(tables, store->folder, &store->telling, why)
		       : follow(store, last, why);
}

/* After a crash the tables are some moments behind. */
static enum err catch_up(struct sqlite_store *store, struct buf *why)
{
	struct tables *tables = &store->engine.projector.tables;
	uint64_t last = store->engine.writer.journal.last;
	if (tables->lsn && !str_eq(tables->centre, store->engine.writer.journal.centre)) {
		buf_puts(why, "sotto.db is not of this journal.db, which is another centre's");
		return ERR_INTERNAL;
	}
	if (tables->lsn > last) {
		buf_printf(why,
			"sotto.db is not of this journal.db, which ends at event %llu and was cut, "
			"or "
			"is older: the tables stand at event %llu",
			(unsigned long long)last, (unsigned long long)tables->lsn);
		return ERR_INTERNAL;
	}
	if (last == 0)
		return begin_numbers(store, 0, why);
	if (tables->lsn == last)
		return OK;
	log_info("store", "writing %llu events into the tables",
		(unsigned long long)(last - tables->lsn));
	enum err e = write_what_is_missing(store, last, why);
	if (e == OK && tables->lsn != last) {
		buf_printf(why, "journal.db: events at its end are missing");
		return ERR_INTERNAL;
	}
	return e;
}

/* Whoever was served reads was told of this place: it must still be the journal's. */
static enum err check_place(const struct sqlite_store *store, struct buf *why)
{
	const struct journal *journal = &store->engine.writer.journal;
	if (!store->was_read ||
		(journal->last == store->place.last && journal->epoch == store->place.epoch + 1))
		return OK;
	buf_printf(why, "journal.db: somebody else wrote while we waited for room");
	return ERR_INTERNAL;
}

/* What is open stays so where a later step finds no room: each open takes an epoch. */
static enum err open_files(struct sqlite_store *store, struct buf *why)
{
	struct journal *journal = &store->engine.writer.journal;
	struct tables *tables = &store->engine.projector.tables;
	enum err e = OK;
	if (!journal->ops) {
		e = sqlite_journal_open(journal, store->folder, store->free_min, why);
		if (e == OK)
			e = check_place(store, why);
	}
	if (e == OK && !tables->ops)
		e = sqlite_tables_open(tables, store->folder, DB_WRITE, &store->engine.told, why);
	tables->told_bytes_max = store->telling.bytes_max;
	return e == OK ? catch_up(store, why) : e;
}

static void close_files(struct sqlite_store *store)
{
	tables_close(&store->engine.projector.tables);
	journal_close(&store->engine.writer.journal);
}

/* The disk takes no writes, as why tells: is there something to be read? */
static enum err open_to_read(struct sqlite_store *store, struct buf *why)
{
	buf_puts(why, "; the disk takes no writes");
	size_t said = why->len;
	buf_puts(why, ", and ");
	enum err e = journal_look(store->folder, &store->place, why);
	if (e == OK)
		e = store_load_look(store->folder, &store->engine.told, why);
	store->was_read = !store->engine.writer.journal.ops;
	if (e == OK)
		log_error(
			"store", "%.*s: what is there is read, until it does", (int)said, why->at);
	return e;
}

/* Once what was missing could be opened. */
static enum err open_late(void *engine, struct buf *why)
{
	enum err e = open_files(engine, why);
	if (e == OK)
		engine_follow(engine);
	return e;
}

static void start(struct sqlite_store *store, const struct store_loop *loop,
	const struct store_tuning *tuning, bool is_open)
{
	const struct engine_settings settings = {.projector = tuning->projector,
		.trimming = tuning->trimming,
		.ask_ms = tuning->ask_ms,
		.open = open_late};
	engine_start(&store->engine, loop, &settings, is_open);
}

static void free_store(struct sqlite_store *store)
{
	str_free(&store->folder);
	free(store);
}

static enum err open_store(struct sqlite_store *store, const struct store_loop *loop,
	const struct store_tuning *tuning, struct buf *why)
{
	struct buf refusal = {0};
	enum err e = open_files(store, &refusal);
	bool is_open = e == OK;
	if (e == ERR_STORE)
		e = open_to_read(store, &refusal);
	if (e == OK)
		start(store, loop, tuning, is_open);
	else
		buf_put(why, buf_str(&refusal));
	buf_free(&refusal);
	return e;
}

enum err store_sqlite_open_tuned(struct str folder, const struct store_loop *loop,
	const struct store_tuning *tuning, struct store **out, struct buf *why)
{
	struct sqlite_store *store = mem_new(sizeof *store);
	engine_init(&store->engine, &sqlite_ops);
	store->folder = str_copy(folder);
	store->free_min = tuning->free_min;
	store->telling = tuning->telling;
	enum err e = store_lock_take(folder, &store->lock, why);
	if (e == OK)
		e = open_store(store, loop, tuning, why);
	if (e == OK) {
		*out = &store->engine.base;
		return OK;
	}
	close_files(store);
	store_lock_release(&store->lock);
	engine_free(&store->engine);
	free_store(store);
	return e;
}

enum err store_sqlite_open(struct str folder, const struct store_loop *loop,
	const struct store_telling *telling, msec kept_ms, struct store **out, struct buf *why)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.telling = *telling;
	tuning.trimming.kept_ms = kept_ms;
	return store_sqlite_open_tuned(folder, loop, &tuning, out, why);
}

/* --- operations --------------------------------------------------------------------------------- */

enum err store_sqlite_each(struct store *base, store_each *each, void *ctx)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	struct buf why = {0};
	CHECK(!store->engine.is_appending);
	enum err e = store_load_folder(store->folder, each, ctx, &why);
	if (e != OK)
		log_error("store", "cannot load: %.*s", STR_ARGS(buf_str(&why)));
	buf_free(&why);
	return e;
}

struct evolving {
	struct core *core;
	bool is_damaged;
};

static void evolve(void *ctx, struct event *event)
{
	struct evolving *evolving = ctx;
	if (evolving->is_damaged)
		return;
	if (core_fits(evolving->core, event)) {
		core_evolve(evolving->core, event);
		return;
	}
	log_error("store", "cannot load: event %llu, %s, does not go with those before it",
		(unsigned long long)event->lsn, event_name(event->kind));
	evolving->is_damaged = true;
}

static enum err load(struct store *base, struct core *core)
{
	struct evolving evolving = {.core = core};
	enum err e = store_sqlite_each(base, evolve, &evolving);
	return evolving.is_damaged ? ERR_INTERNAL : e;
}

void store_sqlite_settle(struct store *base, bool projects)
{
	engine_settle(&((struct sqlite_store *)base)->engine, projects);
}

static void close_store(struct store **base)
{
	struct sqlite_store *store = (struct sqlite_store *)*base;
	*base = NULL;
	engine_stop(&store->engine);
	store_lock_release(&store->lock);
	free_store(store);
}

static struct ledger_source *ledger(struct store *base)
{
	return sqlite_ledger_source(((struct sqlite_store *)base)->folder);
}

static struct told_source *told_source(struct store *base)
{
	return sqlite_told_source(((struct sqlite_store *)base)->folder);
}

static struct past_source *past(struct store *base)
{
	return sqlite_past_source(((struct sqlite_store *)base)->folder);
}

static struct aged_source *aged(struct store *base)
{
	return sqlite_aged_source(((struct sqlite_store *)base)->folder);
}

static uint64_t bytes_of(const struct sqlite_store *store, const char *name)
{
	struct buf path = {0};
	struct stat file;
	buf_printf(&path, "%.*s/%s", STR_ARGS(store->folder), name);
	buf_put_byte(&path, '\0');
	uint64_t bytes = stat(path.at, &file) == 0 ? (uint64_t)file.st_size : 0;
	buf_free(&path);
	return bytes;
}

static struct store_size size(struct store *base)
{
	const struct sqlite_store *store = (const struct sqlite_store *)base;
	struct store_size size = engine_size(base);
	size.journal = bytes_of(store, JOURNAL_NAME) + bytes_of(store, JOURNAL_NAME "-wal");
	size.tables = bytes_of(store, TABLES_NAME) + bytes_of(store, TABLES_NAME "-wal");
	return size;
}

static const struct store_ops sqlite_ops = {ENGINE_OPS, .load = load, .close = close_store,
	.size = size, .ledger = ledger, .earlier = earlier, .told_source = told_source,
	.past = past, .aged = aged};
