/* gate.c - one batch committing, one filling; outputs wait in line for their lsn. */
#include "centre/gate.h"

#include <stdlib.h>

#include "base/log.h"

/* After a pause, reading goes on once this little is held: not at the bound, or each reply would
 * turn reading on and off again. */
#define HELD_BYTES_RESUME (GATE_HELD_BYTES_MAX / 2)

struct gate {
	struct net *net;
	struct store *store;
	struct gate_callbacks call;
	uint64_t durable, appended, told_projected;

	struct gate_stats stats;

	uint64_t committing;   /* the last lsn of the batch that the store has; 0: it has none */
	msec committing_since; /* its first event came then */
	struct batch *filling; /* what the store gets next: a line, oldest first */
	struct batch *
		*newest; /* its last place: there lies what takes further events, or nothing yet */

	struct gate_line held;  /* for what is not on disk yet */
	struct gate_line later; /* supervisors', whose lsn is: each for its turn */
	uint64_t turns_asked, turns_run;

	struct net_timer poll;
	bool is_polling;
	msec probed;
	bool is_releasing, is_paused;
	bool is_refused; /* the last commit was rolled back, or the store was opened to be read: no commit
			    until a probe succeeds */
	bool is_lost;         /* nothing leaves any more */
	bool is_commit_asked; /* for when this turn, or the next one, has read all */
	bool is_corked;       /* no commit begins, the newest batch takes all */

	unsigned awaited; /* turns and commits that will call us: the struct lives until all have */
	bool is_freed;

	void (*idle)(void *ctx);
	void *idle_ctx;
	bool idle_asked; /* a turn will look whether it is time to call it */
};

static void commit_next(struct gate *gate);
static void commit_turn(void *ctx);
static void commit_done(void *ctx, enum store_result result);
static void commit_refused(struct gate *gate);
static void lose(struct gate *gate, enum store_result result);
static void on_lost(void *ctx);
static void gate_refuse(struct gate *gate);
static void gate_poll(void *ctx);
static void poll_soon(struct gate *gate);
static void update_pressure(struct gate *gate);
static void release_durable(struct gate *gate);
static void tell_idle(struct gate *gate);
static void forget_all(struct gate_line *line);

