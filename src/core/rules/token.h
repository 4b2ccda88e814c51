/* token.h - tokens: by which programs sign in as a user (Authorization: Bearer). */
#ifndef CORE_RULES_TOKEN_H
#define CORE_RULES_TOKEN_H

#include "core/core.h"

#define TOKEN_LABEL_CHARS_MAX 64 /* what a person still reads in one line */
/* Of one centre, not revoked: one for each program of a large house. They stay in memory. */
#define TOKENS_MAX 1000

#endif
