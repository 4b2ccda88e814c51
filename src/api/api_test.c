/* api_test.c - the REST resources over a real core: order of checks, what is answered, what not. */
#include "api/api_fixture.h"
#include "api/refusal.h"
#include "core/model/message.h"
#include "core/rules/visibility.h"
#include "core/model/reader.h"
#include "core/model/watching.h"

static int open_world(void **state)
{
	struct world *w = mem_new(sizeof *w);
	world_open(w);
	*state = w;
	return 0;
}

static int close_world(void **state)
{
	world_close(*state);
	free(*state);
	return 0;
}

/* Where command.def says that a command's arguments are. */
static const struct {
	size_t at, size;
} arguments[COMMAND_KINDS] = {
#define COMMAND(number, name, asker, with, may, can, make)                                         \
	[CMD_##name] = {offsetof(struct command, with), sizeof((struct command *)NULL)->with},
#include "core/command.def"
};

/* --- the order of checks ---------------------------------------------------------------------- */

struct check {
	const char *why;
	const char *who; /* NULL: nobody; "sam!": wrong password */
	enum http_method method;
	const char *path;
	const char *body;
	bool is_foreign, is_off;
	enum err want;
};

#define MONITOR_OF(user) "/users/" user "/channels/smssession"
#define OP(name)         "{\"operationName\":\"" name "\""

/* Each row offends against its own rule and, where that can be, against those after it. */
static const struct check checks[] = {
	{"JSON comes before the login", NULL, HTTP_POST, "/nowhere", "{", true, true, ERR_BAD_JSON},
	{"an array is no body", NULL, HTTP_POST, "/me", "[]", true, true, ERR_BAD_JSON},
	{"nothing is no body", "ana", HTTP_POST, "/me", "", false, false, ERR_BAD_JSON},
	{"no key twice", "ana", HTTP_POST, "/me",
		OP("Ready") ","
			    "\"operationName\":\"Ready\"}",
		false, false, ERR_BAD_JSON},
	{"nothing behind it", "ana", HTTP_POST, "/me", OP("Ready") "} {}", false, false,
		ERR_BAD_JSON},
	{"login before origin", NULL, HTTP_POST, "/nowhere", "{}", true, true, ERR_LOGIN},
	{"login before route", NULL, HTTP_GET, "/nowhere", NULL, false, false, ERR_LOGIN},
	{"wrong password before origin", "ana!", HTTP_POST, "/me", "{}", true, false, ERR_LOGIN},
	{"origin before route", "ana", HTTP_POST, "/nowhere", "{}", true, true, ERR_FOREIGN_ORIGIN},
	{"origin before feature", "ana", HTTP_POST, MONITOR_OF("ana"), "{}", true, true,
		ERR_FOREIGN_ORIGIN},
	{"origin of other methods", "ana", HTTP_DELETE, "/nowhere", NULL, true, false,
		ERR_FOREIGN_ORIGIN},
	{"reading is safe", "ana", HTTP_GET, "/me", NULL, true, false, OK},
	{"feature before role", "ana", HTTP_POST, MONITOR_OF("nobody"), "{}", false, true,
		ERR_FEATURE_OFF},
	{"feature before target", "sam", HTTP_POST, "/me/smssessions/nothing", "{}", false, true,
		ERR_FEATURE_OFF},
	{"feature of lists", "sam", HTTP_GET, "/me/smssessions", NULL, false, true,
		ERR_FEATURE_OFF},
	{"feature of messages", "sam", HTTP_GET, "/me/smssessions/x/messages", NULL, false, true,
		ERR_FEATURE_OFF},
	{"feature of the own channel", "sam", HTTP_POST, "/me/channels/smssession", "{}", false,
		true, ERR_FEATURE_OFF},
	{"feature of sub-resources", "ana", HTTP_GET, "/users/nobody?subresources=smssessions",
		NULL, false, true, ERR_FEATURE_OFF},
	{"the user without them", "ana", HTTP_GET, "/users/sam?subresources=*", NULL, false, true,
		OK},
	{"unknown route", "ana", HTTP_GET, "/nowhere", NULL, false, false, ERR_NOT_FOUND},
	{"no slash at the end", "ana", HTTP_GET, "/me/", NULL, false, false, ERR_NOT_FOUND},
	{"no slash twice", "ana", HTTP_GET, "//me", NULL, false, false, ERR_NOT_FOUND},
	{"case of paths", "ana", HTTP_GET, "/Me", NULL, false, false, ERR_NOT_FOUND},
	{"nothing below it", "ana", HTTP_GET, "/me/channels/smssession/x", NULL, false, false,
		ERR_NOT_FOUND},
	{"the root", "ana", HTTP_GET, "", NULL, false, false, ERR_NOT_FOUND},
	{"unknown method", "ana", HTTP_PUT, "/me/channels", "{}", false, false, ERR_METHOD},
	{"JSON of PUT", "ana", HTTP_PUT, "/me/channels", "[]", false, false, ERR_BAD_JSON},
	{"nothing to change", "ana", HTTP_PUT, "/me", NULL, false, false, ERR_MISSING_PARAMETER},
	{"what cannot be changed", "ana", HTTP_PUT, "/me", "{\"userName\":\"eva\"}", false, false,
		ERR_READ_ONLY},
	{"no POST on a list", "ana", HTTP_POST, "/me/channels", "{}", false, false, ERR_METHOD},
	{"no GET on a channel", "sam", HTTP_GET, MONITOR_OF("ana"), NULL, false, false, ERR_METHOD},
	{"no session of that agent", "sam", HTTP_POST, "/users/ana/smssessions/x", "{}", false,
		false, ERR_NOT_FOUND},
	{"role before that session", "ana", HTTP_POST, "/users/sam/smssessions/x", "{}", false,
		false, ERR_ROLE},
	{"no list of them", "sam", HTTP_GET, "/users/ana/smssessions", NULL, false, false,
		ERR_NOT_FOUND},
	{"feature before method", "sam", HTTP_GET, MONITOR_OF("ana"), NULL, false, true,
		ERR_FEATURE_OFF},
	{"method before role", "ana", HTTP_GET, MONITOR_OF("ana"), NULL, false, false, ERR_METHOD},
	{"role before target", "ana", HTTP_POST, MONITOR_OF("nobody"), "{}", false, false,
		ERR_ROLE},
	{"role before own user", "ana", HTTP_POST, MONITOR_OF("ana"), OP("Monitor") "}", false,
		false, ERR_ROLE},
	{"an admin supervises only as supervisor", "ada", HTTP_POST, MONITOR_OF("ana"),
		OP("Monitor") "}", false, false, ERR_ROLE},
	{"role to see another's sessions", "ana", HTTP_GET,
		"/users/nobody?subresources=channels,smssessions", NULL, false, false, ERR_ROLE},
	{"target before operation", "sam", HTTP_POST, MONITOR_OF("nobody"), "{}", false, false,
		ERR_NOT_FOUND},
	{"target without the channel", "sam", HTTP_POST, MONITOR_OF("ada"), "{}", false, false,
		ERR_CHANNEL},
	{"own channel not provisioned", "ada", HTTP_POST, "/me/channels/smssession", "{}", false,
		false, ERR_CHANNEL},
	{"unknown user", "ana", HTTP_GET, "/users/nobody", NULL, false, false, ERR_NOT_FOUND},
	{"unknown session", "ana", HTTP_POST, "/me/smssessions/0000000000000000", "{}", false,
		false, ERR_NOT_FOUND},
	{"operation missing", "sam", HTTP_POST, MONITOR_OF("sam"), "{}", false, false,
		ERR_MISSING_OPERATION},
	{"operation of a wrong type", "sam", HTTP_POST, MONITOR_OF("sam"), "{\"operationName\":7}",
		false, false, ERR_RANGE},
	{"unknown operation before forbidden", "sam", HTTP_POST, MONITOR_OF("sam"),
		OP("Whisper") "}", false, false, ERR_UNKNOWN_OPERATION},
	{"operations are case sensitive", "ana", HTTP_POST, "/me", OP("ready") "}", false, false,
		ERR_UNKNOWN_OPERATION},
	{"another resource's operation", "ana", HTTP_POST, "/me", OP("Monitor") "}", false, false,
		ERR_UNKNOWN_OPERATION},
	{"forbidden before parameters", "sam", HTTP_POST, MONITOR_OF("sam"),
		OP("Monitor") ",\"supervisorMonitoringMode\":7}", false, false, ERR_OWN_USER},
	{"own user on cancelling", "sam", HTTP_POST, MONITOR_OF("sam"),
		OP("CancelSupervisorMonitoring") "}", false, false, ERR_OWN_USER},
	{"missing parameter", "ana", HTTP_POST, "/me", OP("StartContactCenterSession") "}", false,
		false, ERR_MISSING_PARAMETER},
	{"bad parameter before state", "sam", HTTP_POST, MONITOR_OF("ana"),
		OP("Monitor") ",\"supervisorMonitoringMode\":\"nextchat\"}", false, false,
		ERR_RANGE},
	{"state", "sam", HTTP_POST, MONITOR_OF("ana"), OP("Monitor") "}", false, false,
		ERR_NOT_STARTED},
	{"none active", "sam", HTTP_POST, MONITOR_OF("ana"), OP("CancelSupervisorMonitoring") "}",
		false, false, ERR_NOT_MONITORING},
	{"not started", "ana", HTTP_POST, "/me/channels/smssession", OP("Ready") "}", false, false,
		ERR_NOT_STARTED},
};

static int run_check(struct world *w, const struct check *check)
{
	char who[8] = "";
	bool is_wrong = check->who && strchr(check->who, '!');
	if (check->who)
		snprintf(who, sizeof who, "%.3s", check->who);
	w->f.core->centre.multimedia = !check->is_off;
	struct http_request *request = world_request(w, check->who && !is_wrong ? who : NULL,
		check->method, str_of(check->path), check->body);
	if (is_wrong)
		fixture_basic(request, "ana:wrong");
	if (check->is_foreign)
		fixture_header(request, "Origin", STR("http://evil.example"));
	int code = world_send(w, request);
	w->f.core->centre.multimedia = 1;
	return code;
}

static void test_the_first_check_that_fails_answers_and_nothing_is_changed(void **state)
{
	struct world *w = *state;
	struct buf before = {0}, after = {0};
	core_dump(w->f.core, &before);
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		enum err want = checks[i].want;
		int code = run_check(w, &checks[i]);
		if (code != refusal_code(want) || w->status != refusal_status(want))
			fail_msg("%s: %d %s", checks[i].why, w->status, w->body.at);
		if (want != OK && !world_says(w, refusal_text(want)))
			fail_msg("%s: %s", checks[i].why, w->body.at);
	}
	core_dump(w->f.core, &after);
	assert_true(str_eq(buf_str(&before), buf_str(&after)));
	assert_int_equal(w->applied, 3); /* the last three rows alone got as far as the core */
	buf_free(&before);
	buf_free(&after);
}

