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
	(void)state;
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
		"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "GET / HTTP/1.2\r\nHost: x\r\n\r\n",
		"GET / HTTP/0.9\r\nHost: x\r\n\r\n", "GET /\r\n\r\n",
		"GET  / HTTP/1.1\r\nHost: x\r\n\r\n!", "GET / x HTTP/1.1\r\nHost: x\r\n\r\n",
		" GET / HTTP/1.1\r\nHost: x\r\n\r\n", "get / HTTP/1.1\r\nHost: x\r\n\r\n",
		"FROB / HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n",
		"\x16\x03\x01\x02\x01\x01", /* TLS on a plain port */
	};
	(void)state;
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
	(void)state;
	send_str(ann, STR("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"));
	pass(w, 10);
	assert_string_equal(answers(ann), BAD_HTTP "closed");
	peer_free(ann);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_limit_holds_below_at_and_above),
		cmocka_unit_test(requests_that_could_be_smuggled_are_refused),
		cmocka_unit_test(a_nul_in_the_head_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
