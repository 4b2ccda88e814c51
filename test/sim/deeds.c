/* deeds.c - the table, and choosing from it by weight. */
#include "deeds.h"
#include "base/check.h"

#define THREE(a, b, c)                                                                             \
	{                                                                                          \
		a, b, c                                                                            \
	}

static const struct deed deeds[] = {
#define DEED(path, name, command, with, agents, supervisors)                                       \
	{path, name, "", CMD_##command, with, {THREE agents, THREE supervisors}},
#define READ(path, query, agents, supervisors)                                                     \
	{path, NULL, query, COMMAND_KINDS, NOTHING, {THREE agents, THREE supervisors}},
#include "deeds.def"
#undef DEED
#undef READ
};
#define DEED_COUNT (sizeof deeds / sizeof deeds[0])

const struct deed *deed_at(size_t index)
{
	return index < DEED_COUNT ? &deeds[index] : NULL;
}

const struct deed *deed_find(const char *path, const char *name)
{
	for (size_t i = 0; i < DEED_COUNT; i++) {
		const struct deed *deed = &deeds[i];
		bool is_same = name ? deed->name && strcmp(deed->name, name) == 0 : !deed->name;
		if (is_same && strcmp(deed->path, path) == 0)
			return deed;
	}
	return NULL;
}

unsigned deed_weight(int who, enum deed_moment moment)
{
	unsigned sum = 0;
	for (size_t i = 0; i < DEED_COUNT; i++)
		sum += deeds[i].weights[who][moment];
	return sum;
}

const struct deed *deed_pick(int who, enum deed_moment moment, unsigned pick)
{
	for (size_t i = 0; i < DEED_COUNT; i++) {
		if (pick < deeds[i].weights[who][moment])
			return &deeds[i];
		pick -= deeds[i].weights[who][moment];
	}
	CHECK(!"pick is below the sum of weights");
	return NULL;
}

enum deed_target deed_target(const struct deed *deed)
{
	if (!strstr(deed->path, "{id}"))
		return TARGET_NONE;
	return strncmp(deed->path, "/me/", 4) == 0 ? TARGET_SESSION : TARGET_USER;
}
