/* walk.c - all that can happen in a small contact centre, state by state, on the core alone.
 *
 *   walk [--agents N] [--supervisors N] ... [--depth N] [--seconds N] [--memory BYTES]
 *   walk --world FEATURE+FEATURE [...]      of worlds.def
 *   walk --traces N --seed N
 *
 * Text on stderr; the last line of stdout is one JSON object. Exit code 0: nothing was broken. */
#include "search.h"
#include "traces.h"
#include "worlds.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
	struct scope scope;
	struct limits limits;
	uint64_t traces, soak, seed, steps;
};

/* Each a number; help: what it is. */
static const struct option_row {
	const char *name;
	size_t at;
	size_t size;
	uint64_t most;
	const char *help;
} rows[] = {
#define SCOPE(name, most, help)                                                                    \
	{                                                                                          \
#name, offsetof(struct options, scope.name), sizeof(unsigned), most, help          \
	}
#define NUMBER(name, field, help)                                                                  \
	{                                                                                          \
		name, offsetof(struct options, field), sizeof(uint64_t), UINT64_MAX, help          \
	}
	SCOPE(agents, 2, "agents"),
	SCOPE(supervisors, 2, "supervisors"),
	SCOPE(customers, CUSTOMERS_MAX, "customers"),
	SCOPE(sessions, 2, "sessions of a customer that are not ended"),
	SCOPE(texts, 2, "agents' texts on their way to a customer; 0: the SMSC does nothing"),
	SCOPE(parts, 2, "SMS of a text"),
	SCOPE(capacity, 4, "agents.capacity"),
	SCOPE(presence, 1, "clients come and are lost"),
	SCOPE(carrier, 1, "long texts come in parts, copies come"),
	SCOPE(timeouts, 2, "deadlines fire; 2: two at once, too"),
	SCOPE(crashes, 1, "the process dies and starts again"),
	SCOPE(keep, 1, "agents.on-logout is keep"),
	SCOPE(reoffer, 1, "no answer leaves the agent Ready"),
	SCOPE(work, 1, "supervisors are agents too"),
	SCOPE(keywords, 1, "customers write STOP, START, HELP"),
	SCOPE(spellings, 1, "the customers are one phone in two spellings"),
	SCOPE(modes, 1, "supervisors coach, barge in and switch"),
	SCOPE(colleagues, 1, "agents transfer sessions and consult"),
	SCOPE(partings, 1, "who goes says something"),
	SCOPE(data, 1, "a session with user data differs from one without"),
	SCOPE(last, 1, "an agent asks to be remembered for the customer's next session"),
	SCOPE(focus, 1, "it makes a difference which session somebody looks at"),
	SCOPE(past, 1, "a session that was watched differs from one that never was"),
	NUMBER("seconds", limits.seconds, "stop after"),
	NUMBER("memory", limits.memory, "stop at so many bytes"),
	NUMBER("depth", limits.depth, "stop once all conversations of so many steps were walked"),
	NUMBER("soak", soak, "1: take states from anywhere, by the seed, not breadth first"),
	NUMBER("dumps", limits.dumps, "of every nth state compare core_dump over a restart"),
	NUMBER("check-merges", limits.merges,
		"of every nth merge compare one step of both; 0: none"),
	NUMBER("traces", traces, "print so many random traces instead"),
	NUMBER("steps", steps, "length of a trace"),
	NUMBER("seed", seed, "of the traces, of the soak"),
};
#define ROWS (sizeof rows / sizeof rows[0])

/* The world of the issue. */
static const struct options defaults = {
	.scope = {.agents = 2,
		.supervisors = 2,
		.customers = 2,
		.sessions = 2,
		.texts = 1,
		.parts = 1,
		.capacity = 2,
		.presence = 1,
		.timeouts = 1,
		.crashes = 1,
		.keywords = 1},
	.limits = {.seconds = 1800, .memory = 4ull << 30, .dumps = 1},
	.steps = 40,
	.seed = 1,
};

static _Noreturn void usage(void)
{
	fprintf(stderr, "  --world          features of worlds.def: agents+texts\n");
	for (size_t i = 0; i < ROWS; i++)
		fprintf(stderr, "  --%-14s %s\n", rows[i].name, rows[i].help);
	exit(2);
}

static void set(struct options *options, const struct option_row *row, const char *word)
{
	uint64_t number;
	if (!str_u64(str_of(word), &number) || number > row->most)
		usage();
	char *at = (char *)options + row->at;
	if (row->size == sizeof(unsigned))
		*(unsigned *)(void *)at = (unsigned)number;
	else
		*(uint64_t *)(void *)at = number;
}

static void set_world(struct options *options, const char *name)
{
	if (!worlds_find(str_of(name), &options->scope))
		usage();
	options->limits.world = name;
	options->limits.depth = worlds_depth(str_of(name));
	options->limits.dumps = 10;
	options->limits.merges = 500;
}

