/* net_sim_conn.c - simulated connections: what happens to their ends, one event at a time. */
#include "base/arena.h"
#include "net/net_sim_private.h"

#include <stdlib.h>
#include <utlist.h>

static struct str name_of(const struct sim_pair *pair)
{
	return str_from(pair->peer->name, pair->peer->name_len);
}

static struct sim_conn *other_end(struct sim_conn *end)
{
	return &end->pair->ends[end->side == SIM_PEER ? SIM_SERVER : SIM_PEER];
}

static struct sim_event *schedule(struct sim_conn *end, enum sim_kind kind, msec delay_ms)
{
	struct sim_pair *pair = end->pair;
	struct sim_world *world = pair->world;
	struct sim_event *event = mem_new(sizeof *event);
	event->end = end;
	event->kind = kind;
	event->due.at = world->now + delay_ms;
	event->due.rank = sim_rank(world, pair->peer, event->due.at);
	event->due.seq = ++pair->peer->events;
	pair->events++;
	net_heap_put(&world->due, &event->due);
	return event;
}

void sim_event_free(struct sim_event *event)
{
	buf_free(&event->bytes);
	free(event);
}

/* --- sending --- */

/* What is sent within one millisecond arrives together, like what one TCP segment carries. */
static void send_bytes(struct sim_conn *end, struct str bytes)
{
	struct sim_world *world = end->pair->world;
	struct sim_event *event = end->last_sent;
	if (!event || event->due.at != world->now + NET_SIM_LATENCY_MS)
		event = schedule(other_end(end), SIM_BYTES, NET_SIM_LATENCY_MS);
	end->last_sent = event;
	end->in_flight += bytes.len;
	buf_put(&event->bytes, bytes);
}

static void send_unsent(struct sim_conn *end)
{
	size_t room = SIM_WINDOW_BYTES - end->in_flight;
	size_t len = end->unsent.len < room ? end->unsent.len : room;
	if (!end->is_open || len == 0)
		return;
	send_bytes(end, str_from(end->unsent.at, len));
	buf_drop(&end->unsent, len);
}

/* In how many parts something is written is nobody's business: it is recorded as one. */
void sim_writev(struct net_conn *base, const struct str *parts, size_t count)
{
	struct sim_conn *end = (struct sim_conn *)base;
	struct sim_pair *pair = end->pair;
	struct sim_world *world = pair->world;
	size_t before = end->unsent.len;
	if (end->is_closing)
		return;
	for (size_t i = 0; i < count; i++)
		buf_put(&end->unsent, parts[i]);
	if (end->side == SIM_SERVER && world->record)
		world->record(world->record_ctx, name_of(pair), pair->nth, world->now,
			str_skip(buf_str(&end->unsent), before));
	send_unsent(end);
}

size_t sim_unsent(const struct net_conn *base)
{
	return ((const struct sim_conn *)base)->unsent.len;
}

/* --- ending --- */

static void end_now(struct sim_conn *end)
{
	end->is_closing = true;
	if (end->is_over)
		return;
	end->is_over = true;
	buf_free(&end->unsent);
	end->last_sent = NULL;
	if (end->is_open)
		schedule(other_end(end), SIM_END, NET_SIM_LATENCY_MS);
	schedule(end, SIM_CLOSED, 0);
}

void sim_close(struct net_conn *base, msec linger_ms)
{
	struct sim_conn *end = (struct sim_conn *)base;
	bool can_wait = linger_ms > 0 && end->is_open && end->unsent.len;
	if (end->is_closing && linger_ms > 0)
		return;
	end->is_closing = true;
	if (can_wait)
		schedule(end, SIM_LINGER, linger_ms);
	else
		end_now(end);
}

/* --- receiving --- */

/* Half of the reads take all that is there, the others a random part of it. */
static size_t piece_of(struct sim_conn *end, size_t there)
{
	unsigned char dice[5];
	sim_draw(&end->pieces, dice, sizeof dice);
	if (dice[0] & 1)
		return there;
	uint32_t at = (uint32_t)dice[1] | (uint32_t)dice[2] << 8 | (uint32_t)dice[3] << 16 |
		      (uint32_t)dice[4] << 24;
	return 1 + at % there;
}

static void read_arrived(struct sim_conn *end)
{
	size_t taken = 0;
	while (taken < end->arrived.len && !end->is_paused && !end->is_closing) {
		struct str rest = str_skip(buf_str(&end->arrived), taken);
		size_t len = piece_of(end, rest.len);
		taken += len;
		if (end->base.handler)
			end->base.handler->on_data(&end->base, str_from(rest.at, len));
	}
	if (end->is_closing)
		taken = end->arrived.len; /* nobody will read the rest */
	if (taken == 0)
		return;
	buf_drop(&end->arrived, taken);
	schedule(other_end(end), SIM_TAKEN, NET_SIM_LATENCY_MS)->taken = taken;
}

