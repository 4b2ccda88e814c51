/* store_cut.c - the power is cut at each write of the store: what was answered is there, whole, and
 * the store opens again.
 *
 *   store_cut [--seeds A..B] [--every K] [--first N] [--free] [--trouble full|readonly] [--seconds S]
 *       [--jobs J]
 *
 * A seed's script of appends runs on a disk that loses power (disk.h): once for each K-th index from
 * the first on, through opening, migrations, appends, projection, checkpoints and the close. Then the
 * store starts from what is left, in most runs only to lose power once more while it recovers; in some
 * the process dies first and the power goes later. In the end the journal must be the script up to the
 * end of an append that is not before the last one answered, and the tables what the journal says.
 * --trouble: at that index the disk becomes full, or read-only, instead. Appends are refused then, what is
 * there is loaded anew all the same, and the store starts on that disk, often after a power cut, to be read;
 * it goes on by itself when the disk is well.
 * --free: the store's threads run as they like; else each write has its place, a failure its index,
 * and equal seeds an equal digest: over what the journal held after each life. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "campaign.h"
#include "disk.h"
#include "store/store_sample.h"

#define APPENDS       40
#define EVENTS_MAX    5  /* of an append */
#define SECOND_WITHIN 60 /* about what a recovery writes */
#define PROBES_MOST   10000
/* Of every second run's journal the older half of the script is trimmed, some events at once. */
#define TRIM_KEPT_MS 40
#define TRIM_MOST    7
#define TRIMMED_BY   16 /* cuts */

enum { COUNT_CUTS, COUNT_TRIMMED, COUNT_LOADS, COUNT_STARTS, COUNTS };

struct trial {
	uint64_t seed, cut;
	bool is_free, trims;
	enum disk_trouble trouble;
	uint64_t *met; /* counts; see enum */
	struct dice dice;
	struct disk *disk;
	struct sample_loop loop;
	struct sample script;
	size_t ends[APPENDS + 1]; /* of each append, in the script's events; the first is 0 */
	struct store *store;
	size_t answered, tried; /* appends */
	size_t trimmed;         /* events */
	struct buf story;       /* a line per life: what it found in the journal */
	const char *failed;     /* NULL: all is well */
	struct buf why;
};

/* --- the script ---------------------------------------------------------------------------------- */

/* Objects come again, so that rows are both inserted and updated. */
static void write_script(struct trial *t)
{
	struct dice dice = {t->seed};
	sample_add_centre(&t->script);
	for (size_t i = 1; i <= APPENDS; i++) {
		uint64_t events = dice_roll(&dice, EVENTS_MAX) + (i > 1);
		for (; events > 0; events--) {
			enum body_kind kind = 1 + (enum body_kind)dice_roll(&dice, BODY_KINDS - 1);
			sample_add_nth(&t->script, kind, 1 + (unsigned)dice_roll(&dice, 8),
				(unsigned)dice_roll(&dice, 3));
		}
		t->ends[i] = t->script.count;
	}
}

static void blame(struct trial *t, const char *why)
{
	if (!t->failed)
		t->failed = why;
}

/* --- the store's life ---------------------------------------------------------------------------- */

static bool open_store(struct trial *t)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.projector.gather_ms = t->is_free ? 0 : 3600 * 1000;
	tuning.projector.lag_ms = 3600 * 1000;
	tuning.ask_ms = 0;
	if (t->trims)
		tuning.trimming =
			(struct trimming_settings) {.kept_ms = TRIM_KEPT_MS, .most = TRIM_MOST};
	t->why.len = 0;
	return store_sqlite_open_tuned(
		       disk_folder(t->disk), &t->loop.loop, &tuning, &t->store, &t->why) == OK;
}

static void settle(struct trial *t, bool projects)
{
	if (!t->is_free)
		store_sqlite_settle(t->store, projects);
}

static void close_store(struct trial *t)
{
	if (t->store)
		t->store->ops->close(&t->store);
}

static void note(void *ctx, enum store_result result)
{
	*(int *)ctx = (int)result;
}

