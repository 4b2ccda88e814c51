/* utf8.h - what text may be: valid UTF-8 (RFC 3629), counted in characters (code points). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

/* Takes one code point from the front of *rest. False on bytes that are no UTF-8 (*rest stays). */
bool utf8_next(struct str *rest, uint32_t *code);
bool utf8_valid(struct str s);
size_t utf8_count(struct str s);             /* code points; s is valid */
void utf8_put(struct buf *b, uint32_t code); /* code is a scalar value */
/* True if s is valid and has no control character and no character that turns the direction of
 * writing (U+202A-202E, U+2066-2069, U+200E, U+200F, U+061C): fit to be shown as a name. */
bool utf8_is_name(struct str s);
/* True if nothing of s is seen: it is empty, or all of it is white space or invisible. s is valid. */
bool utf8_is_blank(struct str s);

/* Text that comes in pieces. All zero has read nothing. */
struct utf8_check {
	uint8_t left;        /* bytes that the character begun still wants */
	uint8_t least, most; /* what the next of them may be; only where left */
};
/* False as soon as what came cannot be the beginning of valid UTF-8; then nothing is to be asked any more. */
bool utf8_check(struct utf8_check *check, struct str piece);
bool utf8_check_ends(const struct utf8_check *check); /* no character is cut here */

#endif
