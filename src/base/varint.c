/* varint.c - the seven bits of each byte. */
#include "base/varint.h"

void varint_put(struct buf *out, uint64_t n)
{
	while (n >= 0x80) {
		buf_put_byte(out, (char)(n | 0x80));
		n >>= 7;
	}
	buf_put_byte(out, (char)n);
}

bool varint_take(struct str *in, uint64_t *n)
{
	*n = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (in->len == 0)
			return false;
		uint64_t byte = (unsigned char)in->at[0];
		*in = str_skip(*in, 1);
		if (shift == 63 && byte > 1)
			return false;
		*n |= (byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

void varint_put_str(struct buf *out, struct str bytes)
{
	varint_put(out, bytes.len);
	buf_put(out, bytes);
}

bool varint_take_str(struct str *in, struct str *bytes)
{
	uint64_t len;
	if (!varint_take(in, &len) || len > in->len)
		return false;
	*bytes = len ? str_from(in->at, len) : STR_NONE;
	*in = str_skip(*in, len);
	return true;
}
