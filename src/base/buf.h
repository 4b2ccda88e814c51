/* buf.h - bytes that grow and that the buf owns. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/str.h"

struct buf {
	char *at;
	size_t len;
	size_t cap;
};

/* All zero is an empty buf. */
struct str buf_str(const struct buf *b); /* borrowed until the buf changes */
void buf_put(struct buf *b, struct str s);
void buf_put_byte(struct buf *b, char c);
void buf_puts(struct buf *b, const char *z);
void buf_put_u64(struct buf *b, uint64_t n); /* in decimal */
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
char *buf_reserve(
	struct buf *b, size_t more);    /* room for `more` bytes at the end; then add to len */
void buf_drop(struct buf *b, size_t n); /* without its first n bytes */
void buf_free(struct buf *b);           /* empties b */

#endif
