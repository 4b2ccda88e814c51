/* reading.h - somebody reads a session piece by piece: it is not forgotten meanwhile, though it may end.
 *
 * A reading knows its session and who reads by their ids and finds them again each time,
 * for between two pieces the core may have been made anew. It is the reader's memory, no fact: no
 * event tells of it, and nothing that anybody else sees depends on it. */
#ifndef CORE_MODEL_READING_H
#define CORE_MODEL_READING_H

#include "core/model/model.h"

/* In place from reading_start to reading_end. */
struct reading {
	char session[SESSION_ID_LEN], party[PARTY_ID_LEN];
	struct session *kept;        /* NULL: none, or it went with its core */
	struct reading *prev, *next; /* kept->readings */
};

void reading_start(struct reading *reading, const struct viewer *viewer);
/* Who reads, also if it is in the session no longer. NULL: the session is not there any
 * more (it had ended when the core was made anew). */
struct viewer *reading_viewer(struct reading *reading, const struct core *core);
/* Whoever reads the session as this participation; NULL: it, or the session, is not there any more. */
struct viewer *reading_find(const struct core *core, struct str session, struct str party);
/* For who comes back: a session that ended CORE_ENDED_KEPT_MS ago is not there, whether the core knows it still or
 * not, since that depends on what others do. */
struct viewer *reading_find_again(
	const struct core *core, struct str session, struct str party, msec now);
void reading_end(struct reading *reading);

#endif
