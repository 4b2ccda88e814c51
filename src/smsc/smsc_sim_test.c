/* smsc_sim_test.c - the simulated SMSC against the product's own links, and against rubbish. */
#include "base/arena.h"
#include "core/model/message.h"
#include "sms/sms_bench.h"
#include "sms/unread.h"
#include "smsc/smsc_sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include <cmocka.h>

#define PORT 2775

/* A bench whose link "m1" leads to a simulated SMSC, which took the scripted carrier's place. */
struct scene {
	struct bench *b;
	struct smsc_sim *sim;
	struct buf log; /* what the SMSC told of */
};

static void on_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	struct scene *s = ctx;
	buf_printf(&s->log, "%s %.*s: %.*s\n", from_customer ? "from" : "to", STR_ARGS(phone),
		STR_ARGS(text));
}

static struct smsc_sim_settings settings_of(struct scene *s, unsigned customers, uint64_t seed)
{
	return (struct smsc_sim_settings) {.host = STR("127.0.0.1"),
		.port = PORT,
		.system_id = STR("sotto"),
		.password = STR("secret"),
		.seed = seed,
		.customers = customers,
		.number = STR(BENCH_NUMBER),
		.first_text_ms = 100,
		.pause_least_ms = 5000,
		.pause_most_ms = 20000,
		.reply_least_ms = 1000,
		.reply_most_ms = 3000,
		.receipt_ms = 500,
		.on_text = on_text,
		.ctx = s};
}

static struct scene *scene_of(unsigned customers, uint64_t seed, bool has_odd_shapes)
{
	struct scene *s = mem_new(sizeof *s);
	s->b = bench_new(10, 10);
	carrier_close(&s->b->carrier);
	struct smsc_sim_settings settings = settings_of(s, customers, seed);
	settings.has_odd_shapes = has_odd_shapes;
	assert_int_equal(smsc_sim_new(s->b->net, &settings, &s->sim), OK);
	bench_run(s->b, 700);
	assert_true(sms_link_is_bound(s->b->sms, STR("m1")));
	return s;
}

static struct scene *scene_new(unsigned customers, uint64_t seed)
{
	return scene_of(customers, seed, false);
}

static void scene_free(struct scene *s)
{
	smsc_sim_free(&s->sim);
	bench_run(s->b, 10);
	bench_free(s->b);
	buf_free(&s->log);
	free(s);
}

static const char *log_text(struct scene *s)
{
	buf_put_byte(&s->log, '\0');
	s->log.len--;
	return s->log.at;
}

static void test_a_customer_writes_and_is_answered_and_the_receipt_comes(void **state)
{
	struct scene *s = scene_new(0, 1);
	assert_int_equal(smsc_sim_waiting(s->sim), 0);
	smsc_sim_write(s->sim, STR(BENCH_PHONE), STR("Hello"));
	assert_int_equal(smsc_sim_waiting(s->sim), 1);
	bench_run(s->b, 50);
	struct user *ana = core_user_by_name(s->b->core, STR("ana"));
	struct session *session = core_contact(s->b->core, STR(BENCH_PHONE))->open;
	struct command accept = {.kind = CMD_ACCEPT, .caller = ana, .session = session};
	assert_int_equal(bench_apply(s->b, &accept, NULL), OK);
	bench_send(s->b, BENCH_PHONE, "Good day");
	bench_run(s->b, 50);
	assert_int_equal(smsc_sim_waiting(s->sim), 0);
	assert_string_equal(
		log_text(s), "from " BENCH_PHONE ": Hello\nto " BENCH_PHONE ": Good day\n");
	assert_string_equal(bench_delivery(s->b, 1), "sent");
	bench_run(s->b, 600);
	assert_string_equal(bench_delivery(s->b, 1), "delivered");
	scene_free(s);
}

