/* store_full_test.c - a start on a disk that takes no writes; and no temporary file, ever. */
#include "store/store_disk.h"
#include "store/store_fault.h"
#include "store/store_pass.h"
#include "store/store_sample.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
	struct sample_loop loop;
	struct sample sample;
	struct fault fault;
	bool is_faulty;
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
	atomic_store(&f->fault.refuses_new, false);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	heal(f);
	if (f->store)
		f->store->ops->close(&f->store);
	if (f->is_faulty)
		fault_end(&f->fault);
	sample_free(&f->sample);
	sample_folder_remove(&f->folder);
	free(f);
	return 0;
}

static void open_store(struct fixture *f)
{
	f->store = sample_open(&f->loop, f->folder, &STORE_TUNING);
}

static enum store_result append_contact(struct fixture *f, unsigned nth)
{
	sample_add_nth(&f->sample, BODY_contact, nth, 0);
	return sample_append(&f->loop, f->store, &f->sample);
}

/* --- a store that was left, and its disk as it is found ----------------------------------------- */

#define CONTACTS 3

static void live(struct fixture *f, const struct store_tuning *tuning)
{
	f->store = sample_open(&f->loop, f->folder, tuning);
	sample_add_centre(&f->sample);
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_DURABLE);
	for (unsigned i = 1; i <= CONTACTS; i++)
		assert_int_equal(append_contact(f, i), STORE_DURABLE);
}

/* As kill -9 leaves it: with a WAL, the tables behind. */
static void leave_killed(struct fixture *f)
{
	pid_t child = fork();
	if (child == 0) {
		struct store_tuning lazy = sample_tuning_lazy();
		live(f, &lazy);
		_exit(0);
	}
	int status;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	f->sample.lsn = 1 + CONTACTS;
}

static void leave_closed(struct fixture *f)
{
	live(f, &STORE_TUNING);
	f->store->ops->close(&f->store);
}

struct disk_state {
	const char *files; /* which ones are on it */
	int write_code, reason;
	bool refuses_new;
};

static void find_disk(struct fixture *f, const struct disk_state *disk)
{
	fault_begin(&f->fault, disk->files);
	f->is_faulty = true;
	atomic_store(&f->fault.reason, disk->reason);
	atomic_store(&f->fault.write_code, disk->write_code);
	atomic_store(&f->fault.refuses_new, disk->refuses_new);
}

static const struct disk_state disks[] = {
	{"/", SQLITE_FULL, ENOSPC, true},
	{"/", SQLITE_FULL, ENOSPC, false},
	{"/", SQLITE_IOERR_WRITE, EROFS, true},
	{"/", SQLITE_IOERR_WRITE, EDQUOT, true},
	{"/", SQLITE_OK, ENOSPC, true}, /* bytes, but no more names */
	{"journal.db", SQLITE_FULL, ENOSPC, true},
	{"journal.db", SQLITE_IOERR_WRITE, EFBIG, false},
	{"sotto.db", SQLITE_FULL, ENOSPC, true},
};
#define DISKS (sizeof disks / sizeof disks[0])

/* --- starting on it ----------------------------------------------------------------------------- */

static void assert_refuses(struct fixture *f)
{
	assert_int_equal(append_contact(f, 77), STORE_REFUSED);
	f->sample.lsn--;
	for (int i = 0; i < 3; i++) {
		assert_false(f->store->ops->probe(f->store));
		usleep(1000);
	}
	assert_int_equal(sample_contacts(f->store), CONTACTS);
}

static void assert_recovers(struct fixture *f)
{
	struct store_verified found;
	struct buf differences = {0};
	while (!f->store->ops->probe(f->store))
		usleep(1000); /* the server asks each second */
	assert_true(f->store->ops->takes_writes(f->store));
	assert_int_equal(append_contact(f, 99), STORE_DURABLE);
	assert_int_equal(sample_contacts(f->store), CONTACTS + 1);
	f->store->ops->close(&f->store);
	if (store_verify(str_of(f->folder), &differences, &found) != OK)
		fail_msg("%.*s", STR_ARGS(buf_str(&differences)));
	assert_int_equal(found.events, 1 + CONTACTS + 1);
	buf_free(&differences);
}

static void start_on_each(struct fixture *f, void (*leave)(struct fixture *f))
{
	for (size_t i = 0; i < DISKS; i++) {
		leave(f);
		find_disk(f, &disks[i]);
		open_store(f);
		assert_false(f->store->ops->takes_writes(f->store));
		assert_int_equal(sample_contacts(f->store), CONTACTS);
		assert_refuses(f);
		heal(f);
		assert_recovers(f);
		fault_end(&f->fault);
		f->is_faulty = false;
		sample_folder_remove(&f->folder);
		f->folder = sample_folder();
		f->sample.lsn = 0;
	}
}

static void test_a_start_on_a_disk_that_takes_no_writes_reads_what_kill_9_left(void **state)
{
	start_on_each(*state, leave_killed);
}

static void test_a_start_on_a_disk_that_takes_no_writes_reads_what_was_closed(void **state)
{
	start_on_each(*state, leave_closed);
}

static void test_what_only_is_read_is_left_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct store_verified found;
	struct buf differences = {0};
	leave_killed(f);
	find_disk(f, &disks[0]);
	open_store(f);
	assert_int_equal(sample_contacts(f->store), CONTACTS);
	/* beside it, and once it is closed */
	assert_int_equal(store_verify(str_of(f->folder), &differences, &found), OK);
	f->store->ops->close(&f->store);
	assert_int_equal(store_verify(str_of(f->folder), &differences, &found), OK);
	assert_int_equal(found.events, 1 + CONTACTS);
	heal(f);
	open_store(f);
	assert_int_equal(sample_contacts(f->store), CONTACTS);
	buf_free(&differences);
}

