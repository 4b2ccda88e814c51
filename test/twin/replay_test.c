/* replay_test.c - what was told can be told again, from the journal alone: the same bytes to the same users.
 *
 *   replay_test [--seeds A..B] [--seconds N] [--jobs N]
 *
 * The twins' world with its supervisors, kills and stand-stills. As the server tells of a command, all that each user
 * would be told is rendered, clients or not, from the core as it is then: it may have been made anew from the store,
 * and has forgotten what is over. At the end the journal is evolved into a core of its own, command by command, and
 * each is told again by the same table. What the store kept for who comes later must be what a start would have kept
 * that had to make it again: the same words under the same numbers, over all kills. */
#include <stdlib.h>
#include <string.h>

#include "../sim/campaign.h"
#include "base/ids.h"
#include "base/log.h"
#include "core/rules/visibility.h"
#include "push/notification.h"
#include "push/push_private.h"
#include "push/retell.h"
#include "store/store_batch.h"
#include "store/store_mem.h"
#include "store/store_told.h"
#include "twin.h"

#define SEEDS_FIRST  1
#define SEEDS_LAST   32
#define EXTERNAL_URL "http://sotto/api/v2" /* test/sim/world.c */

/* What is counted. */
enum {
	COUNT_COMMANDS,
	COUNT_STATES,
	COUNT_ENTRIES,
	COUNT_HISTORIES,
	COUNT_DELIVERIES,
	COUNT_CHANNELS,
};

/* --- telling ------------------------------------------------------------------------------------ */

/* What one command told, as text: a line for each notification. */
struct telling {
	struct view view;
	struct buf *out;
	uint64_t *counts;
	struct notice last; /* its bytes: those of out from here on */
	size_t last_from, last_to;
	bool differs; /* something that was to be the same for two */
};

static unsigned kind_of(const struct notification *row, bool is_history)
{
	if (row->topic == TOPIC_CHANNELS)
		return COUNT_CHANNELS;
	if (strcmp(row->type, "NewMessages") == 0)
		return is_history ? COUNT_HISTORIES : COUNT_ENTRIES;
	return *row->type ? COUNT_STATES : COUNT_DELIVERIES;
}

/* The server would have given the bytes of the last one. */
static void compare_to_last(struct telling *telling, const struct notice *notice, size_t from)
{
	size_t len = telling->out->len - from;
	const char *bytes = telling->out->at;
	if (notification_is_same(notice, &telling->last))
		telling->differs |= len != telling->last_to - telling->last_from ||
				    memcmp(bytes + from, bytes + telling->last_from, len) != 0;
	telling->last = *notice;
	telling->last_from = from;
	telling->last_to = from + len;
}

static void tell(void *ctx, const struct notice *notice)
{
	struct telling *telling = ctx;
	const struct viewer *viewer = notice->to->viewer;
	struct view_stretch left;
	buf_printf(telling->out, "%.*s as %s on %s: ", STR_ARGS(notice->to->user->b.name),
		viewer ? words_name(&party_kind_words, viewer->b.kind) : "user",
		topic_path(notice->row->topic).at);
	size_t from = telling->out->len;
	notification_write(telling->out, &telling->view, notice, &left);
	compare_to_last(telling, notice, from);
	/* What of a history polls will ask for is read then; that they will is told now. */
	if (left.next <= left.last)
		buf_printf(telling->out, " and entries %llu to %llu", (unsigned long long)left.next,
			(unsigned long long)left.last);
	buf_put_byte(telling->out, '\n');
	telling->counts[kind_of(notice->row, left.next <= left.last)]++;
}

/* --- as it happens ------------------------------------------------------------------------------ */

struct happened {
	uint64_t lsn;     /* of its first event */
	size_t from, len; /* of live.text */
};

static struct live {
	struct buf text;
	struct happened *happened; /* in order of lsn */
	size_t count, cap;
	uint64_t counts[CAMPAIGN_COUNTS];
} live;

/* What was told of and then undone never happened: its numbers are given once more. */
static void forget_from(uint64_t lsn)
{
	while (live.count && live.happened[live.count - 1].lsn >= lsn)
		live.count--;
}

static struct happened *next_happened(uint64_t lsn)
{
	forget_from(lsn);
	if (live.count == live.cap) {
		live.cap = live.cap ? 2 * live.cap : 1024;
		live.happened = mem_resize(live.happened, live.cap * sizeof *live.happened);
	}
	live.happened[live.count] = (struct happened) {.lsn = lsn, .from = live.text.len};
	return &live.happened[live.count++];
}

void __real_push_events(struct push *push, const struct event *events, size_t count);
void __wrap_push_events(struct push *push, const struct event *events, size_t count);

/* In place of push_events, which it calls. */
void __wrap_push_events(struct push *push, const struct event *events, size_t count)
{
	struct telling telling = {
		{push->world.port->core, push->external_url}, &live.text, live.counts};
	if (count) {
		struct happened *command = next_happened(events[0].lsn);
		notification_each(&notification_table, events, count, tell, &telling);
		command->len = live.text.len - command->from;
	}
	__real_push_events(push, events, count);
}

/* --- from the journal --------------------------------------------------------------------------- */

struct again {
	struct core *core;
	struct outcome outcome; /* the command whose events are being read */
	struct cause cause;     /* its */
	struct buf text;
	struct buf kept; /* what would be kept, a line for each note */
	struct told_list told;
	size_t next; /* of live.happened: with what it is compared */
	uint64_t counts[CAMPAIGN_COUNTS];
	bool differs;
};

