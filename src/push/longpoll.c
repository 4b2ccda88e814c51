/* longpoll.c - polls that are held for clients. */
#include "push/longpoll.h"

#include "push/push_private.h"

#include <stdlib.h>

struct longpoll {
	struct transport transport; /* first */
	struct push *push;
	struct http_ref ref;
	struct timeout held;
	struct str id;         /* JSON of the connect's id: in the room, or owned */
	char room[16];         /* all ids that count are short */
	struct longpoll *next; /* spare */
};

/* 18,000 of them are held (HTTP_CONNECTIONS_MAX); bench/idle.mjs: what an idle client costs. */
_Static_assert(sizeof(struct longpoll) <= 128, "a held poll is small");

static struct longpoll *of_transport(struct transport *transport)
{
	return (struct longpoll *)(void *)transport;
}

static struct longpoll *of_timeout(struct timeout *held)
{
	return (struct longpoll *)(void *)((char *)held - offsetof(struct longpoll, held));
}

/* Slots are small and dense (http_server counts its connections), so a plain array finds them. */
static struct longpoll **place_of(struct longpolls *polls, uint32_t slot)
{
	if (slot >= polls->slots) {
		size_t slots = polls->slots ? polls->slots : 64;
		while (slots <= slot)
			slots *= 2;
		polls->by_slot = mem_resize(polls->by_slot, slots * sizeof(*polls->by_slot));
		memset(polls->by_slot + polls->slots, 0,
			(slots - polls->slots) * sizeof(*polls->by_slot));
		polls->slots = slots;
	}
	return &polls->by_slot[slot];
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
	timeout_drop(&poll->held);
	*place_of(polls, poll->ref.slot) = NULL;
	bayeux_client_detach(poll->push, poll->transport.client);
	if (poll->id.at != poll->room)
		str_free(&poll->id);
	poll->next = polls->spare;
	polls->spare = poll;
}

static void keep_id(struct longpoll *poll, struct str id)
{
	poll->id = str_from(poll->room, id.len);
	if (id.len > sizeof(poll->room))
		poll->id = str_copy(id);
	else if (id.len)
		memcpy(poll->room, id.at, id.len);
}

/* The parts are so many notes, with room for one more. They leave from where they are. */
static void poll_answer(
	struct longpoll *poll, struct str *parts, size_t count, enum connect_end end)
{
	const struct push_world *world = &poll->push->world;
	struct buf *last = &poll->push->longpolls.end;
	last->len = 0;
	bayeux_server_put_connect(last, poll->id, end);
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

const struct transport_ops longpoll_transport = {"long-polling", poll_deliver, poll_close};

static void poll_due(void *ctx, struct timeout *held)
{
	poll_close(&of_timeout(held)->transport, CONNECT_DONE);
}

void longpolls_start(struct push *push)
{
	timeouts_init(&push->longpolls.held, push->world.net, poll_due, push);
}

void longpolls_free(struct push *push)
{
	struct longpolls *polls = &push->longpolls;
	while (polls->held.first)
		poll_give(of_timeout(polls->held.first));
	timeouts_fini(&polls->held);
	while (polls->spare) {
		struct longpoll *poll = polls->spare;
		polls->spare = poll->next;
		free(poll);
	}
	free(polls->by_slot);
	buf_free(&polls->end);
}

void longpolls_close(struct push *push, enum connect_end end)
{
	while (push->longpolls.held.first)
		poll_close(&of_timeout(push->longpolls.held.first)->transport, end);
}

void longpoll_hold(struct push *push, const struct bayeux_answer *answer, struct http_ref ref,
	const struct login *login)
{
	struct longpoll *poll = poll_take(&push->longpolls);
	poll->transport = (struct transport) {.ops = &longpoll_transport, .login = login};
	poll->push = push;
	poll->ref = ref;
	keep_id(poll, answer->held_id);
	*place_of(&push->longpolls, ref.slot) = poll;
	timeouts_put(&push->longpolls.held, &poll->held, answer->held_ms);
	bayeux_client_attach(push, answer->held, &poll->transport);
}

void longpoll_gone(struct push *push, struct http_ref ref)
{
	struct longpolls *polls = &push->longpolls;
	struct longpoll *poll = ref.slot < polls->slots ? polls->by_slot[ref.slot] : NULL;
	if (poll && poll->ref.generation == ref.generation)
		poll_give(poll);
}
