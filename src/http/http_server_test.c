/* http_server_test.c - the server in the simulated world: what a client at the other end notices. */
#include "http/http_test_world.h"

/* --- replies --- */

static void a_request_is_answered_with_all_headers(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	send_text(ann, "POST /a%20b?c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
	pass(w, 5);
	assert_int_equal(ann->got.len, strlen("HTTP/1.1 200 OK\r\n"
					      "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
					      "Cache-Control: no-store\r\n"
					      "X-Content-Type-Options: nosniff\r\n"
					      "Content-Type: application/json\r\n"
					      "Content-Length: 12\r\n\r\n"
					      "1 /a b ann 3"));
	assert_memory_equal(ann->got.at,
		"HTTP/1.1 200 OK\r\n"
		"Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
		"Cache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n"
		"Content-Type: application/json\r\n"
		"Content-Length: 12\r\n\r\n"
		"1 /a b ann 3",
		ann->got.len);
	peer_free(ann);
	world_free(w);
}

static void a_reply_without_body_has_no_type_and_closes_if_told(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	ask(ann, "/close");
	pass(w, 5);
	assert_string_equal(answers(ann), "401 \nclosed");
	assert_true(has(ann, "\r\nContent-Length: 0\r\nConnection: close\r\nX-Y: z\r\n\r\n"));
	assert_false(has(ann, "\r\nContent-Type"));
	peer_free(ann);
	world_free(w);
}

static void head_is_get_without_the_body(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	struct buf head = {0};
	send_text(ann, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
	pass(w, 5);
	buf_put(&head, buf_str(&ann->got));
	assert_memory_equal(head.at + head.len - 4, "\r\n\r\n", 4);
	ann->got.len = 0;
	ask(ann, "/"); /* the connection is still in step */
	pass(w, 5);
	assert_string_equal(
		answers(ann), "200 0 / ann 0\n"); /* 0: the handler saw GET both times */
	assert_int_equal(ann->got.len, head.len + strlen("0 / ann 0"));
	assert_memory_equal(ann->got.at, head.at, head.len);
	buf_free(&head);
	peer_free(ann);
	world_free(w);
}

static void old_clients_close_unless_they_ask_to_stay(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann"), *bob = peer_new(w, "bob");
	send_text(ann, "GET /1 HTTP/1.0\r\n\r\n");
	send_text(bob, "GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
	pass(w, 5);
	assert_string_equal(answers(ann), "200 0 /1 ann 0\nclosed");
	assert_string_equal(answers(bob), "200 0 /1 bob 0\n");
	assert_true(has(bob, "Connection: keep-alive\r\n"));
	send_text(bob,
		"GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
	pass(w, 5);
	assert_string_equal(answers(bob), "200 0 /1 bob 0\n200 0 /2 bob 0\nclosed");
	assert_int_equal(w->requests, 3);
	peer_free(ann);
	peer_free(bob);
	world_free(w);
}

/* --- pieces and pipelines --- */

static const char pipeline[] =
	"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
	"POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde\r\n"
	"POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	"3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
	"PUT http://x/4?q HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
	"GET /5 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
	"DELETE /6 HTTP/1.1\r\nHost: x\r\n\r\n"
	"GET /nohost HTTP/1.1\r\n\r\n"
	"GET /never HTTP/1.1\r\nHost: x\r\n\r\n";

static const char pipeline_answers[] =
	"200 0 /1 ann 0\n200 1 /2 ann 5\n200 1 /3 ann 13\n200 2 /4 ann 0\n"
	"200 0 /5 ann 0\n200 3 /6 ann 0\n" BAD_HTTP "closed";

static void a_pipeline_gives_the_same_answers_in_whatever_pieces(void **state)
{
	struct str all = str_of(pipeline);
	for (size_t cut = 0; cut <= all.len; cut++) { /* two pieces; the world cuts them further */
		struct world *w = world_new(cut);
		struct peer *ann = peer_new(w, "ann");
		send_str(ann, str_from(all.at, cut));
		pass(w, 10);
		if (ann->conn)
			send_str(ann, str_skip(all, cut));
		pass(w, 10);
		assert_string_equal(answers(ann), pipeline_answers);
		peer_free(ann);
		world_free(w);
	}
}

static void assert_pipeline_byte_by_byte(struct world *w, struct peer *peer)
{
	for (const char *at = pipeline; *at && peer->conn; at++) {
		send_str(peer, str_from(at, 1));
		pass(w, 2);
	}
	pass(w, 10);
	assert_string_equal(answers(peer), pipeline_answers);
}

static void byte_by_byte_gives_the_same_answers(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	assert_pipeline_byte_by_byte(w, ann);
	peer_free(ann);
	world_free(w);
}

static void a_pipeline_waits_for_the_reply_before(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	ask(ann, "/later");
	ask(ann, "/hold");
	ask(ann, "/3");
	pass(w, 10);
	assert_int_equal(w->requests, 1);
	reply(w, w->refs[0], STR("first"));
	assert_int_equal(w->requests, 1); /* not from inside http_reply */
	pass(w, 10);
	assert_int_equal(w->requests, 2);
	assert_string_equal(answers(ann), "200 first\n");
	reply(w, w->refs[0], STR("twice")); /* answered already: this is not the next one's */
	pass(w, 10);
	assert_string_equal(answers(ann), "200 first\n");
	reply(w, w->refs[1], STR("second"));
	pass(w, 10);
	assert_string_equal(answers(ann), "200 first\n200 second\n200 0 /3 ann 0\n");
	peer_free(ann);
	world_free(w);
}

/* Whoever gives it, however late; and not the next one's. */
static const char *peer_text(struct peer *peer)
{
	buf_put_byte(&peer->got, '\0');
	peer->got.len--;
	return peer->got.at;
}

static void further_headers_belong_to_one_reply(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	ask(ann, "/hold");
	pass(w, 10);
	http_add_headers(w->server, w->refs[0], STR("A: 1\r\n"));
	http_add_headers(w->server, w->refs[0], STR("B: 2\r\n"));
	reply(w, w->refs[0], STR("first"));
	ask(ann, "/later");
	pass(w, 10);
	assert_non_null(strstr(peer_text(ann), "\r\nA: 1\r\nB: 2\r\n\r\nfirst"));
	http_add_headers(w->server, w->refs[0], STR("C: 3\r\n"));
	reply(w, w->refs[1], STR("second"));
	pass(w, 10);
	assert_null(strstr(strstr(peer_text(ann), "first"), "A: 1"));
	assert_null(strstr(peer_text(ann), "C: 3"));
	ask(ann, "/hold");
	pass(w, 10);
	http_add_headers(w->server, w->refs[2], STR("D: 4\r\n")); /* goes with its client */
	peer_free(ann);
	world_free(w);
}

static void a_body_in_pieces_is_one_body(void **state)
{
	struct str more[HTTP_MORE_MAX];
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	for (size_t i = 0; i < HTTP_MORE_MAX; i++)
		more[i] = STR("b");
	more[1] = STR_NONE;
	const struct http_response responses[] = {
		{.status = 200, .body = STR("a"), .more = more, .more_count = 3},
		{.status = 204, .body = STR("a"), .more = more, .more_count = 3},
		{.status = 200, .body = STR("a"), .more = more, .more_count = HTTP_MORE_MAX},
	};
	for (size_t i = 0; i < 3; i++) {
		ask(ann, "/later");
		pass(w, 10);
		http_reply(w->server, w->refs[i], &responses[i]);
		pass(w, 10);
	}
	assert_string_equal(answers(ann),
		"200 abb\n204 \n200 a"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"); /* and so on */
	assert_true(has(ann, "Content-Length: 3\r\n"));
	assert_true(has(ann, "Content-Length: 1024\r\n"));
	peer_free(ann);
	world_free(w);
}

/* Long work of others, in pieces. */
struct long_work {
	struct world *w;
	struct net_turn turn;
	unsigned pieces;
};

static void make_piece(void *ctx)
{
	struct long_work *work = ctx;
	if (--work->pieces)
		net_turn_ask(work->w->net, &work->turn, NET_FIRST);
	else
		work->w->requests += 100;
}

static void who_comes_last_is_served_when_no_other_waits(void **state)
{
	struct world *w = world_new(1);
	struct long_work work = {.w = w, .turn = {make_piece, &work}, .pieces = 1000};
	struct peer *ann = peer_new(w, "ann"), *sam = peer_new(w, "sam");
	ask(sam, "/1?order=last");
	pass(w, 10);
	assert_int_equal(w->requests, 1);
	net_turn_ask(w->net, &work.turn, NET_FIRST);
	ask(sam, "/hold");
	ask(sam, "/2");
	ask(ann, "/3");
	while (w->requests < 2)
		pass(w, 1);
	pass(w, 20);
	assert_string_equal(answers(ann), "200 0 /3 ann 0\n");
	assert_int_equal(w->requests, 103); /* the pieces were made before the one that is held */
	reply(w, w->refs[0], STR("held"));
	pass(w, 10);
	assert_string_equal(answers(sam), "200 0 /1 sam 0\n200 held\n200 0 /2 sam 0\n");
	assert_int_equal(http_order_of(w->server, w->refs[0]), NET_LAST); /* gone */
	peer_free(sam);
	peer_free(ann);
	world_free(w);
}

static void byte_by_byte_who_comes_last_gets_the_same_answers(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	ask(ann, "/0?order=last");
	pass(w, 10);
	ann->got.len = 0;
	assert_pipeline_byte_by_byte(w, ann);
	peer_free(ann);
	world_free(w);
}

/* Whoever answers may be in the middle of anything: whatever state the connection and the server are in,
 * whatever waits behind the request, and whatever becomes of the connection by the reply. */
static void no_handler_is_called_from_inside_of_a_reply(void **state)
{
	static const char *const paths[] = {"/later", "/hold"};
	enum { SERVES, PAUSED, WAS_PAUSED, STOPS, DEEDS };
	for (unsigned i = 0; i < 2 * DEEDS * 3; i++) {
		struct world *w = world_new(i);
		struct peer *ann = peer_new(w, "ann");
		unsigned deed = i / 2 % DEEDS, how = i / 2 / DEEDS;
		const struct http_response response = {.status = 200,
			.body = str_from(w->big, how == 1 ? 1024 * 1024 : 1),
			.close = how == 2};
		ask(ann, paths[i % 2]);
		ask(ann, "/2");
		pass(w, 10);
		if (deed == PAUSED || deed == WAS_PAUSED)
			http_server_pause(w->server, true);
		if (deed == WAS_PAUSED)
			http_server_pause(w->server, false);
		if (deed == STOPS)
			http_server_stop(w->server, on_drained, w);
		http_reply(w->server, w->refs[0], &response);
		assert_int_equal(w->requests, 1);
		assert_int_equal(w->gone_count, 0);
		assert_int_equal(w->drained, 0);
		assert_non_null(ann->conn);
		pass(w, 10000);
		bool goes_on = how != 2 && (deed == SERVES || deed == WAS_PAUSED);
		assert_int_equal(w->requests, goes_on ? 2 : 1);
		assert_int_equal(w->drained, deed == STOPS);
		peer_free(ann);
		world_free(w);
	}
}

static void a_pipeline_longer_than_allowed_is_not_read_until_there_is_room(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	struct buf many = {0};
	size_t count = 0;
	for (; many.len < 3 * HTTP_PIPELINE_MAX; count++)
		buf_puts(&many, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"),
			buf_put(&many, str_from(w->big, 1000));
	ask(ann, "/hold");
	send_str(ann, buf_str(&many));
	pass(w, 1000);
	assert_true(net_unsent(ann->conn) > 0);
	assert_true(net_unsent(ann->conn) <= 2 * HTTP_PIPELINE_MAX);
	reply(w, w->refs[0], STR("go"));
	pass(w, 1000);
	assert_int_equal(net_unsent(ann->conn), 0);
	assert_int_equal(w->requests, 1 + count);
	buf_free(&many);
	peer_free(ann);
	world_free(w);
}

static void continue_is_said_to_who_waits_for_it_only(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann"), *bob = peer_new(w, "bob");
	static const char head[] =
		"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n";
	send_text(ann, head);
	pass(w, 5);
	assert_string_equal(answers(ann), "100\n");
	send_text(ann, "abc");
	pass(w, 5);
	assert_string_equal(answers(ann), "100\n200 1 / ann 3\n");
	send_text(bob, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
		       "65537\r\n\r\n");
	pass(w, 5);
	assert_string_equal(
		answers(bob), TOO_LARGE "closed"); /* before the body was sent in vain */
	peer_free(ann);
	peer_free(bob);
	world_free(w);
}

/* --- connections --- */

static void more_connections_than_allowed_are_closed_at_once(void **state)
{
	struct world *w = world_new(1);
	struct peer *peers[6];
	for (int i = 0; i < 6; i++)
		peers[i] = peer_new(w, "ann");
	assert_int_equal(http_server_connections(w->server), 5);
	assert_non_null(peers[4]->conn);
	assert_null(peers[5]->conn);
	net_close(peers[0]->conn, 0);
	pass(w, 5);
	assert_int_equal(http_server_connections(w->server), 4);
	for (int i = 0; i < 6; i++)
		peer_free(peers[i]);
	world_free(w);
}

/* --- time --- */

static void a_client_that_sends_too_slowly_is_cut_off(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	const char *slow = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	pass(w, 50000);
	msec first = net_now(w->net);
	for (; *slow && ann->conn; slow++) {
		send_str(ann, str_from(slow, 1));
		pass(w, 1000);
	}
	assert_null(ann->conn);
	assert_int_equal(ann->closed_at - first, 1 + HTTP_REQUEST_TIMEOUT_MS + 1);
	assert_int_equal(ann->got.len, 0);
	peer_free(ann);
	world_free(w);
}

static void an_idle_connection_is_closed_and_a_used_one_is_not(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann"), *bob = peer_new(w, "bob");
	msec ann_since = START + 1, bob_since = START + 4;
	pass(w, 70000);
	ask(bob, "/");
	bob_since = net_now(w->net) + 1;
	pass(w, 70000);
	assert_int_equal(ann->closed_at, ann_since + HTTP_IDLE_TIMEOUT_MS + 1);
	assert_non_null(bob->conn);
	pass(w, 10000);
	assert_int_equal(bob->closed_at, bob_since + HTTP_IDLE_TIMEOUT_MS + 1);
	assert_int_equal(http_server_connections(w->server), 0);
	peer_free(ann);
	peer_free(bob);
	world_free(w);
}

static void a_held_request_does_not_time_out(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	ask(ann, "/hold");
	pass(w, 600000);
	assert_non_null(ann->conn);
	reply(w, w->refs[0], STR("at last"));
	pass(w, 10);
	assert_string_equal(answers(ann), "200 at last\n");
	peer_free(ann);
	world_free(w);
}

static void a_client_that_leaves_takes_its_reply_with_it(void **state)
{
	static const char *const paths[] = {"/hold", "/later"};
	for (int i = 0; i < 2; i++) {
		struct world *w = world_new(1);
		struct peer *ann = peer_new(w, "ann");
		ask(ann, paths[i]);
		pass(w, 10);
		assert_int_equal(http_order_of(w->server, w->refs[0]), NET_FIRST);
		net_close(ann->conn, 0);
		pass(w, 10);
		assert_int_equal(w->gone_count, 1);
		assert_int_equal(w->gone[0].slot, w->refs[0].slot);
		assert_int_equal(w->gone[0].generation, w->refs[0].generation);
		assert_int_equal(http_order_of(w->server, w->refs[0]), NET_LAST);
		assert_int_equal(http_server_connections(w->server), 0);
		/* Its place may be another's by now: the old reference must not reach that one. */
		struct peer *bob = peer_new(w, "bob");
		ask(bob, "/hold");
		pass(w, 10);
		assert_int_equal(w->refs[1].slot, w->refs[0].slot);
		reply(w, w->refs[0], STR("for ann"));
		pass(w, 10);
		assert_int_equal(bob->got.len, 0);
		peer_free(ann);
		peer_free(bob);
		world_free(w);
	}
}

static void a_client_that_reads_nothing_is_closed_in_time(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	net_read(ann->conn, false);
	ask(ann, "/?big=500000");
	pass(w, HTTP_WRITE_TIMEOUT_MS - 10);
	assert_int_equal(http_server_connections(w->server), 1);
	pass(w, 20);
	assert_int_equal(http_server_connections(w->server), 0);
	peer_free(ann);
	world_free(w);
}

static void a_client_that_reads_slowly_but_steadily_gets_all(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	net_read(ann->conn, false);
	ask(ann, "/?big=500000");
	for (int i = 0; i < 20; i++) {
		pass(w, 15000);
		if (!ann->conn)
			break;
		net_read(ann->conn, true); /* takes what is there */
		pass(w, 0);
		if (ann->conn)
			net_read(ann->conn, false);
	}
	assert_true(ann->got.len > 500000);
	peer_free(ann);
	world_free(w);
}

static void too_much_unsent_stops_reading_until_it_has_left(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	net_read(ann->conn, false);
	for (int i = 0; i < 20; i++)
		ask(ann, "/?big=60000");
	pass(w, 1000);
	/* 64 KiB on their way, 256 KiB unsent: six replies pass the mark */
	assert_true(w->requests >= 5 && w->requests <= 6);
	net_read(ann->conn, true);
	pass(w, 1000);
	assert_int_equal(w->requests, 20);
	assert_true(ann->got.len > 20 * 60000);
	peer_free(ann);
	world_free(w);
}

/* --- pause and stop --- */

static void nothing_is_taken_while_paused_and_all_of_it_afterwards(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann"), *bob = peer_new(w, "bob");
	ask(ann, "/hold");
	send_text(bob, "GET /b HTTP/1.1\r\n");
	pass(w, 10);
	http_server_pause(w->server, true);
	ask(ann, "/a");
	send_text(bob, "Host: x\r\n\r\n");
	pass(w, 30000); /* longer than a request may take: the wait is not the clients' fault */
	assert_int_equal(w->requests, 1);
	reply(w, w->refs[0], STR("held")); /* replies go on */
	pass(w, 10);
	assert_string_equal(answers(ann), "200 held\n");
	assert_int_equal(w->requests, 1);
	http_server_pause(w->server, false);
	assert_int_equal(w->requests, 1);
	pass(w, 10);
	assert_string_equal(answers(ann), "200 held\n200 0 /a ann 0\n");
	assert_string_equal(answers(bob), "200 0 /b bob 0\n");
	peer_free(ann);
	peer_free(bob);
	world_free(w);
}

static void a_stop_closes_idle_connections_and_lets_the_others_finish(void **state)
{
	struct world *w = world_new(1);
	struct peer *idle = peer_new(w, "ann"), *held = peer_new(w, "bob"),
		    *asking = peer_new(w, "cyd");
	ask(idle, "/");
	ask(held, "/hold");
	send_text(asking, "GET /c HTTP/1.1\r\n");
	pass(w, 10);
	http_server_stop(w->server, on_drained, w);
	pass(w, 10);
	assert_string_equal(answers(idle), "200 0 / ann 0\nclosed");
	assert_non_null(held->conn);
	struct peer *late = peer_new(w, "dan");
	assert_null(late->conn);
	send_text(asking, "Host: x\r\n\r\n");
	pass(w, 10);
	assert_string_equal(answers(asking), "200 0 /c cyd 0\nclosed");
	assert_true(has(asking, "Connection: close\r\n"));
	assert_int_equal(w->drained, 0);
	reply(w, w->refs[0], STR("bye"));
	pass(w, 10);
	assert_string_equal(answers(held), "200 bye\nclosed");
	assert_int_equal(w->drained, 1);
	pass(w, 100000);
	assert_int_equal(w->drained, 1);
	peer_free(idle);
	peer_free(held);
	peer_free(asking);
	peer_free(late);
	world_free(w);
}

static void a_stop_without_connections_is_drained_in_the_next_turn(void **state)
{
	struct world *w = world_new(1);
	http_server_stop(w->server, on_drained, w);
	assert_int_equal(w->drained, 0);
	pass(w, 0);
	assert_int_equal(w->drained, 1);
	world_free(w);
}

static void closing_all_closes_without_replies(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann"), *bob = peer_new(w, "bob");
	ask(ann, "/hold");
	pass(w, 10);
	http_server_close_all(w->server);
	reply(w, w->refs[0], STR("no"));
	pass(w, 10);
	assert_string_equal(answers(ann), "closed");
	assert_string_equal(answers(bob), "closed");
	assert_int_equal(http_server_connections(w->server), 0);
	peer_free(ann);
	peer_free(bob);
	world_free(w);
}

static void a_server_can_be_freed_with_requests_open(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann"), *bob = peer_new(w, "bob"), *cyd = peer_new(w, "cyd");
	ask(ann, "/hold");
	ask(ann, "/1");
	ask(bob, "/later");
	send_text(cyd, "GET ");
	pass(w, 10);
	http_server_free(&w->server);
	assert_null(w->server);
	pass(w, 10);
	assert_null(ann->conn);
	assert_null(bob->conn);
	assert_null(cyd->conn);
	assert_int_equal(w->gone_count, 0);
	peer_free(ann);
	peer_free(bob);
	peer_free(cyd);
	world_free(w);
}

/* --- twins --- */

static void record(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes)
{
	if (!str_is(peer, "eve"))
		buf_printf(ctx, "%.*s/%u@%lld %.*s\n", STR_ARGS(peer), nth, (long long)at,
			STR_ARGS(bytes));
}

static void busy(struct peer *peer, unsigned turn)
{
	if (peer->conn && turn % 3 == 0)
		ask(peer, "/1");
	if (peer->conn && turn % 4 == 0)
		ask(peer, "/?big=70000");
	if (peer->conn && turn % 5 == 0)
		send_text(peer, "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab");
	if (peer->conn && turn % 5 == 0)
		send_text(peer, "cd");
	if (peer->conn && turn == 47)
		send_text(peer, "GET / HTT\n");
}

static struct buf play(uint64_t seed, bool with_eve)
{
	struct buf seen = {0};
	struct world *w = world_new(seed);
	struct peer *eve = NULL;
	net_sim_record(w->net, record, &seen);
	if (with_eve)
		eve = peer_new(w, "eve");
	else
		pass(w, 3);
	struct peer *ann = peer_new(w, "ann"), *bob = peer_new(w, "bob");
	for (unsigned turn = 0; turn < 50; turn++) {
		if (eve)
			busy(eve, turn * 7 + 1);
		busy(ann, turn);
		busy(bob, turn + 1);
		pass(w, turn % 9 == 0 ? 18000 : 1);
	}
	pass(w, 100000);
	buf_put(&seen, buf_str(&ann->got));
	buf_put(&seen, buf_str(&bob->got));
	buf_printf(&seen, "%lld %lld", (long long)ann->closed_at, (long long)bob->closed_at);
	if (eve)
		peer_free(eve);
	peer_free(ann);
	peer_free(bob);
	world_free(w);
	return seen;
}

static void what_one_client_does_moves_no_byte_of_the_others(void **state)
{
	for (uint64_t seed = 0; seed < 10; seed++) {
		struct buf without = play(seed, false), with = play(seed, true);
		assert_true(without.len > 100000);
		assert_true(str_eq(buf_str(&without), buf_str(&with)));
		buf_free(&without);
		buf_free(&with);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_answered_with_all_headers),
		cmocka_unit_test(a_reply_without_body_has_no_type_and_closes_if_told),
		cmocka_unit_test(head_is_get_without_the_body),
		cmocka_unit_test(old_clients_close_unless_they_ask_to_stay),
		cmocka_unit_test(a_pipeline_gives_the_same_answers_in_whatever_pieces),
		cmocka_unit_test(byte_by_byte_gives_the_same_answers),
		cmocka_unit_test(a_pipeline_waits_for_the_reply_before),
		cmocka_unit_test(further_headers_belong_to_one_reply),
		cmocka_unit_test(a_body_in_pieces_is_one_body),
		cmocka_unit_test(who_comes_last_is_served_when_no_other_waits),
		cmocka_unit_test(byte_by_byte_who_comes_last_gets_the_same_answers),
		cmocka_unit_test(no_handler_is_called_from_inside_of_a_reply),
		cmocka_unit_test(a_pipeline_longer_than_allowed_is_not_read_until_there_is_room),
		cmocka_unit_test(continue_is_said_to_who_waits_for_it_only),
		cmocka_unit_test(more_connections_than_allowed_are_closed_at_once),
		cmocka_unit_test(a_client_that_sends_too_slowly_is_cut_off),
		cmocka_unit_test(an_idle_connection_is_closed_and_a_used_one_is_not),
		cmocka_unit_test(a_held_request_does_not_time_out),
		cmocka_unit_test(a_client_that_leaves_takes_its_reply_with_it),
		cmocka_unit_test(a_client_that_reads_nothing_is_closed_in_time),
		cmocka_unit_test(a_client_that_reads_slowly_but_steadily_gets_all),
		cmocka_unit_test(too_much_unsent_stops_reading_until_it_has_left),
		cmocka_unit_test(nothing_is_taken_while_paused_and_all_of_it_afterwards),
		cmocka_unit_test(a_stop_closes_idle_connections_and_lets_the_others_finish),
		cmocka_unit_test(a_stop_without_connections_is_drained_in_the_next_turn),
		cmocka_unit_test(closing_all_closes_without_replies),
		cmocka_unit_test(a_server_can_be_freed_with_requests_open),
		cmocka_unit_test(what_one_client_does_moves_no_byte_of_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
