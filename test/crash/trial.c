/* trial.c - runs, is struck, comes back, comes to rest; and asks the ledger each time. */
#include "trial.h"
#include "base/arena.h"
#include "crowd.h"
#include "ledger.h"
#include "steady.h"
#include "world.h"

#include <stdlib.h>
#include <unistd.h>

#define RUN_DISK_MS   2500  /* until the power is cut, at most */
#define AGAIN_MS      1500  /* after coming back, with everybody at work */
#define REST_MS       40000 /* in which all that is on its way arrives: a link waits up to 30 s */
#define AFTER_CUT_MS  30    /* the network lives so much longer than the disk */
#define DOWN_MOST_MS  1500
#define TROUBLE_MS    1500
#define HEALED_MS     3000
#define SECOND_WITHIN 120 /* about what a recovery and the first commands write */
#define LIVES_MAX     6

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
	bool is_lost; /* the server said so */
	enum store_result lost;
	const char *failed; /* NULL: all is well */
};

static void blame(struct trial *t, const char *why)
{
	if (!t->failed)
		t->failed = why;
}

/* --- the oracle ---------------------------------------------------------------------------------- */

static void ask(struct trial *t, bool at_rest)
{
	struct archive archive = {0};
	t->why.len = 0;
	if (steady_each(t->steady, archive_add, &archive, &t->why) != OK)
		blame(t, "the journal cannot be read");
	const char *wrong = ledger_ask(t->ledger, &archive, at_rest);
	if (wrong)
		blame(t, wrong);
	archive_free(&archive);
}

/* --- the server's lives --------------------------------------------------------------------------- */

static void on_lost(void *ctx, enum store_result result)
{
	struct trial *t = ctx;
	t->is_lost = true;
	t->lost = result;
}

static bool is_cut(struct trial *t)
{
	return t->disk && disk_is_cut(t->disk);
}

/* False: not up; if the power is on, that is wrong. */
static bool serve(struct trial *t)
{
	t->is_lost = false;
	t->why.len = 0;
	if (world_serve(&t->world, steady_store(t->steady), &t->why) != OK) {
		if (!is_cut(t))
			blame(t, "the server does not open");
		return false;
	}
	server_on_lost(t->world.server, on_lost, t);
	return true;
}

/* Until then, or shortly after the power was cut, or until the server is lost. */
static void live(struct trial *t, msec ms)
{
	msec until = world_now(&t->world) + ms;
	bool was_cut = false;
	while (world_now(&t->world) < until && !t->is_lost && !steady_is_out(t->steady)) {
		if (is_cut(t) && !was_cut)
			until = world_now(&t->world) + AFTER_CUT_MS;
		was_cut = is_cut(t);
		world_run(&t->world, world_now(&t->world) + 1);
	}
}

static void die(struct trial *t)
{
	world_crash(&t->world);
	steady_kill(t->steady);
	ledger_note(t->ledger, "--- the server is gone");
	t->lives++;
	world_run(&t->world, world_now(&t->world) + 10 + (msec)dice_roll(&t->dice, DOWN_MOST_MS));
	ledger_crashed(t->ledger);
	if (!t->disk)
		return;
	if (dice_roll(&t->dice, 5) == 0) { /* only the process died */
		ledger_note(t->ledger, "--- the process is started again");
		disk_resume(t->disk);
	} else {
		ledger_note(t->ledger, "--- the power is back");
		disk_restart(t->disk, DISK_FATES, dice_bits(&t->dice));
	}
}

/* The store opens, with all that was seen; then the server. False: struck again in that, or wrong. */
static bool rise(struct trial *t)
{
	t->why.len = 0;
	if (steady_revive(t->steady, &t->why) != OK) {
		if (!is_cut(t))
			blame(t, "the store does not open");
		return false;
	}
	if (!is_cut(t))
		ask(t, false);
	return serve(t);
}

