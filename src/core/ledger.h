/* ledger.h - the monitoring ledger: who watched whom, in which session, how, since when and until when, and why.
 *
 * A row follows from one event alone, whoever reads it and whenever: so a second reading of the journal gives
 * the same rows. Never a customer's words, name or number. */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include "base/err.h"
#include "core/model/event.h"

enum ledger_act {
	LEDGER_ORDERED,     /* a standing order: the next session of an agent, or all */
	LEDGER_ORDER_ENDED, /* used up, cancelled, or the supervisor ended work */
	LEDGER_OFFERED,     /* a session, by an order */
	LEDGER_DECLINED,    /* by the supervisor */
	LEDGER_WITHDRAWN,   /* it was not taken */
	LEDGER_BEGAN,       /* the supervisor is in the session */
	LEDGER_ENDED,
	LEDGER_TOOK_OVER, /* the supervisor has the session from the agent, and is one */
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
	const char *mode;                  /* "Monitor" ...; of a take-over "TakeOver" */
	/* What the agent is told of it: "silent" (of who is seen anyway "none"), "icon", "report". */
	const char *disclosure;
	/* Of an order that names no agent: what it names, a word of order_on, and the name; else empty. */
	struct str target, thing;
	struct str reason; /* why, in the words of who gave the order */
	unsigned cause;    /* what led to it: enum cause_kind ... */
	struct str asker;  /* ... and who: user id, or the server's part */
};

/* Does the ledger have a row of events of this kind at all? */
bool ledger_knows(unsigned event_kind);
/* False: nobody supervises by this event. */
bool ledger_row_of(const struct event *event, struct ledger_row *row);

/* --- reading it --------------------------------------------------------------------------------- */

/* Rows of a page. What an auditor is given of them is not bounded by anything else. */
#define LEDGER_PAGE_MAX 500

/* Behind so many rows of that time that the reader may see: it tells nothing of the others. */
struct ledger_place {
	msec at;
	uint64_t skip;
};

/* A row as its reader is given it; words, not numbers. */
struct ledger_told {
	msec at, since; /* since: of Ended, when it began; else 0 */
	struct str act, supervisor, agent, session, mode, disclosure, cause, asker;
	struct str target, thing, reason;
};

struct ledger_query {
	struct str
		reader; /* user id: nothing is told of being watched oneself, and of one's own sessions */
	/* Instead of all that: the reader is the agent who was watched, and gets what is disclosed by report, but of the
	 * sessions below, which are not over. */
	bool is_report;
	bool is_agent; /* then nothing either of orders that may be on the reader with others */
	const struct str *sessions; /* some of those, which the tables may not have yet */
	size_t session_count;
	struct ledger_place from;
	size_t limit; /* 1 .. LEDGER_PAGE_MAX */
};

/* All zero is an empty one. */
struct ledger_page {
	struct arena arena; /* has the rows' strs */
	struct ledger_told rows[LEDGER_PAGE_MAX];
	size_t count;
	struct ledger_place next; /* what follows, if anything does, is from here */
	bool has_more;
};

/* Where a ledger is read: independent of the store that gave it, so another thread may. */
struct ledger_source {
	enum err (*read)(struct ledger_source *source, const struct ledger_query *query,
		struct ledger_page *page);
	void (*free)(struct ledger_source *source);
};

/* For sources, row by row from query->from.at on, in order: takes it if it is for the reader. False: the page is
 * full, there is more. */
bool ledger_page_add(struct ledger_page *page, const struct ledger_query *query,
	const struct ledger_told *row) MUST_CHECK;
void ledger_page_free(struct ledger_page *page); /* empties it */

#endif
