/* login_failed.h - counts of failed logins, per account and per address, in bounded memory. */
#ifndef LOGIN_LOGIN_FAILED_H
#define LOGIN_LOGIN_FAILED_H

#include "base/msec.h"
#include "base/str.h"

/* Counters kept. Each one costs its maker a password hash, so within one window nobody gets far
 * enough to push another's counter out. */
#define LOGIN_FAILED_ENTRIES_MAX 4096

enum failed_kind { FAILED_ACCOUNT, FAILED_ADDRESS };

struct login_failed;
/* key: for the digests under which names and addresses are kept; borrowed. */
struct login_failed *login_failed_new(struct str key);
void login_failed_free(struct login_failed **failed);
/* Failures in the window that began with the first of them. */
unsigned login_failed_count(
	struct login_failed *failed, enum failed_kind kind, struct str who, msec now);
void login_failed_note(
	struct login_failed *failed, enum failed_kind kind, struct str who, msec now);

#endif
