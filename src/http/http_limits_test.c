/* http_limits_test.c - what the server refuses: too much, and what could be understood in two ways. */
#include "http/http_test_world.h"

static void fill(struct buf *out, size_t n)
{
	memset(buf_reserve(out, n), 'a', n);
	out->len += n;
}

static void target_of(struct buf *out, size_t n)
{
	buf_puts(out, "GET /");
	fill(out, n - 1);
	buf_puts(out, " HTTP/1.1\r\nHost: x\r\n\r\n");
}

static void headers_of(struct buf *out, size_t n)
{
	buf_puts(out, "GET / HTTP/1.1\r\nHost: x\r\nLong: ");
	fill(out, n - strlen("Host: x\r\nLong: \r\n"));
	buf_puts(out, "\r\n\r\n");
}

/* The same in blanks, of which a parser keeps nothing. */
static void blanks_of(struct buf *out, size_t n)
{
	buf_puts(out, "GET / HTTP/1.1\r\nHost: x\r\nLong:");
	for (size_t i = strlen("Host: x\r\nLong:\r\n"); i < n; i++)
		buf_put_byte(out, ' ');
	buf_puts(out, "\r\n\r\n");
}

static void fields_of(struct buf *out, size_t n)
{
	buf_puts(out, "GET / HTTP/1.1\r\nHost: x\r\n");
	for (size_t i = 1; i < n; i++)
		buf_puts(out, "A: 1\r\n");
	buf_puts(out, "\r\n");
}

