/* store_batch_test.c - what is put into a batch is read from it, however often it has moved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/store_batch.h"

#define EVENTS 200

static struct str text_of(char room[EVENTS + 1], unsigned nth)
{
	memset(room, 'a' + (int)(nth % 26), nth);
	return str_from(room, nth);
}

static void assert_reads(const struct store_event *packed, unsigned nth)
{
	char text[EVENTS + 1], asker[EVENTS + 1];
	union any_body room;
	struct event event;
	assert_int_equal(packed->lsn, 7 + nth);
	assert_true(event_unpack(packed, &room, &event));
	assert_int_equal(event.at, -(msec)nth);
	assert_int_equal(event.kind, EV_MESSAGE_ADDED);
	assert_true(str_eq(room.message.text, text_of(text, nth)));
	assert_true(str_eq(event.cause->asker, text_of(asker, EVENTS - nth)));
	assert_int_equal(event.cause->reference, nth);
}

/* Texts and askers of every length, so that each kind of gap stands between two events. */
static struct batch *make(void)
{
	struct batch *batch = NULL;
	for (unsigned nth = 0; nth < EVENTS; nth++) {
		char text[EVENTS + 1], asker[EVENTS + 1];
		const struct body_message body = {.text = text_of(text, nth)};
		const struct cause cause = {
			7, CAUSE_SEND_MESSAGE, text_of(asker, EVENTS - nth), nth};
		batch_add(&batch, &(struct event) {.kind = EV_MESSAGE_ADDED,
					  .lsn = 7 + nth,
					  .at = -(msec)nth,
					  .cause = &cause,
					  .body = &body});
	}
	return batch;
}

static void what_was_added_is_read(void **state)
{
	struct batch *batch = make();
	struct store_event event;
	unsigned nth = 0;
	for (size_t at = 0; batch_read(batch, &at, &event); nth++)
		assert_reads(&event, nth);
	assert_int_equal(nth, EVENTS);
	assert_int_equal(batch->count, EVENTS);
	assert_int_equal(batch->first, 7);
	assert_int_equal(batch_last(batch), 7 + EVENTS - 1);
	batch_free(&batch);
	assert_null(batch);
}

static void what_is_packed_is_put_as_it_is(void **state)
{
	struct batch *batch = make(), *copy = NULL;
	struct store_event event;
	unsigned nth = 0;
	for (size_t at = 0; batch_read(batch, &at, &event);)
		batch_put(&copy, &event);
	for (size_t at = 0; batch_read(copy, &at, &event); nth++)
		assert_reads(&event, nth);
	assert_int_equal(nth, EVENTS);
	assert_int_equal(copy->used, batch->used);
	batch_free(&batch);
	batch_free(&copy);
}

static void a_line_of_batches_is_freed(void **state)
{
	struct batch *line = make();
	line->next = make();
	batches_free(&line);
	assert_null(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_read),
		cmocka_unit_test(what_is_packed_is_put_as_it_is),
		cmocka_unit_test(a_line_of_batches_is_freed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