static void test_who_goes_away_while_the_worker_hashes_changes_nothing(void **state)
{
	struct world *w = *state;
	struct http_request *request = world_request(w, "ana", HTTP_POST, STR("/me"),
		OP("StartContactCenterSession") ",\"channels\":[\"smssession\"]}");
	entrance_request(&w->entrance, request, (struct http_ref) {1, 1});
	login_gone(w->f.table, (struct http_ref) {1, 1});
	fixture_pass(&w->f, 0);
	assert_int_equal(w->replies, 0);
	assert_int_equal(w->applied, 0);
}

static void test_refusals_carry_the_headers_that_clients_need(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, NULL, "/me"), 20);
	assert_non_null(strstr(w->headers.at, "WWW-Authenticate: Basic realm=\"sotto\"\r\n"));
	assert_int_equal(w->lsn, 0);
	w->apply_err = ERR_STORE;
	assert_int_equal(world_post(w, "ana", "/me", OP("Ready") "}"), 4);
	assert_int_equal(w->status, 503);
	assert_string_equal(w->headers.at, "Retry-After: 1\r\n");
}

/* To Basic its browser would open a window of its own over the page. */
static void test_a_page_is_asked_for_a_login_in_its_own_way(void **state)
{
	struct world *w = *state;
	struct http_request *request = world_request(w, NULL, HTTP_GET, STR("/me"), NULL);
	fixture_header(request, LOGIN_WINDOW_HEADER, STR("new"));
	assert_int_equal(world_send(w, request), 20);
	assert_non_null(strstr(w->headers.at, "WWW-Authenticate: Page realm=\"sotto\"\r\n"));
}

static void test_always200_changes_the_http_status_alone(void **state)
{
	struct world w;
	world_open_with(&w, true);
	assert_int_equal(world_get(&w, NULL, "/me"), 20);
	assert_int_equal(w.status, 200);
	assert_int_equal(world_get(&w, "ana", "/nowhere"), 6);
	assert_int_equal(w.status, 200);
	world_close(&w);
}

static void test_outside_of_the_api_there_is_nothing(void **state)
{
	struct world *w = *state;
	static const char *const paths[] = {"/", "/api/v2x", "/api/v1/me", "/favicon.ico"};
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct http_request *request = fixture_request(&w->f, HTTP_GET, paths[i]);
		assert_int_equal(
			world_send(w, request), 20); /* not even that is told to strangers */
		request = fixture_request(&w->f, HTTP_GET, paths[i]);
		fixture_basic(request, "ana:demo");
		assert_int_equal(world_send(w, request), 6);
	}
}

static void test_strangers_are_told_the_version_and_nothing_else(void **state)
{
	struct world *w = *state;
	const struct resource *resource;
	for (size_t i = 0; (resource = route_resource(i)); i++) {
		bool is_version = strcmp(resource->path, "/diagnostics/version") == 0;
		assert_int_equal(world_get(w, NULL, resource->path), is_version ? 0 : 20);
	}
	assert_int_equal(world_get(w, NULL, "/diagnostics"), 20);
	assert_int_equal(world_get(w, NULL, "/diagnostics/version/x"), 20);
}

#define START(channels) OP("StartContactCenterSession") ",\"channels\":[" channels "]}"

/* --- /floor ------------------------------------------------------------------------------- */

static void test_agents_see_who_is_ready_and_supervisors_the_work_too(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_post(w, "ana", "/me", START("\"smssession\"")), 0);
	assert_int_equal(world_post(w, "ana", "/me", OP("Ready") "}"), 0);
	assert_int_equal(world_get(w, "ben", "/floor"), 0);
	assert_int_equal(w->lsn, w->f.core->lsn);
	assert_true(world_says(w, "\"userName\":\"ana\""));
	assert_true(world_says(w, "\"state\":\"Ready\""));
	assert_true(world_says(w, "\"more\":false,\"revision\":\"0."));
	assert_true(world_says(w, "\"name\":\"sales\",\"number\":\"1000\",\"waiting\":0,"));
	assert_false(world_says(w, "\"userName\":\"sam\"")); /* who only supervises */
	assert_false(world_says(w, "\"userName\":\"ada\""));
	assert_false(world_says(w, "chatting"));
	assert_false(world_says(w, "minutes"));
	assert_int_equal(world_get(w, "sam", "/floor"), 0);
	assert_true(world_says(w, "\"chatting\":0,\"invited\":0,\"capacity\":4"));
	assert_true(world_says(w, "\"serviceLevel\":60000,\"minutes\":["));
}

static void test_the_floor_with_since_has_what_changed_after_it(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, "ben", "/floor"), 0);
	const char *revision = strstr(w->body.at, "\"revision\":\"") + strlen("\"revision\":\"");
	struct str path = arena_printf(&w->f.arena, "/floor?since=%.*s",
		(int)(strchr(revision, '"') - revision), revision);
	assert_int_equal(world_get(w, "ben", path.at), 0);
	assert_true(world_says(w, "\"users\":[],\"more\":false"));
	assert_int_equal(world_post(w, "ana", "/me", START("\"smssession\"")), 0);
	assert_int_equal(world_get(w, "ben", path.at), 0);
	assert_true(world_says(w, "\"userName\":\"ana\""));
	assert_false(world_says(w, "\"userName\":\"ben\""));
	static const char *const strangers[] = {"1.1", "0.99999", "x", "", "0.", ".1", "0.1.1"};
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
		path = arena_printf(&w->f.arena, "/floor?since=%s", strangers[i]);
		assert_int_equal(world_get(w, "ben", path.at), 0);
		assert_true(world_says(w, "\"userName\":\"ben\"")); /* from the beginning */
	}
}

/* At the bound and beside it. */
static void test_the_floor_comes_in_pages(void **state)
{
	struct world *w = *state;
	for (int i = 3; i < 101; i++) {
		char name[8];
		snprintf(name, sizeof name, "u%d", i);
		struct body_user body = {.name = str_of(name), .roles = ROLE_AGENT, .enabled = 1};
		fixture_apply(&w->f, &(struct command) {.kind = CMD_ADD_USER, .new_user = &body});
		api_events(w->api, w->f.outcome.events, w->f.outcome.count);
		assert_int_equal(world_get(w, "sam", "/floor"), 0);
		assert_int_equal(world_says(w, "\"more\":true"), i + 1 > 100);
	}
}

static void test_version_needs_no_login(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, NULL, "/diagnostics/version"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"version\":\"0.1.0\"}");
	assert_int_equal(strncmp(w->headers.at, "ETag: \"", 7), 0); /* and nothing about a login */
	assert_int_equal(strlen(w->headers.at), 7 + 32 + 3);
	assert_int_equal(world_post(w, NULL, "/diagnostics/version", "{}"), 20);
	assert_int_equal(world_post(w, "ana", "/diagnostics/version", "{}"), 6);
}

/* --- /me -------------------------------------------------------------------------------------- */

static void test_me_gives_the_user_a_cookie_and_a_token(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, "ana", "/me"), 0);
	assert_true(world_says(w, "\"user\":{"));
	assert_true(world_says(w, "\"userName\":\"ana\""));
	assert_false(world_says(w, "smssessions"));
	assert_non_null(strstr(w->headers.at, "Set-Cookie: JSESSIONID="));
	assert_non_null(strstr(w->headers.at, "X-CSRF-TOKEN: "));
	assert_int_equal(world_get(w, "ana", "/me/channels"), 0);
	assert_null(strstr(w->headers.at, "Set-Cookie"));
	assert_non_null(strstr(w->headers.at, "X-CSRF-TOKEN: "));
}

