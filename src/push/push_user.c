/* push_user.c - users by id, while there is something to tell them. */
#include "push/push_user.h"

#include "push/push_private.h"

#include <stdlib.h>
#include <utlist.h>

struct push_user *push_user_find(struct push *push, struct str id)
{
	struct push_user *user;
	HASH_FIND(hh, push->users_by_id, id.at, id.len, user);
	return user;
}

struct str push_user_id(const struct push_user *user)
{
	return str_from(user->id, user->id_len);
}

bool push_user_hears(const struct push_user *user, enum topic topic)
{
	uint32_t heard_by = topic_heard_by(topic);
	const struct bayeux_client *client;
	DL_FOREACH2(user->clients, client, user_next) {
		if (client->subscriptions & heard_by)
			return true;
	}
	return false;
}

void push_user_settle(struct push *push, struct push_user *user)
{
	if (user->clients || user->uses || user->is_changed)
		return;
	HASH_DELETE(hh, push->users_by_id, user);
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
	HASH_ADD(hh, push->users_by_id, id, found->id_len, found);
	DL_APPEND(push->users, found);
	return found;
}
