/* ids.c - BLAKE2b from libsodium, cut to the form of each id. */
#include "base/ids.h"
#include "base/check.h"

#include <sodium.h>

enum draw_kind {
	DRAW_SESSION = 1,
	DRAW_PARTY,
	DRAW_USER,
	DRAW_DIGEST,
	DRAW_THING,
	DRAW_SEED,
	DRAW_HAND
};

/* out_len: of what final will be asked for. */
static void begin(crypto_generichash_state *state, size_t out_len, struct str key,
	enum draw_kind kind, const uint64_t numbers[2])
{
	unsigned char head[17] = {(unsigned char)kind};
	for (int i = 0; i < 8; i++) {
		head[1 + i] = (unsigned char)(numbers[0] >> (8 * i));
		head[9 + i] = (unsigned char)(numbers[1] >> (8 * i));
	}
	CHECK(key.len <= crypto_generichash_KEYBYTES_MAX);
	crypto_generichash_init(state, (const unsigned char *)key.at, key.len, out_len);
	crypto_generichash_update(state, head, sizeof head);
}

static void add(crypto_generichash_state *state, struct str bytes)
{
	crypto_generichash_update(state, (const unsigned char *)bytes.at, bytes.len);
}

static void draw(unsigned char *out, size_t out_len, struct str key, enum draw_kind kind,
	struct str parent, uint64_t audience, uint64_t counter)
{
	crypto_generichash_state state;
	begin(&state, out_len, key, kind, (const uint64_t[]) {audience, counter});
	add(&state, parent);
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

void ids_hand(char out[HAND_ID_LEN], struct str key, struct str session, uint64_t counter)
{
	unsigned char bytes[16];
	draw(bytes, sizeof bytes, key, DRAW_HAND, session, 0, counter);
	put_hex(out, bytes, HAND_ID_LEN / 2, "0123456789abcdef");
}

void ids_thing(char out[USER_ID_LEN], struct str key, unsigned kind, struct str name)
{
	unsigned char bytes[16];
	draw(bytes, sizeof bytes, key, DRAW_THING, name, kind, 0);
	put_hex(out, bytes, USER_ID_LEN / 2, "0123456789abcdef");
}

void ids_seed(char out[USER_ID_LEN], struct str key, struct str owner, uint64_t counter)
{
	unsigned char bytes[16];
	draw(bytes, sizeof bytes, key, DRAW_SEED, owner, 0, counter);
	put_hex(out, bytes, USER_ID_LEN / 2, "0123456789abcdef");
}

unsigned ids_percentile(struct str seed, struct str id)
{
	crypto_hash_sha256_state state;
	unsigned char hash[crypto_hash_sha256_BYTES];
	const struct str pieces[] = {seed, STR(" "), id};
	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		crypto_hash_sha256_update(
			&state, (const unsigned char *)pieces[i].at, pieces[i].len);
	crypto_hash_sha256_final(&state, hash);
	return ((unsigned)hash[0] << 24 | (unsigned)hash[1] << 16 | (unsigned)hash[2] << 8 |
		       hash[3]) %
	       100;
}

void ids_digest(unsigned char out[DIGEST_BYTES], struct str key, struct str bytes)
{
	ids_digest_pieces(out, key, &bytes, 1);
}

void ids_digest_pieces(
	unsigned char out[DIGEST_BYTES], struct str key, const struct str *pieces, size_t count)
{
	crypto_generichash_state state;
	begin(&state, DIGEST_BYTES, key, DRAW_DIGEST, (const uint64_t[]) {0, 0});
	for (size_t i = 0; i < count; i++)
		add(&state, pieces[i]);
	crypto_generichash_final(&state, out, DIGEST_BYTES);
}
