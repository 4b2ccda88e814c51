/* doctor.h - `sotto doctor`'s examinations: each says a fact, a verdict, and a remedy where one is needed. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <jansson.h>

#include "cli/cli_folder.h"

enum doctor_verdict { DOCTOR_FINE, DOCTOR_DOUBTFUL, DOCTOR_BAD };

struct doctor {
	const struct cli_folder *folder;
	json_t *status; /* of the server that runs; NULL: none does */
	unsigned bad;   /* findings */
};

/* what: "disk". remedy: NULL where the verdict is FINE. */
void doctor_say(struct doctor *doctor, enum doctor_verdict verdict, const char *what,
	const char *remedy, const char *fact, ...) __attribute__((format(printf, 5, 6)));

/* doctor_disk.c: does what is synced reach the disk, and how fast? Writes and removes a file in the folder. */
void doctor_disk(struct doctor *doctor);
/* doctor_link.c: each link of the configuration; of a server that runs as it says, else tried: signed in, and off. */
void doctor_links(struct doctor *doctor);

#endif
