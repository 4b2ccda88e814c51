/* cable.h - between the server and the simulated SMSC: tells every byte of either direction; where that is asked for, it
 * breaks now and then, and has a receipt come twice. */
#ifndef TEST_SIM_CABLE_H
#define TEST_SIM_CABLE_H

#include "net/net.h"

struct cable_settings {
	unsigned nth;    /* which of the carrier's, from 0; each draws for itself */
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
	/* From then on, after the beginning, the SMSC is out of reach; CABLE_DEAD_MS after it is calm it comes back. 0: never. */
	msec dead_from_ms;
	/* Every byte that arrives here, and every one that was made here. May be NULL. */
	void (*on_bytes)(void *ctx, unsigned nth, bool from_server, struct str bytes);
	/* A connection of the server's is over. May be NULL. */
	void (*on_end)(void *ctx, unsigned nth);
	void *ctx;
};

/* So long that what waits for its link leaves by another (SMS_DEAD_MS). */
#define CABLE_DEAD_MS 6500

struct cable;
struct cable *cable_new(struct net *net, const struct cable_settings *settings);
void cable_calm(struct cable *cable);           /* restless no more */
bool cable_is_bound(const struct cable *cable); /* the server is connected through it */
void cable_hang_up(
	struct cable *cable);          /* takes no connection any more; run the net once more ... */
void cable_free(struct cable **cable); /* ... before this */

#endif
