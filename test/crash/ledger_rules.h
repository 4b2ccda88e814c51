/* ledger_rules.h - asking an archive for the facts of a ledger: what people were shown
 * (ledger_rules_shown.c) and could read (ledger_rules_read.c), what they asked for (ledger_deeds.c, ledger_rules.c), the carrier and customers
 * (ledger_rules_sms.c). */
#ifndef CRASH_LEDGER_RULES_H
#define CRASH_LEDGER_RULES_H

#include "ledger_private.h"

struct inquiry {
	struct ledger *ledger;
	const struct archive *archive;
};

/* Entries of all transcripts with this text. */
size_t ledger_messages_of(const struct inquiry *in, struct str text, bool from_contact);

struct str ledger_user(const struct inquiry *in, const struct person *who); /* the id */

/* Was that supervisor in the session as agent at some time, and read it as one from then on? */
bool ledger_took_over(const struct inquiry *in, const struct person *who, struct str session);

/* The states in which somebody's agent was at some moment between question and answer, as 1 << state.
 * Gives the last one of all. */
enum agent_state ledger_agent_states(
	const struct inquiry *in, const struct fact *asked, unsigned *between);

void ledger_ask_shown(const struct inquiry *in);
void ledger_ask_read(const struct inquiry *in); /* ledger_rules_read.c: what is there is shown */
/* What was answered with success happened, and what was refused did not. */
void ledger_ask_deeds(const struct inquiry *in);
void ledger_ask_texts(const struct inquiry *in, bool at_rest); /* ledger_rules_text.c */
const char *ledger_deed_name(const struct fact *fact);

/* --- ledger_rules_aged.c --- */

/* The words of a session are erased so long after its end, and of each all of them; at rest, of all that ended so long
 * ago. */
void ledger_ask_aged(const struct inquiry *in, bool at_rest);
/* Were the words of the session erased? Then it may have been shown so. */
bool ledger_is_aged(const struct inquiry *in, struct str session);

/* --- ledger_rules_optout.c --- */

bool ledger_is_keyword(const struct fact *wrote); /* STOP or START: no text that is kept as such */
bool ledger_wrote_stop(const struct inquiry *in, struct str phone);
/* A STOP whose phone asked for texts again counts anew when a copy of it comes: better once too often than not at all. */
bool ledger_may_count_twice(const struct inquiry *in, const struct fact *wrote);
/* Who said STOP last gets no texts; who said START last does. */
void ledger_ask_optouts(const struct inquiry *in);
void ledger_ask_replies(const struct inquiry *in); /* at rest: each was confirmed */

/* --- ledger_rules_tried.c --- */

/* What a life had the time to send, and did not, does not count as tried in it. */
void ledger_ask_tried(const struct inquiry *in);

/* --- ledger_rules_sms.c --- */

/* How many with that text were given up, for want of an answer or since the carrier refused them. */
uint64_t ledger_given_up(const struct inquiry *in, struct str text);
void ledger_ask_carrier(const struct inquiry *in);
/* Does that link go to a provider? A text has a key there: it is sent once, however often it is posted. */
bool ledger_has_keys(const struct inquiry *in, struct str link);
/* Of a FACT_SUBMITTED, or FACT_TURNED_AWAY: is it that part, from 1, of that text, as it was queued? */
bool ledger_is_submit_of(const struct fact *fact, const struct body_outbound *out, uint64_t part);
/* Nothing was lost on the way: when all have come to rest. */
void ledger_ask_rest(const struct inquiry *in);

#endif
