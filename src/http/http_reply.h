/* http_reply.h - a response as the bytes that travel. Pure. */
#ifndef HTTP_HTTP_REPLY_H
#define HTTP_HTTP_REPLY_H

#include "http/http.h"

struct http_framing {
	const char *date; /* value of the Date header */
	bool close;       /* the connection closes after it */
	bool is_http10;   /* the request was HTTP/1.0: staying open has to be said */
	bool is_head;     /* the request was HEAD: all but the body */
};

void http_reply_put(
	struct buf *out, const struct http_response *response, const struct http_framing *framing);

#endif
