/* cable.h - between the server and the simulated SMSC: tells every byte of either direction; where that is asked for, it
 * breaks now and then, and has a receipt come twice. */
#ifndef TEST_SIM_CABLE_H
#define TEST_SIM_CABLE_H

#include "net/net.h"

struct cable_settings {
	struct str host; /* where the server's link connects; borrowed, as the next */
	unsigned port;
	struct str to_host; /* of the SMSC */
	unsigned to_port;
	/* Cut the link every so often, at most: half of the times the SMSC unbinds first. Some texts are
	 * answered "not now", in four ways. And every second receipt comes twice, the second time under a number that the SMSC knows nothing of. Then bytes are passed on PDU by
	 * PDU. 0: never. */
	msec restless_most_ms;
	/* Some answers of the SMSC come later, so much at most, and never if the link breaks before; a few texts it
	 * refuses for good. What it delivers first in a bind comes in any order; but never something after more
	 * than it may have unanswered: see receive-window in doc/sotto.yaml. 0: never. */
	msec late_most_ms;
	/* Every byte that arrives here, and every one that was made here. May be NULL. */
	void (*on_bytes)(void *ctx, bool from_server, struct str bytes);
	void *ctx;
};

struct cable;
struct cable *cable_new(struct net *net, const struct cable_settings *settings);
void cable_calm(struct cable *cable); /* restless no more */
void cable_hang_up(
	struct cable *cable);          /* takes no connection any more; run the net once more ... */
void cable_free(struct cable **cable); /* ... before this */

#endif
