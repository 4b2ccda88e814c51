/* lives.c - starts, is killed, comes back; comes to rest; and is asked. */
#include "lives_private.h"
#include "base/arena.h"
#include "net_seeded.h"
#include "store/store.h"
#include "store/store_journal_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PAUSE_LEAST_MS   5 /* of people */
#define PAUSE_MOST_MS    10
#define AWAY_MOST_MS     300
#define TYPING_MS        20
#define CROWD_MOST_MS    60
#define RESTLESS_MOST_MS 3000 /* the carrier of every fourth seed */
#define LATE_MOST_MS     400
#define RECEIPT_MS       700 /* of the provider: longer than SLOW_MS */
#define DEAD_LATER                                                                                 \
	10 /* times: a conversation takes so much longer than where no process is killed */
#define DOWN_MS     60 /* in which its last bytes arrive; longer than SKEW_MS: lives do not overlap */
#define STEP_MS     20 /* between two looks whether it lives */
#define PATIENCE_MS 60000
#define QUIET_MS    2500 /* nothing on the wire: longer than any pause of a link that is well */

/* Two processes read the machine's clock at different times, and may stand still between that and their next look. */
#define SKEW_MS    50
#define SLOW_MS    500  /* a machine that has much to do */
#define SETTLED_MS 1000 /* after which a command has had its effect on the wire */
#define KEEP_S     5 /* of some seeds' journals and texts: longer than a life, in which nobody looks */
#define DUE_MS     2000 /* what was due while it was down comes once it is up */

void lives_blame(struct lives *l, const char *why)
{
	if (!l->failed)
		l->failed = why;
}

static void on_end(void *ctx, unsigned link)
{
	ledger_wire_over(((struct lives *)ctx)->ledger, link);
}

static void on_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	ledger_text(((struct lives *)ctx)->ledger, from_customer, phone, text);
}

/* --- waiting ---------------------------------------------------------------------------------------- */

/* Until done(l), the end of the victim, or so much later. */
static void run(struct lives *l, msec ms, bool (*is_done)(struct lives *l))
{
	msec until = net_now(l->net) + ms;
	while (!l->failed && !l->victim.is_killed && net_now(l->net) < until) {
		net_seeded_run(l->net, STEP_MS);
		if (is_done && is_done(l))
			return;
		if (!l->victim.is_killed &&
			victim_has_ended(&l->victim, false, VICTIM_KILLED, &l->why)) {
			lives_blame(l, "the server is gone:");
			return;
		}
	}
}

static bool is_served(struct lives *l)
{
	return l->bound_at && victim_is_ready(&l->victim);
}

static bool is_quiet(struct lives *l)
{
	return !ledger_is_waiting(l->ledger) && carrier_is_bound(l->carrier) &&
	       (!l->gateway || gateway_is_quiet(l->gateway)) &&
	       net_now(l->net) - l->said_at > QUIET_MS;
}

static bool is_answered(struct lives *l)
{
	return !ledger_is_waiting(l->ledger);
}

static void wait_for(struct lives *l, bool (*is_done)(struct lives *l), const char *otherwise)
{
	if (!l->failed)
		run(l, PATIENCE_MS, is_done);
	if (!l->failed && !is_done(l))
		lives_blame(l, otherwise);
}

/* --- a life ----------------------------------------------------------------------------------------- */

static void start(struct lives *l)
{
	ledger_note(l->ledger, "--- the server is started");
	l->bound_at = 0;
	l->answers = 0;
	l->moment = (struct moment) {0};
	victim_start(&l->victim);
}

static void count_kill(struct lives *l)
{
	uint64_t *counts = l->result->counts;
	bool was_ready = victim_is_ready(&l->victim);
	counts[LIVES_KILLS]++;
	counts[LIVES_IN_START] += !was_ready;
	counts[LIVES_AT_BIND] += l->bound_at && net_now(l->net) - l->bound_at <= LIVES_BIND_MS;
	counts[LIVES_IN_A_ROW] += l->answers == 0;
}

/* What came into the journal. */
static void read_journal(struct lives *l)
{
	struct journal_reader reader;
	struct store_event event;
	enum journal_step step = JOURNAL_END;
	struct journal_place place;
	struct str folder = str_of(l->victim.data.at);
	l->why.len = 0;
	if (journal_look(folder, &place, &l->why) == ERR_NOT_FOUND)
		return; /* killed before it began */
	l->why.len = 0;
	bool is_open = journal_reader_open(&reader, folder, l->archived, &l->why) == OK;
	l->result->counts[LIVES_TRIMMED] += is_open && reader.base_lsn > 0;
	while (is_open && (step = journal_reader_next(&reader, &event, &l->why)) == JOURNAL_EVENT) {
		archive_add(&l->archive, &event);
		l->archived = event.lsn;
	}
	if (is_open)
		journal_reader_close(&reader);
	if (!is_open || step == JOURNAL_BAD)
		lives_blame(l, "the journal cannot be read:");
}

