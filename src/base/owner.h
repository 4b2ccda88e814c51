/* owner.h - whose a file is: told where it cannot be opened, and taken on by root, who then leaves nothing of root's behind. */
#ifndef BASE_OWNER_H
#define BASE_OWNER_H

#include "base/buf.h"
#include "base/check.h"

/* "/var/lib/sotto/journal.db: Permission denied (it belongs to sotto, mode 0600; you are bob)". reason: errno. Whose it is
 * stands there for a refusal alone; of what is not there, or not to be looked at, the nearest folder that is. */
void owner_put_failure(struct buf *out, struct str path, int reason);
/* Whoever is root goes on as the owner of that folder; others, and where it is not there or root's, stay who they are.
 * False: it could not, and nothing may be done there. */
bool owner_become(const char *folder) MUST_CHECK;

#endif
