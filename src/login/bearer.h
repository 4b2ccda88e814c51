/* bearer.h - tokens of programs: what an Authorization header of scheme Bearer carries (RFC 6750). */
#ifndef LOGIN_BEARER_H
#define LOGIN_BEARER_H

#include "base/ids.h"
#include "base/str.h"

/* "sotto_" and 256 random bits in base64 without padding: nobody guesses one, so no hash that is slow on
 * purpose is needed, and failures need no counting. */
#define BEARER_PREFIX       "sotto_"
#define BEARER_SECRET_BYTES 32
#define BEARER_LEN          (sizeof(BEARER_PREFIX) - 1 + 43)

/* The token in the header; STR_NONE: another scheme, or no header. */
struct str bearer_read(struct str header);
/* The text of a token with these random bytes. */
void bearer_text(char out[BEARER_LEN + 1], const unsigned char secret[BEARER_SECRET_BYTES]);
/* What the store keeps of a token. */
void bearer_digest(unsigned char out[DIGEST_BYTES], struct str token);

#endif
