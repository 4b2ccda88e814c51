/* segment_fuzz.c - any text comes back from its parts; any bytes are read without harm. */
#include "base/check.h"
#include "base/utf8.h"
#include "wire/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_parts(struct str text, unsigned parts)
{
	struct buf joined = {0}, one = {0}, back = {0};
	enum sms_coding coding = SMS_CODING_BINARY;
	for (unsigned part = 1; part <= parts; part++) {
		bool has_header;
		struct segment read;
		one.len = 0;
		segment_encode(&one, text, part, 77, &coding, &has_header);
		CHECK(one.len <= (coding == SMS_CODING_DEFAULT ? 160 : 140));
		CHECK(has_header == (parts > 1));
		segment_read(buf_str(&one), has_header, &read);
		CHECK(read.part == part && read.parts == parts && read.is_part == has_header);
		buf_put(&joined, read.data);
		back.len = 0;
		segment_decode(&back, coding, read.data); /* by itself: nothing was cut in two */
		CHECK(part == parts || utf8_count(buf_str(&back)) >= 66 / 2);
	}
	back.len = 0;
	segment_decode(&back, coding, buf_str(&joined));
	CHECK(str_eq(buf_str(&back), text));
	buf_free(&joined);
	buf_free(&one);
	buf_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment read;
	struct buf text = {0};
	if (size == 0)
		return 0;
	segment_read(str_from(data + 1, size - 1), data[0] & 1, &read);
	CHECK(read.part >= 1 && read.part <= read.parts && read.data.len <= size - 1);
	segment_decode(&text, data[0], str_from(data + 1, size - 1));
	CHECK(utf8_valid(buf_str(&text)));
	unsigned parts = segment_count(buf_str(&text));
	if (parts)
		check_parts(buf_str(&text), parts);
	unsigned raw = segment_count(str_from(data, size));
	if (raw)
		check_parts(str_from(data, size), raw);
	buf_free(&text);
	return 0;
}
