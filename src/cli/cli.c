/* cli.c - finds the command; help. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "cli/demo_cmd.h"
#include "cli/smsc_sim_cmd.h"
#include "cli/watch_cmd.h"

static int help_cmd(int argc, char **argv);

static const struct cli_command commands[] = {
	{"demo", "a running contact centre with simulated customers and agents", demo_cmd},
	{"serve", "serve as the configuration file says", serve_cmd},
	{"watch", "follow an agent's sessions silently, as a supervisor", watch_cmd},
	{"user", "add, change, disable, remove and list users", user_cmd},
	{"assign", "groups, skills and queues of users", assign_cmd},
	{"token", "tokens by which programs sign in: add, list, revoke", token_cmd},
	{"erase", "erase what a contact said, and who it was", erase_cmd},
	{"optout", "phones that get no texts: add, and decide what may have meant STOP",
		optout_cmd},
	{"export", "users, contacts and sessions, as CSV or lines of JSON", export_cmd},
	{"import", "users and opt-outs from CSV or lines of JSON", import_cmd},
	{"reload", "a running server reads its configuration file again", reload_cmd},
	{"check-config", "say whether a configuration file is fine", check_config_cmd},
	{"verify", "compare the store's tables, or a backup's, with the journal", verify_cmd},
	{"backup", "copy the store while it is served, and verify the copy", backup_cmd},
	{"restore", "make a new data folder of a backup", restore_cmd},
	{"status", "how the running server is: store, links, sessions", status_cmd},
	{"doctor", "whether this machine keeps what the server promises", doctor_cmd},
	{"smsc-sim", "an SMSC with simulated customers, for trying out", smsc_sim_cmd},
	{"version", "print the version", version_cmd},
	{"help", "print this, or the help of a command", help_cmd},
};
#define COMMANDS (sizeof commands / sizeof *commands)

static void print_help(FILE *out)
{
	fputs("Sotto, an SMS contact centre server in which a silent supervisor is silent.\n\n"
	      "usage: sotto COMMAND [OPTIONS]\n\n",
		out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-13s %s\n", commands[i].name, commands[i].help);
	fputs("\n`sotto COMMAND --help`, or -h, tells a command's options; --version, or -V, the "
	      "version.\n",
		out);
}

static const struct cli_command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int unknown(const char *name)
{
	fprintf(stderr, "sotto: there is no command '%s'; `sotto help` lists them\n", name);
	return CLI_USAGE;
}

static int help_cmd(int argc, char **argv)
{
	if (argc < 2 || argv[1][0] == '-') {
		print_help(stdout);
		return CLI_FINE;
	}
	const struct cli_command *command = find(argv[1]);
	if (!command)
		return unknown(argv[1]);
	char option[] = "--help";
	char *args[] = {argv[1], option, NULL};
	return command->run == help_cmd ? help_cmd(1, args) : command->run(2, args);
}

int cli_main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help_cmd(argc - 1, argv + 1);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return version_cmd(1, argv + 1);
	const struct cli_command *command = find(argv[1]);
	return command ? command->run(argc - 1, argv + 1) : unknown(argv[1]);
}
