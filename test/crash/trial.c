/* trial.c - runs, is struck, comes back, comes to rest; and asks the ledger each time. */
#include "base/arena.h"
#include "trial_private.h"

#include <stdlib.h>

#define AGAIN_MS              1500 /* after coming back, with everybody at work */
#define REST_MS               40000 /* in which all that is on its way arrives: a link waits up to 30 s */
#define READ_MS               100 /* the last answers come */
#define AFTER_CUT_MS          30  /* the network lives so much longer than the disk */
#define ANSWER_MOST_MS        3   /* what is on disk is answered within this */
#define ARRIVES_MS            5   /* what was written arrives at the carrier */
#define DOWN_MOST_MS          1500
#define SECOND_WITHIN         120 /* about what a recovery and the first commands write */
#define LIVES_MAX             6
#define RECEIPT_MS            400  /* of the provider, as of the carrier */
#define KEPT_MS               700  /* of every second run's journal: less than a life */
#define RESTLESS_MOST_MS      3000 /* the carrier of every second seed */
#define VERY_RESTLESS_MOST_MS 1000 /* of each, where that is asked for */
#define TROUBLE_MOST_MS       8000 /* of a disk, with what heals it */

void trial_blame(struct trial *t, const char *why)
{
	if (!t->failed)
		t->failed = why;
}

/* --- the oracle ---------------------------------------------------------------------------------- */

/* Asked at rest alone, since it replays the whole journal: what a life got wrong stays wrong. */
static void ask_tables(struct trial *t)
{
	struct store_verified found;
	t->why.len = 0;
	if (store_verify(disk_folder(t->disk), &t->why, &found) != OK || t->why.len)
		trial_blame(t, "the tables are not what the journal says:");
}