static enum store_result append(struct trial *t, size_t nth)
{
	int result = -1;
	t->store->ops->append(t->store,
		sample_batch(t->script.events + t->ends[nth - 1], t->ends[nth] - t->ends[nth - 1]),
		note, &result);
	while (result < 0)
		sample_turn(&t->loop);
	if (result != STORE_DURABLE && !disk_is_cut(t->disk) && !disk_is_troubled(t->disk))
		blame(t, "an append failed on a disk that is well");
	return (enum store_result)result;
}

/* Until the power is cut, an append is refused, or to the end. The tables follow after every few appends. */
static void run_script(struct trial *t)
{
	uint64_t stride = 1 + t->seed % 5;
	enum store_result result = STORE_DURABLE;
	while (t->tried < APPENDS && !disk_is_cut(t->disk) && result == STORE_DURABLE) {
		t->tried++;
		result = append(t, t->tried);
		if (result == STORE_DURABLE)
			t->answered = t->tried;
		settle(t, t->tried % stride == 0);
	}
	if (t->trouble && result != STORE_DURABLE && result != STORE_REFUSED)
		blame(t, "an append was not refused by a disk that takes no writes");
}

/* --- the oracle ---------------------------------------------------------------------------------- */

static bool is_same(const struct store_event *a, const struct store_event *b)
{
	return a->lsn == b->lsn && a->at == b->at && a->kind == b->kind &&
	       str_eq(a->body, b->body) && a->cause.command == b->cause.command &&
	       a->cause.kind == b->cause.kind && str_eq(a->cause.asker, b->cause.asker) &&
	       a->cause.reference == b->cause.reference;
}

/* How many of the script's events the journal holds, with those that were trimmed away. */
static size_t read_journal(struct trial *t)
{
	struct journal_reader reader;
	struct store_event event;
	enum journal_step step;
	if (journal_reader_open(&reader, disk_folder(t->disk), JOURNAL_FROM_FIRST, &t->why) != OK) {
		blame(t, "the journal cannot be read");
		return 0;
	}
	size_t count = reader.base_lsn;
	t->met[COUNT_TRIMMED] += count > 0;
	if (count < t->trimmed)
		blame(t, "what was trimmed away is there again");
	t->trimmed = count;
	while ((step = journal_reader_next(&reader, &event, &t->why)) == JOURNAL_EVENT) {
		if (count == t->script.count || !is_same(&event, &t->script.events[count]))
			blame(t, "the journal holds another event than was appended");
		count++;
	}
	if (step == JOURNAL_BAD)
		blame(t, "the journal is damaged");
	journal_reader_close(&reader);
	return count;
}

/* Which append the journal ends with; what it shows has to stay from now on. */
static void check_journal(struct trial *t)
{
	size_t count = read_journal(t), nth = 0;
	buf_printf(&t->story, "%zu of %zu\n", count, t->tried);
	while (nth < t->tried && t->ends[nth] != count)
		nth++;
	if (t->ends[nth] != count)
		blame(t, "half an append is in the journal");
	else if (nth < t->answered)
		blame(t, "an answered append is gone");
	t->answered = t->tried = nth;
}

static void check_tables(struct trial *t)
{
	struct store_verified found;
	settle(t, true);
	if (!t->is_free && t->store->ops->projected(t->store) != t->ends[t->answered])
		blame(t, "the tables do not follow the journal");
	t->why.len = 0;
	if (t->answered && store_verify(disk_folder(t->disk), &t->why, &found) != OK)
		blame(t, "the tables are not what the journal says");
}

static void check(struct trial *t)
{
	if (!open_store(t)) {
		blame(t, "the store does not open");
		return;
	}
	check_journal(t);
	check_tables(t);
	if (!t->failed && t->tried < APPENDS && append(t, ++t->tried) == STORE_DURABLE)
		t->answered = t->tried;
	check_tables(t);
	close_store(t);
}

/* --- trials -------------------------------------------------------------------------------------- */

/* The power comes back, or in one trial of four a new process comes first, on the same machine. */
static void come_back(struct trial *t)
{
	close_store(t);
	if (dice_roll(&t->dice, 4) == 0)
		disk_resume(t->disk);
	else
		disk_restart(t->disk, DISK_FATES, dice_bits(&t->dice));
}

