/* twin.c - runs a world and keeps what agents and carrier were sent. */
#include "twin.h"
#include "base/check.h"
#include "net/net_sim.h"
#include "../sim/program.h"
#include "store/store_mem.h"

#include <stdio.h>

#define GRID_MS       1     /* commits are on a grid, so that twins group alike */
#define SHORT_MS      12000 /* most runs */
#define SHORT_MORE    8     /* of these times 1 s, by seed */
#define SHORT_PAUSE   700
#define LONG_MS       (4 * 60 * 1000) /* some */
#define LONG_PAUSE    2500
#define LONG_EVERY    64
#define CRASH_EVERY   4 /* and in as many others the machine stands still once */
#define STILL_MOST_MS 20000
#define READ_ALL_MS   1500
#define CUSTOMERS     6

/* The setting of one seed. */
struct twin_run twin_of(uint64_t seed, bool is_watched)
{
	bool is_long = seed % LONG_EVERY == 0;
	return (struct twin_run) {
		.seed = seed,
		.supervisors = is_watched ? 1 + (unsigned)(seed % WORLD_SUPERVISORS) : 0,
		.run_ms = is_long ? LONG_MS : SHORT_MS + (msec)(seed / 3 % SHORT_MORE) * 1000,
		.reads_all = true,
		.has_customers = true,
	};
}

struct running {
	const struct twin_run *run;
	struct twin_seen *seen;
	struct world world;
	struct store_loop_net *loop;
	struct store *store;
	struct talk *talk; /* NULL: nobody wants it */
	struct api_client
		*again[WORLD_AGENTS]; /* of each agent one that is told all once more; NULL: none */
	struct api_client *feed_again; /* the same of the feed */
};

static msec now(const struct running *running)
{
	return world_now(&running->world);
}

/* --- what is noted ------------------------------------------------------------------------------ */

static void on_bytes(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes)
{
	struct running *running = ctx;
	if (str_is(peer, "recorder"))
		return;
	if (running->talk)
		talk_bytes(running->talk, at - WORLD_START, peer, bytes);
	if (cast_is_kept_from(peer))
		tape_put(&running->seen->tape, at - WORLD_START, peer, nth, bytes);
}

static void on_wire(void *ctx, unsigned link, bool from_server, struct str bytes)
{
	struct running *running = ctx;
	if (!from_server)
		return;
	if (running->talk)
		talk_bytes(running->talk, now(running), STR("carrier"), bytes);
	tape_put(&running->seen->tape, now(running), STR("carrier"), 0, bytes);
}

static void on_asked(void *ctx, const struct asked *asked)
{
	struct running *running = ctx;
	running->seen->deeds++;
	if (running->talk)
		talk_asked(running->talk, now(running), asked);
}

static void on_answered(void *ctx, const struct asked *asked, int status, const json_t *answer)
{
	struct running *running = ctx;
	bool is_supervisor = asked->person->settings.is_supervisor;
	if (!asked->deed->name || status != 200)
		return;
	deeds_note(&running->seen->done, asked->deed, is_supervisor ? DEED_SUPERVISOR : DEED_AGENT);
	running->seen->watched += is_supervisor && !asked->person->settings.may_be_seen &&
				  deed_leaves(asked->deed, EV_PARTY_JOINED, OWN);
}

static void on_moved(void *ctx, const struct person *person, const char *what)
{
	struct running *running = ctx;
	if (running->talk)
		talk_moved(running->talk, now(running), person->settings.name, what);
}

/* --- running ------------------------------------------------------------------------------------ */

static void begin(struct running *running)
{
	const struct twin_run *run = running->run;
	struct world_settings settings = {
		.seed = run->seed,
		.supervisors = run->supervisors,
		.has_seen = cast_has_seen(run->seed),
		.has_rules = run->supervisors > 0 || cast_has_seen(run->seed),
		.pause_most_ms = run->seed % LONG_EVERY ? SHORT_PAUSE : LONG_PAUSE,
		.carrier = {.customers = run->has_customers ? CUSTOMERS : 0,
			.pause_most_ms = 9000,
			.has_keywords = true,
			.on_bytes = on_wire,
			.ctx = running},
		.watch = {.ctx = running,
			.asked = on_asked,
			.answered = on_answered,
			.moved = on_moved},
		.on_bytes = on_bytes,
		.ctx = running,
	};
	memcpy(settings.skipped, run->skipped, sizeof settings.skipped);
	world_begin(&running->world, &settings);
	running->loop = store_loop_net_new(running->world.net);
	running->store = store_mem_open(store_loop_net_loop(running->loop), GRID_MS);
}

