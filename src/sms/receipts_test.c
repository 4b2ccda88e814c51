/* receipts_test.c - receipts whose texts are not known, or not yet: what waits, what is to come again, what is dropped. */
#include "sms/receipts.h"
#include "sms/sms_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOTHING_YET (-1)

/* Receipts on a bench of their own, beside those of its link. */
struct room {
	struct bench *bench;
	struct connector connector;
	struct sms_receipts *receipts;
	int answers[4];   /* by token: enum connector_answer, or NOTHING_YET */
	bool is_awaited;  /* the id of some text is */
	msec left_latest; /* ... that left then */
};

static struct room *room_of(struct connector *connector)
{
	return (struct room *)((char *)connector - offsetof(struct room, connector));
}

static void on_answer(struct connector *connector, uint64_t token, enum connector_answer what)
{
	struct room *room = room_of(connector);
	assert_int_equal(room->answers[token], NOTHING_YET);
	room->answers[token] = (int)what;
}

static void on_tell_answers(void *ctx)
{
}

static bool on_awaits_id(void *ctx, msec left_by)
{
	const struct room *room = ctx;
	return room->is_awaited && room->left_latest <= left_by;
}

static int setup(void **state)
{
	static const struct connector_ops ops = {.answer = on_answer};
	struct room *room = mem_new(sizeof *room);
	room->bench = bench_new(3, 10);
	room->connector = (struct connector) {.ops = &ops, .comes_again = true};
	for (size_t i = 0; i < sizeof room->answers / sizeof *room->answers; i++)
		room->answers[i] = NOTHING_YET;
	const struct sms_world world = {.net = room->bench->net, .port = &room->bench->port};
	const struct receipts_handler handler = {
		.ctx = room, .tell_answers = on_tell_answers, .awaits_id = on_awaits_id};
	room->receipts = sms_receipts_new(&world, STR("m1"), &room->connector, &handler);
	*state = room;
	return 0;
}

static int teardown(void **state)
{
	struct room *room = *state;
	sms_receipts_free(&room->receipts);
	bench_free(room->bench);
	free(room);
	return 0;
}

static void comes(struct room *room, uint64_t token, const char *id)
{
	const struct connector_message message = {.token = token,
		.is_receipt = true,
		.smsc_id = str_of(id),
		.delivery = DELIVERY_DELIVERED};
	sms_receipts_received(room->receipts, &message);
	bench_run(room->bench, 10);
}

static void some_text_is_awaited(struct room *room)
{
	room->is_awaited = true;
	room->left_latest = net_now(room->bench->net);
}

static void test_whose_text_nobody_will_know_is_answered_and_dropped(void **state)
{
	struct room *room = *state;
	comes(room, 0, "of another system");
	assert_int_equal(room->answers[0], ANSWER_OK);
}

static void test_whose_text_is_not_known_in_time_is_to_come_again(void **state)
{
	struct room *room = *state;
	some_text_is_awaited(room);
	comes(room, 0, "early");
	bench_run(room->bench, RECEIPT_WAIT_MS - 20);
	assert_int_equal(room->answers[0], NOTHING_YET);
	bench_run(room->bench, 20);
	assert_int_equal(room->answers[0], ANSWER_NOT_YET);
}

/* It holds up what is behind it: over SMPP, receipts of texts that are known. */
static void test_what_would_hold_up_others_is_not_to_come_again(void **state)
{
	struct room *room = *state;
	room->connector.comes_again = false;
	some_text_is_awaited(room);
	comes(room, 0, "early");
	bench_run(room->bench, RECEIPT_WAIT_MS);
	assert_int_equal(room->answers[0], ANSWER_OK);
}

/* There are always some on their way: they are asked for no longer than those that can be meant. */
static void test_texts_that_left_after_it_came_do_not_count(void **state)
{
	struct room *room = *state;
	some_text_is_awaited(room);
	comes(room, 0, "of another system");
	some_text_is_awaited(room);
	bench_run(room->bench, RECEIPT_WAIT_MS);
	assert_int_equal(room->answers[0], ANSWER_OK);
}

static void test_its_text_becomes_known_while_it_waits(void **state)
{
	struct room *room = *state;
	some_text_is_awaited(room);
	room->bench->carrier.is_mute = true;
	bench_send(room->bench, BENCH_PHONE, "Hello");
	bench_run(room->bench, 10);
	comes(room, 0, "first");
	comes(room, 1, "other");
	carrier_answer(&room->bench->carrier, 0, ESME_ROK, "first");
	bench_run(room->bench, 10);
	sms_receipts_id_known(room->receipts, STR("first"));
	bench_run(room->bench, 10);
	assert_int_equal(room->answers[0], ANSWER_OK);
	assert_int_equal(room->answers[1], NOTHING_YET);
	assert_string_equal(bench_delivery(room->bench, 1), "delivered");
}

static void test_while_the_store_takes_nothing_it_is_to_come_again(void **state)
{
	struct room *room = *state;
	room->bench->is_refusing = true;
	comes(room, 0, "any");
	assert_int_equal(room->answers[0], ANSWER_ERROR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whose_text_nobody_will_know_is_answered_and_dropped),
		TEST(test_whose_text_is_not_known_in_time_is_to_come_again),
		TEST(test_what_would_hold_up_others_is_not_to_come_again),
		TEST(test_texts_that_left_after_it_came_do_not_count),
		TEST(test_its_text_becomes_known_while_it_waits),
		TEST(test_while_the_store_takes_nothing_it_is_to_come_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
