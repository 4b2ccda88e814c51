/* smpp_bind_test.c - two ends of a session wired to each other in memory, and one end under
 * whatever a peer may send. What the owner of an end is told is kept as lines of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <malloc.h>

#include "wire/smpp_bind.h"

#include <cmocka.h>

struct side {
	struct smpp_bind *bind;
	struct buf told;        /* a line for each event */
	uint32_t received[200]; /* sequences of SMPP_RECEIVED */
	unsigned received_count;
	unsigned sends_on_bound; /* messages to send from inside the callback */
};

static void on_event(void *ctx, const struct smpp_event *e)
{
	struct side *side = ctx;
	switch (e->what) {
	case SMPP_BOUND:
		buf_printf(&side->told, "bound to %.*s\n",
			STR_ARGS(e->pdu->command == SMPP_BIND_TRANSCEIVER
					 ? e->pdu->bind.system_id
					 : e->pdu->bind_resp.system_id));
		for (unsigned i = 0; i < side->sends_on_bound; i++) {
			struct smpp_pdu pdu = {.command = SMPP_SUBMIT_SM};
			assert_true(smpp_bind_send(side->bind, &pdu, 900 + i, 0));
		}
		break;
	case SMPP_REFUSED:
		buf_printf(&side->told, "refused with 0x%02X\n", (unsigned)e->pdu->status);
		break;
	case SMPP_RECEIVED:
		side->received[side->received_count++] = e->pdu->sequence;
		buf_printf(&side->told, "received %.*s\n", STR_ARGS(e->pdu->sm.short_message));
		break;
	case SMPP_ANSWERED:
		buf_printf(&side->told, "answered %u: 0x%02X %.*s\n", (unsigned)e->cookie,
			(unsigned)e->pdu->status, STR_ARGS(e->pdu->sm_resp.message_id));
		break;
	case SMPP_UNANSWERED:
		buf_printf(&side->told, "unanswered %u\n", (unsigned)e->cookie);
		break;
	case SMPP_ANSWERED_LATE:
		buf_printf(&side->told, "answered late %u: 0x%02X %.*s\n", (unsigned)e->cookie,
			(unsigned)e->pdu->status, STR_ARGS(e->pdu->sm_resp.message_id));
		break;
	case SMPP_WINDOW_OPEN:
		buf_printf(&side->told, "window %u\n", smpp_bind_free_window(side->bind));
		break;
	case SMPP_TURNED_AWAY:
		buf_printf(&side->told, "turned away %u with 0x%02X: %s\n",
			(unsigned)e->pdu->sequence, (unsigned)e->status, e->why);
		break;
	case SMPP_ENDED:
		assert_false(smpp_bind_is_bound(side->bind));
		buf_printf(&side->told, "ended: %s\n", e->why);
	}
}

static void side_open(struct side *side, enum smpp_role role, unsigned window)
{
	const struct smpp_bind_settings settings = {
		.role = role,
		.system_id = role == SMPP_ESME ? STR("shop") : STR_NONE,
		.password = STR("secret"),
		.system_type = STR_NONE,
		.window = window,
	};
	*side = (struct side) {0};
	side->bind = smpp_bind_new(&settings, 0, on_event, side);
}

static void side_close(struct side *side)
{
	smpp_bind_free(&side->bind);
	assert_null(side->bind);
	buf_free(&side->told);
}

static void assert_str(struct str s, const char *expected)
{
	char *text = strndup(s.at ? s.at : "", s.len);
	assert_string_equal(text, expected);
	free(text);
}

/* What was told since the last time. */
static void assert_told(struct side *side, const char *expected)
{
	assert_str(buf_str(&side->told), expected);
	side->told.len = 0;
}

/* Carries what one side says to the other, in pieces of so many bytes; false: it said nothing. */
static bool carry(struct side *from, struct side *to, size_t piece, msec now)
{
	struct buf bytes = {0};
	smpp_bind_take(from->bind, &bytes);
	struct str rest = buf_str(&bytes);
	while (rest.len) {
		size_t n = rest.len < piece ? rest.len : piece;
		char *exact = malloc(n);
		memcpy(exact, rest.at, n);
		smpp_bind_recv(to->bind, str_from(exact, n), now);
		free(exact);
		rest = str_skip(rest, n);
	}
	bool said = bytes.len > 0;
	buf_free(&bytes);
	return said;
}

static void talk(struct side *a, struct side *b, size_t piece, msec now)
{
	bool more = true;
	while (more) {
		more = carry(a, b, piece, now);
		more |= carry(b, a, piece, now);
	}
}

#define WHOLE SIZE_MAX

static void open_pair(struct side *esme, struct side *smsc, unsigned window)
{
	side_open(esme, SMPP_ESME, window);
	side_open(smsc, SMPP_SMSC, window);
	talk(esme, smsc, WHOLE, 0);
	assert_told(esme, "bound to \n");
	assert_told(smsc, "bound to shop\n");
}

static void close_pair(struct side *esme, struct side *smsc)
{
	side_close(esme);
	side_close(smsc);
}

static bool send_text(
	struct side *side, enum smpp_role role, const char *text, uint64_t cookie, msec now)
{
	struct smpp_pdu pdu = {
		.command = role == SMPP_ESME ? SMPP_SUBMIT_SM : SMPP_DELIVER_SM,
		.sm = {.short_message = str_of(text)},
	};
	return smpp_bind_send(side->bind, &pdu, cookie, now);
}

/* What a side said since the last time, a line of the log each. */
static void assert_said(struct side *side, const char *expected)
{
	struct buf bytes = {0}, lines = {0};
	smpp_bind_take(side->bind, &bytes);
	struct str rest = buf_str(&bytes);
	while (rest.len) {
		struct smpp_pdu pdu;
		enum smpp_status status;
		assert_int_equal(smpp_pdu_unpack(&rest, &pdu, &status), WIRE_DONE);
		assert_int_equal(status, ESME_ROK);
		smpp_pdu_dump(&lines, &pdu);
		buf_put_byte(&lines, '\n');
	}
	assert_str(buf_str(&lines), expected);
	buf_free(&bytes);
	buf_free(&lines);
}

static void hear(struct side *side, struct smpp_pdu pdu, msec now)
{
	struct buf bytes = {0};
	smpp_pdu_pack(&bytes, &pdu);
	smpp_bind_recv(side->bind, buf_str(&bytes), now);
	buf_free(&bytes);
}

/* --- binding ---------------------------------------------------------------------------------- */

