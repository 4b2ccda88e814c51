/* campaign.c - processes that take the next seed from a common counter until there is none, or no time. */
#include "campaign.h"
#include "base/check.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX 64

/* What a process has done so far; in memory that all share, so that a crash loses only its own seed. */
struct job {
	uint64_t runs, failures, seed; /* seed: the one at work */
	uint64_t counts[CAMPAIGN_COUNTS];
	struct deeds_done done;
	unsigned char digest[DIGEST_BYTES];
	uint64_t failed[CAMPAIGN_FAILED_MAX];
};

struct board {
	atomic_uint_fast64_t next; /* seed */
	atomic_bool is_over;
	atomic_flag locked; /* guards the next two */
	uint64_t done;      /* the highest seed that is */
	uint64_t end;       /* no seed from here on counts: one of them was left */
	struct job jobs[JOBS_MAX];
};

/* What this process is about. */
static struct {
	struct board *board;
	uint64_t first, seed;
	double until; /* 0: for ever */
} at_work;

static double monotonic(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool read_number(int argc, char **argv, int *i, unsigned long long *out)
{
	return *i + 1 < argc && sscanf(argv[++*i], "%llu", out) == 1;
}

bool campaign_option(struct campaign *campaign, int argc, char **argv, int *i)
{
	unsigned long long first, last, n;
	if (strcmp(argv[*i], "--seeds") == 0 && *i + 1 < argc) {
		if (sscanf(argv[++*i], "%llu..%llu", &first, &last) != 2)
			return false;
		campaign->first = first;
		campaign->last = last;
		return true;
	}
	bool is_jobs = strcmp(argv[*i], "--jobs") == 0;
	if ((!is_jobs && strcmp(argv[*i], "--seconds") != 0) || !read_number(argc, argv, i, &n))
		return false;
	if (is_jobs)
		campaign->jobs = (unsigned)n;
	else
		campaign->seconds = (msec)n;
	return true;
}

/* --- seeds that are left ------------------------------------------------------------------------
 * What is reported are all seeds of a range: so one may be left only while no later one is done, and from then on no
 * later one counts. */

static void lock(struct board *board)
{
	while (atomic_flag_test_and_set(&board->locked))
		;
}

static void unlock(struct board *board)
{
	atomic_flag_clear(&board->locked);
}

bool campaign_stops(void)
{
	struct board *board = at_work.board;
	if (at_work.until == 0 || monotonic() < at_work.until || at_work.seed == at_work.first)
		return false;
	lock(board);
	bool can_leave = board->done < at_work.seed;
	if (can_leave && board->end > at_work.seed)
		board->end = at_work.seed;
	unlock(board);
	return can_leave;
}

static bool counts(struct board *board, uint64_t seed)
{
	lock(board);
	bool does = seed < board->end;
	if (does && board->done < seed)
		board->done = seed;
	unlock(board);
	return does;
}

/* --- one process -------------------------------------------------------------------------------- */

static void mix(unsigned char digest[DIGEST_BYTES], const unsigned char with[DIGEST_BYTES])
{
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		digest[i] ^= with[i];
}

static void add(struct job *job, const struct campaign_result *result)
{
	mix(job->digest, result->digest);
	for (size_t i = 0; i < CAMPAIGN_COUNTS; i++)
		job->counts[i] += result->counts[i];
	deeds_add(&job->done, &result->done);
	if (result->has_failed && job->failures < CAMPAIGN_FAILED_MAX)
		job->failed[job->failures] = job->seed;
	job->failures += result->has_failed;
	job->runs++;
}

static void work(struct board *board, struct job *job, const struct campaign *campaign,
	double until, void (*run)(uint64_t seed, struct campaign_result *result), bool stops)
{
	at_work.board = board;
	at_work.first = campaign->first;
	at_work.until = until;
	while (!atomic_load(&board->is_over) && (until == 0 || monotonic() < until)) {
		struct campaign_result result = {0};
		uint64_t seed = atomic_fetch_add(&board->next, 1);
		if (seed > campaign->last)
			break;
		job->seed = at_work.seed = seed;
		run(seed, &result);
		/* A failure is told in any case. */
		if (result.has_failed || (!result.is_unfinished && counts(board, seed)))
			add(job, &result);
		job->seed = 0;
		if (stops && result.has_failed)
			atomic_store(&board->is_over, true);
	}
}

/* --- all of them -------------------------------------------------------------------------------- */

/* A process that broke down was at a seed; that one has failed. */
static void collect(struct campaign_total *total, const struct job *job)
{
	for (uint64_t i = 0; i < job->failures && i < CAMPAIGN_FAILED_MAX; i++)
		if (total->failures + i < CAMPAIGN_FAILED_MAX)
			total->failed[total->failures + i] = job->failed[i];
	total->runs += job->runs;
	total->failures += job->failures;
	if (job->seed) {
		if (total->failures < CAMPAIGN_FAILED_MAX)
			total->failed[total->failures] = job->seed;
		total->runs++;
		total->failures++;
	}
	for (size_t i = 0; i < CAMPAIGN_COUNTS; i++)
		total->counts[i] += job->counts[i];
	deeds_add(&total->done, &job->done);
	mix(total->digest, job->digest);
}

void campaign_run(struct campaign *campaign,
	void (*run)(uint64_t seed, struct campaign_result *result), bool stops,
	struct campaign_total *total)
{
	unsigned jobs = campaign->jobs < 1          ? 1
			: campaign->jobs > JOBS_MAX ? JOBS_MAX
						    : campaign->jobs;
	struct board *board = mmap(
		NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(board != MAP_FAILED);
	double began = monotonic();
	double until = campaign->seconds ? began + (double)campaign->seconds : 0;
	pid_t children[JOBS_MAX];
	atomic_store(&board->next, campaign->first);
	atomic_flag_clear(&board->locked);
	board->end = UINT64_MAX;
	fflush(stdout);
	for (unsigned i = 0; i < jobs; i++) {
		children[i] = fork();
		CHECK(children[i] >= 0);
		if (children[i] == 0) {
			work(board, &board->jobs[i], campaign, until, run, stops);
			fflush(stdout);
			_exit(0);
		}
	}
	*total = (struct campaign_total) {0};
	for (unsigned i = 0; i < jobs; i++) {
		waitpid(children[i], NULL, 0);
		collect(total, &board->jobs[i]);
	}
	total->seconds = monotonic() - began;
	if (atomic_load(&board->next) <= campaign->last)
		campaign->last = atomic_load(&board->next) - 1;
	if (board->end <= campaign->last)
		campaign->last = board->end - 1;
	munmap(board, sizeof *board);
}

/* What is rare has been in so many: several times what make check has of any trial. */
#define LONG_RUNS 400

bool campaign_has_met_all(const struct campaign *campaign, const struct campaign_total *total)
{
	bool is_asked = campaign->demanding && total->runs >= campaign->demanding;
	return total->failures || !is_asked ||
	       deeds_missing(&total->done, total->runs >= LONG_RUNS, stdout) == 0;
}

void campaign_print(const struct campaign *campaign, const struct campaign_total *total)
{
	if (total->failures) /* whatever was told before may have been cut off in a line */
		putchar('\n');
	printf("{\"seeds\":\"%llu..%llu\",\"runs\":%llu,\"seconds\":%.1f,\"failures\":%llu",
		(unsigned long long)campaign->first, (unsigned long long)campaign->last,
		(unsigned long long)total->runs, total->seconds,
		(unsigned long long)total->failures);
	for (size_t i = 0; campaign->counts[i]; i++)
		printf(",\"%s\":%llu", campaign->counts[i], (unsigned long long)total->counts[i]);
	if (campaign->demanding) {
		putchar(',');
		deeds_print(&total->done);
	}
	printf(",\"digest\":\"");
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		printf("%02x", total->digest[i]);
	printf("\"}\n");
}
