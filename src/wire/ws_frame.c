/* ws_frame.c - heads are read whole, payloads as they come. */
#include "wire/ws_frame.h"

#include "base/check.h"

#define FIN        0x80u
#define RESERVED   0x70u
#define OPCODE     0x0Fu
#define MASKED     0x80u
#define LENGTH     0x7Fu
#define LENGTH_16  126
#define LENGTH_64  127
#define IS_CONTROL 0x08u

static enum ws_step reader_fail(struct ws_reader *reader, enum ws_code code)
{
	reader->is_over = true;
	reader->code = code;
	buf_free(&reader->message);
	buf_free(&reader->control);
	return WS_BAD;
}

static bool is_control(const struct ws_reader *reader)
{
	return (reader->opcode & IS_CONTROL) != 0;
}

/* --- the head --------------------------------------------------------------------------------- */

static size_t mask_length(const struct ws_reader *reader)
{
	return reader->is_clients ? 0 : WS_MASK_BYTES;
}

/* Bytes of the whole head, as far as it is known. */
static size_t head_length(const struct ws_reader *reader)
{
	if (reader->head_len < 2)
		return 2;
	unsigned length = reader->head[1] & LENGTH;
	size_t more = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
	return 2 + more + mask_length(reader);
}

static uint64_t payload_length(const struct ws_reader *reader)
{
	unsigned length = reader->head[1] & LENGTH;
	size_t more = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
	uint64_t bytes = 0;
	for (size_t i = 0; i < more; i++)
		bytes = bytes << 8 | reader->head[2 + i];
	return more ? bytes : length;
}

/* RFC 6455, 5.2: the shortest form, and the first bit of the longest is 0. */
static bool is_length_right(const struct ws_reader *reader, uint64_t bytes)
{
	unsigned form = reader->head[1] & LENGTH;
	if (form == LENGTH_16)
		return bytes >= LENGTH_16;
	return form != LENGTH_64 || (bytes > UINT16_MAX && bytes >> 63 == 0);
}

/* What the first two bytes must be, before more is waited for: 5.1, 5.2, 5.4, 5.5. */
static enum ws_code check_start(const struct ws_reader *reader)
{
	unsigned first = reader->head[0], second = reader->head[1];
	bool is_last = (first & FIN) != 0;
	if (first & RESERVED || !(second & MASKED) != reader->is_clients)
		return WS_CODE_PROTOCOL;
	switch (first & OPCODE) {
	case WS_CONTINUES:
		return reader->is_in_message ? WS_CODE_NORMAL : WS_CODE_PROTOCOL;
	case WS_OP_TEXT:
		return reader->is_in_message ? WS_CODE_PROTOCOL : WS_CODE_NORMAL;
	case WS_OP_BINARY:
		return reader->is_in_message ? WS_CODE_PROTOCOL : WS_CODE_NO_TEXT;
	case WS_OP_CLOSE:
	case WS_OP_PING:
	case WS_OP_PONG:
		return is_last && (second & LENGTH) <= WS_CONTROL_MAX ? WS_CODE_NORMAL
								      : WS_CODE_PROTOCOL;
	default:
		return WS_CODE_PROTOCOL;
	}
}

static enum ws_step begin_frame(struct ws_reader *reader)
{
	uint64_t bytes = payload_length(reader);
	if (!is_length_right(reader, bytes))
		return reader_fail(reader, WS_CODE_PROTOCOL);
	reader->opcode = reader->head[0] & OPCODE;
	if (!is_control(reader) && bytes > WS_MESSAGE_MAX - reader->message.len)
		return reader_fail(reader, WS_CODE_TOO_LARGE);
	reader->is_last_frame = (reader->head[0] & FIN) != 0;
	reader->is_in_frame = true;
	reader->is_in_message |= !is_control(reader);
	reader->left = (uint32_t)bytes;
	reader->taken = 0;
	return WS_MORE;
}

static enum ws_step take_head(struct ws_reader *reader, struct str *in)
{
	while (reader->head_len < head_length(reader)) {
		if (in->len == 0)
			return WS_MORE;
		reader->head[reader->head_len++] = (unsigned char)in->at[0];
		*in = str_skip(*in, 1);
		enum ws_code wrong = reader->head_len == 2 ? check_start(reader) : WS_CODE_NORMAL;
		if (wrong != WS_CODE_NORMAL)
			return reader_fail(reader, wrong);
	}
	return begin_frame(reader);
}

/* --- the payload ------------------------------------------------------------------------------ */

static void unmask(struct ws_reader *reader, struct buf *out, struct str bytes)
{
	static const unsigned char none[WS_MASK_BYTES];
	const unsigned char *mask =
		reader->is_clients ? none : reader->head + reader->head_len - WS_MASK_BYTES;
	char *to = buf_reserve(out, bytes.len);
	for (size_t i = 0; i < bytes.len; i++)
		to[i] = (char)((unsigned char)bytes.at[i] ^
			       mask[(reader->taken + i) % WS_MASK_BYTES]);
	out->len += bytes.len;
	reader->taken += (uint32_t)bytes.len;
	reader->left -= (uint32_t)bytes.len;
}

