/* sms_test.c - links: connecting, reconnecting, garbage, pausing, stopping; several at a time. */
#include "sms/sms_bench.h"
#include "wire/smpp_receipt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sms/unread.h"

static int setup(void **state)
{
	*state = bench_new(10, 10);
	return 0;
}

static int teardown(void **state)
{
	bench_free(*state);
	return 0;
}

static void on_stopped(void *ctx)
{
	((struct bench *)ctx)->stopped++;
}

static void test_a_link_binds_at_the_start(void **state)
{
	struct bench *b = *state;
	assert_true(b->carrier.is_bound);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
	assert_false(sms_link_is_bound(b->sms, STR("m2")));
}

static void test_a_lost_connection_is_made_again(void **state)
{
	struct bench *b = *state;
	struct buf trouble = {0};
	carrier_hang_up(&b->carrier);
	bench_run(b, 100);
	assert_false(sms_link_is_bound(b->sms, STR("m1")));
	sms_link_trouble(b->sms, STR("m1"), &trouble);
	buf_put_byte(&trouble, '\0');
	assert_non_null(strstr(trouble.at, "the connection to "));
	trouble.len = 0;
	bench_run(b, 1000);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
	sms_link_trouble(b->sms, STR("m1"), &trouble);
	assert_int_equal(trouble.len, 0);
	buf_free(&trouble);
	assert_int_equal(b->carrier.connections, 2);
}

/* Pauses between attempts against a peer that says rubbish. */
static void assert_pauses_double(const struct carrier *c, unsigned first, unsigned count)
{
	msec least = SMS_BACKOFF_FIRST_MS;
	for (unsigned i = first; i + 1 < first + count; i++) {
		msec pause = c->connected_at[i + 1] - c->connected_at[i];
		assert_in_range(pause, least, least + least / 4 + 20);
		least = least * 2 < SMS_BACKOFF_LAST_MS ? least * 2 : SMS_BACKOFF_LAST_MS;
	}
}

static void test_garbage_ends_the_connection_and_pauses_double_up_to_half_a_minute(void **state)
{
	struct bench *b = *state;
	b->carrier.garbage = "HTTP/1.1 400 Bad Request\r\nServer: not an SMSC at all\r\n\r\n";
	carrier_hang_up(&b->carrier);
	bench_run(b, 300000);
	assert_in_range(b->carrier.connections, 11, 16);
	assert_pauses_double(&b->carrier, 1, 1);
	for (unsigned i = 2; i + 1 < b->carrier.connections; i++) {
		msec pause = b->carrier.connected_at[i + 1] - b->carrier.connected_at[i];
		assert_in_range(pause, SMS_BACKOFF_FIRST_MS, SMS_BACKOFF_LAST_MS * 5 / 4 + 20);
		assert_true(pause > b->carrier.connected_at[i] - b->carrier.connected_at[i - 1] ||
			    pause >= SMS_BACKOFF_LAST_MS);
	}
	b->carrier.garbage = NULL;
	bench_run(b, 40000);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
}

static void test_after_a_steady_bind_the_pauses_begin_anew(void **state)
{
	struct bench *b = *state;
	b->carrier.garbage = "rubbish, rubbish, rubbish";
	carrier_hang_up(&b->carrier);
	bench_run(b, 60000);
	b->carrier.garbage = NULL;
	bench_run(b, 40000 + 30000);
	assert_true(b->carrier.is_bound);
	unsigned connections = b->carrier.connections;
	carrier_hang_up(&b->carrier);
	bench_run(b, 700);
	assert_int_equal(b->carrier.connections, connections + 1);
}

static void test_garbage_inside_a_bind_harms_that_bind_only(void **state)
{
	struct bench *b = *state;
	struct carrier *other = mem_new(sizeof *other);
	carrier_open(other, b->net, 2776);
	bench_add_link(b, "m2", 2776, "secret", 10);
	bench_run(b, 100);
	assert_true(sms_link_is_bound(b->sms, STR("m2"))); /* added while running */
	net_write(other->conn, STR("\xFF\xFF\xFF\xFF garbage garbage garbage"));
	bench_run(b, 50);
	assert_false(sms_link_is_bound(b->sms, STR("m2")));
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 10);
	assert_true(b->carrier.answered[n]);
	bench_run(b, 1000);
	assert_true(sms_link_is_bound(b->sms, STR("m2")));
	assert_int_equal(b->carrier.connections, 1);
	sms_free(&b->sms);
	carrier_close(other);
	bench_run(b, 10);
	free(other);
}

