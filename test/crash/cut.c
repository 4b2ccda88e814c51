/* cut.c - the power is cut under a whole contact centre, and the ledger of its clients is asked.
 *
 *   cut [--store sqlite|mem] [--every K] [--at N] [--fault full|readonly|eio|fsync]
 *       [--carrier restless] [--seeds A..B] [--seconds S] [--jobs J]
 *
 * sqlite: each seed's run is repeated with a cut (or fault) at each K-th index of what it writes, up to
 * the last; --at: only at that one, and a failure is told from the beginning, the server's errors on
 * stderr. mem: commits come on a grid of 20 to 100 ms, and the cut at some millisecond that the seed
 * draws; K such a seed. --carrier restless: that of every seed is, and more than else every second one. Faults
 * run with the store's threads as they like: their digest is 0. */
#include "campaign.h"
#include "base/log.h"
#include "base/check.h"
#include "trial.h"

#include <string.h>

#define EVERY_DEFAULT 1
#define CUT_LEAST_MS  200
#define CUT_MOST_MS   2500
#define TRIMMED_BY    16 /* cuts: in half of them the journal is trimmed */
#define FAULTS_LEAST  5  /* of 100 messages of a restless carrier */
#define LINKS_BY      40 /* cuts: in half of them the carrier has several links */
#define AGED_BY       40 /* seeds: in a fifth of them words go by their age */

/* So many seeds have each operation, of each who may. make check runs as many in memory; on a disk, and in trouble,
 * where what comes through depends on the moments of a thread, check-all does. */
#define DEMANDING_IN_MEMORY  40
#define DEMANDING_ON_DISK    16
#define DEMANDING_IN_TROUBLE 32

static struct {
	struct trial_settings trial;
	unsigned long long every, at;
} options = {.every = EVERY_DEFAULT};

enum {
	COUNT_CUTS,
	COUNT_LIVES,
	COUNT_FACTS,
	COUNT_NOT_NOW,
	COUNT_TRIMMED,
	COUNT_MESSAGES,
	COUNT_FAULTS,
	COUNT_MOVED,
	COUNT_RECEIPTS_OVER,
	COUNT_PARTS_OVER,
	COUNT_HOOKS,
	COUNT_POSTS_AGAIN,
	COUNT_EARLY,
	COUNT_AGED,
	COUNT_LOADS,
	COUNT_STARTS
};

static void mix(unsigned char digest[DIGEST_BYTES], const unsigned char with[DIGEST_BYTES])
{
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		digest[i] = (unsigned char)(digest[i] << 1 | digest[i] >> 7) ^ with[i];
}

/* False: it is enough for this seed. */
static bool run_one(uint64_t seed, uint64_t cut, struct campaign_result *total)
{
	struct trial_settings settings = options.trial;
	struct trial_result result;
	settings.seed = seed;
	settings.cut = cut;
	settings.tells_all = options.at;
	trial_run(&settings, &result);
	total->has_failed |= result.has_failed;
	total->counts[COUNT_CUTS] += result.was_struck;
	total->counts[COUNT_LIVES] += result.lives;
	total->counts[COUNT_FACTS] += result.facts;
	total->counts[COUNT_NOT_NOW] += result.not_now;
	total->counts[COUNT_TRIMMED] += result.was_trimmed;
	total->counts[COUNT_MESSAGES] += result.messages;
	total->counts[COUNT_FAULTS] += result.faults;
	total->counts[COUNT_MOVED] += result.met.moved;
	total->counts[COUNT_RECEIPTS_OVER] += result.met.receipts;
	total->counts[COUNT_PARTS_OVER] += result.met.parts;
	total->counts[COUNT_HOOKS] += result.met.hooks;
	total->counts[COUNT_POSTS_AGAIN] += result.met.posts_again;
	total->counts[COUNT_EARLY] += result.met.early;
	total->counts[COUNT_AGED] += result.met.aged;
	total->counts[COUNT_LOADS] += result.loads;
	total->counts[COUNT_STARTS] += result.starts;
	deeds_add(&total->done, &result.done);
	if (settings.trouble == DISK_WELL) /* else the store's threads run as they like */
		mix(total->digest, result.digest);
	return result.was_struck && !result.has_failed;
}

/* Different seeds begin at different indices. */
static void run_on_disk(uint64_t seed, struct campaign_result *result)
{
	uint64_t cut = options.at ? options.at : 1 + seed % options.every;
	while (run_one(seed, cut, result) && !options.at) {
		cut += options.every;
		if ((result->is_unfinished = campaign_stops()))
			break;
	}
}

static void run_in_memory(uint64_t seed, struct campaign_result *result)
{
	struct dice dice = {seed};
	for (unsigned long long i = 0; i < options.every; i++) {
		uint64_t cut = CUT_LEAST_MS + dice_roll(&dice, CUT_MOST_MS - CUT_LEAST_MS);
		if (!run_one(seed, options.at ? options.at : cut, result) || options.at)
			break;
	}
}

static bool read_fault(const char *word)
{
	static const char *const words[] = {"", "full", "readonly", "eio", "fsync"};
	for (size_t i = DISK_FULL; i <= DISK_FSYNC; i++)
		if (strcmp(word, words[i]) == 0)
			options.trial.trouble = (enum disk_trouble)i;
	return options.trial.trouble != DISK_WELL;
}

