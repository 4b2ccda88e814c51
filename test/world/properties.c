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

bool is_one_phone(struct str a, struct str b)
{
	if (str_starts(a, STR("+")))
		a = str_skip(a, 1);
	if (str_starts(b, STR("+")))
		b = str_skip(b, 1);
	return str_eq(a, b);
}

const char *name_of(const struct world *world, struct str user_id)
{
	const struct user *user = core_user(world->core, user_id);
	return user ? user->b.name.at : "nobody";
}

const char *properties_broken_by(const struct step *step, struct buf *why)
{
	static const struct property *const lists[] = {deed_properties, happening_properties,
		sight_properties, order_properties, rule_properties, capability_properties};
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

/* Somebody to ask: another user who is signed in and not in the session, or there in silence. Who advises there already may
 * be had as any agent. */
static bool is_askable(const struct session *session, const struct user *user, bool is_to_advise)
{
	const struct viewer *viewer;
	EACH_VIEWER(session, viewer) {
		bool is_advising = viewer->b.state == PARTY_CHATTING &&
				   strcmp(mode_of(viewer), "Consultant") == 0;
		if (viewer->user == user && viewer_is_live(viewer) &&
			spec_is_agent(mode_of(viewer)) && (is_to_advise || !is_advising))
			return false;
	}
	return user->agent.state != AGENT_LOGGED_OUT;
}

static bool is_anybody_askable(const struct world *world, const struct session *session,
	unsigned asking, bool is_to_advise)
{
	for (unsigned i = 0; i < world->user_count; i++)
		if (i != asking && is_askable(session, world->users[i], is_to_advise))
			return true;
	return false;
}

static bool is_exact(const struct world *world, const struct session *session, unsigned who,
	struct tried tried, struct tally *tally, struct buf *why)
{
	const struct viewer *viewer = session_viewer(session, world->users[who]);
	unsigned listed = viewer ? access_capabilities(world->core, viewer) : 0;
	if (!is_anybody_askable(world, session, who, true))
		tried.tried &= ~(1u << CAN_CONSULT);
	if (!is_anybody_askable(world, session, who, false))
		tried.tried &= ~(1u << CAN_INVITE); /* a Transfer may be into a queue */
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

/* --- and each change of them is told ------------------------------------------------------------ */

/* That a consultation can be cancelled is known to who asked for it by the answer: the public page lets nothing be
 * notified of one that goes well. What begins in another session is no news of this one (doc/decisions 4). */
static unsigned listed_in(
	const struct world *world, const struct session *session, const struct user *user)
{
	const struct viewer *viewer = session_viewer(session, user);
	unsigned untold = 1u << CAN_CANCEL_CONSULT;
	if (viewer && viewer->b.state == PARTY_LEFT_CHAT) /* the customer began anew elsewhere */
		untold |= 1u << CAN_TRANSFER;
	return viewer ? access_capabilities(world->core, viewer) & ~untold : 0;
}

void listed_note(struct listed *listed, const struct world *world)
{
	const struct session *session;
	unsigned on = 0;
	*listed = (struct listed) {0};
	DL_FOREACH(world->core->sessions, session) {
		for (unsigned who = 0; who < world->user_count; who++)
			listed->in[on][who] = listed_in(world, session, world->users[who]);
		on++;
	}
}

/* SMS Session API 2.8: a state message of that session is what an event of these becomes. */
static bool tells_state(const struct event *event)
{
	const struct body_message *message = event->body;
	switch (told_of_kind(event->kind)) {
	case SPEC_INVITED:
	case SPEC_PARTICIPANT:
	case SPEC_CUSTOMERS:
		return true;
	case SPEC_ENTRY:
		return message->type == MESSAGE_NOTICE;
	case SPEC_READERS:
	case SPEC_AGENTS:
	case SPEC_HAND:
	case SPEC_OVERSEERS:
	case SPEC_TEXT:
	case SPEC_OWNER:
	case SPEC_PROGRAMS:
	case SPEC_NOBODY:
	case SPEC_UNKNOWN:
		return false;
	}
	return false;
}

static bool is_told_state(
	const struct step *step, const struct session *session, const struct user *user)
{
	EACH_EVENT(step, event)
	for (size_t i = 0; tells_state(event) && i < event->recipient_count; i++) {
		const struct recipient *to = &event->recipients[i];
		if (to->user == user && to->viewer && to->viewer->session == session)
			return true;
	}
	return false;
}

static const struct session *session_before(const struct step *step, unsigned place)
{
	const struct rows *rows = &step->world->rows;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_session *b = &rows->at[i].body.session;
		if (rows->at[i].kind == BODY_session && b->state != SESSION_ENDED && place-- == 0)
			return core_session(step->world->core, b->id);
	}
	return NULL;
}

static bool changes_told(const struct step *step, struct buf *why)
{
	const struct world *world = step->world;
	const struct session *session;
	for (unsigned on = 0; (session = session_before(step, on)); on++)
		for (unsigned who = 0; who < world->user_count; who++) {
			const struct user *user = world->users[who];
			if (listed_in(world, session, user) == step->listed->in[on][who])
				continue;
			if (!is_told_state(step, session, user)) {
				buf_printf(why, "%s in session %llu", user->b.name.at,
					(unsigned long long)session->b.serial);
				return false;
			}
			met(step, MET_CAPABILITIES_TOLD);
		}
	return true;
}

const struct property capability_properties[] = {
	{"whose capabilities change is told so", "SMS Session API 2.4", changes_told},
	{NULL, NULL, NULL},
};
