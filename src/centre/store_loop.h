/* store_loop.h - the loop that a store needs (struct store_loop), over a net. */
#ifndef CENTRE_STORE_LOOP_H
#define CENTRE_STORE_LOOP_H

#include "net/net.h"
#include "store/store.h"

struct store_loop_net;
/* Must outlive the store that it is given to. */
struct store_loop_net *store_loop_net_new(struct net *net);
const struct store_loop *store_loop_net_loop(const struct store_loop_net *loop);
void store_loop_net_free(struct store_loop_net **loop); /* what waits is not called any more */

#endif