static void test_an_esme_asks_for_both_directions(void **state)
{
	struct side esme;
	side_open(&esme, SMPP_ESME, 10);
	assert_said(&esme,
		"BIND_TRANSCEIVER sequence=1 status=0x00 system_id=\"shop\" password=*** "
		"interface_version=52\n");
	assert_false(smpp_bind_is_bound(esme.bind));
	assert_int_equal(smpp_bind_free_window(esme.bind), 0);
	assert_false(send_text(&esme, SMPP_ESME, "too early", 1, 0));
	assert_said(&esme, "");
	side_close(&esme);
}

static void test_both_are_bound_and_the_smsc_tells_its_version(void **state)
{
	struct side esme, smsc;
	side_open(&esme, SMPP_ESME, 10);
	side_open(&smsc, SMPP_SMSC, 10);
	carry(&esme, &smsc, WHOLE, 0);
	assert_true(smpp_bind_is_bound(smsc.bind));
	assert_said(
		&smsc, "BIND_TRANSCEIVER_RESP sequence=1 status=0x00 sc_interface_version=52\n");
	close_pair(&esme, &smsc);
	open_pair(&esme, &smsc, 10);
	assert_true(smpp_bind_is_bound(esme.bind));
	assert_int_equal(smpp_bind_free_window(esme.bind), 10);
	close_pair(&esme, &smsc);
}

static void test_an_smsc_demands_what_it_was_told_to(void **state)
{
	/* clang-format off */
	static const struct {
		const char *system_id, *password, *system_type; /* demanded */
		const char *esme, *smsc;                        /* told */
	} rows[] = {
		{"", "", "", "bound to \n", "bound to me\n"},
		{"me", "pw", "tt", "bound to me\n", "bound to me\n"},
		{"you", "pw", "tt", "refused with 0x0F\nended: refused\n", ""},
		{"me", "pW", "tt", "refused with 0x0E\nended: refused\n", ""},
		{"me", "p", "tt", "refused with 0x0E\nended: refused\n", ""},
		{"me", "pw", "other", "refused with 0x53\nended: refused\n", ""},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct side esme = {0}, smsc = {0};
		const struct smpp_bind_settings ours = {
			SMPP_ESME, STR("me"), STR("pw"), STR("tt"), 1};
		const struct smpp_bind_settings theirs = {SMPP_SMSC, str_of(rows[i].system_id),
			str_of(rows[i].password), str_of(rows[i].system_type), 1};
		esme.bind = smpp_bind_new(&ours, 0, on_event, &esme);
		smsc.bind = smpp_bind_new(&theirs, 0, on_event, &smsc);
		talk(&esme, &smsc, WHOLE, 0);
		assert_told(&esme, rows[i].esme);
		assert_told(&smsc, rows[i].smsc);
		close_pair(&esme, &smsc);
	}
}

/* A deliver_sm that comes where texts are only sent is an SMSC's mistake, and told so. */
static void test_an_esme_may_be_bound_for_one_way(void **state)
{
	static const struct {
		enum smpp_way way;
		uint32_t answer, other;
		const char *told;
	} rows[] = {
		{SMPP_OUT, SMPP_BIND_TRANSMITTER_RESP, SMPP_BIND_TRANSCEIVER_RESP,
			"turned away 7 with 0x04: this bind is for sending\n"},
		{SMPP_IN, SMPP_BIND_RECEIVER_RESP, SMPP_BIND_TRANSMITTER_RESP, "received hi\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct side esme = {0};
		const struct smpp_bind_settings settings = {
			.role = SMPP_ESME, .system_id = STR("me"), .window = 1, .way = rows[i].way};
		esme.bind = smpp_bind_new(&settings, 0, on_event, &esme);
		struct buf said = {0};
		struct str bytes;
		struct smpp_pdu pdu;
		enum smpp_status flaw;
		smpp_bind_take(esme.bind, &said);
		bytes = buf_str(&said);
		assert_int_equal(smpp_pdu_unpack(&bytes, &pdu, &flaw), WIRE_DONE);
		assert_true(pdu.command == (rows[i].answer & ~SMPP_RESPONSE_BIT));
		buf_free(&said);
		hear(&esme, (struct smpp_pdu) {.command = rows[i].other, .sequence = 1}, 0);
		assert_told(&esme, "");
		hear(&esme, (struct smpp_pdu) {.command = rows[i].answer, .sequence = 1}, 0);
		assert_told(&esme, "bound to \n");
		hear(&esme,
			(struct smpp_pdu) {.command = SMPP_DELIVER_SM,
				.sequence = 7,
				.sm = {.short_message = STR("hi")}},
			0);
		assert_told(&esme, rows[i].told);
		side_close(&esme);
	}
}

static void test_only_the_answer_to_our_bind_binds(void **state)
{
	struct side esme;
	side_open(&esme, SMPP_ESME, 1);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_BIND_TRANSCEIVER_RESP, .sequence = 2}, 0);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_BIND_RECEIVER_RESP, .sequence = 1}, 0);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_SUBMIT_SM_RESP, .sequence = 1}, 0);
	assert_told(&esme, "");
	hear(&esme, (struct smpp_pdu) {.command = SMPP_BIND_TRANSCEIVER_RESP, .sequence = 1}, 0);
	assert_told(&esme, "bound to \n");
	hear(&esme,
		(struct smpp_pdu) {
			.command = SMPP_BIND_TRANSCEIVER_RESP, .status = 5, .sequence = 1},
		0);
	assert_told(&esme, ""); /* once */
	side_close(&esme);
	side_open(&esme, SMPP_ESME, 1);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_GENERIC_NACK, .status = 3, .sequence = 1},
		0);
	assert_told(&esme, "refused with 0x03\nended: refused\n");
	side_close(&esme);
}

/* --- messages --------------------------------------------------------------------------------- */

static void test_a_window_fills_and_opens_in_the_order_of_answers(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 3);
	assert_true(send_text(&esme, SMPP_ESME, "a", 11, 0));
	assert_true(send_text(&esme, SMPP_ESME, "b", 12, 0));
	assert_int_equal(smpp_bind_free_window(esme.bind), 1);
	assert_true(send_text(&esme, SMPP_ESME, "c", 13, 0));
	assert_int_equal(smpp_bind_free_window(esme.bind), 0);
	assert_false(send_text(&esme, SMPP_ESME, "d", 14, 0));
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&smsc, "received a\nreceived b\nreceived c\n");
	smpp_bind_answer(smsc.bind, smsc.received[2], ESME_ROK, STR("idc"));
	smpp_bind_answer(smsc.bind, smsc.received[0], ESME_RMSGQFUL, STR_NONE);
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&esme, "answered 13: 0x00 idc\nwindow 1\nanswered 11: 0x14 \nwindow 2\n");
	assert_true(send_text(&esme, SMPP_ESME, "e", 15, 0));
	smpp_bind_answer(smsc.bind, smsc.received[1], ESME_ROK, STR("idb"));
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&esme, "answered 12: 0x00 idb\nwindow 2\n");
	assert_told(&smsc, "received e\n");
	close_pair(&esme, &smsc);
}

