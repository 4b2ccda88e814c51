/* access.c - what a party may do, by the column `where` of command.def. */
#include "core/access.h"
#include "core/contact.h"
#include "core/session.h"

#define BIT(capability) (1u << (capability))

static const struct listed {
	const char *word;
	unsigned where;
	enum command_kind command;
} rows[] = {
#define COMMAND(number, name, asker, with, may, can, make)
#define LISTED(number, name, word, where, with, may, can, make) {word, where, CMD_##name},
#include "core/command.def"
};

static unsigned standing_of(const struct viewer *viewer)
{
	static const unsigned standings[party_kind_count][party_state_count] = {
		[PARTY_AGENT] = {[PARTY_INVITED] = AGENT_INVITED,
			[PARTY_CHATTING] = AGENT_CHATTING,
			[PARTY_LEFT_CHAT] = AGENT_LEFT_CHAT},
		[PARTY_SUPERVISOR] = {[PARTY_INVITED] = SUPERVISOR_INVITED,
			[PARTY_CHATTING] = SUPERVISOR_CHATTING},
	};
	return standings[viewer->b.kind][viewer->b.state];
}

/* What does not depend on the party alone. */
static unsigned withheld(const struct viewer *viewer)
{
	const struct session *session = viewer->session;
	bool no_texts = !contact_is_answerable(session->contact) ||
			contact_refuses(session->contact) || session_is_full(session);
	return no_texts ? BIT(CAN_SEND_MESSAGE) : 0;
}

unsigned access_capabilities(const struct core *core, const struct viewer *viewer)
{
	unsigned standing = standing_of(viewer), all = 0;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		if (rows[i].where & standing)
			all |= BIT(i);
	return all & ~withheld(viewer);
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
