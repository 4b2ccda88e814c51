/* err.c - the names of the rows of err.def. */
#include "base/err.h"

static const char *const names[] = {
#define ERR(name) #name,
#include "base/err.def"
#undef ERR
};

const char *err_name(enum err e)
{
	CHECK(e >= 0 && e < ERR_COUNT);
	return names[e];
}
