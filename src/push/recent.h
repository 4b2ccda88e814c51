/* recent.h - what users were told of late, which the tables may not have yet: it is told again from here. */
#ifndef PUSH_RECENT_H
#define PUSH_RECENT_H

#include "push/backlog.h"

/* Of the event `lsn`; in order. */
void recent_add(struct push *push, struct push_user *user, struct note *note, uint64_t lsn);
/* Also one of before the others, or one that is there, whose user was told it only now; until the tables are at `lsn`. */
void recent_keep(struct push *push, struct push_user *user, struct note *note, uint64_t lsn);
void recent_drop(struct push *push, struct note *note); /* one that is not there is fine */
void recent_projected(struct push *push, uint64_t lsn); /* so far the tables are */
/* The user's first one from this number on, or the next behind that note; NULL: there is none. */
struct note *recent_from(const struct push *push, const struct push_user *user, uint64_t number);
struct note *recent_next(const struct note *note);

#endif
