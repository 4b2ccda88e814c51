/* watch.h - who only watches: a silent supervisor in a session, invited or joined.
 *
 * A watch follows from work and work never from a watch: agents' rules (party, session, routing, agent,
 * inbound, outbound) do not include this header, so none of them can ask who watches. */
#ifndef CORE_WATCH_H
#define CORE_WATCH_H

#include "core/viewer.h"

struct watch {
	union {
		struct viewer viewer; /* kind PARTY_SUPERVISOR, supervision Monitor */
		struct {
			VIEWER_FIELDS
		};
	};
	struct watch *prev, *next;           /* session->watches, in order of creation */
	struct watch *user_prev, *user_next; /* user->watches while live */
};

/* Does this row of the journal say that somebody only watches? */
bool watch_is(const struct body_party *body);

struct turn;
/* What those who watch get of the events that the turn made from `first` on: sessions that are offered to
 * them, or taken away. Comes last in every turn. */
void watch_follow(struct turn *turn, size_t first);

#endif
