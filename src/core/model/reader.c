/* reader.c - all who look into a session, and from where on they read it. */
#include "core/reader.h"
#include "core/turn.h"
#include "core/visibility.h"
#include "core/watch.h"

#include <utlist.h>

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
	DL_FOREACH2(user->parties, party, user_next)
		if (party->session == session && party_is_joined(party))
			return &party->viewer;
	struct watch *watch;
	DL_FOREACH2(user->watches, watch, user_next)
		if (watch->session == session && viewer_is_joined(&watch->viewer))
			return &watch->viewer;
	return NULL;
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
	return first_of(before ? as_party(before)->next : session->parties, session->watches);
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

/* --- stints ------------------------------------------------------------------------------------- */

/* How many entries up to seq its class sees. */
static uint64_t seen_by(const struct viewer *viewer, uint64_t seq)
{
	return seq ? visibility_up_to(viewer, viewer->session->messages[seq - 1]) : 0;
}

/* The user's last participation that was joined before this one. */
static const struct viewer *stint_before(const struct viewer *viewer)
{
	const struct viewer *other, *before = NULL;
	EACH_VIEWER(viewer->session, other)
		if (other != viewer && other->user == viewer->user && other->b.joined &&
			(!before || other->b.from > before->b.from))
			before = other;
	return before;
}

void reader_begin_stint(const struct viewer *viewer, struct body_party *body)
{
	const struct viewer *before = stint_before(viewer);
	if (!before)
		return;
	body->from = before->b.until;
	body->base = before->b.base + seen_by(before, body->from) - seen_by(viewer, body->from);
}
