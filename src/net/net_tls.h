/* net_tls.h - worlds like the one below them, whose connections speak TLS (1.2 and up, by OpenSSL). Whoever is given
 * such a world knows nothing else of it.
 *
 * In one that was made by net_tls_new one connects: a connection opens once the other side's certificate is one for that
 * host or address, and was issued by an authority that is trusted. Nobody listens there.
 *
 * In one that was made by net_tls_server_new one listens: connections are accepted as they come, and what they say is
 * told once hands are shaken, so who accepts bounds how many there are and how long they may take. */
#ifndef NET_NET_TLS_H
#define NET_NET_TLS_H

#include "base/buf.h"
#include "net/net.h"

/* authorities: a file of certificates (PEM) that are trusted besides the system's; "": those alone. NULL, and why,
 * if it cannot be read. below is borrowed. */
struct net *net_tls_new(struct net *below, const char *authorities, struct buf *why);
/* Connections that are still there are closed, and nobody is told: the world below may end before they have. */
void net_tls_free(struct net **tls);

/* certificate: a file (PEM) with ours, and behind it those that lead to a known authority; key: its key, without a
 * password. NULL, and why, if they cannot be read or do not belong together. below is borrowed; net_tls_free. */
struct net *net_tls_server_new(
	struct net *below, const char *certificate, const char *key, struct buf *why);
/* From now on who comes is shown these; connections that are there go on. is_another: the certificate is not the one that
 * was shown before. On error, and why, all is as before. */
enum err net_tls_server_renew(struct net *tls, const char *certificate, const char *key,
	bool *is_another, struct buf *why) MUST_CHECK;
/* Until when the certificate that is shown is good. */
msec net_tls_server_expires(const struct net *tls);
/* Do those behind it lead to an authority that this machine trusts? Else why. */
bool net_tls_server_is_trusted(const struct net *tls, struct buf *why);

#endif
