/* serve_cmd.c - `sotto serve`: the server in the foreground, until SIGTERM or SIGINT. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "centre/store_loop.h"
#include "cli/cli.h"
#include "cli/cli_folder.h"
#include "cli/cli_options.h"
#include "cli/sd_notify.h"
#include "config/config.h"
#include "net/net_uv.h"
#include "server/server.h"

struct serve {
	struct config *config;
	struct net *net;
	struct store_loop_net *loop;
	struct server *server;
	struct gate_wait ready;
	bool is_stopping;
	msec stopping_since;
};

static void stopped(void *ctx)
{
	net_uv_stop(((struct serve *)ctx)->net);
}

/* What comes twice at once, as from a terminal and a service manager, is one signal. */
#define ONE_SIGNAL_MS 1000

/* The first signal asks to finish what was accepted; whoever repeats it does not want to wait. */
static void on_signal(void *ctx, int signal)
{
	struct serve *serve = ctx;
	if (serve->is_stopping && net_now(serve->net) - serve->stopping_since < ONE_SIGNAL_MS)
		return;
	if (serve->is_stopping) {
		log_warn("server", "second signal: ending at once");
		_exit(CLI_FAILED);
	}
	serve->is_stopping = true;
	sd_notify_say("STOPPING=1");
	serve->stopping_since = net_now(serve->net);
	server_stop(serve->server, stopped, serve);
}

/* What is in files may change while we serve. */
static void on_hangup(void *ctx, int signal)
{
	struct serve *serve = ctx;
	if (!serve->is_stopping)
		server_reload(serve->server, STR("SIGHUP"));
}

/* What the store started with is on disk: whoever reads this line may rely on it. */
static void say_ready(void *ctx, bool is_durable)
{
	const struct serve *serve = ctx;
	if (!is_durable)
		return;
	const char *host = serve->config->listen_host;
	bool is_ipv6 = strchr(host, ':') != NULL;
	printf("ready http%s://%s%s%s:%u\n", *serve->config->tls_certificate ? "s" : "",
		is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", server_port(serve->server));
	fflush(stdout);
	sd_notify_say("READY=1");
}

static enum err open_server(struct serve *serve, struct buf *why)
{
	struct store *store = NULL;
	const struct store_telling telling = server_telling(serve->config);
	enum err e =
		store_sqlite_open(str_of(serve->config->data_dir), store_loop_net_loop(serve->loop),
			&telling, serve->config->journal_kept_ms, &store, why);
	if (!e)
		e = server_open(serve->net, store, serve->config, &serve->server, why);
	if (e)
		return e;
	struct buf path = {0};
	buf_printf(&path, "%s/admin.sock", serve->config->data_dir);
	e = server_admin_listen(serve->server, buf_str(&path));
	if (e)
		buf_printf(why, "cannot listen on %.*s", STR_ARGS(buf_str(&path)));
	buf_free(&path);
	return e;
}

static int serve_until_stopped(struct serve *serve)
{
	struct buf why = {0};
	int exit_code = CLI_FINE;
	serve->net = net_uv_new();
	net_uv_set_grid(serve->net, serve->config->grid_ms);
	serve->loop = store_loop_net_new(serve->net);
	if (open_server(serve, &why) == OK) {
		net_uv_on_signal(serve->net, SIGTERM, on_signal, serve);
		net_uv_on_signal(serve->net, SIGINT, on_signal, serve);
		net_uv_on_signal(serve->net, SIGHUP, on_hangup, serve);
		serve->ready = (struct gate_wait) {.done = say_ready, .ctx = serve};
		server_when_on_disk(serve->server, &serve->ready);
		net_uv_run(serve->net);
	} else {
		fprintf(stderr, "sotto serve: %.*s\n", STR_ARGS(buf_str(&why)));
		exit_code = CLI_FAILED;
	}
	server_free(&serve->server);
	net_uv_free(&serve->net);
	store_loop_net_free(&serve->loop);
	buf_free(&why);
	return exit_code;
}

int serve_cmd(int argc, char **argv)
{
	const char *file = NULL;
	const struct cli_option options[] = {
		{"--config", "FILE", "the configuration file (commented sample: doc/sotto.yaml)",
			&file, NULL},
		{0},
	};
	const struct cli_syntax syntax = {"serve --config FILE",
		"Serves in the foreground. Prints `ready http://HOST:PORT` once it does; logs to\n"
		"standard error. SIGTERM or SIGINT: finishes what was accepted, then ends.\n"
		"SIGHUP: does what `sotto reload` does.\n"
		"Exit code 74: the outcome of a commit is unknown; start it again.\n",
		options, 0};
	const char *words[CLI_WORDS_MAX];
	struct serve serve = {0};
	struct buf why = {0};
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	if (!file)
		return cli_wrong(&syntax, "--config is missing", "");
	if (config_read(str_of(file), &serve.config, &why)) {
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
		buf_free(&why);
		return CLI_FAILED;
	}
	log_as(serve.config->log_level, serve.config->log_format, serve.config->log_phones);
	exit_code = cli_as_owner(serve.config->data_dir) ? serve_until_stopped(&serve) : CLI_FAILED;
	config_free(&serve.config);
	return exit_code;
}
