/* buf.c - growing by doubling. */
#include "base/buf.h"
#include "base/arena.h"
#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct str buf_str(const struct buf *b)
{
	return str_from(b->at, b->len);
}

char *buf_reserve(struct buf *b, size_t more)
{
	if (b->cap - b->len < more) {
		size_t cap = b->cap ? b->cap : 256;
		while (cap - b->len < more)
			cap *= 2;
		b->at = mem_resize(b->at, cap);
		b->cap = cap;
	}
	return b->at + b->len;
}

void buf_put(struct buf *b, struct str s)
{
	if (s.len == 0)
		return;
	memcpy(buf_reserve(b, s.len), s.at, s.len);
	b->len += s.len;
}

void buf_put_byte(struct buf *b, char c)
{
	*buf_reserve(b, 1) = c;
	b->len++;
}

void buf_puts(struct buf *b, const char *z)
{
	buf_put(b, str_of(z));
}

void buf_put_u64(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	buf_put(b, str_from(digits + at, sizeof digits - at));
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	CHECK(len >= 0);
	char *at = buf_reserve(b, (size_t)len + 1);
	vsnprintf(at, (size_t)len + 1, format, again);
	va_end(again);
	b->len += (size_t)len;
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void buf_drop(struct buf *b, size_t n)
{
	CHECK(n <= b->len);
	b->len -= n;
	if (b->len)
		memmove(b->at, b->at + n, b->len);
}

void buf_free(struct buf *b)
{
	free(b->at);
	*b = (struct buf) {0};
}
