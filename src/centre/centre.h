/* centre.h - one contact centre at work: its core, its store and the gate between them. Commands go
 * in; what they led to is told at once and is on disk when the gate says so. No sockets. */
#ifndef CENTRE_CENTRE_H
#define CENTRE_CENTRE_H

#include "centre/gate.h"
#include "core/port.h"

/* How often the disk is asked for its free space, while commands come. */
#define CENTRE_DISK_MS 1000
/* Deadlines that cannot be recorded now are tried again after this. */
#define CENTRE_RETRY_MS 1000
/* Deadlines that fire in one turn of the loop: one takes some microseconds, with all that it is told to, and
 * others wait meanwhile. After hours of standing still there are more; they go on in the next turns. */
#define CENTRE_DEADLINES_MAX 256

struct centre;
struct centre_hooks { /* each may be NULL */
	void *ctx;
	/* The events of one command or of one deadline, evolved, the core being as they left it; borrowed for
	 * the call. What users are told of them is kept (port_keep) from inside. */
	void (*events)(void *ctx, const struct event *events, size_t count);
	/* A commit was refused: the core is a new one. The old one lives until this returns. */
	void (*rebuilt)(void *ctx);
	void (*pause)(void *ctx, bool on);
	/* The process must end: FENCED, UNKNOWN; REFUSED: of what an empty store starts with. */
	void (*lost)(void *ctx, enum store_result result);
	/* Now and then: so far the tables are. */
	void (*projected)(void *ctx, uint64_t lsn);
};

/* Loads the store (also one that takes no writes yet, for reads), which is the centre's from now on, also on error (then it is closed). folder:
 * where its disk is looked after; empty: nowhere. */
enum err centre_open(struct net *net, struct store *store, struct str folder,
	const struct centre_hooks *hooks, struct centre **out, struct buf *why) MUST_CHECK;
/* Waits until all is projected, closes the store. What the gate still holds is dropped. */
void centre_close(struct centre **centre);
void centre_forget_store(
	struct centre *centre); /* it is the caller's again; only to close comes now */

/* Who has the centre of that name. What is asked of one that is not ours must not be answered from here. */
enum centre_owner {
	OWNER_UNKNOWN, /* no such centre here */
	OWNER_US,
	OWNER_ANOTHER, /* another process has it by now */
};
enum centre_owner centre_owner_of(const struct centre *centre, struct str name);

bool centre_is_empty(const struct centre *centre); /* not created yet */

/* From now on deadlines fire; those about presence start anew. On a store that takes no writes: as soon as
 * it does. */
void centre_start(struct centre *centre);
void centre_rest(struct centre *centre); /* deadlines no longer fire */

/* Are commands taken now, as far as the store and the room on its disk go? */
bool centre_takes_writes(struct centre *centre);

/* By which its parts read it, command it and wait for its disk. */
struct port *centre_port(struct centre *centre);

/* What is due happens first, as before a command: ask for it before something is read. */
void centre_catch_up(struct centre *centre);

/* Where the store is read beside the work, as store.h says of each; the caller's to free. The monitoring ledger: */
struct ledger_source *centre_ledger(const struct centre *centre);
/* Sessions that the core has forgotten. */
struct past_source *centre_past(const struct centre *centre);
/* A contact's earlier sessions. */
struct earlier_source *centre_earlier(const struct centre *centre);
/* Words that were kept long enough. */
struct aged_source *centre_aged(const struct centre *centre);

struct core *centre_core(const struct centre *centre);
struct gate *centre_gate(const struct centre *centre);

#endif
