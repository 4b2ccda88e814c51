/* put_off.c - looked up by (text, part), and by phone; the order in the hash tables decides nothing. */
#include "sms/put_off.h"
#include "base/arena.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

static const struct {
	msec first, last;
	bool keeps_place; /* beyond its first pause */
} pauses[] = {
	[PUT_OFF_BUSY] = {PUT_OFF_BUSY_FIRST_MS, PUT_OFF_BUSY_LAST_MS, true},
	[PUT_OFF_TROUBLE] = {PUT_OFF_TROUBLE_FIRST_MS, PUT_OFF_TROUBLE_LAST_MS, false},
};

struct place { /* no gaps: it is a key */
	uint64_t serial, part;
};

struct put_off_phone {    /* of parts that keep their places; none is left without one */
	struct str phone; /* owned */
	struct put_off *parts;
	UT_hash_handle hh;
};

struct put_off {
	struct place place;
	msec pause, until;
	struct put_off_phone *phone; /* NULL: keeps no place */
	struct put_off *prev, *next; /* phone->parts */
	UT_hash_handle hh;
};

static struct put_off *find(const struct put_off_list *list, uint64_t serial, unsigned part)
{
	const struct place place = {serial, part};
	struct put_off *p;
	HASH_FIND(hh, list->parts, &place, sizeof place, p);
	return p;
}

/* --- places of phones ------------------------------------------------------------------------ */

static struct put_off_phone *find_phone(const struct put_off_list *list, struct str phone)
{
	struct put_off_phone *found;
	HASH_FIND(hh, list->phones, phone.at, phone.len, found);
	return found;
}

static void take_place(struct put_off_list *list, struct put_off *p, struct str phone)
{
	if (p->phone)
		return;
	p->phone = find_phone(list, phone);
	if (!p->phone) {
		p->phone = mem_new(sizeof *p->phone);
		p->phone->phone = str_copy(phone);
		HASH_ADD_KEYPTR(hh, list->phones, p->phone->phone.at, phone.len, p->phone);
	}
	DL_APPEND(p->phone->parts, p);
}

static void leave_place(struct put_off_list *list, struct put_off *p)
{
	struct put_off_phone *phone = p->phone;
	if (!phone)
		return;
	p->phone = NULL;
	DL_DELETE(phone->parts, p);
	if (phone->parts)
		return;
	HASH_DEL(list->phones, phone);
	str_free(&phone->phone);
	free(phone);
}

bool put_off_is_behind(
	const struct put_off_list *list, struct str phone, uint64_t serial, unsigned part)
{
	const struct put_off_phone *found = find_phone(list, phone);
	const struct put_off *p;
	DL_FOREACH(found ? found->parts : NULL, p)
		if (p->place.serial < serial || (p->place.serial == serial && p->place.part < part))
			return true;
	return false;
}

/* --- pauses ---------------------------------------------------------------------------------- */

static void part_free(struct put_off_list *list, struct put_off *p)
{
	leave_place(list, p);
	HASH_DEL(list->parts, p);
	free(p);
}

static struct put_off *part_new(struct put_off_list *list, uint64_t serial, unsigned part)
{
	struct put_off *p = mem_new(sizeof *p);
	p->place = (struct place) {serial, part};
	HASH_ADD(hh, list->parts, place, sizeof p->place, p);
	return p;
}

static msec limited(msec pause, msec least, msec most)
{
	return pause < least ? least : pause > most ? most : pause;
}

msec put_off_again(struct put_off_list *list, enum put_off_kind kind, struct str phone,
	uint64_t serial, unsigned part, msec now)
{
	struct put_off *p = find(list, serial, part);
	if (!p)
		p = part_new(list, serial, part);
	p->pause = limited(p->pause * 2, pauses[kind].first, pauses[kind].last);
	p->until = now + p->pause;
	if (pauses[kind].keeps_place || p->pause == pauses[kind].first)
		take_place(list, p, phone);
	else
		leave_place(list, p);
	return p->until;
}

bool put_off_is_waiting(const struct put_off_list *list, uint64_t serial, unsigned part, msec now)
{
	const struct put_off *p = find(list, serial, part);
	return p && p->until > now;
}

bool put_off_forget(struct put_off_list *list, uint64_t serial, unsigned part)
{
	struct put_off *p = find(list, serial, part);
	if (p)
		part_free(list, p);
	return p != NULL;
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

void put_off_sweep(struct put_off_list *list,
	bool (*is_gone)(void *ctx, uint64_t serial, unsigned part), void *ctx)
{
	struct put_off *p, *next;
	HASH_ITER(hh, list->parts, p, next)
		if (is_gone(ctx, p->place.serial, (unsigned)p->place.part))
			part_free(list, p);
}

void put_off_clear(struct put_off_list *list)
{
	struct put_off *p, *next;
	HASH_ITER(hh, list->parts, p, next)
		part_free(list, p);
}