static struct gate_stats no_stats(void)
{
	static const uint64_t ms[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000};
	static const uint64_t events[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
	return (struct gate_stats) {
		.duration_ms = {.bounds = ms, .bound_count = sizeof ms / sizeof ms[0]},
		.events = {.bounds = events, .bound_count = sizeof events / sizeof events[0]}};
}

struct gate *gate_new(struct net *net, struct store *store, uint64_t durable,
	const struct gate_callbacks *callbacks)
{
	struct gate *gate = mem_new(sizeof *gate);
	gate->net = net;
	gate->store = store;
	gate->call = *callbacks;
	gate->durable = gate->appended = durable;
	gate->newest = &gate->filling;
	gate->stats = no_stats();
	gate->poll = (struct net_timer) {.fire = gate_poll, .ctx = gate};
	store->ops->watch(store, on_lost, gate);
	if (!store->ops->takes_writes(store))
		gate_refuse(gate);
	return gate;
}

void gate_free(struct gate **gate)
{
	struct gate *g = *gate;
	if (!g)
		return;
	forget_all(&g->held);
	forget_all(&g->later);
	net_timer_stop(g->net, &g->poll);
	gate_forget_store(g);
	batches_free(&g->filling);
	g->is_freed = true;
	if (!g->awaited)
		free(g);
	*gate = NULL;
}

void gate_forget_store(struct gate *gate)
{
	if (gate->store)
		gate->store->ops->watch(gate->store, NULL, NULL);
	gate->store = NULL;
}

static void ask_turn(struct gate *gate, void (*turn)(void *ctx))
{
	gate->awaited++;
	net_defer(gate->net, turn, gate);
}

/* What was awaited has come. False: the gate was freed meanwhile, there is nothing to do. */
static bool call_arrived(struct gate *gate)
{
	gate->awaited--;
	if (gate->is_freed && !gate->awaited)
		free(gate);
	else
		return !gate->is_freed;
	return false;
}

const struct gate_stats *gate_stats(const struct gate *gate)
{
	return &gate->stats;
}

uint64_t gate_projected_lsn(const struct gate *gate)
{
	uint64_t projected = gate->store->ops->projected(gate->store);
	return projected < gate->durable ? projected : gate->durable;
}

struct store_size gate_store_size(const struct gate *gate)
{
	return gate->store->ops->size(gate->store);
}

uint64_t gate_durable(const struct gate *gate)
{
	return gate->durable;
}

/* --- events into commits ---------------------------------------------------------------------- */

/* A command of so many events fits in; one of its own takes any command, for none is ever split. */
static bool has_room(const struct batch *batch, size_t count)
{
	return batch->count + count <= GATE_BATCH_EVENTS_MAX && batch->used < GATE_BATCH_BYTES_MAX;
}

static void fill(struct gate *gate, const struct event *events, size_t count, struct buf *notes)
{
	if (*gate->newest && !gate->is_corked && !has_room(*gate->newest, count))
		gate->newest = &(*gate->newest)->next;
	bool is_new = !*gate->newest;
	for (size_t i = 0; i < count; i++)
		batch_add(gate->newest, &events[i]);
	batch_keep(*gate->newest, notes);
	if (is_new)
		(*gate->newest)->since = net_now(gate->net);
}

static struct batch *take_filled(struct gate *gate)
{
	struct batch *batch = gate->filling;
	gate->filling = batch->next;
	if (gate->newest == &batch->next) /* which belongs to the store from now on */
		gate->newest = &gate->filling;
	batch->next = NULL;
	return batch;
}

/* On a grid one commit begins in a turn, always when all has been read: what comes later, as supervisors' requests
 * do, is part of the next one, and one that took too long does not move those behind it. Without a grid it is made
 * at once, not after this turn of the loop: else the moment of a commit would depend on whether another one is under
 * way, and a silent supervisor's command would show. */
static void commit_soon(struct gate *gate)
{
	if (gate->committing || gate->is_commit_asked || !gate->filling)
		return;
	gate->is_commit_asked = net_once_read(gate->net, commit_turn, gate);
	if (gate->is_commit_asked)
		gate->awaited++;
	else
		commit_next(gate);
}

static void commit_turn(void *ctx)
{
	struct gate *gate = ctx;
	if (!call_arrived(gate))
		return;
	gate->is_commit_asked = false;
	if (!gate->committing)
		commit_next(gate);
}

void gate_append(struct gate *gate, const struct event *events, size_t count, struct buf *notes)
{
	if (count == 0)
		return;
	CHECK(!gate->is_refused);
	if (gate->is_lost) { /* found out while they were told on */
		notes->len = 0;
		return;
	}
	CHECK(events[0].lsn == gate->appended + 1);
	fill(gate, events, count, notes);
	gate->appended = events[count - 1].lsn;
	poll_soon(gate);
	commit_soon(gate);
}

void gate_cork(struct gate *gate)
{
	CHECK(!gate->committing && !gate->filling);
	gate->is_corked = true;
}

void gate_uncork(struct gate *gate)
{
	gate->is_corked = false;
	if (gate->filling)
		gate->filling->since = net_now(gate->net); /* awaited from here on */
	commit_next(gate);
}

static void commit_next(struct gate *gate)
{
	if (!gate->filling || gate->is_refused || gate->is_lost || gate->is_corked)
		return;
	struct batch *batch = take_filled(gate);
	gate->committing = batch_last(batch);
	gate->committing_since = batch->since;
	gate->awaited++;
	gate->store->ops->append(gate->store, batch, commit_done, gate);
}

static void commit_done(void *ctx, enum store_result result)
{
	struct gate *gate = ctx;
	if (!call_arrived(gate))
		return;
	uint64_t last = gate->committing;
	gate->committing = 0;
	switch (result) {
	case STORE_DURABLE:
		histogram_add(&gate->stats.events, last - gate->durable);
		histogram_add(&gate->stats.duration_ms,
			(uint64_t)(net_now(gate->net) - gate->committing_since));
		gate->durable = last;
		commit_soon(gate); /* without a grid the disk works while we write to sockets */
		release_durable(gate);
		return;
	case STORE_REFUSED:
		commit_refused(gate);
		return;
	case STORE_FENCED:
	case STORE_UNKNOWN:
		lose(gate, result);
		return;
	}
}

/* --- whose the centre is ------------------------------------------------------------------------ */

static void lose(struct gate *gate, enum store_result result)
{
	if (gate->is_lost)
		return;
	gate->is_lost = true;
	gate->call.lost(gate->call.ctx, result);
}

static void on_lost(void *ctx)
{
	lose(ctx, STORE_FENCED);
}

bool gate_is_ours(const struct gate *gate)
{
	return !gate->is_lost && gate->store->ops->is_ours(gate->store);
}

/* What is on disk may leave only as long as nobody else can have gone on from there. */
static bool may_release(struct gate *gate)
{
	if (!gate_is_ours(gate))
		lose(gate, STORE_FENCED);
	return !gate->is_lost;
}

/* --- outputs ---------------------------------------------------------------------------------- */

static void supervisors_turn(void *ctx)
{
	struct gate *gate = ctx;
	if (!call_arrived(gate))
		return;
	gate->turns_run++;
	if (!may_release(gate))
		return;
	while (gate->later.first && gate->later.first->turn <= gate->turns_run) {
		struct gate_wait *wait = gate_line_shift(&gate->later);
		wait->done(wait->ctx, true);
	}
	update_pressure(gate);
	tell_idle(gate);
}

static void put_later(struct gate *gate, struct gate_wait *wait)
{
	wait->turn = gate->turns_asked + 1;
	gate_line_append(&gate->later, wait);
}

/* What was put into `later` up to now leaves in the next turn. */
static void ask_supervisors_turn(struct gate *gate)
{
	gate->turns_asked++;
	ask_turn(gate, supervisors_turn);
}

/* Those that are told may wait again: they take their place in the line and leave from here. */
static void release_durable(struct gate *gate)
{
	bool for_supervisors = false;
	if (!may_release(gate))
		return;
	gate->is_releasing = true;
	while (gate->held.first && gate->held.first->lsn <= gate->durable) {
		struct gate_wait *wait = gate_line_shift(&gate->held);
		if (wait->rank != GATE_SUPERVISOR) {
			wait->done(wait->ctx, true);
			continue;
		}
		put_later(gate, wait);
		for_supervisors = true;
	}
	gate->is_releasing = false;
	if (for_supervisors)
		ask_supervisors_turn(gate);
	update_pressure(gate);
	tell_idle(gate);
}

bool gate_is_through(const struct gate *gate, uint64_t lsn)
{
	return lsn <= gate->durable && gate_is_ours(gate);
}

void gate_wait(struct gate *gate, struct gate_wait *wait, uint64_t lsn)
{
	bool may_leave = may_release(gate), is_through = gate_is_through(gate, lsn);
	bool is_decided = is_through || gate->is_refused; /* rolled back: it will never come */
	gate_forget(wait);
	wait->lsn = lsn;
	if (!is_decided || gate->is_releasing || !may_leave) {
		gate_line_insert(&gate->held, wait);
		update_pressure(gate);
	} else if (wait->rank == GATE_SUPERVISOR && is_through) {
		put_later(gate, wait);
		ask_supervisors_turn(gate);
		update_pressure(gate);
	} else {
		wait->done(wait->ctx, is_through);
	}
}

/* --- refusal ---------------------------------------------------------------------------------- */

static void forget_all(struct gate_line *line)
{
	while (gate_line_shift(line))
		;
}

/* Whoever waits anew meanwhile goes the same way. What is on disk still leaves. */
static void drop_undone(struct gate *gate)
{
	struct gate_wait *wait;
	gate->is_releasing = true;
	while ((wait = gate_line_shift(&gate->held)))
		wait->done(wait->ctx, wait->lsn <= gate->durable);
	gate->is_releasing = false;
}

/* From now on no events are taken, and the store is asked now and then whether it can write. */
static void gate_refuse(struct gate *gate)
{
	gate->is_refused = true;
	gate->probed = net_now(gate->net);
	poll_soon(gate);
}

static void commit_refused(struct gate *gate)
{
	log_error("gate", "the store refused a commit; what came after event %llu is undone",
		(unsigned long long)gate->durable);
	gate_refuse(gate);
	gate->appended = gate->durable;
	batches_free(&gate->filling);
	gate->newest = &gate->filling;
	drop_undone(gate);
	gate->call.refused(gate->call.ctx);
	update_pressure(gate);
	tell_idle(gate);
}

static void probe(struct gate *gate)
{
	if (!gate->is_refused || net_now(gate->net) - gate->probed < GATE_PROBE_MS)
		return;
	gate->probed = net_now(gate->net);
	if (!gate->store->ops->probe(gate->store))
		return;
	gate->is_refused = false;
	log_info("gate", "the store takes writes again");
}

/* --- back-pressure ---------------------------------------------------------------------------- */

/* For how long the oldest commit has been awaited. A corked one is awaited by nobody. */
static msec waited(const struct gate *gate)
{
	if (gate->is_corked || (!gate->committing && !gate->filling))
		return 0;
	msec since = gate->committing ? gate->committing_since : gate->filling->since;
	return net_now(gate->net) - since;
}

bool gate_is_writable(const struct gate *gate)
{
	return !gate->is_refused && !gate->is_lost && waited(gate) < GATE_STALL_MS;
}

static void update_pressure(struct gate *gate)
{
	size_t bound = gate->is_paused ? HELD_BYTES_RESUME : GATE_HELD_BYTES_MAX;
	bool is_heavy =
		gate->held.bytes + gate->later.bytes >= bound || waited(gate) >= GATE_HELD_MS_MAX;
	if (is_heavy == gate->is_paused || gate->is_lost)
		return;
	gate->is_paused = is_heavy;
	gate->call.pause(gate->call.ctx, is_heavy);
}

static void tell_projected(struct gate *gate)
{
	uint64_t projected = gate_projected_lsn(gate);
	if (projected <= gate->told_projected)
		return;
	gate->told_projected = projected;
	gate->call.projected(gate->call.ctx, projected);
}

static void gate_poll(void *ctx)
{
	struct gate *gate = ctx;
	gate->is_polling = false;
	if (gate->is_lost)
		return;
	probe(gate);
	update_pressure(gate);
	tell_projected(gate);
	if (gate->is_refused || gate->told_projected < gate->appended)
		poll_soon(gate);
}

static void poll_soon(struct gate *gate)
{
	if (gate->is_polling)
		return;
	gate->is_polling = true;
	net_timer_start(gate->net, &gate->poll, GATE_POLL_MS);
}

/* --- idle ------------------------------------------------------------------------------------- */

static bool is_idle(const struct gate *gate)
{
	return !gate->committing && !gate->filling && !gate->held.first && !gate->later.first;
}

static void tell_idle_turn(void *ctx)
{
	struct gate *gate = ctx;
	if (!call_arrived(gate))
		return;
	void (*idle)(void *ctx) = gate->idle;
	gate->idle_asked = false;
	if (!idle || !is_idle(gate))
		return;
	gate->idle = NULL;
	idle(gate->idle_ctx); /* may free the gate */
}

/* In a turn of its own, so that nobody on the stack still uses the gate. */
static void tell_idle(struct gate *gate)
{
	if (!gate->idle || gate->idle_asked || !is_idle(gate))
		return;
	gate->idle_asked = true;
	ask_turn(gate, tell_idle_turn);
}

void gate_when_idle(struct gate *gate, void (*idle)(void *ctx), void *ctx)
{
	CHECK(!gate->idle);
	gate->idle = idle;
	gate->idle_ctx = ctx;
	tell_idle(gate);
}
