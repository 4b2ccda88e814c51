/* outbound_test.c - agents' texts and their receipts through the whole link, on the real core. */
#include "sms/sms_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sms/pace.h"
#include "sms/put_off.h"
#include "wire/segment.h"
#include "wire/smpp_receipt.h"

static int setup(void **state)
{
	*state = bench_new(3, 10);
	return 0;
}

static int teardown(void **state)
{
	bench_free(*state);
	return 0;
}

static void assert_submits(struct bench *b, const char *expected)
{
	struct buf got = {0};
	for (unsigned i = 0; i < b->carrier.submit_count; i++)
		buf_printf(&got, "%.*s\n", (int)b->carrier.submits[i].data.len,
			b->carrier.submits[i].data.at);
	buf_put_byte(&got, '\0');
	assert_string_equal(got.at, expected);
	buf_free(&got);
}

/* Sends "1", "2" ... */
static void send_numbers(struct bench *b, int first, int last)
{
	char text[12];
	for (int i = first; i <= last; i++) {
		snprintf(text, sizeof text, "%d", i);
		bench_send(b, BENCH_PHONE, text);
	}
}

static void reconnect(struct bench *b)
{
	carrier_hang_up(&b->carrier);
	bench_run(b, 2000);
	assert_true(b->carrier.is_bound);
}

static void test_a_text_leaves_once_it_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->is_manual = true;
	bench_send(b, BENCH_PHONE, "Hello [you]");
	bench_run(b, 5000);
	assert_int_equal(b->carrier.submit_count, 0);
	bench_commit(b);
	bench_run(b, 10);
	assert_int_equal(b->carrier.submit_count, 1);
	const struct submit *s = &b->carrier.submits[0];
	assert_true(str_is(buf_str(&s->data), "Hello \x1B<you\x1B>"));
	assert_true(str_is(buf_str(&s->phone), "420700000001"));
	assert_true(str_is(buf_str(&s->number), "420800000100"));
	assert_int_equal(s->to_ton, 1);
	assert_int_equal(s->to_npi, 1);
	assert_int_equal(s->from_ton, 1);
	assert_int_equal(s->registered, 1);
	assert_int_equal(s->esm_class, 0);
	assert_int_equal(s->coding, SMS_CODING_DEFAULT);
}

static void test_an_answer_to_one_text_does_not_let_the_next_out_before_it_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	send_numbers(b, 2, 2);
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 100);
	assert_submits(b, "1\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "1\n2\n");
}

static void test_a_text_that_was_refused_by_the_disk_never_leaves(void **state)
{
	struct bench *b = *state;
	bench_send(b, BENCH_PHONE, "first");
	bench_run(b, 10);
	b->is_manual = true;
	bench_send(b, BENCH_PHONE, "never");
	bench_run(b, 10);
	bench_refuse(b);
	bench_send(b, BENCH_PHONE, "second");
	bench_run(b, 10);
	assert_submits(b, "first\n"); /* though it has the lsn of the refused one */
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "first\nsecond\n");
}

static void test_an_answer_makes_it_sent_and_a_receipt_delivered(void **state)
{
	struct bench *b = *state;
	bench_send(b, BENCH_PHONE, "Hello");
	assert_string_equal(bench_delivery(b, 1), "queued");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "sent");
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
	assert_true(b->carrier.answered[0]);
	assert_int_equal(b->carrier.statuses[0], ESME_ROK);
}

static void test_a_refusal_fails_the_text_and_those_behind_go_on(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RINVDSTADR;
	bench_send(b, BENCH_PHONE, "bad");
	bench_run(b, 10);
	b->carrier.status = ESME_ROK;
	bench_send(b, BENCH_PHONE, "good");
	bench_run(b, 10);
	assert_submits(b, "bad\ngood\n");
	assert_string_equal(bench_delivery(b, 1), "failed");
	assert_string_equal(bench_delivery(b, 2), "sent");
}

static void test_texts_leave_in_order_and_no_more_than_the_window(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 5);
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\n");
	carrier_answer(&b->carrier, 1, ESME_ROK, "x");
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\n4\n");
	carrier_answer(&b->carrier, 0, ESME_ROK, "y");
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\n4\n5\n");
}

static void test_a_place_in_the_window_is_free_only_when_the_answer_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 4);
	bench_run(b, 10);
	b->is_manual = true;
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 100);
	assert_submits(b, "1\n2\n3\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\n4\n");
}

static void test_a_long_text_leaves_as_parts_with_one_reference(void **state)
{
	struct bench *b = *state;
	char text[400];
	memset(text, 'a', sizeof text);
	memcpy(text + 300, "the end", 8);
	bench_send(b, BENCH_PHONE, text);
	bench_run(b, 50);
	assert_int_equal(b->carrier.submit_count, 3);
	for (unsigned i = 0; i < 3; i++) {
		const struct submit *s = &b->carrier.submits[i];
		struct segment segment;
		assert_int_equal(s->esm_class, SMPP_ESM_HAS_UDH);
		segment_read(buf_str(&s->data), true, &segment);
		assert_int_equal(segment.part, i + 1);
		assert_int_equal(segment.parts, 3);
		assert_int_equal(segment.reference, 1);
	}
	assert_string_equal(bench_delivery(b, 1), "sent");
	carrier_receipt(&b->carrier, "id3", "DELIVRD");
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "sent");
	carrier_receipt(&b->carrier, "id2", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
}

static void test_the_longest_text_of_the_api_leaves_whole(void **state)
{
	struct bench *b = *state;
	struct buf text = {0}, got = {0};
	for (int i = 0; i < TEXT_CHARS_MAX; i++)
		buf_puts(&text, "ř");
	buf_put_byte(&text, '\0');
	bench_send(b, BENCH_PHONE, text.at);
	bench_run(b, 1000);
	assert_int_equal(b->carrier.submit_count, 62);
	for (unsigned i = 0; i < 62; i++) {
		struct segment segment;
		segment_read(buf_str(&b->carrier.submits[i].data), true, &segment);
		segment_decode(&got, b->carrier.submits[i].coding, segment.data);
	}
	buf_put_byte(&got, '\0');
	assert_string_equal(got.at, text.at);
	assert_string_equal(bench_delivery(b, 1), "sent");
	buf_free(&text);
	buf_free(&got);
}

#define OTHER_PHONE "+420700000002"

static void test_a_text_that_came_too_fast_leaves_again_after_a_pause(void **state)
{
	struct bench *b = *state;
	const uint32_t passing[] = {ESME_RTHROTTLED, ESME_RMSGQFUL};
	for (unsigned i = 0; i < 2; i++) {
		b->carrier.status = passing[i];
		bench_send(b, BENCH_PHONE, "again");
		bench_run(b, PUT_OFF_BUSY_FIRST_MS - 10);
		assert_int_equal(b->carrier.submit_count, 2 * i + 1);
		assert_string_equal(bench_delivery(b, i + 1), "queued");
		b->carrier.status = ESME_ROK;
		bench_run(b, 50);
		assert_int_equal(b->carrier.submit_count, 2 * i + 2);
		assert_string_equal(bench_delivery(b, i + 1), "sent");
	}
}

