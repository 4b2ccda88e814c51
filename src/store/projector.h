/* projector.h - the thread that writes the tables, a little behind the journal.
 *
 * It gathers what was appended for a moment, so that an object that changes often is written once,
 * and writes it in one transaction. A full disk does not lose what waits here: it tries again. */
#ifndef STORE_PROJECTOR_H
#define STORE_PROJECTOR_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/store_tables.h"

struct projector_limits {
	msec gather_ms;   /* from the first waiting event to its transaction */
	msec lag_ms;      /* older unprojected events: the appender waits */
	msec wait_ms;     /* it waits no longer than this */
	msec retry_ms;    /* after a full disk */
	msec rest_ms;     /* nothing came for so long: its memory is given back */
	size_t bytes_max; /* waiting: the appender waits */
};
/* gather_ms + a transaction stay below PROJECT_LAG_MS. On a slow disk the log goes into the file for longer (TABLES_WAL_PAGES
 * at 3,000 writes a second: 1.3 s), which is to hold nobody up; 32 MiB is some 100,000 events. */
#define PROJECTOR_LIMITS                                                                           \
	((struct projector_limits) {.gather_ms = 200,                                              \
		.lag_ms = 4 * PROJECT_LAG_MS,                                                      \
		.wait_ms = 5000,                                                                   \
		.retry_ms = 1000,                                                                  \
		.rest_ms = 1000,                                                                   \
		.bytes_max = 32 * 1024 * 1024})

enum projector_state {
	PROJECTOR_WELL,
	PROJECTOR_STUCK, /* cannot write at present: full disk */
	PROJECTOR_SICK,  /* EIO, damage: writes no more */
};

struct projector {
	struct projector_limits limits;
	struct tables tables; /* of the thread while it runs */
	atomic_uint_fast64_t projected;
	atomic_uint_fast64_t
		secured;          /* up to here the tables survive the loss of power, for certain */
	atomic_bool is_to_secure; /* with the next transaction */
	pthread_t thread;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t work, room;
	struct batch *first, **end; /* waiting */
	size_t waiting_events, waiting_bytes;
	msec oldest_at; /* of what is not projected yet, monotonic; 0: nothing */
	enum projector_state state;
	bool is_hurried; /* gathers no longer */
	bool is_stopping;
};

/* tables: opened, and up to date with the journal. Taken in place: call on p->tables. */
void projector_start(struct projector *p, const struct projector_limits *limits);
/* Projects what waits, ends the thread and closes the tables. */
void projector_stop(struct projector *p);

/* May another batch come? Waits until the lag is below its bound. Not called by the loop. */
enum projector_state projector_wait(struct projector *p);
enum projector_state projector_state(struct projector *p);
void projector_give(struct projector *p, struct batch **batch); /* durable ones, in order */
/* Writes what waits now; returns once it is written, or cannot be. */
void projector_settle(struct projector *p);
uint64_t projector_projected(struct projector *p);
/* How far the tables certainly survive the loss of power; 0: nothing is known. Cheap. */
uint64_t projector_secured(struct projector *p);
/* The next transaction is to make all safe up to its end. */
void projector_secure(struct projector *p);

#endif
