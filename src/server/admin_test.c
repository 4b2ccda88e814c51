/* admin_test.c - what the admin socket can be asked, and what it answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "centre/centre.h"
#include "centre/store_loop.h"
#include "net/net_uv.h"
#include "server/admin.h"
#include "server/bootstrap.h"
#include "store/store_mem.h"

#define NOT_ALL_NUMBERS                                                                            \
	"{\"ok\":false,\"error\":\"the phones are not all numbers with their country's code\"}"
#define HASH "$argon2id$v=19$m=8,t=1,p=1$AAAA$BBBB"

struct admin_test {
	struct net *net;
	struct store_loop_net *loop;
	struct store *store;
	struct centre *centre;
	struct admin *admin;
	struct net_timer too_late;
	char path[64];
	struct net_conn *conn;
	struct buf heard;
	unsigned wanted; /* lines to be heard */
	bool was_closed, is_over;
};

static int set_up(void **state)
{
	struct admin_test *t = calloc(1, sizeof *t);
	struct config *config = config_defaults();
	struct buf why = {0};
	const struct centre_hooks hooks = {0};
	t->net = net_uv_new();
	t->loop = store_loop_net_new(t->net);
	t->store = store_mem_open(store_loop_net_loop(t->loop), 0);
	assert_int_equal(centre_open(t->net, t->store, STR_NONE, &hooks, &t->centre, &why), OK);
	assert_int_equal(bootstrap_centre(t->centre, t->net, config, &why), OK);
	config_free(&config);
	*state = t;
	return 0;
}

static void too_late(void *ctx)
{
	net_uv_stop(((struct admin_test *)ctx)->net);
}

static int tear_down(void **state)
{
	struct admin_test *t = *state;
	t->is_over = true;
	net_timer_stop(t->net, &t->too_late);
	gate_when_idle(centre_gate(t->centre), too_late, t);
	net_uv_run(t->net); /* until the store's last answer */
	admin_free(&t->admin);
	centre_close(&t->centre);
	net_uv_run(t->net); /* until the connections are closed */
	store_loop_net_free(&t->loop);
	net_uv_free(&t->net);
	buf_free(&t->heard);
	if (*t->path)
		unlink(t->path);
	free(t);
	return 0;
}

