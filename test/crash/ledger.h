/* ledger.h - what clients, customers and their carrier have themselves seen, and whether a store keeps
 * all of it.
 *
 * Kept from outside alone: answers and notifications at the clients (person_watch), bytes on the
 * carrier's wire, texts at the phones. Asked after a crash and at the end, it looks for every fact in
 * the journal. What was not answered may have happened or not. */
#ifndef CRASH_LEDGER_H
#define CRASH_LEDGER_H

#include <stdio.h>

#include "archive.h"
#include "carrier.h"
#include "gateway.h"
#include "net/net.h"
#include "person.h"

struct ledger;
struct ledger *ledger_new(void);

/* How far times can be trusted. All 0: one clock for all, and nobody is ever late, as in net_sim. */
struct ledger_times {
	msec skew; /* the server's clock may be so far from the net's */
	msec late; /* so long may the server be held up before it does what it was asked for */
	msec due; /* what comes by itself has the time at which it was due, and may come so much later */
};
void ledger_begin(struct ledger *ledger, struct net *net, const struct ledger_times *times);
void ledger_free(struct ledger **ledger);

/* --- what happens outside ------------------------------------------------------------------------ */

struct person_watch ledger_watch(struct ledger *ledger);
/* As carrier_settings.on_bytes, on_end and on_text; ctx is the ledger. */
void ledger_wire(void *ctx, unsigned link, bool from_server, struct str bytes);
void ledger_wire_over(void *ctx, unsigned link);
/* As gateway_settings.on_post and on_mail, and on_text as well. */
void ledger_posted(void *ctx, const struct gateway_post *post);
void ledger_mailed(void *ctx, const struct gateway_mail *mail, int status);
void ledger_text(void *ctx, bool from_customer, struct str phone, struct str text);
/* The server is gone. What it was asked for until settled is on disk, and what followed has arrived;
 * 0: it cannot be told. */
void ledger_dies(struct ledger *ledger, msec settled);
/* The server has been gone for so long that its last bytes have arrived everywhere. */
void ledger_crashed(struct ledger *ledger);
void ledger_note(struct ledger *ledger, const char *format, ...)
	PRINTF_LIKE(2, 3); /* for readers */

/* --- the question -------------------------------------------------------------------------------- */

/* NULL, or what is wrong, in words. at_rest: nobody does anything any more and nothing is on its way. */
const char *ledger_ask(struct ledger *ledger, const struct archive *archive, bool at_rest);
/* Of all kinds together: how much was seen, so that a run that proves nothing is noticed. */
uint64_t ledger_facts(const struct ledger *ledger);
uint64_t ledger_not_now(const struct ledger *ledger); /* how often: 503/4, or ESME_RSYSERR */
/* What of deeds.def was answered with success, and how often. */
const struct deeds_done *ledger_done(const struct ledger *ledger);
/* Texts of customers and receipts: that the carrier may forget; that had no answer when a bind was over. */
uint64_t ledger_acknowledged(const struct ledger *ledger);
uint64_t ledger_redelivered(const struct ledger *ledger);
uint64_t ledger_uncertain(const struct ledger *ledger); /* entries that somebody was shown so */
/* Messages on the wire, both ways, receipts and repeats among them; and how many of them went wrong: were refused,
 * or had no answer when their bind was over. */
uint64_t ledger_messages(const struct ledger *ledger);
uint64_t ledger_faults(const struct ledger *ledger);
/* Of several links of one carrier, and of a provider. */
struct ledger_met {
	uint64_t moved;       /* texts that waited for another link first; known once asked */
	uint64_t receipts;    /* taken over another link than that which took their text */
	uint64_t parts;       /* texts of customers whose parts came over several links */
	uint64_t hooks;       /* texts and receipts of the provider's that were taken */
	uint64_t posts_again; /* to the provider, of what it had */
	uint64_t early; /* receipts of the provider's before any answer that names their text */
	uint64_t aged;  /* sessions whose words were erased since they were old; known once asked */
};
const struct ledger_met *ledger_met(const struct ledger *ledger);
bool ledger_is_waiting(const struct ledger *ledger); /* for an answer, of whomever */
/* What happened last, or all of it, in words. */
void ledger_tell(const struct ledger *ledger, bool all, FILE *out);
struct str ledger_story(const struct ledger *ledger); /* all of it */

#endif
