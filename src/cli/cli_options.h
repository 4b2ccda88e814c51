/* cli_options.h - options of a command as a table, from which --help is printed, too. */
#ifndef CLI_CLI_OPTIONS_H
#define CLI_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_WORDS_MAX 4

struct cli_option {
	const char *name;  /* "--dir"; NULL ends the table */
	const char *value; /* "DIR": followed by a value; NULL: a switch */
	const char *help;
	const char **text; /* where the value goes; borrowed from argv */
	bool *is_on;       /* where a switch goes */
};

struct cli_syntax {
	const char *usage; /* "serve --config FILE" */
	const char *about; /* some lines, each ended by '\n' */
	const struct cli_option *options;
	size_t words; /* arguments that are no options: exactly so many */
};

/* The words go to words[0 ..]. True: go on. False: *exit_code says what to end with (help was
 * printed, or the hint what is wrong). */
bool cli_parse(int argc, char **argv, const struct cli_syntax *syntax,
	const char *words[CLI_WORDS_MAX], int *exit_code);
/* Prints what is wrong and the hint to --help; gives CLI_USAGE. */
int cli_wrong(const struct cli_syntax *syntax, const char *what, const char *which);

#endif
