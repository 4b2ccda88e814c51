/* net_tls.c - TLS between a connection of the world below and whoever asked for it. OpenSSL never sees a socket: what
 * came goes into one memory BIO, what is to leave comes out of another. */
#include "net/net_tls_private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/arena.h"
#include "base/ip.h"
#include "base/log.h"

/* A record of TLS holds so much. */
#define RECORD_BYTES 16384
/* Who said its last gets so long what was written before. */
#define LINGER_MS 5000

static struct net *below_of(struct net *net)
{
	return ((struct net_tls *)net)->below;
}

static struct tls_conn *of(struct net_conn *conn)
{
	return (struct tls_conn *)conn;
}

/* --- the connection ------------------------------------------------------------------------ */

static void send_records(struct tls_conn *c)
{
	char *at;
	long len = BIO_get_mem_data(c->leaves, &at);
	if (len <= 0)
		return;
	net_order(c->below, c->base.order);
	net_write(c->below, str_from(at, (size_t)len));
	(void)BIO_reset(c->leaves);
}

/* OpenSSL's reason, or what the certificate lacks. */
static void say_broken(const struct tls_conn *c)
{
	long verified = SSL_get_verify_result(c->ssl);
	const char *why = verified == X509_V_OK ? ERR_reason_error_string(ERR_peek_error())
						: X509_verify_cert_error_string(verified);
	/* Anybody can come and speak something else. */
	log_say(c->is_accepted ? LOG_DEBUG : LOG_WARN, "tls", "%.*s: %s", STR_ARGS(c->host),
		why ? why : "no TLS");
}

static void hang_up(struct tls_conn *c)
{
	c->is_closing = true;
	net_close(c->below, c->is_accepted ? LINGER_MS : 0);
}

/* Did OpenSSL do as it was asked, or will with more bytes? Else the connection ends. */
static bool is_well(struct tls_conn *c, int result)
{
	int error = SSL_get_error(c->ssl, result);
	if (result > 0 || error == SSL_ERROR_WANT_READ)
		return true;
	if (error != SSL_ERROR_ZERO_RETURN)
		say_broken(c);
	send_records(c); /* the alert */
	hang_up(c);
	return false;
}

static void write_waiting(struct tls_conn *c)
{
	struct buf waiting = c->waiting;
	c->waiting = (struct buf) {0};
	net_write(&c->base, buf_str(&waiting));
	buf_free(&waiting);
}

static void shake_hands(struct tls_conn *c)
{
	ERR_clear_error();
	int result = SSL_do_handshake(c->ssl);
	if (!is_well(c, result))
		return;
	send_records(c);
	if (result <= 0)
		return;
	c->is_open = true;
	write_waiting(c);
	net_read(c->below, !c->is_read_off);
	if (!c->is_accepted)
		c->base.handler->on_open(&c->base);
}

static void tell_data(struct tls_conn *c)
{
	char bytes[RECORD_BYTES];
	while (!c->is_closing && !c->is_read_off) {
		ERR_clear_error();
		int len = SSL_read(c->ssl, bytes, sizeof bytes);
		if (!is_well(c, len) || len <= 0)
			break;
		c->base.handler->on_data(&c->base, str_from(bytes, (size_t)len));
	}
	if (!c->is_closing)
		send_records(c); /* what the protocol itself has to say */
}

static void resume(void *ctx)
{
	struct tls_conn *c = ctx;
	if (c->is_open && !c->is_closing)
		tell_data(c);
}

static void on_open(struct net_conn *below)
{
	shake_hands(net_conn_ctx(below));
}

static void on_data(struct net_conn *below, struct str bytes)
{
	struct tls_conn *c = net_conn_ctx(below);
	CHECK(bytes.len <= INT32_MAX);
	if (c->is_closing)
		return;
	BIO_write(c->came, bytes.at, (int)bytes.len);
	if (!c->is_open)
		shake_hands(c);
	if (c->is_open)
		tell_data(c);
}

static void on_drained(struct net_conn *below)
{
	struct tls_conn *c = net_conn_ctx(below);
	if (c->is_open && !c->is_closing && c->base.handler->on_drained)
		c->base.handler->on_drained(&c->base);
}

static void conn_free(struct tls_conn *c)
{
	struct net_tls *tls = (struct net_tls *)c->base.net;
	DL_DELETE(tls->conns, c);
	net_timer_stop(tls->below, &c->resume);
	SSL_free(c->ssl); /* with its BIOs */
	str_free(&c->host);
	buf_free(&c->waiting);
	free(c);
}

static void on_closed(struct net_conn *below)
{
	struct tls_conn *c = net_conn_ctx(below);
	if (c->base.handler)
		c->base.handler->on_closed(&c->base);
	conn_free(c);
}

/* Which name the other side has to prove. An address is no name, and asked for otherwise. */
static void demand_host(SSL *ssl, const char *host)
{
	struct ip address;
	bool is_address = ip_read(str_of(host), &address);
	CHECK(is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1
			 : SSL_set1_host(ssl, host) == 1);
	if (!is_address)
		SSL_set_tlsext_host_name(ssl, host);
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
}

const struct net_handler tls_below = {on_open, on_data, on_drained, on_closed};

struct tls_conn *tls_conn_new(struct net_tls *tls, struct str host)
{
	struct tls_conn *c = mem_new(sizeof *c);
	*c = (struct tls_conn) {.base = {.net = &tls->base},
		.ssl = SSL_new(tls->ctx),
		.came = BIO_new(BIO_s_mem()),
		.leaves = BIO_new(BIO_s_mem()),
		.host = str_copy(host),
		.resume = {.fire = resume, .ctx = c}};
	CHECK(c->ssl && c->came && c->leaves);
	SSL_set_bio(c->ssl, c->came, c->leaves);
	DL_APPEND(tls->conns, c);
	return c;
}

