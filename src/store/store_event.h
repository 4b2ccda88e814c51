/* store_event.h - one event as the journal has it: its body packed, and whose command it is of. */
#ifndef STORE_STORE_EVENT_H
#define STORE_STORE_EVENT_H

#include "core/model/event.h"

struct store_event {
	uint64_t lsn;
	msec at;
	unsigned kind;
	struct str body; /* packed: body_pack */
	struct cause cause;
};

/* Unpacks into room; event->body points there, and event->cause into packed. False: not an event that this program knows. */
bool event_unpack(const struct store_event *packed, union any_body *room, struct event *event);
/* What of it this program does not know, or cannot read: "event 7, USER_ADDED: its body is cut or damaged". */
void event_put_wrong(struct buf *out, const struct store_event *packed);

#endif