static void serve(struct running *running)
{
	struct buf why = {0};
	enum err e = world_serve(&running->world, running->store, &why);
	if (e)
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
	CHECK(e == OK);
	buf_free(&why);
}

/* By a socket or by polls, with or without acks. */
static void tell_again(struct running *running)
{
	for (size_t i = 0; i < WORLD_AGENTS; i++) {
		uint64_t way = running->run->seed + i;
		const struct api_client_settings settings = {
			.host = STR(PERSON_HOST),
			.port = PERSON_PORT,
			.user = str_of(running->world.people[i].settings.name),
			.password = STR("x"),
			.by_socket = way & 1,
			.acks = way & 2,
			.replays = true,
		};
		api_client_free(&running->again[i]);
		running->again[i] = api_client_new(running->world.net, &settings);
	}
	api_client_free(&running->feed_again);
	running->feed_again = program_new(running->world.net, running->run->seed);
}

/* kill -9 at a moment that the seed decides: the twins must be alike behind it too. */
static void crash(struct running *running)
{
	if (running->talk)
		talk_moved(running->talk, now(running), "server", "is killed and starts again");
	world_crash(&running->world);
	running->store =
		store_mem_reopen(&running->store, store_loop_net_loop(running->loop), GRID_MS);
	serve(running);
}

/* For several time-outs, so that deadlines that follow from each other are due at once. */
static void stand_still(struct running *running)
{
	msec ms = 1 + (msec)(running->run->seed * 6007 % STILL_MOST_MS);
	if (running->talk)
		talk_moved(running->talk, now(running), "everybody", "stands still for a while");
	net_sim_stand_still(running->world.net, ms);
}

static void run_with_a_trouble(struct running *running)
{
	const struct twin_run *run = running->run;
	msec at = WORLD_SETTLE_MS + (msec)(run->seed * 7919 % (uint64_t)run->run_ms);
	unsigned kind = (unsigned)(run->seed % CRASH_EVERY);
	if (kind == 1 || kind == 3)
		world_run(&running->world, at);
	bool tells_again = run->seed / CRASH_EVERY % 2;
	if (tells_again && kind == 1)
		tell_again(running); /* and once more, from where they were, after the crash */
	if (kind == 1)
		crash(running);
	if (kind == 3)
		stand_still(running);
	world_run(&running->world, run->run_ms);
}

/* Whatever an agent could find out by looking everywhere, and by asking for all that was told. */
static void read_all(struct running *running)
{
	tell_again(running);
	for (size_t i = 0; i < WORLD_AGENTS; i++)
		person_reads_all(&running->world.people[i]);
	program_reads_all(running->world.program);
	world_run(&running->world, running->run->run_ms + READ_ALL_MS);
}

/* When a session's words went is what whoever looks all the time is shown. */
static void note_aged(void *ctx, const struct store_event *packed)
{
	struct twin_seen *seen = ctx;
	struct str session;
	if (!world_is_aged(packed, &session))
		return;
	seen->aged++;
	tape_put(&seen->tape, packed->at - WORLD_START, STR("aged"), 0, session);
}

static void note_people(struct running *running)
{
	for (size_t i = 0; i < running->world.people_count; i++) {
		running->seen->steps[i] = running->world.people[i].steps;
		running->seen->has_missed |= running->world.people[i].has_missed;
	}
	running->seen->has_leaked = running->world.has_leaked;
}

void twin_run(const struct twin_run *run, struct twin_seen *seen)
{
	struct running running = {.run = run, .seen = seen, .talk = run->talk};
	*seen = (struct twin_seen) {0};
	begin(&running);
	serve(&running);
	run_with_a_trouble(&running);
	if (run->reads_all)
		read_all(&running);
	note_people(&running);
	store_mem_each(running.store, note_aged, seen);
	if (run->kept)
		run->kept(run->ctx, running.store);
	running.talk = NULL;
	for (size_t i = 0; i < WORLD_AGENTS; i++)
		api_client_free(&running.again[i]);
	api_client_free(&running.feed_again);
	struct tape tape = seen->tape; /* how it is taken down is not looked at */
	seen->tape = (struct tape) {0};
	world_end(&running.world);
	tape_free(&seen->tape);
	seen->tape = tape;
	store_loop_net_free(&running.loop);
}
