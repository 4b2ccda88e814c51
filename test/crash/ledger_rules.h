/* ledger_rules.h - asking an archive for the facts of a ledger: of people (ledger_rules.c), of the carrier
 * and customers (ledger_rules_sms.c). */
#ifndef CRASH_LEDGER_RULES_H
#define CRASH_LEDGER_RULES_H

#include "ledger_private.h"

struct inquiry {
	struct ledger *ledger;
	const struct archive *archive;
};

/* Entries of all transcripts with this text. */
size_t ledger_messages_of(const struct inquiry *in, struct str text, bool from_contact);

void ledger_ask_carrier(const struct inquiry *in);
/* Nothing was lost on the way: when all have come to rest. */
void ledger_ask_rest(const struct inquiry *in);

#endif
