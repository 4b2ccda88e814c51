/* http_url.h - request targets and their percent encoding (RFC 3986, RFC 9112 3.2). */
#ifndef HTTP_HTTP_URL_H
#define HTTP_HTTP_URL_H

#include "http/http.h"

/* Decodes `in` into the arena. False on a '%' without two hex digits, on %00, and where the result is
 * no UTF-8. is_form: a '+' stands for a space, as in queries. */
bool http_url_decode(struct arena *arena, struct str in, bool is_form, struct str *out);

/* Splits a request target ("/path?query", "http://host/path?query" or "*") into the decoded path,
 * which begins with '/', and the raw query. False if it is none of these, or badly encoded in any
 * part, or holds bytes that no URL may hold. */
bool http_url_split(struct arena *arena, struct str target, struct str *path, struct str *query);

/* Is it an absolute http or https URL as a customer's phone opens it: a host, and no white space, control
 * character, quote or angle bracket? Other characters than ASCII are taken as they are (RFC 3987). */
bool http_url_is_web(struct str text);

#endif
