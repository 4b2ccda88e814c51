/* net_seeded.h - the real world (net_uv), but who draws, draws from a seed as in net_sim: so what people do at their nth
 * step is the same again, though not when. */
#ifndef TEST_SIM_NET_SEEDED_H
#define TEST_SIM_NET_SEEDED_H

#include "net/net.h"

struct net *net_seeded_new(uint64_t seed);
/* Until then, or until net_seeded_stop. */
void net_seeded_run(struct net *net, msec ms);
void net_seeded_stop(struct net *net);
void net_seeded_free(struct net **net);

#endif