/* Opens, and is interrupted again somewhere in that or soon after. */
static void recover_in_vain(struct trial *t)
{
	disk_cut_at(t->disk, 1 + dice_roll(&t->dice, SECOND_WITHIN));
	if (open_store(t)) {
		check_journal(t);
		run_script(t);
	} else if (!disk_is_cut(t->disk)) {
		blame(t, "the store does not open");
	}
	come_back(t);
}

static void count_event(void *ctx, struct event *event)
{
	++*(size_t *)ctx;
}

static void load_in_trouble(struct trial *t)
{
	size_t events = 0;
	if (!disk_fails(t->disk))
		return;
	if (store_sqlite_each(t->store, count_event, &events) != OK || (t->answered && !events))
		blame(t, "what is there cannot be loaded on a disk that takes no writes");
	t->met[COUNT_LOADS]++;
}

static void assert_refuses(struct trial *t)
{
	if (t->store->ops->probe(t->store))
		blame(t, "a probe was good on a disk that takes no writes");
	settle(t, false);
	if (t->tried < APPENDS && append(t, t->tried + 1) != STORE_REFUSED)
		blame(t, "an append was not refused by a disk that takes no writes");
}

/* In the end it is open to be read, unless there was nothing yet. */
static void start_in_trouble(struct trial *t)
{
	close_store(t);
	if (dice_roll(&t->dice, 2))
		disk_restart(t->disk, DISK_FATES, dice_bits(&t->dice));
	else
		disk_resume(t->disk);
	disk_trouble(t->disk, t->trouble, 0, UINT64_MAX);
	bool is_open = open_store(t);
	t->met[COUNT_STARTS] += is_open;
	if (!is_open && t->answered)
		blame(t, "the store does not open on a disk that takes no writes");
	if (!is_open || t->failed)
		return;
	if (t->store->ops->takes_writes(t->store))
		blame(t, "a store takes writes on a disk that does not");
	check_journal(t);
	load_in_trouble(t);
	assert_refuses(t);
	load_in_trouble(t);
}

static void recover(struct trial *t)
{
	disk_trouble(t->disk, DISK_WELL, 0, 0);
	if (!t->store && !open_store(t))
		blame(t, "the store does not open");
	for (unsigned i = 0; t->store && !t->failed && !t->store->ops->probe(t->store); i++) {
		if (t->is_free)
			usleep(1000);
		else
			store_sqlite_settle(t->store, false);
		if (i == PROBES_MOST)
			blame(t, "the store takes no writes again");
	}
	if (t->failed)
		return;
	check_journal(t);
	run_script(t);
	close_store(t);
}

/* False: the script ended before its trouble. */
static bool be_troubled(struct trial *t)
{
	disk_trouble(t->disk, t->trouble, t->cut, UINT64_MAX);
	if (open_store(t))
		run_script(t);
	else if (t->answered)
		blame(t, "the store does not open on a disk that takes no writes");
	bool was_troubled = disk_is_troubled(t->disk);
	if (t->store && was_troubled)
		load_in_trouble(t);
	if (!t->failed && was_troubled)
		start_in_trouble(t);
	if (!t->failed)
		recover(t);
	return was_troubled;
}

/* False: the script ended before its cut. */
static bool be_cut(struct trial *t)
{
	disk_cut_at(t->disk, t->cut);
	if (open_store(t))
		run_script(t);
	close_store(t);
	bool was_cut = disk_is_cut(t->disk);
	come_back(t);
	while (!t->failed && dice_roll(&t->dice, 3))
		recover_in_vain(t);
	return was_cut;
}

static bool run(struct trial *t)
{
	t->disk = disk_open();
	sample_loop_init(&t->loop);
	t->trims = dice_roll(&t->dice, 2);
	write_script(t);
	bool was_struck = t->trouble ? be_troubled(t) : be_cut(t);
	if (!t->failed)
		check(t);
	if (disk_temporaries(t->disk))
		blame(t, "a temporary file was asked for");
	return was_struck;
}