static struct net_conn *tls_connect(struct net *net, struct str peer, struct str host,
	unsigned port, const struct net_handler *handler, void *ctx)
{
	struct net_tls *tls = (struct net_tls *)net;
	struct tls_conn *c = tls_conn_new(tls, host);
	net_conn_attach(&c->base, handler, ctx);
	SSL_set_connect_state(c->ssl);
	demand_host(c->ssl, c->host.at);
	c->below = net_connect(tls->below, peer, host, port, &tls_below, c);
	return &c->base;
}

static void tls_writev(struct net_conn *conn, const struct str *parts, size_t count)
{
	struct tls_conn *c = of(conn);
	for (size_t i = 0; i < count && !c->is_closing; i++) {
		if (!c->is_open)
			buf_put(&c->waiting, parts[i]);
		else if (parts[i].len)
			SSL_write(c->ssl, parts[i].at, (int)parts[i].len);
	}
	if (c->is_open && !c->is_closing)
		send_records(c);
}

static size_t tls_unsent(const struct net_conn *conn)
{
	const struct tls_conn *c = (const struct tls_conn *)conn;
	return net_unsent(c->below) + c->waiting.len;
}

/* Until it is open its reading is the handshake's. */
static void tls_read(struct net_conn *conn, bool on)
{
	struct tls_conn *c = of(conn);
	bool was_off = c->is_read_off;
	c->is_read_off = !on;
	if (c->is_open && !c->is_closing)
		net_read(c->below, on);
	if (was_off && on) /* something may have come with what was told before */
		net_timer_start(c->base.net, &c->resume, 0);
}

static void tls_close(struct net_conn *conn, msec linger_ms)
{
	struct tls_conn *c = of(conn);
	if (c->is_open && !c->is_closing) {
		SSL_shutdown(c->ssl);
		send_records(c);
	}
	c->is_closing = true;
	net_close(c->below, linger_ms);
}

static struct net_stream tls_stream(const struct net_conn *conn)
{
	return net_conn_stream(((const struct tls_conn *)conn)->below);
}

static struct str tls_peer(const struct net_conn *conn)
{
	return net_conn_peer(((const struct tls_conn *)conn)->below);
}

/* --- all else is as below ------------------------------------------------------------------- */

static msec tls_now(struct net *net)
{
	return net_now(below_of(net));
}

static void tls_timer_start(struct net *net, struct net_timer *timer, msec delay_ms)
{
	net_timer_start(below_of(net), timer, delay_ms);
}

static void tls_timer_stop(struct net *net, struct net_timer *timer)
{
	net_timer_stop(below_of(net), timer);
}

static void tls_defer(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	net_defer(below_of(net), fn, ctx);
}

static void tls_post(struct net *net, void (*fn)(void *ctx), void *ctx)
{
	net_post(below_of(net), fn, ctx);
}

static void tls_work(struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx)
{
	net_work(below_of(net), work, done, ctx);
}

static struct net_stream tls_stream_of(struct net *net, struct str label, uint64_t nth)
{
	return net_stream_of(below_of(net), label, nth);
}

static void tls_random(struct net *net, struct net_stream *stream, void *out, size_t len)
{
	net_random(below_of(net), stream, out, len);
}

const struct net_ops tls_ops = {.now = tls_now,
	.timer_start = tls_timer_start,
	.timer_stop = tls_timer_stop,
	.defer = tls_defer,
	.post = tls_post,
	.work = tls_work,
	.stream_of = tls_stream_of,
	.random = tls_random,
	.listen = tls_listen,
	.listener_port = tls_listener_port,
	.listener_close = tls_listener_close,
	.connect = tls_connect,
	.conn_stream = tls_stream,
	.conn_peer = tls_peer,
	.writev = tls_writev,
	.unsent = tls_unsent,
	.read = tls_read,
	.close = tls_close};

/* --- the world ------------------------------------------------------------------------------ */

struct net_tls *tls_world_new(struct net *below, SSL_CTX *ctx)
{
	struct net_tls *tls = mem_new(sizeof *tls);
	*tls = (struct net_tls) {.base = {.ops = &tls_ops}, .below = below, .ctx = ctx};
	return tls;
}

static bool trust(SSL_CTX *ctx, const char *authorities, struct buf *why)
{
	SSL_CTX_set_default_verify_paths(
		ctx); /* without any nobody is trusted, and that is said then */
	if (!*authorities || SSL_CTX_load_verify_locations(ctx, authorities, NULL) == 1)
		return true;
	buf_printf(why, "%s: no file of certificates that can be read", authorities);
	return false;
}

struct net *net_tls_new(struct net *below, const char *authorities, struct buf *why)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	CHECK(ctx);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (!trust(ctx, authorities, why)) {
		ERR_clear_error();
		SSL_CTX_free(ctx);
		return NULL;
	}
	return &tls_world_new(below, ctx)->base;
}

void net_tls_free(struct net **slot)
{
	struct net_tls *tls = (struct net_tls *)*slot;
	if (!tls)
		return;
	while (tls->conns) {
		net_abandon(tls->conns->below);
		conn_free(tls->conns);
	}
	SSL_CTX_free(tls->ctx);
	free(tls);
	*slot = NULL;
}
