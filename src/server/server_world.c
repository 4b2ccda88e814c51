/* server_world.c - what the parts are lent, and told: requests, events, a core made anew. */
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "api/refusal.h"
#include "base/log.h"
#include "server/routes.h"
#include "server/server_private.h"

static void hold_poll(void *ctx, struct http_ref ref)
{
	http_hold(((struct server *)ctx)->http, ref);
}

static void cut(void *ctx, struct http_ref ref)
{
	http_cut(((struct server *)ctx)->http, ref);
}

static bool upgrade(void *ctx, struct http_ref ref, struct str headers)
{
	return http_upgrade(((struct server *)ctx)->http, ref, headers);
}

static void socket_write(void *ctx, struct http_ref ref, const struct str *parts, size_t count)
{
	http_socket_write(((struct server *)ctx)->http, ref, parts, count);
}

static size_t socket_unsent(void *ctx, struct http_ref ref)
{
	return http_socket_unsent(((struct server *)ctx)->http, ref);
}

static void socket_close(void *ctx, struct http_ref ref)
{
	http_socket_close(((struct server *)ctx)->http, ref);
}

static struct ledger_source *ledger(void *ctx)
{
	return centre_ledger(((struct server *)ctx)->centre);
}

static struct past_source *past(void *ctx)
{
	return centre_past(((struct server *)ctx)->centre);
}

static bool is_link_up(void *ctx, struct str link)
{
	return sms_link_is_bound(((struct server *)ctx)->sms, link);
}

static struct earlier_source *earlier(void *ctx)
{
	return centre_earlier(((struct server *)ctx)->centre);
}

struct api_world server_api_world(struct server *server)
{
	return (struct api_world) {.port = centre_port(server->centre),
		.started = net_now(server->net),
		.is_demo = server->is_demo,
		.ctx = server,
		.reply = server_reply,
		.begin = server_reply_begin,
		.piece = server_reply_piece,
		.cut = cut,
		.net = server->net,
		.ledger = ledger,
		.past = past,
		.earlier = earlier,
		.is_link_up = is_link_up};
}

struct push_world server_push_world(struct server *server)
{
	return (struct push_world) {centre_port(server->centre), server->net, server, server_reply,
		hold_poll, refusal_response, upgrade, socket_write, socket_unsent, socket_close};
}

/* --- requests --------------------------------------------------------------------------------- */

static const struct entrance_open open_paths[] = {
	{HTTP_GET, "/api/v2/diagnostics/version"},
	{HTTP_GET, "/docs"},
	{HTTP_GET, "/docs.css"},
	{HTTP_GET, "/openapi.json"},
	{HTTP_GET, "/asyncapi.json"},
	{0},
};

static void set_order(void *ctx, struct http_ref ref, enum net_order order)
{
	http_order(ctx, ref, order);
}

static void add_headers(void *ctx, struct http_ref ref, struct str lines)
{
	http_add_headers(ctx, ref, lines);
}

static void allow(void *ctx, struct http_ref ref)
{
	const struct http_response response = refusal_response(OK);
	http_reply(ctx, ref, &response);
}

struct entrance server_entrance(struct server *server)
{
	server->desk = (struct desk_world) {server, server_reply, refusal_response};
	return (struct entrance) {.logins = server->logins,
		.ctx = server->http,
		.order = set_order,
		.add_headers = add_headers,
		.allow = allow,
		.open = open_paths,
		.rooms = {
			desk_room(&server->desk), push_room(server->push), api_room(server->api)}};
}

static void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct server *server = ctx;
	if (centre_owner_of(server->centre, server_core(server)->centre.name) != OWNER_US)
		return; /* not ours to answer, and the process is about to end */
	/* What a read shows must not hang on whether somebody else's command came before it in this turn. */
	centre_catch_up(server->centre);
	http_note_route(server->http, ref, route_of(server, request->path));
	if (providers_take(server->providers, request, ref))
		return;
	entrance_request(&server->entrance, request, ref);
}

static void on_gone(void *ctx, struct http_ref ref)
{
	struct server *server = ctx;
	login_gone(server->logins, ref);
	push_gone(server->push, ref);
	api_gone(server->api, ref);
}

static void on_more(void *ctx, struct http_ref ref)
{
	api_more(((struct server *)ctx)->api, ref);
}

static size_t on_bytes(void *ctx, struct http_ref ref, struct str *bytes)
{
	struct server *server = ctx;
	centre_catch_up(server->centre);
	return push_bytes(server->push, ref, bytes);
}

static void on_room(void *ctx, struct http_ref ref)
{
	push_drained(((struct server *)ctx)->push, ref);
}

struct http_handler server_http_handler(struct server *server)
{
	return (struct http_handler) {
		on_request, on_gone, server, on_more, refusal_response, on_bytes, on_room};
}

void server_login_ended(void *ctx, struct login *login)
{
	struct server *server = ctx;
	/* Without a user its creation was rolled back: push_rebind drops such clients. */
	if (server->push && login->user)
		push_login_ended(server->push, login);
}

/* No answer waits for it, and where the store takes no writes it is left out: the user is signed in all the
 * same, and comes again. */
