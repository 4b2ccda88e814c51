/* err.h - the result of whatever can fail; grown from err.def. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/check.h"

/* Seconds after which a login is worth another try once too many have failed. */
#define ERR_RETRY_LOGIN_S 60

enum err {
#define ERR(name, code, http, text) name,
#include "base/err.def"
#undef ERR
	ERR_COUNT
};

int err_code(enum err e);         /* statusCode of the API's envelope */
int err_http(enum err e);         /* HTTP status beside it */
const char *err_text(enum err e); /* statusMessage; "" for OK */
/* What Retry-After says, in seconds; 0: nothing. */
unsigned err_retry_after(enum err e);
const char *err_name(enum err e); /* for logs: "ERR_ROLE" */

#endif
