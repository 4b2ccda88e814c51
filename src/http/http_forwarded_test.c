/* http_forwarded_test.c - who a request comes from, behind proxies that are trusted and others. */
#include "http/http_test_world.h"

static struct ip_block blocks[3];

static struct http_proxies trusted(void)
{
	static const char *const texts[] = {"10.0.0.0/8", "127.0.0.1", "fd00::/8"};
	for (size_t i = 0; i < 3; i++)
		assert_true(ip_block_read(str_of(texts[i]), &blocks[i]));
	return (struct http_proxies) {blocks, 3};
}

/* headers: "Name: value" lines. */
static void check(const char *peer, const char *headers, const char *client)
{
	struct arena arena = {0};
	struct http_request *request = arena_take(&arena, sizeof *request);
	struct http_proxies proxies = trusted();
	struct str rest = str_of(headers);
	request->arena = &arena;
	while (rest.len) {
		struct str value = str_cut(&rest, '\n'), name = str_cut(&value, ':');
		request->headers[request->header_count++] =
			(struct http_header) {name, str_trim(value)};
	}
	struct str found = http_forwarded(request, str_of(peer), &proxies);
	if (!str_is(found, client))
		fail_msg("%s\n%s: %.*s", peer, headers, STR_ARGS(found));
	arena_free(&arena);
}

#define X "X-Forwarded-For: "
#define F "Forwarded: "

static void only_a_trusted_proxy_is_believed(void **state)
{
	check("10.0.0.1", "", "10.0.0.1");
	check("10.0.0.1", X "192.0.2.7", "192.0.2.7");
	check("192.0.2.1", X "192.0.2.7", "192.0.2.1");
	check("192.0.2.1", F "for=192.0.2.7", "192.0.2.1");
	check("fd00::1", X "192.0.2.7", "192.0.2.7");
	check("fe00::1", X "192.0.2.7", "fe00::1");
	check("127.0.0.2", X "192.0.2.7", "127.0.0.2");
	check("", X "192.0.2.7", ""); /* a peer without an address is no proxy */
	check("ann", X "192.0.2.7", "ann");
}

static void the_client_is_the_rightmost_that_is_no_proxy(void **state)
{
	check("10.0.0.1", X "1.1.1.1, 192.0.2.7", "192.0.2.7");
	check("10.0.0.1", X "1.1.1.1, 192.0.2.7, 10.0.0.2", "192.0.2.7");
	check("10.0.0.1", X "1.1.1.1, 192.0.2.7,10.0.0.2 ,\t127.0.0.1", "192.0.2.7");
	check("10.0.0.1", X "1.1.1.1, 192.0.2.7, 127.0.0.2", "127.0.0.2");
	check("10.0.0.1", X "1.1.1.1\n" X "192.0.2.7\n" X "10.0.0.2", "192.0.2.7");
	check("10.0.0.1", X "10.0.0.3, 10.0.0.2", "10.0.0.3"); /* all are: the first */
	check("10.0.0.1", X "2001:DB8::0:1", "2001:db8::1");
	check("10.0.0.1", X "[2001:db8::1]:4711", "2001:db8::1");
	check("10.0.0.1", X "192.0.2.7:4711", "192.0.2.7");
	check("10.0.0.1", X "::ffff:192.0.2.7, ::ffff:10.0.0.9", "192.0.2.7");
}

static void what_is_malformed_ends_the_way_back(void **state)
{
	static const char *const bad[] = {"unknown", "192.0.2", "192.0.2.7.1",
		"192.0.2.7:", "192.0.2.7:x", "192.0.2.7:1:2", "[192.0.2.7]", "[2001:db8::1",
		"2001:db8::1]", "[2001:db8::1]x", "_hidden", "\"192.0.2.7\"", "192.0.2.7 192.0.2.8",
		"fe80::1%eth0", "-", "[]", "["};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct arena arena = {0};
		check("10.0.0.1", arena_printf(&arena, X "%s", bad[i]).at, "10.0.0.1");
		check("10.0.0.1", arena_printf(&arena, X "1.1.1.1, %s", bad[i]).at, "10.0.0.1");
		check("10.0.0.1", arena_printf(&arena, X "1.1.1.1, %s, 10.0.0.2", bad[i]).at,
			"10.0.0.2");
		check("10.0.0.1", arena_printf(&arena, X "%s, 192.0.2.7", bad[i]).at, "192.0.2.7");
		arena_free(&arena);
	}
	check("10.0.0.1", X "", "10.0.0.1");
	check("10.0.0.1", X " , ,", "10.0.0.1");
	check("10.0.0.1", X ",192.0.2.7,", "192.0.2.7");
}

