/* ws_frame_fuzz.c - any bytes are read alike whole and byte by byte; what is read is text, or short. */
#include "base/check.h"
#include "wire/ws_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(struct buf *out, enum ws_step step, const struct ws_reader *reader)
{
	if (step == WS_TEXT)
		CHECK(reader->payload.len <= WS_MESSAGE_MAX && utf8_valid(reader->payload));
	if (step == WS_PING || step == WS_PONG)
		CHECK(reader->payload.len <= WS_CONTROL_MAX);
	buf_put_byte(out, (char)step);
	if (step == WS_BAD || step == WS_CLOSE)
		buf_put_u64(out, (uint64_t)reader->code);
	else
		buf_put(out, reader->payload);
}

static void read_all(struct buf *out, const uint8_t *data, size_t size, size_t piece)
{
	struct ws_reader reader = {0};
	enum ws_step step = WS_MORE;
	for (size_t at = 0; at < size && step != WS_BAD && step != WS_CLOSE; at += piece) {
		struct str in = str_from(data + at, size - at < piece ? size - at : piece);
		do {
			size_t before = in.len;
			step = ws_reader_feed(&reader, &in);
			CHECK(ws_reader_kept(&reader) <= WS_MESSAGE_MAX + WS_CONTROL_MAX);
			CHECK(in.len < before || step == WS_MORE);
			if (step != WS_MORE)
				note(out, step, &reader);
		} while (in.len && step != WS_BAD && step != WS_CLOSE);
	}
	ws_reader_free(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = {0}, bytes = {0};
	read_all(&whole, data, size, size + 1);
	read_all(&bytes, data, size, 1);
	CHECK(str_eq(buf_str(&whole), buf_str(&bytes)));
	buf_free(&whole);
	buf_free(&bytes);
	return 0;
}
