/* store_told.h - which of what each user was told is kept: beside the rows of `told`, for the loop to ask while the
 * projector writes. */
#ifndef STORE_STORE_TOLD_H
#define STORE_STORE_TOLD_H

#include <pthread.h>

#include "base/table.h"
#include "core/core.h"
#include "core/told.h"

struct told_user;
struct told_list {
	pthread_mutex_t mutex;   /* guards all: one thread changes it, another asks */
	struct told_user *users; /* all, the latest first */
	struct table by_id;
	/* Of whoever is not in it: told so much, nothing of it kept. 0, but where the tables were lost. */
	uint64_t base;
};

/* Numbers of a user when nobody knows any more what was told: beyond all that events up to `lsn` may have become, so
 * whoever comes with an older number is sent to read. An event tells nobody more than a transcript has entries. */
#define TOLD_LOST_BASE(lsn) ((lsn)*SESSION_MESSAGES_MAX)

void told_list_init(struct told_list *list);
void told_list_free(struct told_list *list); /* empties it */
struct told_range told_list_of(struct told_list *list, struct str user);
/* As it stands on disk. An empty user: the base, as last. */
void told_list_set(struct told_list *list, struct str user, struct told_range range);
void told_list_keep(struct told_list *list, struct str user, uint64_t number); /* the next one */
void told_list_drop(struct told_list *list, struct str user, uint64_t number); /* and all before */
/* Calls each for whoever was kept or dropped something of since told_list_written; stops at a code that is not 0, and
 * gives it. Of the thread that changes it. */
int told_list_each_changed(struct told_list *list,
	int (*each)(void *ctx, struct str user, struct told_range range), void *ctx);
void told_list_written(struct told_list *list);

#endif
