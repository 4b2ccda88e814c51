/* net_tls_private.h - what both kinds of TLS worlds share. */
#ifndef NET_NET_TLS_PRIVATE_H
#define NET_NET_TLS_PRIVATE_H

#include <openssl/ssl.h>

#include "net/net_private.h"
#include "net/net_tls.h"

struct net_tls {
	struct net base;
	struct net *below;
	SSL_CTX *ctx;
	struct tls_conn *conns;
};

struct tls_conn {
	struct net_conn base; /* its handler is NULL until who accepted it attaches one */
	struct net_conn *below;
	SSL *ssl;
	BIO *came, *leaves;           /* the SSL's */
	struct str host;              /* whom we talk to; owned */
	struct buf waiting;           /* written before it was open */
	struct net_timer resume;      /* to tell what came while reading was off */
	bool is_accepted;             /* they came to us */
	bool is_open;                 /* the handshake is done */
	bool is_closing;              /* nothing is told any more but on_closed */
	bool is_read_off;             /* as its owner wants it */
	struct tls_conn *prev, *next; /* of its world */
};

extern const struct net_handler tls_below; /* of the connection below; its ctx is the tls_conn */
/* A world without a way in or out yet; ctx is its own from now on. */
struct net_tls *tls_world_new(struct net *below, SSL_CTX *ctx);
/* Without a connection below yet. */
struct tls_conn *tls_conn_new(struct net_tls *tls, struct str host);
extern const struct net_ops tls_ops; /* both ways */

/* Of net_ops: net_tls_listen.c. */
enum err tls_listen(struct net *net, struct str host, unsigned port,
	void (*on_accept)(void *ctx, struct net_conn *conn), void *ctx, struct net_listener **out);
unsigned tls_listener_port(const struct net_listener *listener);
void tls_listener_close(struct net_listener *listener);

#endif
