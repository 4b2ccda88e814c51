/* backlog.h - notifications that wait for a client to fetch them.
 *
 * A note is rendered once for a user and shared by all clients of that user. One that would be long is
 * a history instead (history.h), of which each client takes a slice a poll. */
#ifndef PUSH_BACKLOG_H
#define PUSH_BACKLOG_H

#include "base/buf.h"
#include "push/topic.h"

struct history;

/* One notification: {"channel":..,"data":..}. Shared, counted. */
struct note {
	struct note *next; /* of its command, for the same user */
	uint32_t uses;
	enum topic topic;
	struct history *history; /* what stands for it; NULL: it is rendered; owned */
	size_t len;
	char bytes[];
};

/* Around what is written as its data. */
void note_begin(struct buf *out, enum topic topic);
void note_end(struct buf *out);
struct note *note_new(enum topic topic, struct str bytes); /* with one use */
void note_release(struct note **note);
/* Does a client with these subscriptions hear the note? */
bool note_is_heard(const struct note *note, uint32_t subscriptions);

struct backlog {
	size_t count, cap;
	size_t bytes;
	uint64_t
		told; /* of the first note, if that is a history: up to this index; 0: nothing yet */
	struct note *at[];
};

/* NULL is an empty backlog, so that a client that has nothing waiting costs nothing. */
void backlog_add(struct backlog **backlog, struct note *note);
/* More than a client may leave waiting? */
bool backlog_is_over(const struct backlog *backlog);
/* NULL: it is empty, or begins with a note that is rendered. */
const struct history *backlog_history(const struct backlog *backlog);
/* Takes the first notes, up to a history or until they are BAYEUX_POLL_BYTES_MAX: as elements of an
 * array. */
void backlog_take(struct backlog **backlog, struct buf *out);
/* The first note is a history, of which so much was told; all of it: it goes. */
void backlog_told(struct backlog **backlog, uint64_t index);
void backlog_free(struct backlog **backlog);

#endif
