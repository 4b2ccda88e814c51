/* websocket.c - sockets: texts in, frames out. */
#include "push/websocket.h"

#include "push/push_private.h"
#include "wire/ws_accept.h"
#include "wire/ws_frame.h"

#include <stdlib.h>
#include <utlist.h>

struct websocket {
	struct transport transport; /* first; of one connect at a time */
	struct push *push;
	struct http_ref ref;
	struct push_user *user;
	struct login *login;
	bool by_basic; /* the upgrade carried credentials */
	struct ws_reader reader;
	struct websocket *prev, *next; /* user->sockets */
};

/* 18,000 of them are there (HTTP_CONNECTIONS_MAX); bench/idle.mjs: what an idle client costs. */
_Static_assert(sizeof(struct websocket) <= 320, "an idle socket is small");

static struct websocket *of_transport(const struct transport *transport)
{
	return (struct websocket *)(void *)transport;
}

static struct websocket *socket_find(const struct push *push, struct http_ref ref)
{
	struct websocket *socket = conn_slots_find(&push->websockets.by_slot, ref);
	return socket && socket->ref.generation == ref.generation ? socket : NULL;
}

/* --- frames ----------------------------------------------------------------------------------- */

/* An array of messages behind its first bracket. */
static void socket_send(struct websocket *socket, const struct str *parts, size_t count)
{
	const struct push_world *world = &socket->push->world;
	struct str frame[BAYEUX_BACKLOG_MESSAGES_MAX + 3];
	unsigned char head[WS_HEAD_MAX];
	size_t len = 1;
	CHECK(count <= BAYEUX_BACKLOG_MESSAGES_MAX + 1);
	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	frame[0] = str_from(head, ws_put_head(head, WS_OP_TEXT, len));
	frame[1] = STR("[");
	memcpy(frame + 2, parts, count * sizeof(*parts));
	world->write(world->ctx, socket->ref, frame, count + 2);
}

static void socket_send_control(struct websocket *socket, enum ws_opcode opcode, struct str payload)
{
	const struct push_world *world = &socket->push->world;
	struct buf frame = {0};
	ws_put_frame(&frame, opcode, payload);
	const struct str part = buf_str(&frame);
	world->write(world->ctx, socket->ref, &part, 1);
	buf_free(&frame);
}

/* --- as a transport ---------------------------------------------------------------------------- */

/* No connect is held here any more. */
static void socket_let_go(struct websocket *socket)
{
	struct transport *transport = &socket->transport;
	timeout_drop(&transport->held);
	transport_forget_id(transport);
	if (transport->client)
		bayeux_client_detach(socket->push, transport->client);
}

/* Behind so many notes. */
static void socket_answer(
	struct websocket *socket, struct str *parts, size_t count, enum connect_end end)
{
	struct transport *transport = &socket->transport;
	struct buf *last = &socket->push->websockets.end;
	last->len = 0;
	bayeux_server_put_connect(last, transport->client, transport->id, end);
	buf_put_byte(last, ']');
	parts[count] = buf_str(last);
	socket_send(socket, parts, count + 1);
	socket_let_go(socket);
}

static void socket_deliver(struct transport *transport, struct str *parts, size_t count)
{
	struct websocket *socket = of_transport(transport);
	if (transport->client->acks) {
		socket_answer(socket, parts, count, CONNECT_DONE);
		return;
	}
	parts[count - 1].len--; /* no comma */
	parts[count] = STR("]");
	socket_send(socket, parts, count + 1);
}

static void socket_close(struct transport *transport, enum connect_end end)
{
	struct str parts[1];
	socket_answer(of_transport(transport), parts, 0, end);
}

static bool socket_has_room(const struct transport *transport)
{
	const struct websocket *socket = of_transport(transport);
	const struct push_world *world = &socket->push->world;
	return world->unsent(world->ctx, socket->ref) < WEBSOCKET_UNSENT_MAX;
}

const struct transport_ops websocket_transport = {.connection_type = "websocket",
	.lasts = true,
	.deliver = socket_deliver,
	.close = socket_close,
	.has_room = socket_has_room};

/* --- life ------------------------------------------------------------------------------------- */

static void socket_free(struct websocket *socket)
{
	struct push *push = socket->push;
	struct push_user *user = socket->user;
	socket_let_go(socket);
	*conn_slots_place(&push->websockets.by_slot, socket->ref) = NULL;
	ws_reader_free(&socket->reader);
	DL_DELETE(user->sockets, socket);
	free(socket);
	user->uses--;
	push_user_settle(push, user);
}

/* Says why, and is gone once that has left. */
static void socket_end(struct websocket *socket, enum ws_code code)
{
	const struct push_world *world = &socket->push->world;
	struct buf frame = {0};
	ws_put_close(&frame, code);
	const struct str part = buf_str(&frame);
	world->write(world->ctx, socket->ref, &part, 1);
	buf_free(&frame);
	world->close(world->ctx, socket->ref);
	socket_free(socket);
}

static void socket_new(struct push *push, struct http_ref ref, const struct caller *caller)
{
	struct websocket *socket = mem_new(sizeof(*socket));
	socket->transport =
		(struct transport) {.ops = &websocket_transport, .login = caller->login};
	socket->push = push;
	socket->ref = ref;
	socket->login = caller->login;
	socket->by_basic = caller->by_basic;
	socket->user = push_user_of(push, caller->user);
	socket->user->uses++;
	DL_APPEND(socket->user->sockets, socket);
	*conn_slots_place(&push->websockets.by_slot, socket->ref) = socket;
}

