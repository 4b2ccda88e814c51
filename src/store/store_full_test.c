/* store_full_test.c - no temporary file, ever. */
#include "store/store_fault.h"
#include "store/store_pass.h"
#include "store/store_sample.h"

#include <stdlib.h>

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

static int tear_down(void **state)
{
	struct fixture *f = *state;
	if (f->store)
		f->store->ops->close(&f->store);
	if (f->is_faulty)
		fault_end(&f->fault);
	sample_free(&f->sample);
	sample_folder_remove(&f->folder);
	free(f);
	return 0;
}

/* --- temporary files ---------------------------------------------------------------------------- */

/* All that is read at a start and for verify, with what was open in each table, and SQLite squeezed
 * (main). */
static void test_no_temporary_file_is_ever_asked_for(void **state)
{
	struct fixture *f = *state;
	struct store_tuning lazy = sample_tuning_lazy();
	struct buf got = {0};
	uint64_t events, rows;
	fault_begin(&f->fault, "/");
	f->is_faulty = true;
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
	assert_int_equal(store_verify(str_of(f->folder), &got, &events, &rows), OK);
	assert_int_equal(rows, 1 + (BODY_KINDS - 1) * 200);
	assert_int_equal(atomic_load(&f->fault.temporaries), 0);
	buf_free(&got);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_temporary_file_is_ever_asked_for),
	};
	pass_squeeze();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