static bool read_option(const char *name, const char *value)
{
	if (strcmp(name, "--store") == 0) {
		options.trial.in_memory = strcmp(value, "mem") == 0;
		return options.trial.in_memory || strcmp(value, "sqlite") == 0;
	}
	if (strcmp(name, "--carrier") == 0)
		return options.trial.is_restless = strcmp(value, "restless") == 0;
	if (strcmp(name, "--fault") == 0)
		return read_fault(value);
	if (strcmp(name, "--every") == 0)
		return sscanf(value, "%llu", &options.every) == 1 && options.every > 0;
	return strcmp(name, "--at") == 0 && sscanf(value, "%llu", &options.at) == 1;
}

static bool is_outlasted(void)
{
	return options.trial.trouble == DISK_FULL || options.trial.trouble == DISK_READONLY;
}

/* In memory a life is long enough for all of it; on a disk some runs end before anybody has sent a text. */
static bool must_have_used_links(const struct campaign_total *total)
{
	return options.trial.in_memory && !options.at && total->counts[COUNT_CUTS] >= LINKS_BY;
}

static bool has_used_links(const struct campaign_total *total)
{
	static const struct {
		int count;
		const char *name;
	} meant[] = {
		{COUNT_MOVED, "a text that moved to another link"},
		{COUNT_RECEIPTS_OVER, "a receipt over another link"},
		{COUNT_PARTS_OVER, "a text whose parts came over several links"},
		{COUNT_HOOKS, "a text or receipt over HTTP"},
		{COUNT_POSTS_AGAIN, "a post to a provider that had it already"},
		{COUNT_EARLY, "a receipt of a provider's before the answer to its text"},
	};
	bool has_all = true;
	for (size_t i = 0; i < sizeof meant / sizeof meant[0]; i++) {
		if (total->counts[meant[i].count])
			continue;
		printf("not ok - no run met: %s\n", meant[i].name);
		has_all = false;
	}
	return has_all;
}

/* A campaign that never met what it is about says so. */
static bool has_met_all(const struct campaign *campaign, const struct campaign_total *total)
{
	static const struct {
		int count;
		const char *name;
	} meant[] = {
		{COUNT_NOT_NOW, "a refusal because of the disk"},
		{COUNT_LOADS, "the core loaded anew while the disk takes no writes"},
		{COUNT_STARTS, "a start on a disk that takes no writes"},
	};
	bool has_met = campaign_has_met_all(campaign, total);
	if (!options.trial.in_memory && !options.at && total->counts[COUNT_CUTS] >= TRIMMED_BY &&
		!total->counts[COUNT_TRIMMED]) {
		printf("not ok - no run met: a journal that was trimmed\n");
		has_met = false;
	}
	if (!options.at && total->runs >= AGED_BY && !total->counts[COUNT_AGED]) {
		printf("not ok - no run met: a session whose words were old enough\n");
		has_met = false;
	}
	has_met &= !must_have_used_links(total) || has_used_links(total);
	if (options.trial.is_restless && total->counts[COUNT_CUTS] >= LINKS_BY &&
		total->counts[COUNT_FAULTS] * 100 < total->counts[COUNT_MESSAGES] * FAULTS_LEAST) {
		printf("not ok - of %llu messages %llu met a fault: fewer than %d in 100\n",
			(unsigned long long)total->counts[COUNT_MESSAGES],
			(unsigned long long)total->counts[COUNT_FAULTS], FAULTS_LEAST);
		has_met = false;
	}
	for (size_t i = 0; is_outlasted() && !options.at && i < sizeof meant / sizeof meant[0];
		i++) {
		if (total->counts[meant[i].count])
			continue;
		printf("not ok - no run met: %s\n", meant[i].name);
		has_met = false;
	}
	return has_met;
}

int main(int argc, char **argv)
{
	struct campaign campaign = {.first = 1,
		.last = 1,
		.jobs = 1,
		.counts = {"cuts", "lives", "facts", "not_now", "trimmed", "messages", "faults",
			"moved", "receipts_over_another_link", "parts_over_several_links", "hooks",
			"http_retries", "early_receipts", "aged"}};
	struct campaign_total total;
	for (int i = 1; i < argc; i++) {
		if (campaign_option(&campaign, argc, argv, &i))
			continue;
		if (i + 1 >= argc || !read_option(argv[i], argv[i + 1]))
			return 2;
		i++;
	}
	if (is_outlasted()) {
		campaign.counts[COUNT_LOADS] = "loads";
		campaign.counts[COUNT_STARTS] = "starts";
	}
	campaign.demanding = options.trial.in_memory ? DEMANDING_IN_MEMORY
			     : options.trial.trouble ? DEMANDING_IN_TROUBLE
						     : DEMANDING_ON_DISK;
	log_to(options.at ? LOG_ERROR : LOG_NOTHING);
	campaign_run(
		&campaign, options.trial.in_memory ? run_in_memory : run_on_disk, true, &total);
	bool has_met = total.failures || has_met_all(&campaign, &total);
	campaign_print(&campaign, &total);
	return total.failures || !has_met ? 1 : 0;
}