static void test_a_wrong_password_is_tried_again_with_pauses(void **state)
{
	struct bench *b = *state;
	b->carrier.password = "other";
	carrier_hang_up(&b->carrier);
	bench_run(b, 10000);
	assert_false(sms_link_is_bound(b->sms, STR("m1")));
	assert_in_range(b->carrier.connections, 3, 6);
	b->carrier.password = "secret";
	bench_run(b, 20000);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
}

#define SIXTEEN "0123456789abcdef"
static void test_a_password_longer_than_any_smsc_gives_keeps_the_link_down(void **state)
{
	struct bench *b = *state;
	bench_add_link(b, "exact", 2775, SIXTEEN SIXTEEN SIXTEEN SIXTEEN, 10);
	bench_add_link(b, "over", 2775, SIXTEEN SIXTEEN SIXTEEN SIXTEEN "0", 10);
	bench_run(b, 50);
	assert_int_equal(b->carrier.connections, 2);
	assert_false(sms_link_is_bound(b->sms, STR("over")));
}

static void test_a_silent_line_is_asked_whether_it_lives(void **state)
{
	struct bench *b = *state;
	bench_run(b, 3 * SMPP_ENQUIRE_MS);
	assert_int_equal(b->carrier.connections, 1);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
	smpp_bind_free(&b->carrier.bind); /* the carrier hears and says nothing from now on */
	bench_run(b, SMPP_ENQUIRE_MS + SMPP_ALIVE_MS + 100);
	assert_false(sms_link_is_bound(b->sms, STR("m1")));
}

/* What a peer that does not read can make us keep, and what is on its way on the line. */
#define FLOOD_TAKEN_MAX (UNREAD_BYTES_MAX + 5 * 64 * 1024)

static void test_a_carrier_that_does_not_read_is_not_read_either_until_it_does(void **state)
{
	struct bench *b = *state;
	size_t len = carrier_flood(&b->carrier);
	bench_run(b, UNREAD_STUCK_MS - 1000);
	assert_true(net_unsent(b->carrier.conn) > len - FLOOD_TAKEN_MAX);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
	net_read(b->carrier.conn, true);
	bench_run(b, 1000);
	assert_int_equal(net_unsent(b->carrier.conn), 0);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 2 * UNREAD_STUCK_MS);
	assert_true(b->carrier.answered[n]);
	assert_int_equal(b->carrier.connections, 1);
}

static void test_a_carrier_that_never_reads_is_left_and_tried_again(void **state)
{
	struct bench *b = *state;
	carrier_flood(&b->carrier);
	bench_run(b, UNREAD_STUCK_MS - 100);
	assert_int_equal(b->carrier.connections, 1);
	bench_run(b, 100 + 1000);
	assert_int_equal(b->carrier.connections, 2);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
}

static void test_a_pause_and_a_carrier_that_does_not_read_do_not_undo_each_other(void **state)
{
	struct bench *b = *state;
	size_t len = carrier_flood(&b->carrier);
	bench_run(b, 1000);
	sms_pause(b->sms, true);
	sms_pause(b->sms, false); /* the carrier still does not read */
	bench_run(b, 1000);
	assert_true(net_unsent(b->carrier.conn) > len - FLOOD_TAKEN_MAX);
	sms_pause(b->sms, true);
	net_read(b->carrier.conn, true); /* reads now, but the store is slow */
	bench_run(b, 1000);
	assert_true(net_unsent(b->carrier.conn) > len - FLOOD_TAKEN_MAX);
	sms_pause(b->sms, false);
	bench_run(b, 1000);
	assert_int_equal(net_unsent(b->carrier.conn), 0);
}

static void test_a_stop_ends_in_time_though_the_carrier_does_not_read(void **state)
{
	struct bench *b = *state;
	size_t len = carrier_flood(&b->carrier);
	bench_run(b, 1000);
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, 3000);
	assert_true(net_unsent(b->carrier.conn) > len - FLOOD_TAKEN_MAX);
	bench_run(b, SMPP_ALIVE_MS);
	assert_int_equal(b->stopped, 1);
}

