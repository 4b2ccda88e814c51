/* store_writer.c - appends and probes, on the journal's thread. */
#include "store/store_writer.h"
#include "base/log.h"
#include "store/step_behind.h"
#include "store/store_clock.h"

/* --- the thread --------------------------------------------------------------------------------- */

/* The tables must not fall far behind, and a nearly full disk is for what must still be done. */
static enum store_result may_write(struct writer *w)
{
	static const enum store_result results[] = {
		[PROJECTOR_WELL] = STORE_DURABLE,
		[PROJECTOR_STUCK] = STORE_REFUSED,
		[PROJECTOR_SICK] = STORE_UNKNOWN,
	};
	if (w->is_sick)
		return STORE_UNKNOWN;
	if (!w->is_open)
		return STORE_REFUSED;
	if (!journal_has_room(&w->journal))
		return STORE_REFUSED;
	return results[projector_wait(w->projector)];
}

static void set_state(struct writer *w, bool is_open, bool is_sick)
{
	pthread_mutex_lock(&w->mutex);
	w->is_open |= is_open;
	w->is_sick |= is_sick;
	pthread_mutex_unlock(&w->mutex);
}

/* Found without an append. */
static void lose(struct writer *w)
{
	atomic_store(&w->is_lost, true);
	w->lost(w->ctx);
}

/* --- trimming ----------------------------------------------------------------------------------- */

static void publish(struct writer *w)
{
	atomic_store(&w->base, w->journal.base);
	atomic_store(&w->first_at, w->journal.first_at);
}

static bool has_old_rows(const struct writer *w)
{
	const struct journal *journal = &w->journal;
	msec kept_ms = w->trimming.kept_ms;
	return kept_ms && w->is_open && !w->is_sick && !w->is_lost && !journal->is_doubtful &&
	       journal->first_at && journal->first_at < journal->last_at - kept_ms;
}

/* Are there old rows that the tables hold, and safely? Else the projector is asked to see to that. */
static bool may_trim(struct writer *w)
{
	if (!has_old_rows(w))
		return false;
	bool may = projector_secured(w->projector) > w->journal.base;
	if (!may)
		projector_secure(w->projector);
	return may;
}

/* On a disk without room it comes again with later appends. */
static void trim(struct writer *w)
{
	const struct trim_limits limits = {
		.before = w->journal.last_at - w->trimming.kept_ms,
		.up_to = projector_secured(w->projector),
		.most = w->trimming.most,
	};
	uint64_t base = w->journal.base;
	enum store_result result = STORE_REFUSED;
	if (journal_has_room(&w->journal))
		result = journal_trim(&w->journal, &limits);
	if (result == STORE_FENCED)
		lose(w);
	if (result == STORE_DURABLE)
		result = journal_tidy(&w->journal);
	publish(w);
	set_state(w, false, result == STORE_UNKNOWN);
	w->may_trim = result == STORE_DURABLE && w->journal.base > base && may_trim(w);
	w->trims_at = clock_monotonic() + w->trimming.pause_ms;
}

/* --- what it is given --------------------------------------------------------------------------- */

static void write_append(struct writer *w, struct append *append)
{
	append->result = may_write(w);
	if (append->result == STORE_DURABLE)
		append->result = journal_write(&w->journal, append->batch);
	enum store_result result = append->result;
	if (result == STORE_FENCED)
		atomic_store(&w->is_lost, true);
	if (result == STORE_DURABLE)
		projector_give(w->projector, &append->batch);
	else
		batch_free(&append->batch);
	w->loop->post(w->loop->ctx, w->arrive, append);
	if (result == STORE_DURABLE)
		result = journal_tidy(&w->journal);
	set_state(w, false, result == STORE_UNKNOWN);
	publish(w);
	w->may_trim = may_trim(w);
}

static void open_late(struct writer *w)
{
	struct buf why = {0};
	enum err e = w->open(w->ctx, &why);
	if (e != OK && e != ERR_STORE)
		log_error("store", "cannot be opened: %.*s", STR_ARGS(buf_str(&why)));
	set_state(w, e == OK, e != OK && e != ERR_STORE);
	if (e == OK)
		publish(w);
	buf_free(&why);
}

static bool try_write(struct writer *w)
{
	if (!w->is_open && !w->is_sick)
		open_late(w);
	if (w->is_sick) /* let an append come, whose answer ends the process */
		return true;
	if (!w->is_open)
		return false;
	if (!journal_has_room(&w->journal) || projector_state(w->projector) == PROJECTOR_STUCK)
		return false;
	enum store_result result = journal_touch(&w->journal);
	if (result == STORE_DURABLE)
		result = journal_tidy(&w->journal);
	return result != STORE_REFUSED;
}

