/* history.h - what a client has yet to be told of a long history.
 *
 * Who joins is told all that was written before. The first slice (view.h) is rendered with the joining; of what is
 * left each slice is a note that stands for a stretch of the transcript. A transport that comes upon it is given a
 * NewMessages of its own: made in a turn of its own, delivered once what it tells of is on disk; only then it is told.
 * So nothing is missing or told twice, whatever becomes of the transport, and what happened later comes later.
 */
#ifndef PUSH_HISTORY_H
#define PUSH_HISTORY_H

#include "push/bayeux_client.h"

/* The note for one slice. rank: to whom the viewer's notes go. */
struct note *history_note(enum topic topic, uint64_t number, const struct viewer *viewer,
	const struct view_stretch *slice, enum gate_rank rank);
/* For one that was kept so, told or not yet: it takes the same way in both cases. NULL: it was not, and its session is over and
 * gone, nobody reads it any more. */
struct note *history_note_again(
	const struct core *core, enum topic topic, const struct told_note *kept, msec now);
void history_free(struct history **history); /* NULL is fine */

/* The client has a transport, and its backlog begins with a history: it will be delivered. */
void history_tell(struct push *push, struct bayeux_client *client);
/* The client has no transport any more: a slice that is on its way to it reaches nobody. */
void history_forget(struct bayeux_client *client);

#endif
