/* store_engine.h - a store of two threads, over a dialect: one writes the journal, one follows with the
 * tables. The dialect opens both, before it starts or later, and loads; all else is here. */
#ifndef STORE_STORE_ENGINE_H
#define STORE_STORE_ENGINE_H

#include "store/store_writer.h"

struct loss;
struct engine {
	struct store
		base; /* first; its ops are ENGINE_OPS with a load and a close of the dialect's */
	struct store_loop loop;
	struct projector_limits limits;
	struct projector projector; /* its tables: opened by the dialect */
	struct writer writer;       /* its journal: as well */
	struct told_list told;      /* engine_init; filled by the dialect */
	struct append *append;
	bool is_appending; /* append is on its way */
	struct loss *loss;
};

struct engine_settings {
	struct projector_limits projector;
	struct trimming_settings trimming;
	msec ask_ms; /* writer.ask_ms */
	/* Opens what is not open yet, on the journal's thread: writer.open. */
	enum err (*open)(void *engine, struct buf *why);
};

/* Before anything is opened. */
void engine_init(struct engine *engine, const struct store_ops *ops);
/* is_open: journal and tables are open and go together; else settings->open is called by probes. */
void engine_start(struct engine *engine, const struct store_loop *loop,
	const struct engine_settings *settings, bool is_open);
/* Ends the threads, closes journal and tables, however far they are open. Instead of engine_free. */
void engine_stop(struct engine *engine);
void engine_free(struct engine *engine); /* of one that was not started */
/* For open: now the tables are open as well. */
void engine_follow(struct engine *engine);
/* Waits until the journal's thread has nothing to do, then, where asked, until the tables hold all that
 * they can. No append may be in flight. */
void engine_settle(struct engine *engine, bool projects);

/* All of store_ops but load, size, close, and those that give a source. */
#define ENGINE_OPS                                                                                 \
	.append = engine_append, .projected = engine_projected, .probe = engine_probe,             \
	.takes_writes = engine_takes_writes, .is_ours = engine_is_ours, .watch = engine_watch,     \
	.told = engine_told
void engine_append(struct store *store, struct batch *batch,
	void (*done)(void *ctx, enum store_result result), void *ctx);
uint64_t engine_projected(struct store *store);
bool engine_probe(struct store *store);
bool engine_takes_writes(struct store *store);
bool engine_is_ours(struct store *store);
struct told_range engine_told(struct store *store, struct str user);
struct store_size engine_size(struct store *store); /* without the bytes */
void engine_watch(struct store *store, void (*lost)(void *ctx), void *ctx);

#endif
