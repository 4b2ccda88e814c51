/* gate.h - durable before visible: holds every output back until what it depends on is on disk.
 *
 * Outputs of one released lsn leave in the order: replies, pushes, SMPP; supervisors' pushes last,
 * in the next turn of the loop. What a commit groups is not observable. */
#ifndef CENTRE_GATE_H
#define CENTRE_GATE_H

#include "base/histogram.h"
#include "core/core.h"
#include "core/gate_wait.h"
#include "net/net.h"
#include "store/store.h"

#define GATE_BATCH_EVENTS_MAX 512 /* of one commit */
#define GATE_BATCH_BYTES_MAX  (256 * 1024)
#define GATE_HELD_BYTES_MAX   (8 * 1024 * 1024) /* held: stop reading sockets */
#define GATE_HELD_MS_MAX      1000              /* oldest commit awaited: stop reading sockets */
#define GATE_STALL_MS         5000 /* oldest awaited: new commands are refused, ERR_STORE */
/* How often it is asked whether a commit is late and what has been projected; only while there is
 * something to look after. */
#define GATE_POLL_MS  250
#define GATE_PROBE_MS 1000 /* after a refused commit: can the store write again? */

struct gate;
struct gate_callbacks {
	void *ctx;
	/* Stop and start reading sockets. */
	void (*pause)(void *ctx, bool on);
	/* A commit was rolled back and all that waited for it was told so: rebuild the core. The gate
	 * takes no events until a probe says that the store can write. */
	void (*refused)(void *ctx);
	/* FENCED (also between commits), UNKNOWN: answer nothing, exit 74. */
	void (*lost)(void *ctx, enum store_result result);
	/* Now and then: core_forget may run. */
	void (*projected)(void *ctx, uint64_t lsn);
};

/* Of a store that takes no writes yet (opened on a full disk): as after a refused commit. */
struct gate *gate_new(struct net *net, struct store *store, uint64_t durable,
	const struct gate_callbacks *callbacks);
/* What still waits is not told any more. A commit under way goes on; nobody waits for it. */
void gate_free(struct gate **gate);
/* The store is the caller's again; only to be freed comes now. */
void gate_forget_store(struct gate *gate);
/* The events of one command, in order; they go into the same commit. Packed notes: what users are told of them,
 * taken out of the buf; without events they stay there. */
void gate_append(struct gate *gate, const struct event *events, size_t count, struct buf *notes);
/* What commands append between the two is one commit, however much it is: all of it or nothing. */
void gate_cork(struct gate *gate);
void gate_uncork(struct gate *gate);
/* wait->done is called when everything up to lsn is on disk: at once if it is, but a supervisor's in the
 * next turn; or, not durable, when its commit is refused. One that waits already is moved. */
void gate_wait(struct gate *gate, struct gate_wait *wait, uint64_t lsn);
/* Is all of it on disk, and may outputs leave? Then a reply of this lsn need not wait; also from inside of a
 * done, where gate_wait calls another done only when that one has returned. */
bool gate_is_through(const struct gate *gate, uint64_t lsn);
bool gate_is_ours(const struct gate *gate); /* has nobody else the centre, as far as is known? */
uint64_t gate_durable(const struct gate *gate);
/* What its commits were like, since it was made. */
struct gate_stats {
	struct histogram duration_ms; /* from a batch's first event until it was on disk */
	struct histogram events;      /* of a batch */
};
const struct gate_stats *gate_stats(const struct gate *gate);
uint64_t gate_projected_lsn(const struct gate *gate); /* so far the tables are, on disk */
struct store_size gate_store_size(const struct gate *gate);
bool gate_is_writable(const struct gate *gate); /* false: refuse commands with ERR_STORE */
/* Calls idle(ctx) in a later turn, once nothing is held and nothing is being committed (for a
 * graceful stop). One waits at a time. */
void gate_when_idle(struct gate *gate, void (*idle)(void *ctx), void *ctx);

#endif
