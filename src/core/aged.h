/* aged.h - words that were kept long enough (`sessions.keep-texts-for`), as a store still has them: those of sessions that
 * ended so long ago, and those that are of no session. */
#ifndef CORE_AGED_H
#define CORE_AGED_H

#include "core/core.h"

/* Sessions of one reading, for all of which the journal is read once. By their number alone, never by what is in them: that
 * depends on who watched. */
#define AGED_SESSIONS_MAX 64
/* Rows of the journal that are read in one go: some 50 ms of the worker, for which others wait. */
#define AGED_ROWS_MAX 20000

struct aged_rows {
	struct body_erasure *at; /* owned; images in the arena */
	size_t count, cap;
};

struct aged_session {
	struct str id; /* in the arena */
	uint64_t serial;
	msec ended;
	uint64_t
		lsn; /* of the last event that wrote it, whose row will say that its words are gone */
	bool has_end; /* ... and is among these rows */
	struct aged_rows rows;
};

/* A reading, and what it found so far. All zero is an empty one, which looks for words of no session: then `before` and
 * `reached` are set. */
struct aged {
	struct arena arena;
	struct aged_session sessions[AGED_SESSIONS_MAX]; /* in the order in which they ended */
	size_t count;
	struct aged_rows loose;
	msec before;      /* the reading ends before a row of this time; 0: it does not */
	uint64_t to;      /* nor does it go on behind this event; 0: it does */
	uint64_t reached; /* so far the journal was read */
	bool has_more;    /* it is to be read on */
};

/* A place in the order of sessions. */
struct aged_place {
	msec ended;
	uint64_t serial;
};

/* Where it is read: independent of the store that gave it, so another thread may. */
struct aged_source {
	/* Begins a reading (an empty one) for the next AGED_SESSIONS_MAX sessions behind that place that ended before that
	 * time, and whose words were not erased. */
	enum err (*due)(struct aged_source *source, msec before, struct aged_place behind,
		struct aged *aged);
	/* Reads on in the journal, AGED_ROWS_MAX rows at most. ERR_BUSY: of what is still to be read something was trimmed
	 * away meanwhile: to be begun anew. */
	enum err (*words)(struct aged_source *source, struct aged *aged);
	void (*free)(struct aged_source *source);
};

/* For sources. Takes the session, which lsn wrote last; false: there are enough. */
bool aged_add(struct aged *aged, const struct body_session *session, uint64_t lsn);
/* An event of the journal: if it has words that are looked for, or is a session's end, it is noted with what will stand
 * there. */
void aged_look(struct aged *aged, const struct event *event);
/* The next row of the journal, before it is looked at: false: the reading ends here, or the slice does (has_more), of which
 * it would be row number `nth`, from 0. */
bool aged_goes_on(struct aged *aged, uint64_t lsn, msec at, unsigned nth);
void aged_free(struct aged *aged); /* empties it */

#endif
