/* net_sim_test.c - the simulated world: order, time, back-pressure, and that peers do not touch. */
#include "base/arena.h"
#include "net/net_sim.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define START 1000000
#define PORT  80

/* A server that answers every read with what it read and a number of its own connection's stream. */
struct server {
	struct net *net;
	struct net_listener *listener;
	unsigned conns;
	struct buf got;
	struct buf order; /* whose bytes came when, but for eve's */
	int closed;
	int drained;
	struct net_conn *last;
};

static void server_data(struct net_conn *conn, struct str bytes)
{
	struct server *server = net_conn_ctx(conn);
	struct net_stream stream = net_conn_stream(conn);
	struct buf out = {0};
	unsigned char drawn;
	net_random(server->net, &stream, &drawn, 1);
	buf_put(&server->got, bytes);
	if (!str_is(net_conn_peer(conn), "eve"))
		buf_put_byte(&server->order, net_conn_peer(conn).at[0]);
	buf_printf(&out, "%zu.%02x ", bytes.len, drawn);
	net_write(conn, buf_str(&out));
	buf_free(&out);
}

static void server_drained(struct net_conn *conn)
{
	((struct server *)net_conn_ctx(conn))->drained++;
}

static void server_closed(struct net_conn *conn)
{
	((struct server *)net_conn_ctx(conn))->closed++;
}

static void server_accept(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {
		.on_data = server_data, .on_drained = server_drained, .on_closed = server_closed};
	struct server *server = ctx;
	server->conns++;
	server->last = conn;
	net_conn_attach(conn, &handler, server);
}

/* A peer that sends a line of its own length every few milliseconds and keeps what it gets. */
struct peer {
	struct net *net;
	const char *name;
	struct net_conn *conn;
	struct net_timer timer;
	msec every_ms;
	unsigned sends;
	struct buf got; /* with times and pieces: "@5:3.a1 |" */
	int opened;
	int closed;
};

static void peer_open(struct net_conn *conn)
{
	((struct peer *)net_conn_ctx(conn))->opened++;
}

static void peer_data(struct net_conn *conn, struct str bytes)
{
	struct peer *peer = net_conn_ctx(conn);
	buf_printf(&peer->got, "@%lld:%.*s|", (long long)(net_now(peer->net) - START),
		STR_ARGS(bytes));
}

static void peer_closed(struct net_conn *conn)
{
	struct peer *peer = net_conn_ctx(conn);
	peer->closed++;
	peer->conn = NULL;
}

static const struct net_handler peer_handler = {
	.on_open = peer_open, .on_data = peer_data, .on_closed = peer_closed};

static void peer_tick(void *ctx)
{
	struct peer *peer = ctx;
	char text[40];
	int len = snprintf(text, sizeof text, "%s sends line number %u\n", peer->name, peer->sends);
	if (!peer->conn)
		peer->conn = net_connect(
			peer->net, str_of(peer->name), STR("server"), PORT, &peer_handler, peer);
	net_write(peer->conn, str_from(text, (size_t)len));
	if (++peer->sends % 7 == 0)
		net_close(peer->conn, 100);
	if (peer->sends < 40)
		net_timer_start(peer->net, &peer->timer, peer->every_ms);
}

static struct net *world_new(uint64_t seed, struct server *server)
{
	struct net *net = net_sim_new(seed, START);
	*server = (struct server) {.net = net};
	assert_int_equal(
		net_listen(net, STR("server"), PORT, server_accept, server, &server->listener), OK);
	return net;
}

static void peer_init(struct peer *peer, struct net *net, const char *name, msec every_ms)
{
	*peer = (struct peer) {.net = net, .name = name, .every_ms = every_ms};
	peer->timer.fire = peer_tick;
	peer->timer.ctx = peer;
}

static void record_all(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes)
{
	if (!str_is(peer, "eve"))
		buf_printf(ctx, "%.*s/%u@%lld:%.*s\n", STR_ARGS(peer), nth, (long long)(at - START),
			STR_ARGS(bytes));
}

