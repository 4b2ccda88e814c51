/* server_test.c - the whole server in a simulated world: what is on disk is answered, the rest is
 * not; disks that fail; starts and stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "centre/store_loop.h"
#include "http/http_client.h"
#include "core/core.h"
#include "net/net_sim.h"
#include "server/server.h"
#include "smsc/smsc_sim.h"
#include "store/store_mem.h"

#define START 1000000000000
#define PORT  8080

static const char configuration[] = "listen: 127.0.0.1:8080\n"
				    "data-dir: ''\n"
				    "login: {hash-operations: 1, hash-memory-kib: 8}\n"
				    "bootstrap:\n"
				    "  routing: {answer-timeout: 2}\n"
				    "  users:\n"
				    "    - {name: ana, password: pw}\n"
				    "    - {name: ben, password: pw}\n"
				    "    - {name: sam, roles: [supervisor], password: pw}\n"
				    "  links:\n"
				    "    - {name: m1, host: smsc, port: 2775, system-id: sotto}\n"
				    "  queues:\n"
				    "    - {name: q, number: '5000', link: m1}\n";

struct answer {
	int status;
	msec at;
	unsigned count;
	char body[4096];
};

struct server_world {
	struct net *net;
	struct store_loop_net *loop;
	struct store *store; /* the server's, but its faults are ours */
	struct config *config;
	struct server *server;
	struct smsc_sim *smsc;
	struct http_client *client;
	struct answer answer;
	struct buf seen; /* names of events that were told */
	enum store_result lost;
	bool is_lost, is_stopped;
	unsigned texts;
};

static void on_lost(void *ctx, enum store_result result)
{
	struct server_world *w = ctx;
	w->is_lost = true;
	w->lost = result;
}

static void on_event(void *ctx, const struct event *event)
{
	struct server_world *w = ctx;
	buf_printf(&w->seen, "%s ", event_name(event->kind));
}

static void open_server(struct server_world *w)
{
	struct buf why = {0};
	if (server_open(w->net, w->store, w->config, &w->server, &why))
		fail_msg("%.*s", STR_ARGS(buf_str(&why)));
	server_on_lost(w->server, on_lost, w);
	server_watch_events(w->server, on_event, w);
	buf_free(&why);
}

static void pass(struct server_world *w, msec ms)
{
	net_sim_run(w->net, net_now(w->net) + ms);
}

static struct server_world *world_new(msec grid_ms)
{
	struct server_world *w = calloc(1, sizeof *w);
	struct buf why = {0};
	w->net = net_sim_new(1, START);
	w->loop = store_loop_net_new(w->net);
	w->store = store_mem_open(store_loop_net_loop(w->loop), grid_ms);
	assert_int_equal(config_parse(STR("c"), str_of(configuration), &w->config, &why), OK);
	open_server(w);
	w->client =
		http_client_new(w->net, STR("ana"), STR("127.0.0.1"), PORT, STR("ana"), STR("pw"));
	pass(w, grid_ms + 50);
	buf_free(&w->seen);
	return w;
}

static void world_free(struct server_world *w)
{
	if (w->client)
		http_client_free(&w->client);
	if (w->smsc)
		smsc_sim_free(&w->smsc);
	server_free(&w->server);
	pass(w, 3600 * 1000);
	store_loop_net_free(&w->loop);
	config_free(&w->config);
	net_sim_free(&w->net);
	buf_free(&w->seen);
	free(w);
}

static int set_up(void **state)
{
	*state = world_new(1);
	return 0;
}

static int set_up_slow(void **state)
{
	*state = world_new(1000);
	return 0;
}

static int tear_down(void **state)
{
	world_free(*state);
	return 0;
}

static void on_answer(void *ctx, int status, struct str body)
{
	struct server_world *w = ctx;
	w->answer.status = status;
	w->answer.at = net_now(w->net);
	w->answer.count++;
	assert_true(body.len < sizeof w->answer.body);
	memcpy(w->answer.body, body.at ? body.at : "", body.len);
	w->answer.body[body.len] = '\0';
}

static void send_json(
	struct server_world *w, const char *method, const char *path, const char *body)
{
	w->answer = (struct answer) {0};
	http_client_send(w->client, method, str_of(path), str_of(body), on_answer, w);
}

/* Sends and waits; gives the HTTP status, 0 if none came within ms. */
static int ask(
	struct server_world *w, const char *method, const char *path, const char *body, msec ms)
{
	send_json(w, method, path, body);
	pass(w, ms);
	return w->answer.status;
}

