/* cli_kinds.c - finds the kind, and the data folder that it works on. */
#include "cli/cli_kinds.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static int kind_run(
	const struct cli_kind *kind, int argc, char **argv, const struct cli_kinds *command)
{
	const char *words[CLI_WORDS_MAX] = {NULL};
	int exit_code;
	if (!cli_folder_parse(argc, argv, &kind->syntax, command->folder, words, &exit_code))
		return exit_code;
	exit_code = kind->run(
		&(struct cli_call) {&kind->syntax, command->folder, command->options, words[0]});
	cli_folder_free(command->folder);
	return exit_code;
}

/* "add, list or revoke, not " */
static void put_names(struct buf *out, const struct cli_kind *kinds)
{
	for (const struct cli_kind *k = kinds; k->name; k++)
		buf_printf(out, "%s%s", k == kinds ? "" : k[1].name ? ", " : " or ", k->name);
	buf_puts(out, ", not ");
	buf_put_byte(out, '\0');
}

/* No kind: help was asked for, or something is wrong. */
static int run_none(int argc, char **argv, const struct cli_kinds *command)
{
	static const struct cli_option none[] = {{0}};
	const struct cli_syntax syntax = {command->usage, command->about, none, 1};
	const char *words[CLI_WORDS_MAX];
	struct buf names = {0};
	int exit_code;
	bool is_kind = argc > 1 && argv[1][0] != '-'; /* then the rest is not looked at */
	if (!cli_parse(is_kind ? 2 : argc, argv, &syntax, words, &exit_code))
		return exit_code;
	put_names(&names, command->kinds);
	exit_code = cli_wrong(&syntax, names.at, words[0]);
	buf_free(&names);
	return exit_code;
}

int cli_kinds_run(int argc, char **argv, const struct cli_kinds *command)
{
	for (const struct cli_kind *k = command->kinds; argc > 1 && k->name; k++)
		if (strcmp(argv[1], k->name) == 0)
			return kind_run(k, argc - 1, argv + 1, command);
	return run_none(argc, argv, command);
}
