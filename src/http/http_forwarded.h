/* http_forwarded.h - who a request comes from where proxies stand between. Pure.
 *
 * Anybody can write X-Forwarded-For and Forwarded (RFC 7239). They count only where the other side of
 * the connection is a proxy that one trusts, and then from the right: each proxy appends whom it got
 * the request from, so the client is the rightmost address that is no trusted proxy itself. What is
 * malformed, or hides who it is ("unknown", "_gazonk"), ends the way back there: the client is then
 * the proxy that passed it on. Where both headers are there and say two things, neither counts: a
 * proxy may write the one and pass the other on as the client sent it. */
#ifndef HTTP_HTTP_FORWARDED_H
#define HTTP_HTTP_FORWARDED_H

#include "base/ip.h"
#include "http/http.h"

/* A network has some proxies, or some blocks of them; each request of theirs is held against all. */
#define HTTP_PROXIES_MAX 64

struct http_proxies {
	const struct ip_block *at;
	size_t count;
};

/* The client's address, in the request's arena; peer itself where that is the client. */
struct str http_forwarded(
	const struct http_request *request, struct str peer, const struct http_proxies *trusted);

#endif
