/* store_fixture.h - for tests of a store in a folder: made anew for each, and removed. */
#ifndef STORE_STORE_FIXTURE_H
#define STORE_STORE_FIXTURE_H

#include "store/store_sample.h"

struct fixture {
	struct sample_loop loop;
	struct sample sample;
	char *folder;
	struct store *store;          /* NULL: closed */
	struct journal_reader reader; /* closed at the end, if it is open */
	struct buf got, expected;
};

int set_up(void **state);
int tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

void open_store(struct fixture *f);
void open_lazy(struct fixture *f); /* its tables are written only at the end */
void close_store(struct fixture *f);
void append(struct fixture *f); /* all of the sample's events: they are DURABLE */

#endif