static void the_standard_header_is_understood(void **state)
{
	check("10.0.0.1", F "for=192.0.2.7", "192.0.2.7");
	check("10.0.0.1", F "For=\"192.0.2.7:4711\"", "192.0.2.7");
	check("10.0.0.1", F "for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17");
	check("10.0.0.1", F "for=\"[2001:db8::1]:_p\"",
		"10.0.0.1"); /* a port that hides: as malformed */
	check("10.0.0.1", F "for=\"192.0.\\2.7\"", "192.0.2.7");
	check("10.0.0.1", F "proto=http;by=203.0.113.43; for=192.0.2.7", "192.0.2.7");
	check("10.0.0.1",
		F "host=\"a.very.long.name.of.a.host.that.nobody.needs.to.keep.anywhere.example\""
		  ";for=192.0.2.7",
		"192.0.2.7");
	check("10.0.0.1", F "for=1.1.1.1;by=2.2.2.2, for=192.0.2.7 , for=10.0.0.2", "192.0.2.7");
	check("10.0.0.1", F "for=1.1.1.1\n" F "for=192.0.2.7", "192.0.2.7");
	check("10.0.0.1", F "host=\"a,for=6.6.6.6\";for=192.0.2.7", "192.0.2.7");
	check("10.0.0.1", F "for=1.1.1.1, for=unknown", "10.0.0.1");
	check("10.0.0.1", F "for=1.1.1.1, for=_secret, for=10.0.0.2", "10.0.0.2");
	check("10.0.0.1", F "for=1.1.1.1, proto=https, for=10.0.0.2", "10.0.0.2");
}

static void what_is_no_standard_header_is_passed_over(void **state)
{
	static const char *const bad[] = {"for=\"192.0.2.7", "for", "=",
		"for=192.0.2.7;for=1.1.1.1", "for=192.0.2.7 x", "for=\"192.0.2.7\"x", "192.0.2.7",
		";", ",", "for=192.0.2.7;", "for=\"\\", "for=192.0.2.7,,",
		"for=\"12345678901234567890123456789012345678901234567890123456789\""};
	static const char *const client[] = {"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1",
		"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "192.0.2.7", "10.0.0.1",
		"10.0.0.1", "10.0.0.1"};
	struct arena arena = {0};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		check("10.0.0.1", arena_printf(&arena, F "%s", bad[i]).at, client[i]);
	arena_free(&arena);
}

/* A proxy that writes one of them and passes on the other as the client wrote it lies to nobody. */
static void where_the_two_headers_disagree_neither_counts(void **state)
{
	check("10.0.0.1", X "192.0.2.7\n" F "for=192.0.2.7", "192.0.2.7");
	check("10.0.0.1", X "192.0.2.7\n" F "for=1.1.1.1", "10.0.0.1");
	check("10.0.0.1", X "1.1.1.1\n" F "for=192.0.2.7", "10.0.0.1");
	check("10.0.0.1", X "192.0.2.7\n" F "for=unknown", "10.0.0.1");
	check("10.0.0.1", X "\n" F "for=192.0.2.7", "10.0.0.1");
}

static void a_server_tells_its_handler_the_client(void **state)
{
	struct world *w = world_new(1);
	struct peer *proxy = peer_new(w, "10.0.0.1"), *ann = peer_new(w, "192.0.2.1");
	static const char text[] =
		"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n";
	struct http_proxies proxies = trusted();
	send_text(proxy, text);
	pass(w, 5);
	assert_string_equal(answers(proxy), "200 0 / 10.0.0.1 0\n"); /* nobody is trusted unasked */
	http_server_trust(w->server, &proxies);
	send_text(proxy, text);
	send_text(ann, text);
	pass(w, 5);
	assert_string_equal(answers(proxy), "200 0 / 10.0.0.1 0\n200 0 / 192.0.2.7 0\n");
	assert_string_equal(answers(ann), "200 0 / 192.0.2.1 0\n");
	peer_free(proxy);
	peer_free(ann);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_trusted_proxy_is_believed),
		cmocka_unit_test(the_client_is_the_rightmost_that_is_no_proxy),
		cmocka_unit_test(what_is_malformed_ends_the_way_back),
		cmocka_unit_test(the_standard_header_is_understood),
		cmocka_unit_test(what_is_no_standard_header_is_passed_over),
		cmocka_unit_test(where_the_two_headers_disagree_neither_counts),
		cmocka_unit_test(a_server_tells_its_handler_the_client),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
