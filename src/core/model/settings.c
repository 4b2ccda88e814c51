/* settings.c - looking up the rows of settings.def. */
#include "core/model/settings.h"

const struct setting_row setting_rows[SETTING_KINDS] = {
#define SETTING(member, name, fallback) [SETTING_##member] = {name, fallback},
#include "core/model/settings.def"
#undef SETTING
};

enum setting_kind settings_find(struct str name)
{
	enum setting_kind kind = 0;
	while (kind < SETTING_KINDS && !str_is(name, setting_rows[kind].name))
		kind++;
	return kind;
}

void settings_reset(uint64_t values[SETTING_KINDS])
{
	for (enum setting_kind kind = 0; kind < SETTING_KINDS; kind++)
		values[kind] = setting_rows[kind].fallback;
}
