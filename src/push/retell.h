/* retell.h - what users were told of events whose process was killed, made once more for the store (struct
 * store_telling): the same notes in the same order as notify.c tells, whether anybody hears them or not. */
#ifndef PUSH_RETELL_H
#define PUSH_RETELL_H

#include "core/core.h"
#include "core/told.h"

/* ctx: a struct str, the external URL. As store_telling.tell. */
void retell(void *ctx, const struct core *core, const struct event *events, size_t count,
	void (*keep)(void *keep_ctx, struct told_note *note), void *keep_ctx);

#endif
