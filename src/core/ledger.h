/* ledger.h - the monitoring ledger: who watched whom, in which session, how, since when and until when, and why.
 *
 * A row follows from one event alone, whoever reads it and whenever: so a second reading of the journal gives
 * the same rows. Never a customer's words, name or number. */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include "core/event.h"

enum ledger_act {
	LEDGER_ORDERED,     /* a standing order: the next session of an agent, or all */
	LEDGER_ORDER_ENDED, /* used up, cancelled, or the supervisor ended work */
	LEDGER_OFFERED,     /* a session, by an order */
	LEDGER_DECLINED,    /* by the supervisor */
	LEDGER_WITHDRAWN,   /* it was not taken */
	LEDGER_BEGAN,       /* the supervisor is in the session */
	LEDGER_ENDED,
	LEDGER_ACTS
};
/* "Ordered", "OrderEnded", ... */
const char *ledger_act_name(enum ledger_act act);

/* Its strs are the event's. */
struct ledger_row {
	enum ledger_act act;
	uint64_t lsn; /* of the event */
	msec at;
	struct str supervisor, agent;      /* user ids; the agent who is watched */
	struct str session, participation; /* ids; empty: of an order */
	enum supervision mode;
	const char *
		disclosure; /* what the agent is told of it: "silent"; of who is seen anyway: "none" */
	unsigned cause;     /* what led to it: enum cause_kind ... */
	struct str asker; /* ... and who: user id, or the server's part */
};

/* Does the ledger have a row of events of this kind at all? */
bool ledger_knows(unsigned event_kind);
/* False: nobody supervises by this event. */
bool ledger_row_of(const struct event *event, struct ledger_row *row);

#endif
