/* store_engine.c - what the threads tell the loop, and the loop them. */
#include "store/store_engine.h"

#include <stdlib.h>

/* That the centre is another one's, on its way to the loop. Like an append it may arrive after the end. */
struct loss {
	struct engine *owner; /* NULL: closed */
	bool is_posted;
	void (*lost)(void *ctx); /* NULL: nobody wants to know */
	void *ctx;
};

/* --- from the threads --------------------------------------------------------------------------- */

static void arrive(void *arg)
{
	struct append *append = arg;
	struct engine *engine = append->owner;
	const struct append arrived = *append; /* the next may be asked for from inside of done */
	if (engine)
		engine->is_appending = false;
	else
		free(append);
	arrived.done(arrived.ctx, arrived.result);
}

static void tell_loss(void *arg)
{
	struct loss *loss = arg;
	loss->is_posted = false;
	if (!loss->owner)
		free(loss);
	else if (loss->lost)
		loss->lost(loss->ctx);
}

static void on_lost(void *ctx)
{
	struct engine *engine = ctx;
	engine->loss->is_posted = true;
	engine->loop.post(engine->loop.ctx, tell_loss, engine->loss);
}

/* --- life --------------------------------------------------------------------------------------- */

void engine_init(struct engine *engine, const struct store_ops *ops)
{
	engine->base.ops = ops;
	told_list_init(&engine->told);
}

void engine_free(struct engine *engine)
{
	told_list_free(&engine->told);
}

void engine_follow(struct engine *engine)
{
	projector_start(&engine->projector, &engine->limits);
}

void engine_start(struct engine *engine, const struct store_loop *loop,
	const struct engine_settings *settings, bool is_open)
{
	struct writer *writer = &engine->writer;
	engine->loop = *loop;
	engine->limits = settings->projector;
	engine->append = mem_new(sizeof *engine->append);
	engine->loss = mem_new(sizeof *engine->loss);
	engine->loss->owner = engine;
	if (is_open)
		engine_follow(engine);
	writer->projector = &engine->projector;
	writer->loop = &engine->loop;
	writer->arrive = arrive;
	writer->trimming = settings->trimming;
	writer->ask_ms = settings->ask_ms;
	writer->lost = on_lost;
	writer->open = settings->open;
	writer->ctx = engine;
	writer->is_open = is_open;
	writer_start(writer);
}

void engine_stop(struct engine *engine)
{
	writer_stop(&engine->writer);
	if (engine->is_appending) /* written, but its answer has not reached the loop yet */
		engine->append->owner = NULL;
	else
		free(engine->append);
	if (engine->loss->is_posted)
		engine->loss->owner = NULL;
	else
		free(engine->loss);
	if (engine->writer.is_open)
		projector_stop(&engine->projector);
	else
		tables_close(&engine->projector.tables);
	engine_free(engine);
}

void engine_settle(struct engine *engine, bool projects)
{
	writer_settle(&engine->writer);
	if (projects && writer_is_open(&engine->writer))
		projector_settle(&engine->projector);
}

/* --- operations --------------------------------------------------------------------------------- */

static struct engine *engine_of(struct store *store)
{
	return (struct engine *)store;
}

void engine_append(struct store *store, struct batch *batch,
	void (*done)(void *ctx, enum store_result result), void *ctx)
{
	struct engine *engine = engine_of(store);
	CHECK(!engine->is_appending);
	engine->is_appending = true;
	*engine->append =
		(struct append) {.batch = batch, .done = done, .ctx = ctx, .owner = engine};
	writer_append(&engine->writer, engine->append);
}

uint64_t engine_projected(struct store *store)
{
	return projector_projected(&engine_of(store)->projector);
}

bool engine_probe(struct store *store)
{
	return writer_probe(&engine_of(store)->writer);
}

bool engine_takes_writes(struct store *store)
{
	return writer_is_open(&engine_of(store)->writer);
}

bool engine_is_ours(struct store *store)
{
	return writer_is_ours(&engine_of(store)->writer);
}

struct told_range engine_told(struct store *store, struct str user)
{
	return told_list_of(&engine_of(store)->told, user);
}

struct store_size engine_size(struct store *store)
{
	struct writer *writer = &engine_of(store)->writer;
	return (struct store_size) {
		.base = writer_base(writer), .first_at = writer_first_at(writer)};
}

void engine_watch(struct store *store, void (*lost)(void *ctx), void *ctx)
{
	struct loss *loss = engine_of(store)->loss;
	loss->lost = lost;
	loss->ctx = ctx;
}
