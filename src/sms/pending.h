/* pending.h - what waits until a command is on disk, while its owner may go away meanwhile. */
#ifndef SMS_PENDING_H
#define SMS_PENDING_H

#include "sms/sms.h"

struct pending;
struct pending_list { /* all zero is an empty one */
	struct pending *first;
};

/* Calls done(owner, item, true) once lsn is on disk, (owner, item, false) if it never will be;
 * perhaps at once. */
void pending_hold(struct pending_list *list, const struct sms_world *world, uint64_t lsn,
	void (*done)(void *owner, uint64_t item, bool is_durable), void *owner, uint64_t item);
/* The owner goes: nothing of the list is called any more. */
void pending_forget(struct pending_list *list);

#endif
