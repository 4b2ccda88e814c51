/* marks.c - each mark waits for itself. */
#include "sms/marks.h"
#include "base/arena.h"

#include <stdlib.h>
#include <utlist.h>

struct mark {
	struct marks *in;
	struct gate_wait wait;
	uint64_t lsn;
	struct mark *prev, *next;
};

static void mark_end(struct mark *mark)
{
	struct marks *marks = mark->in;
	gate_forget(&mark->wait);
	DL_DELETE(marks->waiting, mark);
	if (marks->spare)
		free(mark);
	else
		marks->spare = mark;
}

static void mark_on_disk(void *ctx, bool is_durable)
{
	struct mark *mark = ctx;
	struct marks *marks = mark->in;
	uint64_t lsn = mark->lsn;
	mark_end(mark);
	marks->done(marks->owner, lsn, is_durable);
}

void marks_wait(struct marks *marks, uint64_t lsn)
{
	struct mark *mark = marks->spare ? marks->spare : mem_new(sizeof *mark);
	marks->spare = NULL;
	*mark = (struct mark) {.in = marks, .lsn = lsn};
	mark->wait = (struct gate_wait) {
		.done = mark_on_disk, .ctx = mark, .rank = GATE_SMPP, .bytes = GATE_WAIT_BYTES};
	DL_APPEND(marks->waiting, mark);
	port_wait(marks->port, &mark->wait, lsn);
}

void marks_forget(struct marks *marks)
{
	while (marks->waiting)
		mark_end(marks->waiting);
	free(marks->spare);
	marks->spare = NULL;
}
