/* http_client_test.c - the client against our server, and against answers that a test writes. */
#include "http/http_client.h"
#include "http/http_server.h"
#include "net/net_sim.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#define START 1700000000000

/* --- against our server --- */

struct world {
	struct net *net;
	struct http_server *server;
	unsigned port;
	struct http_client *client;
	struct buf story; /* of what was asked and answered */
	int again;        /* requests sent from inside done */
	struct http_ref held;
};

static void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct world *w = ctx;
	struct str cookie = http_cookie(request, "JSESSIONID");
	struct str auth = http_header(request, "Authorization");
	struct http_response response = {.status = 200};
	if (str_is(request->path, "/hold")) {
		w->held = ref;
		http_hold(w->server, ref);
		return;
	}
	if (str_is(request->path, "/login"))
		response.headers = STR("Set-Cookie: JSESSIONID=abc; Path=/; HttpOnly\r\n"
				       "Set-Cookie: b=2\r\n");
	if (str_is(request->path, "/logout"))
		response.headers = STR("Set-Cookie: JSESSIONID=; Max-Age=0\r\n");
	response.close = str_is(request->path, "/close");
	response.body = arena_printf(request->arena, "%d %.*s c=%.*s a=%.*s t=%.*s h=%.*s b=%.*s",
		request->method, STR_ARGS(request->path), STR_ARGS(cookie), STR_ARGS(auth),
		STR_ARGS(http_header(request, "Content-Type")),
		STR_ARGS(http_header(request, "Host")), STR_ARGS(request->body));
	http_reply(w->server, ref, &response);
}

static void on_gone(void *ctx, struct http_ref ref)
{
	buf_puts(&((struct world *)ctx)->story, "gone|");
}

static void note(void *ctx, int status, struct str body)
{
	buf_printf(&((struct world *)ctx)->story, "%d %.*s|", status, STR_ARGS(body));
}

static void note_and_ask_again(void *ctx, int status, struct str body)
{
	struct world *w = ctx;
	note(ctx, status, body);
	if (w->again++ < 3)
		http_client_send(w->client, "GET", STR("/again"), STR_NONE, note_and_ask_again, w);
}

static void note_and_free(void *ctx, int status, struct str body)
{
	struct world *w = ctx;
	note(ctx, status, body);
	http_client_free(&w->client);
}

static struct http_client *client_new(struct world *w, const char *peer, const char *user)
{
	return http_client_new(
		w->net, str_of(peer), STR("server"), w->port, str_of(user), STR("p:w"));
}

static int setup(void **state)
{
	struct world *w = mem_new(sizeof *w);
	const struct http_handler handler = {on_request, on_gone, w};
	w->net = net_sim_new(1, START);
	w->server = http_server_new(w->net, &handler, 10);
	assert_int_equal(http_server_listen(w->server, STR("server"), 80, &w->port), OK);
	w->client = client_new(w, "ann", "");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	http_client_free(&w->client);
	http_server_free(&w->server);
	net_sim_free(&w->net);
	buf_free(&w->story);
	free(w);
	return 0;
}

static void pass(struct world *w, msec ms)
{
	net_sim_run(w->net, net_now(w->net) + ms);
}

static void assert_story(struct world *w, const char *wanted)
{
	buf_put_byte(&w->story, '\0');
	assert_string_equal(w->story.at, wanted);
	w->story.len = 0;
}

static void get(struct world *w, const char *path)
{
	http_client_send(w->client, "GET", str_of(path), STR_NONE, note, w);
}

static void requests_wait_in_line_on_one_connection(void **state)
{
	struct world *w = *state;
	get(w, "/1?x=y");
	http_client_send(w->client, "POST", STR("/2"), STR("{\"a\":1}"), note, w);
	get(w, "/3");
	assert_int_equal(w->story.len, 0); /* never from inside http_client_send */
	pass(w, 100);
	assert_story(w, "200 0 /1 c= a= t= h=server:80 b=|"
			"200 1 /2 c= a= t=application/json h=server:80 b={\"a\":1}|"
			"200 0 /3 c= a= t= h=server:80 b=|");
	assert_int_equal(http_server_connections(w->server), 1);
}

static void basic_credentials_go_with_every_request(void **state)
{
	struct world *w = *state;
	http_client_free(&w->client);
	w->client = client_new(w, "ann", "ann");
	get(w, "/1");
	get(w, "/2");
	pass(w, 100);
	assert_story(w, "200 0 /1 c= a=Basic YW5uOnA6dw== t= h=server:80 b=|"
			"200 0 /2 c= a=Basic YW5uOnA6dw== t= h=server:80 b=|");
}

static void cookies_are_kept_shared_and_taken_back(void **state)
{
	struct world *w = *state;
	struct http_client *second = client_new(w, "ann", "");
	get(w, "/login");
	pass(w, 100);
	w->story.len = 0;
	http_client_share_cookies(second, w->client);
	get(w, "/1");
	http_client_send(second, "GET", STR("/2"), STR_NONE, note, w);
	pass(w, 100);
	get(w, "/logout");
	get(w, "/3");
	pass(w, 100);
	assert_story(w, "200 0 /1 c=abc a= t= h=server:80 b=|"
			"200 0 /2 c=abc a= t= h=server:80 b=|"
			"200 0 /logout c=abc a= t= h=server:80 b=|"
			"200 0 /3 c= a= t= h=server:80 b=|");
	assert_int_equal(http_server_connections(w->server), 2);
	http_client_free(&second);
}

