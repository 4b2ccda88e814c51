/* backup_cmd.c - `sotto backup`, `sotto restore`: a verified copy of the store, and a store of it again. */
#include <stdio.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_folder.h"
#include "store/step_behind.h"
#include "store/store_backup.h"

static int done(const char *command, enum err e, struct buf *why)
{
	if (e != OK) {
		if (why->len && why->at[why->len - 1] == '\n')
			why->len--;
		buf_put_byte(why, '\0');
		admin_complain(command, why->at);
	}
	buf_free(why);
	return e == OK ? CLI_FINE : CLI_FAILED;
}

static void print_made(const struct store_backup *made)
{
	struct buf at = {0};
	msec_put(&at, made->made);
	printf(" as it was at %.*s: %llu events\n", STR_ARGS(buf_str(&at)),
		(unsigned long long)made->events);
	if (made->head[0])
		printf("checksum of all up to the last event: %s\n", made->head);
	buf_free(&at);
}

int backup_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder), {0}};
	const struct cli_syntax syntax = {"backup FOLDER --config FILE | --dir DIR",
		"Copies the store into a new FOLDER, also while it is served, and verifies the\n"
		"copy: its tables are those that its journal gives, replayed from the first\n"
		"event. What was answered before it began is in it.\n"
		"FOLDER is there once all of it is on disk; until then, and after a crash, it is\n"
		"called FOLDER.part.\n",
		options, 1};
	const char *words[CLI_WORDS_MAX];
	struct store_backup made;
	struct buf why = {0};
	int exit_code;
	if (!cli_folder_parse(argc, argv, &syntax, &folder, words, &exit_code))
		return exit_code;
	if (!admin_has_store(&folder)) {
		exit_code = admin_no_store("backup", &folder);
		cli_folder_free(&folder);
		return exit_code;
	}
	step_behind(); /* the server that it copies may run beside it */
	enum err e = store_backup(str_of(folder.path), str_of(words[0]), &made, &why);
	if (e == OK) {
		printf("%s is %s", words[0], folder.path);
		print_made(&made);
	}
	cli_folder_free(&folder);
	return done("backup", e, &why);
}

int restore_cmd(int argc, char **argv)
{
	const struct cli_option options[] = {{0}};
	const struct cli_syntax syntax = {"restore BACKUP FOLDER",
		"Makes a data folder of a backup: a new one, which a configuration's data-dir can\n"
		"then name. What is not as it was backed up, byte by byte, is not restored.\n"
		"Run it as the user who will serve it. Texts that waited to be sent when the\n"
		"backup was made are sent once that folder is served: stop the old server first.\n",
		options, 2};
	const char *words[CLI_WORDS_MAX];
	struct store_backup made;
	struct buf why = {0};
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	enum err e = store_restore(str_of(words[0]), str_of(words[1]), &made, &why);
	if (e == OK) {
		printf("%s is the store", words[1]);
		print_made(&made);
	}
	return done("restore", e, &why);
}