static void note_cookie(void *ctx, uint64_t cookie)
{
	buf_printf(ctx, "%u ", (unsigned)cookie);
}

static void test_the_unanswered_are_told_oldest_first_even_after_the_end(void **state)
{
	struct side esme, smsc;
	struct buf cookies = {0};
	open_pair(&esme, &smsc, 5);
	for (unsigned cookie = 1; cookie <= 5; cookie++)
		assert_true(send_text(&esme, SMPP_ESME, "x", cookie, 0));
	talk(&esme, &smsc, WHOLE, 0);
	smpp_bind_answer(smsc.bind, smsc.received[1], ESME_ROK, STR_NONE);
	talk(&esme, &smsc, WHOLE, 0);
	assert_true(send_text(&esme, SMPP_ESME, "x", 6, 0));
	smpp_bind_recv(esme.bind, STR("\0\0\0\0"), 0);
	smpp_bind_unanswered(esme.bind, note_cookie, &cookies);
	assert_str(buf_str(&cookies), "1 3 4 5 6 ");
	buf_free(&cookies);
	close_pair(&esme, &smsc);
}

static void test_messages_go_both_ways_at_once(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	assert_true(send_text(&esme, SMPP_ESME, "out", 1, 0));
	assert_true(send_text(&smsc, SMPP_SMSC, "in", 2, 0));
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&esme, "received in\n");
	assert_told(&smsc, "received out\n");
	smpp_bind_answer(esme.bind, esme.received[0], ESME_ROK, STR_NONE);
	smpp_bind_answer(smsc.bind, smsc.received[0], ESME_ROK, STR("m1"));
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&esme, "answered 1: 0x00 m1\nwindow 2\n");
	assert_told(&smsc, "answered 2: 0x00 \nwindow 2\n");
	close_pair(&esme, &smsc);
}

static void test_an_answer_goes_out_once(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	assert_true(send_text(&smsc, SMPP_SMSC, "in", 2, 0));
	carry(&smsc, &esme, WHOLE, 0);
	smpp_bind_answer(esme.bind, esme.received[0] + 1, ESME_ROK, STR_NONE); /* nobody asked */
	assert_said(&esme, "");
	smpp_bind_answer(esme.bind, esme.received[0], ESME_RX_T_APPN, STR_NONE);
	smpp_bind_answer(esme.bind, esme.received[0], ESME_ROK, STR_NONE);
	assert_said(&esme, "DELIVER_SM_RESP sequence=1 status=0x64\n");
	close_pair(&esme, &smsc);
}

static void test_a_nack_or_a_broken_body_answers_too(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 4);
	for (unsigned cookie = 1; cookie <= 4; cookie++)
		assert_true(send_text(&esme, SMPP_ESME, "x", cookie, 0)); /* sequences 2 to 5 */
	hear(&esme, (struct smpp_pdu) {.command = SMPP_GENERIC_NACK, .status = 3, .sequence = 2},
		0);
	assert_told(&esme, "answered 1: 0x03 \nwindow 1\n");
	hear(&esme, (struct smpp_pdu) {.command = SMPP_GENERIC_NACK, .status = 0, .sequence = 3},
		0);
	assert_told(&esme, "answered 2: 0xFF \nwindow 2\n"); /* never taken for a success */
	smpp_bind_recv(
		esme.bind, STR("\0\0\0\x12\x80\0\0\x04\0\0\0\0\0\0\0\x04id"), 0); /* no NULL */
	assert_told(&esme, "answered 3: 0x00 id\nwindow 3\n");
	smpp_bind_recv(esme.bind, STR("\0\0\0\x10\x80\0\0\x04\0\0\0\0\0\0\0\x05"), 0); /* no body */
	assert_told(&esme, "answered 4: 0x00 \nwindow 4\n");
	hear(&esme, (struct smpp_pdu) {.command = SMPP_SUBMIT_SM_RESP, .sequence = 5}, 0);
	assert_told(&esme, ""); /* a second answer is nothing */
	close_pair(&esme, &smsc);
}

static struct smpp_pdu nth_message(uint32_t command, uint32_t n)
{
	return (struct smpp_pdu) {.command = command, .sequence = n};
}

static void test_beyond_its_receive_window_an_smsc_throttles(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 1);
	for (uint32_t n = 1; n <= SMPP_WINDOW_MAX; n++)
		hear(&smsc, nth_message(SMPP_SUBMIT_SM, n), 0);
	assert_int_equal(smsc.received_count, SMPP_WINDOW_MAX);
	assert_said(&smsc, "");
	hear(&smsc, nth_message(SMPP_SUBMIT_SM, 777), 0);
	assert_int_equal(smsc.received_count, SMPP_WINDOW_MAX);
	assert_said(&smsc, "SUBMIT_SM_RESP sequence=777 status=0x58\n");
	smpp_bind_answer(smsc.bind, 1, ESME_ROK, STR_NONE);
	hear(&smsc, nth_message(SMPP_SUBMIT_SM, 778), 0);
	assert_int_equal(smsc.received_count, SMPP_WINDOW_MAX + 1);
	close_pair(&esme, &smsc);
}

static void test_beyond_its_receive_window_messages_to_an_esme_wait_in_their_order(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 1);
	for (uint32_t n = 1; n <= SMPP_RECEIVE_WINDOW + 2; n++)
		hear(&esme, nth_message(n % 2 ? SMPP_DELIVER_SM : SMPP_DATA_SM, n), 0);
	assert_int_equal(esme.received_count, SMPP_RECEIVE_WINDOW);
	assert_said(&esme, "");
	assert_true(smpp_bind_is_waiting(esme.bind));
	assert_false(smpp_bind_is_full(esme.bind));
	hear(&esme, nth_message(SMPP_ENQUIRE_LINK, 50), 0); /* all else goes on */
	assert_said(&esme, "ENQUIRE_LINK_RESP sequence=50 status=0x00\n");
	smpp_bind_answer(esme.bind, 1, ESME_ROK, STR_NONE);
	hear(&esme, nth_message(SMPP_DELIVER_SM, 99), 0);
	assert_int_equal(esme.received_count, SMPP_RECEIVE_WINDOW); /* the answer has not left */
	smpp_bind_written(esme.bind, 0);
	assert_int_equal(esme.received_count, SMPP_RECEIVE_WINDOW + 1);
	assert_int_equal(esme.received[SMPP_RECEIVE_WINDOW], SMPP_RECEIVE_WINDOW + 1);
	smpp_bind_answer(esme.bind, 2, ESME_ROK, STR_NONE);
	smpp_bind_answer(esme.bind, 3, ESME_ROK, STR_NONE);
	smpp_bind_written(esme.bind, 0);
	assert_int_equal(esme.received_count, SMPP_RECEIVE_WINDOW + 3);
	assert_int_equal(esme.received[SMPP_RECEIVE_WINDOW + 2], 99);
	assert_false(smpp_bind_is_waiting(esme.bind));
	close_pair(&esme, &smsc);
}