static void test_subresources_are_given_as_asked(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *query;
		bool channels, sessions;
	} rows[] = {
		{"", false, false},
		{"?subresources=", false, false},
		{"?subresources=features,devices", false, false},
		{"?subresources=features,channels", true, false},
		{"?subresources=smssessions", false, true},
		{"?x=1&subresources=channels,%20smssessions&y", true, true},
		{"?subresources=*", true, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str target = arena_printf(&w->f.arena, "/me%s", rows[i].query);
		assert_int_equal(world_get(w, "ana", target.at), 0);
		assert_int_equal(world_says(w, "\"channels\":["), rows[i].channels);
		assert_int_equal(world_says(w, "\"smssessions\":["), rows[i].sessions);
	}
}

static void test_channels_are_uris_or_whole(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, "ana", "/me/channels"), 0);
	assert_string_equal(w->body.at,
		"{\"statusCode\":0,\"uris\":[\"" EXTERNAL_URL "/me/channels/smssession\"]}");
	assert_int_equal(world_get(w, "ana", "/me/channels?fields=*"), 0);
	assert_true(world_says(w, "\"channels\":[{\"channel\":\"smssession\""));
	assert_true(world_says(w, "LoggedOut"));
	assert_int_equal(world_get(w, "ada", "/me/channels"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"uris\":[]}");
	assert_int_equal(world_get(w, "ada", "/me/channels?fields=*"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"channels\":[]}");
}

/* --- the contact center session --------------------------------------------------------------- */

static void test_start_tells_of_each_channel_what_became_of_it(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_post(w, "ana", "/me", START("\"voice\",\"chat\"")), 6);
	assert_int_equal(w->status, 404);
	assert_true(world_says(
		w, "\"results\":[{\"channel\":\"voice\",\"statusCode\":6,\"statusMessage\":"));
	assert_true(world_says(w, "{\"channel\":\"chat\",\"statusCode\":6,"));
	assert_int_equal(w->applied, 0);
	assert_int_equal(w->ana->agent.state, AGENT_LOGGED_OUT);
	assert_int_equal(world_post(w, "ana", "/me", START("\"voice\",\"smssession\"")), 7);
	assert_int_equal(w->status, 200);
	assert_true(world_says(w, "{\"channel\":\"smssession\",\"statusCode\":0}]"));
	assert_int_equal(w->ana->agent.state, AGENT_NOT_READY);
	assert_int_equal(w->lsn, w->f.core->lsn);
	assert_int_equal(world_post(w, "ana", "/me", START("\"smssession\",\"smssession\"")), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0}");
	assert_int_equal(w->applied, 2);
	assert_int_equal(world_post(w, "ada", "/me", START("\"smssession\"")), 6);
	assert_true(world_says(w, "\"results\":[{\"channel\":\"smssession\",\"statusCode\":6,"));
}

static void test_start_that_the_store_refuses_did_nothing(void **state)
{
	struct world *w = *state;
	w->apply_err = ERR_STORE;
	assert_int_equal(world_post(w, "ana", "/me", START("\"voice\",\"smssession\"")), 4);
	assert_int_equal(w->status, 503);
	assert_false(world_says(w, "results"));
}

static void test_start_is_noted_for_the_login_that_asked(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, "ana", "/me"), 0);
	assert_false(login_person(w->f.table, w->ana, STR_NONE).is_there);
	assert_int_equal(world_post(w, "ana", "/me", START("\"voice\"")), 6);
	assert_false(login_person(w->f.table, w->ana, STR_NONE).is_there);
	assert_int_equal(world_post(w, "ana", "/me", START("\"smssession\"")), 0);
	assert_true(login_person(w->f.table, w->ana, STR_NONE).is_there);
}

static struct http_request *with_cookie(
	struct world *w, enum http_method method, const char *target, const char *body)
{
	struct http_request *request = world_request(w, NULL, method, str_of(target), body);
	fixture_cookie(request, w->cookie);
	return request;
}

#define END OP("EndContactCenterSession") "}"

/* Signs in and keeps the cookie. */
static void sign_in(struct world *w)
{
	assert_int_equal(world_get(w, "ana", "/me"), 0);
	memcpy(w->cookie, strstr(w->headers.at, "JSESSIONID=") + strlen("JSESSIONID="),
		sizeof w->cookie);
}

static int post_with_cookie(struct world *w, const char *body)
{
	return world_send(w, with_cookie(w, HTTP_POST, "/me", body));
}

static int get_with_cookie(struct world *w)
{
	return world_send(w, with_cookie(w, HTTP_GET, "/me", NULL));
}

static void test_the_login_ends_when_the_end_is_on_disk(void **state)
{
	struct world *w = *state;
	sign_in(w);
	w->is_slow = true;
	assert_int_equal(post_with_cookie(w, END), 0);
	assert_true(w->held.first && w->held.first == w->held.last);
	assert_int_equal(w->held_lsn, w->f.core->lsn);
	assert_true(w->lsn >= w->held_lsn); /* the answer comes no earlier */
	assert_int_equal(get_with_cookie(w), 0);
	world_let_go(w, true);
	assert_int_equal(w->f.ended, 1);
	assert_int_equal(get_with_cookie(w), 20);
}

static void test_an_end_that_is_rolled_back_signs_nobody_out(void **state)
{
	struct world *w = *state;
	sign_in(w);
	w->is_slow = true;
	assert_int_equal(post_with_cookie(w, END), 0);
	world_let_go(w, false);
	assert_int_equal(w->f.ended, 0);
	assert_int_equal(get_with_cookie(w), 0);
}

static void test_nothing_is_done_any_more_where_the_server_has_gone(void **state)
{
	struct world *w = *state;
	sign_in(w);
	w->is_slow = true;
	assert_int_equal(post_with_cookie(w, END), 0);
	assert_non_null(w->held.first);
	api_free(&w->api);
	assert_null(w->held.first);
	assert_int_equal(w->f.ended, 0);
}

static void test_a_login_that_ended_before_its_end_was_on_disk_takes_no_other_along(void **state)
{
	struct world *w = *state;
	sign_in(w);
	w->is_slow = true;
	assert_int_equal(post_with_cookie(w, END), 0);
	assert_int_equal(post_with_cookie(w, END), 0); /* from a second connection */
	login_end_user(w->f.table, w->ana);
	sign_in(w);
	world_let_go(w, true);
	assert_int_equal(w->f.ended, 1);
	assert_int_equal(get_with_cookie(w), 0);
}

static void test_a_start_counts_for_its_login_when_it_is_on_disk(void **state)
{
	struct world *w = *state;
	sign_in(w);
	w->is_slow = true;
	assert_int_equal(post_with_cookie(w, START("\"smssession\"")), 0);
	assert_false(login_person(w->f.table, w->ana, STR_NONE).is_there);
	world_let_go(w, false);
	assert_false(login_person(w->f.table, w->ana, STR_NONE).is_there);
	/* An end and another login's start, on disk together, count in their order. */
	assert_int_equal(post_with_cookie(w, END), 0);
	sign_in(w);
	assert_int_equal(post_with_cookie(w, START("\"smssession\"")), 0);
	world_let_go(w, true);
	assert_true(login_person(w->f.table, w->ana, STR_NONE).is_there);
}

static void test_end_logs_out_and_ends_the_login(void **state)
{
	struct world *w = *state;
	sign_in(w);
	assert_int_equal(
		world_send(w, with_cookie(w, HTTP_POST, "/me", START("\"smssession\""))), 0);
	w->apply_err = ERR_STORE;
	assert_int_equal(
		world_send(w, with_cookie(w, HTTP_POST, "/me", OP("EndContactCenterSession") "}")),
		4);
	w->apply_err = OK;
	assert_int_equal(world_send(w, with_cookie(w, HTTP_GET, "/me", NULL)), 0);
	assert_int_equal(
		world_send(w, with_cookie(w, HTTP_POST, "/me", OP("EndContactCenterSession") "}")),
		0);
	assert_int_equal(w->lsn, w->f.core->lsn);
	assert_int_equal(w->ana->agent.state, AGENT_LOGGED_OUT);
	assert_int_equal(w->f.ended, 1);
	assert_int_equal(world_send(w, with_cookie(w, HTTP_GET, "/me", NULL)), 20);
	assert_int_equal(world_get(w, "ana", "/me"), 0);
}

static void test_ready_and_not_ready_on_the_channel_and_on_all(void **state)
{
	struct world *w = *state;
	static const char *const paths[] = {"/me", "/me/channels/smssession"};
	world_start(w, w->ana, false);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
			world_post(w, "ana", paths[i], OP("Ready") ",\"workmode\":\"AutoIn\"}"), 0);
		assert_int_equal(w->ana->agent.state, AGENT_READY);
		assert_int_equal(world_post(w, "ana", paths[i], OP("NotReady") "}"), 0);
		assert_int_equal(w->ana->agent.state, AGENT_NOT_READY);
	}
}

/* --- sessions --------------------------------------------------------------------------------- */

#define SESSION "/me/smssessions/{S}"
#define ACCEPT  OP("Accept") "}"

/* A session offered to ana. */
static struct session *offered(struct world *w)
{
	world_start(w, w->ana, true);
	struct session *session = world_text(w, "+4915112345", "hello");
	assert_int_equal(session_party(session, w->ana)->b.state, PARTY_INVITED);
	return session;
}

static struct session *accepted(struct world *w)
{
	struct session *session = offered(w);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL, ACCEPT), 0);
	return session;
}

/* --- pages of one's sessions ------------------------------------------------------------------------ */

