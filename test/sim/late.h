/* late.h - bytes that come later than they were sent, each by itself; and never, if their way ends before. */
#ifndef TEST_SIM_LATE_H
#define TEST_SIM_LATE_H

#include "net/net.h"

struct late_bytes;
struct late { /* in its owner's place from late_begin to late_end */
	struct net *net;
	void (*come)(void *ctx, struct str bytes);
	void *ctx;
	struct late_bytes *first;
};

void late_begin(
	struct late *late, struct net *net, void (*come)(void *ctx, struct str bytes), void *ctx);
void late_put(struct late *late, struct str bytes, msec ms); /* copied */
void late_end(struct late *late);

#endif