static void test_what_waits_is_turned_away_once_the_bind_is_given_up(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 1);
	for (uint32_t n = 1; n <= SMPP_RECEIVE_WINDOW + 1; n++)
		hear(&esme, nth_message(SMPP_DELIVER_SM, n), 0);
	smpp_bind_unbind(esme.bind, 0);
	assert_said(&esme, "UNBIND sequence=2 status=0x00\n"
			   "DELIVER_SM_RESP sequence=11 status=0x58\n");
	close_pair(&esme, &smsc);
}

/* Who stops reading when it is full is sent no more than one read. */
static void test_as_much_waits_as_one_more_read_brings(void **state)
{
	struct side esme, smsc;
	struct buf payload = {0};
	open_pair(&esme, &smsc, 1);
	while (payload.len < 60000)
		buf_put_byte(&payload, 'x');
	struct smpp_pdu large = nth_message(SMPP_DELIVER_SM, 1);
	large.tlv.has_message_payload = true;
	large.tlv.message_payload = buf_str(&payload);
	for (uint32_t n = 1; n <= SMPP_RECEIVE_WINDOW; n++)
		hear(&esme, nth_message(SMPP_DELIVER_SM, n), 0);
	for (large.sequence = 11; large.sequence <= 12; large.sequence++) {
		assert_false(smpp_bind_is_full(esme.bind));
		hear(&esme, large, 0);
	}
	assert_true(smpp_bind_is_full(esme.bind));
	assert_said(&esme, "");
	hear(&esme, large, 0);
	assert_said(&esme, "DELIVER_SM_RESP sequence=13 status=0x58\n");
	buf_free(&payload);
	close_pair(&esme, &smsc);
}

static void test_the_owner_may_send_from_inside_the_callback(void **state)
{
	struct side esme, smsc;
	side_open(&esme, SMPP_ESME, 2);
	side_open(&smsc, SMPP_SMSC, 2);
	esme.sends_on_bound = 2;
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&smsc, "bound to shop\nreceived \nreceived \n");
	close_pair(&esme, &smsc);
}

/* --- time ------------------------------------------------------------------------------------- */

static void test_silence_is_asked_about_and_an_answer_contents(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 1);
	assert_int_equal(smpp_bind_tick(esme.bind, 29999), 30000);
	assert_said(&esme, "");
	assert_int_equal(smpp_bind_tick(esme.bind, 30000), 40000);
	assert_int_equal(smpp_bind_tick(esme.bind, 30001), 40000); /* asks once */
	talk(&esme, &smsc, WHOLE, 31000);
	assert_int_equal(smpp_bind_tick(esme.bind, 40000), 61000);
	assert_int_equal(smpp_bind_tick(smsc.bind, 40000), 61000); /* it heard us */
	assert_told(&esme, "");
	assert_int_equal(smpp_bind_tick(esme.bind, 61000), 71000);
	assert_said(&esme, "ENQUIRE_LINK sequence=3 status=0x00\n");
	/* Not the answer to that, but a sign of life, as whatever it says. */
	hear(&esme, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK_RESP, .sequence = 2}, 62000);
	assert_int_equal(smpp_bind_tick(esme.bind, 62000), 92000);
	smpp_bind_tick(esme.bind, 92000);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_GENERIC_NACK, .sequence = 4}, 93000);
	assert_int_equal(smpp_bind_tick(esme.bind, 93000), 123000);
	smpp_bind_tick(esme.bind, 123000);
	smpp_bind_recv(esme.bind, str_from("\0\0", 2), 132999); /* half a PDU, at last */
	assert_int_equal(smpp_bind_tick(esme.bind, 133000), 162999);
	assert_told(&esme, "");
	close_pair(&esme, &smsc);
}

static void test_a_peer_that_says_nothing_at_all_is_given_up(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	smpp_bind_tick(esme.bind, 30000);
	smpp_bind_tick(esme.bind, 39999);
	assert_told(&esme, "");
	assert_int_equal(smpp_bind_tick(esme.bind, 40000), SMPP_NEVER);
	assert_told(&esme, "ended: the peer says nothing\n");
	close_pair(&esme, &smsc);
}

static void answers(struct side *esme, uint32_t sequence, msec now)
{
	hear(esme, (struct smpp_pdu) {.command = SMPP_SUBMIT_SM_RESP, .sequence = sequence}, now);
}

/* 1.5 s each, one after the other: the last one waits for a quarter of an hour. */
static void test_a_peer_that_is_slow_with_everything_is_not_given_up(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, SMPP_WINDOW_MAX);
	for (unsigned i = 0; i < SMPP_WINDOW_MAX; i++)
		assert_true(send_text(&esme, SMPP_ESME, "a", i, 0));
	for (unsigned i = 0; i < SMPP_WINDOW_MAX; i++) {
		msec now = 9000 * (msec)(i + 1);
		smpp_bind_tick(esme.bind, now);
		answers(&esme, 2 + i, now);
	}
	assert_null(strstr(esme.told.at, "unanswered"));
	assert_null(strstr(esme.told.at, "ended"));
	assert_true(smpp_bind_is_bound(esme.bind));
	close_pair(&esme, &smsc);
}

/* It takes longer over one than we wait for an answer to enquire_link, which stands behind it. */
static void test_a_peer_at_work_has_the_whole_response_time(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	assert_true(send_text(&esme, SMPP_ESME, "a", 1, 1000));
	assert_int_equal(smpp_bind_tick(esme.bind, 30000), 61000); /* asks */
	answers(&esme, 2, 60999);
	assert_int_equal(smpp_bind_tick(esme.bind, 60999), 90999);
	assert_told(&esme, "answered 1: 0x00 \nwindow 2\n");
	assert_true(send_text(&esme, SMPP_ESME, "b", 2, 61000));
	smpp_bind_tick(esme.bind, 90999); /* asks */
	smpp_bind_tick(esme.bind, 120999);
	assert_told(&esme, "");
	smpp_bind_tick(esme.bind, 121000);
	assert_told(&esme, "ended: the peer says nothing\n");
	close_pair(&esme, &smsc);
}

