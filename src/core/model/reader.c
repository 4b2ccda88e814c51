/* reader.c - all who look into a session. */
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <utlist.h>

bool watch_is(const struct body_party *body)
{
	return body->kind == PARTY_SUPERVISOR && body->supervision == SUPERVISION_MONITOR;
}

/* Who joined, and who was invited, come before who watches: a silent supervisor whom an agent invites has
 * the invitation in hand. */
struct viewer *session_viewer(const struct session *session, const struct user *user)
{
	struct party *party = session_party(session, user);
	if (party)
		return &party->viewer;
	struct watch *watch;
	DL_FOREACH2(user->watches, watch, user_next)
		if (watch->session == session)
			return &watch->viewer;
	return NULL;
}

struct viewer *session_reader(const struct session *session, const struct user *user)
{
	struct party *party;
	LL_FOREACH2(user->parties, party, user_next)
		if (party->session == session && party_is_joined(party))
			return &party->viewer;
	struct watch *watch;
	DL_FOREACH2(user->watches, watch, user_next)
		if (watch->session == session && viewer_is_joined(&watch->viewer))
			return &watch->viewer;
	return NULL;
}

bool session_was_shown_watched(const struct session *session)
{
	const struct watch *watch;
	DL_FOREACH(session_rare(session)->watches, watch)
		if (watch->b.disclosure == DISCLOSED_BY_ICON)
			return true;
	return false;
}

bool session_is_shown_watched(const struct session *session)
{
	const struct watch *watch;
	DL_FOREACH(session_rare(session)->watches, watch)
		if (watch->b.disclosure == DISCLOSED_BY_ICON && viewer_is_joined(&watch->viewer))
			return true;
	return false;
}

static const struct party *as_party(const struct viewer *viewer)
{
	return viewer && !watch_is(&viewer->b) ? (const struct party *)(const void *)viewer : NULL;
}

static const struct watch *as_watch(const struct viewer *viewer)
{
	return viewer && watch_is(&viewer->b) ? (const struct watch *)(const void *)viewer : NULL;
}

static struct viewer *first_of(struct party *party, struct watch *watch)
{
	if (party)
		return &party->viewer;
	return watch ? &watch->viewer : NULL;
}

struct viewer *session_next_viewer(const struct session *session, const struct viewer *before)
{
	if (as_watch(before))
		return first_of(NULL, as_watch(before)->next);
	return first_of(
		before ? as_party(before)->next : session->parties, session_rare(session)->watches);
}

static struct viewer *next_of(const struct user *user, const struct viewer *before)
{
	if (as_watch(before))
		return first_of(NULL, as_watch(before)->user_next);
	return first_of(before ? as_party(before)->user_next : user->parties, user->watches);
}

/* Asks only where the user is, not all that the user watches, which may be thousands of sessions. */
static bool speaks(const struct viewer *viewer)
{
	const struct party *party = session_party(viewer->session, viewer->user);
	return party ? &party->viewer == viewer : true;
}

struct viewer *user_next_viewer(const struct user *user, const struct viewer *before)
{
	struct viewer *viewer = next_of(user, before);
	while (viewer && !speaks(viewer))
		viewer = next_of(user, viewer);
	return viewer;
}
