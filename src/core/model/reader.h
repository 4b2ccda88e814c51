/* reader.h - all who are in a session or look into it, those who only watch included: who speaks for a user
 * there, who reads, in which order. Not for agents' rules: to those, whoever only watches is not there. */
#ifndef CORE_MODEL_READER_H
#define CORE_MODEL_READER_H

#include "core/model/viewer.h"

/* The participation that speaks for the user in this session: where the user is there, or invited to be,
 * that one, else the watch; NULL: the session is not this user's. */
struct viewer *session_viewer(const struct session *session, const struct user *user);
/* Same, only among those that read (Chatting, LeftChat). */
struct viewer *session_reader(const struct session *session, const struct user *user);
/* Is somebody silently there of whom agents are shown that somebody is; was somebody, since it began? */
bool session_is_shown_watched(const struct session *session);
bool session_was_shown_watched(const struct session *session);
/* One after the other, live or over: those who are there in order of creation, then those who watch.
 * From NULL; NULL after the last. */
struct viewer *session_next_viewer(const struct session *session, const struct viewer *before);
#define EACH_VIEWER(session, viewer)                                                               \
	for ((viewer) = session_next_viewer(session, NULL); (viewer);                              \
		(viewer) = session_next_viewer(session, viewer))
/* The sessions of a user, each once, through what speaks for the user there: where the user is or is invited
 * to be, then what the user watches; oldest first. From NULL; NULL after the last. */
struct viewer *user_next_viewer(const struct user *user, const struct viewer *before);
#define EACH_SESSION_OF(user, viewer)                                                              \
	for ((viewer) = user_next_viewer(user, NULL); (viewer);                                    \
		(viewer) = user_next_viewer(user, viewer))

#endif
