/* visibility.h - who sees what. One table (in visibility.c) holds every audience rule; nothing is
 * shown by default. Whoever shows, numbers or wakes asks here. What counts for agents is no
 * question of sight: core/session.h has it. */
#ifndef CORE_VISIBILITY_H
#define CORE_VISIBILITY_H

#include "core/core.h"

enum audience_class visibility_class(const struct viewer *viewer);
/* May this viewer's class see that party in the list of participants and in its comings and goings? */
bool visibility_shows_party(const struct viewer *viewer, const struct viewer *other);
/* May this viewer read this entry? (Its class at the time it reads as: see the stints of body.def.) */
bool visibility_shows_message(const struct viewer *viewer, const struct message *message);
/* The entry's number in this viewer's counting, from 1; 0 if the viewer may not see it. */
uint64_t visibility_index(const struct viewer *viewer, const struct message *message);
/* How many entries this viewer sees of the whole transcript: its last index, now. */
uint64_t visibility_last_index(const struct viewer *viewer);
/* The entry with this index in the viewer's counting; NULL: there is none. Does not get slower by
 * entries that the viewer may not see. */
const struct message *visibility_entry(const struct viewer *viewer, uint64_t index);
/* The audience of what is written with this visibility: set of enum audience_class. */
unsigned visibility_audience(enum visibility visibility);
/* The generator from which a party's id is drawn: that of the widest audience that sees it. */
unsigned visibility_draws_from(enum visibility visibility);
/* Calls each(ctx, viewer) for every joined party of the session that may know of the event; the
 * party that a PARTY event is about comes first and also if it is no longer live; agents come
 * before supervisors, each in order of joining. */
void visibility_each_viewer(const struct core *core, const struct event *event,
	void (*each)(void *ctx, struct viewer *viewer), void *ctx);
/* May this user know of the event at all? Moves user->seen_lsn. */
void visibility_mark_seen(struct core *core, const struct event *event);

#endif
