/* address.c - whence users have signed in lately. Kept as keyed digests: who reads the store or the core
 * sees that there are addresses and not which, nor whether two users share one. */
#include "core/rules/address.h"
#include "core/rules/turn.h"

static const struct body_address *address_find(
	const struct user *user, const unsigned char digest[DIGEST_BYTES])
{
	for (size_t i = 0; i < user->address_count; i++)
		if (str_eq(user->addresses[i].digest, str_from(digest, DIGEST_BYTES)))
			return &user->addresses[i];
	return NULL;
}

static void digest_of(unsigned char out[DIGEST_BYTES], const struct core *core,
	const struct user *user, struct str address)
{
	struct buf text = {0};
	buf_puts(&text, "address");
	buf_put(&text, user->b.id);
	buf_put(&text, address);
	ids_digest(out, core->centre.id_key, buf_str(&text));
	buf_free(&text);
}

/* Age of the user's last noted sign-in from there; negative: none that is remembered. */
static msec age(const struct core *core, const struct user *user, struct str address, msec now)
{
	unsigned char digest[DIGEST_BYTES];
	if (!user->address_count)
		return -1;
	digest_of(digest, core, user, address);
	const struct body_address *found = address_find(user, digest);
	if (!found || now - found->at > ADDRESS_KEPT_MS)
		return -1;
	return now > found->at ? now - found->at : 0;
}

bool core_knows_address(
	const struct core *core, const struct user *user, struct str address, msec now)
{
	return age(core, user, address, now) >= 0;
}

bool core_address_is_due(
	const struct core *core, const struct user *user, struct str address, msec now)
{
	msec since = age(core, user, address, now);
	return since < 0 || since >= ADDRESS_NOTE_MS;
}

/* The one that it has already, else a free one, else the one that was not used for longest. */
static uint64_t slot_for(const struct user *user, const unsigned char digest[DIGEST_BYTES])
{
	const struct body_address *same = address_find(user, digest);
	uint64_t oldest = 0;
	if (same)
		return same->slot;
	for (uint64_t i = 0; i < user->address_count; i++) {
		if (user->addresses[i].user.len == 0)
			return i;
		if (user->addresses[i].at < user->addresses[oldest].at)
			oldest = i;
	}
	return user->address_count < USER_ADDRESSES_MAX ? user->address_count : oldest;
}

void make_note_address(struct turn *turn, const struct command *command)
{
	const struct user *user = command->address.user;
	unsigned char digest[DIGEST_BYTES];
	if (!core_address_is_due(turn->core, user, command->address.text, turn->now))
		return;
	digest_of(digest, turn->core, user, command->address.text);
	struct body_address body = {
		.user = user->b.id,
		.slot = slot_for(user, digest),
		.digest = str_from(digest, sizeof digest),
		.at = turn->now,
	};
	turn_emit(turn, EV_USER_ADDRESS_NOTED, &body);
}
