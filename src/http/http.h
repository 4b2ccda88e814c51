/* http.h - requests and replies as values: what api/ and push/ see of HTTP/1.1. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* Limits: doc/decisions 1. A client that needs more is mistaken or hostile; what is refused is
 * answered 400 with code 10, then the connection closes (after an oversized body as well). */
#define HTTP_URL_MAX     (8 * 1024)
#define HTTP_HEADERS_MAX (16 * 1024) /* all header lines of one request with their line ends */
#define HTTP_HEADER_MAX  100         /* fields of one request, trailers included */
#define HTTP_BODY_MAX    (64 * 1024)

enum http_method {
	HTTP_GET,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_HEAD,
	HTTP_OTHER
};

struct http_header {
	struct str name;
	struct str value;
};

/* Lives, with all it points to, until http_reply or http_hold is called for it, or until on_gone for
 * it has returned. */
struct http_request {
	enum http_method method;
	struct str path;  /* percent-decoded; always begins with '/' */
	struct str query; /* raw, without '?' */
	struct http_header headers[HTTP_HEADER_MAX];
	size_t header_count;
	struct str body;
	struct str peer; /* address of the client (http_forwarded.h) */
	/* A GET of HTTP/1.1 that asks for a connection which speaks WebSocket from then on (RFC 9110, 7.8): it
	 * changes something, whatever its method. */
	bool wants_socket;
	struct arena *arena;
};

/* Value of a header, name compared without case; the first one. STR_NONE if absent. */
struct str http_header(const struct http_request *request, const char *name);
/* Percent-decoded value of a query parameter, in the request's arena; false if absent. */
bool http_query(const struct http_request *request, const char *name, struct str *value);
/* Takes the next parameter from the front of a query, both sides decoded; false at the end. What is badly
 * encoded is left out. */
bool http_query_next(
	const struct http_request *request, struct str *rest, struct str *name, struct str *value);
/* Value of a cookie by name; STR_NONE if absent. */
struct str http_cookie(const struct http_request *request, const char *name);

/* A place where a reply is owed. Survives the connection: replying to one that is gone does
 * nothing. Never a pointer, so nothing dangles while outputs wait for the disk. */
struct http_ref {
	uint32_t slot;
	uint32_t generation;
};
bool http_ref_eq(struct http_ref a, struct http_ref b);

/* A poll of a thousand notifications, which is as many as one can leave waiting (push.h). */
#define HTTP_MORE_MAX 1024

struct http_response {
	int status;
	struct str body; /* empty: no body, no Content-Type */
	const struct str
		*more;     /* what follows body, in pieces that need not be put together; or NULL */
	size_t more_count; /* up to HTTP_MORE_MAX */
	struct str headers; /* further header lines, each ended by CRLF; may be empty */
	const char *type;   /* of the body; NULL: JSON */
	const char *cache;  /* how it may be kept (Cache-Control); NULL: not at all */
	bool close;         /* close the connection after it */
};

#endif
