/* gate_test.c - nothing leaves before it is on disk, and then in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "centre/gate.h"
#include "net/net_calls.h"
#include "net/net_private.h"
#include "net/net_sim.h"

/* A store whose commits end when and how the test says. */
struct hand_store {
	struct store store;
	void (*done)(void *ctx, enum store_result result);
	void *ctx;
	size_t events, commits;
	uint64_t last, projected;
	bool can_write, is_only_read, is_taken;
	void (*lost)(void *ctx);
	void *lost_ctx;
};

struct gate_world;
struct letter {
	struct gate_world *world;
	struct gate_wait wait;
	char letter;
};

struct gate_world {
	struct net *net;
	struct net_ops grid_ops; /* on_grid */
	struct hand_store hand;
	struct gate *gate;
	uint64_t lsn;
	char out[256]; /* what left, in order; dropped ones in capitals */
	bool is_paused, was_idle;
	unsigned refused, lost;
	uint64_t projected;
	struct letter letters[64]; /* that wait or have left */
	size_t letter_count;
	uint64_t held_again;
};

static void hand_append(struct store *store, struct batch *batch,
	void (*done)(void *ctx, enum store_result result), void *ctx)
{
	struct hand_store *hand = (struct hand_store *)store;
	assert_null(hand->done);
	assert_int_equal(batch->first, hand->last + 1);
	hand->done = done;
	hand->ctx = ctx;
	hand->events = batch->count;
	hand->commits++;
	hand->last = batch_last(batch);
	batch_free(&batch);
}

static uint64_t hand_projected(struct store *store)
{
	return ((struct hand_store *)store)->projected;
}

static bool hand_probe(struct store *store)
{
	return ((struct hand_store *)store)->can_write;
}

static bool hand_takes_writes(struct store *store)
{
	return !((struct hand_store *)store)->is_only_read;
}

static bool hand_is_ours(struct store *store)
{
	return !((struct hand_store *)store)->is_taken;
}

static void hand_watch(struct store *store, void (*lost)(void *ctx), void *ctx)
{
	struct hand_store *hand = (struct hand_store *)store;
	hand->lost = lost;
	hand->lost_ctx = ctx;
}

static const struct store_ops hand_ops = {
	.is_ours = hand_is_ours,
	.watch = hand_watch,
	.append = hand_append,
	.projected = hand_projected,
	.probe = hand_probe,
	.takes_writes = hand_takes_writes,
};

static void on_pause(void *ctx, bool on)
{
	((struct gate_world *)ctx)->is_paused = on;
}

static void on_refused(void *ctx)
{
	((struct gate_world *)ctx)->refused++;
}

static void on_lost(void *ctx, enum store_result result)
{
	((struct gate_world *)ctx)->lost++;
}

static void on_projected(void *ctx, uint64_t lsn)
{
	((struct gate_world *)ctx)->projected = lsn;
}

static int set_up(void **state)
{
	struct gate_world *w = calloc(1, sizeof *w);
	w->net = net_sim_new(1, 1000000);
	w->hand.store.ops = &hand_ops;
	const struct gate_callbacks callbacks = {w, on_pause, on_refused, on_lost, on_projected};
	w->gate = gate_new(w->net, &w->hand.store, 0, &callbacks);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct gate_world *w = *state;
	gate_free(&w->gate);
	if (w->hand.done) /* a store always answers */
		w->hand.done(w->hand.ctx, STORE_DURABLE);
	net_sim_free(&w->net);
	free(w);
	return 0;
}

static void pass(struct gate_world *w, msec ms)
{
	net_sim_run(w->net, net_now(w->net) + ms);
}

