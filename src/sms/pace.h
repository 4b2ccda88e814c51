/* pace.h - how fast a link sends to a carrier that says "too fast" (ESME_RTHROTTLED), "full"
 * (ESME_RMSGQFUL) or that it is in trouble: the gap between two parts doubles with each such answer
 * and shrinks by an eighth with each part that is taken. So it settles near what the carrier takes,
 * and one such answer for one text costs the others some tens of milliseconds and not the link a
 * second. (Kannel stops the link for a second; Jasmin puts the one text off for thirty.) */
#ifndef SMS_PACE_H
#define SMS_PACE_H

#include "base/msec.h"

/* The first gap: 20 parts a second, what the smaller contracts with carriers allow. */
#define PACE_FIRST_MS 50
/* The longest: a carrier that takes nothing is asked once a second whether it does again. */
#define PACE_LAST_MS 1000
/* Below, there is none: some hundred parts a second, which a gap in ms no longer tells apart. */
#define PACE_LEAST_MS 5
/* Carriers count by the second or the minute: after so long without such an answer the past says
 * nothing any more. */
#define PACE_FORGET_MS 60000

/* So many parts of a second's share leave at once where a contract allows more than one each PACE_LEAST_MS: a gap in
 * ms no longer tells them apart. */
struct pace_limit {     /* all zero: none */
	unsigned parts; /* in `per` ms */
	msec per;
	int64_t next_us; /* when the next one's share begins, in microseconds */
};

struct pace { /* all zero: as fast as can be */
	msec gap;
	msec slowed_at;                   /* when the gap grew last */
	msec next_at;                     /* not before this */
	struct pace_limit second, minute; /* what the contract allows */
};

/* parts a second and a minute; 0: no bound. */
void pace_allow(struct pace *pace, unsigned per_second, unsigned per_minute);
/* Does it hold parts back one by one? */
bool pace_is_slow(const struct pace *pace);

/* The carrier could not take what was sent at sent_at. What left before the pace changed last says
 * nothing new, so a whole window of such answers counts once. */
void pace_slow(struct pace *pace, msec sent_at, msec now);
void pace_ease(struct pace *pace); /* it took one */
void pace_sent(struct pace *pace, msec now);
msec pace_wait(struct pace *pace, msec now); /* so long until the next may leave; 0: now */

#endif
