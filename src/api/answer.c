/* answer.c - the envelope around every answer. */
#include "api/call.h"
#include "api/refusal.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

static void put_body(struct buf *body, const struct call *call, enum err err)
{
	buf_put_byte(body, '{');
	refusal_put_status(body, err, call->field);
	if (call->members.len && (err == OK || call->keeps_members)) {
		buf_put_byte(body, ',');
		buf_put(body, buf_str(&call->members));
	}
	/* The newline is for who reads it in a terminal. */
	buf_puts(call->rest ? long_answer_end(call->rest) : body, "}\n");
}

/* A page asks for the password itself: to Basic its browser would open a window of its own. */
static void put_challenge(struct buf *headers, const struct call *call)
{
	bool is_page = http_header(call->request, LOGIN_WINDOW_HEADER).at != NULL;
	buf_printf(headers, "WWW-Authenticate: %s realm=\"sotto\"\r\n", is_page ? "Page" : "Basic");
}

static void put_headers(struct buf *headers, const struct call *call, enum err err)
{
	if (call->caller)
		login_headers(call->api->logins, call->request, call->caller, headers);
	if (err == ERR_LOGIN)
		put_challenge(headers, call);
	buf_put(headers, refusal_headers(err));
}

/* Of the bytes that this caller would get, never of what they were made from. False: the client has them. */
static bool put_tag(struct buf *headers, const struct call *call, struct str body)
{
	unsigned char digest[DIGEST_BYTES];
	char tag[2 * DIGEST_BYTES + 3] = "\"";
	ids_digest(digest, STR_NONE, body);
	sodium_bin2hex(tag + 1, sizeof tag - 1, digest, sizeof digest);
	strcat(tag, "\"");
	buf_printf(headers, "ETag: %s\r\n", tag);
	struct str known = http_header(call->request, "If-None-Match");
	while (known.len) {
		struct str one = str_trim(str_cut(&known, ','));
		if (str_starts(one, STR("W/")))
			one = str_skip(one, 2);
		if (str_is(one, tag) || str_is(one, "*"))
			return false;
	}
	return true;
}

enum err call_names(struct call *call, const char *field, enum err err)
{
	call->field = field;
	return err;
}

/* A refusal tells of the state as well: it waits for all that its caller may know of. */
static uint64_t awaited(const struct call *call)
{
	uint64_t seen = call->caller ? core_user_seen(call_core(call), call->caller->user) : 0;
	return call->lsn > seen ? call->lsn : seen;
}

void call_answer(struct call *call, enum err err)
{
	struct buf body = {0}, headers = {0};
	const struct api_world *world = &call->api->world;
	put_body(&body, call, err);
	put_headers(&headers, call, err);
	struct http_response response = {
		.status = call->api->always200 ? 200 : refusal_status(err),
		.body = buf_str(&body),
	};
	bool has_tag = err == OK && call->request->method == HTTP_GET && !call->rest;
	if (has_tag && !put_tag(&headers, call, response.body))
		response = (struct http_response) {.status = 304};
	response.headers = buf_str(&headers);
	uint64_t lsn = awaited(call);
	struct long_answer *rest = call->rest;
	/* The request and with it the call may go with the reply. */
	buf_free(&call->members);
	if (rest) {
		long_answer_begin(rest);
		world->begin(world->ctx, call->ref, lsn, &response);
	} else {
		world->reply(world->ctx, call->ref, lsn, &response);
	}
	buf_free(&body);
	buf_free(&headers);
}

/* --- what the worker reads first ------------------------------------------------------------------ */

void call_later_begin(struct call *call, struct call_later *later)
{
	*later = (struct call_later) {.api = call->api, .ref = call->ref, .lsn = awaited(call)};
	put_headers(&later->headers, call, OK);
	call->is_later = true;
	DL_APPEND(call->api->later, later);
}

void call_later_end(struct call_later *later)
{
	if (later->api)
		DL_DELETE(later->api->later, later);
	later->api = NULL;
	buf_free(&later->headers);
}

void calls_later_gone(struct api *api, struct http_ref ref)
{
	struct call_later *later, *next;
	DL_FOREACH_SAFE(api->later, later, next)
		if (http_ref_eq(later->ref, ref))
			call_later_end(later);
}

void calls_later_end(struct api *api)
{
	while (api->later)
		call_later_end(api->later);
}

void call_answer_later(struct call_later *later, enum err err, struct buf *members)
{
	const struct api_world *world = &later->api->world;
	const struct call call = {.api = later->api, .members = *members};
	struct buf body = {0};
	put_body(&body, &call, err);
	const struct http_response response = {
		.status = later->api->always200 ? 200 : refusal_status(err),
		.body = buf_str(&body),
		.headers = buf_str(&later->headers),
	};
	world->reply(world->ctx, later->ref, later->lsn, &response);
	buf_free(&body);
	buf_free(members);
	call_later_end(later);
}

void call_put_behind(struct call *call, const char *text)
{
	buf_puts(call->rest ? long_answer_end(call->rest) : &call->members, text);
}

/* --- what waits for the disk ------------------------------------------------------------------ */

struct held_deed {
	struct api *api;
	struct gate_wait wait;
	struct held_deed *prev, *next; /* api->deeds */
	struct login_ref login;
	void (*deed)(struct login_table *table, struct login *login);
};

static void deed_free(struct held_deed *held)
{
	gate_forget(&held->wait);
	DL_DELETE(held->api->deeds, held);
	free(held);
}

static void do_deed(void *ctx, bool is_durable)
{
	struct held_deed *held = ctx;
	struct login_table *logins = held->api->logins;
	struct login *login = is_durable ? login_find(logins, &held->login) : NULL;
	if (login)
		held->deed(logins, login);
	deed_free(held);
}

void call_when_durable(
	struct call *call, void (*deed)(struct login_table *table, struct login *login))
{
	if (call->repeated)
		return;
	struct held_deed *held = mem_new(sizeof *held);
	held->api = call->api;
	held->wait = (struct gate_wait) {
		.done = do_deed, .ctx = held, .rank = GATE_REPLY, .bytes = GATE_WAIT_BYTES};
	held->login = login_ref(call->caller->login);
	held->deed = deed;
	DL_APPEND(call->api->deeds, held);
	port_wait(call->api->world.port, &held->wait, call->lsn);
}

void held_deeds_free(struct api *api)
{
	while (api->deeds)
		deed_free(api->deeds);
}

/* ---------------------------------------------------------------------------------------------- */

struct core *call_core(const struct call *call)
{
	return call->api->world.port->core;
}

struct view call_view(const struct call *call)
{
	return (struct view) {.core = call_core(call), .external_url = call->api->external_url};
}