/* What ann and bob see, and the server's record of it, with or without eve. */
static struct buf play(uint64_t seed, bool with_eve)
{
	struct server server;
	struct peer ann, bob, eve;
	struct buf seen = {0};
	struct net *net = world_new(seed, &server);
	net_sim_record(net, record_all, &seen);
	peer_init(&eve, net, "eve", 1);
	peer_init(&ann, net, "ann", 3);
	peer_init(&bob, net, "bob", 2);
	if (with_eve)
		net_timer_start(net, &eve.timer, 0);
	net_timer_start(net, &ann.timer, 2);
	net_timer_start(net, &bob.timer, 2);
	net_sim_run(net, START + 1000);
	assert_int_equal(ann.sends, 40);
	assert_int_equal(eve.sends, with_eve ? 40 : 0);
	buf_put(&seen, buf_str(&ann.got));
	buf_put(&seen, buf_str(&bob.got));
	buf_put(&seen, buf_str(&server.order));
	buf_free(&server.order);
	buf_free(&ann.got);
	buf_free(&bob.got);
	buf_free(&eve.got);
	buf_free(&server.got);
	net_sim_free(&net);
	return seen;
}

static void another_peer_moves_nothing_that_the_others_see(void **state)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct buf without = play(seed, false), with = play(seed, true);
		assert_true(without.len > 1000);
		assert_true(str_eq(buf_str(&without), buf_str(&with)));
		buf_free(&without);
		buf_free(&with);
	}
}

static void a_seed_decides_everything_and_another_seed_differs(void **state)
{
	struct buf once = play(7, true), again = play(7, true), other = play(8, true);
	assert_true(str_eq(buf_str(&once), buf_str(&again)));
	assert_false(str_eq(buf_str(&once), buf_str(&other)));
	buf_free(&once);
	buf_free(&again);
	buf_free(&other);
}

static void all_bytes_arrive_in_order_one_latency_later(void **state)
{
	struct server server;
	struct peer ann;
	struct net *net = world_new(1, &server);
	peer_init(&ann, net, "ann", 1);
	ann.conn = net_connect(net, STR("ann"), STR("server"), PORT, &peer_handler, &ann);
	net_write(ann.conn, STR("early;")); /* waits for the connection */
	net_sim_run(net, START + 1);
	assert_int_equal(server.conns, 1);
	assert_true(str_is(net_conn_peer(server.last), "ann"));
	assert_int_equal(ann.opened, 0);
	net_sim_run(net, START + 2);
	assert_int_equal(ann.opened, 1);
	net_sim_run(net, START + 10);
	assert_true(str_is(buf_str(&server.got), "early;"));
	net_write(ann.conn, STR("one;"));
	net_write(ann.conn, STR("two;"));
	net_sim_run(net, START + 10);
	assert_true(str_is(buf_str(&server.got), "early;"));
	net_sim_run(net, START + 11);
	assert_true(str_is(buf_str(&server.got), "early;one;two;"));
	assert_int_equal(net_now(net), START + 11);
	buf_free(&ann.got);
	buf_free(&server.got);
	buf_free(&server.order);
	net_sim_free(&net);
}

static void note_record(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes)
{
	buf_printf(ctx, "%.*s %u @%lld:%.*s|", STR_ARGS(peer), nth, (long long)(at - START),
		STR_ARGS(bytes));
}

static void parts_are_written_and_recorded_as_if_they_had_been_put_together(void **state)
{
	const struct str parts[] = {STR_NONE, STR("one "), STR("two "), STR_NONE, STR("three")};
	struct server server;
	struct peer ann;
	struct net *net = world_new(1, &server);
	struct buf record = {0};
	net_sim_record(net, note_record, &record);
	peer_init(&ann, net, "ann", 1);
	ann.conn = net_connect(net, STR("ann"), STR("server"), PORT, &peer_handler, &ann);
	net_writev(ann.conn, parts, 5); /* waits for the connection */
	net_sim_run(net, START + 5);
	assert_true(str_is(buf_str(&server.got), "one two three"));
	record.len = ann.got.len = 0;
	net_read(ann.conn, false);
	net_writev(server.last, parts, 5);
	net_writev(server.last, parts, 1); /* nothing at all */
	net_close(server.last, 1000);
	net_writev(server.last, parts, 5); /* too late */
	assert_true(str_is(buf_str(&record), "ann 1 @5:one two three|"));
	buf_free(&record);
	buf_free(&ann.got);
	buf_free(&server.got);
	buf_free(&server.order);
	net_sim_free(&net);
}

