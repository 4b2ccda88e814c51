/* ledger_private.h - the facts of a ledger: gathered in ledger.c, ledger_shown.c and ledger_wire.c,
 * looked for in ledger_rules.c. */
#ifndef CRASH_LEDGER_PRIVATE_H
#define CRASH_LEDGER_PRIVATE_H

#include <uthash.h>

#include "ledger.h"
#include "sms/address.h"
#include "smsc/smsc_inbox.h"

/* What was asked for so shortly after something else may have overtaken it on the way. */
#define LEDGER_MARGIN_MS 100

enum fact_kind {
	FACT_SHOWN_MESSAGE, /* who, session, text, word: type, number: index, user: nickname, asked: timestamp */
	FACT_SHOWN_STATE,    /* who, session, word: state */
	FACT_SHOWN_DELIVERY, /* of a text. who, session, word: deliveryState, number: its index */
	FACT_SHOWN_PARTICIPANT, /* who, session, text: the participantId, word: nickname */
	FACT_READ_STATE, /* asked, at: when that was so. who, session, word: state, number: 1 in a list */
	FACT_READ_LIST,       /* of all own sessions, each a FACT_READ_STATE. who, asked, at */
	FACT_READ_TRANSCRIPT, /* as a whole. who, session, asked, number: how many entries */
	FACT_READ_REFUSED, /* who, session, asked, at, number: status of HTTP, word: "running", of such alone */
	FACT_READ_CHANNEL, /* the own one, asked, at: when that was so. who, word: state */
	FACT_TOLD_CHANNEL, /* of a change, once each. who, word: state, asked: the life's begin */
	FACT_ASKED,        /* who, command, session, user, text */
	FACT_DONE,         /* the same: answered that it is so */
	FACT_REFUSED,      /* the same; number: the code */
	FACT_DELIVERED,    /* who: a supervisor; session: which the watched agent `user` accepted */
	FACT_WROTE,        /* a customer. user: phone, text, number: for the how-manieth time */
	FACT_ACKNOWLEDGED, /* the same: the carrier was told that it may forget it. word: the provider's id */
	FACT_SUBMITTED, /* to the carrier. user: phone, text, number: see LEDGER_PART; or, with the word LEDGER_POSTED, to a provider, see ledger_piece */
	FACT_RECEIVED,  /* by a customer, whole. user: phone, text */
	FACT_TAKEN, /* by the carrier. text: its message id, number: the bind in which it said so */
	FACT_PART,  /* acknowledged, of a long text. user: phone, text: what it says */
	FACT_CUT_OFF, /* user: phone whose text had no answer when the link broke, asked: when */
	FACT_TURNED_AWAY, /* by the carrier, for good. user: phone, text, number: see LEDGER_PART */
	FACT_RECEIPT,     /* the carrier has one. text: the message id, word: the state it tells */
	FACT_RECEIPTED,   /* the carrier may forget a receipt. The same, word: the state it tells */
	FACT_KINDS,
};

/* From the carrier's writing to the server's reading, at most. */
#define LEDGER_READ_MS 20

#define LEDGER_POSTED "posted"

/* Of a part of a long text; 0: it is the whole text. */
#define LEDGER_PART(reference, part) ((uint64_t)(reference) << 8 | (part))

/* Facts that are equal up to `count` are one. */
struct fact {
	enum fact_kind kind;
	const struct person *who; /* NULL: the carrier, a customer */
	enum command_kind command;
	bool to_queue, is_next;               /* see struct asked */
	struct str session, user, text, word; /* in the ledger's arena */
	struct str parting;                   /* what was to be said in going; there as well */
	uint64_t number;
	msec asked;
	/* not compared */
	msec at;       /* first seen, or answered */
	unsigned life; /* of the server, in which that was */
	msec again; /* last seen; FACT_SUBMITTED; of receipts of a provider when they were posted */
	unsigned count;
	uint64_t lives; /* in which it was seen, a bit each; FACT_SUBMITTED alone */
	unsigned link;  /* over which, last; FACT_TAKEN and FACT_PART alone */
	bool is_read;   /* FACT_TAKEN: by the server, certainly; set when the bind is over */
	UT_hash_handle hh;
	struct fact *next;
};

/* What a supervisor's order on an agent certainly is. */
enum order_state { ORDER_UNKNOWN, ORDER_ACTIVE, ORDER_OVER };
struct order {
	const struct person *supervisor;
	struct str agent; /* name; in the arena */
	enum order_state state;
	bool is_next;
	unsigned in_flight; /* what may change it */
	uint64_t nth;       /* the request that was the first about it */
	bool has_overlap;   /* while one was in flight, the agent's Accept was as well */
	msec asked;         /* the last that may have changed it */
	struct order *next;
};

/* A request on its way. */
#define WATCHERS_MAX 8
struct flight {
	const struct asked *asked;
	uint64_t nth; /* of all requests */
	msec at;
	/* of an Accept: whose order must deliver the session */
	const struct order *watchers[WATCHERS_MAX];
	size_t watcher_count;
	struct flight *prev, *next;
};