/* Somebody who does not ask for the lock. */
static void test_a_journal_that_somebody_else_wrote_to_meanwhile_ends_the_service(void **state)
{
	struct fixture *f = *state;
	leave_closed(f);
	find_disk(f, &disks[0]);
	open_store(f);
	heal(f);
	sample_sql(f->folder, "journal.db", "UPDATE owner SET epoch = epoch + 1");
	while (!f->store->ops->probe(f->store))
		usleep(1000);
	assert_int_equal(append_contact(f, 99), STORE_UNKNOWN);
}

/* --- what is no reason to serve ----------------------------------------------------------------- */

static void test_an_empty_folder_on_a_full_disk_is_refused(void **state)
{
	struct fixture *f = *state;
	find_disk(f, &disks[0]);
	sample_refused(&f->loop, f->folder,
		"the disk takes no writes, and journal.db: nothing is in it yet");
	heal(f);
	open_store(f);
}

static void test_a_damaged_file_on_a_full_disk_is_refused(void **state)
{
	struct fixture *f = *state;
	leave_closed(f);
	sample_sql(f->folder, "sotto.db", "PRAGMA user_version=99");
	find_disk(f, &disks[0]);
	sample_refused(&f->loop, f->folder, "has schema 99, made by a newer program");
}

static void test_files_that_we_may_not_write_are_refused(void **state)
{
	struct fixture *f = *state;
	struct buf path = {0};
	bool is_root = geteuid() == 0;
	leave_closed(f);
	buf_printf(&path, "%s/journal.db", f->folder);
	buf_put_byte(&path, '\0');
	assert_int_equal(chmod(path.at, 0444), 0);
	if (is_root) {
		assert_int_equal(chmod(f->folder, 0777), 0);
		path.len = 0;
		buf_printf(&path, "%s/lock", f->folder);
		buf_put_byte(&path, '\0');
		assert_int_equal(chmod(path.at, 0666), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	sample_refused(&f->loop, f->folder, "journal.db: cannot");
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	buf_free(&path);
}

static void test_a_removed_lock_file_lets_no_second_owner_in(void **state)
{
	struct fixture *f = *state;
	struct buf path = {0};
	struct sample_owner owner = sample_owner_begin(&f->loop, f->folder);
	buf_printf(&path, "%s/lock", f->folder);
	buf_put_byte(&path, '\0');
	assert_int_equal(unlink(path.at), 0);
	sample_refused(&f->loop, f->folder, "is open already");
	sample_owner_end(&owner);
	buf_free(&path);
}

/* --- asking the disk ---------------------------------------------------------------------------- */

/* No file may grow beyond the limit, as on a disk with so much room. */
static void test_a_disk_is_asked_by_trying(void **state)
{
	struct fixture *f = *state;
	struct rlimit usual, small;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
	small = usual;
	signal(SIGXFSZ, SIG_IGN);
	small.rlim_cur = 64 * 1024 - 1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bool is_refused = disk_refuses(str_of(f->folder));
	small.rlim_cur = 64 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bool is_refused_at_limit = disk_refuses(str_of(f->folder));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
	assert_true(is_refused);
	assert_false(is_refused_at_limit);
	assert_false(disk_refuses(STR("/nowhere at all"))); /* wrong, but not the disk's doing */
	assert_int_equal(rmdir(f->folder), 0);              /* nothing of it remained */
	assert_int_equal(mkdir(f->folder, 0700), 0);
}

/* --- temporary files ---------------------------------------------------------------------------- */

/* All that is read at a start and for verify, with what was open in each table, and SQLite squeezed
 * (main). */
static void test_no_temporary_file_is_ever_asked_for(void **state)
{
	struct fixture *f = *state;
	static const struct disk_state well = {"/", SQLITE_OK, 0, false};
	struct store_tuning lazy = sample_tuning_lazy();
	struct buf got = {0};
	struct store_verified found;
	find_disk(f, &well);
	f->store = sample_open(&f->loop, f->folder, &lazy);
	sample_add_centre(&f->sample);
	for (enum body_kind kind = BODY_centre + 1; kind < BODY_KINDS; kind++)
		for (unsigned nth = 1; nth <= 200; nth++)
			sample_add_nth(&f->sample, kind, nth, 0);
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_DURABLE);
	sample_load(f->store, &got, false);
	f->store->ops->close(&f->store);
	f->store = sample_open(&f->loop, f->folder, &lazy);
	sample_load(f->store, &got, false);
	assert_int_equal(store_verify(str_of(f->folder), &got, &found), OK);
	assert_int_equal(found.rows, 1 + (BODY_KINDS - 1) * 200);
	assert_int_equal(atomic_load(&f->fault.temporaries), 0);
	buf_free(&got);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_start_on_a_disk_that_takes_no_writes_reads_what_kill_9_left),
		TEST(test_a_start_on_a_disk_that_takes_no_writes_reads_what_was_closed),
		TEST(test_what_only_is_read_is_left_as_it_was),
		TEST(test_a_journal_that_somebody_else_wrote_to_meanwhile_ends_the_service),
		TEST(test_an_empty_folder_on_a_full_disk_is_refused),
		TEST(test_a_damaged_file_on_a_full_disk_is_refused),
		TEST(test_files_that_we_may_not_write_are_refused),
		TEST(test_a_removed_lock_file_lets_no_second_owner_in),
		TEST(test_a_disk_is_asked_by_trying),
		TEST(test_no_temporary_file_is_ever_asked_for),
	};
	pass_squeeze();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
