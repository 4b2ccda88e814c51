/* access.c - what a party may do, by the column `where` of command.def. */
#include "core/rules/access.h"
#include "core/rules/contact.h"
#include "core/model/session.h"

#define BIT(capability) (1u << (capability))

/* --- when: the state of the session --------------------------------------------------------------- */

static bool whenever(const struct viewer *viewer)
{
	return true;
}

static bool when_not_full(const struct viewer *viewer)
{
	return !session_is_full(viewer->session);
}

/* What is for agents alone stays here: whether texts may leave is nothing to it. */
static bool when_texts_leave(const struct viewer *viewer)
{
	const struct session *session = viewer->session;
	bool may_leave = contact_is_answerable(session->contact) &&
			 !contact_refuses(session->contact, session->b.number);
	return when_not_full(viewer) && (may_leave || viewer_whispers(viewer));
}

/* There is somebody else whom agents see, to hear it. */
static bool when_agents_hear(const struct viewer *viewer)
{
	return when_not_full(viewer) && session_staff(viewer->session) > 1;
}

/* A wrap-up goes on only while the customer has not begun anew. */
static bool when_it_can_go_on(const struct viewer *viewer)
{
	const struct session *session = viewer->session;
	return session->b.state != SESSION_LEFT || !session_has_newer_open(session);
}

/* Somebody can go, and somebody stays for the customer. */
static bool when_agents_are_several(const struct viewer *viewer)
{
	return session_agents(viewer->session) > 1;
}

/* The agent whom the one who asks supervises is at work. */
static bool when_supervised(const struct viewer *viewer)
{
	return session_at_work(viewer->session, viewer->b.watched);
}

/* One's own, which is not accepted yet. */
static bool when_a_consult_is_pending(const struct viewer *viewer)
{
	return session_consultant(viewer->session, PARTY_INVITED, viewer->user);
}

/* --- the table ---------------------------------------------------------------------------------- */

static const struct listed {
	const char *word;
	unsigned where;
	bool (*when)(const struct viewer *viewer);
	enum command_kind command;
} rows[] = {
#define COMMAND(number, name, asker, with, may, can, make)
#define LISTED(number, name, word, where, when, with, may, can, make)                              \
	{word, where, when, CMD_##name},
#include "core/command.def"
};

unsigned access_of_mode(enum supervision mode)
{
	static const unsigned standings[supervision_count] = {[SUPERVISION_MONITOR] = MONITORING,
		[SUPERVISION_COACH] = COACHING,
		[SUPERVISION_BARGE_IN] = BARGING_IN};
	CHECK(mode < supervision_count);
	return standings[mode];
}

/* Of those who supervise, in any mode, once joined. */
static unsigned supervising(const struct viewer *viewer)
{
	unsigned behind = MONITORING | COACH_BEHIND | BARGE_IN_BEHIND;
	unsigned chatting = MONITORING | COACH_CHATTING | BARGE_IN_CHATTING;
	bool is_alone = session_agents(viewer->session) == 0;
	return access_of_mode(viewer->b.supervision) & (is_alone ? behind : chatting);
}

static unsigned standing_of(const struct viewer *viewer)
{
	static const unsigned standings[party_kind_count][party_state_count] = {
		[PARTY_AGENT] = {[PARTY_INVITED] = AGENT_INVITED,
			[PARTY_CHATTING] = AGENT_CHATTING,
			[PARTY_LEFT_CHAT] = AGENT_LEFT_CHAT},
		[PARTY_SUPERVISOR] = {[PARTY_INVITED] = SUPERVISOR_INVITED},
	};
	if (viewer->b.kind == PARTY_SUPERVISOR && viewer->b.state == PARTY_CHATTING)
		return supervising(viewer);
	if (viewer_is_consultant(viewer) && viewer->b.state == PARTY_CHATTING)
		return CONSULTANT_CHATTING;
	return standings[viewer->b.kind][viewer->b.state];
}

unsigned access_capabilities(const struct core *core, const struct viewer *viewer)
{
	unsigned standing = standing_of(viewer), all = 0;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		if (rows[i].where & standing && rows[i].when(viewer))
			all |= BIT(i);
	return all;
}

const char *access_name(enum capability capability)
{
	CHECK(capability < CAPABILITY_COUNT);
	return rows[capability].word;
}

unsigned access_where(enum capability capability)
{
	CHECK(capability < CAPABILITY_COUNT);
	return rows[capability].where;
}

enum command_kind access_command(enum capability capability)
{
	CHECK(capability < CAPABILITY_COUNT);
	return rows[capability].command;
}

enum capability access_of_command(enum command_kind command)
{
	unsigned i = 0;
	while (i < CAPABILITY_COUNT && rows[i].command != command)
		i++;
	return (enum capability)i;
}

enum err access_can(
	const struct core *core, const struct viewer *speaker, enum command_kind command)
{
	if (!speaker)
		return ERR_NOT_FOUND;
	unsigned listed = access_capabilities(core, speaker);
	return listed & BIT(access_of_command(command)) ? OK : ERR_WRONG_STATE;
}
