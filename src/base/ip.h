/* ip.h - internet addresses and blocks of them (CIDR), as text and as bytes. */
#ifndef BASE_IP_H
#define BASE_IP_H

#include "base/buf.h"

#define IP_BITS 128

/* IPv4 stands as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that one address is one value however the
 * system or a proxy spells it. */
struct ip {
	unsigned char at[IP_BITS / 8];
};

/* The addresses whose first `bits` are those of `ip`; all other bits of it are 0. */
struct ip_block {
	struct ip ip;
	unsigned bits;
};

/* "192.0.2.1" or "2001:db8::1": nothing around it, no port, no zone. False: it is something else. */
bool ip_read(struct str text, struct ip *out);
/* An address, or one with the length of its prefix ("10.0.0.0/8", "fd00::/8"). */
bool ip_block_read(struct str text, struct ip_block *out);
bool ip_is_v4(const struct ip *ip);
bool ip_is_same(const struct ip *a, const struct ip *b);
bool ip_is_in(const struct ip *ip, const struct ip_block *block);
/* Leaves the first `bits`, makes the others 0. */
void ip_mask(struct ip *ip, unsigned bits);
/* In the shortest form (RFC 5952). */
void ip_put(struct buf *out, const struct ip *ip);

#endif
