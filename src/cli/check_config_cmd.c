/* check_config_cmd.c - `sotto check-config FILE`. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/cli_options.h"
#include "config/config.h"
#include "net/net_tls.h"

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

int check_config_cmd(int argc, char **argv)
{
	static const struct cli_option options[] = {{0}};
	static const struct cli_syntax syntax = {"check-config FILE",
		"Reads a configuration file as `sotto serve` does and says whether it is fine; if "
		"it\n"
		"is not, with which line and why (exit code 1). doc/sotto.yaml is the commented "
		"sample.\n",
		options, 1};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
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
	printf("%s is fine\n", words[0]);
	config_free(&config);
	buf_free(&why);
	return CLI_FINE;
}
