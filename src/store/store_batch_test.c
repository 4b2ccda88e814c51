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

/* Notes of a user, from this number on, `bytes` in all at least. */
static struct buf notes_from(uint64_t *number, size_t bytes)
{
	struct buf packed = {0};
	while (packed.len < bytes)
		told_pack(&packed, &(struct told_note) {.user = STR("U"), .number = (*number)++});
	return packed;
}

static void what_users_were_told_is_read_in_order_however_long_it_is(void **state)
{
	static const size_t lengths[] = {1, 500, BATCH_NOTES_COPIED_MAX + 1, 0, 1,
		2 * BATCH_NOTES_COPIED_MAX, BATCH_NOTES_COPIED_MAX - 200, 7};
	struct batch *batch = make();
	size_t bytes = batch_bytes(batch);
	uint64_t count = 0, read = 0;
	struct batch_place at = batch_notes(batch);
	struct told_note note;
	assert_false(batch_next_note(&at, &note));
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct buf packed = notes_from(&count, lengths[i]);
		bytes += packed.len;
		batch_keep(batch, &packed);
		assert_int_equal(packed.len, 0);
		buf_free(&packed);
	}
	assert_true(batch_bytes(batch) >= bytes);
	for (at = batch_notes(batch); batch_next_note(&at, &note); read++)
		assert_int_equal(note.number, read);
	assert_int_equal(read, count);
	batch_free(&batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_read),
		cmocka_unit_test(what_users_were_told_is_read_in_order_however_long_it_is),
		cmocka_unit_test(what_is_packed_is_put_as_it_is),
		cmocka_unit_test(a_line_of_batches_is_freed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
