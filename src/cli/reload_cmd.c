/* reload_cmd.c - `sotto reload`: the running server reads its file again. */
#include <stdio.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/reload_cmd.h"
#include "wire/json.h"

static void print_all(const json_t *answer, const char *name, const char *before)
{
	size_t i;
	const json_t *line;
	json_array_foreach(json_object_get(answer, name), i, line)
		printf("%s%s\n", before, json_string_value(line));
}

static bool is_any(const json_t *answer, const char *name)
{
	return json_array_size(json_object_get(answer, name)) > 0;
}

void reload_print(const json_t *answer, const char *nothing)
{
	print_all(answer, "changes", "");
	if (!is_any(answer, "changes"))
		puts(nothing);
	print_all(answer, "restart", "at the next start: ");
	print_all(answer, "warnings", "warning: ");
}

int reload_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder), {0}};
	const struct cli_syntax syntax = {"reload --config FILE | --dir DIR",
		"The running server reads the file that it was started with again, and does what\n"
		"it declares: links, queues, numbers and settings of the centre; and reads the\n"
		"certificate of `tls` again. Prints what changes, and what only comes with the "
		"next\n"
		"start. A file with a mistake, or something that cannot be now, changes nothing\n"
		"(exit code 1). No other link is touched.\n",
		options, 0};
	const char *words[CLI_WORDS_MAX];
	struct buf request = {0};
	int exit_code;
	if (!cli_folder_parse(argc, argv, &syntax, &folder, words, &exit_code))
		return exit_code;
	admin_begin(&request, "reload");
	json_t *answer = admin_ask_server("reload", &folder, &request);
	if (answer)
		reload_print(answer, "nothing changed");
	exit_code = answer ? CLI_FINE : CLI_FAILED;
	json_decref(answer);
	cli_folder_free(&folder);
	return exit_code;
}