/* Other texts go on, only a little more slowly. */
static void test_one_such_answer_does_not_stop_the_link(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	bench_send(b, BENCH_PHONE, "1");
	bench_run(b, 10);
	b->carrier.status = ESME_ROK;
	bench_send(b, OTHER_PHONE, "2");
	bench_send(b, OTHER_PHONE, "3");
	bench_run(b, 2 * PACE_FIRST_MS + 10);
	assert_submits(b, "1\n2\n3\n");
	bench_run(b, PUT_OFF_BUSY_FIRST_MS);
	assert_submits(b, "1\n2\n3\n1\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_later_texts_to_the_same_phone_wait_behind_it(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 2);
	bench_run(b, 10);
	carrier_answer(&b->carrier, 1, ESME_ROK, "b");
	carrier_answer(&b->carrier, 0, ESME_RTHROTTLED, "");
	bench_run(b, 10);
	send_numbers(b, 3, 4);
	bench_run(b, PUT_OFF_BUSY_FIRST_MS + 50);
	assert_submits(b, "1\n2\n1\n"); /* and until it is answered */
	carrier_answer(&b->carrier, 2, ESME_RMSGQFUL, "");
	bench_run(b, 2 * PUT_OFF_BUSY_FIRST_MS + 50);
	assert_submits(b, "1\n2\n1\n1\n");
	carrier_answer(&b->carrier, 3, ESME_ROK, "a");
	bench_run(b, 500);
	assert_submits(b, "1\n2\n1\n1\n3\n4\n");
}

/* It says no to all of a window: they leave again one by one. */
static void test_a_carrier_that_is_full_is_asked_more_and_more_slowly(void **state)
{
	struct bench *b = *state;
	char phone[20];
	b->carrier.status = ESME_RTHROTTLED;
	for (unsigned i = 0; i < 30; i++) {
		snprintf(phone, sizeof phone, "+4207000001%02u", i);
		bench_send(b, phone, "x");
	}
	bench_run(b, 10000);
	assert_in_range(b->carrier.submit_count, 10, 25);
	unsigned before = b->carrier.submit_count;
	bench_run(b, 60000);
	assert_in_range(b->carrier.submit_count - before, 50, 62);
	b->carrier.status = ESME_ROK;
	bench_run(b, 30000);
	for (uint64_t i = 1; i <= 30; i++)
		assert_string_equal(bench_delivery(b, i), "sent");
}

static void test_a_carrier_in_trouble_gets_the_text_again_after_a_pause(void **state)
{
	struct bench *b = *state;
	const uint32_t passing[] = {ESME_RSYSERR, ESME_RX_T_APPN};
	for (unsigned i = 0; i < 2; i++) {
		b->carrier.status = passing[i];
		bench_send(b, BENCH_PHONE, "again");
		bench_run(b, PUT_OFF_TROUBLE_FIRST_MS - 10);
		assert_int_equal(b->carrier.submit_count, 2 * i + 1);
		assert_string_equal(bench_delivery(b, i + 1), "queued");
		b->carrier.status = ESME_ROK;
		bench_run(b, 100);
		assert_int_equal(b->carrier.submit_count, 2 * i + 2);
		assert_string_equal(bench_delivery(b, i + 1), "sent");
	}
}

static void test_the_order_stays_where_trouble_passes_at_once(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RSYSERR;
	send_numbers(b, 1, 1);
	bench_run(b, 100);
	b->carrier.status = ESME_ROK;
	send_numbers(b, 2, 3);
	bench_run(b, 500);
	assert_submits(b, "1\n");
	bench_run(b, 700);
	assert_submits(b, "1\n1\n2\n3\n");
}

/* As many texts as the window has places, with which the carrier never copes. */
static void test_texts_that_always_meet_trouble_do_not_hold_up_the_others(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 3);
	unsigned troubles = 0, others = 0;
	for (int second = 0; second < 400; second++) {
		bench_run(b, 1000);
		if (second % 10 == 9)
			send_numbers(b, 4, 4);
		bench_run(b, 10);
		for (unsigned i = troubles + others; i < b->carrier.submit_count; i++) {
			bool is_other = str_is(buf_str(&b->carrier.submits[i].data), "4");
			carrier_answer(&b->carrier, i, is_other ? ESME_ROK : ESME_RSYSERR,
				is_other ? "x" : "");
			troubles += !is_other;
			others += is_other;
		}
	}
	assert_in_range(others, 38, 40);
	assert_in_range(troubles, 3 * 8, 3 * 10); /* 1, 2, 4 ... 256 seconds apart */
	assert_string_equal(bench_delivery(b, 1), "queued");
	b->carrier.is_mute = false;
	bench_run(b, PUT_OFF_TROUBLE_LAST_MS + 2000);
	assert_string_equal(bench_delivery(b, 1), "sent");
}

/* --- lost answers -------------------------------------------------------------------------- */

static void test_a_text_whose_answer_was_lost_is_uncertain_and_repeated_once(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	carrier_hang_up(&b->carrier);
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	bench_run(b, 2000);
	assert_submits(b, "1\n1\n");
	reconnect(b);
	assert_submits(b, "1\n1\n");
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	b->carrier.is_mute = false;
	send_numbers(b, 2, 2);
	bench_run(b, 10);
	assert_submits(b, "1\n1\n2\n");
	assert_string_equal(bench_delivery(b, 2), "sent");
}

static void test_parts_that_were_given_up_do_not_leave_with_the_rest_of_their_text(void **state)
{
	struct bench *b = *state;
	char text[4 * 150];
	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = '\0';
	b->carrier.is_mute = true;
	bench_send(b, BENCH_PHONE, text); /* four parts, of which the window takes three */
	bench_run(b, 10);
	reconnect(b);
	assert_int_equal(b->carrier.submit_count, 6);
	reconnect(b);
	assert_int_equal(b->carrier.submit_count, 7);
	struct segment segment;
	segment_read(buf_str(&b->carrier.submits[6].data), true, &segment);
	assert_int_equal(segment.part, 4);
}

