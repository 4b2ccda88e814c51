/* user_cmd.c - `sotto user add|set|passwd|roles|remove|list`: on a running server, or on its store. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "cli/cli_kinds.h"
#include "cli/password_prompt.h"
#include "config/config_lists.h"
#include "base/names.h"
#include "login/login.h"
#include "wire/json.h"

/* What the options of all of them leave. */
struct user_options {
	const char *roles, *first, *last, *sms;
	bool enable, disable, no_sms, must_change, password_stdin;
};

/* --- asking ----------------------------------------------------------------------------------- */

/* Asks the person, adds the member "password" to the request; gives the exit code. */
static int put_password(const struct cli_call *call, struct buf *request)
{
	const struct user_options *options = call->options;
	const struct config *config = call->folder->config;
	struct buf password = {0}, why = {0};
	char hash[PASSWORD_HASH_MAX];
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
		admin_complain("user", why.at);
	if (password.at)
		sodium_memzero(password.at, password.len);
	buf_free(&password);
	buf_free(&why);
	return is_fine ? CLI_FINE : CLI_FAILED;
}

/* Adds the member "roles", from words between commas; gives the exit code. */
static int put_roles(const struct cli_call *call, struct buf *request)
{
	const struct user_options *options = call->options;
	struct str rest = str_of(options->roles ? options->roles : "agent");
	json_key(request, "roles");
	buf_put_byte(request, '[');
	while (rest.len) {
		struct str role = str_trim(str_cut(&rest, ','));
		if (!config_role(role))
			return cli_wrong(
				call->syntax, "roles are " CONFIG_ROLES ", not ", options->roles);
		json_comma(request);
		json_put_string(request, role);
	}
	buf_put_byte(request, ']');
	return CLI_FINE;
}

/* The user's name goes into the request. */
static void begin(struct buf *request, const struct cli_call *call, const char *operation)
{
	admin_begin(request, operation);
	json_member(request, "name", str_of(call->word));
}

/* Asks, unless an exit code says already that there is nothing to ask. */
static int finish(struct buf *request, const struct cli_call *call, int exit_code, const char *done)
{
	if (exit_code == CLI_FINE)
		return admin_do("user", call->folder, request, "user '%s' %s", call->word, done);
	buf_free(request);
	return exit_code;
}

/* --- each of them ------------------------------------------------------------------------------- */

static int add(const struct cli_call *call)
{
	const struct user_options *options = call->options;
	const char *wrong = names_wrong_user(str_of(call->word));
	struct buf request = {0};
	if (wrong)
		return cli_wrong(call->syntax, "the name ", wrong);
	begin(&request, call, "user-add");
	json_member(&request, "firstName", str_of(options->first));
	json_member(&request, "lastName", str_of(options->last));
	json_member_bool(&request, "sms", !options->no_sms);
	json_member_bool(&request, "changePassword", options->must_change);
	int exit_code = put_roles(call, &request);
	if (exit_code == CLI_FINE)
		exit_code = put_password(call, &request);
	return finish(&request, call, exit_code, "is there now");
}

static int passwd(const struct cli_call *call)
{
	const struct user_options *options = call->options;
	struct buf request = {0};
	begin(&request, call, "user-passwd");
	json_member_bool(&request, "changePassword", options->must_change);
	return finish(&request, call, put_password(call, &request),
		"has the new password; all logins ended");
}

static int roles(const struct cli_call *call)
{
	struct buf request = {0};
	begin(&request, call, "user-roles");
	return finish(&request, call, put_roles(call, &request), "has these roles now");
}

/* What is not said stays as it is. */
static int set(const struct cli_call *call)
{
	const struct user_options *o = call->options;
	struct buf request = {0};
	bool has_sms = false;
	if (o->enable && o->disable)
		return cli_wrong(call->syntax, "--enable and --disable: which of them", "?");
	if (o->sms && !config_switch(str_of(o->sms), &has_sms))
		return cli_wrong(call->syntax, "--sms is yes or no, not ", o->sms);
	if (!o->roles && !o->first && !o->last && !o->sms && !o->enable && !o->disable)
		return cli_wrong(call->syntax, "nothing is said that should change", "");
	begin(&request, call, "user-set");
	if (o->first)
		json_member(&request, "firstName", str_of(o->first));
	if (o->last)
		json_member(&request, "lastName", str_of(o->last));
	if (o->sms)
		json_member_bool(&request, "sms", has_sms);
	if (o->enable || o->disable)
		json_member_bool(&request, "enabled", o->enable);
	return finish(&request, call, o->roles ? put_roles(call, &request) : CLI_FINE,
		o->disable ? "is disabled; all logins ended" : "is as that says now");
}