/* False: what came is no text. */
static bool take_payload(struct ws_reader *reader, struct str *in)
{
	struct buf *out = is_control(reader) ? &reader->control : &reader->message;
	size_t before = out->len;
	struct str bytes = str_from(in->at, in->len < reader->left ? in->len : reader->left);
	*in = str_skip(*in, bytes.len);
	if (bytes.len)
		unmask(reader, out, bytes);
	return is_control(reader) || utf8_check(&reader->text, str_skip(buf_str(out), before));
}

/* RFC 6455, 7.4.1 and 7.4.2, with what IANA has registered since. */
static bool is_code(unsigned code)
{
	bool is_registered = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
	return is_registered || (code >= 3000 && code <= 4999);
}

static enum ws_step closed(struct ws_reader *reader)
{
	struct str payload = buf_str(&reader->control);
	unsigned code = WS_CODE_NONE;
	if (payload.len == 1)
		return reader_fail(reader, WS_CODE_PROTOCOL);
	if (payload.len)
		code = (unsigned)(unsigned char)payload.at[0] << 8 | (unsigned char)payload.at[1];
	if (payload.len && !is_code(code))
		return reader_fail(reader, WS_CODE_PROTOCOL);
	if (!utf8_valid(str_skip(payload, 2)))
		return reader_fail(reader, WS_CODE_NOT_UTF8);
	reader->is_over = true;
	reader->code = (enum ws_code)code;
	return WS_CLOSE;
}

/* The frame is whole; is anything else? */
static enum ws_step end_frame(struct ws_reader *reader)
{
	reader->is_in_frame = false;
	reader->head_len = 0;
	if (reader->opcode == WS_OP_CLOSE)
		return closed(reader);
	if (is_control(reader)) {
		reader->payload = buf_str(&reader->control);
		return reader->opcode == WS_OP_PING ? WS_PING : WS_PONG;
	}
	if (!reader->is_last_frame)
		return WS_MORE;
	if (!utf8_check_ends(&reader->text))
		return reader_fail(reader, WS_CODE_NOT_UTF8);
	reader->is_in_message = false;
	reader->payload = buf_str(&reader->message);
	return WS_TEXT;
}

void ws_reader_let_go(struct ws_reader *reader)
{
	reader->payload = STR_NONE;
	buf_free(&reader->control);
	if (!reader->is_in_message)
		buf_free(&reader->message);
}

enum ws_step ws_reader_feed(struct ws_reader *reader, struct str *in)
{
	enum ws_step step = WS_MORE;
	if (reader->is_over)
		return reader_fail(reader, reader->code);
	if (!reader->is_in_frame)
		ws_reader_let_go(reader);
	while (step == WS_MORE && (in->len || (reader->is_in_frame && !reader->left))) {
		if (!reader->is_in_frame)
			step = take_head(reader, in);
		else if (!take_payload(reader, in))
			step = reader_fail(reader, WS_CODE_NOT_UTF8);
		else if (!reader->left)
			step = end_frame(reader);
	}
	return step;
}

size_t ws_reader_kept(const struct ws_reader *reader)
{
	return reader->message.len + reader->control.len;
}

void ws_reader_free(struct ws_reader *reader)
{
	buf_free(&reader->message);
	buf_free(&reader->control);
	*reader = (struct ws_reader) {0};
}

/* --- writing ---------------------------------------------------------------------------------- */

size_t ws_put_head(unsigned char out[WS_HEAD_MAX], enum ws_opcode opcode, size_t payload)
{
	size_t more = payload < LENGTH_16 ? 0 : payload <= UINT16_MAX ? 2 : 8;
	out[0] = (unsigned char)(FIN | opcode);
	out[1] = (unsigned char)(more == 0 ? payload : more == 2 ? LENGTH_16 : LENGTH_64);
	for (size_t i = 0; i < more; i++)
		out[2 + i] = (unsigned char)((uint64_t)payload >> (8 * (more - 1 - i)));
	return 2 + more;
}

void ws_put_frame(struct buf *out, enum ws_opcode opcode, struct str payload)
{
	unsigned char head[WS_HEAD_MAX];
	CHECK(!(opcode & IS_CONTROL) || payload.len <= WS_CONTROL_MAX);
	buf_put(out, str_from(head, ws_put_head(head, opcode, payload.len)));
	buf_put(out, payload);
}

void ws_put_close(struct buf *out, enum ws_code code)
{
	const char bytes[2] = {(char)(code >> 8), (char)(code & 0xFF)};
	ws_put_frame(out, WS_OP_CLOSE, str_from(bytes, code == WS_CODE_NONE ? 0 : sizeof bytes));
}

void ws_put_masked(struct buf *out, struct str frame, const unsigned char mask[WS_MASK_BYTES])
{
	unsigned form = (unsigned char)frame.at[1];
	size_t head = form == LENGTH_64 ? 10 : form == LENGTH_16 ? 4 : 2;
	buf_put_byte(out, frame.at[0]);
	buf_put_byte(out, (char)(form | MASKED));
	buf_put(out, str_from(frame.at + 2, head - 2));
	buf_put(out, str_from(mask, WS_MASK_BYTES));
	for (size_t i = head; i < frame.len; i++)
		buf_put_byte(
			out, (char)((unsigned char)frame.at[i] ^ mask[(i - head) % WS_MASK_BYTES]));
}