#define START_CENTER                                                                               \
	"{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"smssession\"]}"
#define READY    "{\"operationName\":\"Ready\"}"
#define CHANNELS "/api/v2/me/channels?fields=*"
#define CHANNEL  "/api/v2/me/channels/smssession"

static bool says(const struct server_world *w, const char *part)
{
	return strstr(w->answer.body, part) != NULL;
}

static void shake_hands(struct server_world *w)
{
	const char *body = "[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\","
			   "\"supportedConnectionTypes\":[\"long-polling\"]}]";
	assert_int_equal(ask(w, "POST", "/api/v2/notifications", body, 50), 200);
	assert_true(says(w, "\"clientId\""));
}

static void requests_are_answered_and_events_told(void **state)
{
	struct server_world *w = *state;
	assert_int_equal(ask(w, "GET", "/api/v2/diagnostics/version", "", 50), 200);
	assert_true(says(w, SOTTO_VERSION));
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 200);
	assert_true(says(w, "\"userName\":\"ana\""));
	assert_true(says(w, "http://127.0.0.1:8080/api/v2/"));
	assert_int_equal(ask(w, "POST", "/api/v2/me", START_CENTER, 50), 200);
	assert_int_equal(ask(w, "POST", CHANNEL, READY, 50), 200);
	assert_true(str_starts(buf_str(&w->seen), STR("USER_ADDRESS_NOTED AGENT_STARTED ")));
	assert_int_equal(ask(w, "GET", "/api/v2/nothing", "", 50), 404);
	assert_int_equal(ask(w, "GET", "/nothing", "", 50), 404);
	shake_hands(w);
	assert_true(says(w, "\"clientId\""));
}

static void an_answer_waits_for_the_disk(void **state)
{
	struct server_world *w = *state;
	msec grid = START + 1000;
	while (grid <= net_now(w->net))
		grid += 1000;
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 200); /* needs no commit */
	send_json(w, "POST", "/api/v2/me", START_CENTER);
	pass(w, grid - net_now(w->net) - 1);
	assert_int_equal(w->answer.count, 0);
	assert_null(w->seen.at);
	pass(w, 10);
	assert_int_equal(w->answer.status, 200);
	assert_true(w->answer.at >= grid);
	assert_non_null(w->seen.at);
}

static void note(void *ctx, bool is_durable)
{
	assert_true(is_durable);
	++*(unsigned *)ctx;
}

static void ready_is_said_when_the_first_start_is_on_disk(void **state)
{
	struct server_world *w = *state;
	unsigned ready = 0;
	struct gate_wait wait = {.done = note, .ctx = &ready};
	msec grid = START + 1000;
	while (grid <= net_now(w->net))
		grid += 1000;
	send_json(w, "POST", "/api/v2/me", START_CENTER); /* as good as a bootstrap */
	pass(w, 50);
	server_when_on_disk(w->server, &wait);
	pass(w, grid - net_now(w->net) - 1);
	assert_int_equal(ready, 0);
	pass(w, 10);
	assert_int_equal(ready, 1);
}

static void a_read_waits_for_what_its_user_may_know_of(void **state)
{
	struct server_world *w = *state;
	struct http_client *other =
		http_client_new(w->net, STR("ana2"), STR("127.0.0.1"), PORT, STR("ana"), STR("pw"));
	struct server_world reader = {.net = w->net, .client = other};
	assert_int_equal(ask(&reader, "GET", "/api/v2/me", "", 50), 200);
	send_json(w, "POST", "/api/v2/me", START_CENTER);
	pass(w, 10);
	assert_int_equal(ask(&reader, "GET", CHANNELS, "", 50), 0);
	pass(w, 1000);
	assert_int_equal(w->answer.status, 200);
	assert_int_equal(reader.answer.status, 200);
	http_client_free(&other);
}

static void a_refused_commit_is_answered_503_and_undone(void **state)
{
	struct server_world *w = *state;
	assert_int_equal(ask(w, "POST", "/api/v2/me", START_CENTER, 50), 200);
	store_mem_fail(w->store, STORE_REFUSED, false);
	assert_int_equal(ask(w, "POST", CHANNEL, READY, 50), 503);
	assert_true(says(w, "\"statusCode\":4"));
	assert_int_equal(ask(w, "GET", CHANNELS, "", 50), 200); /* reads go on */
	assert_true(says(w, "NotReady"));
	assert_int_equal(ask(w, "POST", CHANNEL, READY, 50), 503);
	store_mem_fail(w->store, STORE_DURABLE, false);
	pass(w, 1500); /* the probe comes each second */
	assert_int_equal(ask(w, "POST", CHANNEL, READY, 50), 200);
	assert_int_equal(ask(w, "GET", CHANNELS, "", 50), 200);
	assert_false(says(w, "NotReady"));
	assert_false(w->is_lost);
}

