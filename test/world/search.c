/* search.c - one state after the other: restore it, try every move, look at what came of it. */
#include "search.h"
#include "core/model/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double clock_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void search_fail(struct search *search, const char *sentence, struct str why)
{
	search->failures++;
	const struct move *last = search->move.kind == MOVE_NONE ? NULL : &search->move;
	fprintf(stderr, "# broken: %s\n#   %.*s\n# the conversation:\n", sentence, STR_ARGS(why));
	search_print_way(search, search->state, last, "#   ");
}

/* --- a restart changes nothing ------------------------------------------------------------------ */

static void dump_of(const struct core *core, struct buf *out)
{
	out->len = 0;
	core_dump(core, out);
}

/* What is remembered after the step makes the same centre again; so does forgetting what is over. */
static void check_restart(struct search *search)
{
	static struct buf live, again;
	struct world *world = &search->world;
	struct core *restored = core_new();
	core_forget(world->core, world->core->lsn, CORE_FORGET_ALL);
	core_check(world->core);
	dump_of(world->core, &live);
	rows_evolve(&search->after, restored, world->core->last_at);
	dump_of(restored, &again);
	core_check(restored);
	core_free(&restored);
	if (!str_eq(buf_str(&live), buf_str(&again)))
		search_fail(search, "a restart changes nothing", STR("core_dump differs"));
	buf_free(&live);
	buf_free(&again);
}

/* --- new and old states ------------------------------------------------------------------------- */

static bool is_every(uint64_t nth, uint64_t count)
{
	return nth && count % nth == 0;
}

static void keep(struct search *search, uint32_t state)
{
	struct buf bytes = {0};
	world_settle(&search->world, &search->after);
	rows_pack(&search->after, &search->world.strings, &bytes);
	frontier_put(&search->frontier, state, buf_str(&bytes));
	buf_free(&bytes);
}

static void meet(struct search *search, struct hash hash)
{
	bool is_new;
	struct visited_from from = {search->state, search->move};
	uint32_t state = visited_add(&search->visited, hash, from, &is_new);
	bool is_checked = !is_new && is_every(search->limits.merges, ++search->merged);
	if (!is_new && !is_checked)
		return;
	world_remember(&search->world, &search->after);
	if (is_new) {
		if (is_every(search->limits.dumps, state))
			check_restart(search);
		keep(search, state);
		return;
	}
	world_settle(&search->world, &search->after);
	if (search_merges_well(search, &search->after, state))
		return;
	search_fail(search, "states that are merged go on alike",
		STR("some step from here ends otherwise than after the second conversation"));
	fprintf(stderr, "# the second conversation:\n");
	search_print_way(search, state, NULL, "#   ");
}

/* --- one state ---------------------------------------------------------------------------------- */

static void check_step(struct search *search)
{
	static struct buf why;
	struct step step = {&search->world, search->move, &search->tally, &search->listed};
	why.len = 0;
	core_check(search->world.core);
	const char *sentence = properties_broken_by(&step, &why);
	if (sentence)
		search_fail(search, sentence, buf_str(&why));
	buf_free(&why);
}

static bool is_full(const struct search *search)
{
	return search->stopped || search->failures;
}

/* Gives whether the core was changed. */
static bool try_move(struct search *search, struct tried tried[USERS_MAX][SESSIONS_MAX])
{
	struct world *world = &search->world;
	uint64_t lsn = world->core->lsn;
	enum err e = move_do(world, search->move);
	tried_note(tried, search->move, e == OK && !world_told_of_failure(world));
	tally_move(&search->tally, search->move, e, world->outcome.count > 0);
	struct image image;
	if (e == OK)
		image_of(world, &image);
	const char *sentence =
		silence_note(&search->silence, world, search->move, e, e == OK ? &image : NULL);
	if (sentence)
		search_fail(search, sentence, STR_NONE);
	if (e != OK) {
		search->refusals++;
		if (world->outcome.count || world->core->lsn != lsn)
			search_fail(search, "what is refused changes nothing", STR_NONE);
		return false;
	}
	search->steps++;
	check_step(search);
	if (world->outcome.count == 0 && !move_is_deadline(search->move))
		return false;
	meet(search, image_hash(&world->scope, &image));
	return true;
}

/* All that is refused here, once more on one core: it must be the same core after it. */
static void check_refused(struct search *search, const bool *refused)
{
	struct buf before = {0}, after = {0};
	world_restore(&search->world, NULL);
	core_dump(search->world.core, &before);
	for (size_t i = 0; i < search->moves.count; i++)
		if (refused[i] && move_do(&search->world, search->moves.at[i]) == OK)
			search_fail(search, "the same is refused again", STR_NONE);
	core_dump(search->world.core, &after);
	if (!str_eq(buf_str(&before), buf_str(&after)))
		search_fail(search, "what is refused changes nothing", STR("core_dump differs"));
	buf_free(&before);
	buf_free(&after);
}

