/* check_config_cmd.c - `sotto check-config FILE`. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_options.h"
#include "cli/reload_cmd.h"
#include "config/config.h"
#include "net/net_tls.h"
#include "wire/json.h"

/* What the start would make of the files that it names. */
static bool read_files(const struct config *config, struct buf *why)
{
	if (!*config->tls_certificate)
		return true;
	struct net *tls = net_tls_server_new(NULL, config->tls_certificate, config->tls_key, why);
	bool is_fine = tls != NULL;
	net_tls_free(&tls);
	return is_fine;
}

/* The file's store as it is: a running server's, or that of its folder. */
static int print_difference(const char *file, struct config *config)
{
	const struct cli_folder folder = {.file = file, .config = config, .path = config->data_dir};
	struct buf request = {0};
	if (!cli_as_owner(folder.path))
		return CLI_FAILED;
	if (!admin_has_store(&folder)) {
		printf("%s: there is no store yet: it starts with all that is in the file\n",
			config->data_dir);
		return CLI_FINE;
	}
	admin_begin(&request, "reload");
	json_member_bool(&request, "dry", true);
	json_member(&request, "file", str_of(config->file));
	json_t *answer = admin_ask("check-config", &folder, &request);
	if (answer)
		reload_print(answer, "nothing would change");
	int exit_code = answer ? CLI_FINE : CLI_FAILED;
	json_decref(answer);
	return exit_code;
}

int check_config_cmd(int argc, char **argv)
{
	bool diff = false;
	const struct cli_option options[] = {
		{"--diff", NULL, "say what a start, or `sotto reload`, would change", NULL, &diff},
		{0},
	};
	const struct cli_syntax syntax = {"check-config FILE [--diff]",
		"Reads a configuration file as `sotto serve` does and says whether it is fine; if "
		"it\n"
		"is not, with which line and why (exit code 1). doc/sotto.yaml is the commented "
		"sample.\n"
		"With --diff the store is asked as well, through a running server or by itself, "
		"and what\n"
		"cannot be now is told with its reason (exit code 1). Nothing is changed.\n",
		options, 1};
	const char *words[CLI_WORDS_MAX];
	int exit_code = CLI_FINE;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	struct config *config = NULL;
	struct buf why = {0};
	if (config_read(str_of(words[0]), &config, &why) || !read_files(config, &why)) {
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
		config_free(&config);
		buf_free(&why);
		return CLI_FAILED;
	}
	if (!diff)
		printf("%s is fine\n", words[0]);
	else
		exit_code = print_difference(words[0], config);
	config_free(&config);
	buf_free(&why);
	return exit_code;
}
