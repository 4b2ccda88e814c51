/* net.h - the world outside: sockets, timers, work, now, random. Two worlds stand behind it:
 * net_uv (the real one, over libuv) and net_sim (simulated, driven by a seed, for tests).
 *
 * One thread, one loop: every callback runs on it, one at a time. Nothing else in the product calls
 * the operating system for time, sockets or randomness. */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/err.h"
#include "base/msec.h"
#include "base/str.h"

struct net;
struct net_conn;
struct net_listener;
struct net_turns;

/* --- time --------------------------------------------------------------------------------------
 * now = wall clock at start + monotonic time since, so it never runs backwards. */
msec net_now(struct net *net);

/* A one-shot timer. All zero is a stopped timer; the caller owns the struct and keeps it in place
 * while it runs. */
struct net_timer {
	void (*fire)(void *ctx);
	void *ctx;
	void *inner; /* the world's own */
};
void net_timer_start(struct net *net, struct net_timer *timer, msec delay_ms); /* again = moved */
void net_timer_stop(struct net *net, struct net_timer *timer); /* a stopped one is fine */

/* Runs fn(ctx) in the next turn of the loop, after what this turn still does; in order of asking. */
void net_defer(struct net *net, void (*fn)(void *ctx), void *ctx);

/* A piece of long work. Pieces are made one a turn of the loop, so that between two of them everybody
 * else is served; who asks for one bounds what it does (at most some 5 ms). First come, first served,
 * and NET_LAST only when no other waits: what supervisors are given, so that nobody waits for it who
 * could tell by the clock. All zero is one that does not wait; the caller owns the struct and keeps it
 * in place while it waits. */
enum net_order { NET_FIRST, NET_LAST };
struct net_turn {
	void (*run)(void *ctx); /* it waits no longer by then */
	void *ctx;
	struct net_turns *in; /* NULL: it does not wait */
	struct net_turn *prev, *next;
};
void net_turn_ask(
	struct net *net, struct net_turn *turn, enum net_order order); /* again = nothing */
void net_turn_drop(struct net_turn *turn); /* one that does not wait is fine */

/* Do turns stand on a grid (net_uv_set_grid)? Then what is written to a connection in one turn leaves
 * together, at the grid's time. */
bool net_is_on_grid(const struct net *net);
/* Where turns stand on a grid: calls fn(ctx) when all that peers had sent by the beginning of this turn, or, where
 * that is over, of the next one, has been taken; nothing that was deferred comes before it. False: there is no grid,
 * and whoever would wait does it at once. */
#define NET_GRID_MS_MAX 100 /* beyond, people notice */
bool net_once_read(struct net *net, void (*fn)(void *ctx), void *ctx);

/* The only call that other threads may make: runs fn(ctx) on the loop's thread, soon, in order. */
void net_post(struct net *net, void (*fn)(void *ctx), void *ctx);
/* Runs work(ctx) on the one worker thread (in order of asking), then done(ctx) on the loop's
 * thread. net_sim runs both inline, done through net_defer. The caller bounds how much it asks. */
void net_work(struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx);

/* --- randomness --------------------------------------------------------------------------------
 * Whoever draws says from which stream. In net_uv all streams are the system's generator. In net_sim
 * a stream is a function of (seed, label, nth), and nothing else that happens moves it. */
struct net_stream {
	const unsigned char
		*key; /* net_sim's, for as long as the world is there; net_uv has none */
	uint64_t drawn;
};
/* The stream of e.g. a login: label = the user's name, nth = which login of that user. */
struct net_stream net_stream_of(struct net *net, struct str label, uint64_t nth);
void net_random(struct net *net, struct net_stream *stream, void *out, size_t len);

/* --- connections -------------------------------------------------------------------------------
 * Callbacks of one connection. ctx is net_conn_ctx(conn). After on_closed (which comes exactly once
 * for every connection, whoever closed it, never from inside net_close) the conn is gone. */
struct net_handler {
	void (*on_open)(
		struct net_conn *conn); /* an outgoing connection is up; not for accepted ones */
	void (*on_data)(struct net_conn *conn, struct str bytes); /* borrowed for the call */
	/* net_unsent has come down to 0 again; may be NULL. Not called for what left at once. */
	void (*on_drained)(struct net_conn *conn);
	/* Also when the other side ends only its own sending: what was written before still leaves. */
	void (*on_closed)(struct net_conn *conn);
};

/* Listens on host:port (port 0: any free one, see net_listener_port). For each accepted connection
 * on_accept is called; it must set ctx and handler with net_conn_attach, or net_close it. */
enum err net_listen(struct net *net, struct str host, unsigned port,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx,
	struct net_listener **out) MUST_CHECK;
/* The same on a Unix socket (mode 0600; a stale file is replaced). ERR_STORE: the disk takes no file at
 * present (full, read-only); not logged. */
enum err net_listen_unix(struct net *net, struct str path,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx,
	struct net_listener **out) MUST_CHECK;
unsigned net_listener_port(const struct net_listener *listener);
void net_listener_close(struct net_listener **listener); /* accepted connections stay */

/* Starts connecting; on_open or on_closed follows. host: an address or a name.
 * peer: who connects, for net_sim's streams and records ("" for net_uv). */
struct net_conn *net_connect(struct net *net, struct str peer, struct str host, unsigned port,
	const struct net_handler *handler, void *ctx);
struct net_conn *net_connect_unix(
	struct net *net, struct str path, const struct net_handler *handler, void *ctx);

void net_conn_attach(struct net_conn *conn, const struct net_handler *handler, void *ctx);
void *net_conn_ctx(const struct net_conn *conn);
/* The stream that belongs to this connection (net_sim: peer and its nth connection). */
struct net_stream net_conn_stream(const struct net_conn *conn);
/* The other side's address without the port ("127.0.0.1"; in net_sim the peer's name). Borrowed. */
struct str net_conn_peer(const struct net_conn *conn);

/* Writes bytes (copied where they cannot leave at once). Writing to a closing conn does nothing; what
 * is written before on_open waits for it. No callback is called from inside of net_write, net_writev,
 * net_read or net_close. */
void net_write(struct net_conn *conn, struct str bytes);
/* The same of several, one behind the other, which need not be put together first; empty ones are fine. */
void net_writev(struct net_conn *conn, const struct str *parts, size_t count);
/* Bytes written and not yet taken by the system: the caller's measure for back-pressure. Never 0 again
 * once written bytes were lost with a broken connection. */
size_t net_unsent(const struct net_conn *conn);
/* NET_LAST: where turns stand on a grid, what is written to it leaves after what is written to others, so
 * that these leave no later for it. NET_FIRST at the start. */
void net_order(struct net_conn *conn, enum net_order order);
enum net_order net_order_of(const struct net_conn *conn);
/* Stops and starts on_data: back-pressure towards the peer. Reading is on at the start. */
void net_read(struct net_conn *conn, bool on);
/* Closes once what was written has left and the other side has ended too, but waits no longer than
 * linger_ms (0: at once, unsent bytes are dropped). No callback but on_closed comes any more. */
void net_close(struct net_conn *conn, msec linger_ms);
/* Closes it at once, and nobody hears of it any more, not even of its end: for an owner that is about to go. */
void net_abandon(struct net_conn *conn);

#endif
