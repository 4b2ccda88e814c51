/* reload.h - the file and the certificate, read again: what the file declares is done, and everything of it is said. */
#ifndef SERVER_RELOAD_H
#define SERVER_RELOAD_H

#include "centre/centre.h"
#include "config/config.h"
#include "net/net.h"
#include "server/admin.h"

struct reload {
	struct centre *centre;
	struct net *tls;              /* that is listened in; NULL: without TLS */
	const struct config *running; /* that the process was started with */
	bool is_new;                  /* the store was empty: it has just begun as that says */
};

/* ctx is a struct reload. The answer of "reload": what changes, what is warned of, what comes with the next start; or
 * why nothing is done. The same goes to the log, unless nothing is to be done. The certificate is read again whatever comes of
 * the rest: a program renews it, and knows nothing of a mistake in our file. */
void reload_answer(void *ctx, const struct admin_reload *asked, struct buf *answer, uint64_t *lsn);
/* The running configuration's own: what cannot be is said, and the server goes on as it was. */
void reload_at_start(const struct reload *reload);

#endif