static const struct {
	const char *request, *answer;
} rows[] = {
	{"", "{\"ok\":false,\"error\":\"the request is not a JSON object\"}"},
	{"[]", "{\"ok\":false,\"error\":\"the request is not a JSON object\"}"},
	{"{}", "{\"ok\":false,\"error\":\"there is no such operation\"}"},
	{"{\"operation\":\"user-set\"}", "{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":\"user-set\",\"name\":7}",
		"{\"ok\":false,\"error\":\"name: not a text\"}"},
	{"{\"operation\":\"reload\",\"file\":\"x\"}",
		"{\"ok\":false,\"error\":\"what the server does is said in its own file\"}"},
	{"{\"operation\":\"reload\"}", "{\"ok\":false,\"error\":\"there is no file here\"}"},
	{"{\"operation\":\"user-set\",\"name\":\"nobody\"}",
		"{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":\"user-remove\",\"name\":\"nobody\"}",
		"{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":7}", "{\"ok\":false,\"error\":\"there is no such operation\"}"},
	{"{\"operation\":\"status\"}", "{\"ok\":false,\"error\":\"no server is running\"}"},
	{"{\"operation\":\"user-list\"}", "{\"ok\":true,\"users\":[]}"},
	{"{\"operation\":\"user-add\",\"name\":\"ana\",\"roles\":[\"agent\",\"supervisor\"],"
	 "\"firstName\":\"Ana\",\"lastName\":\"Lind\",\"password\":\"" HASH "\"}",
		"{\"ok\":true}"},
	{"{\"operation\":\"user-add\",\"name\":\"ana\",\"roles\":[\"agent\"],\"password\":\"" HASH
	 "\"}",
		"{\"ok\":false,\"error\":\"there is such a user already\"}"},
	{"{\"operation\":\"user-add\",\"name\":\"ada\",\"roles\":[\"admin\"],\"sms\":false,"
	 "\"password\":\"" HASH "\"}",
		"{\"ok\":true}"},
	{"{\"operation\":\"user-add\",\"name\":\"\",\"roles\":[\"agent\"],\"password\":\"" HASH
	 "\"}",
		"{\"ok\":false,\"error\":\"the name is empty\"}"},
	{"{\"operation\":\"user-add\",\"name\":\"x\",\"roles\":[\"boss\"],\"password\":\"" HASH
	 "\"}",
		"{\"ok\":false,\"error\":\"the roles are not some of agent, supervisor, admin, "
		"auditor, integrator\"}"},
	{"{\"operation\":\"user-add\",\"name\":\"x\",\"password\":\"" HASH "\"}",
		"{\"ok\":false,\"error\":\"the roles are not some of agent, supervisor, admin, "
		"auditor, integrator\"}"},
	{"{\"operation\":\"user-add\",\"name\":\"x\",\"roles\":[\"agent\"],\"password\":\"plain\"}",
		"{\"ok\":false,\"error\":\"the password is no argon2id string "
		"($argon2id$v=19$m=...)\"}"},
	{"{\"operation\":\"user-passwd\",\"name\":\"ana\",\"password\":"
	 "\"$argon2id$v=19$m=1048576,t=21,p=1$AAAA$BBBB\"}",
		"{\"ok\":false,\"error\":\"the password costs more than a login may "
		"(m at most 1048576, t at most 20)\"}"},
	{"{\"operation\":\"user-passwd\",\"name\":\"ana\",\"password\":"
	 "\"$argon2id$v=19$m=1048577,t=20,p=1$AAAA$BBBB\"}",
		"{\"ok\":false,\"error\":\"the password costs more than a login may "
		"(m at most 1048576, t at most 20)\"}"},
	{"{\"operation\":\"user-passwd\",\"name\":\"ana\",\"password\":"
	 "\"$argon2id$v=19$m=8,p=1$AAAA$BBBB\"}",
		"{\"ok\":false,\"error\":\"the password is no argon2id string "
		"($argon2id$v=19$m=...)\"}"},
	{"{\"operation\":\"user-passwd\",\"name\":\"nobody\",\"password\":"
	 "\"$argon2id$v=19$m=1048576,t=20,p=1$AAAA$BBBB\"}",
		"{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":\"user-add\",\"name\":7}",
		"{\"ok\":false,\"error\":\"name, firstName, lastName, password: not texts\"}"},
	{"{\"operation\":\"user-passwd\",\"name\":\"nobody\",\"password\":\"" HASH "\"}",
		"{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":\"user-add\",\"name\":\"dry\",\"roles\":[\"agent\"],\"dry\":true}",
		"{\"ok\":true}"},
	{"{\"operation\":\"user-add\",\"name\":\"ANA\",\"roles\":[\"agent\"],\"dry\":true}",
		"{\"ok\":false,\"error\":\"the name is another user's but for capital letters\"}"},
	{"{\"operation\":\"user-set\",\"name\":\"dry\",\"dry\":true}",
		"{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":\"user-add\",\"name\":\"x\",\"roles\":[\"agent\"],\"enabled\":1,"
	 "\"password\":\"" HASH "\"}",
		"{\"ok\":false,\"error\":\"enabled is not true or false\"}"},
	{"{\"operation\":\"optout-add\",\"phones\":[\"+420600112301\"],\"dry\":true}",
		"{\"ok\":true,\"added\":1,\"already\":0}"},
	{"{\"operation\":\"optout-add\",\"phones\":[\"+420600112301\",\"+420600112302\"]}",
		"{\"ok\":true,\"added\":2,\"already\":0}"},
	{"{\"operation\":\"optout-add\",\"phones\":[\"+420600112303\",\"+420600112302\"]}",
		"{\"ok\":true,\"added\":1,\"already\":1}"},
	{"{\"operation\":\"optout-add\",\"phones\":[]}", "{\"ok\":true,\"added\":0,\"already\":0}"},
	{"{\"operation\":\"optout-add\"}",
		"{\"ok\":false,\"error\":\"the phones are no list, or too many\"}"},
	{"{\"operation\":\"optout-add\",\"phones\":[\"600112301\"]}", NOT_ALL_NUMBERS},
	{"{\"operation\":\"optout-add\",\"phones\":[\"+420 600 112 301\"]}", NOT_ALL_NUMBERS},
	{"{\"operation\":\"optout-add\",\"phones\":[\"+420600112304\",7]}", NOT_ALL_NUMBERS},
	{"{\"operation\":\"optout-add\",\"phones\":[\"\"]}", NOT_ALL_NUMBERS},
	{"{\"operation\":\"user-passwd\",\"name\":\"ana\",\"password\":\"" HASH "\"}",
		"{\"ok\":true}"},
	{"{\"operation\":\"assign\",\"user\":\"ana\",\"kind\":\"member\",\"thing\":\"north\","
	 "\"held\":true}",
		"{\"ok\":true}"},
	{"{\"operation\":\"assign\",\"user\":\"ana\",\"kind\":\"member\",\"thing\":\"north\","
	 "\"held\":true}",
		"{\"ok\":false,\"error\":\"that is so already\"}"},
	{"{\"operation\":\"assign\",\"user\":\"ana\",\"kind\":\"boss\",\"thing\":\"north\","
	 "\"held\":true}",
		"{\"ok\":false,\"error\":\"the kind is not member, supervisor, skill or queue\"}"},
	{"{\"operation\":\"assign\",\"user\":\"eva\",\"kind\":\"member\",\"thing\":\"north\","
	 "\"held\":true}",
		"{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":\"assign\",\"user\":\"ana\",\"kind\":\"queue\",\"thing\":\"north\","
	 "\"held\":true}",
		"{\"ok\":false,\"error\":\"Resource not found\"}"},
	{"{\"operation\":\"user-roles\",\"name\":\"ana\",\"roles\":[]}",
		"{\"ok\":false,\"error\":\"the roles are not some of agent, supervisor, admin, "
		"auditor, "
		"integrator\"}"},
	{"{\"operation\":\"user-roles\",\"name\":\"ada\",\"roles\":[\"admin\",\"integrator\"]}",
		"{\"ok\":false,\"error\":\"The role integrator goes with no other role\"}"},
	{"{\"operation\":\"user-set\",\"name\":\"ada\",\"roles\":[\"agent\",\"integrator\"]}",
		"{\"ok\":false,\"error\":\"The role integrator goes with no other role\"}"},
	{"{\"operation\":\"user-add\",\"name\":\"crm\",\"roles\":[\"integrator\",\"agent\"],"
	 "\"password\":\"" HASH "\"}",
		"{\"ok\":false,\"error\":\"The role integrator goes with no other role\"}"},
	{"{\"operation\":\"user-roles\",\"name\":\"ada\",\"roles\":[\"admin\"]}", "{\"ok\":true}"},
	{"{\"operation\":\"token-list\"}", "{\"ok\":true,\"tokens\":[]}"},
	{"{\"operation\":\"token-add\",\"id\":\"00000000000000aa\",\"user\":\"ana\",\"label\":"
	 "\"a\\nb\","
	 "\"digest\":\"00112233445566778899aabbccddeeff\"}",
		"{\"ok\":false,\"error\":\"the label has characters that cannot be shown\"}"},
	{"{\"operation\":\"token-add\",\"id\":\"00000000000000aa\",\"user\":\"nobody\","
	 "\"digest\":\"00112233445566778899aabbccddeeff\"}",
		"{\"ok\":false,\"error\":\"there is no such user\"}"},
	{"{\"operation\":\"token-add\",\"id\":\"00000000000000aa\",\"user\":\"ana\","
	 "\"digest\":\"00112233445566778899aabbccddeef\"}",
		"{\"ok\":false,\"error\":\"id, digest: not as many hexadecimal digits as they "
		"have\"}"},
	{"{\"operation\":\"token-add\",\"id\":7}",
		"{\"ok\":false,\"error\":\"id, user, label: not texts\"}"},
	{"{\"operation\":\"token-add\",\"id\":\"00000000000000aa\",\"user\":\"ana\","
	 "\"digest\":\"00112233445566778899aabbccddeeff\"}",
		"{\"ok\":true}"},
	{"{\"operation\":\"token-add\",\"id\":\"00000000000000aa\",\"user\":\"ana\","
	 "\"digest\":\"00112233445566778899aabbccddeefe\"}",
		"{\"ok\":false,\"error\":\"there is such a token already\"}"},
	{"{\"operation\":\"token-revoke\",\"id\":\"00000000000000bb\"}",
		"{\"ok\":false,\"error\":\"there is no such token\"}"},
	{"{\"operation\":\"token-revoke\"}", "{\"ok\":false,\"error\":\"there is no such token\"}"},
	{"{\"operation\":\"token-revoke\",\"id\":\"00000000000000aa\"}", "{\"ok\":true}"},
	{"{\"operation\":\"token-list\"}", "{\"ok\":true,\"tokens\":[]}"},
	{"{\"operation\":\"user-list\"}", "{\"ok\":true,\"users\":[{\"name\":\"ana\",\"firstName\":"
					  "\"Ana\",\"lastName\":\"Lind\","
					  "\"roles\":[\"agent\",\"supervisor\"],\"sms\":true,"
					  "\"enabled\":true,\"state\":\"LoggedOut\"},"
					  "{\"name\":\"ada\",\"firstName\":\"\",\"lastName\":\"\","
					  "\"roles\":[\"admin\"],\"sms\":false,"
					  "\"enabled\":true,\"state\":\"LoggedOut\"}]}"},
};

