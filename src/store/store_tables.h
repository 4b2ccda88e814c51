/* store_tables.h - turning events into rows, over a dialect: each object is written once a transaction,
 * however often it changed, and where the tables stand is written with it. */
#ifndef STORE_STORE_TABLES_H
#define STORE_STORE_TABLES_H

#include "store/store_dialect.h"

/* Opened by its dialect, which fills in what comes first. Of the projector's thread, once that runs. */
struct tables {
	const struct tables_ops *ops; /* NULL: not open */
	void *db;
	struct str centre; /* owned; empty until the centre's first event */
	uint64_t lsn;      /* projected */
	msec at;           /* time of that event */
	/* the transaction being gathered; next_lsn is lsn while it is empty */
	struct changed_row *rows;
	size_t count, cap;
	uint64_t next_lsn;
	msec next_at;
	struct arena arena;
	struct told_note *notes;
	size_t note_count, note_cap;
	struct told_list *told; /* borrowed; stays as the tables stand, or shortly will */
	uint64_t told_bytes_max;
};

/* Gathers the next event; packed bytes are borrowed until tables_commit. False: not an event that
 * this program knows, or not the next one. */
bool tables_add(struct tables *tables, const struct store_event *event) MUST_CHECK;
/* Gathers what was told of the events gathered; borrowed as they are. */
void tables_keep(struct tables *tables, const struct told_note *note);
/* All of a batch, which is borrowed as well. */
bool tables_add_batch(struct tables *tables, const struct batch *batch) MUST_CHECK;
/* Writes all that was gathered in one transaction, or nothing; either way none is gathered then.
 * The dialect's code. */
int tables_commit(struct tables *tables) MUST_CHECK;
int tables_tidy(struct tables *tables) MUST_CHECK;
/* Of all that they hold now: *is_safe: it survives the loss of power. */
int tables_secure(struct tables *tables, bool *is_safe) MUST_CHECK;
/* Nothing comes for a while: gives memory back. What is written next costs a little more. */
void tables_rest(struct tables *tables);
void tables_close(struct tables *tables); /* empties them; ones that are not open are fine */

/* By key fields, in the order of the primary key. */
int body_key_cmp(enum body_kind kind, const void *a, const void *b);

#endif