/* --- a client with nothing but a cookie --- */

struct browser {
	struct buf got;
	struct net_conn *conn;
};

static void browser_data(struct net_conn *conn, struct str bytes)
{
	buf_put(&((struct browser *)net_conn_ctx(conn))->got, bytes);
}

static void browser_closed(struct net_conn *conn)
{
	((struct browser *)net_conn_ctx(conn))->conn = NULL;
}

static const char *browser_got(struct browser *browser)
{
	buf_put_byte(&browser->got, '\0');
	browser->got.len--;
	return browser->got.at;
}

/* Ends the contact center session and asks for /me without waiting; gives both status codes. */
static void end_and_ask(struct server_world *w, const char *cookie, int codes[2])
{
	static const struct net_handler handler = {
		.on_data = browser_data, .on_closed = browser_closed};
	static const char body[] = "{\"operationName\":\"EndContactCenterSession\"}";
	struct browser browser = {0};
	struct buf out = {0};
	browser.conn = net_connect(w->net, STR("tab"), STR("127.0.0.1"), PORT, &handler, &browser);
	buf_printf(&out,
		"POST /api/v2/me HTTP/1.1\r\nHost: server:8080\r\nCookie: JSESSIONID=%.32s\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		cookie, strlen(body), body);
	buf_printf(&out,
		"GET /api/v2/me HTTP/1.1\r\nHost: server:8080\r\nCookie: JSESSIONID=%.32s\r\n"
		"Connection: close\r\n\r\n",
		cookie);
	net_write(browser.conn, buf_str(&out));
	pass(w, 100);
	const char *first = strstr(browser_got(&browser), "HTTP/1.1 ");
	assert_non_null(first);
	const char *second = strstr(first + 9, "HTTP/1.1 ");
	assert_non_null(second);
	codes[0] = atoi(first + 9);
	codes[1] = atoi(second + 9);
	assert_null(browser.conn);
	buf_free(&browser.got);
	buf_free(&out);
}

static void sign_in(struct server_world *w, char cookie[32])
{
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 200);
	struct str value = http_client_cookie(w->client, "JSESSIONID");
	assert_int_equal(value.len, 32);
	memcpy(cookie, value.at, 32);
}

static void an_end_signs_out_once_it_is_on_disk_and_not_if_it_is_refused(void **state)
{
	struct server_world *w = *state;
	char cookie[32];
	int codes[2];
	sign_in(w, cookie);
	assert_int_equal(ask(w, "POST", "/api/v2/me", START_CENTER, 50), 200);
	store_mem_fail(w->store, STORE_REFUSED, false);
	end_and_ask(w, cookie, codes);
	assert_int_equal(codes[0], 503);
	assert_int_equal(codes[1], 200);
	store_mem_fail(w->store, STORE_DURABLE, false);
	pass(w, 1500); /* the probe comes each second */
	end_and_ask(w, cookie, codes);
	assert_int_equal(codes[0], 200);
	assert_int_equal(codes[1], 401);
}

static void a_server_can_go_while_an_end_waits_for_the_disk(void **state)
{
	struct server_world *w = *state;
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 200);
	assert_int_equal(ask(w, "POST", "/api/v2/me", START_CENTER, 1100), 200);
	send_json(w, "POST", "/api/v2/me", "{\"operationName\":\"EndContactCenterSession\"}");
	pass(w, 10);
	assert_int_equal(w->answer.count, 0);
	http_client_close(w->client);
	server_free(&w->server);
}

/* --- a long answer --- */

static void do_it(struct server_world *w, struct command command)
{
	uint64_t lsn;
	command.caller = core_user_by_name(server_core(w->server), STR("ana"));
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), OK);
}

static struct session *anas_session(const struct server_world *w)
{
	return core_contact(server_core(w->server), STR("15550001"))->open;
}

static void ana_says(struct server_world *w, struct str text)
{
	do_it(w, (struct command) {
			 .kind = CMD_SEND_MESSAGE, .session = anas_session(w), .send.text = text});
}