static void test_a_repeated_text_that_is_answered_is_sent(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->carrier.is_mute = false;
	reconnect(b);
	assert_submits(b, "1\n1\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_a_repeat_leaves_only_when_its_mark_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	reconnect(b);
	assert_submits(b, "1\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "1\n1\n");
}

/* 1.5 s for each, one after the other: the tenth of a window waits 15 s. */
static void test_a_carrier_that_is_slow_with_everything_gets_each_text_once(void **state)
{
	struct bench *b = bench_new(10, 10);
	b->carrier.is_mute = true;
	send_numbers(b, 1, 20);
	for (unsigned i = 0; i < 20; i++) {
		char id[12];
		snprintf(id, sizeof id, "s%u", i);
		bench_run(b, 1500);
		carrier_answer(&b->carrier, i, ESME_ROK, id);
	}
	bench_run(b, 2 * SMPP_RESPONSE_MS);
	assert_int_equal(b->carrier.submit_count, 20);
	assert_int_equal(b->carrier.connections, 1);
	assert_string_equal(bench_delivery(b, 20), "sent");
	bench_free(b);
}

static void test_one_lost_answer_costs_a_repeat_and_not_the_bind(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 2);
	bench_run(b, 10);
	carrier_answer(&b->carrier, 1, ESME_ROK, "b");
	bench_run(b, SMPP_RESPONSE_MS - 1000);
	assert_submits(b, "1\n2\n");
	bench_run(b, 2000);
	assert_submits(b, "1\n2\n1\n");
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	bench_run(b, 3 * SMPP_RESPONSE_MS); /* that one's too: no third */
	assert_submits(b, "1\n2\n1\n");
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	assert_int_equal(b->carrier.connections, 1);
}

static void test_a_repeat_on_the_same_bind_leaves_when_its_mark_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	bench_run(b, SMPP_RESPONSE_MS + 1000);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	assert_submits(b, "1\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "1\n1\n");
}

static void test_a_late_answer_before_the_repeat_makes_it_needless(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	bench_run(b, SMPP_RESPONSE_MS + 1000);
	carrier_answer(&b->carrier, 0, ESME_ROK, "late");
	bench_run(b, 10);
	bench_commit(b);
	b->is_manual = false;
	bench_run(b, 5000);
	assert_submits(b, "1\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
	carrier_receipt(&b->carrier, "late", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
}

/* What is written of it is refused: it is told again, and as it was heard last. */
static void test_a_late_answer_survives_a_refused_commit(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	bench_run(b, SMPP_RESPONSE_MS + 1000);
	carrier_answer(&b->carrier, 0, ESME_ROK, "late");
	bench_run(b, 10);
	bench_refuse(b);
	b->is_manual = false;
	bench_run(b, 5000);
	assert_submits(b, "1\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
}

/* What is on disk by then is only that none had come. */
static void test_a_late_answer_that_the_store_takes_later_is_not_lost(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	bench_run(b, SMPP_RESPONSE_MS + 1000);
	b->is_refusing = true;
	carrier_answer(&b->carrier, 0, ESME_ROK, "late");
	bench_run(b, 10);
	bench_commit(b);
	b->is_manual = b->is_refusing = false;
	bench_run(b, 5000);
	assert_submits(b, "1\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_a_late_answer_is_taken_while_the_repeat_is_on_its_way_and_after(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 2);
	bench_run(b, SMPP_RESPONSE_MS + 1000);
	assert_submits(b, "1\n2\n1\n2\n");
	carrier_answer(&b->carrier, 0, ESME_RINVDSTADR, ""); /* its repeat will tell */
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	carrier_answer(&b->carrier, 1, ESME_ROK, "first");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 2), "sent");
	carrier_answer(&b->carrier, 3, ESME_ROK, "second");
	bench_run(b, 10);
	carrier_receipt(&b->carrier, "first", "DELIVRD");
	bench_run(b, SMPP_RESPONSE_MS);
	assert_string_equal(bench_delivery(b, 2), "delivered");
	assert_string_equal(bench_delivery(b, 1), "uncertain"); /* given up */
	assert_false(core_outbound(b->core, 1)->is_unsent);
	carrier_answer(&b->carrier, 2, ESME_ROK, "repeat");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "sent");
	assert_int_equal(b->carrier.submit_count, 4);
}

static void test_a_carrier_that_says_nothing_at_all_is_given_up(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->carrier.is_mute = true;
	send_numbers(b, 2, 2);
	bench_run(b, 10);
	smpp_bind_free(&b->carrier.bind);
	bench_run(b, SMPP_RESPONSE_MS - 1000);
	assert_int_equal(b->carrier.connections, 1); /* it may be at work */
	b->carrier.is_mute = false;
	bench_run(b, 3000);
	assert_int_equal(b->carrier.connections, 2);
	assert_submits(b, "1\n2\n2\n");
	assert_string_equal(bench_delivery(b, 2), "sent");
}

static void test_the_response_time_of_a_link_is_its_own(void **state)
{
	struct bench *b = *state;
	const struct body_setting setting = {
		.link = STR("m1"), .name = STR("response-timeout"), .value = 2000};
	const struct command change = {.kind = CMD_CHANGE_SETTING, .setting = &setting};
	assert_int_equal(bench_apply(b, &change, NULL), OK);
	bench_run(b, 10);
	bench_restart(b);
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 1900);
	assert_submits(b, "1\n");
	bench_run(b, 200);
	assert_submits(b, "1\n1\n");
}

/* The disk holds all up, and we read nothing for minutes: the answer lies in the socket. */
static void test_an_answer_that_we_did_not_read_is_not_lost(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	sms_pause(b->sms, true);
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 5 * SMPP_RESPONSE_MS);
	sms_pause(b->sms, false);
	bench_run(b, 2 * SMPP_RESPONSE_MS);
	assert_submits(b, "1\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
	assert_int_equal(b->carrier.connections, 1);
}

static void test_the_fate_of_a_text_survives_a_store_that_takes_no_writes(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 4);
	bench_run(b, 10);
	b->is_refusing = true;
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 5000);
	assert_string_equal(bench_delivery(b, 1), "queued");
	assert_submits(b, "1\n2\n3\n");
	b->is_refusing = false;
	bench_run(b, 1500);
	assert_string_equal(bench_delivery(b, 1), "sent");
	assert_submits(b, "1\n2\n3\n4\n");
}

static void test_the_fate_of_a_text_survives_a_refused_commit(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 10);
	bench_refuse(b);
	assert_string_equal(bench_delivery(b, 1), "queued");
	b->is_manual = false;
	bench_run(b, 1500);
	assert_string_equal(bench_delivery(b, 1), "sent");
	assert_submits(b, "1\n");
}

/* --- crashes ------------------------------------------------------------------------------- */

