/* cli_folder.c - which data folder is meant. */
#include "cli/cli_folder.h"

#include <stdio.h>

#include "base/owner.h"
#include "cli/cli.h"

bool cli_as_owner(const char *path)
{
	if (owner_become(path))
		return true;
	fprintf(stderr, "sotto: root cannot become the owner of %s\n", path);
	return false;
}

bool cli_folder_find(struct cli_folder *folder, const struct cli_syntax *syntax, int *exit_code)
{
	if (!folder->dir && !folder->file) {
		*exit_code = cli_wrong(syntax, "--dir or --config is missing", "");
		return false;
	}
	struct buf why = {0};
	if (!folder->file)
		folder->config = config_defaults();
	else if (config_read(str_of(folder->file), &folder->config, &why))
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
	buf_free(&why);
	*exit_code = CLI_FAILED;
	if (!folder->config)
		return false;
	folder->path = folder->dir ? folder->dir : folder->config->data_dir;
	return cli_as_owner(folder->path);
}

bool cli_folder_parse(int argc, char **argv, const struct cli_syntax *syntax,
	struct cli_folder *folder, const char *words[CLI_WORDS_MAX], int *exit_code)
{
	return cli_parse(argc, argv, syntax, words, exit_code) &&
	       cli_folder_find(folder, syntax, exit_code);
}

void cli_folder_free(struct cli_folder *folder)
{
	config_free(&folder->config);
}
