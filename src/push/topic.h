/* topic.h - what clients can subscribe to: topics and patterns over them. */
#ifndef PUSH_TOPIC_H
#define PUSH_TOPIC_H

#include "base/str.h"

enum topic {
#define TOPIC(name, path, heard, whose) name,
#include "push/topics.def"
#undef TOPIC
	TOPIC_COUNT
};

/* A set of subscriptions has the bit 1 << topic for each. */
bool topic_find(struct str path, enum topic *out); /* false: there is none of that name */
bool topic_is_programs(enum topic topic); /* whose role is integrator alone may subscribe to it */
struct str topic_path(enum topic topic);
/* The subscriptions that hear what is sent on this topic: its own, and patterns. */
uint32_t topic_heard_by(enum topic topic);

#endif
