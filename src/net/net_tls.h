/* net_tls.h - a world like the one below it, in which whoever connects speaks TLS (1.2 and up, by OpenSSL) with a
 * host that proved its name. Whoever is given such a world knows nothing else of it: a connection opens once the
 * other side's certificate is one for that host or address, and was issued by an authority that is trusted.
 *
 * Nobody listens in it, and it has no Unix sockets: TLS of our own clients is the reverse proxy's business. */
#ifndef NET_NET_TLS_H
#define NET_NET_TLS_H

#include "base/buf.h"
#include "net/net.h"

/* authorities: a file of certificates (PEM) that are trusted besides the system's; "": those alone. NULL, and why,
 * if it cannot be read. below is borrowed. */
struct net *net_tls_new(struct net *below, const char *authorities, struct buf *why);
/* Connections that are still there are closed, and nobody is told: the world below may end before they have. */
void net_tls_free(struct net **tls);

#endif
