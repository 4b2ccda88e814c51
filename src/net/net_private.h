/* net_private.h - what the two worlds of net.h share: the table that net.c dispatches over. */
#ifndef NET_NET_PRIVATE_H
#define NET_NET_PRIVATE_H

#include "net/net.h"

/* Each function does what its namesake in net.h says. */
struct net_ops {
	msec (*now)(struct net *net);
	void (*timer_start)(struct net *net, struct net_timer *timer, msec delay_ms);
	void (*timer_stop)(struct net *net, struct net_timer *timer);
	void (*defer)(struct net *net, void (*fn)(void *ctx), void *ctx);
	/* Of a world that is on a grid. */
	void (*once_read)(struct net *net, void (*fn)(void *ctx), void *ctx);
	void (*post)(struct net *net, void (*fn)(void *ctx), void *ctx);
	void (*work)(struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx);
	struct net_stream (*stream_of)(struct net *net, struct str label, uint64_t nth);
	void (*random)(struct net *net, struct net_stream *stream, void *out, size_t len);
	enum err (*listen)(struct net *net, struct str host, unsigned port,
		void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx,
		struct net_listener **out);
	enum err (*listen_unix)(struct net *net, struct str path,
		void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx,
		struct net_listener **out);
	unsigned (*listener_port)(const struct net_listener *listener);
	void (*listener_close)(struct net_listener *listener);
	struct net_conn *(*connect)(struct net *net, struct str peer, struct str host,
		unsigned port, const struct net_handler *handler, void *ctx);
	struct net_conn *(*connect_unix)(
		struct net *net, struct str path, const struct net_handler *handler, void *ctx);
	struct net_stream (*conn_stream)(const struct net_conn *conn);
	struct str (*conn_peer)(const struct net_conn *conn);
	void (*writev)(
		struct net_conn *conn, const struct str *parts, size_t count); /* not all empty */
	size_t (*unsent)(const struct net_conn *conn);
	void (*read)(struct net_conn *conn, bool on);
	void (*close)(struct net_conn *conn, msec linger_ms);
};

/* Pieces of long work that wait, a line for each enum net_order. */
struct net_turns {
	struct net_turn *first;
};

/* Each world's own struct begins with one of these. */
struct net {
	const struct net_ops *ops;
	struct net_turns turns[2];
	bool is_on_grid;
	bool is_turn_asked; /* a turn of the loop will make the next piece */
};

struct net_conn {
	struct net *net;
	const struct net_handler *handler; /* NULL until attached: nobody is told anything */
	void *ctx;
	enum net_order order;
};

struct net_listener {
	struct net *net;
};

#endif
