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
#define DIGEST_BYTES   16

void ids_session(char out[SESSION_ID_LEN], struct str key, uint64_t counter);
void ids_party(char out[PARTY_ID_LEN], struct str key, struct str session, unsigned audience,
	uint64_t counter);
void ids_user(char out[USER_ID_LEN], struct str key, uint64_t counter);
/* A keyed digest of some bytes: for cache keys and fingerprints. key may be empty. */
void ids_digest(unsigned char out[DIGEST_BYTES], struct str key, struct str bytes);
/* The same of several, as if they were one. */
void ids_digest_pieces(
	unsigned char out[DIGEST_BYTES], struct str key, const struct str *pieces, size_t count);

#endif
