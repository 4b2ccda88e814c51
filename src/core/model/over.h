/* over.h - what is over: nothing that may still happen asks for it. The core forgets it (forget.c), a start
 * does not load it (store/project.def), except that of sessions and texts the newest stays, since serials
 * go on from it. */
#ifndef CORE_MODEL_OVER_H
#define CORE_MODEL_OVER_H

#include "core/model/body.h"

/* What a body belongs to: it is not over before that is. */
struct over_owner {
	enum body_kind kind;
	struct str session; /* the key, where it is a session */
	uint64_t outbound;  /* where it is a text */
};
/* That one's image; NULL: it is not there any more. */
typedef const void *over_find(const void *ctx, const struct over_owner *owner);

/* find: asked for what the body belongs to; a session belongs to nothing. */
bool body_is_over(enum body_kind kind, const void *body, over_find *find, const void *ctx);

#endif
