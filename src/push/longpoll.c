/* longpoll.c - polls that are held for clients. */
#include "push/longpoll.h"

#include "push/push_private.h"

#include <stdlib.h>

struct longpoll {
	struct transport transport; /* first */
	struct push *push;
	struct http_ref ref;
	struct longpoll *next; /* spare */
};

/* 18,000 of them are held (HTTP_CONNECTIONS_MAX); bench/idle.mjs: what an idle client costs. */
_Static_assert(sizeof(struct longpoll) <= 128, "a held poll is small");

static struct longpoll *of_transport(struct transport *transport)
{
	return (struct longpoll *)(void *)transport;
}

static struct longpoll *poll_take(struct longpolls *polls)
{
	struct longpoll *poll = polls->spare;
	if (!poll)
		return mem_new(sizeof(*poll));
	polls->spare = poll->next;
	*poll = (struct longpoll) {0};
	return poll;
}

/* It is held no more. */
static void poll_give(struct longpoll *poll)
{
	struct longpolls *polls = &poll->push->longpolls;
	timeout_drop(&poll->transport.held);
	*conn_slots_place(&polls->by_slot, poll->ref) = NULL;
	bayeux_client_detach(poll->push, poll->transport.client);
	transport_forget_id(&poll->transport);
	poll->next = polls->spare;
	polls->spare = poll;
}

/* The parts are so many notes, with room for one more. They leave from where they are. */
static void poll_answer(
	struct longpoll *poll, struct str *parts, size_t count, enum connect_end end)
{
	const struct push_world *world = &poll->push->world;
	struct buf *last = &poll->push->longpolls.end;
	last->len = 0;
	bayeux_server_put_connect(last, poll->transport.client, poll->transport.id, end);
	buf_put_byte(last, ']');
	parts[count] = buf_str(last);
	const struct http_response response = {
		.status = 200, .body = STR("["), .more = parts, .more_count = count + 1};
	/* What it tells is on disk already. */
	world->reply(world->ctx, poll->ref, 0, &response);
	poll_give(poll);
}

static void poll_deliver(struct transport *transport, struct str *parts, size_t count)
{
	poll_answer(of_transport(transport), parts, count, CONNECT_DONE);
}

static void poll_close(struct transport *transport, enum connect_end end)
{
	struct str parts[1];
	poll_answer(of_transport(transport), parts, 0, end);
}

const struct transport_ops longpoll_transport = {
	.connection_type = "long-polling", .deliver = poll_deliver, .close = poll_close};

void longpolls_start(struct push *push)
{
	timeouts_init(&push->longpolls.held, push->world.net, transport_due, push);
}

void longpolls_free(struct push *push)
{
	struct longpolls *polls = &push->longpolls;
	while (polls->held.first)
		poll_give(of_transport(transport_of_held(polls->held.first)));
	timeouts_fini(&polls->held);
	while (polls->spare) {
		struct longpoll *poll = polls->spare;
		polls->spare = poll->next;
		free(poll);
	}
	conn_slots_free(&polls->by_slot);
	buf_free(&polls->end);
}

void longpolls_close(struct push *push, enum connect_end end)
{
	while (push->longpolls.held.first)
		poll_close(transport_of_held(push->longpolls.held.first), end);
}

void longpoll_hold(struct push *push, const struct bayeux_answer *answer, struct http_ref ref,
	const struct login *login)
{
	struct longpoll *poll = poll_take(&push->longpolls);
	poll->transport = (struct transport) {.ops = &longpoll_transport, .login = login};
	poll->push = push;
	poll->ref = ref;
	transport_keep_id(&poll->transport, answer->held_id);
	*conn_slots_place(&push->longpolls.by_slot, ref) = poll;
	timeouts_put(&push->longpolls.held, &poll->transport.held, answer->held_ms);
	bayeux_client_attach(push, answer->held, &poll->transport);
}

void longpoll_gone(struct push *push, struct http_ref ref)
{
	struct longpoll *poll = conn_slots_find(&push->longpolls.by_slot, ref);
	if (poll && poll->ref.generation == ref.generation)
		poll_give(poll);
}