static void test_after_a_crash_the_first_window_of_texts_is_uncertain_and_all_leave(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 5);
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\n");
	bench_crash(b);
	bench_run(b, 20);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	assert_string_equal(bench_delivery(b, 3), "uncertain");
	assert_string_equal(bench_delivery(b, 4), "queued");
	assert_submits(b, "1\n2\n3\n1\n2\n3\n");
	for (unsigned i = 3; i < 6; i++)
		carrier_answer(&b->carrier, i, ESME_ROK, (char[]) {(char)('a' + i), '\0'});
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\n1\n2\n3\n4\n5\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_crashes_while_the_link_is_down_cost_no_text(void **state)
{
	struct bench *b = *state;
	net_listener_close(&b->carrier.listener);
	carrier_hang_up(&b->carrier);
	bench_run(b, 10);
	send_numbers(b, 1, 2);
	for (int i = 0; i < 3; i++) {
		bench_run(b, 2000);
		bench_crash(b);
	}
	assert_string_equal(bench_delivery(b, 1), "queued");
	carrier_open(&b->carrier, b->net, 2775);
	bench_run(b, 60000);
	assert_submits(b, "1\n2\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void link_goes_down(struct bench *b)
{
	net_listener_close(&b->carrier.listener);
	carrier_hang_up(&b->carrier);
	bench_run(b, 10);
}

static void link_comes_back(struct bench *b)
{
	carrier_open(&b->carrier, b->net, 2775);
	bench_run(b, 60000);
	assert_true(b->carrier.is_bound);
}

static void test_only_what_may_have_left_before_the_crash_is_uncertain(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	net_listener_close(&b->carrier.listener);
	bench_crash(b);
	send_numbers(b, 2, 2);
	bench_run(b, 10);
	carrier_hang_up(&b->carrier);
	bench_crash(b); /* the second life had no link */
	bench_crash(b);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	assert_int_equal(core_outbound(b->core, 1)->parts->lost.lives, 1);
	assert_string_equal(bench_delivery(b, 2), "queued");
	b->carrier.is_mute = false;
	link_comes_back(b);
	assert_submits(b, "1\n1\n2\n");
}

static void test_what_was_answered_while_the_link_was_down_counts_as_never_tried(void **state)
{
	struct bench *b = *state;
	link_goes_down(b);
	send_numbers(b, 1, 3);
	bench_run(b, 10);
	for (int i = 0; i < 5; i++)
		bench_crash(b);
	link_comes_back(b);
	assert_submits(b, "1\n2\n3\n");
	for (uint64_t i = 1; i <= 3; i++)
		assert_string_equal(bench_delivery(b, i), "sent");
}

/* The link is bound, and it is not yet on disk that it may be written to. */
static void test_crashes_right_after_the_bind_cost_no_text(void **state)
{
	struct bench *b = *state;
	link_goes_down(b);
	send_numbers(b, 1, 3);
	bench_run(b, 10);
	carrier_open(&b->carrier, b->net, 2775);
	for (int i = 0; i < 5; i++) {
		bench_commit(b);
		b->is_manual = true;
		while (!b->carrier.is_bound)
			bench_run(b, 1);
		bench_run(b, 100);
		assert_submits(b, "");
		bench_crash(b);
		carrier_hang_up(&b->carrier);
		bench_run(b, 1);
	}
	b->is_manual = false;
	bench_commit(b);
	bench_run(b, 60000);
	assert_submits(b, "1\n2\n3\n");
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_each_crash_while_an_answer_is_awaited_adds_one_repeat_three_at_most(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	for (int i = 0; i < 5; i++) {
		bench_crash(b);
		bench_run(b, 2000);
	}
	assert_submits(b, "1\n1\n1\n1\n");
	assert_string_equal(bench_delivery(b, 1), "uncertain");
}

static void test_a_stop_in_order_leaves_nothing_that_counts_as_tried(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->carrier.is_mute = true;
	send_numbers(b, 2, 2);
	bench_run(b, 10);
	b->carrier.is_mute = false;
	bench_restart(b);
	assert_submits(b, "1\n2\n2\n");
	const struct sms_part *part = core_outbound(b->core, 2)->parts;
	assert_int_equal(part->b.attempts, 1); /* its answer was lost with the bind ... */
	assert_int_equal(part->lost.lives, 0); /* ... and not with the process */
}

/* As many texts as the window has places wait for the carrier's trouble to pass, and the carrier said so;
 * others are on their way behind them: these may have been taken when the process dies, and no others. */
static void test_after_a_crash_what_overtook_is_uncertain_and_what_waits_is_not(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RSYSERR;
	send_numbers(b, 1, 3);
	bench_run(b, 10);
	b->carrier.is_mute = true;
	bench_send(b, OTHER_PHONE, "4");
	bench_send(b, OTHER_PHONE, "5");
	bench_run(b, 800);
	assert_submits(b, "1\n2\n3\n4\n5\n");
	bench_crash(b);
	for (uint64_t i = 1; i <= 3; i++)
		assert_string_equal(bench_delivery(b, i), "queued");
	assert_string_equal(bench_delivery(b, 4), "uncertain");
	assert_string_equal(bench_delivery(b, 5), "uncertain");
}

static void test_a_text_overtakes_when_it_is_on_disk_that_the_other_waits(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 3);
	bench_send(b, OTHER_PHONE, "4");
	bench_run(b, 10);
	b->is_manual = true;
	carrier_answer(&b->carrier, 0, ESME_RTHROTTLED, "");
	bench_run(b, PUT_OFF_BUSY_FIRST_MS - 50);
	assert_submits(b, "1\n2\n3\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\n4\n");
}

/* A carrier that is full, and a process that dies again and again: nothing is ever given up. */
static void test_texts_that_wait_for_a_full_carrier_outlive_any_number_of_crashes(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	send_numbers(b, 1, 5);
	for (int i = 0; i < 6; i++) {
		bench_run(b, 2000);
		bench_crash(b);
		for (uint64_t text = 1; text <= 5; text++)
			assert_string_equal(bench_delivery(b, text), "queued");
	}
	b->carrier.status = ESME_ROK;
	bench_run(b, 5000);
	for (uint64_t text = 1; text <= 5; text++)
		assert_string_equal(bench_delivery(b, text), "sent");
}

static void test_a_text_that_leaves_again_is_uncertain_after_a_crash(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	send_numbers(b, 1, 2);
	bench_run(b, 10);
	b->carrier.is_mute = true;
	bench_run(b, 300);
	assert_submits(b, "1\n2\n1\n"); /* nobody knows what the carrier does with the last one */
	bench_crash(b);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	assert_string_equal(bench_delivery(b, 2), "queued");
}

static void test_a_text_that_was_put_aside_leaves_when_its_leave_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->carrier.status = ESME_ROK;
	b->is_manual = true;
	bench_run(b, 1000);
	assert_submits(b, "1\n");
	bench_refuse(b);
	bench_run(b, 2000);
	assert_submits(b, "1\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "1\n1\n");
}

static unsigned lives_lost(struct bench *b, uint64_t serial)
{
	const struct sms_part *part = core_outbound(b->core, serial)->parts;
	return part ? (unsigned)part->lost.lives : 0;
}

/* The carrier said once that it is too fast, so the others leave one by one, 50 ms apart and more. */
static void test_what_a_slow_link_did_not_come_to_yet_is_not_tried_when_the_process_dies(
	void **state)
{
	struct bench *b = bench_new(10, 10);
	b->carrier.status = ESME_RTHROTTLED;
	bench_send(b, OTHER_PHONE, "slow");
	bench_run(b, 5);
	b->carrier.is_mute = true;
	send_numbers(b, 2, 7);
	bench_run(b, PACE_FIRST_MS + PACE_FIRST_MS / 2);
	assert_submits(b, "slow\n2\n");
	bench_crash(b);
	assert_string_equal(bench_delivery(b, 2), "uncertain");
	for (uint64_t i = 3; i <= 7; i++)
		assert_string_equal(bench_delivery(b, i), "queued");
	bench_free(b);
}

/* One that was put off goes first, and asks for leave; the carrier is slow, so the next waits. */
static void test_what_is_behind_one_that_asks_is_not_tried_on_a_slow_link(void **state)
{
	struct bench *b = bench_new(10, 10);
	(void)state;
	b->carrier.status = ESME_RTHROTTLED;
	bench_send(b, OTHER_PHONE, "slow");
	bench_run(b, 10);
	b->is_manual = true;
	bench_run(b, PUT_OFF_BUSY_FIRST_MS);
	send_numbers(b, 2, 2);
	bench_commit(b);
	b->carrier.is_mute = true;
	bench_run(b, 1);
	assert_submits(b, "slow\nslow\n");
	bench_crash(b);
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	assert_string_equal(bench_delivery(b, 2), "queued");
	bench_free(b);
}

/* Each leaves once it is on disk that it may. */
static void test_on_a_slow_link_a_text_leaves_when_its_leave_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	bench_send(b, OTHER_PHONE, "slow");
	bench_run(b, 5);
	b->carrier.is_mute = true;
	send_numbers(b, 1, 2);
	bench_run(b, 10);
	b->is_manual = true;
	bench_run(b, 2 * PACE_FIRST_MS);
	assert_submits(b, "slow\n");
	bench_refuse(b);
	bench_run(b, 2000);
	assert_submits(b, "slow\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "slow\n1\n");
	bench_crash(b);
	assert_string_equal(bench_delivery(b, 2), "uncertain");
	assert_string_equal(bench_delivery(b, 3), "queued");
}

static void test_a_link_that_is_no_longer_slow_sends_without_asking(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	bench_send(b, OTHER_PHONE, "slow");
	bench_run(b, 5);
	b->carrier.status = ESME_ROK;
	send_numbers(b, 1, 2);
	bench_run(b, 1000);
	assert_true(bench_link(b)->sending.through > 0);
	bench_run(b, PACE_FORGET_MS);
	send_numbers(b, 3, 3);
	bench_run(b, 10);
	assert_int_equal(bench_link(b)->sending.through, 0);
	uint64_t before = b->core->lsn;
	send_numbers(b, 4, 4);
	bench_run(b, 10);
	assert_int_equal(b->core->lsn, before + 3); /* an entry, queued, sent */
	assert_string_equal(bench_delivery(b, 5), "sent");
}

/* Texts that were put aside go first, up to a full window; others have their turn and no place. */
static void test_what_stands_behind_a_full_window_is_not_tried_when_the_process_dies(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RSYSERR;
	send_numbers(b, 1, 3);
	bench_run(b, 10);
	bench_crash(b);
	b->carrier.is_mute = true;
	bench_send(b, OTHER_PHONE, "4");
	bench_send(b, OTHER_PHONE, "5");
	bench_run(b, 500);
	assert_submits(b, "1\n2\n3\n1\n2\n3\n");
	bench_crash(b);
	for (uint64_t i = 1; i <= 3; i++)
		assert_string_equal(bench_delivery(b, i), "uncertain");
	for (uint64_t i = 4; i <= 5; i++)
		assert_string_equal(bench_delivery(b, i), "queued");
}

/* What was put aside goes first after a bind, and the process dies before even that may leave. */
static void test_crashes_right_after_the_bind_cost_what_stands_behind_others_nothing(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	link_goes_down(b);
	send_numbers(b, 2, 3);
	bench_run(b, 10);
	carrier_open(&b->carrier, b->net, 2775);
	for (int i = 0; i < 5; i++) {
		while (!b->carrier.is_bound)
			bench_run(b, 1);
		b->is_manual = true;
		bench_run(b, 5);
		bench_commit(b); /* that it may be written to */
		bench_run(b, 1);
		assert_submits(b, "1\n");
		bench_crash(b);
		b->is_manual = false;
		carrier_hang_up(&b->carrier);
		bench_run(b, 1);
	}
	b->carrier.status = ESME_ROK;
	bench_run(b, 60000);
	assert_submits(b, "1\n1\n2\n3\n");
	for (uint64_t i = 1; i <= 3; i++)
		assert_int_equal(lives_lost(b, i), 0);
}

/* The store takes no command while the link goes down and comes again. */
static void test_lost_answers_are_counted_before_the_link_is_written_to_again(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_refusing = true;
	reconnect(b);
	bench_run(b, 5000);
	assert_submits(b, "1\n");
	b->is_refusing = false;
	bench_run(b, 1500);
	assert_submits(b, "1\n1\n");
	assert_int_equal(core_outbound(b->core, 1)->parts->b.attempts, 1);
}

static void test_that_a_link_may_be_written_to_survives_a_refused_commit(void **state)
{
	struct bench *b = *state;
	reconnect(b);
	b->is_manual = true;
	carrier_hang_up(&b->carrier);
	bench_run(b, 2000);
	send_numbers(b, 1, 1);
	bench_refuse(b);
	send_numbers(b, 2, 2);
	bench_run(b, 10);
	assert_submits(b, "");
	bench_commit(
		b); /* that the link went down, and came up, was refused: it may be written to */
	bench_run(b, 10);
	assert_submits(b, "2\n");
	bench_crash(b); /* before its answer is on disk */
	assert_string_equal(
		bench_delivery(b, 1), "uncertain"); /* its serial is that of the refused */
}

/* --- receipts ------------------------------------------------------------------------------ */

static void test_receipts_may_come_in_any_order_and_say_what_happened(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 3);
	bench_run(b, 50);
	carrier_receipt(&b->carrier, "id3", "EXPIRED");
	carrier_receipt(&b->carrier, "id1", "UNDELIV");
	carrier_receipt(&b->carrier, "id2", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "failed");
	assert_string_equal(bench_delivery(b, 2), "delivered");
	assert_string_equal(bench_delivery(b, 3), "expired");
}

static void test_a_receipt_on_the_way_says_nothing_final(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	carrier_receipt(&b->carrier, "id1", "ENROUTE");
	bench_run(b, 10);
	assert_true(b->carrier.answered[0]);
	assert_int_equal(b->carrier.statuses[0], ESME_ROK);
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_a_receipt_before_the_answer_waits_for_it(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	carrier_receipt(&b->carrier, "early", "DELIVRD");
	bench_run(b, 10);
	assert_false(b->carrier.answered[0]);
	b->is_manual = true;
	carrier_answer(&b->carrier, 0, ESME_ROK, "early");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
	assert_false(b->carrier.answered[0]); /* not on disk yet */
	bench_commit(b);
	bench_run(b, 10);
	assert_true(b->carrier.answered[0]);
	assert_int_equal(b->carrier.statuses[0], ESME_ROK);
}

/* Links read their settings when they are made: as after a start. */
static void test_a_link_sends_no_more_than_its_contract_allows_and_in_order(void **state)
{
	struct bench *b = *state;
	const struct body_setting three = {
		.link = STR("m1"), .name = STR("throughput"), .value = 5};
	uint64_t lsn;
	assert_int_equal(
		bench_apply(
			b, &(struct command) {.kind = CMD_CHANGE_SETTING, .setting = &three}, &lsn),
		OK);
	bench_run(b, 10);
	bench_restart(b);
	bench_run(b, 1000);
	unsigned before = b->carrier.submit_count;
	send_numbers(b, 1, 12);
	bench_run(b, 1000);
	assert_in_range(b->carrier.submit_count - before, 5, 6);
	bench_run(b, 1500);
	assert_int_equal(b->carrier.submit_count - before, 12);
	assert_submits(b, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
}

static void test_ids_of_receipts_are_found_without_their_zeros_and_case(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 4);
	bench_run(b, 10);
	carrier_answer(&b->carrier, 0, ESME_ROK, "00Ab7");
	carrier_answer(&b->carrier, 1, ESME_ROK, "c8");
	carrier_answer(&b->carrier, 2, ESME_ROK, "0D9");
	bench_run(b, 10);
	carrier_answer(&b->carrier, 3, ESME_ROK, "d9");
	bench_run(b, 10);
	carrier_receipt(&b->carrier, "aB7", "DELIVRD");
	carrier_receipt(&b->carrier, "000C8", "DELIVRD");
	carrier_receipt(&b->carrier, "00d9", "DELIVRD"); /* that may be either of two */
	carrier_receipt(&b->carrier, "d9", "UNDELIV");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
	assert_string_equal(bench_delivery(b, 2), "delivered");
	assert_string_equal(bench_delivery(b, 3), "sent");
	assert_string_equal(bench_delivery(b, 4), "failed");
	carrier_receipt(&b->carrier, "0D9", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 3), "delivered");
}

static void send_long_text(struct bench *b)
{
	char text[400];
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	bench_send(b, BENCH_PHONE, text);
	bench_run(b, 10);
}

static void test_one_id_for_all_parts_ends_the_text(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_long_text(b);
	for (unsigned i = 0; i < 3; i++)
		carrier_answer(&b->carrier, i, ESME_ROK, "same");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "sent");
	carrier_receipt(&b->carrier, "same", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
}

static void test_one_receipt_ends_a_long_text_where_the_link_says_so(void **state)
{
	struct bench *b = *state;
	const struct body_setting texts = {
		.link = STR("m1"), .name = STR("receipts"), .value = RECEIPTS_FOR_TEXTS};
	uint64_t lsn;
	assert_int_equal(
		bench_apply(
			b, &(struct command) {.kind = CMD_CHANGE_SETTING, .setting = &texts}, &lsn),
		OK);
	send_long_text(b);
	carrier_receipt(&b->carrier, "id3", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
}

static void test_a_text_of_which_some_parts_were_delivered_is_so_at_the_end(void **state)
{
	struct bench *b = *state;
	send_long_text(b);
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "sent");
	struct outcome outcome = {.count = 0};
	msec end = net_now(b->net) + b->core->centre.receipt_window;
	while (core_tick(b->core, end, 0, &outcome))
		outcome_reset(&outcome);
	outcome_free(&outcome);
	assert_string_equal(bench_delivery(b, 1), "delivered");
}

static void test_a_receipt_for_nothing_is_answered_all_the_same(void **state)
{
	struct bench *b = *state;
	carrier_receipt(&b->carrier, "nothing", "DELIVRD");
	bench_run(b, 10);
	assert_true(b->carrier.answered[0]);
	assert_int_equal(b->carrier.statuses[0], ESME_ROK);
	assert_int_equal(bench_sessions(b), 0);
}

static void test_a_receipt_whose_answer_never_comes_is_answered_in_the_end(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	carrier_receipt(&b->carrier, "other", "DELIVRD");
	bench_run(b, 5000);
	carrier_answer(&b->carrier, 0, ESME_ROK, "mine");
	bench_run(b, 4900);
	assert_false(b->carrier.answered[0]);
	bench_run(b, 200);
	assert_true(b->carrier.answered[0]);
	assert_int_equal(b->carrier.statuses[0], ESME_ROK);
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_a_receipt_is_answered_once_it_is_on_disk(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 100);
	assert_false(b->carrier.answered[0]);
	bench_commit(b);
	bench_run(b, 10);
	assert_true(b->carrier.answered[0]);
}

/* The store took nothing when the answer came; it does again when the receipt comes. */
static void test_a_receipt_of_a_text_whose_answer_is_not_written_yet_counts(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_refusing = true;
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 10);
	b->is_refusing = false;
	carrier_receipt(&b->carrier, "x", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
	assert_int_equal(b->carrier.statuses[0], ESME_ROK);
}

static void test_a_receipt_that_waited_for_an_answer_that_was_not_written_counts(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	carrier_receipt(&b->carrier, "early", "DELIVRD");
	bench_run(b, 9500);
	b->is_refusing = true;
	carrier_answer(&b->carrier, 0, ESME_ROK, "early");
	bench_run(b, 10);
	b->is_refusing = false;
	bench_run(b, 600); /* sooner than the answer is written by itself */
	assert_string_equal(bench_delivery(b, 1), "delivered");
	assert_true(b->carrier.answered[0]);
}

/* The copy is refused, since the core knows the first; but that one may still be lost. */
static void test_a_copy_of_a_receipt_waits_for_the_disk_as_the_first_does(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 10);
	carrier_hang_up(&b->carrier);
	bench_run(b, 2000);
	unsigned copy = b->carrier.delivered;
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 10);
	assert_false(b->carrier.answered[copy]);
	assert_false(b->carrier.answered[copy + 1]);
	bench_commit(b);
	bench_run(b, 10);
	assert_int_equal(b->carrier.statuses[copy], ESME_ROK);
	assert_true(b->carrier.answered[copy] && b->carrier.answered[copy + 1]);
	assert_string_equal(bench_delivery(b, 1), "delivered");
}

