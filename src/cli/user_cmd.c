/* user_cmd.c - `sotto user add|passwd|roles|list`: on a running server, or on its store. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/password_prompt.h"
#include "config/names.h"
#include "login/login.h"
#include "wire/json.h"

/* What the options of all three leave. */
struct user_options {
	struct cli_folder folder;
	const char *roles, *first, *last;
	bool no_sms, must_change, password_stdin;
};

/* --- asking ----------------------------------------------------------------------------------- */

static int complain(const char *what)
{
	return admin_complain("user", what);
}

/* Asks the person, adds the member "password" to the request. */
static bool put_password(const struct user_options *options, struct buf *request)
{
	struct buf password = {0}, why = {0};
	char hash[PASSWORD_HASH_MAX];
	const struct config *config = options->folder.config;
	bool is_fine = password_prompt(options->password_stdin, &password, &why);
	if (is_fine && password_hash(hash, buf_str(&password), config->hash_ops,
			       (size_t)config->hash_memory_kib * 1024)) {
		is_fine = false;
		buf_puts(&why, "the password cannot be hashed: too little memory?");
	}
	buf_put_byte(&why, '\0');
	if (is_fine)
		json_member(request, "password", str_of(hash));
	else
		complain(why.at);
	if (password.at)
		sodium_memzero(password.at, password.len);
	buf_free(&password);
	buf_free(&why);
	return is_fine;
}

static int ask_and_say(const struct cli_folder *folder, const struct buf *request, const char *name,
	const char *done)
{
	json_t *answer = admin_ask("user", folder, request);
	if (!answer)
		return CLI_FAILED;
	printf("user '%s' %s\n", name, done);
	json_decref(answer);
	return CLI_FINE;
}

/* --- the three -------------------------------------------------------------------------------- */

/* False: a word of the comma list is no role. */
static bool put_roles(struct buf *request, const char *roles)
{
	struct str rest = str_of(roles);
	json_key(request, "roles");
	buf_put_byte(request, '[');
	while (rest.len) {
		struct str role = str_trim(str_cut(&rest, ','));
		if (!config_role(role))
			return false;
		json_comma(request);
		json_put_string(request, role);
	}
	buf_put_byte(request, ']');
	return true;
}

static int add(
	const struct cli_syntax *syntax, const struct user_options *options, const char *name)
{
	struct buf request = {0};
	int exit_code = CLI_FAILED;
	if (names_wrong_user(str_of(name)))
		return cli_wrong(syntax, "the name ", names_wrong_user(str_of(name)));
	buf_puts(&request, "{\"operation\":\"user-add\"");
	json_member(&request, "name", str_of(name));
	json_member(&request, "firstName", str_of(options->first));
	json_member(&request, "lastName", str_of(options->last));
	json_member_bool(&request, "sms", !options->no_sms);
	json_member_bool(&request, "changePassword", options->must_change);
	if (!put_roles(&request, options->roles ? options->roles : "agent"))
		exit_code = cli_wrong(syntax, "roles are " CONFIG_ROLES ", not ", options->roles);
	else if (put_password(options, &request)) {
		buf_put_byte(&request, '}');
		exit_code = ask_and_say(&options->folder, &request, name, "is there now");
	}
	buf_free(&request);
	return exit_code;
}

static int passwd(
	const struct cli_syntax *syntax, const struct user_options *options, const char *name)
{
	struct buf request = {0};
	int exit_code = CLI_FAILED;
	buf_puts(&request, "{\"operation\":\"user-passwd\"");
	json_member(&request, "name", str_of(name));
	json_member_bool(&request, "changePassword", options->must_change);
	if (put_password(options, &request)) {
		buf_put_byte(&request, '}');
		exit_code = ask_and_say(
			&options->folder, &request, name, "has the new password; all logins ended");
	}
	buf_free(&request);
	return exit_code;
}

static int roles(
	const struct cli_syntax *syntax, const struct user_options *options, const char *name)
{
	struct buf request = {0};
	int exit_code = CLI_FAILED;
	buf_puts(&request, "{\"operation\":\"user-roles\"");
	json_member(&request, "name", str_of(name));
	if (!put_roles(&request, options->roles ? options->roles : "agent")) {
		exit_code = cli_wrong(syntax, "roles are " CONFIG_ROLES ", not ", options->roles);
	} else {
		buf_put_byte(&request, '}');
		exit_code = ask_and_say(&options->folder, &request, name, "has these roles now");
	}
	buf_free(&request);
	return exit_code;
}

