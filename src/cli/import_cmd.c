/* import_cmd.c - `sotto import users|opt-outs FILE`: all lines are asked about before one of them is done. */
#include <stdio.h>
#include <string.h>

#include "base/country.h"
#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_kinds.h"
#include "cli/import.h"
#include "server/admin.h"
#include "wire/json.h"

#define WRONG_SHOWN_MAX 20 /* lines: what a person reads before looking into the file */

struct import_options {
	const char *country;
	bool is_dry, resets_passwords, skips_bad;
};

/* --- for each kind ------------------------------------------------------------------------------ */

void import_wrong(struct import *import, const struct record *record, const char *what)
{
	import->wrong++;
	progress_end(&import->progress);
	if (import->wrong <= WRONG_SHOWN_MAX)
		fprintf(stderr, "%s:%u: %s\n", import->file, record->line, what);
	else if (import->wrong == WRONG_SHOWN_MAX + 1)
		fputs("and more lines\n", stderr);
}

int import_truth(struct str word)
{
	static const char *const yes[] = {"yes", "true", "1", "ja"}, *const no[] = {"no", "false",
									     "0", "nein"};
	for (size_t i = 0; i < 4; i++) {
		if (str_eq_nocase(word, str_of(yes[i])))
			return 1;
		if (str_eq_nocase(word, str_of(no[i])))
			return 0;
	}
	return -1;
}

bool import_may_go_on(const struct import *import)
{
	if (!import->wrong || import->skips_bad || import->is_dry)
		return true;
	fprintf(stderr,
		"sotto import: nothing was done, for %zu of %zu lines are wrong; --skip-bad-lines "
		"does the others\n",
		import->wrong, records_count(import->records));
	return false;
}

void import_begin(struct buf *request, const char *operation, bool is_dry)
{
	admin_begin(request, operation);
	json_member_bool(request, "dry", is_dry);
}

json_t *import_ask(struct import *import, struct buf *request)
{
	struct buf answer = {0}, why = {0};
	json_t *object = NULL;
	buf_put_byte(request, '}');
	if (request->len > ADMIN_LINE_MAX) { /* the server would end the connection */
		buf_free(request);
		return json_pack("{s:b, s:s}", "ok", 0, "error", "it is too long for one request");
	}
	if (admin_channel_ask(import->channel, buf_str(request), &answer, &why) == OK) {
		object = json_read(str_trim(buf_str(&answer)));
		if (!object)
			buf_puts(&why, "the server's answer is not understood");
	}
	buf_put_byte(&why, '\0');
	if (!object) {
		progress_end(&import->progress);
		admin_complain("import", why.at);
	}
	buf_free(request);
	buf_free(&answer);
	buf_free(&why);
	return object;
}

const char *import_refusal(const json_t *answer)
{
	if (json_is_true(json_object_get(answer, "ok")))
		return NULL;
	const char *error = json_string_value(json_object_get(answer, "error"));
	return error ? error : "the server's answer is not understood";
}

/* --- running ------------------------------------------------------------------------------------ */

static void say_unread(const struct import *import)
{
	struct buf unread = records_unread(import->records);
	if (unread.len)
		fprintf(stderr, "%s: not read: %.*s\n", import->file, STR_ARGS(buf_str(&unread)));
	buf_free(&unread);
}

static int run_records(struct import *import, int (*run)(struct import *import))
{
	struct buf why = {0};
	int exit_code = CLI_FAILED;
	say_unread(import);
	if (admin_channel_open(import->folder, &import->channel, &why) == OK) {
		exit_code = run(import);
		progress_end(&import->progress);
	} else {
		buf_put_byte(&why, '\0');
		admin_complain("import", why.at);
	}
	admin_channel_close(&import->channel);
	buf_free(&why);
	return exit_code;
}

static int import_file(const struct cli_call *call, const struct records_column *columns,
	bool (*alone)(struct str cell), int (*run)(struct import *import))
{
	const struct import_options *o = call->options;
	struct import import = {.folder = call->folder,
		.file = call->word,
		.is_dry = o->is_dry,
		.resets_passwords = o->resets_passwords,
		.skips_bad = o->skips_bad};
	struct buf why = {0};
	int exit_code = CLI_FAILED;
	if (o->country && !(import.country = country_code(str_of(o->country))))
		return cli_wrong(call->syntax, "--country is two letters or a calling code, not ",
			o->country);
	if (!admin_has_store(call->folder) && !call->folder->file) {
		admin_no_store("import", call->folder);
	} else if (records_read(call->word, columns, alone, &import.records, &why) != OK) {
		buf_put_byte(&why, '\0');
		admin_complain("import", why.at);
	} else {
		exit_code = run_records(&import, run);
	}
	records_free(&import.records);
	buf_free(&why);
	return exit_code;
}

static int users(const struct cli_call *call)
{
	return import_file(call, import_user_columns, NULL, import_users);
}

static int optouts(const struct cli_call *call)
{
	return import_file(call, import_optout_columns, import_optout_stands_alone, import_optouts);
}

#define ABOUT                                                                                      \
	"FILE is CSV (comma or semicolon, UTF-8) or has a JSON object in each line; - is\n"        \
	"standard input. Each line is asked about first: where one is wrong nothing is done,\n"    \
	"and it is said which and why. The same file can be imported again. Where rows begin\n"    \
	"is not known behind a broken quotation: such a file is refused as a whole.\n" ADMIN_ABOUT

int import_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	struct import_options o = {0};
	const struct cli_option optout_options[] = {
		{"--country", "CC",
			"of numbers without their country's code: CZ, or its calling code",
			&o.country, NULL},
		{"--dry-run", NULL, "only say what would be done", NULL, &o.is_dry},
		{"--skip-bad-lines", NULL, "do the lines that are right, and leave out the others",
			NULL, &o.skips_bad},
		CLI_FOLDER_OPTIONS(&folder),
		{0},
	};
	const struct cli_option user_options[] = {
		{"--reset-passwords", NULL, "of users that are there too, to what the file has",
			NULL, &o.resets_passwords},
		optout_options[1],
		optout_options[2],
		CLI_FOLDER_OPTIONS(&folder),
		{0},
	};
	const struct cli_kind kinds[] = {
		{"users", users,
			{"import users FILE [OPTIONS] --config FILE | --dir DIR",
				"Adds and changes users. Columns: userName; and firstName, "
				"lastName, "
				"roles (with blanks), enabled, sms\n"
				"(yes or no), password, passwordHash. What has no column, or an "
				"empty cell (but for names), stays; nobody\n"
				"is removed. A new user needs a password, which has to be changed "
				"at "
				"the first login, or a hash. Passwords of users\n"
				"that are there stay, but with --reset-passwords.\n" ABOUT,
				user_options, 1}},
		{"opt-outs", optouts,
			{"import opt-outs FILE [OPTIONS] --config FILE | --dir DIR",
				"From now on no text leaves to these phones: a list of numbers, "
				"one a "
				"line, or a table with the column\n"
				"phone, as `sotto export contacts` writes it (then all "
				"but those whose optedOut is no and who refuse\n"
				"none of our numbers). Conversations with them end, as after STOP; "
				"a START "
				"allows "
				"texts again.\n" ABOUT,
				optout_options, 1}},
		{0},
	};
	return cli_kinds_run(argc, argv,
		&(struct cli_kinds) {"import users|opt-outs FILE [OPTIONS]",
			"Takes over users, or phones that get no texts.\n" ABOUT
			"`sotto import users --help` and so on tell the options.\n",
			kinds, &folder, &o});
}
