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
	struct store_lock lock;
	struct projector_limits limits;
	bool has_journal, has_tables; /* open: the loop's, then the journal's thread's */
	bool was_read;                /* before the journal was open: then it stood here */
	struct journal_place place;
	struct projector projector;
	struct writer writer;
	struct append *append;
	bool is_appending; /* append is on its way */
};

static const struct store_ops sqlite_ops;

/* --- opening ------------------------------------------------------------------------------------ */

/* After a crash the tables are some moments behind; without sotto.db they are written anew. */
static enum err catch_up(struct sqlite_store *store, struct buf *why)
{
	struct tables *tables = &store->projector.tables;
	uint64_t last = store->writer.journal.last;
	if (tables->lsn && !str_eq(tables->centre, store->writer.journal.centre)) {
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

/* Whoever was served reads was told of this place: it must still be the journal's. */
static enum err check_place(const struct sqlite_store *store, struct buf *why)
{
	const struct journal_file *journal = &store->writer.journal;
	if (!store->was_read ||
		(journal->last == store->place.last && journal->epoch == store->place.epoch + 1))
		return OK;
	buf_printf(why, "journal.db: somebody else wrote while we waited for room");
	return ERR_INTERNAL;
}

/* What is open stays so where a later step finds no room: each open takes an epoch. */
static enum err open_files(void *ctx, struct buf *why)
{
	struct sqlite_store *store = ctx;
	enum err e = OK;
	if (!store->has_journal) {
		e = journal_file_open(&store->writer.journal, store->folder, why);
		store->has_journal = e == OK;
		if (e == OK)
			e = check_place(store, why);
	}
	if (e == OK && !store->has_tables) {
		e = tables_open(&store->projector.tables, store->folder, DB_WRITE, why);
		store->has_tables = e == OK;
	}
	return e == OK ? catch_up(store, why) : e;
}

static enum err open_late(void *ctx, struct buf *why)
{
	struct sqlite_store *store = ctx;
	enum err e = open_files(store, why);
	if (e == OK)
		projector_start(&store->projector, &store->limits);
	return e;
}

static void close_files(struct sqlite_store *store)
{
	if (store->has_tables)
		tables_close(&store->projector.tables);
	if (store->has_journal)
		journal_file_close(&store->writer.journal);
}

/* The disk takes no writes, as why tells: is there something to be read? */
static enum err open_to_read(struct sqlite_store *store, struct buf *why)
{
	buf_puts(why, "; the disk takes no writes");
	size_t said = why->len;
	buf_puts(why, ", and ");
	enum err e = journal_look(store->folder, &store->place, why);
	if (e == OK)
		e = store_load_look(store->folder, why);
	store->was_read = !store->has_journal;
	if (e == OK)
		log_error(
			"store", "%.*s: what is there is read, until it does", (int)said, why->at);
	return e;
}

static void arrive(void *arg)
{
	struct append *append = arg;
	struct sqlite_store *store = append->owner;
	const struct append arrived = *append; /* the next may be asked for from inside of done */
	if (store)
		store->is_appending = false;
	else
		free(append);
	arrived.done(arrived.ctx, arrived.result);
}

static void start(struct sqlite_store *store, const struct store_tuning *tuning, bool is_open)
{
	store->append = mem_new(sizeof *store->append);
	store->limits = tuning->projector;
	if (is_open)
		projector_start(&store->projector, &store->limits);
	store->writer.projector = &store->projector;
	store->writer.loop = &store->loop;
	store->writer.arrive = arrive;
	store->writer.folder = store->folder;
	store->writer.free_min = tuning->free_min;
	store->writer.open = open_late;
	store->writer.open_ctx = store;
	store->writer.is_open = is_open;
	writer_start(&store->writer);
}

static void free_store(struct sqlite_store *store)
{
	str_free(&store->folder);
	free(store);
}

static enum err open_store(
	struct sqlite_store *store, const struct store_tuning *tuning, struct buf *why)
{
	struct buf refusal = {0};
	enum err e = open_files(store, &refusal);
	bool is_open = e == OK;
	if (e == ERR_STORE)
		e = open_to_read(store, &refusal);
	if (e == OK)
		start(store, tuning, is_open);
	else
		buf_put(why, buf_str(&refusal));
	buf_free(&refusal);
	return e;
}

enum err store_sqlite_open_tuned(struct str folder, const struct store_loop *loop,
	const struct store_tuning *tuning, struct store **out, struct buf *why)
{
	struct sqlite_store *store = mem_new(sizeof *store);
	store->base.ops = &sqlite_ops;
	store->loop = *loop;
	store->folder = str_copy(folder);
	enum err e = store_lock_take(folder, &store->lock, why);
	if (e == OK)
		e = open_store(store, tuning, why);
	if (e == OK) {
		*out = &store->base;
		return OK;
	}
	close_files(store);
	store_lock_release(&store->lock);
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
	CHECK(!store->is_appending);
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

static void append(struct store *base, struct batch *batch,
	void (*done)(void *ctx, enum store_result result), void *ctx)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	CHECK(!store->is_appending);
	store->is_appending = true;
	*store->append = (struct append) {.batch = batch, .done = done, .ctx = ctx, .owner = store};
	writer_append(&store->writer, store->append);
}

void store_sqlite_settle(struct store *base, bool projects)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	writer_settle(&store->writer);
	if (projects && writer_is_open(&store->writer))
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

static bool takes_writes(struct store *base)
{
	return writer_is_open(&((struct sqlite_store *)base)->writer);
}

static void close_store(struct store **base)
{
	struct sqlite_store *store = (struct sqlite_store *)*base;
	*base = NULL;
	writer_stop(&store->writer);
	if (store->is_appending) /* written, but its answer has not reached the loop yet */
		store->append->owner = NULL;
	else
		free(store->append);
	if (store->writer.is_open)
		projector_stop(&store->projector);
	else if (store->has_tables)
		tables_close(&store->projector.tables);
	store_lock_release(&store->lock);
	free_store(store);
}

static const struct store_ops sqlite_ops = {
	.load = load,
	.append = append,
	.projected = projected,
	.probe = probe,
	.takes_writes = takes_writes,
	.close = close_store,
};
