/* gate_wait.c - a sorted line that anybody in it can leave. */
#include "core/gate_wait.h"

#include "base/check.h"

static void put_behind(struct gate_line *line, struct gate_wait *place, struct gate_wait *wait)
{
	CHECK(!wait->in);
	wait->in = line;
	line->bytes += wait->bytes;
	wait->prev = place;
	wait->next = place ? place->next : line->first;
	*(place ? &place->next : &line->first) = wait;
	*(wait->next ? &wait->next->prev : &line->last) = wait;
}

static bool is_after(const struct gate_wait *a, const struct gate_wait *b)
{
	return a->lsn != b->lsn ? a->lsn > b->lsn : a->rank > b->rank;
}

void gate_line_insert(struct gate_line *line, struct gate_wait *wait)
{
	struct gate_wait *place = line->last;
	while (place && is_after(place, wait))
		place = place->prev;
	put_behind(line, place, wait);
}

void gate_line_append(struct gate_line *line, struct gate_wait *wait)
{
	put_behind(line, line->last, wait);
}

struct gate_wait *gate_line_shift(struct gate_line *line)
{
	struct gate_wait *wait = line->first;
	if (wait)
		gate_forget(wait);
	return wait;
}

void gate_forget(struct gate_wait *wait)
{
	struct gate_line *line = wait->in;
	if (!line)
		return;
	*(wait->prev ? &wait->prev->next : &line->first) = wait->next;
	*(wait->next ? &wait->next->prev : &line->last) = wait->prev;
	line->bytes -= wait->bytes;
	wait->in = NULL;
}
