/* optout_cmd.c - `sotto optout add|list|accept|dismiss`: a phone that gets no more texts; and texts that may have meant
 * STOP, for a person to decide. */
#include <stdio.h>

#include "base/country.h"
#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_kinds.h"
#include "core/model/phone.h"
#include "wire/json.h"

struct optout_options {
	const char *country;
};

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

/* Of one that wrote it, or said it, elsewhere. */
static int add(const struct cli_call *call)
{
	const struct optout_options *options = call->options;
	char room[PHONE_ROOM];
	struct buf request = {0};
	struct str phone = str_of(call->word);
	unsigned country = options->country ? country_code(str_of(options->country)) : 0;
	if (options->country && !country)
		return cli_wrong(call->syntax, "--country is two letters or a calling code, not ",
			options->country);
	if (phone_is_written(phone))
		phone = phone_spelling(room, phone, false, country);
	if (*phone.at != '+')
		return cli_wrong(call->syntax,
			"a number with + and its country's code, or --country, not ", call->word);
	admin_begin(&request, "optout-add");
	json_key(&request, "phones");
	buf_put_byte(&request, '[');
	json_put_string(&request, phone);
	buf_put_byte(&request, ']');
	return admin_do(
		"optout", call->folder, &request, "%.*s gets no more messages", STR_ARGS(phone));
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
	struct optout_options o = {0};
	const struct cli_option add_options[] = {
		{"--country", "CC",
			"of a number without its country's code: CZ, or its calling code",
			&o.country, NULL},
		CLI_FOLDER_OPTIONS(&folder), {0}};
	const struct cli_option *options = add_options + 1;
	const struct cli_kind kinds[] = {
		{"add", add,
			{"optout add PHONE [OPTIONS] --config FILE | --dir DIR",
				"From now on the phone gets no messages, as after STOP. Many at "
				"once: `sotto import opt-outs`.\n" ADMIN_ABOUT,
				add_options, 1}},
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
		&(struct cli_kinds) {"optout add|list|accept|dismiss [OPTIONS]",
			"Phones that get no more messages; lists texts that may have meant STOP, "
			"and decides them.\n" ADMIN_ABOUT
			"`sotto optout accept --help` and so on tell the options.\n",
			kinds, &folder, &o});
}