/* Whatever it had written before arrives. */
static void bury(struct lives *l)
{
	victim_kill(&l->victim);
	net_timer_stop(l->net, &l->ending);
	count_kill(l);
	if (l->victim.pid && victim_has_ended(&l->victim, true, VICTIM_KILLED, &l->why) &&
		l->why.len)
		lives_blame(l, "the server is gone:");
	ledger_dies(l->ledger, net_now(l->net) - SETTLED_MS);
	ledger_note(l->ledger, "--- the server is killed");
	net_seeded_run(l->net, DOWN_MS);
	ledger_crashed(l->ledger);
	if (!l->failed)
		read_journal(l);
}

/* Some have an eye on it, and reload; others' clients notice by themselves. */
static void disturb(struct lives *l)
{
	for (size_t i = 0; i < l->people_count; i++)
		if (l->people[i].client && dice_roll(&l->dice, 4))
			person_goes(&l->people[i]);
}

static void people_come(struct lives *l)
{
	for (size_t i = 0; i < CAST_PEOPLE; i++) {
		struct person_settings settings = {.pause_least_ms = PAUSE_LEAST_MS,
			.pause_most_ms = PAUSE_MOST_MS,
			.away_most_ms = AWAY_MOST_MS,
			.host = l->host,
			.watch = lives_watch(l)};
		cast_settings(&settings, i);
		person_open(&l->people[i], l->net, &settings);
		l->people_count++;
	}
	typists_begin(&l->typists, l->net, l->people, CAST_AGENTS, TYPING_MS);
}

static void live_and_die(struct lives *l)
{
	struct moment moment = moment_draw(&l->dice);
	start(l);
	if (!l->people_count) { /* the first life has a start that nobody disturbs */
		wait_for(l, is_served, "the server does not start");
		people_come(l);
	}
	l->moment = moment;
	lives_see(l, SIGHT_START);
	run(l, LIFE_MOST_MS, NULL);
	if (l->victim.pid)
		bury(l);
	disturb(l);
}

/* --- the oracle ------------------------------------------------------------------------------------- */

static void ask_tables(struct lives *l)
{
	struct store_verified found;
	l->why.len = 0;
	if (store_verify(str_of(l->victim.data.at), &l->why, &found) != OK || l->why.len)
		lives_blame(l, "the tables are not what the journal says:");
}

static void ask_ledger(struct lives *l)
{
	read_journal(l);
	const char *wrong = l->failed ? NULL : ledger_ask(l->ledger, &l->archive, true);
	if (wrong)
		lives_blame(l, wrong);
	size_t at = 0;
	while (archive_event(&l->archive, BODY_lost, &at))
		l->result->counts[LIVES_REPEATED]++;
}

/* keeps: neither what happened nor texts for longer than KEEP_S; each in some seeds. */
static void configure(struct lives *l, bool keeps)
{
	const struct cast_place place = {l->host, l->host, l->host, l->victim.data.at, true,
		cast_draw_links(l->settings->seed), keeps && l->settings->seed % 3 ? KEEP_S : 0};
	struct buf text = {0};
	cast_put_configuration(&text, &place, l->settings->seed);
	buf_puts(&text, "log: {level: error}\n");
	if (keeps && l->settings->seed % 2)
		buf_printf(&text, "journal: {keep-for: %d}\n", KEEP_S);
	victim_configure(&l->victim, buf_str(&text));
	buf_free(&text);
}

/* --- the end of it ---------------------------------------------------------------------------------- */

static void read_all(struct lives *l)
{
	for (size_t i = 0; i < l->people_count; i++)
		person_reads_all(&l->people[i]);
}

/* Nobody does anything any more; what is on its way arrives. */
static void come_to_rest(struct lives *l)
{
	crowd_end(&l->crowd);
	typists_end(&l->typists);
	carrier_calm(l->carrier);
	if (l->gateway)
		gateway_calm(l->gateway);
	configure(l, false); /* this life is long */
	start(l);
	wait_for(l, is_served, "the server does not start");
	read_all(l);
	wait_for(l, is_quiet, "something is never answered");
	read_all(l);
	wait_for(l, is_answered, "something is never answered");
}

/* As it was found, and once more in order. */
static void stop(struct lives *l)
{
	bury(l);
	ask_tables(l);
	start(l);
	wait_for(l, is_served, "the server does not start");
	if (l->failed)
		return;
	victim_ask_to_stop(&l->victim);
	msec until = net_now(l->net) + PATIENCE_MS;
	while (!victim_has_ended(&l->victim, false, 0, &l->why) && net_now(l->net) < until)
		net_seeded_run(l->net, STEP_MS);
	if (l->victim.pid || l->why.len)
		lives_blame(l, "the server does not stop in order:");
	ask_tables(l);
}

