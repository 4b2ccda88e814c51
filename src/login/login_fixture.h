/* login_fixture.h - for tests: a small centre, requests by hand, and what login_check answered. */
#ifndef LOGIN_LOGIN_FIXTURE_H
#define LOGIN_LOGIN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdlib.h>

#include "core/command.h"
#include "login/login_table.h"
#include "net/net_sim.h"

#define FIXTURE_START  1000000
#define FIXTURE_OPS    1
#define FIXTURE_MEMORY 8192

struct answered {
	unsigned count;
	enum err err;
	struct user *user;
	struct login *login;
	bool by_basic, set_cookie;
};

struct fixture {
	struct net *net;
	struct core *core;
	struct outcome outcome;
	struct arena arena;
	struct login_table *table;
	struct answered last;
	unsigned noted; /* addresses that the core was asked to remember */
	unsigned ended;
	struct user *ended_user;
	uint32_t refs;
};

static inline void fixture_apply(struct fixture *f, const struct command *command)
{
	outcome_reset(&f->outcome);
	assert_int_equal(core_apply(f->core, command, net_now(f->net), &f->outcome), OK);
}

static inline struct user *fixture_add_user(
	struct fixture *f, const char *name, const char *password, unsigned roles, bool enabled)
{
	char hash[PASSWORD_HASH_MAX];
	assert_int_equal(password_hash(hash, str_of(password), FIXTURE_OPS, FIXTURE_MEMORY), OK);
	struct body_user body = {
		.name = str_of(name),
		.roles = roles,
		.provisioned = 1,
		.enabled = enabled,
		.password = str_of(hash),
	};
	fixture_apply(f, &(struct command) {.kind = CMD_ADD_USER, .new_user = &body});
	return core_user_by_name(f->core, str_of(name));
}

static inline void fixture_change_password(
	struct fixture *f, struct user *user, const char *password)
{
	char hash[PASSWORD_HASH_MAX];
	assert_int_equal(password_hash(hash, str_of(password), FIXTURE_OPS, FIXTURE_MEMORY), OK);
	fixture_apply(f, &(struct command) {.kind = CMD_CHANGE_PASSWORD,
				 .password = {.user = user, .hash = str_of(hash)}});
}

static inline struct core *fixture_core(struct fixture *f)
{
	static const char key[IDS_KEY_BYTES] = "0123456789abcdef0123456789abcde";
	struct body_centre centre = {
		.name = STR("demo"),
		.id_key = str_from(key, sizeof key),
		.capacity = 4,
		.state_after_login = AGENT_NOT_READY,
		.lost_after = 120000,
		.answer_timeout = 60000,
		.reject_wait = 30000,
		.idle_close = 86400000,
		.redelivery_window = 600000,
		.receipt_window = 86400000,
		.receive_window = 10,
		.multimedia = 1,
	};
	f->core = core_new();
	fixture_apply(f, &(struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &centre});
	return f->core;
}

static inline void fixture_on_end(void *ctx, struct login *login)
{
	struct fixture *f = ctx;
	f->ended++;
	f->ended_user = login->user;
}

static inline void fixture_on_address(void *ctx, struct user *user, struct str address)
{
	struct fixture *f = ctx;
	f->noted++;
	fixture_apply(f, &(struct command) {.kind = CMD_NOTE_ADDRESS,
				 .address = {.user = user, .text = address}});
	assert_int_equal(f->outcome.count, 1);
}

/* origin: a page of another site that may call; NULL: there is none. */
static inline void fixture_open_to(struct fixture *f, enum csrf_mode csrf, const char *origin)
{
	*f = (struct fixture) {.net = net_sim_new(7, FIXTURE_START)};
	struct login_settings settings = {
		.csrf = csrf,
		.origins = &origin,
		.origin_count = origin != NULL,
		.external_url = STR("https://desk.example.org/api/v2"),
		.hash_ops = FIXTURE_OPS,
		.hash_memory = FIXTURE_MEMORY,
		.idle_ms = LOGIN_IDLE_MS,
	};
	f->table = login_table_new(f->net, fixture_core(f), &settings);
	login_on_end(f->table, fixture_on_end, f);
	login_on_address(f->table, fixture_on_address, f);
}

