/* store_mem_test.c - the store in memory: its grid, its faults, its journal. */
#include "store/store_mem.h"
#include "store/store_sample.h"

#include <stdlib.h>

struct fixture {
	struct sample_loop loop;
	struct sample sample;
	int result; /* of the last append; -1: not answered yet */
	struct buf got;
};

static int set_up(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	sample_loop_init(&f->loop);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	sample_advance(&f->loop, 3600 * 1000); /* timers of closed stores end by themselves */
	assert_int_equal(f->loop.timer_count, 0);
	assert_true(sample_is_idle(&f->loop));
	sample_free(&f->sample);
	buf_free(&f->got);
	free(f);
	return 0;
}

static void answered(void *ctx, enum store_result result)
{
	((struct fixture *)ctx)->result = (int)result;
}

static void append_contact(struct fixture *f, struct store *store, unsigned nth)
{
	sample_add_nth(&f->sample, BODY_contact, nth, 0);
	f->result = -1;
	store->ops->append(store, sample_batch(f->sample.events, f->sample.count), answered, f);
	sample_reset(&f->sample);
	assert_int_equal(f->result, -1); /* never from inside */
}

static void record(void *ctx, const struct store_event *packed)
{
	union any_body room;
	struct event event;
	assert_true(event_unpack(packed, &room, &event));
	sample_put_line(ctx, event.lsn, event_body(event.kind), &room);
}

static void assert_holds(struct fixture *f, struct store *store, const char *expected)
{
	f->got.len = 0;
	store_mem_each(store, record, &f->got);
	assert_text(&f->got, expected);
}

#define CONTACT(lsn, nth)                                                                          \
#lsn " contact phone=phone" #nth " opted_out=" #nth "000 reference=" #nth                  \
	     "000 merged_into=merged_into" #nth " helped=" #nth "000 doubted=" #nth                \
	     "000 refused=refused" #nth " last_agent=last_agent" #nth " last_agent_at=" #nth       \
	     "000\n"

static void test_appends_are_answered_in_the_next_turn(void **state)
{
	struct fixture *f = *state;
	struct store *store = store_mem_open(&f->loop.loop, 0);
	for (unsigned i = 1; i <= 2; i++) {
		append_contact(f, store, i);
		sample_turn(&f->loop);
		assert_int_equal(f->result, STORE_DURABLE);
		assert_int_equal(store->ops->projected(store), i);
	}
	assert_holds(f, store, CONTACT(1, 1) CONTACT(2, 2));
	store->ops->close(&store);
}

static void test_commits_happen_on_the_grid_and_nowhere_else(void **state)
{
	struct fixture *f = *state;
	struct store *store = store_mem_open(&f->loop.loop, 5);
	sample_advance(&f->loop, 13);
	append_contact(f, store, 1);
	sample_advance(&f->loop, 1);
	assert_int_equal(f->result, -1);
	sample_advance(&f->loop, 1); /* 15 */
	assert_int_equal(f->result, STORE_DURABLE);
	append_contact(f, store, 2);
	sample_advance(&f->loop, 4);
	assert_int_equal(f->result, -1);
	sample_advance(&f->loop, 1); /* 20 */
	assert_int_equal(f->result, STORE_DURABLE);
	store->ops->close(&store);
}

struct follower {
	struct fixture *f;
	struct store *store;
	unsigned answers;
};

static void append_next(void *ctx, enum store_result result)
{
	struct follower *chain = ctx;
	assert_int_equal(result, STORE_DURABLE);
	if (++chain->answers == 3)
		return;
	sample_add_nth(&chain->f->sample, BODY_contact, chain->answers, 0);
	chain->store->ops->append(
		chain->store, sample_batch(chain->f->sample.events, 1), append_next, chain);
	sample_reset(&chain->f->sample);
}