/* --- all of it -------------------------------------------------------------------------------------- */

static void begin(struct lives *l)
{
	const struct ledger_times times = {.skew = SKEW_MS, .late = SLOW_MS, .due = DUE_MS};
	uint64_t seed = l->settings->seed;
	unsigned pid = (unsigned)getpid();
	snprintf(l->host, sizeof l->host, "127.%u.%u.%u", 1 + (pid >> 16 & 0x7F), pid >> 8 & 0xFF,
		pid & 0xFF);
	l->net = net_seeded_new(seed);
	l->ledger = ledger_new();
	l->watch = ledger_watch(l->ledger);
	ledger_begin(l->ledger, l->net, &times);
	victim_begin(&l->victim, l->settings->binary);
	if (seed % 3)
		l->victim.slow_disk = l->settings->slow_disk;
	const struct cast_links links = cast_draw_links(seed);
	const struct carrier_settings carrier = {
		.seed = seed,
		.host = l->host,
		.links = links.links,
		.dead_from_ms = links.dead_from_ms * DEAD_LATER,
		.restless_most_ms = seed % 4 == 0 ? RESTLESS_MOST_MS : 0,
		.late_most_ms = LATE_MOST_MS,
		.on_bytes = lives_wire,
		.on_end = on_end,
		.on_text = on_text,
		.ctx = l,
	};
	l->carrier = carrier_new(l->net, &carrier);
	const struct gateway_settings gateway = {.host = l->host,
		.server = l->host,
		.receipt_ms = RECEIPT_MS,
		.on_post = lives_posted,
		.on_mail = lives_mailed,
		.on_text = on_text,
		.ctx = l};
	if (links.has_gateway)
		l->gateway = gateway_new(l->net, &gateway);
	crowd_begin(&l->crowd, l->net, l->carrier, l->gateway, CROWD_MOST_MS, seed);
}

static void count(struct lives *l)
{
	uint64_t *counts = l->result->counts;
	l->result->done = *ledger_done(l->ledger);
	for (size_t i = 0; i < DEED_OPERATIONS; i++)
		counts[LIVES_ANSWERS] +=
			l->result->done.by[DEED_AGENT][i] + l->result->done.by[DEED_SUPERVISOR][i];
	counts[LIVES_ANSWERS] += ledger_acknowledged(l->ledger);
	counts[LIVES_FACTS] = ledger_facts(l->ledger);
	counts[LIVES_REDELIVERED] = ledger_redelivered(l->ledger);
	counts[LIVES_UNCERTAIN] = ledger_uncertain(l->ledger);
	counts[LIVES_MOVED] = ledger_met(l->ledger)->moved;
	counts[LIVES_RECEIPTS_OVER] = ledger_met(l->ledger)->receipts;
	counts[LIVES_PARTS_OVER] = ledger_met(l->ledger)->parts;
	counts[LIVES_HOOKS] = ledger_met(l->ledger)->hooks;
	counts[LIVES_POSTS_AGAIN] = ledger_met(l->ledger)->posts_again;
	counts[LIVES_AGED] = ledger_met(l->ledger)->aged;
}

static void blame(struct lives *l)
{
	printf("not ok - seed %llu, kill %llu: %s %.*s\n", (unsigned long long)l->settings->seed,
		(unsigned long long)l->result->counts[LIVES_KILLS], l->failed,
		STR_ARGS(buf_str(&l->why)));
	printf("# its folder: %s\n", l->victim.folder.at);
}

static void end(struct lives *l)
{
	if (l->people_count)
		typists_end(&l->typists);
	for (size_t i = 0; i < l->people_count; i++)
		person_close(&l->people[i]);
	crowd_end(&l->crowd);
	victim_end(&l->victim, l->failed);
	carrier_hang_up(l->carrier);
	if (l->gateway)
		gateway_hang_up(l->gateway);
	net_seeded_run(l->net, DOWN_MS);
	carrier_free(&l->carrier);
	gateway_free(&l->gateway);
	net_seeded_free(&l->net);
	ledger_free(&l->ledger);
	archive_free(&l->archive);
	buf_free(&l->why);
	free(l);
}

void lives_run(const struct lives_settings *settings, struct lives_result *result)
{
	struct lives *l = mem_new(sizeof *l);
	*result = (struct lives_result) {0};
	l->settings = settings;
	l->result = result;
	l->dice.state = settings->seed;
	begin(l);
	configure(l, true);
	while (!l->failed && result->counts[LIVES_KILLS] < settings->kills)
		live_and_die(l);
	if (!l->failed)
		come_to_rest(l);
	if (!l->failed)
		stop(l);
	if (!l->failed)
		ask_ledger(l);
	count(l);
	result->has_failed = l->failed != NULL;
	if (l->failed)
		blame(l);
	if (l->failed || settings->tells)
		ledger_tell(l->ledger, true, stdout);
	end(l);
}
