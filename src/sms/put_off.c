/* put_off.c - looked up by (text, part); the order in the hash table decides nothing. */
#include "sms/put_off.h"
#include "base/arena.h"
#include "sms/sms.h"

#include <stdlib.h>
#include <uthash.h>

struct place { /* no gaps: it is a key */
	uint64_t serial, part;
};

struct put_off {
	struct place place;
	msec pause, until;
	UT_hash_handle hh;
};

static struct put_off *find(const struct put_off_list *list, uint64_t serial, unsigned part)
{
	const struct place place = {serial, part};
	struct put_off *p;
	HASH_FIND(hh, list->parts, &place, sizeof place, p);
	return p;
}

static void part_free(struct put_off_list *list, struct put_off *p)
{
	HASH_DEL(list->parts, p);
	free(p);
}

msec put_off_again(struct put_off_list *list, uint64_t serial, unsigned part, msec now)
{
	struct put_off *p = find(list, serial, part);
	if (!p) {
		p = mem_new(sizeof *p);
		p->place = (struct place) {serial, part};
		HASH_ADD(hh, list->parts, place, sizeof p->place, p);
	}
	p->pause = p->pause == 0                    ? SMS_THROTTLE_MS
		   : p->pause * 2 < PUT_OFF_LAST_MS ? p->pause * 2
						    : PUT_OFF_LAST_MS;
	p->until = now + p->pause;
	return p->until;
}

bool put_off_is_waiting(const struct put_off_list *list, uint64_t serial, unsigned part, msec now)
{
	const struct put_off *p = find(list, serial, part);
	return p && p->until > now;
}

void put_off_forget(struct put_off_list *list, uint64_t serial, unsigned part)
{
	struct put_off *p = find(list, serial, part);
	if (p)
		part_free(list, p);
}

msec put_off_next(const struct put_off_list *list, msec now)
{
	msec next = 0;
	const struct put_off *p;
	for (p = list->parts; p; p = p->hh.next)
		if (p->until > now && (next == 0 || p->until < next))
			next = p->until;
	return next;
}

bool put_off_is_empty(const struct put_off_list *list)
{
	return !list->parts;
}

void put_off_sweep(
	struct put_off_list *list, bool (*is_gone)(void *ctx, uint64_t serial), void *ctx)
{
	struct put_off *p, *next;
	HASH_ITER(hh, list->parts, p, next)
		if (is_gone(ctx, p->place.serial))
			part_free(list, p);
}

void put_off_clear(struct put_off_list *list)
{
	struct put_off *p, *next;
	HASH_ITER(hh, list->parts, p, next)
		part_free(list, p);
}