void server_user_came(void *ctx, struct user *user, struct str address)
{
	struct server *server = ctx;
	struct command command = {
		.kind = CMD_NOTE_ADDRESS, .address = {.user = user, .text = address}};
	uint64_t lsn;
	if (server->centre && port_apply(server_centre(server), &command, &lsn) != OK)
		log_debug("server", "where a user signed in from is not remembered");
}

/* --- events ----------------------------------------------------------------------------------- */

/* A command's events on their way to whoever watches the server. */
struct news {
	struct server *server;
	struct gate_wait wait;
	struct news *prev, *next; /* server->news */
	struct arena arena;
	size_t count;
	struct event events[];
};

static void news_free(struct news *news)
{
	gate_forget(&news->wait);
	DL_DELETE(news->server->news, news);
	arena_free(&news->arena);
	free(news);
}

void server_news_free(struct server *server)
{
	while (server->news)
		news_free(server->news);
}

static void news_on_disk(void *ctx, bool is_durable)
{
	struct news *news = ctx;
	struct server *server = news->server;
	for (size_t i = 0; is_durable && i < news->count && server->seen; i++)
		server->seen(server->seen_ctx, &news->events[i]);
	news_free(news);
}

static void tell_later(struct server *server, const struct event *events, size_t count)
{
	struct news *news = mem_new(sizeof *news + count * sizeof *events);
	news->server = server;
	news->wait = (struct gate_wait) {.done = news_on_disk,
		.ctx = news,
		.rank = GATE_SUPERVISOR,
		.bytes = GATE_WAIT_BYTES};
	news->count = count;
	for (size_t i = 0; i < count; i++) {
		const struct event *event = &events[i];
		news->events[i] = (struct event) {.kind = event->kind,
			.lsn = event->lsn,
			.at = event->at,
			.body = body_keep(event_body(event->kind), &news->arena, event->body)};
	}
	DL_APPEND(server->news, news);
	port_wait(server_centre(server), &news->wait, events[count - 1].lsn);
}

/* Whoever knows the old password is not that user any more. */
static void end_logins(struct server *server, const struct event *event)
{
	const struct body_user *body = event->body;
	struct user *user = core_user(server_core(server), body->id);
	if (user)
		login_end_user(server->logins, user);
}

static void end_logins_of_disabled(struct server *server, const struct event *event)
{
	if (!((const struct body_user *)event->body)->enabled)
		end_logins(server, event);
}

/* A connection is ordered by the roles that its user had as it came. */
static void close_sockets(struct server *server, const struct event *event)
{
	push_roles_changed(server->push, ((const struct body_user *)event->body)->id);
}

static void end_token(struct server *server, const struct event *event)
{
	const struct body_token *body = event->body;
	struct user *user = core_user(server_core(server), body->user);
	if (user)
		login_end_token(server->logins, user, body->id);
}

static void on_events(void *ctx, const struct event *events, size_t count)
{
	struct server *server = ctx;
	if (!server->is_open)
		return;
	api_events(server->api, events, count);
	push_events(server->push, events, count);
	sms_events(server->sms, events, count);
	erasure_events(server->erasure, events, count);
	aging_events(server->aging, events, count);
	for (size_t i = 0; i < count; i++)
		server->event_counts[events[i].kind]++;
	for (size_t i = 0; i < count; i++)
		if (events[i].kind == EV_USER_PASSWORD_CHANGED || events[i].kind == EV_USER_REMOVED)
			end_logins(server, &events[i]);
		else if (events[i].kind == EV_USER_CHANGED)
			end_logins_of_disabled(server, &events[i]);
		else if (events[i].kind == EV_USER_ROLES_CHANGED)
			close_sockets(server, &events[i]);
		else if (events[i].kind == EV_TOKEN_REVOKED)
			end_token(server, &events[i]);
	if (server->seen)
		tell_later(server, events, count);
}

static void on_rebuilt(void *ctx)
{
	struct server *server = ctx;
	if (!server->is_open)
		return;
	login_rebind(server->logins, server_core(server));
	api_rebind(server->api);
	push_rebind(server->push);
	sms_rebind(server->sms);
}

static void on_projected(void *ctx, uint64_t lsn)
{
	struct server *server = ctx;
	if (server->is_open)
		push_projected(server->push, lsn);
}

static void on_pause(void *ctx, bool on)
{
	struct server *server = ctx;
	if (!server->is_open)
		return;
	log_info("server", on ? "outputs wait for the disk: reading stops" : "reading goes on");
	http_server_pause(server->http, on);
	sms_pause(server->sms, on);
}

/* Nothing more is answered: what is on disk counts, and only a start from the store can tell.
 * Even an orderly end would say too much. */
static void on_lost(void *ctx, enum store_result result)
{
	static const char *const reasons[] = {
		[STORE_FENCED] = "another process owns the store now",
		[STORE_REFUSED] = "the store cannot be written, not even what it starts with",
		[STORE_UNKNOWN] = "the outcome of a commit is unknown",
	};
	struct server *server = ctx;
	log_error("server", "%s; ending without further answers", reasons[result]);
	if (!server->lost)
		_exit(result == STORE_REFUSED ? EXIT_FAILURE : SERVER_EXIT_STORE);
	server->lost(server->lost_ctx, result);
}

struct centre_hooks server_centre_hooks(struct server *server)
{
	return (struct centre_hooks) {
		server, on_events, on_rebuilt, on_pause, on_lost, on_projected};
}
