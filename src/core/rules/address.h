/* address.h - whence users have signed in lately: NOTE_ADDRESS remembers it, login/ asks. */
#ifndef CORE_RULES_ADDRESS_H
#define CORE_RULES_ADDRESS_H

#include "core/core.h"

/* One is remembered for so long after a sign-in from there. */
#define ADDRESS_KEPT_MS (30 * 24 * 3600 * (msec)1000)
/* A sign-in from there is noted again once the last note is so old: a day of work is one commit. */
#define ADDRESS_NOTE_MS (24 * 3600 * (msec)1000)

/* Did the user sign in from there within ADDRESS_KEPT_MS? address: in whatever form, always the same. */
bool core_knows_address(
	const struct core *core, const struct user *user, struct str address, msec now);
/* Is it new to the user, or the last note older than ADDRESS_NOTE_MS? Else NOTE_ADDRESS does nothing. */
bool core_address_is_due(
	const struct core *core, const struct user *user, struct str address, msec now);

#endif