static void answer_probe(struct writer *w)
{
	bool is_good = try_write(w);
	pthread_mutex_lock(&w->mutex);
	w->probe = is_good ? PROBE_GOOD : PROBE_BAD;
	pthread_mutex_unlock(&w->mutex);
}

static void ask_owner(struct writer *w)
{
	if (journal_ask_owner(&w->journal) == STORE_FENCED)
		lose(w);
}

/* --- the thread's turns ------------------------------------------------------------------------- */

static bool has_work(const struct writer *w)
{
	return w->append || w->probe == PROBE_ASKED || w->is_stopping;
}

enum turn { TURN_WORK, TURN_TRIM, TURN_ASK };

static bool is_time_to_trim(const struct writer *w)
{
	return w->may_trim && clock_monotonic() >= w->trims_at;
}

/* Until there is something to do, or it is time to trim, or to ask whose the journal is. */
static enum turn rest(struct writer *w)
{
	bool asks = w->ask_ms && w->is_open && !w->is_sick && !w->is_lost;
	msec when = w->may_trim ? w->trims_at : asks ? clock_monotonic() + w->ask_ms : 0;
	bool is_in_time = !is_time_to_trim(w);
	while (is_in_time && !has_work(w)) {
		w->is_resting = true;
		pthread_cond_signal(&w->rest);
		if (when)
			is_in_time = clock_wait(&w->work, &w->mutex, when);
		else
			pthread_cond_wait(&w->work, &w->mutex);
	}
	w->is_resting = false;
	if (has_work(w))
		return TURN_WORK;
	return w->may_trim ? TURN_TRIM : TURN_ASK;
}

static void *writer_run(void *arg)
{
	struct writer *w = arg;
	step_in();
	pthread_mutex_lock(&w->mutex);
	for (;;) {
		enum turn turn = rest(w);
		struct append *append = w->append;
		bool is_over = w->is_stopping && !append && w->probe != PROBE_ASKED;
		if (is_over)
			break;
		w->append = NULL;
		bool probes = !append && w->probe == PROBE_ASKED;
		pthread_mutex_unlock(&w->mutex);
		if (append)
			write_append(w, append);
		else if (probes)
			answer_probe(w);
		else if (turn == TURN_ASK)
			ask_owner(w);
		if (turn == TURN_TRIM || (append && is_time_to_trim(w)))
			trim(w);
		pthread_mutex_lock(&w->mutex);
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* --- for the loop ------------------------------------------------------------------------------- */

void writer_start(struct writer *w)
{
	pthread_mutex_init(&w->mutex, NULL);
	clock_cond_init(&w->work);
	pthread_cond_init(&w->rest, NULL);
	if (w->is_open)
		publish(w);
	CHECK(pthread_create(&w->thread, NULL, writer_run, w) == 0);
}

void writer_stop(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	w->is_stopping = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
	journal_close(&w->journal);
	pthread_mutex_destroy(&w->mutex);
	pthread_cond_destroy(&w->work);
	pthread_cond_destroy(&w->rest);
}

void writer_append(struct writer *w, struct append *append)
{
	pthread_mutex_lock(&w->mutex);
	CHECK(!w->append);
	w->append = append;
	w->probe = PROBE_NONE; /* what was found before it says nothing any more */
	w->is_resting = false;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->mutex);
}

bool writer_probe(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	bool is_good = w->probe == PROBE_GOOD;
	if (is_good) {
		w->probe = PROBE_NONE;
	} else {
		w->probe = PROBE_ASKED;
		w->is_resting = false;
		pthread_cond_signal(&w->work);
	}
	pthread_mutex_unlock(&w->mutex);
	return is_good;
}

void writer_settle(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	while (!w->is_resting)
		pthread_cond_wait(&w->rest, &w->mutex);
	pthread_mutex_unlock(&w->mutex);
}

bool writer_is_open(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	bool is_open = w->is_open;
	pthread_mutex_unlock(&w->mutex);
	return is_open;
}

uint64_t writer_base(struct writer *w)
{
	return atomic_load(&w->base);
}

msec writer_first_at(struct writer *w)
{
	return atomic_load(&w->first_at);
}

bool writer_is_ours(struct writer *w)
{
	return !atomic_load(&w->is_lost);
}
