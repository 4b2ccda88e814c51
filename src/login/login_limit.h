/* login_limit.h - how often one may fail, and who is let through all the same.
 *
 * Counted are failed logins alone, in a minute: of an account, from an address, and of both together where
 * the account's user has signed in from that address before (core/rules/address.h). Of an IPv6 address the first 64
 * bits count: the rest is whatever its owner likes.
 *
 * - From an address that is known to the user the right password is let through, whatever was failed at the
 *   account or from the address. Only LOGIN_FAILED_MAX of just this account from just there is too many.
 * - From another address neither account nor address may have failed LOGIN_FAILED_MAX times. Where only the
 *   account has, one more may try each LOGIN_SLOW_MS, from addresses that have not failed.
 *
 * So who knows a user's name cannot lock that user out from where the user works; and from where the user does
 * not, only with a new address every LOGIN_SLOW_MS, until a minute after the attack. */
#ifndef LOGIN_LOGIN_LIMIT_H
#define LOGIN_LOGIN_LIMIT_H

#include "base/ip.h"
#include "login/basic.h"
#include "login/login_table.h"

enum login_leave {
	LOGIN_MAY_TRY,
	LOGIN_MUST_BE_RIGHT, /* is tried: known to its user, but a limit is reached */
	LOGIN_MUST_WAIT,     /* is not even tried */
};

/* An address as it counts; `at` is in room, or what was given where that is no address. */
struct login_address {
	struct ip room;
	struct str at;
};
void login_address(struct login_address *out, struct str peer);

/* Has one of those whom the credentials may mean signed in from there? */
bool login_is_known(const struct login_table *table, const struct basic *basic, struct str address);
/* What is still in the worker counts as failed, else a burst would be beyond the limit. */
struct login_guesses {
	unsigned of_account;
	unsigned of_pair;
};
enum login_leave login_limit(const struct login_table *table, const struct basic *basic,
	struct str address, bool is_known, const struct login_guesses *guesses);
void login_note_failed(
	struct login_table *table, const struct basic *basic, struct str address, bool is_known);

/* The user has proven who it is: later on the right password is let through from there. */
void login_came_from(struct login_table *table, struct user *user, struct str peer);

#endif
