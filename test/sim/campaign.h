/* campaign.h - many seeds in a row, on several processes, in a given time; and one line that says what came of it, so
 * that campaigns add up (reliability/README.md). */
#ifndef TEST_SIM_CAMPAIGN_H
#define TEST_SIM_CAMPAIGN_H

#include "base/ids.h"
#include "base/msec.h"
#include "deeds.h"

#define CAMPAIGN_COUNTS     20
#define CAMPAIGN_FAILED_MAX 16 /* seeds that are kept by name; more only count */

struct campaign {
	uint64_t first,
		last;  /* seeds; last moves down: all up to it ran, whole, when time was up */
	msec seconds;  /* 0: until last */
	unsigned jobs; /* processes */
	/* So many runs have each operation of deeds.def, or one says by name which they never had; 0: who asks knows
	 * better. Chosen far above what is needed today, and below what make check runs. */
	uint64_t demanding;
	/* Names of what the runs count, for the line; NULL at the end. */
	const char *counts[CAMPAIGN_COUNTS + 1];
};

/* What one seed led to. */
struct campaign_result {
	unsigned char digest[DIGEST_BYTES];
	uint64_t counts[CAMPAIGN_COUNTS];
	struct deeds_done done;
	bool has_failed;
	bool is_unfinished; /* campaign_stops said so; the seed does not count */
};

struct campaign_total {
	uint64_t runs, failures;
	double seconds;
	uint64_t counts[CAMPAIGN_COUNTS];
	struct deeds_done done;
	unsigned char digest[DIGEST_BYTES];   /* of all, in whatever order they ran */
	uint64_t failed[CAMPAIGN_FAILED_MAX]; /* the first ones */
};

/* Reads --seeds A..B, --seconds N, --jobs N into the campaign; false: another word (left at *i). */
bool campaign_option(struct campaign *campaign, int argc, char **argv, int *i);
/* Runs them. stops: no further seed is begun after a failure. */
void campaign_run(struct campaign *campaign,
	void (*run)(uint64_t seed, struct campaign_result *result), bool stops,
	struct campaign_total *total);
/* For a run that takes long, now and then: true: time is up, and nobody will miss this seed. Never true in
 * the first one, so that each campaign gets on. */
bool campaign_stops(void);
/* Had a campaign that found nothing all that it must have? Tells what it had not, by name, on stdout. */
bool campaign_has_met_all(const struct campaign *campaign, const struct campaign_total *total);
/* {"seeds":"1..48","runs":48,...}: one line, on stdout. */
void campaign_print(const struct campaign *campaign, const struct campaign_total *total);

#endif
