/* longpoll_post.c - the room of POSTs with Bayeux messages: HTTP around the engine. */
#include "push/push_private.h"

#define PATH "/api/v2/notifications"

/* CometD adds the part after /meta to the path of the POST. */
static bool post_is_path(struct str path)
{
	struct str rest = str_skip(path, sizeof(PATH) - 1);
	return str_starts(path, STR(PATH)) && (rest.len == 0 || bayeux_server_has_meta(rest));
}

/* Only a POST asks something. */
static enum err post_read(void *ctx, struct visit *visit)
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

static void post_refuse(void *ctx, const struct visit *visit, enum err err)
{
	struct push *push = ctx;
	const struct http_response response = push->world.refusal(err);
	push->world.reply(push->world.ctx, visit->ref, 0, &response);
}

static void post_reply(
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

static void post_serve(void *ctx, const struct visit *visit)
{
	struct push *push = ctx;
	const struct bayeux_batch *batch = visit->asked;
	struct bayeux_answer answer;
	if (!batch) {
		post_refuse(push, visit, ERR_METHOD);
		return;
	}
	bayeux_server_handle(push, batch, visit->caller, &longpoll_transport, &answer);
	if (answer.held) {
		longpoll_hold(push, &answer, visit->ref, visit->caller->login);
		push->world.hold_poll(push->world.ctx, visit->ref);
	} else {
		post_reply(push, visit, &answer);
	}
	bayeux_answer_done(push, &answer);
}

struct entrance_room push_room(struct push *push)
{
	return (struct entrance_room) {push, post_is_path, post_read, post_serve, post_refuse};
}
