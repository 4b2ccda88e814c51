/* past.h - a session that the core has forgotten, as a store still has it. */
#ifndef CORE_PAST_H
#define CORE_PAST_H

#include "core/core.h"

/* Independent of the store that gave it, so another thread may read. */
struct past_source {
	/* Makes of an empty core one that knows this session, who was in it, and what they name. Without the
	 * session where there is none, or where the tables do not know it as it is. */
	enum err (*read)(struct past_source *source, struct str session, struct core *core);
	void (*free)(struct past_source *source);
};

#endif
