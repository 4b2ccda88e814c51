/* route.c - the table of operations.def and the way into it. */
#include "api/call.h"

#define REQUIRED     true
#define OPTIONAL     false
#define api_not_read NULL /* there is no GET */

enum {
#define RESOURCE(name, path, feature, role, find, read) RESOURCE_##name,
#define OPERATION(resource, name, command, act, ...)
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION
	RESOURCES
};

static const struct resource resources[RESOURCES] = {
#define RESOURCE(name, path, feature, role, find, read) {path, feature, role, find, read},
#define OPERATION(resource, name, command, act, ...)
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION
};

static call_step *const updates[RESOURCES] = {
#define RESOURCE(name, path, feature, role, find, read)
#define OPERATION(resource, name, command, act, ...)
#define UPDATE(resource, update) [RESOURCE_##resource] = update,
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION
};

static call_step *const creates[RESOURCES] = {
#define RESOURCE(name, path, feature, role, find, read)
#define OPERATION(resource, name, command, act, ...)
#define CREATE(resource, create) [RESOURCE_##resource] = create,
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION
};

static call_step *const removes[RESOURCES] = {
#define RESOURCE(name, path, feature, role, find, read)
#define OPERATION(resource, name, command, act, ...)
#define REMOVE(resource, remove) [RESOURCE_##resource] = remove,
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION
};

#define NONE
#define TEXT(name, need, least, most, field)                                                       \
	{PARAM_TEXT, name, need, least, most, offsetof(struct command, field), NULL},
#define URL(name, need, field)                                                                     \
	{PARAM_URL, name, need, 1, URL_CHARS_MAX, offsetof(struct command, field), NULL},
#define NAME(name, most, field)                                                                    \
	{PARAM_NAME, name, OPTIONAL, 0, most, offsetof(struct command, field), NULL},
#define WORD(name, words, otherwise, field)                                                        \
	{PARAM_WORD, name, OPTIONAL, otherwise, 0, offsetof(struct command, field), &words},
#define USER(names, need, field)                                                                   \
	{PARAM_USER, names, need, 1, TARGET_URI_CHARS_MAX, offsetof(struct command, field), NULL},
#define TARGET(names, field)                                                                       \
	{PARAM_TARGET, names, OPTIONAL, 1, TARGET_URI_CHARS_MAX, offsetof(struct command, field),  \
		NULL},
#define QUEUE(name, need, field)                                                                   \
	{PARAM_QUEUE, name, need, 1, QUEUE_NAME_CHARS_MAX, offsetof(struct command, field), NULL},
#define THING(names, field)                                                                        \
	{PARAM_THING, names, REQUIRED, 1, TARGET_URI_CHARS_MAX, offsetof(struct command, field),   \
		NULL},
#define NUMBER(name, least, most, field)                                                           \
	{PARAM_NUMBER, name, OPTIONAL, least, most, offsetof(struct command, field), NULL},
#define PHONE(name, field)                                                                         \
	{PARAM_PHONE, name, REQUIRED, 1, PHONE_CHARS_MAX, offsetof(struct command, field), NULL},
#define FLAG(name, field) {PARAM_FLAG, name, OPTIONAL, 0, 0, offsetof(struct command, field), NULL},
#define PAIRS(name, least, most, field)                                                            \
	{PARAM_PAIRS, name, REQUIRED, least, most, offsetof(struct command, field), NULL},
#define NAMES(name, least, most, field)                                                            \
	{PARAM_NAMES, name, REQUIRED, least, most, offsetof(struct command, field), NULL},
#define LIST(name, least, most) {PARAM_LIST, name, REQUIRED, least, most, 0, NULL},

static const struct operation operations[] = {
#define RESOURCE(name, path, feature, role, find, read)
#define OPERATION(resource, name, command, act, ...)                                               \
	{RESOURCE_##resource, name, CMD_##command, act,                                            \
		(const struct param[]) {__VA_ARGS__ {PARAM_END}}},
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION
};
#define OPERATIONS (sizeof operations / sizeof operations[0])

static const struct {
	int resource;
	const char *name, *operation;
} aliases[] = {
#define RESOURCE(name, path, feature, role, find, read)
#define OPERATION(resource, name, command, act, ...)
#define ALIAS(resource, name, operation) {RESOURCE_##resource, name, operation},
#include "api/operations.def"
#undef RESOURCE
#undef OPERATION
};

/* Is it the pattern's as far as that has no hole? Few are, so most patterns are done with after some letters. */
static bool may_match(const char *pattern, struct str path)
{
	size_t n = 1;
	while (n < path.len && pattern[n] && pattern[n] == path.at[n])
		n++;
	return pattern[n] == '{' || (n >= path.len && !pattern[n]);
}

/* Segment by segment; neither side may have more of them. An empty one matches nothing, so a
 * slash at the end leads nowhere. */
static bool is_match(struct str pattern, struct str path, struct route_ids *ids)
{
	while (pattern.len && path.len) {
		pattern = str_skip(pattern, 1);
		path = str_skip(path, 1);
		size_t a = 0, b = 0;
		while (a < pattern.len && pattern.at[a] != '/')
			a++;
		while (b < path.len && path.at[b] != '/')
			b++;
		struct str want = str_from(pattern.at, a), have = str_from(path.at, b);
		if (str_is(want, "{id}") && have.len)
			ids->id = have;
		else if (str_is(want, "{session}") && have.len)
			ids->session = have;
		else if (!str_eq(want, have))
			return false;
		pattern = str_skip(pattern, a);
		path = str_skip(path, b);
	}
	return pattern.len == 0 && path.len == 0;
}

const struct resource *route_find(struct str path, struct route_ids *ids)
{
	for (size_t i = 0; i < RESOURCES; i++) {
		*ids = (struct route_ids) {.id = STR_NONE};
		if (may_match(resources[i].path, path) &&
			is_match(str_of(resources[i].path), path, ids))
			return &resources[i];
	}
	return NULL;
}

static struct str real_name(const struct resource *resource, struct str name)
{
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
		if (&resources[aliases[i].resource] == resource && str_is(name, aliases[i].name))
			return str_of(aliases[i].operation);
	return name;
}

const struct operation *route_operation(const struct resource *resource, struct str name)
{
	name = real_name(resource, name);
	for (size_t i = 0; i < OPERATIONS; i++)
		if (&resources[operations[i].resource] == resource &&
			str_is(name, operations[i].name))
			return &operations[i];
	return NULL;
}

bool route_has_operations(const struct resource *resource)
{
	for (size_t i = 0; i < OPERATIONS; i++)
		if (&resources[operations[i].resource] == resource)
			return true;
	return false;
}

call_step *route_update(const struct resource *resource)
{
	return updates[resource - resources];
}

call_step *route_create(const struct resource *resource)
{
	return creates[resource - resources];
}

call_step *route_remove(const struct resource *resource)
{
	return removes[resource - resources];
}

const struct resource *route_resource(size_t index)
{
	return index < RESOURCES ? &resources[index] : NULL;
}

const struct operation *route_operation_at(size_t index)
{
	return index < OPERATIONS ? &operations[index] : NULL;
}