static void each_request_has_its_answer(void **state)
{
	struct admin_test *t = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf answer = {0};
		uint64_t lsn = 0;
		admin_request(&(struct admin_world) {.port = centre_port(t->centre)},
			str_of(rows[i].request), &answer, &lsn);
		buf_put_byte(&answer, '\0');
		assert_string_equal(answer.at, rows[i].answer);
		assert_true(lsn <= centre_core(t->centre)->lsn);
		buf_free(&answer);
	}
	assert_int_equal(
		core_user_by_name(centre_core(t->centre), STR("ana"))->b.password_version, 2);
}

static void so_many_phones_are_taken_at_once(void **state)
{
	struct admin_test *t = *state;
	const struct admin_world world = {.port = centre_port(t->centre)};
	for (unsigned count = ADMIN_PHONES_MAX - 1; count <= ADMIN_PHONES_MAX + 1; count++) {
		struct buf request = {0}, answer = {0}, want = {0};
		uint64_t lsn;
		buf_puts(&request, "{\"operation\":\"optout-add\",\"dry\":true,\"phones\":[");
		for (unsigned i = 0; i < count; i++)
			buf_printf(&request, "%s\"+420600%06u\"", i ? "," : "", i);
		buf_puts(&request, "]}");
		assert_true(request.len < ADMIN_LINE_MAX);
		admin_request(&world, buf_str(&request), &answer, &lsn);
		if (count <= ADMIN_PHONES_MAX)
			buf_printf(&want, "{\"ok\":true,\"added\":%u,\"already\":0}", count);
		else
			buf_puts(&want, "{\"ok\":false,\"error\":\"the phones are no list, or too "
					"many\"}");
		assert_true(str_eq(buf_str(&answer), buf_str(&want)));
		buf_free(&request);
		buf_free(&answer);
		buf_free(&want);
	}
}

