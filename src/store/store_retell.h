/* store_retell.h - what users were told of events that the tables do not have yet (a process was killed) is made once
 * more, and written with them: so everybody's numbers go on where they were. */
#ifndef STORE_STORE_RETELL_H
#define STORE_STORE_RETELL_H

#include "store/sqlite_tables.h"

/* Brings the tables up to the journal's end. A core is made as they stand, and evolved command by
 * command. ERR_STORE: the disk takes no more; what was written stays. */
enum err store_retell(struct tables *tables, struct str folder, const struct store_telling *telling,
	struct buf *why) MUST_CHECK;

#endif