static void trailers_of(struct buf *out, size_t n)
{
	buf_puts(out, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
	for (size_t i = 2; i < n; i++)
		buf_puts(out, "A: 1\r\n");
	buf_puts(out, "\r\n");
}

static void body_of(struct buf *out, size_t n)
{
	buf_printf(out, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n", n);
	fill(out, n);
}

static void chunks_of(struct buf *out, size_t n)
{
	buf_puts(out, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (size_t len; n; n -= len) {
		len = n < 1000 ? n : 1000;
		buf_printf(out, "%zx\r\n", len);
		fill(out, len);
		buf_puts(out, "\r\n");
	}
	buf_puts(out, "0\r\n\r\n");
}

static void chunk_line_of(struct buf *out, size_t n)
{
	buf_puts(out, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;");
	fill(out, n - 2);
	buf_puts(out, "\r\nx\r\n0\r\n\r\n");
}

static void each_limit_holds_below_at_and_above(void **state)
{
	static const struct {
		void (*make)(struct buf *out, size_t n);
		size_t limit;
	} limits[] = {
		{target_of, 8 * 1024},
		{headers_of, 16 * 1024},
		{blanks_of, 16 * 1024},
		{fields_of, 100},
		{trailers_of, 100},
		{body_of, 64 * 1024},
		{chunks_of, 64 * 1024},
		{chunk_line_of, 256},
	};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		for (size_t n = limits[i].limit - 1; n <= limits[i].limit + 1; n++) {
			struct world *w = world_new(i);
			struct peer *ann = peer_new(w, "ann");
			struct buf out = {0};
			limits[i].make(&out, n);
			send_str(ann, buf_str(&out));
			pass(w, 100);
			if (n <= limits[i].limit) {
				assert_int_equal(w->requests, 1);
				assert_memory_equal(answers(ann), "200", 3);
				assert_non_null(ann->conn);
			} else {
				assert_int_equal(w->requests, 0);
				assert_string_equal(answers(ann), TOO_LARGE "closed");
			}
			buf_free(&out);
			peer_free(ann);
			world_free(w);
		}
}

/* What two readers could understand differently is understood by none here. Each must be answered
 * once with 400/10 and closed, and no request of it may reach the handler. */
static void requests_that_could_be_smuggled_are_refused(void **state)
{
	static const char *const bad[] = {
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
		"3\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3 4\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\n Content-Length: 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, "
		"identity\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0B"
		"chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		"chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n "
		"1\r\nx\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		"chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		"chunked\r\n\r\n11111111111111111\r\nx\r\n",
		"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\rGET",
		"GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nA\x80: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\n: c\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
		"GET / RTSP/1.0\r\nHost: x\r\n\r\n", "OPTIONS / RTSP/1.0\r\nHost: x\r\n\r\n",
		"GET / ICE/1.0\r\nHost: x\r\n\r\n", "SOURCE / ICE/1.0\r\nHost: x\r\n\r\n",
		"POST / RTSP/1.1\r\nHost: x\r\n\r\n", "GET / http/1.1\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.10\r\nHost: x\r\n\r\n", "GET / HTTP/01.1\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nauthorization: a\r\nA: b\r\nAUTHORIZATION: b\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nOrigin: http://x\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: "
		"none\r\n\r\n",
		"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "GET / HTTP/1.2\r\nHost: x\r\n\r\n",
		"GET / HTTP/0.9\r\nHost: x\r\n\r\n", "GET /\r\n\r\n",
		"GET  / HTTP/1.1\r\nHost: x\r\n\r\n!", "GET / x HTTP/1.1\r\nHost: x\r\n\r\n",
		" GET / HTTP/1.1\r\nHost: x\r\n\r\n", "get / HTTP/1.1\r\nHost: x\r\n\r\n",
		"FROB / HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n",
		"\x16\x03\x01\x02\x01\x01", /* TLS on a plain port */
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		for (uint64_t seed = 0; seed < 3; seed++) {
			struct world *w = world_new(seed);
			struct peer *ann = peer_new(w, "ann");
			send_text(ann, bad[i]);
			send_text(ann, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
			pass(w, 20);
			if (strcmp(answers(ann), BAD_HTTP "closed") != 0 || w->requests)
				fail_msg("case %zu: %s -> %s (%zu)", i, bad[i], answers(ann),
					w->requests);
			peer_free(ann);
			world_free(w);
		}
}

static void a_nul_in_the_head_is_refused(void **state)
{
	struct world *w = world_new(1);
	struct peer *ann = peer_new(w, "ann");
	send_str(ann, STR("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"));
	pass(w, 10);
	assert_string_equal(answers(ann), BAD_HTTP "closed");
	peer_free(ann);
	world_free(w);
}

/* --- what all may leave unfinished --- */

#define PARTIAL_MAX 1000
/* What is kept of the head below. */
#define HEAD_KEPT strlen("/HostxContent-Length60000")

/* A request of which so many bytes that count are here. */
static struct peer *unfinished(struct world *w, const char *name, size_t counted)
{
	struct peer *peer = peer_new(w, name);
	struct buf out = {0};
	buf_puts(&out, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
	fill(&out, HTTP_PARTIAL_FREE - HEAD_KEPT + counted);
	send_str(peer, buf_str(&out));
	pass(w, 100);
	buf_free(&out);
	return peer;
}

static void finish(struct peer *peer, size_t counted)
{
	struct buf out = {0};
	fill(&out, 60000 - (HTTP_PARTIAL_FREE - HEAD_KEPT + counted));
	http_server_set_partial_max(peer->w->server, HTTP_PARTIAL_MAX);
	send_str(peer, buf_str(&out));
	pass(peer->w, 1000);
	buf_free(&out);
}

static bool is_turned_away(struct peer *peer)
{
	return !peer->conn && strncmp(answers(peer), "503 {\"statusCode\":4,", 20) == 0 &&
	       has(peer, "\r\nRetry-After: 1\r\n") && has(peer, "\r\nConnection: close\r\n");
}

static void who_makes_the_unfinished_requests_too_much_is_turned_away(void **state)
{
	for (size_t n = PARTIAL_MAX - 1; n <= PARTIAL_MAX + 1; n++) {
		struct world *w = world_new(n);
		struct peer *idle = peer_new(w, "ida"), *held = peer_new(w, "hal");
		http_server_set_partial_max(w->server, PARTIAL_MAX);
		ask(held, "/hold");
		struct peer *ann = unfinished(w, "ann", 600), *bob = unfinished(w, "bob", n - 600);
		assert_int_equal(is_turned_away(bob), n > PARTIAL_MAX);
		/* Nobody else notices, and small requests get through, in pieces too. */
		reply(w, w->refs[0], STR("held"));
		send_text(idle, "GET / HTTP/1.1\r\n");
		pass(w, 10);
		send_text(idle, "Host: x\r\n\r\n");
		pass(w, 10);
		assert_string_equal(answers(held), "200 held\n");
		assert_string_equal(answers(idle), "200 0 / ida 0\n");
		finish(ann, 600);
		assert_string_equal(answers(ann), "200 1 / ann 60000\n");
		if (bob->conn)
			finish(bob, n - 600);
		assert_int_equal(w->requests, n > PARTIAL_MAX ? 3 : 4);
		peer_free(idle);
		peer_free(held);
		peer_free(ann);
		peer_free(bob);
		world_free(w);
	}
}

/* How it ends: whole, given up by the client, by the server as too slow, or not understood. */
static void what_was_unfinished_counts_no_longer_than_it_is_there(void **state)
{
	for (int end = 0; end < 5; end++) {
		struct world *w = world_new(1);
		http_server_set_partial_max(w->server, PARTIAL_MAX);
		struct peer *ann = unfinished(w, "ann", PARTIAL_MAX);
		if (end == 0) {
			finish(ann, PARTIAL_MAX);
			http_server_set_partial_max(w->server, PARTIAL_MAX);
		} else if (end == 1) {
			net_close(ann->conn, 0);
		} else if (end == 2) {
			pass(w, HTTP_REQUEST_TIMEOUT_MS);
		} else if (end == 3) {
			send_text(ann, "x");
			pass(w, 10);
			assert_true(is_turned_away(ann));
		} else {
			http_server_close_all(w->server);
		}
		pass(w, 10);
		struct peer *bob = unfinished(w, "bob", PARTIAL_MAX);
		assert_string_equal(answers(bob), "");
		send_text(bob, "x");
		pass(w, 10);
		assert_true(is_turned_away(bob));
		peer_free(ann);
		peer_free(bob);
		world_free(w);
	}
}

static void who_sends_too_much_behind_a_request_gets_its_reply_as_the_last(void **state)
{
	static const char head[] = "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n";
	size_t most = PARTIAL_MAX + HTTP_PARTIAL_FREE;
	for (size_t n = most - 1; n <= most + 1; n++) {
		struct world *w = world_new(n);
		struct peer *ann = peer_new(w, "ann");
		struct buf out = {0};
		http_server_set_partial_max(w->server, PARTIAL_MAX);
		ask(ann, "/hold");
		pass(w, 10);
		buf_puts(&out, head);
		fill(&out, 2000);
		buf_puts(&out, "GET /3 HTTP/1.1\r\nHost: x\r\nLong: ");
		fill(&out, n - out.len - 4);
		buf_puts(&out, "\r\n\r\n");
		send_str(ann, buf_str(&out));
		pass(w, 100);
		assert_string_equal(answers(ann), "");
		reply(w, w->refs[0], STR("held"));
		pass(w, 100);
		assert_string_equal(
			answers(ann), n <= most ? "200 held\n200 1 /2 ann 2000\n200 0 /3 ann 0\n"
						: "200 held\nclosed");
		assert_int_equal(has(ann, "Connection: close\r\n"), n > most);
		buf_free(&out);
		peer_free(ann);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_limit_holds_below_at_and_above),
		cmocka_unit_test(requests_that_could_be_smuggled_are_refused),
		cmocka_unit_test(a_nul_in_the_head_is_refused),
		cmocka_unit_test(who_makes_the_unfinished_requests_too_much_is_turned_away),
		cmocka_unit_test(what_was_unfinished_counts_no_longer_than_it_is_there),
		cmocka_unit_test(who_sends_too_much_behind_a_request_gets_its_reply_as_the_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