static void read_on(struct sim_conn *end)
{
	if (!end->is_open)
		return;
	read_arrived(end);
	if (end->end_came && end->arrived.len == 0 && !end->is_paused)
		end_now(end);
}

void sim_read(struct net_conn *base, bool on)
{
	struct sim_conn *end = (struct sim_conn *)base;
	end->is_paused = !on;
	if (!on || end->is_resuming || end->is_closing || (!end->arrived.len && !end->end_came))
		return;
	end->is_resuming = true;
	schedule(end, SIM_RESUME, 0);
}

/* --- what happens --- */

static struct sim_listener *listener_at(const struct sim_world *world, unsigned port)
{
	struct sim_listener *one;
	DL_FOREACH(world->listeners, one)
		if (one->port == port)
			return one;
	return NULL;
}

static struct sim_listener *listener_on(const struct sim_world *world, struct str path)
{
	struct sim_listener *one;
	DL_FOREACH(world->listeners, one)
		if (one->path.len && str_eq(one->path, path))
			return one;
	return NULL;
}

static struct sim_listener *listener_of(const struct sim_pair *pair)
{
	return pair->port ? listener_at(pair->world, pair->port)
			  : listener_on(pair->world, str_of(pair->host));
}

static void on_ask(struct sim_conn *server, struct sim_event *event)
{
	struct sim_pair *pair = server->pair;
	struct sim_conn *peer = &pair->ends[SIM_PEER];
	struct sim_listener *listener = listener_of(pair);
	if (peer->is_closing || !listener) {
		server->is_closing = server->is_over = server->is_closed = true;
		schedule(peer, SIM_REFUSE, NET_SIM_LATENCY_MS);
		return;
	}
	server->is_open = true;
	schedule(peer, SIM_OPEN, NET_SIM_LATENCY_MS); /* before anything that on_accept writes */
	listener->on_accept(listener->ctx, &server->base);
}

static void on_open(struct sim_conn *peer, struct sim_event *event)
{
	peer->is_open = true;
	if (peer->is_over) { /* given up meanwhile, but the other end was opened */
		schedule(other_end(peer), SIM_END, NET_SIM_LATENCY_MS);
		return;
	}
	send_unsent(peer);
	if (!peer->is_closing && peer->base.handler && peer->base.handler->on_open)
		peer->base.handler->on_open(&peer->base);
}

static void on_refuse(struct sim_conn *peer, struct sim_event *event)
{
	end_now(peer);
}

static void on_bytes(struct sim_conn *end, struct sim_event *event)
{
	if (!end->is_open)
		return;
	buf_put(&end->arrived, buf_str(&event->bytes));
	read_on(end);
}

static void on_resume(struct sim_conn *end, struct sim_event *event)
{
	end->is_resuming = false;
	read_on(end);
}

static void on_taken(struct sim_conn *end, struct sim_event *event)
{
	bool was_full = end->unsent.len > 0;
	end->in_flight -= event->taken;
	send_unsent(end);
	if (!was_full || end->unsent.len || end->is_over)
		return;
	if (end->is_closing)
		end_now(end);
	else if (end->base.handler && end->base.handler->on_drained)
		end->base.handler->on_drained(&end->base);
}

static void on_end(struct sim_conn *end, struct sim_event *event)
{
	end->end_came = true;
	if (end->is_closing)
		end_now(end);
	else
		read_on(end);
}

static void on_linger(struct sim_conn *end, struct sim_event *event)
{
	end_now(end);
}

static void on_closed(struct sim_conn *end, struct sim_event *event)
{
	end->is_closed = true;
	if (end->base.handler)
		end->base.handler->on_closed(&end->base);
}

void sim_happen(struct sim_event *event)
{
	static void (*const happens[])(struct sim_conn * end, struct sim_event * event) = {
		[SIM_ASK] = on_ask,
		[SIM_OPEN] = on_open,
		[SIM_REFUSE] = on_refuse,
		[SIM_BYTES] = on_bytes,
		[SIM_RESUME] = on_resume,
		[SIM_TAKEN] = on_taken,
		[SIM_END] = on_end,
		[SIM_LINGER] = on_linger,
		[SIM_CLOSED] = on_closed,
	};
	struct sim_pair *pair = event->end->pair;
	if (other_end(event->end)->last_sent == event)
		other_end(event->end)->last_sent = NULL;
	if (!event->end->is_closed)
		happens[event->kind](event->end, event);
	else if (event->kind == SIM_OPEN)
		on_open(event->end, event);
	sim_event_free(event);
	if (--pair->events == 0 && pair->ends[SIM_PEER].is_closed &&
		pair->ends[SIM_SERVER].is_closed)
		sim_pair_free(pair);
}

