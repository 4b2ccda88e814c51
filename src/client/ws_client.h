/* ws_client.h - the far side of a WebSocket over net.h: texts both ways. */
#ifndef CLIENT_WS_CLIENT_H
#define CLIENT_WS_CLIENT_H

#include "net/net.h"

struct ws_client;

struct ws_client_settings {
	struct str peer; /* names the client in net_sim */
	struct str host;
	unsigned port;
	struct str path;
	struct str headers; /* further lines of the request, each ended by CRLF */
	void (*on_text)(void *ctx, struct str text); /* borrowed for the call */
	/* The upgrade was refused, or the connection is over: nothing more comes. */
	void (*on_end)(void *ctx);
	void *ctx;
};

/* Begins at once; strs are copied. Either callback may free the client. */
struct ws_client *ws_client_new(struct net *net, const struct ws_client_settings *settings);
/* What is sent before the connection is up waits for it. */
void ws_client_send(struct ws_client *client, struct str text);
void ws_client_free(struct ws_client **client); /* no callback comes any more */

#endif
