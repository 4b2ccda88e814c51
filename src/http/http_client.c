/* http_client.c - one connection, one request at a time, the others in line.
 *
 * A caller may do anything from inside `done`, freeing the client included: so `done` is always the
 * last thing that happens to a client in a call. */
#include "http/http_client.h"
#include "http/http_llhttp.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

/* Answers of our own server are far smaller; beyond this it is not talking to us. */
#define BODY_MAX (16 * 1024 * 1024)
/* A response head that grows beyond this is none. */
#define HEAD_MAX (64 * 1024)

struct ask {
	struct ask *next;
	bool is_head;
	struct buf
		bytes; /* request line and body; headers that depend on the client come between */
	size_t line_len;
	struct str header; /* owned; whole lines, or empty */
	http_client_done *done;
	void *ctx;
};

struct cookie {
	struct cookie *next;
	struct str name;
	struct str value;
};

struct http_client {
	struct net *net;
	struct str peer;
	struct str host;
	unsigned port;
	struct str authorization; /* a whole header line; may be empty */
	struct str header;        /* further ones, of the next request */
	const char *type;         /* of bodies */
	size_t body_max;          /* of answers */
	struct cookie *cookies;
	struct ask *line; /* the first is being answered if is_sent */
	bool is_sent;
	bool had_sent;         /* what was answered last */
	struct net_conn *conn; /* NULL: none */
	bool is_open;
	llhttp_t llhttp;
	bool is_whole; /* the answer */
	bool keeps_alive;
	struct buf name; /* of the header being read */
	struct buf value;
	bool in_value;
	size_t head_bytes;
	struct buf body;
};

static int on_name(llhttp_t *llhttp, const char *at, size_t len);
static int on_value(llhttp_t *llhttp, const char *at, size_t len);
static int on_value_end(llhttp_t *llhttp);
static int on_head_end(llhttp_t *llhttp);
static int on_body(llhttp_t *llhttp, const char *at, size_t len);
static int on_end(llhttp_t *llhttp);

static const llhttp_settings_t settings = {
	.on_header_field = on_name,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_end,
	.on_headers_complete = on_head_end,
	.on_body = on_body,
	.on_message_complete = on_end,
};

static void on_open(struct net_conn *conn);
static void on_data(struct net_conn *conn, struct str bytes);
static void on_closed(struct net_conn *conn);

static const struct net_handler handler = {
	.on_open = on_open,
	.on_data = on_data,
	.on_closed = on_closed,
};

static struct str basic_header(struct str user, struct str password)
{
	struct buf plain = {0}, line = {0};
	if (!user.len)
		return STR_NONE;
	buf_put(&plain, user);
	buf_put_byte(&plain, ':');
	buf_put(&plain, password);
	size_t room = sodium_base64_ENCODED_LEN(plain.len, sodium_base64_VARIANT_ORIGINAL);
	char *coded = mem_new(room);
	sodium_bin2base64(coded, room, (const unsigned char *)plain.at, plain.len,
		sodium_base64_VARIANT_ORIGINAL);
	buf_printf(&line, "Authorization: Basic %s\r\n", coded);
	struct str copy = str_copy(buf_str(&line));
	free(coded);
	buf_free(&plain);
	buf_free(&line);
	return copy;
}

struct http_client *http_client_new(struct net *net, struct str peer, struct str host,
	unsigned port, struct str user, struct str password)
{
	struct http_client *client = mem_new(sizeof *client);
	client->net = net;
	client->peer = str_copy(peer);
	client->host = str_copy(host);
	client->port = port;
	client->authorization = basic_header(user, password);
	client->type = "application/json";
	client->body_max = BODY_MAX;
	return client;
}

/* --- cookies --- */

static void cookie_free(struct cookie *cookie)
{
	str_free(&cookie->name);
	str_free(&cookie->value);
	free(cookie);
}

/* An empty value is how a server takes a cookie back. */
static void cookie_set(struct http_client *client, struct str name, struct str value)
{
	struct cookie *cookie, *next;
	LL_FOREACH_SAFE(client->cookies, cookie, next)
		if (str_eq(cookie->name, name)) {
			LL_DELETE(client->cookies, cookie);
			cookie_free(cookie);
		}
	if (!name.len || !value.len)
		return;
	cookie = mem_new(sizeof *cookie);
	cookie->name = str_copy(name);
	cookie->value = str_copy(value);
	LL_APPEND(client->cookies, cookie);
}

static void take_cookie(struct http_client *client, struct str line)
{
	struct str pair = str_cut(&line, ';');
	struct str name = str_trim(str_cut(&pair, '='));
	cookie_set(client, name, str_trim(pair));
}

