/* ip.c - addresses by the system's own reader and writer. */
#include "base/ip.h"

#include <arpa/inet.h>

#define V4_BITS 32

/* What stands before the 32 bits of an IPv4 address. */
static const unsigned char mapped[(IP_BITS - V4_BITS) / 8] = {[10] = 0xFF, [11] = 0xFF};

bool ip_read(struct str text, struct ip *out)
{
	char z[INET6_ADDRSTRLEN];
	if (text.len == 0 || text.len >= sizeof z || memchr(text.at, '\0', text.len))
		return false;
	memcpy(z, text.at, text.len);
	z[text.len] = '\0';
	*out = (struct ip) {0};
	if (inet_pton(AF_INET6, z, out->at) == 1)
		return true;
	memcpy(out->at, mapped, sizeof mapped);
	return inet_pton(AF_INET, z, out->at + sizeof mapped) == 1;
}

bool ip_block_read(struct str text, struct ip_block *out)
{
	bool has_length = memchr(text.at ? text.at : "", '/', text.len) != NULL;
	bool is_v4 = !memchr(text.at ? text.at : "", ':', text.len);
	uint64_t bits = 0, most = is_v4 ? V4_BITS : IP_BITS;
	struct str length = text;
	struct str address = str_cut(&length, '/');
	if (!ip_read(address, &out->ip))
		return false;
	if (!has_length)
		bits = most;
	else if (!str_u64(length, &bits) || bits > most)
		return false;
	out->bits = (unsigned)bits + (is_v4 ? IP_BITS - V4_BITS : 0);
	ip_mask(&out->ip, out->bits);
	return true;
}

bool ip_is_v4(const struct ip *ip)
{
	return memcmp(ip->at, mapped, sizeof mapped) == 0;
}

bool ip_is_same(const struct ip *a, const struct ip *b)
{
	return memcmp(a->at, b->at, sizeof a->at) == 0;
}

bool ip_is_in(const struct ip *ip, const struct ip_block *block)
{
	struct ip masked = *ip;
	ip_mask(&masked, block->bits);
	return ip_is_same(&masked, &block->ip);
}

void ip_mask(struct ip *ip, unsigned bits)
{
	for (size_t i = 0; i < sizeof ip->at; i++) {
		unsigned left = bits > 8 * i ? bits - 8 * (unsigned)i : 0;
		if (left < 8)
			ip->at[i] &= (unsigned char)(0xFF00u >> left);
	}
}

void ip_put(struct buf *out, const struct ip *ip)
{
	char z[INET6_ADDRSTRLEN];
	if (ip_is_v4(ip))
		inet_ntop(AF_INET, ip->at + sizeof mapped, z, sizeof z);
	else
		inet_ntop(AF_INET6, ip->at, z, sizeof z);
	buf_puts(out, z);
}