/* Our disk is slow, so nothing is read; the carrier has answered long ago. */
static void test_what_was_not_read_is_not_late(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	bench_send(b, BENCH_PHONE, "Hello you");
	bench_run(b, 10);
	sms_pause(b->sms, true);
	carrier_answer(&b->carrier, 0, ESME_ROK, "m1");
	bench_run(b, SMPP_ENQUIRE_MS + 2 * SMPP_RESPONSE_MS);
	sms_pause(b->sms, false);
	bench_run(b, 100);
	assert_int_equal(b->carrier.connections, 1);
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
	assert_string_equal(bench_delivery(b, 1), "sent");
	assert_int_equal(b->carrier.submit_count, 1);
	bench_run(
		b, 3 * SMPP_ENQUIRE_MS); /* the clock goes on: the line is asked whether it lives */
	assert_true(sms_link_is_bound(b->sms, STR("m1")));
	smpp_bind_free(&b->carrier.bind);
	bench_run(b, SMPP_ENQUIRE_MS + SMPP_ALIVE_MS + 100);
	assert_false(sms_link_is_bound(b->sms, STR("m1")));
}

static void test_a_paused_link_reads_nothing_and_goes_on_where_it_was(void **state)
{
	struct bench *b = *state;
	sms_pause(b->sms, true);
	unsigned n = carrier_write(&b->carrier, BENCH_PHONE, "Hello");
	bench_run(b, 1000);
	assert_int_equal(bench_sessions(b), 0);
	sms_pause(b->sms, false);
	bench_run(b, 10);
	assert_int_equal(bench_sessions(b), 1);
	assert_true(b->carrier.answered[n]);
}

static void test_a_stop_waits_for_answers_then_unbinds(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	bench_send(b, BENCH_PHONE, "last");
	bench_run(b, 10);
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, 1000);
	assert_int_equal(b->stopped, 0);
	assert_true(b->carrier.is_bound);
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 50);
	assert_int_equal(b->stopped, 1);
	assert_true(b->carrier.was_unbound);
	assert_string_equal(bench_delivery(b, 1), "sent");
	bench_run(b, 60000);
	assert_int_equal(b->carrier.connections, 1);
}

static void test_a_stop_ends_in_time_though_the_carrier_says_nothing(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	bench_send(b, BENCH_PHONE, "last");
	bench_run(b, 10);
	smpp_bind_free(&b->carrier.bind);
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, SMPP_ALIVE_MS);
	assert_int_equal(b->stopped, 1);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
}

/* Whoever stops us takes the core away next. */
static void test_a_stop_while_a_text_pauses_is_an_end(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RSYSERR;
	bench_send(b, BENCH_PHONE, "waits");
	bench_run(b, 10);
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, 500);
	assert_int_equal(b->stopped, 1);
	struct core *core = b->core;
	b->core = NULL;
	bench_run(b, 60000);
	b->core = core;
}

static void test_a_stop_while_a_link_is_down_needs_no_carrier(void **state)
{
	struct bench *b = *state;
	net_listener_close(&b->carrier.listener);
	carrier_hang_up(&b->carrier);
	bench_run(b, 5000);
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, 10);
	assert_int_equal(b->stopped, 1);
}

static void test_a_stop_without_answers_to_wait_for_is_quick(void **state)
{
	struct bench *b = *state;
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, 10);
	assert_int_equal(b->stopped, 1);
	assert_true(b->carrier.was_unbound);
}

