/* api_client.h - a signed-in user of the public API, as any client is one: REST requests and, over
 * Bayeux, notifications: by long-polling or by a WebSocket. For `watch` and the demo's bots. */
#ifndef CLIENT_API_CLIENT_H
#define CLIENT_API_CLIENT_H

#include "http/http_client.h"
#include "net/net.h"
#include "wire/json_value.h"

struct api_client;

struct api_client_settings {
	struct str host;
	unsigned port;
	struct str user, password;
	const char *topic; /* NULL: all that is the user's */
	bool by_socket;
	bool acks;    /* with CometD's acknowledge extension */
	bool replays; /* begins with all that is kept, and goes on where it was after a loss */
	/* Signed in and subscribed: now nothing is missed. Comes again after a lost connection or a server
	 * that forgot the client: read the state again. */
	void (*on_up)(void *ctx);
	/* One notification: the value of its "data". Borrowed for the call. */
	void (*on_notification)(void *ctx, struct json_value data);
	/* Something went wrong, in words; it tries again by itself. refused: it does not (password). */
	void (*on_trouble)(void *ctx, const char *why, bool refused);
	void *ctx;
};

/* Begins at once. The strs are copied. */
struct api_client *api_client_new(struct net *net, const struct api_client_settings *settings);
void api_client_free(struct api_client **client);

/* body: empty if there was none; borrowed for the call. status 0: no answer. */
typedef void api_client_done(void *ctx, int status, struct str body);
void api_client_get(struct api_client *client, struct str path, api_client_done *done, void *ctx);
void api_client_post(struct api_client *client, struct str path, struct str body,
	api_client_done *done, void *ctx);
/* The next request has this Idempotency-Key. */
void api_client_key(struct api_client *client, struct str key);
/* {"operationName":NAME} and, if key is given, "key":"value". */
void api_client_operation(struct api_client *client, struct str path, const char *name,
	const char *key, struct str value, api_client_done *done, void *ctx);
/* The cookie of this login; empty before it signed in. */
struct str api_client_cookie(const struct api_client *client);

#endif
