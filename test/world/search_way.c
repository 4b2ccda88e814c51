/* search_way.c - going to a state again by the way it was reached: to tell it, and to compare futures. */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>

/* The moves from the first state to this one. */
static size_t way_to(const struct search *search, uint32_t state, struct move **moves)
{
	size_t count = 0;
	for (uint32_t s = state; search->visited.from[s].parent != s;
		s = search->visited.from[s].parent)
		count++;
	*moves = mem_new((count + 1) * sizeof **moves);
	for (size_t i = count; i > 0; i--) {
		(*moves)[i - 1] = search->visited.from[state].move;
		state = search->visited.from[state].parent;
	}
	return count;
}

static void go(struct world *world, struct move move)
{
	struct rows after = {0};
	enum err e = move_do(world, move);
	CHECK(e == OK);
	world_remember(world, &after);
	world_settle(world, &after);
	rows_copy(&world->rows, &after);
	rows_free(&after);
	world_restore(world, NULL);
}

static void print_move(const struct world *world, struct move move, const char *prefix)
{
	struct buf line = {0};
	move_say(world, move, &line);
	fprintf(stderr, "%s%.*s\n", prefix, STR_ARGS(buf_str(&line)));
	buf_free(&line);
}

void search_print_way(
	const struct search *search, uint32_t state, const struct move *last, const char *prefix)
{
	struct world world;
	struct move *moves;
	size_t count = way_to(search, state, &moves);
	world_init(&world, &search->world.scope);
	for (size_t i = 0; i < count; i++) {
		print_move(&world, moves[i], prefix);
		go(&world, moves[i]);
	}
	if (last)
		print_move(&world, *last, prefix);
	world_fini(&world);
	free(moves);
}

/* --- futures ------------------------------------------------------------------------------------ */

/* What came of one move. Users and customers may be exchanged between equal states, so a move is named by
 * its kind, and who is told is counted by class. */
struct future {
	uint64_t kind, err;
	uint8_t agents[EVENT_NUMBER_END], others[EVENT_NUMBER_END]; /* told of each kind of event */
	struct hash to;
};

struct futures {
	struct future *at;
	size_t count;
};

static void count_told(const struct world *world, const struct event *event, struct future *future)
{
	for (size_t i = 0; i < event->recipient_count; i++) {
		const struct user *user = event->recipients[i].user;
		bool is_agent =
			user != world->program && world_user(world, user) < world->scope.agents;
		(is_agent ? future->agents : future->others)[event->kind]++;
	}
}

static int compare(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct future));
}

/* Into a future that is all 0, since its padding is compared, too. */
static void try_future(struct world *world, struct move move, struct future *future)
{
	struct image image;
	future->kind = move.kind;
	future->err = move_do(world, move);
	if (future->err != OK)
		return;
	for (size_t i = 0; i < world->outcome.count; i++)
		count_told(world, &world->outcome.events[i], future);
	image_of(world, &image);
	future->to = image_hash(&world->scope, &image);
}

/* What comes of every move, in an order of its own. */
static struct futures futures_of(struct world *world)
{
	struct moves moves = {0};
	world_restore(world, NULL);
	moves_list(world, &moves);
	struct futures futures = {mem_new((moves.count + 1) * sizeof *futures.at), moves.count};
	for (size_t i = 0; i < moves.count; i++) {
		world_restore(world, NULL);
		try_future(world, moves.at[i], &futures.at[i]);
	}
	free(moves.at);
	qsort(futures.at, futures.count, sizeof *futures.at, compare);
	return futures;
}

static struct futures futures_at(const struct search *search, uint32_t state)
{
	struct world world;
	struct move *moves;
	size_t count = way_to(search, state, &moves);
	world_init(&world, &search->world.scope);
	for (size_t i = 0; i < count; i++)
		go(&world, moves[i]);
	struct futures futures = futures_of(&world);
	world_fini(&world);
	free(moves);
	return futures;
}

bool search_merges_well(struct search *search, const struct rows *a, uint32_t b)
{
	struct world world;
	world_init(&world, &search->world.scope);
	rows_copy(&world.rows, a);
	struct futures of_a = futures_of(&world), of_b = futures_at(search, b);
	bool is_same = of_a.count == of_b.count &&
		       memcmp(of_a.at, of_b.at, of_a.count * sizeof *of_a.at) == 0;
	free(of_a.at);
	free(of_b.at);
	world_fini(&world);
	return is_same;
}