static void closing_ends_both_sides_after_the_bytes(void **state)
{
	struct server server;
	struct peer ann;
	struct net *net = world_new(1, &server);
	peer_init(&ann, net, "ann", 1);
	ann.conn = net_connect(net, STR("ann"), STR("server"), PORT, &peer_handler, &ann);
	net_sim_run(net, START + 5);
	net_write(ann.conn, STR("last"));
	net_close(ann.conn, 0);
	net_write(ann.conn, STR("lost"));
	assert_int_equal(ann.closed, 0); /* never from inside */
	net_sim_run(net, START + 5);
	assert_int_equal(ann.closed, 1);
	assert_int_equal(server.closed, 0);
	net_sim_run(net, START + 6);
	assert_int_equal(server.closed, 1);
	assert_true(str_is(buf_str(&server.got), "last"));
	net_sim_run(net, START + 100);
	assert_int_equal(ann.closed + server.closed, 2);
	buf_free(&ann.got);
	buf_free(&server.got);
	buf_free(&server.order);
	net_sim_free(&net);
}

static void nobody_listening_refuses(void **state)
{
	struct server server;
	struct peer ann;
	struct net *net = world_new(1, &server);
	peer_init(&ann, net, "ann", 1);
	net_listener_close(&server.listener);
	ann.conn = net_connect(net, STR("ann"), STR("server"), PORT, &peer_handler, &ann);
	net_write(ann.conn, STR("lost"));
	net_sim_run(net, START + 10);
	assert_int_equal(ann.closed, 1);
	assert_int_equal(ann.opened, 0);
	assert_int_equal(server.conns, 0);
	ann.conn = net_connect_unix(net, STR("/tmp/x"), &peer_handler, &ann);
	net_sim_run(net, START + 20);
	assert_int_equal(ann.closed, 2);
	net_sim_free(&net);
}

static void giving_up_while_connecting_ends_the_accepted_side_too(void **state)
{
	struct server server;
	struct peer ann;
	struct net *net = world_new(1, &server);
	peer_init(&ann, net, "ann", 1);
	ann.conn = net_connect(net, STR("ann"), STR("server"), PORT, &peer_handler, &ann);
	net_sim_run(net, START + 1);
	assert_int_equal(server.conns, 1);
	net_close(ann.conn, 0);
	net_sim_run(net, START + 10);
	assert_int_equal(ann.closed, 1);
	assert_int_equal(ann.opened, 0);
	assert_int_equal(server.closed, 1);
	net_sim_free(&net);
}

static void one_that_does_not_read_is_felt_as_unsent_and_drains_later(void **state)
{
	static const size_t much = 300 * 1024;
	struct server server;
	struct peer ann;
	struct net *net = world_new(1, &server);
	char *bytes = mem_new(much);
	peer_init(&ann, net, "ann", 1);
	ann.conn = net_connect(net, STR("ann"), STR("server"), PORT, &peer_handler, &ann);
	net_sim_run(net, START + 5);
	net_read(ann.conn, false);
	net_write(server.last, STR("x"));
	assert_int_equal(net_unsent(server.last), 0);
	net_write(server.last, str_from(bytes, much));
	net_sim_run(net, START + 1000);
	assert_int_equal(net_unsent(server.last), much + 1 - 64 * 1024);
	assert_int_equal(server.drained, 0);
	assert_int_equal(ann.got.len, 0);
	net_read(ann.conn, true);
	net_sim_run(net, START + 2000);
	assert_int_equal(net_unsent(server.last), 0);
	assert_int_equal(server.drained, 1);
	assert_true(ann.got.len > 0);
	free(bytes);
	buf_free(&ann.got);
	net_sim_free(&net);
}

static void lingering_ends_when_all_has_left_or_time_is_up(void **state)
{
	static const size_t much = 300 * 1024;
	struct server server;
	struct peer ann;
	struct net *net = world_new(1, &server);
	char *bytes = mem_new(much);
	for (int reads = 0; reads < 2; reads++) {
		peer_init(&ann, net, "ann", 1);
		server.closed = 0;
		ann.conn = net_connect(net, STR("ann"), STR("server"), PORT, &peer_handler, &ann);
		msec at = net_now(net) + 5;
		net_sim_run(net, at);
		net_read(ann.conn, reads);
		net_write(server.last, str_from(bytes, much));
		net_close(server.last, 500);
		net_sim_run(net, at + 499);
		assert_int_equal(server.closed, reads);
		net_sim_run(net, at + 500);
		assert_int_equal(server.closed, 1);
		if (ann.conn)
			net_close(ann.conn, 0);
		net_sim_run(net, at + 600);
		buf_free(&ann.got);
	}
	free(bytes);
	net_sim_free(&net);
}

/* --- timers, turns, work, streams --- */

struct note {
	struct net *net;
	struct buf *order;
	const char *text;
};

static void write_note(void *ctx)
{
	struct note *note = ctx;
	buf_puts(note->order, note->text);
}