static void test_one_lost_answer_leaves_the_bind_alone(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	assert_true(send_text(&esme, SMPP_ESME, "a", 1, 5000));
	assert_true(send_text(&esme, SMPP_ESME, "b", 2, 6000));
	answers(&esme, 3, 7000);
	assert_told(&esme, "answered 2: 0x00 \nwindow 1\n");
	hear(&esme, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 5}, 60000);
	assert_int_equal(smpp_bind_tick(esme.bind, 64999), 65000);
	assert_told(&esme, "");
	smpp_bind_tick(esme.bind, 65000);
	assert_told(&esme, "unanswered 1\nwindow 2\n");
	answers(&esme, 2, 70000);
	assert_told(&esme, "answered late 1: 0x00 \n");
	answers(&esme, 2, 70000); /* once */
	assert_told(&esme, "");
	assert_true(smpp_bind_is_bound(esme.bind));
	close_pair(&esme, &smsc);
}

/* Where nothing came since it was sent, the peer is asked first: repeats would go to a dead one. */
static void test_before_an_answer_counts_as_lost_the_peer_must_be_heard(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	assert_true(send_text(&esme, SMPP_ESME, "a", 1, 0));
	smpp_bind_tick(esme.bind, 30000);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK_RESP, .sequence = 3}, 31000);
	assert_int_equal(smpp_bind_tick(esme.bind, 31000), 60000);
	smpp_bind_tick(esme.bind, 60000);
	assert_told(&esme, "unanswered 1\nwindow 2\n");
	close_pair(&esme, &smsc);
}

/* As many are remembered as a window has; what came before is forgotten. */
static void test_late_answers_are_known_up_to_a_bound(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 1);
	for (unsigned i = 0; i <= SMPP_WINDOW_MAX; i++) {
		msec now = i * 100000;
		assert_true(send_text(&esme, SMPP_ESME, "a", i, now));
		hear(&esme, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 5},
			now + 1);
		hear(&esme, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 5},
			now + SMPP_RESPONSE_MS - 1);
		smpp_bind_tick(esme.bind, now + SMPP_RESPONSE_MS);
	}
	esme.told.len = 0;
	answers(&esme, 2, 100000 * SMPP_WINDOW_MAX + SMPP_RESPONSE_MS);
	assert_told(&esme, "");
	answers(&esme, 3, 100000 * SMPP_WINDOW_MAX + SMPP_RESPONSE_MS);
	assert_told(&esme, "answered late 1: 0x00 \n");
	close_pair(&esme, &smsc);
}

static void test_the_response_time_is_a_setting(void **state)
{
	const struct smpp_bind_settings settings = {
		.role = SMPP_ESME, .window = 1, .response_ms = 2000};
	struct side esme = {0};
	esme.bind = smpp_bind_new(&settings, 0, on_event, &esme);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_BIND_TRANSCEIVER_RESP, .sequence = 1}, 0);
	assert_true(send_text(&esme, SMPP_ESME, "a", 1, 0));
	hear(&esme, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 5}, 1);
	esme.told.len = 0;
	assert_int_equal(smpp_bind_tick(esme.bind, 1999), 2000);
	smpp_bind_tick(esme.bind, 2000);
	assert_told(&esme, "unanswered 1\nwindow 1\n");
	side_close(&esme);
}

static void test_a_bind_that_takes_too_long_ends(void **state)
{
	for (enum smpp_role role = SMPP_ESME; role <= SMPP_SMSC; role++) {
		struct side side;
		side_open(&side, role, 1);
		hear(&side, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 1}, 9000);
		assert_int_equal(smpp_bind_tick(side.bind, 9999), 10000);
		assert_told(&side, "");
		assert_int_equal(smpp_bind_tick(side.bind, 10000), SMPP_NEVER);
		assert_told(&side, "ended: bound too late\n");
		side_close(&side);
	}
}

/* --- the end ---------------------------------------------------------------------------------- */

static void test_either_side_may_unbind(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 1);
	smpp_bind_unbind(esme.bind, 0);
	assert_false(send_text(&esme, SMPP_ESME, "too late", 1, 0));
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&esme, "ended: unbound\n");
	assert_told(&smsc, "ended: the peer unbound\n");
	close_pair(&esme, &smsc);
	open_pair(&esme, &smsc, 1);
	smpp_bind_unbind(smsc.bind, 0);
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&esme, "ended: the peer unbound\n");
	assert_told(&smsc, "ended: unbound\n");
	close_pair(&esme, &smsc);
	open_pair(&esme, &smsc, 1); /* both at once */
	smpp_bind_unbind(smsc.bind, 0);
	smpp_bind_unbind(esme.bind, 0);
	talk(&esme, &smsc, WHOLE, 0);
	assert_told(&esme, "ended: the peer unbound\n");
	assert_told(&smsc, "ended: the peer unbound\n"); /* each read the other's request first */
	close_pair(&esme, &smsc);
}

static void test_while_unbinding_only_answers_count(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	assert_true(send_text(&esme, SMPP_ESME, "a", 1, 0));
	smpp_bind_unbind(esme.bind, 0);
	assert_said(&esme, "SUBMIT_SM sequence=2 status=0x00 short_message=<1 bytes>\n"
			   "UNBIND sequence=3 status=0x00\n");
	hear(&esme, (struct smpp_pdu) {.command = SMPP_DELIVER_SM, .sequence = 1}, 0);
	assert_said(
		&esme, "DELIVER_SM_RESP sequence=1 status=0x58\n"); /* it comes again, elsewhere */
	hear(&esme, (struct smpp_pdu) {.command = SMPP_SUBMIT_SM_RESP, .sequence = 2}, 0);
	assert_told(&esme, "turned away 1 with 0x58: the bind is being given up\n"
			   "answered 1: 0x00 \n"); /* no window to tell of */
	hear(&esme, (struct smpp_pdu) {.command = SMPP_UNBIND_RESP, .sequence = 2}, 0);
	assert_told(&esme, ""); /* not the answer to ours */
	assert_int_equal(smpp_bind_tick(esme.bind, 9999), 10000);
	smpp_bind_tick(esme.bind, 10000);
	assert_told(&esme, "ended: the peer says nothing\n");
	close_pair(&esme, &smsc);
}

static void test_a_message_taken_before_unbinding_can_still_be_answered(void **state)
{
	struct side esme, smsc;
	open_pair(&esme, &smsc, 2);
	hear(&esme, (struct smpp_pdu) {.command = SMPP_DELIVER_SM, .sequence = 4}, 0);
	smpp_bind_unbind(esme.bind, 0);
	smpp_bind_answer(esme.bind, 4, ESME_ROK, STR_NONE);
	assert_said(
		&esme, "UNBIND sequence=2 status=0x00\nDELIVER_SM_RESP sequence=4 status=0x00\n");
	close_pair(&esme, &smsc);
}

