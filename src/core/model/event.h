/* event.h - facts: what the core emits, the journal stores and everybody else reacts to. */
#ifndef CORE_MODEL_EVENT_H
#define CORE_MODEL_EVENT_H

#include "core/model/body.h"
#include "core/model/cause.h"

enum event_kind {
#define EVENT(number, name, body, audience) EV_##name = number,
#include "core/model/event.def"
#undef EVENT
	EVENT_NUMBER_END
};

/* How somebody who may know of an event stands to what it is about. */
enum relation {
	RELATION_OWN,   /* it is about this participation, or about this user */
	RELATION_AGAIN, /* about another one of the same user, for whom this one speaks from now on */
	RELATION_OTHER, /* about somebody else, or about what all of them share */
	RELATION_FEED,  /* the user is in no session, and reads the centre's feed */
};

/* Somebody who may know of an event. */
struct recipient {
	struct user *user;
	struct viewer *
		viewer; /* as which the user looks into the session; NULL: it is about the user alone */
	enum relation relation;
};

struct event {
	enum event_kind kind;
	uint64_t lsn; /* dense per centre, from 1 */
	msec at;
	const struct cause *
		cause; /* of the whole command; borrowed. NULL: not from a command or the journal */
	bool is_followup; /* what those who only watch get of it: no output of anybody else waits for it */
	const void *body; /* struct body_<its body>; borrowed */
	void *object; /* set by core_evolve: the core's object that the body became (struct session,
	                   * party, message, user (agent: the user), ...; NULL where there is none);
	                   * valid until the next core_forget */
	/* Who may know of it, as its command left them: visibility_note_recipients. Lives as the body does. */
	struct recipient *recipients;
	size_t recipient_count;
};

bool event_is_known(unsigned number);
enum body_kind event_body(enum event_kind kind);
const char *event_name(enum event_kind kind); /* "SESSION_OPENED" */

#endif