/* A command with so many events. */
static uint64_t command(struct gate_world *w, size_t count)
{
	struct body_contact contact = {.phone = STR("+420700000001")};
	struct event *events = calloc(count, sizeof *events);
	const struct cause cause = {w->lsn + 1, CAUSE_RECEIVE_SMS, STR("link"), 0};
	for (size_t i = 0; i < count; i++)
		events[i] = (struct event) {.kind = EV_CONTACT_ADDED,
			.lsn = ++w->lsn,
			.at = 1,
			.cause = &cause,
			.body = &contact};
	struct buf notes = {0};
	gate_append(w->gate, events, count, &notes);
	free(events);
	return w->lsn;
}

static void commit(struct gate_world *w, enum store_result result)
{
	void (*done)(void *ctx, enum store_result result) = w->hand.done;
	assert_non_null(done);
	w->hand.done = NULL;
	if (result == STORE_REFUSED)
		w->hand.last = gate_durable(w->gate);
	done(w->hand.ctx, result);
}

static void leave(void *ctx, bool is_durable)
{
	struct letter *l = ctx;
	l->world->out[strlen(l->world->out)] =
		is_durable ? l->letter : (char)(l->letter - 'a' + 'A');
}

static struct gate_wait *hold_bytes(
	struct gate_world *w, uint64_t lsn, enum gate_rank rank, char letter, size_t bytes)
{
	assert_true(w->letter_count < sizeof w->letters / sizeof *w->letters);
	struct letter *l = &w->letters[w->letter_count++];
	*l = (struct letter) {w, {.done = leave, .ctx = l, .rank = rank, .bytes = bytes}, letter};
	gate_wait(w->gate, &l->wait, lsn);
	return &l->wait;
}

static struct gate_wait *hold(struct gate_world *w, uint64_t lsn, enum gate_rank rank, char letter)
{
	return hold_bytes(w, lsn, rank, letter, 100);
}

/* --- on a grid --- */

static struct net_calls when_read;

static void once_read(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	net_calls_put(&when_read, fn, ctx);
}

/* The simulated world with turns that have read all when the test says. */
static void on_grid(struct gate_world *w)
{
	w->grid_ops = *w->net->ops;
	w->grid_ops.once_read = once_read;
	w->net->ops = &w->grid_ops;
	w->net->is_on_grid = true;
}

static void all_is_read(void)
{
	net_calls_run(&when_read);
}

static void on_a_grid_what_a_turn_asks_for_is_one_commit(void **state)
{
	struct gate_world *w = *state;
	on_grid(w);
	hold(w, command(w, 1), GATE_REPLY, 'a');
	hold(w, command(w, 2), GATE_REPLY, 'b');
	assert_int_equal(w->hand.commits, 0);
	all_is_read();
	assert_int_equal(w->hand.commits, 1);
	assert_int_equal(w->hand.events, 3);
	hold(w, command(w, 1), GATE_REPLY,
		'c'); /* of the next turn, which comes before the disk is done */
	all_is_read();
	assert_int_equal(w->hand.commits, 1);
	assert_string_equal(w->out, "");
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "ab");
	all_is_read();
	assert_int_equal(w->hand.commits, 2);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "abc");
}

/* A supervisor's request comes behind the agents' of its turn, whose commit has begun by then. */
static void on_a_grid_what_comes_during_a_commit_is_of_the_next_turns(void **state)
{
	struct gate_world *w = *state;
	on_grid(w);
	hold(w, command(w, 1), GATE_REPLY, 'a');
	all_is_read();
	hold(w, command(w, 1), GATE_REPLY, 's');
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "a");
	assert_int_equal(
		w->hand.commits, 1); /* it would not be done by the time that agents have read */
	hold(w, command(w, 1), GATE_REPLY, 'b');
	all_is_read();
	assert_int_equal(w->hand.commits, 2);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "asb");
	all_is_read();
	assert_int_equal(w->hand.commits, 2); /* nothing is asked of it */
}

static void a_gate_freed_before_its_turn_has_read_commits_nothing(void **state)
{
	struct gate_world *w = *state;
	on_grid(w);
	hold(w, command(w, 1), GATE_REPLY, 'a');
	gate_free(&w->gate);
	all_is_read();
	assert_int_equal(w->hand.commits, 0);
	assert_string_equal(w->out, "");
}

