/* net_sim.h - a simulated world: net.h in one process, no real sockets, no real time.
 *
 * The clock stands still while callbacks run and jumps to the next due thing. Bytes written on one
 * end arrive at the other end LATENCY later, in order, in pieces whose size is drawn from the
 * connection's own stream. Up to 64 KiB of a direction are on their way at a time; more is unsent.
 *
 * No peer can move what another peer sees. Things due at the same time run in this order: timers, by
 * the number that each struct net_timer got when it was first started (so start a timer that many
 * share once where it is made, if only to stop it again); then what concerns connections, peer by
 * peer in an order drawn from (seed, peer, time), within a peer as scheduled. What a thing defers
 * runs before the next thing. Each peer's connections and their streams are numbered by that peer
 * alone. */
#ifndef NET_NET_SIM_H
#define NET_NET_SIM_H

#include "net/net.h"

#define NET_SIM_LATENCY_MS 1

struct net *net_sim_new(uint64_t seed, msec start);
/* Runs whatever is due up to and including `until`; the clock stands at `until` afterwards. */
void net_sim_run(struct net *net, msec until);
/* The machine stands still, as one that is suspended: so much time goes by without anything happening. What
 * was due meanwhile happens late, in its order. */
void net_sim_stand_still(struct net *net, msec ms);
/* Called for every byte that the accepting end writes towards a peer (an outgoing connection's
 * owner), with the peer's name and the number of that peer's connection, from 1. */
void net_sim_record(struct net *net,
	void (*record)(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes),
	void *ctx);
void net_sim_free(struct net **net);

#endif
