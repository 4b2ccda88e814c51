/* cli_options.c - reading a command's arguments by its table. */
#include "cli/cli_options.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static void print_help(const struct cli_syntax *syntax)
{
	printf("usage: sotto %s\n\n%s", syntax->usage, syntax->about);
	if (syntax->options->name)
		putchar('\n');
	for (const struct cli_option *o = syntax->options; o->name; o++) {
		char left[64];
		snprintf(left, sizeof left, "%s %s", o->name, o->value ? o->value : "");
		printf("  %-22s %s\n", left, o->help);
	}
}

/* The command's words in its usage line: what stands before a capital, bracket or option. */
static int name_length(const char *usage)
{
	const char *end = usage + strcspn(usage, "ABCDEFGHIJKLMNOPQRSTUVWXYZ[-|");
	if (*end == '|') /* the first of several: none of them */
		while (end > usage && end[-1] != ' ')
			end--;
	if (*end == '-' && end[-1] != ' ') /* check-config */
		end += strcspn(end, " ");
	while (end > usage && end[-1] == ' ')
		end--;
	return (int)(end - usage);
}

int cli_wrong(const struct cli_syntax *syntax, const char *what, const char *which)
{
	int n = name_length(syntax->usage);
	fprintf(stderr, "sotto %.*s: %s%s; `sotto %.*s --help` tells more\n", n, syntax->usage,
		what, which, n, syntax->usage);
	return CLI_USAGE;
}

/* The value of "--name=value", or NULL. */
static const char *joined_value(const char *arg, const char *name)
{
	size_t len = strlen(name);
	return strncmp(arg, name, len) == 0 && arg[len] == '=' ? arg + len + 1 : NULL;
}

static const struct cli_option *find(const struct cli_option *options, const char *arg)
{
	for (const struct cli_option *o = options; o->name; o++)
		if (strcmp(o->name, arg) == 0 || (o->value && joined_value(arg, o->name)))
			return o;
	return NULL;
}

/* Takes argv[*i], and its value if that is the next one. */
static int take_option(const struct cli_syntax *syntax, int argc, char **argv, int *i)
{
	const char *arg = argv[*i];
	const struct cli_option *o = find(syntax->options, arg);
	if (!o)
		return cli_wrong(syntax, "there is no option ", arg);
	if (!o->value) {
		*o->is_on = true;
		return CLI_FINE;
	}
	const char *value = joined_value(arg, o->name);
	if (!value && *i + 1 < argc)
		value = argv[++*i];
	if (!value)
		return cli_wrong(syntax, "a value is missing after ", arg);
	*o->text = value;
	return CLI_FINE;
}

bool cli_parse(int argc, char **argv, const struct cli_syntax *syntax,
	const char *words[CLI_WORDS_MAX], int *exit_code)
{
	size_t count = 0;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			print_help(syntax);
			*exit_code = CLI_FINE;
			return false;
		}
		if (strcmp(argv[i], "--version") == 0 || strcmp(argv[i], "-V") == 0) {
			puts("sotto " SOTTO_VERSION);
			*exit_code = CLI_FINE;
			return false;
		}
		if (argv[i][0] == '-' && argv[i][1]) {
			*exit_code = take_option(syntax, argc, argv, &i);
			if (*exit_code != CLI_FINE)
				return false;
			continue;
		}
		if (count == syntax->words) {
			*exit_code = cli_wrong(syntax, "one word too many: ", argv[i]);
			return false;
		}
		words[count++] = argv[i];
	}
	if (count < syntax->words)
		*exit_code =
			cli_wrong(syntax, "something is missing: usage is sotto ", syntax->usage);
	return count == syntax->words;
}
