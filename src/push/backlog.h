/* backlog.h - notifications that wait for a client to fetch them.
 *
 * A note is rendered once for a user and shared by all clients of that user. */
#ifndef PUSH_BACKLOG_H
#define PUSH_BACKLOG_H

#include "base/buf.h"
#include "push/topic.h"

/* One notification: {"channel":..,"data":..}. Shared, counted. */
struct note {
	struct note *next; /* of its command, for the same user */
	uint32_t uses;
	enum topic topic;
	size_t len;
	char bytes[];
};

struct note *note_new(enum topic topic, struct str bytes); /* with one use */
void note_release(struct note **note);
/* Does a client with these subscriptions hear the note? */
bool note_is_heard(const struct note *note, uint32_t subscriptions);

struct backlog {
	size_t count, cap;
	size_t bytes;
	struct note *at[];
};

/* NULL is an empty backlog, so that a client that has nothing waiting costs nothing. */
void backlog_add(struct backlog **backlog, struct note *note);
/* More than a client may leave waiting? */
bool backlog_is_over(const struct backlog *backlog);
/* Appends the notes as elements of an array. */
void backlog_put(const struct backlog *backlog, struct buf *out);
void backlog_free(struct backlog **backlog);

#endif