static void test_a_copy_of_a_receipt_whose_commit_is_refused_is_to_come_again(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	unsigned first = b->carrier.delivered;
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 10);
	bench_refuse(b);
	bench_run(b, 10);
	assert_int_equal(b->carrier.statuses[first], ESME_RSYSERR);
	assert_int_equal(b->carrier.statuses[first + 1], ESME_RSYSERR);
}

static void test_a_receipt_comes_through_a_crash(void **state)
{
	struct bench *b = *state;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	bench_crash(b);
	bench_run(b, 2000);
	carrier_receipt(&b->carrier, "id1", "DELIVRD");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "delivered");
	assert_submits(b, "1\n");
}

static void test_a_text_that_closes_while_its_answer_is_awaited_harms_nobody(void **state)
{
	struct bench *b = *state;
	char text[300];
	memset(text, 'a', sizeof text);
	text[299] = '\0';
	b->carrier.is_mute = true;
	bench_send(b, BENCH_PHONE, text);
	bench_run(b, 10);
	struct outcome outcome = {0};
	while (core_tick(b->core, net_now(b->net) + 48ll * 3600 * 1000, 0, &outcome)) {
	}
	assert_int_equal(core_outbound(b->core, 1)->b.open, 0);
	b->core->last_at = net_now(b->net); /* the tick was only thought to be so late */
	outcome_free(&outcome);
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	carrier_answer(&b->carrier, 1, ESME_ROK, "y");
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 1), "expired");
}

