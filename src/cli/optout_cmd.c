/* optout_cmd.c - `sotto optout list|accept|dismiss`: texts that may have meant STOP, for a person to decide. */
#include <stdio.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_kinds.h"
#include "wire/json.h"

static void print_contact(const json_t *contact)
{
	printf("%-20s %s %s\n", admin_text(contact, "phone"), admin_text(contact, "at"),
		admin_text(contact, "text"));
}

static int list(const struct cli_call *call)
{
	return admin_list("optout", call->folder, "contacts", print_contact);
}

static int decide(const struct cli_call *call, const char *operation, const char *done)
{
	struct buf request = {0};
	admin_begin(&request, operation);
	json_member(&request, "phone", str_of(call->word));
	return admin_do("optout", call->folder, &request, "%s %s", call->word, done);
}

static int accept_one(const struct cli_call *call)
{
	return decide(call, "optout-accept", "gets no more messages");
}

static int dismiss(const struct cli_call *call)
{
	return decide(call, "optout-dismiss", "did not mean it so");
}

int optout_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	const struct cli_option options[] = {CLI_FOLDER_OPTIONS(&folder), {0}};
	const struct cli_kind kinds[] = {
		{"list", list,
			{"optout list --config FILE | --dir DIR",
				"Lists the phones whose texts may have meant STOP, when, and what "
				"they said last.\n" ADMIN_ABOUT,
				options, 0}},
		{"accept", accept_one,
			{"optout accept PHONE --config FILE | --dir DIR",
				"It was meant so: the phone gets no more messages, as after "
				"STOP.\n" ADMIN_ABOUT,
				options, 1}},
		{"dismiss", dismiss,
			{"optout dismiss PHONE --config FILE | --dir DIR",
				"It was not meant so.\n" ADMIN_ABOUT, options, 1}},
		{0},
	};
	return cli_kinds_run(argc, argv,
		&(struct cli_kinds) {"optout list|accept|dismiss [OPTIONS]",
			"Lists texts that may have meant STOP, and decides them.\n" ADMIN_ABOUT
			"`sotto optout accept --help` and so on tell the options.\n",
			kinds, &folder, NULL});
}
