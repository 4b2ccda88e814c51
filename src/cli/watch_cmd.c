/* watch_cmd.c - signs in as a supervisor, monitors, accepts what is delivered, prints it live. */
#include "cli/watch_cmd.h"
#include "base/ids.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/cli_options.h"
#include "client/api_client.h"
#include "net/net_tls.h"
#include "net/net_uv.h"
#include "wire/json.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct watch {
	struct net *net;
	struct api_client *client;
	struct str agent;
	bool is_ending;
	bool was_up;
	struct str url;
	int exit_code;
};

/* --- printing ----------------------------------------------------------------------------------- */

static void say(const char *session, const char *text)
{
	printf("[%.*s] %s\n", SESSION_ID_LEN, session, text);
	fflush(stdout);
}

static const char *text_member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

/* Text of customers is not ours: a control character in it must not steer the terminal. */
static void print_safely(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < 0x20 || *text == 0x7F ? ' ' : *text);
}

static void print_message(const char *session, const json_t *message)
{
	const json_t *from = json_object_get(message, "from");
	const char *time = text_member(message, "timestamp"), *type = text_member(message, "type");
	printf("[%.*s] %.8s %s ", SESSION_ID_LEN, session, strlen(time) > 11 ? time + 11 : time,
		strcmp(text_member(from, "visibility"), "Supervisors") == 0 ? "(silent)"
		: strcmp(text_member(from, "type"), "Customer") == 0        ? "customer"
									    : "agent");
	print_safely(text_member(from, "nickname"));
	if (strcmp(type, "ParticipantJoined") == 0) {
		printf(" joined");
	} else if (strcmp(type, "ParticipantLeft") == 0) {
		printf(" left");
	} else {
		printf(": ");
		print_safely(text_member(message, "text"));
	}
	printf("\n");
	fflush(stdout);
}

static void print_messages(const json_t *data)
{
	size_t i;
	json_t *message;
	const char *path = text_member(data, "smssessionPath");
	const char *id = strncmp(path, "/smssessions/", 13) == 0 ? path + 13 : path;
	json_array_foreach(json_object_get(data, "messages"), i, message)
		print_message(id, message);
}

/* --- following ---------------------------------------------------------------------------------- */

static void accept_session(struct watch *watch, const char *id)
{
	char path[80];
	snprintf(path, sizeof path, "/api/v2/me/smssessions/%s", id);
	say(id, "delivered; following");
	api_client_operation(watch->client, str_of(path), "Accept", NULL, STR_NONE, NULL, NULL);
}

static void see_session(struct watch *watch, const json_t *session)
{
	const char *id = text_member(session, "id"), *state = text_member(session, "state");
	if (strcmp(state, "Invited") == 0)
		accept_session(watch, id);
	else if (strcmp(state, "Revoked") == 0)
		say(id, "over: completed or placed in a queue");
}

static void on_notification(void *ctx, struct json_value told)
{
	struct watch *watch = ctx;
	json_t *data = json_read(told.bytes);
	const json_t *session = json_object_get(data, "smssession");
	if (session && strcmp(text_member(data, "notificationType"), "StatusChange") == 0)
		see_session(watch, session);
	else if (strcmp(text_member(data, "messageType"), "MessageLogUpdated") == 0)
		print_messages(data);
	json_decref(data);
}

static void fail(struct watch *watch, const char *what, struct str body)
{
	json_t *answer = json_read(body);
	fprintf(stderr, "%s: %s\n", what,
		answer ? text_member(answer, "statusMessage") : "no answer");
	json_decref(answer);
	watch->exit_code = CLI_FAILED;
	net_uv_stop(watch->net);
}

static void monitoring(void *ctx, int status, struct str body)
{
	struct watch *watch = ctx;
	if (status != 200) {
		fail(watch, "cannot monitor this agent", body);
		return;
	}
	printf("monitoring %.*s; waiting for the next session\n", STR_ARGS(watch->agent));
	fflush(stdout);
}

static void started(void *ctx, int status, struct str body)
{
	if (status != 200)
		fail(ctx, "cannot start the contact center session", body);
}

/* Sessions delivered before (a restart of this command) are followed as well. */
static void see_delivered(void *ctx, int status, struct str body)
{
	size_t i;
	json_t *answer = status == 200 ? json_read(body) : NULL, *session;
	json_array_foreach(json_object_get(answer, "smssessions"), i, session)
		see_session(ctx, session);
	json_decref(answer);
}

static bool is_an_agent(struct str body)
{
	size_t i;
	json_t *answer = json_read(body);
	const json_t *role;
	bool is_agent = false;
	json_array_foreach(json_object_get(json_object_get(answer, "user"), "roles"), i, role)
		is_agent |= strcmp(json_string_value(role), "ROLE_AGENT") == 0;
	json_decref(answer);
	return is_agent;
}

/* Whoever is no agent never gets a session: nobody should wait for one. */
static void see_agent(void *ctx, int status, struct str body)
{
	struct watch *watch = ctx;
	if (status != 200 || is_an_agent(body)) /* else Monitor says why */
		return;
	fprintf(stderr, "%.*s is no agent: no session would ever come\n", STR_ARGS(watch->agent));
	watch->exit_code = CLI_FAILED;
	net_uv_stop(watch->net);
}