/* A session of so many texts of 4,096 characters that JSON escapes. */
static void make_heavy(struct server_world *w, int texts)
{
	static char heavy[TEXT_CHARS_MAX];
	memset(heavy, 1, sizeof heavy);
	do_it(w, (struct command) {.kind = CMD_START_AGENT});
	do_it(w, (struct command) {.kind = CMD_READY});
	do_it(w, (struct command) {.kind = CMD_RECEIVE_SMS,
			 .link = core_link(server_core(w->server), STR("m1")),
			 .receive = {.phone = STR("15550001"),
				 .number = STR("5000"),
				 .text = STR("hello"),
				 .fingerprint = STR("0123456789012345")}});
	do_it(w, (struct command) {.kind = CMD_ACCEPT, .session = anas_session(w)});
	for (int i = 0; i < texts; i++)
		ana_says(w, str_from(heavy, sizeof heavy));
}

/* Nothing further leaves while it does not read: one piece is more than the system takes. */
static void begin_reading(struct server_world *w, struct browser *browser)
{
	static const struct net_handler handler = {
		.on_data = browser_data, .on_closed = browser_closed};
	struct buf out = {0};
	browser->conn = net_connect(w->net, STR("tab"), STR("127.0.0.1"), PORT, &handler, browser);
	buf_printf(&out,
		"GET /api/v2/me/smssessions/%.*s/messages HTTP/1.1\r\nHost: server:8080\r\n"
		"Authorization: Basic YW5hOnB3\r\n\r\n", /* ana:pw */
		STR_ARGS(anas_session(w)->b.id));
	net_write(browser->conn, buf_str(&out));
	net_read(browser->conn, false);
	pass(w, 20);
	buf_free(&out);
}

/* Up to the end of the present commit's second. */
static void pass_grid(struct server_world *w)
{
	pass(w, 1000 - (net_now(w->net) - START) % 1000 + 5);
}

static bool got_its_end(struct browser *browser)
{
	browser_got(browser);
	return browser->got.len > 5 &&
	       memcmp(browser->got.at + browser->got.len - 5, "0\r\n\r\n", 5) == 0;
}

static void each_piece_of_a_long_answer_waits_for_the_disk(void **state)
{
	struct server_world *w = *state;
	static struct browser browser; /* a test that fails leaves it to the world's end */
	browser = (struct browser) {0};
	make_heavy(w, 10);
	pass_grid(w);
	ana_says(w, STR("one more"));
	begin_reading(w, &browser);
	net_read(browser.conn, true);
	pass(w, 20);
	assert_int_equal(browser.got.len, 0); /* not even the beginning */
	net_read(browser.conn, false);
	pass_grid(w);
	ana_says(w, STR("and more"));
	net_read(browser.conn, true);
	pass(w, 20);
	size_t first = browser.got.len;
	assert_in_range(first, 64 * 1024, 100 * 1024);
	pass_grid(w); /* the second piece tells as much as the reader may know of */
	assert_true(browser.got.len > first);
	assert_true(got_its_end(&browser));
	assert_non_null(strstr(browser.got.at, "one more"));
	assert_null(strstr(browser.got.at, "and more"));
	net_close(browser.conn, 0);
	pass(w, 10);
	buf_free(&browser.got);
}

static void a_long_answer_whose_rest_is_undone_is_cut(void **state)
{
	struct server_world *w = *state;
	static struct browser browser; /* a test that fails leaves it to the world's end */
	browser = (struct browser) {0};
	make_heavy(w, 10);
	pass_grid(w);
	begin_reading(w, &browser);
	ana_says(w, STR("undone"));
	net_read(browser.conn, true);
	pass(w, 20);
	assert_non_null(browser.conn);
	store_mem_fail(w->store, STORE_REFUSED, false);
	pass_grid(w);
	assert_null(browser.conn);
	assert_false(got_its_end(&browser));
	assert_true(browser.got.len > 64 * 1024);
	buf_free(&browser.got);
	/* One whose beginning is undone is refused like any other. */
	store_mem_fail(w->store, STORE_DURABLE, false);
	pass(w, 2000);
	ana_says(w, STR("undone"));
	begin_reading(w, &browser);
	net_read(browser.conn, true);
	store_mem_fail(w->store, STORE_REFUSED, false);
	pass_grid(w);
	assert_non_null(strstr(browser_got(&browser), "HTTP/1.1 503 "));
	/* And the connection is as good as any: the transcript is there still. */
	store_mem_fail(w->store, STORE_DURABLE, false);
	net_close(browser.conn, 0);
	buf_free(&browser.got);
	pass(w, 2000);
	begin_reading(w, &browser);
	net_read(browser.conn, true);
	pass(w, 50);
	assert_true(got_its_end(&browser));
	net_close(browser.conn, 0);
	pass(w, 10);
	buf_free(&browser.got);
}

