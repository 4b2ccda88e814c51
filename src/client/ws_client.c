/* ws_client.c - the upgrade, then frames.
 *
 * A callback may free the client, so each is the last thing that happens to it, or is looked behind (is_gone). */
#include "client/ws_client.h"

#include "base/arena.h"
#include "wire/ws_frame.h"

#include <stdlib.h>

/* A response head that grows beyond this is none. */
#define HEAD_MAX (16 * 1024)

struct ws_client {
	struct net *net;
	struct ws_client_settings settings; /* its strs are not looked at after the start */
	struct net_conn *conn;              /* NULL: over */
	struct net_stream stream;
	struct buf waiting; /* frames that are sent once it is up */
	struct buf head;    /* of the response, as far as it came */
	bool is_up;
	bool *is_gone; /* set when it is freed from inside of a callback */
	struct ws_reader reader;
};

static void client_end(struct ws_client *client)
{
	if (client->conn)
		net_abandon(client->conn);
	client->conn = NULL;
}

static void client_tell_end(struct ws_client *client)
{
	client_end(client);
	client->settings.on_end(client->settings.ctx);
}

/* --- what comes ------------------------------------------------------------------------------- */

static void client_send_frame(struct ws_client *client, struct str frame)
{
	unsigned char mask[WS_MASK_BYTES];
	struct buf masked = {0};
	net_random(client->net, &client->stream, mask, sizeof mask);
	ws_put_masked(&masked, frame, mask);
	if (client->is_up)
		net_write(client->conn, buf_str(&masked));
	else
		buf_put(&client->waiting, buf_str(&masked));
	buf_free(&masked);
}

static void client_pong(struct ws_client *client)
{
	struct buf frame = {0};
	ws_put_frame(&frame, WS_OP_PONG, client->reader.payload);
	client_send_frame(client, buf_str(&frame));
	buf_free(&frame);
}

/* False: it is freed. */
static bool client_tell(struct ws_client *client)
{
	bool is_gone = false;
	client->is_gone = &is_gone;
	client->settings.on_text(client->settings.ctx, client->reader.payload);
	if (!is_gone)
		client->is_gone = NULL;
	return !is_gone;
}

static void client_take_frames(struct ws_client *client, struct str bytes)
{
	while (client->conn) {
		switch (ws_reader_feed(&client->reader, &bytes)) {
		case WS_MORE:
			return;
		case WS_TEXT:
			if (!client_tell(client))
				return;
			break;
		case WS_PING:
			client_pong(client);
			break;
		case WS_PONG:
			break;
		case WS_CLOSE:
		case WS_BAD:
			client_tell_end(client);
			return;
		}
	}
}

/* Bytes up to the end of the head; what follows is left. */
static bool client_take_head(struct ws_client *client, struct str *bytes)
{
	static const struct str end = {"\r\n\r\n", 4};
	while (bytes->len) {
		buf_put_byte(&client->head, bytes->at[0]);
		*bytes = str_skip(*bytes, 1);
		struct str head = buf_str(&client->head);
		if (head.len >= end.len && str_eq(str_skip(head, head.len - end.len), end))
			return true;
	}
	return false;
}

static void client_on_data(struct net_conn *conn, struct str bytes)
{
	struct ws_client *client = net_conn_ctx(conn);
	if (!client->is_up) {
		bool is_whole = client_take_head(client, &bytes);
		bool is_right = str_starts(buf_str(&client->head), STR("HTTP/1.1 101 "));
		if (client->head.len > HEAD_MAX || (is_whole && !is_right)) {
			client_tell_end(client);
			return;
		}
		if (!is_whole)
			return;
		client->is_up = true;
		net_write(client->conn, buf_str(&client->waiting));
		buf_free(&client->waiting);
		buf_free(&client->head);
	}
	client_take_frames(client, bytes);
}

static void client_on_closed(struct net_conn *conn)
{
	struct ws_client *client = net_conn_ctx(conn);
	client->conn = NULL;
	client->settings.on_end(client->settings.ctx);
}

/* --- life ------------------------------------------------------------------------------------- */

/* Of a fixed key the answer is not looked at: who would forge it stands between us and the server anyway. */
static void client_ask(struct ws_client *client)
{
	const struct ws_client_settings *settings = &client->settings;
	struct buf out = {0};
	buf_printf(&out,
		"GET %.*s HTTP/1.1\r\nHost: %.*s:%u\r\nUpgrade: websocket\r\nConnection: "
		"Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
		STR_ARGS(settings->path), STR_ARGS(settings->host), settings->port);
	buf_put(&out, settings->headers);
	buf_puts(&out, "\r\n");
	net_write(client->conn, buf_str(&out));
	buf_free(&out);
}

/* What is asked was written at once, and waits for this by itself. */
static void client_on_open(struct net_conn *conn)
{
}

struct ws_client *ws_client_new(struct net *net, const struct ws_client_settings *settings)
{
	static const struct net_handler handler = {.on_open = client_on_open,
		.on_data = client_on_data,
		.on_closed = client_on_closed};
	struct ws_client *client = mem_new(sizeof *client);
	client->net = net;
	client->settings = *settings;
	client->reader.is_clients = true;
	client->conn =
		net_connect(net, settings->peer, settings->host, settings->port, &handler, client);
	client->stream = net_conn_stream(client->conn);
	client_ask(client);
	return client;
}

void ws_client_send(struct ws_client *client, struct str text)
{
	struct buf frame = {0};
	if (!client->conn)
		return;
	ws_put_frame(&frame, WS_OP_TEXT, text);
	client_send_frame(client, buf_str(&frame));
	buf_free(&frame);
}

void ws_client_free(struct ws_client **at)
{
	struct ws_client *client = *at;
	if (!client)
		return;
	*at = NULL;
	client_end(client);
	if (client->is_gone)
		*client->is_gone = true;
	buf_free(&client->waiting);
	buf_free(&client->head);
	ws_reader_free(&client->reader);
	free(client);
}
