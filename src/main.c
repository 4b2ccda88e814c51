/* main.c - the program: prepares the process and the libraries, then the command line decides. */
#include <sodium.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "cli/cli.h"

/* Each client is an open file, and the usual soft limit of 1,024 is kept low only for programs that
 * call select(). The hard limit is the administrator's; without its raise fewer clients get in. */
static void allow_open_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0) {
		fputs("sotto: libsodium cannot start: no source of random numbers\n", stderr);
		return CLI_FAILED;
	}
	umask(077); /* the store holds password hashes and what customers wrote */
	allow_open_files();
	return cli_main(argc, argv);
}
