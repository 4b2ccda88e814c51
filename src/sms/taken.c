/* taken.c - a short list: a receive window of texts under way, and the lost ones. */
#include "sms/taken.h"
#include "base/arena.h"

#include <stdlib.h>
#include <utlist.h>

struct taken *taken_add(struct taken_list *list, const unsigned char *fingerprint, msec at)
{
	struct taken *t = mem_new(sizeof *t);
	*t = (struct taken) {.at = at};
	memcpy(t->fingerprint, fingerprint, DIGEST_BYTES);
	DL_APPEND(list->first, t);
	return t;
}

void taken_remove(struct taken_list *list, struct taken *t)
{
	list->lost_count -= t->state == TAKEN_LOST;
	gate_forget(&t->text);
	gate_forget(&t->copy);
	if (t->state == TAKEN_WRITTEN) {
		DL_DELETE(list->written, t);
		list->written_count--;
	} else {
		DL_DELETE(list->first, t);
	}
	str_free(&t->kept_by);
	free(t);
}

void taken_set(struct taken_list *list, struct taken *t, enum taken_state state)
{
	list->lost_count -= t->state == TAKEN_LOST;
	list->lost_count += state == TAKEN_LOST;
	t->state = state;
}

struct str taken_print(const struct taken *t)
{
	return str_from(t->fingerprint, DIGEST_BYTES);
}

static struct taken *find(
	const struct taken_list *list, const unsigned char *fingerprint, bool is_any)
{
	struct taken *t;
	DL_FOREACH(list->first, t)
		if ((is_any || t->state == TAKEN_LOST) &&
			memcmp(t->fingerprint, fingerprint, DIGEST_BYTES) == 0)
			return t;
	return NULL;
}

struct taken *taken_find(const struct taken_list *list, const unsigned char *fingerprint)
{
	return find(list, fingerprint, true);
}

struct taken *taken_find_lost(const struct taken_list *list, const unsigned char *fingerprint)
{
	return find(list, fingerprint, false);
}

size_t taken_unwritten(const struct taken_list *list)
{
	size_t count = 0;
	const struct taken *t;
	DL_FOREACH(list->first, t)
		count += t->state != TAKEN_LOST;
	return count;
}

static void be_written(struct taken_list *list, struct taken *t, msec now)
{
	DL_DELETE(list->first, t);
	DL_APPEND(list->written, t);
	list->written_count++;
	t->state = TAKEN_WRITTEN;
	t->written_at = now;
	if (list->written_count > TAKEN_WRITTEN_MAX)
		taken_remove(list, list->written);
}

void taken_written(struct taken_list *list, msec now)
{
	struct taken *t, *next;
	DL_FOREACH_SAFE(list->first, t, next)
		if (t->state == TAKEN_ANSWERED)
			be_written(list, t, now);
}

/* As if its answer had not left. */
static void be_doubted(struct taken_list *list, struct taken *t)
{
	DL_DELETE(list->written, t);
	list->written_count--;
	DL_APPEND(list->first, t);
	t->state = TAKEN_ANSWERED;
}

static void remove_oldest_lost(struct taken_list *list)
{
	struct taken *t;
	DL_FOREACH(list->first, t)
		if (t->state == TAKEN_LOST) {
			taken_remove(list, t);
			return;
		}
}

static void drop_oldest_lost(struct taken_list *list)
{
	while (list->lost_count > TAKEN_LOST_MAX)
		remove_oldest_lost(list);
}

void taken_keep(struct taken_list *list)
{
	struct taken *t;
	DL_FOREACH(list->first, t)
		if (t->state == TAKEN_ANSWERED)
			taken_set(list, t, TAKEN_LOST);
	drop_oldest_lost(list);
}

void taken_down(struct taken_list *list, msec since)
{
	struct taken *t;
	while ((t = list->written)) {
		if (t->written_at > since)
			be_doubted(list, t);
		else
			taken_remove(list, t);
	}
	DL_FOREACH(list->first, t)
		taken_set(list, t, TAKEN_LOST);
	drop_oldest_lost(list);
}

void taken_forget(struct taken_list *list, msec before)
{
	struct taken *t, *next;
	DL_FOREACH_SAFE(list->first, t, next)
		if (t->state == TAKEN_LOST && t->at < before)
			taken_remove(list, t);
}

void taken_clear(struct taken_list *list)
{
	while (list->first)
		taken_remove(list, list->first);
	while (list->written)
		taken_remove(list, list->written);
}
