/* store_writer.h - the thread that writes the journal, one append at a time. */
#ifndef STORE_STORE_WRITER_H
#define STORE_STORE_WRITER_H

#include "store/projector.h"
#include "store/store_journal.h"

/* An append on its way. The writer fills in the result and hands it to loop->post. */
struct append {
	struct batch *batch;
	enum store_result result;
	void (*done)(void *ctx, enum store_result result);
	void *ctx;
	void *owner; /* the store; NULL once it is closed. The loop's */
};

/* When rows of the journal go (journal_trim). */
struct trimming_settings {
	msec kept_ms;  /* as they were so old when the last event came; 0: never */
	unsigned most; /* rows of a transaction, for which an append may have to wait */
	msec pause_ms; /* between two of them */
};
/* Some milliseconds of work, and 10,000 rows a second: more than come, for long. */
#define TRIMMING(kept) ((struct trimming_settings) {.kept_ms = (kept), .most = 200, .pause_ms = 20})

enum writer_probe { PROBE_NONE, PROBE_ASKED, PROBE_GOOD, PROBE_BAD };

struct writer {
	struct journal journal; /* of the thread while it runs */
	struct projector *projector;
	const struct store_loop *loop;
	void (*arrive)(void *append); /* on the loop */
	/* How often it is asked, while nothing else is to be done, whether the journal is still ours; 0: never,
	 * the next append finds out. Not so: lost(ctx), once, on the thread. */
	msec ask_ms;
	void (*lost)(void *ctx);
	/* Opens what could not be opened at the start, because the disk took no writes. OK: the journal is
	 * open and the projector runs; ERR_STORE: not yet; else nothing is tried any more. */
	enum err (*open)(void *ctx, struct buf *why);
	void *ctx;
	struct trimming_settings trimming;
	bool may_trim;             /* there are rows that may go; of the thread, as the next one */
	msec trims_at;             /* the next transaction, monotonic */
	atomic_uint_fast64_t base; /* the journal's: up to here it was trimmed */
	atomic_int_fast64_t first_at;
	atomic_bool is_lost; /* another one has the centre: found by an append, or by asking */
	pthread_t thread;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t work, rest;
	struct append *append;
	enum writer_probe probe;
	bool is_open;    /* set by the thread, unless it was from the start */
	bool is_sick;    /* a write's outcome is unknown: nothing is tried any more */
	bool is_resting; /* nothing to do */
	bool is_stopping;
};

/* The members above the thread are set, and is_open; if that is true the journal is open and the
 * projector runs already. */
void writer_start(struct writer *w);
/* Finishes what it was given, ends the thread and closes the journal, if it is open. */
void writer_stop(struct writer *w);
void writer_append(struct writer *w, struct append *append);
/* Asks the thread to try a write; true if the last one asked for succeeded. Never waits. */
bool writer_probe(struct writer *w);
/* Waits until the thread has nothing to do: also the checkpoint after an append is over then. */
void writer_settle(struct writer *w);
/* How far the journal was trimmed, and when its first row was written (0: there is none). Cheap. */
uint64_t writer_base(struct writer *w);
msec writer_first_at(struct writer *w);
bool writer_is_open(struct writer *w);
bool writer_is_ours(struct writer *w); /* as far as is known; cheap */

#endif