static void what_is_on_disk_leaves_at_once(void **state)
{
	struct gate_world *w = *state;
	hold(w, 0, GATE_REPLY, 'a');
	assert_string_equal(w->out, "a");
}

static void nothing_leaves_before_its_commit(void **state)
{
	struct gate_world *w = *state;
	hold(w, command(w, 1), GATE_REPLY, 'a');
	pass(w, 10);
	assert_string_equal(w->out, "");
	assert_false(gate_is_through(w->gate, 1));
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "a");
	assert_int_equal(gate_durable(w->gate), 1);
	assert_true(gate_is_through(w->gate, 1));
}

static void a_command_leaves_as_reply_push_smpp_and_supervisors_last(void **state)
{
	struct gate_world *w = *state;
	command(w, 1); /* its commit is under way, so the next two share one */
	uint64_t one = command(w, 2), two = command(w, 1);
	hold(w, one, GATE_SUPERVISOR, 's');
	hold(w, two, GATE_SUPERVISOR, 't');
	hold(w, two, GATE_REPLY, 'd');
	hold(w, one, GATE_SMPP, 'c');
	hold(w, one, GATE_PUSH, 'b');
	hold(w, one, GATE_REPLY, 'a');
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "");
	assert_int_equal(w->hand.events, 3);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "abcd");
	pass(w, 1);
	assert_string_equal(w->out, "abcdst");
}

static void a_supervisors_output_waits_for_the_next_turn_even_if_on_disk(void **state)
{
	struct gate_world *w = *state;
	hold(w, 0, GATE_SUPERVISOR, 's');
	assert_string_equal(w->out, "");
	pass(w, 1);
	assert_string_equal(w->out, "s");
}

static void a_read_waits_only_for_what_its_viewer_may_see(void **state)
{
	struct gate_world *w = *state;
	uint64_t one = command(w, 1);
	pass(w, 1); /* commit of one has begun */
	uint64_t two = command(w, 1);
	hold(w, two, GATE_REPLY, 'b');
	hold(w, one, GATE_REPLY, 'a');
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "a");
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "ab");
}

static void equal_outputs_leave_in_the_order_of_their_arrival(void **state)
{
	struct gate_world *w = *state;
	uint64_t one = command(w, 1);
	for (char c = 'a'; c <= 'z'; c++)
		hold(w, one, GATE_PUSH, c);
	pass(w, 1);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "abcdefghijklmnopqrstuvwxyz");
}

static void what_comes_during_a_commit_is_the_next_one(void **state)
{
	struct gate_world *w = *state;
	command(w, 2);
	assert_int_equal(w->hand.events, 2); /* at once */
	for (int i = 0; i < 10; i++)
		command(w, 3);
	assert_int_equal(w->hand.commits, 1);
	commit(w, STORE_DURABLE);
	assert_int_equal(w->hand.commits, 2);
	assert_int_equal(w->hand.events, 30);
}

static void a_commit_takes_at_most_512_events_and_never_part_of_a_command(void **state)
{
	struct gate_world *w = *state;
	command(w, 3); /* under way */
	command(w, 511);
	command(w, 1);
	command(w, 1);
	command(w, 600);
	command(w, 2);
	const size_t expected[] = {3, 512, 1, 600, 2};
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(w->hand.events, expected[i]);
		commit(w, STORE_DURABLE);
	}
	assert_int_equal(gate_durable(w->gate), w->lsn);
}

/* Load comes in waves: one batch has the disk, a full one went to it before, and the one behind takes more. */
static void what_comes_when_the_full_one_has_left_joins_the_one_behind(void **state)
{
	struct gate_world *w = *state;
	command(w, 1); /* under way */
	command(w, 512);
	command(w, 1);
	commit(w, STORE_DURABLE);
	command(w, 2);
	const size_t expected[] = {512, 3};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(w->hand.events, expected[i]);
		commit(w, STORE_DURABLE);
	}
	assert_int_equal(gate_durable(w->gate), w->lsn);
}

