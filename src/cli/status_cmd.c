/* status_cmd.c - `sotto status`: how the running server is. */
#include <stdio.h>

#include "cli/admin_ask.h"
#include "cli/admin_line.h"
#include "cli/cli.h"
#include "wire/json.h"

static unsigned long long number(const json_t *object, const char *name)
{
	return (unsigned long long)json_integer_value(json_object_get(object, name));
}

static void print_store(const json_t *status)
{
	const json_t *store = json_object_get(status, "store");
	const json_t *journal = json_object_get(status, "journal");
	printf("store     %s; %llu events on disk, the tables are %llu behind\n",
		!json_is_true(json_object_get(store, "isOurs"))       ? "has another owner"
		: json_is_true(json_object_get(store, "takesWrites")) ? "takes writes"
								      : "takes no writes",
		number(journal, "durable"), number(journal, "lag"));
}

static void print_journal(const json_t *status)
{
	const json_t *journal = json_object_get(status, "journal");
	const char *since = admin_text(journal, "since");
	printf("journal   %llu MiB, from event %llu%s%s; the tables have %llu MiB\n",
		number(journal, "bytes") >> 20, number(journal, "first"), *since ? " of " : "",
		since, number(journal, "tablesBytes") >> 20);
}

static void print_links(const json_t *status)
{
	size_t i;
	const json_t *link;
	json_array_foreach(json_object_get(status, "links"), i, link) {
		const char *trouble = admin_text(link, "trouble");
		printf("link      %s: %s, %llu texts to send%s%s\n", admin_text(link, "name"),
			json_is_true(json_object_get(link, "isUp")) ? "up" : "down",
			number(link, "unsent"), *trouble ? "; " : "", trouble);
	}
}

static void print_sessions(const json_t *status)
{
	const json_t *sessions = json_object_get(status, "sessions");
	printf("sessions  %llu wait, %llu are active, %llu are left and not completed\n",
		number(sessions, "queued"), number(sessions, "active"), number(sessions, "left"));
}

static int print_status(const json_t *status)
{
	const char *backup = admin_text(status, "backup");
	bool is_ready = json_is_true(json_object_get(status, "ready"));
	printf("server    %s, version %s, since %s\n", is_ready ? "ready" : "not ready",
		admin_text(status, "version"), admin_text(status, "started"));
	if (json_object_get(status, "store")) {
		print_store(status);
		print_journal(status);
		print_links(status);
		print_sessions(status);
		printf("backup    %s\n", *backup ? backup : "none is known of");
	}
	return is_ready ? CLI_FINE : CLI_FAILED;
}

static int ask(const struct cli_folder *folder, bool as_json)
{
	struct buf answer = {0}, why = {0};
	int exit_code = CLI_FAILED;
	if (admin_line_running(folder, STR("{\"operation\":\"status\"}"), &answer, &why)) {
		buf_put_byte(&why, '\0');
		admin_complain("status", why.at);
	} else {
		json_t *status = json_read(str_trim(buf_str(&answer)));
		if (!json_is_true(json_object_get(status, "ok")))
			admin_complain("status", "the server's answer is not understood");
		else if (!as_json)
			exit_code = print_status(status);
		else if (printf("%.*s\n", STR_ARGS(str_trim(buf_str(&answer)))) > 0)
			exit_code = json_is_true(json_object_get(status, "ready")) ? CLI_FINE
										   : CLI_FAILED;
		json_decref(status);
	}
	buf_free(&answer);
	buf_free(&why);
	return exit_code;
}

int status_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	bool as_json = false;
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder),
		{"--json", NULL, "as /readyz gives it", NULL, &as_json}, {0}};
	const struct cli_syntax syntax = {"status --config FILE | --dir DIR",
		"Asks the running server, through its admin socket, how it is: its store, its\n"
		"links, sessions, the last backup.\n"
		"Exit code 1: it is not ready, or does not run.\n",
		options, 0};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	if (!cli_folder_parse(argc, argv, &syntax, &folder, words, &exit_code))
		return exit_code;
	exit_code = ask(&folder, as_json);
	cli_folder_free(&folder);
	return exit_code;
}
