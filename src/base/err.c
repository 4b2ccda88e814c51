/* err.c - looking up the rows of err.def. */
#include "base/err.h"

struct err_row {
	int code;
	int http;
	const char *name;
	const char *text;
};

static const struct err_row rows[] = {
#define ERR(name, code, http, text) {code, http, #name, text},
#include "base/err.def"
#undef ERR
};

static const struct err_row *row_of(enum err e)
{
	CHECK(e >= 0 && e < ERR_COUNT);
	return &rows[e];
}

int err_code(enum err e)
{
	return row_of(e)->code;
}

int err_http(enum err e)
{
	return row_of(e)->http;
}

unsigned err_retry_after(enum err e)
{
	switch (err_http(e)) {
	case 429:
		return ERR_RETRY_LOGIN_S;
	case 503:
		return 1;
	default:
		return 0;
	}
}

const char *err_text(enum err e)
{
	return row_of(e)->text;
}

const char *err_name(enum err e)
{
	return row_of(e)->name;
}
