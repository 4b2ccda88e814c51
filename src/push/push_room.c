/* push_room.c - the room of POSTs with Bayeux messages, and of those who ask for a socket: HTTP around the engine. */
#include "push/push_private.h"

#define PATH "/api/v2/notifications"

/* CometD adds the part after /meta to the path of the POST. */
static bool room_is_path(struct str path)
{
	struct str rest = str_skip(path, sizeof(PATH) - 1);
	return str_starts(path, STR(PATH)) && (rest.len == 0 || bayeux_server_has_meta(rest));
}

/* Only a POST says something already. */
static enum err room_read(void *ctx, struct visit *visit)
{
	const struct http_request *request = visit->request;
	if (request->method != HTTP_POST)
		return OK;
	struct bayeux_batch *batch = arena_take(request->arena, sizeof(*batch));
	visit->asked = batch;
	enum err err = bayeux_read(request->body, request->arena, batch);
	visit->wants_cookie = bayeux_server_has_handshake(batch);
	return err;
}

static void room_refuse(void *ctx, const struct visit *visit, enum err err)
{
	struct push *push = ctx;
	struct http_response response = push->world.refusal(err);
	struct buf headers = {0};
	buf_put(&headers, response.headers);
	if (visit->request->wants_socket) /* RFC 6455, 4.4: who speaks another one learns which */
		buf_puts(&headers, "Sec-WebSocket-Version: 13\r\n");
	response.headers = buf_str(&headers);
	push->world.reply(push->world.ctx, visit->ref, 0, &response);
	buf_free(&headers);
}

static void room_reply(
	struct push *push, const struct visit *visit, const struct bayeux_answer *answer)
{
	struct buf headers = {0};
	if (visit->caller->set_cookie)
		login_headers(push->logins, visit->request, visit->caller, &headers);
	const struct http_response response = {.status = 200,
		.body = STR("["),
		.headers = buf_str(&headers),
		.more = answer->parts,
		.more_count = answer->count};
	push->world.reply(push->world.ctx, visit->ref, 0, &response);
	buf_free(&headers);
}

static void room_post(struct push *push, const struct visit *visit)
{
	struct bayeux_answer answer;
	bayeux_server_handle(push, visit->asked, visit->caller, &longpoll_transport, &answer);
	if (answer.held) {
		longpoll_hold(push, &answer, visit->ref, visit->caller->login);
		push->world.hold_poll(push->world.ctx, visit->ref);
	} else {
		room_reply(push, visit, &answer);
	}
	bayeux_answer_done(push, &answer);
}

static void room_serve(void *ctx, const struct visit *visit)
{
	enum err err = login_must_change(visit->caller) ? ERR_MUST_CHANGE_PASSWORD : OK;
	if (err == OK && visit->asked)
		room_post(ctx, visit);
	else if (err == OK)
		err = visit->request->wants_socket ? websocket_open(ctx, visit) : ERR_METHOD;
	if (err != OK)
		room_refuse(ctx, visit, err);
}

struct entrance_room push_room(struct push *push)
{
	return (struct entrance_room) {push, room_is_path, room_read, room_serve, room_refuse};
}
