/* topic.c - the table of topics. */
#include "push/topic.h"

#include "base/check.h"

#define BY_ME  (1u << PATTERN_ME)
#define BY_ALL (1u << PATTERN_ALL)

enum whose { ANYBODYS, PROGRAMS };

static const struct {
	struct str path;
	uint32_t heard_by;
	enum whose whose;
} topics[] = {
#define TOPIC(name, path, heard, whose) {{path, sizeof(path) - 1}, 1u << (name) | (heard), whose},
#include "push/topics.def"
#undef TOPIC
};

_Static_assert(TOPIC_COUNT <= 32, "a set of subscriptions is a uint32_t");

bool topic_find(struct str path, enum topic *out)
{
	for (unsigned i = 0; i < TOPIC_COUNT; i++) {
		if (!str_eq(path, topics[i].path))
			continue;
		*out = (enum topic)i;
		return true;
	}
	return false;
}

struct str topic_path(enum topic topic)
{
	CHECK(topic < TOPIC_COUNT);
	return topics[topic].path;
}

bool topic_is_programs(enum topic topic)
{
	CHECK(topic < TOPIC_COUNT);
	return topics[topic].whose == PROGRAMS;
}

uint32_t topic_heard_by(enum topic topic)
{
	CHECK(topic < TOPIC_COUNT);
	return topics[topic].heard_by;
}