/* What the answer waits for; it must contain says. */
static uint64_t awaited(struct admin_test *t, const char *request, const char *says)
{
	struct buf answer = {0};
	uint64_t lsn;
	admin_request(&(struct admin_world) {.port = centre_port(t->centre)}, str_of(request),
		&answer, &lsn);
	buf_put_byte(&answer, '\0');
	assert_non_null(strstr(answer.at, says));
	buf_free(&answer);
	return lsn;
}

/* Else somebody would be told of a user who is not there any more after a crash. */
static void whatever_tells_of_a_user_waits_for_that_user(void **state)
{
	static const char add[] = "{\"operation\":\"user-add\",\"name\":\"ana\","
				  "\"roles\":[\"agent\"],\"password\":\"" HASH "\"}";
	struct admin_test *t = *state;
	uint64_t added = awaited(t, add, "\"ok\":true");
	assert_int_equal(added, centre_core(t->centre)->lsn);
	assert_int_equal(awaited(t, "{\"operation\":\"user-list\"}", "\"ana\""), added);
	assert_int_equal(awaited(t, add, "there is such a user already"), added);
}

/* --- over a real socket ----------------------------------------------------------------------- */

static void stop_when_heard(struct admin_test *t)
{
	unsigned lines = 0;
	for (size_t i = 0; i < t->heard.len; i++)
		lines += t->heard.at[i] == '\n';
	if (lines == t->wanted || t->was_closed)
		net_uv_stop(t->net);
}

