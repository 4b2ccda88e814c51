/* store_fault_test.c - disks that are full, read-only or broken. */
#include "store/store_disk.h"
#include "store/store_fault.h"
#include "store/store_sample.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct fixture {
	struct sample_loop loop;
	struct sample sample;
	struct fault fault;
	char *folder;
	struct store *store;
};

static int set_up(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	sample_loop_init(&f->loop);
	f->folder = sample_folder();
	*state = f;
	return 0;
}

static void heal(struct fixture *f)
{
	atomic_store(&f->fault.write_code, SQLITE_OK);
	atomic_store(&f->fault.truncate_code, SQLITE_OK);
	atomic_store(&f->fault.sync_code, SQLITE_OK);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	heal(f);
	f->store->ops->close(&f->store);
	fault_end(&f->fault);
	sample_free(&f->sample);
	sample_folder_remove(&f->folder);
	free(f);
	return 0;
}

/* A store with a centre, whose disk may then fail for one of its files. */
static void begin(struct fixture *f, const char *files, const struct store_tuning *tuning)
{
	fault_begin(&f->fault, files);
	f->store = sample_open(&f->loop, f->folder, tuning);
	sample_add_centre(&f->sample);
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_DURABLE);
}

static void fail_writes(struct fixture *f, int code, int reason)
{
	atomic_store(&f->fault.reason, reason);
	atomic_store(&f->fault.write_code, code);
}

static enum store_result append_contact(struct fixture *f, unsigned nth)
{
	sample_add_nth(&f->sample, BODY_contact, nth, 0);
	return sample_append(&f->loop, f->store, &f->sample);
}

static void until_it_can_write(struct fixture *f)
{
	while (!f->store->ops->probe(f->store))
		usleep(1000); /* the server asks each second */
}

/* --- the journal's disk ------------------------------------------------------------------------- */

static void refuse_and_recover(struct fixture *f, int code, int reason)
{
	begin(f, "journal.db", &STORE_TUNING);
	fail_writes(f, code, reason);
	assert_int_equal(append_contact(f, 1), STORE_REFUSED);
	assert_int_equal(sample_contacts(f->store), 0); /* reads go on, and nothing was written */
	for (int i = 0; i < 3; i++)
		assert_false(f->store->ops->probe(f->store));
	heal(f);
	until_it_can_write(f);
	f->sample.lsn = 1; /* the core was rebuilt */
	assert_int_equal(append_contact(f, 1), STORE_DURABLE);
	assert_int_equal(sample_contacts(f->store), 1);
}

static void test_a_full_disk_refuses_until_there_is_room(void **state)
{
	refuse_and_recover(*state, SQLITE_FULL, ENOSPC);
}

static void test_a_disk_gone_read_only_refuses_until_it_is_back(void **state)
{
	refuse_and_recover(*state, SQLITE_IOERR_WRITE, EROFS);
}

static void test_an_exceeded_quota_refuses(void **state)
{
	refuse_and_recover(*state, SQLITE_IOERR_WRITE, EDQUOT);
}

static void test_a_refused_first_event_can_come_again(void **state)
{
	struct fixture *f = *state;
	fault_begin(&f->fault, "journal.db");
	f->store = sample_open(&f->loop, f->folder, &STORE_TUNING);
	fail_writes(f, SQLITE_FULL, ENOSPC);
	sample_add_centre(&f->sample);
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_REFUSED);
	heal(f);
	f->sample.lsn = 0;
	sample_add_centre(&f->sample);
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_DURABLE);
}

static void test_a_failed_fsync_leaves_the_outcome_unknown(void **state)
{
	struct fixture *f = *state;
	begin(f, "journal.db", &STORE_TUNING);
	atomic_store(&f->fault.reason, EIO);
	atomic_store(&f->fault.sync_code, SQLITE_IOERR_FSYNC);
	assert_int_equal(append_contact(f, 1), STORE_UNKNOWN);
	heal(f);
	int writes = atomic_load(&f->fault.writes);
	f->sample.lsn = 1;
	assert_int_equal(append_contact(f, 1), STORE_UNKNOWN); /* never again */
	assert_int_equal(atomic_load(&f->fault.writes), writes);
}

static void test_a_failed_write_leaves_the_outcome_unknown(void **state)
{
	struct fixture *f = *state;
	begin(f, "journal.db", &STORE_TUNING);
	fail_writes(f, SQLITE_IOERR_WRITE, EIO);
	assert_int_equal(append_contact(f, 1), STORE_UNKNOWN);
}