/* What closed it never gets on disk, so the text is open again, and its answer has come already. */
static void test_a_text_whose_closing_is_undone_is_not_sent_again(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	b->is_manual = true;
	struct outcome outcome = {0};
	while (core_tick(b->core, net_now(b->net) + 48ll * 3600 * 1000, 0, &outcome)) {
	}
	outcome_free(&outcome);
	carrier_answer(&b->carrier, 0, ESME_ROK, "x");
	bench_run(b, 10);
	bench_refuse(b);
	b->is_manual = false;
	bench_run(b, 5000);
	assert_int_equal(b->carrier.submit_count, 1);
	assert_string_equal(bench_delivery(b, 1), "sent");
}

/* --- refusals ------------------------------------------------------------------------------ */

static void test_texts_that_wait_while_their_phone_refuses_texts_stay_here(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 5); /* a window of three */
	bench_run(b, 20);
	assert_submits(b, "1\n2\n3\n");
	carrier_write(&b->carrier, "420700000001", "STOP"); /* without the plus */
	bench_run(b, 20);
	for (unsigned i = 0; i < 3; i++)
		carrier_answer(&b->carrier, i, ESME_ROK, "x");
	b->carrier.is_mute = false;
	bench_run(b, 5000);
	assert_submits(b, "1\n2\n3\nYou will get no more texts.\n");
	assert_string_equal(bench_delivery(b, 3), "sent");
	assert_string_equal(bench_delivery(b, 4), "failed");
	assert_string_equal(bench_delivery(b, 5), "failed");
	assert_false(core_outbound(b->core, 5)->b.open);
}