static void test_texts_wait_for_a_link_that_is_down(void **state)
{
	struct bench *b = *state;
	carrier_hang_up(&b->carrier);
	bench_run(b, 10);
	bench_send(b, BENCH_PHONE, "later");
	bench_run(b, 100);
	assert_int_equal(b->carrier.submit_count, 0);
	bench_run(b, 1000);
	assert_int_equal(b->carrier.submit_count, 1);
	assert_string_equal(bench_delivery(b, 1), "sent");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* --- several links of one carrier ------------------------------------------------------------- */

static void add_link_of_carrier(struct bench *b, const char *name, unsigned port)
{
	const struct body_link link = {.name = str_of(name),
		.host = STR("127.0.0.1"),
		.port = port,
		.system_id = STR("sotto"),
		.window = 10,
		.carrier = STR("big")};
	uint64_t lsn;
	assert_int_equal(
		bench_apply(b, &(struct command) {.kind = CMD_ADD_LINK, .new_link = &link}, &lsn),
		OK);
}

static void add_queue(struct bench *b, const char *number, const char *link)
{
	const struct body_queue queue = {
		.name = str_of(link), .number = str_of(number), .link = str_of(link)};
	uint64_t lsn;
	assert_int_equal(
		bench_apply(
			b, &(struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue}, &lsn),
		OK);
}

static void test_a_carrier_hears_of_a_link_once_it_is_on_disk(void **state)
{
	struct bench *b = *state;
	struct carrier other = {0};
	carrier_open(&other, b->net, 2781);
	b->is_manual = true;
	add_link_of_carrier(b, "n1", 2781);
	bench_run(b, 1000);
	assert_int_equal(other.connections, 0);
	bench_commit(b);
	bench_run(b, 1000);
	assert_true(other.is_bound);
	carrier_close(&other);
}

struct two_links {
	struct bench *b;
	struct carrier one, two;
};

static struct two_links *two_links_new(void)
{
	struct two_links *t = calloc(1, sizeof *t);
	t->b = bench_new(10, 10);
	carrier_open(&t->one, t->b->net, 2781);
	carrier_open(&t->two, t->b->net, 2782);
	add_link_of_carrier(t->b, "n1", 2781);
	add_link_of_carrier(t->b, "n2", 2782);
	add_queue(t->b, "5001", "n1");
	bench_run(t->b, 1000);
	assert_true(t->one.is_bound && t->two.is_bound);
	return t;
}

static void two_links_free(struct two_links *t)
{
	carrier_close(&t->one);
	carrier_close(&t->two);
	bench_free(t->b);
	carrier_forget(&t->one);
	carrier_forget(&t->two);
	free(t);
}

static void part_of(struct carrier *carrier, unsigned part, const char *text)
{
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "");
	char bytes[64] = {5, 0, 3, 9, 2, (char)part};
	size_t len = strlen(text);
	memcpy(bytes + 6, text, len);
	pdu.sm.esm_class = SMPP_ESM_HAS_UDH;
	pdu.sm.destination_addr = STR("5001");
	pdu.sm.short_message = str_from(bytes, 6 + len);
	carrier_deliver(carrier, &pdu);
}

static void assert_transcript(struct bench *b, const char *expected)
{
	struct buf got = {0};
	bench_transcript(b, BENCH_PHONE, &got);
	buf_put_byte(&got, '\0');
	assert_string_equal(got.at, expected);
	buf_free(&got);
}

static void answer_with(struct bench *b, const char *text)
{
	uint64_t lsn;
	const struct command accept = {.kind = CMD_ACCEPT,
		.caller = core_user_by_name(b->core, STR("ana")),
		.session = core_contact(b->core, STR(BENCH_PHONE))->open};
	assert_int_equal(bench_apply(b, &accept, &lsn), OK);
	bench_send(b, BENCH_PHONE, text);
}

static void test_parts_of_a_text_come_over_several_links_of_a_carrier(void **state)
{
	struct two_links *t = two_links_new();
	part_of(&t->two, 2, "world");
	bench_run(t->b, 10);
	part_of(&t->one, 1, "Hello ");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: Hello world\n");
	part_of(&t->two, 1, "half");
	bench_run(t->b, 31 * 60 * 1000);
	assert_transcript(t->b, "contact: Hello world\ncontact: half[…]\n");
	two_links_free(t);
}

static void test_a_receipt_comes_over_another_link_of_the_carrier(void **state)
{
	struct two_links *t = two_links_new();
	part_of(&t->one, 1, "Hello ");
	part_of(&t->one, 2, "world");
	bench_run(t->b, 10);
	answer_with(t->b, "Good day");
	bench_run(t->b, 10);
	assert_int_equal(t->one.submit_count, 1);
	carrier_receipt(&t->two, "id1", "DELIVRD");
	bench_run(t->b, 10);
	assert_string_equal(bench_delivery(t->b, 1), "delivered");
	two_links_free(t);
}

static void test_texts_leave_by_another_link_of_the_carrier_while_theirs_is_down(void **state)
{
	struct two_links *t = two_links_new();
	part_of(&t->one, 1, "Hello ");
	part_of(&t->one, 2, "world");
	bench_run(t->b, 10);
	answer_with(t->b, "by its own");
	bench_run(t->b, 10);
	assert_int_equal(t->one.submit_count, 1);
	carrier_close(&t->one);
	bench_run(t->b, 100);
	bench_send(t->b, BENCH_PHONE, "by the other");
	bench_run(t->b, 100);
	assert_int_equal(t->two.submit_count, 1);
	carrier_receipt(&t->two, "id1", "DELIVRD");
	bench_run(t->b, 10);
	assert_string_equal(bench_delivery(t->b, 2), "delivered");
	two_links_free(t);
}