/* Brings a side into the nth state: open, bound, unbound. */
static void bring(struct side *side, enum smpp_role role, unsigned nth)
{
	side_open(side, role, 2);
	if (nth > 0 && role == SMPP_ESME)
		hear(side, (struct smpp_pdu) {.command = SMPP_BIND_TRANSCEIVER_RESP, .sequence = 1},
			0);
	if (nth > 0 && role == SMPP_SMSC)
		hear(side,
			(struct smpp_pdu) {.command = SMPP_BIND_TRANSCEIVER,
				.sequence = 1,
				.bind = {.password = STR("secret")}},
			0);
	if (nth > 1)
		smpp_bind_unbind(side->bind, 0);
	struct buf bytes = {0};
	smpp_bind_take(side->bind, &bytes);
	buf_free(&bytes);
	side->told.len = 0;
}

static void test_garbage_ends_the_session_in_every_state(void **state)
{
	/* clang-format off */
	static const struct str garbage[] = {
		{"GET / HTTP/1.1\r\n\r\n", 18}, {"\0\0\0\x0F", 4}, {"\xFF\xFF\xFF\xFF\xFF", 5},
			{"\0\x10\0\x01", 4}};
	/* clang-format on */
	for (enum smpp_role role = SMPP_ESME; role <= SMPP_SMSC; role++) {
		for (unsigned nth = 0; nth < 3; nth++) {
			for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
				struct side side;
				bring(&side, role, nth);
				for (size_t n = 0; n < garbage[i].len; n++)
					smpp_bind_recv(
						side.bind, str_from(garbage[i].at + n, 1), 0);
				assert_told(&side, "ended: garbage\n");
				assert_said(&side, "GENERIC_NACK sequence=0 status=0x02\n");
				assert_false(smpp_bind_is_bound(side.bind));
				side_close(&side);
			}
		}
	}
}

static void test_after_the_end_nothing_happens_any_more(void **state)
{
	for (enum smpp_role role = SMPP_ESME; role <= SMPP_SMSC; role++) {
		struct side side;
		bring(&side, role, 1);
		uint32_t message = role == SMPP_ESME ? SMPP_DELIVER_SM : SMPP_SUBMIT_SM;
		hear(&side, (struct smpp_pdu) {.command = message, .sequence = 4}, 0);
		hear(&side, (struct smpp_pdu) {.command = SMPP_UNBIND, .sequence = 5}, 0);
		assert_told(&side, "received \nended: the peer unbound\n");
		assert_said(&side, "UNBIND_RESP sequence=5 status=0x00\n");
		hear(&side, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 6}, 0);
		smpp_bind_recv(side.bind, STR("\0\0\0\0"), 0);
		smpp_bind_answer(side.bind, 4, ESME_ROK, STR_NONE);
		smpp_bind_unbind(side.bind, 0);
		assert_false(send_text(&side, role, "x", 1, 0));
		assert_int_equal(smpp_bind_tick(side.bind, 1000000), SMPP_NEVER);
		assert_told(&side, "");
		assert_said(&side, "");
		side_close(&side);
	}
}

static void test_before_the_bind_unbinding_just_ends(void **state)
{
	struct side esme;
	side_open(&esme, SMPP_ESME, 1);
	smpp_bind_unbind(esme.bind, 0);
	assert_told(&esme, "ended: never bound\n");
	side_close(&esme);
}

/* --- what a peer may ask ---------------------------------------------------------------------- */

/* What the owner was told of a refusal is what the peer was answered, and why; NULL: nothing. */
static void assert_turned_away(struct side *side, const char *answer, const char *why)
{
	struct buf told = {0};
	if (why)
		buf_printf(&told, "turned away 99 with %s", strstr(answer, "0x"));
	told.len -= why ? 1 : 0; /* the line's end */
	if (why)
		buf_printf(&told, ": %s\n", why);
	buf_put_byte(&told, '\0');
	assert_told(side, told.at);
	buf_free(&told);
}

