/* version_cmd.c - `sotto version`. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/cli_options.h"

int version_cmd(int argc, char **argv)
{
	static const struct cli_option options[] = {{0}};
	static const struct cli_syntax syntax = {
		"version", "Prints the version of this program.\n", options, 0};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	puts("sotto " SOTTO_VERSION);
	return CLI_FINE;
}
