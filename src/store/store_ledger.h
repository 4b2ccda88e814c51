/* store_ledger.h - the monitoring ledger's chain (core/ledger.h says what its rows are): rows are numbered
 * without a gap, and each one's checksum is over itself and the row before. */
#ifndef STORE_STORE_LEDGER_H
#define STORE_STORE_LEDGER_H

#include "core/ledger.h"
#include "store/store_chain.h"

/* Where a ledger ends. All zero: nothing is in it. */
struct ledger_end {
	uint64_t serial;
	struct chain chain;
};

/* What is stored of a row; its strs are borrowed. */
struct ledger_entry {
	struct str centre;
	uint64_t serial, lsn;
	msec at;
	struct str act, supervisor, agent, session, participation, mode, disclosure, cause, asker;
	struct str target, thing, reason;
	struct str chain;
};

/* The entry's checksum, if it is the next one: becomes the end. Reads all of entry but chain. */
void ledger_add(struct ledger_end *end, const struct ledger_entry *entry);
/* The next entry that the event makes, with its chain, which is borrowed from end. False: it makes none. */
bool ledger_next(struct ledger_end *end, struct str centre, const struct store_event *event,
	struct ledger_entry *entry);
bool ledger_is_same(const struct ledger_entry *a, const struct ledger_entry *b);

#endif
