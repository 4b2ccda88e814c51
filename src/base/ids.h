/* ids.h - ids that are opaque to whoever sees them and the same again for the same draw.
 *
 * An id is a keyed hash of (parent, audience, counter). Each (parent, audience) has a counter of its
 * own, so what supervisors draw never moves what agents and customers are shown. */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include "base/str.h"

#define IDS_KEY_BYTES  32
#define SESSION_ID_LEN 16 /* of [0-9A-Z] */
#define PARTY_ID_LEN   16 /* upper-case hexadecimal */
#define USER_ID_LEN    32 /* lower-case hexadecimal */
#define HAND_ID_LEN    32 /* lower-case hexadecimal */
#define DIGEST_BYTES   16

void ids_session(char out[SESSION_ID_LEN], struct str key, uint64_t counter);
void ids_party(char out[PARTY_ID_LEN], struct str key, struct str session, unsigned audience,
	uint64_t counter);
void ids_user(char out[USER_ID_LEN], struct str key, uint64_t counter);
void ids_hand(char out[HAND_ID_LEN], struct str key, struct str session, uint64_t counter);
/* The same for the same kind of thing and name: what stands in the place of a user's id. */
void ids_thing(char out[USER_ID_LEN], struct str key, unsigned kind, struct str name);
/* By which a sample is drawn; nobody who does not have the key can tell it beforehand. */
void ids_seed(char out[USER_ID_LEN], struct str key, struct str owner, uint64_t counter);
/* 0 to 99: the first 32 bits of the SHA-256 of "SEED ID" as a number, modulo 100. So whoever is told the seed can tell
 * what was drawn:  echo -n "$seed $id" | sha256sum | cut -c1-8 */
unsigned ids_percentile(struct str seed, struct str id);
/* A keyed digest of some bytes: for cache keys and fingerprints. key may be empty. */
void ids_digest(unsigned char out[DIGEST_BYTES], struct str key, struct str bytes);
/* The same of several, as if they were one. */
void ids_digest_pieces(
	unsigned char out[DIGEST_BYTES], struct str key, const struct str *pieces, size_t count);

#endif