static void test_every_request_gets_its_answer(void **state)
{
	enum { OPEN, BOUND, UNBOUND };
	/* clang-format off */
	static const struct {
		enum smpp_role role;
		unsigned nth;
		struct str request;
		const char *answer, *why; /* NULL: served */
	} rows[] = {
#define HEAD(length, command) "\0\0\0" length command "\0\0\0\0\0\0\0\x63"
#define UNSERVED              "no such command is served"
#define REQUEST(length, command, body)                                                             \
	{                                                                                          \
		HEAD(length, command) body, sizeof HEAD(length, command) body - 1                  \
	}
		{SMPP_ESME, OPEN, REQUEST("\x10", "\0\0\0\x15", ""),
			"ENQUIRE_LINK_RESP sequence=99 status=0x00\n"},
		{SMPP_SMSC, BOUND, REQUEST("\x10", "\0\0\0\x15", ""),
			"ENQUIRE_LINK_RESP sequence=99 status=0x00\n"},
		{SMPP_ESME, UNBOUND, REQUEST("\x10", "\0\0\0\x15", ""),
			"ENQUIRE_LINK_RESP sequence=99 status=0x00\n"},
		/* one direction is not enough, a second bind too much */
		{SMPP_SMSC, OPEN, REQUEST("\x17", "\0\0\0\x01", "\0\0\0\x34\0\0\0"),
			"BIND_RECEIVER_RESP sequence=99 status=0x0D\n"},
		{SMPP_SMSC, OPEN, REQUEST("\x17", "\0\0\0\x02", "\0\0\0\x34\0\0\0"),
			"BIND_TRANSMITTER_RESP sequence=99 status=0x0D\n"},
		{SMPP_SMSC, BOUND, REQUEST("\x17", "\0\0\0\x02", "\0\0\0\x34\0\0\0"),
			"BIND_TRANSMITTER_RESP sequence=99 status=0x05\n"},
		{SMPP_SMSC, BOUND, REQUEST("\x17", "\0\0\0\x09", "\0\0\0\x34\0\0\0"),
			"BIND_TRANSCEIVER_RESP sequence=99 status=0x05\n"},
		{SMPP_SMSC, OPEN, REQUEST("\x17", "\0\0\0\x09", "\0\0\0\x34\0\0\0"),
			"BIND_TRANSCEIVER_RESP sequence=99 status=0x0E\n"}, /* no password */
		/* not before the bind */
		{SMPP_ESME, OPEN, REQUEST("\x21", "\0\0\0\x05",
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
			"DELIVER_SM_RESP sequence=99 status=0x04\n", "not bound yet"},
		{SMPP_SMSC, OPEN, REQUEST("\x21", "\0\0\0\x04",
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
			"SUBMIT_SM_RESP sequence=99 status=0x04\n", "not bound yet"},
		{SMPP_SMSC, OPEN, REQUEST("\x10", "\0\0\0\x06", ""),
			"UNBIND_RESP sequence=99 status=0x04\n"},
		/* not served here, or unknown to all */
		{SMPP_ESME, BOUND, REQUEST("\x21", "\0\0\0\x04",
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
			"SUBMIT_SM_RESP sequence=99 status=0x03\n", UNSERVED},
		{SMPP_SMSC, BOUND, REQUEST("\x21", "\0\0\0\x05",
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
			"DELIVER_SM_RESP sequence=99 status=0x03\n", UNSERVED},
		{SMPP_SMSC, BOUND, REQUEST("\x1A", "\0\0\x01\x03", "\0\0\0\0\0\0\0\0\0\0"),
			"DATA_SM_RESP sequence=99 status=0x03\n", UNSERVED},
		{SMPP_ESME, BOUND, REQUEST("\x17", "\0\0\0\x09", "\0\0\0\x34\0\0\0"),
			"BIND_TRANSCEIVER_RESP sequence=99 status=0x03\n", UNSERVED},
		/* what has no response gets none, not even a wrong one (4.1.7.1, 4.12.1) */
		{SMPP_ESME, OPEN, REQUEST("\x12", "\0\0\0\x0B", "\0\0"), "", NULL},
		{SMPP_ESME, BOUND, REQUEST("\x12", "\0\0\0\x0B", "\0\0"), "", NULL},
		{SMPP_ESME, BOUND, REQUEST("\x16", "\0\0\x01\x02", "\0\0\0\0\0\0"), "", NULL},
		{SMPP_ESME, BOUND, REQUEST("\x12", "\0\0\x01\x02", "\0\0"), "", NULL},
		{SMPP_ESME, BOUND, REQUEST("\x11", "\x12\x34\x56\x78", "?"),
			"GENERIC_NACK sequence=99 status=0x03\n", UNSERVED},
		/* a wrong body */
		{SMPP_ESME, BOUND, REQUEST("\x13", "\0\0\0\x05", "\0\0\0"),
			"DELIVER_SM_RESP sequence=99 status=0x02\n", "it ends too early"},
		{SMPP_ESME, BOUND, REQUEST("\x28", "\0\0\0\x05",
			"\0\0\0" "123456789012345678901"),
			"DELIVER_SM_RESP sequence=99 status=0x0A\n",
			"its source address is too long"},
		{SMPP_ESME, BOUND, REQUEST("\x2B", "\0\0\0\x05",
			"\0\0\0\0\0\0" "123456789012345678901"),
			"DELIVER_SM_RESP sequence=99 status=0x0B\n",
			"its destination address is too long"},
		{SMPP_SMSC, OPEN, REQUEST("\x21", "\0\0\0\x09", "asystemidtoolong\0"),
			"BIND_TRANSCEIVER_RESP sequence=99 status=0x0F\n",
			"one of its fields is too long"},
		/* responses are never answered */
		{SMPP_ESME, BOUND, REQUEST("\x10", "\x80\0\0\0", ""), ""},
		{SMPP_ESME, BOUND, REQUEST("\x10", "\x80\0\0\x04", ""), ""},
		{SMPP_ESME, BOUND, REQUEST("\x10", "\x80\0\0\x05", ""), ""},
		{SMPP_SMSC, BOUND, REQUEST("\x10", "\x80\0\0\x09", ""), ""},
		{SMPP_ESME, BOUND, REQUEST("\x10", "\x92\x34\x56\x78", ""), ""},
		{SMPP_ESME, BOUND, REQUEST("\x11", "\x80\0\0\x15", "?"), ""},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct side side;
		bring(&side, rows[i].role, rows[i].nth);
		smpp_bind_recv(side.bind, rows[i].request, 0);
		assert_said(&side, rows[i].answer);
		assert_turned_away(&side, rows[i].answer, rows[i].why);
		smpp_bind_recv(side.bind, STR(HEAD("\x10", "\0\0\0\x15")), 0); /* and goes on */
		assert_said(&side, "ENQUIRE_LINK_RESP sequence=99 status=0x00\n");
		side_close(&side);
	}
}

/* --- cuts and memory -------------------------------------------------------------------------- */

static void test_any_cut_of_the_bytes_gives_the_same(void **state)
{
	static const size_t pieces[] = {WHOLE, 1, 2, 3, 7, 16, 17, 100};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct side esme, smsc;
		side_open(&esme, SMPP_ESME, 5);
		side_open(&smsc, SMPP_SMSC, 5);
		talk(&esme, &smsc, pieces[i], 0);
		assert_true(send_text(&esme, SMPP_ESME, "one", 1, 0));
		assert_true(send_text(&esme, SMPP_ESME, "two", 2, 0));
		assert_true(send_text(&smsc, SMPP_SMSC, "three", 3, 0));
		talk(&esme, &smsc, pieces[i], 0);
		smpp_bind_answer(esme.bind, esme.received[0], ESME_ROK, STR_NONE);
		smpp_bind_answer(smsc.bind, smsc.received[1], ESME_ROK, STR("m2"));
		smpp_bind_answer(smsc.bind, smsc.received[0], ESME_ROK, STR("m1"));
		talk(&esme, &smsc, pieces[i], 0);
		smpp_bind_tick(esme.bind, 30000);
		talk(&esme, &smsc, pieces[i], 30000);
		smpp_bind_unbind(smsc.bind, 30000);
		talk(&esme, &smsc, pieces[i], 30000);
		assert_told(&esme, "bound to \nreceived three\nanswered 2: 0x00 m2\nwindow 4\n"
				   "answered 1: 0x00 m1\nwindow 5\nended: the peer unbound\n");
		assert_told(&smsc, "bound to shop\nreceived one\nreceived two\nanswered 3: 0x00 \n"
				   "window 5\nended: unbound\n");
		close_pair(&esme, &smsc);
	}
}

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t allocated(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks;
}

/* The header of a deliver_sm that is to be so long. */
static void hear_begun(struct side *side, size_t length)
{
	char header[SMPP_HEADER_BYTES] = {[7] = SMPP_DELIVER_SM};
	for (int i = 0; i < 4; i++)
		header[i] = (char)(length >> (24 - 8 * i));
	smpp_bind_recv(side->bind, str_from(header, sizeof header), 0);
}

/* An SMSC that redelivers it would otherwise keep the link down for ever. */
static void test_a_pdu_that_is_too_long_is_answered_alone_and_skipped(void **state)
{
	static const size_t lengths[] = {SMPP_PDU_MAX + 1, 100000, SMPP_LENGTH_MAX};
	static const size_t pieces[] = {1, 1000, 65536};
	char *bytes = calloc(1, 65536);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
			struct side side;
			size_t left = lengths[i] - SMPP_HEADER_BYTES;
			bring(&side, SMPP_ESME, 1);
			size_t before = allocated();
			hear_begun(&side, lengths[i]);
			assert_told(&side, "turned away 0 with 0x02: it is too long\n");
			assert_said(&side, "DELIVER_SM_RESP sequence=0 status=0x02\n");
			for (size_t n; left; left -= n) {
				n = left < pieces[p] ? left : pieces[p];
				smpp_bind_recv(side.bind, str_from(bytes, n), 0);
			}
			assert_true(allocated() - before <= 4096); /* none of it was kept */
			assert_said(&side, "");
			hear(&side, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 1},
				0);
			assert_said(&side, "ENQUIRE_LINK_RESP sequence=1 status=0x00\n");
			assert_told(&side, "");
			side_close(&side);
		}
	}
	free(bytes);
}