/* The window is full and nobody answers; the others wait. */
static struct two_links *two_links_waiting(unsigned tried, unsigned waiting)
{
	struct two_links *t = two_links_new();
	part_of(&t->one, 1, "Hello ");
	part_of(&t->one, 2, "world");
	bench_run(t->b, 10);
	t->one.is_mute = true;
	answer_with(t->b, "text 1");
	for (unsigned i = 2; i <= tried + waiting; i++) {
		char text[16];
		snprintf(text, sizeof text, "text %u", i);
		bench_send(t->b, BENCH_PHONE, text);
	}
	bench_run(t->b, 100);
	assert_int_equal(t->one.submit_count, tried);
	return t;
}

static void assert_submit(const struct carrier *carrier, unsigned nth, const char *text)
{
	assert_true(nth < carrier->submit_count);
	assert_true(str_is(buf_str(&carrier->submits[nth].data), text));
}

static void test_what_waits_for_a_dead_link_leaves_by_another_of_its_carrier(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	carrier_close(&t->one);
	bench_run(t->b, SMS_DEAD_MS - 10);
	assert_int_equal(t->two.submit_count, 0);
	bench_run(t->b, 1000);
	assert_int_equal(t->two.submit_count, 3);
	assert_submit(&t->two, 0, "text 11");
	assert_submit(&t->two, 1, "text 12");
	assert_submit(&t->two, 2, "text 13");
	assert_string_equal(bench_delivery(t->b, 11), "sent");
	assert_string_equal(bench_delivery(t->b, 10), "uncertain"); /* its link may still know */
	carrier_receipt(&t->two, "id1", "DELIVRD");
	bench_run(t->b, 100);
	assert_string_equal(bench_delivery(t->b, 11), "delivered");
	t->one.is_mute = false;
	carrier_open(&t->one, t->b->net, 2781);
	bench_run(t->b, 60000);
	assert_true(t->one.is_bound);
	assert_int_equal(t->two.submit_count, 3);
	assert_string_equal(bench_delivery(t->b, 10), "sent");
	two_links_free(t);
}

static void test_what_waits_for_a_link_that_only_broke_stays_with_it(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	t->one.is_mute = false;
	carrier_hang_up(&t->one);
	bench_run(t->b, SMS_DEAD_MS + 1000);
	assert_true(t->one.is_bound);
	assert_int_equal(t->two.submit_count, 0);
	assert_string_equal(bench_delivery(t->b, 13), "sent");
	two_links_free(t);
}

static void test_the_first_link_that_is_up_again_takes_what_waits_for_the_others(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	carrier_close(&t->two);
	carrier_close(&t->one);
	bench_run(t->b, 60000);
	carrier_open(&t->two, t->b->net, 2782);
	bench_run(t->b, SMS_BACKOFF_LAST_MS * 2);
	assert_true(t->two.is_bound);
	assert_int_equal(t->two.submit_count, 3);
	assert_string_equal(bench_delivery(t->b, 13), "sent");
	two_links_free(t);
}

static void test_very_many_texts_move_as_well_each_once_and_in_their_order(void **state)
{
	struct two_links *t = two_links_waiting(10, 250);
	carrier_close(&t->one);
	bench_run(t->b, 60000);
	assert_int_equal(t->two.submit_count, 250);
	for (unsigned i = 0; i < 250; i++) {
		char text[16];
		snprintf(text, sizeof text, "text %u", 11 + i);
		assert_submit(&t->two, i, text);
	}
	two_links_free(t);
}

/* What the other link may be written is on disk before: a crash makes none of it a text that was never sent. */
static void test_a_crash_after_a_move_repeats_what_nobody_answered(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	t->two.is_mute = true;
	carrier_close(&t->one);
	bench_run(t->b, SMS_DEAD_MS + 1000);
	assert_int_equal(t->two.submit_count, 3);
	bench_crash(t->b);
	t->two.is_mute = false;
	bench_run(t->b, 60000);
	assert_int_equal(t->two.submit_count, 6);
	assert_string_equal(bench_delivery(t->b, 11), "sent");
	assert_string_equal(bench_delivery(t->b, 13), "sent");
	two_links_free(t);
}

static const char other_phone[] = "+420700000002";

static void chats_over(struct bench *b, struct carrier *carrier, const char *number)
{
	struct smpp_pdu pdu = carrier_text(other_phone, "Hello");
	uint64_t lsn;
	pdu.sm.destination_addr = str_of(number);
	carrier_deliver(carrier, &pdu);
	bench_run(b, 10);
	const struct command accept = {.kind = CMD_ACCEPT,
		.caller = core_user_by_name(b->core, STR("ana")),
		.session = core_contact(b->core, STR(other_phone))->open};
	assert_int_equal(bench_apply(b, &accept, &lsn), OK);
}

