/* ucs2_fuzz.c - any bytes decode to valid UTF-8; valid UTF-8 comes back the same. */
#include "base/check.h"
#include "base/utf8.h"
#include "wire/ucs2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct str text)
{
	struct buf units = {0}, back = {0};
	bool is_done = ucs2_encode(&units, text);
	CHECK(is_done == utf8_valid(text));
	if (is_done) {
		CHECK(units.len % 2 == 0);
		CHECK(units.len >= 2 * utf8_count(text));
		ucs2_decode(&back, buf_str(&units));
		CHECK(str_eq(buf_str(&back), text));
	} else {
		CHECK(units.len == 0);
	}
	buf_free(&units);
	buf_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = {0};
	ucs2_decode(&text, str_from(data, size));
	CHECK(utf8_valid(buf_str(&text)));
	check_text(buf_str(&text));
	check_text(str_from(data, size));
	buf_free(&text);
	return 0;
}
