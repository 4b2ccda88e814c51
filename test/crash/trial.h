/* trial.h - one run of a whole contact centre in which the disk does what it should not. */
#ifndef CRASH_TRIAL_H
#define CRASH_TRIAL_H

#include "base/ids.h"
#include "deeds.h"
#include "disk.h"
#include "ledger.h"

struct trial_settings {
	bool in_memory;
	enum disk_trouble trouble; /* DISK_WELL: the power is cut */
	uint64_t seed;
	/* On disk: at the change with this index; of a trouble: the index after the start. In memory: at
	 * this millisecond. */
	uint64_t cut;
	bool is_restless; /* the carrier, of every seed; else of every second */
	bool tells_all;   /* of a failure, from the beginning */
};

struct trial_result {
	bool was_struck;           /* false: the run ended before */
	bool has_failed;           /* and said so on stdout */
	unsigned lives;            /* of the server */
	struct deeds_done done;    /* answered with success */
	uint64_t facts;            /* that the ledger looked for */
	uint64_t messages, faults; /* on the carrier's wire: see ledger.h */
	struct ledger_met met;
	uint64_t not_now;       /* refusals because of the disk */
	bool was_trimmed;       /* the journal, before it was asked */
	uint64_t loads, starts; /* of a core anew, of a server, on a disk that takes no writes */
	unsigned char digest[DIGEST_BYTES]; /* over all that was seen outside */
};

void trial_run(const struct trial_settings *settings, struct trial_result *result);

#endif
