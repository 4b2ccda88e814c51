/* server_world.c - the function tables through which the parts meet: core, commands, gate. */
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "server/server_private.h"

/* What a held notification or PDU weighs, as nobody tells: a text with its envelope. */
#define OUTPUT_BYTES 1024

static struct core *world_core(void *ctx)
{
	return server_core(ctx);
}

static enum err world_apply(void *ctx, const struct command *command, uint64_t *lsn)
{
	return server_apply(ctx, command, lsn);
}

static void hold(struct server *server, uint64_t lsn, enum gate_rank rank,
	void (*release)(void *arg), void (*drop)(void *arg), void *arg)
{
	gate_hold(centre_gate(server->centre), lsn, rank, OUTPUT_BYTES, release, drop, arg);
}

static void hold_push(void *ctx, uint64_t lsn, enum push_rank rank, void (*release)(void *arg),
	void (*drop)(void *arg), void *arg)
{
	static const enum gate_rank ranks[] = {
		[PUSH_TO_AGENTS] = GATE_PUSH,
		[PUSH_TO_SUPERVISORS] = GATE_SUPERVISOR,
	};
	hold(ctx, lsn, ranks[rank], release, drop, arg);
}

static void hold_sms(
	void *ctx, uint64_t lsn, void (*release)(void *arg), void (*drop)(void *arg), void *arg)
{
	hold(ctx, lsn, GATE_SMPP, release, drop, arg);
}

static void hold_reply(
	void *ctx, uint64_t lsn, void (*release)(void *arg), void (*drop)(void *arg), void *arg)
{
	hold(ctx, lsn, GATE_REPLY, release, drop, arg);
}

static void hold_poll(void *ctx, struct http_ref ref)
{
	http_hold(((struct server *)ctx)->http, ref);
}

static void cut(void *ctx, struct http_ref ref)
{
	http_cut(((struct server *)ctx)->http, ref);
}

struct api_world server_api_world(struct server *server)
{
	return (struct api_world) {server, world_core, world_apply, server_reply,
		server_reply_begin, server_reply_piece, cut, hold_reply};
}

struct push_world server_push_world(struct server *server)
{
	return (struct push_world) {
		server, server->net, world_core, world_apply, server_reply, hold_poll, hold_push};
}

struct sms_world server_sms_world(struct server *server)
{
	return (struct sms_world) {server, server->net, world_core, world_apply, hold_sms};
}

struct admin_world server_admin_world(struct server *server)
{
	return (struct admin_world) {server, world_core, world_apply, hold_reply};
}

/* --- requests --------------------------------------------------------------------------------- */

static void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct server *server = ctx;
	/* What a read shows must not hang on whether somebody else's command came before it in this turn. */
	centre_catch_up(server->centre);
	if (push_is_path(request->path))
		push_request(server->push, request, ref);
	else
		api_request(server->api, request, ref);
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

struct http_handler server_http_handler(struct server *server)
{
	return (struct http_handler) {on_request, on_gone, server, on_more};
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
	struct command command = {.kind = CMD_NOTE_ADDRESS, .target = user, .text = address};
	uint64_t lsn;
	if (server->centre && server_apply(server, &command, &lsn) != OK)
		log_debug("server", "where a user signed in from is not remembered");
}

/* --- events ----------------------------------------------------------------------------------- */

/* A command's events on their way to whoever watches the server. */
struct told {
	struct server *server;
	struct arena arena;
	size_t count;
	struct event events[];
};

static void told_free(void *arg)
{
	struct told *told = arg;
	arena_free(&told->arena);
	free(told);
}

static void tell(void *arg)
{
	struct told *told = arg;
	struct server *server = told->server;
	for (size_t i = 0; i < told->count && server->seen; i++)
		server->seen(server->seen_ctx, &told->events[i]);
	told_free(told);
}

static void tell_later(struct server *server, const struct event *events, size_t count)
{
	struct told *told = mem_new(sizeof *told + count * sizeof *events);
	told->server = server;
	told->count = count;
	for (size_t i = 0; i < count; i++) {
		told->events[i] = events[i];
		told->events[i].object = NULL;
		told->events[i].body =
			body_keep(event_body(events[i].kind), &told->arena, events[i].body);
	}
	hold(server, events[count - 1].lsn, GATE_SUPERVISOR, tell, told_free, told);
}

/* Whoever knows the old password is not that user any more. */
static void end_logins(struct server *server, const struct event *event)
{
	const struct body_user *body = event->body;
	struct user *user = core_user(server_core(server), body->id);
	if (user)
		login_end_user(server->logins, user);
}

static void on_events(void *ctx, const struct event *events, size_t count)
{
	struct server *server = ctx;
	if (!server->is_open)
		return;
	push_events(server->push, events, count);
	sms_events(server->sms, events, count);
	for (size_t i = 0; i < count; i++)
		if (events[i].kind == EV_USER_PASSWORD_CHANGED)
			end_logins(server, &events[i]);
	if (server->seen)
		tell_later(server, events, count);
}

static void on_rebuilt(void *ctx)
{
	struct server *server = ctx;
	if (!server->is_open)
		return;
	login_rebind(server->logins, server_core(server));
	push_rebind(server->push);
	sms_rebind(server->sms);
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
	return (struct centre_hooks) {server, on_events, on_rebuilt, on_pause, on_lost};
}
