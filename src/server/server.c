/* server.c - the life of a server: open, serve, stop. */
#include "server/server.h"

#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "base/log.h"
#include "net/net_tls.h"
#include "push/retell.h"
#include "server/bootstrap.h"
#include "server/reload.h"
#include "server/server_private.h"

/* --- opening ---------------------------------------------------------------------------------- */

static void tell_taken(struct buf *why, const char *host, unsigned port)
{
	buf_printf(why, "cannot listen on %s, port %u: is the port taken, the address one of ours?",
		host, port);
}

static enum err listen_for_operator(
	struct server *server, const struct config *config, struct buf *why)
{
	unsigned port;
	if (!*config->admin_host)
		return OK;
	enum err e = health_listen(
		server, str_of(config->admin_host), config->admin_port, &server->health, &port);
	if (e)
		tell_taken(why, config->admin_host, config->admin_port);
	else
		log_info("server", "health and metrics: on %s, port %u", config->admin_host, port);
	if (!e)
		health_allow(server->health, config->admin_allow, config->admin_allow_count);
	return e;
}

static enum err listen_on(struct server *server, const struct config *config, struct buf *why)
{
	const struct http_handler handler = server_http_handler(server);
	server->http = http_server_new(server->net, &handler, config->connections_max);
	const struct http_proxies proxies = {
		config->trusted_proxies, config->trusted_proxies_count};
	http_server_trust(server->http, &proxies);
	http_server_allow(server->http, config->http_allow, config->http_allow_count);
	if (*config->tls_certificate)
		server->tls = net_tls_server_new(
			server->net, config->tls_certificate, config->tls_key, why);
	if (*config->tls_certificate && !server->tls)
		return ERR_NOT_FOUND;
	struct net *world = server->tls ? server->tls : server->net;
	enum err e = http_server_listen_in(server->http, world, str_of(config->listen_host),
		config->listen_port, &server->port);
	if (e)
		tell_taken(why, config->listen_host, config->listen_port);
	return e ? e : listen_for_operator(server, config, why);
}

static enum err open_centre(
	struct server *server, struct store *store, const struct config *config, struct buf *why)
{
	const struct centre_hooks hooks = server_centre_hooks(server);
	enum err e = centre_open(
		server->net, store, str_of(config->data_dir), &hooks, &server->centre, why);
	if (e)
		return e;
	server->reload.centre = server->centre;
	server->reload.tls = server->tls;
	server->reload.is_new = centre_is_empty(server->centre);
	return server->reload.is_new ? bootstrap_centre(server->centre, server->net, config, why)
				     : OK;
}

static struct str external_url(const struct config *config, unsigned port, struct arena *arena)
{
	if (*config->external_url)
		return str_of(config->external_url);
	const char *scheme = *config->tls_certificate ? "https" : "http";
	bool is_ipv6 = strchr(config->listen_host, ':') != NULL;
	char name[256] = "";
	/* Nobody can call 0.0.0.0; this machine has a name. */
	bool is_everywhere = strcmp(config->listen_host, "0.0.0.0") == 0 ||
			     strcmp(config->listen_host, "::") == 0;
	if (is_everywhere && gethostname(name, sizeof name - 1) == 0)
		return arena_printf(arena, "%s://%s:%u/api/v2", scheme, name, port);
	return arena_printf(arena, "%s://%s%s%s:%u/api/v2", scheme, is_ipv6 ? "[" : "",
		config->listen_host, is_ipv6 ? "]" : "", port);
}

static void tell_again(void *ctx, const struct core *core, const struct event *events, size_t count,
	void (*keep)(void *keep_ctx, struct told_note *note), void *keep_ctx)
{
	const struct config *config = ctx;
	struct arena arena = {0};
	struct str url = external_url(config, config->listen_port, &arena);
	retell(&url, core, events, count, keep, keep_ctx);
	arena_free(&arena);
}

struct store_telling server_telling(const struct config *config)
{
	return (struct store_telling) {
		tell_again, (void *)(uintptr_t)config, config->replay_max_bytes};
}

static enum csrf_mode csrf_mode(const struct config *config)
{
	struct str word = str_of(config->csrf);
	if (str_is(word, "token"))
		return CSRF_TOKEN;
	return str_is(word, "off") ? CSRF_OFF : CSRF_ORIGIN;
}