/* --- connecting and listening --- */

static struct sim_peer *peer_named(struct sim_world *world, struct str name)
{
	struct sim_peer *peer;
	HASH_FIND(hh, world->peers, name.at ? name.at : "", name.len, peer);
	if (peer)
		return peer;
	peer = mem_new(sizeof *peer + name.len + 1);
	peer->name_len = name.len;
	if (name.len)
		memcpy(peer->name, name.at, name.len);
	HASH_ADD_KEYPTR(hh, world->peers, peer->name, peer->name_len, peer);
	return peer;
}

static void end_init(struct sim_pair *pair, enum sim_side side)
{
	struct sim_conn *end = &pair->ends[side];
	end->base.net = &pair->world->base;
	end->pair = pair;
	end->side = side;
	end->pieces = sim_stream(pair->world, side == SIM_PEER ? "pieces down" : "pieces up",
		name_of(pair), pair->nth);
}

static struct sim_pair *pair_new(
	struct sim_world *world, struct str peer, struct str host, unsigned port)
{
	struct sim_pair *pair = mem_new(sizeof *pair);
	pair->world = world;
	pair->peer = peer_named(world, peer);
	pair->nth = ++pair->peer->connections;
	pair->port = port;
	pair->host = (char *)(uintptr_t)str_copy(host).at;
	end_init(pair, SIM_PEER);
	end_init(pair, SIM_SERVER);
	DL_APPEND(world->pairs, pair);
	return pair;
}

void sim_pair_free(struct sim_pair *pair)
{
	DL_DELETE(pair->world->pairs, pair);
	for (int side = 0; side < 2; side++) {
		buf_free(&pair->ends[side].unsent);
		buf_free(&pair->ends[side].arrived);
	}
	free(pair->host);
	free(pair);
}

struct net_conn *sim_connect(struct net *net, struct str peer, struct str host, unsigned port,
	const struct net_handler *handler, void *ctx)
{
	struct sim_pair *pair = pair_new((struct sim_world *)net, peer, host, port);
	net_conn_attach(&pair->ends[SIM_PEER].base, handler, ctx);
	schedule(&pair->ends[SIM_SERVER], SIM_ASK, NET_SIM_LATENCY_MS);
	return &pair->ends[SIM_PEER].base;
}

/* Port 0 is nobody's: the path stands where the host does. */
struct net_conn *sim_connect_unix(
	struct net *net, struct str path, const struct net_handler *handler, void *ctx)
{
	return sim_connect(net, STR_NONE, path, 0, handler, ctx);
}

struct net_stream sim_conn_stream(const struct net_conn *base)
{
	const struct sim_conn *end = (const struct sim_conn *)base;
	const char *purpose = end->side == SIM_PEER ? "peer" : "server";
	struct sim_stream stream =
		sim_stream(end->pair->world, purpose, name_of(end->pair), end->pair->nth);
	return sim_lend(end->pair->world, &stream);
}

struct str sim_conn_peer(const struct net_conn *base)
{
	const struct sim_conn *end = (const struct sim_conn *)base;
	return end->side == SIM_PEER ? str_of(end->pair->host) : name_of(end->pair);
}

static struct net_listener *listener_new(struct sim_world *world, unsigned port, struct str path,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx)
{
	struct sim_listener *listener = mem_new(sizeof *listener);
	listener->base.net = &world->base;
	listener->port = port;
	listener->path = str_copy(path);
	listener->on_accept = on_accept;
	listener->ctx = ctx;
	DL_APPEND(world->listeners, listener);
	return &listener->base;
}

enum err sim_listen(struct net *net, struct str host, unsigned port,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out)
{
	struct sim_world *world = (struct sim_world *)net;
	while (port == 0)
		if (!listener_at(world, ++world->last_port))
			port = world->last_port;
	if (listener_at(world, port))
		return ERR_INTERNAL;
	*out = listener_new(world, port, STR_NONE, on_accept, ctx);
	return OK;
}

enum err sim_listen_unix(struct net *net, struct str path,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out)
{
	struct sim_world *world = (struct sim_world *)net;
	if (path.len == 0 || listener_on(world, path))
		return ERR_INTERNAL;
	*out = listener_new(world, 0, path, on_accept, ctx);
	return OK;
}

unsigned sim_listener_port(const struct net_listener *listener)
{
	return ((const struct sim_listener *)listener)->port;
}

void sim_listener_close(struct net_listener *base)
{
	struct sim_listener *listener = (struct sim_listener *)base;
	struct sim_world *world = (struct sim_world *)base->net;
	DL_DELETE(world->listeners, listener);
	str_free(&listener->path);
	free(listener);
}
