/* store_mem.h - what tests may do with the store in memory beyond store.h. */
#ifndef STORE_STORE_MEM_H
#define STORE_STORE_MEM_H

#include "store/store.h"

/* From now on what is older than that is trimmed away, by the time of the last event; 0: nothing is. */
void store_mem_keep(struct store *mem, msec kept_ms);

/* Replays everything committed so far into another core. ERR_INTERNAL: the journal holds what this
 * program does not know. */
enum err store_mem_load_from(const struct store *mem, struct core *core) MUST_CHECK;
/* The same, to anybody; events are borrowed for the call. */
void store_mem_each(const struct store *mem,
	void (*each)(void *ctx, const struct store_event *event), void *ctx);

/* What users were told of it. */
void store_mem_each_told(
	const struct store *mem, void (*each)(void *ctx, const struct told_note *note), void *ctx);

/* From now on commits end like this and probe says no; STORE_DURABLE heals it. is_written: whether
 * the events of an unknown outcome are in the journal all the same. */
void store_mem_fail(struct store *mem, enum store_result result, bool is_written);

/* Another one has the centre from now on: whoever watches is told at once. */
void store_mem_lose(struct store *mem);

/* A store that starts with what `dead` committed, as after a crash: what was in flight there is
 * lost, and whoever waits for it is told STORE_UNKNOWN at once (a gate that was freed meanwhile lets
 * itself go then). dead is used up. */
struct store *store_mem_reopen(struct store **dead, const struct store_loop *loop, msec grid_ms);

#endif
