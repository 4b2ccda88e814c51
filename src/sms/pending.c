/* pending.c - the gate knows a pending by its address; it lives until the gate let go of it. */
#include "sms/pending.h"
#include "base/arena.h"

#include <stdlib.h>
#include <utlist.h>

struct pending {
	struct pending_list *list; /* NULL: the owner has gone */
	void (*done)(void *owner, uint64_t item, bool is_durable);
	void *owner;
	uint64_t item;
	struct pending *prev, *next;
};

static void finish(struct pending *p, bool is_durable)
{
	if (p->list) {
		DL_DELETE(p->list->first, p);
		p->done(p->owner, p->item, is_durable);
	}
	free(p);
}

static void on_release(void *arg)
{
	finish(arg, true);
}

static void on_drop(void *arg)
{
	finish(arg, false);
}

void pending_hold(struct pending_list *list, const struct sms_world *world, uint64_t lsn,
	void (*done)(void *owner, uint64_t item, bool is_durable), void *owner, uint64_t item)
{
	struct pending *p = mem_new(sizeof *p);
	*p = (struct pending) {.list = list, .done = done, .owner = owner, .item = item};
	DL_APPEND(list->first, p);
	world->hold(world->ctx, lsn, on_release, on_drop, p);
}

void pending_forget(struct pending_list *list)
{
	struct pending *p, *next;
	DL_FOREACH_SAFE(list->first, p, next)
		p->list = NULL;
	list->first = NULL;
}
