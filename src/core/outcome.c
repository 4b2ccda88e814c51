/* outcome.c - what a command led to. */
#include "core/core.h"

#include <stdlib.h>

uint64_t outcome_lsn(const struct event *events, size_t count)
{
	while (count && events[count - 1].is_followup)
		count--;
	return count ? events[count - 1].lsn : 0;
}

void outcome_reset(struct outcome *outcome)
{
	outcome->count = 0;
	arena_reset(&outcome->arena);
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->events);
	arena_free(&outcome->arena);
	*outcome = (struct outcome) {0};
}
