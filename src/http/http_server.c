/* http_server.c - the connections of a server: who they are, their time-outs, pause and stop. */
#include "http/http_server.h"
#include "http/http_server_private.h"

#include <stddef.h>
#include <stdlib.h>

/* How long an idle connection's last bytes may take to leave when the server stops; and the rest of a
 * long reply. */
#define STOP_LINGER_MS 5000

static void run_ready(void *ctx);
static void run_last(void *ctx);
static void cut_long(void *ctx);
static void tell_drained(void *ctx);

static void timer_init(struct net *net, struct net_timer *timer, void (*fire)(void *ctx), void *ctx)
{
	timer->fire = fire;
	timer->ctx = ctx;
	net_timer_start(
		net, timer, 0); /* as in http_waits.c: numbered here, not by who comes first */
	net_timer_stop(net, timer);
}

static const uint64_t durations[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000};

struct http_server *http_server_new(
	struct net *net, const struct http_handler *handler, size_t connections_max)
{
	struct http_server *server = mem_new(sizeof *server);
	server->net = net;
	server->handler = *handler;
	server->connections_max = connections_max;
	server->partial_max = HTTP_PARTIAL_MAX;
	for (size_t i = 0; i < HTTP_ROUTES_MAX; i++)
		server->tallies[i].duration_ms = (struct histogram) {
			.bounds = durations, .bound_count = sizeof durations / sizeof durations[0]};
	server->date_at = -1;
	http_waits_init(&server->idle, net, HTTP_IDLE_TIMEOUT_MS, http_conn_timed_out);
	http_waits_init(&server->asking, net, HTTP_REQUEST_TIMEOUT_MS, http_conn_timed_out);
	http_waits_init(&server->writing, net, HTTP_WRITE_TIMEOUT_MS, http_conn_write_timed_out);
	http_waits_init(&server->ready, net, 0, NULL);
	http_waits_init(&server->last, net, 0, NULL);
	http_waits_init(&server->stalled, net, 0, NULL);
	timer_init(net, &server->ready_timer, run_ready, server);
	server->ready_turn = (struct net_turn) {.run = run_ready, .ctx = server};
	server->last_turn = (struct net_turn) {.run = run_last, .ctx = server};
	timer_init(net, &server->drained_timer, tell_drained, server);
	timer_init(net, &server->cut_timer, cut_long, server);
	return server;
}

void http_server_set_partial_max(struct http_server *server, size_t bytes)
{
	server->partial_max = bytes;
}

void http_server_trust(struct http_server *server, const struct http_proxies *proxies)
{
	size_t bytes = proxies->count * sizeof *proxies->at;
	server->proxies = mem_resize(server->proxies, bytes + 1);
	server->proxy_count = proxies->count;
	if (bytes)
		memcpy(server->proxies, proxies->at, bytes);
}

void http_server_allow(struct http_server *server, const struct ip_block *blocks, size_t count)
{
	size_t bytes = count * sizeof *blocks;
	server->allowed = mem_resize(server->allowed, bytes + 1);
	server->allowed_count = count;
	if (bytes)
		memcpy(server->allowed, blocks, bytes);
}

/* By the other side of the connection: what a header says anybody can write. */
static bool is_allowed(const struct http_server *server, const struct net_conn *conn)
{
	struct ip ip;
	if (!server->allowed_count)
		return true;
	if (!ip_read(net_conn_peer(conn), &ip))
		return false;
	for (size_t i = 0; i < server->allowed_count; i++)
		if (ip_is_in(&ip, &server->allowed[i]))
			return true;
	return false;
}

/* --- slots --- */

static uint32_t take_slot(struct http_server *server)
{
	if (server->free_count)
		return server->free_slots[--server->free_count];
	uint32_t slot = server->slot_count++;
	if ((slot & (slot - 1)) == 0) { /* 0 and the powers of two: grow */
		size_t room = slot ? 2 * (size_t)slot : 1;
		server->slots = mem_resize(server->slots, room * sizeof *server->slots);
		server->free_slots =
			mem_resize(server->free_slots, room * sizeof *server->free_slots);
	}
	server->slots[slot] = (struct http_slot) {0};
	return slot;
}

struct http_conn *http_server_find(const struct http_server *server, struct http_ref ref)
{
	if (ref.slot >= server->slot_count)
		return NULL;
	const struct http_slot *slot = &server->slots[ref.slot];
	bool is_owed = slot->conn && slot->conn->is_owed && slot->generation == ref.generation;
	return is_owed ? slot->conn : NULL;
}

struct http_ref http_conn_ref(const struct http_conn *conn)
{
	return (struct http_ref) {conn->slot, conn->server->slots[conn->slot].generation};
}

/* --- connections come and go --- */