static void print_user(const json_t *user)
{
	char roles[64] = "";
	size_t i;
	const json_t *role;
	json_array_foreach(json_object_get(user, "roles"), i, role) {
		size_t n = strlen(roles);
		const char *word = json_string_value(role);
		snprintf(roles + n, sizeof roles - n, "%s%s", i ? "," : "", word ? word : "");
	}
	printf("%-20s %-24s %-4s %-10s %s %s\n", admin_text(user, "name"), roles,
		json_is_true(json_object_get(user, "sms")) ? "sms" : "-", admin_text(user, "state"),
		admin_text(user, "firstName"), admin_text(user, "lastName"));
}

static int list(
	const struct cli_syntax *syntax, const struct user_options *options, const char *name)
{
	struct buf request = {0};
	size_t i;
	const json_t *user;
	buf_puts(&request, "{\"operation\":\"user-list\"}");
	json_t *answer = admin_ask("user", &options->folder, &request);
	buf_free(&request);
	if (!answer)
		return CLI_FAILED;
	json_array_foreach(json_object_get(answer, "users"), i, user)
		print_user(user);
	json_decref(answer);
	return CLI_FINE;
}

/* --- which ------------------------------------------------------------------------------------ */

#define ABOUT                                                                                      \
	"On a running server through its admin socket, else on the store itself, under its "       \
	"lock.\n"

static const struct {
	const char *name;
	int (*run)(const struct cli_syntax *syntax, const struct user_options *options,
		const char *name);
	size_t words;
	const char *usage, *about;
} kinds[] = {
	{"add", add, 1, "user add NAME [OPTIONS] --config FILE | --dir DIR",
		"Adds a user. The password is asked for, or read as a line from standard "
		"input.\n" ABOUT},
	{"passwd", passwd, 1, "user passwd NAME [OPTIONS] --config FILE | --dir DIR",
		"Changes a user's password and ends all of the user's logins.\n" ABOUT},
	{"roles", roles, 1, "user roles NAME --roles LIST --config FILE | --dir DIR",
		"Gives a user these roles and no others. Who supervises no more is put out of "
		"watched sessions.\n" ABOUT},
	{"list", list, 0, "user list --config FILE | --dir DIR",
		"Lists the users: name, roles, channel, agent state, full name.\n" ABOUT},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static int run(size_t kind, int argc, char **argv)
{
	struct user_options o = {0};
	const struct cli_option add_options[] = {
		{"--roles", "LIST", "some of " CONFIG_ROLES " (default agent), with commas",
			&o.roles, NULL},
		{"--first", "NAME", "first name", &o.first, NULL},
		{"--last", "NAME", "last name", &o.last, NULL},
		{"--no-sms", NULL, "without the channel smssession", NULL, &o.no_sms},
		{"--change-password", NULL, "the user has to choose another one first of all", NULL,
			&o.must_change},
		{"--password-stdin", NULL, "read the password from standard input, whatever it is",
			NULL, &o.password_stdin},
		CLI_FOLDER_OPTIONS(&o.folder),
		{0},
	};
	const struct cli_option roles_options[] = {
		add_options[0], add_options[6], add_options[7], {0}};
	/* passwd has the options from --change-password on, list those from --config on. */
	const struct cli_option *const options[KINDS] = {
		add_options, add_options + 4, roles_options, add_options + 6};
	const struct cli_syntax syntax = {
		kinds[kind].usage, kinds[kind].about, options[kind], kinds[kind].words};
	const char *words[CLI_WORDS_MAX] = {NULL};
	int exit_code;
	if (!cli_parse(argc, argv, &syntax, words, &exit_code) ||
		!cli_folder_find(&o.folder, &syntax, &exit_code))
		return exit_code;
	exit_code = kinds[kind].run(&syntax, &o, words[0]);
	cli_folder_free(&o.folder);
	return exit_code;
}

int user_cmd(int argc, char **argv)
{
	static const struct cli_option none[] = {{0}};
	static const struct cli_syntax syntax = {"user add|passwd|roles|list [OPTIONS]",
		"Adds users, changes passwords and roles, lists users.\n" ABOUT
		"`sotto user add --help` and so on tell the options.\n",
		none, 1};
	const char *words[CLI_WORDS_MAX];
	int exit_code;
	for (size_t i = 0; argc > 1 && i < KINDS; i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			return run(i, argc - 1, argv + 1);
	if (!cli_parse(argc, argv, &syntax, words, &exit_code))
		return exit_code;
	return cli_wrong(&syntax, "add, passwd, roles or list, not ", words[0]);
}
