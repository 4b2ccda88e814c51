/* cable.h - between the server and the simulated SMSC: tells every byte of either direction; where that is asked for, it
 * breaks now and then, and has a receipt come twice. */
#ifndef TEST_SIM_CABLE_H
#define TEST_SIM_CABLE_H

#include "net/net.h"

struct cable_settings {
	unsigned port;    /* of host "carrier", where the server's link connects */
	unsigned to_port; /* of host "smsc" */
	/* Cut the link every so often, at most: half of the times the SMSC unbinds first. Some texts are
	 * answered "not now", in four ways. And every second receipt comes twice, the second time under a number that the SMSC knows nothing of. Then bytes are passed on PDU by
	 * PDU. 0: never. */
	msec restless_most_ms;
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