static void test_long_texts_come_through_whole_in_both_directions(void **state)
{
	struct scene *s = scene_new(0, 1);
	char text[1201],
		czech[] = "Příliš žluťoučký kůň úpěl ďábelské ódy, a to ještě nebylo všechno, "
			  "protože pak začal i zpívat 👍 a k tomu hrát na harmoniku.";
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = (char)('a' + i % 26);
	text[sizeof text - 1] = '\0';
	smsc_sim_write(s->sim, STR("+420700000002"), str_of(text));
	smsc_sim_write(s->sim, STR("+420700000002"), str_of(czech));
	bench_run(s->b, 100);
	struct buf got = {0}, expected = {0};
	bench_transcript(s->b, "+420700000002", &got);
	buf_printf(&expected, "contact: %s\ncontact: %s\n", text, czech);
	assert_true(str_eq(buf_str(&got), buf_str(&expected)));
	bench_send(s->b, BENCH_PHONE, text);
	bench_send(s->b, BENCH_PHONE, czech);
	s->log.len = 0;
	bench_run(s->b, 700);
	expected.len = 0;
	buf_printf(&expected, "to " BENCH_PHONE ": %s\nto " BENCH_PHONE ": %s\n", text, czech);
	assert_true(str_eq(buf_str(&s->log), buf_str(&expected)));
	assert_string_equal(bench_delivery(s->b, 2), "delivered");
	buf_free(&got);
	buf_free(&expected);
	scene_free(s);
}

/* Two rounds of all shapes, of texts of one SMS and of several. */
static void test_a_text_comes_through_in_every_shape(void **state)
{
	struct scene *s = scene_of(0, 1, true);
	struct buf got = {0}, expected = {0};
	for (int i = 0; i < 24; i++) {
		struct buf text = {0};
		buf_printf(&text, "%d, and it goes on%*d", i, i % 2 ? 180 : 10, i);
		smsc_sim_write(s->sim, STR(BENCH_PHONE), buf_str(&text));
		buf_printf(&expected, "contact: %.*s\n", STR_ARGS(buf_str(&text)));
		buf_free(&text);
		bench_run(s->b, 100);
	}
	bench_transcript(s->b, BENCH_PHONE, &got);
	buf_put_byte(&expected, '\0');
	assert_string_equal(got.at, expected.at);
	buf_free(&got);
	buf_free(&expected);
	scene_free(s);
}

static void test_texts_that_were_not_answered_come_again_after_a_crash(void **state)
{
	struct scene *s = scene_new(0, 1);
	s->b->is_manual = true;
	smsc_sim_write(s->sim, STR(BENCH_PHONE), STR("Hello"));
	bench_run(s->b, 10);
	bench_crash(s->b); /* before the commit */
	assert_int_equal(bench_sessions(s->b), 0);
	s->b->is_manual = false;
	bench_run(s->b, 2000);
	struct buf got = {0};
	bench_transcript(s->b, BENCH_PHONE, &got);
	assert_string_equal(got.at, "contact: Hello\n");
	buf_free(&got);
	scene_free(s);
}

static void test_many_texts_at_once_all_arrive_in_spite_of_the_receive_window(void **state)
{
	struct scene *s = scene_new(0, 1);
	char phone[20];
	for (int i = 0; i < 300; i++) {
		snprintf(phone, sizeof phone, "+42060000%04d", i);
		smsc_sim_write(s->sim, str_of(phone), STR("hi"));
	}
	bench_run(s->b, 5000);
	assert_int_equal(bench_sessions(s->b), 300);
	scene_free(s);
}

static void test_a_wrong_password_is_refused_by_the_simulator(void **state)
{
	struct scene *s = scene_new(0, 1);
	bench_add_link(s->b, "wrong", PORT, "wrong", 10);
	bench_run(s->b, 5000);
	assert_false(sms_link_is_bound(s->b->sms, STR("wrong")));
	bench_add_link(s->b, "right", PORT, "secret", 10);
	bench_run(s->b, 100);
	assert_true(sms_link_is_bound(s->b->sms, STR("right"))); /* two at a time */
	assert_true(sms_link_is_bound(s->b->sms, STR("m1")));
	scene_free(s);
}

