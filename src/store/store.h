/* store.h - what was accepted stays: an append-only journal of events and, behind it, the tables.
 *
 * One store holds one centre. Everything is called on the loop's thread; answers come through
 * loop->post. Implementations: store_mem (tests), store_sqlite. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "core/aged.h"
#include "core/core.h"
#include "core/earlier.h"
#include "core/ledger.h"
#include "core/past.h"
#include "core/told.h"
#include "store/store_batch.h"

/* What became of an append. */
enum store_result {
	STORE_DURABLE, /* on disk: survives kill -9 and power loss */
	STORE_FENCED,  /* another owner has the centre (a newer epoch): nothing was written */
	STORE_REFUSED, /* certainly rolled back (disk full, read-only): nothing was written */
	STORE_UNKNOWN, /* fsync failed, EIO: may or may not be there; the process must end (exit 74) */
};

/* How the store reaches the loop. post may be called from any thread. */
struct store_loop {
	void *ctx;
	void (*post)(void *ctx, void (*fn)(void *arg), void *arg);
	/* Runs fn(arg) on the loop after delay_ms (loop's thread only). */
	void (*after)(void *ctx, msec delay_ms, void (*fn)(void *arg), void *arg);
};

/* What the store takes, as far as is known. */
struct store_size {
	uint64_t base;            /* the journal was trimmed up to this event; 0: it was not */
	msec first_at;            /* when its first event was written; 0: there is none */
	uint64_t journal, tables; /* bytes, with what waits to be moved into the files */
};

struct store;
struct store_ops {
	/* Restores the core: rows of the tables that are open, as events for core_evolve, then the
	 * journal above projected_lsn. Before the first append, and again after REFUSED; no append may be
	 * in flight. ERR_INTERNAL: the store is damaged (said in the log). */
	enum err (*load)(struct store *store, struct core *core);
	/* Appends a batch, which is the store's from now on; its events go on where the last one ended. One
	 * append at a time: the next only after done(ctx, result) came, which is on the loop's thread, never
	 * from inside. All events of one command in one append; the first event of all is the centre's. */
	void (*append)(struct store *store, struct batch *batch,
		void (*done)(void *ctx, enum store_result result), void *ctx);
	/* Last lsn that the tables hold, durably. Cheap; grows by itself (the projector is at most
	 * PROJECT_LAG_MS behind). */
	uint64_t (*projected)(struct store *store);
	/* Can it write again? Asked each second after REFUSED, or from the start. Never blocks: store_sqlite
	 * lets its thread try, and tells at the next asking how it went. */
	bool (*probe)(struct store *store);
	/* False: it was opened on a disk that took no writes, to be read: an append is REFUSED, until a
	 * probe was good. */
	bool (*takes_writes)(struct store *store);
	/* Is the centre still ours, as far as is known? Asked before anything leaves, also of what is on disk:
	 * who has it now may have gone on from there. Cheap. */
	bool (*is_ours)(struct store *store);
	/* From now on lost(ctx) is called, at most once, on the loop's thread, when it is found that another one
	 * has the centre while no append tells so. NULL: it is not called any more. */
	void (*watch)(struct store *store, void (*lost)(void *ctx), void *ctx);
	/* Where the monitoring ledger is read, of what is on disk; ends with its own free. Reading may take a
	 * while (another thread is for that; of store_mem it is the loop's). */
	struct ledger_source *(*ledger)(struct store *store);
	/* Where a contact's earlier sessions are read, as far as the tables are; as `ledger`. */
	struct earlier_source *(*earlier)(struct store *store);
	/* Which of what this user was told is kept, as far as the tables are. Cheap. */
	struct told_range (*told)(struct store *store, struct str user);
	/* Where it is read; as `ledger`. */
	struct told_source *(*told_source)(struct store *store);
	/* Where sessions are read that the core has forgotten, as far as the tables are; as `ledger`. */
	struct past_source *(*past)(struct store *store);
	/* Where words are found that were kept long enough, as far as the tables are; as `ledger`. */
	struct aged_source *(*aged)(struct store *store);
	/* Cheap: it is asked of the file system, nothing is read. */
	struct store_size (*size)(struct store *store);
	/* Waits until all that was appended is projected (not for a full disk: the next start catches up),
	 * then closes. Empties *store. An append in flight is finished; its done still comes. */
	void (*close)(struct store **store);
};

struct store {
	const struct store_ops *ops;
};

/* What the disk does not hold up; past four of these an appender waits (projector.h). */
#define PROJECT_LAG_MS 500
/* Less free disk than this: commands are refused before they are applied (design: failure). */
#define STORE_FREE_MIN (64ull * 1024 * 1024)

/* In memory, commits on a fixed grid of grid_ms (0: at once, in the next turn), so that twins group
 * alike. Keeps the packed journal: store_mem_load_from replays it into another core. */
struct store *store_mem_open(const struct store_loop *loop, msec grid_ms);

/* What users are told, as a store keeps it. */
struct store_telling {
	/* Makes what users are told of the events of one command, the core being as it left them: keep(keep_ctx, note)
	 * for each in order; its number is the store's to give. As it was told at the time. NULL: nobody is told. */
	void (*tell)(void *ctx, const struct core *core, const struct event *events, size_t count,
		void (*keep)(void *keep_ctx, struct told_note *note), void *keep_ctx);
	void *ctx;          /* outlives the store */
	uint64_t bytes_max; /* of all together */
};
#define TOLD_BYTES_MAX (4ull << 30) /* unless it is said: `push.replay-max-bytes` */

/* In folder: journal.db (WAL, synchronous=FULL) and sotto.db (WAL, NORMAL), one thread each, a lock
 * file; exactly one connection per file writes. Creates what is missing, migrates what is older;
 * refuses a newer schema and a folder that another process has open (why: what a person reads).
 *
 * On a disk that takes no writes (full, quota, read-only) what is there is opened to be read, without a
 * byte written, and the rest of the opening, the next epoch first, is done by the first probe that
 * can: nobody else owns the folder meanwhile, since its lock is ours. Refused where there is nothing to
 * read yet.
 *
 * What of the journal is older than kept_ms, by the time of its last event, is trimmed, some rows at a time while nothing
 * else is written: once the tables hold it, safe from the loss of power. 0: nothing is. Freed pages are written anew. */
enum err store_sqlite_open(struct str folder, const struct store_loop *loop,
	const struct store_telling *telling, msec kept_ms, struct store **out,
	struct buf *why) MUST_CHECK;

/* Reads the whole journal and compares with the tables at projected_lsn, row by row, column by column; objects of which
 * all events were trimmed away with what was kept of them (store_kept.h).
 * Needs no lock, writes nothing and keeps little in memory: a store in use is read as it was at one
 * moment, also on a disk that takes no writes. OK: equal. Else another; differences: one line each, at
 * most 100, and one if there are more. */
struct store_verified {
	bool was_read;      /* both could be opened: what is told is a difference */
	uint64_t events;    /* read from the journal */
	uint64_t base;      /* it was trimmed up to this one; 0: it was not */
	uint64_t kept;      /* objects of which something is kept since */
	uint64_t unchained; /* of these, written before rows had checksums */
	uint64_t erased;    /* of these, whose words were erased */
	uint64_t rows;      /* compared */
	uint64_t ledger;    /* rows of the monitoring ledger */
	char head
		[65]; /* the last event's checksum, hexadecimal: noted elsewhere, it proves what was; or "" */
};
enum err store_verify(
	struct str folder, struct buf *differences, struct store_verified *found) MUST_CHECK;

#endif
