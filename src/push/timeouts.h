/* timeouts.h - who has until when: a line in the order of its ends, so that one timer serves all of it. */
#ifndef PUSH_TIMEOUTS_H
#define PUSH_TIMEOUTS_H

#include "net/net.h"

struct timeouts;

/* A place in at most one line. Embedded in what waits; all zero is in none. */
struct timeout {
	struct timeout *prev, *next;
	struct timeouts *in;
	msec at;
};

struct timeouts {
	struct net *net;
	struct timeout *first;
	struct net_timer timer;
	msec armed; /* for when the timer is set; 0: it is not */
	void (*expired)(void *ctx, struct timeout *timeout); /* it is in no line any more */
	void *ctx;
};

/* The struct stays in place afterwards. */
void timeouts_init(struct timeouts *timeouts, struct net *net,
	void (*expired)(void *ctx, struct timeout *timeout), void *ctx);
void timeouts_fini(struct timeouts *timeouts); /* stops the timer */
/* Puts it in, out of whatever line it was in; ms from now. Behind all with no later end: looked for from
 * the back, where one of the usual time belongs. */
void timeouts_put(struct timeouts *timeouts, struct timeout *timeout, msec ms);
void timeout_drop(struct timeout *timeout); /* one that is in no line is fine */

#endif
