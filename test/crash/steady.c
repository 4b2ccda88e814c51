/* steady.c - a store in a store: waits for the threads below, answers on the simulated clock. */
#include "base/arena.h"
#include "centre/store_loop.h"
#include "dice.h"
#include "steady.h"
#include "store/store_mem.h"
#include "store/store_sqlite.h"

#include <pthread.h>
#include <stdlib.h>

#define TRIM_MOST 50 /* rows of a transaction: some to a run */

struct steady {
	struct store base;
	struct steady_settings settings;
	struct store *inner;           /* NULL: closed */
	struct store_loop_net *timers; /* for store_mem */
	struct store_loop loop;        /* for store_sqlite */
	struct dice dice;

	pthread_mutex_t mutex; /* guards `posted` */
	pthread_cond_t more;
	void (*posted)(void *arg);
	void *posted_arg;

	void (*done)(void *ctx, enum store_result result); /* NULL: no append in flight */
	void *done_ctx;
	enum store_result result;
	struct net_timer answer;
	unsigned appends;
	uint64_t loads_in_trouble;
	struct arena arena;
	struct store_event
		*seen; /* on disk: all that was kept, by lsn; also what was trimmed away since */
	size_t seen_count;
	bool is_loaded; /* in this life */
	bool is_out;
	msec struck_at; /* the power went then; 0: it did not */
};

static const struct store_ops steady_ops;

/* --- what the threads below post ----------------------------------------------------------------- */

static void post(void *ctx, void (*fn)(void *arg), void *arg)
{
	struct steady *steady = ctx;
	pthread_mutex_lock(&steady->mutex);
	CHECK(!steady->posted);
	steady->posted = fn;
	steady->posted_arg = arg;
	pthread_cond_signal(&steady->more);
	pthread_mutex_unlock(&steady->mutex);
}

static void run_posted(struct steady *steady)
{
	pthread_mutex_lock(&steady->mutex);
	while (!steady->posted)
		pthread_cond_wait(&steady->more, &steady->mutex);
	void (*fn)(void *arg) = steady->posted;
	steady->posted = NULL;
	pthread_mutex_unlock(&steady->mutex);
	fn(steady->posted_arg);
}

/* --- answers ------------------------------------------------------------------------------------- */

static void tell(struct steady *steady, enum store_result result)
{
	void (*done)(void *ctx, enum store_result result) = steady->done;
	steady->done = NULL;
	done(steady->done_ctx, result);
}

static void on_answer(void *ctx)
{
	struct steady *steady = ctx;
	tell(steady, steady->result);
}

static void answer_later(struct steady *steady)
{
	uint64_t most = (uint64_t)steady->settings.answer_most_ms;
	net_timer_start(
		steady->settings.net, &steady->answer, (msec)dice_roll(&steady->dice, most + 1));
}

static void arrived_from_memory(void *ctx, enum store_result result)
{
	struct steady *steady = ctx;
	steady->result = result;
	answer_later(steady);
}

static void arrived_from_disk(void *ctx, enum store_result result)
{
	((struct steady *)ctx)->result = result;
}

/* When the power goes while something is written, nobody is there to be told what became of it; when it
 * goes in what follows, sometimes. */
static bool is_silenced(struct steady *steady)
{
	if (!disk_is_cut(steady->settings.disk))
		return false;
	return steady->result != STORE_DURABLE || dice_roll(&steady->dice, 2);
}

static void see(struct steady *steady, const struct store_event *event)
{
	if (event->lsn <= steady->seen_count)
		return;
	CHECK(event->lsn == steady->seen_count + 1);
	steady->seen = mem_resize(steady->seen, event->lsn * sizeof *steady->seen);
	struct store_event *seen = &steady->seen[steady->seen_count++];
	*seen = *event;
	seen->body = arena_copy(&steady->arena, event->body);
	seen->cause.asker = arena_copy(&steady->arena, event->cause.asker);
}

/* What was written and not answered is found later, by the next life. */
static void see_batch(struct steady *steady, const struct batch *batch)
{
	struct store_event event;
	for (size_t at = 0; batch_read(batch, &at, &event);)
		see(steady, &event);
}

static struct batch *copy(const struct batch *batch)
{
	struct batch *copied = NULL;
	struct store_event event;
	for (size_t at = 0; batch_read(batch, &at, &event);)
		batch_put(&copied, &event);
	return copied;
}

