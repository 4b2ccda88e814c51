/* store_fixture.c - opening and closing. */
#include "store/store_fixture.h"

#include <stdlib.h>

int set_up(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	sample_loop_init(&f->loop);
	f->folder = sample_folder();
	*state = f;
	return 0;
}

int tear_down(void **state)
{
	struct fixture *f = *state;
	if (f->store)
		f->store->ops->close(&f->store);
	journal_reader_close(&f->reader);
	sample_free(&f->sample);
	sample_folder_remove(&f->folder);
	buf_free(&f->got);
	buf_free(&f->expected);
	free(f);
	return 0;
}

void open_store(struct fixture *f)
{
	f->store = sample_open(&f->loop, f->folder, &STORE_TUNING);
}

void open_lazy(struct fixture *f)
{
	struct store_tuning lazy = sample_tuning_lazy();
	f->store = sample_open(&f->loop, f->folder, &lazy);
}

void close_store(struct fixture *f)
{
	f->store->ops->close(&f->store);
	assert_null(f->store);
}

void append(struct fixture *f)
{
	assert_int_equal(sample_append(&f->loop, f->store, &f->sample), STORE_DURABLE);
}
