/* http_reply.h - a response as the bytes that travel. Pure. */
#ifndef HTTP_HTTP_REPLY_H
#define HTTP_HTTP_REPLY_H

#include "http/http.h"

/* How a client knows where the body ends. */
enum http_extent {
	HTTP_SIZED,   /* Content-Length */
	HTTP_CHUNKED, /* RFC 9112, 7.1 */
	HTTP_TO_END,  /* of the connection: for HTTP/1.0, which knows no chunks */
};

struct http_framing {
	const char *date;   /* value of the Date header */
	struct str headers; /* besides the response's */
	bool close;         /* the connection closes after it */
	bool is_http10;     /* the request was HTTP/1.0: staying open has to be said */
	bool is_head;       /* the request was HEAD: all but the body */
	enum http_extent extent;
};

/* The statuses that Sotto sends have places in a row, for who counts them: 0 is any other one. */
#define HTTP_STATUS_PLACES 24
size_t http_status_place(int status);
int http_status_at(size_t place); /* 0: none has it */

/* Status and headers, up to the empty line. */
void http_reply_put_head(
	struct buf *out, const struct http_response *response, const struct http_framing *framing);
/* Is it followed by a body, as far as the response has one? */
bool http_reply_has_body(const struct http_response *response, const struct http_framing *framing);
/* A piece of a body whose length was not said; an empty one that is not the last puts nothing. */
void http_reply_put_piece(struct buf *out, struct str bytes, bool is_last, enum http_extent extent);

#endif
