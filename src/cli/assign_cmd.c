/* assign_cmd.c - `sotto assign`: groups, skills and queues of users; on a running server, or on its store. */
#include "cli/admin_ask.h"
#include "cli/cli.h"
#include "config/config.h"
#include "wire/json.h"

static int ask(const struct cli_folder *folder, const char *words[3], bool held)
{
	struct buf request = {0};
	struct str thing = str_of(words[2]);
	uint64_t level = 0;
	if (str_is(str_of(words[1]), "skill") && !config_skill(str_of(words[2]), &thing, &level))
		return admin_complain(
			"assign", "a skill is NAME or NAME=LEVEL, the level 0 to 100");
	admin_begin(&request, "assign");
	json_member(&request, "user", str_of(words[0]));
	json_member(&request, "kind", str_of(words[1]));
	json_member(&request, "thing", thing);
	json_member_u64(&request, "level", level);
	json_member_bool(&request, "held", held);
	return admin_do("assign", folder, &request, "user '%s': %s '%.*s' %s", words[0], words[1],
		STR_ARGS(thing), held ? "is assigned" : "is taken back");
}

int assign_cmd(int argc, char **argv)
{
	struct cli_folder folder = {0};
	bool remove = false;
	const struct cli_option options[] = {
		{"--remove", NULL, "take it back", NULL, &remove},
		CLI_FOLDER_OPTIONS(&folder),
		{0},
	};
	static const char about[] =
		"Assigns a user to a group, a skill or a queue. KIND says as what:\n"
		"  member       THING is a group, whose supervisors supervise the user\n"
		"  supervisor   THING is a group, which the user supervises. As long as nobody is "
		"one, each\n"
		"               supervisor supervises all\n"
		"  skill        THING is NAME or NAME=LEVEL\n"
		"  queue        THING is a queue, whose sessions are offered to the user; one to "
		"which nobody\n"
		"               is assigned is everybody's\n" ADMIN_ABOUT;
	const struct cli_syntax syntax = {
		"assign USER KIND THING [OPTIONS] --config FILE | --dir DIR", about, options, 3};
	const char *words[CLI_WORDS_MAX] = {NULL};
	int exit_code;
	if (!cli_folder_parse(argc, argv, &syntax, &folder, words, &exit_code))
		return exit_code;
	exit_code = ask(&folder, words, !remove);
	cli_folder_free(&folder);
	return exit_code;
}