static void write_and_defer(void *ctx)
{
	struct note *note = ctx;
	write_note(note);
	net_defer(note->net, write_note, note);
}

static void timers_fire_in_time_and_what_they_defer_before_the_next(void **state)
{
	struct net *net = net_sim_new(1, START);
	struct buf order = {0};
	struct note a = {net, &order, "a"}, b = {net, &order, "b"}, c = {net, &order, "c"};
	struct net_timer ta = {write_and_defer, &a, NULL}, tb = {write_and_defer, &b, NULL};
	struct net_timer tc = {write_note, &c, NULL};
	net_timer_start(net, &ta, 10);
	net_timer_start(net, &tb, 5);
	net_timer_start(net, &tc, 1);
	net_timer_start(net, &tb, 10); /* moved */
	net_timer_stop(net, &tc);
	net_sim_run(net, START + 9);
	assert_int_equal(order.len, 0);
	net_sim_run(net, START + 10);
	assert_true(str_is(buf_str(&order), "aabb"));
	/* A timer keeps its place among what is due at the same time, however often it was moved. */
	net_timer_start(net, &tb, 5);
	net_timer_start(net, &ta, 5);
	net_sim_run(net, START + 20);
	assert_true(str_is(buf_str(&order), "aabbaabb"));
	buf_free(&order);
	net_sim_free(&net);
}

static void what_was_due_while_all_stood_still_happens_late_and_in_order(void **state)
{
	struct net *net = net_sim_new(1, START);
	struct buf order = {0};
	struct note a = {net, &order, "a"}, b = {net, &order, "b"};
	struct net_timer ta = {write_note, &a, NULL}, tb = {write_note, &b, NULL};
	net_timer_start(net, &ta, 20);
	net_timer_start(net, &tb, 10);
	net_sim_stand_still(net, 50);
	assert_int_equal(order.len, 0);
	net_sim_run(net, START + 50);
	assert_true(str_is(buf_str(&order), "ba"));
	assert_int_equal(net_now(net), START + 50);
	buf_free(&order);
	net_sim_free(&net);
}

static void work_runs_at_once_and_is_done_in_a_later_turn(void **state)
{
	struct net *net = net_sim_new(1, START);
	struct buf order = {0};
	struct note note = {net, &order, "x"};
	net_work(net, write_note, write_and_defer, &note);
	assert_true(str_is(buf_str(&order), "x"));
	net_sim_run(net, START);
	assert_true(str_is(buf_str(&order), "xxx"));
	buf_free(&order);
	net_sim_free(&net);
}

/* Work of two pieces: it asks for the second while it makes the first. */
static void write_and_ask_again(void *ctx)
{
	struct note *note = ctx;
	static struct net_turn second;
	write_note(note);
	second = (struct net_turn) {write_note, note, NULL, NULL, NULL};
	net_turn_ask(note->net, &second, NET_FIRST);
}

static void pieces_of_long_work_come_one_a_turn_and_supervisors_last(void **state)
{
	struct net *net = net_sim_new(1, START);
	struct buf order = {0};
	struct note a = {net, &order, "a"}, b = {net, &order, "b"}, c = {net, &order, "c"},
		    d = {net, &order, "d"}, x = {net, &order, "x"};
	struct net_turn ta = {.run = write_note, .ctx = &a}, tb = {.run = write_note, .ctx = &b},
			tc = {.run = write_and_ask_again, .ctx = &c},
			td = {.run = write_note, .ctx = &d};
	net_turn_ask(net, &ta, NET_LAST);
	net_turn_ask(net, &tb, NET_FIRST);
	net_turn_ask(net, &td, NET_FIRST);
	net_turn_ask(net, &tc, NET_FIRST);
	net_turn_ask(net, &tb, NET_LAST); /* it waits already */
	net_turn_drop(&td);
	net_turn_drop(&td);
	net_defer(net, write_and_defer, &x);
	assert_int_equal(order.len, 0);
	net_sim_run(net, START);
	assert_true(str_is(buf_str(&order), "bxcxca")); /* what others defer comes between */
	net_turn_ask(net, &ta, NET_LAST);
	net_sim_run(net, START);
	assert_true(str_is(buf_str(&order), "bxcxcaa"));
	net_turn_ask(net, &ta, NET_LAST); /* goes with the world */
	buf_free(&order);
	net_sim_free(&net);
}

static uint64_t first_draw(struct net *net, const char *label, uint64_t nth)
{
	struct net_stream stream = net_stream_of(net, str_of(label), nth);
	uint64_t drawn;
	net_random(net, &stream, &drawn, sizeof drawn);
	return drawn;
}

