/* check.c - where a broken promise ends. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *file, int line, const char *claim)
{
	fprintf(stderr, "broken promise at %s:%d: %s\n", file, line, claim);
	abort();
}
