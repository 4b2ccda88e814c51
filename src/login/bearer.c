/* bearer.c - tokens: taken from a header, made, digested. */
#include "login/bearer.h"
#include "base/check.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>

static_assert(sodium_base64_ENCODED_LEN(
		      BEARER_SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 44,
	"43 characters and the end");

struct str bearer_read(struct str header)
{
	struct str rest = str_trim(header);
	struct str scheme = str_cut(&rest, ' ');
	return str_eq_nocase(scheme, STR("Bearer")) ? str_trim(rest) : STR_NONE;
}

void bearer_text(char out[BEARER_LEN + 1], const unsigned char secret[BEARER_SECRET_BYTES])
{
	char text[44];
	sodium_bin2base64(text, sizeof text, secret, BEARER_SECRET_BYTES,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	snprintf(out, BEARER_LEN + 1, BEARER_PREFIX "%s", text);
	sodium_memzero(text, sizeof text);
}

void bearer_digest(unsigned char out[DIGEST_BYTES], struct str token)
{
	ids_digest(out, STR("token"), token);
}