static void compare(struct again *again, const struct happened *told)
{
	struct str expected = str_from(live.text.at + told->from, told->len);
	uint64_t lsn = again->outcome.events[0].lsn;
	if (told->lsn == lsn && str_eq(expected, buf_str(&again->text)))
		return;
	printf("# As it happened at event %llu:\n%.*s# told again of %s at event %llu:\n%.*s",
		(unsigned long long)told->lsn, STR_ARGS(expected),
		event_name(again->outcome.events[0].kind), (unsigned long long)lsn,
		STR_ARGS(buf_str(&again->text)));
	again->differs = true;
}

static void put_kept(struct buf *out, const struct told_note *note)
{
	buf_printf(out, "%.*s %llu on %.*s at %lld to %u of %.*s: %.*s %.*s %llu %llu\n",
		STR_ARGS(note->user), (unsigned long long)note->number, STR_ARGS(note->topic),
		(long long)note->at, note->roles, STR_ARGS(note->session), STR_ARGS(note->data),
		STR_ARGS(note->party), (unsigned long long)note->first,
		(unsigned long long)note->last);
}

static void keep(void *ctx, struct told_note *note)
{
	struct again *again = ctx;
	note->number = told_list_of(&again->told, note->user).last + 1;
	told_list_keep(&again->told, note->user, note->number);
	put_kept(&again->kept, note);
}

static void note_kept(void *ctx, const struct told_note *note)
{
	if (!note->is_made)
		put_kept(ctx, note);
}

static void compare_kept(struct again *again, const struct store *store)
{
	struct buf kept = {0};
	store_mem_each_told(store, note_kept, &kept);
	struct str theirs = buf_str(&kept), ours = buf_str(&again->kept);
	while (theirs.len || ours.len) {
		struct str one = str_cut(&theirs, '\n'), other = str_cut(&ours, '\n');
		if (str_eq(one, other))
			continue;
		printf("# Kept:\n# %.*s\n# made again:\n# %.*s\n", STR_ARGS(one), STR_ARGS(other));
		again->differs = true;
		break;
	}
	buf_free(&kept);
}

/* The setting up is told to nobody: the server is not there yet. */
static bool was_served(const struct again *again)
{
	return again->next > 0 ||
	       (live.count && again->outcome.events[0].lsn == live.happened[0].lsn);
}

static void end_command(struct again *again)
{
	struct telling telling = {{again->core, STR(EXTERNAL_URL)}, &again->text, again->counts};
	if (again->outcome.count == 0 || again->differs)
		return;
	again->text.len = 0;
	visibility_note_recipients(again->core, &again->outcome, 0);
	notification_each(
		&notification_table, again->outcome.events, again->outcome.count, tell, &telling);
	again->differs |= telling.differs || (was_served(again) && again->next == live.count);
	if (was_served(again) && !again->differs)
		compare(again, &live.happened[again->next++]);
	struct str url = STR(EXTERNAL_URL);
	retell(&url, again->core, again->outcome.events, again->outcome.count, keep, again);
	again->counts[COUNT_COMMANDS]++;
	outcome_reset(&again->outcome);
}

static void read_event(void *ctx, const struct store_event *packed)
{
	struct again *again = ctx;
	union any_body room;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	if (packed->cause.command == packed->lsn)
		end_command(again);
	again->cause = packed->cause; /* packed is gone when the command is told */
	event.cause = &again->cause;
	core_evolve(again->core, outcome_add(&again->outcome, &event));
}

static void replay(void *ctx, const struct store *store)
{
	struct again *again = ctx;
	again->core = core_new();
	told_list_init(&again->told);
	store_mem_each(store, read_event, again);
	end_command(again);
	forget_from(again->core->lsn + 1); /* never committed */
	again->differs |= again->next != live.count;
	compare_kept(again, store);
	core_free(&again->core);
	outcome_free(&again->outcome);
	buf_free(&again->text);
	buf_free(&again->kept);
	told_list_free(&again->told);
}

/* --- many seeds --------------------------------------------------------------------------------- */

static void run(uint64_t seed, struct campaign_result *result)
{
	struct twin_seen seen;
	struct again again = {0};
	struct twin_run run = twin_of(seed, true);
	run.kept = replay;
	run.ctx = &again;
	twin_run(&run, &seen);
	tape_free(&seen.tape);
	ids_digest(result->digest, STR_NONE, buf_str(&live.text));
	memcpy(result->counts, again.counts, sizeof result->counts);
	result->has_failed = again.differs;
	buf_free(&live.text);
	free(live.happened);
	live = (struct live) {0};
}

int main(int argc, char **argv)
{
	struct campaign campaign = {.first = SEEDS_FIRST,
		.last = SEEDS_LAST,
		.counts = {"commands", "states", "entries", "histories", "deliveries", "channels"}};
	struct campaign_total total;
	log_to(LOG_ERROR);
	for (int i = 1; i < argc; i++)
		if (!campaign_option(&campaign, argc, argv, &i))
			return 2;
	campaign_run(&campaign, run, true, &total);
	bool is_fine = total.failures == 0;
	for (unsigned i = 0; i < CAMPAIGN_COUNTS && campaign.counts[i]; i++)
		is_fine &= total.counts[i] > 0; /* else it proves too little */
	printf("1..1\n%s 1 - what was told can be told again from the journal alone\n",
		is_fine ? "ok" : "not ok");
	campaign_print(&campaign, &total);
	return is_fine ? 0 : 1;
}
