/* store_sqlite.c - a folder with a journal, tables and a lock as a store. */
#include "store/store_sqlite.h"
#include "base/arena.h"
#include "base/log.h"
#include "store/store_lock.h"

#include <stdlib.h>

struct sqlite_store {
	struct store base;
	struct store_loop loop;
	struct str folder; /* owned */
	int lock;
	struct projector projector;
	struct writer writer;
	struct append *append; /* in flight */
};

static const struct store_ops sqlite_ops;

/* --- opening ------------------------------------------------------------------------------------ */

/* After a crash the tables are some moments behind; without sotto.db they are written anew. */
static enum err catch_up(struct sqlite_store *store, struct buf *why)
{
	struct tables *tables = &store->projector.tables;
	uint64_t last = store->writer.journal.last;
	if (tables->lsn > last ||
		(tables->lsn && !str_eq(tables->centre, store->writer.journal.centre))) {
		buf_printf(
			why, "sotto.db is not of this journal.db, which is older or another one's");
		return ERR_INTERNAL;
	}
	if (tables->lsn == last)
		return OK;
	log_info("store", "writing %llu events into the tables",
		(unsigned long long)(last - tables->lsn));
	struct journal_reader reader;
	enum err e = journal_reader_open(&reader, store->folder, tables->lsn, why);
	if (e != OK)
		return e;
	e = tables_follow(tables, &reader, last, why);
	journal_reader_close(&reader);
	if (e == OK && tables->lsn != last) {
		buf_printf(why, "journal.db: events at its end are missing");
		return ERR_INTERNAL;
	}
	return e;
}

static enum err open_files(struct sqlite_store *store, struct buf *why)
{
	enum err e = journal_file_open(&store->writer.journal, store->folder, why);
	if (e != OK)
		return e;
	e = tables_open(&store->projector.tables, store->folder, DB_WRITE, why);
	if (e != OK)
		goto close_journal;
	e = catch_up(store, why);
	if (e == OK)
		return OK;
	tables_close(&store->projector.tables);
close_journal:
	journal_file_close(&store->writer.journal);
	return e;
}

static void arrive(void *arg)
{
	struct append *append = arg;
	struct sqlite_store *store = append->owner;
	if (store)
		store->append = NULL;
	append->done(append->ctx, append->result);
	free(append);
}

static void start(struct sqlite_store *store, const struct store_tuning *tuning)
{
	projector_start(&store->projector, &tuning->projector);
	store->writer.projector = &store->projector;
	store->writer.loop = &store->loop;
	store->writer.arrive = arrive;
	store->writer.folder = store->folder;
	store->writer.free_min = tuning->free_min;
	writer_start(&store->writer);
}

static void free_store(struct sqlite_store *store)
{
	str_free(&store->folder);
	free(store);
}

enum err store_sqlite_open_tuned(struct str folder, const struct store_loop *loop,
	const struct store_tuning *tuning, struct store **out, struct buf *why)
{
	struct sqlite_store *store = mem_new(sizeof *store);
	store->base.ops = &sqlite_ops;
	store->loop = *loop;
	store->folder = str_copy(folder);
	enum err e = store_lock_take(folder, &store->lock, why);
	if (e != OK)
		goto fail;
	e = open_files(store, why);
	if (e != OK)
		goto fail_lock;
	start(store, tuning);
	*out = &store->base;
	return OK;
fail_lock:
	store_lock_release(&store->lock);
fail:
	free_store(store);
	return e;
}

enum err store_sqlite_open(
	struct str folder, const struct store_loop *loop, struct store **out, struct buf *why)
{
	return store_sqlite_open_tuned(folder, loop, &STORE_TUNING, out, why);
}

/* --- operations --------------------------------------------------------------------------------- */

enum err store_sqlite_each(struct store *base, store_each *each, void *ctx)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	struct buf why = {0};
	CHECK(!store->append);
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

static void append(struct store *base, const struct store_event *events, size_t count,
	void (*done)(void *ctx, enum store_result result), void *ctx)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	CHECK(!store->append);
	store->append = mem_new(sizeof *store->append);
	*store->append = (struct append) {
		.batch = batch_new(events, count), .done = done, .ctx = ctx, .owner = store};
	writer_append(&store->writer, store->append);
}

void store_sqlite_settle(struct store *base, bool projects)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	writer_settle(&store->writer);
	if (projects)
		projector_settle(&store->projector);
}

static uint64_t projected(struct store *base)
{
	return projector_projected(&((struct sqlite_store *)base)->projector);
}

static bool probe(struct store *base)
{
	return writer_probe(&((struct sqlite_store *)base)->writer);
}

static void close_store(struct store **base)
{
	struct sqlite_store *store = (struct sqlite_store *)*base;
	*base = NULL;
	writer_stop(&store->writer);
	if (store->append) /* written, but its answer has not reached the loop yet */
		store->append->owner = NULL;
	projector_stop(&store->projector);
	store_lock_release(&store->lock);
	free_store(store);
}

static const struct store_ops sqlite_ops = {
	.load = load,
	.append = append,
	.projected = projected,
	.probe = probe,
	.close = close_store,
};
