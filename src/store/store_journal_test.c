/* store_journal_test.c - the journal's rows: what each says beside its event. */
#include "store/store_sample.h"

#include <stdlib.h>

struct fixture {
	struct sample_loop loop;
	struct sample sample;
	char *folder;
	struct journal_reader reader;
	struct store_event event; /* the last one read */
};

static int set_up(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	sample_loop_init(&f->loop);
	f->folder = sample_folder();
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	journal_reader_close(&f->reader);
	sample_free(&f->sample);
	sample_folder_remove(&f->folder);
	free(f);
	return 0;
}

/* A closed store whose journal has so many events. */
static void fill(struct fixture *f, unsigned events)
{
	struct store *store = sample_open(&f->loop, f->folder, &STORE_TUNING);
	sample_add_centre(&f->sample);
	for (unsigned nth = 1; nth < events; nth++)
		sample_add_nth(&f->sample, BODY_contact, nth, 0);
	assert_int_equal(sample_append(&f->loop, store, &f->sample), STORE_DURABLE);
	store->ops->close(&store);
}

static void open_reader(struct fixture *f)
{
	struct buf why = {0};
	assert_int_equal(journal_reader_open(&f->reader, str_of(f->folder), 0, &why), OK);
	buf_free(&why);
}

static const struct store_event *next(struct fixture *f)
{
	struct buf why = {0};
	assert_int_equal(journal_reader_next(&f->reader, &f->event, &why), JOURNAL_EVENT);
	buf_free(&why);
	return &f->event;
}

static void test_rows_know_their_command_and_who_asked(void **state)
{
	struct fixture *f = *state;
	fill(f, 3);
	open_reader(f);
	for (uint64_t lsn = 1; lsn <= 3; lsn++) {
		const struct cause *cause = &next(f)->cause;
		struct str asker = arena_printf(&f->sample.arena, "user%u", (unsigned)lsn);
		assert_int_equal(cause->command, lsn);
		assert_int_equal(cause->kind, CAUSE_SEND_MESSAGE);
		assert_true(str_eq(cause->asker, asker));
		assert_int_equal(cause->reference, UINT64_MAX - lsn);
	}
}

/* Rows 2 and 3 have one time, 4 has another; 5 was written since. */
static void test_older_rows_of_one_time_are_not_parted(void **state)
{
	static const uint64_t commands[] = {1, 2, 2, 4, 5};
	struct fixture *f = *state;
	fill(f, 5);
	sample_sql(f->folder, "journal.db",
		"UPDATE journal SET command = 0, cause = 0, asker = '', reference = 0"
		" WHERE lsn < 5; UPDATE journal SET at = 7 WHERE lsn IN (2, 3)");
	open_reader(f);
	for (unsigned again = 0; again < 2; again++) {
		for (size_t i = 0; i < 5; i++)
			assert_int_equal(next(f)->cause.command, commands[i]);
		journal_reader_again(&f->reader);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows_know_their_command_and_who_asked),
		TEST(test_older_rows_of_one_time_are_not_parted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
