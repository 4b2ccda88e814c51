/* store_dialect.h - what a database does for the engine: a journal, and tables behind it, each a table of
 * operations.
 *
 * The engine (store_journal, store_tables, store_writer, projector, store_engine) decides what is written and
 * when, and what the answer is; a dialect writes it. Operations give 0, or the database's own code of what
 * went wrong, which it explains itself: a transaction ends at the first one. `db` is used by one thread at a
 * time. Strs are borrowed for the call. */
#ifndef STORE_STORE_DIALECT_H
#define STORE_STORE_DIALECT_H

#include "store/store.h"
#include "store/store_kept.h"
#include "store/store_ledger.h"
#include "store/store_told.h"

/* To be written, or as it was read. */
struct journal_row {
	struct str centre;
	uint64_t epoch;
	const struct store_event *event;
	struct str salt, digest, chain; /* store_chain.h */
};

struct journal_ops {
	int (*begin)(void *db); /* a transaction, in which nobody else writes */
	/* Is this the centre's newest epoch? A code that settle calls FENCED: no. Also outside of one. */
	int (*is_ours)(void *db, struct str centre, uint64_t epoch);
	int (*name)(void *db, struct str centre); /* the first centre, which had no name */
	/* FENCED: somebody else's row has this lsn. */
	int (*insert)(void *db, const struct journal_row *row);
	/* That row's body is its image from now on, as event `by` says. One that is not there needs nothing. */
	int (*erase)(void *db, struct str centre, const struct body_erasure *erasure, uint64_t by);
	/* The first row behind `after`, its event in *event; borrowed until the next time, or until trim or settle.
	 * event->lsn 0: there is none. */
	int (*next)(void *db, struct str centre, uint64_t after, struct journal_row *row,
		struct store_event *event, bool *is_erased);
	/* The object was so when its last event went: instead of what was kept of it. */
	int (*keep)(void *db, const struct kept *kept);
	/* The same, but only where what is kept is of the same event. */
	int (*rekeep)(void *db, const struct kept *kept);
	/* The same where its key was erased: what is kept of that event is of this object from now on. */
	int (*rekey)(void *db, const struct kept *kept);
	/* Takes away the rows up to that one; the journal begins behind it from now on. chain: its. */
	int (*trim)(void *db, struct str centre, uint64_t lsn, struct str chain);
	/* Adds the ledger's next row; FENCED as insert. */
	int (*note)(void *db, const struct ledger_entry *entry);
	int (*commit)(void *db);
	/* Ends the transaction if one is open, and says what became of it; `what` was tried, for the log. */
	enum store_result (*settle)(void *db, int code, const char *what);
	/* Is there room for what must still be done? Asked before each transaction; says so in the log. */
	bool (*has_room)(void *db);
	int (*touch)(void *db); /* writes what means nothing: can it write? */
	int (*tidy)(void *db);  /* after a commit was answered: what it leaves to be done later */
	void (*close)(void *db);
};

/* An object to be written: several events of it become one row. */
struct changed_row {
	enum body_kind kind;
	void *body;
	uint64_t lsn; /* of the last event that wrote it, and of the first */
	uint64_t first_lsn;
};

/* Which of what was told is kept. */
struct told_limits {
	msec since;     /* nothing from before */
	uint64_t bytes; /* and no more than so much */
	size_t most;    /* that go at once, so that no transaction is long */
};

struct tables_ops {
	int (*begin)(void *db);
	/* Writes the row; what is there keeps its first_lsn. */
	int (*upsert)(void *db, struct str centre, const struct changed_row *row);
	/* The same, but only where `lsn` is the last event that wrote what is there. */
	int (*erase)(void *db, struct str centre, const struct changed_row *row);
	/* Adds a run (note_run_count), or what was made of a stretch that is there. */
	int (*keep)(void *db, struct str centre, const struct told_note *notes, size_t count);
	/* What was told of the session says nothing any more. */
	int (*blank)(void *db, struct str centre, struct str session);
	/* Takes away what is over the limits, the oldest first, and says so to the list. */
	int (*trim)(void *db, const struct told_limits *limits, struct told_list *told);
	int (*tell)(void *db, struct str centre, struct str user, struct told_range range);
	int (*mark)(void *db, struct str centre, uint64_t lsn, msec at); /* so far they stand now */
	int (*commit)(void *db);
	void (*roll_back)(void *db);
	/* What the code means, once rolled back: REFUSED: the disk takes no writes at present, try again;
	 * UNKNOWN: nothing is to be tried any more. Says so in the log. */
	enum store_result (*judge)(void *db, int code);
	int (*tidy)(void *db);
	/* Sees to it that all that was committed survives the loss of power. *is_safe: it does; else it was hindered. */
	int (*secure)(void *db, bool *is_safe);
	void (*rest)(
		void *db); /* nobody writes for a while: memory that made it quick is given back */
	void (*close)(void *db);
};

#endif