static struct options read_options(int argc, char **argv)
{
	struct options options = defaults;
	struct option names[ROWS + 2] = {{0}};
	int which, c;
	for (size_t i = 0; i < ROWS; i++)
		names[i] = (struct option) {rows[i].name, required_argument, NULL, 0};
	names[ROWS] = (struct option) {"world", required_argument, NULL, 0};
	while ((c = getopt_long(argc, argv, "", names, &which)) != -1) {
		if (c != 0)
			usage();
		if ((size_t)which == ROWS)
			set_world(&options, optarg);
		else
			set(&options, &rows[which], optarg);
	}
	if (optind != argc)
		usage();
	if (options.soak)
		options.limits.random = 2 * options.seed + 1; /* not 0 */
	const char *world = options.limits.world;
	if (world && options.limits.depth != worlds_depth(str_of(world)))
		options.limits.world = NULL; /* so deep nothing is said of what it must meet */
	return options;
}

/* --- what came of it ---------------------------------------------------------------------------- */

static void put_scope(struct buf *out, const struct options *options)
{
	for (size_t i = 0; i < ROWS && rows[i].size == sizeof(unsigned); i++)
		buf_printf(out, "%s%s=%u", i ? " " : "", rows[i].name,
			*(const unsigned *)(const void *)((const char *)options + rows[i].at));
}

static void say(const struct search *search, const struct options *options)
{
	fprintf(stderr,
		"# %s: %zu states, %llu steps, %llu refusals, depth %llu, %.1f s (%.0f steps/s)\n",
		search->failures  ? "broken"
		: search->stopped ? search->stopped
				  : "complete",
		search->visited.count, (unsigned long long)search->steps,
		(unsigned long long)search->refusals, (unsigned long long)search->depth,
		search->seconds, (double)search->steps / search->seconds);
	fprintf(stderr, "# frontier %zu states, %zu MiB; %zu unwatched states\n",
		search->frontier.count, search->frontier.bytes >> 20, search->silence.count);
	fprintf(stderr, "# symmetries: %u (like agents, like supervisors, customers exchanged)\n",
		canon_symmetries(&options->scope));
	tally_say(&search->tally, &options->scope);
}

/* A world of worlds.def that was walked as deep as that table says. */
static const char *completeness(const struct search *search)
{
	static char so_deep[32];
	if (search->failures)
		return "false";
	if (!search->stopped)
		return "true";
	if (!search->limits.world || strcmp(search->stopped, "depth") != 0)
		return "false";
	snprintf(so_deep, sizeof so_deep, "\"to depth %llu\"", (unsigned long long)search->depth);
	return so_deep;
}

static void print(const struct search *search, const struct options *options)
{
	struct buf scope = {0}, tally = {0};
	put_scope(&scope, options);
	tally_json(&search->tally, &tally);
	printf("{");
	if (options->soak)
		printf("\"seed\":%llu,", (unsigned long long)options->seed);
	printf("\"states\":%zu,\"steps\":%llu,\"depth\":%llu,\"complete\":%s,\"stopped\":\"%s\","
	       "\"frontier\":%zu,\"seconds\":%.1f,\"digest\":\"%016llx%016llx\",\"failures\":%llu,"
	       "\"scope\":\"%.*s\",%.*s}\n",
		search->visited.count, (unsigned long long)search->steps,
		(unsigned long long)search->depth, completeness(search),
		search->stopped ? search->stopped : "", search->frontier.count, search->seconds,
		(unsigned long long)search->visited.digest.a,
		(unsigned long long)search->visited.digest.b, (unsigned long long)search->failures,
		STR_ARGS(buf_str(&scope)), STR_ARGS(buf_str(&tally)));
	buf_free(&scope);
	buf_free(&tally);
}

/* --- a CHECK that fails ------------------------------------------------------------------------- */

static struct search search;

/* The process ends here; the conversation that led to it is worth the risk of telling it. */
static void on_abort(int signal)
{
	fprintf(stderr, "# the core broke a promise; the conversation until then:\n");
	search_print_way(
		&search, search.state, search.move.kind == MOVE_NONE ? NULL : &search.move, "#   ");
	_exit(1);
}

int main(int argc, char **argv)
{
	struct options options = read_options(argc, argv);
	moves_check_complete();
	if (options.traces) {
		bool has_all =
			traces_print(&options.scope, options.traces, options.steps, options.seed);
		return !has_all;
	}
	signal(SIGABRT, on_abort);
	search_run(&search, &options.scope, &options.limits);
	say(&search, &options);
	print(&search, &options);
	bool is_broken = search.failures > 0;
	search_fini(&search);
	return is_broken;
}