static void on_accept(void *ctx, struct net_conn *net)
{
	struct http_server *server = ctx;
	if (server->is_stopping || server->connections >= server->connections_max ||
		!is_allowed(server, net)) {
		net_close(net, 0);
		return;
	}
	server->connections++;
	http_conn_accept(server, net, take_slot(server));
}

enum err http_server_listen(
	struct http_server *server, struct str host, unsigned port, unsigned *bound_port)
{
	return http_server_listen_in(server, server->net, host, port, bound_port);
}

enum err http_server_listen_in(struct http_server *server, struct net *world, struct str host,
	unsigned port, unsigned *bound_port)
{
	struct net_listener *listener = NULL;
	enum err e = net_listen(world, host, port, on_accept, server, &listener);
	if (e != OK)
		return e;
	size_t count = server->listener_count++;
	server->listeners =
		mem_resize(server->listeners, (count + 1) * sizeof(struct net_listener *));
	server->listeners[count] = listener;
	*bound_port = net_listener_port(listener);
	return OK;
}

void http_server_lost(struct http_server *server, struct http_conn *conn)
{
	struct http_ref ref = http_conn_ref(conn);
	bool was_owed = conn->is_owed;
	server->slots[conn->slot].conn = NULL;
	server->free_slots[server->free_count++] = conn->slot;
	server->connections--;
	if (was_owed)
		server->handler.on_gone(server->handler.ctx, ref);
	http_server_give_parser(server, &conn->parse);
	buf_free(&conn->backlog);
	str_free(&conn->headers);
	http_long_end(conn);
	free(conn);
	if (server->is_stopping && server->connections == 0)
		net_timer_start(server->net, &server->drained_timer, 0);
}

size_t http_server_connections(const struct http_server *server)
{
	return server->connections;
}

void http_note_route(struct http_server *server, struct http_ref ref, unsigned route)
{
	struct http_conn *conn = http_server_find(server, ref);
	CHECK(route < HTTP_ROUTES_MAX);
	if (conn)
		conn->route = (uint8_t)route;
}

const struct http_tally *http_server_tally(const struct http_server *server, unsigned route)
{
	CHECK(route < HTTP_ROUTES_MAX);
	return &server->tallies[route];
}

void http_server_count(struct http_conn *conn, int status)
{
	struct http_tally *tally = &conn->server->tallies[conn->route];
	tally->replied[http_status_place(status)]++;
	if (conn->state == CONN_ANSWERING)
		histogram_add(&tally->duration_ms,
			(uint64_t)(net_now(conn->server->net) - conn->asked_at));
}

/* --- replies --- */

void http_reply(
	struct http_server *server, struct http_ref ref, const struct http_response *response)
{
	struct http_conn *conn = http_server_find(server, ref);
	if (conn && conn->state != CONN_SOCKET)
		http_conn_answer(conn, response);
}

void http_hold(struct http_server *server, struct http_ref ref)
{
	struct http_conn *conn = http_server_find(server, ref);
	if (conn)
		http_conn_hold(conn);
}

/* --- what connections share --- */

struct http_parse *http_server_take_parser(struct http_server *server)
{
	return server->spare_count ? server->spares[--server->spare_count] : http_parse_new();
}

void http_server_give_parser(struct http_server *server, struct http_parse **parse)
{
	if (!*parse)
		return;
	if (server->spare_count == HTTP_SPARE_PARSERS) {
		http_parse_free(parse);
		return;
	}
	http_parse_reset(*parse);
	server->spares[server->spare_count++] = *parse;
	*parse = NULL;
}

const char *http_server_date(struct http_server *server)
{
	msec second = net_now(server->net) / 1000;
	if (second != server->date_at)
		msec_http_date(server->date, second * 1000);
	server->date_at = second;
	return server->date;
}

/* --- backlogs --- */

static struct http_conn *conn_at(struct http_wait *place)
{
	return (struct http_conn *)(void *)((char *)place - offsetof(struct http_conn, place));
}

void http_server_get_ready(struct http_server *server, struct http_conn *conn)
{
	bool comes_last = net_order_of(conn->net) == NET_LAST;
	struct http_waits *line = comes_last ? &server->last : &server->ready;
	if (conn->place.in == line)
		return;
	http_waits_put(line, &conn->place);
	if (comes_last) {
		net_turn_ask(server->net, &server->last_turn, NET_LAST);
		return;
	}
	if (!server->is_running_ready)
		net_timer_start(server->net, &server->ready_timer, 0);
}

/* In a turn of its own, as http_reply promises; and in several, where the answers are long. */
static void run_ready(void *ctx)
{
	struct http_server *server = ctx;
	server->is_running_ready = true;
	server->turn_bytes = 0;
	while (server->ready.first && server->turn_bytes < HTTP_TURN_BYTES) {
		struct http_wait *place = server->ready.first;
		http_waits_drop(place);
		http_conn_go_on(conn_at(place));
	}
	server->is_running_ready = false;
	if (server->ready.first)
		net_turn_ask(server->net, &server->ready_turn, NET_FIRST);
}