static void what_belongs_together_is_one_commit_however_much(void **state)
{
	struct gate_world *w = *state;
	gate_cork(w->gate);
	for (int i = 0; i < 3; i++)
		command(w, 400);
	assert_int_equal(w->hand.commits, 0);
	gate_uncork(w->gate);
	assert_int_equal(w->hand.events, 1200);
	command(w, 1);
	commit(w, STORE_DURABLE);
	assert_int_equal(w->hand.events, 1);
}

/* A first start may hash passwords for longer than a commit may take. */
static void what_belongs_together_may_take_long(void **state)
{
	struct gate_world *w = *state;
	gate_cork(w->gate);
	for (int i = 0; i < 3; i++) {
		command(w, 1);
		pass(w, GATE_STALL_MS + 1);
		assert_true(gate_is_writable(w->gate));
		assert_false(w->is_paused);
	}
	gate_uncork(w->gate);
	pass(w, GATE_HELD_MS_MAX - 1);
	assert_false(w->is_paused);
	pass(w, GATE_STALL_MS - GATE_HELD_MS_MAX);
	assert_true(gate_is_writable(w->gate));
	pass(w, 1);
	assert_false(gate_is_writable(w->gate));
	assert_int_equal(w->hand.events, 3);
}

/* With text of so many bytes, of which users are told so many. */
static void say_and_tell(struct gate_world *w, size_t len, size_t told)
{
	char *text = calloc(1, len);
	const struct body_message message = {.text = {text, len}};
	const struct cause cause = {.command = w->lsn + 1, .kind = CAUSE_SEND_MESSAGE};
	const struct event event = {
		.kind = EV_MESSAGE_ADDED, .lsn = ++w->lsn, .cause = &cause, .body = &message};
	struct buf notes = {0};
	while (notes.len < told)
		told_pack(&notes, &(struct told_note) {.user = STR("U")});
	gate_append(w->gate, &event, 1, &notes);
	assert_int_equal(notes.len, 0);
	buf_free(&notes);
	free(text);
}

static void say(struct gate_world *w, size_t len)
{
	say_and_tell(w, len, 0);
}

static void a_batch_is_full_at_its_bytes(void **state)
{
	struct gate_world *w = *state;
	command(w, 1); /* meanwhile others gather */
	say(w, GATE_BATCH_BYTES_MAX / 2);
	say(w, GATE_BATCH_BYTES_MAX / 2);
	say(w, 1);
	commit(w, STORE_DURABLE);
	assert_int_equal(w->hand.events, 2);
	commit(w, STORE_DURABLE);
	assert_int_equal(w->hand.events, 1);
	commit(w, STORE_DURABLE);
}

/* They depend on who watches, and what a commit groups is seen by who waits for it. */
static void what_users_are_told_fills_no_batch(void **state)
{
	struct gate_world *w = *state;
	command(w, 1); /* meanwhile others gather */
	for (size_t i = 0; i < 3; i++)
		say_and_tell(w, 1, 2 * GATE_BATCH_BYTES_MAX);
	commit(w, STORE_DURABLE);
	assert_int_equal(w->hand.events, 3);
	commit(w, STORE_DURABLE);
}

static void a_refused_commit_drops_what_depends_on_it_and_writing_stops(void **state)
{
	struct gate_world *w = *state;
	hold(w, command(w, 1), GATE_REPLY, 'a');
	pass(w, 1);
	hold(w, command(w, 1), GATE_PUSH, 'b');
	commit(w, STORE_REFUSED);
	assert_string_equal(w->out, "AB");
	assert_int_equal(w->refused, 1);
	assert_false(gate_is_writable(w->gate));
	hold(w, 0, GATE_REPLY, 'c'); /* reads go on */
	hold(w, 1, GATE_REPLY, 'd'); /* what was undone never comes */
	assert_string_equal(w->out, "ABcD");
}

