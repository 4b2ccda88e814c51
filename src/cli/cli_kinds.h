/* cli_kinds.h - a command of several kinds, a row for each: `sotto token add`, `sotto token list`. */
#ifndef CLI_CLI_KINDS_H
#define CLI_CLI_KINDS_H

#include "cli/cli_folder.h"

/* What a kind is run with. */
struct cli_call {
	const struct cli_syntax *syntax;
	const struct cli_folder *folder;
	const void
		*options; /* where the command's options went, if it has some beside the folder's */
	const char *word; /* the argument that is no option; NULL if the kind has none */
};

struct cli_kind {
	const char *name;                        /* "add"; NULL ends the table */
	int (*run)(const struct cli_call *call); /* gives the exit code */
	struct cli_syntax syntax;
};

struct cli_kinds {
	const char *usage, *about; /* of the command without a kind */
	const struct cli_kind *kinds;
	struct cli_folder *folder; /* where CLI_FOLDER_OPTIONS of the kinds go */
	const void *options;
};

/* Runs the kind that argv[1] names; gives the exit code. */
int cli_kinds_run(int argc, char **argv, const struct cli_kinds *command);

#endif
