/* properties.c - asking all properties, and the one about capabilities. */
#include "properties.h"
#include "core/model/reader.h"
#include "core/model/session.h"

#include <utlist.h>

enum spec_onlooker onlooker_of(enum party_kind kind)
{
	CHECK(kind != PARTY_SYSTEM);
	return kind == PARTY_SUPERVISOR ? SPEC_SUPERVISOR
	       : kind == PARTY_AGENT    ? SPEC_AGENT
					: SPEC_CUSTOMER;
}

const char *visibility_word(enum visibility visibility)
{
	return words_name(&visibility_words, visibility);
}

/* Has an event of this step changed it? */
bool is_touched(const struct step *step, const struct session *session)
{
	return session->last_lsn > step->world->rows.lsn;
}

const char *name_of(const struct world *world, struct str user_id)
{
	const struct user *user = core_user(world->core, user_id);
	return user ? user->b.name.at : "nobody";
}

const char *properties_broken_by(const struct step *step, struct buf *why)
{
	static const struct property *const lists[] = {
		deed_properties, happening_properties, sight_properties, order_properties};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (const struct property *p = lists[i]; p->sentence; p++) {
			if (p->holds(step, why))
				continue;
			buf_printf(why, " (%s)", p->source);
			return p->sentence;
		}
	}
	return NULL;
}

/* --- capabilities ------------------------------------------------------------------------------- */

void tried_note(struct tried tried[USERS_MAX][SESSIONS_MAX], struct move move, bool succeeded)
{
	if (!move_is_on_session(move))
		return;
	enum capability capability = access_of_command(move_command(move));
	CHECK(capability < CAPABILITY_COUNT); /* sim/deeds asks for it */
	struct tried *t = &tried[move.who][move.on];
	t->tried |= 1u << capability;
	if (succeeded)
		t->succeeded |= 1u << capability;
}

/* Somebody to invite: another user who is signed in and not in the session, or there in silence. */
static bool is_invitable(const struct session *session, const struct user *user)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (viewer->user == user && viewer_is_live(viewer) &&
			spec_is_agent(mode_of(viewer)))
			return false;
	return user->agent.state != AGENT_LOGGED_OUT;
}

static bool is_anybody_invitable(
	const struct world *world, const struct session *session, unsigned inviter)
{
	for (unsigned i = 0; i < world->user_count; i++)
		if (i != inviter && is_invitable(session, world->users[i]))
			return true;
	return false;
}

static bool is_exact(const struct world *world, const struct session *session, unsigned who,
	struct tried tried, struct tally *tally, struct buf *why)
{
	const struct viewer *viewer = session_viewer(session, world->users[who]);
	unsigned listed = viewer ? access_capabilities(world->core, viewer) : 0;
	if (!is_anybody_invitable(world, session, who))
		tried.tried &= ~(1u << CAN_INVITE);
	tally->met[MET_CAPABLE] += (listed & tried.succeeded) != 0;
	tally->met[MET_INCAPABLE] += (tried.tried & ~(listed | tried.succeeded)) != 0;
	unsigned wrong = (listed ^ tried.succeeded) & tried.tried;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		if (wrong & 1u << i)
			buf_printf(why, "%s of %s in session %llu is %s and %s",
				access_name((enum capability)i), world->users[who]->b.name.at,
				(unsigned long long)session->b.serial,
				listed & 1u << i ? "listed" : "not listed",
				listed & 1u << i ? "refused" : "succeeds");
	return wrong == 0;
}

const char *capabilities_broken(const struct world *world,
	struct tried tried[USERS_MAX][SESSIONS_MAX], struct tally *tally, struct buf *why)
{
	const struct session *session;
	unsigned on = 0;
	DL_FOREACH(world->core->sessions, session) {
		for (unsigned who = 0; who < world->user_count; who++)
			if (!is_exact(world, session, who, tried[who][on], tally, why))
				return "capabilities are exactly what succeeds";
		on++;
	}
	return NULL;
}
