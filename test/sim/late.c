/* late.c - a timer for each. */
#include "late.h"
#include "base/arena.h"

#include <stdlib.h>
#include <utlist.h>

struct late_bytes {
	struct late *late;
	struct net_timer timer;
	struct str bytes; /* owned */
	struct late_bytes *prev, *next;
};

void late_begin(
	struct late *late, struct net *net, void (*come)(void *ctx, struct str bytes), void *ctx)
{
	*late = (struct late) {.net = net, .come = come, .ctx = ctx};
}

static void late_drop(struct late_bytes *one)
{
	net_timer_stop(one->late->net, &one->timer);
	DL_DELETE(one->late->first, one);
	str_free(&one->bytes);
	free(one);
}

static void on_due(void *ctx)
{
	struct late_bytes *one = ctx;
	one->late->come(one->late->ctx, one->bytes);
	late_drop(one);
}

void late_put(struct late *late, struct str bytes, msec ms)
{
	struct late_bytes *one = mem_new(sizeof *one);
	*one = (struct late_bytes) {.late = late, .bytes = str_copy(bytes)};
	one->timer = (struct net_timer) {.fire = on_due, .ctx = one};
	DL_APPEND(late->first, one);
	net_timer_start(late->net, &one->timer, ms);
}

void late_end(struct late *late)
{
	while (late->first)
		late_drop(late->first);
}
