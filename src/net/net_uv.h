/* net_uv.h - the real world: net.h over libuv. */
#ifndef NET_NET_UV_H
#define NET_NET_UV_H

#include "net/net.h"

struct net *net_uv_new(void);
/* Before anything else: puts the turns of the loop on a grid of so many ms (0: none, the start), so that
 * nobody can tell by the clock what else is done here. At each multiple of the grid all that peers have
 * sent by then is taken; half a grid later all that was written by then leaves. What happens in between
 * does not show, as long as it takes less than half a grid; longer work delays the next tick. An idle
 * loop sleeps, and a peer then waits as long as it would otherwise. Costs a peer up to one and a half
 * grids. */
void net_uv_set_grid(struct net *net, unsigned grid_ms);
/* Runs until net_uv_stop was called or nothing is left to wait for. */
void net_uv_run(struct net *net);
void net_uv_stop(struct net *net);
/* Calls fn(ctx, signal) on the loop's thread whenever this process gets `signal`. */
void net_uv_on_signal(struct net *net, int signal, void (*fn)(void *ctx, int signal), void *ctx);
void net_uv_free(struct net **net); /* everything must be closed or is closed now */

#endif