static void after_a_refusal_the_store_is_probed_each_second(void **state)
{
	struct gate_world *w = *state;
	command(w, 2);
	pass(w, 1);
	commit(w, STORE_REFUSED);
	pass(w, 3000);
	assert_false(gate_is_writable(w->gate));
	w->hand.can_write = true;
	pass(w, 1250);
	assert_true(gate_is_writable(w->gate));
	w->lsn = 0; /* the core was rebuilt: its events are numbered from the last durable one */
	hold(w, command(w, 1), GATE_REPLY, 'a');
	pass(w, 1);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "a");
}

/* A store that was opened on a full disk: what it holds is read, until a probe finds it well. */
static void a_store_opened_to_be_read_is_as_one_that_refused(void **state)
{
	struct gate_world *w = *state;
	const struct gate_callbacks callbacks = {w, on_pause, on_refused, on_lost, on_projected};
	gate_free(&w->gate);
	w->hand.is_only_read = true;
	w->gate = gate_new(w->net, &w->hand.store, 7, &callbacks);
	assert_false(gate_is_writable(w->gate));
	hold(w, 7, GATE_REPLY, 'a');
	hold(w, 7, GATE_SUPERVISOR, 'b');
	pass(w, 1);
	assert_string_equal(w->out, "ab");
	pass(w, 3 * GATE_PROBE_MS);
	assert_false(gate_is_writable(w->gate));
	assert_int_equal(w->refused, 0);
	w->hand.can_write = true;
	pass(w, GATE_PROBE_MS + GATE_POLL_MS);
	assert_true(gate_is_writable(w->gate));
	w->lsn = w->hand.last = 7;
	hold(w, command(w, 1), GATE_REPLY, 'c');
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "abc");
}

static void an_unknown_outcome_lets_nothing_leave_any_more(void **state)
{
	struct gate_world *w = *state;
	hold(w, command(w, 1), GATE_REPLY, 'a');
	pass(w, 1);
	commit(w, STORE_UNKNOWN);
	hold(w, 0, GATE_REPLY, 'b');
	hold(w, 0, GATE_SUPERVISOR, 'c');
	pass(w, 10000);
	assert_int_equal(w->lost, 1);
	assert_string_equal(w->out, "");
	assert_false(gate_is_writable(w->gate));
}

/* --- whose the centre is --- */

static void who_has_the_centre_no_more_lets_nothing_leave(void **state)
{
	struct gate_world *w = *state;
	hold(w, command(w, 1), GATE_REPLY, 'a');
	hold(w, 1, GATE_SUPERVISOR, 'b');
	w->hand.is_taken = true;
	commit(w, STORE_DURABLE); /* it was ours when it was written */
	assert_int_equal(w->lost, 1);
	hold(w, 0, GATE_REPLY, 'c');
	pass(w, 10000);
	assert_string_equal(w->out, "");
	assert_int_equal(w->lost, 1);
	assert_false(gate_is_writable(w->gate));
}

static void nor_what_is_on_disk_already(void **state)
{
	struct gate_world *w = *state;
	hold(w, 0, GATE_REPLY, 'a');
	w->hand.is_taken = true;
	assert_false(gate_is_through(w->gate, 0));
	hold(w, 0, GATE_REPLY, 'b');
	assert_int_equal(w->lost, 1);
	assert_string_equal(w->out, "a");
}

static void nor_what_supervisors_were_to_get_in_the_next_turn(void **state)
{
	struct gate_world *w = *state;
	hold(w, 0, GATE_SUPERVISOR, 'a');
	w->hand.is_taken = true;
	pass(w, 1);
	assert_int_equal(w->lost, 1);
	assert_string_equal(w->out, "");
}

