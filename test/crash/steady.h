/* steady.h - a store for the simulated world: its threads never run beside the simulation.
 *
 * store_sqlite on a disk that may lose power: an append blocks the world until it is written, with
 * what follows it (checkpoint, projection); its answer comes some simulated milliseconds later. So a
 * seed's run writes the same bytes in the same order each time. Or store_mem, with its grid. */
#ifndef CRASH_STEADY_H
#define CRASH_STEADY_H

#include "disk.h"
#include "net/net.h"
#include "store/store.h"

struct steady_settings {
	struct net *net;
	struct disk *disk;   /* NULL: in memory */
	msec grid_ms;        /* in memory: commits come on this grid */
	msec answer_most_ms; /* what is durable is answered within this */
	unsigned
		project_every; /* on disk: the tables follow after each so many appends; 0: when they like */
	msec kept_ms; /* on disk: what of the journal is older is trimmed away; 0: nothing is */
	struct store_telling telling; /* on disk: how users are told again what they were told */
	uint64_t seed;
};

struct steady;
enum err steady_open(
	const struct steady_settings *settings, struct steady **out, struct buf *why) MUST_CHECK;
/* As the product sees it: to be given to a server, and called only while that lives. Closing it in
 * order is as steady_close. */
struct store *steady_store(struct steady *steady);
/* The process died; the store is ours again. What was in flight is not answered. In memory, what was
 * committed stays, for steady_revive; on disk, the disk knows. */
void steady_kill(struct steady *steady);
enum err steady_revive(struct steady *steady, struct buf *why) MUST_CHECK; /* opens again */
/* Without a server. Before the net is freed, which then has to run once more for store_mem's grid. */
void steady_close(struct steady *steady);
void steady_free(struct steady **steady); /* a closed one */

/* The power went while something was written, so it is never answered. */
bool steady_is_out(const struct steady *steady);
/* What was appended before has been written; 0: since the last opening all was. */
msec steady_struck_at(const struct steady *steady);
/* How often a core was loaded anew, not for a start, while the disk failed. */
uint64_t steady_loads_in_trouble(const struct steady *steady);
/* Up to which event the journal was trimmed. */
uint64_t steady_trimmed(const struct steady *steady);
/* All events that are kept, oldest first, and before them those that were trimmed away. Of one whose words were erased
 * since, with the words that were seen there before: an event that says so comes later. */
enum err steady_each(const struct steady *steady,
	void (*each)(void *ctx, const struct store_event *event), void *ctx,
	struct buf *why) MUST_CHECK;

#endif
