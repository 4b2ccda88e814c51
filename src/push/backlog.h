/* backlog.h - notifications that wait for a client to fetch them.
 *
 * A note is rendered once for a user and shared by all clients of that user. One that would be long is
 * a history instead (history.h), of which each client takes a slice a poll. */
#ifndef PUSH_BACKLOG_H
#define PUSH_BACKLOG_H

#include <stddef.h>

#include "base/buf.h"
#include "push/push.h"
#include "push/topic.h"

struct history;

/* One notification: {"channel":..,"data":..}. Shared, counted. */
struct note {
	struct note *next; /* of its command, for the same user */
	uint32_t uses;
	uint32_t
		command; /* which one told it: notes with the same number, side by side, are of one */
	enum topic topic;
	struct history *history; /* what stands for it; NULL: it is rendered; owned */
	size_t len;              /* of the notification */
	char bytes[];            /* '[', the notification, ',' */
};
_Static_assert(sizeof(struct note) == offsetof(struct note, bytes), "its bytes begin behind it");

/* Around what is written as its data, into an array. */
void note_begin(struct buf *out, enum topic topic);
void note_end(struct buf *out);
/* A note is rendered where it stays: its data is written into out between the two. out is empty before and
 * after. With one use. */
void note_open(struct buf *out, enum topic topic);
struct note *note_close(struct buf *out, enum topic topic);
struct note *note_copy(const struct note *note); /* of one that is rendered; with one use */
struct note *note_of_history(struct history *history, enum topic topic); /* takes history */
void note_release(struct note **note);
struct str note_part(
	const struct note *note); /* with its comma, as it stands in an array; borrowed */
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
/* The first notes that one delivery takes, up to a history or until they are BAYEUX_POLL_BYTES_MAX: each with
 * its comma, borrowed until they are dropped. Gives how many. by_command: none of another command than the first. */
size_t backlog_first(const struct backlog *backlog, bool by_command,
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX]);
void backlog_drop(struct backlog **backlog, size_t count); /* the first ones: they were told */
/* The first note is a history, of which so much was told; all of it: it goes. */
void backlog_told(struct backlog **backlog, uint64_t index);
void backlog_free(struct backlog **backlog);

#endif
