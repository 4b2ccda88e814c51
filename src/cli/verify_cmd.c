/* verify_cmd.c - `sotto verify`: do the tables say what the journal says? */
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/cli_folder.h"
#include "store/store_backup.h"

static void print_found(const char *path, const struct store_verified *found)
{
	printf("%s is fine: %llu events, %llu rows\n", path, (unsigned long long)found->events,
		(unsigned long long)found->rows);
	if (found->base)
		printf("the journal was trimmed up to event %llu; %llu objects are as they were "
		       "kept\n",
			(unsigned long long)found->base, (unsigned long long)found->kept);
	if (found->unchained)
		printf("%llu events are from before events had checksums\n",
			(unsigned long long)found->unchained);
	if (found->erased)
		printf("the words of %llu events were erased, as later events say\n",
			(unsigned long long)found->erased);
	if (found->ledger)
		printf("the monitoring ledger has %llu rows, as the journal says\n",
			(unsigned long long)found->ledger);
	if (found->head[0])
		printf("checksum of all up to the last event: %s\n", found->head);
}

static enum err verify_backup(
	const char *path, struct buf *differences, struct store_verified *found)
{
	struct store_backup made;
	enum err e = store_backup_verify(str_of(path), differences, &made, found);
	struct buf at = {0};
	msec_put(&at, made.made);
	if (e == OK)
		printf("%s is as it was backed up at %.*s\n", path, STR_ARGS(buf_str(&at)));
	buf_free(&at);
	return e;
}

static int verify(const char *path, bool is_backup)
{
	struct buf differences = {0};
	struct store_verified found = {0};
	if (access(path, R_OK | X_OK) != 0) {
		fprintf(stderr, "sotto verify: %s: there is no such folder, or it cannot be read\n",
			path);
		return CLI_FAILED;
	}
	enum err e = is_backup ? verify_backup(path, &differences, &found)
			       : store_verify(str_of(path), &differences, &found);
	if (differences.len)
		fprintf(stderr, "%.*s", STR_ARGS(buf_str(&differences)));
	if (differences.len && differences.at[differences.len - 1] != '\n')
		fputc('\n', stderr);
	bool is_fine = e == OK && differences.len == 0;
	if (is_fine)
		print_found(path, &found);
	else
		fprintf(stderr, "sotto verify: %s: %s\n", path,
			found.was_read ? "the tables differ from the journal"
				       : "the store cannot be read");
	buf_free(&differences);
	return is_fine ? CLI_FINE : CLI_FAILED;
}

int verify_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	const char *backup = NULL;
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder),
		{"--backup", "FOLDER", "a backup instead: is it what was backed up, and sound?",
			&backup, NULL},
		{0}};
	const struct cli_syntax syntax = {"verify --config FILE | --dir DIR | --backup FOLDER",
		"Reads the whole journal and compares it with the tables, row by row, column by\n"
		"column, and checks the monitoring ledger. Works beside a running server, too, and "
		"on a full disk.\n"
		"Exit code 1: they differ; what differs is printed, at most 100 lines.\n",
		options, 0};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	if (backup)
		return verify(backup, true);
	if (!cli_folder_find(&folder, &syntax, &exit_code))
		return exit_code;
	exit_code = verify(folder.path, false);
	cli_folder_free(&folder);
	return exit_code;
}
