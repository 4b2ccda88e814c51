/* backlog.h - notifications that wait for a client to fetch them.
 *
 * A note is rendered once for a user and shared by all clients of that user. What would be long is not: it is made
 * when a client takes it (history.h). */
#ifndef PUSH_BACKLOG_H
#define PUSH_BACKLOG_H

#include <stddef.h>

#include "base/buf.h"
#include "push/push.h"
#include "push/topic.h"

struct history;
struct push_user;

/* One notification: {"channel":..,"data":..,"ext":{"replayId":..}}. Shared, counted. */
struct note {
	struct note *next; /* of its command, for the same user */
	uint32_t uses;
	uint32_t
		command; /* which one told it: notes with the same number, side by side, are of one */
	enum topic topic;
	unsigned roles; /* who may be told again (struct told_note) */
	uint32_t data_len;
	uint64_t number;         /* of all that its user is told */
	struct history *history; /* what stands for it; NULL: it is rendered; owned */
	/* push->recent, as long as the store may not have it */
	struct push_user *user;
	uint64_t lsn;
	struct note *recent_prev, *recent_next;
	size_t len;   /* of the notification */
	char bytes[]; /* '[', the notification, ',' */
};
_Static_assert(sizeof(struct note) == offsetof(struct note, bytes), "its bytes begin behind it");

/* Around what is written as its data, into an array. */
void note_begin(struct buf *out, enum topic topic);
void note_end(struct buf *out, uint64_t number);
/* A note is rendered where it stays: its data is written into out between the two. out is empty before and
 * after. With one use. */
void note_open(struct buf *out, enum topic topic);
struct note *note_close(struct buf *out, enum topic topic, uint64_t number);
/* Of one that is rendered, for somebody else; with one use. */
struct note *note_copy(const struct note *note, uint64_t number);
struct note *note_of_history(
	struct history *history, enum topic topic, uint64_t number); /* takes history */
struct str note_data(const struct note *note); /* of one that is rendered; borrowed */
void note_release(struct note **note);
struct str note_part(
	const struct note *note); /* with its comma, as it stands in an array; borrowed */
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
/* NULL: it is empty, or begins with a note that is rendered. */
struct history *backlog_history(const struct backlog *backlog);
/* The first notes that one delivery takes, up to a history or until they are BAYEUX_POLL_BYTES_MAX: each with
 * its comma, borrowed until they are dropped. Gives how many. by_command: none of another command than the first. */
size_t backlog_first(const struct backlog *backlog, bool by_command,
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX]);
void backlog_drop(struct backlog **backlog, size_t count); /* the first ones: they were told */
void backlog_cut(
	struct backlog **backlog, size_t count); /* to its first ones: the others are not told */
void backlog_free(struct backlog **backlog);

#endif
