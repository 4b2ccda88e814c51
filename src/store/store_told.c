/* store_told.c - ranges by user. */
#include "store/store_told.h"
#include "base/check.h"

#include <stdlib.h>
#include <utlist.h>

struct told_user {
	char id[USER_ID_LEN];
	uint8_t id_len;
	bool is_changed;
	struct told_range range;
	struct told_user *next;
	struct table_link link;
};

static struct str id_of(const struct table_link *link)
{
	const struct told_user *user = TABLE_THING(link, const struct told_user, link);
	return str_from(user->id, user->id_len);
}

void told_list_init(struct told_list *list)
{
	*list = (struct told_list) {.by_id.key_of = id_of};
	pthread_mutex_init(&list->mutex, NULL);
}

void told_list_free(struct told_list *list)
{
	struct told_user *user, *next;
	LL_FOREACH_SAFE(list->users, user, next)
		free(user);
	list->users = NULL;
	table_free(&list->by_id);
	pthread_mutex_destroy(&list->mutex);
}

static struct told_user *find(const struct told_list *list, struct str id)
{
	struct table_link *found = table_find(&list->by_id, id);
	return found ? TABLE_THING(found, struct told_user, link) : NULL;
}

static struct told_range range_of(const struct told_list *list, struct str id)
{
	const struct told_user *user = find(list, id);
	return user ? user->range : (struct told_range) {list->base + 1, list->base};
}

struct told_range told_list_of(struct told_list *list, struct str user)
{
	pthread_mutex_lock(&list->mutex);
	struct told_range range = range_of(list, user);
	pthread_mutex_unlock(&list->mutex);
	return range;
}

static void put(struct told_list *list, struct str id, struct told_range range, bool is_changed)
{
	struct told_user *user = find(list, id);
	if (!user) {
		user = mem_new(sizeof *user);
		CHECK(id.len > 0 && id.len <= USER_ID_LEN);
		memcpy(user->id, id.at, id.len);
		user->id_len = (uint8_t)id.len;
		table_add(&list->by_id, &user->link);
		LL_PREPEND(list->users, user);
	}
	user->range = range;
	user->is_changed = is_changed;
}

void told_list_set(struct told_list *list, struct str user, struct told_range range)
{
	pthread_mutex_lock(&list->mutex);
	if (user.len == 0)
		list->base = range.last;
	else if (user.len <= USER_ID_LEN)
		put(list, user, range, false);
	pthread_mutex_unlock(&list->mutex);
}

void told_list_keep(struct told_list *list, struct str user, uint64_t number)
{
	pthread_mutex_lock(&list->mutex);
	struct told_range range = range_of(list, user);
	if (number > range.last) {
		range.last = number;
		put(list, user, range, true);
	}
	pthread_mutex_unlock(&list->mutex);
}

void told_list_drop(struct told_list *list, struct str user, uint64_t number)
{
	pthread_mutex_lock(&list->mutex);
	struct told_range range = range_of(list, user);
	if (number >= range.first) {
		range.first = number + 1;
		put(list, user, range, true);
	}
	pthread_mutex_unlock(&list->mutex);
}

/* Nobody else changes it, so it is read without the lock. */
int told_list_each_changed(struct told_list *list,
	int (*each)(void *ctx, struct str user, struct told_range range), void *ctx)
{
	int code = 0;
	for (struct told_user *user = list->users; user && code == 0; user = user->next)
		if (user->is_changed)
			code = each(ctx, str_from(user->id, user->id_len), user->range);
	return code;
}

void told_list_written(struct told_list *list)
{
	for (struct told_user *user = list->users; user; user = user->next)
		user->is_changed = false;
}