static struct str cursor_of(struct world *w)
{
	const char *at = strstr(w->body.at, "\"cursor\":\"");
	if (!at)
		return STR_NONE;
	at += strlen("\"cursor\":\"");
	return arena_copy(&w->f.arena, str_from(at, strcspn(at, "\"")));
}

/* The nth to come has that phone; they are offered to ana at once. */
static struct session *nth_session(struct world *w, unsigned nth)
{
	return world_text(w, arena_printf(&w->f.arena, "+4915112340%u", nth).at, "hello");
}

static int page(struct world *w, const char *who, const char *query, struct str cursor)
{
	return world_get(w, who,
		arena_printf(&w->f.arena, "/me/smssessions?%s&cursor=%.*s", query, STR_ARGS(cursor))
			.at);
}

static bool lists(struct world *w, const struct session *session)
{
	return world_says(w, arena_copy(&w->f.arena, session->b.id).at);
}

static void test_sessions_come_in_pages_as_they_came(void **state)
{
	struct world *w = *state;
	struct session *sessions[3];
	world_start(w, w->ana, true);
	for (unsigned i = 0; i < 3; i++)
		sessions[i] = nth_session(w, i);
	struct str cursor = STR_NONE;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(page(w, "ana", "limit=1", cursor), 0);
		for (unsigned k = 0; k < 3; k++)
			assert_int_equal(lists(w, sessions[k]), k == i);
		cursor = cursor_of(w);
		assert_int_equal(cursor.len > 0, i < 2);
	}
	assert_int_equal(page(w, "ana", "limit=3", STR_NONE), 0);
	assert_false(cursor_of(w).len);
	assert_int_equal(world_get(w, "ana", "/me/smssessions"), 0);
	assert_true(lists(w, sessions[0]) && lists(w, sessions[2]) && !cursor_of(w).len);
}

static void test_a_page_goes_on_where_one_has_ended_meanwhile(void **state)
{
	struct world *w = *state;
	struct session *sessions[3];
	world_start(w, w->ana, true);
	for (unsigned i = 0; i < 3; i++)
		sessions[i] = nth_session(w, i);
	assert_int_equal(page(w, "ana", "fields=*&limit=1", STR_NONE), 0);
	struct str cursor = cursor_of(w);
	assert_int_equal(world_post_at(w, "ana", SESSION, sessions[0], NULL, ACCEPT), 0);
	world_do(w,
		(struct command) {.kind = CMD_COMPLETE, .caller = w->ana, .session = sessions[0]});
	assert_int_equal(page(w, "ana", "fields=*&limit=1", cursor), 0);
	assert_true(lists(w, sessions[1]) && !lists(w, sessions[2]));
	cursor = cursor_of(w);
	assert_int_equal(page(w, "ana", "fields=*&limit=1", cursor), 0);
	assert_true(lists(w, sessions[2]) && !lists(w, sessions[1]));
}

static void test_pages_have_bounds_and_a_cursor_is_its_callers_and_its_lists(void **state)
{
	struct world *w = *state;
	static const char *const bad[] = {"limit=0", "limit=501", "limit=-1", "limit=x"};
	world_start(w, w->ana, true);
	world_start(w, w->ben, false);
	nth_session(w, 0);
	nth_session(w, 1);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(page(w, "ana", bad[i], STR_NONE), 10);
	for (unsigned limit = 499; limit <= 500; limit++)
		assert_int_equal(
			page(w, "ana", arena_printf(&w->f.arena, "limit=%u", limit).at, STR_NONE),
			0);
	assert_int_equal(page(w, "ana", "limit=1", STR("x")), 10);
	assert_int_equal(page(w, "ana", "limit=1", STR_NONE), 0);
	struct str cursor = cursor_of(w);
	assert_int_equal(page(w, "ana", "limit=500", cursor), 0);
	assert_int_equal(page(w, "ben", "limit=1", cursor), 10);
	assert_int_equal(page(w, "ana", "fields=*&limit=1", cursor), 10);
}

/* The same bytes, ETag and cursor, before and after somebody watches. */
static void test_pages_do_not_hang_on_who_watches(void **state)
{
	struct world *w = *state;
	world_start(w, w->ana, true);
	world_start(w, w->sam, false);
	struct session *session = nth_session(w, 0);
	nth_session(w, 1);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL, ACCEPT), 0);
	assert_int_equal(page(w, "ana", "fields=*&limit=1", STR_NONE), 0);
	struct str body = arena_copy(&w->f.arena, str_of(w->body.at));
	struct str headers = arena_copy(&w->f.arena, str_of(w->headers.at));
	world_do(w, (struct command) {.kind = CMD_INTRUDE,
			    .caller = w->sam,
			    .session = session,
			    .intrude = {.agent = w->ana, .mode = SUPERVISION_MONITOR}});
	world_do(w, (struct command) {.kind = CMD_ACCEPT, .caller = w->sam, .session = session});
	assert_int_equal(page(w, "ana", "fields=*&limit=1", STR_NONE), 0);
	assert_string_equal(w->body.at, body.at);
	assert_string_equal(w->headers.at, headers.at);
	assert_int_equal(page(w, "sam", "fields=*&limit=1", STR_NONE), 0);
	assert_true(lists(w, session));
}

/* As an Invite's unknown target: looked up among the parameters, whatever the state. */
static void test_an_unknown_queue_comes_before_the_state(void **state)
{
	struct world *w = *state;
	struct session *session = offered(w);
	unsigned before = w->applied;
	assert_int_equal(world_post_at(w, "ana", SESSION, session, w->ben,
				 OP("Invite") ",\"targetPath\":\"/users/nobody\"}"),
		6);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL,
				 OP("Complete") ",\"queueName\":\"nowhere\"}"),
		6);
	assert_int_equal(w->status, 404);
	assert_int_equal(w->applied, before);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL,
				 OP("Complete") ",\"queueName\":\"sales\"}"),
		2);
	assert_int_equal(w->applied, before + 1);
}

static void test_a_session_of_others_is_the_same_bytes_as_none(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	static const char *const paths[] = {SESSION, SESSION "/messages"};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(world_get_at(w, "ben", paths[i], session, NULL), 6);
		struct str theirs = arena_copy(&w->f.arena, str_of(w->body.at));
		struct str headers = arena_copy(&w->f.arena, str_of(w->headers.at));
		assert_int_equal(
			world_get(w, "ben",
				i ? "/me/smssessions/none/messages" : "/me/smssessions/none"),
			6);
		assert_true(str_is(theirs, w->body.at));
		assert_true(str_is(headers, w->headers.at));
	}
	unsigned before = w->applied;
	assert_int_equal(world_post_at(w, "ben", SESSION, session, NULL, OP("Leave") "}"), 6);
	assert_int_equal(world_post_at(w, "sam", SESSION, session, NULL, OP("Leave") "}"), 6);
	assert_int_equal(w->applied, before);
}

static void test_sessions_are_listed_as_uris_or_whole(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, "ana", "/me/smssessions"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"uris\":[]}");
	struct session *first = accepted(w);
	struct session *second = world_text(w, "+4915112346", "hi");
	assert_int_equal(world_get(w, "ana", "/me/smssessions"), 0);
	const char *a = strstr(w->body.at, arena_copy(&w->f.arena, first->b.id).at);
	const char *b = strstr(w->body.at, arena_copy(&w->f.arena, second->b.id).at);
	assert_true(a && b && a < b);
	assert_int_equal(world_get(w, "ana", "/me/smssessions?fields=*"), 0);
	assert_true(world_says(w, "\"smssessions\":[{"));
	assert_true(world_says(w, "\"state\":\"Chatting\""));
	assert_true(world_says(w, "\"state\":\"Invited\""));
	assert_true(world_says(w, "\"answerBefore\":\""));
	assert_int_equal(world_get_at(w, "ana", SESSION, first, NULL), 0);
	assert_true(world_says(w, "\"smssession\":{"));
	assert_true(world_says(w, "\"capabilities\":["));
	assert_int_equal(w->lsn, w->ana->seen_lsn);
}

static void test_who_is_invited_reads_the_session_and_no_messages(void **state)
{
	struct world *w = *state;
	struct session *session = offered(w);
	assert_int_equal(world_get_at(w, "ana", SESSION, session, NULL), 0);
	assert_true(world_says(w, "\"participants\":[]"));
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 2);
	assert_int_equal(w->status, 400);
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages?count=x", session, NULL), 10);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL, ACCEPT), 0);
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	assert_true(world_says(w, "\"text\":\"hello\""));
}

static void erase(struct world *w, const struct message *message)
{
	struct buf image = {0};
	const struct body_message body = message_body(message);
	body_pack(BODY_message, &image, &body);
	const struct body_erasure erasure = {1, EV_MESSAGE_ADDED, buf_str(&image)};
	world_do(w, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &erasure});
	buf_free(&image);
}

static void test_an_erased_entry_is_read_as_erased(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	const struct message *hello = session->messages[1];
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	assert_true(world_says(w, "\"index\":2,\"type\":\"Text\",\"text\":\"hello\",\"from\""));
	erase(w, hello);
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	assert_true(world_says(
		w, "\"index\":2,\"type\":\"Text\",\"text\":\"\",\"erased\":true,\"from\""));
}