static void a_server_can_go_while_a_long_answer_is_read(void **state)
{
	struct server_world *w = *state;
	static struct browser browser; /* a test that fails leaves it to the world's end */
	browser = (struct browser) {0};
	make_heavy(w, 10);
	pass_grid(w);
	begin_reading(w, &browser);
	ana_says(w, STR("more"));
	net_read(browser.conn, true);
	pass(w, 20); /* a piece waits at the gate */
	server_free(&w->server);
	pass(w, 20);
	assert_false(got_its_end(&browser));
	buf_free(&browser.got);
}

static void an_unknown_outcome_is_never_answered(void **state)
{
	struct server_world *w = *state;
	store_mem_fail(w->store, STORE_UNKNOWN, true);
	assert_int_equal(ask(w, "POST", "/api/v2/me", START_CENTER, 30000), 0);
	assert_true(w->is_lost);
	assert_int_equal(w->lost, STORE_UNKNOWN);
}

static void a_store_that_does_not_come_back_refuses_commands_after_five_seconds(void **state)
{
	struct server_world *w = *state; /* opened with a grid of 20 s */
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 200);
	pass(w, 20000); /* whence ana signed in is on disk */
	uint64_t lsn;
	struct user *ana = core_user_by_name(server_core(w->server), STR("ana"));
	struct command command = {.kind = CMD_START_AGENT, .caller = ana};
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), OK);
	command.kind = CMD_READY;
	pass(w, 4990);
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), OK);
	pass(w, 10);
	command.kind = CMD_NOT_READY;
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), ERR_STORE);
	pass(w, 40000);
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), OK);
}

static void who_changes_nothing_is_answered_after_what_was_changed_before(void **state)
{
	struct server_world *w = *state;
	uint64_t changed, unchanged, refused;
	struct user *ana = core_user_by_name(server_core(w->server), STR("ana"));
	struct command command = {.kind = CMD_START_AGENT, .caller = ana};
	assert_int_equal(port_apply(server_centre(w->server), &command, &changed), OK);
	command.kind = CMD_READY;
	assert_int_equal(port_apply(server_centre(w->server), &command, &changed), OK);
	assert_int_equal(port_apply(server_centre(w->server), &command, &unchanged), OK);
	assert_int_equal(server_core(w->server)->lsn, changed);
	assert_int_equal(unchanged, changed);
	command.kind = CMD_STOP_AGENT;
	assert_int_equal(port_apply(server_centre(w->server), &command, &changed), OK);
	command.kind = CMD_READY; /* who is not there cannot */
	assert_true(port_apply(server_centre(w->server), &command, &refused) != OK);
	assert_int_equal(refused, changed);
}

/* What a refusal to the carrier waits for; this one is refused whatever happened before. */
static uint64_t told_of_no_such_text(struct server_world *w)
{
	const struct command command = {.kind = CMD_SMS_RECEIPT,
		.link = server_core(w->server)->links,
		.receipt = {.smsc_id = STR("nothing"), .delivery = DELIVERY_DELIVERED}};
	uint64_t lsn;
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), ERR_NOT_FOUND);
	return lsn;
}

static uint64_t applied(struct server_world *w, struct command command)
{
	uint64_t lsn;
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), OK);
	return lsn;
}

