/* demo_cmd.c - server, SMSC with customers, and agents' bots around one loop; they meet on sockets. */
#include "cli/demo_cmd.h"
#include "base/log.h"
#include "centre/store_loop.h"
#include "cli/cli.h"
#include "cli/cli_options.h"
#include "cli/demo_news.h"
#include "client/bot.h"
#include "config/config.h"
#include "net/net_uv.h"
#include "server/server.h"
#include "smsc/smsc_sim.h"
#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEMO_NUMBER  "5000"
#define DEMO_BOTS    3
#define REMIND_EVERY 20 /* lines of news: most of a terminal's height */
/* How long customers type. They have answered before a bot completes, else their answer would open a session. */
#define REPLY_MOST_MS 9000
static_assert(REPLY_MOST_MS + 2000 < BOT_LAST_WORD_MS, "and the carrier has its time as well");
/* With three bots and so many, a Ready person is offered a session within 30 s. */
#define DEMO_CUSTOMERS "18"

struct demo_options {
	unsigned port;
	const char *data;
	uint64_t seed;
	unsigned customers;
	bool with_bots;
};

struct demo {
	struct demo_options options;
	struct net *net;
	struct store_loop_net *loop;
	char folder[512];
	bool is_temporary;
	struct config *config;
	struct smsc_sim *sim;
	struct server *server;
	struct gate_wait ready;
	struct bot *bots[DEMO_BOTS];
	unsigned told; /* lines of news */
	int exit_code;
};

static const char configuration[] =
	"# Written by `sotto demo`. It can also be served without bots and customers:\n"
	"#   sotto serve --config THIS-FILE\n"
	"listen: 127.0.0.1:%u\n"
	"data-dir: %s\n"
	"bootstrap:\n"
	"  centre: Demo\n"
	"  users:\n"
	"    - {name: sam, first-name: Samira, last-name: Novak, roles: [supervisor], password: "
	"demo}\n"
	"    - {name: sue, first-name: Sue, last-name: Park, roles: [supervisor], password: demo}\n"
	"    - {name: ana, first-name: Ana, last-name: Lind, roles: [agent], "
	"groups: [Orders], skills: [Czech=3], password: demo}\n"
	"    - {name: ben, first-name: Ben, last-name: Okoro, roles: [agent], "
	"groups: [Orders], password: demo}\n"
	"    - {name: cho, first-name: Cho, last-name: Tanaka, roles: [agent], "
	"groups: [Returns], password: demo}\n"
	"    - {name: ada, first-name: Ada, last-name: Moreau, roles: [admin], password: demo}\n"
	"    - {name: olga, first-name: Olga, last-name: Berg, roles: [auditor], sms: no, "
	"password: demo}\n"
	"  links:\n"
	"    - {name: carrier, host: 127.0.0.1, port: %u, system-id: sotto, password: demo}\n"
	"  queues:\n"
	"    - {name: service, number: \"" DEMO_NUMBER "\", link: carrier}\n"
	"  canned-responses:\n"
	"    - {name: hello, text: \"Hello, this is {{agent.firstName}}. How may I help you?\"}\n"
	"    - {name: hours, text: \"We answer from 9 to 17 on working days.\"}\n"
	"    - {name: thanks, text: \"Thank you for writing to us. Goodbye!\"}\n"
	"  dispositions: [Delivery, Invoice, Complaint, Other]\n"
	"  not-ready-reasons: [Lunch, Training]\n"
	"  supervision:\n"
	"    rules: [{name: complaint, words: [charged twice, did not come, cancel], texts: "
	"customer}]\n";

/* --- the data folder ---------------------------------------------------------------------------- */

static bool make_folder(struct demo *demo)
{
	if (demo->options.data) {
		if (snprintf(demo->folder, sizeof demo->folder, "%s", demo->options.data) >=
			(int)sizeof demo->folder - 32)
			return false;
		return mkdir(demo->folder, 0700) == 0 || errno == EEXIST;
	}
	const char *tmp = getenv("TMPDIR");
	snprintf(demo->folder, sizeof demo->folder, "%s/sotto-demo-XXXXXX", tmp ? tmp : "/tmp");
	demo->is_temporary = mkdtemp(demo->folder) != NULL;
	return demo->is_temporary;
}

static int remove_entry(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	return remove(path);
}

