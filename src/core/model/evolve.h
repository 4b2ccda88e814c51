/* evolve.h - inside of core/evolve*.c: one function per body, each an upsert by key and the lists that
 * follow from the new values. Nothing is decided there. */
#ifndef CORE_EVOLVE_H
#define CORE_EVOLVE_H

#include "core/turn.h"

#define BODY(name, version) void evolve_##name(struct core *core, struct event *event);
#include "core/body_skip_fields.h"
#include "core/body.def"
#include "core/body_undef.h"

int session_order(const struct session *a, const struct session *b);
int outbound_order(const struct outbound *a, const struct outbound *b);

/* Serials grow, so a new one's place is nearly always the end: looked at first. */
#define INSERT_BY_SERIAL(head, el, order, prev, next)                                              \
	do {                                                                                       \
		if (!(head) || (head)->prev->b.serial < (el)->b.serial)                            \
			DL_APPEND2(head, el, prev, next);                                          \
		else                                                                               \
			DL_INSERT_INORDER2(head, el, order, prev, next);                           \
	} while (0)

#endif