/* An answer of ours that is too long answers all the same: its header says what we need. */
static void test_an_answer_that_is_too_long_is_one_without_body(void **state)
{
	struct side side;
	bring(&side, SMPP_ESME, 1);
	assert_true(send_text(&side, SMPP_ESME, "a", 1, 0));
	struct buf bytes = {0};
	buf_put(&bytes, STR("\0\2\0\0\x80\0\0\x04\0\0\0\0\0\0\0\2"));
	while (bytes.len < 0x20000)
		buf_put_byte(&bytes, 'x');
	smpp_bind_recv(side.bind, buf_str(&bytes), 0);
	assert_told(&side, "answered 1: 0x00 \nwindow 2\n");
	buf_free(&bytes);
	side_close(&side);
}

/* Thousands of requests, throttled messages, strange responses and a PDU of the greatest length
 * that never ends: what the session holds stays below one begun PDU. */
static void test_a_peer_cannot_make_the_session_grow(void **state)
{
	struct side side;
	struct buf out = {0};
	bring(&side, SMPP_ESME, 1);
	buf_reserve(&out, 1 << 20);
	buf_reserve(&side.told, 1 << 20);
	size_t before = allocated();
	for (uint32_t n = 0; n < 5000; n++) {
		hear(&side, (struct smpp_pdu) {.command = SMPP_DELIVER_SM, .sequence = n}, 0);
		hear(&side, (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = n}, 0);
		hear(&side, (struct smpp_pdu) {.command = SMPP_SUBMIT_SM_RESP, .sequence = n + 9},
			0);
		smpp_bind_take(side.bind, &out);
		out.len = 0;
	}
	hear_begun(&side, SMPP_PDU_MAX);
	for (unsigned n = 0; n < SMPP_PDU_MAX - 17; n++)
		smpp_bind_recv(side.bind, STR("x"), 0);
	/* ... grown by doubling, and what glibc adds, which counts a freed small piece that it
	 * keeps at hand */
	assert_true(allocated() - before <= 2 * SMPP_PDU_MAX + 4 * SMPP_WAITING_MAX + 2048);
	assert_int_equal(side.received_count, SMPP_RECEIVE_WINDOW);
	side.told.len = 0;
	smpp_bind_recv(side.bind, STR("x\0\0\0\x10\0\0\0\x15\0\0\0\0\0\0\0\1"), 0);
	assert_said(&side, "DELIVER_SM_RESP sequence=0 status=0x02\n"
			   "ENQUIRE_LINK_RESP sequence=1 status=0x00\n");
	buf_free(&out);
	side_close(&side);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_esme_asks_for_both_directions),
		cmocka_unit_test(test_both_are_bound_and_the_smsc_tells_its_version),
		cmocka_unit_test(test_an_smsc_demands_what_it_was_told_to),
		cmocka_unit_test(test_an_esme_may_be_bound_for_one_way),
		cmocka_unit_test(test_only_the_answer_to_our_bind_binds),
		cmocka_unit_test(test_a_window_fills_and_opens_in_the_order_of_answers),
		cmocka_unit_test(test_the_unanswered_are_told_oldest_first_even_after_the_end),
		cmocka_unit_test(test_messages_go_both_ways_at_once),
		cmocka_unit_test(test_an_answer_goes_out_once),
		cmocka_unit_test(test_a_nack_or_a_broken_body_answers_too),
		cmocka_unit_test(test_beyond_its_receive_window_an_smsc_throttles),
		cmocka_unit_test(
			test_beyond_its_receive_window_messages_to_an_esme_wait_in_their_order),
		cmocka_unit_test(test_what_waits_is_turned_away_once_the_bind_is_given_up),
		cmocka_unit_test(test_as_much_waits_as_one_more_read_brings),
		cmocka_unit_test(test_the_owner_may_send_from_inside_the_callback),
		cmocka_unit_test(test_silence_is_asked_about_and_an_answer_contents),
		cmocka_unit_test(test_a_peer_that_says_nothing_at_all_is_given_up),
		cmocka_unit_test(test_a_peer_that_is_slow_with_everything_is_not_given_up),
		cmocka_unit_test(test_a_peer_at_work_has_the_whole_response_time),
		cmocka_unit_test(test_one_lost_answer_leaves_the_bind_alone),
		cmocka_unit_test(test_before_an_answer_counts_as_lost_the_peer_must_be_heard),
		cmocka_unit_test(test_late_answers_are_known_up_to_a_bound),
		cmocka_unit_test(test_the_response_time_is_a_setting),
		cmocka_unit_test(test_a_bind_that_takes_too_long_ends),
		cmocka_unit_test(test_either_side_may_unbind),
		cmocka_unit_test(test_while_unbinding_only_answers_count),
		cmocka_unit_test(test_a_message_taken_before_unbinding_can_still_be_answered),
		cmocka_unit_test(test_garbage_ends_the_session_in_every_state),
		cmocka_unit_test(test_after_the_end_nothing_happens_any_more),
		cmocka_unit_test(test_before_the_bind_unbinding_just_ends),
		cmocka_unit_test(test_every_request_gets_its_answer),
		cmocka_unit_test(test_any_cut_of_the_bytes_gives_the_same),
		cmocka_unit_test(test_a_pdu_that_is_too_long_is_answered_alone_and_skipped),
		cmocka_unit_test(test_an_answer_that_is_too_long_is_one_without_body),
		cmocka_unit_test(test_a_peer_cannot_make_the_session_grow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
