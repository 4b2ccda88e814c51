/* history.h - what a client has yet to be told of a long history.
 *
 * Who joins is told all that was written before. The first slice (view.h) is rendered with the joining;
 * what is left is one note in the backlog that stands for a stretch of the transcript. A transport that
 * comes upon it is given the next slice, as a NewMessages of its own: made in a turn of its own, delivered
 * once what it tells of is on disk; only then the client's place in the history moves on. So nothing is
 * missing or told twice, whatever becomes of the transport, and what happened later comes later.
 */
#ifndef PUSH_HISTORY_H
#define PUSH_HISTORY_H

#include "push/bayeux_client.h"

/* The note for what is left of the stretch. rank: to whom the viewer's notes go. */
struct note *history_note(enum topic topic, const struct viewer *viewer,
	const struct view_stretch *left, enum gate_rank rank);
void history_free(struct history **history);          /* NULL is fine */
uint64_t history_last(const struct history *history); /* its last index */

/* The client has a transport, and its backlog begins with a history: the next slice will be delivered. */
void history_tell(struct push *push, struct bayeux_client *client);
/* The client has no transport any more: a slice that is on its way to it reaches nobody. */
void history_forget(struct bayeux_client *client);

#endif