static void test_each_append_is_fsynced_before_its_answer(void **state)
{
	struct fixture *f = *state;
	begin(f, "journal.db-wal", &STORE_TUNING);
	for (unsigned i = 0; i < 10; i++) {
		int before = atomic_load(&f->fault.syncs);
		assert_int_equal(append_contact(f, i), STORE_DURABLE);
		assert_true(atomic_load(&f->fault.syncs) > before);
	}
}

/* Found by a disk that was read-only from the last step of a checkpoint on. */
static void test_a_checkpoint_that_a_read_only_disk_breaks_off_loses_nothing(void **state)
{
	struct fixture *f = *state;
	begin(f, "journal.db", &STORE_TUNING);
	atomic_store(&f->fault.reason, EROFS);
	atomic_store(&f->fault.truncate_code, SQLITE_IOERR_TRUNCATE);
	for (unsigned i = 0; i < 2 * JOURNAL_WAL_PAGES; i++) /* each takes a page at least */
		assert_int_equal(append_contact(f, i), STORE_DURABLE);
}

static void test_a_nearly_full_disk_refuses_before_writing(void **state)
{
	struct fixture *f = *state;
	struct store_tuning tuning = STORE_TUNING;
	tuning.free_min = UINT64_MAX; /* more than any disk has */
	fault_begin(&f->fault, "journal.db");
	f->store = sample_open(&f->loop, f->folder, &tuning);
	int writes = atomic_load(&f->fault.writes);
	sample_add_centre(&f->sample);
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_REFUSED);
	assert_int_equal(atomic_load(&f->fault.writes), writes);
	assert_false(f->store->ops->probe(f->store));
	uint64_t free_bytes = disk_free(str_of(f->folder));
	assert_true(free_bytes > 0 && free_bytes < UINT64_MAX);
}

/* --- the tables' disk --------------------------------------------------------------------------- */

static struct store_tuning quick(void)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.projector.gather_ms = 0;
	tuning.projector.lag_ms = 0;
	tuning.projector.retry_ms = 1;
	return tuning;
}

static void test_tables_on_a_full_disk_bound_the_journal_and_catch_up(void **state)
{
	struct fixture *f = *state;
	struct store_tuning tuning = quick();
	begin(f, "sotto.db", &tuning);
	fail_writes(f, SQLITE_FULL, ENOSPC);
	unsigned accepted = 0;
	while (append_contact(f, accepted) == STORE_DURABLE)
		accepted++;
	f->sample.lsn--; /* that one was rolled back */
	assert_in_range(accepted, 0, 2);
	assert_int_equal(sample_contacts(f->store), accepted);
	heal(f);
	until_it_can_write(f);
	assert_int_equal(append_contact(f, accepted), STORE_DURABLE);
	while (f->store->ops->projected(f->store) < f->sample.lsn)
		usleep(1000);
	assert_int_equal(sample_contacts(f->store), accepted + 1);
}

static void test_tables_on_a_broken_disk_end_the_service(void **state)
{
	struct fixture *f = *state;
	struct store_tuning tuning = quick();
	enum store_result result;
	begin(f, "sotto.db", &tuning);
	fail_writes(f, SQLITE_IOERR_WRITE, EIO);
	for (unsigned i = 0; (result = append_contact(f, i)) == STORE_DURABLE; i++)
		continue;
	assert_int_equal(result, STORE_UNKNOWN);
}

static void test_what_the_tables_missed_is_in_them_after_the_next_start(void **state)
{
	struct fixture *f = *state;
	struct store_tuning tuning = sample_tuning_lazy();
	begin(f, "sotto.db", &tuning);
	assert_int_equal(append_contact(f, 1), STORE_DURABLE);
	fail_writes(f, SQLITE_FULL, ENOSPC);
	f->store->ops->close(&f->store); /* does not wait for room for ever */
	heal(f);
	f->store = sample_open(&f->loop, f->folder, &tuning);
	assert_int_equal(f->store->ops->projected(f->store), 2);
	assert_int_equal(sample_contacts(f->store), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_full_disk_refuses_until_there_is_room),
		TEST(test_a_disk_gone_read_only_refuses_until_it_is_back),
		TEST(test_an_exceeded_quota_refuses),
		TEST(test_a_refused_first_event_can_come_again),
		TEST(test_a_failed_fsync_leaves_the_outcome_unknown),
		TEST(test_a_failed_write_leaves_the_outcome_unknown),
		TEST(test_each_append_is_fsynced_before_its_answer),
		TEST(test_a_checkpoint_that_a_read_only_disk_breaks_off_loses_nothing),
		TEST(test_a_nearly_full_disk_refuses_before_writing),
		TEST(test_tables_on_a_full_disk_bound_the_journal_and_catch_up),
		TEST(test_tables_on_a_broken_disk_end_the_service),
		TEST(test_what_the_tables_missed_is_in_them_after_the_next_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
