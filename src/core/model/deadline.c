/* deadline.c - what is due next: a binary heap ordered by (at, lsn). */
#include "core/model/deadline.h"
#include "base/check.h"
#include "core/model/watching.h"

#include <stdlib.h>

static bool is_before(const struct deadline *a, const struct deadline *b)
{
	return a->at != b->at ? a->at < b->at : a->lsn < b->lsn;
}

void *deadline_object(const struct deadline *deadline)
{
	static const size_t lies_at[DEADLINE_KINDS] = {
		[DEADLINE_ANSWER] = offsetof(struct party, answer),
		[DEADLINE_LOST] = offsetof(struct user, lost),
		[DEADLINE_IDLE] = offsetof(struct session, idle),
		[DEADLINE_REFUSAL] = offsetof(struct refusal, until),
		[DEADLINE_CLOSES] = offsetof(struct outbound, closes),
		[DEADLINE_ORDER] = offsetof(struct registration, expires),
		[DEADLINE_FLAG] = offsetof(struct flag, due),
	};
	return (char *)(uintptr_t)deadline - lies_at[deadline->kind];
}

static void put(struct core *core, uint32_t place, struct deadline *deadline)
{
	core->timers[place] = deadline;
	deadline->place = place;
}

static void rise(struct core *core, uint32_t place)
{
	struct deadline *deadline = core->timers[place];
	while (place > 0 && is_before(deadline, core->timers[(place - 1) / 2])) {
		put(core, place, core->timers[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	put(core, place, deadline);
}

static void sink(struct core *core, uint32_t place)
{
	struct deadline *deadline = core->timers[place];
	for (;;) {
		uint32_t child = 2 * place + 1;
		if (child >= core->timer_count)
			break;
		if (child + 1 < core->timer_count &&
			is_before(core->timers[child + 1], core->timers[child]))
			child++;
		if (!is_before(core->timers[child], deadline))
			break;
		put(core, place, core->timers[child]);
		place = child;
	}
	put(core, place, deadline);
}

void deadline_clear(struct core *core, struct deadline *deadline)
{
	if (!deadline->at)
		return;
	uint32_t place = deadline->place;
	CHECK(place < core->timer_count && core->timers[place] == deadline);
	deadline->at = 0;
	struct deadline *last = core->timers[--core->timer_count];
	if (last == deadline)
		return;
	put(core, place, last);
	sink(core, place);
	rise(core, last->place);
}

void deadline_set(struct core *core, struct deadline *deadline, msec at, uint64_t lsn)
{
	deadline_clear(core, deadline);
	if (!at)
		return;
	if (core->timer_count == core->timer_cap) {
		core->timer_cap = core->timer_cap ? 2 * core->timer_cap : 64;
		core->timers = mem_resize(core->timers, core->timer_cap * sizeof *core->timers);
	}
	deadline->at = at;
	deadline->lsn = lsn;
	core->timer_count++;
	put(core, core->timer_count - 1, deadline);
	rise(core, deadline->place);
}

struct deadline *deadline_first(const struct core *core)
{
	return core->timer_count ? core->timers[0] : NULL;
}