static void test_a_text_whose_answer_was_lost_is_not_repeated_after_a_refusal(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 20);
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 20);
	b->carrier.is_mute = false;
	reconnect(b);
	bench_run(b, 5000);
	assert_submits(b, "1\nYou will get no more texts.\nYou will get no more texts.\n");
	assert_string_equal(bench_delivery(b, 1), "uncertain");
	assert_false(core_outbound(b->core, 1)->is_unsent);
}

static void test_what_was_kept_back_stays_here_after_a_crash(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	send_numbers(b, 1, 5);
	bench_run(b, 20);
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 20);
	unsigned before = b->carrier.submit_count;
	bench_crash(b);
	b->carrier.status = ESME_ROK;
	bench_run(b, 5000);
	assert_true(b->carrier.submit_count > before);
	for (unsigned i = before; i < b->carrier.submit_count; i++)
		assert_true(str_is(
			buf_str(&b->carrier.submits[i].data), "You will get no more texts."));
	for (uint64_t serial = 1; serial <= 5; serial++)
		assert_false(core_outbound(b->core, serial)->is_unsent);
}

/* By another link. */
static void says_stop_elsewhere(struct bench *b)
{
	const struct command stop = {.kind = CMD_RECEIVE_SMS,
		.link = bench_link(b),
		.receive = {.phone = STR(BENCH_PHONE),
			.number = STR(BENCH_NUMBER),
			.text = STR("STOP"),
			.keyword = KEYWORD_STOP}};
	assert_int_equal(bench_apply(b, &stop, NULL), OK);
}

static void test_what_a_refusal_keeps_back_while_the_link_is_down_has_failed_at_once(void **state)
{
	struct bench *b = *state;
	link_goes_down(b);
	send_numbers(b, 1, 5);
	says_stop_elsewhere(b);
	bench_run(b, 20);
	for (uint64_t i = 1; i <= 5; i++)
		assert_string_equal(bench_delivery(b, i), "failed");
	link_comes_back(b);
	assert_submits(b, "You will get no more texts.\n");
}

static void assert_is_given_up(struct bench *b, uint64_t serial)
{
	assert_true(core_part_is_answered(core_outbound(b->core, serial), 1));
	assert_string_equal(bench_delivery(b, serial), "uncertain");
}

/* So no life that follows counts it as tried. */
static void test_a_refused_text_whose_answer_was_lost_is_given_up_while_the_link_is_down(
	void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	link_goes_down(b);
	says_stop_elsewhere(b);
	bench_run(b, 20);
	assert_is_given_up(b, 1);
	b->carrier.is_mute = false;
	link_comes_back(b);
	assert_submits(b, "1\nYou will get no more texts.\n");
}

static void test_a_refused_text_is_given_up_when_its_answer_is_lost_later(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	says_stop_elsewhere(b);
	bench_run(b, 20);
	link_goes_down(b);
	assert_is_given_up(b, 1);
}

static void test_a_refused_text_that_the_carrier_did_not_take_stays_here(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	send_numbers(b, 1, 1);
	bench_run(b, 10);
	says_stop_elsewhere(b);
	bench_run(b, 20);
	b->carrier.is_mute = false;
	carrier_answer(&b->carrier, 0, ESME_RTHROTTLED, "");
	bench_run(b, 5000);
	assert_submits(b, "1\nYou will get no more texts.\n");
	assert_string_equal(bench_delivery(b, 1), "failed");
}

static void test_the_place_of_a_text_that_was_kept_back_is_free_when_that_is_on_disk(void **state)
{
	struct bench *b = *state;
	b->carrier.is_mute = true;
	bench_send(b, OTHER_PHONE, "first");
	bench_run(b, 10);
	b->is_manual = true;
	send_numbers(b, 1, 2);
	says_stop_elsewhere(b);
	bench_send(b, OTHER_PHONE, "second");
	bench_commit(b);
	bench_run(b, 10);
	assert_string_equal(bench_delivery(b, 2), "failed");
	assert_submits(b, "first\n");
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "first\nYou will get no more texts.\nsecond\n");
}

/* It had none, so those behind it need not wait for that. */
static void test_what_was_put_aside_and_is_kept_back_takes_no_place(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	send_numbers(b, 1, 3);
	bench_run(b, PACE_FIRST_MS + 10);
	b->carrier.status = ESME_ROK;
	b->is_manual = true;
	says_stop_elsewhere(b);
	bench_commit(b);
	bench_run(b, 10);
	assert_submits(b, "1\n2\n3\nYou will get no more texts.\n");
}

/* They wait for the carrier's pace; the process dies before it is on disk that they stay here, and after
 * the next bind once more. */
static void test_what_was_kept_back_and_never_sent_has_failed_however_often_the_process_dies(
	void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	bench_send(b, OTHER_PHONE, "slow");
	bench_run(b, 5);
	send_numbers(b, 1, 2);
	bench_run(b, 10);
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 1);
	bench_commit(b);
	bench_crash(b);
	for (int i = 0; i < 3; i++) {
		b->is_manual = true;
		while (!b->carrier.is_bound)
			bench_run(b, 1);
		bench_run(b, 5);
		bench_commit(b);
		bench_run(b, 1);
		bench_crash(b);
		carrier_hang_up(&b->carrier);
		bench_run(b, 1);
		b->is_manual = false;
	}
	bench_run(b, 100);
	assert_string_equal(bench_delivery(b, 2), "failed");
	assert_string_equal(bench_delivery(b, 3), "failed");
}

static void test_a_second_refusal_does_not_keep_back_the_confirmation_of_the_first(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 20);
	unsigned before = b->carrier.submit_count;
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	carrier_write(&b->carrier, "420700000001", "STOP");
	bench_run(b, 20);
	b->carrier.status = ESME_ROK;
	bench_run(b, 5000);
	assert_int_equal(b->carrier.submit_count, before + 1);
	assert_string_equal(bench_delivery(b, 1), "sent");
}

/* The carrier was told "not now", and says it again when there is room. */
static void test_a_refusal_that_the_disk_refused_keeps_nothing_back(void **state)
{
	struct bench *b = *state;
	b->carrier.status = ESME_RTHROTTLED;
	send_numbers(b, 1, 1);
	bench_run(b, 20);
	b->is_manual = true;
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, PUT_OFF_BUSY_FIRST_MS + 100);
	b->carrier.status = ESME_ROK;
	b->is_manual = false;
	bench_refuse(b);
	bench_run(b, 5000);
	assert_string_equal(bench_delivery(b, 1), "sent");
}

