/* request.c - slots for each user, used again, so that what is on disk does not grow. */
#include "core/request.h"
#include "core/evolve.h"
#include "core/turn.h"

#include <stdlib.h>

void request_digest(
	unsigned char out[DIGEST_BYTES], const struct core *core, struct str what, struct str bytes)
{
	struct buf text = {0};
	buf_puts(&text, "request ");
	buf_put(&text, what);
	buf_put_byte(&text, '\0');
	buf_put(&text, bytes);
	ids_digest(out, core->centre.id_key, buf_str(&text));
	buf_free(&text);
}

static struct request *find_key(const struct user *user, struct str key)
{
	struct request *request;
	HASH_FIND(hh, user->requests, key.at, key.len, request);
	return request;
}

static bool is_old(const struct request *request, msec now)
{
	return request->b.at + REQUEST_KEPT_MS <= now;
}

const struct request *core_request(
	const struct core *core, const struct user *user, struct str key, msec now)
{
	const struct request *request = find_key(user, key);
	return request && !is_old(request, now) ? request : NULL;
}

/* The one that it has already, else that of the oldest if that is not wanted any more, else another. */
static uint64_t slot_for(const struct user *user, struct str key, msec now)
{
	const struct request *same = find_key(user, key), *oldest = user->requests;
	size_t count = HASH_COUNT(user->requests);
	if (same)
		return same->b.slot;
	if (oldest && (is_old(oldest, now) || count == REQUESTS_MAX))
		return oldest->b.slot;
	return count;
}

void request_note(struct turn *turn, const struct command *command)
{
	if (!command->key.len)
		return;
	const struct body_request body = {
		.user = command->caller->b.id,
		.slot = slot_for(command->caller, command->key, turn->now),
		.key = command->key,
		.asked = command->asked,
		.reference = command->reference,
		.at = turn->now,
	};
	turn_emit(turn, EV_REQUEST_NOTED, &body);
}

static void drop(struct user *user, struct request *request)
{
	HASH_DEL(user->requests, request);
	body_release(BODY_request, &request->b);
	free(request);
}

/* What had the slot before is the same key, or the oldest. */
void evolve_request(struct core *core, struct event *event)
{
	const struct body_request *body = event->body;
	struct user *user = core_user(core, body->user);
	CHECK(user && body->slot < REQUESTS_MAX);
	struct request *same = find_key(user, body->key);
	if (same)
		drop(user, same);
	else if (user->requests && user->requests->b.slot == body->slot)
		drop(user, user->requests);
	struct request *request = mem_new(sizeof *request);
	body_assign(BODY_request, &request->b, body);
	request->lsn = event->lsn;
	HASH_ADD_KEYPTR(hh, user->requests, request->b.key.at, request->b.key.len, request);
	event->object = user;
}

void requests_free(struct user *user)
{
	while (user->requests)
		drop(user, user->requests);
}
