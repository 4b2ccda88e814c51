/* moment.h - when a life of the server ends: at some time, or at something that is seen of it. */
#ifndef CRASH_MOMENT_H
#define CRASH_MOMENT_H

#include "base/msec.h"
#include "dice.h"

#include <stdbool.h>

enum sight {
	SIGHT_START,        /* of the process: nobody saw anything yet */
	SIGHT_BIND,         /* the link binds */
	SIGHT_ANSWER,       /* somebody is answered with success */
	SIGHT_READ,         /* somebody has read a session */
	SIGHT_TOLD,         /* somebody is told */
	SIGHT_ACKNOWLEDGED, /* the carrier may forget a text or receipt */
	SIGHT_SUBMIT,       /* the carrier gets a text */
	SIGHTS,
};

#define LIFE_MOST_MS 1500 /* then it ends even though that was not seen */

struct moment {
	enum sight at;
	unsigned nth; /* of these; counts down to 0 */
	msec after;   /* and then so much later */
};

struct moment moment_draw(struct dice *dice);
/* Is it that one? Then true, once. */
bool moment_is_now(struct moment *moment, enum sight seen);

#endif
