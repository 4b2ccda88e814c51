/* optout_cmd.c - `sotto optout list|accept|dismiss`: texts that may have meant STOP, for a person to decide. */
#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_options.h"
#include "wire/json.h"

#include <stdio.h>
#include <string.h>

static int list(const struct cli_folder *folder, const char *phone)
{
	struct buf request = {0};
	size_t i;
	const json_t *contact;
	buf_puts(&request, "{\"operation\":\"optout-list\"}");
	json_t *answer = admin_ask("optout", folder, &request);
	buf_free(&request);
	if (!answer)
		return CLI_FAILED;
	json_array_foreach(json_object_get(answer, "contacts"), i, contact)
		printf("%-20s %s %s\n", admin_text(contact, "phone"), admin_text(contact, "at"),
			admin_text(contact, "text"));
	json_decref(answer);
	return CLI_FINE;
}

static int decide(
	const struct cli_folder *folder, const char *phone, const char *operation, const char *done)
{
	struct buf request = {0};
	buf_puts(&request, "{");
	json_member(&request, "operation", str_of(operation));
	json_member(&request, "phone", str_of(phone));
	buf_put_byte(&request, '}');
	json_t *answer = admin_ask("optout", folder, &request);
	buf_free(&request);
	if (!answer)
		return CLI_FAILED;
	printf("%s %s\n", phone, done);
	json_decref(answer);
	return CLI_FINE;
}

static int accept_one(const struct cli_folder *folder, const char *phone)
{
	return decide(folder, phone, "optout-accept", "gets no more messages");
}

static int dismiss(const struct cli_folder *folder, const char *phone)
{
	return decide(folder, phone, "optout-dismiss", "did not mean it so");
}

#define ABOUT                                                                                      \
	"On a running server through its admin socket, else on the store itself, under its "       \
	"lock.\n"

static const struct {
	const char *name;
	int (*run)(const struct cli_folder *folder, const char *phone);
	size_t words;
	const char *usage, *about;
} kinds[] = {
	{"list", list, 0, "optout list --config FILE | --dir DIR",
		"Lists the phones whose texts may have meant STOP, when, and what they said "
		"last.\n" ABOUT},
	{"accept", accept_one, 1, "optout accept PHONE --config FILE | --dir DIR",
		"It was meant so: the phone gets no more messages, as after STOP.\n" ABOUT},
	{"dismiss", dismiss, 1, "optout dismiss PHONE --config FILE | --dir DIR",
		"It was not meant so.\n" ABOUT},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static int run(size_t kind, int argc, char **argv)
{
	struct cli_folder folder = {0};
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder), {0}};
	const struct cli_syntax syntax = {
		kinds[kind].usage, kinds[kind].about, options, kinds[kind].words};
	const char *words[CLI_WORDS_MAX] = {NULL};
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code) ||
		!cli_folder_find(&folder, &syntax, &exit_code))
		return exit_code;
	exit_code = kinds[kind].run(&folder, words[0]);
	cli_folder_free(&folder);
	return exit_code;
}

int optout_cmd(int argc, char **argv)
{
	static const struct cli_option none[] = {{0}};
	static const struct cli_syntax syntax = {"optout list|accept|dismiss [OPTIONS]",
		"Lists texts that may have meant STOP, and decides them.\n" ABOUT
		"`sotto optout accept --help` and so on tell the options.\n",
		none, 1};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	for (size_t i = 0; argc > 1 && i < KINDS; i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			return run(i, argc - 1, argv + 1);
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	return cli_wrong(&syntax, "list, accept or dismiss, not ", words[0]);
}
