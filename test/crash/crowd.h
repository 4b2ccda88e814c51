/* crowd.h - customers who write to the centre, each text but STOP told from every other. */
#ifndef CRASH_CROWD_H
#define CRASH_CROWD_H

#include "carrier.h"
#include "dice.h"
#include "gateway.h"

#define CROWD_PHONES 5
/* A sender without a number. */
#define CROWD_NAME "Info24"
/* One more, who also writes STOP and START, in turn, and whose number comes in several spellings. */
#define CROWD_REFUSER "+420600000009"
/* Long texts, in all: parts of two texts from one phone with the same reference, of 8 bits, would be one. */
#define CROWD_LONGS_MAX 200

struct crowd {
	struct net *net;
	struct carrier *carrier;
	struct gateway *gateway; /* that some of them write through; NULL: none does */
	struct dice dice, ways;
	msec pause_most_ms; /* between two texts of all */
	struct net_timer timer;
	unsigned texts, longs, keywords;
};

void crowd_begin(struct crowd *crowd, struct net *net, struct carrier *carrier,
	struct gateway *gateway, msec pause_most_ms, uint64_t seed);
void crowd_end(struct crowd *crowd);

#endif
