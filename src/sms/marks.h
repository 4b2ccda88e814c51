/* marks.h - places in the journal of which somebody wants to know when they are on disk; several at a time. */
#ifndef SMS_MARKS_H
#define SMS_MARKS_H

#include "sms/sms.h"

struct mark;
struct marks {
	struct port *port;
	/* The owner's: is called once for each. Not durable: it never will be. */
	void (*done)(void *owner, uint64_t lsn, bool is_durable);
	void *owner;
	struct mark *waiting;
	struct mark *spare; /* mostly there is one at a time */
};

void marks_wait(struct marks *marks, uint64_t lsn); /* perhaps done at once */
void marks_forget(struct marks *marks);             /* of none of them anything is told any more */

#endif