static void a_lost_connection_is_opened_again_for_the_next_request(void **state)
{
	struct world *w = *state;
	get(w, "/close");
	get(w, "/after");
	pass(w, 100);
	assert_story(
		w, "200 0 /close c= a= t= h=server:80 b=|200 0 /after c= a= t= h=server:80 b=|");
	pass(w, HTTP_IDLE_TIMEOUT_MS + 10);
	assert_int_equal(http_server_connections(w->server), 0);
	get(w, "/later");
	pass(w, 100);
	assert_story(w, "200 0 /later c= a= t= h=server:80 b=|");
}

static void nobody_there_is_status_0_for_each(void **state)
{
	struct world *w = *state;
	http_server_free(&w->server);
	get(w, "/1");
	get(w, "/2");
	pass(w, 100);
	assert_story(w, "0 |0 |");
}

static void head_has_no_body(void **state)
{
	struct world *w = *state;
	http_client_send(w->client, "HEAD", STR("/1"), STR_NONE, note, w);
	get(w, "/2");
	pass(w, 100);
	assert_story(w, "200 |200 0 /2 c= a= t= h=server:80 b=|");
}

static void done_may_send_again(void **state)
{
	struct world *w = *state;
	http_client_send(w->client, "GET", STR("/first"), STR_NONE, note_and_ask_again, w);
	get(w, "/in-line");
	pass(w, 100);
	assert_story(w,
		"200 0 /first c= a= t= h=server:80 b=|200 0 /in-line c= a= t= h=server:80 b=|"
		"200 0 /again c= a= t= h=server:80 b=|200 0 /again c= a= t= h=server:80 b=|"
		"200 0 /again c= a= t= h=server:80 b=|");
}

static void done_may_free_the_client(void **state)
{
	struct world *w = *state;
	http_client_send(w->client, "GET", STR("/1"), STR_NONE, note_and_free, w);
	get(w, "/2");
	pass(w, 100);
	assert_null(w->client);
	assert_story(w, "200 0 /1 c= a= t= h=server:80 b=|0 |");
}

static void closing_answers_what_waits_with_0_and_the_server_notices(void **state)
{
	struct world *w = *state;
	get(w, "/hold");
	get(w, "/2");
	pass(w, 100);
	http_client_close(w->client);
	assert_story(w, "0 |0 |");
	pass(w, 100);
	assert_story(w, "gone|");
	get(w, "/3");
	pass(w, 100);
	assert_story(w, "200 0 /3 c= a= t= h=server:80 b=|");
}

static void freeing_answers_what_is_open_with_0_once(void **state)
{
	struct world *w = *state;
	get(w, "/hold");
	get(w, "/2");
	pass(w, 100);
	http_client_free(&w->client);
	assert_null(w->client);
	assert_story(w, "0 |0 |");
	pass(w, 100);
	assert_story(w, "gone|");
}

/* --- against any answer --- */

struct script {
	const char *answer;
	bool closes;
	struct buf got;
};

static void answer(struct net_conn *conn, struct str bytes)
{
	struct script *script = net_conn_ctx(conn);
	buf_put(&script->got, bytes);
	if (!memmem(script->got.at, script->got.len, "\r\n\r\n", 4))
		return;
	buf_free(&script->got);
	net_write(conn, str_of(script->answer));
	if (script->closes)
		net_close(conn, 1000);
}

static void ignore_closed(struct net_conn *conn)
{
}

static void accept_script(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {.on_data = answer, .on_closed = ignore_closed};
	net_conn_attach(conn, &handler, ctx);
}

static void answers_of_all_kinds_are_understood(void **state)
{
	static const struct {
		struct script script;
		const char *wanted;
	} cases[] = {
		{{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, {0}}, "200 ok|"},
		{{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 C\r\nContent-Length: 2\r\n\r\nok",
			 false},
			"201 ok|"},
		{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		  "chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n",
			 false},
			"200 ok!|"},
		{{"HTTP/1.0 200 OK\r\n\r\nuntil the end", true, {0}}, "200 until the end|"},
		{{"HTTP/1.1 204 No Content\r\n\r\n", false, {0}}, "204 |"},
		{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", true, {0}}, "0 |"},
		{{"HTTP/1.1 200 OK\r\nContent-Le", true, {0}}, "0 |"},
		{{"", true, {0}}, "0 |"},
		{{"SSH-2.0-OpenSSH\r\n", false, {0}}, "0 |"},
		{{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", false, {0}}, "200 "
											  "ok|"},
	};
	struct world *w = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct net_listener *listener = NULL;
		struct script script = cases[i].script;
		assert_int_equal(
			net_listen(w->net, STR("x"), 99, accept_script, &script, &listener), OK);
		struct http_client *client =
			http_client_new(w->net, STR("bob"), STR("x"), 99, STR_NONE, STR_NONE);
		http_client_send(client, "GET", STR("/"), STR_NONE, note, w);
		pass(w, 100);
		assert_story(w, cases[i].wanted);
		http_client_send(client, "GET", STR("/"), STR_NONE, note, w); /* and again */
		pass(w, 100);
		assert_story(w, cases[i].wanted);
		http_client_free(&client);
		net_listener_close(&listener);
		pass(w, 100);
	}
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(requests_wait_in_line_on_one_connection),
		WORLD_TEST(basic_credentials_go_with_every_request),
		WORLD_TEST(cookies_are_kept_shared_and_taken_back),
		WORLD_TEST(a_lost_connection_is_opened_again_for_the_next_request),
		WORLD_TEST(nobody_there_is_status_0_for_each),
		WORLD_TEST(head_has_no_body),
		WORLD_TEST(done_may_send_again),
		WORLD_TEST(done_may_free_the_client),
		WORLD_TEST(closing_answers_what_waits_with_0_and_the_server_notices),
		WORLD_TEST(freeing_answers_what_is_open_with_0_once),
		WORLD_TEST(answers_of_all_kinds_are_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
