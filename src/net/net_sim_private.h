/* net_sim_private.h - the simulated world's inside, shared by net_sim*.c only. */
#ifndef NET_NET_SIM_PRIVATE_H
#define NET_NET_SIM_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "net/net_calls.h"
#include "net/net_heap.h"
#include "net/net_private.h"
#include "net/net_sim.h"

#include <uthash.h>

/* What the "system" takes of a direction before bytes count as unsent; a round trip frees it. */
#define SIM_WINDOW_BYTES (64 * 1024)

/* Who connects. Everything that is counted about a peer is counted here and nowhere else. */
struct sim_peer {
	UT_hash_handle hh;
	unsigned connections; /* opened so far */
	uint64_t events;      /* scheduled so far, of all its connections */
	msec ranked_at;       /* sim_rank's last answer: much happens at one time */
	uint64_t rank;        /* 0: there was none */
	size_t name_len;
	char name[];
};

enum sim_kind {
	SIM_ASK,    /* the wish to connect arrives at the listener */
	SIM_OPEN,   /* its answer arrives: connected */
	SIM_REFUSE, /* its answer arrives: nobody listens */
	SIM_BYTES,  /* bytes arrive */
	SIM_RESUME, /* reading was switched on again */
	SIM_TAKEN,  /* news arrives that the other end has read `taken` bytes */
	SIM_END,    /* the other end's end arrives */
	SIM_LINGER, /* net_close has waited long enough */
	SIM_CLOSED, /* on_closed is due */
};

struct sim_conn;

/* Something that will happen to one end of a pair. */
struct sim_event {
	struct net_due due;
	struct sim_conn *end; /* NULL: a timer */
	struct net_timer *timer;
	enum sim_kind kind;
	size_t taken;
	struct buf bytes;
};

enum sim_side { SIM_PEER, SIM_SERVER };

/* Random numbers that nobody else moves. */
struct sim_stream {
	unsigned char key[32];
	uint64_t drawn;
};

struct sim_conn {
	struct net_conn base;
	struct sim_pair *pair;
	enum sim_side side;
	bool is_open;
	bool is_paused;  /* net_read(false) */
	bool is_closing; /* nobody is told more but on_closed */
	bool is_over;    /* its own end was sent */
	bool is_closed;  /* on_closed was given */
	bool end_came;   /* the other side's end arrived, perhaps behind unread bytes */
	bool is_resuming;
	size_t in_flight;            /* taken by the system, not yet read by the other side */
	struct buf unsent;           /* written, not yet taken by the system */
	struct buf arrived;          /* waiting for this side to read */
	struct sim_event *last_sent; /* bytes on their way that more can join */
	struct sim_stream pieces;    /* decides in what pieces bytes are read here */
};

/* A connection: both of its ends. Freed when both are closed and nothing more is due for them. */
struct sim_pair {
	struct sim_conn ends[2]; /* by enum sim_side */
	struct sim_world *world;
	struct sim_peer *peer;
	unsigned nth; /* which connection of the peer, from 1 */
	unsigned port;
	char *host;
	size_t events; /* scheduled, not yet happened */
	struct sim_pair *prev, *next;
};

struct sim_world {
	struct net base;
	msec now;
	unsigned char key[32]; /* from the seed */
	struct net_heap due;
	uint64_t timers; /* numbers given to timers */
	struct net_calls later;
	struct sim_peer *peers;
	struct sim_pair *pairs;
	struct sim_listener *listeners;
	struct arena keys; /* of the streams that were lent */
	unsigned last_port;
	void (*record)(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes);
	void *record_ctx;
};

struct sim_listener {
	struct net_listener base;
	struct sim_listener *prev, *next;
	unsigned port;   /* 0: on a path */
	struct str path; /* owned; empty: on a port */
	void (*on_accept)(void *ctx, struct net_conn *conn);
	void *ctx;
};

/* net_sim.c */
struct sim_stream sim_stream(
	const struct sim_world *world, const char *purpose, struct str label, uint64_t nth);
void sim_draw(struct sim_stream *stream, void *out, size_t len);
/* The same for who draws through net.h. */
struct net_stream sim_lend(struct sim_world *world, const struct sim_stream *stream);
/* The place of `peer` among all that is due at `at`: a function of seed, peer and time alone. */
uint64_t sim_rank(const struct sim_world *world, struct sim_peer *peer, msec at);

/* net_sim_conn.c */
void sim_happen(struct sim_event *event); /* to a connection; frees the event */
void sim_event_free(struct sim_event *event);
void sim_pair_free(struct sim_pair *pair);
enum err sim_listen(struct net *net, struct str host, unsigned port,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out);
enum err sim_listen_unix(struct net *net, struct str path,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out);
unsigned sim_listener_port(const struct net_listener *listener);
void sim_listener_close(struct net_listener *listener);
struct net_conn *sim_connect(struct net *net, struct str peer, struct str host, unsigned port,
	const struct net_handler *handler, void *ctx);
struct net_conn *sim_connect_unix(
	struct net *net, struct str path, const struct net_handler *handler, void *ctx);
struct net_stream sim_conn_stream(const struct net_conn *conn);
struct str sim_conn_peer(const struct net_conn *conn);
void sim_writev(struct net_conn *conn, const struct str *parts, size_t count);
size_t sim_unsent(const struct net_conn *conn);
void sim_read(struct net_conn *conn, bool on);
void sim_close(struct net_conn *conn, msec linger_ms);

#endif