static void on_up(void *ctx)
{
	struct watch *watch = ctx;
	char path[256], user[256];
	watch->was_up = true;
	snprintf(user, sizeof user, "/api/v2/users/%.*s", STR_ARGS(watch->agent));
	api_client_get(watch->client, str_of(user), see_agent, watch);
	snprintf(path, sizeof path, "/api/v2/users/%.*s/channels/smssession",
		STR_ARGS(watch->agent));
	api_client_post(watch->client, STR("/api/v2/me"),
		STR("{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"smssession\"]"
		    "}"),
		started, watch);
	api_client_operation(
		watch->client, str_of(path), "Monitor", NULL, STR_NONE, monitoring, watch);
	api_client_get(watch->client, STR("/api/v2/me/smssessions?fields=*"), see_delivered, watch);
}

static void on_trouble(void *ctx, const char *why, bool refused)
{
	struct watch *watch = ctx;
	bool is_over = refused || !watch->was_up; /* a server that was there comes back */
	fprintf(stderr, "%.*s: %s%s\n", STR_ARGS(watch->url), why, is_over ? "" : "; trying again");
	if (is_over) {
		watch->exit_code = CLI_FAILED;
		net_uv_stop(watch->net);
	}
}

/* --- the end ------------------------------------------------------------------------------------ */

static void ended(void *ctx, int status, struct str body)
{
	struct watch *watch = ctx;
	net_uv_stop(watch->net);
}

/* Ending the contact center session leaves what is watched and cancels the monitoring. */
static void on_signal(void *ctx, int signal)
{
	struct watch *watch = ctx;
	if (watch->is_ending) {
		net_uv_stop(watch->net);
		return;
	}
	watch->is_ending = true;
	api_client_operation(watch->client, STR("/api/v2/me"), "EndContactCenterSession", NULL,
		STR_NONE, ended, watch);
}

/* "http://HOST[:PORT]", or https */
static bool read_url(struct str url, struct str *host, unsigned *port, bool *is_tls)
{
	*is_tls = str_starts(url, STR("https://"));
	uint64_t number = *is_tls ? 443 : 80;
	if (!*is_tls && !str_starts(url, STR("http://")))
		return false;
	url = str_skip(url, *is_tls ? 8 : 7);
	struct str place = str_cut(&url, '/');
	*host = str_cut(&place, ':');
	if (place.len && (!str_u64(place, &number) || number == 0 || number > 65535))
		return false;
	*port = (unsigned)number;
	return host->len > 0;
}

static int follow(struct str agent, struct str url, struct str user, struct str password)
{
	struct watch watch = {.agent = agent, .url = url};
	struct api_client_settings settings = {
		.user = user,
		.password = password,
		.on_up = on_up,
		.on_notification = on_notification,
		.on_trouble = on_trouble,
		.ctx = &watch,
	};
	struct net *tls = NULL;
	struct buf why = {0};
	bool is_tls;
	if (!read_url(url, &settings.host, &settings.port, &is_tls)) {
		fprintf(stderr,
			"not an address like http://127.0.0.1:8080 or https://sms.example.org: "
			"%.*s\n",
			STR_ARGS(url));
		return CLI_USAGE;
	}
	log_to(LOG_WARN); /* what cannot be reached is said in the own words */
	watch.net = net_uv_new();
	net_uv_on_signal(watch.net, SIGINT, on_signal, &watch);
	net_uv_on_signal(watch.net, SIGTERM, on_signal, &watch);
	if (is_tls)
		tls = net_tls_new(watch.net, "", &why);
	if (is_tls && !tls) {
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
		watch.exit_code = CLI_FAILED;
	} else {
		watch.client = api_client_new(is_tls ? tls : watch.net, &settings);
		net_uv_run(watch.net);
		api_client_free(&watch.client);
	}
	if (tls)
		net_tls_free(&tls);
	buf_free(&why);
	net_uv_free(&watch.net);
	return watch.exit_code;
}

int watch_cmd(int argc, char **argv)
{
	const char *url = "http://127.0.0.1:8080", *user = "sam",
		   *password = getenv("SOTTO_PASSWORD");
	const struct cli_option options[] = {
		{"--url", "URL", "of the server (default http://127.0.0.1:8080)", &url, NULL},
		{"--user", "NAME", "the supervisor (default sam)", &user, NULL},
		{"--password", "PASSWORD", "(default: $SOTTO_PASSWORD, else demo)", &password,
			NULL},
		{0},
	};
	const struct cli_syntax syntax = {"watch AGENT [--url URL] [--user NAME]",
		"Signs in as a supervisor, monitors AGENT silently, accepts each session that is\n"
		"delivered and prints its transcript live. Ctrl-C leaves and cancels.\n",
		options, 1};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	return follow(
		str_of(words[0]), str_of(url), str_of(user), str_of(password ? password : "demo"));
}
