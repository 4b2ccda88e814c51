/* err.h - the result of whatever can fail; grown from err.def. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/check.h"

enum err {
#define ERR(name) name,
#include "base/err.def"
#undef ERR
	ERR_COUNT
};

const char *err_name(enum err e); /* for logs: "ERR_ROLE" */

#endif
