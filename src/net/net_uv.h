/* net_uv.h - the real world: net.h over libuv. */
#ifndef NET_NET_UV_H
#define NET_NET_UV_H

#include "net/net.h"

struct net *net_uv_new(void);
/* Runs until net_uv_stop was called or nothing is left to wait for. */
void net_uv_run(struct net *net);
void net_uv_stop(struct net *net);
/* Calls fn(ctx, signal) on the loop's thread whenever this process gets `signal`. */
void net_uv_on_signal(struct net *net, int signal, void (*fn)(void *ctx, int signal), void *ctx);
void net_uv_free(struct net **net); /* everything must be closed or is closed now */

#endif
