/* login_failed.h - counts of failed logins, in memory that is the same whoever fails how often.
 *
 * Each kind has so many counters, and whom a counter is for is a keyed hash of the name: nothing is ever
 * pushed out, so nobody can make room for further guesses by failing under other names. Two names may share
 * a counter, which then counts both: nobody can choose which (the key is drawn at the start), and to fill a
 * part of the counters that matters one has to fail some thousand times a minute, each a password hash. */
#ifndef LOGIN_LOGIN_FAILED_H
#define LOGIN_LOGIN_FAILED_H

#include "base/msec.h"
#include "base/str.h"

/* Counters of each kind; a power of two. Argon2id at its default takes 20 ms, so the worker fails some 3,000
 * a minute: 150 counters that have reached LOGIN_FAILED_MAX, one in a hundred. */
#define LOGIN_FAILED_SLOTS 16384

enum failed_kind {
	FAILED_ACCOUNT, /* of a user name, whether there is such a user or not */
	FAILED_ADDRESS, /* from an address */
	FAILED_PAIR,    /* of a user name, from an address which that user signed in from before */
	FAILED_KINDS
};

struct login_failed;
/* key: for the hashes; borrowed. */
struct login_failed *login_failed_new(struct str key);
void login_failed_free(struct login_failed **failed);
/* Failures in the window (LOGIN_FAILED_WINDOW_MS) that began with the first of them. */
unsigned login_failed_count(
	const struct login_failed *failed, enum failed_kind kind, struct str who, msec now);
/* When the last one of that window was; 0: there is none. */
msec login_failed_last(
	const struct login_failed *failed, enum failed_kind kind, struct str who, msec now);
void login_failed_note(
	struct login_failed *failed, enum failed_kind kind, struct str who, msec now);

#endif