static void test_messages_are_cut_to_start_and_count(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	static const struct {
		const char *query;
		int code;
		int first, entries; /* first index; how many */
	} rows[] = {
		{"", 0, 1, 3}, /* customer joined, hello, ana joined */
		{"?startIndex=0", 0, 1, 3},
		{"?startIndex=1", 0, 1, 3},
		{"?startIndex=3", 0, 3, 1},
		{"?startIndex=4", 0, 0, 0},
		{"?startIndex=18446744073709551615", 0, 0, 0},
		{"?startIndex=18446744073709551616", 10, 0, 0},
		{"?startIndex=-1", 10, 0, 0},
		{"?startIndex=", 10, 0, 0},
		{"?startIndex=1.5", 10, 0, 0},
		{"?count=0", 0, 0, 0},
		{"?count=1", 0, 1, 1},
		{"?count=3", 0, 1, 3},
		{"?count=4", 0, 1, 3},
		{"?count=-1", 10, 0, 0},
		{"?count=499", 0, 1, 3},
		{"?count=500&startIndex=2", 0, 2, 2}, /* the largest page */
		{"?count=501", 10, 0, 0},
		{"?count=18446744073709551615&startIndex=2", 10, 0, 0},
		{"?startIndex=2&count=1&unknown=x", 0, 2, 1},
		{"?last=1", 0, 3, 1},
		{"?last=2", 0, 2, 2},
		{"?last=3", 0, 1, 3},
		{"?last=4", 0, 1, 3},
		{"?last=499", 0, 1, 3},
		{"?last=500", 0, 1, 3}, /* the largest page */
		{"?last=501", 10, 0, 0},
		{"?last=0", 10, 0, 0},
		{"?last=x", 10, 0, 0},
		{"?last=2&count=1", 10, 0, 0}, /* which end? */
		{"?last=2&startIndex=1", 10, 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str path = arena_printf(&w->f.arena, SESSION "/messages%s", rows[i].query);
		int code = world_get_at(w, "ana", path.at, session, NULL);
		if (code != rows[i].code)
			fail_msg("%s: %s", rows[i].query, w->body.at);
		if (code != 0)
			continue;
		json_t *answered = json_read(str_of(w->body.at));
		json_t *messages = json_object_get(answered, "messages");
		json_t *index = json_object_get(json_array_get(messages, 0), "index");
		if (json_array_size(messages) != (size_t)rows[i].entries ||
			json_integer_value(index) != rows[i].first)
			fail_msg("%s: %s", rows[i].query, w->body.at);
		json_decref(answered);
	}
}

/* --- what is long --------------------------------------------------------------------------------- */

/* A text of 4,096 characters of which JSON makes six bytes each. */
static struct str heavy_text(struct world *w)
{
	struct buf text = {0};
	for (int i = 0; i < TEXT_CHARS_MAX; i++)
		buf_put_byte(&text, '\x01');
	struct str kept = arena_copy(&w->f.arena, buf_str(&text));
	buf_free(&text);
	return kept;
}

static void ana_says(struct world *w, struct session *session, struct str text)
{
	fixture_apply(&w->f, &(struct command) {.kind = CMD_SEND_MESSAGE,
				     .caller = w->ana,
				     .session = session,
				     .send.text = text});
}

/* The indexes told in the body, which must be first..last without a gap. */
static void assert_indexes(const struct world *w, int first, int last)
{
	json_t *answered = json_loads(w->body.at, 0, NULL), *message;
	size_t i;
	assert_int_equal(json_integer_value(json_object_get(answered, "statusCode")), 0);
	json_array_foreach(json_object_get(answered, "messages"), i, message)
		assert_int_equal(json_integer_value(json_object_get(message, "index")), first++);
	assert_int_equal(first - 1, last);
	json_decref(answered);
}

/* An entry of 4,096 escaped characters with what is around it. */
#define HEAVY_ENTRY_MAX (25 * 1024)

static void test_a_heavy_transcript_is_made_in_slices(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str heavy = heavy_text(w), path = world_path(w, SESSION "/messages", session, NULL);
	for (int i = 0; i < 40; i++) /* a megabyte */
		ana_says(w, session, heavy);
	assert_int_equal(world_get(w, "ana", path.at), 0);
	assert_int_equal(w->pieces, 1);
	ana_says(w, session, STR("later")); /* its last index was fixed when it began */
	world_read_on(w);
	assert_indexes(w, 1, 43);
	assert_true(w->body.len > 40 * 6 * TEXT_CHARS_MAX);
	assert_true(w->largest_piece < VIEW_SLICE_BYTES + HEAVY_ENTRY_MAX);
	assert_in_range(w->pieces, 10, 16);
	assert_null(w->api->long_answers);
	assert_null(session_rare(session)->readings);
	/* A page is no other: what fits in a slice is one. */
	struct str page = arena_printf(&w->f.arena, "%.*s?startIndex=4&count=2", STR_ARGS(path));
	assert_int_equal(world_get(w, "ana", page.at), 0);
	assert_int_equal(w->pieces, 0);
	assert_indexes(w, 4, 5);
}

static void test_a_slice_has_so_many_entries(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str path = world_path(w, SESSION "/messages", session, NULL);
	while (session->message_count < VIEW_SLICE_MAX - 1)
		ana_says(w, session, STR("x"));
	for (int over = -1; over <= 1; over++) {
		assert_int_equal(world_get(w, "ana", path.at), 0);
		assert_int_equal(w->pieces, over > 0 ? 1 : 0);
		if (over > 0)
			world_read_on(w);
		assert_indexes(w, 1, VIEW_SLICE_MAX + over);
		ana_says(w, session, STR("x"));
	}
}

/* So many bytes of JSON, in fewer characters. */
static struct str text_of_bytes(struct world *w, size_t bytes)
{
	struct buf text = {0};
	for (; bytes >= 6; bytes -= 6)
		buf_put_byte(&text, '\x01');
	for (; bytes; bytes--)
		buf_put_byte(&text, 'x');
	struct str kept = arena_copy(&w->f.arena, buf_str(&text));
	buf_free(&text);
	return kept;
}

static void test_a_slice_begins_no_entry_once_it_has_its_bytes(void **state)
{
	struct world *w = *state;
	struct str heavy = heavy_text(w);
	world_start(w, w->ana, true);
	for (int over = -1; over <= 1; over++) {
		struct session *session =
			world_text(w, arena_printf(&w->f.arena, "+1555%d", over + 1).at, "hello");
		world_do(w, (struct command) {
				    .kind = CMD_ACCEPT, .caller = w->ana, .session = session});
		const struct viewer *ana = session_reader(session, w->ana);
		ana_says(w, session, heavy); /* 4 */
		ana_says(w, session, heavy);
		size_t others = 3 * VIEW_ENTRY_BYTES + 2 * json_string_size(heavy);
		size_t wanted = (size_t)(VIEW_SLICE_BYTES + over) - others - strlen("\"\"");
		ana_says(w, session, text_of_bytes(w, wanted)); /* 6 */
		ana_says(w, session, STR("next"));
		struct view view = {w->f.core, STR(EXTERNAL_URL)};
		struct view_stretch stretch = {4, 7, 0};
		struct buf out = {0};
		assert_int_equal(view_slice_last(ana, &stretch), over < 0 ? 7 : 6);
		view_entries(&out, &view, ana, &stretch);
		assert_int_equal(stretch.next, over < 0 ? 8 : 7);
		buf_free(&out);
	}
}

static void test_each_slice_waits_for_what_its_reader_may_know_of(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str heavy = heavy_text(w);
	for (int i = 0; i < 10; i++)
		ana_says(w, session, heavy);
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	assert_int_equal(w->lsn, w->ana->seen_lsn);
	ana_says(w, session, STR("later"));
	uint64_t seen = w->ana->seen_lsn;
	world_start(w, w->ben, false); /* which ana may not know of */
	api_more(w->api, w->ref);
	assert_true(seen < w->f.core->lsn);
	assert_in_range(w->lsn, seen, w->f.core->lsn - 1);
	world_read_on(w);
}

/* A receipt that comes when the reader is in the session no longer is told of by the slice alone. */
static void test_a_slice_waits_for_the_states_that_it_shows(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str heavy = heavy_text(w);
	for (int i = 0; i < 10; i++)
		ana_says(w, session, heavy);
	ana_says(w, session, STR("last"));
	struct outbound *last = session->messages[session->message_count - 1]->outbound;
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	world_do(w, (struct command) {.kind = CMD_COMPLETE, .caller = w->ana, .session = session});
	world_do(w, (struct command) {.kind = CMD_SMS_ANSWERED,
			    .answer = {.place = {last, 1, 1},
				    .delivery = DELIVERY_SENT,
				    .smsc_id = STR("7")}});
	assert_true(w->ana->seen_lsn < w->f.core->lsn);
	world_read_on(w);
	assert_true(world_says(w, "\"deliveryState\":\"sent\""));
	assert_int_equal(w->lsn, last->last_lsn);
}

/* ... and also where all of it is one slice, and the session is over. */
static void test_states_of_an_ended_session_are_told_once_on_disk(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	ana_says(w, session, STR("last"));
	struct outbound *last = session->messages[session->message_count - 1]->outbound;
	world_do(w, (struct command) {.kind = CMD_COMPLETE, .caller = w->ana, .session = session});
	world_do(w, (struct command) {.kind = CMD_SMS_ANSWERED,
			    .answer = {.place = {last, 1, 1},
				    .delivery = DELIVERY_SENT,
				    .smsc_id = STR("7")}});
	assert_true(w->ana->seen_lsn < last->last_lsn);
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	assert_true(world_says(w, "\"deliveryState\":\"sent\""));
	assert_int_equal(w->lsn, last->last_lsn);
}

/* Nobody is told of it, so nobody's own notifications say how far the disk must be. */
static void test_what_administrators_declare_is_read_and_refused_once_on_disk(void **state)
{
	struct world *w = *state;
	struct body_assignment czech = {
		.user = w->ana->b.id, .kind = ASSIGNED_SKILL, .thing = STR("czech"), .held = 1};
	world_do(w, (struct command) {.kind = CMD_ASSIGN, .assignment = &czech});
	uint64_t declared = w->f.core->lsn;
	assert_true(w->ben->seen_lsn < declared);
	assert_int_equal(world_get(w, "ben", "/skills"), 0);
	assert_true(world_says(w, "czech"));
	assert_int_equal(w->lsn, declared);
	assert_true(world_get(w, "ben", "/skills/klingon") != 0);
	assert_int_equal(w->lsn, declared);
	world_start(w, w->ana, false); /* which is no matter of ben's */
	assert_int_equal(world_get(w, "ben", "/skills"), 0);
	assert_int_equal(w->lsn, declared);
}

static void test_a_session_that_is_read_is_read_to_its_end(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str heavy = heavy_text(w);
	for (int i = 0; i < 10; i++)
		ana_says(w, session, heavy);
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	assert_int_equal(w->pieces, 1);
	world_do(w, (struct command) {.kind = CMD_COMPLETE, .caller = w->ana, .session = session});
	core_forget(w->f.core, w->f.core->lsn, CORE_FORGET_ALL);
	world_read_on(w);
	assert_indexes(w, 1, 13);
	core_forget(w->f.core, w->f.core->lsn, CORE_FORGET_ALL);
	assert_null(w->f.core->ended);
}

static void test_who_goes_reads_no_more_and_what_cannot_go_on_is_cut(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str heavy = heavy_text(w);
	for (int i = 0; i < 10; i++)
		ana_says(w, session, heavy);
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	assert_non_null(session_rare(session)->readings);
	api_gone(w->api, (struct http_ref) {w->ref.slot, w->ref.generation + 1}); /* another's */
	assert_non_null(session_rare(session)->readings);
	api_gone(w->api, w->ref);
	api_gone(w->api, w->ref);
	assert_null(session_rare(session)->readings);
	assert_null(w->api->long_answers);
	/* The core was made anew, and the session had ended. */
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
	struct core *core = w->f.core;
	w->f.core = w->port.core = core_new();
	api_more(w->api, w->ref);
	assert_true(w->is_cut);
	assert_null(w->api->long_answers);
	core_free(&w->f.core);
	w->f.core = w->port.core = core;
	/* The api goes in the middle. */
	assert_int_equal(world_get_at(w, "ana", SESSION "/messages", session, NULL), 0);
}

static void test_lists_of_sessions_are_made_in_slices(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *who, *path, *array;
		bool is_nested;
	} rows[] = {
		{"ana", "/me/smssessions?fields=*", "smssessions", false},
		{"ana", "/me/smssessions", "uris", false},
		{"ana", "/me?subresources=*", "smssessions", true},
		{"ana", "/users/ana?subresources=smssessions", "smssessions", true},
		{"sue", "/users/ana?subresources=smssessions", "smssessions", true},
	};
	w->f.core->centre.capacity = 2 * VIEW_SLICE_MAX;
	world_start(w, w->ana, true);
	unsigned count = 0;
	for (int over = -1; over <= 1; over++) {
		while (count < (unsigned)(VIEW_SLICE_MAX + over)) {
			const char *phone = arena_printf(&w->f.arena, "+1555%04u", count++).at;
			struct session *session = world_text(w, phone, "hello");
			world_do(w,
				(struct command) {
					.kind = CMD_ACCEPT, .caller = w->ana, .session = session});
		}
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			assert_int_equal(world_get(w, rows[i].who, rows[i].path), 0);
			if (w->pieces)
				world_read_on(w);
			json_t *answered = json_loads(w->body.at, 0, NULL), *at = answered;
			assert_non_null(answered);
			if (rows[i].is_nested)
				at = json_object_get(answered, "user");
			assert_int_equal(
				json_array_size(json_object_get(at, rows[i].array)), count);
			assert_true(w->largest_piece < VIEW_SLICE_BYTES + HEAVY_ENTRY_MAX);
			json_decref(answered);
		}
	}
	/* What ends meanwhile is shown no longer. */
	assert_int_equal(world_get(w, "sue", rows[4].path), 0);
	assert_int_equal(w->pieces, 1);
	world_do(w, (struct command) {.kind = CMD_COMPLETE,
			    .caller = w->ana,
			    .session = user_newest_party(w->ana)->session});
	world_read_on(w);
	assert_true(w->sue->seen_lsn < w->ana->seen_lsn);
	assert_int_equal(w->lsn, w->ana->seen_lsn);
	json_t *answered = json_loads(w->body.at, 0, NULL);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(answered, "user"), "smssessions")),
		count - 1);
	json_decref(answered);
}

