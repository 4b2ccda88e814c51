/* net_tls_listen.c - who comes is shown a certificate, which can be another one from some moment on. */
#include <openssl/err.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "net/net_tls_private.h"

/* Of TLS 1.2: keys that are gone afterwards, and ciphers that know what was changed. 1.3 has no others. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

/* --- the certificate ------------------------------------------------------------------------------ */

/* Nobody sits there who could type one. */
static int no_password(char *out, int size, int is_writing, void *ctx)
{
	return -1;
}

/* We speak HTTP/1.1; who asks for it by name wants to hear it. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
	const unsigned char *offered, unsigned offered_len, void *ctx)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;
	int found = SSL_select_next_proto(
		&chosen, out_len, ours, sizeof ours - 1, offered, offered_len);
	*out = chosen;
	return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static void refuse(struct buf *why, const char *file, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	buf_printf(why, "%s: %s%s%s", file, what, reason ? ": " : "", reason ? reason : "");
	ERR_clear_error();
}

static bool read_identity(SSL_CTX *ctx, const char *certificate, const char *key, struct buf *why)
{
	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1)
		refuse(why, certificate, "no certificate (PEM) that can be read");
	else if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		refuse(why, key,
			"no key (PEM, without a password) that can be read and is the "
			"certificate's");
	else
		return true;
	return false;
}

static SSL_CTX *read_ctx(const char *certificate, const char *key, struct buf *why)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	CHECK(ctx);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	CHECK(SSL_CTX_set_cipher_list(ctx, CIPHERS) == 1);
	SSL_CTX_set_options(ctx,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS); /* most clients are idle */
	SSL_CTX_set_default_passwd_cb(ctx, no_password);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	if (read_identity(ctx, certificate, key, why))
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}

struct net *net_tls_server_new(
	struct net *below, const char *certificate, const char *key, struct buf *why)
{
	SSL_CTX *ctx = read_ctx(certificate, key, why);
	return ctx ? &tls_world_new(below, ctx)->base : NULL;
}

/* Each connection holds the one that it was begun with. */
enum err net_tls_server_renew(struct net *net, const char *certificate, const char *key,
	bool *is_another, struct buf *why)
{
	struct net_tls *tls = (struct net_tls *)net;
	SSL_CTX *ctx = read_ctx(certificate, key, why);
	if (!ctx)
		return ERR_NOT_FOUND;
	*is_another =
		X509_cmp(SSL_CTX_get0_certificate(ctx), SSL_CTX_get0_certificate(tls->ctx)) != 0;
	SSL_CTX_free(tls->ctx);
	tls->ctx = ctx;
	return OK;
}

msec net_tls_server_expires(const struct net *net)
{
	const struct net_tls *tls = (const struct net_tls *)net;
	struct tm at;
	X509 *certificate = SSL_CTX_get0_certificate(tls->ctx);
	CHECK(certificate && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &at) == 1);
	return (msec)timegm(&at) * 1000;
}

bool net_tls_server_is_trusted(const struct net *net, struct buf *why)
{
	const struct net_tls *tls = (const struct net_tls *)net;
	STACK_OF(X509) *behind = NULL;
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	CHECK(store && ctx);
	X509_STORE_set_default_paths(store);
	SSL_CTX_get0_chain_certs(tls->ctx, &behind);
	CHECK(X509_STORE_CTX_init(ctx, store, SSL_CTX_get0_certificate(tls->ctx), behind) == 1);
	bool is_trusted = X509_verify_cert(ctx) == 1;
	if (!is_trusted) {
		why->len = 0;
		buf_puts(why, X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return is_trusted;
}

/* --- listening ------------------------------------------------------------------------------------ */

struct tls_listener {
	struct net_listener base;
	struct net_listener *below;
	void (*on_accept)(void *ctx, struct net_conn *conn);
	void *ctx;
};

static void on_accept(void *ctx, struct net_conn *below)
{
	struct tls_listener *listener = ctx;
	struct tls_conn *c =
		tls_conn_new((struct net_tls *)listener->base.net, net_conn_peer(below));
	c->below = below;
	c->is_accepted = true;
	SSL_set_accept_state(c->ssl);
	net_conn_attach(below, &tls_below, c);
	listener->on_accept(listener->ctx, &c->base);
}

enum err tls_listen(struct net *net, struct str host, unsigned port,
	void (*accepted)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out)
{
	struct tls_listener *listener = mem_new(sizeof *listener);
	*listener = (struct tls_listener) {.base = {.net = net}, .on_accept = accepted, .ctx = ctx};
	enum err e = net_listen(
		((struct net_tls *)net)->below, host, port, on_accept, listener, &listener->below);
	if (e) {
		free(listener);
		return e;
	}
	*out = &listener->base;
	return OK;
}

unsigned tls_listener_port(const struct net_listener *listener)
{
	return net_listener_port(((const struct tls_listener *)listener)->below);
}

void tls_listener_close(struct net_listener *listener)
{
	struct tls_listener *ours = (struct tls_listener *)listener;
	net_listener_close(&ours->below);
	free(ours);
}
