/* request.h - requests that a user gave a key (Idempotency-Key): each is done once.
 *
 * What was done is remembered by an event of the same command, so both are on disk or neither. Key and request are
 * kept as digests keyed with the centre's secret: who reads them learns nothing of what was written. */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

#include "core/core.h"

#define REQUEST_KEPT_MS (24 * 3600 * (msec)1000)
/* Of one user; beyond, the oldest one is forgotten before its time. What is old makes room for what comes, so as many
 * are remembered as the busiest day had. A program that writes for a whole centre stays below it for a day, and all of
 * its requests take some 3 MiB. */
#define REQUESTS_MAX 10000

struct request {
	struct body_request b;
	uint64_t lsn;      /* of the event: an answer to a repeat waits for it */
	UT_hash_handle hh; /* user->requests by key, in the order in which they were made */
};

/* The digests of a user's key and of all that makes a request what it is. */
void request_digest(unsigned char out[DIGEST_BYTES], const struct core *core, struct str what,
	struct str bytes);
/* What the user asked for with this key within REQUEST_KEPT_MS; NULL: nothing. */
const struct request *core_request(
	const struct core *core, const struct user *user, struct str key, msec now);

/* For core_apply: the command was given a key and has happened. */
void request_note(struct turn *turn, const struct command *command);
void requests_free(struct user *user);

#endif