/* Where it is read from is for its end alone to say: others, who watched it, may keep it here longer. */
static void test_what_is_over_is_read_from_the_core_for_a_while_alone(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str path = world_path(w, SESSION, session, NULL);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL, OP("Complete") "}"), 0);
	msec left = session->b.ended + CORE_ENDED_KEPT_MS - net_now(w->f.net);
	core_forget(w->f.core, w->f.core->lsn, net_now(w->f.net) + left - 1);
	fixture_pass(&w->f, left - 1);
	assert_int_equal(world_get(w, "ana", path.at), 0);
	fixture_pass(&w->f, 1);
	assert_non_null(core_session(w->f.core, session->b.id));
	assert_int_equal(world_get(w, "ana", path.at), 6); /* here are no tables */
}

/* Nobody told who left before that it ended. */
static void test_that_it_is_over_is_read_once_that_is_on_disk(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	world_start(w, w->ben, true);
	world_do(w, (struct command) {.kind = CMD_INVITE,
			    .caller = w->ana,
			    .session = session,
			    .target = {.user = w->ben}});
	world_do(w, (struct command) {.kind = CMD_ACCEPT, .caller = w->ben, .session = session});
	world_do(w, (struct command) {.kind = CMD_LEAVE, .caller = w->ana, .session = session});
	world_do(w, (struct command) {.kind = CMD_COMPLETE, .caller = w->ben, .session = session});
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_true(w->ana->seen_lsn < session->last_lsn);
	assert_int_equal(world_get_at(w, "ana", SESSION, session, NULL), 0);
	assert_int_equal(w->lsn, session->last_lsn);
}

/* sessions.readable-for, to the millisecond; the very bytes that were read before, but for what it was then. */
static void test_what_is_over_is_read_for_a_while_and_then_gone(void **state)
{
	struct world *w = *state;
	struct session *session = accepted(w);
	struct str path = world_path(w, SESSION, session, NULL);
	struct str messages = world_path(w, SESSION "/messages", session, NULL);
	assert_int_equal(world_get(w, "ana", messages.at), 0);
	struct str before = arena_copy(&w->f.arena, buf_str(&w->body));
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL, OP("Complete") "}"), 0);
	assert_int_equal(world_get(w, "ana", path.at), 0);
	assert_non_null(strstr(w->body.at, "{\"state\":\"Completed\",\"participants\":[],"));
	assert_int_equal(world_get(w, "ana", messages.at), 0);
	assert_true(strncmp(w->body.at, before.at, strlen(before.at) - strlen("]}")) == 0);
	assert_int_equal(world_get(w, "ben", path.at), 6);
	assert_int_equal(world_get(w, "sam", messages.at), 6);
	/* As long as it is in the core: here are no tables. */
	w->f.core->settings[SETTING_READABLE_FOR] = CORE_ENDED_KEPT_MS / 2;
	msec left = session->b.ended + CORE_ENDED_KEPT_MS / 2 - net_now(w->f.net);
	fixture_pass(&w->f, left - 1);
	assert_int_equal(world_get(w, "ana", path.at), 0);
	fixture_pass(&w->f, 1);
	assert_int_equal(world_get(w, "ana", path.at), 6);
	assert_int_equal(world_get(w, "ana", messages.at), 6);
	assert_int_equal(world_post(w, "ana", path.at, OP("Leave") "}"), 6);
	assert_int_equal(world_get(w, "ana", "/me/smssessions"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"uris\":[]}");
}

static void test_each_operation_reaches_the_core_with_its_parameters(void **state)
{
	struct world *w = *state;
	struct session *session = offered(w);
	world_start(w, w->ben, false);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL,
				 OP("Accept") ",\"nickname\":\"Anna\"}"),
		0);
	assert_true(str_is(session_party(session, w->ana)->b.nickname, "Anna"));
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL,
				 OP("SendMessage") ",\"text\":\"What is it?\"}"),
		0);
	assert_true(str_is(
		message_body(session->messages[session->message_count - 1]).text, "What is it?"));
	assert_int_equal(world_post_at(w, "ana", SESSION, session, w->ben,
				 OP("Invite") ",\"targetPath\":\"/users/ben\"}"),
		0);
	assert_int_equal(session_party(session, w->ben)->b.state, PARTY_INVITED);
	assert_int_equal(world_post_at(w, "ben", SESSION, session, NULL, OP("Reject") "}"), 0);
	assert_null(session_party(session, w->ben));
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL,
				 OP("Complete") ",\"queueName\":\"nowhere\"}"),
		6);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL,
				 OP("Complete") ",\"queueName\":\"sales\"}"),
		0);
	assert_int_equal(session->b.state, SESSION_QUEUED);
}