/* --- rubbish ------------------------------------------------------------------------------- */

static void rubbish_data(struct net_conn *conn, struct str bytes)
{
}

static void rubbish_closed(struct net_conn *conn)
{
	bool *is_closed = net_conn_ctx(conn);
	*is_closed = true;
}

static void rubbish_open(struct net_conn *conn)
{
	net_write(conn, STR("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
}

static void test_rubbish_closes_its_own_connection_only(void **state)
{
	static const struct net_handler handler = {
		.on_open = rubbish_open, .on_data = rubbish_data, .on_closed = rubbish_closed};
	struct scene *s = scene_new(0, 1);
	bool is_closed = false;
	net_connect(s->b->net, STR("browser"), STR("127.0.0.1"), PORT, &handler, &is_closed);
	bench_run(s->b, 2000);
	assert_true(is_closed);
	assert_true(sms_link_is_bound(s->b->sms, STR("m1")));
	smsc_sim_write(s->sim, STR(BENCH_PHONE), STR("Hello"));
	bench_run(s->b, 10);
	assert_int_equal(bench_sessions(s->b), 1);
	scene_free(s);
}

/* An ESME that asks whether the SMSC lives, four million bytes of it, and does not read. */
struct flooder {
	struct net_conn *conn;
	size_t written;
	bool is_closed;
};

static void flood_open(struct net_conn *conn)
{
	struct flooder *f = net_conn_ctx(conn);
	struct buf flood = {0};
	struct smpp_pdu pdu = {.command = SMPP_BIND_TRANSCEIVER,
		.sequence = 1,
		.bind = {.system_id = STR("sotto"),
			.password = STR("secret"),
			.interface_version = 0x34}};
	smpp_pdu_pack(&flood, &pdu);
	pdu = (struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK, .sequence = 2};
	while (flood.len < 4 * 1024 * 1024)
		smpp_pdu_pack(&flood, &pdu);
	f->written = flood.len;
	net_read(conn, false);
	net_write(conn, buf_str(&flood));
	buf_free(&flood);
}

static void flood_closed(struct net_conn *conn)
{
	((struct flooder *)net_conn_ctx(conn))->is_closed = true;
}

static void start_flood(struct scene *s, struct flooder *f)
{
	static const struct net_handler handler = {
		.on_open = flood_open, .on_data = rubbish_data, .on_closed = flood_closed};
	f->conn = net_connect(s->b->net, STR("flooder"), STR("127.0.0.1"), PORT, &handler, f);
	bench_run(s->b, 5000);
}

static void test_an_esme_that_does_not_read_is_not_read_either_until_it_does(void **state)
{
	struct scene *s = scene_new(0, 1);
	struct flooder f = {0};
	start_flood(s, &f);
	assert_true(net_unsent(f.conn) > f.written - UNREAD_BYTES_MAX - 5 * 64 * 1024);
	net_read(f.conn, true);
	bench_run(s->b, 1000);
	assert_int_equal(net_unsent(f.conn), 0);
	assert_false(f.is_closed);
	net_close(f.conn, 0);
	scene_free(s);
}

static void test_an_esme_that_never_reads_is_cut_off(void **state)
{
	struct scene *s = scene_new(0, 1);
	struct flooder f = {0};
	start_flood(s, &f);
	bench_run(s->b, UNREAD_STUCK_MS);
	assert_false(f.is_closed); /* it does not even read that */
	net_read(f.conn, true);
	bench_run(s->b, 100);
	assert_true(f.is_closed);
	assert_true(sms_link_is_bound(s->b->sms, STR("m1")));
	scene_free(s);
}

/* --- simulated customers ------------------------------------------------------------------- */

static bool was_written_last_by_contact(const struct session *session)
{
	for (size_t i = session->message_count; i > 0; i--)
		if (message_body(session->messages[i - 1]).type == MESSAGE_TEXT)
			return message_body(session->messages[i - 1]).author == PARTY_CONTACT;
	return false;
}

/* An agent who accepts every session and answers every text: it keeps customers going. */
static void serve(struct scene *s)
{
	struct user *ana = core_user_by_name(s->b->core, STR("ana"));
	struct session *session, *next;
	DL_FOREACH_SAFE(s->b->core->sessions, session, next) {
		struct command accept = {.kind = CMD_ACCEPT, .caller = ana, .session = session};
		struct command answer = {.kind = CMD_SEND_MESSAGE,
			.caller = ana,
			.session = session,
			.send.text = STR("We look into it.")};
		if (session->b.state == SESSION_QUEUED)
			assert_int_equal(bench_apply(s->b, &accept, NULL), OK);
		if (was_written_last_by_contact(session))
			assert_int_equal(bench_apply(s->b, &answer, NULL), OK);
	}
}

static void test_customers_open_conversations_answer_and_come_again(void **state)
{
	struct scene *s = scene_new(8, 7);
	for (int i = 0; i < 300; i++) {
		bench_run(s->b, 1000);
		serve(s);
	}
	unsigned from = 0, to = 0;
	for (struct str rest = str_of(log_text(s)); rest.len;) {
		struct str line = str_cut(&rest, '\n');
		from += str_starts(line, STR("from "));
		to += str_starts(line, STR("to "));
	}
	assert_in_range(from, 8 * 8, 8 * 60);
	assert_true(to >= from / 2);
	assert_int_equal(bench_sessions(s->b), 8); /* one conversation of a customer at a time */
	scene_free(s);
}

static void test_unanswered_customers_wait_and_write_nothing_more(void **state)
{
	struct scene *s = scene_new(8, 7);
	bench_run(s->b, 60000);
	assert_int_equal(smsc_sim_waiting(s->sim), 8);
	size_t len = s->log.len;
	bench_run(s->b, 300000);
	assert_int_equal(s->log.len, len);
	scene_free(s);
}

static void test_a_seed_decides_what_customers_write(void **state)
{
	struct buf logs[3] = {{0}};
	const uint64_t seeds[3] = {3, 3, 4};
	for (int i = 0; i < 3; i++) {
		struct scene *s = scene_new(5, seeds[i]);
		bench_run(s->b, 30000);
		buf_put(&logs[i], buf_str(&s->log));
		scene_free(s);
	}
	assert_true(str_eq(buf_str(&logs[0]), buf_str(&logs[1])));
	assert_false(str_eq(buf_str(&logs[0]), buf_str(&logs[2])));
	for (int i = 0; i < 3; i++)
		buf_free(&logs[i]);
}

static void test_a_port_that_is_taken_is_an_error(void **state)
{
	struct scene *s = scene_new(0, 1);
	struct smsc_sim_settings settings = settings_of(s, 0, 1);
	struct smsc_sim *second = NULL;
	assert_int_not_equal(smsc_sim_new(s->b->net, &settings, &second), OK);
	assert_null(second);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_customer_writes_and_is_answered_and_the_receipt_comes),
		cmocka_unit_test(test_long_texts_come_through_whole_in_both_directions),
		cmocka_unit_test(test_a_text_comes_through_in_every_shape),
		cmocka_unit_test(test_texts_that_were_not_answered_come_again_after_a_crash),
		cmocka_unit_test(test_many_texts_at_once_all_arrive_in_spite_of_the_receive_window),
		cmocka_unit_test(test_a_wrong_password_is_refused_by_the_simulator),
		cmocka_unit_test(test_rubbish_closes_its_own_connection_only),
		cmocka_unit_test(test_an_esme_that_does_not_read_is_not_read_either_until_it_does),
		cmocka_unit_test(test_an_esme_that_never_reads_is_cut_off),
		cmocka_unit_test(test_customers_open_conversations_answer_and_come_again),
		cmocka_unit_test(test_unanswered_customers_wait_and_write_nothing_more),
		cmocka_unit_test(test_a_seed_decides_what_customers_write),
		cmocka_unit_test(test_a_port_that_is_taken_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