static void tell(struct trial *t)
{
	printf("not ok - seed %llu, cut at %llu%s: %s. %.*s\n", (unsigned long long)t->seed,
		(unsigned long long)t->cut, t->is_free ? ", threads free" : "", t->failed,
		STR_ARGS(buf_str(&t->why)));
	printf("# appends answered %zu, tried %zu; the last changes of the disk:\n", t->answered,
		t->tried);
	disk_tell(t->disk, stdout);
}

static void end(struct trial *t)
{
	if (t->failed)
		tell(t);
	close_store(t);
	disk_close(&t->disk);
	sample_free(&t->script);
	buf_free(&t->why);
	buf_free(&t->story);
}

/* --- campaign ------------------------------------------------------------------------------------ */

static struct {
	unsigned long long every, from;
	bool is_free;
	enum disk_trouble trouble;
} options = {.every = 1, .from = 1};

static void mix_digest(unsigned char into[DIGEST_BYTES], const struct trial *t)
{
	unsigned char digest[DIGEST_BYTES];
	ids_digest(digest, STR("store"), buf_str(&t->story));
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		into[i] ^= digest[i];
}

static void run_seed(uint64_t seed, struct campaign_result *result)
{
	bool was_cut = true;
	for (uint64_t cut = options.from; was_cut && !result->has_failed; cut += options.every) {
		struct trial *t = mem_new(sizeof *t);
		*t = (struct trial) {.seed = seed,
			.cut = cut,
			.is_free = options.is_free,
			.trouble = options.trouble,
			.met = result->counts};
		t->dice.state = seed * 1000003 + cut;
		buf_printf(&t->story, "%llu at %llu\n", (unsigned long long)seed,
			(unsigned long long)cut);
		was_cut = run(t);
		result->counts[COUNT_CUTS] += was_cut;
		result->has_failed = t->failed != NULL;
		if (!options.is_free)
			mix_digest(result->digest, t);
		end(t);
		free(t);
	}
}

static bool read_option(int argc, char **argv, int *i)
{
	if (strcmp(argv[*i], "--free") == 0)
		return options.is_free = true;
	if (*i + 1 >= argc)
		return false;
	const char *name = argv[*i], *value = argv[++*i];
	if (strcmp(name, "--every") == 0)
		return sscanf(value, "%llu", &options.every) == 1 && options.every > 0;
	if (strcmp(name, "--trouble") == 0) {
		options.trouble = strcmp(value, "full") == 0       ? DISK_FULL
				  : strcmp(value, "readonly") == 0 ? DISK_READONLY
								   : DISK_WELL;
		return options.trouble != DISK_WELL;
	}
	return strcmp(name, "--first") == 0 && sscanf(value, "%llu", &options.from) == 1 &&
	       options.from > 0;
}

/* A campaign that never met what it is about says so. */
static bool has_met_all(const struct campaign_total *total)
{
	static const char *const names[COUNTS] = {
		"a disk that takes no writes",
		"a journal that was trimmed",
		"what is there loaded anew on a disk that takes no writes",
		"a start on a disk that takes no writes",
	};
	bool has_met = true;
	for (size_t i = 0; i < COUNTS; i++) {
		bool is_meant = i == COUNT_TRIMMED ? total->counts[COUNT_CUTS] >= TRIMMED_BY
						   : options.trouble != DISK_WELL;
		if (total->counts[i] || !is_meant)
			continue;
		printf("not ok - no run met: %s\n", names[i]);
		has_met = false;
	}
	return has_met;
}

int main(int argc, char **argv)
{
	struct campaign campaign = {
		.first = 1, .last = 1, .jobs = 1, .counts = {"cuts", "trimmed"}};
	struct campaign_total total;
	for (int i = 1; i < argc; i++)
		if (!campaign_option(&campaign, argc, argv, &i) && !read_option(argc, argv, &i))
			return 2;
	if (options.trouble) {
		campaign.counts[COUNT_LOADS] = "loads";
		campaign.counts[COUNT_STARTS] = "starts";
	}
	log_to(LOG_NOTHING);
	campaign_run(&campaign, run_seed, true, &total);
	bool has_met = total.failures || has_met_all(&total);
	campaign_print(&campaign, &total);
	return total.failures || !has_met ? 1 : 0;
}