enum err websocket_open(struct push *push, const struct visit *visit)
{
	const struct http_request *request = visit->request;
	char accept[WS_ACCEPT_LEN];
	struct buf headers = {0};
	if (!str_is(http_header(request, "Sec-WebSocket-Version"), "13") ||
		!ws_accept(accept, http_header(request, "Sec-WebSocket-Key")))
		return ERR_BAD_HTTP;
	if (push->is_stopping)
		return ERR_BUSY;
	buf_puts(&headers, "Sec-WebSocket-Accept: ");
	buf_put(&headers, str_from(accept, sizeof accept));
	buf_puts(&headers, "\r\n");
	/* The request goes with the upgrade, and the visit with it. */
	const struct http_ref ref = visit->ref;
	const struct caller caller = *visit->caller;
	if (push->world.upgrade(push->world.ctx, ref, buf_str(&headers)))
		socket_new(push, ref, &caller);
	buf_free(&headers);
	return OK;
}

/* --- what comes ------------------------------------------------------------------------------- */

static void socket_hold(struct websocket *socket, const struct bayeux_answer *answer)
{
	struct transport *transport = &socket->transport;
	if (transport->client) /* another one's: it has only one */
		socket_close(transport, CONNECT_DONE);
	transport_keep_id(transport, answer->held_id);
	timeouts_put(&socket->push->websockets.held, &transport->held, answer->held_ms);
	bayeux_client_attach(socket->push, answer->held, transport);
}

static void socket_handle(struct websocket *socket, const struct bayeux_batch *batch)
{
	struct push *push = socket->push;
	struct bayeux_answer answer;
	const struct caller caller = {
		.user = socket->login->user, .login = socket->login, .by_basic = socket->by_basic};
	/* Whoever came with the password is at work; a cookie's idle time is a person's. */
	if (socket->by_basic)
		login_touch(push->logins, socket->login);
	bayeux_server_handle(push, batch, &caller, &websocket_transport, &answer);
	if (answer.held)
		socket_hold(socket, &answer);
	else
		socket_send(socket, answer.parts, answer.count);
	bayeux_answer_done(push, &answer);
}

/* What is no batch of messages is told so, as a POST of it is. */
static void socket_refuse(struct websocket *socket, enum err err)
{
	struct buf reply = {0};
	bayeux_begin(&reply, STR_NONE, STR_NONE,
		err == ERR_TOO_LARGE ? "400::too many messages" : "400::no batch of messages");
	bayeux_end(&reply);
	buf_put_byte(&reply, ']');
	const struct str part = buf_str(&reply);
	socket_send(socket, &part, 1);
	buf_free(&reply);
}

static void socket_read(struct websocket *socket)
{
	struct arena *arena = &socket->push->websockets.arena;
	struct bayeux_batch batch;
	enum err err = bayeux_read(socket->reader.payload, arena, &batch);
	if (err == OK)
		socket_handle(socket, &batch);
	else
		socket_refuse(socket, err);
	arena_reset(arena);
}

/* A close is answered with the same code; whoever said none is told none. */
static void socket_take(struct websocket *socket, struct str *bytes)
{
	switch (ws_reader_feed(&socket->reader, bytes)) {
	case WS_MORE:
	case WS_PONG:
		return;
	case WS_TEXT:
		socket_read(socket);
		return;
	case WS_PING:
		socket_send_control(socket, WS_OP_PONG, socket->reader.payload);
		return;
	case WS_CLOSE:
	case WS_BAD:
		socket_end(socket, socket->reader.code);
	}
}

size_t websocket_bytes(struct push *push, struct http_ref ref, struct str *bytes)
{
	struct websocket *socket = socket_find(push, ref);
	if (!socket) { /* it closes */
		*bytes = STR_NONE;
		return 0;
	}
	socket_take(socket, bytes);
	socket = socket_find(push, ref);
	if (!socket)
		return 0;
	if (!socket->reader.is_in_frame)
		ws_reader_let_go(&socket->reader);
	return ws_reader_kept(&socket->reader);
}

void websocket_drained(struct push *push, struct http_ref ref)
{
	const struct websocket *socket = socket_find(push, ref);
	if (socket && socket->transport.client)
		bayeux_client_deliver(push, socket->transport.client);
}

void websocket_gone(struct push *push, struct http_ref ref)
{
	struct websocket *socket = socket_find(push, ref);
	if (socket)
		socket_free(socket);
}

/* --- all of them ------------------------------------------------------------------------------- */

void websockets_start(struct push *push)
{
	timeouts_init(&push->websockets.held, push->world.net, transport_due, push);
}

void websockets_free(struct push *push)
{
	struct push_user *user, *next;
	DL_FOREACH_SAFE(push->users, user, next) {
		user->uses++;
		while (user->sockets)
			socket_free(user->sockets);
		user->uses--;
	}
	timeouts_fini(&push->websockets.held);
	conn_slots_free(&push->websockets.by_slot);
	arena_free(&push->websockets.arena);
	buf_free(&push->websockets.end);
}

void websockets_close(struct push *push, enum connect_end end)
{
	struct push_user *user, *next;
	while (push->websockets.held.first)
		socket_close(transport_of_held(push->websockets.held.first), end);
	DL_FOREACH_SAFE(push->users, user, next) {
		user->uses++;
		while (user->sockets)
			socket_end(user->sockets, WS_CODE_GOING_AWAY);
		user->uses--;
		push_user_settle(push, user);
	}
}

void websockets_close_user(struct push *push, struct push_user *user, const struct login *login)
{
	struct websocket *socket, *next;
	user->uses++;
	DL_FOREACH_SAFE(user->sockets, socket, next) {
		if (!login || socket->login == login)
			socket_end(socket, WS_CODE_POLICY);
	}
	user->uses--;
	push_user_settle(push, user);
}
