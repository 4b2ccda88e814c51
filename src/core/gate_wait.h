/* gate_wait.h - what waits until events are on disk: a held answer, a bundle of notifications, a text whose
 * carrier wants an answer.
 *
 * It lies inside of what waits, so that to wait costs no memory, and its owner can forget it at any moment:
 * nothing is called then any more. All zero, but for what its owner sets, is one that does not wait; it
 * stays in place while it does. It is handed to a gate by port_wait (port.h). */
#ifndef CORE_GATE_WAIT_H
#define CORE_GATE_WAIT_H

#include "base/str.h"

/* Outputs of one lsn leave in this order; supervisors' last, in the next turn of the loop. */
enum gate_rank { GATE_REPLY, GATE_PUSH, GATE_SMPP, GATE_SUPERVISOR };

/* What an output weighs where nobody has counted: a text with its envelope. */
#define GATE_WAIT_BYTES 1024

struct gate_line;
struct gate_wait {
	/* The owner's. done: it waits no longer by then, and may be freed or wait again. Not durable: what it
	 * waited for was rolled back. */
	void (*done)(void *ctx, bool is_durable);
	void *ctx;
	enum gate_rank rank;
	size_t bytes; /* what its output weighs in memory */
	/* The gate's. */
	uint64_t lsn;         /* up to which all must be on disk */
	uint64_t turn;        /* a supervisor's whose lsn is: the turn in which it leaves */
	struct gate_line *in; /* NULL: it does not wait */
	struct gate_wait *prev, *next;
};

/* Nothing is called any more; one that does not wait is fine. */
void gate_forget(struct gate_wait *wait);

/* Those that wait, in the order in which they will leave; for gates, and for what stands for one in tests.
 * All zero is an empty one. */
struct gate_line {
	struct gate_wait *first, *last;
	size_t bytes; /* of all */
};
/* By (lsn, rank, arrival): behind all that are not after it; looks from the end, for most come in order. */
void gate_line_insert(struct gate_line *line, struct gate_wait *wait);
void gate_line_append(struct gate_line *line, struct gate_wait *wait);
struct gate_wait *gate_line_shift(struct gate_line *line); /* the first, taken out; NULL if none */

#endif
