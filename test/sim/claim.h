/* claim.h - what somebody asked for, and whether an event is what that leaves behind: the judge of the walk and of the
 * ledger. */
#ifndef TEST_SIM_CLAIM_H
#define TEST_SIM_CLAIM_H

#include "deeds.h"

/* A request, in the journal's ids. Strs are borrowed; empty: there is none. */
struct claim {
	const struct deed *deed;
	struct str caller, session, target;
	struct str text, queue, phone;
	struct str
		thing; /* "queues/support": what a standing order is on; the id of a raised hand */
	uint64_t expires_in;
	bool saves; /* saveLAR */
	enum monitor_mode mode;
	const enum supervision
		*sight; /* of A_SIGHT; NULL: none is asked for, or it is not known which */
	const struct str *nickname; /* that a body must bear; NULL: it is not known which */
};

/* Is it what the deed leaves when it is done? */
bool claim_leaves(const struct claim *claim, const struct event *event);
/* Is it that, or something that may come with it? */
bool claim_explains(const struct claim *claim, const struct event *event);

/* In which mode the command puts a supervisor: at once, or in what its order delivers. */
enum supervision claim_supervision(enum command_kind command);
/* For agents alone: whatever a Coach or a consultant writes is, and never leaves. */
bool claim_is_whispered(const struct body_message *message);

/* The states that the event may leave its object in, by its name, as 1 << state (of an order: 1 << active; of a pair: 1 << held, of a hand: 1 << raised); 0: it says
 * nothing of a state. */
unsigned event_states(enum event_kind event);
/* Is its object in one of them? */
bool event_says_so(const struct event *event);

#endif
