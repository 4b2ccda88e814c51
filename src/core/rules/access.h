/* access.h - what a party may do now: `capabilities`. The same questions decide whether an
 * operation succeeds, so the list is exactly what succeeds. */
#ifndef CORE_RULES_ACCESS_H
#define CORE_RULES_ACCESS_H

#include "core/command.h"
#include "core/core.h"

/* As whom, and in which state: the column `where` of command.def's LISTED. */
enum standing {
	AGENT_INVITED = 1,
	AGENT_CHATTING = 2,
	AGENT_LEFT_CHAT = 4,
	SUPERVISOR_INVITED = 8,
	MONITORING = 16,
	/* A supervisor whom agents see, while one handles the session, and while none does: it is wrapped up or handed over. */
	COACH_CHATTING = 32,
	COACH_BEHIND = 64,
	BARGE_IN_CHATTING = 128,
	BARGE_IN_BEHIND = 256,
	/* An agent whom the customer does not see. */
	CONSULTANT_CHATTING = 512,
	COACHING = COACH_CHATTING | COACH_BEHIND,
	BARGING_IN = BARGE_IN_CHATTING | BARGE_IN_BEHIND,
	SUPERVISOR_CHATTING = MONITORING | COACHING | BARGING_IN,
};

enum capability {
#define COMMAND(number, name, asker, with, may, can, make)
#define LISTED(number, name, word, where, when, with, may, can, make) CAN_##name,
#include "core/command.def"
	CAPABILITY_COUNT
};
_Static_assert(CAPABILITY_COUNT <= 32, "a set of capabilities is an unsigned");

unsigned access_capabilities(
	const struct core *core, const struct viewer *viewer); /* bit 1 << capability */
const char *access_name(enum capability capability);
/* Where it stands among the capabilities: a set of enum standing. */
unsigned access_where(enum capability capability);
/* All standings of a supervisor in that mode, an invitation aside. */
unsigned access_of_mode(enum supervision mode);
enum command_kind access_command(enum capability capability);
/* CAPABILITY_COUNT: no capability says whether it succeeds. */
enum capability access_of_command(enum command_kind command);
/* May who speaks there do that listed command now? NULL: a deadline took the session away between the
 * look-up and the command. */
enum err access_can(
	const struct core *core, const struct viewer *speaker, enum command_kind command);

#endif
