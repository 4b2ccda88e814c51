/* visibility.h - who sees what. One table (in visibility.c) holds every audience rule; nothing is
 * shown by default. Whoever shows, numbers or wakes asks here. What counts for agents is no
 * question of sight: core/model/session.h has it. */
#ifndef CORE_RULES_VISIBILITY_H
#define CORE_RULES_VISIBILITY_H

#include "core/core.h"

enum audience_class visibility_class(const struct viewer *viewer); /* of session_feed: CLASS_FEED */
/* May this viewer's class see that party in the list of participants and in its comings and goings? */
bool visibility_shows_party(const struct viewer *viewer, const struct viewer *other);
/* May this viewer read this entry? (Its class at the time it reads as: see the stints of body.def.) */
bool visibility_shows_message(const struct viewer *viewer, const struct message *message);
/* The entry's number in this viewer's counting, from 1; 0 if the viewer may not see it. */
uint64_t visibility_index(const struct viewer *viewer, const struct message *message);
/* How many entries up to this one the viewer's class sees, whatever its stint. */
uint64_t visibility_up_to(const struct viewer *viewer, const struct message *message);
/* How many entries this viewer sees of the whole transcript: its last index, now. */
uint64_t visibility_last_index(const struct viewer *viewer);
/* The same for one whose stint is over: the last index that it had. */
uint64_t visibility_end_index(const struct viewer *viewer);
/* The entry with this index in the viewer's counting; NULL: there is none. Does not get slower by
 * entries that the viewer may not see. */
const struct message *visibility_entry(const struct viewer *viewer, uint64_t index);
/* The audience of what is written with this visibility: set of enum audience_class. */
unsigned visibility_audience(enum visibility visibility);
/* The same of an entry, whose author, type and outbound are known: the feed has what was said between the centre and the
 * customer, by SMS, and no more. */
unsigned visibility_audience_of_entry(const struct body_message *entry);
/* What a supervisor in this mode has, as a participant and in comings and goings: by `supervision.private`. */
enum visibility visibility_in_mode(const struct core *core, enum supervision mode);
/* What an entry is to this viewer, who may see it: of REJOINED, ParticipantJoined to whom the supervisor was not
 * there before, ParticipantLeft to whom it is there no more. */
enum message_type visibility_type(const struct viewer *viewer, const struct message *message);
/* Has this viewer's class the same to read there as that one's? */
bool visibility_reads_alike(
	const struct viewer *a, const struct viewer *b, const struct message *message);
/* What the agent is told of a supervisor's stint in this mode, if it begins now: by `supervision.disclosure`. */
enum disclosure visibility_disclosure(const struct core *core, enum supervision mode);
enum disclosure visibility_disclosure_of_take_over(const struct core *core);
/* What a viewer is shown of silent supervision as such: nothing, or whether there is any. */
enum sight { SIGHT_NONE, SIGHT_NOBODY, SIGHT_SOMEBODY };
enum sight visibility_of_watching(const struct core *core, const struct viewer *viewer);
/* The generator from which a party's id is drawn: that of the widest audience that sees it. */
unsigned visibility_draws_from(enum visibility visibility);
/* Who may know of an event: event.def's column, which says what each means. */
enum event_audience {
	AUDIENCE_NOBODY,
	AUDIENCE_USER,
	AUDIENCE_ITSELF,
	AUDIENCE_PARTY,
	AUDIENCE_MESSAGE,
	AUDIENCE_DELIVERY,
	AUDIENCE_SESSION,
	AUDIENCE_AGENTS,
	AUDIENCE_HAND,
	AUDIENCE_OVERSEERS,
	AUDIENCE_CUSTOMER,
	AUDIENCE_FEED,
};
/* Asked once of all events of a command, or of a deadline: those of the outcome from `first` on. It happens as a
 * whole, so the core must be as it left it, and who is out of a session then is told of the own end there and of
 * nobody else's. Notes with each event who may know of it (event->recipients): the user, or party, that it is about
 * comes first, also if it is no longer live; then agents, then supervisors, each in order of joining; then who reads
 * the feed. Their reads
 * wait for it from now on (user->seen_lsn). */
void visibility_note_recipients(const struct core *core, struct outcome *outcome, size_t first);
/* The same for one event, with an audience that is not event.def's. */
void visibility_note_audience(const struct core *core, struct event *event,
	enum event_audience audience, struct arena *arena);

#endif
