/* typists.h - agents who, beside all else that they do, write in each session that they are in, answered or
 * not: so that something is always on its way. */
#ifndef CRASH_TYPISTS_H
#define CRASH_TYPISTS_H

#include "person.h"

struct typists {
	struct net *net;
	struct person *people; /* borrowed */
	size_t count;
	msec pause_ms;
	struct net_timer timer;
	unsigned texts;
};

void typists_begin(struct typists *typists, struct net *net, struct person *people, size_t count,
	msec pause_ms);
void typists_end(struct typists *typists);

#endif