static void a_refusal_to_a_carrier_waits_for_what_the_carrier_told_and_was_told(void **state)
{
	struct server_world *w = *state;
	struct core *core = server_core(w->server);
	struct link *link = core->links;
	const struct body_segment part = {.phone = STR("+4670"),
		.number = core->queues->b.number,
		.reference = 1,
		.part = 1,
		.parts = 2,
		.data = STR("half")};
	uint64_t lsn = applied(w,
		(struct command) {.kind = CMD_HOLD_SEGMENT, .link = link, .hold.segment = &part});
	assert_int_equal(told_of_no_such_text(w), lsn);
	lsn = applied(w, (struct command) {.kind = CMD_MATCH_REDELIVERY,
				 .link = link,
				 .match.fingerprint = STR("0123456789abcdef")});
	assert_int_equal(told_of_no_such_text(w), lsn);
	applied(w, (struct command) {.kind = CMD_RECEIVE_SMS,
			   .link = link,
			   .receive = {.phone = part.phone,
				   .number = part.number,
				   .text = STR("HELP"),
				   .keyword = KEYWORD_HELP}});
	struct command answered = {.kind = CMD_SMS_ANSWERED,
		.answer = {.place = {core_outbound(core, core->outbound_drawn), 1, 1},
			.delivery = DELIVERY_SENT,
			.smsc_id = STR("id1")}};
	assert_true(answered.answer.place.outbound->last_lsn > lsn);
	assert_int_equal(told_of_no_such_text(w), answered.answer.place.outbound->last_lsn);
	lsn = applied(w,
		(struct command) {.kind = CMD_SEND_WITHIN, .link = link, .send_within.parts = 77});
	assert_int_equal(told_of_no_such_text(w), lsn);
	const struct part_place place = {answered.answer.place.outbound, 1, 1};
	struct command found = {
		.kind = CMD_FIND_SENT, .link = link, .find_sent = {.lost = {&place, 1}}};
	applied(w, found);
	lsn = applied(w, (struct command) {.kind = CMD_CHANGE_TURN,
				 .link = link,
				 .change_turn = {.places = {&place, 1}, .turn = TURN_WAITS}});
	assert_int_equal(told_of_no_such_text(w), lsn);
	lsn = applied(w, found); /* of how far the link is written to nothing changes any more */
	assert_int_equal(told_of_no_such_text(w), lsn);
	lsn = applied(w, answered);
	assert_int_equal(told_of_no_such_text(w), lsn);
	uint64_t again;
	assert_int_equal(port_apply(server_centre(w->server), &answered, &again), ERR_ALREADY);
	assert_int_equal(again, lsn);
}

static int set_up_very_slow(void **state)
{
	*state = world_new(20000);
	return 0;
}

/* A store that counts the events of its first commit. */
static size_t first_commit;
static const struct store_ops *usual;
static struct store_ops counting;

static void append_counted(struct store *store, struct batch *batch,
	void (*done)(void *ctx, enum store_result result), void *ctx)
{
	if (!first_commit)
		first_commit = batch->count;
	usual->append(store, batch, done, ctx);
}

static void a_first_start_is_on_disk_whole_or_not_at_all(void **state)
{
	struct server_world *w = *state;
	uint64_t everything = server_core(w->server)->lsn;
	server_free(&w->server);
	w->store = store_mem_open(store_loop_net_loop(w->loop), 1);
	usual = w->store->ops;
	counting = *usual;
	counting.append = append_counted;
	w->store->ops = &counting;
	open_server(w);
	assert_int_equal(first_commit, everything);
	pass(w, 10);
}

static void what_was_answered_is_there_after_a_crash(void **state)
{
	struct server_world *w = *state;
	assert_int_equal(ask(w, "POST", "/api/v2/me", START_CENTER, 50), 200);
	assert_int_equal(ask(w, "POST", CHANNEL, READY, 50), 200);
	shake_hands(w);
	http_client_close(w->client);
	server_abandon(&w->server);
	w->store = store_mem_reopen(&w->store, store_loop_net_loop(w->loop), 1);
	open_server(w);
	assert_int_equal(ask(w, "GET", CHANNELS, "", 100), 200);
	assert_true(says(w, "\"Ready\""));
	/* Deadlines about presence start anew: nobody came back. */
	pass(w, 121 * 1000);
	assert_int_equal(ask(w, "GET", CHANNELS, "", 100), 200);
	assert_true(says(w, "NotReady"));
}

static void on_stopped(void *ctx)
{
	((struct server_world *)ctx)->is_stopped = true;
}

static void a_stop_finishes_what_was_accepted(void **state)
{
	struct server_world *w = *state;
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 200);
	send_json(w, "POST", "/api/v2/me", START_CENTER);
	pass(w, 10); /* applied, not on disk */
	server_stop(w->server, on_stopped, w);
	pass(w, 10);
	assert_false(w->is_stopped);
	assert_int_equal(w->answer.count, 0);
	pass(w, 3000);
	assert_int_equal(w->answer.status, 200);
	assert_true(w->is_stopped);
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 100), 0); /* nobody listens */
}

static void a_held_poll_is_answered_by_a_stop(void **state)
{
	struct server_world *w = *state;
	shake_hands(w);
	char connect[256], *id = strstr(w->answer.body, "\"clientId\":\"");
	assert_non_null(id);
	id += 12;
	snprintf(connect, sizeof connect,
		"[{\"channel\":\"/meta/"
		"connect\",\"connectionType\":\"long-polling\",\"clientId\":\"%.*s\"}]",
		(int)strcspn(id, "\""), id);
	ask(w, "POST", "/api/v2/notifications", connect, 50); /* the first answers at once */
	assert_int_equal(ask(w, "POST", "/api/v2/notifications", connect, 1000), 0);
	server_stop(w->server, on_stopped, w);
	pass(w, 3000);
	assert_int_equal(w->answer.status, 200);
	assert_true(w->is_stopped);
}