/* A life of the server that is over. What was asked for until settled was on disk, and what followed from that had
 * arrived, before it ended; 0: the disk took nothing, nobody knows. */
struct past_life {
	msec began, settled;
};
#define LIVES_MOST 64

/* The carrier's links, and the provider's: of that each life of the server is one bind. */
#define LEDGER_GATEWAY CARRIER_LINKS_MOST
#define LEDGER_WIRES   (CARRIER_LINKS_MOST + 1)

/* A link, as the carrier sees it. */
struct seen_link {
	unsigned bind;                        /* of all binds of all links, from 1; 0: none yet */
	msec heard;                           /* when the server last said anything there */
	bool has_unbound;                     /* the carrier, from the bind that there is */
	struct buf from_server, from_carrier; /* bytes that make no whole PDU yet */
	struct deliver *delivers;             /* not answered yet */
	struct submit *submits;               /* the same, of the server */
};

struct ledger {
	struct net *net;
	struct past_life past[LIVES_MOST]; /* past[0] is life 1 */
	struct ledger_times times;
	struct arena arena;
	struct fact *by_key, *first[FACT_KINDS], *last[FACT_KINDS];
	struct deeds_done done;
	uint64_t facts, not_now;   /* not_now: answers 503/4 and ESME_RSYSERR */
	uint64_t messages, faults; /* on the wire */
	uint64_t redelivered;      /* of the carrier, without an answer when a bind was over */
	struct flight *flights;
	struct order *orders;
	uint64_t asks;
	unsigned life;
	bool is_dying; /* the life is over, and its last bytes are on their way */
	msec began;    /* the life */
	struct buf story, key;
	unsigned binds; /* of all wires */
	struct seen_link wires[LEDGER_WIRES];
	struct smsc_inbox *acknowledged; /* parts of customers' texts */
	struct ledger_met met;
	struct buf broken; /* what a rule found */
};

/* life: from 1. */
static inline uint64_t ledger_life_bit(unsigned life)
{
	return UINT64_C(1) << (life - 1);
}

/* What the server's clock shows now: not before, and not after. A question is noted as early, and all else as late,
 * as it may have been. */
msec ledger_not_before(const struct ledger *ledger);
msec ledger_not_after(const struct ledger *ledger);

/* Keeps a copy; gives the kept one, which is an older one if it is equal. */
struct fact *ledger_fact(struct ledger *ledger, const struct fact *fact);
/* How often, with that user and text. */
uint64_t ledger_times(const struct ledger *ledger, enum fact_kind kind, const struct fact *same);
#define FACTS_EACH(ledger, of_kind, it)                                                            \
	for (const struct fact *it = (ledger)->first[of_kind]; it; it = it->next)

/* FACT_DONE or FACT_REFUSED of that FACT_ASKED; NULL: not answered so. */
const struct fact *ledger_answer(
	const struct ledger *ledger, enum fact_kind kind, const struct fact *asked);

/* The spelling in which a phone stands in facts, with a plus; a name as it is. room: of the caller. */
#define LEDGER_PHONE_ROOM (ADDRESS_ROOM + 2)
struct str ledger_phone(char *room, struct str phone);

/* Says what is wrong, if nothing was before. */
void ledger_blame(struct ledger *ledger, const char *format, ...) PRINTF_LIKE(2, 3);

/* --- ledger_read.c --------------------------------------------------------------------------- */

/* What a GET was answered: all that there is, or that there is nothing. */
void ledger_read(
	struct ledger *ledger, const struct flight *flight, int status, const json_t *answer);

/* --- ledger_shown.c -------------------------------------------------------------------------- */

/* flight: of the GET that this answers; NULL: a notification. session: of the path; empty: none. */
void ledger_see(struct ledger *ledger, const struct person *who, struct str session,
	const json_t *data, const struct flight *flight);
/* After a supervisor left: another Accept may have delivered the session once more. */
bool ledger_may_be_delivered_again(const struct ledger *ledger, const struct fact *done);

/* --- ledger_wire.c --------------------------------------------------------------------------- */

/* A provider is posted what is very long in several texts: the nth of them, from 1; empty: there are not so many. */
struct str ledger_piece(struct str text, uint64_t piece);
void ledger_wires_crashed(struct ledger *ledger);
void ledger_wires_end(struct ledger *ledger); /* forgets what has no answer */
/* What the carrier said on binds that still are: was that read? */
void ledger_wires_read(struct ledger *ledger);
bool ledger_wires_are_waiting(const struct ledger *ledger);

/* --- ledger_orders.c ------------------------------------------------------------------------- */

void ledger_order_asked(struct ledger *ledger, struct flight *flight);
void ledger_order_answered(
	struct ledger *ledger, const struct flight *flight, bool is_done, int code);

#endif