/* They are older than what the other link was written, and yet behind it: what was not written to it does not count as
 * tried when the process ends. */
static void test_what_moved_counts_as_tried_once_it_may_leave_and_no_sooner(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	add_queue(t->b, "5002", "n2");
	chats_over(t->b, &t->two, "5002");
	t->two.is_mute = true;
	for (int i = 0; i < 10; i++)
		bench_send(t->b, other_phone, "And this");
	bench_run(t->b, 100);
	assert_int_equal(t->two.submit_count, 10);
	carrier_close(&t->one);
	bench_run(t->b, SMS_DEAD_MS + 100);
	assert_int_equal(t->two.submit_count, 10);
	bench_crash(t->b);
	for (uint64_t serial = 11; serial <= 13; serial++)
		assert_string_equal(bench_delivery(t->b, serial), "queued");
	for (uint64_t serial = 14; serial <= 23; serial++)
		assert_string_equal(bench_delivery(t->b, serial), "uncertain");
	two_links_free(t);
}

static void test_a_move_that_the_store_refuses_is_made_later(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	carrier_close(&t->one);
	bench_run(t->b, SMS_DEAD_MS - 1000);
	t->b->is_refusing = true;
	bench_run(t->b, 3000);
	assert_int_equal(t->two.submit_count, 0);
	t->b->is_refusing = false;
	bench_run(t->b, 2000);
	assert_int_equal(t->two.submit_count, 3);
	two_links_free(t);
}

static void test_a_move_that_never_came_to_disk_is_made_again(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	carrier_close(&t->one);
	bench_run(t->b, SMS_DEAD_MS - 1000);
	t->b->is_manual = true;
	bench_run(t->b, 1500);
	assert_int_equal(t->two.submit_count, 0);
	bench_refuse(t->b);
	t->b->is_manual = false;
	bench_run(t->b, 5000);
	assert_int_equal(t->two.submit_count, 3);
	two_links_free(t);
}

static void test_a_customer_who_stops_meanwhile_gets_nothing_by_the_other_link(void **state)
{
	struct two_links *t = two_links_waiting(10, 3);
	carrier_close(&t->one);
	bench_run(t->b, 1000);
	struct smpp_pdu stop = carrier_text(BENCH_PHONE, "STOP");
	stop.sm.destination_addr = STR("5001");
	carrier_deliver(&t->two, &stop);
	bench_run(t->b, SMS_DEAD_MS + 10000);
	assert_int_equal(t->two.submit_count, 1); /* the confirmation */
	assert_string_equal(bench_delivery(t->b, 11), "failed");
	two_links_free(t);
}

static void test_texts_of_another_carrier_stay_where_they_are(void **state)
{
	struct bench *b = bench_new(10, 10);
	struct carrier *two = calloc(1, sizeof *two);
	carrier_close(&b->carrier);
	bench_send(b, BENCH_PHONE, "Good day");
	carrier_open(two, b->net, 2782);
	add_link_of_carrier(b, "n2", 2782);
	bench_run(b, 2 * SMS_DEAD_MS);
	assert_true(two->is_bound);
	assert_int_equal(two->submit_count, 0);
	carrier_close(two);
	bench_free(b);
	carrier_forget(two);
	free(two);
}

static void test_a_receipt_over_another_link_waits_for_the_answer_too(void **state)
{
	struct two_links *t = two_links_new();
	t->one.is_mute = true;
	part_of(&t->one, 1, "Hello ");
	part_of(&t->one, 2, "world");
	bench_run(t->b, 10);
	answer_with(t->b, "Good day");
	bench_run(t->b, 10);
	carrier_receipt(&t->two, "x7", "DELIVRD");
	bench_run(t->b, 10);
	carrier_answer(&t->one, 0, ESME_ROK, "x7");
	bench_run(t->b, 10);
	assert_string_equal(bench_delivery(t->b, 1), "delivered");
	two_links_free(t);
}

static void say(struct carrier *carrier, const char *text)
{
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, text);
	pdu.sm.destination_addr = STR("5001");
	carrier_deliver(carrier, &pdu);
}

static void process_crashes(struct two_links *t)
{
	bench_crash(t->b);
	bench_run(t->b, 2000);
	assert_true(t->one.is_bound && t->two.is_bound);
}