static void that_it_is_lost_is_heard_between_commits(void **state)
{
	struct gate_world *w = *state;
	hold(w, command(w, 1), GATE_REPLY, 'a');
	commit(w, STORE_DURABLE);
	w->hand.lost(w->hand.lost_ctx);
	assert_int_equal(w->lost, 1);
	hold(w, 1, GATE_REPLY, 'b');
	assert_string_equal(w->out, "a");
	gate_free(&w->gate);
	assert_null(w->hand.lost); /* nobody is there to hear it */
}

static void what_waits_when_the_gate_is_freed_is_told_nothing_any_more(void **state)
{
	struct gate_world *w = *state;
	hold(w, 0, GATE_SUPERVISOR, 's');
	hold(w, command(w, 1), GATE_REPLY, 'a');
	pass(w, 1);
	hold(w, 0, GATE_SUPERVISOR, 't');
	struct gate_wait *b = hold(w, command(w, 1), GATE_PUSH, 'b');
	gate_free(&w->gate);
	assert_null(w->gate);
	assert_null(b->in);
	gate_forget(b);           /* by its owner, who goes later: nothing */
	commit(w, STORE_DURABLE); /* the store did not know */
	pass(w, 1000);
	assert_string_equal(w->out, "s");
}

static void supervise_again(void *ctx, bool is_durable)
{
	struct letter *l = ctx;
	leave(l, is_durable);
	l->wait.done = leave;
	gate_wait(l->world->gate, &l->wait, 0);
}

static void note_turn(void *ctx)
{
	struct gate_world *w = ctx;
	w->out[strlen(w->out)] = '|';
}

/* --- who changes their mind ------------------------------------------------------------------- */

static void who_was_forgotten_is_called_neither_for_good_nor_for_bad(void **state)
{
	struct gate_world *w = *state;
	for (int is_refused = 0; is_refused < 2; is_refused++) {
		uint64_t one = command(w, 1);
		hold(w, one, GATE_REPLY, 'a');
		struct gate_wait *b = hold(w, one, GATE_PUSH, 'b');
		hold(w, one, GATE_SMPP, 'c');
		struct gate_wait *s = hold(w, 0, GATE_SUPERVISOR, 's');
		gate_forget(b);
		gate_forget(s);
		gate_forget(b); /* once more is nothing */
		assert_null(b->in);
		commit(w, is_refused ? STORE_REFUSED : STORE_DURABLE);
		pass(w, 1);
	}
	assert_string_equal(w->out, "acAC");
}

static void who_waits_again_waits_for_that_alone(void **state)
{
	struct gate_world *w = *state;
	struct gate_wait *a = hold(w, command(w, 1), GATE_REPLY, 'a');
	hold(w, command(w, 1), GATE_REPLY, 'b');
	gate_wait(w->gate, a, w->lsn);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "");
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "ba"); /* it came later now */
	gate_wait(w->gate, a, w->lsn);
	assert_string_equal(w->out, "baa");
}

static void forget_next(void *ctx, bool is_durable)
{
	struct letter *l = ctx;
	leave(l, is_durable);
	gate_forget(&l[1].wait);
}

/* A bind that ends while its texts are answered: those behind are void. */
static void who_leaves_may_take_others_out_of_the_line(void **state)
{
	struct gate_world *w = *state;
	uint64_t one = command(w, 1);
	const char *out[] = {"acsu", "acsuAC"};
	for (int is_refused = 0; is_refused < 2; is_refused++) {
		hold(w, one, GATE_SMPP, 'a')->done = forget_next;
		hold(w, one, GATE_SMPP, 'b');
		hold(w, one, GATE_SMPP, 'c')->done = forget_next;
		hold(w, one, GATE_SMPP, 'd'); /* the last in line */
		if (!is_refused) {
			hold(w, one, GATE_SUPERVISOR, 's')->done = forget_next;
			hold(w, one, GATE_SUPERVISOR, 't');
			hold(w, one, GATE_SUPERVISOR, 'u');
		}
		commit(w, is_refused ? STORE_REFUSED : STORE_DURABLE);
		pass(w, 1);
		assert_string_equal(w->out, out[is_refused]);
		if (!is_refused)
			one = command(w, 1);
	}
}

