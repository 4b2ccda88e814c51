/* store_told.c - ranges by user. */
#include "store/store_told.h"
#include "base/check.h"

#include <stdlib.h>
#include <uthash.h>

struct told_user {
	char id[USER_ID_LEN];
	size_t id_len;
	struct told_range range;
	bool is_changed;
	UT_hash_handle hh;
};

void told_list_init(struct told_list *list)
{
	*list = (struct told_list) {0};
	pthread_mutex_init(&list->mutex, NULL);
}

void told_list_free(struct told_list *list)
{
	struct told_user *user, *next;
	HASH_ITER(hh, list->users, user, next) {
		HASH_DEL(list->users, user);
		free(user);
	}
	pthread_mutex_destroy(&list->mutex);
}

static struct told_user *find(const struct told_list *list, struct str id)
{
	struct told_user *user;
	HASH_FIND(hh, list->users, id.at, id.len, user);
	return user;
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
		user->id_len = id.len;
		HASH_ADD(hh, list->users, id, user->id_len, user);
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
	for (struct told_user *user = list->users; user && code == 0; user = user->hh.next)
		if (user->is_changed)
			code = each(ctx, str_from(user->id, user->id_len), user->range);
	return code;
}

void told_list_written(struct told_list *list)
{
	for (struct told_user *user = list->users; user; user = user->hh.next)
		user->is_changed = false;
}
