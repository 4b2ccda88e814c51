/* cli_options_test.c - options are understood or refused with a hint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/cli_options.h"

static const char *dir;
static bool is_loud;
static const struct cli_option options[] = {
	{"--dir", "DIR", "a folder", &dir, NULL},
	{"--loud", NULL, "a switch", NULL, &is_loud},
	{0},
};
static const struct cli_syntax syntax = {"thing NAME", "About.\n", options, 1};

static const struct {
	const char *args[5];
	bool goes_on;
	int exit_code;
	const char *word, *dir;
	bool is_loud;
} rows[] = {
	{{"thing", "x"}, true, 0, "x", NULL, false},
	{{"thing", "--dir", "d", "x"}, true, 0, "x", "d", false},
	{{"thing", "x", "--dir=d", "--loud"}, true, 0, "x", "d", true},
	{{"thing", "--dir=", "x"}, true, 0, "x", "", false},
	{{"thing", "-"}, true, 0, "-", NULL, false},
	{{"thing"}, false, CLI_USAGE, NULL, NULL, false},
	{{"thing", "x", "y"}, false, CLI_USAGE, NULL, NULL, false},
	{{"thing", "x", "--dir"}, false, CLI_USAGE, NULL, NULL, false},
	{{"thing", "x", "--directory", "d"}, false, CLI_USAGE, NULL, NULL, false},
	{{"thing", "x", "--loud=1"}, false, CLI_USAGE, NULL, NULL, false},
	{{"thing", "x", "-d"}, false, CLI_USAGE, NULL, NULL, false},
};

static void options_are_taken_as_they_stand_or_refused(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *words[CLI_WORDS_MAX] = {NULL};
		int argc = 0, exit_code = -1;
		while (argc < 5 && rows[i].args[argc])
			argc++;
		dir = NULL;
		is_loud = false;
		bool goes_on = cli_parse(
			argc, (char **)(uintptr_t)rows[i].args, &syntax, words, &exit_code);
		assert_int_equal(goes_on, rows[i].goes_on);
		if (!goes_on) {
			assert_int_equal(exit_code, rows[i].exit_code);
			continue;
		}
		assert_string_equal(words[0], rows[i].word);
		assert_int_equal(is_loud, rows[i].is_loud);
		if (rows[i].dir)
			assert_string_equal(dir, rows[i].dir);
		else
			assert_null(dir);
	}
}

/* In a process of its own, whose output is looked at. */
static void help_prints_usage_and_options_and_ends_fine(void **state)
{
	int ends[2], status;
	char said[512] = "";
	assert_int_equal(pipe(ends), 0);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		char name[] = "thing", help[] = "--help", *argv[] = {name, help, NULL};
		const char *words[CLI_WORDS_MAX];
		int exit_code = -1;
		dup2(ends[1], STDOUT_FILENO);
		bool goes_on = cli_parse(2, argv, &syntax, words, &exit_code);
		fflush(stdout);
		_exit(goes_on ? -1 : exit_code);
	}
	close(ends[1]);
	for (size_t n = 0; n < sizeof said - 1;) {
		ssize_t got = read(ends[0], said + n, sizeof said - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), CLI_FINE);
	assert_string_equal(said, "usage: sotto thing NAME\n\nAbout.\n\n"
				  "  --dir DIR              a folder\n"
				  "  --loud                 a switch\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken_as_they_stand_or_refused),
		cmocka_unit_test(help_prints_usage_and_options_and_ends_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
