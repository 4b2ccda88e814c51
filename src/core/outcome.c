/* outcome.c - what a command led to. */
#include "core/core.h"

#include <stdlib.h>

struct event *outcome_add(struct outcome *outcome, const struct event *event)
{
	if (outcome->count == outcome->cap) {
		outcome->cap = outcome->cap ? 2 * outcome->cap : 16;
		outcome->events =
			mem_resize(outcome->events, outcome->cap * sizeof *outcome->events);
	}
	struct event *added = &outcome->events[outcome->count++];
	*added = *event;
	added->body = body_keep(event_body(event->kind), &outcome->arena, event->body);
	return added;
}

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