static void check_capabilities(struct search *search, struct tried tried[USERS_MAX][SESSIONS_MAX])
{
	struct buf why = {0};
	world_restore(&search->world, NULL);
	const char *sentence = capabilities_broken(&search->world, tried, &search->tally, &why);
	if (sentence)
		search_fail(search, sentence, buf_str(&why));
	buf_free(&why);
}

static void check_silence(struct search *search)
{
	uint32_t other;
	if (silence_close(&search->silence, &search->world.scope, search->state, &other))
		return;
	search->move = (struct move) {.kind = MOVE_NONE};
	search_fail(search, "whoever watches, a step goes on alike for all others",
		STR("some step from here ends otherwise than after the second conversation"));
	fprintf(stderr, "# the second conversation:\n");
	search_print_way(search, other, NULL, "#   ");
}

static void look_at(struct search *search)
{
	struct world *world = &search->world;
	struct tried tried[USERS_MAX][SESSIONS_MAX] = {0};
	struct image before;
	world_restore(world, NULL);
	image_of(world, &before);
	listed_note(&search->listed, world);
	silence_open(&search->silence, world, &before);
	moves_list(world, &search->moves);
	bool *refused = mem_new(search->moves.count * sizeof *refused), is_fresh = true;
	for (size_t i = 0; i < search->moves.count && !is_full(search); i++) {
		if (!is_fresh)
			world_restore(world, NULL);
		search->move = search->moves.at[i];
		uint64_t refusals = search->refusals;
		is_fresh = !try_move(search, tried);
		refused[i] = search->refusals > refusals;
	}
	if (!is_full(search)) {
		check_silence(search);
		check_capabilities(search, tried);
		if (is_every(search->limits.dumps, search->state))
			check_refused(search, refused);
	}
	free(refused);
}

/* --- all states --------------------------------------------------------------------------------- */

static size_t memory_of(const struct search *search)
{
	return visited_bytes(&search->visited) + search->frontier.bytes +
	       silence_bytes(&search->silence);
}

static void check_limits(struct search *search, double started)
{
	search->seconds = clock_seconds() - started;
	if (search->limits.seconds && search->seconds > (double)search->limits.seconds)
		search->stopped = "seconds";
	if (search->limits.memory && memory_of(search) > search->limits.memory)
		search->stopped = "memory";
}

static void begin(struct search *search)
{
	struct image image;
	image_of(&search->world, &image);
	world_remember(&search->world, &search->after);
	meet(search, image_hash(&search->world.scope, &image));
}

/* Taken from anywhere, a state says only how long the way to it is. */
static void note_depth(struct search *search)
{
	uint64_t steps = 0;
	const struct visited_from *from = search->visited.from;
	for (uint32_t s = search->state; from[s].parent != s; s = from[s].parent)
		steps++;
	if (steps > search->depth)
		search->depth = steps;
}

static uint64_t next_block(struct search *search)
{
	uint64_t *seed = &search->limits.random;
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Gives whether it lies within the depth. */
static bool take(struct search *search, struct str bytes)
{
	rows_copy(&search->world.rows, &search->world.setup);
	rows_unpack(&search->world.rows, &search->world.strings, bytes);
	if (search->limits.random) {
		note_depth(search);
		return true;
	}
	if (search->state < search->layer_end)
		return true;
	search->layer_end = search->visited.count;
	search->depth++;
	return search->depth != search->limits.depth;
}

static void say_progress(const struct search *search)
{
	fprintf(stderr, "# %.0f s: %zu states, %llu steps, depth %llu, frontier %zu, %zu MiB\n",
		search->seconds, search->visited.count, (unsigned long long)search->steps,
		(unsigned long long)search->depth, search->frontier.count, memory_of(search) >> 20);
}

void search_run(struct search *search, const struct scope *scope, const struct limits *limits)
{
	double started = clock_seconds(), said = started;
	struct str bytes;
	*search = (struct search) {.limits = *limits};
	search->silence.tally = &search->tally;
	world_init(&search->world, scope);
	outcome_reset(&search->world.outcome);
	begin(search);
	search->layer_end = 1;
	while (!is_full(search) &&
		frontier_take(&search->frontier, next_block(search), &search->state, &bytes)) {
		if (!take(search, bytes)) {
			search->stopped = "depth";
			break;
		}
		look_at(search);
		check_limits(search, started);
		if (clock_seconds() - said > 30) {
			said = clock_seconds();
			say_progress(search);
		}
	}
	search->seconds = clock_seconds() - started;
	bool is_whole =
		!search->stopped || (limits->world && strcmp(search->stopped, "depth") == 0);
	if (is_whole && !search->failures)
		search->failures = tally_missing(
			&search->tally, scope, str_of(limits->world ? limits->world : ""));
}

void search_fini(struct search *search)
{
	world_fini(&search->world);
	visited_free(&search->visited);
	frontier_free(&search->frontier);
	silence_free(&search->silence);
	rows_free(&search->after);
	free(search->moves.at);
}
