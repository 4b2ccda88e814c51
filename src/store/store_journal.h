/* store_journal.h - the journal's writing end, over a dialect: an append is one transaction, whose rows are
 * chained and numbered without a gap, and only the owner's. Reading it: store_journal_reader.h. */
#ifndef STORE_STORE_JOURNAL_H
#define STORE_STORE_JOURNAL_H

#include "store/store_chain.h"
#include "store/store_dialect.h"

/* Opened by its dialect, which fills it in. Of the journal's thread, once that runs. */
struct journal {
	const struct journal_ops *ops; /* NULL: not open */
	void *db;
	struct str centre; /* owned; empty until the centre's first event */
	uint64_t epoch;    /* ours: one more at each open */
	uint64_t last;     /* lsn of the last row */
	struct chain chain;
	struct ledger_end ledger;
};

/* One transaction: all events or none, with what of them is the monitoring ledger's. The first event of all must be of the centre. */
enum store_result journal_write(struct journal *journal, const struct batch *batch);
/* For a dialect, in a transaction of its own while it opens: notes in the ledger what the event says, which is in
 * the journal since before there was a ledger. The dialect's code. */
int journal_note(struct journal *journal, const struct store_event *event);
/* Is it still ours? FENCED, or DURABLE: nobody said anything else. Writes nothing. */
enum store_result journal_ask_owner(struct journal *journal);
bool journal_has_room(struct journal *journal);
enum store_result journal_touch(struct journal *journal);
enum store_result journal_tidy(struct journal *journal);
void journal_close(struct journal *journal); /* empties it; one that is not open is fine */

#endif