static void run_last(void *ctx)
{
	struct http_server *server = ctx;
	struct http_wait *place = server->last.first;
	if (!place)
		return;
	server->turn_bytes = 0;
	http_waits_drop(place);
	http_conn_go_on(conn_at(place));
	if (server->last.first)
		net_turn_ask(server->net, &server->last_turn, NET_LAST);
}

void http_order(struct http_server *server, struct http_ref ref, enum net_order order)
{
	struct http_conn *conn = http_server_find(server, ref);
	if (conn && conn->state != CONN_CLOSING)
		net_order(conn->net, order);
}

void http_add_headers(struct http_server *server, struct http_ref ref, struct str lines)
{
	struct http_conn *conn = http_server_find(server, ref);
	if (!conn)
		return;
	struct buf all = {0};
	buf_put(&all, conn->headers);
	buf_put(&all, lines);
	str_free(&conn->headers);
	conn->headers = buf_str(&all);
}

enum net_order http_order_of(const struct http_server *server, struct http_ref ref)
{
	const struct http_conn *conn = http_server_find(server, ref);
	return conn ? net_order_of(conn->net) : NET_LAST;
}

void http_server_pause(struct http_server *server, bool on)
{
	struct http_wait *place, *next;
	server->is_paused = on;
	for (place = on ? NULL : server->stalled.first; place; place = next) {
		next = place->next;
		http_conn_settle(conn_at(place));
	}
}

/* --- the end --- */

static void tell_drained(void *ctx)
{
	struct http_server *server = ctx;
	if (server->drained)
		server->drained(server->drained_ctx);
}

/* Whoever reads a long reply slowly, or keeps a socket, keeps nobody's server from ending. */
static void cut_long(void *ctx)
{
	struct http_server *server = ctx;
	for (uint32_t i = 0; i < server->slot_count; i++) {
		struct http_conn *conn = server->slots[i].conn;
		if (conn && (conn->state == CONN_LONG || conn->state == CONN_SOCKET))
			http_conn_close(conn, 0);
	}
}

static void stop_listening(struct http_server *server)
{
	while (server->listener_count)
		net_listener_close(&server->listeners[--server->listener_count]);
}

void http_server_stop(struct http_server *server, void (*drained)(void *ctx), void *ctx)
{
	server->is_stopping = true;
	server->drained = drained;
	server->drained_ctx = ctx;
	stop_listening(server);
	for (uint32_t i = 0; i < server->slot_count; i++) {
		struct http_conn *conn = server->slots[i].conn;
		if (conn && conn->state == CONN_IDLE && conn->backlog.len == 0)
			http_conn_close(conn, STOP_LINGER_MS);
	}
	if (server->connections == 0)
		net_timer_start(server->net, &server->drained_timer, 0);
	else
		net_timer_start(server->net, &server->cut_timer, STOP_LINGER_MS);
}

void http_server_close_all(struct http_server *server)
{
	for (uint32_t i = 0; i < server->slot_count; i++)
		if (server->slots[i].conn)
			http_conn_close(server->slots[i].conn, 0);
}

static void ignore_data(struct net_conn *net, struct str bytes)
{
}

static void ignore_closed(struct net_conn *net)
{
}

/* Its connections close without a server; net still says so to somebody. */
static void abandon(struct http_server *server, struct http_conn *conn)
{
	static const struct net_handler nobody = {
		.on_data = ignore_data, .on_closed = ignore_closed};
	http_conn_close(conn, 0);
	net_conn_attach(conn->net, &nobody, NULL);
	http_server_give_parser(server, &conn->parse);
	buf_free(&conn->backlog);
	str_free(&conn->headers);
	free(conn);
}

void http_server_free(struct http_server **at)
{
	struct http_server *server = *at;
	if (!server)
		return;
	stop_listening(server);
	for (uint32_t i = 0; i < server->slot_count; i++)
		if (server->slots[i].conn)
			abandon(server, server->slots[i].conn);
	struct http_waits *all[] = {&server->idle, &server->asking, &server->writing,
		&server->ready, &server->last, &server->stalled};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		http_waits_fini(all[i]);
	net_timer_stop(server->net, &server->ready_timer);
	net_turn_drop(&server->ready_turn);
	net_turn_drop(&server->last_turn);
	net_timer_stop(server->net, &server->cut_timer);
	net_timer_stop(server->net, &server->drained_timer);
	while (server->spare_count)
		http_parse_free(&server->spares[--server->spare_count]);
	buf_free(&server->out);
	free(server->allowed);
	free(server->proxies);
	free(server->listeners);
	free(server->slots);
	free(server->free_slots);
	free(server);
	*at = NULL;
}