void http_client_share_cookies(struct http_client *client, const struct http_client *from)
{
	const struct cookie *cookie;
	LL_FOREACH(from->cookies, cookie)
		cookie_set(client, cookie->name, cookie->value);
}

struct str http_client_cookie(const struct http_client *client, const char *name)
{
	const struct cookie *cookie;
	LL_FOREACH(client->cookies, cookie)
		if (str_is(cookie->name, name))
			return cookie->value;
	return STR_NONE;
}

/* --- sending --- */

static void put_cookies(struct buf *out, const struct http_client *client)
{
	const struct cookie *cookie;
	const char *before = "Cookie: ";
	LL_FOREACH(client->cookies, cookie) {
		buf_puts(out, before);
		buf_put(out, cookie->name);
		buf_put_byte(out, '=');
		buf_put(out, cookie->value);
		before = "; ";
	}
	if (client->cookies)
		buf_puts(out, "\r\n");
}

void http_client_put_identity(struct buf *out, const struct http_client *client)
{
	buf_put(out, client->authorization);
	put_cookies(out, client);
}

static void send_first(struct http_client *client)
{
	const struct ask *ask = client->line;
	struct str body = str_skip(buf_str(&ask->bytes), ask->line_len);
	struct buf out = {0};
	buf_put(&out, str_from(ask->bytes.at, ask->line_len));
	buf_printf(&out, "Host: %.*s:%u\r\n", STR_ARGS(client->host), client->port);
	http_client_put_identity(&out, client);
	buf_put(&out, ask->header);
	if (body.len)
		buf_printf(&out, "Content-Type: %s\r\n", client->type);
	buf_printf(&out, "Content-Length: %zu\r\n\r\n", body.len);
	buf_put(&out, body);
	client->is_sent = true;
	client->is_whole = false;
	client->head_bytes = 0;
	llhttp_init(&client->llhttp, HTTP_RESPONSE, &settings);
	client->llhttp.data = client;
	net_write(client->conn, buf_str(&out));
	buf_free(&out);
}

/* Brings the first in line on its way, unless it is already. */
static void go_on(struct http_client *client)
{
	if (!client->line || client->is_sent)
		return;
	if (!client->conn)
		client->conn = net_connect(
			client->net, client->peer, client->host, client->port, &handler, client);
	else if (client->is_open)
		send_first(client);
}

void http_client_send(struct http_client *client, const char *method, struct str path,
	struct str body, http_client_done *done, void *ctx)
{
	struct ask *ask = mem_new(sizeof *ask);
	ask->is_head = strcmp(method, "HEAD") == 0;
	ask->header = client->header;
	client->header = STR_NONE;
	ask->done = done;
	ask->ctx = ctx;
	buf_printf(&ask->bytes, "%s %.*s HTTP/1.1\r\n", method, STR_ARGS(path));
	ask->line_len = ask->bytes.len;
	buf_put(&ask->bytes, body);
	LL_APPEND(client->line, ask);
	go_on(client);
}

void http_client_header(struct http_client *client, struct str line)
{
	str_free(&client->header);
	client->header = str_copy(line);
}

void http_client_type(struct http_client *client, const char *type)
{
	client->type = type;
}

void http_client_bound(struct http_client *client, size_t body_max)
{
	client->body_max = body_max;
}

bool http_client_had_sent(const struct http_client *client)
{
	return client->had_sent;
}

/* --- answers --- */

static void finish_ask(struct ask *ask, int status, struct str body)
{
	http_client_done *done = ask->done;
	void *ctx = ask->ctx;
	buf_free(&ask->bytes);
	str_free(&ask->header);
	free(ask);
	done(ctx, status, body);
}

/* The connection is given up: nothing of it reaches the client any more. */
static void ignore_data(struct net_conn *conn, struct str bytes)
{
}

static void ignore_event(struct net_conn *conn)
{
}

static void drop_conn(struct http_client *client)
{
	static const struct net_handler nobody = {
		.on_open = ignore_event, .on_data = ignore_data, .on_closed = ignore_event};
	if (!client->conn)
		return;
	net_conn_attach(client->conn, &nobody, NULL);
	net_close(client->conn, 0);
	client->conn = NULL;
	client->is_open = false;
}

