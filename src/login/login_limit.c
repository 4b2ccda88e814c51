/* login_limit.c - the counters of login_failed and the addresses of the core, held against the limits. */
#include "login/login_limit.h"
#include "core/rules/address.h"

/* Of an IPv6 address: what its owner cannot choose (RFC 4291, 2.5.1). */
#define IPV6_BITS 64

void login_address(struct login_address *out, struct str peer)
{
	if (!ip_read(peer, &out->room)) {
		out->at = peer;
		return;
	}
	if (!ip_is_v4(&out->room))
		ip_mask(&out->room, IPV6_BITS);
	out->at = str_from(out->room.at, sizeof out->room.at);
}

bool login_is_known(const struct login_table *table, const struct basic *basic, struct str address)
{
	for (size_t i = 0; i < basic->count; i++) {
		const struct user *user = core_user_by_name(table->core, basic->readings[i].name);
		if (user && core_knows_address(table->core, user, address, net_now(table->net)))
			return true;
	}
	return false;
}

void login_came_from(struct login_table *table, struct user *user, struct str peer)
{
	struct login_address address;
	login_address(&address, peer);
	if (table->came && core_address_is_due(table->core, user, address.at, net_now(table->net)))
		table->came(table->came_ctx, user, address.at);
}

/* --- counting --------------------------------------------------------------------------------- */

/* Both readings have the same name where only the password is beyond ASCII: that is one account. */
static size_t names(const struct basic *basic)
{
	bool is_same =
		basic->count == 2 && str_eq(basic->readings[0].name, basic->readings[1].name);
	return is_same ? 1 : basic->count;
}

static struct buf pair_of(struct str name, struct str address)
{
	struct buf text = {0};
	buf_put_u64(&text, name.len);
	buf_put_byte(&text, ':');
	buf_put(&text, name);
	buf_put(&text, address);
	return text;
}

static unsigned count(const struct login_table *table, enum failed_kind kind, struct str who)
{
	return login_failed_count(table->failed, kind, who, net_now(table->net));
}

static unsigned count_of_pair(
	const struct login_table *table, const struct basic *basic, struct str address)
{
	unsigned most = 0;
	for (size_t i = 0; i < names(basic); i++) {
		struct buf pair = pair_of(basic->readings[i].name, address);
		unsigned failed = count(table, FAILED_PAIR, buf_str(&pair));
		most = failed > most ? failed : most;
		buf_free(&pair);
	}
	return most;
}

void login_note_failed(
	struct login_table *table, const struct basic *basic, struct str address, bool is_known)
{
	msec now = net_now(table->net);
	login_failed_note(table->failed, FAILED_ADDRESS, address, now);
	for (size_t i = 0; i < names(basic); i++) {
		login_failed_note(table->failed, FAILED_ACCOUNT, basic->readings[i].name, now);
		if (!is_known)
			continue;
		struct buf pair = pair_of(basic->readings[i].name, address);
		login_failed_note(table->failed, FAILED_PAIR, buf_str(&pair), now);
		buf_free(&pair);
	}
}

/* --- limits ----------------------------------------------------------------------------------- */

/* Beyond its limit an account is not shut: one after the other may try. */
static bool is_shut(
	const struct login_table *table, struct str name, struct str address, unsigned guesses)
{
	msec now = net_now(table->net);
	if (count(table, FAILED_ACCOUNT, name) + guesses < LOGIN_FAILED_MAX)
		return false;
	bool is_next =
		guesses == 0 && count(table, FAILED_ADDRESS, address) == 0 &&
		now - login_failed_last(table->failed, FAILED_ACCOUNT, name, now) >= LOGIN_SLOW_MS;
	return !is_next;
}

static bool is_over(const struct login_table *table, const struct basic *basic, struct str address,
	unsigned guesses)
{
	if (count(table, FAILED_ADDRESS, address) >= LOGIN_FAILED_MAX)
		return true;
	for (size_t i = 0; i < names(basic); i++)
		if (is_shut(table, basic->readings[i].name, address, guesses))
			return true;
	return false;
}

enum login_leave login_limit(const struct login_table *table, const struct basic *basic,
	struct str address, bool is_known, const struct login_guesses *guesses)
{
	if (is_known && count_of_pair(table, basic, address) + guesses->of_pair >= LOGIN_FAILED_MAX)
		return LOGIN_MUST_WAIT;
	if (!is_over(table, basic, address, guesses->of_account))
		return LOGIN_MAY_TRY;
	return is_known ? LOGIN_MUST_BE_RIGHT : LOGIN_MUST_WAIT;
}
