/* reload.h - the file, read again: what it declares is done, and everything of it is said. */
#ifndef SERVER_RELOAD_H
#define SERVER_RELOAD_H

#include "centre/centre.h"
#include "config/config.h"
#include "server/admin.h"

struct reload {
	struct centre *centre;
	const struct config *running; /* that the process was started with */
	bool is_new;                  /* the store was empty: it has just begun as that says */
};

/* ctx is a struct reload. The answer of "reload": what changes, what is warned of, what comes with the next start; or
 * why nothing is done. The same goes to the log, unless nothing is to be done. */
void reload_answer(void *ctx, const struct admin_reload *asked, struct buf *answer, uint64_t *lsn);
/* The running configuration's own: what cannot be is said, and the server goes on as it was. */
void reload_at_start(const struct reload *reload);

#endif
