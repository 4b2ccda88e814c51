/* crowd.h - customers who write to the centre, each text told from every other. */
#ifndef CRASH_CROWD_H
#define CRASH_CROWD_H

#include "carrier.h"
#include "dice.h"

#define CROWD_PHONES 5
/* Writes nothing but STOP and START, in turn, each with more exclamation marks than the one before. */
#define CROWD_REFUSER "+420600000009"

struct crowd {
	struct net *net;
	struct carrier *carrier;
	struct dice dice;
	msec pause_most_ms; /* between two texts of all */
	struct net_timer timer;
	unsigned texts, keywords;
};

void crowd_begin(struct crowd *crowd, struct net *net, struct carrier *carrier, msec pause_most_ms,
	uint64_t seed);
void crowd_end(struct crowd *crowd);

#endif
