/* access.h - what a party may do now: `capabilities`. The same questions decide whether an
 * operation succeeds, so the list is exactly what succeeds. */
#ifndef CORE_ACCESS_H
#define CORE_ACCESS_H

#include "core/core.h"

/* In the order in which the API prints them (samples of the SMS Session API). */
#define CAPABILITIES(X)                                                                            \
	X(CAN_ACCEPT, "Accept")                                                                    \
	X(CAN_REJECT, "Reject")                                                                    \
	X(CAN_LEAVE, "Leave")                                                                      \
	X(CAN_INVITE, "Invite")                                                                    \
	X(CAN_COMPLETE, "Complete")                                                                \
	X(CAN_SEND_MESSAGE, "SendMessage")

enum capability {
#define X(name, word) name,
	CAPABILITIES(X)
#undef X
		CAPABILITY_COUNT
};

unsigned access_capabilities(
	const struct core *core, const struct viewer *viewer); /* bit 1 << capability */
const char *access_name(enum capability capability);

#endif
