/* web.c - requests of signed-in users; what came of them is noted for whoever wants to know how far a script got. */
#include "web.h"
#include "api/call.h"
#include "push/push.h"
#include "stage.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define NOTIFICATIONS "/api/v2/notifications"
#define ROOT          "/api/v2"

/* A request that is lost this soon met a connection that the server had just closed for being idle. */
#define CROSSED_MS (2 * 2)

struct web_ask {
	struct web *web;
	struct web_place *place;
	unsigned life;
	msec at;
	struct str method, path, operation; /* owned */
};

static struct web_place *here(struct web *web)
{
	return &web->places[web->place];
}

/* --- what came of it ---------------------------------------------------------------------------------------------- */

static int code_of(const json_t *answer)
{
	const json_t *code = json_object_get(answer, "statusCode");
	return json_is_integer(code) ? (int)json_integer_value(code) : -1;
}

/* "Accept on /me/smssessions/{id}: 0" */
static void note_rest(const struct web_ask *ask, int status, const json_t *answer)
{
	struct str path = ask->path;
	struct route_ids ids;
	struct str below = str_skip(str_cut(&path, '?'), sizeof ROOT - 1);
	const struct resource *resource = route_find(below, &ids);
	int code = code_of(answer);
	reached("HTTP %d", status);
	reached("code %d", code);
	if (resource)
		reached("%.*s on %s: %d",
			STR_ARGS(ask->operation.len ? ask->operation : ask->method), resource->path,
			code);
}

static const char *word_of(const json_t *message, const char *name)
{
	const char *word = json_string_value(json_object_get(message, name));
	return word ? word : "";
}

static void note_bayeux(const json_t *answer)
{
	size_t i;
	json_t *message;
	json_array_foreach(answer, i, message) {
		const json_t *data = json_object_get(message, "data");
		if (data) {
			reached("%s on %s", word_of(data, "messageType"),
				word_of(message, "channel"));
			reached("%s on %s", word_of(data, "notificationType"),
				word_of(message, "channel"));
		} else if (json_is_true(json_object_get(message, "successful")))
			reached("%s succeeds", word_of(message, "channel"));
		else
			reached("%s fails: %s", word_of(message, "channel"),
				word_of(message, "error"));
	}
}

static void note(const struct web_ask *ask, int status, struct str body)
{
	json_t *answer = json_read(body);
	if (json_is_array(answer) && json_array_size(answer) == 1 &&
		net_now(ask->web->stage->net) - ask->at >= BAYEUX_TIMEOUT_MS)
		reached("a poll is held until its end");
	if (json_is_array(answer))
		note_bayeux(answer);
	else
		note_rest(ask, status, answer);
	json_decref(answer);
}

static void keep_client_id(struct web *web, struct str body)
{
	static const char label[] = "\"clientId\":\"";
	const char *found = body.len ? memmem(body.at, body.len, label, sizeof label - 1) : NULL;
	if (!found)
		return;
	struct str rest = str_skip(body, (size_t)(found - body.at) + sizeof label - 1);
	web->client_id.len = 0;
	buf_put(&web->client_id, str_cut(&rest, '"'));
}

static void ask_free(struct web_ask *ask)
{
	str_free(&ask->method);
	str_free(&ask->path);
	str_free(&ask->operation);
	free(ask);
}

