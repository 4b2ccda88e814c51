/* http_long_test.c - replies that are too long for one piece: how they travel, what each costs, and
 * what becomes of them when the client does not read, or goes. */
#include "api/refusal.h"
#include "http/http_server.h"
#include "net/net_sim.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#define START 1700000000000
#define PIECE 1000

/* --- a server whose answers have as many pieces as the path says, /1 to /9 ---------------------- */

struct long_world {
	struct net *net;
	struct http_server *server;
	unsigned port;
	unsigned wanted, pieces; /* of the last answer: in all, given */
	size_t size;             /* of a piece */
	bool is_silent;          /* on_more gives nothing: the piece waits for something */
	unsigned asked;          /* on_more */
	struct http_ref ref;     /* of the last request */
	unsigned gone, requests, drained;
	unsigned in_turn, most_in_turn; /* requests handled in one turn */
	char *bytes;
};

static void give(struct long_world *w)
{
	memset(w->bytes, 'a' + (int)w->pieces, w->size);
	w->pieces++;
	http_piece(w->server, w->ref, str_from(w->bytes, w->size), w->pieces == w->wanted);
}

static void turn_over(void *ctx)
{
	struct long_world *w = ctx;
	if (w->in_turn > w->most_in_turn)
		w->most_in_turn = w->in_turn;
	w->in_turn = 0;
}

static void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct long_world *w = ctx;
	bool is_short = str_is(request->path, "/short");
	struct http_response response = {.status = 200, .body = str_from(w->bytes, w->size)};
	memset(w->bytes, 'a', w->size);
	w->requests++;
	w->ref = ref;
	if (w->in_turn++ == 0)
		net_defer(w->net, turn_over, w);
	if (is_short)
		response.body = STR("short");
	if (is_short || str_is(request->path, "/page")) {
		http_reply(w->server, ref, &response);
		return;
	}
	w->wanted = (unsigned)(request->path.at[1] - '0');
	w->pieces = 1;
	http_begin(w->server, ref, &response);
}

static void on_more(void *ctx, struct http_ref ref)
{
	struct long_world *w = ctx;
	assert_int_equal(ref.generation, w->ref.generation);
	w->asked++;
	if (!w->is_silent)
		give(w);
}

static void on_gone(void *ctx, struct http_ref ref)
{
	((struct long_world *)ctx)->gone++;
}

static void on_drained(void *ctx)
{
	((struct long_world *)ctx)->drained++;
}

static struct long_world *world_new(void)
{
	struct long_world *w = mem_new(sizeof *w);
	const struct http_handler handler = {on_request, on_gone, w, on_more, refusal_response};
	w->net = net_sim_new(1, START);
	w->server = http_server_new(w->net, &handler, 5);
	w->size = PIECE;
	w->bytes = mem_new(HTTP_TURN_BYTES);
	assert_int_equal(http_server_listen(w->server, STR("server"), 0, &w->port), OK);
	return w;
}

static void world_free(struct long_world *w)
{
	http_server_free(&w->server);
	net_sim_free(&w->net);
	free(w->bytes);
	free(w);
}

static void pass(struct long_world *w, msec ms)
{
	net_sim_run(w->net, net_now(w->net) + ms);
}

/* --- a client ----------------------------------------------------------------------------------- */

struct reader {
	struct net_conn *conn;
	struct buf got;
	bool is_closed;
};

static void reader_data(struct net_conn *conn, struct str bytes)
{
	buf_put(&((struct reader *)net_conn_ctx(conn))->got, bytes);
}