static int remove_user(const struct cli_call *call)
{
	struct buf request = {0};
	begin(&request, call, "user-remove");
	return finish(&request, call, CLI_FINE, "is removed; all logins ended");
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
		json_is_true(json_object_get(user, "sms")) ? "sms" : "-",
		json_is_false(json_object_get(user, "enabled")) ? "disabled"
								: admin_text(user, "state"),
		admin_text(user, "firstName"), admin_text(user, "lastName"));
}

static int list(const struct cli_call *call)
{
	return admin_list("user", call->folder, "users", print_user);
}

/* --- which ------------------------------------------------------------------------------------ */

int user_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	struct user_options o = {0};
	const struct cli_option add_options[] = {
		{"--roles", "LIST", "some of " CONFIG_ROLES " (default agent), with commas",
			&o.roles, NULL},
		{"--first-name", "NAME", "first name", &o.first, NULL},
		{"--last-name", "NAME", "last name", &o.last, NULL},
		{"--no-sms", NULL, "without the channel smssession", NULL, &o.no_sms},
		{"--change-password", NULL, "the user has to choose another one first of all", NULL,
			&o.must_change},
		{"--password-stdin", NULL, "read the password from standard input, whatever it is",
			NULL, &o.password_stdin},
		CLI_FOLDER_OPTIONS(&folder),
		{0},
	};
	const struct cli_option *passwd_options = add_options + 4, *list_options = add_options + 6;
	const struct cli_option roles_options[] = {
		add_options[0], add_options[6], add_options[7], {0}};
	const struct cli_option set_options[] = {
		{"--roles", "LIST", "these of " CONFIG_ROLES ", and no others", &o.roles, NULL},
		add_options[1],
		add_options[2],
		{"--sms", "yes|no", "with or without the channel smssession", &o.sms, NULL},
		{"--enable", NULL, "may sign in", NULL, &o.enable},
		{"--disable", NULL, "may not; logins end, sessions go to others", NULL, &o.disable},
		add_options[6],
		add_options[7],
		{0},
	};
	const struct cli_kind kinds[] = {
		{"add", add,
			{"user add NAME [OPTIONS] --config FILE | --dir DIR",
				"Adds a user. The password is asked for, or read as a line from "
				"standard input.\n" ADMIN_ABOUT,
				add_options, 1}},
		{"passwd", passwd,
			{"user passwd NAME [OPTIONS] --config FILE | --dir DIR",
				"Changes a user's password and ends all of the user's "
				"logins.\n" ADMIN_ABOUT,
				passwd_options, 1}},
		{"roles", roles,
			{"user roles NAME --roles LIST --config FILE | --dir DIR",
				"Gives a user these roles and no others. Who supervises no more is "
				"put out of watched sessions.\n" ADMIN_ABOUT,
				roles_options, 1}},
		{"set", set,
			{"user set NAME [OPTIONS] --config FILE | --dir DIR",
				"Changes what is said of a user, at once. Who is disabled, or "
				"supervises no more, is put out of watched "
				"sessions.\n" ADMIN_ABOUT,
				set_options, 1}},
		{"remove", remove_user,
			{"user remove NAME --config FILE | --dir DIR",
				"Removes a user, at once: logins and tokens end, sessions go to "
				"others. What was done under the\n"
				"name stays written down, so the name is never given "
				"again.\n" ADMIN_ABOUT,
				list_options, 1}},
		{"list", list,
			{"user list --config FILE | --dir DIR",
				"Lists the users: name, roles, channel, agent state, full "
				"name.\n" ADMIN_ABOUT,
				list_options, 0}},
		{0},
	};
	return cli_kinds_run(argc, argv,
		&(struct cli_kinds) {"user add|set|passwd|roles|remove|list [OPTIONS]",
			"Adds, changes, removes and lists users.\n" ADMIN_ABOUT
			"`sotto user add --help` and so on tell the options.\n",
			kinds, &folder, &o});
}