/* The first in line is answered. The next is sent before `done`, after which the client may be gone. */
static void answer_first(struct http_client *client, int status)
{
	struct ask *ask = client->line;
	struct buf body = client->body;
	client->body = (struct buf) {0};
	client->had_sent = client->is_sent;
	client->is_sent = false;
	LL_DELETE(client->line, ask);
	if (!client->keeps_alive || status == 0)
		drop_conn(client);
	go_on(client);
	finish_ask(ask, status, status ? buf_str(&body) : STR_NONE);
	buf_free(&body);
}

static void on_open(struct net_conn *conn)
{
	struct http_client *client = net_conn_ctx(conn);
	client->is_open = true;
	go_on(client);
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct http_client *client = net_conn_ctx(conn);
	while (bytes.len && client->is_sent && !client->is_whole) {
		llhttp_errno_t result = llhttp_execute(&client->llhttp, bytes.at, bytes.len);
		if (result == HPE_OK)
			return;
		if (result != HPE_PAUSED) {
			answer_first(client, 0);
			return;
		}
		bytes = str_from(llhttp_get_error_pos(&client->llhttp),
			(size_t)(bytes.at + bytes.len - llhttp_get_error_pos(&client->llhttp)));
		if (client->llhttp.status_code / 100 ==
			1) { /* an interim answer: the real one follows */
			client->is_whole = false;
			llhttp_init(&client->llhttp, HTTP_RESPONSE, &settings);
			client->llhttp.data = client;
		}
	}
	if (bytes.len) /* more than was asked for: nothing here can be trusted to be in step */
		client->keeps_alive = false;
	if (client->is_whole && client->is_sent)
		answer_first(client, client->llhttp.status_code);
	else if (bytes.len)
		drop_conn(client);
}

static void on_closed(struct net_conn *conn)
{
	struct http_client *client = net_conn_ctx(conn);
	client->conn = NULL;
	client->is_open = false;
	if (!client->line)
		return;
	/* A body without a length ends with the connection. */
	bool is_whole = client->is_sent && client->llhttp.status_code &&
			llhttp_finish(&client->llhttp) == HPE_PAUSED && client->is_whole;
	answer_first(client, is_whole ? client->llhttp.status_code : 0);
}

/* --- llhttp's pieces --- */

static int count_head(struct http_client *client, size_t len)
{
	client->head_bytes += len;
	return client->head_bytes > HEAD_MAX ? -1 : 0;
}

static int on_name(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_client *client = llhttp->data;
	if (client->in_value)
		client->name.len = client->value.len = 0;
	client->in_value = false;
	buf_put(&client->name, str_from(at, len));
	return count_head(client, len);
}

static int on_value(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_client *client = llhttp->data;
	buf_put(&client->value, str_from(at, len));
	return count_head(client, len);
}

static int on_value_end(llhttp_t *llhttp)
{
	struct http_client *client = llhttp->data;
	client->in_value = true;
	if (str_eq_nocase(buf_str(&client->name), STR("Set-Cookie")))
		take_cookie(client, buf_str(&client->value));
	return 0;
}

/* 1: no body follows, whatever the headers say. */
static int on_head_end(llhttp_t *llhttp)
{
	struct http_client *client = llhttp->data;
	client->in_value = true;
	llhttp->upgrade = 0;
	return client->line->is_head;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_client *client = llhttp->data;
	if (client->body.len + len > client->body_max)
		return -1;
	buf_put(&client->body, str_from(at, len));
	return 0;
}

static int on_end(llhttp_t *llhttp)
{
	struct http_client *client = llhttp->data;
	client->is_whole = true;
	client->keeps_alive = llhttp_should_keep_alive(llhttp);
	return HPE_PAUSED;
}

/* --- the end --- */

void http_client_close(struct http_client *client)
{
	struct ask *waiting = client->line;
	client->had_sent = client->is_sent;
	client->line = NULL;
	client->is_sent = false;
	buf_free(&client->body);
	drop_conn(client);
	while (waiting) {
		struct ask *ask = waiting;
		waiting = ask->next;
		finish_ask(ask, 0, STR_NONE);
	}
}

/* What `done` sends while the client is being freed is answered with status 0 as well, and its owner
 * must stop at some point. */
void http_client_free(struct http_client **at)
{
	struct http_client *client = *at;
	struct cookie *cookie, *next;
	if (!client)
		return;
	*at = NULL;
	do
		http_client_close(client);
	while (client->line);
	LL_FOREACH_SAFE(client->cookies, cookie, next)
		cookie_free(cookie);
	str_free(&client->peer);
	str_free(&client->host);
	str_free(&client->authorization);
	str_free(&client->header);
	buf_free(&client->name);
	buf_free(&client->value);
	buf_free(&client->body);
	free(client);
}