/* Comes back, perhaps only to be struck again; in the end it stays. */
static void come_back(struct trial *t)
{
	die(t);
	for (unsigned i = 0; i < LIVES_MAX && !t->failed && dice_roll(&t->dice, 3) == 0; i++) {
		if (t->disk)
			disk_cut_at(t->disk, 1 + dice_roll(&t->dice, SECOND_WITHIN));
		if (rise(t))
			live(t, (msec)dice_roll(&t->dice, AGAIN_MS));
		die(t);
	}
	if (!t->failed && rise(t))
		live(t, AGAIN_MS);
}

static void come_to_rest(struct trial *t)
{
	crowd_end(&t->crowd);
	for (size_t i = 0; i < t->world.people_count; i++)
		person_reads_all(&t->world.people[i]);
	world_run(&t->world, world_now(&t->world) + REST_MS);
	for (size_t i = 0; i < t->world.people_count; i++)
		person_reads_all(&t->world.people[i]);
	world_run(&t->world, world_now(&t->world) + 100);
	if (t->is_lost)
		blame(t, "the server was lost on a disk that is well");
	ask(t, true);
}

/* --- a disk that works on, but badly -------------------------------------------------------------- */

struct probing {
	bool is_answered;
	int status;
};

static void on_probed(void *ctx, int status, struct str body)
{
	struct probing *probing = ctx;
	(void)body;
	probing->is_answered = true;
	probing->status = status;
}

/* What somebody is answered who has nothing to do with the others. */
static int probe(struct trial *t, const char *method, const char *path, const char *body)
{
	struct probing probing = {0};
	struct http_client *client = http_client_new(
		t->world.net, STR("probe"), STR("127.0.0.1"), 8080, STR("ana"), STR("x"));
	http_client_send(client, method, str_of(path), str_of(body), on_probed, &probing);
	for (msec ms = 0; ms < HEALED_MS && !probing.is_answered; ms += 10)
		world_run(&t->world, world_now(&t->world) + 10);
	http_client_free(&client);
	return probing.is_answered ? probing.status : 0;
}

/* 503: not now. Anything else: it could be written, or there was no need to. */
static int probe_command(struct trial *t)
{
	return probe(
		t, "POST", "/api/v2/me/channels/smssession", "{\"operationName\":\"NotReady\"}");
}

/* Full or read-only: writes are refused, reads go on, and so does the service once there is room. */
static void outlast(struct trial *t)
{
	live(t, TROUBLE_MS);
	if (probe(t, "GET", "/api/v2/me", "") != 200)
		blame(t, "a read was not answered while the disk took no writes");
	if (probe_command(t) == 0)
		blame(t, "a command was not answered while the disk took no writes");
	disk_trouble(t->disk, DISK_WELL, 0, 0);
	ledger_note(t->ledger, "--- the disk is well again");
	usleep(10 * 1000); /* the projector tries again in real time */
	live(t, HEALED_MS);
	int status = probe_command(t);
	if (status == 0 || status == 503)
		blame(t, "commands are still refused after the disk has recovered");
	if (t->is_lost)
		blame(t, "the server was lost because the disk took no writes");
	ask(t, false);
}

/* EIO, a failed sync: at the next commit at the latest the process ends. */
static void be_lost(struct trial *t)
{
	live(t, HEALED_MS);
	if (!t->is_lost)
		blame(t, "the disk failed and the server works on");
	else if (t->lost != STORE_UNKNOWN)
		blame(t, "the disk failed and the server ends for another reason");
	disk_trouble(t->disk, DISK_WELL, 0, 0);
	come_back(t);
}

static void live_until_trouble(struct trial *t)
{
	const struct trial_settings *settings = t->settings;
	bool once = dice_roll(&t->dice, 2) || settings->trouble >= DISK_EIO;
	disk_trouble(t->disk, settings->trouble, disk_index(t->disk) + settings->cut,
		once ? 1 : UINT64_MAX);
	msec until = world_now(&t->world) + RUN_DISK_MS;
	while (world_now(&t->world) < until && !disk_is_troubled(t->disk))
		world_run(&t->world, world_now(&t->world) + 1);
}

