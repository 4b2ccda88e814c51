/* archive.h - what a store has kept: its journal, event by event, for an oracle to look into. */
#ifndef CRASH_ARCHIVE_H
#define CRASH_ARCHIVE_H

#include "core/core.h"
#include "store/store.h"

struct archive { /* all zero is an empty one */
	struct arena arena;
	struct archive_shelf {
		struct event *events; /* of one kind of body, oldest first; object is NULL */
		size_t count, cap;
	} shelves[BODY_KINDS];
	bool is_damaged; /* an event could not be read */
};

void archive_add(void *archive, const struct store_event *packed);
void archive_free(struct archive *archive); /* empties it */

/* The bodies of a kind, oldest first: *at begins at 0. NULL behind the last; *when: the event's time,
 * may be NULL. */
const void *archive_next(
	const struct archive *archive, enum body_kind kind, size_t *at, msec *when);
#define ARCHIVE_EACH(archive, type, body, at, when)                                                \
	for (const struct body_##type *body = archive_next(archive, BODY_##type, at, when); body;  \
		body = archive_next(archive, BODY_##type, at, when))

/* The events with such a body, oldest first, as above. */
const struct event *archive_event(const struct archive *archive, enum body_kind kind, size_t *at);

struct str archive_user(const struct archive *archive, struct str name); /* the user's id */
const struct body_session *archive_session(const struct archive *archive, struct str id); /* last */
/* The last image of a user's participation in a session; NULL: never was there. */
const struct body_party *archive_party(
	const struct archive *archive, struct str session, struct str user);

#endif
