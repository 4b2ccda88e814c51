/* net_uv_private.h - the real world's inside, shared by net_uv*.c only. */
#ifndef NET_NET_UV_PRIVATE_H
#define NET_NET_UV_PRIVATE_H

#include "base/buf.h"
#include "net/net_calls.h"
#include "net/net_heap.h"
#include "net/net_private.h"
#include "net/net_uv.h"

#include <uv.h>

/* One read of a socket. Shared by all connections: what on_data leaves unkept is gone after it. */
#define UV_INPUT_BYTES (64 * 1024)
/* Room for the text of an IPv6 address, '\0' included. */
#define UV_PEER_BYTES 46

struct uv_job;
struct uv_signal;
struct uv_ticking;

/* The thread that net_work's work runs on; started by the first job. */
struct uv_worker {
	uv_thread_t thread;
	uv_mutex_t lock; /* guards what follows */
	uv_cond_t more;
	struct uv_job *jobs;
	bool stop;
	bool started;
	size_t owed; /* jobs whose done was not run yet; the loop's thread only */
};

/* What a connection has written in this turn. */
struct uv_outbox {
	struct uv_conn *conn;
	enum net_order order;
	struct buf bytes;
	struct uv_outbox *prev, *next; /* in one of the grid's lists */
};

/* Turns at fixed times; see net_uv_grid.c. */
struct uv_grid {
	uint64_t half_ns; /* from taking to letting leave, and on to the next; 0: no grid */
	bool is_stopped;
	struct net_calls once_read;
	struct uv_outbox *unsent
		[2]; /* written in this turn, in the order of the first writes; by enum net_order */
	struct uv_outbox *drained; /* empty: all has left, which they were not told yet */
};

struct uv_world {
	struct net base;
	uv_loop_t loop;
	msec started_at;     /* wall clock, ms */
	uint64_t started_ns; /* monotonic clock */
	struct net_heap timers;
	uint64_t timers_started;
	struct uv_ticking *spare_ticking; /* of stopped timers, for the next ones */
	uv_timer_t alarm;                 /* set to the first of timers */
	struct net_calls later;
	uv_idle_t turn; /* on while something is in later */
	uv_mutex_t posted_lock;
	struct net_calls posted;
	uv_async_t wake;
	struct uv_grid grid;
	struct uv_worker worker;
	struct uv_signal *signals;
	struct uv_listener *listeners;
	struct uv_conn *lingering; /* closing, their deadlines in no order */
	struct net_timer linger_timer;
	msec accept_failed_at; /* when a failed accept was last logged */
	bool ending;           /* net_uv_free closes what is left and tells nobody */
	char input[UV_INPUT_BYTES];
};

/* A connection's open question: which address next? Outlives a closed connection until libuv has
 * answered. */
struct uv_opening;

union uv_socket {
	uv_handle_t handle;
	uv_stream_t stream;
	uv_tcp_t tcp;
	uv_pipe_t pipe;
};

/* Thousands of these are held at the same time: see the assertion on its size. */
struct uv_conn {
	struct net_conn base;
	struct uv_opening *opening;  /* while connecting */
	struct uv_conn *prev, *next; /* in the world's lingering, once that was asked for */
	msec linger_until;           /* of one that has still to begin: how long */
	struct uv_outbox *outbox;    /* NULL: nothing written in this turn of the grid */
	unsigned waiting; /* writes that the system did not take at once, and of whose end libuv has
			   * not told yet */
	bool is_closing : 1; /* net_close was called or the other side ended: nobody is told more */
	bool is_lingering : 1; /* closing, but written bytes may still leave */
	bool is_ended : 1;     /* the other side sends nothing more */
	bool is_shut : 1;      /* our side's end was sent */
	bool is_paused : 1;    /* net_read(false) */
	bool has_lost : 1;     /* something written will never be taken */
	char peer[UV_PEER_BYTES];
	union uv_socket socket;
};

/* What a held poll costs in net/: the handle, and little else (design, 7). */
_Static_assert(sizeof(struct uv_conn) <= 392, "an idle connection must stay small");

struct uv_listener {
	struct net_listener base;
	struct uv_listener *prev, *next;
	void (*on_accept)(void *ctx, struct net_conn *conn);
	void *ctx;
	char *path; /* of a Unix socket: removed again at the close */
	union uv_socket socket;
};

/* net_uv.c */
void uv_world_run_later(struct uv_world *world);  /* what was deferred up to now */
void uv_world_run_posted(struct uv_world *world); /* what other threads asked for up to now */

/* net_uv_grid.c */
void uv_grid_run(struct uv_world *world);
void uv_grid_free(struct uv_world *world);
void uv_world_once_read(struct net *net, void (*fn)(void *ctx), void *ctx);
void uv_grid_write(struct uv_conn *conn, struct str bytes);
size_t uv_grid_unsent(const struct uv_conn *conn);
void uv_grid_forget(struct uv_conn *conn); /* it closes */

/* net_uv_worker.c */
void uv_world_work(struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx);
void uv_worker_init(struct uv_worker *worker);
/* Waits for the job that runs and drops the others; *posted is what the loop did not run any more. */
void uv_worker_fini(struct uv_worker *worker, const struct net_calls *posted);

/* net_uv_listen.c */
enum err uv_world_listen(struct net *net, struct str host, unsigned port,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out);
enum err uv_world_listen_unix(struct net *net, struct str path,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out);
unsigned uv_world_listener_port(const struct net_listener *listener);
void uv_world_listener_close(struct net_listener *listener);

/* net_uv_connect.c */
struct net_conn *uv_world_connect(struct net *net, struct str peer, struct str host, unsigned port,
	const struct net_handler *handler, void *ctx);
struct net_conn *uv_world_connect_unix(
	struct net *net, struct str path, const struct net_handler *handler, void *ctx);
void uv_opening_forget(struct uv_conn *conn); /* its connection closes */
void uv_opening_write(struct uv_conn *conn, struct str bytes);
size_t uv_opening_unsent(const struct uv_conn *conn);

/* net_uv_conn.c */
struct uv_conn *uv_conn_new(struct uv_world *world, uv_handle_type type);
void uv_conn_start(struct uv_conn *conn); /* connected: names the peer and reads */
void uv_conn_drop(struct uv_conn *conn);  /* closes now; on_closed follows in a later turn */
/* What the system takes now, the rest later. */
void uv_conn_send(struct uv_conn *conn, const struct str *parts, size_t count);
void uv_conn_linger(struct uv_conn *conn, msec linger_ms); /* see net_uv_conn.c */
struct str uv_world_conn_peer(const struct net_conn *conn);
void uv_world_writev(struct net_conn *conn, const struct str *parts, size_t count);
size_t uv_world_unsent(const struct net_conn *conn);
void uv_world_read(struct net_conn *conn, bool on);
void uv_world_close(struct net_conn *conn, msec linger_ms);

#endif