static void done(void *ctx, int status, struct str body)
{
	struct web_ask *ask = ctx;
	struct web *web = ask->web;
	if (ask->life == ask->place->life) {
		ask->place->outstanding--;
		CHECK(status != 0 || net_now(web->stage->net) - ask->at <= CROSSED_MS);
	}
	if (status)
		keep_client_id(web, body);
	if (status && reached_is_kept())
		note(ask, status, body);
	ask_free(ask);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static struct http_client *client_of(struct web *web)
{
	struct web_place *place = here(web);
	if (!place->client)
		place->client = http_client_new(web->stage->net, str_of(place->user),
			STR(STAGE_HOST), STAGE_PORT, str_of(place->user), STR("x"));
	return place->client;
}

/* A request line is made of visible characters; others are for raw HTTP to try. */
static bool is_path(struct str path)
{
	for (size_t i = 0; i < path.len; i++)
		if ((unsigned char)path.at[i] <= ' ' || path.at[i] == 0x7F)
			return false;
	return path.len > 0;
}

static struct str operation_of(struct str body)
{
	struct str name = STR_NONE;
	json_t *json = reached_is_kept() ? json_read(body) : NULL;
	if (json_is_object(json) && json_read_text(json, "operationName", &name))
		name = str_copy(name);
	else
		name = STR_NONE;
	json_decref(json);
	return name;
}

void web_ask(struct web *web, const char *method, struct str path, struct str body)
{
	if (!is_path(path))
		return;
	struct web_ask *ask = mem_new(sizeof *ask);
	*ask = (struct web_ask) {.web = web,
		.place = here(web),
		.life = here(web)->life,
		.at = net_now(web->stage->net),
		.method = str_copy(str_of(method)),
		.path = str_copy(path),
		.operation = operation_of(body)};
	here(web)->outstanding++;
	http_client_send(client_of(web), method, path, body, done, ask);
}

/* --- sockets ------------------------------------------------------------------------------------------------------ */

static void on_text(void *ctx, struct str text)
{
	struct web_place *place = ctx;
	json_t *answer = json_read(text);
	CHECK(json_is_array(answer));
	reached("a text over a socket");
	keep_client_id(place->web, text);
	if (reached_is_kept())
		note_bayeux(answer);
	json_decref(answer);
}

/* Refused, closed, or lost with the server. */
static void on_end(void *ctx)
{
	struct web_place *place = ctx;
	reached("a socket ends");
	ws_client_free(&place->socket);
}

static void open_socket(struct web *web)
{
	struct web_place *place = here(web);
	struct buf headers = {0};
	buf_puts(&headers, "Authorization: Basic ");
	web_put_basic(web, &headers);
	buf_puts(&headers, "\r\n");
	const struct ws_client_settings settings = {.peer = str_of(place->user),
		.host = STR(STAGE_HOST),
		.port = STAGE_PORT,
		.path = STR(NOTIFICATIONS),
		.headers = buf_str(&headers),
		.on_text = on_text,
		.on_end = on_end,
		.ctx = place};
	place->socket = ws_client_new(web->stage->net, &settings);
	buf_free(&headers);
}

void web_say(struct web *web, struct str text)
{
	if (!here(web)->socket)
		open_socket(web);
	ws_client_send(here(web)->socket, text);
}

/* --- places ------------------------------------------------------------------------------------------------------- */

void web_open(struct web *web, struct stage *stage)
{
	web->stage = stage;
	for (size_t i = 0; i < WEB_PLACES; i++) {
		strcpy(web->places[i].user, "ana");
		web->places[i].web = web;
	}
}

/* What is still asked there is nobody's business any more. */
static void excuse(struct web_place *place)
{
	place->life++;
	place->outstanding = 0;
}

static void leave(struct web_place *place)
{
	excuse(place);
	http_client_free(&place->client);
	ws_client_free(&place->socket);
}

void web_close(struct web *web)
{
	for (size_t i = 0; i < WEB_PLACES; i++)
		leave(&web->places[i]);
	buf_free(&web->client_id);
}

void web_on(struct web *web, struct str number)
{
	uint64_t n;
	if (str_u64(number, &n) && n < WEB_PLACES)
		web->place = (unsigned)n;
}

void web_as(struct web *web, struct str user)
{
	struct web_place *place = here(web);
	if (user.len == 0 || user.len >= sizeof place->user)
		return;
	web_drop(web);
	memcpy(place->user, user.at, user.len);
	place->user[user.len] = '\0';
}

void web_drop(struct web *web)
{
	leave(here(web));
}

void web_excuse(struct web *web)
{
	for (size_t i = 0; i < WEB_PLACES; i++)
		excuse(&web->places[i]);
}

bool web_is_quiet(const struct web *web)
{
	for (size_t i = 0; i < WEB_PLACES; i++)
		if (web->places[i].outstanding)
			return false;
	return true;
}

void web_put_cookie(const struct web *web, struct buf *out)
{
	const struct web_place *place = &web->places[web->place];
	if (place->client)
		buf_put(out, http_client_cookie(place->client, "JSESSIONID"));
}

void web_put_basic(const struct web *web, struct buf *out)
{
	const struct web_place *place = &web->places[web->place];
	char plain[sizeof place->user + 4], coded[64];
	snprintf(plain, sizeof plain, "%s:x", place->user);
	sodium_bin2base64(coded, sizeof coded, (const unsigned char *)plain, strlen(plain),
		sodium_base64_VARIANT_ORIGINAL);
	buf_puts(out, coded);
}