static bool be_troubled(struct trial *t)
{
	if (serve(t))
		live_until_trouble(t);
	if (!disk_is_troubled(t->disk))
		return false;
	ledger_note(t->ledger, "--- the disk is in trouble");
	if (t->settings->trouble == DISK_FULL || t->settings->trouble == DISK_READONLY)
		outlast(t);
	else
		be_lost(t);
	return true;
}

/* --- a power cut ---------------------------------------------------------------------------------- */

static bool be_cut(struct trial *t)
{
	if (serve(t))
		live(t, t->disk ? RUN_DISK_MS : (msec)t->settings->cut);
	bool was_cut = !t->disk || is_cut(t);
	if (was_cut)
		come_back(t);
	return was_cut;
}

/* --- all of it ------------------------------------------------------------------------------------ */

static void begin_world(struct trial *t)
{
	const struct trial_settings *settings = t->settings;
	struct world_settings world = {
		.seed = settings->seed,
		.supervisors = 1 + (unsigned)(settings->seed % WORLD_SUPERVISORS),
		.pause_most_ms = settings->in_memory ? 60 : 200,
	};
	world.watch = ledger_watch(t->ledger);
	world.carrier = (struct carrier_settings) {
		.on_bytes = ledger_wire, .on_text = ledger_text, .ctx = t->ledger};
	world_begin(&t->world, &world);
	ledger_begin(t->ledger, t->world.net);
	crowd_begin(&t->crowd, t->world.net, t->world.carrier, settings->in_memory ? 100 : 300,
		settings->seed);
}

/* False: the first start of all did not get that far. */
static bool begin_store(struct trial *t)
{
	const struct trial_settings *settings = t->settings;
	struct steady_settings steady = {
		.net = t->world.net,
		.disk = t->disk,
		.grid_ms = 20 + (msec)(settings->seed % 5) * 20,
		.answer_most_ms = 3,
		.project_every = settings->trouble ? 0 : 1 + (unsigned)(settings->seed % 4),
		.seed = settings->seed,
	};
	if (t->disk && settings->trouble == DISK_WELL)
		disk_cut_at(t->disk, settings->cut);
	t->why.len = 0;
	return steady_open(&steady, &t->steady, &t->why) == OK;
}

static void tell(struct trial *t)
{
	static const char *const troubles[] = {"cut", "full", "readonly", "eio", "fsync"};
	const struct trial_settings *settings = t->settings;
	printf("not ok - seed %llu, %s at %llu, life %u: %s %.*s\n",
		(unsigned long long)settings->seed, troubles[settings->trouble],
		(unsigned long long)settings->cut, t->lives + 1, t->failed,
		STR_ARGS(buf_str(&t->why)));
	ledger_tell(t->ledger, settings->tells_all, stdout);
	if (t->disk)
		disk_tell(t->disk, stdout);
}

static void end(struct trial *t, struct trial_result *result)
{
	result->has_failed = t->failed != NULL;
	result->lives = t->lives + 1;
	result->facts = ledger_facts(t->ledger);
	ids_digest(result->digest, STR("trial"), ledger_story(t->ledger));
	if (t->failed)
		tell(t);
	crowd_end(&t->crowd);
	if (!t->world.server)
		steady_close(t->steady);
	world_end(&t->world);
	steady_free(&t->steady);
	disk_close(&t->disk);
	ledger_free(&t->ledger);
	buf_free(&t->why);
	free(t);
}

void trial_run(const struct trial_settings *settings, struct trial_result *result)
{
	struct trial *t = mem_new(sizeof *t);
	*result = (struct trial_result) {0};
	t->settings = settings;
	t->dice.state = settings->seed * 1000003 + settings->cut;
	if (!settings->in_memory)
		t->disk = disk_open();
	t->ledger = ledger_new();
	begin_world(t);
	bool is_open = begin_store(t);
	if (settings->trouble != DISK_WELL)
		result->was_struck = be_troubled(t);
	else if (is_open)
		result->was_struck = be_cut(t);
	else if ((result->was_struck = is_cut(t)))
		come_back(t);
	else
		blame(t, "the store does not open");
	if (!t->failed && result->was_struck)
		come_to_rest(t);
	end(t, result);
}