static void append_to_disk(struct steady *steady, struct batch *batch)
{
	const struct steady_settings *settings = &steady->settings;
	struct batch *copied = copy(batch);
	steady->inner->ops->append(steady->inner, batch, arrived_from_disk, steady);
	run_posted(steady);
	if (steady->result == STORE_DURABLE)
		see_batch(steady, copied);
	batch_free(&copied);
	unsigned every = settings->project_every;
	store_sqlite_settle(steady->inner, every && ++steady->appends % every == 0);
	steady->is_out = is_silenced(steady);
	if (disk_is_cut(settings->disk) && !steady->struck_at)
		steady->struck_at = net_now(settings->net);
	if (!steady->is_out)
		answer_later(steady);
}

static void append(struct store *base, struct batch *batch,
	void (*done)(void *ctx, enum store_result result), void *ctx)
{
	struct steady *steady = (struct steady *)base;
	CHECK(!steady->done);
	steady->done = done;
	steady->done_ctx = ctx;
	if (steady->settings.disk)
		append_to_disk(steady, batch);
	else
		steady->inner->ops->append(steady->inner, batch, arrived_from_memory, steady);
}

/* --- the other operations ------------------------------------------------------------------------ */

static enum err load(struct store *base, struct core *core)
{
	struct steady *steady = (struct steady *)base;
	bool is_anew = steady->is_loaded && steady->settings.disk;
	steady->is_loaded = true;
	steady->loads_in_trouble += is_anew && disk_fails(steady->settings.disk);
	return steady->inner->ops->load(steady->inner, core);
}

static uint64_t projected(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->projected(steady->inner);
}

static bool probe(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	bool can_write = steady->inner->ops->probe(steady->inner);
	if (steady->settings.disk)
		store_sqlite_settle(steady->inner, false);
	return can_write;
}

static bool takes_writes(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->takes_writes(steady->inner);
}

static bool is_ours(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return !steady->inner || steady->inner->ops->is_ours(steady->inner);
}

static struct ledger_source *ledger(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->ledger(steady->inner);
}

static struct earlier_source *earlier(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->earlier(steady->inner);
}

static struct told_range told(struct store *base, struct str user)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->told(steady->inner, user);
}

static struct told_source *told_source(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->told_source(steady->inner);
}

static struct past_source *past(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->past(steady->inner);
}

static struct aged_source *aged(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->aged(steady->inner);
}

static struct store_size size(struct store *base)
{
	struct steady *steady = (struct steady *)base;
	return steady->inner->ops->size(steady->inner);
}

static void watch(struct store *base, void (*lost)(void *ctx), void *ctx)
{
	struct steady *steady = (struct steady *)base;
	if (steady->inner)
		steady->inner->ops->watch(steady->inner, lost, ctx);
}

/* Whoever waited for an answer is gone by now, but has to be told so. */
static void drop_answer(struct steady *steady)
{
	net_timer_stop(steady->settings.net, &steady->answer);
	if (steady->done)
		tell(steady, STORE_UNKNOWN);
}

static void close_store(struct store **base)
{
	struct steady *steady = (struct steady *)*base;
	*base = NULL;
	steady_close(steady);
}

void steady_close(struct steady *steady)
{
	if (steady->inner)
		steady->inner->ops->close(&steady->inner);
	drop_answer(steady);
}

static const struct store_ops steady_ops = {
	.load = load,
	.append = append,
	.projected = projected,
	.probe = probe,
	.takes_writes = takes_writes,
	.is_ours = is_ours,
	.watch = watch,
	.ledger = ledger,
	.earlier = earlier,
	.told = told,
	.told_source = told_source,
	.past = past,
	.aged = aged,
	.size = size,
	.close = close_store,
};

/* --- life ---------------------------------------------------------------------------------------- */

/* The projector moves only when it is told to, unless it may do as it likes. */
static struct store_tuning tuning(const struct steady_settings *settings)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.projector.gather_ms = settings->project_every ? 3600 * 1000 : 0;
	tuning.projector.lag_ms = 3600 * 1000;
	tuning.ask_ms = 0;
	tuning.trimming =
		(struct trimming_settings) {.kept_ms = settings->kept_ms, .most = TRIM_MOST};
	tuning.telling = settings->telling;
	tuning.projector.retry_ms = 1; /* real ones, for which the simulated do not wait */
	return tuning;
}

