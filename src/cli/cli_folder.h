/* cli_folder.h - the data folder that a command works on: --dir DIR, or what --config FILE says. */
#ifndef CLI_CLI_FOLDER_H
#define CLI_CLI_FOLDER_H

#include "cli/cli_options.h"
#include "config/config.h"

struct cli_folder {
	const char *dir, *file; /* the options' values */
	struct config *config;  /* of the file, else the defaults */
	const char *path;       /* the folder; borrowed from dir or config */
};

/* For the table of options. */
#define CLI_FOLDER_OPTIONS(folder)                                                                 \
	{"--config", "FILE", "configuration file, which names the data folder", &(folder)->file,   \
		NULL},                                                                             \
	{                                                                                          \
		"--dir", "DIR", "the data folder itself", &(folder)->dir, NULL                     \
	}

/* cli_parse, then the folder that the options name. True: go on, cli_folder_free later. False:
 * *exit_code says what to end with; help, or what is wrong, was printed. */
bool cli_folder_parse(int argc, char **argv, const struct cli_syntax *syntax,
	struct cli_folder *folder, const char *words[CLI_WORDS_MAX], int *exit_code);
/* Its second half, for a command that may do without. */
bool cli_folder_find(struct cli_folder *folder, const struct cli_syntax *syntax, int *exit_code);
/* Whoever is root goes on as the folder's owner, so that nothing in it becomes root's. False: it was said why not. */
bool cli_as_owner(const char *path);
void cli_folder_free(struct cli_folder *folder);

#endif
