/* projector.c - a queue of batches, and the thread that turns them into rows. */
#include "store/projector.h"

#include "base/log.h"
#include "store/step_behind.h"
#include "store/store_clock.h"

/* Events of one transaction, some 100 ms. A page that many of them touch is written once, so few large ones cost
 * half of what many small ones do; the lag stays even under load. */
#define TRANSACTION_EVENTS 20000

/* --- the thread --------------------------------------------------------------------------------- */

/* Sleeps until something comes, or it is time to stop. */
static void wait_for_first(struct projector *p)
{
	msec when = clock_monotonic() + p->limits.rest_ms;
	while (!p->first && !p->is_stopping && clock_wait(&p->work, &p->mutex, when))
		continue;
	if (p->first || p->is_stopping)
		return;
	pthread_mutex_unlock(&p->mutex);
	tables_rest(&p->tables);
	pthread_mutex_lock(&p->mutex);
	while (!p->first && !p->is_stopping)
		pthread_cond_wait(&p->work, &p->mutex);
}

/* Sleeps until there is enough to write. False: nothing is left and it is time to stop. */
static bool wait_for_work(struct projector *p)
{
	wait_for_first(p);
	if (!p->first)
		return false;
	msec when = p->first->since + p->limits.gather_ms;
	while (!p->is_stopping && !p->is_hurried && p->waiting_events < TRANSACTION_EVENTS)
		if (!clock_wait(&p->work, &p->mutex, when))
			break;
	return true;
}

static struct batch *take(struct projector *p)
{
	struct batch *first = p->first, *last = first;
	size_t events = first->count, bytes = batch_bytes(first);
	while (last->next && events < TRANSACTION_EVENTS) {
		last = last->next;
		events += last->count;
		bytes += batch_bytes(last);
	}
	p->first = last->next;
	if (!p->first)
		p->end = &p->first;
	last->next = NULL;
	p->waiting_events -= events;
	p->waiting_bytes -= bytes;
	return first;
}

/* Hindered by a reader it tries again with the next transaction. */
static int secure(struct projector *p)
{
	bool is_safe;
	int code = tables_secure(&p->tables, &is_safe);
	if (code == 0 && is_safe) {
		atomic_store(&p->is_to_secure, false);
		atomic_store(&p->secured, p->tables.lsn);
	}
	return code;
}

static int project(struct projector *p, const struct batch *batch)
{
	for (; batch; batch = batch->next)
		CHECK(tables_add_batch(&p->tables, batch));
	int code = tables_commit(&p->tables);
	if (code != 0)
		return code;
	atomic_store(&p->projected, p->tables.lsn);
	code = tables_tidy(&p->tables);
	return code == 0 && atomic_load(&p->is_to_secure) ? secure(p) : code;
}

/* The disk is full: what was taken waits again, before all that came meanwhile. */
static void put_back(struct projector *p, struct batch *first)
{
	struct batch *last = first;
	for (struct batch *batch = first; batch; batch = batch->next) {
		p->waiting_events += batch->count;
		p->waiting_bytes += batch_bytes(batch);
		last = batch;
	}
	if (!p->first)
		p->end = &last->next;
	last->next = p->first;
	p->first = first;
}

static void settle(struct projector *p, struct batch *taken, int code)
{
	bool is_written = p->tables.lsn >= taken->first;
	enum store_result result = p->tables.ops->judge(p->tables.db, code);
	p->state = result == STORE_DURABLE   ? PROJECTOR_WELL
		   : result == STORE_REFUSED ? PROJECTOR_STUCK
					     : PROJECTOR_SICK;
	if (is_written)
		batches_free(&taken);
	else
		put_back(p, taken);
	p->oldest_at = p->first ? p->first->since : 0;
	pthread_cond_broadcast(&p->room);
}

static void pause_before_retry(struct projector *p)
{
	msec when = clock_monotonic() + p->limits.retry_ms;
	while (!p->is_stopping && clock_wait(&p->work, &p->mutex, when))
		continue;
}