static void on_open(struct net_conn *conn)
{
	((struct admin_test *)net_conn_ctx(conn))->conn = conn;
	net_write(conn, STR("{\"operation\":\"user-add\",\"name\":\"ana\",\"roles\":[\"agent\"],"
			    "\"password\":\"" HASH "\"}\n{}\n"));
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct admin_test *t = net_conn_ctx(conn);
	buf_put(&t->heard, bytes);
	stop_when_heard(t);
}

static void on_closed(struct net_conn *conn)
{
	struct admin_test *t = net_conn_ctx(conn);
	t->was_closed = true;
	if (!t->is_over)
		net_uv_stop(t->net);
}

static void write_too_much(struct net_conn *conn)
{
	char *line = malloc(ADMIN_LINE_MAX + 1);
	memset(line, 'x', ADMIN_LINE_MAX + 1);
	net_write(conn, str_from(line, ADMIN_LINE_MAX + 1));
	free(line);
}

static const struct net_handler two_lines = {
	.on_open = on_open, .on_data = on_data, .on_closed = on_closed};
static const struct net_handler endless_line = {
	.on_open = write_too_much, .on_data = on_data, .on_closed = on_closed};

static void listen_and_run(struct admin_test *t, const struct net_handler *handler)
{
	t->wanted = 2;
	snprintf(t->path, sizeof t->path, "/tmp/sotto-admin-test-%d.sock", (int)getpid());
	assert_int_equal(admin_listen(t->net, str_of(t->path),
				 &(struct admin_world) {.port = centre_port(t->centre)}, &t->admin),
		OK);
	net_connect_unix(t->net, str_of(t->path), handler, t);
	t->too_late =
		(struct net_timer) {.fire = too_late, .ctx = t}; /* a hang must fail, not hang */
	net_timer_start(t->net, &t->too_late, 10000);
	net_uv_run(t->net);
}

static void lines_are_answered_in_order(void **state)
{
	struct admin_test *t = *state;
	listen_and_run(t, &two_lines);
	buf_put_byte(&t->heard, '\0');
	assert_string_equal(t->heard.at,
		"{\"ok\":true}\n{\"ok\":false,\"error\":\"there is no such operation\"}\n");
}

static void a_refused_commit_is_answered_as_such(void **state)
{
	struct admin_test *t = *state;
	struct net_timer late = {.fire = too_late, .ctx = t};
	net_timer_start(t->net, &late, 50); /* what it starts with gets to the disk */
	net_uv_run(t->net);
	store_mem_fail(t->store, STORE_REFUSED, false);
	listen_and_run(t, &two_lines);
	buf_put_byte(&t->heard, '\0');
	assert_non_null(strstr(t->heard.at, "{\"ok\":false,\"error\":\"The store takes no writes"));
	assert_null(core_user_by_name(centre_core(t->centre), STR("ana")));
}

/* What was undone is not waited for: lsns begin anew there. */
static void after_a_refused_commit_a_tool_is_answered_again(void **state)
{
	struct admin_test *t = *state;
	struct net_timer late = {.fire = too_late, .ctx = t};
	net_timer_start(t->net, &late, 50);
	net_uv_run(t->net);
	store_mem_fail(t->store, STORE_REFUSED, false);
	listen_and_run(t, &two_lines);
	t->wanted = 3;
	net_write(t->conn, STR("{\"operation\":\"user-list\"}\n"));
	net_uv_run(t->net);
	buf_put_byte(&t->heard, '\0');
	assert_non_null(strstr(t->heard.at, "{\"ok\":true,\"users\":[]}\n"));
}

static void an_endless_line_ends_the_connection(void **state)
{
	struct admin_test *t = *state;
	listen_and_run(t, &endless_line);
	assert_true(t->was_closed);
	assert_int_equal(t->heard.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_request_has_its_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			so_many_phones_are_taken_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			whatever_tells_of_a_user_waits_for_that_user, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_are_answered_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_refused_commit_is_answered_as_such, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			after_a_refused_commit_a_tool_is_answered_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_endless_line_ends_the_connection, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
