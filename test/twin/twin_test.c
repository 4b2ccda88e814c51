/* twin_test.c - a silent supervisor is silent: the same seed with and without supervisors, and every byte to every
 * agent and to the carrier is the same, at the same time.
 *
 *   twin_test [--seeds A..B] [--seconds N] [--jobs N] [--expect-difference] [--tell SEED]
 *
 * Real server, real bytes, simulated world (test/sim). Agents and customers decide by their own random streams and by
 * what they are sent, so whatever leaks to them spreads. Nothing is set aside: time is simulated, so even the Date
 * headers agree. Where twins differ, the run is made short and told as a conversation. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../sim/campaign.h"
#include "base/check.h"
#include "base/log.h"
#include "twin.h"

#define DEMANDING   64 /* seeds have each operation, of each who may, at least some thirty times */
#define SEEDS_FIRST 1
#define SEEDS_LAST  DEMANDING

enum { BYTES, WATCHED, DEEDS, AGED };

static void compare(uint64_t seed, struct campaign_result *result)
{
	struct twin_seen without, with;
	struct tape_split split;
	struct twin_run one = twin_of(seed, false), other = twin_of(seed, true);
	twin_run(&one, &without);
	twin_run(&other, &with);
	tape_digest(result->digest, seed, &with.tape);
	result->counts[BYTES] = with.tape.bytes.len;
	result->counts[WATCHED] = with.watched;
	result->counts[DEEDS] = without.deeds + with.deeds;
	result->counts[AGED] = with.aged;
	deeds_add(&result->done, &without.done);
	deeds_add(&result->done, &with.done);
	result->has_failed = tape_differs(&without.tape, &with.tape, &split) || with.has_leaked ||
			     without.has_missed || with.has_missed;
	tape_free(&without.tape);
	tape_free(&with.tape);
}

/* Words were erased since they were old, of sessions that were watched as well. */
static bool has_aged(const struct campaign_total *total)
{
	bool has = total->runs < DEMANDING || total->counts[AGED];
	if (!has)
		printf("# no run met: a session whose words were old enough\n");
	return has;
}

static void tell(uint64_t seed)
{
	struct talk talk = {0};
	struct twin_seen seen;
	struct twin_run run = twin_of(seed, true);
	run.talk = &talk;
	twin_run(&run, &seen);
	printf("%.*s", STR_ARGS(buf_str(&talk.text)));
	tape_free(&seen.tape);
	talk_free(&talk);
}

/* In a process of its own: a broken promise may end it. */
static void shrink(uint64_t seed, unsigned *steps_left)
{
	int status = 0, ends[2];
	CHECK(pipe(ends) == 0);
	fflush(stdout);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		twin_shrink(seed, steps_left);
		fflush(stdout);
		_exit(write(ends[1], steps_left, sizeof *steps_left) == sizeof *steps_left ? 0 : 1);
	}
	close(ends[1]);
	waitpid(child, &status, 0);
	if (read(ends[0], steps_left, sizeof *steps_left) != sizeof *steps_left)
		printf("# seed %llu ends the process; run it with --tell %llu\n",
			(unsigned long long)seed, (unsigned long long)seed);
	close(ends[0]);
}

int main(int argc, char **argv)
{
	struct campaign campaign = {.first = SEEDS_FIRST,
		.last = SEEDS_LAST,
		.demanding = DEMANDING,
		.counts = {"bytes", "watched", "deeds", "aged"}};
	struct campaign_total total;
	bool expects_difference = false, is_fine;
	unsigned long long told;
	unsigned steps_left = 0;
	log_to(LOG_ERROR);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--expect-difference") == 0)
			expects_difference = true;
		else if (strcmp(argv[i], "--tell") == 0 && i + 1 < argc &&
			 sscanf(argv[i + 1], "%llu", &told) == 1)
			return tell(told), 0;
		else if (!campaign_option(&campaign, argc, argv, &i))
			return 2;
	}
	campaign_run(&campaign, compare, true, &total);
	if (total.failures && !expects_difference)
		shrink(total.failed[0], &steps_left);
	is_fine = expects_difference
			  ? total.failures > 0
			  : total.failures == 0 && total.counts[WATCHED] > total.runs &&
				    campaign_has_met_all(&campaign, &total) && has_aged(&total);
	printf("1..1\n%s 1 - %s\n", is_fine ? "ok" : "not ok",
		expects_difference ? "a build without one rule of silence is caught"
				   : "agents and carrier see the same bytes with and without "
				     "silent supervisors");
	campaign_print(&campaign, &total);
	return is_fine ? 0 : 1;
}