static void who_was_forgotten_weighs_nothing(void **state)
{
	struct gate_world *w = *state;
	uint64_t one = command(w, 1);
	struct gate_wait *heavy = hold_bytes(w, one, GATE_REPLY, 'a', GATE_HELD_BYTES_MAX);
	assert_true(w->is_paused);
	gate_forget(heavy);
	hold_bytes(w, one, GATE_REPLY, 'b', 1);
	assert_false(w->is_paused);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "b");
}

static void what_supervisors_get_from_inside_of_their_turn_has_the_next_one(void **state)
{
	struct gate_world *w = *state;
	hold(w, 0, GATE_SUPERVISOR, 's')->done = supervise_again;
	hold(w, 0, GATE_SUPERVISOR, 't');
	net_defer(w->net, note_turn, w); /* asked for before their next turn is */
	pass(w, 1);
	assert_string_equal(w->out, "st|s");
}

/* --- back-pressure ---------------------------------------------------------------------------- */

static void a_late_commit_first_stops_reading_then_refuses_commands(void **state)
{
	struct gate_world *w = *state;
	command(w, 1);
	pass(w, GATE_HELD_MS_MAX - 1);
	assert_false(w->is_paused);
	pass(w, 1);
	assert_true(w->is_paused);
	pass(w, GATE_STALL_MS - GATE_HELD_MS_MAX - 1);
	assert_true(gate_is_writable(w->gate));
	pass(w, 1);
	assert_false(gate_is_writable(w->gate));
	commit(w, STORE_DURABLE);
	assert_true(gate_is_writable(w->gate));
	assert_false(w->is_paused);
}

static void many_held_bytes_stop_reading(void **state)
{
	struct gate_world *w = *state;
	uint64_t one = command(w, 1);
	hold_bytes(w, one, GATE_REPLY, 'a', GATE_HELD_BYTES_MAX - 1);
	assert_false(w->is_paused);
	hold_bytes(w, one, GATE_REPLY, 'b', 1);
	assert_true(w->is_paused);
	hold_bytes(w, one, GATE_REPLY, 'c', 1);
	assert_true(w->is_paused);
	pass(w, 1);
	commit(w, STORE_DURABLE);
	assert_false(w->is_paused);
}

static void release_again(void *ctx, bool is_durable)
{
	struct gate_world *w = ctx;
	assert_true(is_durable);
	hold(w, w->held_again, GATE_REPLY, 'a');
	strcat(w->out, "(");
}

static void a_reply_that_leads_to_a_read_lets_it_leave_in_the_same_sweep(void **state)
{
	struct gate_world *w = *state;
	uint64_t one = command(w, 1);
	struct gate_wait wait = {.done = release_again, .ctx = w};
	w->held_again = one;
	gate_wait(w->gate, &wait, one);
	hold(w, one, GATE_PUSH, 'b');
	pass(w, 1);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "(ab"); /* the read is a reply: before the pushes */
}

static void answer_at_once(void *ctx, bool is_durable)
{
	struct letter *l = ctx;
	leave(l, is_durable);
	assert_true(gate_is_through(l->world->gate, l->wait.lsn));
	assert_false(gate_is_through(l->world->gate, l->wait.lsn + 1));
}

/* Else a poll that ends with news would be held once more, behind all that is in line. */
static void what_is_on_disk_can_be_answered_from_inside_of_a_sweep(void **state)
{
	struct gate_world *w = *state;
	hold(w, command(w, 1), GATE_PUSH, 'a')->done = answer_at_once;
	command(w, 1);
	commit(w, STORE_DURABLE);
	assert_string_equal(w->out, "a");
}

static void what_is_projected_is_told(void **state)
{
	struct gate_world *w = *state;
	command(w, 3);
	pass(w, 1);
	commit(w, STORE_DURABLE);
	pass(w, 1000);
	assert_int_equal(w->projected, 0);
	w->hand.projected = 3;
	pass(w, GATE_POLL_MS);
	assert_int_equal(w->projected, 3);
}

