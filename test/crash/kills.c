/* kills.c - kill -9 of the real binary, over real sockets and on a real disk; and the ledger is asked.
 *
 *   kills [--binary FILE] [--kills N] [--seeds A..B] [--seconds S] [--jobs J] [--tell]
 *
 * Of each seed N kills (20) in one conversation: in the start, shortly after a bind, at the very answer, at the carrier's
 * text or acknowledgement, at some time; two seeds of three on a disk that takes its time. The seed decides what people do
 * at their nth step and where kills are meant to come; what they meet depends on the machine as well, so there is no
 * digest (0). --tell: the conversation also of what is well. */
#include "base/check.h"
#include "base/log.h"
#include "campaign.h"
#include "lives.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KILLS_DEFAULT 20
/* The ledger knows no more lives, and in more kills a phone would run out of references for long texts. */
#define KILLS_MOST 50

static struct {
	char binary[PATH_MAX], slow_disk[PATH_MAX];
	unsigned kills;
	bool tells;
} options = {.kills = KILLS_DEFAULT};

/* Counts of the line. By so many kills at the latest each must have come up. */
static const struct {
	const char *name;
	unsigned latest;
} meant[LIVES_COUNTS] = {
	[LIVES_KILLS] = {"kills", 1},
	[LIVES_ANSWERS] = {"answers", 40},
	[LIVES_FACTS] = {"facts", 40},
	[LIVES_IN_START] = {"in_start", 40},
	[LIVES_AT_BIND] = {"at_bind", 40},
	[LIVES_IN_A_ROW] = {"in_a_row", 40},
	[LIVES_REPEATED] = {"repeated", 40},
	[LIVES_REDELIVERED] = {"redelivered", 40},
	[LIVES_UNCERTAIN] = {"uncertain", 300},
	[LIVES_TRIMMED] = {"trimmed", 40},
	[LIVES_MOVED] = {"moved", 300},
	[LIVES_RECEIPTS_OVER] = {"receipts_over_another_link", 300},
	[LIVES_PARTS_OVER] = {"parts_over_several_links", 300},
	[LIVES_HOOKS] = {"hooks", 300},
	[LIVES_POSTS_AGAIN] = {"http_retries", 300},
	[LIVES_AGED] = {"aged", 100},
};
#define DEMANDING 10 /* so many seeds have each operation, of each who may */

static void run(uint64_t seed, struct campaign_result *result)
{
	const struct lives_settings settings = {.binary = options.binary,
		.slow_disk = options.slow_disk,
		.seed = seed,
		.kills = options.kills,
		.tells = options.tells};
	struct lives_result lives;
	lives_run(&settings, &lives);
	result->has_failed = lives.has_failed;
	memcpy(result->counts, lives.counts, sizeof lives.counts);
	result->done = lives.done;
}

static bool has_met(const struct campaign_total *total, size_t count)
{
	if (total->counts[count] || total->counts[LIVES_KILLS] < meant[count].latest)
		return true;
	printf("not ok - no run met: %s\n", meant[count].name);
	return false;
}

/* What a campaign is about. */
static bool has_met_all(const struct campaign *campaign, const struct campaign_total *total)
{
	bool has_all = campaign_has_met_all(campaign, total);
	for (size_t i = 0; i < LIVES_COUNTS; i++)
		has_all &= has_met(total, i);
	return has_all;
}

static bool read_option(const char *name, const char *value)
{
	if (strcmp(name, "--binary") == 0)
		return realpath(value, options.binary);
	return strcmp(name, "--kills") == 0 && sscanf(value, "%u", &options.kills) == 1 &&
	       options.kills && options.kills <= KILLS_MOST;
}

/* Of the same build: beside this program. */
static void find(char path[PATH_MAX], const char *own, const char *name)
{
	const char *slash = strrchr(own, '/');
	char beside[PATH_MAX];
	snprintf(beside, sizeof beside, "%.*s%s", slash ? (int)(slash + 1 - own) : 0, own, name);
	CHECK(realpath(beside, path));
}

int main(int argc, char **argv)
{
	struct campaign campaign = {.first = 1, .last = 1, .jobs = 1, .demanding = DEMANDING};
	struct campaign_total total;
	find(options.binary, argv[0], "../src/sotto");
	find(options.slow_disk, argv[0], "slow_disk.so");
	for (size_t i = 0; i < LIVES_COUNTS; i++)
		campaign.counts[i] = meant[i].name;
	for (int i = 1; i < argc; i++) {
		options.tells |= strcmp(argv[i], "--tell") == 0;
		if (strcmp(argv[i], "--tell") == 0 || campaign_option(&campaign, argc, argv, &i))
			continue;
		if (i + 1 >= argc || !read_option(argv[i], argv[i + 1]))
			return 2;
		i++;
	}
	log_to(LOG_NOTHING);
	campaign_run(&campaign, run, true, &total);
	bool is_fine = !total.failures && has_met_all(&campaign, &total);
	campaign_print(&campaign, &total);
	return is_fine ? 0 : 1;
}
