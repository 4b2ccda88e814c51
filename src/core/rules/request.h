/* request.h - requests that a user gave a key (Idempotency-Key): each is done once.
 *
 * What was done is remembered by an event of the same command, so both are on disk or neither. Key and request are
 * kept as digests keyed with the centre's secret: who reads them learns nothing of what was written. */
#ifndef CORE_RULES_REQUEST_H
#define CORE_RULES_REQUEST_H

#include "core/core.h"

#define REQUEST_KEPT_MS (24 * 3600 * (msec)1000)
/* The digests of a user's key and of all that makes a request what it is. */
void request_digest(unsigned char out[DIGEST_BYTES], const struct core *core, struct str what,
	struct str bytes);
/* What the user asked for with this key within REQUEST_KEPT_MS; NULL: nothing. */
const struct request *core_request(
	const struct core *core, const struct user *user, struct str key, msec now);

struct turn;
/* For core_apply: the command was given a key and has happened. */
void request_note(struct turn *turn, const struct command *command);

#endif
