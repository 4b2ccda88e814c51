/* cli.h - the command line: a row per command; `sotto COMMAND --help` tells each one's options. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* Exit codes besides those of a command's own (serve: 74, see server.h). */
#define CLI_FINE   0
#define CLI_FAILED 1
#define CLI_USAGE  2 /* the command line is wrong; a hint was printed */

struct cli_command {
	const char *name;
	const char *help;                  /* one line */
	int (*run)(int argc, char **argv); /* argv[0] is the command's name; gives the exit code */
};

int cli_main(int argc, char **argv);

int serve_cmd(int argc, char **argv);
int assign_cmd(int argc, char **argv);
int token_cmd(int argc, char **argv);
int user_cmd(int argc, char **argv);
int erase_cmd(int argc, char **argv);
int export_cmd(int argc, char **argv);
int import_cmd(int argc, char **argv);
int optout_cmd(int argc, char **argv);
int reload_cmd(int argc, char **argv);
int check_config_cmd(int argc, char **argv);
int backup_cmd(int argc, char **argv);
int restore_cmd(int argc, char **argv);
int doctor_cmd(int argc, char **argv);
int status_cmd(int argc, char **argv);
int verify_cmd(int argc, char **argv);
int version_cmd(int argc, char **argv);

#endif
