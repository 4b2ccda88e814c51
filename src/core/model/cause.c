/* cause.c - the names of what can be a cause. */
#include "core/model/cause.h"

const char *cause_name(unsigned kind)
{
	static const char *const names[CAUSE_NUMBER_END] = {
		[CAUSE_UNKNOWN] = "UNKNOWN",
#define COMMAND(number, name, asker, with, may, can, make) [CAUSE_##name] = #name,
#include "core/command.def"
		[CAUSE_DEADLINE] = "DEADLINE",
		[CAUSE_WAKE] = "WAKE",
	};
	return kind < CAUSE_NUMBER_END ? names[kind] : NULL;
}
