/* recent.c - one list of all users' notes, some tenths of a second long. */
#include "push/recent.h"

#include "push/push_private.h"

#include <utlist.h>

void recent_add(struct push *push, struct push_user *user, struct note *note, uint64_t lsn)
{
	note->user = user;
	note->lsn = lsn;
	note->uses++;
	DL_APPEND2(push->recent, note, recent_prev, recent_next);
}

/* In front of what was told its user later. */
static void insert(struct push *push, struct push_user *user, struct note *note)
{
	struct note *behind = recent_from(push, user, note->number);
	push_user_stay(push, user);
	note->user = user;
	note->uses++;
	if (behind)
		DL_PREPEND_ELEM2(push->recent, behind, note, recent_prev, recent_next);
	else
		DL_APPEND2(push->recent, note, recent_prev, recent_next);
}

void recent_keep(struct push *push, struct push_user *user, struct note *note, uint64_t lsn)
{
	if (!note->user)
		insert(push, user, note);
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
