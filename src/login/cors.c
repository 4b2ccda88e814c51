/* cors.c - what a browser is told, so that a page of another site may call us (Fetch, 3.2). */
#include "login/login_table.h"

/* Methods and headers that clients of the API use; the seconds for which a browser need not ask again:
 * CSRF Protection, deployment side. */
#define PREFLIGHT                                                                                  \
	"Access-Control-Allow-Methods: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n"                  \
	"Access-Control-Allow-Headers: Accept, Authorization, Content-Type, ContactCenterId, "     \
	"Idempotency-Key, If-None-Match, X-CSRF-TOKEN, X-Requested-With, X-Support-CSRFP\r\n"      \
	"Access-Control-Max-Age: 120\r\n"

/* What a script may read besides the body. */
#define EXPOSED "Access-Control-Expose-Headers: ETag, Retry-After, X-CSRF-HEADER, X-CSRF-TOKEN\r\n"

bool login_is_preflight(const struct login_table *table, const struct http_request *request)
{
	return request->method == HTTP_OPTIONS && login_is_guest(table, request);
}

/* Never "*", which browsers do not accept where credentials are sent. */
void login_cors_headers(
	const struct login_table *table, const struct http_request *request, struct buf *headers)
{
	if (!login_is_guest(table, request))
		return;
	buf_puts(headers, "Access-Control-Allow-Origin: ");
	buf_put(headers, http_header(request, "Origin"));
	buf_puts(headers, "\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n");
	buf_puts(headers, request->method == HTTP_OPTIONS ? PREFLIGHT : EXPOSED);
}