static void *projector_run(void *arg)
{
	struct projector *p = arg;
	bool goes_on = true;
	step_behind(); /* for the loop and the journal's thread people wait, for this one nobody */
	pthread_mutex_lock(&p->mutex);
	while (goes_on && wait_for_work(p)) {
		bool is_last_try = p->is_stopping;
		struct batch *taken = take(p);
		pthread_mutex_unlock(&p->mutex);
		int code = project(p, taken);
		pthread_mutex_lock(&p->mutex);
		settle(p, taken, code);
		if (p->state == PROJECTOR_STUCK)
			pause_before_retry(p);
		goes_on =
			p->state == PROJECTOR_WELL || (p->state == PROJECTOR_STUCK && !is_last_try);
	}
	pthread_mutex_unlock(&p->mutex);
	return NULL;
}

/* --- for the others ----------------------------------------------------------------------------- */

void projector_start(struct projector *p, const struct projector_limits *limits)
{
	p->limits = *limits;
	atomic_store(&p->projected, p->tables.lsn);
	atomic_store(&p->secured, 0);
	atomic_store(&p->is_to_secure, false);
	pthread_mutex_init(&p->mutex, NULL);
	clock_cond_init(&p->work);
	clock_cond_init(&p->room);
	p->first = NULL;
	p->end = &p->first;
	CHECK(pthread_create(&p->thread, NULL, projector_run, p) == 0);
}

void projector_stop(struct projector *p)
{
	pthread_mutex_lock(&p->mutex);
	p->is_stopping = true;
	pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->mutex);
	pthread_join(p->thread, NULL);
	if (p->first)
		log_warn("store", "the tables stay behind the journal; the next start writes them");
	batches_free(&p->first);
	tables_close(&p->tables);
	pthread_mutex_destroy(&p->mutex);
	pthread_cond_destroy(&p->work);
	pthread_cond_destroy(&p->room);
}

static bool is_behind(const struct projector *p)
{
	return p->waiting_bytes >= p->limits.bytes_max ||
	       (p->oldest_at && clock_monotonic() - p->oldest_at >= p->limits.lag_ms);
}

enum projector_state projector_wait(struct projector *p)
{
	pthread_mutex_lock(&p->mutex);
	msec when = clock_monotonic() + p->limits.wait_ms;
	bool is_in_time = true;
	while (is_in_time && p->state == PROJECTOR_WELL && is_behind(p))
		is_in_time = clock_wait(&p->room, &p->mutex, when);
	enum projector_state state = p->state;
	if (state == PROJECTOR_STUCK && !is_behind(p))
		state = PROJECTOR_WELL;
	if (!is_in_time)
		state = PROJECTOR_STUCK;
	pthread_mutex_unlock(&p->mutex);
	return state;
}

enum projector_state projector_state(struct projector *p)
{
	pthread_mutex_lock(&p->mutex);
	enum projector_state state = p->state;
	pthread_mutex_unlock(&p->mutex);
	return state;
}

void projector_give(struct projector *p, struct batch **given)
{
	struct batch *batch = *given;
	*given = NULL;
	pthread_mutex_lock(&p->mutex);
	bool was_idle = !p->first;
	batch->since = clock_monotonic();
	batch->next = NULL;
	*p->end = batch;
	p->end = &batch->next;
	p->waiting_events += batch->count;
	p->waiting_bytes += batch_bytes(batch);
	if (!p->oldest_at)
		p->oldest_at = batch->since;
	if (was_idle || p->waiting_events >= TRANSACTION_EVENTS)
		pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->mutex);
}

void projector_settle(struct projector *p)
{
	pthread_mutex_lock(&p->mutex);
	p->is_hurried = true;
	pthread_cond_signal(&p->work);
	while (p->oldest_at && p->state == PROJECTOR_WELL)
		pthread_cond_wait(&p->room, &p->mutex);
	p->is_hurried = false;
	pthread_mutex_unlock(&p->mutex);
}

uint64_t projector_projected(struct projector *p)
{
	return atomic_load(&p->projected);
}

uint64_t projector_secured(struct projector *p)
{
	return atomic_load(&p->secured);
}

void projector_secure(struct projector *p)
{
	atomic_store(&p->is_to_secure, true);
}
