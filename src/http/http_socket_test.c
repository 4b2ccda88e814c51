/* http_socket_test.c - connections that speak something else, between a simulated peer and the server. */
#include "http/http_test_world.h"

#define UPGRADE                                                                                    \
	"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
#define SWITCHED                                                                                   \
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Y: "   \
	"z\r\n\r\n"

static struct peer *socket_new(struct world *w, const char *name)
{
	struct peer *peer = peer_new(w, name);
	send_text(peer, UPGRADE);
	pass(w, 3);
	assert_true(str_eq(buf_str(&peer->got), STR(SWITCHED)));
	peer->got.len = 0;
	return peer;
}

static void assert_got(const struct peer *peer, const char *expected)
{
	assert_int_equal(peer->got.len, strlen(expected));
	if (peer->got.len)
		assert_memory_equal(peer->got.at, expected, peer->got.len);
}

static void a_connection_speaks_something_else_from_then_on(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann");
	send_text(ann, "hello\n");
	pass(w, 3);
	assert_got(ann, "<hello\n>");
	send_text(ann, "GET / HTTP/1.1\r\n\r\n");
	pass(w, 3);
	assert_got(ann, "<hello\n><GET / HTTP/1.1\r\n><\r\n>");
	assert_int_equal(w->requests, 1);
	peer_free(ann);
	pass(w, 3);
	assert_int_equal(w->gone_count, 1);
	assert_int_equal(http_server_connections(w->server), 0);
	world_free(w);
}

/* Whoever does not wait for the 101 is understood all the same. */
static void what_comes_right_behind_the_request_is_the_sockets(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	send_text(ann, UPGRADE "early\n");
	pass(w, 3);
	assert_got(ann, SWITCHED "<early\n>");
	peer_free(ann);
	world_free(w);
}

static void who_asks_for_a_socket(void **state)
{
	static const struct {
		const char *head;
		bool wants;
	} rows[] = {
		{"GET /socket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n", true},
		{"GET /socket HTTP/1.1\r\nupgrade: h2c, WebSocket\r\nConnection: keep-alive, "
		 "Upgrade\r\n",
			true},
		{"GET /socket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: keep-alive\r\n", false},
		{"GET /socket HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n", false},
		{"GET /socket HTTP/1.1\r\nConnection: Upgrade\r\n", false},
		{"POST /socket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n", false},
		{"HEAD /socket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n", false},
		{"GET /socket HTTP/1.0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world *w = world_new(1);
		struct peer *ann = peer_new(w, "ann");
		send_text(ann, rows[i].head);
		send_text(ann, "Host: x\r\n\r\n");
		pass(w, 3);
		assert_int_equal(has(ann, "101 Switching"), rows[i].wants);
		assert_int_equal(has(ann, "200 OK"), !rows[i].wants);
		peer_free(ann);
		world_free(w);
	}
}

static void an_idle_socket_is_closed_and_a_used_one_is_not(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann"), *bob = socket_new(w, "bob");
	pass(w, HTTP_IDLE_TIMEOUT_MS / 2);
	send_text(ann, "x");
	pass(w, HTTP_IDLE_TIMEOUT_MS / 2 + 10);
	assert_int_equal(w->gone_count, 1);
	assert_null(bob->conn);
	assert_non_null(ann->conn);
	pass(w, HTTP_IDLE_TIMEOUT_MS / 2 + 10);
	assert_int_equal(w->gone_count, 2);
	peer_free(ann);
	peer_free(bob);
	world_free(w);
}

static void who_does_not_read_is_not_read_from_and_closed_in_time(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann");
	net_read(ann->conn, false);
	send_text(ann, "big\nbig\nbig\n");
	pass(w, 3);
	assert_true(http_socket_unsent(w->server, w->socket) > HTTP_UNSENT_MAX);
	assert_true(http_socket_unsent(w->server, w->socket) < HTTP_UNSENT_MAX + 300000);
	pass(w, HTTP_WRITE_TIMEOUT_MS);
	assert_int_equal(w->gone_count, 1);
	assert_int_equal(http_socket_unsent(w->server, w->socket), 0);
	peer_free(ann);
	world_free(w);
}

static void who_reads_again_is_told_that_there_is_room(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann");
	size_t rooms = w->rooms;
	net_read(ann->conn, false);
	send_text(ann, "big\nbig\nthe end\n");
	pass(w, 3);
	assert_int_equal(w->rooms, rooms);
	net_read(ann->conn, true);
	pass(w, 100);
	assert_true(w->rooms > rooms);
	assert_int_equal(ann->got.len, 600000 + strlen("<the end\n>"));
	peer_free(ann);
	world_free(w);
}

static void what_a_socket_keeps_counts_among_what_is_unfinished(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann"), *bob = socket_new(w, "bob");
	http_server_set_partial_max(w->server, 1000);
	send_str(ann, str_from(w->big, HTTP_PARTIAL_FREE + 1000));
	send_str(bob, str_from(w->big, HTTP_PARTIAL_FREE));
	pass(w, 3);
	assert_non_null(ann->conn);
	assert_non_null(bob->conn);
	send_str(bob, str_from(w->big, 1));
	pass(w, 3);
	assert_non_null(ann->conn);
	assert_null(bob->conn); /* whoever made it too much goes */
	peer_free(ann);
	peer_free(bob);
	world_free(w);
}

static void a_socket_is_closed_when_what_was_written_has_left(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann");
	send_text(ann, "bye\nmore\n");
	pass(w, 3);
	assert_got(ann, "<bye\n>");
	assert_null(ann->conn);
	assert_int_equal(w->gone_count, 0);
	peer_free(ann);
	world_free(w);
}

static void a_reply_to_a_socket_does_nothing(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann");
	reply(w, w->socket, STR("too late"));
	send_text(ann, "x\n");
	pass(w, 3);
	assert_got(ann, "<x\n>");
	peer_free(ann);
	world_free(w);
}

static void a_stop_cuts_sockets_that_nobody_closes(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = socket_new(w, "ann");
	http_server_stop(w->server, on_drained, w);
	pass(w, 100);
	assert_int_equal(w->drained, 0);
	pass(w, 5000);
	assert_int_equal(w->drained, 1);
	assert_null(ann->conn);
	peer_free(ann);
	world_free(w);
}

/* One message a turn of who comes last, and the same answers. */
static void who_comes_last_is_served_all_the_same(void **state)
{
	struct world *w = world_new(1);
	struct peer *sam = socket_new(w, "sam");
	http_order(w->server, w->socket, NET_LAST);
	for (size_t i = 0; i < 20; i++)
		send_text(sam, "x\n");
	pass(w, 30);
	assert_int_equal(sam->got.len, 20 * strlen("<x\n>"));
	peer_free(sam);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_speaks_something_else_from_then_on),
		cmocka_unit_test(what_comes_right_behind_the_request_is_the_sockets),
		cmocka_unit_test(who_asks_for_a_socket),
		cmocka_unit_test(an_idle_socket_is_closed_and_a_used_one_is_not),
		cmocka_unit_test(who_does_not_read_is_not_read_from_and_closed_in_time),
		cmocka_unit_test(who_reads_again_is_told_that_there_is_room),
		cmocka_unit_test(what_a_socket_keeps_counts_among_what_is_unfinished),
		cmocka_unit_test(a_socket_is_closed_when_what_was_written_has_left),
		cmocka_unit_test(a_reply_to_a_socket_does_nothing),
		cmocka_unit_test(a_stop_cuts_sockets_that_nobody_closes),
		cmocka_unit_test(who_comes_last_is_served_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