static void test_after_a_crash_a_copy_comes_over_another_link_of_the_carrier(void **state)
{
	struct two_links *t = two_links_new();
	say(&t->one, "yes");
	bench_run(t->b, 10);
	process_crashes(t);
	say(&t->two, "yes");
	bench_run(t->b, 10);
	assert_true(t->two.answered[0]);
	assert_transcript(t->b, "contact: yes\n");
	process_crashes(t); /* with the answer to the copy, perhaps */
	say(&t->one, "yes");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: yes\n");
	say(&t->one, "yes");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: yes\ncontact: yes\n");
	two_links_free(t);
}

static void test_a_copy_over_another_link_may_lose_its_answer_too(void **state)
{
	struct two_links *t = two_links_new();
	say(&t->one, "yes");
	bench_run(t->b, 10);
	carrier_hang_up(&t->one);
	bench_run(t->b, 10);
	say(&t->two, "yes");
	bench_run(t->b, 10);
	carrier_hang_up(&t->two);
	bench_run(t->b, 2000);
	say(&t->one, "yes");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: yes\n");
	two_links_free(t);
}

/* Its link is gone before the text is on disk, and then the store writes that, but not that a copy came. */
static void test_a_copy_over_another_link_of_which_nothing_is_written_is_a_copy_the_next_time(
	void **state)
{
	struct two_links *t = two_links_new();
	t->b->is_manual = true;
	say(&t->one, "yes");
	bench_run(t->b, 10);
	uint64_t text = t->b->core->lsn;
	carrier_hang_up(&t->one);
	bench_run(t->b, 10);
	say(&t->two, "yes");
	bench_run(t->b, 10);
	bench_commit_until(t->b, text);
	bench_refuse(t->b);
	bench_run(t->b, 10);
	assert_true(t->two.answered[0]);
	assert_int_equal(t->two.statuses[0], ESME_RSYSERR);
	t->b->is_manual = false;
	say(&t->two, "yes");
	bench_run(t->b, 10);
	assert_int_equal(t->two.statuses[1], ESME_ROK);
	assert_transcript(t->b, "contact: yes\n");
	two_links_free(t);
}

static void test_a_part_that_comes_again_over_another_link_is_dropped(void **state)
{
	struct two_links *t = two_links_new();
	part_of(&t->one, 1, "Hello ");
	bench_run(t->b, 10);
	process_crashes(t);
	part_of(&t->two, 1, "Hello ");
	bench_run(t->b, 10);
	part_of(&t->two, 2, "world");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: Hello world\n");
	two_links_free(t);
}

/* Ten minutes are the redelivery window. The answer to the copy is lost on the second link, its text stands in the
 * journal of the first, which is down and so the first to have stopped. */
static void test_an_old_copy_at_another_link_does_not_keep_a_stop_from_being_noted(void **state)
{
	struct two_links *t = two_links_new();
	say(&t->one, "old");
	bench_run(t->b, 10);
	carrier_hang_up(&t->one);
	bench_run(t->b, 10);
	say(&t->two, "old");
	bench_run(t->b, 10);
	carrier_hang_up(&t->two);
	bench_run(t->b, 590000);
	say(&t->one, "yes");
	bench_run(t->b, 20000);
	carrier_close(&t->one);
	bench_restart(t->b);
	carrier_open(&t->one, t->b->net, 2781);
	bench_run(t->b, SMS_BACKOFF_LAST_MS);
	assert_true(t->one.is_bound);
	say(&t->one, "yes");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: old\ncontact: yes\ncontact: yes\n");
	two_links_free(t);
}

/* The first link has nothing to wait for and unbinds at once. */
static void test_a_stop_is_noted_of_a_link_whose_text_another_has_to_answer_first(void **state)
{
	struct two_links *t = two_links_new();
	say(&t->one, "yes");
	bench_run(t->b, 10);
	carrier_hang_up(&t->one);
	bench_run(t->b, 2000);
	t->b->is_manual = true;
	say(&t->two, "yes");
	bench_run(t->b, 10);
	sms_stop(t->b->sms, on_stopped, t->b);
	bench_run(t->b, 100);
	assert_true(t->one.was_unbound);
	assert_false(t->two.answered[0] || t->two.was_unbound);
	bench_commit(t->b);
	bench_run(t->b, 100);
	assert_true(t->two.answered[0] && t->two.was_unbound);
	assert_int_equal(t->b->stopped, 0); /* that all had left is not on disk yet */
	bench_commit(t->b);
	bench_run(t->b, 10);
	assert_int_equal(t->b->stopped, 1);
	t->b->is_manual = false;
	process_crashes(t);
	say(&t->one, "yes");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: yes\ncontact: yes\n");
	two_links_free(t);
}