static void on_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	struct server_world *w = ctx;
	if (!from_customer && str_is(text, "How can I help?"))
		w->texts++;
}

static void smsc_comes(struct server_world *w)
{
	const struct smsc_sim_settings settings = {.host = STR("smsc"),
		.port = 2775,
		.number = STR("5000"),
		.on_text = on_text,
		.ctx = w};
	assert_int_equal(smsc_sim_new(w->net, &settings, &w->smsc), OK);
	pass(w, 60000); /* the link finds it */
}

static void a_customers_text_reaches_an_agent_and_the_answer_the_customer(void **state)
{
	struct server_world *w = *state;
	smsc_comes(w);
	assert_int_equal(ask(w, "POST", "/api/v2/me", START_CENTER, 50), 200);
	assert_int_equal(ask(w, "POST", CHANNEL, READY, 50), 200);
	smsc_sim_write(w->smsc, STR("+420700000001"), STR("Hello"));
	pass(w, 100);
	const struct core *core = server_core(w->server);
	assert_non_null(core->sessions);
	char path[64];
	snprintf(path, sizeof path, "/api/v2/me/smssessions/%.*s", STR_ARGS(core->sessions->b.id));
	assert_int_equal(ask(w, "POST", path, "{\"operationName\":\"Accept\"}", 50), 200);
	assert_int_equal(
		ask(w, "POST", path,
			"{\"operationName\":\"SendMessage\",\"text\":\"How can I help?\"}", 500),
		200);
	assert_int_equal(w->texts, 1);
}

/* --- agents who are told what happens to sessions --- */

/* A Ready agent with a client; w is the server's and has the agent's own connection. */
static struct server_world agent_of(struct server_world *world, const char *name, char id[64])
{
	struct server_world w = {.net = world->net};
	char subscribe[256];
	w.client = http_client_new(
		w.net, str_of(name), STR("127.0.0.1"), PORT, str_of(name), STR("pw"));
	shake_hands(&w);
	const char *at = strstr(w.answer.body, "\"clientId\":\"") + 12;
	snprintf(id, 64, "%.*s", (int)strcspn(at, "\""), at);
	snprintf(subscribe, sizeof subscribe,
		"[{\"channel\":\"/meta/subscribe\",\"clientId\":\"%s\","
		"\"subscription\":\"/v2/me/smssessions\"}]",
		id);
	assert_int_equal(ask(&w, "POST", "/api/v2/notifications", subscribe, 50), 200);
	assert_int_equal(ask(&w, "POST", "/api/v2/me", START_CENTER, 50), 200);
	assert_int_equal(ask(&w, "POST", CHANNEL, READY, 50), 200);
	return w;
}

/* The states of which the agent was told since the last time, in order: "Invited Revoked ". */
static const char *told(struct server_world *agent, const char *id)
{
	static char states[256];
	char connect[256];
	snprintf(connect, sizeof connect,
		"[{\"channel\":\"/meta/connect\",\"connectionType\":\"long-polling\","
		"\"advice\":{\"timeout\":0},\"clientId\":\"%s\"}]",
		id);
	assert_int_equal(ask(agent, "POST", "/api/v2/notifications", connect, 50), 200);
	states[0] = '\0';
	for (const char *at = agent->answer.body; (at = strstr(at, "\"state\":\"")); at++) {
		at += 9;
		strncat(states, at, strcspn(at, "\""));
		strcat(states, " ");
	}
	return states;
}

/* What came due one after the other while nothing could be recorded is told one after the other. */
static void an_offer_that_came_and_went_while_the_disk_was_full_is_told_as_both(void **state)
{
	struct server_world *w = *state;
	char ana_id[64], ben_id[64];
	smsc_comes(w);
	struct server_world ana = agent_of(w, "ana", ana_id), ben = agent_of(w, "ben", ben_id);
	smsc_sim_write(w->smsc, STR("+420700000001"), STR("Hello"));
	pass(w, 100);
	assert_string_equal(told(&ana, ana_id), "Invited ");
	store_mem_fail(w->store, STORE_REFUSED, false);
	pass(w, 5000); /* more than two answer time-outs */
	assert_string_equal(told(&ana, ana_id), "");
	assert_string_equal(told(&ben, ben_id), "");
	store_mem_fail(w->store, STORE_DURABLE, false);
	pass(w, 2000); /* the probe comes each second, and so do deadlines */
	assert_string_equal(told(&ana, ana_id), "Revoked ");
	assert_string_equal(told(&ben, ben_id), "Invited Revoked ");
	http_client_free(&ana.client);
	http_client_free(&ben.client);
}

