/* settings.h - the rows of settings.def: a number each, of the centre or of a link. */
#ifndef CORE_MODEL_SETTINGS_H
#define CORE_MODEL_SETTINGS_H

#include "base/str.h"

enum setting_kind {
#define SETTING(member, name, fallback) SETTING_##member,
#include "core/model/settings.def"
#undef SETTING
	SETTING_KINDS
};

/* The values of RECEIPTS: is there a receipt for each part of a text, or one for all of them? */
enum receipts_for { RECEIPTS_FOR_PARTS, RECEIPTS_FOR_TEXTS };

/* Does a STOP end the texts of the whole centre, or those of the number that it was sent to? */
enum optout_scope { OPTOUT_OF_CENTRE, OPTOUT_OF_NUMBER };

struct setting_row {
	const char *name;
	uint64_t fallback;
};
extern const struct setting_row setting_rows[SETTING_KINDS];

/* SETTING_KINDS: none is called so. */
enum setting_kind settings_find(struct str name);
void settings_reset(uint64_t values[SETTING_KINDS]); /* to the defaults */

#endif
