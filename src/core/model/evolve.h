/* evolve.h - inside of model/: one function per body, each an upsert by key and the lists that
 * follow from the new values. Nothing is decided there. */
#ifndef CORE_MODEL_EVOLVE_H
#define CORE_MODEL_EVOLVE_H

#include "core/model/deadline.h"

#define BODY(name, version) void evolve_##name(struct core *core, struct event *event);
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"

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

void assignment_drop(struct assignment **one);
void choice_drop(struct core *core, struct choice **choice);
void token_drop(struct core *core, struct token **token);
void datum_drop(struct session *session, struct datum **datum);
void hand_drop(struct core *core, struct hand **hand);
void flag_drop(struct core *core, struct flag **flag);
void segment_drop(struct link *link, struct segment_held **held);
void session_free(struct core *core, struct session **session);
void outbound_free(struct core *core, struct outbound **outbound);
void outbound_list_over(struct core *core, struct outbound *outbound); /* if it is */
void requests_free(struct user *user);
/* The contact whose alias it is is called so from now on. */
void contact_erase(struct core *core, struct str alias);

#endif