/* The request was on its way when the machine stood still, the deadline passed meanwhile. */
static void a_read_shows_what_was_due_before_it(void **state)
{
	struct server_world *w = *state;
	char ana_id[64];
	smsc_comes(w);
	struct server_world ana = agent_of(w, "ana", ana_id);
	smsc_sim_write(w->smsc, STR("+420700000001"), STR("Hello"));
	pass(w, 100);
	assert_int_equal(ask(&ana, "GET", "/api/v2/me/smssessions?fields=*", "", 50), 200);
	assert_true(says(&ana, "Invited"));
	send_json(&ana, "GET", "/api/v2/me/smssessions?fields=*", "");
	net_sim_stand_still(w->net, 3000);
	pass(w, 50);
	assert_int_equal(ana.answer.status, 200);
	assert_false(says(&ana, "Invited"));
	http_client_free(&ana.client);
}

static void a_changed_password_ends_the_logins(void **state)
{
	struct server_world *w = *state;
	uint64_t lsn;
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 200);
	char hash[PASSWORD_HASH_MAX];
	assert_int_equal(password_hash(hash, STR("new"), 1, 8192), OK);
	struct command command = {
		.kind = CMD_CHANGE_PASSWORD,
		.password = {.user = core_user_by_name(server_core(w->server), STR("ana")),
			.hash = str_of(hash)},
	};
	assert_int_equal(port_apply(server_centre(w->server), &command, &lsn), OK);
	assert_int_equal(ask(w, "GET", "/api/v2/me", "", 50), 401);
}

static void a_port_that_is_taken_is_told_and_the_store_left_alone(void **state)
{
	struct server_world *w = *state;
	struct server *second = NULL;
	struct buf why = {0};
	struct store *store = store_mem_open(store_loop_net_loop(w->loop), 1);
	assert_int_not_equal(server_open(w->net, store, w->config, &second, &why), OK);
	assert_true(str_starts(buf_str(&why), STR("cannot listen on 127.0.0.1, port 8080")));
	assert_null(second);
	buf_free(&why);
}

#define SERVER_TEST(name, up) cmocka_unit_test_setup_teardown(name, up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(requests_are_answered_and_events_told, set_up),
		SERVER_TEST(an_answer_waits_for_the_disk, set_up_slow),
		SERVER_TEST(ready_is_said_when_the_first_start_is_on_disk, set_up_slow),
		SERVER_TEST(a_read_waits_for_what_its_user_may_know_of, set_up_slow),
		SERVER_TEST(a_refused_commit_is_answered_503_and_undone, set_up),
		SERVER_TEST(an_end_signs_out_once_it_is_on_disk_and_not_if_it_is_refused, set_up),
		SERVER_TEST(a_server_can_go_while_an_end_waits_for_the_disk, set_up_slow),
		SERVER_TEST(each_piece_of_a_long_answer_waits_for_the_disk, set_up_slow),
		SERVER_TEST(a_long_answer_whose_rest_is_undone_is_cut, set_up_slow),
		SERVER_TEST(a_server_can_go_while_a_long_answer_is_read, set_up_slow),
		SERVER_TEST(an_unknown_outcome_is_never_answered, set_up),
		SERVER_TEST(who_changes_nothing_is_answered_after_what_was_changed_before, set_up),
		SERVER_TEST(a_refusal_to_a_carrier_waits_for_what_the_carrier_told_and_was_told,
			set_up),
		SERVER_TEST(a_store_that_does_not_come_back_refuses_commands_after_five_seconds,
			set_up_very_slow),
		SERVER_TEST(a_first_start_is_on_disk_whole_or_not_at_all, set_up),
		SERVER_TEST(what_was_answered_is_there_after_a_crash, set_up),
		SERVER_TEST(a_stop_finishes_what_was_accepted, set_up_slow),
		SERVER_TEST(a_held_poll_is_answered_by_a_stop, set_up),
		SERVER_TEST(a_customers_text_reaches_an_agent_and_the_answer_the_customer, set_up),
		SERVER_TEST(an_offer_that_came_and_went_while_the_disk_was_full_is_told_as_both,
			set_up),
		SERVER_TEST(a_read_shows_what_was_due_before_it, set_up),
		SERVER_TEST(a_changed_password_ends_the_logins, set_up),
		SERVER_TEST(a_port_that_is_taken_is_told_and_the_store_left_alone, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
