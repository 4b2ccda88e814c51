/* talk.h - a run as a conversation that a person can read: who asked what, who was told what, when.
 *
 *   12.340 sam    Monitor ana NextChat
 *   12.342 sam    < 200 {"statusCode":0}
 *   12.360 carrier < SUBMIT_SM ... */
#ifndef TEST_SIM_TALK_H
#define TEST_SIM_TALK_H

#include "base/buf.h"
#include "person.h"

/* All zero is an empty one. */
struct talk {
	struct buf text;
	struct buf piece; /* of a PDU that has not come whole yet */
};

void talk_asked(struct talk *talk, msec at, const struct asked *asked);
void talk_moved(struct talk *talk, msec at, const char *who, const char *what);
/* HTTP answers, or SMPP PDUs where who is "carrier". */
void talk_bytes(struct talk *talk, msec at, struct str who, struct str bytes);
void talk_free(struct talk *talk);

#endif
