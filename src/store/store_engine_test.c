/* store_engine_test.c - what the engine makes of each failure of a dialect, and of events for its tables. */
#include "store/dialect_mem.h"
#include "store/store_sample.h"

#include <stdlib.h>
#include <unistd.h>

struct fixture {
	struct sample_loop loop;
	struct sample sample;
	struct mem_disk disk;
	struct store *store;
	struct buf got;
};

/* Tables follow at once, or only when they are asked to. */
static void open_store(struct fixture *f, bool is_lazy)
{
	struct projector_limits limits = PROJECTOR_LIMITS;
	limits.gather_ms = limits.lag_ms = is_lazy ? 3600 * 1000 : 0;
	limits.retry_ms = 1;
	if (f->store)
		f->store->ops->close(&f->store);
	f->store = mem_disk_open(&f->disk, &f->loop.loop, &limits, 0, 0);
}

static int set_up(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	sample_loop_init(&f->loop);
	mem_disk_init(&f->disk);
	open_store(f, true);
	sample_add_centre(&f->sample);
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_DURABLE);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	f->store->ops->close(&f->store);
	mem_disk_free(&f->disk);
	sample_free(&f->sample);
	buf_free(&f->got);
	free(f);
	return 0;
}

static enum store_result append_contact(struct fixture *f, unsigned nth, unsigned version)
{
	sample_add_nth(&f->sample, BODY_contact, nth, version);
	return sample_append(&f->loop, f->store, &f->sample);
}

static void settle(struct fixture *f)
{
	engine_settle((struct engine *)f->store, true);
}

static void a_step_that_fails_writes_nothing_and_says_what_became_of_it(void **state)
{
	struct fixture *f = *state;
	static const enum mem_step steps[] = {MEM_BEGIN, MEM_INSERT, MEM_COMMIT};
	static const enum store_result results[] = {STORE_REFUSED, STORE_FENCED};
	for (size_t i = 0; i < 3; i++) {
		for (size_t r = 0; r < 2; r++) {
			open_store(f, true);
			f->sample.lsn = 1;
			mem_disk_fail(&f->disk, steps[i], results[r]);
			assert_int_equal(append_contact(f, 1, 0), results[r]);
			assert_int_equal(f->disk.journal_written, 1);
			assert_int_equal(
				f->store->ops->is_ours(f->store), results[r] != STORE_FENCED);
			mem_disk_fail(&f->disk, MEM_NO_STEP, STORE_DURABLE);
		}
	}
	open_store(f, true);
	f->sample.lsn = 1;
	assert_int_equal(append_contact(f, 1, 0), STORE_DURABLE);
}

/* Whatever the disk is like then: the process must end. */
static void behind_an_unknown_outcome_nothing_is_tried_any_more(void **state)
{
	struct fixture *f = *state;
	mem_disk_fail(&f->disk, MEM_COMMIT, STORE_UNKNOWN);
	assert_int_equal(append_contact(f, 1, 0), STORE_UNKNOWN);
	mem_disk_fail(&f->disk, MEM_NO_STEP, STORE_DURABLE);
	f->sample.lsn = 1;
	assert_int_equal(append_contact(f, 1, 0), STORE_UNKNOWN);
	assert_int_equal(f->disk.journal_written, 1);
}

static void a_write_that_means_nothing_tells_when_it_can_write(void **state)
{
	struct fixture *f = *state;
	mem_disk_fail(&f->disk, MEM_TOUCH, STORE_REFUSED);
	for (unsigned i = 0; i < 3; i++) {
		assert_false(f->store->ops->probe(f->store));
		writer_settle(&((struct engine *)f->store)->writer);
	}
	mem_disk_fail(&f->disk, MEM_NO_STEP, STORE_DURABLE);
	assert_false(f->store->ops->probe(f->store)); /* what the last try said */
	writer_settle(&((struct engine *)f->store)->writer);
	assert_true(f->store->ops->probe(f->store));
}

/* --- the tables --------------------------------------------------------------------------------- */

static void an_object_is_one_row_with_its_first_event_and_its_last(void **state)
{
	struct fixture *f = *state;
	for (unsigned version = 0; version < 3; version++)
		append_contact(f, 7, version);
	append_contact(f, 8, 0);
	assert_int_equal(f->store->ops->projected(f->store), 0);
	settle(f);
	assert_int_equal(f->store->ops->projected(f->store), 5);
	mem_disk_put_tables(&f->disk, &f->got);
	assert_contains(&f->got, "4 contact phone=phone7 opted_out=7002 ");
	assert_contains(&f->got, "5 contact phone=phone8 ");
	assert_int_equal(f->disk.tables.count, 3);
}

static void tables_that_cannot_be_written_wait_and_catch_up(void **state)
{
	static const enum mem_step steps[] = {
		MEM_TABLES_BEGIN, MEM_TABLES_UPSERT, MEM_TABLES_COMMIT};
	struct fixture *f = *state;
	open_store(f, false);
	for (unsigned i = 0; i < 3; i++) {
		mem_disk_fail(&f->disk, steps[i], STORE_REFUSED);
		append_contact(f, i, 0);
		settle(f); /* gives up, for the disk is full */
		assert_true(f->store->ops->projected(f->store) < f->sample.lsn);
		mem_disk_fail(&f->disk, MEM_NO_STEP, STORE_DURABLE);
		while (f->store->ops->projected(f->store) < f->sample.lsn)
			usleep(1000);
	}
	assert_int_equal(f->disk.tables.count, 1 + 3);
}

/* The journal is not to run away from tables that will never follow. */
static void tables_that_are_broken_end_the_appends(void **state)
{
	struct fixture *f = *state;
	mem_disk_fail(&f->disk, MEM_TABLES_COMMIT, STORE_UNKNOWN);
	append_contact(f, 1, 0);
	settle(f);
	mem_disk_fail(&f->disk, MEM_NO_STEP, STORE_DURABLE);
	assert_int_equal(append_contact(f, 2, 0), STORE_UNKNOWN);
}

static void what_the_tables_lack_is_written_at_the_next_start(void **state)
{
	struct fixture *f = *state;
	append_contact(f, 1, 0);
	mem_disk_fail(&f->disk, MEM_TABLES_COMMIT, STORE_REFUSED);
	f->store->ops->close(&f->store);
	assert_int_equal(f->disk.mark, 0);
	mem_disk_fail(&f->disk, MEM_NO_STEP, STORE_DURABLE);
	open_store(f, true);
	assert_int_equal(f->disk.mark, 2);
	assert_int_equal(f->disk.tables.count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_step_that_fails_writes_nothing_and_says_what_became_of_it),
		TEST(behind_an_unknown_outcome_nothing_is_tried_any_more),
		TEST(a_write_that_means_nothing_tells_when_it_can_write),
		TEST(an_object_is_one_row_with_its_first_event_and_its_last),
		TEST(tables_that_cannot_be_written_wait_and_catch_up),
		TEST(tables_that_are_broken_end_the_appends),
		TEST(what_the_tables_lack_is_written_at_the_next_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