/* --- others, and supervision ------------------------------------------------------------------ */

static void test_a_supervisor_reads_the_sessions_that_an_agent_handles(void **state)
{
	struct world *w = *state;
	struct session *handled = accepted(w);
	struct session *invited = world_text(w, "+4915112346", "hi");
	assert_int_equal(world_get(w, "sam", "/users/ana?subresources=smssessions"), 0);
	assert_true(world_says(w, arena_copy(&w->f.arena, handled->b.id).at));
	assert_false(world_says(w, arena_copy(&w->f.arena, invited->b.id).at));
	assert_int_equal(w->lsn, w->ana->seen_lsn); /* newer than what sam has seen */
	assert_true(w->lsn > w->sam->seen_lsn);
	assert_int_equal(world_get_at(w, "ben", "/users/{U}", NULL, w->ana), 0);
	assert_true(world_says(w, "\"userName\":\"ana\""));
	assert_int_equal(w->lsn, core_user_seen(w->f.core, w->ben));
	assert_int_equal(world_get(w, "ben", "/users/ana?subresources=*"), 0);
	assert_false(world_says(w, "smssessions"));
	assert_int_equal(
		world_get(w, "ana", "/users/ana?subresources=smssessions"), 0); /* one's own */
	assert_true(world_says(w, arena_copy(&w->f.arena, invited->b.id).at));
}

static void test_watched_sessions_are_not_listed_as_handled(void **state)
{
	struct world *w = *state;
	world_start(w, w->sue, false);
	assert_int_equal(world_post(w, "sue", MONITOR_OF("ana"), OP("Monitor") "}"), 0);
	struct session *session = accepted(w);
	assert_int_equal(world_post_at(w, "sue", SESSION, session, NULL, ACCEPT), 0);
	assert_int_equal(world_get_at(w, "sue", SESSION "/messages", session, NULL), 0);
	assert_int_equal(world_post_at(w, "sue", SESSION, session, NULL, OP("SendMessage") "}"), 3);
	assert_int_equal(world_get(w, "sam", "/users/sue?subresources=smssessions"), 0);
	assert_true(world_says(w, "\"smssessions\":[]"));
}

static void test_monitor_takes_its_documented_forms(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *body;
		enum monitor_mode mode;
		const char *nickname;
	} rows[] = {
		{"{\n    \"operationName\": \"Monitor\",\n    \"supervisorMonitoringMode\": "
		 "\"NextChat\"\n}",
			MONITOR_NEXT, "sam"},
		{OP("Monitor") "}", MONITOR_ALL, "sam"},
		{OP("Monitor") ",\"supervisorMonitoringMode\":\"AllChats\",\"nickname\":\"Sammy\","
			       "\"x\":[1]}",
			MONITOR_ALL, "Sammy"},
		{OP("Monitor") ",\"nickname\":\"\"}", MONITOR_ALL, "sam"},
	};
	world_start(w, w->sam, false);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
			world_post_at(w, "sam", MONITOR_OF("{U}"), NULL, w->ana, rows[i].body), 0);
		assert_string_equal(w->body.at, "{\"statusCode\":0}");
		assert_non_null(w->sam->orders);
		assert_int_equal(w->sam->orders->b.mode, rows[i].mode);
		bool is_default = strcmp(rows[i].nickname, "sam") == 0;
		assert_true(str_is(w->sam->orders->b.nickname, rows[i].nickname) ||
			    (is_default && w->sam->orders->b.nickname.len == 0));
	}
	assert_int_equal(
		world_post(w, "sam", MONITOR_OF("ana"), OP("CancelSupervisorMonitoring") "}"), 0);
	assert_null(w->sam->orders);
}