static inline void fixture_open(struct fixture *f, enum csrf_mode csrf)
{
	fixture_open_to(f, csrf, NULL);
}

static inline void fixture_pass(struct fixture *f, msec ms)
{
	net_sim_run(f->net, net_now(f->net) + ms);
}

static inline void fixture_close(struct fixture *f)
{
	login_table_free(&f->table);
	fixture_pass(f, 0); /* what the worker still holds */
	net_sim_free(&f->net);
	outcome_free(&f->outcome);
	core_free(&f->core);
	arena_free(&f->arena);
}

/* Of cmocka: a centre with sam, a supervisor, and ana, an agent. */
static inline int fixture_open_two(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	fixture_open(f, CSRF_ORIGIN);
	fixture_add_user(f, "sam", "demo", ROLE_SUPERVISOR, true);
	fixture_add_user(f, "ana", "demo", ROLE_AGENT, true);
	*state = f;
	return 0;
}

static inline int fixture_close_two(void **state)
{
	fixture_close(*state);
	free(*state);
	return 0;
}

/* --- requests --------------------------------------------------------------------------------- */

static inline struct http_request *fixture_request(
	struct fixture *f, enum http_method method, const char *path)
{
	struct http_request *request = arena_take(&f->arena, sizeof *request);
	request->method = method;
	request->path = str_of(path);
	request->peer = STR("192.0.2.1");
	request->arena = &f->arena;
	return request;
}

static inline void fixture_header(struct http_request *request, const char *name, struct str value)
{
	request->headers[request->header_count++] = (struct http_header) {str_of(name), value};
}

static inline void fixture_basic(struct http_request *request, const char *credentials)
{
	char text[512];
	sodium_bin2base64(text, sizeof text, (const unsigned char *)credentials,
		strlen(credentials), sodium_base64_VARIANT_ORIGINAL);
	fixture_header(request, "authorization", arena_printf(request->arena, "Basic %s", text));
}

static inline void fixture_cookie(struct http_request *request, const char cookie[32])
{
	fixture_header(request, "Cookie",
		arena_printf(request->arena, "theme=dark; JSESSIONID=%.32s", cookie));
}

static inline void fixture_done(void *ctx, enum err err, const struct caller *caller)
{
	struct fixture *f = ctx;
	f->last = (struct answered) {.count = f->last.count + 1, .err = err};
	if (!caller)
		return;
	f->last.user = caller->user;
	f->last.login = caller->login;
	f->last.by_basic = caller->by_basic;
	f->last.set_cookie = caller->set_cookie;
}

/* Asks, without waiting for the worker. */
static inline struct http_ref fixture_ask(
	struct fixture *f, struct http_request *request, bool want_cookie)
{
	struct http_ref ref = {++f->refs, 1};
	login_check(f->table, request, ref, want_cookie, fixture_done, f);
	return ref;
}

/* Asks and waits: the error. */
static inline enum err fixture_check(
	struct fixture *f, struct http_request *request, bool want_cookie)
{
	unsigned before = f->last.count;
	fixture_ask(f, request, want_cookie);
	fixture_pass(f, 0);
	assert_int_equal(f->last.count, before + 1);
	return f->last.err;
}

/* Signs in with Basic. */
static inline enum err fixture_sign_in(struct fixture *f, const char *credentials, bool want_cookie)
{
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_basic(request, credentials);
	return fixture_check(f, request, want_cookie);
}

/* The same from an address, as long as it takes. */
static inline enum err fixture_sign_in_from(
	struct fixture *f, const char *address, const char *credentials)
{
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	unsigned before = f->last.count;
	request->peer = str_of(address);
	fixture_basic(request, credentials);
	fixture_ask(f, request, false);
	fixture_pass(f, 0);
	if (f->last.count == before)
		fixture_pass(f, LOGIN_REFUSAL_MS);
	assert_int_equal(f->last.count, before + 1);
	return f->last.err;
}

/* Comes with a cookie alone. */
static inline enum err fixture_come(struct fixture *f, const char cookie[32])
{
	struct http_request *request = fixture_request(f, HTTP_GET, "/api/v2/me");
	fixture_cookie(request, cookie);
	return fixture_check(f, request, false);
}

#endif
