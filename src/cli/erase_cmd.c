/* erase_cmd.c - `sotto erase CONTACT`: what a contact said, and who it was, out of the journal and the tables. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "wire/json.h"

#define ASK_AGAIN_MS 200

static void print_erased(const char *contact, const json_t *answer)
{
	printf("%s is erased: the words and the name of %lld sessions, in %lld rows of the "
	       "journal and in the tables\n"
	       "kept, since it tells of nobody outside, or has to be kept:\n"
	       "  that there were these sessions, when, and which users worked in them\n"
	       "  the monitoring ledger, which has neither words nor phones\n"
	       "  whether the phone refuses texts, under a keyed hash of it: it is not written to "
	       "again\n"
	       "  digests of the last texts of each link and of requests, which nobody can read "
	       "back\n"
	       "not reached from here:\n"
	       "  backups and exports made before: erase there by making new ones and removing "
	       "those\n"
	       "  what the carrier has; logs, if log.phones was yes\n"
	       "the bytes leave the files with the next start of the server\n",
		contact, (long long)json_integer_value(json_object_get(answer, "sessions")),
		(long long)json_integer_value(json_object_get(answer, "rows")));
}

/* NULL: the reason was printed. */
static json_t *ask(const struct cli_folder *folder, const char *contact)
{
	struct buf request = {0};
	admin_begin(&request, "erase");
	json_member(&request, "phone", str_of(contact));
	return admin_ask("erase", folder, &request);
}

static int erase(const struct cli_folder *folder, const char *contact)
{
	static const struct timespec pause = {0, ASK_AGAIN_MS * 1000000};
	json_t *answer;
	while ((answer = ask(folder, contact)) &&
		strcmp(admin_text(answer, "state"), "done") != 0) {
		json_decref(answer);
		nanosleep(&pause, NULL);
	}
	if (!answer)
		return CLI_FAILED;
	print_erased(contact, answer);
	json_decref(answer);
	return CLI_FINE;
}

int erase_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder), {0}};
	const struct cli_syntax syntax = {"erase CONTACT --config FILE | --dir DIR",
		"Erases what a contact said, what it was told, and who it was: the texts of its\n"
		"sessions, its phone, what agents attached. CONTACT is its phone as it is shown.\n"
		"It cannot be undone. Open sessions have to end first.\n"
		"That it was erased is written down, without the phone; `sotto verify` counts the\n"
		"rows. What is kept, and why, is said at the end.\n" ADMIN_ABOUT,
		options, 1};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	if (!cli_folder_parse(argc, argv, &syntax, &folder, words, &exit_code))
		return exit_code;
	if (admin_has_store(&folder))
		exit_code = erase(&folder, words[0]);
	else
		exit_code = admin_no_store("erase", &folder);
	cli_folder_free(&folder);
	return exit_code;
}
