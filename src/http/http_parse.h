/* http_parse.h - bytes into one request at a time, by llhttp without any of its leniences and with
 * what RFC 9112 asks of a server beyond it. No I/O. */
#ifndef HTTP_HTTP_PARSE_H
#define HTTP_HTTP_PARSE_H

#include "http/http.h"

/* A line between the chunks of a body: the size, and extensions that nobody needs. */
#define HTTP_CHUNK_LINE_MAX 256

enum http_step {
	HTTP_MORE, /* all bytes were taken, the request is not whole yet */
	HTTP_DONE, /* a whole request; what follows it was left */
	HTTP_BAD,  /* `error` says why; nothing after it can be understood */
};

struct http_parsed {
	struct http_request request; /* after HTTP_DONE; peer is left to the caller */
	enum err error;              /* after HTTP_BAD: ERR_BAD_HTTP or ERR_TOO_LARGE */
	bool keeps_alive;            /* the client lets the connection stay open */
	bool is_http10;
	bool wants_continue; /* it waits for "100 Continue" before it sends the body; clear it */
};

struct http_parse;

struct http_parse *http_parse_new(void);
void http_parse_reset(struct http_parse *parse); /* for the next request; the last one is gone */
void http_parse_free(struct http_parse **parse);
/* Takes bytes from the front of *in, up to the end of one request. */
enum http_step http_parse_feed(struct http_parse *parse, struct str *in);
/* Bytes that it keeps of the request so far. */
size_t http_parse_kept(const struct http_parse *parse);
struct http_parsed *http_parse_result(struct http_parse *parse);

#endif
