/* varint.h - numbers in as few bytes as they need: seven bits a byte, the lowest first. */
#ifndef BASE_VARINT_H
#define BASE_VARINT_H

#include "base/buf.h"

void varint_put(struct buf *out, uint64_t n);
/* Takes it off the front; false: it is cut, or longer than a number. */
bool varint_take(struct str *in, uint64_t *n);
/* Bytes, their number before them. Borrowed; false as well where there are fewer. */
void varint_put_str(struct buf *out, struct str bytes);
bool varint_take_str(struct str *in, struct str *bytes);

#endif
