/* main.c - the program: prepares the libraries, then the command line decides. */
#include <sodium.h>
#include <stdio.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
	if (sodium_init() < 0) {
		fputs("sotto: libsodium cannot start: no source of random numbers\n", stderr);
		return CLI_FAILED;
	}
	return cli_main(argc, argv);
}