void trial_ask(struct trial *t, bool at_rest)
{
	struct archive archive = {0};
	if (t->disk && at_rest)
		ask_tables(t);
	if (at_rest)
		trial_ask_told(t);
	t->was_trimmed |= steady_trimmed(t->steady) > 0;
	if (steady_each(t->steady, archive_add, &archive, &t->why) != OK)
		trial_blame(t, "the journal cannot be read");
	const char *wrong = ledger_ask(t->ledger, &archive, at_rest);
	if (wrong)
		trial_blame(t, wrong);
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

static msec grid_ms(const struct trial_settings *settings)
{
	return 20 + (msec)(settings->seed % 5) * 20;
}

/* Of what the server was asked for until then all is on disk, and what follows from it as well, and has
 * arrived: that takes up to four commits. */
static msec settled_by(const struct trial *t)
{
	const msec commit_ms = ANSWER_MOST_MS + (t->disk ? 0 : grid_ms(t->settings));
	msec struck = steady_struck_at(t->steady);
	if (t->disk && disk_is_troubled(t->disk))
		return 0;
	return (struck ? struck : net_now(t->world.net)) - 4 * commit_ms - ARRIVES_MS;
}

/* False: not up; if the power is on, that is wrong. */
bool trial_serve(struct trial *t)
{
	t->is_lost = false;
	t->why.len = 0;
	if (world_serve(&t->world, steady_store(t->steady), &t->why) != OK) {
		if (!is_cut(t))
			trial_blame(t, "the server does not open");
		return false;
	}
	server_on_lost(t->world.server, on_lost, t);
	return true;
}

/* Until then, or shortly after the power was cut, or until the server is lost. */
void trial_live(struct trial *t, msec ms)
{
	msec until = world_now(&t->world) + ms;
	bool was_cut = false;
	while (world_now(&t->world) < until && !t->is_lost && !steady_is_out(t->steady)) {
		if (is_cut(t) && !was_cut)
			until = world_now(&t->world) + AFTER_CUT_MS;
		was_cut = is_cut(t);
		world_run(&t->world, world_now(&t->world) + 1);
	}
	if (t->is_lost && !is_cut(t) && !(t->disk && disk_is_troubled(t->disk)))
		trial_blame(t, "the server was lost on a disk that is well");
}

void trial_die(struct trial *t)
{
	ledger_dies(t->ledger, settled_by(t));
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

bool trial_rise(struct trial *t)
{
	t->why.len = 0;
	if (steady_revive(t->steady, &t->why) != OK) {
		if (!is_cut(t))
			trial_blame(t, "the store does not open");
		return false;
	}
	if (!is_cut(t))
		trial_ask(t, false);
	return trial_serve(t);
}

/* Comes back, perhaps only to be struck again; in the end it stays. */
void trial_come_back(struct trial *t)
{
	trial_die(t);
	for (unsigned i = 0; i < LIVES_MAX && !t->failed && dice_roll(&t->dice, 3) == 0; i++) {
		if (t->disk)
			disk_cut_at(t->disk, 1 + dice_roll(&t->dice, SECOND_WITHIN));
		if (trial_rise(t))
			trial_live(t, (msec)dice_roll(&t->dice, AGAIN_MS));
		trial_die(t);
	}
	if (!t->failed && trial_rise(t))
		trial_live(t, AGAIN_MS);
}

static void come_to_rest(struct trial *t)
{
	crowd_end(&t->crowd);
	carrier_calm(t->world.carrier);
	if (t->world.gateway)
		gateway_calm(t->world.gateway);
	for (size_t i = 0; i < t->world.people_count; i++)
		person_reads_all(&t->world.people[i]);
	trial_live(t, REST_MS);
	for (size_t i = 0; i < t->world.people_count; i++)
		person_reads_all(&t->world.people[i]);
	trial_live(t, READ_MS);
	trial_ask(t, true);
}

/* --- a power cut ---------------------------------------------------------------------------------- */

static bool be_cut(struct trial *t)
{
	if (trial_serve(t))
		trial_live(t, t->disk ? RUN_DISK_MS : (msec)t->settings->cut);
	bool was_cut = !t->disk || is_cut(t);
	if (was_cut)
		trial_come_back(t);
	return was_cut;
}

/* --- all of it ------------------------------------------------------------------------------------ */

static void begin_world(struct trial *t)
{
	const struct trial_settings *settings = t->settings;
	const struct ledger_times times = {
		.due = settings->trouble ? TROUBLE_MOST_MS
					 : 0}; /* a disk in trouble takes nothing */
	struct world_settings world = {
		.seed = settings->seed,
		.supervisors = 1 + (unsigned)(settings->seed % WORLD_SUPERVISORS),
		.has_seen = true,
		.has_rules = true,
		.pause_most_ms = settings->in_memory ? 60 : 200,
	};
	world.watch = ledger_watch(t->ledger);
	world.links = cast_draw_links(settings->seed);
	world.carrier = (struct carrier_settings) {.on_bytes = ledger_wire,
		.on_end = ledger_wire_over,
		.on_text = ledger_text,
		.ctx = t->ledger};
	world.gateway = (struct gateway_settings) {.receipt_ms = RECEIPT_MS,
		.on_post = ledger_posted,
		.on_mail = ledger_mailed,
		.on_text = ledger_text,
		.ctx = t->ledger};
	if (settings->is_restless)
		world.carrier.restless_most_ms = VERY_RESTLESS_MOST_MS;
	else if (settings->seed % 2)
		world.carrier.restless_most_ms = RESTLESS_MOST_MS;
	world_begin(&t->world, &world);
	ledger_begin(t->ledger, t->world.net, &times);
	crowd_begin(&t->crowd, t->world.net, t->world.carrier, t->world.gateway,
		settings->in_memory ? 100 : 300, settings->seed);
}

/* False: the first start of all did not get that far. */
static bool begin_store(struct trial *t)
{
	const struct trial_settings *settings = t->settings;
	struct dice trims = {settings->seed * 1000003 + settings->cut};
	struct steady_settings steady = {
		.net = t->world.net,
		.disk = t->disk,
		.grid_ms = grid_ms(settings),
		.answer_most_ms = ANSWER_MOST_MS,
		.kept_ms = dice_roll(&trims, 2) ? KEPT_MS : 0,
		.project_every = settings->trouble ? 0 : 1 + (unsigned)(settings->seed % 4),
		.telling = server_telling(t->world.config),
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
	if (t->disk && disk_temporaries(t->disk))
		trial_blame(t, "a temporary file was asked for");
	if (t->world.has_leaked)
		trial_blame(t,
			"an agent or the carrier was told a word that only supervisors may know");
	result->has_failed = t->failed != NULL;
	result->lives = t->lives + 1;
	result->facts = ledger_facts(t->ledger);
	result->done = *ledger_done(t->ledger);
	result->messages = ledger_messages(t->ledger);
	result->faults = ledger_faults(t->ledger);
	result->met = *ledger_met(t->ledger);
	result->not_now = ledger_not_now(t->ledger);
	result->loads = steady_loads_in_trouble(t->steady);
	result->starts = t->starts;
	result->was_trimmed = t->was_trimmed;
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
		result->was_struck = trial_be_troubled(t);
	else if (is_open)
		result->was_struck = be_cut(t);
	else if ((result->was_struck = is_cut(t)))
		trial_come_back(t);
	else
		trial_blame(t, "the store does not open");
	if (!t->failed && result->was_struck)
		come_to_rest(t);
	end(t, result);
}