static void begin_chain(struct follower *chain, struct fixture *f, msec grid_ms)
{
	*chain = (struct follower) {.f = f, .store = store_mem_open(&f->loop.loop, grid_ms)};
	sample_add_nth(&f->sample, BODY_contact, 9, 0);
	chain->store->ops->append(
		chain->store, sample_batch(f->sample.events, 1), append_next, chain);
	sample_reset(&f->sample);
}

/* Who waited for the answer is committed at the same moment, what that leads to at the next. */
static void test_an_answer_may_append_for_the_same_moment_of_the_grid_once(void **state)
{
	struct follower chain;
	begin_chain(&chain, *state, 5);
	sample_advance(&chain.f->loop, 5);
	assert_int_equal(chain.answers, 2);
	sample_advance(&chain.f->loop, 4);
	assert_int_equal(chain.answers, 2);
	sample_advance(&chain.f->loop, 1);
	assert_int_equal(chain.answers, 3);
	chain.store->ops->close(&chain.store);
}

static void test_an_unknown_outcome_may_be_either(void **state)
{
	struct fixture *f = *state;
	for (int is_written = 0; is_written < 2; is_written++) {
		struct store *store = store_mem_open(&f->loop.loop, 0);
		f->sample.lsn = 0;
		store_mem_fail(store, STORE_UNKNOWN, is_written);
		append_contact(f, store, 1);
		sample_turn(&f->loop);
		assert_int_equal(f->result, STORE_UNKNOWN);
		assert_holds(f, store, is_written ? CONTACT(1, 1) : "");
		store->ops->close(&store);
	}
}

static void test_after_a_crash_what_was_committed_is_there(void **state)
{
	struct fixture *f = *state;
	struct store *store = store_mem_open(&f->loop.loop, 5);
	append_contact(f, store, 1);
	sample_advance(&f->loop, 5);
	append_contact(f, store, 2); /* in flight */
	store = store_mem_reopen(&store, &f->loop.loop, 5);
	assert_int_equal(f->result, STORE_UNKNOWN);
	sample_advance(&f->loop, 5);
	assert_holds(f, store, CONTACT(1, 1));
	assert_int_equal(store->ops->projected(store), 1);
	f->sample.lsn = 1;
	append_contact(f, store, 3);
	sample_advance(&f->loop, 5);
	assert_holds(f, store, CONTACT(1, 1) CONTACT(2, 3));
	store->ops->close(&store);
}

static void test_a_journal_that_does_not_go_together_is_not_loaded(void **state)
{
	struct fixture *f = *state;
	struct core *core = core_new();
	struct store *store = store_mem_open(&f->loop.loop, 0);
	f->sample.lsn = 0;
	sample_add_nth(&f->sample, BODY_session, 1, 0); /* of a contact who is not there */
	store->ops->append(store, sample_batch(f->sample.events, f->sample.count), answered, f);
	sample_reset(&f->sample);
	sample_turn(&f->loop);
	assert_int_equal(store->ops->load(store, core), ERR_INTERNAL);
	core_free(&core);
	store->ops->close(&store);
}

static void test_close_commits_what_waits(void **state)
{
	struct fixture *f = *state;
	static const msec grids[] = {0, 5};
	for (size_t i = 0; i < 2; i++) {
		struct store *store = store_mem_open(&f->loop.loop, grids[i]);
		f->sample.lsn = 0;
		append_contact(f, store, 1);
		store->ops->close(&store);
		while (!sample_is_idle(&f->loop))
			sample_turn(&f->loop);
		assert_int_equal(f->result, STORE_DURABLE);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_appends_are_answered_in_the_next_turn),
		TEST(test_commits_happen_on_the_grid_and_nowhere_else),
		TEST(test_an_answer_may_append_for_the_same_moment_of_the_grid_once),
		TEST(test_an_unknown_outcome_may_be_either),
		TEST(test_after_a_crash_what_was_committed_is_there),
		TEST(test_a_journal_that_does_not_go_together_is_not_loaded),
		TEST(test_close_commits_what_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
