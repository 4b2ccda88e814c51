/* ws_accept.c - base64(SHA-1(key + a fixed id)). It proves that a server knows WebSocket and protects nothing; none of
 * the libraries here has SHA-1 any more, and the 60 bytes need two blocks of it (FIPS 180-4, 6.1.2). */
#include "wire/ws_accept.h"

#include <sodium.h>

#define KEY_LEN      24
#define KEY_BYTES    16
#define BLOCK_BYTES  64
#define DIGEST_WORDS 5
#define DIGEST_LEN   (4 * DIGEST_WORDS)

static const char fixed_id[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

static uint32_t turned(uint32_t word, unsigned bits)
{
	return word << bits | word >> (32 - bits);
}

static uint32_t word_at(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t mixed(const uint32_t d[DIGEST_WORDS], unsigned round)
{
	switch (round / 20) {
	case 0:
		return ((d[1] & d[2]) | (~d[1] & d[3])) + 0x5A827999;
	case 1:
		return (d[1] ^ d[2] ^ d[3]) + 0x6ED9EBA1;
	case 2:
		return ((d[1] & d[2]) | (d[1] & d[3]) | (d[2] & d[3])) + 0x8F1BBCDC;
	default:
		return (d[1] ^ d[2] ^ d[3]) + 0xCA62C1D6;
	}
}

static void add_block(uint32_t digest[DIGEST_WORDS], const unsigned char block[BLOCK_BYTES])
{
	uint32_t w[80], d[DIGEST_WORDS];
	memcpy(d, digest, sizeof d);
	for (unsigned i = 0; i < 80; i++) {
		w[i] = i < 16 ? word_at(block + (size_t)4 * i)
			      : turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
		uint32_t next = turned(d[0], 5) + mixed(d, i) + d[4] + w[i];
		memmove(d + 1, d, 4 * sizeof *d);
		d[0] = next;
		d[2] = turned(d[2], 30);
	}
	for (unsigned i = 0; i < DIGEST_WORDS; i++)
		digest[i] += d[i];
}

bool ws_accept(char out[WS_ACCEPT_LEN], struct str key)
{
	unsigned char blocks[2 * BLOCK_BYTES] = {0}, bytes[DIGEST_LEN], nonce[KEY_BYTES];
	uint32_t digest[DIGEST_WORDS] = {
		0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
	char text[sodium_base64_ENCODED_LEN(DIGEST_LEN, sodium_base64_VARIANT_ORIGINAL)];
	size_t len = 0, all = KEY_LEN + sizeof fixed_id - 1;
	if (key.len != KEY_LEN ||
		sodium_base642bin(nonce, sizeof nonce, key.at, key.len, NULL, &len, NULL,
			sodium_base64_VARIANT_ORIGINAL) != 0 ||
		len != KEY_BYTES)
		return false;
	memcpy(blocks, key.at, KEY_LEN);
	memcpy(blocks + KEY_LEN, fixed_id, sizeof fixed_id - 1);
	blocks[all] = 0x80;
	blocks[sizeof blocks - 2] = (unsigned char)(all * 8 >> 8);
	blocks[sizeof blocks - 1] = (unsigned char)(all * 8);
	add_block(digest, blocks);
	add_block(digest, blocks + BLOCK_BYTES);
	for (unsigned i = 0; i < DIGEST_LEN; i++)
		bytes[i] = (unsigned char)(digest[i / 4] >> (24 - 8 * (i % 4)));
	sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
	memcpy(out, text, WS_ACCEPT_LEN);
	return true;
}
