/* api_fixture.h - for tests: a centre with users, a queue and SMS coming in, behind a world without
 * store and sockets that counts what is applied and keeps what is answered. */
#ifndef API_API_FIXTURE_H
#define API_API_FIXTURE_H

#include "api/call.h"
#include "core/model/session.h"
#include "login/login_fixture.h"

#define EXTERNAL_URL "http://localhost:8080/api/v2"

struct world {
	struct port port; /* first */
	struct fixture f;
	struct api *api;
	struct entrance entrance;
	struct user *sam, *sue, *ana, *ben, *ada;
	unsigned applied;
	enum command_kind applied_kind;
	enum err apply_err; /* what apply says instead of trying; OK: it tries */
	struct buf body, headers;
	unsigned replies;
	int status;
	uint64_t lsn;
	char cookie[32];
	uint32_t slots;
	unsigned texts;
	bool is_slow; /* what is held waits for world_let_go */
	struct gate_line held;
	uint64_t held_lsn; /* of the last one */
	/* of a long answer: its body so far is in `body` */
	struct http_ref ref;
	unsigned pieces; /* with the first; 0: the last answer was whole */
	size_t largest_piece;
	bool is_over, is_cut, is_begun;
};

static inline enum err world_apply(struct port *port, const struct command *command, uint64_t *lsn)
{
	struct world *w = (struct world *)port;
	w->applied++;
	w->applied_kind = command->kind;
	if (w->apply_err != OK)
		return w->apply_err;
	outcome_reset(&w->f.outcome);
	enum err e = core_apply(w->f.core, command, net_now(w->f.net), &w->f.outcome);
	core_check(w->f.core);
	api_events(w->api, w->f.outcome.events, w->f.outcome.count);
	if (e == OK)
		*lsn = w->f.core->lsn;
	return e;
}

/* Each answer ends with a newline, which tests need not say. */
static inline void world_cut_newline(struct world *w)
{
	if (w->body.len == 1)
		return;
	assert_int_equal(w->body.at[w->body.len - 2], '\n');
	w->body.at[w->body.len-- - 2] = '\0';
}

static inline void world_reply(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response)
{
	struct world *w = ctx;
	w->replies++;
	w->status = response->status;
	w->lsn = lsn;
	w->body.len = w->headers.len = 0;
	buf_put(&w->body, response->body);
	buf_put_byte(&w->body, '\0');
	if (!w->is_begun)
		world_cut_newline(w);
	buf_put(&w->headers, response->headers);
	buf_put_byte(&w->headers, '\0');
}

static inline void world_put_piece(struct world *w, struct str bytes)
{
	w->pieces++;
	if (bytes.len > w->largest_piece)
		w->largest_piece = bytes.len;
}

static inline void world_begin(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response)
{
	struct world *w = ctx;
	w->is_begun = true;
	world_reply(ctx, ref, lsn, response);
	w->is_begun = false;
	w->ref = ref;
	w->is_over = w->is_cut = false;
	w->largest_piece = 0;
	world_put_piece(w, response->body);
}

static inline void world_piece(
	void *ctx, struct http_ref ref, uint64_t lsn, struct str bytes, bool is_last)
{
	struct world *w = ctx;
	assert_memory_equal(&ref, &w->ref, sizeof ref);
	w->lsn = lsn;
	w->is_over = is_last;
	w->body.len--; /* its NUL */
	buf_put(&w->body, bytes);
	buf_put_byte(&w->body, '\0');
	if (is_last)
		world_cut_newline(w);
	world_put_piece(w, bytes);
}

static inline void world_cut(void *ctx, struct http_ref ref)
{
	struct world *w = ctx;
	assert_memory_equal(&ref, &w->ref, sizeof ref);
	w->is_over = w->is_cut = true;
}

static inline void world_wait(struct port *port, struct gate_wait *wait, uint64_t lsn)
{
	struct world *w = (struct world *)port;
	w->held_lsn = lsn;
	if (w->is_slow)
		gate_line_append(&w->held, wait);
	else
		wait->done(wait->ctx, true);
}

static inline void world_let_go(struct world *w, bool is_durable)
{
	struct gate_wait *wait;
	while ((wait = gate_line_shift(&w->held)))
		wait->done(wait->ctx, is_durable);
}

static inline void world_order(void *ctx, struct http_ref ref, enum net_order order)
{
}

