/* push_user.c - users by id, while there is something to tell them. */
#include "push/push_user.h"

#include "push/push_private.h"

#include <stdlib.h>
#include <utlist.h>

struct str push_user_key(const struct table_link *by_id)
{
	return push_user_id(TABLE_THING(by_id, const struct push_user, by_id));
}

struct push_user *push_user_find(struct push *push, struct str id)
{
	struct table_link *found = table_find(&push->users_by_id, id);
	return found ? TABLE_THING(found, struct push_user, by_id) : NULL;
}

struct str push_user_id(const struct push_user *user)
{
	return str_from(user->id, user->id_len);
}

static uint64_t last_in_store(const struct push *push, const struct push_user *user)
{
	struct port *port = push->world.port;
	return port->told(port, push_user_id(user)).last;
}

void push_user_stay(const struct push *push, struct push_user *user)
{
	if (!user->is_numbered)
		user->numbered = user->told = last_in_store(push, user);
	user->is_numbered = true;
}

/* From the first one of this process on the count is ours: the store follows. */
uint64_t push_user_number(struct push *push, struct push_user *user)
{
	push_user_stay(push, user);
	return ++user->numbered;
}

uint64_t push_user_told(const struct push *push, const struct push_user *user)
{
	return user->is_numbered ? user->told : last_in_store(push, user);
}

void push_user_settle(struct push *push, struct push_user *user)
{
	if (user->clients || user->uses || user->is_changed || user->is_numbered)
		return;
	table_drop(&push->users_by_id, &user->by_id);
	DL_DELETE(push->users, user);
	free(user);
}

struct push_user *push_user_of(struct push *push, const struct user *user)
{
	struct push_user *found = push_user_find(push, user->b.id);
	if (found)
		return found;
	found = mem_new(sizeof(*found));
	CHECK(user->b.id.len > 0 && user->b.id.len <= USER_ID_LEN);
	memcpy(found->id, user->b.id.at, user->b.id.len);
	found->id_len = (uint8_t)user->b.id.len;
	table_add(&push->users_by_id, &found->by_id);
	DL_APPEND(push->users, found);
	return found;
}
