/* segment_fuzz.c - any text comes back from its parts; any bytes are read without harm. */
#include "base/check.h"
#include "base/utf8.h"
#include "wire/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_parts(const struct segment_text *text, unsigned parts)
{
	struct buf joined = {0}, back = {0};
	struct segment_bytes one = {.has_header = false};
	unsigned coding = 0;
	for (unsigned part = 1; part <= parts; part++) {
		struct segment read;
		segment_encode(text, part, &one);
		CHECK(one.data.len <= (one.data_coding == SMS_CODING_UCS2 ? 140 : 160));
		CHECK(one.has_header == (parts > 1));
		segment_read(buf_str(&one.data), one.has_header, &read);
		if (parts > 1)
			CHECK(read.part == part && read.parts == parts && read.is_part);
		coding = segment_coding(&read, one.data_coding, text->form.alphabet);
		buf_put(&joined, read.data);
		back.len = 0;
		segment_decode(&back, coding, read.data); /* by itself: nothing was cut in two */
		CHECK(part == parts || utf8_count(buf_str(&back)) >= 66 / 2);
	}
	back.len = 0;
	segment_decode(&back, coding, buf_str(&joined));
	/* One that begins with an at may look like UCS-2; a byte order mark in front is none of the text. */
	bool is_ambiguous = str_starts(text->text, STR("@")) ||
			    str_starts(text->text, STR("\uFEFF")) ||
			    str_starts(text->text, STR("\uFFFE"));
	if (!text->form.is_plain && parts > 1 && !is_ambiguous)
		CHECK(str_eq(buf_str(&back), text->text));
	buf_free(&joined);
	buf_free(&one.data);
	buf_free(&back);
}

static void cut(struct str text, unsigned form)
{
	const struct segment_text as = {.text = text,
		.form = {.alphabet = form % ALPHABETS, .is_plain = form / ALPHABETS % 2},
		.reference = 77};
	unsigned parts = segment_count(&as);
	if (parts)
		check_parts(&as, parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment read;
	struct buf text = {0};
	if (size < 2)
		return 0;
	segment_read(str_from(data + 2, size - 2), data[0] & 1, &read);
	CHECK(read.part >= 1 && read.part <= read.parts && read.data.len <= size - 2);
	segment_decode(&text, segment_coding(&read, data[1], data[0] / 2 % ALPHABETS), read.data);
	CHECK(utf8_valid(buf_str(&text)));
	for (unsigned form = 0; form < 2 * ALPHABETS; form++)
		cut(buf_str(&text), form);
	cut(str_from(data, size), data[0]);
	buf_free(&text);
	return 0;
}
