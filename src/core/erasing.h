/* erasing.h - what the journal knows of a contact, and what stays of it: event by event. */
#ifndef CORE_ERASING_H
#define CORE_ERASING_H

#include "core/core.h"

/* Rows of one erasure, which is one transaction: some thousand conversations. */
#define ERASING_ROWS_MAX 200000

struct erasing {
	struct str phone, alias;   /* owned */
	struct body_erasure *rows; /* owned; images in the arena */
	size_t count, cap;
	struct str *sessions; /* ids, sorted; owned, strs in the arena */
	size_t session_count, session_cap;
	struct arena arena;
	bool is_full; /* there are more than ERASING_ROWS_MAX */
};

/* Has a body of that kind a phone in its key? Then it is another object once that is erased. */
bool erasing_changes_key(enum body_kind kind);

void erasing_init(struct erasing *erasing, struct str phone, struct str alias);
/* The next event of the journal: if it tells of the contact, its row is noted with what will stand there. */
void erasing_look(struct erasing *erasing, const struct event *event);
/* Is it about the contact? Of a session it is remembered, so that what is in it is known afterwards. */
bool erasing_knows(struct erasing *erasing, enum body_kind kind, const void *body);
void erasing_free(struct erasing *erasing);

/* Is that event about the contact with this phone, as far as the core knows? */
bool erasing_is_of(const struct core *core, const struct event *event, struct str phone);

#endif
