/* store_sample.h - for the store's tests: a loop, events made by hand, folders, and a record of
 * what a store gives back. */
#ifndef STORE_STORE_SAMPLE_H
#define STORE_STORE_SAMPLE_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sys/types.h>

#include "base/arena.h"
#include "store/store_sqlite.h"

/* --- a loop: posted calls in order, and timers of a simulated time ----------------------------- */

struct sample_call {
	void (*fn)(void *arg);
	void *arg;
	msec at;
};
struct sample_loop {
	struct store_loop loop; /* give this to a store */
	pthread_mutex_t mutex;
	pthread_cond_t more;
	struct sample_call posted[64], timers[64];
	size_t posted_count, timer_count;
	msec now;
};
void sample_loop_init(struct sample_loop *loop);
void sample_turn(struct sample_loop *loop); /* waits for a posted call and runs it */
bool sample_is_idle(struct sample_loop *loop);
void sample_advance(struct sample_loop *loop, msec ms); /* runs the timers that come due */

/* --- events ------------------------------------------------------------------------------------- */

struct sample {
	struct arena arena;
	struct store_event events[8192]; /* two hundred of each body, and room */
	size_t count;
	uint64_t lsn; /* of the last event */
};
/* A whole body with every field set: the nth object of its kind, in its given version. What decides
 * whether it is open says that it is. Sessions are called id1 ..; their things name session 1. */
void sample_body(struct sample *sample, enum body_kind kind, unsigned nth, unsigned version,
	union any_body *body);
void sample_add(struct sample *sample, enum body_kind kind, const void *body);
void sample_add_nth(struct sample *sample, enum body_kind kind, unsigned nth, unsigned version);
void sample_add_centre(struct sample *sample); /* what every journal begins with */
struct batch *sample_batch(const struct store_event *events, size_t count); /* the caller's */
void sample_reset(struct sample *sample); /* forgets the events, goes on with the lsn */
void sample_free(struct sample *sample);

/* --- a store, used ------------------------------------------------------------------------------ */

char *sample_folder(void); /* a new one, called by a path to free with sample_folder_remove */
void sample_folder_remove(char **folder);
/* Appends all of the sample's events and waits for the answer; resets the sample. */
enum store_result sample_append(
	struct sample_loop *loop, struct store *store, struct sample *sample);
struct store *sample_open(
	struct sample_loop *loop, const char *folder, const struct store_tuning *tuning);
/* Opening it fails, and the reason says so. */
void sample_refused(struct sample_loop *loop, const char *folder, const char *why_part);
/* Another process that has the folder open. */
struct sample_owner {
	pid_t pid;
	int end; /* closed: it ends */
};
struct sample_owner sample_owner_begin(struct sample_loop *loop, const char *folder);
void sample_owner_end(const struct sample_owner *owner);
/* Tables that are written only at the end, so that the journal is ahead. */
struct store_tuning sample_tuning_lazy(void);
/* What load gives, a line each: "LSN DUMP". sorted: by bytes. */
void sample_load(struct store *store, struct buf *lines, bool sorted);
void sample_put_line(struct buf *lines, uint64_t lsn, enum body_kind kind, const void *body);
unsigned sample_contacts(struct store *store); /* how many of them load gives */
void sample_sort(struct buf *lines);
/* Runs SQL on a file of a closed store (or as somebody who should not). */
void sample_sql(const char *folder, const char *name, const char *sql);
void assert_text(const struct buf *text, const char *expected);
void assert_contains(const struct buf *text, const char *part);

#endif