/* Before anything more is trimmed away. */
static enum err see_all(struct steady *steady, struct buf *why)
{
	struct journal_reader reader;
	struct store_event event;
	enum journal_step step;
	enum err e = journal_reader_open(
		&reader, disk_folder(steady->settings.disk), JOURNAL_FROM_FIRST, why);
	if (e != OK)
		return e;
	while ((step = journal_reader_next(&reader, &event, why)) == JOURNAL_EVENT)
		see(steady, &event);
	journal_reader_close(&reader);
	return step == JOURNAL_END ? OK : ERR_INTERNAL;
}

static enum err open_inner(struct steady *steady, struct buf *why)
{
	const struct steady_settings *settings = &steady->settings;
	const struct store_tuning still = tuning(settings);
	steady->is_out = steady->is_loaded = false;
	steady->struck_at = 0;
	steady->appends = 0;
	if (settings->disk) {
		enum err e = store_sqlite_open_tuned(
			disk_folder(settings->disk), &steady->loop, &still, &steady->inner, why);
		return e == OK && !disk_is_cut(settings->disk) ? see_all(steady, why) : e;
	}
	if (!steady->inner)
		steady->inner =
			store_mem_open(store_loop_net_loop(steady->timers), settings->grid_ms);
	return OK;
}

enum err steady_open(const struct steady_settings *settings, struct steady **out, struct buf *why)
{
	struct steady *steady = mem_new(sizeof *steady);
	steady->base.ops = &steady_ops;
	steady->settings = *settings;
	steady->timers = store_loop_net_new(settings->net);
	steady->loop = (struct store_loop) {.ctx = steady, .post = post};
	steady->dice.state = settings->seed;
	steady->answer = (struct net_timer) {.fire = on_answer, .ctx = steady};
	pthread_mutex_init(&steady->mutex, NULL);
	pthread_cond_init(&steady->more, NULL);
	*out = steady;
	return open_inner(steady, why);
}

struct store *steady_store(struct steady *steady)
{
	return &steady->base;
}

void steady_kill(struct steady *steady)
{
	if (!steady->inner)
		return;
	if (steady->settings.disk)
		steady->inner->ops->close(&steady->inner);
	else /* at once, since its grid goes on */
		steady->inner = store_mem_reopen(&steady->inner,
			store_loop_net_loop(steady->timers), steady->settings.grid_ms);
	drop_answer(steady);
}

enum err steady_revive(struct steady *steady, struct buf *why)
{
	return open_inner(steady, why);
}

void steady_free(struct steady **freed)
{
	struct steady *steady = *freed;
	if (!steady)
		return;
	*freed = NULL;
	CHECK(!steady->inner);
	free(steady->seen);
	arena_free(&steady->arena);
	store_loop_net_free(&steady->timers);
	pthread_mutex_destroy(&steady->mutex);
	pthread_cond_destroy(&steady->more);
	free(steady);
}

uint64_t steady_trimmed(const struct steady *steady)
{
	return steady->inner ? steady->inner->ops->size(steady->inner).base : 0;
}

uint64_t steady_loads_in_trouble(const struct steady *steady)
{
	return steady->loads_in_trouble;
}

msec steady_struck_at(const struct steady *steady)
{
	return steady->struck_at;
}

bool steady_is_out(const struct steady *steady)
{
	return steady->is_out;
}

static enum err each_on_disk(const struct steady *steady,
	void (*each)(void *ctx, const struct store_event *event), void *ctx, struct buf *why)
{
	struct journal_reader reader;
	struct store_event event;
	enum journal_step step;
	enum err e = journal_reader_open(
		&reader, disk_folder(steady->settings.disk), JOURNAL_FROM_FIRST, why);
	if (e != OK)
		return e;
	CHECK(reader.base_lsn <= steady->seen_count);
	for (size_t i = 0; i < reader.base_lsn; i++)
		each(ctx, &steady->seen[i]);
	for (uint64_t erased = 0;
		(step = journal_reader_next(&reader, &event, why)) == JOURNAL_EVENT;
		erased = reader.erased) /* the reader found the event that says so */
		each(ctx, reader.erased > erased ? &steady->seen[event.lsn - 1] : &event);
	journal_reader_close(&reader);
	return step == JOURNAL_END ? OK : ERR_INTERNAL;
}

enum err steady_each(const struct steady *steady,
	void (*each)(void *ctx, const struct store_event *event), void *ctx, struct buf *why)
{
	if (steady->settings.disk)
		return each_on_disk(steady, each, ctx, why);
	store_mem_each(steady->inner, each, ctx);
	return OK;
}
