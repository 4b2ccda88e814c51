/* aging.c - a round in steps, each a turn of the loop or some work of the worker:
 *
 *   RESTING  until the next round
 *   READING  the worker reads: which sessions are due, and some rows of the journal at a time
 *   ERASING  one session a step; then the next ones are read, until none is due
 *   SWEEPING the same for words of no session, as far as the journal is old enough
 *
 * What cannot be erased yet, since a text of it is still on its way, is passed over, and comes again in the next round. */
#include "server/aging.h"

#include <stdlib.h>

#include "base/log.h"
#include "core/aged.h"
#include "server/erasure.h"

/* Of no session: rows of a step. */
#define LOOSE_ROWS 64

enum aging_state { AGING_STOPPED, AGING_RESTING, AGING_READING, AGING_ERASING, AGING_SWEEPING };

/* What the worker has; it lives on without its aging until the worker gives it back. */
struct aging_reading {
	struct aging *aging; /* NULL: nobody waits any more */
	struct aged_source *source;
	struct aged aged;
	msec since; /* what is older is due */
	struct aged_place behind;
	bool has_begun, is_sweep;
	enum err err;
};

struct aging {
	struct net *net;
	struct centre *centre;
	const struct erasure *erasure;
	struct net_timer step;
	enum aging_state state;
	struct aging_reading *reading; /* in RESTING none */
	size_t next;                   /* session, or row of no session */
	uint64_t lsn;                  /* of the last step: it is on disk before the next */
	struct aged_place behind;      /* the last session of this round */
	uint64_t swept;                /* so far the journal has no words of no session ... */
	uint64_t refused;      /* ... but for those that were not to go yet; the first; 0: none */
	size_t sessions, rows; /* erased in this round */
	msec next_at;          /* the next one: however long this one takes */
	bool is_own;           /* what happens now is done here */
	bool is_outdated;
};

static void on_step(void *ctx);

struct aging *aging_new(struct net *net, struct centre *centre, const struct erasure *erasure)
{
	struct aging *aging = mem_new(sizeof *aging);
	*aging = (struct aging) {
		.net = net, .centre = centre, .erasure = erasure, .state = AGING_RESTING};
	aging->step = (struct net_timer) {.fire = on_step, .ctx = aging};
	net_timer_start(net, &aging->step, AGING_LOOK_LEAST_MS);
	return aging;
}

msec aging_pause(msec kept_ms)
{
	msec pause = kept_ms / AGING_LOOKS;
	if (!kept_ms || pause > AGING_LOOK_MOST_MS)
		return AGING_LOOK_MOST_MS;
	return pause < AGING_LOOK_LEAST_MS ? AGING_LOOK_LEAST_MS : pause;
}

static msec kept_ms(const struct aging *aging)
{
	return (msec)centre_core(aging->centre)->settings[SETTING_KEEP_TEXTS_FOR];
}

/* --- reading ------------------------------------------------------------------------------------- */

static void reading_free(struct aging_reading **reading)
{
	if (!*reading)
		return;
	(*reading)->source->free((*reading)->source);
	aged_free(&(*reading)->aged);
	free(*reading);
	*reading = NULL;
}

static void work(void *ctx)
{
	struct aging_reading *r = ctx;
	if (r->has_begun)
		r->err = r->source->words(r->source, &r->aged);
	else
		r->err = r->source->due(r->source, r->since, r->behind, &r->aged);
	r->has_begun = true;
}

/* Whoever is read for is gone by now, or waits in READING. */
static void let_go(struct aging *aging)
{
	if (aging->reading && aging->state == AGING_READING)
		aging->reading->aging = NULL; /* the worker gives it back */
	else
		reading_free(&aging->reading);
	aging->reading = NULL;
}

static void rest(struct aging *aging)
{
	msec left = aging->next_at - net_now(aging->net);
	let_go(aging);
	aging->state = AGING_RESTING;
	net_timer_start(aging->net, &aging->step, left > 0 ? left : AGING_STEP_MS);
}

static void go_on(struct aging *aging, enum aging_state state, msec pause)
{
	aging->state = state;
	net_timer_start(aging->net, &aging->step, pause);
}

static void was_read(struct aging *aging)
{
	const struct aging_reading *reading = aging->reading;
	aging->next = 0;
	go_on(aging, reading->is_sweep ? AGING_SWEEPING : AGING_ERASING, AGING_STEP_MS);
	if (reading->err != OK)
		rest(aging);
}

static void read_done(void *ctx)
{
	struct aging_reading *reading = ctx;
	struct aging *aging = reading->aging;
	if (!aging)
		reading_free(&reading);
	else if (reading->err == OK && reading->aged.has_more && !reading->is_sweep)
		net_work(aging->net, work, read_done, reading);
	else
		was_read(aging);
}

static struct aging_reading *begin_reading(struct aging *aging)
{
	struct aging_reading *reading = mem_new(sizeof *reading);
	*reading = (struct aging_reading) {.aging = aging,
		.source = centre_aged(aging->centre),
		.since = net_now(aging->net) - kept_ms(aging),
		.behind = aging->behind};
	aging->reading = reading;
	aging->state = AGING_READING;
	aging->is_outdated = false;
	return reading;
}

static void read_sessions(struct aging *aging)
{
	net_work(aging->net, work, read_done, begin_reading(aging));
}

