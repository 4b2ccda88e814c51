/* refusal.h - what a client is told became of a request: the rows of refusal.def. Nobody else knows them; who
 * answers below api/ or beside it (http/, push/) is lent refusal_response. */
#ifndef API_REFUSAL_H
#define API_REFUSAL_H

#include "base/buf.h"
#include "http/http.h"

int refusal_code(enum err err);         /* statusCode of the envelope */
int refusal_status(enum err err);       /* of HTTP */
const char *refusal_text(enum err err); /* statusMessage; "" for OK */
/* Header lines that belong to it: Retry-After where another try is worth it. */
struct str refusal_headers(enum err err);
/* The members of the envelope: statusCode and, unless it is OK, statusMessage. field: of a 400 the name of what it is
 * about, alternatives separated by '|', which need no escapes; NULL: of nothing in particular. */
void refusal_put_status(struct buf *out, enum err err, const char *field);
/* A whole answer that says nothing else. Its bytes are constants. */
struct http_response refusal_response(enum err err);

#endif