static void a_stream_is_a_function_of_seed_label_and_number(void **state)
{
	struct net *one = net_sim_new(1, START), *same = net_sim_new(1, 0),
		   *other = net_sim_new(2, START);
	uint64_t drawn = first_draw(one, "ann", 1);
	assert_true(drawn == first_draw(one, "ann", 1));
	assert_true(drawn == first_draw(same, "ann", 1));
	assert_true(drawn != first_draw(other, "ann", 1));
	assert_true(drawn != first_draw(one, "ann", 2));
	assert_true(drawn != first_draw(one, "bob", 1));
	struct net_stream stream = net_stream_of(one, STR("ann"), 1);
	uint64_t twice[2];
	net_random(one, &stream, &twice[0], sizeof twice[0]);
	net_random(one, &stream, &twice[1], sizeof twice[1]);
	assert_true(twice[0] == drawn && twice[1] != drawn);
	net_sim_free(&one);
	net_sim_free(&same);
	net_sim_free(&other);
}

static void ports_and_paths_are_given_once(void **state)
{
	struct server server;
	struct net *net = world_new(1, &server);
	struct net_listener *any = NULL, *more = NULL;
	assert_int_equal(
		net_listen(net, STR("x"), PORT, server_accept, &server, &any), ERR_INTERNAL);
	assert_int_equal(net_listen(net, STR("x"), 0, server_accept, &server, &any), OK);
	assert_int_equal(net_listen(net, STR("x"), 0, server_accept, &server, &more), OK);
	assert_true(net_listener_port(any) != net_listener_port(more));
	net_listener_close(&more);
	assert_int_equal(net_listen_unix(net, STR("/tmp/x"), server_accept, &server, &any), OK);
	assert_int_equal(
		net_listen_unix(net, STR("/tmp/x"), server_accept, &server, &more), ERR_INTERNAL);
	net_sim_free(&net);
}

static void whoever_knows_the_path_reaches_the_socket_on_it(void **state)
{
	struct server server;
	struct peer ann, ben;
	struct net_listener *listener = NULL;
	struct net *net = world_new(1, &server);
	peer_init(&ann, net, "ann", 1);
	peer_init(&ben, net, "ben", 1);
	assert_int_equal(
		net_listen_unix(net, STR("/tmp/x"), server_accept, &server, &listener), OK);
	ann.conn = net_connect_unix(net, STR("/tmp/x"), &peer_handler, &ann);
	ben.conn = net_connect_unix(net, STR("/tmp/y"), &peer_handler, &ben);
	net_write(ann.conn, STR("hello"));
	net_sim_run(net, START + 10);
	assert_true(ann.opened == 1 && ben.opened == 0 && ben.closed == 1);
	assert_true(str_is(buf_str(&server.got), "hello"));
	net_listener_close(&listener);
	ben.conn = net_connect_unix(net, STR("/tmp/x"), &peer_handler, &ben);
	net_sim_run(net, START + 20);
	assert_int_equal(ben.closed, 2);
	net_sim_free(&net);
	buf_free(&server.got);
	buf_free(&server.order);
	buf_free(&ann.got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_peer_moves_nothing_that_the_others_see),
		cmocka_unit_test(a_seed_decides_everything_and_another_seed_differs),
		cmocka_unit_test(all_bytes_arrive_in_order_one_latency_later),
		cmocka_unit_test(parts_are_written_and_recorded_as_if_they_had_been_put_together),
		cmocka_unit_test(closing_ends_both_sides_after_the_bytes),
		cmocka_unit_test(nobody_listening_refuses),
		cmocka_unit_test(giving_up_while_connecting_ends_the_accepted_side_too),
		cmocka_unit_test(one_that_does_not_read_is_felt_as_unsent_and_drains_later),
		cmocka_unit_test(lingering_ends_when_all_has_left_or_time_is_up),
		cmocka_unit_test(timers_fire_in_time_and_what_they_defer_before_the_next),
		cmocka_unit_test(what_was_due_while_all_stood_still_happens_late_and_in_order),
		cmocka_unit_test(work_runs_at_once_and_is_done_in_a_later_turn),
		cmocka_unit_test(pieces_of_long_work_come_one_a_turn_and_supervisors_last),
		cmocka_unit_test(a_stream_is_a_function_of_seed_label_and_number),
		cmocka_unit_test(ports_and_paths_are_given_once),
		cmocka_unit_test(whoever_knows_the_path_reaches_the_socket_on_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
