/* event.h - facts: what the core emits, the journal stores and everybody else reacts to. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/body.h"

enum event_kind {
#define EVENT(number, name, body, audience) EV_##name = number,
#include "core/event.def"
#undef EVENT
	EVENT_NUMBER_END
};

struct event {
	enum event_kind kind;
	uint64_t lsn; /* dense per centre, from 1 */
	msec at;
	bool is_followup; /* what those who only watch get of it: no output of anybody else waits for it */
	const void *body; /* struct body_<its body>; borrowed */
	void *object; /* set by core_evolve: the core's object that the body became (struct session,
	                   * party, message, user (agent: the user), ...; NULL where there is none);
	                   * valid until the next core_forget */
};

bool event_is_known(unsigned number);
enum body_kind event_body(enum event_kind kind);
const char *event_name(enum event_kind kind); /* "SESSION_OPENED" */

#endif
