/* ids.c - BLAKE2b from libsodium, cut to the form of each id. */
#include "base/ids.h"
#include "base/check.h"

#include <sodium.h>

enum draw_kind { DRAW_SESSION = 1, DRAW_PARTY, DRAW_USER, DRAW_DIGEST };

static void draw(unsigned char *out, size_t out_len, struct str key, enum draw_kind kind,
	struct str parent, uint64_t audience, uint64_t counter)
{
	crypto_generichash_state state;
	unsigned char head[17] = {(unsigned char)kind};
	for (int i = 0; i < 8; i++) {
		head[1 + i] = (unsigned char)(audience >> (8 * i));
		head[9 + i] = (unsigned char)(counter >> (8 * i));
	}
	CHECK(key.len <= crypto_generichash_KEYBYTES_MAX);
	crypto_generichash_init(&state, (const unsigned char *)key.at, key.len, out_len);
	crypto_generichash_update(&state, head, sizeof head);
	crypto_generichash_update(&state, (const unsigned char *)parent.at, parent.len);
	crypto_generichash_final(&state, out, out_len);
}

static void put_hex(char *out, const unsigned char *bytes, size_t n, const char *digits)
{
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
}

void ids_session(char out[SESSION_ID_LEN], struct str key, uint64_t counter)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned char bytes[32];
	draw(bytes, sizeof bytes, key, DRAW_SESSION, STR_NONE, 0, counter);
	for (size_t i = 0; i < SESSION_ID_LEN; i++)
		out[i] = digits[(bytes[2 * i] * 256u + bytes[2 * i + 1]) % 36];
}

void ids_party(char out[PARTY_ID_LEN], struct str key, struct str session, unsigned audience,
	uint64_t counter)
{
	unsigned char bytes[16];
	draw(bytes, sizeof bytes, key, DRAW_PARTY, session, audience, counter);
	put_hex(out, bytes, PARTY_ID_LEN / 2, "0123456789ABCDEF");
}

void ids_user(char out[USER_ID_LEN], struct str key, uint64_t counter)
{
	unsigned char bytes[16];
	draw(bytes, sizeof bytes, key, DRAW_USER, STR_NONE, 0, counter);
	put_hex(out, bytes, USER_ID_LEN / 2, "0123456789abcdef");
}

void ids_digest(unsigned char out[DIGEST_BYTES], struct str key, struct str bytes)
{
	draw(out, DIGEST_BYTES, key, DRAW_DIGEST, bytes, 0, 0);
}
