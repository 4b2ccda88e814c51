/* spec_sight.h - who sees what, a second time: written from the table "Who sees what" of the SMS Session API
 * and from the decisions on supervision, in their words, and not from src/core/rules/visibility.c. What both say
 * must agree.
 *
 * All is said in words of the API: a mode ("Monitor"), a visibility ("Supervisors"), an event's name. */
#ifndef WORLD_SPEC_SIGHT_H
#define WORLD_SPEC_SIGHT_H

#include <stdbool.h>
#include <stddef.h>

/* Who looks: a column of the table. */
enum spec_onlooker { SPEC_AGENT, SPEC_CUSTOMER, SPEC_SUPERVISOR, SPEC_FEED, SPEC_ONLOOKERS };
#define SPEC_KINDS SPEC_FEED /* so many of them are participants; programs read from outside */

/* Visibility with which a participant of this mode is in a session: "Customer", "Agent", "Consultant",
 * "Monitor", "Coach", "BargeIn". NULL: no such mode. */
const char *spec_visibility(const char *mode);
/* Does this onlooker see participants of that visibility, their coming and going, their entries? */
bool spec_sees(const char *visibility, enum spec_onlooker who);
/* Is a participant of this mode an agent to the rules: "alone", capacity, routing? A supervisor is none, in
 * whatever mode and whoever sees it (decisions 8). */
bool spec_is_agent(const char *mode);

/* Who must be told of an event, and nobody else. */
enum spec_told {
	SPEC_UNKNOWN, /* the specification has no such event: say here who is told of a new one */
	SPEC_NOBODY,  /* inside of the centre */
	SPEC_OWNER,   /* the one user whose agent state, standing order or look it is */
	SPEC_INVITED, /* the participant's user alone: who is invited has not joined */
	SPEC_PARTICIPANT, /* the participant's user and, once joined, all in the session who see it */
	SPEC_READERS,     /* all in the session, whatever they see of the others */
	SPEC_AGENTS, /* its agents, whatever they see of the others: there is a silent supervisor, or none */
	SPEC_HAND,      /* the agent whose hand it is, and who may supervise that agent */
	SPEC_OVERSEERS, /* who may supervise the agent whose hand it is, and that agent never */
	SPEC_CUSTOMERS, /* all in the open sessions of that customer, in whatever spelling */
	SPEC_ENTRY,     /* all in the session who see entries of its visibility */
	SPEC_TEXT,      /* those who see the entry that the text to the customer belongs to */
	SPEC_PROGRAMS,  /* the centre's feed and nobody else: the life of a session as such */
};
enum spec_told spec_told(const char *event);
/* The centre's feed. Is it told of such an event, besides those whom spec_told names, where it may know of the
 * participant or entry? */
bool spec_feed_is_told(const char *event);
/* Does it name a participant of this mode, and say when that one comes and goes? */
bool spec_feed_names(const char *mode);
/* Does it have such an entry? by_sms: it left for the customer's phone, or came from there. */
bool spec_feed_has(const char *visibility, bool by_sms);
/* Is this onlooker, who does not see a participant of this mode, shown all the same that there is one, where the centre
 * discloses it so ("silent", "icon", "report")? */
bool spec_shows_presence(const char *mode, const char *disclosure, enum spec_onlooker who);
/* The state that whom the event is about is told of: in the session, or as an agent. NULL: none. */
const char *spec_state(const char *event);

#endif