static void test_a_supervisor_reads_the_own_supervision_and_nobody_elses(void **state)
{
	struct world *w = *state;
	world_start(w, w->sam, false);
	world_start(w, w->sue, false);
	assert_int_equal(world_get(w, "ana", "/me/supervision"), 5);
	assert_int_equal(world_get(w, "sam", "/me/supervision"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"supervision\":{\"orders\":[],"
					"\"hands\":[],\"participations\":[]}}");
	assert_int_equal(world_post(w, "sam", MONITOR_OF("ana"),
				 OP("Coach") ",\"supervisorMonitoringMode\":\"NextChat\","
					     "\"nickname\":\"Sammy\"}"),
		0);
	assert_int_equal(world_get(w, "sam", "/me/supervision"), 0);
	assert_int_equal(w->lsn, w->sam->seen_lsn);
	assert_true(world_says(w, "\"supervisorVisibilityMode\":\"Coach\","
				  "\"supervisorMonitoringMode\":\"NextChat\","));
	assert_true(world_says(
		w, "\"nickname\":\"Sammy\",\"active\":true}],\"hands\":[],\"participations\":[]"));
	struct session *session = accepted(w);
	assert_int_equal(world_get(w, "sam", "/me/supervision"), 0);
	assert_true(world_says(w,
		"\"orders\":[],\"hands\":[],\"participations\":[{\"state\":\"Invited\","
		"\"supervisorVisibilityMode\":\"Coach\","));
	assert_true(world_says(w, arena_copy(&w->f.arena, session->b.id).at));
	assert_true(world_says(w, arena_copy(&w->f.arena, w->ana->b.id).at));
	assert_int_equal(world_get(w, "sue", "/me/supervision"), 0);
	assert_true(world_says(w, "{\"orders\":[],\"hands\":[],\"participations\":[]}"));
}

static void test_a_supervisor_reads_raised_hands_and_their_agent_the_own_one(void **state)
{
	struct world *w = *state;
	world_start(w, w->sam, false);
	struct session *session = accepted(w);
	assert_int_equal(world_post_at(w, "ana", SESSION, session, NULL,
				 OP("RaiseHand") ",\"reason\":\"price\",\"comment\":\"May I?\"}"),
		0);
	assert_int_equal(world_get(w, "sam", "/me/supervision"), 0);
	assert_true(world_says(w, "\"reason\":\"price\",\"comment\":\"May I?\",\"raised\":true,"));
	assert_int_equal(w->lsn, w->sam->seen_lsn);
	assert_int_equal(world_get(w, "ana", "/me/smssessions?fields=*"), 0);
	assert_true(world_says(w, "\"hand\":{\"raisedDate\":"));
	assert_int_equal(
		world_post_at(w, "ana", SESSION, session, NULL, OP("WithdrawHand") "}"), 0);
	assert_int_equal(world_get(w, "sam", "/me/supervision"), 0);
	assert_true(world_says(w, "\"hands\":[]"));
}

/* --- the table -------------------------------------------------------------------------------- */

static void test_every_operation_is_reached_by_its_name_alone(void **state)
{
	const struct operation *operation;
	for (size_t i = 0; (operation = route_operation_at(i)); i++) {
		const struct resource *resource = route_resource((size_t)operation->resource);
		assert_ptr_equal(route_operation(resource, str_of(operation->name)), operation);
		assert_true(route_has_operations(resource));
		assert_null(route_operation(
			resource, str_from(operation->name, strlen(operation->name) - 1)));
	}
}

/* Beside the arguments of what is done in a session. */
static bool is_parting(const struct param *param)
{
	const size_t at = offsetof(struct command, parting);
	return param->field >= at && param->field < at + sizeof(struct command_parting);
}

/* Or it would overwrite whose command it is, or be lost. */
static void test_every_parameter_is_one_of_the_arguments_of_its_command(void **state)
{
	const struct operation *operation;
	for (size_t i = 0; (operation = route_operation_at(i)); i++) {
		size_t first = arguments[operation->command].at;
		size_t end = first + arguments[operation->command].size;
		for (const struct param *p = operation->params; p->type != PARAM_END; p++)
			if (p->type != PARAM_LIST && (p->field < first || p->field >= end) &&
				!is_parting(p))
				fail_msg("%s: %s", operation->name, p->names);
	}
}

static void test_every_path_leads_to_its_own_resource(void **state)
{
	const struct resource *resource;
	for (size_t i = 0; (resource = route_resource(i)); i++) {
		struct route_ids ids;
		assert_ptr_equal(route_find(str_of(resource->path), &ids), resource);
		assert_int_equal(str_is(ids.id, "{id}"), strstr(resource->path, "{id}") != NULL);
		assert_int_equal(ids.session.len > 0, strstr(resource->path, "{session}") != NULL);
		assert_true(resource->read || route_has_operations(resource));
	}
}

/* --- requests that are done once -------------------------------------------------------------- */

static int post_once(struct world *w, const char *key, const char *target, const char *body)
{
	struct http_request *request = world_request(w, "ana", HTTP_POST, str_of(target), body);
	fixture_header(request, "Idempotency-Key", str_of(key));
	return world_send(w, request);
}

static struct str session_path(struct world *w, const struct session *session)
{
	return world_path(w, "/me/smssessions/{S}", session, NULL);
}

/* ana is in a session. */
static struct session *ana_answers(struct world *w)
{
	world_start(w, w->ana, true);
	struct session *session = world_text(w, "15551000001", "hello");
	world_do(w, (struct command) {.kind = CMD_ACCEPT, .caller = w->ana, .session = session});
	return session;
}

static void test_the_same_key_and_request_are_done_once(void **state)
{
	struct world *w = *state;
	struct session *session = ana_answers(w);
	const char *path = session_path(w, session).at;
	size_t before = session->message_count;
	assert_int_equal(post_once(w, "k1", path, OP("SendMessage") ",\"text\":\"yes\"}"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"referenceId\":1}");
	uint64_t lsn = w->lsn;
	unsigned applied = w->applied;
	assert_int_equal(world_post(w, "ana", path, OP("SendStartTypingNotification") "}"), 0);
	assert_int_equal(post_once(w, "k1", path, OP("SendMessage") ",\"text\":\"yes\"}"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"referenceId\":1}");
	assert_true(w->lsn >= lsn); /* it waits for what the first one waits for */
	assert_int_equal(w->applied, applied + 1);
	assert_int_equal(post_once(w, "k2", path, OP("SendMessage") ",\"text\":\"yes\"}"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"referenceId\":3}");
	assert_true(session->message_count > before);
}

static void test_a_repeat_is_answered_whatever_the_state_is_by_then(void **state)
{
	struct world *w = *state;
	struct session *session = ana_answers(w);
	const char *path = session_path(w, session).at;
	assert_int_equal(post_once(w, "k", path, OP("Complete") "}"), 0);
	core_forget(w->f.core, w->f.core->lsn, CORE_FORGET_ALL);
	assert_int_equal(world_post(w, "ana", path, OP("Complete") "}"), 6);
	assert_int_equal(post_once(w, "k", path, OP("Complete") "}"), 0);
	assert_string_equal(w->body.at, "{\"statusCode\":0,\"referenceId\":1}");
}

static void test_another_request_with_the_same_key_is_refused(void **state)
{
	struct world *w = *state;
	assert_int_equal(post_once(w, "k", "/me", START("\"voice\",\"smssession\"")), 7);
	assert_int_equal(post_once(w, "k", "/me", START("\"smssession\"")), 18);
	assert_int_equal(w->status, 409);
	assert_int_equal(post_once(w, "k", "/me?x=1", START("\"voice\",\"smssession\"")), 18);
	assert_int_equal(post_once(w, "k", "/me/channels/smssession", OP("Ready") "}"), 18);
	assert_int_equal(post_once(w, "k", "/me", START("\"voice\",\"smssession\"")), 7);
	assert_true(world_says(w, "{\"channel\":\"smssession\",\"statusCode\":0}]"));
	assert_int_equal(w->applied, 1);
}

static void test_what_failed_may_be_asked_again_with_its_key(void **state)
{
	struct world *w = *state;
	assert_int_equal(post_once(w, "k", "/me/channels/smssession", OP("Ready") "}"), 2);
	world_start(w, w->ana, false);
	assert_int_equal(post_once(w, "k", "/me/channels/smssession", OP("Ready") "}"), 0);
	assert_int_equal(w->ana->agent.state, AGENT_READY);
	/* What changes nothing leaves its key alone: a repeat waits for that. */
	assert_int_equal(post_once(w, "k2", "/me/channels/smssession", OP("Ready") "}"), 0);
	uint64_t lsn = w->f.core->lsn;
	assert_true(lsn > w->ana->seen_lsn);
	assert_int_equal(w->lsn, lsn);
	assert_int_equal(post_once(w, "k2", "/me/channels/smssession", OP("Ready") "}"), 0);
	assert_int_equal(w->lsn, lsn);
}

static void test_keys_of_any_length(void **state)
{
	struct world *w = *state;
	char key[KEY_BYTES_MAX + 2];
	memset(key, 'k', sizeof key);
	key[sizeof key - 1] = '\0'; /* one too many */
	assert_int_equal(post_once(w, "", "/me", START("\"smssession\"")), 10);
	assert_int_equal(post_once(w, key, "/me", START("\"smssession\"")), 10);
	key[KEY_BYTES_MAX] = '\0';
	assert_int_equal(post_once(w, key, "/me", START("\"smssession\"")), 0);
	assert_int_equal(post_once(w, key, "/me", OP("Ready") "}"), 18);
	key[KEY_BYTES_MAX - 1] = '\0';
	assert_int_equal(post_once(w, key, "/me", OP("Ready") "}"), 0);
}

static void test_a_repeat_of_the_end_ends_no_other_login(void **state)
{
	struct world *w = *state;
	world_start(w, w->ana, false);
	assert_int_equal(post_once(w, "k", "/me", OP("EndContactCenterSession") "}"), 0);
	assert_int_equal(world_get(w, "ana", "/me"), 0);
	const char *given = strstr(w->headers.at, "JSESSIONID=");
	assert_non_null(given);
	memcpy(w->cookie, given + strlen("JSESSIONID="), sizeof w->cookie);
	struct str cookie = str_from(w->cookie, sizeof w->cookie);
	assert_non_null(login_find_cookie(w->f.table, cookie));
	assert_int_equal(post_once(w, "k", "/me", OP("EndContactCenterSession") "}"), 0);
	assert_non_null(login_find_cookie(w->f.table, cookie));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_first_check_that_fails_answers_and_nothing_is_changed),
		TEST(test_who_goes_away_while_the_worker_hashes_changes_nothing),
		TEST(test_refusals_carry_the_headers_that_clients_need),
		TEST(test_a_page_is_asked_for_a_login_in_its_own_way),
		cmocka_unit_test(test_always200_changes_the_http_status_alone),
		TEST(test_outside_of_the_api_there_is_nothing),
		TEST(test_strangers_are_told_the_version_and_nothing_else),
		TEST(test_agents_see_who_is_ready_and_supervisors_the_work_too),
		TEST(test_the_floor_with_since_has_what_changed_after_it),
		TEST(test_the_floor_comes_in_pages),
		TEST(test_version_needs_no_login),
		TEST(test_me_gives_the_user_a_cookie_and_a_token),
		TEST(test_subresources_are_given_as_asked),
		TEST(test_channels_are_uris_or_whole),
		TEST(test_start_tells_of_each_channel_what_became_of_it),
		TEST(test_start_that_the_store_refuses_did_nothing),
		TEST(test_start_is_noted_for_the_login_that_asked),
		TEST(test_end_logs_out_and_ends_the_login),
		TEST(test_the_login_ends_when_the_end_is_on_disk),
		TEST(test_an_end_that_is_rolled_back_signs_nobody_out),
		TEST(test_nothing_is_done_any_more_where_the_server_has_gone),
		TEST(test_a_login_that_ended_before_its_end_was_on_disk_takes_no_other_along),
		TEST(test_a_start_counts_for_its_login_when_it_is_on_disk),
		TEST(test_ready_and_not_ready_on_the_channel_and_on_all),
		TEST(test_sessions_come_in_pages_as_they_came),
		TEST(test_a_page_goes_on_where_one_has_ended_meanwhile),
		TEST(test_pages_have_bounds_and_a_cursor_is_its_callers_and_its_lists),
		TEST(test_pages_do_not_hang_on_who_watches),
		TEST(test_an_unknown_queue_comes_before_the_state),
		TEST(test_a_session_of_others_is_the_same_bytes_as_none),
		TEST(test_sessions_are_listed_as_uris_or_whole),
		TEST(test_who_is_invited_reads_the_session_and_no_messages),
		TEST(test_an_erased_entry_is_read_as_erased),
		TEST(test_messages_are_cut_to_start_and_count),
		TEST(test_a_heavy_transcript_is_made_in_slices),
		TEST(test_a_slice_has_so_many_entries),
		TEST(test_a_slice_begins_no_entry_once_it_has_its_bytes),
		TEST(test_each_slice_waits_for_what_its_reader_may_know_of),
		TEST(test_a_slice_waits_for_the_states_that_it_shows),
		TEST(test_states_of_an_ended_session_are_told_once_on_disk),
		TEST(test_what_administrators_declare_is_read_and_refused_once_on_disk),
		TEST(test_a_session_that_is_read_is_read_to_its_end),
		TEST(test_who_goes_reads_no_more_and_what_cannot_go_on_is_cut),
		TEST(test_lists_of_sessions_are_made_in_slices),
		TEST(test_what_is_over_is_read_for_a_while_and_then_gone),
		TEST(test_that_it_is_over_is_read_once_that_is_on_disk),
		TEST(test_what_is_over_is_read_from_the_core_for_a_while_alone),
		TEST(test_each_operation_reaches_the_core_with_its_parameters),
		TEST(test_a_supervisor_reads_the_sessions_that_an_agent_handles),
		TEST(test_watched_sessions_are_not_listed_as_handled),
		TEST(test_monitor_takes_its_documented_forms),
		TEST(test_a_supervisor_reads_the_own_supervision_and_nobody_elses),
		TEST(test_a_supervisor_reads_raised_hands_and_their_agent_the_own_one),
		TEST(test_the_same_key_and_request_are_done_once),
		TEST(test_a_repeat_is_answered_whatever_the_state_is_by_then),
		TEST(test_another_request_with_the_same_key_is_refused),
		TEST(test_what_failed_may_be_asked_again_with_its_key),
		TEST(test_keys_of_any_length),
		TEST(test_a_repeat_of_the_end_ends_no_other_login),
		cmocka_unit_test(test_every_operation_is_reached_by_its_name_alone),
		cmocka_unit_test(test_every_parameter_is_one_of_the_arguments_of_its_command),
		cmocka_unit_test(test_every_path_leads_to_its_own_resource),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
