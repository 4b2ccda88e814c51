/* worlds.c - features, put together by name. */
#include "worlds.h"

static const struct scope least = {
	.agents = 1, .supervisors = 1, .customers = 1, .sessions = 1, .parts = 1, .capacity = 2};

static bool add(struct str name, struct scope *scope)
{
#define FEATURE(feature, what, words)                                                              \
	if (str_is(name, #feature)) {                                                              \
		what;                                                                              \
		return true;                                                                       \
	}
#define EXTRA FEATURE
#define MORE(world)
#define DEPTH(world, depth)
#define UNMET(world, words)
#define CHECKED(world)
#include "worlds.def"
	return false;
}

bool worlds_find(struct str name, struct scope *scope)
{
	*scope = least;
	do
		if (!add(str_cut(&name, '+'), scope))
			return false;
	while (name.len);
	return true;
}

unsigned worlds_depth(struct str name)
{
	static const struct {
		const char *world;
		unsigned depth;
	} rows[] = {
#define FEATURE(feature, what, words)
#define EXTRA(feature, what, words)
#define MORE(world)
#define DEPTH(world, depth) {#world, depth},
#define UNMET(world, words)
#define CHECKED(world)
#include "worlds.def"
		{NULL, 0},
	};
	for (size_t i = 0; rows[i].world; i++)
		if (str_is(name, rows[i].world))
			return rows[i].depth;
	return 0;
}

bool worlds_is_unmet(struct str name, const char *words)
{
	static const struct {
		const char *world, *words;
	} rows[] = {
#define FEATURE(feature, what, words)
#define EXTRA(feature, what, words)
#define MORE(world)
#define DEPTH(world, depth)
#define UNMET(world, words) {#world, words},
#define CHECKED(world)
#include "worlds.def"
		{NULL, ""},
	};
	for (size_t i = 0; rows[i].world; i++)
		if (str_is(name, rows[i].world) && strcmp(words, rows[i].words) == 0)
			return true;
	return false;
}