static void reply_to_hook(void *ctx, struct http_ref ref, const struct http_response *response)
{
	server_reply(ctx, ref, 0, response);
}

/* url: of the API; the hooks stand beside it. */
static struct providers *open_providers(
	struct server *server, const struct config *config, struct str url)
{
	const struct providers_world world = {.net = server->net,
		.port = centre_port(server->centre),
		.formats = config->providers,
		.format_count = config->providers_count,
		.origin = str_from(url.at, url.len - strlen("/api/v2")),
		.ctx = server,
		.reply = reply_to_hook};
	return providers_new(&world);
}

static enum err open_parts(struct server *server, const struct config *config, struct buf *why)
{
	struct arena arena = {0};
	struct str url = external_url(config, server->port, &arena);
	const struct login_settings settings = {
		.csrf = csrf_mode(config),
		.external_url = url,
		.origins = (const char *const *)config->origins,
		.origin_count = config->origins_count,
		.hash_ops = config->hash_ops,
		.hash_memory = (size_t)config->hash_memory_kib * 1024,
		.idle_ms = LOGIN_IDLE_MS,
		.is_secure = server->tls != NULL,
	};
	const struct api_world api = server_api_world(server);
	const struct push_world push = server_push_world(server);
	server->logins = login_table_new(server->net, server_core(server), &settings);
	if (!server->logins) {
		buf_puts(why, "login.hash-memory-kib: this machine has not so much memory");
		arena_free(&arena);
		return ERR_INTERNAL;
	}
	server->api = api_new(&api, server->logins, url, config->always200, SOTTO_VERSION);
	server->push = push_new(&push, server->logins, url);
	server->entrance = server_entrance(server);
	server->providers = open_providers(server, config, url);
	const struct sms_world sms = {
		server->net, centre_port(server->centre), providers_maker(server->providers)};
	server->sms = sms_new(&sms);
	login_on_end(server->logins, server_login_ended, server);
	login_on_address(server->logins, server_user_came, server);
	arena_free(&arena);
	return OK;
}

static void say_started(const struct server *server, const struct config *config)
{
	const struct core *core = server_core(server);
	const struct user *user;
	const struct link *link;
	size_t users = 0;
	EACH_THERE(core->users, user)
		users++;
	log_info("server", "sotto " SOTTO_VERSION ", centre '%.*s', folder %s, %zu users",
		STR_ARGS(core->centre.name), config->data_dir, users);
	EACH_THERE(core->links, link)
		log_info("server", "link %.*s: %s%.*s to %.*s:%u", STR_ARGS(link->b.name),
			link->b.provider.len ? "provider " : "SMPP", STR_ARGS(link->b.provider),
			STR_ARGS(link->b.host), (unsigned)link->b.port);
	log_info("server", "listening on %s:%u", config->listen_host, server->port);
}

enum err server_open(struct net *net, struct store *store, const struct config *config,
	struct server **out, struct buf *why)
{
	struct server *server = mem_new(sizeof *server);
	server->net = net;
	server->always200 = config->always200;
	server->is_demo = config->is_demo;
	server->data_dir = str_copy(str_of(config->data_dir));
	server->backed_up = mem_new(sizeof *server->backed_up);
	server->started = net_now(net);
	server->reload = (struct reload) {.running = config};
	/* The port first: a server that cannot listen leaves the store as it is. */
	enum err e = listen_on(server, config, why);
	if (e)
		store->ops->close(&store);
	else
		e = open_centre(server, store, config, why);
	if (!e)
		e = open_parts(server, config, why);
	if (e) {
		server_free(&server);
		return e;
	}
	server->erasure = erasure_new(server->net, server->centre, server->data_dir);
	server->aging = aging_new(server->net, server->centre, server->erasure);
	server->is_open = true;
	centre_start(server->centre);
	reload_at_start(&server->reload);
	sms_start(server->sms);
	say_started(server, config);
	*out = server;
	return OK;
}

/* With the parts go their timers, which would ask for a core that is not there any more. */
static void close_parts(struct server *s)
{
	if (s->logins)
		login_on_end(s->logins, NULL, NULL);
	net_timer_stop(s->net, &s->admin_retry);
	health_free(&s->health);
	admin_free(&s->admin);
	aging_free(&s->aging);
	erasure_free(&s->erasure);
	sms_free(&s->sms);
	providers_free(&s->providers);
	push_free(&s->push);
	api_free(&s->api);
	http_server_free(&s->http);
	net_tls_free(&s->tls);
	login_table_free(&s->logins);
	server_news_free(s);
	server_replies_free(s);
	centre_close(&s->centre);
}