static void remove_folder(struct demo *demo)
{
	if (demo->is_temporary)
		nftw(demo->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- customers ---------------------------------------------------------------------------------- */

static enum err open_customers(struct demo *demo, unsigned port)
{
	struct smsc_sim_settings settings = {
		.host = STR("127.0.0.1"),
		.port = port,
		.system_id = STR("sotto"),
		.password = STR("demo"),
		.seed = demo->options.seed,
		.customers = demo->options.customers,
		.number = STR(DEMO_NUMBER),
		.first_text_ms = 500,
		.pause_least_ms = 3000,
		.pause_most_ms = 15000,
		.reply_least_ms = 3000,
		.reply_most_ms = REPLY_MOST_MS,
		.receipt_ms = 800,
	};
	return smsc_sim_new(demo->net, &settings, &demo->sim);
}

/* --- configuration: written the first time, read ever after ------------------------------------- */

static bool write_configuration(struct demo *demo, const char *path)
{
	FILE *file = fopen(path, "w");
	if (!file)
		return false;
	fprintf(file, configuration, demo->options.port, demo->folder, smsc_sim_port(demo->sim));
	return fclose(file) == 0;
}

/* The SMSC's port is part of the stored link, so a kept folder finds its customers again. */
static bool configure(struct demo *demo, struct buf *why)
{
	char path[600];
	snprintf(path, sizeof path, "%s/demo.yaml", demo->folder);
	bool is_first = access(path, F_OK) != 0;
	if (is_first && (open_customers(demo, 0) != OK || !write_configuration(demo, path))) {
		buf_printf(why, "cannot write %s", path);
		return false;
	}
	if (config_read(str_of(path), &demo->config, why) != OK)
		return false;
	demo->config->listen_port = demo->options.port;
	demo->config->is_demo = true;
	if (!is_first && open_customers(demo, demo->config->links[0].port) != OK) {
		buf_printf(
			why, "port %u of the simulated SMSC is taken", demo->config->links[0].port);
		return false;
	}
	return true;
}

/* --- server ------------------------------------------------------------------------------------- */

static bool open_server(struct demo *demo, struct buf *why)
{
	struct store *store;
	const struct store_telling telling = server_telling(demo->config);
	demo->loop = store_loop_net_new(demo->net);
	return store_sqlite_open(str_of(demo->folder), store_loop_net_loop(demo->loop), &telling,
		       demo->config->journal_kept_ms, &store, why) == OK &&
	       server_open(demo->net, store, demo->config, &demo->server, why) == OK;
}

/* What was said at the start has left the screen by now. */
static void remind(const struct demo *demo)
{
	printf("\n  http://127.0.0.1:%u - sam watches, ana answers, and all passwords are: demo. "
	       "Ctrl-C ends it.\n\n",
		server_port(demo->server));
	fflush(stdout);
}

static void demo_tell(void *ctx, const struct event *event)
{
	struct demo *demo = ctx;
	if (demo_news_print(server_core(demo->server), event) && ++demo->told % REMIND_EVERY == 0)
		remind(demo);
}

/* --- bots --------------------------------------------------------------------------------------- */

static struct login_person person(void *ctx, struct str user, struct str own_cookie)
{
	const struct demo *demo = ctx;
	return server_person(demo->server, user, own_cookie);
}

static void open_bots(struct demo *demo)
{
	static const char *const names[DEMO_BOTS] = {"ana", "ben", "cho"};
	for (int i = 0; i < DEMO_BOTS; i++) {
		struct bot_settings settings = {
			.host = STR("127.0.0.1"),
			.port = server_port(demo->server),
			.user = str_of(names[i]),
			.password = STR("demo"),
			.person = person,
			.ctx = demo,
		};
		demo->bots[i] = bot_new(demo->net, &settings);
	}
}

/* --- what to try -------------------------------------------------------------------------------- */

static void say_what_to_try(const struct demo *demo)
{
	unsigned port = server_port(demo->server);
	printf("ready http://127.0.0.1:%u\n\n", port);
	printf("Open it and sign in: sam and sue supervise, ana, ben and cho are agents, ada is "
	       "the "
	       "administrator, olga the auditor; the password of all is: demo\n\n");
	printf("In another terminal, as supervisor sam, silently follow the next session of "
	       "ana:\n\n");
	printf("  curl -s -u sam:demo http://127.0.0.1:%u/api/v2/me -d "
	       "'{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"smssession\"]}'"
	       "\n",
		port);
	printf("  curl -s -u sam:demo http://127.0.0.1:%u/api/v2/users/ana/channels/smssession -d "
	       "'{\"operationName\":\"Monitor\",\"supervisorMonitoringMode\":\"NextChat\"}'\n",
		port);
	printf("  until curl -s -u sam:demo 'http://127.0.0.1:%u/api/v2/me/smssessions?fields=*' | "
	       "grep "
	       "Invited; do sleep 1; done\n",
		port);
	printf("  curl -s -u sam:demo http://127.0.0.1:%u/api/v2/me/smssessions/$(curl -s -u "
	       "sam:demo "
	       "'http://127.0.0.1:%u/api/v2/me/smssessions?fields=*' | grep -o "
	       "'\"id\":\"[0-9A-Z]*' | tail "
	       "-n 1 | cut -c 7-) -d '{\"operationName\":\"Accept\"}'\n",
		port, port);
	printf("  curl -s -u sam:demo http://127.0.0.1:%u/api/v2/me/smssessions/$(curl -s -u "
	       "sam:demo "
	       "'http://127.0.0.1:%u/api/v2/me/smssessions?fields=*' | grep -o "
	       "'\"id\":\"[0-9A-Z]*' | tail "
	       "-n 1 | cut -c 7-)/messages\n\n",
		port, port);
	printf("or live, as supervisor sue:\n\n");
	printf("  build/sotto watch ana --user sue --url http://127.0.0.1:%u\n\n", port);
	fflush(stdout);
}

/* What the store started with is on disk: whoever reads this may rely on it. */
static void demo_on_disk(void *ctx, bool is_durable)
{
	struct demo *demo = ctx;
	if (!is_durable)
		return;
	say_what_to_try(demo);
	server_watch_events(demo->server, demo_tell, demo);
	if (demo->options.with_bots)
		open_bots(demo);
}

/* --- life --------------------------------------------------------------------------------------- */

static void stopped(void *ctx)
{
	struct demo *demo = ctx;
	net_uv_stop(demo->net);
}

static void on_signal(void *ctx, int signal)
{
	struct demo *demo = ctx;
	for (int i = 0; i < DEMO_BOTS; i++)
		bot_free(&demo->bots[i]);
	server_stop(demo->server, stopped, demo);
}

static bool open_all(struct demo *demo, struct buf *why)
{
	if (!make_folder(demo)) {
		buf_printf(why, "cannot make the folder %s", demo->folder);
		return false;
	}
	return configure(demo, why) && open_server(demo, why);
}

static void run_all(struct demo *demo)
{
	demo->ready = (struct gate_wait) {.done = demo_on_disk, .ctx = demo};
	server_when_on_disk(demo->server, &demo->ready);
	net_uv_on_signal(demo->net, SIGINT, on_signal, demo);
	net_uv_on_signal(demo->net, SIGTERM, on_signal, demo);
	net_uv_run(demo->net);
}

static int demo_run(const struct demo_options *options)
{
	struct demo demo = {.options = *options};
	struct buf why = {0};
	log_to(LOG_WARN);
	demo.net = net_uv_new();
	if (open_all(&demo, &why)) {
		run_all(&demo);
	} else {
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
		demo.exit_code = CLI_FAILED;
	}
	if (demo.server)
		server_free(&demo.server);
	if (demo.sim)
		smsc_sim_free(&demo.sim);
	if (demo.config)
		config_free(&demo.config);
	net_uv_free(&demo.net);
	store_loop_net_free(&demo.loop);
	remove_folder(&demo);
	buf_free(&why);
	return demo.exit_code;
}

static bool read_number(const char *text, uint64_t most, uint64_t *out)
{
	return str_u64(str_of(text), out) && *out <= most;
}

int demo_cmd(int argc, char **argv)
{
	const char *port = "8080", *seed = "1", *customers = DEMO_CUSTOMERS;
	struct demo_options demo = {.with_bots = true};
	bool no_bots = false;
	uint64_t port_number, customer_count;
	const struct cli_option options[] = {
		{"--port", "N", "HTTP port on 127.0.0.1 (default 8080; 0: any free one)", &port,
			NULL},
		{"--data", "DIR", "keep everything there, and go on from it the next time",
			&demo.data, NULL},
		{"--seed", "N", "of the customers' choices (default 1)", &seed, NULL},
		{"--customers", "N", "how many (default " DEMO_CUSTOMERS ")", &customers, NULL},
		{"--no-bots", NULL, "nobody answers but you", NULL, &no_bots},
		{0},
	};
	const struct cli_syntax syntax = {"demo [OPTIONS]",
		"A running contact centre: simulated customers write through a real SMPP link,\n"
		"scripted agents (ana, ben, cho) answer, and you sign in as a supervisor (sam, "
		"sue)\n"
		"or take over an agent. All passwords are: demo. Ctrl-C ends it.\n",
		options, 0};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	if (!read_number(port, 65535, &port_number))
		return cli_wrong(&syntax, "not a port: ", port);
	if (!read_number(seed, UINT64_MAX, &demo.seed))
		return cli_wrong(&syntax, "not a number: ", seed);
	if (!read_number(customers, 10000, &customer_count))
		return cli_wrong(&syntax, "not a number of customers up to 10000: ", customers);
	demo.port = (unsigned)port_number;
	demo.customers = (unsigned)customer_count;
	demo.with_bots = !no_bots;
	return demo_run(&demo);
}