static void note_idle(void *ctx)
{
	((struct gate_world *)ctx)->was_idle = true;
}

static void idle_is_told_when_the_last_output_has_left(void **state)
{
	struct gate_world *w = *state;
	hold(w, command(w, 1), GATE_SUPERVISOR, 's');
	gate_when_idle(w->gate, note_idle, w);
	pass(w, 10);
	assert_false(w->was_idle);
	commit(w, STORE_DURABLE);
	assert_false(w->was_idle);
	pass(w, 1);
	assert_true(w->was_idle);
	assert_string_equal(w->out, "s");
}

static void idle_is_told_at_once_where_nothing_is_held(void **state)
{
	struct gate_world *w = *state;
	gate_when_idle(w->gate, note_idle, w);
	pass(w, 1);
	assert_true(w->was_idle);
}

#define GATE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		GATE_TEST(what_is_on_disk_leaves_at_once),
		GATE_TEST(nothing_leaves_before_its_commit),
		GATE_TEST(a_command_leaves_as_reply_push_smpp_and_supervisors_last),
		GATE_TEST(a_supervisors_output_waits_for_the_next_turn_even_if_on_disk),
		GATE_TEST(a_read_waits_only_for_what_its_viewer_may_see),
		GATE_TEST(equal_outputs_leave_in_the_order_of_their_arrival),
		GATE_TEST(what_comes_during_a_commit_is_the_next_one),
		GATE_TEST(a_commit_takes_at_most_512_events_and_never_part_of_a_command),
		GATE_TEST(what_comes_when_the_full_one_has_left_joins_the_one_behind),
		GATE_TEST(what_belongs_together_is_one_commit_however_much),
		GATE_TEST(what_belongs_together_may_take_long),
		GATE_TEST(a_batch_is_full_at_its_bytes),
		GATE_TEST(what_users_are_told_fills_no_batch),
		GATE_TEST(a_refused_commit_drops_what_depends_on_it_and_writing_stops),
		GATE_TEST(after_a_refusal_the_store_is_probed_each_second),
		GATE_TEST(a_store_opened_to_be_read_is_as_one_that_refused),
		GATE_TEST(an_unknown_outcome_lets_nothing_leave_any_more),
		GATE_TEST(who_has_the_centre_no_more_lets_nothing_leave),
		GATE_TEST(nor_what_is_on_disk_already),
		GATE_TEST(nor_what_supervisors_were_to_get_in_the_next_turn),
		GATE_TEST(that_it_is_lost_is_heard_between_commits),
		GATE_TEST(what_waits_when_the_gate_is_freed_is_told_nothing_any_more),
		GATE_TEST(who_was_forgotten_is_called_neither_for_good_nor_for_bad),
		GATE_TEST(who_waits_again_waits_for_that_alone),
		GATE_TEST(who_leaves_may_take_others_out_of_the_line),
		GATE_TEST(who_was_forgotten_weighs_nothing),
		GATE_TEST(what_supervisors_get_from_inside_of_their_turn_has_the_next_one),
		GATE_TEST(a_late_commit_first_stops_reading_then_refuses_commands),
		GATE_TEST(many_held_bytes_stop_reading),
		GATE_TEST(a_reply_that_leads_to_a_read_lets_it_leave_in_the_same_sweep),
		GATE_TEST(what_is_on_disk_can_be_answered_from_inside_of_a_sweep),
		GATE_TEST(what_is_projected_is_told),
		GATE_TEST(idle_is_told_when_the_last_output_has_left),
		GATE_TEST(idle_is_told_at_once_where_nothing_is_held),
		GATE_TEST(on_a_grid_what_a_turn_asks_for_is_one_commit),
		GATE_TEST(on_a_grid_what_comes_during_a_commit_is_of_the_next_turns),
		GATE_TEST(a_gate_freed_before_its_turn_has_read_commits_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