void server_free(struct server **server)
{
	struct server *s = *server;
	if (!s)
		return;
	close_parts(s);
	str_free(&s->admin_path);
	str_free(&s->data_dir);
	free(s->backed_up);
	free(s);
	*server = NULL;
}

void server_abandon(struct server **server)
{
	centre_forget_store((*server)->centre);
	server_free(server);
}

/* --- stopping: sockets, then the gate, then the store ----------------------------------------- */

static void on_idle(void *ctx)
{
	struct server *server = ctx;
	close_parts(server);
	log_info("server", "stopped");
	server->stopped(server->stopped_ctx);
}

static void part_stopped(void *ctx)
{
	struct server *server = ctx;
	if (--server->parts_stopping > 0)
		return;
	centre_rest(server->centre);
	gate_when_idle(centre_gate(server->centre), on_idle, server);
}

void server_stop(struct server *server, void (*stopped)(void *ctx), void *ctx)
{
	if (server->is_stopping)
		return;
	log_info("server", "stopping: finishing what was accepted");
	server->is_stopping = true;
	server->stopped = stopped;
	server->stopped_ctx = ctx;
	server->parts_stopping =
		3; /* http, sms, and this call itself: they may answer from inside */
	net_timer_stop(server->net, &server->admin_retry);
	if (server->admin)
		admin_stop(server->admin);
	http_server_stop(server->http, part_stopped, server);
	push_stop(server->push);
	aging_stop(server->aging);
	sms_stop(server->sms, part_stopped, server);
	part_stopped(server);
}

/* --- for others ------------------------------------------------------------------------------- */

unsigned server_port(const struct server *server)
{
	return server->port;
}

struct port *server_centre(const struct server *server)
{
	return centre_port(server->centre);
}

struct core *server_core(const struct server *server)
{
	return centre_core(server->centre);
}

void server_when_on_disk(struct server *server, struct gate_wait *wait)
{
	port_wait(server_centre(server), wait, server_core(server)->lsn);
}

struct login_person server_person(
	const struct server *server, struct str user_name, struct str own_cookie)
{
	const struct user *user = core_user_by_name(server_core(server), user_name);
	return user ? login_person(server->logins, user, own_cookie) : (struct login_person) {0};
}

void server_watch_events(
	struct server *server, void (*seen)(void *ctx, const struct event *event), void *ctx)
{
	server->seen = seen;
	server->seen_ctx = ctx;
}

void server_on_lost(
	struct server *server, void (*lost)(void *ctx, enum store_result result), void *ctx)
{
	server->lost = lost;
	server->lost_ctx = ctx;
}

static void put_status(void *ctx, struct buf *out)
{
	health_put(ctx, out);
}

void server_reload(struct server *server, struct str by)
{
	const struct admin_reload asked = {.by = by};
	struct buf answer = {0}; /* the log says it as well */
	uint64_t lsn;
	if (!server->is_stopping)
		reload_answer(&server->reload, &asked, &answer, &lsn);
	buf_free(&answer);
}

static enum err admin_try(struct server *server)
{
	const struct admin_world world = {.port = server_centre(server),
		.reload = reload_answer,
		.reload_ctx = &server->reload,
		.put_status = put_status,
		.status_ctx = server,
		.erase = erasure_ask,
		.erase_ctx = server->erasure};
	enum err e = admin_listen(server->net, server->admin_path, &world, &server->admin);
	if (e != ERR_STORE)
		return e;
	net_timer_start(server->net, &server->admin_retry, SERVER_ADMIN_RETRY_MS);
	return OK;
}

static void admin_try_again(void *ctx)
{
	struct server *server = ctx;
	enum err e = admin_try(server); /* anything else than room was said in the log */
	if (e == OK && server->admin)
		log_info("server", "the admin socket is there now");
}

enum err server_admin_listen(struct server *server, struct str path)
{
	CHECK(!server->admin && !server->admin_path.len);
	server->admin_path = str_copy(path);
	server->admin_retry = (struct net_timer) {.fire = admin_try_again, .ctx = server};
	enum err e = admin_try(server);
	if (e == OK && !server->admin)
		log_warn("server", "the disk has no room for the admin socket; it comes later");
	return e;
}
