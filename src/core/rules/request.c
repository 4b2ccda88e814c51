/* request.c - slots for each user, used again, so that what is on disk does not grow. */
#include "core/rules/request.h"
#include "core/rules/turn.h"

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

static bool is_old(const struct request *request, msec now)
{
	return request->b.at + REQUEST_KEPT_MS <= now;
}

const struct request *core_request(
	const struct core *core, const struct user *user, struct str key, msec now)
{
	const struct request *request = request_find(user, key);
	return request && !is_old(request, now) ? request : NULL;
}

/* The one that it has already, else that of the oldest if that is not wanted any more, else another. */
static uint64_t slot_for(const struct user *user, struct str key, msec now)
{
	const struct request *same = request_find(user, key), *oldest = user->requests;
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
		.made = turn->made,
	};
	turn_emit(turn, EV_REQUEST_NOTED, &body);
}
