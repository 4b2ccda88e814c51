/* bootstrap.h - what an empty store starts with. */
#ifndef SERVER_BOOTSTRAP_H
#define SERVER_BOOTSTRAP_H

#include "centre/centre.h"
#include "config/config.h"

/* Creates it as the configuration says, in one commit; on error nothing is written and the centre is of
 * no more use. Passwords in plain are hashed here: slow. */
enum err bootstrap_centre(struct centre *centre, struct net *net, const struct config *config,
	struct buf *why) MUST_CHECK;

#endif
