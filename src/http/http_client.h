/* http_client.h - a small HTTP/1.1 client over net.h: for providers of texts, `watch`, the demo's bots, simulated peers.
 *
 * One connection at a time, opened when needed and again when it was lost; one request at a time,
 * further ones wait in line. Keeps the cookies it is given (name and value only). */
#ifndef HTTP_HTTP_CLIENT_H
#define HTTP_HTTP_CLIENT_H

#include "http/http.h"
#include "net/net.h"

struct http_client;

/* status 0: no answer (connection refused, lost, or not HTTP). body is borrowed for the call. */
typedef void http_client_done(void *ctx, int status, struct str body);

/* peer names the client in net_sim. user/password: Basic credentials on every request, if user.len. */
struct http_client *http_client_new(struct net *net, struct str peer, struct str host,
	unsigned port, struct str user, struct str password);
/* Sends method path (with query) and a JSON body (may be empty). done is called exactly once, also
 * when the client is freed (status 0). */
void http_client_send(struct http_client *client, const char *method, struct str path,
	struct str body, http_client_done *done, void *ctx);
/* Further header lines, each with its CRLF, of the next request that is sent; of that one alone. Copied. */
void http_client_header(struct http_client *client, struct str line);
/* Media type of the bodies that are sent from now on; JSON where this is not said. A constant. */
void http_client_type(struct http_client *client, const char *type);
/* An answer's body may have so many bytes (16 MiB where this is not said); beyond, there is no answer. */
void http_client_bound(struct http_client *client, size_t body_max);
/* Inside of `done` with status 0: may the other side have got the request? False: it was never written. */
bool http_client_had_sent(const struct http_client *client);
/* Takes over the cookies of another client of the same user (its login): Bayeux clients use two
 * connections with one cookie. */
void http_client_share_cookies(struct http_client *client, const struct http_client *from);
/* Value of a cookie it was given; STR_NONE if it has none of that name. Borrowed until the next answer. */
struct str http_client_cookie(const struct http_client *client, const char *name);
/* The header lines by which it says who it is: Authorization and Cookie. Appended. */
void http_client_put_identity(struct buf *out, const struct http_client *client);
void http_client_close(
	struct http_client *client); /* drops the connection; what waits gets status 0 */
void http_client_free(struct http_client **client);

#endif