static void reader_closed(struct net_conn *conn)
{
	((struct reader *)net_conn_ctx(conn))->is_closed = true;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

static struct reader *reader_new(struct long_world *w, const char *request)
{
	static const struct net_handler handler = {
		.on_data = reader_data, .on_closed = reader_closed};
	struct reader *reader = mem_new(sizeof *reader);
	reader->conn = net_connect(w->net, STR("ann"), STR("server"), w->port, &handler, reader);
	net_write(reader->conn, str_of(request));
	return reader;
}

static void reader_free(struct long_world *w, struct reader *reader)
{
	if (!reader->is_closed)
		net_close(reader->conn, 0);
	pass(w, 10);
	buf_free(&reader->got);
	free(reader);
}

static bool has(const struct reader *reader, const char *text)
{
	return memmem(reader->got.at, reader->got.len, text, strlen(text)) != NULL;
}

/* The chunks behind the first head, joined; *rest: what came behind them. */
static struct buf body_of(const struct reader *reader, struct str *rest, bool *is_whole)
{
	struct buf body = {0};
	*rest = buf_str(&reader->got);
	while (str_cut(rest, '\n').len > 1)
		continue;
	*is_whole = false;
	while (rest->len && !*is_whole) {
		size_t len = strtoul(rest->at, NULL, 16);
		str_cut(rest, '\n');
		buf_put(&body, str_from(rest->at, len));
		*rest = str_skip(*rest, len + 2);
		*is_whole = len == 0;
	}
	return body;
}

/* --- how they travel ---------------------------------------------------------------------------- */

static void a_long_reply_comes_in_chunks_and_what_is_behind_it_waits(void **state)
{
	struct long_world *w = world_new();
	struct reader *ann = reader_new(w, GET("/3") GET("/short"));
	struct str rest;
	bool is_whole;
	pass(w, 100);
	struct buf body = body_of(ann, &rest, &is_whole);
	assert_true(has(ann, "\r\nTransfer-Encoding: chunked\r\n"));
	assert_true(is_whole);
	assert_int_equal(body.len, 3 * PIECE);
	for (size_t i = 0; i < body.len; i++)
		assert_int_equal(body.at[i], 'a' + i / PIECE);
	assert_null(memmem(ann->got.at, ann->got.len - rest.len, "Content-Length", 14));
	assert_true(str_starts(rest, STR("HTTP/1.1 200 OK\r\n")));
	assert_memory_equal(rest.at + rest.len - 9, "\r\n\r\nshort", 9);
	assert_int_equal(w->asked, 2);
	assert_int_equal(w->most_in_turn, 1);
	assert_false(ann->is_closed);
	buf_free(&body);
	reader_free(w, ann);
	assert_int_equal(w->gone, 0);
	world_free(w);
}

static void an_old_client_reads_to_the_end_of_the_connection(void **state)
{
	struct long_world *w = world_new();
	struct reader *ann =
		reader_new(w, "GET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET("/short"));
	pass(w, 100);
	assert_true(ann->is_closed);
	assert_true(has(ann, "\r\nConnection: close\r\n"));
	assert_false(has(ann, "chunked"));
	const char *body = memmem(ann->got.at, ann->got.len, "\r\n\r\n", 4);
	assert_int_equal(ann->got.at + ann->got.len - body, 4 + 2 * PIECE);
	assert_int_equal(w->requests, 1);
	reader_free(w, ann);
	assert_int_equal(w->gone, 0);
	world_free(w);
}

static void head_has_no_pieces(void **state)
{
	struct long_world *w = world_new();
	struct reader *ann = reader_new(w, "HEAD /5 HTTP/1.1\r\nHost: x\r\n\r\n" GET("/short"));
	pass(w, 100);
	assert_int_equal(w->asked, 0);
	assert_int_equal(w->gone, 1); /* nothing more is wanted of it */
	assert_int_equal(w->requests, 2);
	assert_true(has(ann, "\r\n\r\nHTTP/1.1 200"));
	reader_free(w, ann);
	world_free(w);
}

/* --- who does not read, and who goes ------------------------------------------------------------ */

static void who_does_not_read_has_one_piece_unsent(void **state)
{
	struct long_world *w = world_new();
	w->size = HTTP_TURN_BYTES;
	struct reader *ann = reader_new(w, GET("/9"));
	net_read(ann->conn, false);
	pass(w, 1000);
	unsigned given = w->pieces;
	assert_in_range(given, 1, 2); /* what the system takes, and one */
	pass(w, HTTP_WRITE_TIMEOUT_MS / 2);
	assert_int_equal(w->pieces, given);
	net_read(ann->conn, true); /* and when it reads again, the rest comes */
	pass(w, 5000);
	assert_int_equal(w->pieces, 9);
	reader_free(w, ann);
	assert_int_equal(w->gone, 0);
	world_free(w);
}

static void who_never_reads_is_closed_and_the_rest_never_made(void **state)
{
	struct long_world *w = world_new();
	w->size = HTTP_TURN_BYTES;
	struct reader *ann = reader_new(w, GET("/9"));
	net_read(ann->conn, false);
	pass(w, 3 * HTTP_WRITE_TIMEOUT_MS);
	assert_int_equal(w->gone, 1);
	assert_in_range(w->pieces, 1, 2);
	reader_free(w, ann);
	world_free(w);
}

static void who_goes_in_the_middle_is_told_of(void **state)
{
	struct long_world *w = world_new();
	struct reader *ann = reader_new(w, GET("/9"));
	w->is_silent = true;
	pass(w, 10);
	assert_int_equal(w->asked, 1);
	net_close(ann->conn, 0);
	pass(w, 10);
	assert_int_equal(w->gone, 1);
	give(w); /* too late: does nothing */
	http_cut(w->server, w->ref);
	reader_free(w, ann);
	assert_int_equal(w->gone, 1);
	world_free(w);
}

static void a_piece_is_asked_for_once_and_a_cut_is_seen(void **state)
{
	struct long_world *w = world_new();
	struct reader *ann = reader_new(w, GET("/9"));
	struct str rest;
	bool is_whole;
	w->is_silent = true;
	pass(w, 1000);
	assert_int_equal(w->asked, 1);
	give(w);
	give(w); /* one that nobody asked for */
	pass(w, 1000);
	assert_int_equal(w->asked, 2);
	http_cut(w->server, w->ref);
	pass(w, 100);
	assert_true(ann->is_closed);
	assert_int_equal(w->gone, 1);
	struct buf body = body_of(ann, &rest, &is_whole);
	assert_false(is_whole);
	assert_int_equal(body.len, 2 * PIECE);
	buf_free(&body);
	reader_free(w, ann);
	world_free(w);
}

static void a_stop_lets_a_long_reply_end_but_not_for_ever(void **state)
{
	for (unsigned stuck = 0; stuck < 2; stuck++) {
		struct long_world *w = world_new();
		struct reader *ann = reader_new(w, GET("/3"));
		w->is_silent = true;
		pass(w, 10);
		http_server_stop(w->server, on_drained, w);
		pass(w, 1000);
		assert_int_equal(w->drained, 0);
		w->is_silent = stuck;
		if (!stuck)
			give(w);
		pass(w, 20000);
		assert_int_equal(w->drained, 1);
		assert_true(ann->is_closed);
		assert_int_equal(w->gone, stuck);
		assert_int_equal(w->pieces, stuck ? 1 : 3);
		reader_free(w, ann);
		world_free(w);
	}
}

static void a_server_may_go_in_the_middle(void **state)
{
	struct long_world *w = world_new();
	struct reader *ann = reader_new(w, GET("/9") GET("/9"));
	pass(w, 2);
	w->is_silent = true;
	pass(w, 10);
	http_server_free(&w->server);
	pass(w, 10);
	assert_int_equal(w->gone, 0);
	reader_free(w, ann);
	world_free(w);
}

/* --- pipelines ---------------------------------------------------------------------------------- */

/* Pages that were asked for in one breath: after so many bytes the others have to wait a turn. */
static void a_pipeline_is_answered_for_so_many_bytes_a_turn(void **state)
{
	for (int over = -1; over <= 1; over++) {
		struct long_world *w = world_new();
		struct reader *ann = reader_new(w, GET("/page"));
		w->size = 10000;
		pass(w, 10);
		size_t head = ann->got.len - w->size; /* the same for all lengths of five digits */
		w->size = (size_t)(HTTP_TURN_BYTES / 2 + over) - head;
		w->most_in_turn = w->requests = 0;
		http_server_pause(w->server, true); /* so that they are taken together */
		net_write(ann->conn, STR(GET("/page") GET("/page") GET("/page") GET("/page")));
		pass(w, 10);
		assert_int_equal(w->requests, 0);
		http_server_pause(w->server, false);
		pass(w, 1000);
		assert_int_equal(w->requests, 4);
		assert_int_equal(w->most_in_turn, over < 0 ? 3 : 2);
		reader_free(w, ann);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_reply_comes_in_chunks_and_what_is_behind_it_waits),
		cmocka_unit_test(an_old_client_reads_to_the_end_of_the_connection),
		cmocka_unit_test(head_has_no_pieces),
		cmocka_unit_test(who_does_not_read_has_one_piece_unsent),
		cmocka_unit_test(who_never_reads_is_closed_and_the_rest_never_made),
		cmocka_unit_test(who_goes_in_the_middle_is_told_of),
		cmocka_unit_test(a_piece_is_asked_for_once_and_a_cut_is_seen),
		cmocka_unit_test(a_stop_lets_a_long_reply_end_but_not_for_ever),
		cmocka_unit_test(a_server_may_go_in_the_middle),
		cmocka_unit_test(a_pipeline_is_answered_for_so_many_bytes_a_turn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