static void read_loose(struct aging *aging)
{
	struct aging_reading *reading = begin_reading(aging);
	reading->is_sweep = reading->has_begun = true;
	reading->aged.before = reading->since;
	reading->aged.reached = aging->swept;
	net_work(aging->net, work, read_done, reading);
}

/* --- erasing ------------------------------------------------------------------------------------- */

static enum err erase(
	struct aging *aging, struct str session, const struct body_erasure *rows, size_t count)
{
	const struct command command = {
		.kind = CMD_ERASE_AGED, .aged = {session, rows, count, net_now(aging->net)}};
	aging->is_own = true;
	enum err e = port_apply(centre_port(aging->centre), &command, &aging->lsn);
	aging->is_own = false;
	if (e == OK)
		aging->rows += count;
	return e;
}

static void end_round(struct aging *aging)
{
	if (aging->rows)
		log_info("server",
			"the words of %zu sessions, which ended long enough ago, were erased, in "
			"%zu rows",
			aging->sessions, aging->rows);
	if (aging->refused)
		aging->swept = aging->refused - 1;
	rest(aging);
}

static void erase_session(struct aging *aging)
{
	const struct aged *aged = &aging->reading->aged;
	if (aging->next == aged->count) {
		bool are_all = aged->count < AGED_SESSIONS_MAX;
		let_go(aging);
		if (are_all)
			read_loose(aging);
		else
			read_sessions(aging);
		return;
	}
	const struct aged_session *session = &aged->sessions[aging->next++];
	aging->behind = (struct aged_place) {session->ended, session->serial};
	enum err e = ERR_NOT_FOUND;
	if (session->has_end)
		e = erase(aging, session->id, session->rows.at, session->rows.count);
	aging->sessions += e == OK;
	if (e == ERR_STORE)
		rest(aging);
	else
		go_on(aging, AGING_ERASING, AGING_STEP_MS);
}

/* One that has to stay must not keep the others. */
static enum err erase_loose(struct aging *aging, const struct body_erasure *rows, size_t count)
{
	enum err e = erase(aging, STR_NONE, rows, count);
	for (size_t i = 0; i < count && e != OK && e != ERR_STORE; i++) {
		enum err one = erase(aging, STR_NONE, &rows[i], 1);
		if (one == ERR_STORE)
			return one;
		if (one != OK && (!aging->refused || rows[i].row < aging->refused))
			aging->refused = rows[i].row;
	}
	return e == ERR_STORE ? e : OK;
}

static void sweep_on(struct aging *aging)
{
	bool has_more = aging->reading->aged.has_more;
	aging->swept = aging->reading->aged.reached;
	let_go(aging);
	if (has_more)
		read_loose(aging);
	else
		end_round(aging);
}

/* How much there is to look through hangs on all that happened: sessions, which come next, do not wait for it. */
static bool is_late(const struct aging *aging)
{
	return net_now(aging->net) + AGING_STEP_MS >= aging->next_at;
}

static void sweep(struct aging *aging)
{
	const struct aged *aged = &aging->reading->aged;
	size_t left = aged->loose.count - aging->next;
	if (is_late(aging)) {
		end_round(aging);
		return;
	}
	if (!left) {
		sweep_on(aging);
		return;
	}
	size_t count = left < LOOSE_ROWS ? left : LOOSE_ROWS;
	enum err e = erase_loose(aging, aged->loose.at + aging->next, count);
	aging->next += count;
	if (e == ERR_STORE)
		rest(aging);
	else
		go_on(aging, AGING_SWEEPING, AGING_STEP_MS);
}

/* --- steps ---------------------------------------------------------------------------------------- */

static void begin_round(struct aging *aging)
{
	aging->behind = (struct aged_place) {0};
	aging->refused = aging->lsn = 0;
	aging->sessions = aging->rows = 0;
	aging->next_at = net_now(aging->net) + aging_pause(kept_ms(aging));
	if (kept_ms(aging) && !erasure_is_busy(aging->erasure) &&
		centre_takes_writes(aging->centre))
		read_sessions(aging);
	else
		rest(aging);
}

static void on_step(void *ctx)
{
	struct aging *aging = ctx;
	bool may = !erasure_is_busy(aging->erasure) && kept_ms(aging);
	if (aging->state == AGING_RESTING)
		begin_round(aging);
	else if (!may || aging->is_outdated)
		rest(aging);
	else if (gate_durable(centre_gate(aging->centre)) < aging->lsn)
		go_on(aging, aging->state, AGING_STEP_MS);
	else if (aging->state == AGING_ERASING)
		erase_session(aging);
	else
		sweep(aging);
}

void aging_events(struct aging *aging, const struct event *events, size_t count)
{
	bool is_set = false;
	for (size_t i = 0; i < count && !aging->is_own; i++) {
		aging->is_outdated |= events[i].kind == EV_BODY_ERASED;
		is_set |= events[i].kind == EV_SETTING_CHANGED;
	}
	if (is_set && aging->state == AGING_RESTING)
		net_timer_start(aging->net, &aging->step, AGING_LOOK_LEAST_MS);
}

void aging_stop(struct aging *aging)
{
	net_timer_stop(aging->net, &aging->step);
	let_go(aging);
	aging->state = AGING_STOPPED;
}

void aging_free(struct aging **slot)
{
	struct aging *aging = *slot;
	if (!aging)
		return;
	aging_stop(aging);
	free(aging);
	*slot = NULL;
}