static void test_the_rest_of_a_long_text_stays_here_after_a_refusal(void **state)
{
	struct bench *b = *state;
	char text[5 * 153 + 1];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	b->carrier.is_mute = true;
	bench_send(b, BENCH_PHONE, text);
	bench_run(b, 20);
	assert_int_equal(b->carrier.submit_count, 3);
	carrier_write(&b->carrier, BENCH_PHONE, "STOP");
	bench_run(b, 20);
	for (unsigned i = 0; i < 3; i++)
		carrier_answer(&b->carrier, i, ESME_ROK, "x");
	b->carrier.is_mute = false;
	bench_run(b, 5000);
	assert_int_equal(b->carrier.submit_count, 4);
	assert_true(str_is(buf_str(&b->carrier.submits[3].data), "You will get no more texts."));
	assert_string_equal(bench_delivery(b, 1), "failed");
	assert_false(core_outbound(b->core, 1)->is_unsent);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_text_leaves_once_it_is_on_disk),
		TEST(test_texts_that_wait_while_their_phone_refuses_texts_stay_here),
		TEST(test_a_text_whose_answer_was_lost_is_not_repeated_after_a_refusal),
		TEST(test_what_was_kept_back_stays_here_after_a_crash),
		TEST(test_what_a_refusal_keeps_back_while_the_link_is_down_has_failed_at_once),
		TEST(test_a_refused_text_whose_answer_was_lost_is_given_up_while_the_link_is_down),
		TEST(test_a_refused_text_is_given_up_when_its_answer_is_lost_later),
		TEST(test_a_refused_text_that_the_carrier_did_not_take_stays_here),
		TEST(test_the_place_of_a_text_that_was_kept_back_is_free_when_that_is_on_disk),
		TEST(test_what_was_put_aside_and_is_kept_back_takes_no_place),
		TEST(test_what_was_kept_back_and_never_sent_has_failed_however_often_the_process_dies),
		TEST(test_a_second_refusal_does_not_keep_back_the_confirmation_of_the_first),
		TEST(test_a_refusal_that_the_disk_refused_keeps_nothing_back),
		TEST(test_the_rest_of_a_long_text_stays_here_after_a_refusal),
		TEST(test_an_answer_to_one_text_does_not_let_the_next_out_before_it_is_on_disk),
		TEST(test_a_text_that_was_refused_by_the_disk_never_leaves),
		TEST(test_an_answer_makes_it_sent_and_a_receipt_delivered),
		TEST(test_a_refusal_fails_the_text_and_those_behind_go_on),
		TEST(test_texts_leave_in_order_and_no_more_than_the_window),
		TEST(test_a_place_in_the_window_is_free_only_when_the_answer_is_on_disk),
		TEST(test_a_long_text_leaves_as_parts_with_one_reference),
		TEST(test_the_longest_text_of_the_api_leaves_whole),
		TEST(test_a_text_that_came_too_fast_leaves_again_after_a_pause),
		TEST(test_one_such_answer_does_not_stop_the_link),
		TEST(test_later_texts_to_the_same_phone_wait_behind_it),
		TEST(test_a_carrier_that_is_full_is_asked_more_and_more_slowly),
		TEST(test_a_carrier_in_trouble_gets_the_text_again_after_a_pause),
		TEST(test_the_order_stays_where_trouble_passes_at_once),
		TEST(test_texts_that_always_meet_trouble_do_not_hold_up_the_others),
		TEST(test_a_text_whose_answer_was_lost_is_uncertain_and_repeated_once),
		TEST(test_parts_that_were_given_up_do_not_leave_with_the_rest_of_their_text),
		TEST(test_a_repeated_text_that_is_answered_is_sent),
		TEST(test_a_repeat_leaves_only_when_its_mark_is_on_disk),
		cmocka_unit_test(test_a_carrier_that_is_slow_with_everything_gets_each_text_once),
		TEST(test_one_lost_answer_costs_a_repeat_and_not_the_bind),
		TEST(test_a_repeat_on_the_same_bind_leaves_when_its_mark_is_on_disk),
		TEST(test_a_late_answer_before_the_repeat_makes_it_needless),
		TEST(test_a_late_answer_survives_a_refused_commit),
		TEST(test_a_late_answer_that_the_store_takes_later_is_not_lost),
		TEST(test_a_late_answer_is_taken_while_the_repeat_is_on_its_way_and_after),
		TEST(test_a_carrier_that_says_nothing_at_all_is_given_up),
		TEST(test_the_response_time_of_a_link_is_its_own),
		TEST(test_an_answer_that_we_did_not_read_is_not_lost),
		TEST(test_the_fate_of_a_text_survives_a_store_that_takes_no_writes),
		TEST(test_the_fate_of_a_text_survives_a_refused_commit),
		TEST(test_after_a_crash_the_first_window_of_texts_is_uncertain_and_all_leave),
		TEST(test_crashes_while_the_link_is_down_cost_no_text),
		TEST(test_only_what_may_have_left_before_the_crash_is_uncertain),
		TEST(test_what_was_answered_while_the_link_was_down_counts_as_never_tried),
		TEST(test_crashes_right_after_the_bind_cost_no_text),
		TEST(test_each_crash_while_an_answer_is_awaited_adds_one_repeat_three_at_most),
		TEST(test_a_stop_in_order_leaves_nothing_that_counts_as_tried),
		TEST(test_after_a_crash_what_overtook_is_uncertain_and_what_waits_is_not),
		TEST(test_a_text_overtakes_when_it_is_on_disk_that_the_other_waits),
		TEST(test_texts_that_wait_for_a_full_carrier_outlive_any_number_of_crashes),
		TEST(test_a_text_that_leaves_again_is_uncertain_after_a_crash),
		TEST(test_a_text_that_was_put_aside_leaves_when_its_leave_is_on_disk),
		cmocka_unit_test(
			test_what_a_slow_link_did_not_come_to_yet_is_not_tried_when_the_process_dies),
		cmocka_unit_test(test_what_is_behind_one_that_asks_is_not_tried_on_a_slow_link),
		TEST(test_on_a_slow_link_a_text_leaves_when_its_leave_is_on_disk),
		TEST(test_a_link_that_is_no_longer_slow_sends_without_asking),
		TEST(test_what_stands_behind_a_full_window_is_not_tried_when_the_process_dies),
		TEST(test_crashes_right_after_the_bind_cost_what_stands_behind_others_nothing),
		TEST(test_lost_answers_are_counted_before_the_link_is_written_to_again),
		TEST(test_that_a_link_may_be_written_to_survives_a_refused_commit),
		TEST(test_receipts_may_come_in_any_order_and_say_what_happened),
		TEST(test_a_receipt_on_the_way_says_nothing_final),
		TEST(test_a_receipt_before_the_answer_waits_for_it),
		TEST(test_a_link_sends_no_more_than_its_contract_allows_and_in_order),
		TEST(test_ids_of_receipts_are_found_without_their_zeros_and_case),
		TEST(test_one_id_for_all_parts_ends_the_text),
		TEST(test_one_receipt_ends_a_long_text_where_the_link_says_so),
		TEST(test_a_text_of_which_some_parts_were_delivered_is_so_at_the_end),
		TEST(test_a_receipt_for_nothing_is_answered_all_the_same),
		TEST(test_a_receipt_whose_answer_never_comes_is_answered_in_the_end),
		TEST(test_a_receipt_is_answered_once_it_is_on_disk),
		TEST(test_a_receipt_of_a_text_whose_answer_is_not_written_yet_counts),
		TEST(test_a_receipt_that_waited_for_an_answer_that_was_not_written_counts),
		TEST(test_a_copy_of_a_receipt_waits_for_the_disk_as_the_first_does),
		TEST(test_a_copy_of_a_receipt_whose_commit_is_refused_is_to_come_again),
		TEST(test_a_receipt_comes_through_a_crash),
		TEST(test_a_text_that_closes_while_its_answer_is_awaited_harms_nobody),
		TEST(test_a_text_whose_closing_is_undone_is_not_sent_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
