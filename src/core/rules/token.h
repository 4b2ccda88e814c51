/* token.h - tokens: by which programs sign in as a user (Authorization: Bearer). */
#ifndef CORE_TOKEN_H
#define CORE_TOKEN_H

#include "core/core.h"

#define TOKEN_ID_LEN          16 /* lower-case hexadecimal */
#define TOKEN_LABEL_CHARS_MAX 64 /* what a person still reads in one line */
/* Of one centre, not revoked: one for each program of a large house. They stay in memory. */
#define TOKENS_MAX 1000

/* NULL: there is none, or it is revoked. */
struct token *core_token(const struct core *core, struct str id);
struct token *core_token_by_digest(
	const struct core *core, const unsigned char digest[DIGEST_BYTES]);

#endif