static inline void world_open_with(struct world *w, bool always200)
{
	*w = (struct world) {0};
	fixture_open(&w->f, CSRF_ORIGIN);
	login_on_address(
		w->f.table, NULL, NULL); /* the core changes by commands of the API alone */
	w->sam = fixture_add_user(&w->f, "sam", "demo", ROLE_SUPERVISOR, true);
	w->sue = fixture_add_user(&w->f, "sue", "demo", ROLE_SUPERVISOR | ROLE_AGENT, true);
	w->ana = fixture_add_user(&w->f, "ana", "demo", ROLE_AGENT, true);
	w->ben = fixture_add_user(&w->f, "ben", "demo", ROLE_AGENT, true);
	struct body_user ada = {.name = STR("ada"),
		.roles = ROLE_ADMIN,
		.enabled = 1,
		.password = w->ana->b.password};
	fixture_apply(&w->f, &(struct command) {.kind = CMD_ADD_USER, .new_user = &ada});
	w->ada = core_user_by_name(w->f.core, STR("ada"));
	struct body_link link = {.name = STR("m1"), .window = 10};
	fixture_apply(&w->f, &(struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
	struct body_queue queue = {.name = STR("sales"), .number = STR("1000"), .link = STR("m1")};
	fixture_apply(&w->f, &(struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue});
	w->port = (struct port) {w->f.core, world_apply, world_wait};
	struct api_world world = {.port = &w->port,
		.ctx = w,
		.net = w->f.net,
		.reply = world_reply,
		.begin = world_begin,
		.piece = world_piece,
		.cut = world_cut};
	static const struct entrance_open open[] = {{HTTP_GET, "/api/v2/diagnostics/version"}, {0}};
	w->api = api_new(&world, w->f.table, STR(EXTERNAL_URL), always200, "0.1.0");
	w->entrance = (struct entrance) {.logins = w->f.table,
		.order = world_order,
		.open = open,
		.rooms = {api_room(w->api)}};
}

static inline void world_open(struct world *w)
{
	world_open_with(w, false);
}

static inline void world_close(struct world *w)
{
	api_free(&w->api);
	assert_null(w->held.first); /* nobody waits for who is gone */
	buf_free(&w->body);
	buf_free(&w->headers);
	fixture_close(&w->f);
}

/* --- what happens in the centre without requests ---------------------------------------------- */

static inline void world_do(struct world *w, struct command command)
{
	fixture_pass(&w->f, 1);
	fixture_apply(&w->f, &command);
}

static inline void world_start(struct world *w, struct user *user, bool ready)
{
	world_do(w, (struct command) {.kind = CMD_START_AGENT, .caller = user});
	if (ready)
		world_do(w, (struct command) {.kind = CMD_READY, .caller = user});
}

/* A text of a customer: from this phone to the queue. Gives the session. */
static inline struct session *world_text(struct world *w, const char *phone, const char *text)
{
	char print[DIGEST_BYTES] = {(char)++w->texts};
	world_do(w, (struct command) {
			    .kind = CMD_RECEIVE_SMS,
			    .link = core_link(w->f.core, STR("m1")),
			    .receive = {.phone = str_of(phone),
				    .number = STR("1000"),
				    .text = str_of(text),
				    .fingerprint = str_from(print, sizeof print)},
		    });
	return core_contact(w->f.core, str_of(phone))->open;
}

/* --- requests --------------------------------------------------------------------------------- */

/* {S} in a path becomes the session's id, {U} the user's. */
static inline struct str world_path(struct world *w, const char *pattern,
	const struct session *session, const struct user *user)
{
	struct buf path = {0};
	for (const char *at = pattern; *at; at++) {
		if (strncmp(at, "{S}", 3) == 0 || strncmp(at, "{U}", 3) == 0) {
			buf_put(&path, at[1] == 'S' ? session->b.id : user->b.id);
			at += 2;
		} else {
			buf_put_byte(&path, *at);
		}
	}
	struct str kept = arena_copy(&w->f.arena, buf_str(&path));
	buf_free(&path);
	return kept;
}

/* who: a name; its password is demo. NULL: nobody. target: path below /api/v2 with its query. */
static inline struct http_request *world_request(struct world *w, const char *who,
	enum http_method method, struct str target, const char *body)
{
	struct http_request *request = fixture_request(&w->f, method, "");
	struct str query = target, path = str_cut(&query, '?');
	request->path = arena_printf(&w->f.arena, "/api/v2%.*s", STR_ARGS(path));
	request->query = query;
	request->body = body ? str_of(body) : STR_NONE;
	fixture_header(request, "Host", STR("localhost:8080"));
	if (who)
		fixture_basic(request, arena_printf(&w->f.arena, "%s:demo", who).at);
	return request;
}

/* Sends it and waits for the answer: its statusCode. */
static inline int world_send(struct world *w, struct http_request *request)
{
	unsigned before = w->replies;
	w->pieces = 0;
	entrance_request(&w->entrance, request, (struct http_ref) {++w->slots, 1});
	fixture_pass(&w->f, 0);
	assert_int_equal(w->replies, before + 1);
	if (w->pieces)
		return 0; /* its beginning */
	json_t *answered = json_read(str_of(w->body.at));
	assert_true(json_is_object(answered));
	int code = (int)json_integer_value(json_object_get(answered, "statusCode"));
	const char *message = json_string_value(json_object_get(answered, "statusMessage"));
	assert_true((code == 0) == (message == NULL));
	json_decref(answered);
	return code;
}

static inline int world_get(struct world *w, const char *who, const char *target)
{
	return world_send(w, world_request(w, who, HTTP_GET, str_of(target), NULL));
}

static inline int world_post(struct world *w, const char *who, const char *target, const char *body)
{
	return world_send(w, world_request(w, who, HTTP_POST, str_of(target), body));
}

static inline int world_get_at(struct world *w, const char *who, const char *pattern,
	const struct session *session, const struct user *user)
{
	return world_send(
		w, world_request(w, who, HTTP_GET, world_path(w, pattern, session, user), NULL));
}

static inline int world_post_at(struct world *w, const char *who, const char *pattern,
	const struct session *session, const struct user *user, const char *body)
{
	return world_send(
		w, world_request(w, who, HTTP_POST, world_path(w, pattern, session, user), body));
}

/* Asks for all that is left of a long answer, which is then whole. */
static inline void world_read_on(struct world *w)
{
	while (!w->is_over)
		api_more(w->api, w->ref);
	assert_false(w->is_cut);
	json_t *answered = json_read(str_of(w->body.at));
	assert_true(json_is_object(answered));
	json_decref(answered);
}

static inline bool world_says(const struct world *w, const char *part)
{
	return strstr(w->body.at, part) != NULL;
}

#endif