static void test_a_link_of_another_carrier_takes_nobody_elses_copies(void **state)
{
	struct two_links *t = two_links_new();
	carrier_write(&t->b->carrier, BENCH_PHONE, "yes");
	bench_run(t->b, 10);
	bench_crash(t->b);
	bench_run(t->b, 2000);
	carrier_write(&t->two, BENCH_PHONE, "yes");
	bench_run(t->b, 10);
	assert_transcript(t->b, "contact: yes\ncontact: yes\n");
	two_links_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_link_binds_at_the_start),
		TEST(test_a_carrier_hears_of_a_link_once_it_is_on_disk),
		TEST(test_a_lost_connection_is_made_again),
		TEST(test_garbage_ends_the_connection_and_pauses_double_up_to_half_a_minute),
		TEST(test_after_a_steady_bind_the_pauses_begin_anew),
		TEST(test_garbage_inside_a_bind_harms_that_bind_only),
		TEST(test_a_wrong_password_is_tried_again_with_pauses),
		TEST(test_a_password_longer_than_any_smsc_gives_keeps_the_link_down),
		TEST(test_a_silent_line_is_asked_whether_it_lives),
		TEST(test_a_carrier_that_does_not_read_is_not_read_either_until_it_does),
		TEST(test_a_carrier_that_never_reads_is_left_and_tried_again),
		TEST(test_a_pause_and_a_carrier_that_does_not_read_do_not_undo_each_other),
		TEST(test_a_stop_ends_in_time_though_the_carrier_does_not_read),
		TEST(test_a_paused_link_reads_nothing_and_goes_on_where_it_was),
		TEST(test_what_was_not_read_is_not_late),
		TEST(test_a_stop_waits_for_answers_then_unbinds),
		TEST(test_a_stop_ends_in_time_though_the_carrier_says_nothing),
		TEST(test_a_stop_while_a_text_pauses_is_an_end),
		TEST(test_a_stop_while_a_link_is_down_needs_no_carrier),
		TEST(test_a_stop_without_answers_to_wait_for_is_quick),
		TEST(test_texts_wait_for_a_link_that_is_down),
		cmocka_unit_test(test_parts_of_a_text_come_over_several_links_of_a_carrier),
		cmocka_unit_test(test_a_receipt_comes_over_another_link_of_the_carrier),
		cmocka_unit_test(
			test_texts_leave_by_another_link_of_the_carrier_while_theirs_is_down),
		cmocka_unit_test(test_a_receipt_over_another_link_waits_for_the_answer_too),
		cmocka_unit_test(test_what_waits_for_a_dead_link_leaves_by_another_of_its_carrier),
		cmocka_unit_test(test_what_waits_for_a_link_that_only_broke_stays_with_it),
		cmocka_unit_test(
			test_the_first_link_that_is_up_again_takes_what_waits_for_the_others),
		cmocka_unit_test(test_very_many_texts_move_as_well_each_once_and_in_their_order),
		cmocka_unit_test(test_a_crash_after_a_move_repeats_what_nobody_answered),
		cmocka_unit_test(test_what_moved_counts_as_tried_once_it_may_leave_and_no_sooner),
		cmocka_unit_test(test_a_move_that_the_store_refuses_is_made_later),
		cmocka_unit_test(test_a_move_that_never_came_to_disk_is_made_again),
		cmocka_unit_test(
			test_a_customer_who_stops_meanwhile_gets_nothing_by_the_other_link),
		cmocka_unit_test(test_texts_of_another_carrier_stay_where_they_are),
		cmocka_unit_test(test_after_a_crash_a_copy_comes_over_another_link_of_the_carrier),
		cmocka_unit_test(test_a_copy_over_another_link_may_lose_its_answer_too),
		cmocka_unit_test(
			test_a_copy_over_another_link_of_which_nothing_is_written_is_a_copy_the_next_time),
		cmocka_unit_test(test_a_part_that_comes_again_over_another_link_is_dropped),
		cmocka_unit_test(
			test_an_old_copy_at_another_link_does_not_keep_a_stop_from_being_noted),
		cmocka_unit_test(
			test_a_stop_is_noted_of_a_link_whose_text_another_has_to_answer_first),
		cmocka_unit_test(test_a_link_of_another_carrier_takes_nobody_elses_copies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
