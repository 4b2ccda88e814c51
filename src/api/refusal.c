/* refusal.c - looking up the rows of refusal.def. */
#include "api/refusal.h"

#include <assert.h>

#include "login/login.h"
#include "wire/json.h"

static const struct {
	int code, status;
	struct str text, body;
} rows[] = {
#define REFUSAL(name, code, status, text)                                                          \
	[name] = {code, status, {text, sizeof text - 1},                                           \
		{"{\"statusCode\":" #code ",\"statusMessage\":\"" text "\"}\n",                    \
			sizeof "{\"statusCode\":" #code ",\"statusMessage\":\"" text "\"}\n" -     \
				1}},
#include "api/refusal.def"
#undef REFUSAL
};
static_assert(sizeof rows / sizeof *rows == ERR_COUNT, "the last error has a row");

static_assert(LOGIN_FAILED_WINDOW_MS == 60 * 1000, "what Retry-After says");

int refusal_code(enum err err)
{
	return rows[err].code;
}

int refusal_status(enum err err)
{
	CHECK(rows[err].status); /* a row of its own */
	return rows[err].status;
}

const char *refusal_text(enum err err)
{
	return rows[err].text.at;
}

struct str refusal_headers(enum err err)
{
	switch (refusal_status(err)) {
	case 429:
		return STR("Retry-After: 60\r\n");
	case 503:
		return STR("Retry-After: 1\r\n");
	default:
		return STR_NONE;
	}
}

static void put_field(struct buf *out, const char *field)
{
	struct str rest = str_of(field);
	buf_puts(out, ": ");
	while (rest.len) {
		buf_put(out, str_cut(&rest, '|'));
		if (rest.len)
			buf_puts(out, " or ");
	}
}

void refusal_put_status(struct buf *out, enum err err, const char *field)
{
	json_member_u64(out, "statusCode", (uint64_t)rows[err].code);
	if (err == OK)
		return;
	json_key(out, "statusMessage");
	buf_put_byte(out, '"');
	buf_put(out, rows[err].text);
	if (field && rows[err].status == 400)
		put_field(out, field);
	buf_put_byte(out, '"');
}

struct http_response refusal_response(enum err err)
{
	return (struct http_response) {.status = refusal_status(err),
		.body = err == OK ? STR("{\"statusCode\":0}\n") : rows[err].body,
		.headers = refusal_headers(err)};
}
