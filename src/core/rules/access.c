/* access.c - what a party may do, by the column `where` of command.def. */
#include "core/rules/access.h"
#include "core/rules/contact.h"
#include "core/model/session.h"

#define BIT(capability) (1u << (capability))

/* --- when: what does not depend on who asks ----------------------------------------------------- */

static bool whenever(const struct session *session)
{
	return true;
}

static bool when_not_full(const struct session *session)
{
	return !session_is_full(session);
}

static bool when_texts_leave(const struct session *session)
{
	return when_not_full(session) && contact_is_answerable(session->contact) &&
	       !contact_refuses(session->contact, session->b.number);
}

/* There is somebody else whom agents see, to hear it. */
static bool when_agents_hear(const struct session *session)
{
	return when_not_full(session) && session_staff(session) > 1;
}

/* --- the table ---------------------------------------------------------------------------------- */

static const struct listed {
	const char *word;
	unsigned where;
	bool (*when)(const struct session *session);
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
	bool is_left = viewer->session->b.state == SESSION_LEFT;
	return access_of_mode(viewer->b.supervision) & (is_left ? behind : chatting);
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
	return standings[viewer->b.kind][viewer->b.state];
}

/* What a Coach writes is for agents alone: whether texts may leave is nothing to it. */
static bool is_so(const struct listed *row, const struct viewer *viewer)
{
	bool stays = row->when == when_texts_leave && viewer_is_coach(viewer);
	return stays ? when_not_full(viewer->session) : row->when(viewer->session);
}

unsigned access_capabilities(const struct core *core, const struct viewer *viewer)
{
	unsigned standing = standing_of(viewer), all = 0;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		if (rows[i].where & standing && is_so(&rows[i], viewer))
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
