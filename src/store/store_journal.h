/* store_journal.h - the journal's writing end, over a dialect: an append is one transaction, whose rows are
 * chained and numbered without a gap, and only the owner's. Reading it: store_journal_reader.h. */
#ifndef STORE_STORE_JOURNAL_H
#define STORE_STORE_JOURNAL_H

#include "store/store_chain.h"
#include "store/store_dialect.h"

/* Drawn at once, since each draw is a call of the kernel; 1 KiB. */
#define JOURNAL_SALTS 64

/* Opened by its dialect, which fills it in. Of the journal's thread, once that runs. */
struct journal {
	const struct journal_ops *ops; /* NULL: not open */
	void *db;
	struct str centre; /* owned; empty until the centre's first event */
	uint64_t epoch;    /* ours: one more at each open */
	uint64_t last;     /* lsn of the last row */
	struct chain chain;
	struct ledger_end ledger;
	uint64_t base; /* up to here it was trimmed; 0: it was not */
	struct chain base_chain;
	msec first_at, last_at; /* of the rows that are there; 0: there are none */
	bool is_doubtful;       /* a row is not what was written: nothing is trimmed any more */
	unsigned char salts[JOURNAL_SALTS][CHAIN_SALT_BYTES]; /* of rows to come */
	unsigned salts_left;
};

/* Which rows may go. */
struct trim_limits {
	msec before;    /* older than this */
	uint64_t up_to; /* and no later ones: the tables hold them, safe from the loss of power */
	unsigned most;  /* at once, so that an append waits for no more */
};

/* One transaction: all events or none, with what of them is the monitoring ledger's. The first event of all must be of the centre. */
enum store_result journal_write(struct journal *journal, const struct batch *batch);
/* For a dialect, in a transaction of its own while it opens: notes in the ledger what the event says, which is in
 * the journal since before there was a ledger. The dialect's code. */
int journal_note(struct journal *journal, const struct store_event *event);
/* One transaction: takes away the oldest rows within the limits, and keeps of each object how it was. The chain goes on
 * from the last of them. Rows are checked before: one that is not what was written stays, with all behind it. */
enum store_result journal_trim(struct journal *journal, const struct trim_limits *limits);
/* For a dialect, while it opens: when its first row and its last one were written. The dialect's code. */
int journal_read_times(struct journal *journal);
/* Is it still ours? FENCED, or DURABLE: nobody said anything else. Writes nothing. */
enum store_result journal_ask_owner(struct journal *journal);
bool journal_has_room(struct journal *journal);
enum store_result journal_touch(struct journal *journal);
enum store_result journal_tidy(struct journal *journal);
void journal_close(struct journal *journal); /* empties it; one that is not open is fine */

#endif
