/* trial_private.h - a trial's inside: lives and power cuts (trial.c), troubles of the disk
 * (trial_trouble.c). */
#ifndef CRASH_TRIAL_PRIVATE_H
#define CRASH_TRIAL_PRIVATE_H

#include "crowd.h"
#include "ledger.h"
#include "steady.h"
#include "trial.h"
#include "world.h"

#define RUN_DISK_MS 2500 /* until something happens to the disk, at most */

struct trial {
	const struct trial_settings *settings;
	struct dice dice;
	struct world world;
	struct disk *disk; /* NULL: in memory */
	struct steady *steady;
	struct ledger *ledger;
	struct crowd crowd;
	struct buf why;
	unsigned lives;
	bool was_trimmed;
	uint64_t starts; /* on a disk that takes no writes */
	bool is_lost;    /* the server said so */
	enum store_result lost;
	const char *failed; /* NULL: all is well */
};

void trial_blame(struct trial *t, const char *why);
void trial_ask(struct trial *t, bool at_rest); /* the ledger */
/* False: the server is not up; if the power is on, that is wrong. */
bool trial_serve(struct trial *t);
/* Until then, or shortly after the power was cut, or until the server is lost. */
void trial_live(struct trial *t, msec ms);
/* Down: the process died, or the power went. The disk is well afterwards. */
void trial_die(struct trial *t);
/* The store opens, with all that was seen; then the server. False: struck again in that, or wrong. */
bool trial_rise(struct trial *t);
/* Down, and up again, perhaps only to be struck once more; in the end it stays. */
void trial_come_back(struct trial *t);

/* trial_told.c: what is kept of what users were told is what the journal says. */
void trial_ask_told(struct trial *t);
/* trial_trouble.c. False: the run ended before. */
bool trial_be_troubled(struct trial *t);

#endif
