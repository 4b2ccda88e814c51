/* recent.c - one list of all users' notes, some tenths of a second long. */
#include "push/recent.h"

#include "push/push_private.h"

#include <utlist.h>

/* behind: what its user was told later; NULL: nothing is there. */
static void put(struct push *push, struct push_user *user, struct note *note, struct note *behind)
{
	note->user = user;
	note->uses++;
	DL_PREPEND_ELEM2(push->recent, behind, note, recent_prev, recent_next);
}

void recent_add(struct push *push, struct push_user *user, struct note *note, uint64_t lsn)
{
	put(push, user, note, NULL);
	note->lsn = lsn;
}

void recent_keep(struct push *push, struct push_user *user, struct note *note, uint64_t lsn)
{
	push_user_stay(push, user);
	if (!note->user)
		put(push, user, note, recent_from(push, user, note->number));
	note->lsn = lsn;
}

void recent_drop(struct push *push, struct note *note)
{
	if (!note->user)
		return;
	DL_DELETE2(push->recent, note, recent_prev, recent_next);
	note->user = NULL;
	note_release(&note);
}

void recent_projected(struct push *push, uint64_t lsn)
{
	while (push->recent && push->recent->lsn <= lsn)
		recent_drop(push, push->recent);
}

static struct note *find(struct note *note, const struct push_user *user, uint64_t number)
{
	while (note && (note->user != user || note->number < number))
		note = note->recent_next;
	return note;
}

struct note *recent_from(const struct push *push, const struct push_user *user, uint64_t number)
{
	return find(push->recent, user, number);
}

struct note *recent_next(const struct note *note)
{
	return find(note->recent_next, note->user, note->number);
}
