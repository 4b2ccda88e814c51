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

struct futures {
	struct hash *at;
	size_t count;
};

static int by_hash(const void *x, const void *y)
{
	const struct hash *a = x, *b = y;
	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

/* Every state that one move leads to, each once, in order. */
static struct futures futures_of(struct world *world)
{
	struct futures futures = {0};
	struct moves moves = {0};
	struct image image;
	world_restore(world, NULL);
	moves_list(world, &moves);
	futures.at = mem_new((moves.count + 1) * sizeof *futures.at);
	for (size_t i = 0; i < moves.count; i++) {
		world_restore(world, NULL);
		if (move_do(world, moves.at[i]) != OK)
			continue;
		image_of(world, &image);
		futures.at[futures.count++] = image_hash(&world->scope, &image);
	}
	free(moves.at);
	qsort(futures.at, futures.count, sizeof *futures.at, by_hash);
	size_t kept = 0;
	for (size_t i = 0; i < futures.count; i++)
		if (kept == 0 || by_hash(&futures.at[kept - 1], &futures.at[i]) != 0)
			futures.at[kept++] = futures.at[i];
	futures.count = kept;
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
